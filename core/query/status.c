#include "core/query/status.h"

#include "core/query/counts.h"
#include "core/store/alerts.h"
#include "core/store/dead_letters.h"
#include "core/store/events.h"
#include "core/store/items.h"
#include "core/store/progress.h"
#include "core/store/remarks.h"
#include "core/store/reports.h"
#include "core/store/sources.h"
#include "core/store/store.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static void put_integer(struct json_writer *writer, const char *key, int64_t value)
{
    json_key(writer, key);
    json_put_integer(writer, value);
}

static void put_text(struct json_writer *writer, const char *key, const char *text)
{
    json_key(writer, key);
    json_put_text(writer, text);
}

static void put_store(struct store *store, struct json_writer *writer)
{
    struct stat status;
    json_key(writer, "store");
    json_object_open(writer);
    put_text(writer, "path", store_path(store));
    put_integer(writer, "bytes", stat(store_path(store), &status) == 0 ? (int64_t)status.st_size : 0);
    json_object_close(writer);
}

static bool put_counts(struct query *query, struct json_writer *writer, struct error *error)
{
    struct store *store = query_store(query);
    int64_t items, reports, live, alerts;
    if (!store_items_count(store, &items, error) || !store_reports_count(store, &reports, error) ||
        !query_count_live(query, &live, error) ||
        !store_count(store, "SELECT count(*) FROM alert", &alerts, error))
        return false;
    json_key(writer, "counts");
    json_object_open(writer);
    put_integer(writer, "items", items);
    put_integer(writer, "reports", reports);
    put_integer(writer, "events", live);
    put_integer(writer, "alerts", alerts);
    json_object_close(writer);
    return true;
}

static bool put_source(void *context, const struct source_row *row)
{
    struct json_writer *writer = context;
    json_object_open(writer);
    put_text(writer, "name", row->name);
    put_integer(writer, "last_fetch", row->last_fetch);
    put_integer(writer, "last_success", row->last_success);
    put_integer(writer, "next_fetch", row->next_fetch);
    put_integer(writer, "failures", row->failures);
    put_integer(writer, "fetches", row->fetches);
    put_integer(writer, "items", row->items);
    put_integer(writer, "last_item", row->last_item);
    put_integer(writer, "newest", row->newest);
    put_integer(writer, "gap", row->gaps > 0 ? row->gap_ms : -1);
    put_integer(writer, "longest_pause", row->gaps > 0 ? row->pause_ms : -1);
    put_integer(writer, "median_delay", row->delay_ms);
    put_integer(writer, "failing_since", row->failing_since);
    put_text(writer, "outage", row->outage);
    json_key(writer, "gone");
    json_put_boolean(writer, row->is_gone);
    put_text(writer, "text", row->text);
    json_object_close(writer);
    return true;
}

/* Rows of a query whose columns are named in `names`, texts or integers. */
static bool put_rows(struct store *store, struct json_writer *writer, const char *key, const char *sql,
                     const char *const *names, struct error *error)
{
    sqlite3_stmt *statement = store_statement(store, sql, error);
    bool row = statement != NULL;
    if (!row)
        return false;
    json_key(writer, key);
    json_array_open(writer);
    for (;;) {
        if (!store_step(store, statement, &row, error, "read the status"))
            return false;
        if (!row)
            break;
        json_object_open(writer);
        for (int i = 0; names[i]; i++) {
            if (sqlite3_column_type(statement, i) == SQLITE_TEXT)
                put_text(writer, names[i], store_column_text(statement, i));
            else
                put_integer(writer, names[i], sqlite3_column_int64(statement, i));
        }
        json_object_close(writer);
    }
    json_array_close(writer);
    return true;
}

/* What a processor has finished is its cursor, or what comes before its first waiting item at or below that. */
static const char processors_sql[] =
    "SELECT processor, finished, (SELECT ifnull(max(sequence),0) FROM item)-finished,"
    " (SELECT count(*) FROM pending p WHERE p.processor=c.processor),"
    " ifnull((SELECT text FROM pending p WHERE p.processor=c.processor AND text<>'' ORDER BY sequence LIMIT 1), '')"
    " FROM (SELECT processor, min(sequence, ifnull((SELECT min(p.sequence)-1 FROM pending p"
    "       WHERE p.processor=cursor.processor AND p.sequence<=cursor.sequence), sequence)) AS finished FROM cursor) c"
    " WHERE processor LIKE 'classifier.%' OR processor LIKE 'transform.%' OR processor='desk' ORDER BY processor";
static const char *const processor_names[] = {"name", "finished", "behind", "waiting", "text", NULL};

