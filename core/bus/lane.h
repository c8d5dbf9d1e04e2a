/* Lanes on a fixed pool: the bus's only threads beside the writer.
 *
 * A lane is a bounded source of jobs for one instance; it holds no thread. lane_wake says that there may be
 * something to do; a pool thread then calls `take`, and `run` on what it gave, until `take` gives NULL. Jobs
 * of one lane run one at a time, or up to `workers` at once. Backpressure is the lane's own `take` returning
 * NULL, and the writer's bounded queue, on which `run` may wait.
 *
 * A job that goes on for long, as where a plugin hangs until its process is ended, holds its thread. pool_watch puts
 * another one in its place while others want to run, so that as many such as there are threads hold up nobody else.
 *
 * Lock order: pool, then whatever the callbacks take. Callbacks run without any bus lock held. */
#ifndef CORE_BUS_LANE_H
#define CORE_BUS_LANE_H

#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pool;
struct lane;

struct lane_ops {
    /* A job to run now, or NULL. Called by one thread at a time for a lane. Must not block. */
    void *(*take)(void *context);
    /* Runs the job and frees it. */
    void (*run)(void *context, void *job);
};

/* `threads` 0: as many as there are cores, at least 2. */
struct pool *pool_create(size_t threads, struct error *error);
/* To be called every second or so, by any one thread. */
void pool_watch(struct pool *pool);
/* Around a wait within a job that another thread would have to wait for just as well; elsewhere nothing. */
void pool_excuse(bool is_excused);
/* Waits for running jobs; takes no new ones. Lanes must be destroyed first or after, not used between. */
void pool_stop(struct pool *pool);
void pool_destroy(struct pool *pool);

/* `name` is lent and must outlive the lane. NULL when memory is out. */
struct lane *lane_create(struct pool *pool, const char *name, size_t workers, const struct lane_ops *ops,
                         void *context);
/* Any thread, also from within callbacks. Cheap when the lane is awake already. */
void lane_wake(struct lane *lane);
/* Wakes the lane at a monotonic time (core/base/clock.h); an earlier one that is set already stays. */
void lane_wake_at(struct lane *lane, int64_t monotonic_ms);
/* No jobs are taken any more; returns when none runs. Must not be called from the lane's own callbacks. */
void lane_close(struct lane *lane);
void lane_destroy(struct lane *lane);
/* Nothing running, nothing to wake for at once. */
bool lane_is_idle(const struct lane *lane);

#endif
