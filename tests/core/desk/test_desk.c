#include "core/base/clock.h"
#include "core/store/events.h"
#include "lib/record/record.h"
#include "tests/core/desk/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SALE(status, extra)                                                                                            \
    "{'type':'arms_transfer','subtype':'sale','status':'" status "','modality':'reported','scope':'current',"          \
    "'actors':[{'id':'RUS','role':'supplier'},{'id':'UZB','role':'recipient'}]" extra "}"

#define DRILL(extra)                                                                                                   \
    "{'type':'exercise','status':'ongoing','modality':'reported','scope':'current',"                                   \
    "'actors':[{'id':'KAZ','role':'participant'},{'id':'UZB','role':'participant'}]" extra "}"

#define HELICOPTERS ",'equipment':[{'name':'Mi-8 helicopters','count':12,'unroca':'none'}]"

static void read_all(struct told *told, const char *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char id[40];
        snprintf(id, sizeof id, "item-%zu", i);
        told_read(&told[i], id, texts[i]);
    }
}

static bool has_change(struct record_view event, const char *word)
{
    struct text change;
    for (size_t i = 0; record_get_str(event, ENT_EVENT_CHANGE, i, &change); i++)
        if (strcmp(change.bytes, word) == 0)
            return true;
    return false;
}

static void a_second_outlet_adds_a_source_to_the_event(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{'published':'2024-03-01','publisher':'a.example','class':'media','report':" SALE("signed", HELICOPTERS) "}",
        "{'published':'2024-03-02','publisher':'b.example','class':'wire','report':" SALE("signed", HELICOPTERS) "}",
    };
    struct told told[2];
    struct bench bench;
    read_all(told, texts, 2);
    bench_open(&bench);
    bench_take(&bench, &told[0]);
    bench_take(&bench, &told[1]);
    assert_int_equal(bench_events(&bench), 1);
    struct ent_record *event = bench_event(&bench);
    assert_int_equal(record_count(event->view, ENT_EVENT_SOURCE), 2);
    assert_int_equal(record_int(event->view, ENT_EVENT_INDEPENDENT_SOURCES, 0), 2);
    assert_int_equal(record_int(event->view, ENT_EVENT_REVISION, 0), 2);
    assert_true(has_change(event->view, "sources"));
    assert_false(has_change(event->view, "status"));
    assert_int_equal(record_count(event->view, ENT_REPORT_STEP), 1);
    record_release(event);
    bench_close(&bench);
    for (size_t i = 0; i < 2; i++)
        told_free(&told[i]);
}

static void outlets_that_rest_on_one_agency_count_once(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{'published':'2024-03-01','publisher':'reuters.com','class':'wire','report':" SALE("signed", HELICOPTERS) "}",
        "{'published':'2024-03-01','publisher':'b.example','class':'media','report':" SALE(
            "signed", HELICOPTERS ",'cited':[{'kind':'media','name':'Reuters'}]") "}",
        "{'published':'2024-03-02','publisher':'c.example','class':'media','report':" SALE("signed", HELICOPTERS) "}",
        "{'published':'2024-03-02','publisher':'www.c.example','class':'media','report':" SALE("signed", "") "}",
    };
    struct told told[4];
    struct bench bench;
    read_all(told, texts, 4);
    bench_open(&bench);
    for (size_t i = 0; i < 4; i++)
        bench_take(&bench, &told[i]);
    struct ent_record *event = bench_event(&bench);
    assert_int_equal(record_count(event->view, ENT_EVENT_SOURCE), 4);
    assert_int_equal(record_int(event->view, ENT_EVENT_INDEPENDENT_SOURCES, 0), 2);
    record_release(event);
    bench_close(&bench);
    for (size_t i = 0; i < 4; i++)
        told_free(&told[i]);
}

