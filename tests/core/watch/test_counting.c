/* The stage as it counts series, and what it keeps from alerting: real items, events and alerts in a store. */
#include "core/base/clock.h"
#include "core/store/alert_states.h"
#include "core/store/alerts.h"
#include "core/store/events.h"
#include "core/store/identity.h"
#include "core/store/items.h"
#include "core/store/store.h"
#include "core/watch/dry_run.h"
#include "core/watch/watch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DAY_MS 86400000LL
enum { START = 19000 }; /* days since 1970: in 2022 */

static struct store *store;
static struct watch_set *set;
static int number;

static int set_up(void **state)
{
    struct error error = ERROR_INIT;
    (void)state;
    number = 0;
    store = store_open(":memory:", STORE_WRITE, &error);
    set = watch_set_create();
    clock_set_for_tests(START * DAY_MS);
    return store && set && store_begin(store, &error) ? 0 : -1;
}

static int tear_down(void **state)
{
    struct error error = ERROR_INIT;
    (void)state;
    watch_set_destroy(set);
    clock_set_for_tests(0);
    bool ok = store_commit(store, &error);
    store_close(store);
    return ok ? 0 : -1;
}

/* ---- an archive ---- */

/* An item of the source "a", fetched `late` days after its publication; its id goes to `id`. */
static void put_item(int64_t day, int64_t late, char id[DIGEST_HEX_SIZE])
{
    struct error error = ERROR_INIT;
    enum item_change change;
    int64_t sequence;
    char title[40];
    snprintf(title, sizeof title, "Item %d of this archive", ++number);
    snprintf(id, DIGEST_HEX_SIZE, "%032x", (unsigned)number);
    struct ent_builder *builder = record_build(ENT_ITEM);
    record_put_text(builder, ENT_ITEM_ID, id);
    record_put_text(builder, ENT_ITEM_TITLE, title);
    record_put_text(builder, ENT_ITEM_BODY, title);
    record_put_text(builder, ENT_ITEM_SOURCE, "a");
    record_put_time(builder, ENT_ITEM_PUBLISHED, day * DAY_MS);
    record_put_time(builder, ENT_ITEM_FETCHED, (day + late) * DAY_MS + 1000);
    struct ent_record *item = record_seal(builder, &error);
    assert_non_null(item);
    if (!store_item_put(store, item, NULL, "", NULL, &sequence, NULL, &change, &error))
        fail_msg("%s", error.text);
    record_release(item);
}

struct told {
    const char *event, *type, *change, *verdict;
    int64_t day, late;
};

/* A revision of an event, told by an item of its own. */
static void put_event(enum event_state state, const char *target, struct told told)
{
    struct error error = ERROR_INIT;
    struct event_standing standing;
    char item[DIGEST_HEX_SIZE], report[DIGEST_HEX_SIZE + 8];
    put_item(told.day, told.late, item);
    snprintf(report, sizeof report, "r-%s", item);
    assert_true(store_event_standing(store, told.event, &standing, &error));
    struct ent_builder *builder = record_build(ENT_EVENT);
    record_put_text(builder, ENT_REPORT_ID, told.event);
    record_put_text(builder, ENT_REPORT_TYPE, told.type);
    record_put_text(builder, ENT_REPORT_MODALITY, "reported");
    record_put_text(builder, ENT_REPORT_SCOPE, "current");
    record_put_int(builder, ENT_EVENT_REVISION, standing.revision + 1);
    record_put_time(builder, ENT_EVENT_FIRST_SEEN, told.day * DAY_MS);
    record_put_time(builder, ENT_EVENT_LAST_SEEN, told.day * DAY_MS);
    record_put_text(builder, ENT_EVENT_CHANGE, told.change ? told.change : "new");
    if (told.verdict)
        record_put_text(builder, ENT_EVENT_VERDICT, told.verdict);
    record_open(builder, ENT_REPORT_ACTOR, ENT_ACTOR);
    record_put_text(builder, ENT_ACTOR_ID, "CHN");
    record_put_text(builder, ENT_ACTOR_ROLE, "participant");
    record_close(builder);
    record_open(builder, ENT_REPORT_ACTOR, ENT_ACTOR);
    record_put_text(builder, ENT_ACTOR_ID, "RUS");
    record_put_text(builder, ENT_ACTOR_ROLE, "participant");
    record_close(builder);
    record_open(builder, ENT_EVENT_SOURCE, ENT_SOURCE);
    record_put_text(builder, ENT_SOURCE_REPORT, report);
    record_put_text(builder, ENT_SOURCE_ITEM, item);
    record_put_time(builder, ENT_SOURCE_PUBLISHED, told.day * DAY_MS);
    record_close(builder);
    struct ent_record *event = record_seal(builder, &error);
    assert_non_null(event);
    if (!store_event_put(store, event->view, state, target, report, (told.day + told.late) * DAY_MS + 2000, &error))
        fail_msg("%s", error.text);
    record_release(event);
    record_release(standing.record);
}

