/* What the keys of a watch mean for a detector: which revisions it is shown, at which its findings alert, and once
 * each. */
#include "core/base/clock.h"
#include "core/store/alert_states.h"
#include "core/store/alerts.h"
#include "core/store/events.h"
#include "core/store/store.h"
#include "core/watch/detection.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FIRST "11111111111111111111111111111111"
#define SECOND "22222222222222222222222222222222"
#define THIRD "33333333333333333333333333333333"

static struct store *open_store(void)
{
    struct error error = ERROR_INIT;
    struct store *store = store_open(":memory:", STORE_WRITE, &error);
    if (!store || !store_begin(store, &error))
        fail_msg("%s", error.text);
    return store;
}

static void put(struct store *store, enum event_state state, const char *target, const char *id, const char *type,
                const char *change, const char *alias)
{
    struct error error = ERROR_INIT;
    struct event_standing standing;
    assert_true(store_event_standing(store, id, &standing, &error));
    struct ent_builder *builder = record_build(ENT_EVENT);
    record_put_text(builder, ENT_REPORT_ID, id);
    record_put_text(builder, ENT_REPORT_TYPE, type);
    record_put_text(builder, ENT_REPORT_STATUS, "signed");
    record_put_text(builder, ENT_REPORT_MODALITY, "reported");
    record_put_text(builder, ENT_REPORT_SCOPE, "current");
    record_put_int(builder, ENT_EVENT_REVISION, standing.revision + 1);
    record_put_text(builder, ENT_EVENT_CHANGE, change);
    if (alias)
        record_put_text(builder, ENT_EVENT_ALIAS, alias);
    struct ent_record *event = record_seal(builder, &error);
    assert_non_null(event);
    if (!store_event_put(store, event->view, state, target, "report-1", 1000, &error))
        fail_msg("%s", error.text);
    record_release(event);
    record_release(standing.record);
}

static void put_live(struct store *store, const char *id, const char *type, const char *change)
{
    put(store, EVENT_LIVE, NULL, id, type, change, NULL);
}

struct found {
    const char *id, *kind; /* id NULL: none */
    const char *events[3];
};

static struct ent_record *make_finding(const struct found *found)
{
    struct error error = ERROR_INIT;
    struct ent_builder *builder = record_build(ENT_FINDING);
    record_put_text(builder, ENT_FINDING_ID, found->id);
    record_put_text(builder, ENT_FINDING_KIND, found->kind);
    record_put_text(builder, ENT_FINDING_TEXT, "look at this");
    for (size_t i = 0; found->events[i]; i++)
        record_put_text(builder, ENT_FINDING_EVENT, found->events[i]);
    struct ent_record *record = record_seal(builder, &error);
    assert_non_null(record);
    return record;
}

struct attempt {
    struct detection *detection;
    struct store *store;
    const struct found *found; /* NULL: about the event alone */
    int wanted, raised;
};

static bool try_revision(void *context, const struct revision_row *row)
{
    struct attempt *attempt = context;
    struct error error = ERROR_INIT;
    bool wanted, raised = false;
    if (!detection_wants(attempt->detection, attempt->store, row, &wanted, &error))
        fail_msg("%s", error.text);
    attempt->wanted += wanted;
    if (!wanted)
        return true;
    const struct found about = {NULL, "seen", {row->event_id}};
    struct ent_record *finding = make_finding(attempt->found ? attempt->found : &about);
    if (!detection_raise(attempt->detection, attempt->store, row, finding->view, &raised, &error))
        fail_msg("%s", error.text);
    record_release(finding);
    attempt->raised += raised;
    return true;
}

/* Every revision behind `after`; how many alerts came of them. */
static int raised_after(struct detection *detection, struct store *store, int64_t after, const struct found *found)
{
    struct error error = ERROR_INIT;
    struct attempt attempt = {detection, store, found, 0, 0};
    assert_true(store_revisions_each(store, after, 0, try_revision, &attempt, &error));
    return attempt.raised;
}

static struct detection *make(const char *const *on, const struct rule *rule)
{
    struct detection *detection =
        detection_create(&(struct detection_settings){.title = "detector.test", .on = on, .rule = rule});
    assert_non_null(detection);
    return detection;
}

static void end(struct detection *detection, struct store *store)
{
    detection_destroy(detection);
    store_rollback(store);
    store_close(store);
}

static void one_finding_is_one_alert(void **state)
{
    (void)state;
    struct store *store = open_store();
    struct detection *detection = make(NULL, NULL);
    put_live(store, FIRST, "aid", "new");
    assert_int_equal(raised_after(detection, store, 0, NULL), 1);
    assert_int_equal(raised_after(detection, store, 0, NULL), 0);
    put_live(store, FIRST, "aid", "sources");
    assert_int_equal(raised_after(detection, store, 1, NULL), 0);
    const struct found named = {"a-key", "seen", {FIRST}}, other = {"another", "seen", {FIRST}};
    assert_int_equal(raised_after(detection, store, 1, &named), 1);
    assert_int_equal(raised_after(detection, store, 1, &named), 0);
    assert_int_equal(raised_after(detection, store, 1, &other), 1);
    const struct found both = {NULL, "pair", {FIRST, SECOND}}, turned = {NULL, "pair", {SECOND, FIRST}};
    assert_int_equal(raised_after(detection, store, 1, &both), 1);
    assert_int_equal(raised_after(detection, store, 1, &both), 0);
    assert_int_equal(raised_after(detection, store, 1, &turned), 1);
    end(detection, store);
}

