/* Listing: what the commands that list rows of the store have in common: their options, the filter made from them, and
 * the walk over a cursor with its progress, its limit and its closing remark. One thread. */
#ifndef CORE_CLI_LISTING_H
#define CORE_CLI_LISTING_H

#include "core/cli/command.h"
#include "core/cli/table.h"
#include "core/query/query.h"

/* The first rows of such a command's options. */
#define LISTING_OPTIONS                                                                                                \
    LISTING_TIMES, LISTING_LIMIT,                                                                                      \
    {                                                                                                                  \
        "format", 'f', COMMAND_VALUE, "FORMAT", TABLE_FORMAT_CHOICES, "table",                                         \
            "Table for people, JSON lines or CSV for programs"                                                         \
    }
#define LISTING_TIMES                                                                                                  \
    {"since",                                                                                                          \
     's',                                                                                                              \
     COMMAND_VALUE,                                                                                                    \
     "WHEN",                                                                                                           \
     NULL,                                                                                                             \
     NULL,                                                                                                             \
     "From this time on: an age (12h, 7d, 2w), a date, today, yesterday"},                                             \
        {"until", 'u', COMMAND_VALUE, "WHEN", NULL, NULL, "Up to this time; a date counts to its end"},                \
    {                                                                                                                  \
        "text", 'x', COMMAND_VALUE, "TEXT", NULL, NULL, "Only what holds this text, whatever its case"                 \
    }
#define LISTING_LIMIT                                                                                                  \
    {                                                                                                                  \
        "limit", 'n', COMMAND_VALUE, "COUNT", NULL, NULL,                                                              \
            "Rows at most, 0 for all; else 50 for a table and all for exports"                                         \
    }

#define LISTING_EVENT_TYPES                                                                                            \
    "arms_transfer|aid|training|exercise|agreement|intelligence_sharing|visit|expo|basing|industry|operation|downturn"
#define LISTING_STATUSES                                                                                               \
    "requested|negotiated|announced|approved|signed|ongoing|completed|suspended|cancelled|refused|ended|unknown"

enum { LISTING_LIMIT_DEFAULT = 50, LISTING_LIST_MAX = 2000 };

struct listing {
    enum table_format format;
    struct query_filter filter; /* texts are the command line's or those below */
    int64_t limit;              /* 0 for none */
};

/* Fills the filter from LISTING_OPTIONS. False after a message. */
bool listing_begin(struct listing *listing, const struct command_line *line);
/* Its parts, for commands that have only some of the options. */
bool listing_times(struct query_filter *filter, const struct command_line *line);
bool listing_limit(struct listing *listing, const struct command_line *line); /* by its format */
/* Actor ids as people type them ("rus,org:nato") made into `ids` ("RUS,ORG:NATO"). False after a message. */
bool listing_actors(const char *option, const char *text, char ids[LISTING_LIST_MAX], size_t *count);

typedef struct query_cursor *listing_open(struct query *query, const struct query_filter *filter, struct error *error);
/* Prints one row: to the table, or by itself where `table` is NULL (JSON lines of whole records). */
typedef bool listing_print(struct table *table, const struct query_row *row, struct buffer *line);

struct listing_plan {
    const char *what; /* "events" */
    listing_open *open;
    listing_print *print;
    const struct table_column *columns; /* for people */
    size_t column_count;
    const struct table_column *csv_columns;
    size_t csv_column_count;
};
/* Rows of a cursor to `print`, with a line of progress, until they end or the limit is reached; *more says whether rows were
 * left out for it. The filter's limit is to be one more than the listing's. */
typedef bool listing_take(void *context, const struct query_row *row, struct error *error);
bool listing_walk(const struct listing *listing, const char *what, struct query_cursor *cursor, listing_take *take,
                  void *context, bool *more, struct error *error);
/* The closing remark of a table, or the failure's message; the exit status. */
int listing_close(const struct listing *listing, const char *what, size_t rows, bool more, bool ok,
                  const struct error *error);

/* The whole command from here on: its exit status. `print` fills a row of `columns` or of `csv_columns` as
 * table_is_csv says. */
int listing_run(struct listing *listing, const struct command_line *line, const struct listing_plan *plan);

#endif
