#include "core/store/items.h"

#include "core/store/baseline.h"
#include "core/store/identity.h"
#include "core/store/same_item.h"
#include "core/store/store.h"

#include <stdlib.h>
#include <string.h>

/* Sequences are SQLite's row numbers: greatest so far and one, so they grow in commit order. */
const char store_items_schema[] = "CREATE TABLE item("
                                  " sequence INTEGER PRIMARY KEY,"
                                  " id TEXT NOT NULL,"
                                  " version INTEGER NOT NULL,"
                                  " content TEXT NOT NULL,"
                                  " superseded_by INTEGER,"
                                  " source TEXT NOT NULL,"
                                  " link TEXT,"
                                  " made_by TEXT NOT NULL,"
                                  " dropped_by TEXT,"
                                  " published INTEGER,"
                                  " fetched INTEGER,"
                                  " record BLOB NOT NULL);"
                                  "CREATE UNIQUE INDEX item_id ON item(id, version);"
                                  "CREATE INDEX item_link ON item(source, link) WHERE link IS NOT NULL;"
                                  "CREATE INDEX item_content ON item(content) WHERE superseded_by IS NULL;";

/* ---- writing ---- */

/* What is stored of an item already. */
struct standing {
    int64_t sequence, version; /* of the current version; version 0 where there is none */
    int64_t unchanged;         /* sequence of the version that the new one equals; 0 for none */
};

/* Looks at the versions from the newest down to the last one of `source`: see the header for why. */
static bool find_standing(struct store *store, const char *id, const char *source, const char *content,
                          struct standing *standing, struct error *error)
{
    memset(standing, 0, sizeof *standing);
    sqlite3_stmt *statement = store_statement(
        store, "SELECT sequence, version, source, content FROM item WHERE id=?1 ORDER BY version DESC", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, id);
    bool row, own = false;
    while (!own) {
        if (!store_step(store, statement, &row, error, "look for an item"))
            return false;
        if (!row)
            return true;
        own = strcmp(store_column_text(statement, 2), source) == 0;
        if (!standing->version) {
            standing->sequence = sqlite3_column_int64(statement, 0);
            standing->version = sqlite3_column_int64(statement, 1);
        } else if (!own) {
            continue;
        }
        bool same = strcmp(store_column_text(statement, 3), content) == 0;
        if (own)
            standing->unchanged = same ? sqlite3_column_int64(statement, 0) : 0;
        else if (same)
            standing->unchanged = sqlite3_column_int64(statement, 0);
    }
    store_done(statement);
    return true;
}

static struct ent_record *with_version(struct ent_record *record, const char *id, int64_t version, struct error *error)
{
    static const unsigned except[] = {ENT_ITEM_ID, ENT_ITEM_VERSION, 0};
    if (record_int(record->view, ENT_ITEM_VERSION, 0) == version && !strcmp(record_text(record->view, ENT_ITEM_ID), id))
        return record_hold(record);
    struct ent_builder *builder = record_build(ENT_ITEM);
    if (!builder) {
        error_set(error, ERROR_MEMORY, "no memory for a version of an item");
        return NULL;
    }
    record_put_all(builder, record->view, except);
    record_put_text(builder, ENT_ITEM_ID, id);
    record_put_int(builder, ENT_ITEM_VERSION, version);
    return record_seal(builder, error);
}

static void bind_time(sqlite3_stmt *statement, int index, struct record_view record, unsigned field)
{
    int64_t time;
    if (record_get_int(record, field, 0, &time))
        sqlite3_bind_int64(statement, index, time);
}

