/* Sources in the store: when each is to be fetched next, how it fares, and its rhythm. Written with the fetch's unit of
 * work; read at start and for status. Table: source(name, …), a column for each member of struct source_row. */
#ifndef CORE_STORE_SOURCES_H
#define CORE_STORE_SOURCES_H

#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

extern const char store_sources_schema[];

struct source_row {
    const char *name;    /* "source.edm" */
    const char *address; /* digest of the url that all this was learnt of; "" where it has none */
    /* The last fetch; times are milliseconds since 1970, 0 for never. */
    int64_t next_fetch;    /* 0: at once */
    int64_t last_fetch;
    int64_t last_success;
    int64_t first_success;
    int64_t failures;      /* in a row; 0: the last fetch went well */
    int64_t failing_since; /* the first of them; 0: none */
    int64_t fetches;
    const char *text;      /* why the last fetch failed; "" where it went well */
    bool is_gone;          /* it is not to be fetched again unless a person asks or its address changes */
    const char *outage;    /* what was last told of its health: "", "silent", "dead" or "gone" */
    /* What its document says of when it changes (struct ent_fetch_hints). */
    int64_t not_before_ms;
    uint32_t skip_hours, skip_days;
    /* All fetches; store_source_put_items'. */
    int64_t items;         /* new ones and new versions */
    int64_t last_item;     /* when the last of them was fetched */
    int64_t newest;        /* when the latest was published */
    int64_t gap_ms, gaps, pause_ms; /* core/bus/rhythm.h */
    int64_t delay_ms;      /* median from publication to fetch; -1: not known */
    const void *delays;    /* what it is the median of; lent */
    size_t delays_size;
    int64_t delay_count;
};

/* Return false to stop early; the texts are lent. */
typedef bool store_source_callback(void *context, const struct source_row *row);
bool store_sources_each(struct store *store, store_source_callback *callback, void *context, struct error *error);
/* Adds `row->items` to the row's, and writes what else the row knows of all fetches; makes a row, due at once, where
 * there is none. */
bool store_source_put_items(struct store *store, const struct source_row *row, struct error *error);
/* Writes what the row says of the last fetch. */
bool store_source_put(struct store *store, const struct source_row *row, struct error *error);

#endif
