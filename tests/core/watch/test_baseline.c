/* What firsts are measured by: the file of known pairs, and what the store knows of two parties. */
#include "core/store/baseline.h"
#include "core/store/events.h"
#include "core/store/store.h"
#include "core/watch/known_dyads.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DAY_MS 86400000LL

/* ---- the file ---- */

static void every_form_of_a_row_is_read(void **state)
{
    (void)state;
    static const char text[] = "\xef\xbb\xbfname,Left,right,Type,last,first\r\n"
                               "x,RUS,UZB,arms_transfer,2023-05,1998\r\n"
                               "\r\n# remark\n"
                               "\"a, \"\"b\"\"\",ORG:NATO,\"KAZ\",,,\n"
                               " y , 860 , GEO ,visit,,2001-02-03";
    struct csv_error error;
    struct known_dyads *dyads = known_dyads_read(text, sizeof text - 1, &error);
    if (!dyads)
        fail_msg("%d:%d: %s", error.line, error.column, error.text);
    assert_int_equal(known_dyads_count(dyads), 3);
    const struct known_dyad *row = known_dyads_at(dyads, 0);
    assert_string_equal(row->left, "RUS");
    assert_string_equal(row->type, "arms_transfer");
    assert_int_equal(row->first, 10227); /* 1998-01-01 */
    assert_int_equal(row->last, 19508);  /* 2023-05-31 */
    row = known_dyads_at(dyads, 1);
    assert_string_equal(row->left, "ORG:NATO");
    assert_string_equal(row->right, "KAZ");
    assert_true(row->first == INT64_MIN && row->last == INT64_MIN && !*row->type);
    row = known_dyads_at(dyads, 2);
    assert_string_equal(row->left, "UZB"); /* by its M49 number */
    assert_int_equal(row->first, 11356);
    known_dyads_destroy(dyads);
}

