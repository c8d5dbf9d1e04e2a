/* Objects that are no plugin, or one no longer: each is refused in words, and whatever they do, they do it in the
 * runner that tries them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/host/elf.h"
#include "core/host/registry.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEST_PLUGINS ENT_BINARY_DIR "/tests/plugins/"

struct object {
    char path[64]; /* a copy that may be spoilt */
    unsigned char *bytes;
    size_t size;
};

static struct registry *make_registry(void)
{
    struct error error = ERROR_INIT;
    struct registry_settings settings = {TEST_PLUGINS, ENT_BINARY_DIR "/entente-runner", 1000};
    struct registry *registry = registry_create(&settings, &error);
    if (!registry)
        fail_msg("%s", error.text);
    return registry;
}

static int set_up(void **state)
{
    struct object *object = calloc(1, sizeof *object);
    FILE *file = fopen(TEST_PLUGINS "trivial.so", "rb");
    if (!object || !file)
        return -1;
    fseek(file, 0, SEEK_END);
    object->size = (size_t)ftell(file);
    rewind(file);
    object->bytes = malloc(object->size);
    if (!object->bytes || fread(object->bytes, 1, object->size, file) != object->size)
        return -1;
    fclose(file);
    strcpy(object->path, "/tmp/entente-bad-XXXXXX.so");
    close(mkstemps(object->path, 3));
    *state = object;
    return 0;
}

static int tear_down(void **state)
{
    struct object *object = *state;
    unlink(object->path);
    free(object->bytes);
    free(object);
    return 0;
}