/* However far behind the detector is: what the event has become since does not tell. */
static void an_event_whose_id_changes_is_the_same_event(void **state)
{
    (void)state;
    for (int is_late = 0; is_late <= 1; is_late++) {
        struct store *store = open_store();
        struct detection *detection = make(NULL, NULL);
        put_live(store, FIRST, "aid", "new");
        if (!is_late)
            assert_int_equal(raised_after(detection, store, 0, NULL), 1);
        put(store, EVENT_MERGED, SECOND, FIRST, "aid", "absorbed", NULL);
        put(store, EVENT_LIVE, NULL, SECOND, "aid", "sources", FIRST);
        if (!is_late)
            assert_int_equal(raised_after(detection, store, 1, NULL), 0);
        put(store, EVENT_MERGED, THIRD, SECOND, "aid", "absorbed", NULL);
        struct error error = ERROR_INIT;
        assert_true(store_event_retarget(store, FIRST, THIRD, &error));
        assert_int_equal(raised_after(detection, store, is_late ? 0 : 3, NULL), is_late);
        end(detection, store);
    }
}

static void quiet_changes_are_shown_and_alert_nobody_unless_named(void **state)
{
    static const char *const words[] = {"recode", "correction", "merged", "withdrawn", "absorbed"};
    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const char *const named[] = {words[i], NULL};
        struct store *store = open_store();
        struct error error = ERROR_INIT;
        struct detection *quiet = make(NULL, NULL), *asked = make(named, NULL);
        put_live(store, FIRST, "aid", words[i]);
        struct attempt attempt = {quiet, store, NULL, 0, 0};
        assert_true(store_revisions_each(store, 0, 0, try_revision, &attempt, &error));
        assert_int_equal(attempt.wanted, 1);
        assert_int_equal(attempt.raised, 0);
        assert_int_equal(raised_after(asked, store, 0, NULL), 1);
        detection_destroy(quiet);
        end(asked, store);
    }
}

static void a_change_is_alerted_where_on_names_it(void **state)
{
    static const char *const on[] = {"status", NULL};
    (void)state;
    struct store *store = open_store();
    struct detection *detection = make(on, NULL);
    put_live(store, FIRST, "aid", "new");
    assert_int_equal(raised_after(detection, store, 0, NULL), 0);
    put_live(store, FIRST, "aid", "status");
    assert_int_equal(raised_after(detection, store, 1, NULL), 1);
    end(detection, store);
}

static void the_rule_says_what_is_shown(void **state)
{
    (void)state;
    struct store *store = open_store();
    struct error error = ERROR_INIT;
    struct rule_error rule_error;
    struct rule *rule = rule_compile("type = aid", 10, &rule_error);
    assert_non_null(rule);
    struct detection *detection = make(NULL, rule);
    put_live(store, FIRST, "aid", "new");
    put_live(store, SECOND, "training", "new");
    struct attempt attempt = {detection, store, NULL, 0, 0};
    assert_true(store_revisions_each(store, 0, 0, try_revision, &attempt, &error));
    assert_int_equal(attempt.wanted, 1);
    end(detection, store);
    rule_destroy(rule);
}

struct seen {
    char line[600];
};

static bool see(void *context, const struct alert_row *row)
{
    struct seen *seen = context;
    struct record_view finding, event;
    assert_true(record_get_view(row->record, ENT_ALERT_FINDING, 0, &finding));
    assert_true(record_get_view(row->record, ENT_ALERT_EVENT, 0, &event));
    snprintf(seen->line, sizeof seen->line, "%s|%s|%s|%s|%s|%s", record_text(row->record, ENT_ALERT_WATCH),
             record_text(row->record, ENT_ALERT_REASON), row->state, record_text(finding, ENT_FINDING_ID),
             record_text(finding, ENT_FINDING_TEXT), record_text(event, ENT_REPORT_ID));
    return false;
}

static void a_mute_keeps_what_it_raises_to_itself(void **state)
{
    (void)state;
    struct seen seen;
    struct store *store = open_store();
    struct error error = ERROR_INIT;
    struct detection *detection = make(NULL, NULL);
    assert_true(store_mute_put(
        store,
        &(struct mute){
            .watch = "detector.test", .event = "", .until = clock_now() + 100000, .author = "ada", .note = ""},
        &error));
    put_live(store, FIRST, "aid", "new");
    const struct found named = {"a-key", "rush", {FIRST}};
    assert_int_equal(raised_after(detection, store, 0, &named), 1);
    assert_true(store_alerts_each(store, "detector.test", 0, 0, see, &seen, &error));
    assert_string_equal(seen.line, "detector.test|rush|muted|a-key|look at this|" FIRST);
    end(detection, store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_finding_is_one_alert),
        cmocka_unit_test(an_event_whose_id_changes_is_the_same_event),
        cmocka_unit_test(quiet_changes_are_shown_and_alert_nobody_unless_named),
        cmocka_unit_test(a_change_is_alerted_where_on_names_it),
        cmocka_unit_test(the_rule_says_what_is_shown),
        cmocka_unit_test(a_mute_keeps_what_it_raises_to_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
