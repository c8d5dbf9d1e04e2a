/* The coder's plugin by itself, run by the host as the daemon runs it: reports, remarks, options, words of one's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/log.h"
#include "core/bus/unit.h"
#include "core/host/http.h"
#include "core/host/instance.h"
#include "core/host/registry.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CODER ENT_BINARY_DIR "/plugins/coder.so"
#define DEAL "Norway delivered 24 howitzers to Latvia on Monday."

struct fixture {
    struct registry *registry;
    struct option_values *values;
    struct http_client *http;
    struct ent_instance *instance;
    char folder[64];
};

static bool no_kv(void *context, const char *instance, struct ent_str key, struct arena *arena, struct ent_str *value)
{
    (void)context;
    (void)instance;
    (void)key;
    (void)arena;
    (void)value;
    return false;
}

static bool no_http_state(void *context, const char *instance, const char *url, struct arena *arena,
                          struct unit_http_state *state)
{
    (void)context;
    (void)instance;
    (void)url;
    (void)arena;
    (void)state;
    return false;
}

static struct ent_instance *try_to_make(struct fixture *fixture, const char *key, const char *value, struct error *error)
{
    const struct plugin_info *info = registry_find(fixture->registry, CODER, error);
    if (!info)
        return NULL;
    const struct config_entry entries[] = {{.key = "plugin", .value = "coder"}, {.key = key, .value = value}};
    struct config_section section = {.kind = plugin_kind_word(PLUGIN_CLASSIFIER),
                                     .name = "coder",
                                     .title = "classifier.coder",
                                     .entries = entries,
                                     .entry_count = key ? 2 : 1};
    const struct option_table tables[] = {info->options, options_common(section.kind)};
    struct diagnostics *diagnostics = diagnostics_create();
    fixture->values =
        options_parse(&section, tables, 2, &(struct options_context){.mode = OPTIONS_RESOLVE}, diagnostics);
    size_t errors = diagnostics_count(diagnostics, DIAGNOSTIC_ERROR);
    diagnostics_destroy(diagnostics);
    if (errors) {
        error_set(error, ERROR_CONFIG, "the options are refused");
        return NULL;
    }
    struct instance_settings settings = {.title = "classifier.coder",
                                         .kind = PLUGIN_CLASSIFIER,
                                         .plugin = plugin_load(info, error),
                                         .options = fixture->values,
                                         .http = fixture->http,
                                         .backing = {fixture, no_kv, no_http_state, NULL}};
    return settings.plugin ? instance_create(&settings, error) : NULL;
}

static void make(struct fixture *fixture, const char *key, const char *value)
{
    struct error error = ERROR_INIT;
    fixture->instance = try_to_make(fixture, key, value, &error);
    if (!fixture->instance)
        fail_msg("%s", error.text);
    assert_true(instance_start(fixture->instance, &error));
}

static int set_up(void **state)
{
    struct error error = ERROR_INIT;
    struct registry_settings settings = {.runner = ENT_BINARY_DIR "/entente-runner"};
    struct fixture *fixture = calloc(1, sizeof *fixture);
    fixture->registry = registry_create(&settings, &error);
    fixture->http = http_client_create(NULL, &error);
    snprintf(fixture->folder, sizeof fixture->folder, "/tmp/entente-coder-XXXXXX");
    *state = fixture;
    log_setup(LOG_FORMAT_TEXT, LOG_ERROR, open("/dev/null", O_WRONLY | O_CLOEXEC));
    return fixture->registry && fixture->http && mkdtemp(fixture->folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    char path[100];
    instance_destroy(fixture->instance);
    http_client_destroy(fixture->http);
    options_destroy(fixture->values);
    registry_destroy(fixture->registry);
    snprintf(path, sizeof path, "%s/words.txt", fixture->folder);
    unlink(path);
    rmdir(fixture->folder);
    free(fixture);
    return 0;
}

static struct ent_record *item(const char *title, const char *body, const char *published)
{
    struct error error = ERROR_INIT;
    struct ent_builder *builder = record_build(ENT_ITEM);
    record_put_text(builder, ENT_ITEM_TITLE, title);
    record_put_text(builder, ENT_ITEM_BODY, body);
    if (published)
        record_put_time(builder, ENT_ITEM_PUBLISHED, 1710936000000); /* 2024-03-20 */
    struct ent_record *record = record_seal(builder, &error);
    if (!record)
        fail_msg("%s", error.text);
    return record;
}

