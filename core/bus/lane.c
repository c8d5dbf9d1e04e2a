#include "core/bus/lane.h"

#include "core/base/clock.h"
#include "core/base/condition.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { THREADS_MIN = 2, THREADS_MAX = 64, EXTRA_MAX = 48, STUCK_MS = 2000 };

/* One of a pool. */
struct pool_thread {
    struct pool *pool;
    pthread_t id;
    bool is_alive;      /* until it was joined */
    bool has_ended;     /* it runs nothing any more and is to be joined */
    int64_t busy_since; /* monotonic; 0: it waits for work */
    atomic_bool is_excused;
};

static _Thread_local struct pool_thread *own;

/* Every field of pool and lane is guarded by the pool's mutex, save for those fixed at creation. */
struct pool {
    pthread_mutex_t mutex;
    pthread_cond_t work;  /* something to do, or the time to wait for it has changed */
    pthread_cond_t quiet; /* a job or a take has ended */
    struct pool_thread *threads; /* those that there are always, then room for EXTRA_MAX */
    size_t thread_count;         /* of the former */
    size_t surplus;              /* so many extra ones are to end */
    bool stopping;
    struct lane *ready_first, *ready_last;
    struct lane **timers; /* binary heap by wake_time */
    size_t timer_count, timer_capacity;
    size_t lane_count;
};

struct lane {
    struct pool *pool;
    const char *name;
    size_t workers;
    struct lane_ops ops;
    void *context;
    struct lane *next, *previous; /* in the ready list */
    bool is_ready;                /* in the ready list */
    bool is_taking;
    bool woken_meanwhile; /* lane_wake came while `take` ran */
    bool is_closed;
    size_t running;
    int64_t wake_time;
    size_t timer; /* index in the heap and one; 0: no timer */
};

/* ---- ready list ---- */

static void append_ready(struct lane *lane)
{
    struct pool *pool = lane->pool;
    if (lane->is_ready || lane->is_closed)
        return;
    lane->is_ready = true;
    lane->next = NULL;
    lane->previous = pool->ready_last;
    if (pool->ready_last)
        pool->ready_last->next = lane;
    else
        pool->ready_first = lane;
    pool->ready_last = lane;
    pthread_cond_signal(&pool->work);
}

static void remove_ready(struct lane *lane)
{
    struct pool *pool = lane->pool;
    if (!lane->is_ready)
        return;
    lane->is_ready = false;
    if (lane->previous)
        lane->previous->next = lane->next;
    else
        pool->ready_first = lane->next;
    if (lane->next)
        lane->next->previous = lane->previous;
    else
        pool->ready_last = lane->previous;
}

static void wake_locked(struct lane *lane)
{
    if (lane->is_taking)
        lane->woken_meanwhile = true;
    else if (lane->running < lane->workers)
        append_ready(lane);
    /* Otherwise the lane is looked at again when a job ends. */
}

/* ---- timers ---- */

static void place_timer(struct pool *pool, size_t index, struct lane *lane)
{
    pool->timers[index] = lane;
    lane->timer = index + 1;
}

static void sift_up(struct pool *pool, size_t index)
{
    struct lane *lane = pool->timers[index];
    while (index > 0 && pool->timers[(index - 1) / 2]->wake_time > lane->wake_time) {
        place_timer(pool, index, pool->timers[(index - 1) / 2]);
        index = (index - 1) / 2;
    }
    place_timer(pool, index, lane);
}

static void sift_down(struct pool *pool, size_t index)
{
    struct lane *lane = pool->timers[index];
    for (;;) {
        size_t child = 2 * index + 1;
        if (child >= pool->timer_count)
            break;
        if (child + 1 < pool->timer_count && pool->timers[child + 1]->wake_time < pool->timers[child]->wake_time)
            child++;
        if (pool->timers[child]->wake_time >= lane->wake_time)
            break;
        place_timer(pool, index, pool->timers[child]);
        index = child;
    }
    place_timer(pool, index, lane);
}

static void remove_timer(struct lane *lane)
{
    struct pool *pool = lane->pool;
    if (!lane->timer)
        return;
    size_t index = lane->timer - 1;
    struct lane *last = pool->timers[--pool->timer_count];
    lane->timer = 0;
    if (last == lane)
        return;
    place_timer(pool, index, last);
    sift_up(pool, index);
    sift_down(pool, last->timer - 1);
}

static void fire_timers(struct pool *pool)
{
    while (pool->timer_count > 0 && pool->timers[0]->wake_time <= clock_monotonic()) {
        struct lane *lane = pool->timers[0];
        remove_timer(lane);
        wake_locked(lane);
    }
}

