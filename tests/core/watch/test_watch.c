#include "core/base/clock.h"
#include "core/store/alerts.h"
#include "core/store/deliveries.h"
#include "core/store/events.h"
#include "core/store/store.h"
#include "core/watch/dry_run.h"
#include "core/watch/watch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct store *open_store(void)
{
    struct error error = ERROR_INIT;
    struct store *store = store_open(":memory:", STORE_WRITE, &error);
    if (!store || !store_begin(store, &error))
        fail_msg("%s", error.text);
    return store;
}

static void close_store(struct store *store)
{
    struct error error = ERROR_INIT;
    assert_true(store_commit(store, &error));
    store_close(store);
}

struct told {
    const char *id, *type, *status, *change;
    const char *modality; /* NULL: reported */
    const char *alias;    /* NULL: nothing was merged into it */
};

/* One revision of an event, numbered on from the last. */
static void put(struct store *store, enum event_state state, const char *target, struct told told)
{
    struct error error = ERROR_INIT;
    struct event_standing standing;
    assert_true(store_event_standing(store, told.id, &standing, &error));
    struct ent_builder *builder = record_build(ENT_EVENT);
    record_put_text(builder, ENT_REPORT_ID, told.id);
    record_put_text(builder, ENT_REPORT_TYPE, told.type);
    record_put_text(builder, ENT_REPORT_STATUS, told.status);
    record_put_text(builder, ENT_REPORT_MODALITY, told.modality ? told.modality : "reported");
    record_put_text(builder, ENT_REPORT_SCOPE, "current");
    record_put_int(builder, ENT_EVENT_REVISION, standing.revision + 1);
    record_put_text(builder, ENT_EVENT_CHANGE, told.change);
    if (told.alias)
        record_put_text(builder, ENT_EVENT_ALIAS, told.alias);
    struct ent_record *event = record_seal(builder, &error);
    assert_non_null(event);
    if (!store_event_put(store, event->view, state, target, "report-1", 1000, &error))
        fail_msg("%s", error.text);
    record_release(event);
    record_release(standing.record);
}

static void put_live(struct store *store, const char *id, const char *type, const char *status, const char *change)
{
    put(store, EVENT_LIVE, NULL, (struct told){id, type, status, change, NULL, NULL});
}

static void add(struct watch_set *set, const char *name, const char *when, const char *const *on, bool from_archive)
{
    static const char *const sinks[] = {"desk-mail", "log", NULL};
    struct error error = ERROR_INIT;
    struct watch_settings settings = {.name = name, .when = when, .sinks = sinks, .on = on, .from_archive = from_archive};
    if (!watch_set_add(set, &settings, NULL, &error))
        fail_msg("%s", error.text);
}

static void run(struct watch_set *set, struct store *store)
{
    struct error error = ERROR_INIT;
    do {
        if (!watch_set_run(set, store, &error))
            fail_msg("%s", error.text);
    } while (watch_set_has_more(set));
}

struct seen {
    char lines[40][200];
    size_t count;
};

static bool see(void *context, const struct alert_row *row)
{
    struct seen *seen = context;
    struct record_view event;
    assert_true(record_get_view(row->record, ENT_ALERT_EVENT, 0, &event));
    snprintf(seen->lines[seen->count++], sizeof seen->lines[0], "%s %s %s %s", record_text(row->record, ENT_ALERT_WATCH),
             record_text(event, ENT_REPORT_ID), record_text(row->record, ENT_ALERT_REASON), row->state);
    return seen->count < 40;
}

static void expect(struct store *store, const char *const *lines)
{
    struct error error = ERROR_INIT;
    struct seen seen = {.count = 0};
    assert_true(store_alerts_each(store, NULL, 0, 0, see, &seen, &error));
    for (size_t i = 0; i < seen.count && lines[i]; i++)
        assert_string_equal(seen.lines[i], lines[i]);
    size_t expected = 0;
    while (lines[expected])
        expected++;
    assert_int_equal(seen.count, expected);
}

#define EXPECT(store, ...) expect(store, (const char *const[]){__VA_ARGS__, NULL})

