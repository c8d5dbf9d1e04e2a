/* Objects built against the headers of several versions, in a host of one of them. This file is built twice: for the
 * host as it is, and for one of the next minor version, whose tables have grown (GROWN_HOST). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/host/descriptor.h"
#include "core/host/plugin.h"
#include "core/host/workbench.h"
#include "lib/record/record_json.h"

#include <string.h>

#ifdef GROWN_HOST
static const bool is_grown = true;
#else
static const bool is_grown = false;
#endif

static const struct plugin *load(const char *name, struct error *error)
{
    char path[4096];
    snprintf(path, sizeof path, ENT_BINARY_DIR "/tests/abi/courier_%s.so", name);
    struct plugin_info info = {.name = "courier", .path = path};
    return plugin_load(&info, error);
}

static struct workbench *make(const struct plugin *plugin, const char *value, struct error *error)
{
    struct workbench_settings settings = {
        .descriptor = plugin->descriptor, .values = &value, .value_count = value ? 1 : 0};
    return workbench_create(&settings, error);
}

static const char *classify(struct workbench *bench)
{
    static char name[300];
    struct error error = ERROR_INIT;
    json_t *item = json_pack("{s:s}", "title", "FRA DEU");
    struct ent_record *record = record_from_json(ENT_ITEM, item, &error);
    json_decref(item);
    assert_true(record && workbench_add_input(bench, record, &error) && workbench_run(bench, 1000, &error));
    assert_int_equal(workbench_input(bench, 0)->code, ENT_OK);
    assert_int_equal(workbench_output_count(bench), 1);
    snprintf(name, sizeof name, "%s", record_text(workbench_output(bench, 0)->record->view, ENT_REPORT_NAME));
    return name;
}

static void works(const char *object, const char *later)
{
    char wanted[100];
    struct error error = ERROR_INIT;
    const struct plugin *plugin = load(object, &error);
    if (!plugin)
        fail_msg("%s", error.text);
    assert_int_equal(plugin->kinds, PLUGIN_CLASSIFIER);
    struct workbench *bench = make(plugin, "number=5", &error);
    if (!bench || !workbench_start(bench, &error))
        fail_msg("%s: %s", object, error.text);
    snprintf(wanted, sizeof wanted, "pact 5 first %s: FRA DEU", later);
    assert_string_equal(classify(bench), wanted);
    snprintf(wanted, sizeof wanted, "pact 5 again %s: FRA DEU", later);
    assert_string_equal(classify(bench), wanted);
    workbench_destroy(bench);
    assert_null(make(plugin, "number=8", &error));
    assert_non_null(strstr(error.text, "8 is no good"));
    assert_null(make(plugin, "mode=three", &error));
}

static void refused(const char *object, const char *why)
{
    struct error error = ERROR_INIT;
    assert_null(load(object, &error));
    if (!strstr(error.text, why))
        fail_msg("%s: %s", object, error.text);
}

static void one_of_the_first_version_runs(void **state)
{
    (void)state;
    works("first", "plain");
}

static void one_built_with_a_newer_header_runs_unless_it_asks_for_more(void **state)
{
    (void)state;
    works("next_plain", "plain");
}

static void one_that_uses_what_is_newer_where_it_is_there_runs_on_both(void **state)
{
    (void)state;
    works("next_asks", is_grown ? "later" : "plain");
}

static void one_that_needs_what_is_newer_runs_only_there(void **state)
{
    (void)state;
    if (is_grown)
        works("next_needs", "later");
    else
        refused("next_needs", "min_minor is newer: it needs plugin interface 1.");
}

static void another_major_version_is_refused(void **state)
{
    (void)state;
    refused("second", "abi_major differs: built for plugin interface 2.0, this host has 1.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_of_the_first_version_runs),
        cmocka_unit_test(one_built_with_a_newer_header_runs_unless_it_asks_for_more),
        cmocka_unit_test(one_that_uses_what_is_newer_where_it_is_there_runs_on_both),
        cmocka_unit_test(one_that_needs_what_is_newer_runs_only_there),
        cmocka_unit_test(another_major_version_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
