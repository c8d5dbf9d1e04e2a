#include "core/store/clusters.h"

#include "core/store/store.h"

/* Ties are few, and so are strands in an event of another one. */
#define TIES                                                                                                           \
    "CREATE INDEX desk_report_strand ON desk_report(strand);"                                                          \
    "CREATE INDEX desk_report_woven ON desk_report(strand) WHERE root<>strand;"                                        \
    "CREATE INDEX desk_report_woven_into ON desk_report(root) WHERE root<>strand;"                                     \
    "CREATE INDEX desk_report_ties ON desk_report(strand) WHERE ties>0;"                                               \
    "CREATE TABLE desk_tie("                                                                                           \
    " report INTEGER NOT NULL,"                                                                                        \
    " strand INTEGER NOT NULL,"                                                                                        \
    " thin INTEGER NOT NULL,"                                                                                          \
    " tied_by TEXT NOT NULL,"                                                                                          \
    " score REAL NOT NULL,"                                                                                            \
    " PRIMARY KEY(report, strand)) WITHOUT ROWID;"                                                                     \
    "CREATE INDEX desk_tie_strand ON desk_tie(strand);"

const char store_clusters_schema[] = "CREATE TABLE desk_report("
                                     " sequence INTEGER PRIMARY KEY,"
                                     " root INTEGER NOT NULL,"
                                     " founded INTEGER NOT NULL,"
                                     " item TEXT NOT NULL,"
                                     " event TEXT NOT NULL UNIQUE,"
                                     " published INTEGER NOT NULL,"
                                     " ordinal INTEGER NOT NULL,"
                                     " fetched INTEGER NOT NULL,"
                                     " joined_by TEXT NOT NULL,"
                                     " score REAL NOT NULL,"
                                     " hand INTEGER NOT NULL DEFAULT 0,"
                                     " sketch BLOB,"
                                     " report BLOB NOT NULL,"
                                     " source BLOB NOT NULL,"
                                     " strand INTEGER NOT NULL DEFAULT 0,"
                                     " woven_by TEXT NOT NULL DEFAULT '',"
                                     " woven_score REAL NOT NULL DEFAULT 0,"
                                     " ties INTEGER NOT NULL DEFAULT 0,"
                                     " definite INTEGER NOT NULL DEFAULT 0);"
                                     "CREATE INDEX desk_report_item ON desk_report(item);"
                                     "CREATE INDEX desk_report_root ON desk_report(root);"
                                     "CREATE INDEX desk_report_hand ON desk_report(hand) WHERE hand<>0;"
                                     "CREATE TABLE desk_key("
                                     " key INTEGER NOT NULL,"
                                     " day INTEGER NOT NULL,"
                                     " report INTEGER NOT NULL,"
                                     " unpublished INTEGER NOT NULL DEFAULT 0,"
                                     " PRIMARY KEY(key, day, report)) WITHOUT ROWID;"
                                     "CREATE INDEX desk_key_unpublished ON desk_key(key) WHERE unpublished=1;"
                                     "CREATE INDEX desk_key_report ON desk_key(report);"
    TIES;

const char store_ties_migration[] = "ALTER TABLE desk_report ADD COLUMN strand INTEGER NOT NULL DEFAULT 0;"
                                    "ALTER TABLE desk_report ADD COLUMN woven_by TEXT NOT NULL DEFAULT '';"
                                    "ALTER TABLE desk_report ADD COLUMN woven_score REAL NOT NULL DEFAULT 0;"
                                    "ALTER TABLE desk_report ADD COLUMN ties INTEGER NOT NULL DEFAULT 0;"
                                    "ALTER TABLE desk_report ADD COLUMN definite INTEGER NOT NULL DEFAULT 0;"
                                    "UPDATE desk_report SET strand=root;" TIES;

#define CLUSTER_COLUMNS                                                                                                \
    "SELECT sequence, root, item, event, published, ordinal, fetched, joined_by, score, report, source, founded,"     \
    " hand, sketch, strand, woven_by, woven_score, ties, definite FROM desk_report "