static void what_is_wrong_is_told_by_line_and_column(void **state)
{
    (void)state;
    static const struct {
        const char *text, *why;
        int line, column;
    } rows[] = {
        {"", "the first line names the columns", 1, 1},
        {"a,c\nRUS,UZB\n", "the first line names the columns", 1, 1},
        {"a,b,a\n", "stands twice", 1, 5},
        {"a,b\nRUS,UZZ\n", "'UZZ' is no party", 2, 5},
        {"a,b\nRUS\n", "fewer fields", 2, 1},
        {"a,b\nRUS,UZB,x\n", "more fields", 2, 9},
        {"a,b\nRUS,RUS\n", "a pair is of two", 2, 1},
        {"a,b,type\nRUS,UZB,sale\n", "'sale' is no type", 2, 9},
        {"a,b,last\nRUS,UZB,2024-13\n", "is no date", 2, 9},
        {"a,b,first,last\nRUS,UZB,2024,2023\n", "later than the last", 2, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct csv_error error;
        assert_null(known_dyads_read(rows[i].text, strlen(rows[i].text), &error));
        if (!strstr(error.text, rows[i].why) || error.line != rows[i].line || error.column != rows[i].column)
            fail_msg("%s: %d:%d: %s", rows[i].text, error.line, error.column, error.text);
    }
}

/* ---- the store ---- */

static struct store *store;

static int set_up(void **state)
{
    struct error error = ERROR_INIT;
    (void)state;
    store = store_open(":memory:", STORE_WRITE, &error);
    return store && store_begin(store, &error) ? 0 : -1;
}

static int tear_down(void **state)
{
    struct error error = ERROR_INIT;
    (void)state;
    bool ok = store_commit(store, &error);
    store_close(store);
    return ok ? 0 : -1;
}

static void know(const char *left, const char *right, const char *type, int64_t first, int64_t last)
{
    struct error error = ERROR_INIT;
    assert_true(store_known_dyad_put(store, &(struct known_dyad){left, right, type, first, last}, &error));
}

static void expect_known(const char *left, const char *right, const char *type, int64_t before, int64_t expected)
{
    struct error error = ERROR_INIT;
    bool found;
    int64_t last;
    assert_true(store_known_dyad_find(store, left, right, type, before, &last, &found, &error));
    if (expected == INT64_MIN)
        assert_false(found);
    else {
        assert_true(found);
        assert_int_equal(last, expected);
    }
}

static void known_pairs_are_found_in_either_order_until_their_last_day(void **state)
{
    (void)state;
    know("UZB", "RUS", "aid", 100, 200);
    know("RUS", "UZB", "aid", 50, 150); /* widens it */
    know("USA", "KAZ", "", INT64_MIN, INT64_MIN);
    expect_known("RUS", "UZB", NULL, 1000, 200);
    expect_known("UZB", "RUS", "aid", 1000, 200);
    expect_known("UZB", "RUS", "aid", 120, 119); /* it goes on beyond that day */
    expect_known("UZB", "RUS", "aid", 50, INT64_MIN);
    expect_known("UZB", "RUS", "visit", 1000, INT64_MIN);
    expect_known("KAZ", "USA", NULL, 1000, INT64_MAX);
    expect_known("KAZ", "USA", "visit", 1000, INT64_MIN);
    expect_known("KAZ", "RUS", NULL, 1000, INT64_MIN);
    know("RUS", "UZB", "visit", INT64_MIN, INT64_MIN);
    expect_known("RUS", "UZB", NULL, 1000, INT64_MAX);
}

struct told {
    const char *id, *type, *modality, *scope, *role, *date;
    int64_t day;
    enum event_state state;
};

static void tell(struct told told)
{
    struct error error = ERROR_INIT;
    struct ent_builder *builder = record_build(ENT_EVENT);
    record_put_text(builder, ENT_REPORT_ID, told.id);
    record_put_text(builder, ENT_REPORT_TYPE, told.type ? told.type : "visit");
    record_put_text(builder, ENT_REPORT_MODALITY, told.modality ? told.modality : "reported");
    record_put_text(builder, ENT_REPORT_SCOPE, told.scope ? told.scope : "current");
    record_put_int(builder, ENT_EVENT_REVISION, 1);
    record_put_time(builder, ENT_EVENT_FIRST_SEEN, told.day * DAY_MS);
    record_put_time(builder, ENT_EVENT_LAST_SEEN, told.day * DAY_MS);
    static const char *const ids[] = {"FIN", "SWE"};
    for (size_t i = 0; i < 2; i++) {
        record_open(builder, ENT_REPORT_ACTOR, ENT_ACTOR);
        record_put_text(builder, ENT_ACTOR_ID, ids[i]);
        record_put_text(builder, ENT_ACTOR_ROLE, i && told.role ? told.role : "participant");
        record_close(builder);
    }
    if (told.date) {
        record_open(builder, ENT_REPORT_DATE, ENT_DATE);
        record_put_text(builder, ENT_DATE_START, told.date);
        record_put_text(builder, ENT_DATE_END, told.date);
        record_close(builder);
    }
    struct ent_record *event = record_seal(builder, &error);
    assert_non_null(event);
    if (!store_event_put(store, event->view, told.state, told.state == EVENT_MERGED ? "z" : NULL, NULL, 0, &error))
        fail_msg("%s", error.text);
    record_release(event);
}

static bool seen(const char *type, int64_t from, int64_t before, bool is_ever)
{
    struct error error = ERROR_INIT;
    bool is_seen;
    int64_t time;
    struct dyad_question question = {"SWE", "FIN", type, "asked", from * DAY_MS, before * DAY_MS, is_ever};
    if (!store_dyad_seen(store, &question, &is_seen, &time, &error))
        fail_msg("%s", error.text);
    return is_seen;
}

static void only_what_happened_between_the_two_before_counts(void **state)
{
    (void)state;
    tell((struct told){.id = "asked", .day = 100});
    tell((struct told){.id = "denied", .modality = "denied", .day = 90});
    tell((struct told){.id = "watched", .role = "observer", .day = 90});
    tell((struct told){.id = "later", .day = 101});
    tell((struct told){.id = "withdrawn", .day = 90, .state = EVENT_WITHDRAWN});
    tell((struct told){.id = "merged", .day = 90, .state = EVENT_MERGED});
    assert_false(seen(NULL, 0, 100, false));
    tell((struct told){.id = "long-ago", .day = 40});
    assert_false(seen(NULL, 50, 100, false));
    assert_true(seen(NULL, 30, 100, false));
    assert_true(seen(NULL, 50, 100, true));
    assert_false(seen("aid", 30, 100, true));
    assert_true(seen("visit", 30, 100, true));
}

static void background_counts_by_its_own_date(void **state)
{
    (void)state;
    tell((struct told){.id = "history", .scope = "background", .date = "1970-02-10", .day = 95}); /* day 40 */
    assert_false(seen(NULL, 50, 100, false));
    assert_true(seen(NULL, 30, 100, false));
    tell((struct told){.id = "undated", .scope = "background", .day = 96});
    assert_true(seen(NULL, 50, 100, false));
}

struct days {
    int64_t day[8], items[8];
    size_t count;
};

static bool take_day(void *context, int64_t day, int64_t items)
{
    struct days *days = context;
    days->day[days->count] = day;
    days->items[days->count] = items;
    return ++days->count < 8;
}

static void items_are_counted_by_the_day_of_their_publication(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    struct days days = {.count = 0};
    assert_true(store_item_day_add(store, "a", 5 * DAY_MS + 1, 9 * DAY_MS, &error));
    assert_true(store_item_day_add(store, "a", INT64_MIN, 9 * DAY_MS, &error));   /* not known: its fetch */
    assert_true(store_item_day_add(store, "b", 99 * DAY_MS, 9 * DAY_MS, &error)); /* to come: its fetch */
    assert_true(store_item_day_add(store, "b", -1, 9 * DAY_MS, &error));          /* in 1969 */
    assert_true(store_item_days(store, "", INT64_MIN, INT64_MAX, take_day, &days, &error));
    assert_int_equal(days.count, 3);
    assert_int_equal(days.day[0], -1);
    assert_int_equal(days.day[1], 5);
    assert_int_equal(days.day[2], 9);
    assert_int_equal(days.items[2], 2);
    days.count = 0;
    assert_true(store_item_days(store, "a", 6, 9, take_day, &days, &error));
    assert_int_equal(days.count, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_of_a_row_is_read),
        cmocka_unit_test(what_is_wrong_is_told_by_line_and_column),
        TEST(known_pairs_are_found_in_either_order_until_their_last_day),
        TEST(only_what_happened_between_the_two_before_counts),
        TEST(background_counts_by_its_own_date),
        TEST(items_are_counted_by_the_day_of_their_publication),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
