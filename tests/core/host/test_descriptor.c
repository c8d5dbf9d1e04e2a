#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/host/descriptor.h"
#include "core/host/registry.h"
#include "core/host/sized.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum ent_code deliver(void *self, struct ent_unit *unit)
{
    (void)self;
    (void)unit;
    return ENT_OK;
}

static const struct ent_ops ops = {.size = sizeof ops, .deliver = deliver};

static struct ent_plugin good_plugin(void)
{
    return (struct ent_plugin){ENT_PLUGIN_HEAD,  .name = "any",    .version = "1",
                               .licence = "MIT", .summary = "Any", .ops = &ops};
}

/* ---- versions ---- */

struct agreement {
    unsigned plugin_major, plugin_minor, min_minor, host_major, host_minor;
    const char *refusal; /* NULL: it loads */
};

static void versions_agree_as_promised(void **state)
{
    (void)state;
    static const struct agreement agreements[] = {
        /* before 1.0: equal */
        {0, 3, 0, 0, 3, NULL},
        {0, 3, 3, 0, 3, NULL},
        {0, 3, 0, 0, 4, "abi_minor differs: built for plugin interface 0.3, this host has 0.4"},
        {0, 4, 0, 0, 3, "abi_minor differs"},
        {0, 3, 0, 1, 0, "abi_major differs: built for plugin interface 0.3, this host has 1.0"},
        {1, 0, 0, 0, 3, "or upgrade Entente"},
        /* from 1.0 on: what it needs is there */
        {1, 0, 0, 1, 0, NULL},
        {1, 0, 0, 1, 7, NULL},
        {1, 7, 0, 1, 0, NULL},
        {1, 7, 2, 1, 2, NULL},
        {1, 7, 7, 1, 9, NULL},
        {1, 7, 3, 1, 2, "min_minor is newer: it needs plugin interface 1.3, this host has 1.2; upgrade Entente"},
        {1, 65535, 65535, 1, 0, "min_minor is newer"},
        {1, 2, 3, 1, 9, "cannot need what it was not built with"},
        {2, 0, 0, 1, 65535, "abi_major differs"},
        {1, 9, 0, 2, 0, "abi_major differs"},
    };
    for (size_t i = 0; i < sizeof agreements / sizeof *agreements; i++) {
        const struct agreement *row = &agreements[i];
        struct ent_plugin plugin = good_plugin();
        struct error error = ERROR_INIT;
        plugin.abi_major = (uint16_t)row->plugin_major;
        plugin.abi_minor = (uint16_t)row->plugin_minor;
        plugin.min_minor = (uint16_t)row->min_minor;
        bool is_good = descriptor_check_head(&plugin, row->host_major, row->host_minor, &error);
        if (is_good != !row->refusal || (row->refusal && !strstr(error.text, row->refusal)))
            fail_msg("plugin %u.%u from %u, host %u.%u: %s", row->plugin_major, row->plugin_minor, row->min_minor,
                     row->host_major, row->host_minor, is_good ? "loaded" : error.text);
    }
}

/* ---- sizes ---- */

/* A table that ends where memory ends, so that reading past it is found by a sanitizer. */
static void *exactly(const void *bytes, size_t size)
{
    void *copy = malloc(size);
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    return copy;
}

static void tables_of_older_and_newer_headers_are_taken_as_far_as_they_go(void **state)
{
    (void)state;
    struct {
        struct ent_ops known;
        void (*later[4])(void);
    } long_ops = {.known = ops};
    struct {
        struct ent_plugin known;
        const void *later[4];
    } long_plugin = {.known = good_plugin()};
    long_ops.known.size = sizeof long_ops;
    long_plugin.known.size = sizeof long_plugin;
    long_plugin.known.ops = exactly(&long_ops, sizeof long_ops);
    struct ent_plugin *plugin = exactly(&long_plugin, sizeof long_plugin);
    struct error error = ERROR_INIT;
    struct descriptor own;
    if (!descriptor_check(plugin, &error))
        fail_msg("%s", error.text);
    descriptor_adopt(&own, plugin);
    assert_int_equal(own.plugin.size, sizeof(struct ent_plugin));
    assert_int_equal(own.ops.size, sizeof(struct ent_ops));
    assert_ptr_equal(own.plugin.ops, &own.ops);
    assert_ptr_equal(own.ops.deliver, deliver);
    assert_int_equal(descriptor_kinds(&own.plugin), PLUGIN_SINK);
    free((void *)plugin->ops);
    free(plugin);
}

