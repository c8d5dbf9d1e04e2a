#include "core/host/runner_death.h"
#include "core/host/runner_hello.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct runner_page page;

static void note(size_t slot, uint64_t call, int32_t fault)
{
    atomic_store(&page.slots[slot].call, call);
    atomic_store(&page.slots[slot].fault, fault);
}

static enum runner_blame ask(int status, uint64_t call, char *why, size_t size)
{
    struct runner_death death;
    runner_death_begin(&death, status, "", &page);
    runner_death_add(&death, 1, false);
    runner_death_add(&death, 2, false);
    return runner_death_blame(&death, call, "check", why, size);
}

/* Both at once: the process ends as one of them says, and the note of the other's thread is what is true of that. */
static void test_a_crash_is_told_though_another_ended_the_process(void **state)
{
    const int exited_with_3 = 3 << 8;
    char why[300];
    (void)state;
    note(0, 1, SIGSEGV);
    note(1, 2, 0);
    assert_int_equal(ask(exited_with_3, 1, why, sizeof why), RUNNER_BLAME_FAULT);
    assert_string_equal(why, "the plugin crashed (SIGSEGV) in check");
    assert_int_equal(ask(exited_with_3, 2, why, sizeof why), RUNNER_BLAME_NONE);
}

static void test_an_exit_is_told_though_another_crashed(void **state)
{
    char why[300];
    (void)state;
    note(0, 1, RUNNER_FAULT_EXIT);
    note(1, 2, 0);
    assert_int_equal(ask(SIGSEGV, 1, why, sizeof why), RUNNER_BLAME_FAULT);
    assert_string_equal(why, "the plugin ended its process in check; a plugin must not call exit");
}

static void test_without_a_note_the_status_tells(void **state)
{
    char why[300];
    (void)state;
    note(0, 1, 0);
    note(1, 2, 0);
    assert_int_equal(ask(SIGABRT, 1, why, sizeof why), RUNNER_BLAME_UNKNOWN);
    assert_string_equal(why, "the plugin crashed (SIGABRT) in check");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_crash_is_told_though_another_ended_the_process),
        cmocka_unit_test(test_an_exit_is_told_though_another_crashed),
        cmocka_unit_test(test_without_a_note_the_status_tells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
