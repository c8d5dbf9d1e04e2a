/* Query: reads the store for people and programs, while a daemon may be writing to it. The command line, exports and the
 * dashboard all ask through this header and core/query/counts.h.
 *
 * A query is one read-only connection. A cursor walks over what a filter lets through. A filter is made of plain lists,
 * and of a rule in the language of watches (core/watch/rule.h); both are answered from columns of what is asked
 * (core/store/columns.h), and only what these cannot tell (a pattern over texts, a change) is tried on the records.
 *
 * Pages. A reader that comes back for more keeps query_position, an opaque text, and hands it to the next query as
 * `after`: it goes by order and number of the last row, so nothing is listed twice or left out for what was written
 * meanwhile elsewhere. A cursor that is walked to its end meets every event that was there when it began once, also
 * where one moved meanwhile. Memory is bounded whatever the archive's size: a few thousand keys, one page of records, and a
 * bit an event.
 *
 * A page of bounded work: with a budget a cursor may end before its limit, even without a row, although more may fit; then
 * query_is_cut, and query_position says where to go on. Patterns over texts that hardly any event fits are answered so.
 *
 * No read transaction outlives a block of events, one record or a window of items: an export never keeps the writer from
 * its checkpoint. Events are live ones; merged and withdrawn ones are found by id alone (core/store/events.h).
 *
 * One thread a query. Rows are lent until the next call on their cursor. Errors are the store's. */
#ifndef CORE_QUERY_QUERY_H
#define CORE_QUERY_QUERY_H

#include "lib/base/error.h"
#include "lib/record/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { QUERY_PAGE_ROWS = 100, QUERY_WINDOW = 2000, QUERY_PAGE_BUDGET = 1000 /* for those who must answer at once */ };
/* A budget is one of time as well, since a record may have to come from a disk: once a walk or a count has taken so long, it is
 * spent, though not before so many records were tried. */
enum { QUERY_BUDGET_MS = 70, QUERY_BUDGET_LEAST = 100 };

struct rule;
struct store;
struct query;
struct query_cursor;

/* What people said of events: those not rejected; those rejected, confirmed, or corrected in whatever way. */
enum query_standing { QUERY_LIVE, QUERY_REJECTED, QUERY_CONFIRMED, QUERY_CORRECTED };

enum query_order {
    QUERY_BY_SEEN,       /* the latest report; the default */
    QUERY_BY_FIRST_SEEN, /* the founding report */
    QUERY_BY_UPDATED,    /* when the latest revision was written */
    QUERY_BY_DATE,       /* of the act; undated ones come last, also where the oldest come first */
    QUERY_BY_CONFIDENCE,
    QUERY_BY_NUMBER      /* the order in which they were first stored, which never changes */
};

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
    const char *states;  /* alerts: new, acknowledged, muted, resolved */
    const char *text;    /* events: is part of a quote, title, name, of how parties, places and equipment are worded; others:
                            of any text. ASCII case aside */
    int64_t sources_min; /* events: independent sources */
    enum query_standing standing; /* events; all but live ones are listed by number, newest first */
    const struct rule *rule; /* events: match it as they stand; lent until the cursor ends. As for a watch, background,
                                hypothetical and denied events match only a rule that mentions scope or modality */
    enum query_order order;  /* events; others are listed by number, newest first */
    bool oldest_first;       /* events: smallest first */
    const char *after;       /* goes on behind this query_position, of a query of the same kind and order; NULL: begins */
    int64_t limit;           /* rows at most; 0 for no bound */
    int64_t budget;          /* events: records tried at most of which the columns cannot tell; 0 for no bound */
};
#define QUERY_FILTER_INIT                                                                                              \
    {                                                                                                                  \
        .since = INT64_MIN, .until = INT64_MAX                                                                         \
    }
/* Does it let everything through, its limit aside? */
bool query_filter_is_open(const struct query_filter *filter);

enum { QUERY_POSITION_SIZE = 64 };

struct query_row {
    int64_t sequence;
    struct ent_record *record;        /* ENT_EVENT, ENT_ITEM, or ENT_ALERT with its present state */
    bool superseded;                  /* items: a newer version is stored */
    int64_t reports;                  /* items: that stand */
    int64_t pending, delivered, dead; /* alerts: deliveries */
};

/* The filter is copied, its rule is lent. NULL when memory is out, or with ERROR_INPUT for an `after` that is none. */
struct query_cursor *query_events(struct query *query, const struct query_filter *filter, struct error *error);
struct query_cursor *query_items(struct query *query, const struct query_filter *filter, struct error *error);
struct query_cursor *query_alerts(struct query *query, const struct query_filter *filter, struct error *error);
/* *row is NULL after the last one. */
bool query_next(struct query_cursor *cursor, const struct query_row **row, struct error *error);
/* Did the budget end it? Told once *row is NULL. */
bool query_is_cut(const struct query_cursor *cursor);
/* Where the row given last stands, or where a cursor that was cut stopped looking, for `after`; "" before the first. */
void query_position(const struct query_cursor *cursor, char position[QUERY_POSITION_SIZE]);
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