static bool call_back(struct store *store, sqlite3_stmt *statement, store_cluster_callback *callback, void *context,
                      bool *more, struct error *error)
{
    struct ent_record *report = store_column_record(store, statement, 9, error);
    struct ent_record *source = report ? store_column_record(store, statement, 10, error) : NULL;
    if (source) {
        struct cluster_row row = {.row = sqlite3_column_int64(statement, 0),
                                  .root = sqlite3_column_int64(statement, 1),
                                  .founded = sqlite3_column_int(statement, 11),
                                  .item = store_column_text(statement, 2),
                                  .event = store_column_text(statement, 3),
                                  .published = sqlite3_column_int64(statement, 4),
                                  .ordinal = sqlite3_column_int64(statement, 5),
                                  .fetched = sqlite3_column_int64(statement, 6),
                                  .joined_by = store_column_text(statement, 7),
                                  .score = sqlite3_column_double(statement, 8),
                                  .hand = sqlite3_column_int64(statement, 12),
                                  .report = report->view,
                                  .source = source->view,
                                  .sketch = sqlite3_column_blob(statement, 13),
                                  .sketch_size = (size_t)sqlite3_column_bytes(statement, 13),
                                  .strand = sqlite3_column_int64(statement, 14),
                                  .woven_by = store_column_text(statement, 15),
                                  .woven_score = sqlite3_column_double(statement, 16),
                                  .ties = sqlite3_column_int64(statement, 17),
                                  .is_definite = sqlite3_column_int(statement, 18) != 0};
        *more = callback(context, &row);
    }
    record_release(report);
    record_release(source);
    return source != NULL;
}

static bool each_row(struct store *store, sqlite3_stmt *statement, store_cluster_callback *callback, void *context,
                     struct error *error)
{
    bool row, more = true, ok = true;
    while (more && ok) {
        if (!store_step(store, statement, &row, error, "read the desk's reports"))
            return false;
        if (!row)
            return true;
        ok = call_back(store, statement, callback, context, &more, error);
    }
    store_done(statement);
    return ok;
}

bool store_cluster_rows_of_item(struct store *store, const char *item, store_cluster_callback *callback, void *context,
                                struct error *error)
{
    sqlite3_stmt *statement = store_statement(store, CLUSTER_COLUMNS "WHERE item=?1 ORDER BY ordinal", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, item);
    return each_row(store, statement, callback, context, error);
}

bool store_cluster_row(struct store *store, int64_t row, store_cluster_callback *callback, void *context,
                       struct error *error)
{
    sqlite3_stmt *statement = store_statement(store, CLUSTER_COLUMNS "WHERE sequence=?1", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, row);
    return each_row(store, statement, callback, context, error);
}

bool store_cluster_put(struct store *store, const struct cluster_row *cluster, int64_t *row, struct error *error)
{
    sqlite3_stmt *statement = store_statement(
        store,
        "INSERT INTO desk_report(sequence, root, item, event, published, ordinal, fetched, joined_by, score, report,"
        " source, founded, hand, sketch, strand, woven_by, woven_score, ties, definite)"
        " VALUES(nullif(?1, 0), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)"
        " ON CONFLICT(sequence) DO UPDATE SET root=?2, item=?3, event=?4, published=?5, ordinal=?6, fetched=?7,"
        " joined_by=?8, score=?9, report=?10, source=?11, founded=?12, hand=?13, sketch=?14, strand=?15, woven_by=?16,"
        " woven_score=?17, ties=?18, definite=?19",
        error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, cluster->row);
    sqlite3_bind_int64(statement, 2, cluster->root);
    store_bind_text(statement, 3, cluster->item);
    store_bind_text(statement, 4, cluster->event);
    sqlite3_bind_int64(statement, 5, cluster->published);
    sqlite3_bind_int64(statement, 6, cluster->ordinal);
    sqlite3_bind_int64(statement, 7, cluster->fetched);
    store_bind_text(statement, 8, cluster->joined_by ? cluster->joined_by : "");
    sqlite3_bind_double(statement, 9, cluster->score);
    store_bind_record(statement, 10, cluster->report);
    store_bind_record(statement, 11, cluster->source);
    sqlite3_bind_int(statement, 12, cluster->founded);
    sqlite3_bind_int64(statement, 13, cluster->hand);
    if (cluster->sketch)
        sqlite3_bind_blob(statement, 14, cluster->sketch, (int)cluster->sketch_size, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 15, cluster->strand);
    store_bind_text(statement, 16, cluster->woven_by ? cluster->woven_by : "");
    sqlite3_bind_double(statement, 17, cluster->woven_score);
    sqlite3_bind_int64(statement, 18, cluster->ties);
    sqlite3_bind_int(statement, 19, cluster->is_definite);
    if (!store_run(store, statement, error, "store a report at the desk"))
        return false;
    *row = cluster->row ? cluster->row : sqlite3_last_insert_rowid(store_database(store));
    return true;
}

