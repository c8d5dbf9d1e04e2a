#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/host/http.h"
#include "core/host/instance.h"
#include "core/host/registry.h"
#include "core/host/runners.h"
#include "tests/core/host/peer.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TRIVIAL ENT_BINARY_DIR "/tests/plugins/trivial.so"

/* Every test runs once for each place where a plugin may be: it must make no difference. */
static enum isolation isolation;

/* ---- an instance of the trivial plugin, as a section of the configuration would make it ---- */

struct fixture {
    struct registry *registry;
    struct option_values *values;
    struct http_client *http;
    struct runners *runners;
    struct ent_instance *instance;
    char kept[100]; /* the value of kv's "calls" as the store would have it; "" for none */
};

static bool kv_get(void *context, const char *instance, struct ent_str key, struct arena *arena, struct ent_str *value)
{
    struct fixture *fixture = context;
    assert_string_equal(instance, "source.test");
    assert_string_equal(key.data, "calls");
    if (!*fixture->kept)
        return false;
    *value = ent_text(arena_copy(arena, fixture->kept, strlen(fixture->kept)));
    return true;
}

static bool kv_next(void *context, const char *instance, struct ent_str prefix, struct ent_str after, struct arena *arena,
                    struct ent_str *key)
{
    static const char *const kept[] = {"a", "kept/1", "kept/2", "kept/3", "other"};
    (void)context;
    assert_string_equal(instance, "source.test");
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (unit_is_next_key(ent_text(kept[i]), prefix, after)) {
            *key = ent_text(arena_copy(arena, kept[i], strlen(kept[i])));
            return true;
        }
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

static struct ent_instance *try_to_make(struct fixture *fixture, unsigned kind, struct error *error,
                                        const struct config_entry *entries, size_t count)
{
    const struct plugin_info *info = registry_find(fixture->registry, TRIVIAL, error);
    assert_non_null(info);
    struct config_section section = {.kind = plugin_kind_word(kind),
                                     .name = "test",
                                     .title = "source.test",
                                     .entries = entries,
                                     .entry_count = count};
    const struct option_table tables[] = {info->options, options_common(section.kind)};
    struct diagnostics *diagnostics = diagnostics_create();
    fixture->values =
        options_parse(&section, tables, 2, &(struct options_context){.mode = OPTIONS_RESOLVE}, diagnostics);
    diagnostics_print(diagnostics, stderr, false);
    assert_int_equal(diagnostics_count(diagnostics, DIAGNOSTIC_ERROR), 0);
    diagnostics_destroy(diagnostics);
    struct instance_settings settings = {.title = "source.test",
                                         .kind = kind,
                                         .plugin = isolation == ISOLATION_NONE ? plugin_load(info, error) : NULL,
                                         .options = fixture->values,
                                         .http = fixture->http,
                                         .backing = {.context = fixture, .kv_get = kv_get, .kv_next = kv_next, .http_state_get = no_http_state},
                                         .isolation = isolation,
                                         .info = info,
                                         .runners = fixture->runners};
    assert_true(settings.plugin || isolation != ISOLATION_NONE);
    return instance_create(&settings, error);
}

static struct ent_instance *make(struct fixture *fixture, const char *key, const char *value, const char *key2,
                                 const char *value2)
{
    struct error error = ERROR_INIT;
    const struct config_entry entries[] = {
        {.key = "plugin", .value = "trivial"}, {.key = key, .value = value}, {.key = key2, .value = value2}};
    fixture->instance = try_to_make(fixture, PLUGIN_SOURCE, &error, entries, key2 ? 3 : key ? 2 : 1);
    if (!fixture->instance)
        fail_msg("%s", error.text);
    assert_true(instance_start(fixture->instance, &error));
    return fixture->instance;
}

static int set_up(void **state)
{
    struct error error = ERROR_INIT;
    struct registry_settings settings = {.runner = ENT_BINARY_DIR "/entente-runner"};
    struct fixture *fixture = calloc(1, sizeof *fixture);
    fixture->registry = registry_create(&settings, &error);
    fixture->http = http_client_create(NULL, &error);
    fixture->runners = runners_create(ENT_BINARY_DIR "/entente-runner");
    *state = fixture;
    /* What the tests provoke is logged; nobody wants to read it. */
    log_setup(LOG_FORMAT_TEXT, LOG_ERROR, open("/dev/null", O_WRONLY | O_CLOEXEC));
    return fixture->registry && fixture->http && fixture->runners ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    instance_destroy(fixture->instance);
    runners_destroy(fixture->runners);
    http_client_destroy(fixture->http);
    options_destroy(fixture->values);
    registry_destroy(fixture->registry);
    free(fixture);
    return 0;
}

static struct unit *run_fetch(struct ent_instance *instance)
{
    struct unit *unit = unit_create(UNIT_FETCH, "source.test", 1);
    instance_run(instance, unit);
    return unit;
}

/* ---- what a callback does ---- */

static void a_fetch_emits_what_its_options_say(void **state)
{
    struct ent_instance *instance = make(*state, "text", "a title", "count", "3");
    struct unit *unit = run_fetch(instance);
    assert_int_equal(unit_input_code(unit, 0), ENT_OK);
    assert_int_equal(unit->inputs[0].output_count, 3);
    assert_string_equal(record_text(unit->inputs[0].outputs[0]->view, ENT_ITEM_TITLE), "a title");
    unit_destroy(unit);
}

static void kept_values_are_read_from_the_store_and_written_with_the_unit(void **state)
{
    struct fixture *fixture = *state;
    struct ent_instance *instance = make(fixture, NULL, NULL, NULL, NULL);
    snprintf(fixture->kept, sizeof fixture->kept, "41");
    struct unit *unit = run_fetch(instance);
    struct ent_str value;
    assert_true(unit_get_kv(unit, ent_text("calls"), &value));
    assert_string_equal(value.data, "42");
    assert_int_equal(unit->kv_count, 1);
    unit_destroy(unit);
}

static void keys_are_listed_in_order_with_the_units_own_writes(void **state)
{
    static const struct {
        const char *key, *listed;
    } rows[] = {{"x/kept", "kept/1 kept/3"},
                {"x/own", "own/a own/b"},
                {"x/none", ""},
                {"x/all", "a kept/1 kept/3 other own/a own/b x/kept x/none x/own"}};
    struct ent_instance *instance = make(*state, "answer", "list", NULL, NULL);
    struct unit *unit = run_fetch(instance);
    struct ent_str value;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(unit_get_kv(unit, ent_text(rows[i].key), &value));
        assert_string_equal(value.data, rows[i].listed);
    }
    unit_destroy(unit);
}

