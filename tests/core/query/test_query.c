#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/query/query.h"
#include "core/query/status.h"
#include "core/store/events.h"
#include "core/store/store.h"
#include "tests/core/query/sample_store.h"

#include <jansson.h>
#include <string.h>

struct bench {
    char state_dir[100];
    struct query *query;
};

static int setup(void **state)
{
    static struct bench bench;
    struct error error = ERROR_INIT;
    snprintf(bench.state_dir, sizeof bench.state_dir, "/tmp/entente-query-XXXXXX");
    sample_store_make(bench.state_dir);
    bench.query = query_open(bench.state_dir, &error);
    *state = &bench;
    return bench.query ? 0 : -1;
}

static int teardown(void **state)
{
    struct bench *bench = *state;
    query_close(bench->query);
    sample_store_remove(bench->state_dir);
    return 0;
}

typedef struct query_cursor *open_cursor(struct query *query, const struct query_filter *filter, struct error *error);

/* The first digits of the ids that the filter lets through, apart by spaces. */
static void assert_ids(struct bench *bench, open_cursor *open, const struct query_filter *filter, unsigned id_field,
                       size_t digits, const char *wanted)
{
    struct error error = ERROR_INIT;
    char ids[2000] = "";
    struct query_cursor *cursor = open(bench->query, filter, &error);
    if (!cursor)
        fail_msg("%s", error.text);
    for (const struct query_row *row;;) {
        if (!query_next(cursor, &row, &error))
            fail_msg("%s", error.text);
        if (!row)
            break;
        size_t used = strlen(ids);
        snprintf(ids + used, sizeof ids - used, "%s%.*s", used ? " " : "", (int)digits,
                 record_text(row->record->view, id_field) + (digits == 1 ? 31 : 0));
    }
    query_end(cursor);
    assert_string_equal(ids, wanted);
}

static void assert_events(struct bench *bench, struct query_filter filter, const char *wanted)
{
    assert_ids(bench, query_events, &filter, ENT_REPORT_ID, 2, wanted);
}

static void events_come_newest_news_first_and_merged_ones_do_not(void **state)
{
    assert_events(*state, (struct query_filter)QUERY_FILTER_INIT, "44 3f 55 66 88");
}

#define FILTER(...) ((struct query_filter){.since = INT64_MIN, .until = INT64_MAX, __VA_ARGS__})
#define BETWEEN(since_time, until_time, ...)                                                                           \
    ((struct query_filter){.since = (since_time), .until = (until_time), __VA_ARGS__})

static void each_filter_lets_through_what_it_says(void **state)
{
    assert_events(*state, FILTER(.types = "visit,basing"), "55 66");
    assert_events(*state, FILTER(.statuses = "signed"), "3f");
    assert_events(*state, FILTER(.scopes = "background"), "66");
    assert_events(*state, FILTER(.modalities = "confirmed,alleged"), "3f 55 88");
    assert_events(*state, FILTER(.actors = "RUS"), "3f 66");
    assert_events(*state, FILTER(.actors = "ORG:NATO,JOR"), "55 88");
    assert_events(*state, FILTER(.dyad = "UZB,RUS"), "3f");
    assert_events(*state, FILTER(.dyad = "RUS,JPN"), "");
    assert_events(*state, FILTER(.sources_min = 2), "3f 55");
    assert_events(*state, FILTER(.sources = "daily.example,other.example"), "3f");
    assert_events(*state, FILTER(.text = "mi-8 HELICOPTERS"), "3f");
    assert_events(*state, FILTER(.text = "東シナ海"), "44");
    assert_events(*state, FILTER(.text = "no such words"), "");
    assert_events(*state, FILTER(.limit = 2), "44 3f");
    assert_events(*state, FILTER(.actors = "RUS", .types = "basing"), "66");
}

static void an_observer_makes_no_dyad(void **state)
{
    assert_events(*state, FILTER(.dyad = "JPN,USA"), "44");
    assert_events(*state, FILTER(.dyad = "JPN,AUS"), "");
    assert_events(*state, FILTER(.actors = "AUS"), "44");
}

static void a_word_that_looks_like_sql_is_a_word(void **state)
{
    assert_events(*state, FILTER(.types = "visit') OR 1=1 --"), "");
    assert_events(*state, FILTER(.actors = "\"],RUS"), "3f 66");
}

