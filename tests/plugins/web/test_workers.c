/* Workers: every job is done once, those of one lane wait for none of the other, and the end waits for all that was given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "plugins/web/workers.h"

#include <pthread.h>
#include <stdatomic.h>

enum { GIVERS = 4, JOBS = 500, WAITING = 2 * WORKERS_FOR_CHANGES };

static atomic_int done;
static struct job jobs[GIVERS][JOBS];

static void count(struct job *job)
{
    (void)job;
    atomic_fetch_add(&done, 1);
}

struct giver {
    struct workers *workers;
    struct job *jobs;
};

static void *give(void *context)
{
    struct giver *giver = context;
    for (int i = 0; i < JOBS; i++) {
        giver->jobs[i].run = count;
        if (!workers_give(giver->workers, i % 2 ? WORKERS_CHANGES : WORKERS_QUESTIONS, &giver->jobs[i]))
            return giver;
    }
    return NULL;
}

static void every_job_that_is_given_is_done(void **state)
{
    pthread_t threads[GIVERS];
    struct giver givers[GIVERS];
    struct workers *workers = workers_create();
    void *failed;
    (void)state;
    assert_non_null(workers);
    atomic_store(&done, 0);
    for (int i = 0; i < GIVERS; i++) {
        givers[i] = (struct giver){workers, jobs[i]};
        assert_int_equal(pthread_create(&threads[i], NULL, give, &givers[i]), 0);
    }
    for (int i = 0; i < GIVERS; i++) {
        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
    }
    workers_close(workers);
    assert_int_equal(atomic_load(&done), GIVERS * JOBS);
    assert_false(workers_give(workers, WORKERS_QUESTIONS, &jobs[0][0]));
    workers_destroy(workers);
    assert_int_equal(atomic_load(&done), GIVERS * JOBS);
}

/* A lock that changes wait for, until somebody has asked. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t asked = PTHREAD_COND_INITIALIZER;
static bool is_asked;

static void wait_until_asked(struct job *job)
{
    (void)job;
    pthread_mutex_lock(&lock);
    while (!is_asked)
        pthread_cond_wait(&asked, &lock);
    pthread_mutex_unlock(&lock);
    atomic_fetch_add(&done, 1);
}

static void ask(struct job *job)
{
    (void)job;
    pthread_mutex_lock(&lock);
    is_asked = true;
    pthread_cond_broadcast(&asked);
    pthread_mutex_unlock(&lock);
}

static void changes_that_wait_hold_no_question_up(void **state)
{
    struct workers *workers = workers_create();
    struct job waiting[WAITING], question = {.run = ask};
    (void)state;
    assert_non_null(workers);
    atomic_store(&done, 0);
    for (int i = 0; i < WAITING; i++) {
        waiting[i] = (struct job){.run = wait_until_asked};
        assert_true(workers_give(workers, WORKERS_CHANGES, &waiting[i]));
    }
    assert_int_equal(atomic_load(&done), 0);
    assert_true(workers_give(workers, WORKERS_QUESTIONS, &question));
    workers_close(workers);
    assert_int_equal(atomic_load(&done), WAITING);
    workers_destroy(workers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_job_that_is_given_is_done),
        cmocka_unit_test(changes_that_wait_hold_no_question_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
