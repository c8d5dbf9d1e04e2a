/* Counts: how many of the events that a filter lets through have which value, when, where, and between whom. All of it is counted
 * in the columns (core/store/columns.h), so a million events take a fraction of a second; events that only their records
 * can tell about are looked at one by one, which is why a pattern over texts takes longer.
 *
 * A dyad is what the codebook derives: giver and taker where an event has both, else each pair of its participants;
 * observers, vague groups and unknown parties are in none. An event of three parties counts in three dyads, and once
 * in each.
 *
 * Callbacks get rows whose texts are lent until they return; returning false ends the count early, which is no error.
 * One thread a query; no read transaction outlives a block of events. */
#ifndef CORE_QUERY_COUNTS_H
#define CORE_QUERY_COUNTS_H

#include "core/query/query.h"

enum query_facet {
    QUERY_FACET_TYPE,
    QUERY_FACET_SUBTYPE,
    QUERY_FACET_STATUS,
    QUERY_FACET_MODALITY,
    QUERY_FACET_SCOPE,
    QUERY_FACET_COUNTRY, /* states that take part, also vanished ones */
    QUERY_FACET_ACTOR,   /* all parties but observers, vague groups and unknown ones */
    QUERY_FACET_DYAD,    /* "RUS UZB", in alphabetical order */
    QUERY_FACET_MONTH,   /* of the latest report, "2024-05" */
    QUERY_FACET_YEAR,    /* of the act; "" where no date is stated */
    QUERY_FACET_SOURCE_CLASS,
    QUERY_FACET_PUBLISHER,
    QUERY_FACET_COUNT
};
const char *query_facet_name(enum query_facet facet); /* "source_class" */

struct query_facet_row {
    enum query_facet facet;
    const char *value;
    int64_t count; /* events */
};
typedef bool query_facet_callback(void *context, const struct query_facet_row *row);

struct query_totals {
    int64_t events;
    bool is_exact; /* false: more events had to be looked at one by one than `budget` allows, and those were taken to fit */
};

/* The values of each facet in `which` (bits 1u << facet), the most frequent first (months and years in their order), at
 * most `top` of each (0: all). `budget`: records looked at at most, 0 for all that it takes. The filter's limit, order and
 * `after` have no effect. `totals` may be NULL. */
bool query_facets(struct query *query, const struct query_filter *filter, unsigned which, size_t top, int64_t budget,
                  query_facet_callback *callback, void *context, struct query_totals *totals, struct error *error);

/* How many live events there are, without going over them. */
bool query_count_live(struct query *query, int64_t *events, struct error *error);

/* A point of the map: the place of an act that is a site or a city, and where. */
struct query_place_row {
    const char *name, *country; /* "" where it is not known */
    double latitude, longitude; /* degrees north and east */
    int64_t count;              /* events */
};
typedef bool query_place_callback(void *context, const struct query_place_row *row);
/* The points with most events first, at most `top` (0: all); the rest as in query_facets. An event counts once at each of
 * its points, however many of its places are there. */
bool query_places(struct query *query, const struct query_filter *filter, size_t top, int64_t budget,
                  query_place_callback *callback, void *context, struct query_totals *totals, struct error *error);

enum query_period { QUERY_PERIOD_NONE, QUERY_PERIOD_DAY, QUERY_PERIOD_MONTH, QUERY_PERIOD_QUARTER, QUERY_PERIOD_YEAR };
/* What an event is dated by. */
enum query_clock {
    QUERY_CLOCK_SEEN, /* its latest report */
    QUERY_CLOCK_FIRST_SEEN,
    QUERY_CLOCK_DATE  /* when the act began; events without a date have the period "" */
};

struct query_grouping {
    enum query_period period;
    enum query_clock clock;
    bool by_type;     /* else `type` is "" */
    bool is_directed; /* dyads: giver and taker apart; else in alphabetical order */
    size_t top;       /* dyads: only this many pairs, those with most events; 0 for all */
    int64_t budget;   /* as in query_facets */
};

struct query_count_row {
    const char *first, *second; /* dyads: actor ids; timeline: "" */
    const char *type;           /* "" where not asked for */
    const char *period;         /* "2024", "2024-Q2", "2024-05", "2024-05-31"; "" where not asked for or not known */
    int64_t count;
};
typedef bool query_count_callback(void *context, const struct query_count_row *row);

/* Pairs with most events first, then by period and type. */
bool query_dyads(struct query *query, const struct query_filter *filter, const struct query_grouping *grouping,
                 query_count_callback *callback, void *context, struct query_totals *totals, struct error *error);
/* By period, then type. Periods without an event are left out. */
bool query_timeline(struct query *query, const struct query_filter *filter, const struct query_grouping *grouping,
                    query_count_callback *callback, void *context, struct query_totals *totals, struct error *error);

#endif
