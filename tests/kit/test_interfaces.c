/* What the host offers to plugins, asked by one that is linked into the test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <entente/harness.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct ent_host *host;
static struct ent_instance *instance;
/* What the classifier does with its unit; set by each test. */
static enum ent_code (*act)(struct ent_unit *unit);

static void *create(const struct ent_host *the_host, struct ent_instance *the_instance)
{
    host = the_host;
    instance = the_instance;
    return instance;
}

static enum ent_code callback(void *self, struct ent_unit *unit)
{
    (void)self;
    return act(unit);
}

static enum ent_code respond(void *self, struct ent_unit *unit, const struct ent_http_response *response)
{
    (void)self;
    (void)unit;
    return response->outcome == ENT_HTTP_DONE ? ENT_OK : ENT_RETRY;
}

/* A common option, of which it says its own default. */
static const struct ent_option options[] = {
    {.name = "interval", .type = ENT_OPTION_DURATION, .default_value = "3h", .help = "How often it looks."}};
static const struct ent_ops ops = {
    .size = sizeof ops, .create = create, .fetch = callback, .classify = callback, .respond = respond};
static const struct ent_plugin plugin = {ENT_PLUGIN_HEAD,   .name = "asker",       .version = "1", .licence = "MIT",
                                         .summary = "Asks", ENT_PLUGIN_OPTIONS(options), .ops = &ops};

static struct ent_harness *begin(const char *kind, enum ent_code (*what)(struct ent_unit *unit))
{
    struct ent_harness *harness = ent_harness_create(&plugin, kind);
    assert_non_null(harness);
    act = what;
    if (ent_harness_start(harness) != 0)
        fail_msg("%s", ent_harness_error(harness));
    return harness;
}

static void run_well(struct ent_harness *harness)
{
    assert_int_equal(ent_harness_run(harness), 0);
    if (ent_harness_result(harness, 0) != ENT_OK)
        fail_msg("%d: %s", ent_harness_result(harness, 0), ent_harness_result_text(harness, 0));
    assert_int_equal(ent_harness_destroy(harness), 0);
}

/* ---- text/1 ---- */

#define SAYS(str, wanted) assert_string_equal((str).data ? (str).data : "(none)", wanted)

static enum ent_code read_texts(struct ent_unit *unit)
{
    const struct ent_text_1 *text = ent_texts(host, instance);
    assert_non_null(text);
    SAYS(text->decode(unit, ent_text("caf\xe9"), "text/plain; charset=latin1"), "café");
    SAYS(text->decode(unit,
                      ent_text("\xef\xbb\xbf"
                               "plain"),
                      NULL),
         "plain");
    SAYS(text->decode(unit, ent_bytes(NULL, 0), NULL), "");
    SAYS(text->from_html(unit, ent_text("<p>One &amp; two</p><script>no()</script><p>three"), 0), "One & two\n\nthree");
    SAYS(text->from_html(unit, ent_text("<b>a</b><br>b"), ENT_HTML_ONE_LINE), "a b");
    SAYS(text->language(unit,
                        ent_text("Die Regierung hat mit den Nachbarn ein Abkommen über die Lieferung unterzeichnet und "
                                 "es wird noch in diesem Jahr in Kraft treten")),
         "de");
    SAYS(text->language(unit, ent_text("")), "und");
    SAYS(text->resolve(unit, ent_text("https://outlet.example/news/"), ent_text("../a?b=1")),
         "https://outlet.example/a?b=1");
    int64_t time = 0;
    int32_t offset = 0;
    const char *precision = NULL;
    assert_int_equal(text->read_date(unit, ent_text("Thu, 05 Mar 2026 09:00:00 +0200"), &time, &offset, &precision), 1);
    assert_int_equal(time, 1772694000000);
    assert_int_equal(offset, 120);
    assert_string_equal(precision, "second");
    assert_int_equal(text->read_date(unit, ent_text("5 March 2026"), &time, NULL, &precision), 1);
    assert_string_equal(precision, "day");
    assert_int_equal(text->read_date(unit, ent_text("soon"), &time, NULL, NULL), 0);
    return ENT_OK;
}

static void texts_of_the_web_are_read(void **state)
{
    (void)state;
    run_well(begin("source", read_texts));
}