static void tell(struct told told)
{
    put_event(EVENT_LIVE, NULL, told);
}

static void tell_new(const char *type, int64_t day)
{
    char id[40];
    snprintf(id, sizeof id, "e%d", number);
    tell((struct told){.event = id, .type = type, .day = day});
}

/* Ten items a day, and an exercise every tenth day. */
static void live(int64_t from, int64_t to, int64_t every)
{
    char id[DIGEST_HEX_SIZE];
    for (int64_t day = from; day < to; day++) {
        for (int i = 0; i < 10; i++)
            put_item(day, 0, id);
        if (every && (day - from) % every == 0)
            tell_new("exercise", day);
    }
}

/* ---- watches ---- */

static void add(const char *name, const char *when, const char *const *on, int64_t max_age_days)
{
    static const char *const sinks[] = {"out", NULL};
    struct error error = ERROR_INIT;
    struct watch_settings settings = {
        .name = name, .when = when, .sinks = sinks, .on = on, .max_age_ms = max_age_days * DAY_MS};
    if (!watch_set_add(set, &settings, NULL, &error) || !watch_set_register(set, store, &error))
        fail_msg("%s", error.text);
}

static void run(void)
{
    struct error error = ERROR_INIT;
    do
        if (!watch_set_run(set, store, &error))
            fail_msg("%s", error.text);
    while (watch_set_has_more(set));
}

struct seen {
    struct buffer lines;
    int64_t deliveries;
};

static bool see(void *context, const struct alert_row *row)
{
    struct seen *seen = context;
    struct record_view event, finding;
    const char *id = record_get_view(row->record, ENT_ALERT_EVENT, 0, &event) ? record_text(event, ENT_REPORT_ID) : "-";
    buffer_printf(&seen->lines, "%s %s %s %s", record_text(row->record, ENT_ALERT_WATCH), id,
                  record_text(row->record, ENT_ALERT_REASON), row->state);
    if (record_get_view(row->record, ENT_ALERT_FINDING, 0, &finding))
        buffer_printf(&seen->lines, " (%s)", record_text(finding, ENT_FINDING_TEXT));
    buffer_printf(&seen->lines, " %lld\n", (long long)row->pending);
    return true;
}

static void expect(const char *lines)
{
    struct error error = ERROR_INIT;
    struct seen seen = {BUFFER_INIT, 0};
    assert_true(store_alerts_each(store, NULL, 0, 0, see, &seen, &error));
    assert_string_equal(seen.lines.bytes ? seen.lines.bytes : "", lines);
    buffer_free(&seen.lines);
}

/* ---- series ---- */

static void a_spike_is_told_once_with_its_baseline(void **state)
{
    (void)state;
    add("drills", "type = exercise and actor = CHN and spike(3, 30d)", NULL, 0);
    live(START, START + 300, 10);
    run();
    expect("");
    for (int i = 0; i < 20; i++)
        tell((struct told){.event = (char[]){'s', (char)('a' + i), '\0'}, .type = "exercise", .day = START + 300});
    run();
    expect("drills si spike new (11 in 30 days against 3.1 expected) 1\n");
    run();
    live(START + 300, START + 310, 0);
    tell_new("exercise", START + 309);
    run();
    expect("drills si spike new (11 in 30 days against 3.1 expected) 1\n");
}