static void results_come_with_the_plugins_text(void **state)
{
    static const struct {
        const char *word;
        enum ent_code code;
    } rows[] = {{"retry", ENT_RETRY}, {"reject", ENT_REJECT}};
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ent_instance *instance = make(fixture, "answer", rows[i].word, NULL, NULL);
        struct unit *unit = run_fetch(instance);
        assert_int_equal(unit_input_code(unit, 0), rows[i].code);
        assert_string_equal(unit->text, "as asked");
        assert_int_equal(instance_state(instance), INSTANCE_RUNNING);
        unit_destroy(unit);
        instance_destroy(instance);
        fixture->instance = NULL;
        options_destroy(fixture->values);
        fixture->values = NULL;
    }
}

static void a_record_of_the_wrong_kind_is_not_taken(void **state)
{
    struct unit *unit = run_fetch(make(*state, "answer", "kind", NULL, NULL));
    assert_int_equal(unit_input_code(unit, 0), ENT_RETRY);
    assert_int_equal(unit->inputs[0].output_count, 0);
    assert_non_null(strstr(unit->text, "this kind of record"));
    unit_destroy(unit);
}

static void again_without_anything_to_wait_for_is_a_retry(void **state)
{
    struct unit *unit = run_fetch(make(*state, "answer", "again", NULL, NULL));
    assert_int_equal(unit_input_code(unit, 0), ENT_RETRY);
    assert_non_null(strstr(unit->inputs[0].text, "neither a request under way nor a ticket"));
    unit_destroy(unit);
}

