/* A person may have a source fetched before it is due. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/base/clock.h"
#include "tests/core/bus/rig.h"

#include <string.h>
#include <time.h>

enum { WAIT_MS = 5000 };

/* Whether the source comes to have been fetched so many times. */
static bool comes_to(struct rig_actor *source, int64_t calls)
{
    for (int64_t end = clock_monotonic() + WAIT_MS; clock_monotonic() < end;) {
        if (atomic_load(&source->calls) >= calls)
            return true;
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    }
    return false;
}

static void a_source_is_fetched_before_it_is_due(void **state)
{
    (void)state;
    static int two = 2;
    struct rig rig;
    struct error error = ERROR_INIT;
    rig_init(&rig);
    rig.settings.once = false;
    struct rig_actor actors[] = {{.instance = "source.alpha",
                                  .role = BUS_SOURCE,
                                  .run = rig_emit_items,
                                  .context = &two,
                                  .interval_ms = 3600 * 1000}};
    rig_start(&rig, actors, 1);
    assert_true(comes_to(&actors[0], 1));
    rig_settle(&rig);
    assert_int_equal(atomic_load(&actors[0].calls), 1);
    assert_true(bus_fetch_now(rig.bus, "alpha", &error));
    assert_true(comes_to(&actors[0], 2));
    rig_settle(&rig);
    assert_true(bus_fetch_now(rig.bus, "source.alpha", &error));
    assert_true(comes_to(&actors[0], 3));
    rig_settle(&rig);
    assert_false(bus_fetch_now(rig.bus, "alhpa", &error));
    assert_int_equal(error.kind, ERROR_MISSING);
    assert_non_null(strstr(error.text, "did you mean 'alpha'?"));
    rig_stop(&rig);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM item"), 2);
    rig_remove(&rig);
}

/* The plugin waits for a thread of its own, which is gone when the instance is made anew. */
static void leave_open_once(struct rig_actor *actor, struct unit *unit)
{
    if (atomic_load(&actor->calls) > 1) {
        rig_emit_items(actor, unit);
        return;
    }
    unit->code = ENT_AGAIN;
    unit->inputs[0].ticket = 5;
}

static void a_fetch_that_was_left_open_ends_when_the_instance_is_made_anew(void **state)
{
    (void)state;
    static int two = 2;
    struct rig rig;
    struct bus_port_stats stats;
    struct bus_backlog backlog;
    struct error error = ERROR_INIT;
    rig_init(&rig);
    rig.settings.once = false;
    struct rig_actor actors[] = {{.instance = "source.alpha",
                                  .role = BUS_SOURCE,
                                  .run = leave_open_once,
                                  .context = &two,
                                  .interval_ms = 3600 * 1000}};
    rig_start(&rig, actors, 1);
    assert_true(comes_to(&actors[0], 1));
    assert_false(bus_wait(rig.bus, 50, &backlog));
    assert_int_equal(backlog.fetches, 1);
    bus_forget_answers(actors[0].port, false);
    rig_settle(&rig);
    bus_read_port_stats(rig.bus, 0, &stats);
    assert_int_equal(stats.failures, 1);
    assert_non_null(strstr(stats.text, "created anew"));
    assert_true(bus_fetch_now(rig.bus, "alpha", &error));
    assert_true(comes_to(&actors[0], 2));
    rig_settle(&rig);
    rig_stop(&rig);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM item"), 2);
    rig_remove(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_source_is_fetched_before_it_is_due),
        cmocka_unit_test(a_fetch_that_was_left_open_ends_when_the_instance_is_made_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