static bool insert_item(struct store *store, struct record_view record, int64_t version, const char *content,
                        const char *made_by, const char *link, int64_t *sequence, struct error *error)
{
    sqlite3_stmt *statement =
        store_statement(store,
                        "INSERT INTO item(id, version, content, source, made_by, published, fetched, record, link)"
                        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                        error);
    if (!statement)
        return false;
    const char *source = record_text(record, ENT_ITEM_SOURCE);
    store_bind_text(statement, 1, record_text(record, ENT_ITEM_ID));
    sqlite3_bind_int64(statement, 2, version);
    store_bind_text(statement, 3, content);
    store_bind_text(statement, 4, source ? source : "");
    store_bind_text(statement, 5, made_by);
    bind_time(statement, 6, record, ENT_ITEM_PUBLISHED);
    bind_time(statement, 7, record, ENT_ITEM_FETCHED);
    store_bind_record(statement, 8, record);
    store_bind_text(statement, 9, *link ? link : NULL);
    if (!store_run(store, statement, error, "store an item"))
        return false;
    *sequence = sqlite3_last_insert_rowid(store_database(store));
    return true;
}

static bool supersede(struct store *store, int64_t older, int64_t newer, struct error *error)
{
    sqlite3_stmt *statement = store_statement(store, "UPDATE item SET superseded_by=?2 WHERE sequence=?1", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, older);
    sqlite3_bind_int64(statement, 2, newer);
    return store_run(store, statement, error, "mark an older version of an item");
}

bool store_item_put(struct store *store, struct ent_record *record, const char *content, const char *made_by,
                    const struct same_items *beside, int64_t *sequence, struct ent_record **stored, enum item_change *change, struct error *error)
{
    char own_content[DIGEST_HEX_SIZE], link[DIGEST_HEX_SIZE] = "", known[DIGEST_HEX_SIZE];
    struct standing standing;
    const char *id = record_text(record->view, ENT_ITEM_ID);
    const char *source = record_text(record->view, ENT_ITEM_SOURCE);
    if (stored)
        *stored = NULL;
    if (!id)
        return error_set(error, ERROR_INPUT, "an item without an id cannot be stored");
    if (!content) {
        item_content(own_content, record->view);
        content = own_content;
    }
    if (!find_standing(store, id, source ? source : "", content, &standing, error))
        return false;
    if (!*made_by)
        item_link(link, record->view);
    if (!*made_by && !standing.version) {
        if (!store_item_resolve(store, record->view, link, content, beside, known, error))
            return false;
        if (strcmp(known, id) != 0 && !find_standing(store, known, source ? source : "", content, &standing, error))
            return false;
        id = known;
    }
    if (standing.unchanged) {
        *sequence = standing.unchanged;
        *change = ITEM_UNCHANGED;
        return true;
    }
    struct ent_record *version = with_version(record, id, standing.version + 1, error);
    if (!version)
        return false;
    bool ok = insert_item(store, version->view, standing.version + 1, content, made_by, link, sequence, error) &&
              (!standing.version || supersede(store, standing.sequence, *sequence, error));
    *change = standing.version ? ITEM_NEW_VERSION : ITEM_NEW;
    if (ok && *change == ITEM_NEW && !*made_by)
        ok = store_item_day_add(store, source ? source : "", record_int(record->view, ENT_ITEM_PUBLISHED, INT64_MIN),
                                record_int(record->view, ENT_ITEM_FETCHED, 0), error);
    if (ok && stored)
        *stored = version;
    else
        record_release(version);
    return ok;
}

bool store_item_drop(struct store *store, int64_t sequence, const char *transform, struct error *error)
{
    sqlite3_stmt *statement = store_statement(store, "UPDATE item SET dropped_by=?2 WHERE sequence=?1", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, sequence);
    store_bind_text(statement, 2, transform);
    return store_run(store, statement, error, "mark an item as dropped");
}

/* ---- reading ---- */

#define ITEM_COLUMNS "SELECT sequence, id, version, superseded_by, made_by, dropped_by, record, content FROM item "

/* The hash is that of the whole item; what has no body and another hash had one. */
static bool is_pruned(struct record_view item, const char *content)
{
    char now[DIGEST_HEX_SIZE];
    if (record_count(item, ENT_ITEM_BODY))
        return false;
    item_content(now, item);
    return strcmp(now, content) != 0;
}

