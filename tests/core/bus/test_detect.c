/* Detectors: every revision of an event is taken once, in order; findings are raised with the mark that it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/base/clock.h"
#include "core/bus/attempt.h"
#include "core/bus/inflight.h"
#include "core/store/events.h"
#include "core/store/store.h"
#include "lib/record/record.h"
#include "tests/core/bus/rig.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A stage in place of the desk: an event for each item, whose type is "event N". */
struct scribe {
    int64_t watermark, written;
};

static void set_watermark(void *context, int64_t sequence)
{
    ((struct scribe *)context)->watermark = sequence;
}

static bool put_event(struct store *store, int64_t number, struct error *error)
{
    char id[DIGEST_HEX_SIZE], name[32];
    snprintf(name, sizeof name, "event %lld", (long long)number);
    digest_texts(id, name, (const char *)NULL);
    struct ent_builder *builder = record_build(ENT_EVENT);
    record_put_text(builder, ENT_REPORT_ID, id);
    record_put_text(builder, ENT_REPORT_NAME, name);
    record_put_int(builder, ENT_EVENT_REVISION, 1);
    record_put_text(builder, ENT_EVENT_CHANGE, "new");
    struct ent_record *event = record_seal(builder, error);
    bool ok = event && store_event_put(store, event->view, EVENT_LIVE, NULL, NULL, 1000, error);
    record_release(event);
    return ok;
}

static bool write_events(void *context, struct store *store, struct error *error)
{
    struct scribe *scribe = context;
    int64_t written = store_revision_last(store, error);
    for (; written >= 0 && written < scribe->watermark; written++)
        if (!put_event(store, written + 1, error))
            return false;
    return written >= 0;
}

/* The table of what was raised, in the store itself, so that a crash undoes it with all else. */
static bool note_finding(void *context, struct store *store, const struct revision_row *row, struct record_view finding,
                         bool *raised, struct error *error)
{
    (void)context;
    *raised = true;
    sqlite3_stmt *statement =
        store_statement(store, "INSERT INTO found(revision, text, event) VALUES(?1, ?2, ?3)", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, row->sequence);
    store_bind_text(statement, 2, record_text(finding, ENT_FINDING_TEXT));
    store_bind_text(statement, 3, record_text(finding, ENT_FINDING_EVENT));
    return store_run(store, statement, error, "note a finding");
}

static bool refuse_to_raise(void *context, struct store *store, const struct revision_row *row,
                            struct record_view finding, bool *raised, struct error *error)
{
    (void)context;
    (void)store;
    (void)row;
    (void)finding;
    *raised = false;
    return error_set(error, ERROR_INPUT, "it cannot be stored");
}

static struct ent_record *make_finding(const char *text)
{
    struct error error = ERROR_INIT;
    struct ent_builder *builder = record_build(ENT_FINDING);
    record_put_text(builder, ENT_FINDING_TEXT, text);
    struct ent_record *record = record_seal(builder, &error);
    assert_non_null(record);
    return record;
}

static const char *name_of(const struct unit *unit, size_t index)
{
    return record_text(unit->inputs[index].record->view, ENT_REPORT_NAME);
}

static void find_all(struct rig_actor *actor, struct unit *unit)
{
    (void)actor;
    for (size_t i = 0; i < unit->input_count; i++)
        assert_true(unit_emit(unit, i, make_finding(name_of(unit, i))));
    unit->code = ENT_OK;
}

static struct scribe scribe;
static int thirty = 30, hundred = 100;

static void begin(struct rig *rig)
{
    rig_init(rig);
    scribe = (struct scribe){0};
    rig->stage =
        (struct bus_stage){.name = "scribe", .run = write_events, .set_watermark = set_watermark, .context = &scribe};
    struct rig_actor none;
    rig_start(rig, &none, 0);
    rig_stop(rig);
    rig_execute(rig, "CREATE TABLE found(revision INTEGER, text TEXT, event TEXT)");
}

static struct rig_actor source_of(int *count)
{
    return (struct rig_actor){.instance = "source.a", .role = BUS_SOURCE, .run = rig_emit_items, .context = count};
}

static struct rig_actor detector(void (*run)(struct rig_actor *actor, struct unit *unit))
{
    return (struct rig_actor){
        .instance = "detector.d", .role = BUS_DETECTOR, .batch = 7, .run = run, .raise = note_finding};
}