static void an_update_does_not_alert_twice(void **state)
{
    (void)state;
    struct store *store = open_store();
    struct watch_set *set = watch_set_create();
    add(set, "arms", "type = arms_transfer", NULL, false);
    run(set, store);
    put_live(store, "e1", "arms_transfer", "signed", "new");
    put_live(store, "e2", "exercise", "ongoing", "new");
    run(set, store);
    EXPECT(store, "arms e1 new new");
    put_live(store, "e1", "arms_transfer", "completed", "status");
    run(set, store);
    run(set, store);
    EXPECT(store, "arms e1 new new");
    assert_int_equal(watch_set_alerts(set), 1);
    watch_set_destroy(set);
    close_store(store);
}

static void an_event_that_comes_to_match_alerts_then(void **state)
{
    (void)state;
    struct store *store = open_store();
    struct watch_set *set = watch_set_create();
    add(set, "facts", "type = aid", NULL, false);
    put(store, EVENT_LIVE, NULL, (struct told){"e1", "aid", "announced", "new", "hypothetical", NULL});
    add(set, "late", "type = aid", NULL, true);
    run(set, store);
    put(store, EVENT_LIVE, NULL, (struct told){"e1", "aid", "announced", "modality", "confirmed", NULL});
    run(set, store);
    EXPECT(store, "facts e1 new new", "late e1 new new");
    watch_set_destroy(set);
    close_store(store);
}

static void on_names_the_changes_that_alert(void **state)
{
    (void)state;
    static const char *const on_status[] = {"status", NULL}, *const on_both[] = {"new", "status", "sources", NULL};
    struct store *store = open_store();
    struct watch_set *set = watch_set_create();
    add(set, "steps", "type = arms_transfer", on_status, false);
    add(set, "both", "type = arms_transfer", on_both, false);
    add(set, "signed", "status -> signed", on_status, false);
    run(set, store);
    put_live(store, "e1", "arms_transfer", "negotiated", "new");
    put_live(store, "e1", "arms_transfer", "signed", "status");
    put_live(store, "e1", "arms_transfer", "signed", "sources");
    put_live(store, "e1", "arms_transfer", "signed", "details");
    run(set, store);
    EXPECT(store, "both e1 new new", "steps e1 status new", "both e1 status new", "signed e1 status new",
           "both e1 sources new");
    watch_set_destroy(set);
    close_store(store);
}

static void a_merge_alerts_nobody_anew(void **state)
{
    (void)state;
    struct store *store = open_store();
    struct watch_set *set = watch_set_create();
    add(set, "arms", "type = arms_transfer", NULL, false);
    run(set, store);
    put_live(store, "e2", "arms_transfer", "signed", "new");
    run(set, store);
    /* An earlier report turns up: the event goes on under another id. */
    put(store, EVENT_MERGED, "e1", (struct told){"e2", "arms_transfer", "signed", "absorbed", NULL, NULL});
    put_live(store, "e1", "arms_transfer", "signed", "identity");
    run(set, store);
    EXPECT(store, "arms e2 new new");
    watch_set_destroy(set);
    close_store(store);
}

static void a_watch_starts_where_it_should(void **state)
{
    (void)state;
    struct store *store = open_store();
    struct watch_set *first = watch_set_create(), *second = watch_set_create(), *third = watch_set_create();
    struct error error = ERROR_INIT;
    /* On an empty archive: at the beginning. */
    add(first, "old", "type = aid", NULL, false);
    assert_true(watch_set_register(first, store, &error));
    put_live(store, "e1", "aid", "announced", "new");
    run(first, store);
    EXPECT(store, "old e1 new new");
    /* Added later: at the present, or at the beginning if it asks. An edited rule keeps its place. */
    add(second, "old", "type in (aid, visit)", NULL, false);
    add(second, "late", "type = aid", NULL, false);
    add(second, "back", "type = aid", NULL, true);
    put_live(store, "e2", "visit", "announced", "new");
    assert_true(watch_set_register(second, store, &error));
    put_live(store, "e3", "aid", "announced", "new");
    run(second, store);
    EXPECT(store, "old e1 new new", "back e1 new new", "old e2 new new", "old e3 new new", "late e3 new new",
           "back e3 new new");
    add(third, "back", "type = aid", NULL, true);
    run(third, store);
    EXPECT(store, "old e1 new new", "back e1 new new", "old e2 new new", "old e3 new new", "late e3 new new",
           "back e3 new new");
    watch_set_destroy(first);
    watch_set_destroy(second);
    watch_set_destroy(third);
    close_store(store);
}