bool store_cluster_set_strand(struct store *store, int64_t row, const struct cluster_place *place, struct error *error)
{
    sqlite3_stmt *statement = store_statement(
        store,
        "UPDATE desk_report SET strand=?2, root=?2, joined_by=?3, score=?4, founded=?5, definite=?6, woven_by='',"
        " woven_score=0 WHERE sequence=?1",
        error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, row);
    sqlite3_bind_int64(statement, 2, place->strand);
    store_bind_text(statement, 3, place->joined_by ? place->joined_by : "");
    sqlite3_bind_double(statement, 4, place->score);
    sqlite3_bind_int(statement, 5, place->founded);
    sqlite3_bind_int(statement, 6, place->is_definite);
    return store_run(store, statement, error, "move a report at the desk");
}

bool store_cluster_set_root(struct store *store, int64_t row, int64_t root, const char *woven_by, double score,
                            struct error *error)
{
    sqlite3_stmt *statement = store_statement(
        store, "UPDATE desk_report SET root=?2, woven_by=?3, woven_score=?4 WHERE sequence=?1", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, row);
    sqlite3_bind_int64(statement, 2, root);
    store_bind_text(statement, 3, woven_by ? woven_by : "");
    sqlite3_bind_double(statement, 4, score);
    return store_run(store, statement, error, "move a report at the desk");
}

static bool delete_where(struct store *store, const char *sql, int64_t row, struct error *error)
{
    sqlite3_stmt *statement = store_statement(store, sql, error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, row);
    return store_run(store, statement, error, "take a report from the desk");
}

bool store_cluster_delete(struct store *store, int64_t row, struct error *error)
{
    return delete_where(store, "DELETE FROM desk_key WHERE report=?1", row, error) &&
           delete_where(store, "DELETE FROM desk_tie WHERE report=?1", row, error) &&
           delete_where(store, "DELETE FROM desk_report WHERE sequence=?1", row, error);
}

bool store_cluster_put_keys(struct store *store, int64_t row, const struct cluster_key *keys, size_t count,
                            struct error *error)
{
    if (!delete_where(store, "DELETE FROM desk_key WHERE report=?1", row, error))
        return false;
    for (size_t i = 0; i < count; i++) {
        sqlite3_stmt *statement =
            store_statement(store, "INSERT OR IGNORE INTO desk_key(key, day, report, unpublished)"
                                   " VALUES(?1, ?2, ?3, ?4)", error);
        if (!statement)
            return false;
        sqlite3_bind_int64(statement, 1, keys[i].key);
        sqlite3_bind_int64(statement, 2, keys[i].day);
        sqlite3_bind_int64(statement, 3, row);
        sqlite3_bind_int(statement, 4, !keys[i].is_published);
        if (!store_run(store, statement, error, "index a report at the desk"))
            return false;
    }
    return true;
}

static bool each_number(struct store *store, sqlite3_stmt *statement, store_cluster_number_callback *callback,
                        void *context, struct error *error)
{
    bool row, more = true;
    while (more) {
        if (!store_step(store, statement, &row, error, "look for reports of one event"))
            return false;
        if (!row)
            return true;
        more = callback(context, sqlite3_column_int64(statement, 0));
    }
    store_done(statement);
    return true;
}