static void run_all(struct rig *rig, struct rig_actor *actors, size_t count)
{
    rig_start(rig, actors, count);
    rig_settle(rig);
    rig_stop(rig);
}

static void every_revision_is_shown_once_and_in_order(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig);
    struct rig_actor actors[] = {source_of(&thirty), detector(find_all)};
    run_all(&rig, actors, 2);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM found"), 30);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM found WHERE text='event '||revision AND rowid=revision"),
                     30);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM found f JOIN event e ON e.id=f.event"), 30);
    run_all(&rig, actors, 2);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM found"), 30);
    assert_int_equal(rig_count(&rig, "SELECT sequence FROM cursor WHERE processor='detector.d'"), 30);
    rig_remove(&rig);
}

static void a_new_one_begins_at_the_present_or_with_the_archive(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig);
    struct rig_actor actors[] = {source_of(&thirty), detector(find_all), detector(find_all)};
    run_all(&rig, actors, 1);
    actors[2].instance = "detector.deep";
    actors[2].from_archive = true;
    run_all(&rig, actors, 3);
    assert_int_equal(actors[1].records, 0);
    assert_int_equal(actors[2].records, 30);
    rig_remove(&rig);
}

static bool wants_even(void *context, struct store *store, const struct revision_row *row, bool *wanted,
                       struct error *error)
{
    (void)context;
    (void)store;
    (void)error;
    *wanted = row->sequence % 2 == 0;
    return true;
}

static void what_is_not_wanted_is_passed_over(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig);
    struct rig_actor actors[] = {source_of(&thirty), detector(find_all)};
    actors[1].wants = wants_even;
    run_all(&rig, actors, 2);
    assert_int_equal(actors[1].records, 15);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM found WHERE revision%2=0"), 15);
    assert_int_equal(rig_count(&rig, "SELECT sequence FROM cursor WHERE processor='detector.d'"), 30);
    rig_remove(&rig);
}

static void fail_at_thirteen(struct rig_actor *actor, struct unit *unit)
{
    find_all(actor, unit);
    for (size_t i = 0; i < unit->input_count; i++)
        if (strcmp(name_of(unit, i), "event 13") == 0)
            unit_result(unit, i, actor->context ? ENT_REJECT : ENT_RETRY, -1, ent_text("unlucky"));
}

static void a_failure_costs_its_own_revision_alone(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig);
    struct rig_actor actors[] = {source_of(&thirty), detector(fail_at_thirteen)};
    actors[1].context = &thirty;
    run_all(&rig, actors, 2);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM found"), 29);
    assert_int_equal(rig_count(&rig, "SELECT sequence FROM dead_letter WHERE kind=4 AND instance='detector.d'"), 13);
    assert_string_equal(rig_text(&rig, "SELECT text FROM dead_letter"), "unlucky");
    rig_remove(&rig);
}

static void what_is_left_for_later_comes_again_by_itself(void **state)
{
    (void)state;
    struct rig rig;
    struct error error = ERROR_INIT;
    begin(&rig);
    struct rig_actor actors[] = {source_of(&thirty), detector(fail_at_thirteen)};
    rig_start(&rig, actors, 2);
    rig_wait_pending(&rig, 1, 1);
    actors[1].run = find_all;
    rig_settle(&rig);
    rig_stop(&rig);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM found"), 30);
    assert_int_equal(rig_count(&rig, "SELECT revision FROM found ORDER BY rowid DESC"), 13);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM pending"), 0);
    /* A person may have a dead letter handed out again. */
    rig_execute(&rig, "INSERT INTO dead_letter(id, instance, kind, sequence, record_id, at, attempts, text)"
                      " VALUES(1, 'detector.d', 4, 5, '', 0, 1, '')");
    rig_start(&rig, actors, 2);
    assert_true(bus_retry_dead_letter(rig.bus, 1, &error));
    rig_settle(&rig);
    rig_stop(&rig);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM found WHERE revision=5"), 2);
    rig_remove(&rig);
}

