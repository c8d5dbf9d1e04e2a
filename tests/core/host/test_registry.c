#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/host/plugin.h"
#include "core/host/registry.h"
#include "lib/base/error.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TEST_PLUGINS ENT_BINARY_DIR "/tests/plugins/"
#define PLUGINS ENT_BINARY_DIR "/plugins/"

static struct registry *make_registry(const char *plugin_path, int64_t timeout_ms)
{
    struct error error = ERROR_INIT;
    struct registry_settings settings = {plugin_path, ENT_BINARY_DIR "/entente-runner", timeout_ms};
    struct registry *registry = registry_create(&settings, &error);
    if (!registry)
        fail_msg("%s", error.text);
    return registry;
}

static int set_up(void **state)
{
    *state = make_registry(TEST_PLUGINS, 0);
    return 0;
}

static int tear_down(void **state)
{
    registry_destroy(*state);
    return 0;
}

/* Where the kernel has both Landlock and seccomp. */
static void a_constructor_may_read_and_nothing_else(void **state)
{
    struct error error = ERROR_INIT;
    const struct plugin_info *info = registry_find(*state, "nosy_constructor", &error);
    if (syscall(SYS_landlock_create_ruleset, NULL, 0, 1) <= 0)
        skip();
    assert_non_null(info);
    assert_string_equal(info->summary, "read done, write refused, socket refused, fork refused");
}

/* What a program does before its hello: the same, though it may start others. */
static void a_program_says_hello_in_a_sandbox(void **state)
{
    struct error error = ERROR_INIT;
    char folder[] = "/tmp/entente-hello-XXXXXX", program[80], trace[80];
    (void)state;
    if (syscall(SYS_landlock_create_ruleset, NULL, 0, 1) <= 0)
        skip();
    assert_non_null(mkdtemp(folder));
    snprintf(program, sizeof program, "%s/trace.plugin", folder);
    snprintf(trace, sizeof trace, "%s/was-here", folder);
    FILE *file = fopen(program, "we");
    assert_non_null(file);
    fprintf(file,
            "#!/bin/sh\ntrue 2>/dev/null >'%s' && told=done || told=refused\n"
            "printf '{\"type\":\"hello\",\"protocol\":1,\"name\":\"trace\",\"summary\":\"write %%s\","
            "\"kinds\":[\"sink\"]}\\n' $told\nexec sleep 1\n",
            trace);
    fclose(file);
    chmod(program, 0700);
    struct registry *registry = make_registry(folder, 0);
    const struct plugin_info *info = registry_find(registry, "trace", &error);
    if (!info)
        fail_msg("%s", error.text);
    assert_string_equal(info->summary, "write refused");
    assert_int_equal(access(trace, F_OK), -1);
    registry_destroy(registry);
    unlink(program);
    rmdir(folder);
}

static void assert_refused(struct registry *registry, const char *name, const char *const *texts)
{
    struct error error = ERROR_INIT;
    assert_null(registry_find(registry, name, &error));
    for (; *texts; texts++)
        if (!strstr(error.text, *texts))
            fail_msg("the refusal of %s should hold \"%s\" and reads:\n  %s", name, *texts, error.text);
}

#define AS_TEXT(number) AS_TEXT_(number)
#define AS_TEXT_(number) #number
#define REFUSED(registry, name, ...) assert_refused(registry, name, (const char *const[]){__VA_ARGS__, NULL})

/* ---- good ones ---- */

static void a_plugin_is_described_without_being_loaded_here(void **state)
{
    struct error error = ERROR_INIT;
    const struct plugin_info *info = registry_find(*state, "trivial", &error);
    assert_non_null(info);
    assert_string_equal(info->name, "trivial");
    assert_string_equal(info->version, "1.2.3");
    assert_string_equal(info->licence, "Apache-2.0");
    assert_string_equal(info->path, TEST_PLUGINS "/trivial.so");
    assert_int_equal(info->kinds, PLUGIN_SOURCE | PLUGIN_SINK);
    assert_int_equal(info->options.count, 4);
    struct ent_option count = options_row(&info->options, 1);
    assert_string_equal(count.name, "count");
    assert_int_equal(count.type, ENT_OPTION_INT);
    assert_string_equal(count.max, "100");
    assert_null(count.unit);
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[4096];
    assert_non_null(maps);
    while (fgets(line, sizeof line, maps))
        assert_null(strstr(line, "trivial.so"));
    fclose(maps);
}