static void a_later_step_is_a_revision_and_stays_in_the_ledger(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{'published':'2024-03-01','publisher':'a.example','class':'media','report':" SALE(
            "signed", HELICOPTERS ",'date':{'start':'2024-02-29','end':'2024-02-29','precision':'day'}") "}",
        "{'published':'2024-09-10','publisher':'b.example','class':'media','report':" SALE(
            "completed", ",'equipment':[{'name':'Mi-8 helicopters','count':12,'unroca':'none'}],"
                         "'date':{'start':'2024-09-08','end':'2024-09-08','precision':'day'}") "}",
    };
    struct told told[2];
    struct bench bench;
    struct record_view step, date;
    read_all(told, texts, 2);
    bench_open(&bench);
    bench_take(&bench, &told[0]);
    bench_take(&bench, &told[1]);
    struct ent_record *event = bench_event(&bench);
    assert_string_equal(record_text(event->view, ENT_REPORT_STATUS), "completed");
    assert_true(has_change(event->view, "status"));
    assert_int_equal(record_count(event->view, ENT_REPORT_STEP), 2);
    assert_true(record_get_view(event->view, ENT_REPORT_STEP, 0, &step));
    assert_string_equal(record_text(step, ENT_STEP_STATUS), "signed");
    assert_string_equal(record_text(step, ENT_STEP_DATE), "2024-02-29");
    assert_true(record_num(step, ENT_STEP_COUNT, 0) == 12);
    assert_true(record_get_view(event->view, ENT_REPORT_DATE, 0, &date));
    assert_string_equal(record_text(date, ENT_DATE_START), "2024-09-08");
    assert_int_equal(record_count(event->view, ENT_EVENT_CONFLICT), 0);
    record_release(event);
    bench_close(&bench);
    told_free(&told[0]);
    told_free(&told[1]);
}

static void the_better_word_is_taken_and_the_other_stays_visible(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{'published':'2024-03-01','publisher':'mod.example','class':'official','report':" SALE(
            "signed", ",'quantities':[{'kind':'money','value':100000000,'unit':'USD','qualifier':'exact'}]") "}",
        "{'published':'2024-03-02','publisher':'b.example','class':'media','report':" SALE(
            "signed", ",'quantities':[{'kind':'money','value':112000000,'unit':'USD','qualifier':'exact'}]") "}",
    };
    struct told told[2];
    struct bench bench;
    struct record_view quantity, conflict;
    read_all(told, texts, 2);
    bench_open(&bench);
    bench_take(&bench, &told[0]);
    bench_take(&bench, &told[1]);
    struct ent_record *event = bench_event(&bench);
    assert_int_equal(record_count(event->view, ENT_REPORT_QUANTITY), 1);
    assert_true(record_get_view(event->view, ENT_REPORT_QUANTITY, 0, &quantity));
    assert_true(record_num(quantity, ENT_QUANTITY_VALUE, 0) == 100000000);
    assert_true(record_get_view(event->view, ENT_EVENT_CONFLICT, 0, &conflict));
    assert_string_equal(record_text(conflict, ENT_CONFLICT_FIELD), "quantities");
    assert_string_equal(record_text(conflict, ENT_CONFLICT_VALUE), "money 112000000 USD");
    record_release(event);
    bench_close(&bench);
    told_free(&told[0]);
    told_free(&told[1]);
}