static struct unit *classify(struct fixture *fixture, const char *const *bodies, size_t count)
{
    struct unit *unit = unit_create(UNIT_CLASSIFY, "classifier.coder", count);
    for (size_t i = 0; i < count; i++)
        unit->inputs[i].record = item("", bodies[i], "2024-03-20");
    instance_run(fixture->instance, unit);
    return unit;
}

static void an_item_gives_its_reports_and_nothing_else(void **state)
{
    static const char *const bodies[] = {DEAL, "It rained all day.", DEAL " Kenya froze military ties with Serbia."};
    make(*state, NULL, NULL);
    struct unit *unit = classify(*state, bodies, 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(unit_input_code(unit, i), ENT_OK);
    assert_int_equal(unit->inputs[0].output_count, 1);
    assert_int_equal(unit->inputs[1].output_count, 0);
    assert_int_equal(unit->inputs[2].output_count, 2);
    struct record_view report = unit->inputs[0].outputs[0]->view;
    assert_string_equal(record_text(report, ENT_REPORT_TYPE), "arms_transfer");
    assert_non_null(strstr(record_text(report, ENT_REPORT_STAMP), "lexicon-"));
    unit_destroy(unit);
}

static void an_item_in_another_language_is_remarked_upon(void **state)
{
    static const char *const bodies[] = {
        "Der Verteidigungsminister hat am Montag in Berlin mit seinem Kollegen über die Lieferung von Panzern gesprochen."};
    make(*state, NULL, NULL);
    struct unit *unit = classify(*state, bodies, 1);
    assert_int_equal(unit_input_code(unit, 0), ENT_OK);
    assert_int_equal(unit->inputs[0].output_count, 0);
    assert_non_null(unit->inputs[0].text);
    assert_non_null(strstr(unit->inputs[0].text, "uncoded"));
    unit_destroy(unit);
}

static void unlikely_events_are_left_out_where_asked(void **state)
{
    static const char *const bodies[] = {DEAL};
    make(*state, "min_confidence", "1");
    struct unit *unit = classify(*state, bodies, 1);
    assert_int_equal(unit_input_code(unit, 0), ENT_OK);
    assert_int_equal(unit->inputs[0].output_count, 0);
    unit_destroy(unit);
}

static void write_words(const struct fixture *fixture, const char *text)
{
    char path[100];
    snprintf(path, sizeof path, "%s/words.txt", fixture->folder);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void words_of_ones_own_are_known(void **state)
{
    static const char *const bodies[] = {"Zubrowka delivered 24 howitzers to Latvia on Monday."};
    struct fixture *fixture = *state;
    write_words(fixture, "state POL | Zubrowka\n");
    make(fixture, "lexicon", fixture->folder);
    struct unit *unit = classify(fixture, bodies, 1);
    assert_int_equal(unit->inputs[0].output_count, 1);
    struct record_view actor;
    bool found = false;
    for (size_t i = 0; record_get_view(unit->inputs[0].outputs[0]->view, ENT_REPORT_ACTOR, i, &actor); i++)
        found |= !strcmp(record_text(actor, ENT_ACTOR_ID), "POL");
    assert_true(found);
    unit_destroy(unit);
}

static void words_with_an_error_are_refused_with_their_place(void **state)
{
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    write_words(fixture, "state POL | Zubrowka\nstat POL | Other\n");
    assert_null(try_to_make(fixture, "lexicon", fixture->folder, &error));
    assert_non_null(strstr(error.text, "words.txt:2"));
}

int main(void)
{
#define CODER_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CODER_TEST(an_item_gives_its_reports_and_nothing_else),
        CODER_TEST(an_item_in_another_language_is_remarked_upon),
        CODER_TEST(unlikely_events_are_left_out_where_asked),
        CODER_TEST(words_of_ones_own_are_known),
        CODER_TEST(words_with_an_error_are_refused_with_their_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