static void emit_nonsense(struct rig_actor *actor, struct unit *unit)
{
    static char long_id[202];
    (void)actor;
    memset(long_id, 'x', sizeof long_id - 1);
    for (size_t i = 0; i < unit->input_count; i++) {
        struct error error = ERROR_INIT;
        struct ent_builder *builder = record_build(ENT_FINDING);
        const char *name = name_of(unit, i);
        record_put_text(builder, ENT_FINDING_TEXT, "a text");
        if (strcmp(name, "event 1") == 0)
            record_put_text(builder, ENT_FINDING_KIND, "Two Words");
        if (strcmp(name, "event 2") == 0)
            record_put_text(builder, ENT_FINDING_EVENT, "no id");
        if (strcmp(name, "event 3") == 0)
            record_put_text(builder, ENT_FINDING_ID, long_id);
        assert_true(unit_emit(unit, i, record_seal(builder, &error)));
    }
    assert_true(unit_emit(unit, 0, rig_report("exercise")));
    unit->code = ENT_OK;
}

static void findings_that_cannot_be_are_refused_with_words(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig);
    struct rig_actor actors[] = {source_of(&thirty), detector(emit_nonsense)};
    actors[1].batch = 3;
    run_all(&rig, actors, 2);
    assert_non_null(strstr(rig_text(&rig, "SELECT text FROM dead_letter WHERE sequence=1"), "cannot be the kind"));
    assert_non_null(strstr(rig_text(&rig, "SELECT text FROM dead_letter WHERE sequence=2"), "is no event's id"));
    assert_non_null(strstr(rig_text(&rig, "SELECT text FROM dead_letter WHERE sequence=3"), "id of a finding"));
    assert_non_null(strstr(rig_text(&rig, "SELECT text FROM dead_letter WHERE sequence=4"), "another kind"));
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM found"), 30 - 2 - 10 /* a report each batch */);
    rig_remove(&rig);
}

static void a_unit_that_cannot_be_stored_is_tried_again_and_given_up(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig);
    int one = 1;
    struct rig_actor actors[] = {source_of(&one), detector(find_all)};
    actors[1].raise = refuse_to_raise;
    run_all(&rig, actors, 2);
    assert_int_equal(rig_count(&rig, "SELECT attempts FROM dead_letter"), 3);
    assert_non_null(strstr(rig_text(&rig, "SELECT text FROM dead_letter"), "it cannot be stored"));
    rig_remove(&rig);
}

static void park(struct rig_actor *actor, struct unit *unit)
{
    (void)actor;
    unit->code = ENT_CONFIG;
    unit->text = "no such thing";
}

static void a_parked_one_holds_up_nothing(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig);
    struct rig_actor actors[] = {source_of(&thirty), detector(park)};
    rig_start(&rig, actors, 2);
    rig_wait_parked(&rig, 1);
    rig_settle(&rig);
    rig_stop(&rig);
    assert_int_equal(actors[1].calls, 1);
    actors[1].run = find_all;
    run_all(&rig, actors, 2);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM found"), 30);
    rig_remove(&rig);
}

/* ---- answers ---- */

static void leave_open(struct rig_actor *actor, struct unit *unit)
{
    (void)actor;
    for (size_t i = 0; i < unit->input_count; i++)
        unit->inputs[i].ticket = (uint64_t)unit->inputs[i].sequence;
    unit->code = ENT_AGAIN;
}

static void an_answer_settles_what_was_left_open(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig);
    int five = 5;
    struct rig_actor actors[] = {source_of(&five), detector(leave_open)};
    rig_start(&rig, actors, 2);
    rig_wait_awaited(&rig, 1, 5);
    for (uint64_t ticket = 1; ticket <= 5; ticket++) {
        struct unit *unit = unit_create(UNIT_RESPOND, "detector.d", 1);
        char text[32];
        snprintf(text, sizeof text, "answer %d", (int)ticket);
        assert_true(unit_settle(unit, ticket, ENT_OK, -1, ent_text(NULL)));
        assert_true(unit_emit(unit, 0, make_finding(text)));
        bus_finish(actors[1].port, unit, false);
    }
    rig_settle(&rig);
    rig_stop(&rig);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM found f JOIN event e ON e.id=f.event"
                                     " WHERE f.text='answer '||f.revision AND e.sequence=f.revision"),
                     5);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM pending"), 0);
    rig_remove(&rig);
}

