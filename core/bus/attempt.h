/* Attempt: what becomes of a record after one attempt at it, by one rule for items and deliveries. Pure, any thread.
 *
 * A record is done, or it is tried again after a pause that grows, or it is awaited (a later callback will settle it),
 * or it is dead. It is dead when the plugin rejects it, when its deadline has passed, and when it has taken the
 * instance or the daemon along twice. A death counts in parts, since the daemon may also have been killed from outside while
 * it happened to be at this record: six times of that are as much as two faults. */
#ifndef CORE_BUS_ATTEMPT_H
#define CORE_BUS_ATTEMPT_H

#include <entente/plugin.h>

#include <stdbool.h>
#include <stdint.h>

enum { ATTEMPT_DEATHS_MAX = 6, ATTEMPT_DEATH_FAULT = 3, ATTEMPT_DEATH_UNKNOWN = 1, ATTEMPT_TEXT_SIZE = 600 };

struct attempt_history {
    int64_t attempts; /* so far */
    int64_t first;    /* time of the first, 0 where there was none */
    int64_t deaths;   /* in parts: ATTEMPT_DEATH_ above */
};

struct attempt_rules {
    int64_t pause_first_ms, pause_max_ms;
    int64_t deadline_ms; /* from the first attempt */
    int64_t answer_ms;   /* how long a settlement may be awaited */
};

enum attempt_verdict { ATTEMPT_DONE, ATTEMPT_AGAIN_LATER, ATTEMPT_AWAITED, ATTEMPT_DEAD };

struct attempt_outcome {
    enum attempt_verdict verdict;
    struct attempt_history after;
    int64_t due;                  /* when to try again, or until when the settlement is awaited */
    bool parks;                   /* the instance cannot work as configured */
    char text[ATTEMPT_TEXT_SIZE]; /* for people; of what is done the plugin's own, if any */
};

/* `retry_after_ms` -1: as the rules have it. `text` may be NULL. */
void attempt_judge(struct attempt_outcome *outcome, const struct attempt_history *before,
                   const struct attempt_rules *rules, enum ent_code code, int64_t retry_after_ms, const char *text,
                   int64_t now);
/* May it be tried at all? A record that has killed too often may not. */
bool attempt_is_allowed(const struct attempt_history *before);
/* What is told of a record that may not be tried again. */
#define ATTEMPT_DEADLY_TEXT "whatever handled it died while doing so, more than once; it is not tried again by itself"

#endif
