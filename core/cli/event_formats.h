/* Event formats: events as rows for people and programs, in the formats of `entente events` and of snapshots. Every row of
 * an export has the addresses of its sources, when each was retrieved, and a quote. docs/exports.md lists the columns;
 * they are only ever added to. Constant data; any thread. */
#ifndef CORE_CLI_EVENT_FORMATS_H
#define CORE_CLI_EVENT_FORMATS_H

#include "core/cli/table.h"
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
    enum table_format table;
    const struct table_column *columns; /* NULL: lines of its own */
    size_t column_count;
    const char *head, *between, *tail;  /* of lines: around and between them */
    /* Any number of rows of the table, or one line; `line` is also room for cells. */
    void (*print)(struct table *table, struct record_view event, const struct event_retrieved *retrieved,
                  struct buffer *line);
};
#define EVENT_FORMAT_CHOICES "table|jsonl|csv|geojson|trade|cameo"
#define EVENT_FORMAT_HELP                                                                                              \
    "Table for people, JSON lines, CSV, GeoJSON, rows of a trade register (trade), rows by CAMEO and PLOVER codes (cameo)"
/* NULL where there is none. */
const struct event_format *event_format_find(const char *name);
/* All of them, ended by one without a name. */
const struct event_format *event_formats(void);

/* A run of rows on its way out. */
struct event_output {
    const struct event_format *format;
    struct table *table;
    struct buffer line;
    FILE *out;
    size_t events;
};
/* `width` as of table_create. */
bool event_output_begin(struct event_output *output, const struct event_format *format, int width, FILE *out,
                        struct error *error);
bool event_output_put(struct event_output *output, struct record_view event, const struct event_retrieved *retrieved,
                      struct error *error);
/* `is_good`: what was put is all. Frees in any case. */
bool event_output_end(struct event_output *output, bool is_good, struct error *error);

#endif