static void it_is_found_by_its_path_too(void **state)
{
    struct error error = ERROR_INIT;
    const struct plugin_info *info = registry_find(*state, TEST_PLUGINS "trivial.so", &error);
    assert_non_null(info);
    assert_string_equal(info->summary, "Does what its options say");
}

static void what_is_found_good_can_be_loaded_once(void **state)
{
    struct error error = ERROR_INIT;
    const struct plugin_info *info = registry_find(*state, "trivial", &error);
    assert_non_null(info);
    const struct plugin *plugin = plugin_load(info, &error);
    assert_non_null(plugin);
    assert_ptr_equal(plugin, plugin_load(info, &error));
    assert_string_equal(plugin->descriptor->name, "trivial");
    assert_int_equal(plugin->kinds, info->kinds);
}

static void kinds_have_words(void **state)
{
    (void)state;
    char text[100];
    assert_int_equal(plugin_kind_of("classifier"), PLUGIN_CLASSIFIER);
    assert_int_equal(plugin_kind_of("watch"), 0);
    assert_string_equal(plugin_kind_word(PLUGIN_SINK), "sink");
    plugin_kinds_print(text, sizeof text, PLUGIN_SOURCE | PLUGIN_SINK);
    assert_string_equal(text, "source, sink");
}

/* ---- bad ones ---- */

static void a_wrong_magic_is_named(void **state)
{
    REFUSED(*state, "wrong_magic", "wrong_magic.so: magic differs", "0x12345678", "ENT_PLUGIN_HEAD");
}

static void a_wrong_major_version_is_named(void **state)
{
    REFUSED(*state, "wrong_major", "abi_major differs", "interface 99." AS_TEXT(ENT_ABI_MINOR),
            "this host has " AS_TEXT(ENT_ABI_MAJOR) "." AS_TEXT(ENT_ABI_MINOR), "build it with");
}

static void a_wrong_minor_version_is_named(void **state)
{
#if ENT_ABI_MAJOR == 0
    REFUSED(*state, "wrong_minor", "abi_minor differs", "must be equal");
#else
    REFUSED(*state, "wrong_minor", "min_minor is newer", "upgrade Entente");
#endif
}

static void a_wrong_size_is_named(void **state)
{
    REFUSED(*state, "wrong_size", "size is too small", "cannot have less than");
}

static void a_plugin_without_callbacks_is_refused(void **state)
{
    REFUSED(*state, "no_callbacks", "ops has none of fetch");
}

static void a_missing_descriptor_is_refused(void **state)
{
    REFUSED(*state, "null_descriptor", "ent_plugin_query() returned NULL");
}

static void two_options_of_one_name_are_refused(void **state)
{
    REFUSED(*state, "duplicate_option", "option size stands twice", "rows 1 and 2");
}

static void a_default_that_does_not_parse_is_refused(void **state)
{
    REFUSED(*state, "bad_default", "option 1 pause: default_value cannot be read", "soon");
}

static void an_object_without_the_symbol_is_refused(void **state)
{
    REFUSED(*state, "missing_symbol", "missing_symbol.so: does not export ent_plugin_query()");
}

static void a_crash_while_loading_costs_the_runner_only(void **state)
{
    REFUSED(*state, "crashing_constructor", "crashed while it was being loaded", "SIGSEGV");
}

static void a_wild_pointer_costs_the_runner_only(void **state)
{
    REFUSED(*state, "wild_pointer", "while its descriptor was being read");
}

static void a_plugin_that_exits_is_told_so(void **state)
{
    REFUSED(*state, "exiting_query", "ended the process in ent_plugin_query() (exit status 3)", "must not call exit");
}

static void a_hang_is_ended_after_the_time_out(void **state)
{
    (void)state;
    struct registry *registry = make_registry(TEST_PLUGINS, 300);
    REFUSED(registry, "blocking_constructor", "hung while it was being loaded", "stopped after 300 ms");
    registry_destroy(registry);
}