static void a_watch_that_is_added_late_counts_the_archive_first(void **state)
{
    (void)state;
    live(START, START + 300, 10);
    add("drills", "type = exercise and spike(3, 30d)", NULL, 0);
    run();
    for (int i = 0; i < 14; i++)
        tell((struct told){.event = (char[]){'s', (char)('a' + i), '\0'}, .type = "exercise", .day = START + 300});
    run();
    expect("drills si spike new (11 in 30 days against 3.0 expected) 1\n");
}

static void what_is_rejected_withdrawn_or_merged_leaves_the_series(void **state)
{
    (void)state;
    static const char ids[][3] = {"sa", "sb", "sc", "sd", "se", "sf", "sg", "sh"};
    add("drills", "type = exercise and spike(2, 30d)", NULL, 0);
    live(START, START + 300, 10);
    for (size_t i = 0; i < 8; i++)
        tell((struct told){.event = ids[i], .type = "exercise", .day = START + 300});
    run();
    expect(""); /* ten, and eleven are needed */
    tell((struct told){.event = "sa", .type = "exercise", .change = "correction", .verdict = "rejected", .day = START + 300});
    put_event(EVENT_WITHDRAWN, NULL, (struct told){.event = "sb", .type = "exercise", .change = "withdrawn", .day = START + 300});
    put_event(EVENT_MERGED, "sd", (struct told){.event = "sc", .type = "exercise", .change = "absorbed", .day = START + 300});
    tell((struct told){.event = "sd", .type = "visit", .change = "details", .day = START + 300});
    for (int i = 0; i < 4; i++)
        tell((struct told){.event = (char[]){'t', (char)('a' + i), '\0'}, .type = "exercise", .day = START + 300});
    run();
    expect("");
}

static void an_edited_rule_counts_anew(void **state)
{
    (void)state;
    live(START, START + 300, 10);
    add("drills", "type = visit and spike(3, 30d)", NULL, 0);
    run();
    watch_set_destroy(set);
    set = watch_set_create();
    add("drills", "type = exercise and spike(3, 30d)", NULL, 0);
    for (int i = 0; i < 14; i++)
        tell((struct told){.event = (char[]){'s', (char)('a' + i), '\0'}, .type = "exercise", .day = START + 300});
    run();
    expect("drills si spike new (11 in 30 days against 3.0 expected) 1\n");
}

static void a_silence_is_told_once_by_the_clock(void **state)
{
    (void)state;
    add("drills", "type = exercise and silence(60d)", NULL, 7);
    live(START, START + 300, 10);
    clock_set_for_tests((START + 300) * DAY_MS);
    run();
    expect("");
    live(START + 300, START + 361, 0);
    clock_set_for_tests((START + 361) * DAY_MS);
    run();
    expect("drills - silence new (none in 60 days against 5.6 expected) 1\n");
    clock_set_for_tests((START + 361) * DAY_MS + 2 * 3600000);
    run();
    expect("drills - silence new (none in 60 days against 5.6 expected) 1\n");
}

static void a_silence_is_due_though_nothing_comes(void **state)
{
    (void)state;
    add("drills", "type = exercise and silence(60d)", NULL, 7);
    add("talks", "type = visit and silence(60d)", NULL, 7);
    run();
    assert_int_equal(watch_set_due(set), 0); /* what never was cannot fall silent */
    live(START, START + 300, 10); /* the last exercise is on day 290 */
    live(START + 300, START + 350, 0);
    clock_set_for_tests((START + 349) * DAY_MS + 86000000);
    run();
    assert_int_equal(watch_set_due(set), (START + 350) * DAY_MS);
    clock_set_for_tests((START + 350) * DAY_MS);
    run();
    expect("drills - silence new (none in 60 days against 5.8 expected) 1\n");
    assert_int_equal(watch_set_due(set), 0);
}

