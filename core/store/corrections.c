#include "core/store/corrections.h"

#include "core/store/store.h"

#include <string.h>

const char store_corrections_schema[] = "CREATE TABLE correction("
                                        " number INTEGER PRIMARY KEY AUTOINCREMENT,"
                                        " kind TEXT NOT NULL,"
                                        " event TEXT NOT NULL,"
                                        " other TEXT NOT NULL,"
                                        " target INTEGER NOT NULL,"
                                        " author TEXT NOT NULL,"
                                        " login TEXT NOT NULL,"
                                        " note TEXT NOT NULL,"
                                        " made INTEGER NOT NULL,"
                                        " fields TEXT NOT NULL,"
                                        " value BLOB);"
                                        "CREATE INDEX correction_target ON correction(target) WHERE kind='undo';"
                                        "CREATE TABLE correction_report("
                                        " correction INTEGER NOT NULL,"
                                        " place INTEGER NOT NULL,"
                                        " item TEXT NOT NULL,"
                                        " event TEXT NOT NULL,"
                                        " type TEXT NOT NULL,"
                                        " parties TEXT NOT NULL,"
                                        " ordinal INTEGER NOT NULL,"
                                        " part INTEGER NOT NULL,"
                                        " PRIMARY KEY(correction, place)) WITHOUT ROWID;"
                                        "CREATE INDEX correction_report_item ON correction_report(item);"
                                        "CREATE TABLE desk_pin("
                                        " item TEXT NOT NULL,"
                                        " event TEXT NOT NULL,"
                                        " type TEXT NOT NULL,"
                                        " parties TEXT NOT NULL,"
                                        " ordinal INTEGER NOT NULL,"
                                        " hand INTEGER NOT NULL,"
                                        " PRIMARY KEY(item, event)) WITHOUT ROWID;";

static const char *const kind_words[CORRECTION_KIND_COUNT] = {
    [CORRECTION_CONFIRM] = "confirm", [CORRECTION_REJECT] = "reject", [CORRECTION_MERGE] = "merge",
    [CORRECTION_SPLIT] = "split",     [CORRECTION_SET] = "set",       [CORRECTION_UNDO] = "undo",
};

const char *correction_kind_word(enum correction_kind kind)
{
    return kind_words[kind];
}

static enum correction_kind kind_of(const char *word)
{
    enum correction_kind kind = 0;
    while (kind + 1 < CORRECTION_KIND_COUNT && strcmp(kind_words[kind], word) != 0)
        kind++;
    return kind;
}

/* ---- writing ---- */

static bool put_anchor(struct store *store, int64_t number, size_t place, const struct correction_anchor *anchor,
                       struct error *error)
{
    sqlite3_stmt *statement =
        store_statement(store,
                        "INSERT INTO correction_report(correction, place, item, event, type, ordinal, part, parties)"
                        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                        error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, number);
    sqlite3_bind_int64(statement, 2, (int64_t)place);
    store_bind_text(statement, 3, anchor->item);
    store_bind_text(statement, 4, anchor->event);
    store_bind_text(statement, 5, anchor->type);
    sqlite3_bind_int64(statement, 6, anchor->ordinal);
    sqlite3_bind_int(statement, 7, anchor->part);
    store_bind_text(statement, 8, anchor->parties);
    return store_run(store, statement, error, "keep what a correction is about");
}

bool store_correction_put(struct store *store, struct correction_row *row, const struct correction_anchor *anchors,
                          size_t count, struct error *error)
{
    sqlite3_stmt *statement =
        store_statement(store,
                        "INSERT INTO correction(kind, event, other, target, author, login, note, made, fields, value)"
                        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                        error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, correction_kind_word(row->kind));
    store_bind_text(statement, 2, row->event);
    store_bind_text(statement, 3, row->other);
    sqlite3_bind_int64(statement, 4, row->target);
    store_bind_text(statement, 5, row->author);
    store_bind_text(statement, 6, row->login);
    store_bind_text(statement, 7, row->note);
    sqlite3_bind_int64(statement, 8, row->made);
    store_bind_text(statement, 9, row->fields);
    if (row->value.bytes)
        store_bind_record(statement, 10, row->value);
    bool ok = store_run(store, statement, error, "keep a correction");
    row->number = sqlite3_last_insert_rowid(store_database(store));
    for (size_t i = 0; ok && i < count; i++)
        ok = put_anchor(store, row->number, i, &anchors[i], error);
    return ok;
}

/* ---- reading ---- */

#define CORRECTION_COLUMNS                                                                                             \
    "SELECT c.number, c.kind, c.event, c.other, c.target, c.author, c.login, c.note, c.made, c.fields, c.value,"       \
    " EXISTS(SELECT 1 FROM correction u WHERE u.kind='undo' AND u.target=c.number) FROM correction c "

static bool call_back(struct store *store, sqlite3_stmt *statement, store_correction_callback *callback, void *context,
                      bool *more, struct error *error)
{
    struct ent_record *value = NULL;
    if (sqlite3_column_type(statement, 10) == SQLITE_BLOB && !(value = store_column_record(store, statement, 10, error)))
        return false;
    struct correction_row row = {.number = sqlite3_column_int64(statement, 0),
                                 .kind = kind_of(store_column_text(statement, 1)),
                                 .event = store_column_text(statement, 2),
                                 .other = store_column_text(statement, 3),
                                 .target = sqlite3_column_int64(statement, 4),
                                 .author = store_column_text(statement, 5),
                                 .login = store_column_text(statement, 6),
                                 .note = store_column_text(statement, 7),
                                 .made = sqlite3_column_int64(statement, 8),
                                 .fields = store_column_text(statement, 9),
                                 .is_undone = sqlite3_column_int(statement, 11) != 0};
    if (value)
        row.value = value->view;
    *more = callback(context, &row);
    record_release(value);
    return true;
}