bool store_cluster_key_days(struct store *store, int64_t key, int32_t from, int32_t to,
                            store_cluster_day_callback *callback, void *context, struct error *error)
{
    bool row, more = true;
    sqlite3_stmt *statement = store_statement(store,
                                              "SELECT report, day FROM desk_key WHERE key=?1 AND day BETWEEN ?2 AND ?3"
                                              " AND unpublished=0 ORDER BY day, report",
                                              error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, key);
    sqlite3_bind_int64(statement, 2, from);
    sqlite3_bind_int64(statement, 3, to);
    while (more) {
        if (!store_step(store, statement, &row, error, "look for reports of one event"))
            return false;
        if (!row)
            return true;
        more = callback(context, sqlite3_column_int64(statement, 0), sqlite3_column_int(statement, 1));
    }
    store_done(statement);
    return true;
}

bool store_cluster_key_latest(struct store *store, int64_t key, int32_t to, size_t count, int32_t *day,
                              struct error *error)
{
    bool row;
    sqlite3_stmt *statement = store_statement(store,
                                              "SELECT day FROM desk_key WHERE key=?1 AND day<=?2 AND unpublished=0"
                                              " ORDER BY day DESC LIMIT 1 OFFSET ?3",
                                              error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, key);
    sqlite3_bind_int64(statement, 2, to);
    sqlite3_bind_int64(statement, 3, (int64_t)count - 1);
    if (!store_step(store, statement, &row, error, "look for reports of one event"))
        return false;
    *day = row ? sqlite3_column_int(statement, 0) : CLUSTER_DAY_NONE;
    if (row)
        store_done(statement);
    return true;
}

bool store_cluster_key_unpublished(struct store *store, int64_t key, store_cluster_place_callback *callback,
                                   void *context, struct error *error)
{
    bool row, more = true;
    sqlite3_stmt *statement =
        store_statement(store,
                        "SELECT k.report, k.day, r.item, r.ordinal FROM desk_key k JOIN desk_report r"
                        " ON r.sequence=k.report WHERE k.key=?1 AND k.unpublished=1",
                        error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, key);
    while (more) {
        if (!store_step(store, statement, &row, error, "look for reports of one event"))
            return false;
        if (!row)
            return true;
        more = callback(context, sqlite3_column_int64(statement, 0), sqlite3_column_int(statement, 1),
                        store_column_text(statement, 2), sqlite3_column_int64(statement, 3));
    }
    store_done(statement);
    return true;
}

bool store_cluster_around(struct store *store, const struct cluster_key *key, store_cluster_number_callback *callback,
                          void *context, struct error *error)
{
    int64_t day = key->day, from = day - key->window, to = day + key->window;
    sqlite3_stmt *statement = store_statement(
        store, "SELECT report FROM desk_key WHERE key=?1 AND (day=?4 OR day BETWEEN ?2 AND ?3)", error);
    if (!statement)
        return false;
    bool is_dated = key->day != CLUSTER_DAY_NONE;
    sqlite3_bind_int64(statement, 1, key->key);
    sqlite3_bind_int64(statement, 2, is_dated ? from : INT32_MIN);
    sqlite3_bind_int64(statement, 3, is_dated ? to : INT32_MAX);
    sqlite3_bind_int64(statement, 4, CLUSTER_DAY_NONE);
    return each_number(store, statement, callback, context, error);
}

bool store_cluster_members(struct store *store, int64_t root, store_cluster_number_callback *callback, void *context,
                           struct error *error)
{
    sqlite3_stmt *statement = store_statement(store, "SELECT sequence FROM desk_report WHERE root=?1", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, root);
    return each_number(store, statement, callback, context, error);
}

static bool numbers_of(struct store *store, const char *sql, int64_t row, store_cluster_number_callback *callback,
                       void *context, struct error *error)
{
    sqlite3_stmt *statement = store_statement(store, sql, error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, row);
    return each_number(store, statement, callback, context, error);
}