static enum ent_code read_texts_without_trust(struct ent_unit *unit)
{
    const struct ent_text_1 *text = ent_texts(host, instance);
    struct ent_str body = text ? text->from_html(unit, ent_text("<p>body"), 0) : ent_bytes(NULL, 0);
    struct ent_str language = body.data ? text->language(unit, body) : body;
    struct ent_str plain = language.data ? text->decode(unit, body, NULL) : language;
    return plain.data ? ENT_OK : ent_fail(host, instance, ENT_RETRY, "no memory");
}

static size_t one_failure(void *context)
{
    struct ent_harness *harness = ent_harness_create(&plugin, "source");
    (void)context;
    act = read_texts_without_trust;
    if (ent_harness_start(harness) == 0)
        ent_harness_run(harness);
    return ent_harness_destroy(harness);
}

static void texts_are_none_where_memory_is_out(void **state)
{
    (void)state;
    unsigned long runs = 0;
    long problems = ent_harness_each_allocation(one_failure, NULL, &runs);
    if (problems < 0)
        skip();
    assert_int_equal(problems, 0);
    assert_true(runs > 1);
}

/* ---- copying records ---- */

static enum ent_code replace_report(struct ent_unit *unit)
{
    static const uint32_t changed[] = {ENT_REPORT_CONFIDENCE, 0};
    const struct ent_record *report = host->report(unit, 0, 0);
    struct ent_builder *builder = host->build(instance, ENT_REPORT);
    host->put_all(builder, report, changed);
    host->put_num(builder, ENT_REPORT_CONFIDENCE, 0.25);
    host->put_rec(builder, ENT_REPORT_ACTOR, host->get_rec(unit, report, ENT_REPORT_ACTOR, 0));
    struct ent_record *record = host->seal(builder);
    return record && host->emit(unit, 0, record) == 0 ? ENT_OK : ENT_RETRY;
}

static void a_record_that_differs_in_one_field_is_copied(void **state)
{
    (void)state;
    struct ent_harness *harness = begin("classifier", replace_report);
    assert_int_equal(ent_harness_input(harness, "{\"title\":\"a\"}"), 0);
    assert_int_equal(
        ent_harness_report(harness, "{\"type\":\"visit\",\"confidence\":0.75,\"actors\":[{\"id\":\"FRA\"}]}"), 0);
    assert_int_equal(ent_harness_run(harness), 0);
    assert_int_equal(ent_harness_result(harness, 0), ENT_OK);
    const char *json = ent_harness_output_json(harness, 0);
    if (!json || !strstr(json, "\"type\":\"visit\"") || !strstr(json, "\"confidence\":0.25") || strstr(json, "0.75") ||
        !strstr(json, "[{\"id\":\"FRA\"},{\"id\":\"FRA\"}]"))
        fail_msg("%s", json);
    assert_int_equal(ent_harness_destroy(harness), 0);
}

static enum ent_code mix_kinds(struct ent_unit *unit)
{
    struct ent_builder *builder = host->build(instance, ENT_REPORT);
    host->put_all(builder, host->input(unit, 0), NULL);
    assert_null(host->seal(builder));
    builder = host->build(instance, ENT_REPORT);
    host->put_rec(builder, ENT_REPORT_ACTOR, host->input(unit, 0));
    assert_null(host->seal(builder));
    return ENT_OK;
}

static void a_record_of_another_kind_is_not_copied(void **state)
{
    (void)state;
    struct ent_harness *harness = begin("classifier", mix_kinds);
    assert_int_equal(ent_harness_input(harness, "{\"title\":\"a\"}"), 0);
    run_well(harness);
}

static enum ent_code use_no_builder(struct ent_unit *unit)
{
    (void)unit;
    host->put_str(NULL, ENT_ITEM_TITLE, ent_text("a"));
    host->put_int(NULL, ENT_ITEM_VERSION, 1);
    host->put_num(NULL, ENT_REPORT_CONFIDENCE, 1);
    host->put_time(NULL, ENT_ITEM_PUBLISHED, 1);
    host->open(NULL, ENT_REPORT_ACTOR, ENT_ACTOR);
    host->close(NULL);
    host->discard(NULL);
    assert_null(host->seal(NULL));
    return ENT_OK;
}

static void a_builder_for_which_there_was_no_memory_may_be_used(void **state)
{
    (void)state;
    run_well(begin("source", use_no_builder));
}