static bool each_correction(struct store *store, sqlite3_stmt *statement, store_correction_callback *callback,
                            void *context, struct error *error)
{
    bool row, more = true, ok = true;
    while (more && ok) {
        if (!store_step(store, statement, &row, error, "read corrections"))
            return false;
        if (!row)
            return true;
        ok = call_back(store, statement, callback, context, &more, error);
    }
    store_done(statement);
    return ok;
}

bool store_corrections_each(struct store *store, int64_t after, size_t limit, store_correction_callback *callback,
                            void *context, struct error *error)
{
    sqlite3_stmt *statement =
        store_statement(store, CORRECTION_COLUMNS "WHERE c.number>?1 ORDER BY c.number LIMIT ?2", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, after);
    sqlite3_bind_int64(statement, 2, limit ? (int64_t)limit : -1);
    return each_correction(store, statement, callback, context, error);
}

bool store_correction_get(struct store *store, int64_t number, store_correction_callback *callback, void *context,
                          struct error *error)
{
    sqlite3_stmt *statement = store_statement(store, CORRECTION_COLUMNS "WHERE c.number=?1", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, number);
    return each_correction(store, statement, callback, context, error);
}

bool store_correction_anchors(struct store *store, int64_t number, store_anchor_callback *callback, void *context,
                              struct error *error)
{
    bool row, more = true;
    sqlite3_stmt *statement = store_statement(
        store, "SELECT item, event, type, ordinal, part, parties FROM correction_report WHERE correction=?1 ORDER BY place", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, number);
    while (more) {
        if (!store_step(store, statement, &row, error, "read what a correction is about"))
            return false;
        if (!row)
            return true;
        struct correction_anchor anchor = {.item = store_column_text(statement, 0),
                                           .event = store_column_text(statement, 1),
                                           .type = store_column_text(statement, 2),
                                           .ordinal = sqlite3_column_int64(statement, 3),
                                           .part = sqlite3_column_int(statement, 4),
                                           .parties = store_column_text(statement, 5)};
        more = callback(context, &anchor);
    }
    store_done(statement);
    return true;
}

bool store_corrections_of_item(struct store *store, const char *item, store_number_callback *callback, void *context,
                               struct error *error)
{
    bool row, more = true;
    sqlite3_stmt *statement =
        store_statement(store,
                        "SELECT DISTINCT correction FROM correction_report r WHERE item=?1 AND NOT EXISTS"
                        " (SELECT 1 FROM correction u WHERE u.kind='undo' AND u.target=r.correction) ORDER BY correction",
                        error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, item);
    while (more) {
        if (!store_step(store, statement, &row, error, "look for corrections"))
            return false;
        if (!row)
            return true;
        more = callback(context, sqlite3_column_int64(statement, 0));
    }
    store_done(statement);
    return true;
}

bool store_correction_last(struct store *store, int64_t *number, struct error *error)
{
    return store_count(store, "SELECT max(number) FROM correction", number, error);
}

/* ---- pins ---- */

bool store_pins_clear(struct store *store, struct error *error)
{
    return store_execute(store, "DELETE FROM desk_pin", error);
}

bool store_pin_put(struct store *store, const struct pin_row *row, struct error *error)
{
    sqlite3_stmt *statement = store_statement(
        store,
        "INSERT OR REPLACE INTO desk_pin(item, event, type, ordinal, hand, parties) VALUES(?1, ?2, ?3, ?4, ?5, ?6)", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, row->anchor.item);
    store_bind_text(statement, 2, row->anchor.event);
    store_bind_text(statement, 3, row->anchor.type);
    sqlite3_bind_int64(statement, 4, row->anchor.ordinal);
    sqlite3_bind_int64(statement, 5, row->hand);
    store_bind_text(statement, 6, row->anchor.parties);
    return store_run(store, statement, error, "pin a report");
}

#define PIN_COLUMNS "SELECT item, event, type, ordinal, hand, parties FROM desk_pin "

bool store_pins_each(struct store *store, const char *item, store_pin_callback *callback, void *context,
                     struct error *error)
{
    bool row, more = true;
    sqlite3_stmt *statement =
        store_statement(store,
                        item ? PIN_COLUMNS "WHERE item=?1 ORDER BY ordinal, event" : PIN_COLUMNS "ORDER BY item, ordinal, event",
                        error);
    if (!statement)
        return false;
    if (item)
        store_bind_text(statement, 1, item);
    while (more) {
        if (!store_step(store, statement, &row, error, "read pins of reports"))
            return false;
        if (!row)
            return true;
        struct pin_row pin = {.anchor = {.item = store_column_text(statement, 0),
                                         .event = store_column_text(statement, 1),
                                         .type = store_column_text(statement, 2),
                                         .ordinal = sqlite3_column_int64(statement, 3),
                                         .parties = store_column_text(statement, 5)},
                              .hand = sqlite3_column_int64(statement, 4)};
        more = callback(context, &pin);
    }
    store_done(statement);
    return true;
}