/* ---- threads ---- */

/* Takes one job of the lane and runs it. The mutex is held on entry and return, and given up in between. */
static void serve(struct pool *pool, struct lane *lane)
{
    lane->is_taking = true;
    lane->woken_meanwhile = false;
    pthread_mutex_unlock(&pool->mutex);
    void *job = lane->ops.take(lane->context);
    pthread_mutex_lock(&pool->mutex);
    lane->is_taking = false;
    if (job) {
        lane->running++;
        if (lane->running < lane->workers)
            append_ready(lane);
        pthread_mutex_unlock(&pool->mutex);
        lane->ops.run(lane->context, job);
        pthread_mutex_lock(&pool->mutex);
        lane->running--;
        wake_locked(lane);
    } else if (lane->woken_meanwhile) {
        append_ready(lane);
    }
    pthread_cond_broadcast(&pool->quiet);
}

static void wait_for_work(struct pool *pool)
{
    if (pool->timer_count == 0) {
        pthread_cond_wait(&pool->work, &pool->mutex);
        return;
    }
    condition_wait_until(&pool->work, &pool->mutex, pool->timers[0]->wake_time);
}

/* Whether this one came in the place of another that is free again. */
static bool is_over(const struct pool_thread *thread)
{
    struct pool *pool = thread->pool;
    bool is_extra = thread >= pool->threads + pool->thread_count;
    if (!is_extra || pool->surplus == 0)
        return false;
    pool->surplus--;
    return true;
}

static void *run_thread(void *context)
{
    struct pool_thread *thread = context;
    struct pool *pool = thread->pool;
    own = thread;
    pthread_mutex_lock(&pool->mutex);
    while (!pool->stopping) {
        fire_timers(pool);
        struct lane *lane = pool->ready_first;
        if (lane) {
            remove_ready(lane);
            thread->busy_since = clock_monotonic();
            serve(pool, lane);
            thread->busy_since = 0;
        } else if (is_over(thread)) {
            break;
        } else {
            wait_for_work(pool);
        }
    }
    thread->has_ended = true;
    pthread_mutex_unlock(&pool->mutex);
    return NULL;
}

/* The mutex is held, or nobody else knows the pool yet. An errno. */
static int start_thread(struct pool *pool, struct pool_thread *thread)
{
    thread->pool = pool;
    thread->has_ended = false;
    thread->busy_since = 0;
    int reason = pthread_create(&thread->id, NULL, run_thread, thread);
    thread->is_alive = reason == 0;
    return reason;
}

/* ---- those that are stuck ---- */

void pool_excuse(bool is_excused)
{
    if (own)
        atomic_store(&own->is_excused, is_excused);
}

static bool is_stuck(const struct pool_thread *thread, int64_t now)
{
    return thread->is_alive && thread->busy_since > 0 && now - thread->busy_since >= STUCK_MS &&
           !atomic_load(&thread->is_excused);
}

/* Joins what has ended. How many threads there are, and how many of them are stuck. */
static size_t count_threads(struct pool *pool, size_t *stuck)
{
    int64_t now = clock_monotonic();
    size_t alive = 0;
    *stuck = 0;
    for (size_t i = 0; i < pool->thread_count + EXTRA_MAX; i++) {
        struct pool_thread *thread = &pool->threads[i];
        if (thread->is_alive && thread->has_ended) {
            pthread_join(thread->id, NULL);
            thread->is_alive = false;
        }
        alive += thread->is_alive;
        *stuck += is_stuck(thread, now);
    }
    return alive;
}

void pool_watch(struct pool *pool)
{
    size_t stuck = 0;
    pthread_mutex_lock(&pool->mutex);
    /* Where all are stuck, none is there for the timers. */
    fire_timers(pool);
    size_t alive = pool->stopping ? 0 : count_threads(pool, &stuck);
    size_t wanted = pool->stopping ? 0 : pool->thread_count + (stuck < EXTRA_MAX ? stuck : EXTRA_MAX);
    for (size_t i = pool->thread_count; alive < wanted && pool->ready_first && i < pool->thread_count + EXTRA_MAX; i++)
        if (!pool->threads[i].is_alive && start_thread(pool, &pool->threads[i]) == 0)
            alive++;
    pool->surplus = alive > wanted ? alive - wanted : 0;
    if (pool->surplus > 0)
        pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->mutex);
}

/* ---- pool ---- */

static size_t default_threads(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (cores < THREADS_MIN)
        return THREADS_MIN;
    return cores > THREADS_MAX ? THREADS_MAX : (size_t)cores;
}