bool store_cluster_with_siblings(struct store *store, int64_t root, store_cluster_number_callback *callback, void *context,
                                 struct error *error)
{
    return numbers_of(store,
                      "SELECT r.sequence FROM desk_report r WHERE r.root=?1 AND EXISTS"
                      " (SELECT 1 FROM desk_report s WHERE s.item=r.item AND s.sequence<>r.sequence)",
                      root, callback, context, error);
}

bool store_cluster_strand(struct store *store, int64_t strand, store_cluster_number_callback *callback, void *context,
                          struct error *error)
{
    return numbers_of(store, "SELECT sequence FROM desk_report WHERE strand=?1", strand, callback, context, error);
}

bool store_cluster_woven(struct store *store, int64_t strand, store_cluster_number_callback *callback, void *context,
                         struct error *error)
{
    return numbers_of(store, "SELECT sequence FROM desk_report WHERE strand=?1 AND root<>strand", strand, callback, context,
                      error);
}

bool store_cluster_woven_into(struct store *store, int64_t root, store_cluster_number_callback *callback, void *context,
                              struct error *error)
{
    return numbers_of(store, "SELECT DISTINCT strand FROM desk_report WHERE root=?1 AND root<>strand", root, callback,
                      context, error);
}

/* ---- ties ---- */

static bool put_tie(struct store *store, int64_t report, const struct cluster_tie *tie, struct error *error)
{
    sqlite3_stmt *statement = store_statement(
        store, "INSERT OR REPLACE INTO desk_tie(report, strand, thin, tied_by, score) VALUES(?1, ?2, ?3, ?4, ?5)", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, report);
    sqlite3_bind_int64(statement, 2, tie->strand);
    sqlite3_bind_int(statement, 3, (int)tie->thin);
    store_bind_text(statement, 4, tie->tied_by);
    sqlite3_bind_double(statement, 5, tie->score);
    return store_run(store, statement, error, "tie a report to another event");
}

bool store_cluster_put_ties(struct store *store, int64_t report, const struct cluster_tie *ties, size_t count,
                            struct error *error)
{
    bool ok = delete_where(store, "DELETE FROM desk_tie WHERE report=?1", report, error);
    for (size_t i = 0; ok && i < count; i++)
        ok = put_tie(store, report, &ties[i], error);
    sqlite3_stmt *statement =
        ok ? store_statement(store, "UPDATE desk_report SET ties=?2 WHERE sequence=?1", error) : NULL;
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, report);
    sqlite3_bind_int64(statement, 2, (int64_t)count);
    return store_run(store, statement, error, "tie a report to another event");
}

static bool each_tie(struct store *store, const char *sql, int64_t row, store_cluster_tie_callback *callback,
                     void *context, struct error *error)
{
    bool found, more = true;
    sqlite3_stmt *statement = store_statement(store, sql, error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, row);
    while (more) {
        if (!store_step(store, statement, &found, error, "look for what ties events"))
            return false;
        if (!found)
            return true;
        struct cluster_tie tie = {.report = sqlite3_column_int64(statement, 0),
                                  .strand = sqlite3_column_int64(statement, 1),
                                  .thin = (enum cluster_thin)sqlite3_column_int(statement, 2),
                                  .tied_by = store_column_text(statement, 3),
                                  .score = sqlite3_column_double(statement, 4)};
        more = callback(context, &tie);
    }
    store_done(statement);
    return true;
}

bool store_cluster_ties_of(struct store *store, int64_t report, store_cluster_tie_callback *callback, void *context,
                           struct error *error)
{
    return each_tie(store,
                    "SELECT report, strand, thin, tied_by, score FROM desk_tie WHERE report=?1 ORDER BY strand", report,
                    callback, context, error);
}