static void a_silence_that_is_in_doubt_is_looked_at_again(void **state)
{
    (void)state;
    add("drills", "type = exercise and silence(20d)", NULL, 7);
    live(START, START + 300, 10);
    live(START + 300, START + 311, 0);
    clock_set_for_tests((START + 310) * DAY_MS);
    run();
    expect(""); /* two were expected, and none is not so unlikely */
    assert_int_equal(watch_set_due(set), (START + 310) * DAY_MS + 3600000);
    clock_set_for_tests((START + 310) * DAY_MS + 600000);
    run();
    assert_int_equal(watch_set_due(set), (START + 310) * DAY_MS + 3600000);
    tell_new("exercise", START + 310);
    clock_set_for_tests((START + 310) * DAY_MS + 3600000);
    run();
    assert_int_equal(watch_set_due(set), (START + 330) * DAY_MS);
}

/* ---- dry runs ---- */

struct noted {
    struct buffer lines;
    bool has_enough; /* after each hit */
};

static bool note_hit(void *context, const struct dry_run_hit *hit)
{
    struct noted *noted = context;
    buffer_printf(&noted->lines, "%s %s (%s) on %lld\n", hit->reason, hit->has_event ? record_text(hit->event, ENT_REPORT_ID) : "-",
                  hit->finding ? hit->finding : "", (long long)(hit->time / DAY_MS - START));
    return !noted->has_enough;
}

/* In parts that end at `deadline`, or with each hit. */
static void expect_parts(const struct rule *rule, int64_t since, int64_t deadline, bool has_enough, int64_t revisions, const char *expected)
{
    static const char *const on[] = {"new", NULL};
    struct error error = ERROR_INIT;
    struct dry_run_counts counts;
    struct noted noted = {.has_enough = has_enough};
    int64_t looked = 0;
    struct dry_run *run = dry_run_begin(store, rule, on, since, &error);
    assert_non_null(run);
    while (!dry_run_is_done(run)) {
        if (!dry_run_go_on(run, deadline, note_hit, &noted, &counts, &error))
            fail_msg("%s", error.text);
        assert_true(counts.hits <= 1 || deadline == DRY_RUN_NO_DEADLINE);
        looked += counts.revisions;
    }
    assert_true(dry_run_end(run, &error));
    assert_string_equal(noted.lines.bytes ? noted.lines.bytes : "", expected);
    assert_int_equal(looked, revisions);
    buffer_free(&noted.lines);
}

/* At once, and in parts that are as short as can be. */
static void expect_trial(const char *when, int64_t since_day, const char *expected)
{
    static const char *const on[] = {"new", NULL};
    struct error error = ERROR_INIT;
    struct dry_run_counts counts;
    struct noted noted = {.has_enough = false};
    int64_t since = (START + since_day) * DAY_MS;
    struct rule *rule = rule_compile(when, strlen(when), NULL);
    assert_non_null(rule);
    if (!watch_dry_run(store, rule, on, since, note_hit, &noted, &counts, &error))
        fail_msg("%s", error.text);
    assert_string_equal(noted.lines.bytes ? noted.lines.bytes : "", expected);
    expect_parts(rule, since, 0, false, counts.revisions, expected);
    expect_parts(rule, since, DRY_RUN_NO_DEADLINE, true, counts.revisions, expected);
    buffer_free(&noted.lines);
    rule_destroy(rule);
}

static void a_dry_run_tells_the_spikes_silences_and_firsts_that_were(void **state)
{
    (void)state;
    live(START, START + 300, 10);
    for (int i = 0; i < 14; i++)
        tell((struct told){.event = (char[]){'s', (char)('a' + i), '\0'}, .type = "exercise", .day = START + 300});
    live(START + 300, START + 420, 0);
    expect_trial("type = exercise and spike(3, 30d)", 0, "spike si (11 in 30 days against 3.1 expected) on 300\n");
    /* The spike makes the windows scatter, so that sixty days without are less surprising at first. */
    expect_trial("type = exercise and silence(60d)", 0, "silence - (none in 60 days against 7.7 expected) on 400\n");
    expect_trial("type = exercise and spike(3, 30d)", 301, "");
    expect_trial("type = visit and spike(3, 30d)", 0, "");
    /* Twice over one connection, and nothing was written. */
    expect_trial("type = exercise and spike(3, 30d)", 0, "spike si (11 in 30 days against 3.1 expected) on 300\n");
    int64_t rows;
    struct error error = ERROR_INIT;
    assert_true(store_count(store, "SELECT count(*) FROM watch_series", &rows, &error));
    assert_int_equal(rows, 0);
    tell((struct told){.event = "late", .type = "visit", .day = START + 419});
    expect_trial("first_dyad(30d)", 60, "new late () on 419\n");
}

