/* What becomes of a record after an attempt, and the small tables that flow keeps in memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/bus/attempt.h"
#include "core/bus/pending.h"
#include "core/bus/prepare.h"
#include "core/bus/recent.h"
#include "core/bus/unit.h"

#include <string.h>

static const struct attempt_rules rules = {1000, 60000, 100000, 5000};

static void pauses_double_up_to_their_greatest(void **state)
{
    (void)state;
    static const int64_t pauses[] = {1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000};
    for (size_t i = 0; i < sizeof pauses / sizeof *pauses; i++) {
        struct attempt_outcome outcome;
        struct attempt_history before = {.attempts = (int64_t)i, .first = 500};
        attempt_judge(&outcome, &before, &rules, ENT_RETRY, -1, "busy", 501);
        assert_int_equal(outcome.verdict, ATTEMPT_AGAIN_LATER);
        assert_int_equal(outcome.due, 501 + pauses[i]);
        assert_int_equal(outcome.after.attempts, i + 1);
        assert_int_equal(outcome.after.first, 500);
    }
}

static void the_last_attempt_is_made_at_the_deadline(void **state)
{
    (void)state;
    struct attempt_outcome outcome;
    struct attempt_history before = {.attempts = 3, .first = 1000};
    attempt_judge(&outcome, &before, &rules, ENT_RETRY, 999999, NULL, 50000);
    assert_int_equal(outcome.due, 101000);
    attempt_judge(&outcome, &before, &rules, ENT_RETRY, 5, "busy", 101000);
    assert_int_equal(outcome.verdict, ATTEMPT_DEAD);
    assert_string_equal(outcome.text, "not done by its deadline: busy");
}

static void two_deaths_are_the_end_and_a_rejection_always_is(void **state)
{
    (void)state;
    struct attempt_outcome outcome;
    struct attempt_history none = {0}, once = {.attempts = 1, .first = 1, .deaths = ATTEMPT_DEATH_FAULT};
    attempt_judge(&outcome, &none, &rules, ENT_FATAL, -1, NULL, 10);
    assert_int_equal(outcome.verdict, ATTEMPT_AGAIN_LATER);
    assert_true(attempt_is_allowed(&outcome.after));
    attempt_judge(&outcome, &once, &rules, ENT_FATAL, -1, NULL, 10);
    assert_int_equal(outcome.verdict, ATTEMPT_DEAD);
    assert_false(attempt_is_allowed(&outcome.after));
    attempt_judge(&outcome, &none, &rules, ENT_REJECT, -1, "", 10);
    assert_int_equal(outcome.verdict, ATTEMPT_DEAD);
    assert_true(*outcome.text);
}

static void pending_rows_are_found_by_sequence_ticket_and_time(void **state)
{
    (void)state;
    struct pending_set set = {0};
    int64_t next_due;
    static const int64_t sequences[] = {50, 10, 30, 20, 40};
    for (size_t i = 0; i < 5; i++) {
        struct pending row = {
            .sequence = sequences[i], .due = 1000 - sequences[i], .ticket = (uint64_t)sequences[i] * 7};
        assert_true(pending_put(&set, &row));
    }
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(set.rows[i].sequence, 10 * (i + 1));
    assert_null(pending_find(&set, 15));
    assert_int_equal(pending_find_ticket(&set, 210)->sequence, 30);
    assert_null(pending_find_ticket(&set, 0));
    assert_int_equal(pending_next_due(&set, 100, 960, &next_due)->sequence, 40);
    assert_null(pending_next_due(&set, 30, 960, &next_due));
    assert_int_equal(next_due, 970);
    pending_find(&set, 40)->is_out = true;
    assert_int_equal(pending_next_due(&set, 100, 960, &next_due)->sequence, 50);
    assert_int_equal(pending_count_until(&set, 30), 3);
    pending_remove(&set, 10);
    pending_remove(&set, 11);
    assert_int_equal(set.count, 4);
    assert_int_equal(set.rows[0].sequence, 20);
    pending_free(&set);
}

static struct ent_record *item_with_body(size_t size)
{
    struct ent_builder *builder = record_build(ENT_ITEM);
    char *body = test_malloc(size + 1);
    memset(body, 'x', size);
    body[size] = '\0';
    record_put_text(builder, ENT_ITEM_BODY, body);
    test_free(body);
    struct ent_record *record = record_seal(builder, NULL);
    assert_non_null(record);
    return record;
}

static void recent_items_are_bounded_by_count_and_bytes(void **state)
{
    (void)state;
    struct recent recent;
    assert_true(recent_init(&recent));
    struct ent_record *small = item_with_body(10), *large = item_with_body(RECENT_BYTES_MAX / 4);
    for (int64_t i = 1; i <= RECENT_ITEMS_MAX + 100; i++) {
        struct recent_item item = {i, record_hold(small), 0, SIZE_MAX};
        recent_add(&recent, &item);
    }
    assert_null(recent_find(&recent, 100));
    assert_non_null(recent_find(&recent, 101));
    for (int64_t i = 1; i <= 10; i++) {
        struct recent_item item = {RECENT_ITEMS_MAX + 100 + i, record_hold(large), 0, SIZE_MAX};
        recent_add(&recent, &item);
        assert_true(recent.bytes <= RECENT_BYTES_MAX);
    }
    assert_null(recent_find(&recent, RECENT_ITEMS_MAX + 100));
    assert_non_null(recent_find(&recent, RECENT_ITEMS_MAX + 110));
    /* A jump, as after a start with items in the store. */
    struct recent_item far = {10 * RECENT_ITEMS_MAX, record_hold(small), 0, SIZE_MAX};
    recent_add(&recent, &far);
    assert_null(recent_find(&recent, RECENT_ITEMS_MAX + 110));
    assert_non_null(recent_find(&recent, 10 * RECENT_ITEMS_MAX));
    recent_drop_until(&recent, 10 * RECENT_ITEMS_MAX);
    assert_int_equal(recent.bytes, 0);
    recent_free(&recent);
    record_release(small);
    record_release(large);
}