/* ---- life ---- */

static void a_failing_check_or_create_is_told(void **state)
{
    static const char *const words[][2] = {{"check", "source.test: answer: check was asked for"},
                                           {"create", "source.test: cannot be created: create was asked to fail"}};
    struct fixture *fixture = *state;
    for (size_t i = 0; i < 2; i++) {
        struct error error = ERROR_INIT;
        const struct config_entry entries[] = {{.key = "plugin", .value = "trivial"},
                                               {.key = "answer", .value = words[i][0]}};
        assert_null(try_to_make(fixture, PLUGIN_SOURCE, &error, entries, 2));
        assert_string_equal(error.text, words[i][1]);
        options_destroy(fixture->values);
        fixture->values = NULL;
    }
}

static void a_plugin_is_only_what_its_callbacks_make_it(void **state)
{
    struct error error = ERROR_INIT;
    const struct config_entry entries[] = {{.key = "plugin", .value = "trivial"}};
    assert_null(try_to_make(*state, PLUGIN_CLASSIFIER, &error, entries, 1));
    assert_string_equal(error.text, "source.test: plugin trivial cannot be a classifier, only: source, sink");
}

static void config_parks_it(void **state)
{
    struct ent_instance *instance = make(*state, "answer", "config", NULL, NULL);
    unit_destroy(run_fetch(instance));
    assert_int_equal(instance_state(instance), INSTANCE_PARKED);
    assert_false(instance_revive(instance));
    struct unit *unit = run_fetch(instance);
    assert_int_equal(unit_input_code(unit, 0), ENT_RETRY);
    assert_string_equal(unit->text, "the instance is parked: as asked");
    unit_destroy(unit);
}

static void fatal_breaks_it_and_each_time_it_rests_longer(void **state)
{
    struct ent_instance *instance = make(*state, "answer", "fatal", NULL, NULL);
    int64_t waits[3];
    for (int i = 0; i < 3; i++) {
        struct unit *unit = run_fetch(instance);
        assert_int_equal(unit_input_code(unit, 0), ENT_FATAL);
        unit_destroy(unit);
        assert_int_equal(instance_state(instance), INSTANCE_BROKEN);
        waits[i] = instance_revive_wait(instance);
        assert_true(instance_revive(instance));
        assert_int_equal(instance_state(instance), INSTANCE_RUNNING);
    }
    assert_true(waits[0] > 500 && waits[0] <= 1000);
    assert_true(waits[1] > 1500 && waits[1] <= 2000);
    assert_true(waits[2] > 3500 && waits[2] <= 4000);
}

static void a_start_that_fails_leaves_it_broken(void **state)
{
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    const struct config_entry entries[] = {{.key = "plugin", .value = "trivial"}, {.key = "answer", .value = "start"}};
    fixture->instance = try_to_make(fixture, PLUGIN_SOURCE, &error, entries, 2);
    assert_non_null(fixture->instance);
    assert_false(instance_start(fixture->instance, &error));
    assert_string_equal(error.text, "source.test: cannot be started (FATAL): start was asked to fail");
    assert_int_equal(instance_state(fixture->instance), INSTANCE_BROKEN);
    assert_false(instance_revive(fixture->instance));
}

/* ---- http/1 ---- */

static const struct peer_route routes[] = {
    {"/feed", "HTTP/1.1 200 OK\r\nETag: \"e\"\r\nContent-Length: 2\r\n\r\nok", 0, 0},
    {"/slow", "HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\nx", 9000, 50},
    {NULL, NULL, 0, 0},
};

