#include "core/store/retention.h"

#include "core/store/progress.h"
#include "core/store/store.h"
#include "lib/record/record.h"

#include <stdio.h>
#include <string.h>

#define CURSOR_ITEMS "retention.items"
#define CURSOR_DELIVERIES "retention.deliveries"

/* ---- items ---- */

/* The slowest of those that still need bodies; *last stays where nobody does. */
static bool find_slowest(struct store *store, int64_t *last, char held_by[200], struct error *error)
{
    char names[64][200];
    size_t count = 0;
    bool row;
    sqlite3_stmt *statement = store_statement(store,
                                              "SELECT processor FROM cursor WHERE processor LIKE 'classifier.%'"
                                              " OR processor LIKE 'transform.%' OR processor='desk' LIMIT 64",
                                              error);
    if (!statement)
        return false;
    for (;;) {
        if (!store_step(store, statement, &row, error, "look for the slowest cursor"))
            return false;
        if (!row)
            break;
        snprintf(names[count++], sizeof names[0], "%s", store_column_text(statement, 0));
    }
    for (size_t i = 0; i < count; i++) {
        int64_t finished;
        if (!store_progress(store, names[i], &finished, error))
            return false;
        if (finished < *last) {
            *last = finished;
            memcpy(held_by, names[i], sizeof names[i]);
        }
    }
    return true;
}

static bool write_without_body(struct store *store, int64_t sequence, struct record_view item, struct error *error)
{
    static const unsigned except[] = {ENT_ITEM_BODY, 0};
    struct ent_builder *builder = record_build(ENT_ITEM);
    if (!builder)
        return error_set(error, ERROR_MEMORY, "out of memory for an item without its body");
    record_put_all(builder, item, except);
    struct ent_record *record = record_seal(builder, error);
    sqlite3_stmt *statement =
        record ? store_statement(store, "UPDATE item SET record=?2 WHERE sequence=?1", error) : NULL;
    bool ok = statement != NULL;
    if (ok) {
        sqlite3_bind_int64(statement, 1, sequence);
        store_bind_record(statement, 2, record->view);
        ok = store_run(store, statement, error, "let go of an item's body");
    }
    record_release(record);
    return ok;
}

/* A dead letter of it is settled: without its body nobody can try it again. */
static bool drop_letter_of(struct store *store, int64_t sequence, struct error *error)
{
    sqlite3_stmt *statement = store_statement(store, "DELETE FROM dead_letter WHERE kind=1 AND sequence=?1", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, sequence);
    return store_run(store, statement, error, "drop the dead letter of an item");
}

static bool let_item_go(struct store *store, int64_t sequence, struct record_view item,
                        struct retention_counts *counts, struct error *error)
{
    const char *body = record_text(item, ENT_ITEM_BODY);
    if (!body)
        return true;
    counts->items++;
    counts->bytes += (int64_t)strlen(body);
    if (!write_without_body(store, sequence, item, error) || !drop_letter_of(store, sequence, error))
        return false;
    counts->dead_letters += sqlite3_changes(store_database(store));
    return true;
}

/* The item at `sequence` or the first after it; *found false where there is none up to `last`, or it is too young. */
static bool next_item(struct store *store, int64_t *sequence, int64_t last, int64_t before, struct ent_record **item,
                      bool *found, struct error *error)
{
    sqlite3_stmt *statement = store_statement(
        store, "SELECT sequence, fetched, record FROM item WHERE sequence>?1 AND sequence<=?2 ORDER BY sequence LIMIT 1",
        error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, *sequence);
    sqlite3_bind_int64(statement, 2, last);
    if (!store_step(store, statement, found, error, "look for old items"))
        return false;
    if (!*found)
        return true;
    *found = sqlite3_column_int64(statement, 1) < before;
    *sequence = sqlite3_column_int64(statement, 0);
    *item = *found ? store_column_record(store, statement, 2, error) : NULL;
    store_done(statement);
    return !*found || *item;
}