/* An answer is of no use where its event cannot be read just then, and must not count as one that found nothing. */
static void an_answer_to_what_cannot_be_read_is_made_again(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig);
    int one = 1;
    struct rig_actor actors[] = {source_of(&one), detector(leave_open)};
    rig_start(&rig, actors, 2);
    rig_wait_awaited(&rig, 1, 1);
    rig_execute(&rig, "ALTER TABLE event_revision RENAME TO event_revision_away");
    actors[1].run = find_all;
    struct unit *unit = unit_create(UNIT_RESPOND, "detector.d", 1);
    assert_true(unit_settle(unit, 1, ENT_OK, -1, ent_text(NULL)));
    assert_true(unit_emit(unit, 0, make_finding("lost")));
    bus_finish(actors[1].port, unit, false);
    rig_execute(&rig, "ALTER TABLE event_revision_away RENAME TO event_revision");
    rig_settle(&rig);
    rig_stop(&rig);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM found"), 1);
    rig_remove(&rig);
}

static void what_no_answer_settled_is_shown_again_after_a_start(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig);
    int five = 5;
    struct rig_actor actors[] = {source_of(&five), detector(leave_open)};
    rig_start(&rig, actors, 2);
    rig_wait_awaited(&rig, 1, 5);
    rig_stop(&rig);
    actors[1].run = find_all;
    run_all(&rig, actors, 2);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM found"), 5);
    rig_remove(&rig);
}

/* ---- deaths ---- */

static bool run_in_child(struct rig *rig, struct rig_actor *actors, size_t count)
{
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        run_all(rig, actors, count);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFEXITED(status))
        assert_int_equal(WEXITSTATUS(status), 0);
    return WIFSIGNALED(status);
}

static void die_at_thirteen(struct rig_actor *actor, struct unit *unit)
{
    for (size_t i = 0; i < unit->input_count; i++) {
        if (strcmp(name_of(unit, i), "event 13") != 0)
            continue;
        inflight_note_fault(SIGSEGV);
        raise(SIGKILL);
    }
    find_all(actor, unit);
}

static void a_revision_that_kills_twice_by_itself_is_a_dead_letter(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig);
    struct rig_actor actors[] = {source_of(&thirty), detector(die_at_thirteen)};
    assert_true(run_in_child(&rig, actors, 2)); /* in the batch */
    assert_true(run_in_child(&rig, actors, 2));
    assert_true(run_in_child(&rig, actors, 2));
    assert_false(run_in_child(&rig, actors, 2));
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM found"), 29);
    assert_int_equal(rig_count(&rig, "SELECT sequence FROM dead_letter"), 13);
    assert_non_null(strstr(rig_text(&rig, "SELECT text FROM dead_letter"), "more than once"));
    rig_remove(&rig);
}

static void find_slowly(struct rig_actor *actor, struct unit *unit)
{
    usleep(1500);
    find_all(actor, unit);
}

static void kills_at_any_time_find_nothing_twice(void **state)
{
    (void)state;
    struct rig rig;
    begin(&rig);
    int kills = 0;
    for (bool over = false; !over;) {
        int status;
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            struct rig_actor actors[] = {source_of(&hundred), detector(find_slowly)};
            actors[1].batch = 2;
            run_all(&rig, actors, 2);
            _exit(0);
        }
        if (kills < ATTEMPT_DEATHS_MAX - 1) {
            usleep((useconds_t)(8000 + kills * 7300 % 40000));
            kill(child, SIGKILL);
            kills++;
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        over = WIFEXITED(status);
        if (over)
            assert_int_equal(WEXITSTATUS(status), 0);
    }
    assert_true(kills > 0);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM found"), 100);
    assert_int_equal(rig_count(&rig, "SELECT count(DISTINCT revision) FROM found"), 100);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM dead_letter"), 0);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM pending"), 0);
    rig_remove(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_revision_is_shown_once_and_in_order),
        cmocka_unit_test(a_new_one_begins_at_the_present_or_with_the_archive),
        cmocka_unit_test(what_is_not_wanted_is_passed_over),
        cmocka_unit_test(a_failure_costs_its_own_revision_alone),
        cmocka_unit_test(what_is_left_for_later_comes_again_by_itself),
        cmocka_unit_test(findings_that_cannot_be_are_refused_with_words),
        cmocka_unit_test(a_unit_that_cannot_be_stored_is_tried_again_and_given_up),
        cmocka_unit_test(a_parked_one_holds_up_nothing),
        cmocka_unit_test(an_answer_settles_what_was_left_open),
        cmocka_unit_test(an_answer_to_what_cannot_be_read_is_made_again),
        cmocka_unit_test(what_no_answer_settled_is_shown_again_after_a_start),
        cmocka_unit_test(a_revision_that_kills_twice_by_itself_is_a_dead_letter),
        cmocka_unit_test(kills_at_any_time_find_nothing_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