/* Steps over the rows of a statement on ITEM_COLUMNS; *seen counts them. */
static bool each_row(struct store *store, sqlite3_stmt *statement, store_item_callback *callback, void *context,
                     size_t *seen, struct error *error)
{
    bool row;
    *seen = 0;
    for (;;) {
        if (!store_step(store, statement, &row, error, "read items"))
            return false;
        if (!row)
            return true;
        struct ent_record *record = store_column_record(store, statement, 6, error);
        if (!record) {
            store_done(statement);
            return false;
        }
        ++*seen;
        struct item_row item = {.sequence = sqlite3_column_int64(statement, 0),
                                .id = store_column_text(statement, 1),
                                .version = sqlite3_column_int64(statement, 2),
                                .current = sqlite3_column_type(statement, 3) == SQLITE_NULL,
                                .made_by = store_column_text(statement, 4),
                                .dropped_by = store_column_text(statement, 5),
                                .is_pruned = is_pruned(record->view, store_column_text(statement, 7)),
                                .record = record->view};
        bool more = callback(context, &item);
        record_release(record);
        if (!more) {
            store_done(statement);
            return true;
        }
    }
}

bool store_items_each(struct store *store, int64_t after, size_t limit, store_item_callback *callback, void *context,
                      struct error *error)
{
    size_t seen;
    sqlite3_stmt *statement =
        store_statement(store, ITEM_COLUMNS "WHERE sequence>?1 ORDER BY sequence LIMIT ?2", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, after);
    sqlite3_bind_int64(statement, 2, limit ? (int64_t)limit : -1);
    return each_row(store, statement, callback, context, &seen, error);
}

bool store_item_at(struct store *store, int64_t sequence, store_item_callback *callback, void *context,
                   struct error *error)
{
    size_t seen;
    sqlite3_stmt *statement = store_statement(store, ITEM_COLUMNS "WHERE sequence=?1", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, sequence);
    if (!each_row(store, statement, callback, context, &seen, error))
        return false;
    return seen > 0 || error_set(error, ERROR_MISSING, "there is no item with the number %lld", (long long)sequence);
}

enum { ID_PREFIX_MIN = 6 };

/* The one id that begins with `prefix`, into `id`. */
static bool complete_id(struct store *store, const char *prefix, char id[DIGEST_HEX_SIZE], struct error *error)
{
    /* Ids are hex digits, so 'g' sorts after all that begin with the prefix. */
    sqlite3_stmt *statement =
        store_statement(store, "SELECT DISTINCT id FROM item WHERE id>=?1 AND id<?1||'g' LIMIT 2", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, prefix);
    int found = 0;
    bool row;
    for (;;) {
        if (!store_step(store, statement, &row, error, "look for an item"))
            return false;
        if (!row)
            break;
        const char *text = store_column_text(statement, 0);
        if (found++ == 0) {
            size_t size = strnlen(text, DIGEST_HEX_SIZE - 1);
            memcpy(id, text, size);
            id[size] = '\0';
        }
    }
    if (found == 0)
        return error_set(error, ERROR_MISSING, "there is no item whose id begins with %s", prefix);
    return found == 1 || error_set(error, ERROR_INPUT, "several items' ids begin with %s; give more digits", prefix);
}

bool store_item_find(struct store *store, const char *id, store_item_callback *callback, void *context,
                     struct error *error)
{
    size_t seen;
    char whole[DIGEST_HEX_SIZE];
    if (strlen(id) < ID_PREFIX_MIN)
        return error_set(error, ERROR_INPUT, "%s is too short for an item's id; give at least %d digits", id,
                         ID_PREFIX_MIN);
    if (!complete_id(store, id, whole, error))
        return false;
    sqlite3_stmt *statement = store_statement(store, ITEM_COLUMNS "WHERE id=?1 ORDER BY version DESC", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, whole);
    return each_row(store, statement, callback, context, &seen, error);
}

int64_t store_item_last(struct store *store, struct error *error)
{
    int64_t last;
    return store_count(store, "SELECT max(sequence) FROM item", &last, error) ? last : -1;
}

bool store_items_count(struct store *store, int64_t *count, struct error *error)
{
    return store_count(store, "SELECT count(*) FROM item WHERE superseded_by IS NULL", count, error);
}
