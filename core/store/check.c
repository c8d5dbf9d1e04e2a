#include "core/store/check.h"

#include "core/store/store.h"
#include "lib/record/record.h"

#include <stdio.h>
#include <string.h>

enum { LISTED_MAX = 5, PROBLEMS_MAX = 200 };

struct checking {
    struct store *store;
    store_check_callback *callback;
    store_check_progress *progress;
    void *context;
    struct store_check_counts *counts;
};

static void tell(struct checking *checking, const char *problem)
{
    checking->counts->problems++;
    if (checking->counts->problems <= PROBLEMS_MAX)
        checking->callback(checking->context, problem);
}

/* ---- SQLite's own ---- */

static bool check_pages(struct checking *checking, struct error *error)
{
    bool row;
    sqlite3_stmt *statement = store_statement(checking->store, "PRAGMA integrity_check(100)", error);
    if (!statement)
        return false;
    checking->progress(checking->context, "pages and indexes", 0, 0);
    for (;;) {
        if (!store_step(checking->store, statement, &row, error, "check the store"))
            return false;
        if (!row)
            return true;
        char text[600];
        const char *problem = store_column_text(statement, 0);
        if (strcmp(problem, "ok") == 0)
            continue;
        snprintf(text, sizeof text,
                 "the file is damaged: %.400s. Restore a backup, or save what is left with `sqlite3 FILE .recover`", problem);
        tell(checking, text);
    }
}

/* ---- our own ---- */

/* Each finds rows that should not be; the first column names them. */
static const struct invariant {
    const char *what, *sql, *advice;
} invariants[] = {
    {"events whose last revision is not there",
     "SELECT e.id FROM event e LEFT JOIN event_revision r ON r.sequence=e.last_revision"
     " WHERE r.sequence IS NULL OR r.event<>e.sequence OR r.revision<>e.revision",
     "restore a backup"},
    {"events whose last revision is not their newest",
     "SELECT e.id FROM event e WHERE e.revision<>(SELECT max(revision) FROM event_revision r WHERE r.event=e.sequence)",
     "restore a backup"},
    {"revisions without an event",
     "SELECT r.sequence FROM event_revision r WHERE NOT EXISTS (SELECT 1 FROM event e WHERE e.sequence=r.event)",
     "restore a backup"},
    {"merged events whose target is not there",
     "SELECT e.id FROM event e WHERE state=1 AND NOT EXISTS (SELECT 1 FROM event t WHERE t.id=e.target)",
     "restore a backup"},
    {"merged events that lead in a circle",
     "SELECT e.id FROM event e WHERE state=1 AND (WITH RECURSIVE way(id, depth) AS (SELECT e.target, 1 UNION ALL"
     " SELECT t.target, depth+1 FROM way JOIN event t ON t.id=way.id AND t.state=1 WHERE depth<70)"
     " SELECT max(depth) FROM way)>=70",
     "restore a backup"},
    {"parties of events that are not there",
     "SELECT a.event FROM event_actor a WHERE NOT EXISTS (SELECT 1 FROM event e WHERE e.sequence=a.event)",
     "restore a backup"},
    {"reports without an item",
     "SELECT r.id FROM report r WHERE NOT EXISTS (SELECT 1 FROM item i WHERE i.sequence=r.item)", "restore a backup"},
    {"items that are superseded by none",
     "SELECT i.id FROM item i WHERE superseded_by IS NOT NULL AND NOT EXISTS (SELECT 1 FROM item n"
     " WHERE n.sequence=i.superseded_by AND n.id=i.id AND n.version>i.version)",
     "restore a backup"},
    {"items that have two current versions",
     "SELECT id FROM item WHERE superseded_by IS NULL GROUP BY id HAVING count(*)>1", "restore a backup"},
    {"items that the desk placed in an event that is not there",
     "SELECT d.item FROM desk_report d WHERE NOT EXISTS (SELECT 1 FROM event e WHERE e.id=d.event)"
     " AND d.root=d.sequence",
     "restore a backup"},
    {"alerts of events that are not there",
     "SELECT a.id FROM alert a WHERE a.event<>'' AND NOT EXISTS (SELECT 1 FROM event e WHERE e.id=a.event)"
     " AND a.event NOT LIKE 'source.%'",
     "restore a backup"},
    {"deliveries of alerts that are not there",
     "SELECT d.id FROM delivery d WHERE d.alert<>0 AND NOT EXISTS (SELECT 1 FROM alert a WHERE a.sequence=d.alert)",
     "restore a backup"},
    {"deliveries that are carried by none",
     "SELECT d.id FROM delivery d WHERE d.carrier<>0 AND NOT EXISTS (SELECT 1 FROM delivery c WHERE c.sequence=d.carrier)",
     "restore a backup"},
    {"processors that have taken items which are not there",
     "SELECT processor FROM cursor WHERE (processor LIKE 'classifier.%' OR processor LIKE 'transform.%' OR processor='desk')"
     " AND sequence>(SELECT ifnull(max(sequence), 0) FROM item)",
     "restore a backup: it would pass over as many new items"},
    {"watches that have looked at revisions which are not there",
     "SELECT processor FROM cursor WHERE processor LIKE 'watch.%'"
     " AND sequence>(SELECT ifnull(max(sequence), 0) FROM event_revision)",
     "restore a backup: they would pass over as many new revisions"},
    {"stale marks of events that are not there",
     "SELECT event FROM event_stale WHERE NOT EXISTS (SELECT 1 FROM event e WHERE e.sequence=event)",
     "run 'entente store vacuum --columns'"},
};