static void a_withdrawal_alerts_only_where_asked(void **state)
{
    (void)state;
    static const char *const on_withdrawn[] = {"withdrawn", NULL};
    struct store *store = open_store();
    struct watch_set *set = watch_set_create();
    add(set, "plain", "type = aid", NULL, false);
    add(set, "asks", "type = aid", on_withdrawn, false);
    run(set, store);
    put(store, EVENT_LIVE, NULL, (struct told){"e1", "aid", "announced", "new", "denied", NULL});
    put(store, EVENT_WITHDRAWN, NULL, (struct told){"e1", "aid", "announced", "withdrawn", NULL, NULL});
    run(set, store);
    EXPECT(store, "asks e1 withdrawn new");
    watch_set_destroy(set);
    close_store(store);
}

static void a_wrong_rule_is_refused_with_its_place(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    struct rule_error rule_error;
    struct watch_set *set = watch_set_create();
    struct watch_settings settings = {.name = "w", .when = "type = ai"};
    assert_false(watch_set_add(set, &settings, &rule_error, &error));
    assert_int_equal(rule_error.offset, 7);
    assert_string_equal(rule_error.nearest, "aid");
    assert_int_equal(watch_set_count(set), 0);
    watch_set_destroy(set);
}

struct dry {
    char lines[10][120];
    size_t count;
};

static bool see_hit(void *context, const struct dry_run_hit *hit)
{
    struct dry *dry = context;
    assert_non_null(strstr(hit->explanation, "yes  type = aid: aid"));
    snprintf(dry->lines[dry->count++], sizeof dry->lines[0], "%s %s", record_text(hit->event, ENT_REPORT_ID), hit->reason);
    return dry->count < 10;
}

static void a_dry_run_shows_what_would_have_fired(void **state)
{
    (void)state;
    static const char *const on[] = {"new", "status", NULL};
    struct error error = ERROR_INIT;
    struct rule_error rule_error;
    struct dry dry = {.count = 0};
    struct dry_run_counts counts;
    struct store *store = open_store();
    struct rule *rule = rule_compile("type = aid", strlen("type = aid"), &rule_error);
    put_live(store, "e1", "aid", "announced", "new");
    put_live(store, "e2", "visit", "announced", "new");
    put_live(store, "e1", "aid", "completed", "status");
    put_live(store, "e1", "aid", "completed", "sources");
    put_live(store, "e3", "aid", "completed", "new");
    assert_true(watch_dry_run(store, rule, on, INT64_MIN, see_hit, &dry, &counts, &error));
    assert_int_equal(dry.count, 3);
    assert_string_equal(dry.lines[0], "e1 new");
    assert_string_equal(dry.lines[1], "e1 status");
    assert_string_equal(dry.lines[2], "e3 new");
    assert_int_equal(counts.hits, 3);
    assert_int_equal(counts.revisions, 5);
    EXPECT(store, NULL);
    rule_destroy(rule);
    close_store(store);
}

/* As many parts as it takes, each of which is late at once; how far it was shows meanwhile. */
static void try_in_parts(struct store *store, const struct rule *rule, struct dry *dry, int64_t *looked, int *parts)
{
    static const char *const on[] = {"new", "status", NULL};
    struct error error = ERROR_INIT;
    double progress = 0;
    struct dry_run *run = dry_run_begin(store, rule, on, INT64_MIN, &error);
    assert_non_null(run);
    while (!dry_run_is_done(run)) {
        struct dry_run_counts counts;
        assert_true(dry_run_go_on(run, 0, see_hit, dry, &counts, &error));
        assert_true(dry_run_progress(run) >= progress && dry_run_progress(run) <= 1);
        progress = dry_run_progress(run);
        *looked += counts.revisions;
        ++*parts;
    }
    assert_true(progress == 1);
    assert_true(dry_run_end(run, &error));
}