static void an_unknown_name_gets_the_nearest(void **state)
{
    REFUSED(*state, "trivail", "there is no plugin \"trivail\"", "did you mean \"trivial\"?");
}

static void a_relative_path_is_no_name(void **state)
{
    REFUSED(*state, "plugins/trivial.so", "neither the name of a plugin nor an absolute path");
}

static void a_path_that_is_not_there_is_told(void **state)
{
    REFUSED(*state, "/nowhere/at/all.so", "/nowhere/at/all.so: cannot open: No such file");
}

/* ---- files that are no whole object ---- */

static size_t copy_file(const char *from, const char *to, size_t limit)
{
    static char bytes[8 * 1024 * 1024];
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    assert_non_null(in);
    assert_non_null(out);
    size_t size = fread(bytes, 1, sizeof bytes, in);
    assert_true(size > 0 && size < sizeof bytes);
    fwrite(bytes, 1, limit && limit < size ? limit : size, out);
    fclose(in);
    fclose(out);
    return size;
}

static void patch_file(const char *path, long offset, unsigned char byte)
{
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    fseek(file, offset, SEEK_SET);
    fputc(byte, file);
    fclose(file);
}

static void a_truncated_object_is_refused_at_every_length(void **state)
{
    char path[] = "/tmp/entente-test-XXXXXX.so";
    int descriptor = mkstemps(path, 3);
    assert_true(descriptor >= 0);
    close(descriptor);
    size_t size = copy_file(TEST_PLUGINS "trivial.so", path, 0);
    for (size_t limit = 1; limit < size; limit += size / 12 + 1) {
        copy_file(TEST_PLUGINS "trivial.so", path, limit);
        struct error error = ERROR_INIT;
        assert_null(registry_find(*state, path, &error));
        if (limit >= 64)
            assert_non_null(strstr(error.text, "truncated"));
        else
            assert_non_null(strstr(error.text, limit < 4 ? "not a shared object" : "truncated"));
    }
    unlink(path);
}

static void foreign_objects_are_refused_by_name(void **state)
{
    static const struct {
        long offset;
        unsigned char byte;
        const char *text;
    } changes[] = {
        {0, 'x', "not a shared object"}, {4, 1, "a 32-bit object"}, {5, 2, "a big-endian object"},
        {18, 0xF7, "built for"},         {16, 1, "not yet linked"}, {16, 2, "no shared object"},
        {56, 0, "no program headers"},
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        char path[] = "/tmp/entente-test-XXXXXX.so";
        int descriptor = mkstemps(path, 3);
        assert_true(descriptor >= 0);
        close(descriptor);
        copy_file(TEST_PLUGINS "trivial.so", path, 0);
        patch_file(path, changes[i].offset, changes[i].byte);
        REFUSED(*state, path, changes[i].text);
        unlink(path);
    }
}

static void a_text_file_is_no_object(void **state)
{
    REFUSED(*state, ENT_SOURCE_DIR "/CMakeLists.txt", "not a shared object (it does not begin as an ELF file does)");
}

static void a_folder_is_no_object(void **state)
{
    REFUSED(*state, ENT_SOURCE_DIR, "a folder, not a shared object");
}

/* ---- over time ---- */

static void a_changed_file_is_probed_anew_but_not_loaded_twice(void **state)
{
    char path[] = "/tmp/entente-test-XXXXXX.so";
    int descriptor = mkstemps(path, 3);
    assert_true(descriptor >= 0);
    close(descriptor);
    struct error error = ERROR_INIT;
    copy_file(TEST_PLUGINS "trivial.so", path, 0);
    const struct plugin_info *info = registry_find(*state, path, &error);
    assert_non_null(info);
    assert_non_null(plugin_load(info, &error));
    unlink(path);
    copy_file(TEST_PLUGINS "trivial.so", path, 0);
    const struct timespec times[2] = {{1000, 0}, {1000, 0}};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    info = registry_find(*state, path, &error);
    assert_non_null(info);
    assert_null(plugin_load(info, &error));
    assert_non_null(strstr(error.text, "restart entented"));
    unlink(path);
}

