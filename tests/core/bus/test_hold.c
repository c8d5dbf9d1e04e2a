/* How long items wait at a classifier that cannot take them: across runs, too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/delivery/dispatch.h"
#include "tests/core/bus/rig.h"

#include <unistd.h>

enum { DAY_MS = 24 * 3600 * 1000, LOOK_MS = 5, LOOKS_MAX = 12000 };

static int two = 2;

static void park(struct rig_actor *actor, struct unit *unit)
{
    (void)actor;
    unit->code = ENT_CONFIG;
    unit->text = "not now";
}

static void start(struct rig *rig, struct rig_actor *actors)
{
    rig_start(rig, actors, 2);
    rig_wait_parked(rig, 1);
}

static bool is_passed(struct rig *rig)
{
    struct bus_port_stats stats;
    bus_watch_holds(rig->bus);
    bus_read_port_stats(rig->bus, 1, &stats);
    return stats.is_passed;
}

/* What the store has of how long items have waited; without a row 0. */
static int64_t kept(struct rig *rig)
{
    return rig_count(rig, "SELECT coalesce(max(CAST(substr(CAST(value AS TEXT), instr(value, ' ') + 1) AS INTEGER)), 0)"
                          " FROM kv WHERE instance='bus' AND key=CAST('waits classifier.c' AS BLOB)");
}

static void wait_until_kept(struct rig *rig, bool wanted)
{
    for (int i = 0; i < LOOKS_MAX && (kept(rig) > 0) != wanted; i++) {
        bus_watch_holds(rig->bus);
        usleep(LOOK_MS * 1000);
    }
    assert_true((kept(rig) > 0) == wanted);
}

/* All but a second of hold_max is over when the second run begins. */
static void the_time_that_items_have_waited_outlives_the_daemon(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    struct rig_actor actors[] = {
        {.instance = "source.a", .role = BUS_SOURCE, .run = rig_emit_items, .context = &two},
        {.instance = "classifier.c", .role = BUS_PROCESSOR, .kind = UNIT_CLASSIFY, .run = park, .hold_max_ms = DAY_MS}};
    start(&rig, actors);
    assert_false(is_passed(&rig));
    rig_stop(&rig);
    rig_execute(&rig, "INSERT INTO kv(instance, key, value) VALUES('bus', CAST('waits classifier.c' AS BLOB),"
                      " CAST('2 86399000' AS BLOB))");
    start(&rig, actors);
    bool passed = false;
    for (int i = 0; i < LOOKS_MAX && !passed; i++) {
        passed = is_passed(&rig);
        usleep(LOOK_MS * 1000);
    }
    assert_true(passed);
    rig_stop(&rig);
    rig_remove(&rig);
}

static void it_is_kept_while_they_wait_and_forgotten_when_they_do_not(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    struct rig_actor actors[] = {
        {.instance = "source.a", .role = BUS_SOURCE, .run = rig_emit_items, .context = &two},
        {.instance = "classifier.c", .role = BUS_PROCESSOR, .kind = UNIT_CLASSIFY, .run = park, .hold_max_ms = 10000}};
    start(&rig, actors);
    wait_until_kept(&rig, true);
    rig_stop(&rig);
    actors[1].hold_max_ms = DAY_MS;
    actors[1].run = rig_classify;
    rig_start(&rig, actors, 2);
    rig_settle(&rig);
    wait_until_kept(&rig, false);
    rig_stop(&rig);
    rig_remove(&rig);
}

static void deliver(struct rig_actor *actor, struct unit *unit)
{
    (void)actor;
    unit->code = ENT_OK;
}

/* Nothing else is done any more that would wake a sink. */
static void the_alert_that_items_wait_goes_out_at_once(void **state)
{
    static const struct delivery_route routes[] = {{.sink = "s"}, {0}};
    (void)state;
    struct rig rig;
    rig_init(&rig);
    rig.settings.health_routes = routes;
    struct rig_actor actors[] = {
        {.instance = "source.a", .role = BUS_SOURCE, .run = rig_emit_items, .context = &two},
        {.instance = "classifier.c", .role = BUS_PROCESSOR, .kind = UNIT_CLASSIFY, .run = park},
        {.instance = "sink.s", .role = BUS_SINK, .run = deliver}};
    rig_start(&rig, actors, 3);
    rig_wait_parked(&rig, 1);
    bus_watch_holds(rig.bus);
    rig_wait_records(&actors[2], 1);
    rig_stop(&rig);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM delivery WHERE state=1"), 1);
    rig_remove(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_time_that_items_have_waited_outlives_the_daemon),
        cmocka_unit_test(it_is_kept_while_they_wait_and_forgotten_when_they_do_not),
        cmocka_unit_test(the_alert_that_items_wait_goes_out_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
