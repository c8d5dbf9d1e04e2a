/* Query: reads the store for people and programs, while a daemon may be writing to it.
 *
 * A query is one read-only connection. A cursor walks over what a filter lets through, newest first, in pages: no read
 * transaction outlives a page (about QUERY_PAGE_ROWS records or QUERY_WINDOW rows looked at), so an export of a whole
 * archive never keeps the writer from its checkpoint. What the walk meets is exact all the same, since it goes by
 * sequence numbers, which never change. Events are live ones; merged and withdrawn ones are found by id alone
 * (core/store/events.h).
 *
 * One thread a query. Rows are lent until the next call on their cursor. Errors are the store's. */
#ifndef CORE_QUERY_QUERY_H
#define CORE_QUERY_QUERY_H

#include "lib/base/error.h"
#include "lib/record/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { QUERY_PAGE_ROWS = 100, QUERY_WINDOW = 2000 };

struct store;
struct query;
struct query_cursor;

/* ERROR_MISSING where the state directory holds no store yet. */
struct query *query_open(const char *state_dir, struct error *error);
void query_close(struct query *query); /* NULL does nothing */
struct store *query_store(struct query *query);

/* Absent texts are NULL. Lists are words apart by commas, any of which may fit. */
struct query_filter {
    int64_t since, until; /* since <= time < until; INT64_MIN and INT64_MAX for no bound. Events: the latest report's
                             time; items: published, else fetched; alerts: made */
    const char *types;    /* events, and alerts by their event */
    const char *statuses, *modalities, *scopes;
    const char *actors;  /* any of these takes part, in whatever role */
    const char *dyad;    /* "RUS,UZB": both take part, neither as an observer */
    const char *sources; /* items: source instances ("source." may be left out); events: publishers */
    const char *watches; /* alerts */
    const char *states;  /* alerts: new, acknowledged, muted */
    const char *text;    /* is part of a title, name, quote or body; ASCII case aside */
    int64_t sources_min; /* events: independent sources */
    int64_t limit;       /* rows at most; 0 for no bound */
};
#define QUERY_FILTER_INIT                                                                                              \
    {                                                                                                                  \
        .since = INT64_MIN, .until = INT64_MAX                                                                         \
    }
/* Does it let everything through, its limit aside? */
bool query_filter_is_open(const struct query_filter *filter);

struct query_row {
    int64_t sequence;
    struct ent_record *record;        /* ENT_EVENT, ENT_ITEM, or ENT_ALERT with its present state */
    bool superseded;                  /* items: a newer version is stored */
    int64_t reports;                  /* items: that stand */
    int64_t pending, delivered, dead; /* alerts: deliveries */
};

/* The filter is copied. NULL when memory is out. */
struct query_cursor *query_events(struct query *query, const struct query_filter *filter, struct error *error);
struct query_cursor *query_items(struct query *query, const struct query_filter *filter, struct error *error);
struct query_cursor *query_alerts(struct query *query, const struct query_filter *filter, struct error *error);
/* *row is NULL after the last one. */
bool query_next(struct query_cursor *cursor, const struct query_row **row, struct error *error);
/* `tell` is called between pages, also where a filter lets nothing through for long, with the rows looked at and all.
 */
void query_on_progress(struct query_cursor *cursor, void (*tell)(void *context, int64_t done, int64_t all),
                       void *context);
void query_end(struct query_cursor *cursor); /* NULL does nothing */

/* ---- times of filters ---- */
/* "30m", "12h", "7d", "2w" before `now`; "today", "yesterday", "now"; YYYY, YYYY-MM, YYYY-MM-DD or RFC 3339, in UTC.
 * For an `until` a date means the end of that day, month or year. */
bool query_parse_time(const char *text, int64_t now, bool is_until, int64_t *milliseconds, struct error *error);

#endif