static struct http_response *wait_for_response(struct ent_instance *instance)
{
    struct http_response *response;
    int64_t end = clock_monotonic() + 10000;
    while (!(response = instance_take_response(instance)) && clock_monotonic() < end)
        poll(NULL, 0, 1);
    assert_non_null(response);
    return response;
}

static void an_answer_becomes_a_unit_with_the_validators(void **state)
{
    struct peer *peer = peer_start(routes);
    char url[100];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/feed", peer_port(peer));
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    const struct config_entry entries[] = {{.key = "plugin", .value = "trivial"},
                                           {.key = "answer", .value = "url"},
                                           {.key = "url", .value = url},
                                           {.key = "allow_private", .value = "yes"}};
    fixture->instance = try_to_make(fixture, PLUGIN_SOURCE, &error, entries, 4);
    assert_true(instance_start(fixture->instance, &error));
    struct unit *fetch = run_fetch(fixture->instance);
    assert_int_equal(unit_input_code(fetch, 0), ENT_AGAIN);
    assert_int_equal(instance_pending(fixture->instance), 1);
    unit_destroy(fetch);
    struct unit *unit = unit_create(UNIT_RESPOND, "source.test", 1);
    assert_true(instance_run_response(fixture->instance, unit, wait_for_response(fixture->instance)));
    assert_int_equal(unit_input_code(unit, 0), ENT_OK);
    assert_int_equal(unit->inputs[0].output_count, 1);
    assert_int_equal(unit->http_state_count, 1);
    assert_string_equal(unit->http_states[0].url, url);
    assert_string_equal(unit->http_states[0].etag, "\"e\"");
    assert_int_equal(instance_pending(fixture->instance), 0);
    unit_destroy(unit);
    peer_stop(peer);
}

static void what_is_cancelled_by_a_drain_is_not_kept(void **state)
{
    struct peer *peer = peer_start(routes);
    char url[100];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/slow", peer_port(peer));
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    const struct config_entry entries[] = {{.key = "plugin", .value = "trivial"},
                                           {.key = "answer", .value = "url"},
                                           {.key = "url", .value = url},
                                           {.key = "allow_private", .value = "yes"}};
    fixture->instance = try_to_make(fixture, PLUGIN_SOURCE, &error, entries, 4);
    assert_true(instance_start(fixture->instance, &error));
    unit_destroy(run_fetch(fixture->instance));
    instance_drain(fixture->instance, 100);
    struct unit *unit = unit_create(UNIT_RESPOND, "source.test", 1);
    assert_false(instance_run_response(fixture->instance, unit, wait_for_response(fixture->instance)));
    assert_int_equal(instance_pending(fixture->instance), 0);
    unit_destroy(unit);
    peer_stop(peer);
}

int main(void)
{
#define INSTANCE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        INSTANCE_TEST(a_fetch_emits_what_its_options_say),
        INSTANCE_TEST(kept_values_are_read_from_the_store_and_written_with_the_unit),
        INSTANCE_TEST(keys_are_listed_in_order_with_the_units_own_writes),
        INSTANCE_TEST(results_come_with_the_plugins_text),
        INSTANCE_TEST(a_record_of_the_wrong_kind_is_not_taken),
        INSTANCE_TEST(again_without_anything_to_wait_for_is_a_retry),
        INSTANCE_TEST(a_failing_check_or_create_is_told),
        INSTANCE_TEST(a_plugin_is_only_what_its_callbacks_make_it),
        INSTANCE_TEST(config_parks_it),
        INSTANCE_TEST(fatal_breaks_it_and_each_time_it_rests_longer),
        INSTANCE_TEST(a_start_that_fails_leaves_it_broken),
        INSTANCE_TEST(an_answer_becomes_a_unit_with_the_validators),
        INSTANCE_TEST(what_is_cancelled_by_a_drain_is_not_kept),
    };
    int failures = 0;
    for (isolation = ISOLATION_NONE; isolation < ISOLATION_COUNT; isolation++)
        failures += cmocka_run_group_tests_name(isolation_word(isolation), tests, NULL, NULL);
    return failures;
}
