/* Query private: what the files of core/query share of a query and its cursors. */
#ifndef CORE_QUERY_QUERY_PRIVATE_H
#define CORE_QUERY_QUERY_PRIVATE_H

#include "core/query/block.h"
#include "core/query/query.h"
#include "core/query/select.h"

enum { PAGE_BYTES_MAX = 8 * 1024 * 1024 };

struct query {
    struct store *store;
    struct columns *columns;
};

enum cursor_kind { CURSOR_EVENTS, CURSOR_CORRECTED, CURSOR_ITEMS, CURSOR_ALERTS };

/* How a walk over events stands. */
struct event_walk {
    struct plan *plan;
    struct select_order order;
    struct selection selection; /* the keys at hand */
    size_t at;                  /* the next of them */
    int64_t last;               /* greatest sequence when the walk began */
    int64_t all, done;          /* that may fit; looked at: for progress */
    int64_t tried;              /* of those, on their records */
    int64_t begun;              /* by the monotonic clock */
    bool has_after, is_over, is_cut, is_sweeping;
    struct select_key after;    /* the last key looked at */
    struct select_seen seen;    /* of a walk without a limit */
};

struct query_cursor {
    struct query *query;
    enum cursor_kind kind;
    struct query_filter filter; /* times and numbers; its texts are copies on the heap */
    char *sources, *watches, *states; /* items and alerts: as JSON for json_each */
    int64_t given;
    struct query_row page[QUERY_PAGE_ROWS];
    struct select_key keys[QUERY_PAGE_ROWS]; /* events: of the page's rows */
    size_t page_count, page_at;
    struct event_walk walk;
    int64_t next; /* items, alerts: greatest sequence not yet looked at */
    int64_t first_next;
    void (*tell)(void *context, int64_t done, int64_t all); /* NULL: nobody wants to know */
    void *tell_context;
};

static inline bool page_has_room(const struct query_cursor *cursor, size_t bytes)
{
    return cursor->page_count < QUERY_PAGE_ROWS && bytes < PAGE_BYTES_MAX;
}

/* Is a budget of records (0: no bound) spent, by one who began then? */
bool query_is_spent(int64_t budget, int64_t tried, int64_t begun);
/* The event as it stands, and the revision before if asked for; *record stays NULL where it is no longer live. */
bool query_read_event(struct query *query, int64_t sequence, struct ent_record **record, struct ent_record **previous,
                      struct error *error);
/* Tries an event of which the columns could not tell. */
bool query_try_event(struct query *query, struct plan *plan, int64_t sequence, bool *fits, struct ent_record **record,
                     struct error *error);

/* query_events.c */
bool event_walk_begin(struct query_cursor *cursor, struct error *error);
void event_walk_end(struct query_cursor *cursor);
bool event_walk_page(struct query_cursor *cursor, struct error *error);
/* query_corrected.c */
bool corrected_walk_page(struct query_cursor *cursor, struct error *error);

#endif
