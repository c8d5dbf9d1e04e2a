/* What reports of one article make their events: linked, and one a part of another. */
#include "core/base/clock.h"
#include "core/desk/corrections.h"
#include "core/desk/linking.h"
#include "core/desk/twins.h"
#include "core/store/events.h"
#include "tests/core/desk/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SALE(status, more)                                                                                             \
    "{'type':'arms_transfer','status':'" status "','modality':'reported','scope':'current',"                          \
    "'actors':[{'id':'TUR','role':'supplier'},{'id':'POL','role':'recipient'}]" more ",'confidence':0.8}"
#define PACT(status, more)                                                                                             \
    "{'type':'agreement','status':'" status "','modality':'reported','scope':'current',"                              \
    "'actors':[{'id':'TUR','role':'participant'},{'id':'POL','role':'participant'}]" more ",'confidence':0.8}"
#define DRONES(count) ",'equipment':[{'name':'TB2 drones','count':" count "}]"
#define DAY(day) ",'date':{'start':'" day "','end':'" day "','precision':'day'}"

static const struct row {
    const char *part, *whole;
    int expected;
} rows[] = {
    {SALE("completed", DRONES("6")), SALE("signed", DRONES("24")), 2},
    {SALE("ongoing", DRONES("6")), SALE("announced", DRONES("24")), 2},
    {SALE("signed", DRONES("24")), SALE("completed", DRONES("6")), 0},
    {SALE("completed", ",'equipment':[{'name':'Kirpi vehicles'}]"), SALE("signed", DRONES("24")), 0},
    {SALE("signed", DRONES("24")), PACT("signed", ""), 1},
    {SALE("signed", DRONES("24")), PACT("negotiated", ""), 0},
    {SALE("signed", DRONES("24") DAY("2021-05-24")), PACT("signed", DAY("2022-05-24")), 0},
    {PACT("signed", ""), SALE("signed", DRONES("24")), 0},
    {"{'type':'arms_transfer','status':'signed','actors':[{'id':'DEU','role':'supplier'},{'id':'POL','role':'recipient'}]}",
     PACT("signed", ""), 0},
    {"{'type':'arms_transfer','status':'signed','modality':'denied','actors':[{'id':'TUR','role':'supplier'},"
     "{'id':'POL','role':'recipient'}]}",
     PACT("signed", ""), 0},
};

static void features_of(struct features *features, const char *report)
{
    struct told told;
    struct buffer text = BUFFER_INIT;
    buffer_printf(&text, "{'published':'2023-05-02','publisher':'a.example','report':%s}", report);
    told_read(&told, "item", text.bytes);
    told_features(&told, features);
    told_free(&told);
    buffer_free(&text);
}

static void a_lot_is_a_part_of_its_contract_and_a_contract_of_its_agreement(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct features part, whole;
        features_of(&part, rows[i].part);
        features_of(&whole, rows[i].whole);
        if (linking_is_part(&part, &whole) != rows[i].expected)
            fail_msg("row %zu: %d, not %d", i, linking_is_part(&part, &whole), rows[i].expected);
    }
}

#define SUM(value) ",'quantities':[{'kind':'money','value':" value ",'unit':'USD','qualifier':'exact'}]"
#define DRILL(more)                                                                                                    \
    "{'type':'exercise','status':'ongoing','modality':'reported','scope':'current',"                                   \
    "'actors':[{'id':'TUR','role':'participant'},{'id':'POL','role':'participant'}]" more ",'confidence':0.8}"
#define COURSE(more)                                                                                                   \
    "{'type':'training','status':'ongoing','modality':'reported','scope':'current',"                                   \
    "'actors':[{'id':'TUR','role':'supplier'},{'id':'POL','role':'recipient'}]" more ",'confidence':0.8}"
#define AT(name) ",'places':[{'raw':'" name "','name':'" name "','country':'POL','precision':'city'}]"

