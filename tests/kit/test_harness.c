#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <entente/harness.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PLUGIN(name) ENT_BINARY_DIR "/tests/plugins/" name ".so"
#define PAGE "https://outlet.example/page"

static struct ent_harness *begin(const char *path, const char *kind, const char *key, const char *value)
{
    struct ent_harness *harness = ent_harness_load(path, kind);
    assert_non_null(harness);
    if (key)
        assert_int_equal(ent_harness_set(harness, key, value), 0);
    if (ent_harness_start(harness) != 0)
        fail_msg("%s", ent_harness_error(harness));
    return harness;
}

/* ---- running ---- */

static void records_go_in_and_come_out(void **state)
{
    (void)state;
    struct ent_harness *harness = begin(PLUGIN("moody"), "classifier", NULL, NULL);
    assert_int_equal(ent_harness_input(harness, "{\"title\":\"a\"}"), 0);
    assert_int_equal(ent_harness_report(harness, "{\"type\":\"visit\"}"), 0);
    assert_int_equal(ent_harness_input(harness, "{\"title\":\"REJECT\"}"), 0);
    assert_int_equal(ent_harness_input(harness, "{\"title\":\"b\"}"), 0);
    assert_int_equal(ent_harness_run(harness), 0);
    assert_int_equal(ent_harness_result(harness, 0), ENT_OK);
    assert_int_equal(ent_harness_result(harness, 1), ENT_REJECT);
    assert_string_equal(ent_harness_result_text(harness, 1), "the title asks for it");
    assert_int_equal(ent_harness_output_count(harness), 2);
    assert_int_equal(ent_harness_output_input(harness, 1), 2);
    assert_string_equal(ent_harness_output_text(harness, 1, ENT_REPORT_NAME), "b");
    assert_non_null(strstr(ent_harness_output_json(harness, 0), "\"item_version\":1"));
    assert_int_equal(ent_harness_destroy(harness), 0);
}

static void what_cannot_be_read_is_named(void **state)
{
    (void)state;
    struct ent_harness *harness = begin(PLUGIN("moody"), NULL, NULL, NULL);
    assert_int_equal(ent_harness_input(harness, "{\"tittle\":\"a\"}"), -1);
    assert_non_null(strstr(ent_harness_error(harness), "tittle"));
    assert_int_equal(ent_harness_input(harness, "{"), -1);
    assert_int_equal(ent_harness_destroy(harness), 0);
}

