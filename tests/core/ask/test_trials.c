/* The table of trials: one has a trial alone, cursors lead to their own part once, places come free again, and what nobody asks for
 * ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/ask/trials.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FOR_EVER = 3600 * 1000, SOON = 30, THREADS = 9, ROUNDS = 60 };

/* Begun, and given back to be gone on with. */
static void begin(struct trials *trials, char cursor[TRIAL_CURSOR_SIZE])
{
    struct trial *trial = trials_begin(trials);
    assert_non_null(trial);
    assert_null(trial->run);
    trial_pass(trial, cursor);
    trials_give(trials, trial, true);
}

static void expect(struct trials *trials, const char *cursor, enum trial_finding expected)
{
    struct trial *trial;
    assert_int_equal(trials_take(trials, cursor, &trial), expected);
    assert_int_equal(trial != NULL, expected == TRIAL_TAKEN);
    if (trial)
        trials_give(trials, trial, true);
}

static void a_cursor_leads_to_its_own_part_once(void **state)
{
    (void)state;
    char first[TRIAL_CURSOR_SIZE], second[TRIAL_CURSOR_SIZE], other[TRIAL_CURSOR_SIZE];
    struct trial *trial, *none;
    struct trials *trials = trials_create(FOR_EVER, FOR_EVER);
    begin(trials, first);
    begin(trials, other);
    assert_int_not_equal(strncmp(first, other, TRIAL_ID_SIZE - 1), 0);
    assert_int_equal(trials_take(trials, first, &trial), TRIAL_TAKEN);
    assert_int_equal(trials_take(trials, first, &none), TRIAL_BUSY);
    expect(trials, other, TRIAL_TAKEN);
    trial_pass(trial, second);
    trials_give(trials, trial, true);
    expect(trials, first, TRIAL_PASSED);
    assert_int_equal(trials_take(trials, second, &trial), TRIAL_TAKEN);
    trials_give(trials, trial, false);
    expect(trials, second, TRIAL_GONE);
    expect(trials, other, TRIAL_TAKEN);
    trials_destroy(trials);
}

static void what_is_no_cursor_is_told(void **state)
{
    (void)state;
    static const char *const texts[] = {"",   "7",  ".1", "zzz", "0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef.",
                                        "0123456789abcdef0123456789abcdef.x", "0123456789abcdef0123456789abcdef.-1",
                                        "0123456789abcdef0123456789abcdef.1 ", "0123456789ABCDEF0123456789abcdef.1",
                                        "0123456789abcdef0123456789abcdef0.1",
                                        "0123456789abcdef0123456789abcdef.99999999999999999999"};
    struct trials *trials = trials_create(FOR_EVER, FOR_EVER);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        expect(trials, texts[i], TRIAL_NO_CURSOR);
    expect(trials, "0123456789abcdef0123456789abcdef.1", TRIAL_GONE);
    trials_destroy(trials);
}

static void one_more_has_the_place_of_who_has_left_for_longest(void **state)
{
    (void)state;
    char cursors[TRIALS_MAX][TRIAL_CURSOR_SIZE], more[TRIAL_CURSOR_SIZE];
    struct trials *trials = trials_create(FOR_EVER, 0);
    for (size_t i = 0; i < TRIALS_MAX; i++) {
        begin(trials, cursors[i]);
        usleep(2000);
    }
    expect(trials, cursors[0], TRIAL_TAKEN); /* that is the latest now */
    begin(trials, more);
    expect(trials, cursors[1], TRIAL_GONE);
    expect(trials, cursors[0], TRIAL_TAKEN);
    expect(trials, more, TRIAL_TAKEN);
    trials_destroy(trials);
}

static void nobody_loses_a_place_that_he_uses(void **state)
{
    (void)state;
    char cursors[TRIALS_MAX][TRIAL_CURSOR_SIZE], more[TRIAL_CURSOR_SIZE];
    struct trial *trial;
    struct trials *trials = trials_create(FOR_EVER, 300);
    for (size_t i = 0; i < TRIALS_MAX; i++)
        begin(trials, cursors[i]);
    assert_null(trials_begin(trials));
    for (size_t i = 0; i < TRIALS_MAX; i++)
        expect(trials, cursors[i], TRIAL_TAKEN);
    usleep(350 * 1000);
    trial = trials_begin(trials);
    assert_non_null(trial);
    trial_pass(trial, more);
    trials_give(trials, trial, true);
    expect(trials, cursors[0], TRIAL_GONE);
    trials_destroy(trials);
}

static void what_nobody_asks_for_ends_by_itself(void **state)
{
    (void)state;
    char cursor[TRIAL_CURSOR_SIZE], taken[TRIAL_CURSOR_SIZE];
    struct trial *trial;
    struct trials *trials = trials_create(SOON, FOR_EVER);
    begin(trials, cursor);
    trial = trials_begin(trials);
    assert_non_null(trial);
    trial_pass(trial, taken);
    usleep(10 * SOON * 1000);
    expect(trials, cursor, TRIAL_GONE);
    trials_give(trials, trial, true); /* a part may take as long as it takes */
    expect(trials, taken, TRIAL_TAKEN);
    trials_destroy(trials);
}

static atomic_int begun, refused, wrong;

static void *try_much(void *context)
{
    struct trials *trials = context;
    for (int i = 0; i < ROUNDS; i++) {
        char cursor[TRIAL_CURSOR_SIZE];
        struct trial *trial = trials_begin(trials);
        if (!trial) {
            atomic_fetch_add(&refused, 1);
            continue;
        }
        atomic_fetch_add(&begun, 1);
        trial_pass(trial, cursor);
        trials_give(trials, trial, i % 4 != 0);
        enum trial_finding finding = trials_take(trials, cursor, &trial);
        if (finding != TRIAL_TAKEN && finding != TRIAL_GONE)
            atomic_fetch_add(&wrong, 1);
        if (trial)
            trials_give(trials, trial, i % 3 != 0);
    }
    return NULL;
}

static void many_may_try_at_once(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    struct trials *trials = trials_create(1, 0);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, try_much, trials), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&wrong), 0);
    assert_int_equal(atomic_load(&begun) + atomic_load(&refused), THREADS * ROUNDS);
    assert_true(atomic_load(&begun) > 0);
    trials_destroy(trials);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cursor_leads_to_its_own_part_once),
        cmocka_unit_test(what_is_no_cursor_is_told),
        cmocka_unit_test(one_more_has_the_place_of_who_has_left_for_longest),
        cmocka_unit_test(nobody_loses_a_place_that_he_uses),
        cmocka_unit_test(what_nobody_asks_for_ends_by_itself),
        cmocka_unit_test(many_may_try_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