static void a_denial_does_not_unmake_a_fact(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{'published':'2024-03-01','publisher':'a.example','class':'media','report':" SALE("completed",
                                                                                           HELICOPTERS) "}",
        "{'published':'2024-03-02','publisher':'mod.example','class':'official','report':"
        "{'type':'arms_transfer','subtype':'sale','status':'completed','modality':'denied','scope':'current',"
        "'actors':[{'id':'RUS','role':'supplier'},{'id':'UZB','role':'recipient'}]" HELICOPTERS "}}",
    };
    struct told told[2];
    struct bench bench;
    struct record_view conflict;
    read_all(told, texts, 2);
    bench_open(&bench);
    bench_take(&bench, &told[1]);
    struct ent_record *event = bench_event(&bench);
    assert_string_equal(record_text(event->view, ENT_REPORT_MODALITY), "denied");
    record_release(event);
    bench_take(&bench, &told[0]);
    event = bench_event(&bench);
    assert_string_equal(record_text(event->view, ENT_REPORT_MODALITY), "reported");
    assert_int_equal(record_int(event->view, ENT_EVENT_INDEPENDENT_SOURCES, 0), 1);
    assert_true(record_get_view(event->view, ENT_EVENT_CONFLICT, 0, &conflict));
    assert_string_equal(record_text(conflict, ENT_CONFLICT_VALUE), "denied");
    record_release(event);
    bench_close(&bench);
    told_free(&told[0]);
    told_free(&told[1]);
}

static void an_earlier_founder_takes_the_event_over_and_the_old_id_resolves(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{'published':'2024-03-05','publisher':'a.example','class':'media','report':" SALE("signed", HELICOPTERS) "}",
        "{'published':'2024-03-04','publisher':'b.example','class':'media','report':" SALE("signed", HELICOPTERS) "}",
    };
    struct told told[2];
    struct bench bench;
    struct text alias;
    read_all(told, texts, 2);
    bench_open(&bench);
    bench_take(&bench, &told[0]);
    struct ent_record *first = bench_event(&bench);
    bench_take(&bench, &told[1]);
    struct ent_record *second = bench_event(&bench);
    const char *old_id = record_text(first->view, ENT_REPORT_ID), *new_id = record_text(second->view, ENT_REPORT_ID);
    assert_string_not_equal(old_id, new_id);
    assert_true(has_change(second->view, "identity"));
    assert_false(has_change(second->view, "new"));
    assert_true(record_get_str(second->view, ENT_EVENT_ALIAS, 0, &alias));
    assert_string_equal(alias.bytes, old_id);
    struct ent_record *found = bench_find(&bench, old_id);
    assert_string_equal(record_text(found->view, ENT_REPORT_ID), new_id);
    record_release(found);
    record_release(first);
    record_release(second);
    bench_close(&bench);
    told_free(&told[0]);
    told_free(&told[1]);
}

static void two_events_become_one_when_a_report_ties_them(void **state)
{
    (void)state;
    /* Far apart and alike only in the pair of parties, until the one between shares goods with both. */
    static const char *const texts[] = {
        "{'published':'2024-01-01','publisher':'a.example','class':'media','report':" SALE("negotiated",
                                                                                           HELICOPTERS) "}",
        "{'published':'2024-02-20','publisher':'c.example','class':'media','report':" SALE(
            "signed", ",'quantities':[{'kind':'money','value':90000000,'unit':'USD','qualifier':'exact'}]") "}",
        "{'published':'2024-02-10','publisher':'b.example','class':'media','report':" SALE(
            "negotiated",
            HELICOPTERS ",'quantities':[{'kind':'money','value':90000000,'unit':'USD','qualifier':'exact'}]") "}",
    };
    struct told told[3];
    struct bench bench;
    read_all(told, texts, 3);
    bench_open(&bench);
    bench_take(&bench, &told[0]);
    struct ent_record *first = bench_event(&bench);
    bench_take(&bench, &told[1]);
    assert_int_equal(bench_events(&bench), 2);
    bench_take(&bench, &told[2]);
    assert_int_equal(bench_events(&bench), 1);
    struct ent_record *event = bench_event(&bench);
    assert_string_equal(record_text(event->view, ENT_REPORT_ID), record_text(first->view, ENT_REPORT_ID));
    assert_true(has_change(event->view, "sources"));
    assert_int_equal(record_count(event->view, ENT_EVENT_ALIAS), 1);
    assert_int_equal(record_count(event->view, ENT_EVENT_SOURCE), 3);
    record_release(event);

    /* Without it they are two again. */
    bench_withdraw(&bench, &told[2]);
    assert_int_equal(bench_events(&bench), 2);
    record_release(first);
    bench_close(&bench);
    for (size_t i = 0; i < 3; i++)
        told_free(&told[i]);
}