static void a_plugin_that_cannot_start_says_why(void **state)
{
    (void)state;
    const char *const wrong[][4] = {
        {PLUGIN("moody"), "create", "fail", "create was asked to fail"},
        {PLUGIN("moody"), "create", "nonsense", "create"},
        {PLUGIN("wrong_minor"), NULL, NULL, "_minor "},
        {PLUGIN("missing_symbol"), NULL, NULL, "does not export"},
        {"/nowhere/x.so", NULL, NULL, "/nowhere/x.so: cannot open"},
        {PLUGIN("trivial"), NULL, NULL, "say which one it shall be"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct ent_harness *harness = ent_harness_load(wrong[i][0], NULL);
        if (wrong[i][1])
            ent_harness_set(harness, wrong[i][1], wrong[i][2]);
        assert_int_equal(ent_harness_start(harness), -1);
        if (!strstr(ent_harness_error(harness), wrong[i][3]))
            fail_msg("\"%s\" does not say \"%s\"", ent_harness_error(harness), wrong[i][3]);
        assert_int_equal(ent_harness_destroy(harness), 0);
    }
}

/* ---- HTTP, clock, state ---- */

static void requests_are_answered_from_what_was_recorded(void **state)
{
    (void)state;
    struct ent_harness *harness = begin(PLUGIN("brittle"), "source", "url", PAGE);
    ent_harness_exchange(harness, "GET", PAGE, 200, "text/plain", "first");
    ent_harness_exchange_header(harness, "ETag", "\"one\"");
    ent_harness_exchange(harness, "GET", PAGE, 304, NULL, NULL);
    ent_harness_exchange_fail(harness, "GET", PAGE, ENT_HTTP_FAILED, "the line is cut");
    ent_harness_clock_set(1800000000000);
    assert_int_equal(ent_harness_run(harness), 0);
    assert_int_equal(ent_harness_result(harness, 0), ENT_OK);
    assert_string_equal(ent_harness_output_text(harness, 0, ENT_ITEM_TITLE), "first");
    assert_non_null(strstr(ent_harness_output_json(harness, 0), "2027-01-15T08:00:00"));
    assert_string_equal(ent_harness_kv_get(harness, "count"), "1");
    assert_null(ent_harness_request_header(harness, 0, "If-None-Match"));

    assert_int_equal(ent_harness_run(harness), 0);
    assert_int_equal(ent_harness_output_count(harness), 0);
    assert_string_equal(ent_harness_request_header(harness, 1, "if-none-match"), "\"one\"");
    assert_int_equal(ent_harness_run(harness), 0);
    assert_int_equal(ent_harness_result(harness, 0), ENT_RETRY);
    assert_string_equal(ent_harness_result_text(harness, 0), "the line is cut");
    assert_int_equal(ent_harness_exchanges_left(harness), 0);

    assert_int_equal(ent_harness_run(harness), 0);
    assert_string_equal(ent_harness_result_text(harness, 0), "no exchange is recorded for GET " PAGE);
    assert_int_equal(ent_harness_request_count(harness), 4);
    assert_int_equal(ent_harness_destroy(harness), 0);
}

static void a_classifier_reports_in_its_answer(void **state)
{
    (void)state;
    struct ent_harness *harness = begin(PLUGIN("asker"), "classifier", "url", PAGE);
    static const char id[] = "00000000000000000000000000000007";
    ent_harness_exchange(harness, "GET", PAGE, 200, "text/plain", "visit");
    ent_harness_exchange(harness, "GET", PAGE, 200, "text/plain", "none");
    ent_harness_exchange(harness, "GET", PAGE, 200, "text/plain", "later");
    assert_int_equal(ent_harness_input(harness, "{\"id\":\"a\",\"title\":\"one\"}"), 0);
    assert_int_equal(ent_harness_input(harness, "{\"id\":\"b\",\"title\":\"two\"}"), 0);
    assert_int_equal(ent_harness_report(harness, "{\"id\":\"00000000000000000000000000000007\",\"type\":\"aid\"}"), 0);
    assert_int_equal(ent_harness_run(harness), 0);
    assert_int_equal(ent_harness_output_count(harness), 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(ent_harness_result(harness, i), ENT_OK);
        assert_int_equal(ent_harness_output_input(harness, i), i);
        assert_string_equal(ent_harness_output_text(harness, i, ENT_REPORT_TYPE), "visit");
    }
    assert_int_equal(ent_harness_withdrawal_count(harness), 1);
    assert_int_equal(ent_harness_withdrawal_input(harness, 0), 1);
    assert_string_equal(ent_harness_withdrawal(harness, 0), id);

    ent_harness_input(harness, "{\"id\":\"a\",\"title\":\"one\"}");
    assert_int_equal(ent_harness_run(harness), 0);
    assert_int_equal(ent_harness_output_count(harness) + ent_harness_withdrawal_count(harness), 0);
    assert_string_equal(ent_harness_result_text(harness, 0), "uncoded: nothing to tell");

    ent_harness_input(harness, "{\"id\":\"a\",\"title\":\"one\"}");
    assert_int_equal(ent_harness_run(harness), 0);
    assert_int_equal(ent_harness_result(harness, 0), ENT_RETRY);
    assert_int_equal(ent_harness_retry_after(harness, 0), 5000);
    assert_true(ent_harness_metric(harness, "never_told") == 0);
    assert_int_equal(ent_harness_destroy(harness), 0);
}

/* A classifier that emits a report at once and leaves its item open; the answer emits another, and settles it as
 * `code`. */
static const struct ent_host *opener_host;
static uint64_t opener_ticket;
static enum ent_code opener_code;
static int opener_puts_off; /* so many answers leave it open */
static size_t opener_remarks;
static char opener_remark[100];

static void *opener_create(const struct ent_host *host, struct ent_instance *instance)
{
    opener_host = host;
    return instance;
}

static void opener_emit(struct ent_instance *instance, struct ent_unit *unit, const char *type)
{
    struct ent_builder *report = opener_host->build(instance, ENT_REPORT);
    opener_host->put_str(report, ENT_REPORT_TYPE, ent_text(type));
    assert_int_equal(opener_host->emit(unit, 0, opener_host->seal(report)), 0);
}

static enum ent_code opener_classify(void *self, struct ent_unit *unit)
{
    struct ent_instance *instance = self;
    struct ent_str classifier;
    opener_remarks = opener_host->remark_count(unit, 0);
    struct ent_str second = opener_host->remark(unit, 0, 1, NULL);
    snprintf(opener_remark, sizeof opener_remark, "%s", second.data ? second.data : "");
    assert_null(opener_host->remark(unit, 0, opener_remarks, &classifier).data);
    assert_null(classifier.data);
    opener_emit(instance, unit, "exercise");
    opener_ticket = opener_host->ticket(unit, 0);
    assert_int_equal(ent_wake(opener_host, instance)->wake(instance, 1), 0);
    return ENT_AGAIN;
}

static enum ent_code opener_respond(void *self, struct ent_unit *unit, const struct ent_http_response *response)
{
    (void)response;
    opener_emit(self, unit, "visit");
    if (opener_puts_off > 0)
        assert_int_equal(ent_wake(opener_host, self)->wake(self, 1), 0);
    opener_host->settle(unit, opener_ticket, opener_puts_off-- > 0 ? ENT_AGAIN : opener_code, -1,
                        ent_text("as the test wants it"));
    return ENT_OK;
}

static const struct ent_ops opener_ops = {
    .size = sizeof opener_ops, .create = opener_create, .classify = opener_classify, .respond = opener_respond};
static const struct ent_plugin opener = {ENT_PLUGIN_HEAD,   .name = "opener",         .version = "1.0",
                                         .licence = "MIT",  .summary = "Leaves open", ENT_PLUGIN_NO_OPTIONS,
                                         .ops = &opener_ops};

static void what_is_left_open_has_its_output_where_it_ends_well(void **state)
{
    (void)state;
    struct ent_harness *harness = ent_harness_create(&opener, NULL);
    assert_int_equal(ent_harness_start(harness), 0);
    opener_code = ENT_OK;
    assert_int_equal(ent_harness_remark(harness, "classifier.coder", "of what?"), -1);
    ent_harness_input(harness, "{\"title\":\"a\"}");
    assert_int_equal(ent_harness_remark(harness, "classifier.coder", "relevant: core"), 0);
    assert_int_equal(ent_harness_remark(harness, "classifier.other", "a dull thing"), 0);
    assert_int_equal(ent_harness_run(harness), 0);
    assert_int_equal(opener_remarks, 2);
    assert_string_equal(opener_remark, "a dull thing");
    assert_int_equal(ent_harness_output_count(harness), 2);
    assert_string_equal(ent_harness_output_text(harness, 0, ENT_REPORT_TYPE), "exercise");
    assert_string_equal(ent_harness_output_text(harness, 1, ENT_REPORT_TYPE), "visit");
    opener_puts_off = 2;
    ent_harness_input(harness, "{\"title\":\"c\"}");
    assert_int_equal(ent_harness_run(harness), 0);
    assert_int_equal(ent_harness_result(harness, 0), ENT_OK);
    assert_int_equal(ent_harness_output_count(harness), 4);
    opener_code = ENT_REJECT;
    opener_puts_off = 0;
    ent_harness_input(harness, "{\"title\":\"b\"}");
    assert_int_equal(ent_harness_run(harness), 0);
    assert_int_equal(opener_remarks, 0);
    assert_int_equal(ent_harness_result(harness, 0), ENT_REJECT);
    assert_int_equal(ent_harness_output_count(harness), 0);
    assert_int_equal(ent_harness_destroy(harness), 0);
}

/* A source that does the same with its fetch. */
static void drawer_emit(struct ent_instance *instance, struct ent_unit *unit, const char *title)
{
    struct ent_builder *item = opener_host->build(instance, ENT_ITEM);
    opener_host->put_str(item, ENT_ITEM_TITLE, ent_text(title));
    assert_int_equal(opener_host->emit(unit, 0, opener_host->seal(item)), 0);
}

static enum ent_code drawer_fetch(void *self, struct ent_unit *unit)
{
    drawer_emit(self, unit, "at once");
    opener_ticket = opener_host->ticket(unit, 0);
    assert_int_equal(ent_wake(opener_host, self)->wake(self, 1), 0);
    return ENT_AGAIN;
}

static enum ent_code drawer_respond(void *self, struct ent_unit *unit, const struct ent_http_response *response)
{
    (void)response;
    drawer_emit(self, unit, "later");
    opener_host->settle(unit, opener_ticket, opener_code, -1, ent_text("as the test wants it"));
    return ENT_OK;
}

static const struct ent_ops drawer_ops = {
    .size = sizeof drawer_ops, .create = opener_create, .fetch = drawer_fetch, .respond = drawer_respond};
static const struct ent_plugin drawer = {ENT_PLUGIN_HEAD,   .name = "drawer",          .version = "1.0",
                                         .licence = "MIT",  .summary = "Fetches twice", ENT_PLUGIN_NO_OPTIONS,
                                         .ops = &drawer_ops};

static void what_a_source_emits_is_kept_once_however_its_fetch_ends(void **state)
{
    static const enum ent_code codes[] = {ENT_OK, ENT_RETRY};
    (void)state;
    struct ent_harness *harness = ent_harness_create(&drawer, NULL);
    assert_int_equal(ent_harness_start(harness), 0);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        opener_code = codes[i];
        assert_int_equal(ent_harness_run(harness), 0);
        assert_int_equal(ent_harness_result(harness, 0), opener_code);
        assert_int_equal(ent_harness_output_count(harness), 2);
        assert_string_equal(ent_harness_output_text(harness, 0, ENT_ITEM_TITLE), "at once");
        assert_string_equal(ent_harness_output_text(harness, 1, ENT_ITEM_TITLE), "later");
    }
    assert_int_equal(ent_harness_destroy(harness), 0);
}

