/* Event formats: events as rows for programs, in the formats of `entente events`, of snapshots and of what services
 * hand out. Every row has the addresses of its sources, when each was retrieved, and a quote. docs/exports.md lists the
 * columns; they are only ever added to. Constant data; any thread. */
#ifndef CORE_EXPORT_EVENT_FORMAT_H
#define CORE_EXPORT_EVENT_FORMAT_H

#include "core/export/csv.h"
#include "core/query/query.h"
#include "lib/record/record.h"

enum { EVENT_SOURCES_MAX = 200 }; /* of which it is said when they were retrieved */

/* When the items of an event's sources were fetched, in their order; 0 for not known. */
struct event_retrieved {
    int64_t times[EVENT_SOURCES_MAX];
    size_t count;
};
/* Looks the items up. */
bool event_retrieved_read(struct event_retrieved *retrieved, struct query *query, struct record_view event,
                          struct error *error);

struct event_format {
    const char *name;
    const char *const *columns;        /* of CSV, ended by NULL; NULL: lines of its own */
    const char *head, *between, *tail; /* of lines: around and between them */
    /* Any number of rows into `csv`, or one line into `line`, which for rows is room for cells. */
    void (*print)(struct csv *csv, struct record_view event, const struct event_retrieved *retrieved,
                  struct buffer *line);
};
#define EVENT_FORMAT_NAMES "jsonl", "csv", "geojson", "trade", "cameo"
/* NULL where there is none. */
const struct event_format *event_format_find(const char *name);

/* A run of rows on its way out, which may be interrupted and gone on with anywhere between two of them. */
struct event_writer {
    const struct event_format *format;
    struct buffer *out; /* lent: what is appended is the caller's to clear; `failed` where memory is out */
    struct buffer line;
    bool is_guarded; /* as of struct csv */
    bool has_rows;   /* some went out before, if only by another writer */
};
/* What stands before the first row. */
void event_writer_head(struct event_writer *writer);
void event_writer_put(struct event_writer *writer, struct record_view event, const struct event_retrieved *retrieved);
/* What stands behind the last one. */
void event_writer_tail(struct event_writer *writer);
void event_writer_free(struct event_writer *writer); /* its own memory */

#endif
