#include "core/bus/plan.h"

enum {
    SECOND = 1000,
    MINUTE = 60 * SECOND,
    HOUR = 60 * MINUTE,
    DAY = 24 * HOUR,
    UNKNOWN_RHYTHM = 15 * MINUTE,
    RHYTHM_MIN = 5 * MINUTE, /* for a rhythm of its own; a person may want it faster */
    RHYTHM_MAX = HOUR,       /* news of a source that seldom has any is no less urgent */
    GAP_PARTS = 4,           /* fetches in the time between two items */
    JITTER_PERCENT = 5,
    BACKOFF_JITTER_PERCENT = 20
};

static int64_t clamp(int64_t value, int64_t least, int64_t greatest)
{
    return value < least ? least : value > greatest ? greatest : value;
}

static int64_t least_wait(const struct plan *plan)
{
    return plan->interval_min_ms > 0 ? plan->interval_min_ms : SECOND;
}

static int64_t greatest_wait(const struct plan *plan)
{
    int64_t greatest = plan->interval_max_ms > 0 ? plan->interval_max_ms : DAY;
    return greatest > plan->interval_ms ? greatest : plan->interval_ms;
}

/* Around 0, by at most so many percent of `wait`. */
static int64_t jitter(const struct plan *plan, int64_t wait, int percent)
{
    int64_t width = wait * percent / 100;
    return width ? (int64_t)(plan->chance % (uint64_t)(2 * width)) - width : 0;
}

static int64_t own_wait(const struct plan *plan)
{
    if (plan->interval_ms > 0)
        return plan->interval_ms;
    int64_t least = plan->interval_min_ms > 0 ? plan->interval_min_ms : RHYTHM_MIN;
    int64_t greatest = plan->interval_max_ms > 0 ? plan->interval_max_ms : RHYTHM_MAX;
    return clamp(plan->gap_ms < 0 ? UNKNOWN_RHYTHM : plan->gap_ms / GAP_PARTS, least, greatest > least ? greatest : least);
}

static bool is_skipped(const struct plan *plan, int64_t time)
{
    int64_t hour = time / HOUR % 24, day = (time / DAY + 4) % 7; /* 1970 began on a Thursday */
    return (plan->skip_hours >> hour & 1) != 0 || (plan->skip_days >> day & 1) != 0;
}

/* The first time from `time` on that the document does not exclude, or `last`. */
static int64_t pass_skipped(const struct plan *plan, int64_t time, int64_t last)
{
    while (time < last && is_skipped(plan, time))
        time = (time / HOUR + 1) * HOUR;
    return time < last ? time : last;
}

static int64_t after_success(const struct plan *plan, int64_t now)
{
    int64_t least = least_wait(plan), greatest = greatest_wait(plan);
    if (plan->asked_next_ms == 0)
        return now; /* it has more to give */
    if (plan->asked_next_ms > 0)
        return now + clamp(plan->asked_next_ms, least, greatest);
    int64_t wait = own_wait(plan), spread = jitter(plan, wait, JITTER_PERCENT);
    if (plan->interval_ms > 0)
        return now + clamp(wait - (spread < 0 ? -spread : spread), least, greatest);
    wait = plan->fresh_ms > wait ? plan->fresh_ms : wait;
    wait = plan->not_before_ms > wait ? plan->not_before_ms : wait;
    /* Never sooner than it holds, so the spread goes upwards. */
    wait = clamp(wait + (spread < 0 ? -spread : spread), least, greatest);
    return pass_skipped(plan, now + wait, now + greatest);
}

static int64_t after_failure(const struct plan *plan, int64_t now)
{
    int64_t least = least_wait(plan), greatest = greatest_wait(plan);
    /* All sources of a host that asks for rest would come back at one moment. */
    if (plan->retry_after_ms >= 0) {
        int64_t wait = plan->retry_after_ms < greatest ? plan->retry_after_ms : greatest;
        int64_t spread = jitter(plan, wait, JITTER_PERCENT);
        return now + clamp(wait + (spread < 0 ? -spread : spread), least, greatest);
    }
    int64_t wait = own_wait(plan);
    for (int64_t i = 0; i < plan->failures && wait < greatest; i++)
        wait *= 2;
    wait = wait < greatest ? wait : greatest;
    return now + clamp(wait + jitter(plan, wait, BACKOFF_JITTER_PERCENT), least, greatest);
}

int64_t plan_next(const struct plan *plan, int64_t now)
{
    return plan->has_failed ? after_failure(plan, now) : after_success(plan, now);
}