static const char watches_sql[] =
    "SELECT substr(processor, 7), (SELECT ifnull(max(sequence),0) FROM event_revision)-sequence, ifnull(a.count, 0)"
    " FROM cursor c LEFT JOIN (SELECT watch, count(*) AS count FROM alert GROUP BY watch) a"
    " ON 'watch.'||a.watch=c.processor WHERE processor LIKE 'watch.%' ORDER BY processor";
static const char *const watch_names[] = {"name", "behind", "alerts", NULL};

/* Detectors take revisions of events, as processors take items. */
static const char detectors_sql[] =
    "SELECT c.processor, (SELECT ifnull(max(sequence),0) FROM event_revision)-c.sequence,"
    " (SELECT count(*) FROM pending p WHERE p.processor=c.processor),"
    " (SELECT count(*) FROM alert a WHERE a.watch=c.processor),"
    " ifnull((SELECT text FROM pending p WHERE p.processor=c.processor AND text<>'' ORDER BY sequence LIMIT 1), '')"
    " FROM cursor c WHERE c.processor LIKE 'detector.%' ORDER BY c.processor";
static const char *const detector_names[] = {"name", "behind", "waiting", "alerts", "text", NULL};

static const char sinks_sql[] =
    "SELECT sink, sum(state=0), sum(state=1 AND carrier=0), sum(state=2 AND carrier=0), sum(state=3 AND alert<>0), ifnull(min(CASE WHEN state=0 THEN due END), 0),"
    " ifnull((SELECT text FROM delivery t WHERE t.sink=d.sink AND t.state NOT IN (1, 4) AND t.text<>'' ORDER BY sequence DESC "
    "LIMIT 1), '')"
    " FROM delivery d GROUP BY sink ORDER BY sink";
static const char *const sink_names[] = {"name", "pending", "delivered", "dead", "held", "next_due", "text", NULL};

/* Rows of one source are neighbours. */
struct uncoded {
    struct json_writer *writer;
    char source[200];
    int64_t items;
};

static void end_source(struct uncoded *uncoded)
{
    if (!*uncoded->source)
        return;
    json_object_close(uncoded->writer);
    put_integer(uncoded->writer, "items", uncoded->items);
    json_object_close(uncoded->writer);
}

static bool put_uncoded(void *context, const char *source, const char *text, int64_t count)
{
    static const char begin[] = "uncoded: ";
    struct uncoded *uncoded = context;
    if (strncmp(text, begin, sizeof begin - 1) != 0)
        return true;
    if (strcmp(source, uncoded->source) != 0) {
        end_source(uncoded);
        snprintf(uncoded->source, sizeof uncoded->source, "%s", *source ? source : "?");
        uncoded->items = 0;
        json_object_open(uncoded->writer);
        char name[sizeof uncoded->source + 8];
        snprintf(name, sizeof name, "source.%s", source);
        put_text(uncoded->writer, "name", name);
        json_key(uncoded->writer, "languages");
        json_object_open(uncoded->writer);
    }
    put_integer(uncoded->writer, text + sizeof begin - 1, count);
    uncoded->items += count;
    return true;
}

static bool put_all_uncoded(struct store *store, struct json_writer *writer, struct error *error)
{
    struct uncoded uncoded = {.writer = writer};
    json_key(writer, "uncoded");
    json_array_open(writer);
    if (!store_remarks_count(store, put_uncoded, &uncoded, error))
        return false;
    end_source(&uncoded);
    json_array_close(writer);
    return true;
}

bool query_status_sources(struct query *query, struct json_writer *writer, struct error *error)
{
    json_key(writer, "sources");
    json_array_open(writer);
    bool ok = store_sources_each(query_store(query), put_source, writer, error);
    json_array_close(writer);
    return ok;
}

bool query_status_watches(struct query *query, struct json_writer *writer, struct error *error)
{
    struct store *store = query_store(query);
    return put_rows(store, writer, "watches", watches_sql, watch_names, error) &&
           put_rows(store, writer, "detectors", detectors_sql, detector_names, error);
}

bool query_status(struct query *query, struct json_writer *writer, struct error *error)
{
    struct store *store = query_store(query);
    int64_t dead_letters;
    put_store(store, writer);
    if (!put_counts(query, writer, error))
        return false;
    if (!query_status_sources(query, writer, error) ||
        !put_rows(store, writer, "processors", processors_sql, processor_names, error) ||
        !query_status_watches(query, writer, error) ||
        !put_rows(store, writer, "sinks", sinks_sql, sink_names, error) ||
        !put_all_uncoded(store, writer, error) || !store_dead_letters_count(store, &dead_letters, error))
        return false;
    put_integer(writer, "dead_letters", dead_letters);
    return true;
}