static void plugins_probed_at_once_are_told_apart(void **state)
{
    static const char *const names[] = {"blocking_constructor", "trivial", "no_such_plugin", "trivial", "a/b", "",
                                        PLUGINS "jsonl.so"};
    struct registry *registry = make_registry(TEST_PLUGINS, 300);
    struct error error = ERROR_INIT;
    (void)state;
    registry_prepare(registry, names, sizeof names / sizeof *names);
    const struct plugin_info *trivial = registry_find(registry, "trivial", &error);
    const struct plugin_info *jsonl = registry_find(registry, PLUGINS "jsonl.so", &error);
    assert_non_null(trivial);
    assert_non_null(jsonl);
    assert_string_equal(trivial->name, "trivial");
    assert_string_equal(jsonl->name, "jsonl");
    REFUSED(registry, "blocking_constructor", "hung while it was being loaded", "stopped after 300 ms");
    REFUSED(registry, "no_such_plugin", "no_such_plugin");
    registry_destroy(registry);
}

static void the_list_tells_good_and_bad(void **state)
{
    struct registry_entry *entries;
    size_t count, good = 0, bad = 0;
    struct error error = ERROR_INIT;
    struct registry *registry = make_registry(TEST_PLUGINS, 300);
    assert_true(registry_list(registry, &entries, &count, &error));
    for (size_t i = 0; i < count; i++) {
        good += entries[i].info != NULL;
        bad += entries[i].info == NULL;
        if (!entries[i].info)
            assert_true(entries[i].error.text[0] != '\0');
        if (i > 0)
            assert_true(strcmp(entries[i - 1].name, entries[i].name) < 0);
    }
    assert_true(good >= 1);
    assert_true(bad >= 12);
    registry_list_free(entries, count);
    registry_destroy(registry);
    (void)state;
}

static void every_shipped_plugin_is_accepted(void **state)
{
    static const struct {
        const char *name;
        unsigned kinds;
    } shipped[] = {
        {"feed", PLUGIN_SOURCE},  {"coder", PLUGIN_CLASSIFIER}, {"files", PLUGIN_SOURCE},
        {"console", PLUGIN_SINK}, {"jsonl", PLUGIN_SINK},       {"webhook", PLUGIN_SINK},
    };
    for (size_t i = 0; i < sizeof shipped / sizeof *shipped; i++) {
        char path[500];
        struct error error = ERROR_INIT;
        snprintf(path, sizeof path, PLUGINS "%s.so", shipped[i].name);
        const struct plugin_info *info = registry_find(*state, path, &error);
        if (!info)
            fail_msg("%s", error.text);
        assert_string_equal(info->name, shipped[i].name);
        assert_int_equal(info->kinds, shipped[i].kinds);
        assert_non_null(plugin_load(info, &error));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_plugin_is_described_without_being_loaded_here, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_constructor_may_read_and_nothing_else, set_up, tear_down),
        cmocka_unit_test(a_program_says_hello_in_a_sandbox),
        cmocka_unit_test_setup_teardown(it_is_found_by_its_path_too, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_found_good_can_be_loaded_once, set_up, tear_down),
        cmocka_unit_test(kinds_have_words),
        cmocka_unit_test_setup_teardown(a_wrong_magic_is_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_wrong_major_version_is_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_wrong_minor_version_is_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_wrong_size_is_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_plugin_without_callbacks_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_missing_descriptor_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(two_options_of_one_name_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_default_that_does_not_parse_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_object_without_the_symbol_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_crash_while_loading_costs_the_runner_only, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_wild_pointer_costs_the_runner_only, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_plugin_that_exits_is_told_so, set_up, tear_down),
        cmocka_unit_test(a_hang_is_ended_after_the_time_out),
        cmocka_unit_test_setup_teardown(an_unknown_name_gets_the_nearest, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_relative_path_is_no_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_path_that_is_not_there_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_truncated_object_is_refused_at_every_length, set_up, tear_down),
        cmocka_unit_test_setup_teardown(foreign_objects_are_refused_by_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_text_file_is_no_object, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_folder_is_no_object, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_changed_file_is_probed_anew_but_not_loaded_twice, set_up, tear_down),
        cmocka_unit_test(plugins_probed_at_once_are_told_apart),
        cmocka_unit_test(the_list_tells_good_and_bad),
        cmocka_unit_test_setup_teardown(every_shipped_plugin_is_accepted, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
