/* The desk as a stage: items and reports come from the store, in its order, up to the watermark. */
#include "core/base/clock.h"
#include "core/store/items.h"
#include "core/store/reports.h"
#include "core/store/store.h"
#include "tests/core/desk/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char sale[] =
    "{'published':'2024-03-01','publisher':'a.example','class':'media','title':'One','report':{'type':'arms_transfer',"
    "'status':'signed','modality':'reported','scope':'current','actors':[{'id':'RUS','role':'supplier'},"
    "{'id':'UZB','role':'recipient'}]}}";
static const char retold[] =
    "{'published':'2024-03-01','publisher':'a.example','class':'media','title':'One, corrected','report':{"
    "'type':'exercise','status':'ongoing','modality':'reported','scope':'current','actors':[{'id':'RUS',"
    "'role':'participant'},{'id':'UZB','role':'participant'}]}}";

static int64_t put_item(struct bench *bench, const struct told *told)
{
    struct error error = ERROR_INIT;
    int64_t sequence;
    enum item_change change;
    struct ent_record *stored = NULL;
    if (!store_item_put(bench->store, told->item, NULL, "", NULL, &sequence, &stored, &change, &error))
        fail_msg("%s", error.text);
    record_release(stored);
    return sequence;
}

static void put_reports(struct bench *bench, const struct told *told, int64_t sequence)
{
    struct error error = ERROR_INIT;
    for (size_t i = 0; i < told->report_count; i++)
        if (!store_report_put(bench->store, sequence, "classifier.coder", told->reports[i]->view, &error))
            fail_msg("%s", error.text);
}

static void run(struct bench *bench, int64_t watermark)
{
    struct error error = ERROR_INIT;
    desk_set_watermark(bench->desk, watermark);
    do {
        if (!desk_run(bench->desk, bench->store, &error))
            fail_msg("%s", error.text);
    } while (desk_has_more(bench->desk));
}

static void items_past_the_watermark_wait(void **state)
{
    (void)state;
    struct told told;
    struct bench bench;
    told_read(&told, "00000000000000000000000000000001", sale);
    bench_open(&bench);
    int64_t sequence = put_item(&bench, &told);
    put_reports(&bench, &told, sequence);
    run(&bench, sequence - 1);
    assert_int_equal(bench_events(&bench), 0);
    run(&bench, sequence);
    assert_int_equal(bench_events(&bench), 1);
    run(&bench, sequence);
    assert_int_equal(bench_events(&bench), 1);
    bench_close(&bench);
    told_free(&told);
}

static void a_new_version_takes_the_place_of_the_old_one(void **state)
{
    (void)state;
    struct told before, after;
    struct bench bench;
    told_read(&before, "00000000000000000000000000000001", sale);
    told_read(&after, "00000000000000000000000000000001", retold);
    bench_open(&bench);
    int64_t sequence = put_item(&bench, &before);
    put_reports(&bench, &before, sequence);
    run(&bench, sequence);
    sequence = put_item(&bench, &after);
    put_reports(&bench, &after, sequence);
    run(&bench, sequence);
    struct ent_record *event = bench_event(&bench);
    assert_string_equal(record_text(event->view, ENT_REPORT_TYPE), "exercise");
    record_release(event);
    bench_close(&bench);
    told_free(&before);
    told_free(&after);
}

static void reports_that_come_when_the_desk_is_past_their_item_are_taken(void **state)
{
    (void)state;
    struct told told;
    struct bench bench;
    told_read(&told, "00000000000000000000000000000001", sale);
    bench_open(&bench);
    /* The classifier gave up on the item, and a person has it tried again. */
    int64_t sequence = put_item(&bench, &told);
    run(&bench, sequence);
    assert_int_equal(bench_events(&bench), 0);
    put_reports(&bench, &told, sequence);
    run(&bench, sequence - 1);
    assert_int_equal(bench_events(&bench), 0);
    run(&bench, sequence);
    assert_int_equal(bench_events(&bench), 1);
    bench_close(&bench);
    told_free(&told);
}

/* The cursor, by which the desk knows that its last run was undone, is not moved by reports that come late. */
static void what_was_undone_is_not_remembered(void **state)
{
    (void)state;
    /* The second one founds the event that was the first one's. */
    static const char *const publishers[] = {"a.example", "b.example", "c.example"};
    static const char *const days[] = {"2024-03-02", "2024-03-01", "2024-03-03"};
    struct told told[3];
    int64_t items[3];
    struct bench bench;
    struct error error = ERROR_INIT;
    bench_open(&bench);
    for (size_t i = 0; i < 3; i++) {
        char id[33], text[sizeof sale];
        snprintf(id, sizeof id, "%032zu", i + 1);
        memcpy(text, sale, sizeof sale);
        memcpy(strstr(text, "a.example"), publishers[i], strlen(publishers[i]));
        memcpy(strstr(text, "2024-03-01"), days[i], strlen(days[i]));
        told_read(&told[i], id, text);
        items[i] = put_item(&bench, &told[i]);
    }
    run(&bench, items[2]);
    put_reports(&bench, &told[0], items[0]);
    run(&bench, items[2]);
    assert_true(store_savepoint(bench.store, &error));
    put_reports(&bench, &told[1], items[1]);
    run(&bench, items[2]);
    assert_true(store_rollback_to(bench.store, &error));
    put_reports(&bench, &told[2], items[2]);
    run(&bench, items[2]);
    assert_int_equal(bench_events(&bench), 1);
    struct ent_record *event = bench_event(&bench);
    assert_int_equal(record_count(event->view, ENT_EVENT_SOURCE), 2);
    record_release(event);
    bench_close(&bench);
    for (size_t i = 0; i < 3; i++)
        told_free(&told[i]);
}

int main(void)
{
    clock_set_for_tests(1700000000000);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_past_the_watermark_wait),
        cmocka_unit_test(a_new_version_takes_the_place_of_the_old_one),
        cmocka_unit_test(reports_that_come_when_the_desk_is_past_their_item_are_taken),
        cmocka_unit_test(what_was_undone_is_not_remembered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
