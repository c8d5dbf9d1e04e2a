/* Events in the store: the desk's results, their append-only revisions, and the ids that they have had.
 *
 * An event is never deleted. Its row says where it stands now: live; merged into another event, whose id is then its
 * `target`; withdrawn, when no report tells of it any more; or rejected by a person, which hides it. Every change of an event writes a revision with the
 * whole record as it then was, so that watches, exports and people see the same history; revisions are numbered
 * through the whole store by `sequence`, which is what the cursors of watches count.
 *
 * The desk alone writes, on the writer's thread, inside the writer's transaction. Reading is for any thread with its
 * own connection. Records handed to callbacks are lent until the callback returns. Every function that fails returns
 * false with `error` filled. Tables: event(sequence, id, state, target, type, subtype, status, modality, scope,
 * first_seen, last_seen, date_start, date_end, confidence, independent_sources, verdict, corrections, revision, last_revision) and
 * event_revision(sequence, event, revision, made, cause, record); filters may name these columns. */
#ifndef CORE_STORE_EVENTS_H
#define CORE_STORE_EVENTS_H

#include "lib/base/digest.h"
#include "lib/base/error.h"
#include "lib/record/record.h"

#include <stdbool.h>
#include <stdint.h>

struct store;

/* SQL that makes the tables of schema 1; the store runs it when it makes a new file. */
extern const char store_events_schema[];

enum event_state { EVENT_LIVE = 0, EVENT_MERGED = 1, EVENT_WITHDRAWN = 2, EVENT_REJECTED = 3 };
/* Is it an event that reports tell: live, or rejected by a person? */
bool event_state_stands(enum event_state state);

struct event_row {
    int64_t sequence; /* in the order in which the desk first made them */
    const char *id;
    enum event_state state;
    const char *target;        /* of a merged event: the event that it went into; "" otherwise */
    struct record_view record; /* ENT_EVENT, the latest revision */
};

struct revision_row {
    int64_t sequence; /* through the whole store */
    int64_t event_sequence;
    const char *event_id;
    int64_t revision;          /* of the event: 1, 2, … */
    int64_t made;              /* time, milliseconds */
    const char *cause;         /* id of the report or correction that led to it */
    struct record_view record; /* ENT_EVENT; ENT_EVENT_CHANGE says what changed */
    bool has_previous;
    struct record_view previous; /* the event's revision before this one */
};

/* Return false to stop early; that is no error. */
typedef bool store_event_callback(void *context, const struct event_row *row);
typedef bool store_revision_callback(void *context, const struct revision_row *row);

/* ---- reading ---- */
/* The event that `id` means today, following merges; the caller owns *event. ERROR_MISSING where there is none.
 * `state` may be NULL. An id of at least six digits that begins only one event's id is taken as that id. */
bool store_event_find(struct store *store, const char *id, struct ent_record **event, enum event_state *state,
                      struct error *error);
/* Live events in order of `sequence`, from the first after `after`, at most `limit` (0: all). */
bool store_events_each(struct store *store, int64_t after, size_t limit, store_event_callback *callback, void *context,
                       struct error *error);
/* Revisions after `after`, at most `limit` (0: all). */
bool store_revisions_each(struct store *store, int64_t after, size_t limit, store_revision_callback *callback,
                          void *context, struct error *error);
/* All revisions of one event, first to last. */
bool store_event_history(struct store *store, const char *id, store_revision_callback *callback, void *context,
                         struct error *error);
/* The number of the event that bears this id and no other, whatever has become of it; 0 where there is none. */
bool store_event_sequence(struct store *store, const char *id, int64_t *sequence, struct error *error);
/* Greatest sequence of a revision, 0 where there is none; -1 with `error` filled on failure. */
int64_t store_revision_last(struct store *store, struct error *error);
/* Counts of live and all events, for status. */
bool store_events_count(struct store *store, int64_t *live, int64_t *all, struct error *error);

/* ---- writing, for the desk ---- */
/* What the desk knows of an event id before it writes. `record` is owned by the caller, NULL where the id is new. */
struct event_standing {
    int64_t sequence; /* 0 where the id is new */
    int64_t revision;
    enum event_state state;
    struct ent_record *record;
};
bool store_event_standing(struct store *store, const char *id, struct event_standing *standing, struct error *error);
/* Writes one revision; the record bears id and revision. `cause` may be NULL. */
bool store_event_put(struct store *store, struct record_view event, enum event_state state, const char *target,
                     const char *cause, int64_t now, struct error *error);
/* Points the row of a merged event at another target, without a revision. */
bool store_event_retarget(struct store *store, const char *id, const char *target, struct error *error);
/* Ids of all events that were merged into `id`, directly or over others, in order; ended by an empty one. The
 * caller frees the array. NULL with `error` filled on failure. */
char (*store_event_aliases(struct store *store, const char *id, struct error *error))[DIGEST_HEX_SIZE];

#endif
