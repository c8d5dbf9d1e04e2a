/* Policy: what a watch or a sink wants of the time and company in which alerts are sent, as its section says it. Plain
 * values, any thread. */
#ifndef CORE_DELIVERY_POLICY_H
#define CORE_DELIVERY_POLICY_H

#include "core/delivery/hours.h"

/* By what alerts stand together. */
enum delivery_grouping { GROUPING_NONE, GROUPING_DYAD, GROUPING_REGION, GROUPING_COUNT };

struct delivery_throttle {
    int64_t count;     /* messages at most; 0: no throttle */
    int64_t window_ms; /* in that time */
};

struct delivery_policy {
    bool has_digest, has_group; /* it says something of them, be it none */
    struct digest_hours digest;
    struct quiet_hours quiet;
    struct delivery_throttle throttle;
    enum delivery_grouping group;
    int64_t group_wait_ms; /* how long the first of a group waits for others; 0: groups are headings only */
    const struct zone *zone; /* for times that are told; NULL of a policy that says nothing */
};

enum { POLICY_WINDOW_MAX_DAYS = 30 };

/* "10/1h": ten messages an hour; "none". False with `error`. */
bool throttle_parse(const char *text, struct delivery_throttle *throttle, struct error *error);
/* "none", "dyad" or "region". */
enum delivery_grouping grouping_of(const char *word);

#endif