#define MISSILES(status, name, extra)                                                                                  \
    "{'type':'arms_transfer','subtype':'sale','status':'" status "','modality':'reported','scope':'current',"          \
    "'actors':[{'id':'IND','role':'supplier'},{'id':'PHL','role':'recipient'}],'equipment':[{'name':'" name            \
    "'}]" extra "}"
#define SUM ",'quantities':[{'kind':'money','value':375000000,'unit':'USD'}]"

/* Where the two differ in their numbers, so that they stay two. */
static void a_report_that_is_surely_of_two_events_is_of_the_elder(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{'published':'2022-01-28','publisher':'a.example','class':'media','report':" MISSILES(
            "signed", "BrahMos missiles','count':12,'sipri':'missile", SUM) "}",
        "{'published':'2024-04-19T08:00:00Z','publisher':'b.example','class':'media','report':" MISSILES(
            "completed", "missiles','count':30,'sipri':'missile", ",'date':{'start':'2024-04-19','end':'2024-04-19'}") "}",
        "{'published':'2024-04-19T09:00:00Z','publisher':'c.example','class':'media','report':" MISSILES(
            "completed", "BrahMos missiles", SUM ",'date':{'start':'2024-04-19','end':'2024-04-19'}") "}",
    };
    struct told told[3];
    struct bench bench;
    read_all(told, texts, 3);
    bench_open(&bench);
    for (size_t i = 0; i < 3; i++)
        bench_take(&bench, &told[i]);
    assert_int_equal(bench_events(&bench), 2);
    struct buffer text = BUFFER_INIT;
    bench_print(&bench, &text);
    const char *elder = strstr(text.bytes, "\"publisher\":\"a.example\"");
    assert_non_null(elder);
    const char *third = strstr(elder, "\"publisher\":\"c.example\"");
    assert_non_null(third);
    assert_true(third < strchr(elder, '\n'));
    buffer_free(&text);
    bench_close(&bench);
    for (size_t i = 0; i < 3; i++)
        told_free(&told[i]);
}

#define GIFT(type, subtype, extra)                                                                                     \
    "{'type':'" type "','subtype':'" subtype "','status':'announced','modality':'reported','scope':'current',"         \
    "'actors':[{'id':'USA','role':'supplier'},{'id':'UKR','role':'recipient'}],"                                       \
    "'quantities':[{'kind':'money','value':1100000000,'unit':'USD'}]" extra "}"

static void a_package_told_as_aid_and_with_the_arms_in_it_is_one_event(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{'published':'2022-09-28','publisher':'a.example','class':'media','report':" GIFT("aid", "package", "") "}",
        "{'published':'2022-09-29','publisher':'b.example','class':'media','report':" GIFT(
            "arms_transfer", "grant", ",'equipment':[{'name':'HIMARS','count':18}]") "}",
    };
    for (size_t first = 0; first < 2; first++) {
        struct told told[2];
        struct bench bench;
        read_all(told, texts, 2);
        bench_open(&bench);
        bench_take(&bench, &told[first]);
        bench_take(&bench, &told[1 - first]);
        struct ent_record *event = bench_event(&bench);
        assert_string_equal(record_text(event->view, ENT_REPORT_TYPE), "arms_transfer");
        assert_string_equal(record_text(event->view, ENT_REPORT_SUBTYPE), "grant");
        assert_int_equal(record_count(event->view, ENT_EVENT_SOURCE), 2);
        struct record_view conflict;
        assert_true(record_get_view(event->view, ENT_EVENT_CONFLICT, 0, &conflict));
        assert_string_equal(record_text(conflict, ENT_CONFLICT_FIELD), "type");
        assert_string_equal(record_text(conflict, ENT_CONFLICT_VALUE), "aid");
        record_release(event);
        bench_close(&bench);
        for (size_t i = 0; i < 2; i++)
            told_free(&told[i]);
    }
}