/* ---- requests of other sizes ---- */

#define PAGE "https://outlet.example/"

/* As an author with an older or a newer header would send it. */
static enum ent_code submit_sized(struct ent_unit *unit)
{
    const struct ent_http_1 *http = ent_http(host, instance);
    struct {
        struct ent_http_request known;
        uint64_t later[4];
    } request = {.known = {.size = sizeof request, .url = PAGE}, .later = {1, 2, 3, 4}};
    assert_int_equal(http->submit(unit, NULL), -1);
    request.known.size = 8;
    assert_int_equal(http->submit(unit, &request.known), -1);
    request.known.size = sizeof request;
    request.known.flags = 1u << 15;
    assert_int_equal(http->submit(unit, &request.known), -1);
    request.known.flags = 1u << 16;
    assert_int_equal(http->submit(unit, &request.known), 0);
    struct {
        struct ent_fetch_hints known;
        uint64_t later;
    } hints = {.known = {.size = sizeof hints, .skip_hours = 1}};
    host->fetch_hints(unit, &hints.known);
    hints.known.size = 4;
    host->fetch_hints(unit, &hints.known);
    host->fetch_hints(unit, NULL);
    return ENT_OK;
}

static void requests_of_other_headers_are_read_as_far_as_they_go(void **state)
{
    (void)state;
    struct ent_harness *harness = begin("source", submit_sized);
    ent_harness_exchange(harness, "GET", PAGE, 200, "text/plain", "x");
    run_well(harness);
}

/* ---- mail, folders, faults ---- */

#define INBOX "imaps://mail.example/INBOX"

static enum ent_code exchange_mail(struct ent_unit *unit)
{
    static const char *const recipients[] = {"a@example.org", "b@example.org"};
    const struct ent_mail_1 *mail = ent_mail(host, instance);
    struct ent_mail_request send = {.size = sizeof send,
                                    .url = "smtps://mail.example",
                                    .from = "desk@example.org",
                                    .recipients = recipients,
                                    .recipient_count = 2,
                                    .message = "Subject: x\r\n\r\ny\r\n",
                                    .message_size = 17};
    struct ent_mail_request search = {.size = sizeof search, .url = INBOX, .command = "UID SEARCH UNSEEN"};
    return mail->submit(unit, &send) == 0 && mail->submit(unit, &search) == 0 ? ENT_OK : ENT_RETRY;
}

static void mail_servers_are_answered_from_exchanges(void **state)
{
    (void)state;
    struct ent_harness *harness = begin("source", exchange_mail);
    ent_harness_exchange(harness, "SEND", "smtps://mail.example", 250, NULL, "");
    ent_harness_exchange(harness, "UID SEARCH UNSEEN", INBOX, 0, NULL, "* SEARCH 7");
    assert_int_equal(ent_harness_run(harness), 0);
    assert_int_equal(ent_harness_result(harness, 0), ENT_OK);
    assert_int_equal(ent_harness_exchanges_left(harness), 0);
    assert_int_equal(ent_harness_request_count(harness), 2);
    assert_string_equal(ent_harness_request_method(harness, 0), "SEND");
    assert_string_equal(ent_harness_request_header(harness, 0, "From"), "desk@example.org");
    assert_string_equal(ent_harness_request_header(harness, 0, "To"), "a@example.org");
    assert_int_equal(ent_harness_request_body(harness, 0).size, 17);
    assert_int_equal(ent_harness_fail_service(harness, "mail/1", 1), 0);
    assert_int_equal(ent_harness_run(harness), 0);
    assert_int_equal(ent_harness_result(harness, 0), ENT_RETRY);
    assert_string_equal(ent_harness_result_text(harness, 0), "mail: out of memory");
    assert_int_equal(ent_harness_destroy(harness), 0);
}

static enum ent_code look_for_folder(struct ent_unit *unit)
{
    (void)unit;
    const struct ent_folder_1 *folder = ent_folder(host, instance);
    struct ent_str path = folder ? folder->path(instance) : ent_text("none");
    return ent_fail(host, instance, ENT_RETRY, path.data);
}