static const struct twin_row {
    const char *a, *b;
    bool are_twins;
} twin_rows[] = {
    {SALE("signed", SUM("80000000")), PACT("signed", SUM("80000000")), true},
    {SALE("signed", SUM("80000000")), PACT("signed", SUM("300000000")), false},
    {SALE("signed", ""), PACT("signed", ""), false}, /* a pair and a day are not enough */
    {DRILL(AT("Drawsko") DAY("2023-05-02")), COURSE(AT("Drawsko") DAY("2023-05-02")), true},
    {DRILL(AT("Drawsko") DAY("2023-05-02")), COURSE(AT("Drawsko") DAY("2023-05-09")), false},
    {DRILL(AT("Drawsko") DAY("2023-05-02")), COURSE(AT("Torun") DAY("2023-05-02")), false},
    {DRILL(AT("Drawsko") DAY("2023-05-02")), SALE("signed", AT("Drawsko") DAY("2023-05-02")), false},
    {DRILL(AT("Drawsko") DAY("2023-05-02")), DRILL(AT("Drawsko") DAY("2023-05-02")), false},
};

static void one_act_told_as_two_types_is_known_by_something_definite(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof twin_rows / sizeof *twin_rows; i++) {
        struct features a, b;
        struct match match, back;
        features_of(&a, twin_rows[i].a);
        features_of(&b, twin_rows[i].b);
        a.item = 1;
        b.item = 2;
        twins_compare(&a, &b, &match);
        twins_compare(&b, &a, &back);
        if ((match.veto == NULL) != twin_rows[i].are_twins || (back.veto == NULL) != twin_rows[i].are_twins)
            fail_msg("row %zu: %s", i, match.veto ? match.veto : "twins");
    }
}

struct seen {
    struct ent_record *events[4];
    size_t count;
};

static bool see(void *context, const struct event_row *row)
{
    struct seen *seen = context;
    struct error error = ERROR_INIT;
    assert_true(seen->count < 4);
    seen->events[seen->count++] = record_from_bytes(row->record.bytes, row->record.size, &error);
    return true;
}

static struct record_view event_of_type(const struct seen *seen, const char *type)
{
    for (size_t i = 0; i < seen->count; i++)
        if (strcmp(record_text(seen->events[i]->view, ENT_REPORT_TYPE), type) == 0)
            return seen->events[i]->view;
    fail_msg("no %s", type);
    return seen->events[0]->view;
}

static void assert_linked(struct bench *bench)
{
    struct seen seen = {.count = 0};
    struct error error = ERROR_INIT;
    assert_true(store_events_each(bench->store, 0, 0, see, &seen, &error));
    assert_int_equal(seen.count, 2);
    struct record_view sale = event_of_type(&seen, "arms_transfer"), pact = event_of_type(&seen, "agreement");
    assert_string_equal(record_text(sale, ENT_REPORT_PARENT), record_text(pact, ENT_REPORT_ID));
    assert_string_equal(record_text(sale, ENT_REPORT_RELATED), record_text(pact, ENT_REPORT_ID));
    assert_string_equal(record_text(pact, ENT_REPORT_RELATED), record_text(sale, ENT_REPORT_ID));
    assert_null(record_text(pact, ENT_REPORT_PARENT));
    for (size_t i = 0; i < seen.count; i++)
        record_release(seen.events[i]);
}

/* The event that another is a part of gets a new id when an earlier report founds it. */
static void links_follow_events_that_change_their_ids(void **state)
{
    (void)state;
    struct told both, earlier;
    struct bench bench;
    told_read(&both, "item-b", "{'published':'2023-05-04','publisher':'a.example','reports':[" PACT("signed", "") "," SALE("signed", DRONES("24")) "]}");
    told_read(&earlier, "item-a", "{'published':'2023-05-03','publisher':'b.example','report':" PACT("signed", "") "}");
    bench_open(&bench);
    bench_take(&bench, &both);
    assert_linked(&bench);
    bench_take(&bench, &earlier);
    assert_linked(&bench);
    bench_withdraw(&bench, &earlier);
    assert_linked(&bench);
    bench_close(&bench);
    told_free(&both);
    told_free(&earlier);
}