static void an_item_that_no_longer_tells_it_withdraws_the_event(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{'published':'2024-03-05','publisher':'a.example','class':'media','report':" SALE("signed", "") "}"};
    struct told told;
    struct bench bench;
    read_all(&told, texts, 1);
    bench_open(&bench);
    bench_take(&bench, &told);
    struct ent_record *event = bench_event(&bench);
    bench_withdraw(&bench, &told);
    assert_int_equal(bench_events(&bench), 0);
    struct ent_record *found = bench_find(&bench, record_text(event->view, ENT_REPORT_ID));
    assert_non_null(found);
    assert_true(has_change(found->view, "withdrawn"));
    record_release(found);
    bench_take(&bench, &told);
    found = bench_event(&bench);
    assert_string_equal(record_text(found->view, ENT_REPORT_ID), record_text(event->view, ENT_REPORT_ID));
    assert_true(has_change(found->view, "reopened"));
    record_release(found);
    record_release(event);
    bench_close(&bench);
    told_free(&told);
}

static void another_wording_of_an_item_keeps_the_event(void **state)
{
    (void)state;
    struct told before, after;
    struct bench bench;
    told_read(&before, "item-0",
              "{'published':'2024-03-05','publisher':'a.example','class':'media','reports':[" SALE("signed", "") "]}");
    told_read(&after, "item-0",
              "{'published':'2024-03-05','publisher':'a.example','class':'media','reports':[" DRILL("") "," SALE(
                  "signed", HELICOPTERS) "]}");
    bench_open(&bench);
    bench_take(&bench, &before);
    struct ent_record *event = bench_event(&bench);
    bench_take(&bench, &after);
    assert_int_equal(bench_events(&bench), 2);
    struct ent_record *found = bench_find(&bench, record_text(event->view, ENT_REPORT_ID));
    assert_int_equal(record_count(found->view, ENT_REPORT_EQUIPMENT), 1);
    assert_int_equal(record_count(found->view, ENT_EVENT_SOURCE), 1);
    assert_true(has_change(found->view, "equipment"));
    record_release(found);
    record_release(event);
    bench_close(&bench);
    told_free(&before);
    told_free(&after);
}

static void taking_the_same_again_writes_nothing(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{'published':'2024-03-05','publisher':'a.example','class':'media','report':" SALE("signed", "") "}"};
    struct told told;
    struct bench bench;
    struct error error = ERROR_INIT;
    read_all(&told, texts, 1);
    bench_open(&bench);
    bench_take(&bench, &told);
    int64_t last = store_revision_last(bench.store, &error);
    bench_take(&bench, &told);
    assert_int_equal(store_revision_last(bench.store, &error), last);
    bench_close(&bench);
    told_free(&told);
}

int main(void)
{
    clock_set_for_tests(1700000000000);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_outlet_adds_a_source_to_the_event),
        cmocka_unit_test(outlets_that_rest_on_one_agency_count_once),
        cmocka_unit_test(a_later_step_is_a_revision_and_stays_in_the_ledger),
        cmocka_unit_test(the_better_word_is_taken_and_the_other_stays_visible),
        cmocka_unit_test(a_denial_does_not_unmake_a_fact),
        cmocka_unit_test(an_earlier_founder_takes_the_event_over_and_the_old_id_resolves),
        cmocka_unit_test(two_events_become_one_when_a_report_ties_them),
        cmocka_unit_test(a_report_that_is_surely_of_two_events_is_of_the_elder),
        cmocka_unit_test(a_package_told_as_aid_and_with_the_arms_in_it_is_one_event),
        cmocka_unit_test(an_item_that_no_longer_tells_it_withdraws_the_event),
        cmocka_unit_test(another_wording_of_an_item_keeps_the_event),
        cmocka_unit_test(taking_the_same_again_writes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