static void a_folder_is_there_where_the_test_gives_one(void **state)
{
    (void)state;
    struct ent_harness *harness = begin("source", look_for_folder);
    assert_int_equal(ent_harness_run(harness), 0);
    assert_string_equal(ent_harness_result_text(harness, 0), "none");
    ent_harness_stop(harness);
    char path[] = "/tmp/entente-harness-XXXXXX";
    assert_non_null(mkdtemp(path));
    assert_int_equal(ent_harness_folder(harness, path), 0);
    assert_int_equal(ent_harness_start(harness), 0);
    assert_int_equal(ent_harness_run(harness), 0);
    char made[200];
    snprintf(made, sizeof made, "%s", ent_harness_result_text(harness, 0));
    assert_memory_equal(made, path, strlen(path));
    assert_int_equal(rmdir(made), 0);
    *strrchr(made, '/') = '\0';
    assert_int_equal(rmdir(made), 0);
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(ent_harness_destroy(harness), 0);
}

static void texts_fail_when_told_to(void **state)
{
    (void)state;
    struct ent_harness *harness = begin("source", read_texts_without_trust);
    for (unsigned long call = 1; call <= 3; call++) {
        assert_int_equal(ent_harness_fail_service(harness, "text/1", call), 0);
        assert_int_equal(ent_harness_run(harness), 0);
        assert_int_equal(ent_harness_result(harness, 0), ENT_RETRY);
    }
    assert_int_equal(ent_harness_run(harness), 0);
    assert_int_equal(ent_harness_result(harness, 0), ENT_OK);
    assert_int_equal(ent_harness_destroy(harness), 0);
}

/* ---- options ---- */

static enum ent_code look_at_interval(struct ent_unit *unit)
{
    (void)unit;
    return host->option_int(instance, "interval") == 3 * 3600 * 1000 ? ENT_OK : ENT_REJECT;
}

static void what_a_plugin_says_of_a_common_option_goes_before_it(void **state)
{
    (void)state;
    run_well(begin("source", look_at_interval));
}

/* ---- kv/1 ---- */

static enum ent_code list_keys(struct ent_unit *unit)
{
    const struct ent_kv_1 *kv = ent_kv(host, instance);
    struct ent_str key = ent_text(NULL);
    kv->put(unit, ent_text("seen/b"), ent_text("1"));
    kv->put(unit, ent_text("seen/c"), ent_bytes(NULL, 0));
    assert_int_equal(kv->next(unit, ent_text("seen/"), key, &key), 1);
    SAYS(key, "seen/a");
    assert_int_equal(kv->next(unit, ent_text("seen/"), key, &key), 1);
    SAYS(key, "seen/b");
    assert_int_equal(kv->next(unit, ent_text("seen/"), key, &key), 0);
    return ENT_OK;
}

static void keys_are_listed(void **state)
{
    (void)state;
    struct ent_harness *harness = begin("source", list_keys);
    ent_harness_kv_put(harness, "other", "1");
    ent_harness_kv_put(harness, "seen/c", "1");
    ent_harness_kv_put(harness, "seen/a", "1");
    ent_harness_kv_put(harness, "seen", "1");
    run_well(harness);
}

/* ---- members that may be missing ---- */

static void a_member_beyond_the_size_is_missing(void **state)
{
    (void)state;
    struct ent_kv_1 kv = {.size = sizeof kv};
    const struct ent_kv_1 *table = &kv;
    assert_true(ENT_HAS(table, get));
    assert_true(ENT_HAS(table, put));
    kv.size = offsetof(struct ent_kv_1, put);
    assert_true(ENT_HAS(table, get));
    assert_false(ENT_HAS(table, put));
    table = NULL;
    assert_false(ENT_HAS(table, get));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_of_the_web_are_read),
        cmocka_unit_test(texts_are_none_where_memory_is_out),
        cmocka_unit_test(a_record_that_differs_in_one_field_is_copied),
        cmocka_unit_test(a_record_of_another_kind_is_not_copied),
        cmocka_unit_test(a_builder_for_which_there_was_no_memory_may_be_used),
        cmocka_unit_test(requests_of_other_headers_are_read_as_far_as_they_go),
        cmocka_unit_test(mail_servers_are_answered_from_exchanges),
        cmocka_unit_test(a_folder_is_there_where_the_test_gives_one),
        cmocka_unit_test(texts_fail_when_told_to),
        cmocka_unit_test(what_a_plugin_says_of_a_common_option_goes_before_it),
        cmocka_unit_test(keys_are_listed),
        cmocka_unit_test(a_member_beyond_the_size_is_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