static void a_detector_finds_at_once_and_in_its_answer(void **state)
{
    (void)state;
    struct ent_harness *harness = begin(PLUGIN("sentry"), "detector", "url", PAGE);
    ent_harness_exchange(harness, "GET", PAGE, 200, "text/plain", "a matter of weight");
    static const char *const titles[] = {"plain", "ASK", "REJECT"};
    for (int i = 0; i < 3; i++) {
        char json[200];
        snprintf(json, sizeof json, "{\"id\":\"%032d\",\"type\":\"aid\",\"sources\":[{\"title\":\"%s\"}]}", i,
                 titles[i]);
        assert_int_equal(ent_harness_input(harness, json), 0);
    }
    assert_int_equal(ent_harness_run(harness), 0);
    assert_int_equal(ent_harness_result(harness, 0), ENT_OK);
    assert_int_equal(ent_harness_result(harness, 1), ENT_OK);
    assert_int_equal(ent_harness_result(harness, 2), ENT_REJECT);
    assert_int_equal(ent_harness_output_count(harness), 2);
    assert_string_equal(ent_harness_output_text(harness, 0, ENT_FINDING_TEXT), "number 1");
    assert_string_equal(ent_harness_output_text(harness, 1, ENT_FINDING_TEXT), "a matter of weight");
    assert_int_equal(ent_harness_output_input(harness, 1), 1);
    assert_string_equal(ent_harness_kv_get(harness, "count"), "1");
    assert_int_equal(ent_harness_destroy(harness), 0);
}

