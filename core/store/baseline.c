#include "core/store/baseline.h"

#include "core/store/store.h"
#include "lib/base/calendar.h"

#include <stdlib.h>
#include <string.h>

#define TABLES                                                                                                         \
    "CREATE TABLE item_day("                                                                                           \
    " source TEXT NOT NULL,"                                                                                           \
    " day INTEGER NOT NULL,"                                                                                           \
    " items INTEGER NOT NULL,"                                                                                         \
    " PRIMARY KEY(source, day)) WITHOUT ROWID;"                                                                        \
    "CREATE TABLE known_dyad("                                                                                         \
    " left TEXT NOT NULL,"                                                                                             \
    " right TEXT NOT NULL,"                                                                                            \
    " type TEXT NOT NULL,"                                                                                             \
    " first INTEGER,"                                                                                                  \
    " last INTEGER,"                                                                                                   \
    " PRIMARY KEY(left, right, type)) WITHOUT ROWID;"

/* The day of an item's row: as floor division does for times before 1970. */
#define DAY_OF_ITEM                                                                                                    \
    "(CASE WHEN published IS NULL OR published>fetched THEN fetched ELSE published END"                                \
    "-((CASE WHEN published IS NULL OR published>fetched THEN fetched ELSE published END%86400000)+86400000)%86400000)" \
    "/86400000"

const char store_baseline_schema[] = TABLES;
const char store_baseline_migration[] =
    TABLES "INSERT INTO item_day(source, day, items) SELECT source, " DAY_OF_ITEM ", count(*) FROM item"
           " WHERE version=1 AND made_by='' AND source<>'' AND fetched IS NOT NULL GROUP BY 1, 2;"
           "INSERT INTO item_day(source, day, items) SELECT '', day, sum(items) FROM item_day GROUP BY day";

static const int64_t day_ms = 86400000;

static int64_t day_of(int64_t time)
{
    int64_t rest = (time % day_ms + day_ms) % day_ms;
    return (time - rest) / day_ms;
}

/* ---- items ---- */

static bool count_item(struct store *store, const char *source, int64_t day, struct error *error)
{
    sqlite3_stmt *statement = store_statement(store,
                                              "INSERT INTO item_day(source, day, items) VALUES(?1, ?2, 1)"
                                              " ON CONFLICT(source, day) DO UPDATE SET items=items+1",
                                              error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, source);
    sqlite3_bind_int64(statement, 2, day);
    return store_run(store, statement, error, "count an item");
}

bool store_item_day_add(struct store *store, const char *source, int64_t published, int64_t fetched, struct error *error)
{
    bool has_time = published != INT64_MIN && published <= fetched;
    int64_t day = day_of(has_time ? published : fetched);
    return (!*source || count_item(store, source, day, error)) && count_item(store, "", day, error);
}

bool store_item_days(struct store *store, const char *source, int64_t from, int64_t to,
                     store_item_day_callback *callback, void *context, struct error *error)
{
    bool row, more = true;
    sqlite3_stmt *statement = store_statement(
        store, "SELECT day, items FROM item_day WHERE source=?1 AND day>=?2 AND day<=?3 ORDER BY day", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, source);
    sqlite3_bind_int64(statement, 2, from);
    sqlite3_bind_int64(statement, 3, to);
    while (more) {
        if (!store_step(store, statement, &row, error, "count items"))
            return false;
        if (!row)
            return true;
        more = callback(context, sqlite3_column_int64(statement, 0), sqlite3_column_int64(statement, 1));
    }
    store_done(statement);
    return true;
}

/* ---- known dyads ---- */

static void bind_day(sqlite3_stmt *statement, int index, int64_t day)
{
    if (day != INT64_MIN)
        sqlite3_bind_int64(statement, index, day);
}

bool store_known_dyad_put(struct store *store, const struct known_dyad *dyad, struct error *error)
{
    bool in_order = strcmp(dyad->left, dyad->right) <= 0;
    sqlite3_stmt *statement =
        store_statement(store,
                        "INSERT INTO known_dyad(left, right, type, first, last) VALUES(?1, ?2, ?3, ?4, ?5)"
                        " ON CONFLICT(left, right, type) DO UPDATE SET"
                        " first=CASE WHEN first IS NULL OR excluded.first IS NULL THEN NULL ELSE min(first, excluded.first) END,"
                        " last=CASE WHEN last IS NULL OR excluded.last IS NULL THEN NULL ELSE max(last, excluded.last) END",
                        error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, in_order ? dyad->left : dyad->right);
    store_bind_text(statement, 2, in_order ? dyad->right : dyad->left);
    store_bind_text(statement, 3, dyad->type);
    bind_day(statement, 4, dyad->first);
    bind_day(statement, 5, dyad->last);
    return store_run(store, statement, error, "keep a known pair");
}

