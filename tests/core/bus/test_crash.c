/* Death in a callback, a disk that is full, a start after a kill: nothing is lost, nothing is done twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/base/clock.h"
#include "lib/record/record.h"
#include "core/bus/attempt.h"
#include "core/bus/inflight.h"
#include "tests/core/bus/rig.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static bool is_from_outside; /* deaths: and not by a fault of the callback */
static int thirty = 30, three_hundred = 300;

static void die_at_thirteen(struct rig_actor *actor, struct unit *unit)
{
    for (size_t i = 0; i < unit->input_count; i++) {
        if (strcmp(record_text(unit->inputs[i].record->view, ENT_ITEM_TITLE), "title 13") != 0)
            continue;
        /* As the handler of a real fault does it, which sanitizers would take. */
        if (!is_from_outside)
            inflight_note_fault(SIGSEGV);
        raise(SIGKILL);
    }
    rig_classify(actor, unit);
}

static void fetch_and_die(struct rig_actor *actor, struct unit *unit)
{
    (void)actor;
    (void)unit;
    raise(SIGKILL);
}

/* Runs the actors in a child until all is done or it dies; whether it died. */
static bool run_in_child(struct rig *rig, struct rig_actor *actors, size_t count)
{
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        rig_start(rig, actors, count);
        rig_settle(rig);
        rig_stop(rig);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFEXITED(status))
        assert_int_equal(WEXITSTATUS(status), 0);
    return WIFSIGNALED(status);
}

static void a_record_that_kills_twice_by_itself_is_a_dead_letter(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    struct rig_actor actors[] = {
        {.instance = "source.a", .role = BUS_SOURCE, .run = rig_emit_items, .context = &thirty},
        {.instance = "classifier.c", .role = BUS_PROCESSOR, .kind = UNIT_CLASSIFY, .run = die_at_thirteen}};
    /* In the batch, then alone, then alone again. */
    assert_true(run_in_child(&rig, actors, 2));
    assert_true(run_in_child(&rig, actors, 2));
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM report"), 13);
    assert_true(run_in_child(&rig, actors, 2));
    assert_false(run_in_child(&rig, actors, 2));
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM report"), 29);
    assert_int_equal(rig_count(&rig, "SELECT sequence FROM dead_letter"), 14);
    assert_non_null(strstr(rig_text(&rig, "SELECT text FROM dead_letter"), "more than once"));
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM pending"), 0);
    rig_remove(&rig);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
static void fault_at_thirteen(struct rig_actor *actor, struct unit *unit)
{
    inflight_catch_faults();
    for (size_t i = 0; i < unit->input_count; i++)
        if (strcmp(record_text(unit->inputs[i].record->view, ENT_ITEM_TITLE), "title 13") == 0)
            raise(SIGSEGV);
    rig_classify(actor, unit);
}

static void a_fault_is_put_on_record_as_one(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    struct rig_actor actors[] = {
        {.instance = "source.a", .role = BUS_SOURCE, .run = rig_emit_items, .context = &thirty},
        {.instance = "classifier.c", .role = BUS_PROCESSOR, .kind = UNIT_CLASSIFY, .run = fault_at_thirteen}};
    for (int deaths = 1; deaths <= 3; deaths++) /* the first in the batch */
        assert_true(run_in_child(&rig, actors, 2));
    assert_false(run_in_child(&rig, actors, 2));
    assert_int_equal(rig_count(&rig, "SELECT sequence FROM dead_letter"), 14);
    rig_remove(&rig);
}
#endif

/* A kill that happens to meet the same record again and again is hardly the record's fault. */
static void a_record_that_is_killed_from_outside_has_more_attempts(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    struct rig_actor actors[] = {
        {.instance = "source.a", .role = BUS_SOURCE, .run = rig_emit_items, .context = &thirty},
        {.instance = "classifier.c", .role = BUS_PROCESSOR, .kind = UNIT_CLASSIFY, .run = die_at_thirteen}};
    is_from_outside = true;
    for (int deaths = 1; deaths <= ATTEMPT_DEATHS_MAX; deaths++) /* the first in the batch */
        assert_true(run_in_child(&rig, actors, 2));
    actors[1].run = rig_classify;
    assert_false(run_in_child(&rig, actors, 2));
    is_from_outside = false;
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM report"), 30);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM dead_letter"), 0);
    rig_remove(&rig);
}