static void write_object(const struct object *object, const unsigned char *bytes, size_t size)
{
    FILE *file = fopen(object->path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

/* A refusal says which file, and then something a person can read. */
static void assert_in_words(const struct object *object, const struct error *error)
{
    size_t prefix = strlen(object->path);
    if (strncmp(error->text, object->path, prefix) != 0 || strncmp(error->text + prefix, ": ", 2) != 0 ||
        strlen(error->text) < prefix + 12 || !strchr(error->text + prefix + 2, ' '))
        fail_msg("no refusal in words: \"%s\"", error->text);
}

/* ---- cut short ---- */

static void assert_cut_is_refused(const struct object *object, size_t size)
{
    struct error error = ERROR_INIT;
    if (size >= object->size)
        return;
    write_object(object, object->bytes, size);
    if (elf_check(object->path, "ent_plugin_query", &error))
        fail_msg("an object cut from %zu to %zu bytes passes", object->size, size);
    assert_in_words(object, &error);
    const char *what = size == 0 ? "empty" : size < SELFMAG ? "not a shared object" : "truncated";
    if (!strstr(error.text, what))
        fail_msg("cut at %zu should be called %s: %s", size, what, error.text);
}

static void cut_around(const struct object *object, uint64_t offset)
{
    if (offset > 0)
        assert_cut_is_refused(object, (size_t)offset - 1);
    assert_cut_is_refused(object, (size_t)offset);
    assert_cut_is_refused(object, (size_t)offset + 1);
}

static void an_object_cut_at_any_length_is_called_truncated(void **state)
{
    const struct object *object = *state;
    Elf64_Ehdr header;
    memcpy(&header, object->bytes, sizeof header);
    for (size_t i = 0; i < header.e_shnum; i++) {
        Elf64_Shdr section;
        memcpy(&section, object->bytes + header.e_shoff + i * sizeof section, sizeof section);
        cut_around(object, section.sh_offset);
        if (section.sh_type != SHT_NOBITS)
            cut_around(object, section.sh_offset + section.sh_size);
        cut_around(object, header.e_shoff + i * sizeof section);
    }
    for (size_t i = 0; i < header.e_phnum; i++) {
        Elf64_Phdr segment;
        memcpy(&segment, object->bytes + header.e_phoff + i * sizeof segment, sizeof segment);
        cut_around(object, segment.p_offset);
        cut_around(object, segment.p_offset + segment.p_filesz);
    }
    for (size_t i = 0; i < 300; i++)
        assert_cut_is_refused(object, i * object->size / 300);
    for (size_t i = 0; i <= sizeof header; i++)
        assert_cut_is_refused(object, i);
    write_object(object, object->bytes, object->size);
    assert_true(elf_check(object->path, "ent_plugin_query", NULL));
}

/* ---- bits turned over ---- */

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

/* Where in the file a turned bit does most: in the headers and in what the dynamic loader reads. */
static size_t choose_place(const struct object *object, uint64_t *seed, size_t round)
{
    Elf64_Ehdr header;
    memcpy(&header, object->bytes, sizeof header);
    size_t headers = sizeof header + header.e_phnum * sizeof(Elf64_Phdr);
    switch (round % 4) {
    case 0:
        return next_random(seed) % sizeof header;
    case 1:
        return next_random(seed) % headers;
    case 2:
        return header.e_shoff + next_random(seed) % (header.e_shnum * sizeof(Elf64_Shdr));
    default:
        return next_random(seed) % object->size;
    }
}

static void a_corrupt_object_costs_the_runner_at_most(void **state)
{
    const struct object *object = *state;
    struct registry *registry = make_registry();
    unsigned char *bytes = malloc(object->size);
    uint64_t seed = 20261129;
    size_t refused = 0;
    assert_non_null(bytes);
    for (size_t round = 0; round < 240; round++) {
        memcpy(bytes, object->bytes, object->size);
        for (size_t flips = 1 + round % 3; flips > 0; flips--)
            bytes[choose_place(object, &seed, round)] ^= (unsigned char)(1u << next_random(&seed) % 8);
        write_object(object, bytes, object->size);
        struct error error = ERROR_INIT;
        if (registry_find(registry, object->path, &error))
            continue;
        refused++;
        assert_in_words(object, &error);
    }
    /* Many a bit stands where nothing looks; that so few were found out would mean that nothing is looked at. */
    assert_true(refused > 40);
    free(bytes);
    registry_destroy(registry);
}

/* ---- whole objects with a bad descriptor ---- */

static void what_is_wrong_with_a_descriptor_is_named(void **state)
{
    static const struct {
        const char *name, *text;
    } faults[] = {
        {"bad_size_zero", "size is too small: the descriptor has 0 bytes"},
        {"bad_ops_empty", "ops.size is too small: 0 bytes"},
        {"bad_ops_null", "ops is NULL: a plugin needs callbacks"},
        {"bad_ops_small", "ops.size is too small: 24 bytes"},
        {"bad_stride_small", "option_stride is wrong: rows of 8 bytes"},
        {"bad_stride_odd", "option_stride is wrong"},
        {"bad_count_without_table", "option_count is 2, but options is NULL"},
        {"bad_count_huge", "option_count 4294967295 is more than 1000"},
        {"bad_option_unnamed", "option 2: name is missing"},
        {"bad_option_bounds_crossed", "option 1 level: min 12 is above max 9"},
        {"bad_option_default_outside", "option 1 level: default_value cannot be read"},
        {"bad_option_enum_without_choices", "option 2 mode: an enum needs choices"},
        {"bad_option_path_flags", "option 1 level: flags has ENT_PATH_ bits"},
        {"bad_option_beside_nothing", "option 1 file: flags has ENT_PATH_BESIDE without ENT_PATH_WRITE"},
        {"bad_option_endless", "option 1 level: help is longer than 4096 bytes"},
    };
    struct registry *registry = make_registry();
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct error error = ERROR_INIT;
        if (registry_find(registry, faults[i].name, &error))
            fail_msg("%s is accepted", faults[i].name);
        if (!strstr(error.text, faults[i].text))
            fail_msg("the refusal of %s should hold \"%s\" and reads:\n  %s", faults[i].name, faults[i].text,
                     error.text);
    }
    registry_destroy(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_object_cut_at_any_length_is_called_truncated, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_corrupt_object_costs_the_runner_at_most, set_up, tear_down),
        cmocka_unit_test(what_is_wrong_with_a_descriptor_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
