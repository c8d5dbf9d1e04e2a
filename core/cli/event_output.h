/* Event output: events as rows for people, or in one of the formats for programs (core/export/event_format.h), into a
 * stream. One owner, one thread. */
#ifndef CORE_CLI_EVENT_OUTPUT_H
#define CORE_CLI_EVENT_OUTPUT_H

#include "core/cli/table.h"
#include "core/export/event_format.h"

#define EVENT_FORMAT_CHOICES "table|jsonl|csv|geojson|trade|cameo"
#define EVENT_FORMAT_HELP                                                                                              \
    "Table for people, JSON lines, CSV, GeoJSON, rows of a trade register (trade), rows by CAMEO and PLOVER codes "    \
    "(cameo)"

struct event_output {
    const struct event_format *format; /* NULL: the table for people */
    struct table *table;
    struct event_writer writer;
    struct buffer text;
    FILE *out;
    size_t events;
};
/* `format` is one of the choices; `width` as of table_create. */
bool event_output_begin(struct event_output *output, const char *format, int width, FILE *out, struct error *error);
bool event_output_put(struct event_output *output, struct record_view event, const struct event_retrieved *retrieved,
                      struct error *error);
/* `is_good`: what was put is all. Frees in any case. */
bool event_output_end(struct event_output *output, bool is_good, struct error *error);

#endif