static bool check_invariant(struct checking *checking, const struct invariant *invariant, struct error *error)
{
    char listed[400] = "", text[1000];
    int64_t count = 0;
    bool row;
    sqlite3_stmt *statement = store_statement(checking->store, invariant->sql, error);
    if (!statement)
        return false;
    for (;;) {
        if (!store_step(checking->store, statement, &row, error, "check the store"))
            return false;
        if (!row)
            break;
        size_t used = strlen(listed);
        if (count < LISTED_MAX)
            snprintf(listed + used, sizeof listed - used, "%s%.60s", used ? ", " : "", store_column_text(statement, 0));
        count++;
    }
    if (count == 0)
        return true;
    snprintf(text, sizeof text, "%lld %s: %s%s. What to do: %s", (long long)count, invariant->what, listed,
             count > LISTED_MAX ? ", …" : "", invariant->advice);
    tell(checking, text);
    return true;
}

/* ---- records ---- */

static const struct {
    const char *what, *all, *sql;
    unsigned kind;
} record_tables[] = {
    {"items", "SELECT count(*) FROM item", "SELECT sequence, record FROM item", ENT_ITEM},
    {"reports", "SELECT count(*) FROM report", "SELECT sequence, record FROM report", ENT_REPORT},
    {"revisions of events", "SELECT count(*) FROM event_revision", "SELECT sequence, record FROM event_revision", ENT_EVENT},
    {"alerts", "SELECT count(*) FROM alert", "SELECT sequence, record FROM alert", ENT_ALERT},
};

static bool check_records(struct checking *checking, size_t table, struct error *error)
{
    enum { TELL_EACH = 1000 };
    int64_t all, done = 0, first = 0, count = 0;
    bool row;
    char text[600], why[300] = "";
    if (!store_count(checking->store, record_tables[table].all, &all, error))
        return false;
    sqlite3_stmt *statement = store_statement(checking->store, record_tables[table].sql, error);
    if (!statement)
        return false;
    for (;;) {
        if (!store_step(checking->store, statement, &row, error, "check the records"))
            return false;
        if (!row)
            break;
        struct error wrong = ERROR_INIT;
        struct ent_record *record = store_column_record(checking->store, statement, 1, &wrong);
        if (record && record_kind(record->view) != record_tables[table].kind)
            error_set(&wrong, ERROR_INPUT, "it is of another kind");
        if (wrong.kind != ERROR_NONE && count++ == 0) {
            first = sqlite3_column_int64(statement, 0);
            snprintf(why, sizeof why, "%.290s", wrong.text);
        }
        record_release(record);
        checking->counts->records++;
        if (done++ % TELL_EACH == 0)
            checking->progress(checking->context, record_tables[table].what, done, all);
    }
    if (count == 0)
        return true;
    snprintf(text, sizeof text, "%lld %s cannot be read, the first is number %lld: %s. What to do: restore a backup",
             (long long)count, record_tables[table].what, (long long)first, why);
    tell(checking, text);
    return true;
}

bool store_check(struct store *store, bool records, store_check_callback *callback, store_check_progress *progress,
                 void *context, struct store_check_counts *counts, struct error *error)
{
    struct checking checking = {store, callback, progress, context, counts};
    *counts = (struct store_check_counts){0, 0};
    sqlite3_stmt *begin = store_statement(store, "BEGIN", error);
    bool ok = begin && store_run(store, begin, error, "check the store") && check_pages(&checking, error);
    /* What is damaged in itself says nothing about the rest. */
    bool is_whole = counts->problems == 0;
    for (size_t i = 0; ok && is_whole && i < sizeof invariants / sizeof *invariants; i++) {
        progress(context, invariants[i].what, 0, 0);
        ok = check_invariant(&checking, &invariants[i], error);
    }
    for (size_t i = 0; ok && is_whole && records && i < sizeof record_tables / sizeof *record_tables; i++)
        ok = check_records(&checking, i, error);
    store_rollback(store);
    return ok;
}