static int interrupt(void *context)
{
    (void)context;
    return 1;
}

static void a_dry_run_that_failed_is_not_gone_on_with(void **state)
{
    (void)state;
    static const char *const on[] = {"new", NULL};
    struct error error = ERROR_INIT;
    struct dry_run_counts counts;
    struct noted noted = {.has_enough = false};
    const char *when = "type = exercise and spike(3, 30d)";
    struct rule *rule = rule_compile(when, strlen(when), NULL);
    live(START, START + 100, 10);
    struct dry_run *run = dry_run_begin(store, rule, on, INT64_MIN, &error);
    assert_true(dry_run_go_on(run, 0, note_hit, &noted, &counts, &error));
    sqlite3_progress_handler(store_database(store), 1, interrupt, NULL);
    assert_false(dry_run_go_on(run, 0, note_hit, &noted, &counts, &error));
    sqlite3_progress_handler(store_database(store), 0, NULL, NULL);
    assert_false(dry_run_go_on(run, 0, note_hit, &noted, &counts, &error));
    assert_int_equal(error.kind, ERROR_STATE);
    assert_false(dry_run_is_done(run));
    assert_true(dry_run_end(run, &error));
    buffer_free(&noted.lines);
    rule_destroy(rule);
}

/* ---- firsts ---- */

static void a_first_dyad_wants_an_archive_that_is_old_enough(void **state)
{
    (void)state;
    add("first", "first_dyad(100d)", NULL, 0);
    live(START, START + 60, 0);
    tell_new("visit", START + 59);
    run();
    expect("");
    live(START + 60, START + 300, 0);
    tell((struct told){.event = "late", .type = "visit", .day = START + 299});
    tell((struct told){.event = "next", .type = "visit", .day = START + 300});
    run();
    expect("first late new new 1\n");
}

/* ---- what does not alert ---- */

static void what_was_published_long_before_its_fetch_is_taken_in_silence(void **state)
{
    (void)state;
    static const char *const on[] = {"new", "sources", NULL};
    add("all", "type = visit", on, 7);
    add("any", "type = visit", NULL, 0);
    tell((struct told){.event = "old", .type = "visit", .day = START, .late = 8});
    tell((struct told){.event = "fresh", .type = "visit", .day = START, .late = 6});
    run();
    expect("any old new new 1\nall fresh new new 1\nany fresh new new 1\n");
    tell((struct told){.event = "fresh", .type = "visit", .change = "sources", .day = START, .late = 30});
    run();
    expect("any old new new 1\nall fresh new new 1\nany fresh new new 1\n");
    tell((struct told){.event = "fresh", .type = "visit", .change = "sources", .day = START + 30, .late = 0});
    run();
    expect("any old new new 1\nall fresh new new 1\nany fresh new new 1\nall fresh sources new 1\n");
}

static void founding_an_archive_asks_for_no_age_until_it_is_done(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    assert_true(watch_set_found(set, store, true, &error));
    add("all", "type = visit", NULL, 7);
    tell((struct told){.event = "one", .type = "visit", .day = START, .late = 400});
    run();
    expect("all one new new 1\n");
    /* Killed here, the next run goes on founding. */
    assert_true(watch_set_found(set, store, true, &error));
    tell((struct told){.event = "two", .type = "visit", .day = START, .late = 400});
    run();
    expect("all one new new 1\nall two new new 1\n");
    assert_true(watch_founded(NULL, store, &error));
    assert_true(watch_set_found(set, store, true, &error));
    tell((struct told){.event = "three", .type = "visit", .day = START, .late = 400});
    run();
    expect("all one new new 1\nall two new new 1\n");
}