bool store_cluster_ties_at(struct store *store, int64_t strand, store_cluster_tie_callback *callback, void *context,
                           struct error *error)
{
    return each_tie(store,
                    "SELECT t.report, t.strand, t.thin, t.tied_by, t.score FROM desk_report r"
                    " JOIN desk_tie t ON t.report=r.sequence WHERE r.strand=?1 AND r.ties>0"
                    " UNION ALL SELECT report, strand, thin, tied_by, score FROM desk_tie WHERE strand=?1",
                    strand, callback, context, error);
}

bool store_cluster_set_hand(struct store *store, int64_t row, int64_t hand, struct error *error)
{
    sqlite3_stmt *statement = store_statement(store, "UPDATE desk_report SET hand=?2 WHERE sequence=?1", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, row);
    sqlite3_bind_int64(statement, 2, hand);
    return store_run(store, statement, error, "pin a report at the desk");
}

bool store_cluster_of_hand(struct store *store, int64_t hand, store_cluster_number_callback *callback, void *context,
                           struct error *error)
{
    sqlite3_stmt *statement =
        store_statement(store, hand ? "SELECT sequence FROM desk_report WHERE hand=?1 AND hand<>0"
                                    : "SELECT sequence FROM desk_report WHERE hand<>0",
                        error);
    if (!statement)
        return false;
    if (hand)
        sqlite3_bind_int64(statement, 1, hand);
    return each_number(store, statement, callback, context, error);
}

bool store_cluster_after(struct store *store, int64_t after, size_t limit, store_cluster_number_callback *callback,
                         void *context, struct error *error)
{
    sqlite3_stmt *statement =
        store_statement(store, "SELECT sequence FROM desk_report WHERE sequence>?1 ORDER BY sequence LIMIT ?2", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, after);
    sqlite3_bind_int64(statement, 2, (int64_t)limit);
    return each_number(store, statement, callback, context, error);
}

bool store_cluster_numbers_of_item(struct store *store, const char *item, store_cluster_number_callback *callback,
                                   void *context, struct error *error)
{
    sqlite3_stmt *statement = store_statement(store, "SELECT sequence FROM desk_report WHERE item=?1", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, item);
    return each_number(store, statement, callback, context, error);
}

bool store_cluster_find(struct store *store, const char *event, int64_t *sequence, struct error *error)
{
    bool row;
    sqlite3_stmt *statement = store_statement(store, "SELECT sequence FROM desk_report WHERE event=?1", error);
    *sequence = 0;
    if (!statement)
        return false;
    store_bind_text(statement, 1, event);
    if (!store_step(store, statement, &row, error, "look up a report at the desk"))
        return false;
    if (row)
        *sequence = sqlite3_column_int64(statement, 0);
    store_done(statement);
    return true;
}

bool store_cluster_next_item(struct store *store, int64_t after, int64_t until, int64_t *item, struct error *error)
{
    bool row;
    *item = 0;
    sqlite3_stmt *statement = store_statement(store,
                                              "SELECT sequence FROM item WHERE sequence>?1 AND sequence<=?2 AND"
                                              " superseded_by IS NULL AND"
                                              " (EXISTS (SELECT 1 FROM report r WHERE r.item=item.sequence AND r.state=0)"
                                              " OR EXISTS (SELECT 1 FROM desk_report d WHERE d.item=item.id))"
                                              " ORDER BY sequence LIMIT 1",
                                              error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, after);
    sqlite3_bind_int64(statement, 2, until);
    if (!store_step(store, statement, &row, error, "look for what the desk has to take"))
        return false;
    if (row)
        *item = sqlite3_column_int64(statement, 0);
    store_done(statement);
    return true;
}

bool store_cluster_late_items(struct store *store, int64_t after, int64_t item_last,
                              store_cluster_number_callback *callback, void *context, int64_t *last,
                              struct error *error)
{
    if (!store_count(store, "SELECT max(sequence) FROM report", last, error))
        return false;
    if (*last <= after)
        return true;
    sqlite3_stmt *statement =
        store_statement(store, "SELECT DISTINCT item FROM report WHERE sequence>?1 AND item<=?2 ORDER BY item", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, after);
    sqlite3_bind_int64(statement, 2, item_last);
    return each_number(store, statement, callback, context, error);
}