/* Items come in order of their fetch, so the first that is too young ends the search. */
static bool run_items(struct store *store, int64_t before, struct retention_counts *counts, struct error *error)
{
    int64_t done, last = INT64_MAX, at;
    bool known, found = true;
    char held_by[200] = "";
    if (!store_cursor(store, CURSOR_ITEMS, &done, &known, error) || !find_slowest(store, &last, held_by, error))
        return false;
    at = done;
    for (int i = 0; found && i < RETENTION_ROWS; i++) {
        struct ent_record *item = NULL;
        bool ok = next_item(store, &at, last, before, &item, &found, error);
        ok = ok && (!found || let_item_go(store, at, item->view, counts, error));
        record_release(item);
        if (!ok)
            return false;
        done = found ? at : done;
    }
    counts->has_more |= found;
    struct ent_record *held = NULL;
    if (!found && last != INT64_MAX) { /* is there an old one behind the slowest? */
        at = last;
        if (!next_item(store, &at, INT64_MAX, before, &held, &found, error))
            return false;
        record_release(held);
        snprintf(counts->held_by, sizeof counts->held_by, "%s", found ? held_by : "");
        counts->held_at = last;
    }
    return store_cursor_put(store, CURSOR_ITEMS, done, error);
}

/* ---- dead letters and deliveries ---- */

static bool run_dead_letters(struct store *store, int64_t before, struct retention_counts *counts, struct error *error)
{
    sqlite3_stmt *statement = store_statement(
        store, "DELETE FROM dead_letter WHERE id IN (SELECT id FROM dead_letter WHERE at<?1 ORDER BY id LIMIT ?2)", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, before);
    sqlite3_bind_int(statement, 2, RETENTION_ROWS);
    if (!store_run(store, statement, error, "drop old dead letters"))
        return false;
    int changes = sqlite3_changes(store_database(store));
    counts->dead_letters += changes;
    counts->has_more |= changes == RETENTION_ROWS;
    return true;
}

static bool drop_attempts(struct store *store, int64_t delivery, struct retention_counts *counts, struct error *error)
{
    sqlite3_stmt *statement = store_statement(store, "DELETE FROM delivery_attempt WHERE delivery=?1", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, delivery);
    if (!store_run(store, statement, error, "drop the log of an old delivery"))
        return false;
    counts->attempts += sqlite3_changes(store_database(store));
    return true;
}

/* One that is not settled, or not long ago, ends the search: it and those behind it are looked at again. */
static bool run_deliveries(struct store *store, int64_t before, struct retention_counts *counts, struct error *error)
{
    int64_t sequences[RETENTION_ROWS], done;
    size_t count = 0;
    bool known, row, is_old = true;
    if (!store_cursor(store, CURSOR_DELIVERIES, &done, &known, error))
        return false;
    sqlite3_stmt *statement =
        store_statement(store,
                        "SELECT sequence, state IN (1, 2, 4) AND ifnull(settled, ?2)<?2 FROM delivery WHERE sequence>?1"
                        " ORDER BY sequence LIMIT ?3",
                        error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, done);
    sqlite3_bind_int64(statement, 2, before);
    sqlite3_bind_int(statement, 3, RETENTION_ROWS);
    while (is_old) {
        if (!store_step(store, statement, &row, error, "look for old deliveries"))
            return false;
        if (!row)
            break;
        is_old = sqlite3_column_int(statement, 1) != 0;
        if (is_old)
            sequences[count++] = sqlite3_column_int64(statement, 0);
    }
    store_done(statement);
    for (size_t i = 0; i < count; i++)
        if (!drop_attempts(store, sequences[i], counts, error))
            return false;
    counts->has_more |= count == RETENTION_ROWS;
    return count == 0 || store_cursor_put(store, CURSOR_DELIVERIES, sequences[count - 1], error);
}

bool store_retention_run(struct store *store, const struct retention_limits *limits, struct retention_counts *counts,
                         struct error *error)
{
    counts->has_more = false;
    return (limits->items == INT64_MIN || run_items(store, limits->items, counts, error)) &&
           (limits->dead_letters == INT64_MIN || run_dead_letters(store, limits->dead_letters, counts, error)) &&
           (limits->deliveries == INT64_MIN || run_deliveries(store, limits->deliveries, counts, error));
}