static void merges_splits_recoding_and_corrections_alert_only_who_asks(void **state)
{
    (void)state;
    static const char *const quiet[] = {"new", "sources", "status", NULL};
    static const char *const words[] = {"merged", "split", "recode", "correction"};
    add("quiet", "type = visit", quiet, 0);
    for (size_t i = 0; i < 4; i++)
        add(words[i], "type = visit", (const char *const[]){words[i], NULL}, 0);
    for (size_t i = 0; i < 4; i++)
        tell((struct told){.event = words[i], .type = "visit", .change = words[i], .day = START});
    tell((struct told){.event = "wrong", .type = "visit", .verdict = "rejected", .day = START});
    tell((struct told){.event = "wrong", .type = "visit", .change = "sources", .verdict = "rejected", .day = START});
    run();
    /* What the desk took out of another event is new to a watch that has not told of it. */
    expect("merged merged merged new 1\nquiet split new new 1\nsplit split split new 1\nrecode recode recode new 1\n"
           "correction correction correction new 1\n");
}

/* ---- mutes ---- */

static void what_is_muted_is_kept_and_not_sent(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    static const char *const on[] = {"new", "status", NULL};
    struct alert_by by = {"ada", "enough"};
    struct alert_standing standing;
    int64_t now = START * DAY_MS;
    add("all", "type = visit", on, 0);
    tell((struct told){.event = "one", .type = "visit", .day = START});
    run();
    char id[DIGEST_HEX_SIZE];
    digest_texts(id, "alert", "all", "one", "new", "0", NULL);
    assert_true(store_alert_act(store, id, ALERT_MUTE, now + DAY_MS, &by, now, &error));
    tell((struct told){.event = "one", .type = "visit", .change = "status", .day = START});
    tell((struct told){.event = "two", .type = "visit", .day = START});
    run();
    expect("all one new muted 1\nall one status muted 0\nall two new new 1\n");
    assert_true(store_mute_put(store, &(struct mute){"all", "", now + 2 * DAY_MS, now, "ada", ""}, &error));
    tell((struct told){.event = "three", .type = "visit", .day = START});
    run();
    expect("all one new muted 1\nall one status muted 0\nall two new new 1\nall three new muted 0\n");
    /* A day on, the event's mute is over, and the watch's is not. */
    clock_set_for_tests(now + DAY_MS);
    run();
    expect("all one new new 1\nall one status new 0\nall two new new 1\nall three new muted 0\n");
    assert_true(store_mute_remove(store, "all", "", now + DAY_MS, &error));
    tell((struct told){.event = "four", .type = "visit", .day = START});
    run();
    expect("all one new new 1\nall one status new 0\nall two new new 1\nall three new new 0\nall four new new 1\n");
    assert_true(store_alert_act(store, id, ALERT_ACKNOWLEDGE, 0, &by, now, &error));
    assert_false(store_alert_act(store, id, ALERT_ACKNOWLEDGE, 0, &by, now, &error));
    assert_int_equal(error.kind, ERROR_STATE);
    assert_true(store_alert_act(store, id, ALERT_RESOLVE, 0, &by, now, &error));
    assert_false(store_alert_act(store, id, ALERT_MUTE, now + 9 * DAY_MS, &by, now, &error));
    assert_true(store_alert_standing(store, id, &standing, &error));
    assert_string_equal(standing.state, "resolved");
    alert_standing_free(&standing);
    assert_false(store_alert_act(store, "ffffffffff", ALERT_RESOLVE, 0, &by, now, &error));
    assert_int_equal(error.kind, ERROR_MISSING);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_spike_is_told_once_with_its_baseline),
        TEST(a_watch_that_is_added_late_counts_the_archive_first),
        TEST(what_is_rejected_withdrawn_or_merged_leaves_the_series),
        TEST(an_edited_rule_counts_anew),
        TEST(a_silence_is_told_once_by_the_clock),
        TEST(a_silence_is_due_though_nothing_comes),
        TEST(a_silence_that_is_in_doubt_is_looked_at_again),
        TEST(a_dry_run_tells_the_spikes_silences_and_firsts_that_were),
        TEST(a_dry_run_that_failed_is_not_gone_on_with),
        TEST(a_first_dyad_wants_an_archive_that_is_old_enough),
        TEST(what_was_published_long_before_its_fetch_is_taken_in_silence),
        TEST(founding_an_archive_asks_for_no_age_until_it_is_done),
        TEST(merges_splits_recoding_and_corrections_alert_only_who_asks),
        TEST(what_is_muted_is_kept_and_not_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