static void init_locks(struct pool *pool)
{
    pthread_mutex_init(&pool->mutex, NULL);
    condition_init(&pool->work);
    pthread_cond_init(&pool->quiet, NULL);
}

struct pool *pool_create(size_t threads, struct error *error)
{
    size_t wanted = threads ? threads : default_threads();
    struct pool *pool = calloc(1, sizeof *pool);
    struct pool_thread *room = calloc(wanted + EXTRA_MAX, sizeof *room);
    if (!pool || !room) {
        free(pool);
        free(room);
        error_set(error, ERROR_MEMORY, "no memory for a pool of %zu threads", wanted);
        return NULL;
    }
    pool->threads = room;
    pool->thread_count = wanted;
    init_locks(pool);
    for (size_t i = 0; i < wanted; i++) {
        int reason = start_thread(pool, &pool->threads[i]);
        if (reason != 0) {
            error_set_errno(error, reason, "cannot start %zu threads", wanted);
            pool_destroy(pool);
            return NULL;
        }
    }
    return pool;
}

void pool_stop(struct pool *pool)
{
    pthread_mutex_lock(&pool->mutex);
    pool->stopping = true;
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->mutex);
    for (size_t i = 0; i < pool->thread_count + EXTRA_MAX; i++) {
        if (pool->threads[i].is_alive)
            pthread_join(pool->threads[i].id, NULL);
        pool->threads[i].is_alive = false;
    }
}

void pool_destroy(struct pool *pool)
{
    if (!pool)
        return;
    pool_stop(pool);
    pthread_cond_destroy(&pool->work);
    pthread_cond_destroy(&pool->quiet);
    pthread_mutex_destroy(&pool->mutex);
    free(pool->timers);
    free(pool->threads);
    free(pool);
}

/* ---- lanes ---- */

/* Room in the heap for every lane, so that setting a timer cannot fail. */
static bool reserve_timer(struct pool *pool)
{
    if (pool->lane_count < pool->timer_capacity)
        return true;
    size_t wanted = pool->timer_capacity ? pool->timer_capacity * 2 : 16;
    struct lane **grown = realloc(pool->timers, wanted * sizeof *grown);
    if (!grown)
        return false;
    pool->timers = grown;
    pool->timer_capacity = wanted;
    return true;
}

struct lane *lane_create(struct pool *pool, const char *name, size_t workers, const struct lane_ops *ops, void *context)
{
    struct lane *lane = calloc(1, sizeof *lane);
    if (!lane)
        return NULL;
    lane->pool = pool;
    lane->name = name;
    lane->workers = workers ? workers : 1;
    lane->ops = *ops;
    lane->context = context;
    pthread_mutex_lock(&pool->mutex);
    bool ok = reserve_timer(pool);
    if (ok)
        pool->lane_count++;
    pthread_mutex_unlock(&pool->mutex);
    if (!ok) {
        free(lane);
        return NULL;
    }
    return lane;
}

void lane_wake(struct lane *lane)
{
    pthread_mutex_lock(&lane->pool->mutex);
    wake_locked(lane);
    pthread_mutex_unlock(&lane->pool->mutex);
}

void lane_wake_at(struct lane *lane, int64_t monotonic_ms)
{
    struct pool *pool = lane->pool;
    pthread_mutex_lock(&pool->mutex);
    if (!lane->is_closed && (!lane->timer || monotonic_ms < lane->wake_time)) {
        remove_timer(lane);
        lane->wake_time = monotonic_ms;
        place_timer(pool, pool->timer_count++, lane);
        sift_up(pool, pool->timer_count - 1);
        pthread_cond_signal(&pool->work);
    }
    pthread_mutex_unlock(&pool->mutex);
}

void lane_close(struct lane *lane)
{
    struct pool *pool = lane->pool;
    pthread_mutex_lock(&pool->mutex);
    lane->is_closed = true;
    remove_ready(lane);
    remove_timer(lane);
    while (lane->is_taking || lane->running > 0)
        pthread_cond_wait(&pool->quiet, &pool->mutex);
    pthread_mutex_unlock(&pool->mutex);
}

void lane_destroy(struct lane *lane)
{
    if (!lane)
        return;
    lane_close(lane);
    pthread_mutex_lock(&lane->pool->mutex);
    lane->pool->lane_count--;
    pthread_mutex_unlock(&lane->pool->mutex);
    free(lane);
}

bool lane_is_idle(const struct lane *lane)
{
    pthread_mutex_lock(&lane->pool->mutex);
    bool idle = !lane->is_ready && !lane->is_taking && lane->running == 0;
    pthread_mutex_unlock(&lane->pool->mutex);
    return idle;
}