static void exchanges_are_read_from_a_file(void **state)
{
    (void)state;
    char path[] = "/tmp/entente-harness-XXXXXX";
    int file = mkstemp(path);
    static const char lines[] = "{\"url\":\"" PAGE "\",\"headers\":{\"ETag\":\"x\"},\"body\":\"recorded\"}\n";
    assert_int_equal(write(file, lines, sizeof lines - 1), sizeof lines - 1);
    close(file);
    struct ent_harness *harness = begin(PLUGIN("brittle"), "source", "url", PAGE);
    assert_int_equal(ent_harness_exchanges_read(harness, path), 0);
    assert_int_equal(ent_harness_run(harness), 0);
    assert_string_equal(ent_harness_output_text(harness, 0, ENT_ITEM_TITLE), "recorded");
    assert_int_equal(ent_harness_exchanges_read(harness, "/nowhere"), -1);
    assert_non_null(strstr(ent_harness_error(harness), "/nowhere"));
    unlink(path);
    assert_int_equal(ent_harness_destroy(harness), 0);
}

static void kept_values_outlive_a_restart(void **state)
{
    (void)state;
    struct ent_harness *harness = begin(PLUGIN("brittle"), "source", "url", PAGE);
    ent_harness_kv_put(harness, "count", "41");
    ent_harness_stop(harness);
    assert_int_equal(ent_harness_start(harness), 0);
    ent_harness_exchange(harness, "GET", PAGE, 200, "text/plain", "x");
    assert_int_equal(ent_harness_run(harness), 0);
    assert_string_equal(ent_harness_kv_get(harness, "count"), "42");
    assert_int_equal(ent_harness_destroy(harness), 0);
}

/* ---- faults ---- */

static void a_service_fails_when_told_to_and_nothing_is_kept(void **state)
{
    (void)state;
    const char *const services[] = {"kv/1", "http/1", "seal", "emit", "build"};
    for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
        struct ent_harness *harness = begin(PLUGIN("brittle"), "source", "url", PAGE);
        for (int call = 0; call < 2; call++)
            ent_harness_exchange(harness, "GET", PAGE, 200, "text/plain", "x");
        assert_int_equal(ent_harness_fail_service(harness, services[i], 1), 0);
        assert_int_equal(ent_harness_run(harness), 0);
        assert_int_equal(ent_harness_result(harness, 0), ENT_RETRY);
        assert_int_equal(ent_harness_output_count(harness), 0);
        assert_null(ent_harness_kv_get(harness, "count"));
        assert_int_equal(ent_harness_run(harness), 0);
        assert_int_equal(ent_harness_result(harness, 0), ENT_OK);
        assert_int_equal(ent_harness_service_calls(harness, services[i]), 2);
        assert_int_equal(ent_harness_destroy(harness), 0);
    }
}