static void tables_that_lack_what_was_always_there_are_refused(void **state)
{
    (void)state;
    for (uint32_t size = 0; size < sizeof(struct ent_ops); size += 8) {
        struct ent_ops short_ops = ops;
        struct ent_plugin plugin = good_plugin();
        struct error error = ERROR_INIT;
        short_ops.size = size;
        plugin.ops = &short_ops;
        assert_false(descriptor_check(&plugin, &error));
        assert_non_null(strstr(error.text, "ops.size is too small"));
        plugin = good_plugin();
        plugin.size = size;
        if (size >= sizeof plugin)
            continue;
        error = (struct error)ERROR_INIT;
        assert_false(descriptor_check(&plugin, &error));
        assert_non_null(strstr(error.text, "size is too small"));
    }
}

static void rows_of_options_may_be_longer(void **state)
{
    (void)state;
    struct {
        struct ent_option known;
        const char *later[3];
    } rows[2] = {{.known = {.name = "one", .type = ENT_OPTION_INT, .default_value = "1", .help = "One."}},
                 {.known = {.name = "two", .type = ENT_OPTION_STRING, .help = "Two."}}};
    struct ent_plugin plugin = good_plugin();
    struct error error = ERROR_INIT;
    plugin.options = &rows[0].known;
    plugin.option_count = 2;
    plugin.option_stride = sizeof rows[0];
    if (!descriptor_check(&plugin, &error))
        fail_msg("%s", error.text);
    struct option_table table = descriptor_options(&plugin);
    assert_string_equal(options_row(&table, 1).name, "two");
    plugin.option_stride = sizeof(struct ent_option) - 8;
    assert_false(descriptor_check(&plugin, &error));
    assert_non_null(strstr(error.text, "option_stride is wrong"));
}

static void what_is_reserved_is_kept_free(void **state)
{
    (void)state;
    struct ent_plugin plugin = good_plugin();
    struct ent_ops own = ops;
    struct error error = ERROR_INIT;
    plugin.reserved = 1;
    assert_false(descriptor_check(&plugin, &error));
    assert_non_null(strstr(error.text, "what is reserved is not 0"));
    plugin = good_plugin();
    plugin.reserved2 = 1;
    assert_false(descriptor_check(&plugin, &error));
    plugin = good_plugin();
    own.reserved = 1;
    plugin.ops = &own;
    error = (struct error)ERROR_INIT;
    assert_false(descriptor_check(&plugin, &error));
    assert_non_null(strstr(error.text, "ops.reserved is not 0"));
}

static void flags_that_must_be_known_are_refused_and_hints_are_not(void **state)
{
    (void)state;
    struct ent_plugin plugin = good_plugin();
    struct error error = ERROR_INIT;
    plugin.flags = 1u << 31 | 1u << 16;
    assert_true(descriptor_check(&plugin, &error));
    plugin.flags = 1u << 15;
    assert_false(descriptor_check(&plugin, &error));
    assert_non_null(strstr(error.text, "flags has bits that this host does not know (0x8000)"));
    struct ent_option option = {.name = "one", .type = ENT_OPTION_STRING, .help = "One.", .flags = 1u << 20};
    plugin = good_plugin();
    plugin.options = &option;
    plugin.option_count = 1;
    plugin.option_stride = sizeof option;
    assert_true(descriptor_check(&plugin, &error));
    option.flags = 1u << 15;
    assert_false(descriptor_check(&plugin, &error));
}

/* ---- structs that are handed over ---- */

struct known {
    uint32_t size, first;
    uint64_t second, third; /* `third` is newer */
};

static void a_shorter_struct_is_filled_up_and_a_longer_one_cut(void **state)
{
    (void)state;
    struct known given = {.size = 16, .first = 1, .second = 2, .third = 3}, own;
    struct error error = ERROR_INIT;
    void *shorter = exactly(&given, 16);
    memset(&own, 0xff, sizeof own);
    assert_true(sized_read(&own, sizeof own, shorter, 16, "it", &error));
    assert_int_equal(own.second, 2);
    assert_int_equal(own.third, 0);
    free(shorter);
    uint64_t longer[8] = {0};
    given.size = sizeof longer;
    memcpy(longer, &given, sizeof given);
    assert_true(sized_read(&own, sizeof own, longer, 16, "it", &error));
    assert_int_equal(own.third, 3);
    given.size = 15;
    assert_false(sized_read(&own, sizeof own, &given, 16, "it", &error));
    assert_non_null(strstr(error.text, "it has 15 bytes by its member size, it cannot have less than 16"));
    assert_false(sized_read(&own, sizeof own, NULL, 16, "it", &error));
    assert_non_null(strstr(error.text, "it is NULL"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(versions_agree_as_promised),
        cmocka_unit_test(tables_of_older_and_newer_headers_are_taken_as_far_as_they_go),
        cmocka_unit_test(tables_that_lack_what_was_always_there_are_refused),
        cmocka_unit_test(rows_of_options_may_be_longer),
        cmocka_unit_test(what_is_reserved_is_kept_free),
        cmocka_unit_test(flags_that_must_be_known_are_refused_and_hints_are_not),
        cmocka_unit_test(a_shorter_struct_is_filled_up_and_a_longer_one_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
