/* Recall: what becomes of alerts that wait for their sinks when their event turns out to be none.
 *
 * An event that a person rejects, that nobody tells any more, or that went into another of which the same sink is told
 * by the same watch, takes back its deliveries that are held or tried again: they are in state 4, recalled, with the
 * reason, and the delivery log has a row that says so. A message of several goes without them, and not at all where
 * none is left. One that was handed to its sink just then may still arrive; it is then delivered. When the event stands
 * again, what was recalled is held or pending again.
 *
 * Alerts that tell a finding (a spike) stay: they are of more than one event.
 *
 * For the writer's thread inside its transaction. */
#ifndef CORE_STORE_RECALL_H
#define CORE_STORE_RECALL_H

#include "lib/base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct store;

struct recall {
    const char *event;  /* and the ids that went into it */
    const char *target; /* the event that it went into; NULL where it is rejected or withdrawn */
    const char *why;    /* for people: "its event was rejected" */
    bool at_once;       /* also what is on its way for the first time: where a person says so, and not the next report */
    int64_t now;
};
bool store_deliveries_recall(struct store *store, const struct recall *recall, struct error *error);
bool store_deliveries_reinstate(struct store *store, const char *event, int64_t now, struct error *error);

#endif