static void a_source_in_whose_fetch_the_daemon_dies_waits_longer_each_time(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    struct rig_actor actors[] = {{.instance = "source.a", .role = BUS_SOURCE, .run = fetch_and_die}};
    for (int deaths = 1; deaths <= 3; deaths++) {
        struct bus_port_stats stats;
        rig.settings.once = true;
        assert_true(run_in_child(&rig, actors, 1));
        actors[0].closed = true;
        int64_t before = clock_now();
        rig_start(&rig, actors, 1);
        int64_t after = clock_now();
        bus_read_port_stats(rig.bus, 0, &stats);
        rig_stop(&rig);
        actors[0].closed = false;
        int64_t wait = 500 * (1 << (deaths - 1));
        if (deaths == 1)
            assert_int_equal(stats.next_fetch, 0);
        else
            assert_in_range(stats.next_fetch, before + wait, after + wait);
    }
    actors[0].run = rig_emit_items;
    actors[0].context = &thirty;
    rig_start(&rig, actors, 1);
    rig_settle(&rig);
    rig_stop(&rig);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM pending"), 0);
    rig_remove(&rig);
}

static void classify_slowly(struct rig_actor *actor, struct unit *unit)
{
    usleep(2000);
    rig_classify(actor, unit);
}

static pid_t start_three_hundred(struct rig *rig)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct rig_actor actors[] = {
            {.instance = "source.a", .role = BUS_SOURCE, .run = rig_emit_items, .context = &three_hundred},
            {.instance = "classifier.c",
             .role = BUS_PROCESSOR,
             .kind = UNIT_CLASSIFY,
             .workers = 2,
             .batch = 8,
             .run = classify_slowly},
            {.instance = "classifier.d", .role = BUS_PROCESSOR, .kind = UNIT_CLASSIFY, .run = rig_classify}};
        rig_start(rig, actors, 3);
        rig_settle(rig);
        rig_stop(rig);
        _exit(0);
    }
    return child;
}

/* Fewer kills than make a record a dead letter: where a machine is so slow that each meets the same one, it must live. */
enum { KILLS = ATTEMPT_DEATHS_MAX - 1, ROUNDS = 3 };

static void kills_at_any_time_change_nothing_in_the_result(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct rig rig;
        rig_init(&rig);
        int kills = 0;
        for (bool over = false; !over;) {
            int status;
            pid_t child = start_three_hundred(&rig);
            if (kills < KILLS) {
                usleep((useconds_t)(5000 + (round * KILLS + kills) * 3700 % 40000));
                kill(child, SIGKILL);
                kills++;
            }
            assert_int_equal(waitpid(child, &status, 0), child);
            over = WIFEXITED(status);
            if (over)
                assert_int_equal(WEXITSTATUS(status), 0);
        }
        assert_true(kills > 0);
        assert_int_equal(rig_count(&rig, "SELECT count(*) FROM item"), 300);
        assert_int_equal(rig_count(&rig, "SELECT count(*) FROM report"), 600);
        assert_int_equal(rig_count(&rig, "SELECT count(*) FROM (SELECT 1 FROM report GROUP BY item, id)"), 600);
        assert_int_equal(rig_count(&rig, "SELECT count(*) FROM dead_letter"), 0);
        assert_int_equal(rig_count(&rig, "SELECT count(*) FROM pending"), 0);
        assert_string_equal(rig_text(&rig, "PRAGMA integrity_check"), "ok");
        rig_remove(&rig);
    }
}

static void emit_large_items(struct rig_actor *actor, struct unit *unit)
{
    static char body[20001];
    (void)actor;
    memset(body, 'x', sizeof body - 1);
    for (int i = 0; i < 200; i++) {
        char guid[32];
        snprintf(guid, sizeof guid, "large-%d", i);
        assert_true(unit_emit(unit, 0, rig_item(guid, "title", body)));
    }
    unit->code = ENT_OK;
}

static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_full_disk_pauses_sources_and_loses_nothing(void **state)
{
    (void)state;
    struct bus_stats stats = {0};
    struct rlimit before;
    struct rig rig;
    rig_init(&rig);
    struct rig_actor actors[] = {
        {.instance = "source.a", .role = BUS_SOURCE, .run = emit_large_items},
        {.instance = "classifier.c", .role = BUS_PROCESSOR, .kind = UNIT_CLASSIFY, .run = rig_classify}};
    actors[0].closed = true;
    rig_start(&rig, actors, 2);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit_files(600 * 1024);
    actors[0].closed = false;
    lane_wake(actors[0].lane);
    rig_wait_paused(&rig);
    bus_read_stats(rig.bus, &stats);
    limit_files(before.rlim_cur);
    assert_true(*stats.trouble);
    rig_settle(&rig);
    bus_read_stats(rig.bus, &stats);
    assert_false(stats.sources_paused);
    rig_stop(&rig);
    assert_int_equal(actors[0].calls, 1);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM item"), 200);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM report"), 200);
    rig_remove(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_that_kills_twice_by_itself_is_a_dead_letter),
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
        cmocka_unit_test(a_fault_is_put_on_record_as_one),
#endif
        cmocka_unit_test(a_record_that_is_killed_from_outside_has_more_attempts),
        cmocka_unit_test(a_source_in_whose_fetch_the_daemon_dies_waits_longer_each_time),
        cmocka_unit_test(kills_at_any_time_change_nothing_in_the_result),
        cmocka_unit_test(a_full_disk_pauses_sources_and_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