static size_t fetch_once(void *context)
{
    struct ent_harness *harness = ent_harness_load(PLUGIN("brittle"), "source");
    ent_harness_set(harness, "url", PAGE);
    ent_harness_set(harness, "brittle", context ? "yes" : "no");
    ent_harness_exchange(harness, "GET", PAGE, 200, "text/plain", "x");
    if (ent_harness_start(harness) == 0)
        ent_harness_run(harness);
    return ent_harness_destroy(harness);
}

static void each_allocation_fails_once(void **state)
{
    (void)state;
    unsigned long runs = 0;
    long problems = ent_harness_each_allocation(fetch_once, NULL, &runs);
    if (problems < 0)
        skip();
    assert_int_equal(problems, 0);
    /* create's two at the least, and then one in which nothing failed. */
    assert_true(runs > 3);
}

static void one_that_takes_memory_for_granted_is_found(void **state)
{
    (void)state;
    if (ent_harness_each_allocation(fetch_once, NULL, NULL) < 0)
        skip();
    pid_t child = fork();
    if (child == 0) {
        signal(SIGSEGV, SIG_DFL); /* cmocka has a handler of its own */
        ent_harness_each_allocation(fetch_once, (void *)"brittle", NULL);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
}

/* ---- lifetimes ---- */

static void each_wrong_handling_of_a_record_is_told(void **state)
{
    (void)state;
    const char *const faults[][2] = {
        {"emit_unheld", "must be held first"},
        {"hold_leak", "was never released"},
        {"builder_leak", "neither sealed nor discarded"},
        {"release_twice", "that the plugin does not hold"},
        {"read_late", "after its callback returned"},
        {"read_after_emit", "used after it was given back"},
        {"use_sealed", "after it was sealed or discarded"},
        {"unit_late", "outside of the callback"},
    };
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct ent_harness *harness = begin(PLUGIN("careless"), "transform", "fault", faults[i][0]);
        for (int call = 0; call < 2; call++) {
            assert_int_equal(ent_harness_input(harness, "{\"title\":\"a\"}"), 0);
            assert_int_equal(ent_harness_run(harness), 0);
        }
        ent_harness_stop(harness);
        if (ent_harness_problem_count(harness) == 0 || !strstr(ent_harness_problem(harness, 0), faults[i][1]))
            fail_msg("%s: %zu problems, \"%s\"", faults[i][0], ent_harness_problem_count(harness),
                     ent_harness_problem(harness, 0));
        assert_true(ent_harness_destroy(harness) > 0);
    }
}

static void careful_handling_is_no_problem(void **state)
{
    (void)state;
    struct ent_harness *harness = begin(PLUGIN("careless"), "transform", NULL, NULL);
    for (int call = 0; call < 3; call++) {
        assert_int_equal(ent_harness_input(harness, "{\"title\":\"a\"}"), 0);
        assert_int_equal(ent_harness_run(harness), 0);
        assert_int_equal(ent_harness_result(harness, 0), ENT_OK);
        assert_int_equal(ent_harness_output_count(harness), 1);
    }
    assert_int_equal(ent_harness_destroy(harness), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_go_in_and_come_out),
        cmocka_unit_test(what_cannot_be_read_is_named),
        cmocka_unit_test(a_plugin_that_cannot_start_says_why),
        cmocka_unit_test(requests_are_answered_from_what_was_recorded),
        cmocka_unit_test(a_classifier_reports_in_its_answer),
        cmocka_unit_test(what_is_left_open_has_its_output_where_it_ends_well),
        cmocka_unit_test(what_a_source_emits_is_kept_once_however_its_fetch_ends),
        cmocka_unit_test(a_detector_finds_at_once_and_in_its_answer),
        cmocka_unit_test(exchanges_are_read_from_a_file),
        cmocka_unit_test(kept_values_outlive_a_restart),
        cmocka_unit_test(a_service_fails_when_told_to_and_nothing_is_kept),
        cmocka_unit_test(each_allocation_fails_once),
        cmocka_unit_test(one_that_takes_memory_for_granted_is_found),
        cmocka_unit_test(each_wrong_handling_of_a_record_is_told),
        cmocka_unit_test(careful_handling_is_no_problem),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