static int64_t time_of(const char *text, bool is_until)
{
    struct error error = ERROR_INIT;
    int64_t time;
    if (!query_parse_time(text, SAMPLE_NOW, is_until, &time, &error))
        fail_msg("%s", error.text);
    return time;
}

static void times_are_ages_dates_and_words(void **state)
{
    (void)state;
    const int64_t hour = 3600 * 1000, day = 24 * hour, midnight = SAMPLE_NOW - 12 * hour;
    assert_int_equal(time_of("90m", false), SAMPLE_NOW - 90 * 60 * 1000);
    assert_int_equal(time_of("7d", false), SAMPLE_NOW - 7 * day);
    assert_int_equal(time_of("2w", true), SAMPLE_NOW - 14 * day);
    assert_int_equal(time_of("today", false), midnight);
    assert_int_equal(time_of("today", true), midnight + day);
    assert_int_equal(time_of("yesterday", true), midnight);
    assert_int_equal(time_of("2024-05-24", false), midnight);
    assert_int_equal(time_of("2024-05-24", true), midnight + day);
    assert_int_equal(time_of("2023-12", true), time_of("2024-01-01", false));
    assert_int_equal(time_of("2024-02", true), time_of("2024-03-01", false));
    assert_int_equal(time_of("2023", true), time_of("2024", false));
    assert_int_equal(time_of("2024-05-24T14:00:00+02:00", true), SAMPLE_NOW);
    static const char *const wrong[] = {"",        "7",          "7x",        "d",   "last week",
                                        "2024-13", "2024-02-30", "99999999d", "-7d", "7d ago"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct error error = ERROR_INIT;
        int64_t time;
        if (query_parse_time(wrong[i], SAMPLE_NOW, false, &time, &error))
            fail_msg("'%s' was taken for a time", wrong[i]);
        assert_non_null(strstr(error.text, "is no time: write an age"));
    }
}

static void the_bounds_of_time_are_half_open(void **state)
{
    assert_events(*state, BETWEEN(time_of("2024-05-20", false), time_of("2024-05-23", true), .limit = 0), "3f 55");
    assert_events(*state, BETWEEN(time_of("2024-05-01", false), time_of("2024-05-19", true), .limit = 0), "66");
    assert_events(*state, BETWEEN(INT64_MIN, time_of("2024-04", true), .limit = 0), "88");
    assert_events(*state, BETWEEN(time_of("2024-05-24T01:00:00Z", false), INT64_MAX, .limit = 0), "44");
    assert_events(*state, BETWEEN(INT64_MIN, time_of("2024-05-24T01:00:00Z", true), .types = "exercise"), "");
}

static void items_come_last_stored_first_with_their_reports(void **state)
{
    struct bench *bench = *state;
    struct query_filter all = QUERY_FILTER_INIT;
    assert_ids(bench, query_items, &all, ENT_ITEM_ID, 8, "aa000004 aa000003 aa000002 aa000001");
    assert_ids(bench, query_items, &FILTER(.sources = "wire"), ENT_ITEM_ID, 8, "aa000004 aa000001");
    assert_ids(bench, query_items, &FILTER(.sources = "source.asia,daily"), ENT_ITEM_ID, 8, "aa000003 aa000002");
    assert_ids(bench, query_items, &FILTER(.text = "вертолёты"), ENT_ITEM_ID, 8, "aa000002");
    /* Without a time of publication that of the fetch counts. */
    assert_ids(bench, query_items, &BETWEEN(time_of("2024-05-24T10:00:00Z", false), INT64_MAX, .limit = 0), ENT_ITEM_ID,
               8, "aa000004");
    struct error error = ERROR_INIT;
    const struct query_row *row;
    struct query_cursor *cursor = query_items(bench->query, &FILTER(.text = "will sell"), &error);
    assert_true(query_next(cursor, &row, &error));
    assert_int_equal(row->reports, 1);
    assert_false(row->superseded);
    query_end(cursor);
}