static void take_one(struct bench *bench, const char *item, const char *published, const char *report)
{
    struct told told;
    struct buffer text = BUFFER_INIT;
    buffer_printf(&text, "{'published':'%s','publisher':'%s.example','report':%s}", published, item, report);
    told_read(&told, item, text.bytes);
    bench_take(bench, &told);
    told_free(&told);
    buffer_free(&text);
}

static void twins_that_a_person_makes_one_are_not_related_to_themselves(void **state)
{
    (void)state;
    struct bench bench;
    struct error error = ERROR_INIT;
    struct desk_corrected corrected;
    bench_open(&bench);
    take_one(&bench, "sale", "2023-05-02", SALE("signed", SUM("80000000")));
    take_one(&bench, "pact", "2023-05-03", PACT("signed", SUM("80000000")));
    struct seen seen = {.count = 0};
    assert_true(store_events_each(bench.store, 0, 0, see, &seen, &error));
    assert_int_equal(seen.count, 2);
    struct desk_correction merge = {.kind = CORRECTION_MERGE,
                                    .event = record_text(seen.events[0]->view, ENT_REPORT_ID),
                                    .other = record_text(seen.events[1]->view, ENT_REPORT_ID)};
    assert_true(bench_correct(&bench, merge, &corrected, &error));
    struct ent_record *event = bench_event(&bench);
    assert_null(record_text(event->view, ENT_REPORT_RELATED));
    record_release(event);
    for (size_t i = 0; i < seen.count; i++)
        record_release(seen.events[i]);
    bench_close(&bench);
}

/* Both are linked, whichever came first, until one is told otherwise. */
static void twins_of_two_articles_are_related(void **state)
{
    (void)state;
    struct bench bench;
    struct error error = ERROR_INIT;
    bench_open(&bench);
    take_one(&bench, "sale", "2023-05-02", SALE("signed", SUM("80000000")));
    take_one(&bench, "pact", "2023-05-03", PACT("signed", SUM("80000000")));
    struct seen seen = {.count = 0};
    assert_true(store_events_each(bench.store, 0, 0, see, &seen, &error));
    assert_int_equal(seen.count, 2);
    struct record_view sale = event_of_type(&seen, "arms_transfer"), pact = event_of_type(&seen, "agreement");
    assert_string_equal(record_text(sale, ENT_REPORT_RELATED), record_text(pact, ENT_REPORT_ID));
    assert_string_equal(record_text(pact, ENT_REPORT_RELATED), record_text(sale, ENT_REPORT_ID));
    assert_null(record_text(sale, ENT_REPORT_PARENT));
    for (size_t i = 0; i < seen.count; i++)
        record_release(seen.events[i]);
    take_one(&bench, "pact", "2023-05-03", PACT("signed", SUM("5000000")));
    seen.count = 0;
    assert_true(store_events_each(bench.store, 0, 0, see, &seen, &error));
    for (size_t i = 0; i < seen.count; i++) {
        assert_null(record_text(seen.events[i]->view, ENT_REPORT_RELATED));
        record_release(seen.events[i]);
    }
    bench_close(&bench);
}

int main(void)
{
    clock_set_for_tests(1700000000000);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lot_is_a_part_of_its_contract_and_a_contract_of_its_agreement),
        cmocka_unit_test(one_act_told_as_two_types_is_known_by_something_definite),
        cmocka_unit_test(twins_of_two_articles_are_related),
        cmocka_unit_test(twins_that_a_person_makes_one_are_not_related_to_themselves),
        cmocka_unit_test(links_follow_events_that_change_their_ids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