/* What takes long is done in parts: one that is late ends where it stands, and the next goes on behind it. */
static void a_dry_run_that_is_late_is_gone_on_with(void **state)
{
    (void)state;
    enum { REVISIONS = 1200 };
    struct rule_error rule_error;
    struct dry dry = {.count = 0};
    struct store *store = open_store();
    struct rule *rule = rule_compile("type = aid", strlen("type = aid"), &rule_error);
    int64_t looked = 0;
    int parts = 0;
    for (int i = 0; i < REVISIONS; i++) {
        char id[16];
        snprintf(id, sizeof id, "e%d", i);
        put_live(store, id, i % 600 == 599 ? "aid" : "visit", "announced", "new");
    }
    try_in_parts(store, rule, &dry, &looked, &parts);
    assert_true(parts > 100);
    assert_int_equal(looked, REVISIONS);
    assert_int_equal(dry.count, 2);
    assert_string_equal(dry.lines[1], "e1199 new");
    rule_destroy(rule);
    close_store(store);
}

/* Nor as what it was merged into. */
static void what_was_new_in_one_part_is_not_so_in_the_next(void **state)
{
    (void)state;
    struct rule_error rule_error;
    struct dry dry = {.count = 0};
    struct store *store = open_store();
    struct rule *rule = rule_compile("type = aid", strlen("type = aid"), &rule_error);
    int64_t looked = 0;
    int parts = 0;
    put_live(store, "e1", "aid", "announced", "new");
    put_live(store, "e2", "visit", "announced", "new");
    put_live(store, "e1", "aid", "completed", "status");
    put_live(store, "e1", "aid", "completed", "sources");
    put(store, EVENT_MERGED, "e2", (struct told){.id = "e1", .type = "aid", .status = "completed", .change = "absorbed"});
    put(store, EVENT_LIVE, NULL, (struct told){.id = "e2", .type = "aid", .status = "completed", .change = "type", .alias = "e1"});
    put_live(store, "e3", "aid", "completed", "new");
    try_in_parts(store, rule, &dry, &looked, &parts);
    assert_true(parts >= 6);
    assert_int_equal(dry.count, 3);
    assert_string_equal(dry.lines[0], "e1 new");
    assert_string_equal(dry.lines[1], "e1 status");
    assert_string_equal(dry.lines[2], "e3 new");
    rule_destroy(rule);
    close_store(store);
}

/* ---- deliveries ---- */

struct due {
    int64_t sequence[8];
    int64_t attempt[8];
    char id[8][40];
    size_t count;
};

static bool take_due(void *context, const struct delivery_row *row)
{
    struct due *due = context;
    struct record_view alert;
    assert_true(record_get_view(row->record, ENT_DELIVERY_ALERT, 0, &alert));
    assert_string_equal(record_text(row->record, ENT_DELIVERY_ID), row->id);
    due->sequence[due->count] = row->sequence;
    due->attempt[due->count] = row->attempt;
    snprintf(due->id[due->count], sizeof due->id[0], "%s", row->id);
    return ++due->count < 8;
}

static struct due due_at(struct store *store, int64_t now)
{
    struct error error = ERROR_INIT;
    struct due due = {.count = 0};
    assert_true(store_deliveries_due(store, "log", 0, now, 0, take_due, &due, &error));
    return due;
}

static bool count_log(void *context, const struct delivery_log_row *row)
{
    size_t *count = context;
    *count += row->attempt > 0;
    return true;
}

