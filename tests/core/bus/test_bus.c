/* The way of an item through the bus, and what becomes of those that fail on it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/record/record.h"
#include "tests/core/bus/rig.h"

#include <stdio.h>
#include <string.h>

static int thirty = 30, hundred = 100, thousand = 1000;

static void items_pass_all_processors_and_then_the_stage(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    struct rig_actor actors[] = {
        {.instance = "source.a", .role = BUS_SOURCE, .run = rig_emit_items, .context = &thousand},
        {.instance = "classifier.one", .role = BUS_PROCESSOR, .kind = UNIT_CLASSIFY, .run = rig_classify},
        {.instance = "classifier.two", .role = BUS_PROCESSOR, .kind = UNIT_CLASSIFY, .workers = 3, .run = rig_classify},
    };
    rig_start(&rig, actors, 3);
    rig_settle(&rig);
    rig_stop(&rig);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM item"), 1000);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM report WHERE classifier='classifier.one'"), 1000);
    assert_int_equal(rig_count(&rig, "SELECT count(DISTINCT item) FROM report WHERE classifier='classifier.two'"),
                     1000);
    assert_int_equal(rig_count(&rig, "SELECT count(*) FROM pending"), 0);
    assert_int_equal(rig_count(&rig, "SELECT min(sequence) FROM cursor WHERE processor LIKE 'classifier%'"), 1000);
    rig_remove(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_pass_all_processors_and_then_the_stage),
    };
    (void)thirty;
    (void)hundred;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