static void a_report_keeps_its_id_over_versions_and_bears_its_item(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    char ids[2][40];
    for (int version = 1; version <= 2; version++) {
        struct ent_builder *builder = record_build(ENT_ITEM);
        record_put_text(builder, ENT_ITEM_ID, "00112233445566778899aabbccddeeff");
        record_put_int(builder, ENT_ITEM_VERSION, version);
        struct ent_record *item = record_seal(builder, &error);
        builder = record_build(ENT_REPORT);
        record_put_text(builder, ENT_REPORT_TYPE, "visit");
        record_put_text(builder, ENT_REPORT_CLASSIFIER, "somebody else");
        struct ent_record *raw = record_seal(builder, &error);
        struct ent_record *report = prepare_report(raw->view, item->view, "classifier.c", 0, &error);
        assert_non_null(report);
        assert_string_equal(record_text(report->view, ENT_REPORT_CLASSIFIER), "classifier.c");
        assert_int_equal(record_int(report->view, ENT_REPORT_ITEM_VERSION, 0), version);
        strncpy(ids[version - 1], record_text(report->view, ENT_REPORT_ID), sizeof ids[0] - 1);
        ids[version - 1][sizeof ids[0] - 1] = '\0';
        assert_null(prepare_report(item->view, item->view, "classifier.c", 0, &error));
        record_release(report);
        record_release(raw);
        record_release(item);
    }
    assert_string_equal(ids[0], ids[1]);
}

static void a_unit_keeps_its_own_writes_and_refuses_what_is_too_large(void **state)
{
    (void)state;
    struct ent_str value;
    static char large[ENT_KV_VALUE_MAX + 1];
    struct unit *unit = unit_create(UNIT_CLASSIFY, "classifier.c", 2);
    assert_non_null(unit);
    assert_true(unit_put_kv(unit, ent_text("a"), ent_text("1")));
    assert_true(unit_put_kv(unit, ent_text("a"), ent_text("2")));
    assert_true(unit_get_kv(unit, ent_text("a"), &value));
    assert_memory_equal(value.data, "2", 1);
    assert_false(unit_get_kv(unit, ent_text("b"), &value));
    assert_false(unit_put_kv(unit, ent_text("c"), ent_bytes(large, sizeof large)));
    assert_false(unit_emit(unit, 2, item_with_body(5)));
    assert_true(unit_emit(unit, 1, item_with_body(5)));
    assert_true(unit_withdraw(unit, 0, ent_text("00112233445566778899aabbccddeeff")));
    assert_true(unit_withdraw(unit, 0, ent_text("ff112233445566778899aabbccddeeff")));
    assert_int_equal(unit->inputs[0].withdrawal_count, 2);
    assert_string_equal(unit->inputs[0].withdrawals[0].report_id, "00112233445566778899aabbccddeeff");
    unit->code = ENT_RETRY;
    unit_result(unit, 0, ENT_OK, -1, ent_text(""));
    assert_int_equal(unit_input_code(unit, 0), ENT_OK);
    assert_int_equal(unit_input_code(unit, 1), ENT_RETRY);
    unit_destroy(unit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pauses_double_up_to_their_greatest),
        cmocka_unit_test(the_last_attempt_is_made_at_the_deadline),
        cmocka_unit_test(two_deaths_are_the_end_and_a_rejection_always_is),
        cmocka_unit_test(pending_rows_are_found_by_sequence_ticket_and_time),
        cmocka_unit_test(recent_items_are_bounded_by_count_and_bytes),
        cmocka_unit_test(a_report_keeps_its_id_over_versions_and_bears_its_item),
        cmocka_unit_test(a_unit_keeps_its_own_writes_and_refuses_what_is_too_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