static void a_delivery_is_retried_until_it_is_settled_and_every_attempt_is_logged(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    struct store *store = open_store();
    struct watch_set *set = watch_set_create();
    struct delivery_counts counts;
    int64_t next;
    bool changed;
    size_t logged = 0;
    clock_set_for_tests(5000);
    add(set, "aid", "type = aid", NULL, false);
    run(set, store);
    put_live(store, "e1", "aid", "announced", "new");
    put_live(store, "e2", "aid", "announced", "new");
    run(set, store);

    assert_int_equal(due_at(store, 4999).count, 0);
    struct due due = due_at(store, 5000);
    assert_int_equal(due.count, 2);
    assert_string_not_equal(due.id[0], due.id[1]);
    assert_true(store_delivery_settle(store, due.sequence[0], ENT_OK, 0, 5001, NULL, &changed, &error));
    assert_true(changed);
    assert_true(store_delivery_settle(store, due.sequence[0], ENT_RETRY, 9000, 5002, "late", &changed, &error));
    assert_false(changed);
    assert_true(store_delivery_settle(store, due.sequence[1], ENT_RETRY, 9000, 5002, "HTTP 500", &changed, &error));
    assert_true(store_delivery_next(store, "log", 0, &next, &error));
    assert_int_equal(next, 9000);
    assert_int_equal(due_at(store, 8999).count, 0);
    struct due again = due_at(store, 9000);
    assert_int_equal(again.count, 1);
    assert_int_equal(again.attempt[0], 2);
    assert_string_equal(again.id[0], due.id[1]);
    assert_true(store_delivery_settle(store, again.sequence[0], ENT_RETRY, -1, 9001, "gave up", NULL, &error));
    assert_true(store_deliveries_count(store, "log", 9500, &counts, &error));
    assert_int_equal(counts.delivered, 1);
    assert_int_equal(counts.dead, 1);
    assert_int_equal(counts.pending, 0);
    assert_true(store_delivery_next(store, "log", 0, &next, &error));
    assert_int_equal(next, -1);

    assert_true(store_delivery_retry(store, again.id[0], 9500, &error));
    assert_int_equal(due_at(store, 9500).attempt[0], 3);
    assert_false(store_delivery_retry(store, due.id[0], 9500, &error));
    assert_int_equal(error.kind, ERROR_STATE);
    assert_false(store_delivery_retry(store, "nothing", 9500, &error));
    assert_int_equal(error.kind, ERROR_MISSING);
    assert_true(store_delivery_log(store, "log", count_log, &logged, &error));
    assert_int_equal(logged, 3);
    clock_set_for_tests(0);
    watch_set_destroy(set);
    close_store(store);
}

static void the_headline_says_who_what_how_far_and_who_says_so(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    struct buffer line = BUFFER_INIT;
    struct ent_builder *builder = record_build(ENT_EVENT);
    static const char *const actors[][2] = {{"RUS", "supplier"}, {"UZB", "recipient"}, {"KAZ", "observer"}};
    for (size_t i = 0; i < 3; i++) {
        record_open(builder, ENT_REPORT_ACTOR, ENT_ACTOR);
        record_put_text(builder, ENT_ACTOR_ID, actors[i][0]);
        record_put_text(builder, ENT_ACTOR_ROLE, actors[i][1]);
        record_close(builder);
    }
    record_put_text(builder, ENT_REPORT_TYPE, "arms_transfer");
    record_put_text(builder, ENT_REPORT_SUBTYPE, "sale");
    record_put_text(builder, ENT_REPORT_STATUS, "signed");
    record_put_text(builder, ENT_REPORT_MODALITY, "confirmed");
    record_open(builder, ENT_REPORT_EQUIPMENT, ENT_EQUIPMENT);
    record_put_text(builder, ENT_EQUIPMENT_NAME, "Mi-17 helicopters");
    record_put_num(builder, ENT_EQUIPMENT_COUNT, 12);
    record_close(builder);
    record_put_int(builder, ENT_EVENT_INDEPENDENT_SOURCES, 2);
    struct ent_record *event = record_seal(builder, &error);
    watch_headline(event->view, &line);
    assert_string_equal(line.bytes,
                        "RUS → UZB: arms_transfer/sale signed, 12 Mi-17 helicopters (confirmed, 2 sources)");
    buffer_free(&line);
    record_release(event);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_update_does_not_alert_twice),
        cmocka_unit_test(an_event_that_comes_to_match_alerts_then),
        cmocka_unit_test(on_names_the_changes_that_alert),
        cmocka_unit_test(a_merge_alerts_nobody_anew),
        cmocka_unit_test(a_watch_starts_where_it_should),
        cmocka_unit_test(a_withdrawal_alerts_only_where_asked),
        cmocka_unit_test(a_wrong_rule_is_refused_with_its_place),
        cmocka_unit_test(a_dry_run_shows_what_would_have_fired),
        cmocka_unit_test(a_dry_run_that_is_late_is_gone_on_with),
        cmocka_unit_test(what_was_new_in_one_part_is_not_so_in_the_next),
        cmocka_unit_test(a_delivery_is_retried_until_it_is_settled_and_every_attempt_is_logged),
        cmocka_unit_test(the_headline_says_who_what_how_far_and_who_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