bool store_known_dyad_find(struct store *store, const char *left, const char *right, const char *type, int64_t before,
                           int64_t *last, bool *found, struct error *error)
{
    bool row, in_order = strcmp(left, right) <= 0;
    *found = false;
    *last = INT64_MIN;
    /* A row of no stated type speaks of the two, and not of a type. */
    sqlite3_stmt *statement = store_statement(store,
                                              "SELECT count(*), max(min(coalesce(last, 9223372036854775807), ?4-1)),"
                                              " count(*)=count(last) FROM known_dyad WHERE left=?1 AND right=?2"
                                              " AND (?3 IS NULL OR type=?3) AND (first IS NULL OR first<?4)",
                                              error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, in_order ? left : right);
    store_bind_text(statement, 2, in_order ? right : left);
    store_bind_text(statement, 3, type);
    sqlite3_bind_int64(statement, 4, before);
    if (!store_step(store, statement, &row, error, "look up a known pair"))
        return false;
    if (row && sqlite3_column_int64(statement, 0) > 0) {
        *found = true;
        *last = sqlite3_column_int(statement, 2) ? sqlite3_column_int64(statement, 1) : INT64_MAX;
    }
    store_done(statement);
    return true;
}

bool store_known_dyads_count(struct store *store, int64_t *count, struct error *error)
{
    return store_count(store, "SELECT count(*) FROM known_dyad", count, error);
}

/* ---- events of two parties ---- */

enum { PROBE_MAX = 2000 };

/* How many events the party takes part in, as far as PROBE_MAX. */
static bool probe(struct store *store, const char *actor, int64_t *events, struct error *error)
{
    bool row;
    sqlite3_stmt *statement = store_statement(
        store, "SELECT count(*) FROM (SELECT 1 FROM event_actor WHERE actor=?1 LIMIT ?2)", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, actor);
    sqlite3_bind_int(statement, 2, PROBE_MAX);
    if (!store_step(store, statement, &row, error, "look up a party"))
        return false;
    *events = row ? sqlite3_column_int64(statement, 0) : 0;
    store_done(statement);
    return true;
}

/* When the event of the row was; INT64_MAX where that is not known. */
static int64_t time_of_row(sqlite3_stmt *statement)
{
    int64_t time;
    bool is_background = sqlite3_column_int(statement, 2) != 0;
    if (!is_background)
        return sqlite3_column_int64(statement, 1);
    for (int column = 3; column <= 4; column++) {
        const char *date = store_column_text(statement, column);
        if (*date && calendar_parse(date, strlen(date), &time, NULL))
            return time;
    }
    return INT64_MAX;
}

static bool row_counts(sqlite3_stmt *statement, const struct dyad_question *question, int64_t *time)
{
    *time = time_of_row(statement);
    if (*time == INT64_MAX || question->is_ever)
        return true;
    /* Of an event that went on being told of, the last word counts. */
    return *time >= question->from;
}

bool store_dyad_seen(struct store *store, const struct dyad_question *question, bool *seen, int64_t *time,
                     struct error *error)
{
    int64_t left, right;
    bool row;
    *seen = false;
    if (!probe(store, question->left, &left, error) || !probe(store, question->right, &right, error))
        return false;
    sqlite3_stmt *statement =
        store_statement(store,
                        "SELECT e.first_seen, e.last_seen, coalesce(e.scope='background', 0), e.date_end, e.date_start"
                        " FROM event_actor a CROSS JOIN event_actor b ON b.actor=?2 AND b.event=a.event"
                        " CROSS JOIN event e ON e.sequence=a.event WHERE a.actor=?1 AND a.role<>'observer'"
                        " AND b.role<>'observer' AND e.state=0 AND e.id<>?3 AND (?4 IS NULL OR e.type=?4)"
                        " AND coalesce(e.modality, '') NOT IN ('denied', 'hypothetical')"
                        " AND (e.first_seen<?5 OR (e.first_seen=?5 AND e.id<?3))",
                        error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, left <= right ? question->left : question->right);
    store_bind_text(statement, 2, left <= right ? question->right : question->left);
    store_bind_text(statement, 3, question->event ? question->event : "");
    store_bind_text(statement, 4, question->type);
    sqlite3_bind_int64(statement, 5, question->before);
    while (!*seen) {
        if (!store_step(store, statement, &row, error, "look for events of two parties"))
            return false;
        if (!row)
            return true;
        *seen = row_counts(statement, question, time);
        if (*seen && *time > question->before && *time != INT64_MAX)
            *time = sqlite3_column_int64(statement, 0);
    }
    store_done(statement);
    return true;
}