static void alerts_come_with_their_state_and_deliveries(void **state)
{
    struct bench *bench = *state;
    struct query_filter all = QUERY_FILTER_INIT;
    assert_ids(bench, query_alerts, &all, ENT_ALERT_ID, 1, "3 2 1");
    assert_ids(bench, query_alerts, &FILTER(.watches = "central-asia"), ENT_ALERT_ID, 1, "3 1");
    assert_ids(bench, query_alerts, &FILTER(.types = "exercise"), ENT_ALERT_ID, 1, "2");
    assert_ids(bench, query_alerts, &FILTER(.states = "muted"), ENT_ALERT_ID, 1, "");
    struct error error = ERROR_INIT;
    const struct query_row *row;
    static const int64_t wanted[][3] = {{2, 0, 0}, {0, 1, 1}, {0, 2, 0}};
    struct query_cursor *cursor = query_alerts(bench->query, &all, &error);
    for (size_t i = 0; i < SAMPLE_ALERTS; i++) {
        assert_true(query_next(cursor, &row, &error));
        assert_string_equal(record_text(row->record->view, ENT_ALERT_STATE), "new");
        assert_int_equal(row->pending, wanted[i][0]);
        assert_int_equal(row->delivered, wanted[i][1]);
        assert_int_equal(row->dead, wanted[i][2]);
    }
    query_end(cursor);
}

static void many_pages_give_each_event_once_while_a_writer_moves_them(void **state)
{
    enum { MORE = 1234 };
    struct bench *bench = *state;
    sample_store_add_events(bench->state_dir, 1, MORE);
    struct error error = ERROR_INIT;
    struct query_filter all = QUERY_FILTER_INIT;
    struct query_cursor *cursor = query_events(bench->query, &all, &error);
    const struct query_row *row;
    static bool seen[MORE + SAMPLE_EVENTS + 100];
    size_t count = 0;
    memset(seen, 0, sizeof seen);
    while (query_next(cursor, &row, &error) && row) {
        assert_in_range(row->sequence, 1, MORE + SAMPLE_EVENTS + 1);
        assert_false(seen[row->sequence]);
        seen[row->sequence] = true;
        /* No transaction stays open between pages: the WAL can be checkpointed whole. */
        if (count++ == MORE / 2) {
            assert_int_equal(sqlite3_txn_state(store_database(query_store(bench->query)), NULL), SQLITE_TXN_NONE);
            sample_store_add_events(bench->state_dir, MORE + 1, 1);
        }
    }
    assert_int_equal(count, MORE + SAMPLE_EVENTS);
    query_end(cursor);
}

static void the_status_is_what_the_store_knows(void **state)
{
    struct bench *bench = *state;
    struct error error = ERROR_INIT;
    struct buffer text = BUFFER_INIT;
    struct json_writer writer;
    json_begin(&writer, &text);
    json_object_open(&writer);
    if (!query_status(bench->query, &writer, &error))
        fail_msg("%s", error.text);
    json_object_close(&writer);
    json_t *status = json_loadb(text.bytes, text.size, 0, NULL);
    assert_non_null(status);
    int items, events, failures, waiting, behind, alerts, pending, dead, letters;
    assert_int_equal(json_unpack(status, "{s:{s:i,s:i},s:[{},{s:i}],s:[{s:i,s:i}],s:[{s:i}],s:[{s:i,s:i}],s:i}",
                                 "counts", "items", &items, "events", &events, "sources", "failures", &failures,
                                 "processors", "waiting", &waiting, "behind", &behind, "watches", "alerts", &alerts,
                                 "sinks", "pending", &pending, "dead", &dead, "dead_letters", &letters),
                     0);
    assert_int_equal(items, SAMPLE_ITEMS);
    assert_int_equal(events, SAMPLE_EVENTS);
    assert_int_equal(failures, 5);
    assert_int_equal(waiting, 1);
    assert_int_equal(behind, 1);
    assert_int_equal(alerts, 2);
    assert_int_equal(pending, 1);
    assert_int_equal(dead, 1);
    assert_int_equal(letters, 2);
    json_decref(status);
    buffer_free(&text);
}

static void a_state_directory_without_a_store_is_missing_one(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    assert_null(query_open("/nonexistent/entente", &error));
    assert_int_equal(error.kind, ERROR_MISSING);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(events_come_newest_news_first_and_merged_ones_do_not),
        TEST(each_filter_lets_through_what_it_says),
        TEST(an_observer_makes_no_dyad),
        TEST(a_word_that_looks_like_sql_is_a_word),
        TEST(times_are_ages_dates_and_words),
        TEST(the_bounds_of_time_are_half_open),
        TEST(items_come_last_stored_first_with_their_reports),
        TEST(alerts_come_with_their_state_and_deliveries),
        TEST(many_pages_give_each_event_once_while_a_writer_moves_them),
        TEST(the_status_is_what_the_store_knows),
        TEST(a_state_directory_without_a_store_is_missing_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
