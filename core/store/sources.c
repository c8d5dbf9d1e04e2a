#include "core/store/sources.h"

#include "core/store/store.h"

const char store_sources_schema[] = "CREATE TABLE source("
                                    " name TEXT PRIMARY KEY,"
                                    " address TEXT NOT NULL DEFAULT '',"
                                    " next_fetch INTEGER NOT NULL DEFAULT 0,"
                                    " last_fetch INTEGER NOT NULL DEFAULT 0,"
                                    " last_success INTEGER NOT NULL DEFAULT 0,"
                                    " first_success INTEGER NOT NULL DEFAULT 0,"
                                    " failures INTEGER NOT NULL DEFAULT 0,"
                                    " failing_since INTEGER NOT NULL DEFAULT 0,"
                                    " fetches INTEGER NOT NULL DEFAULT 0,"
                                    " text TEXT NOT NULL DEFAULT '',"
                                    " is_gone INTEGER NOT NULL DEFAULT 0,"
                                    " outage TEXT NOT NULL DEFAULT '',"
                                    " not_before INTEGER NOT NULL DEFAULT 0,"
                                    " skip_hours INTEGER NOT NULL DEFAULT 0,"
                                    " skip_days INTEGER NOT NULL DEFAULT 0,"
                                    " items INTEGER NOT NULL DEFAULT 0,"
                                    " last_item INTEGER NOT NULL DEFAULT 0,"
                                    " newest INTEGER NOT NULL DEFAULT 0,"
                                    " gap INTEGER NOT NULL DEFAULT 0,"
                                    " gaps INTEGER NOT NULL DEFAULT 0,"
                                    " pause INTEGER NOT NULL DEFAULT 0,"
                                    " delay INTEGER NOT NULL DEFAULT -1,"
                                    " delays BLOB,"
                                    " delay_count INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;";

static void read_row(sqlite3_stmt *statement, struct source_row *row)
{
    *row = (struct source_row){.name = store_column_text(statement, 0),
                               .address = store_column_text(statement, 1),
                               .next_fetch = sqlite3_column_int64(statement, 2),
                               .last_fetch = sqlite3_column_int64(statement, 3),
                               .last_success = sqlite3_column_int64(statement, 4),
                               .failures = sqlite3_column_int64(statement, 5),
                               .failing_since = sqlite3_column_int64(statement, 6),
                               .fetches = sqlite3_column_int64(statement, 7),
                               .text = store_column_text(statement, 8),
                               .is_gone = sqlite3_column_int(statement, 9) != 0,
                               .outage = store_column_text(statement, 10),
                               .not_before_ms = sqlite3_column_int64(statement, 11),
                               .skip_hours = (uint32_t)sqlite3_column_int64(statement, 12),
                               .skip_days = (uint32_t)sqlite3_column_int64(statement, 13),
                               .items = sqlite3_column_int64(statement, 14),
                               .last_item = sqlite3_column_int64(statement, 15),
                               .newest = sqlite3_column_int64(statement, 16),
                               .gap_ms = sqlite3_column_int64(statement, 17),
                               .gaps = sqlite3_column_int64(statement, 18),
                               .pause_ms = sqlite3_column_int64(statement, 19),
                               .delay_ms = sqlite3_column_int64(statement, 20),
                               .delays = sqlite3_column_blob(statement, 21),
                               .delays_size = (size_t)sqlite3_column_bytes(statement, 21),
                               .delay_count = sqlite3_column_int64(statement, 22),
                               .first_success = sqlite3_column_int64(statement, 23)};
}

bool store_sources_each(struct store *store, store_source_callback *callback, void *context, struct error *error)
{
    bool is_row, more = true;
    sqlite3_stmt *statement =
        store_statement(store,
                        "SELECT name, address, next_fetch, last_fetch, last_success, failures, failing_since, fetches,"
                        " text, is_gone, outage, not_before, skip_hours, skip_days, items, last_item, newest, gap, gaps,"
                        " pause, delay, delays, delay_count, first_success FROM source ORDER BY name",
                        error);
    if (!statement)
        return false;
    while (more) {
        struct source_row row;
        if (!store_step(store, statement, &is_row, error, "read the state of sources"))
            return false;
        if (!is_row)
            return true;
        read_row(statement, &row);
        more = callback(context, &row);
    }
    store_done(statement);
    return true;
}

bool store_source_put_items(struct store *store, const struct source_row *row, struct error *error)
{
    sqlite3_stmt *statement =
        store_statement(store,
                        "INSERT INTO source(name, items, last_item, newest, gap, gaps, pause, delay, delays,"
                        " delay_count) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
                        " ON CONFLICT(name) DO UPDATE SET items=items+?2, last_item=?3, newest=?4, gap=?5, gaps=?6,"
                        " pause=?7, delay=?8, delays=?9, delay_count=?10",
                        error);
    if (!statement)
        return false;
    const int64_t numbers[] = {row->items, row->last_item, row->newest,  row->gap_ms,
                               row->gaps,  row->pause_ms,  row->delay_ms};
    store_bind_text(statement, 1, row->name);
    for (int i = 0; i < (int)(sizeof numbers / sizeof *numbers); i++)
        sqlite3_bind_int64(statement, 2 + i, numbers[i]);
    sqlite3_bind_blob64(statement, 9, row->delays, row->delays_size, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 10, row->delay_count);
    return store_run(store, statement, error, "note the items of a source");
}

bool store_source_put(struct store *store, const struct source_row *row, struct error *error)
{
    sqlite3_stmt *statement =
        store_statement(store,
                        "INSERT INTO source(name, address, text, outage, next_fetch, last_fetch, last_success,"
                        " failures, failing_since, fetches, is_gone, not_before, skip_hours, skip_days,"
                        " first_success) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)"
                        " ON CONFLICT(name) DO UPDATE SET address=?2, text=?3, outage=?4, next_fetch=?5, last_fetch=?6,"
                        " last_success=?7, failures=?8, failing_since=?9, fetches=?10, is_gone=?11, not_before=?12,"
                        " skip_hours=?13, skip_days=?14, first_success=?15",
                        error);
    if (!statement)
        return false;
    const char *const texts[] = {row->name, row->address, row->text, row->outage};
    const int64_t numbers[] = {row->next_fetch,    row->last_fetch, row->last_success,
                               row->failures,      row->failing_since, row->fetches,
                               row->is_gone,       row->not_before_ms, row->skip_hours,
                               row->skip_days,     row->first_success};
    for (int i = 0; i < 4; i++)
        store_bind_text(statement, 1 + i, texts[i] ? texts[i] : "");
    for (int i = 0; i < (int)(sizeof numbers / sizeof *numbers); i++)
        sqlite3_bind_int64(statement, 5 + i, numbers[i]);
    return store_run(store, statement, error, "note the state of a source");
}
