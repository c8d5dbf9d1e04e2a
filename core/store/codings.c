#include "core/store/codings.h"

#include "core/store/store.h"

const char store_codings_schema[] = "CREATE TABLE coding("
                                    " event TEXT NOT NULL,"
                                    " author TEXT NOT NULL,"
                                    " field TEXT NOT NULL,"
                                    " value TEXT NOT NULL,"
                                    " machine TEXT NOT NULL,"
                                    " made INTEGER NOT NULL,"
                                    " PRIMARY KEY(event, author, field)) WITHOUT ROWID;"
                                    "CREATE INDEX coding_author ON coding(author, made)";

bool store_coding_put(struct store *store, const struct coding_row *row, struct error *error)
{
    sqlite3_stmt *statement = store_statement(
        store, "INSERT OR REPLACE INTO coding(event, author, field, value, machine, made) VALUES(?1, ?2, ?3, ?4, ?5, ?6)", error);
    if (!statement)
        return false;
    const char *const texts[] = {row->event, row->author, row->field, row->value, row->machine};
    for (int i = 0; i < 5; i++)
        store_bind_text(statement, i + 1, texts[i]);
    sqlite3_bind_int64(statement, 6, row->made);
    return store_run(store, statement, error, "store a coding");
}

bool store_codings_of(struct store *store, const char *event, store_coding_callback *callback, void *context,
                      struct error *error)
{
    bool more = true;
    sqlite3_stmt *statement = store_statement(store,
                                              "SELECT event, author, field, value, machine, made FROM coding WHERE event=?1"
                                              " ORDER BY author, field",
                                              error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, event);
    while (more) {
        bool found;
        if (!store_step(store, statement, &found, error, "list codings"))
            return false;
        if (!found)
            return true;
        struct coding_row row = {store_column_text(statement, 0), store_column_text(statement, 1),
                                 store_column_text(statement, 2), store_column_text(statement, 3),
                                 store_column_text(statement, 4), sqlite3_column_int64(statement, 5)};
        more = callback(context, &row);
    }
    store_done(statement);
    return true;
}

/* Cohen's expectation: over all values, how often people and machine would both say it if they drew from what they say. */
static const char agreement_sql[] =
    "WITH said AS (SELECT field, value, machine FROM coding WHERE ?1 IS NULL OR author=?1),"
    " people AS (SELECT field, value AS word, count(*) AS many FROM said GROUP BY field, value),"
    " machines AS (SELECT field, machine AS word, count(*) AS many FROM said GROUP BY field, machine)"
    " SELECT s.field, count(*), sum(s.value=s.machine),"
    "  ifnull((SELECT sum(1.0*p.many*m.many) FROM people p JOIN machines m ON m.field=p.field AND m.word=p.word"
    "          WHERE p.field=s.field), 0)/(1.0*count(*)*count(*))"
    " FROM said s GROUP BY s.field ORDER BY s.field";

bool store_codings_agreement(struct store *store, const char *author, store_agreement_callback *callback, void *context,
                             struct error *error)
{
    bool more = true;
    sqlite3_stmt *statement = store_statement(store, agreement_sql, error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, author);
    while (more) {
        bool found;
        if (!store_step(store, statement, &found, error, "measure agreement"))
            return false;
        if (!found)
            return true;
        struct coding_agreement row = {store_column_text(statement, 0), sqlite3_column_int64(statement, 1),
                                       sqlite3_column_int64(statement, 2), sqlite3_column_double(statement, 3)};
        more = callback(context, &row);
    }
    store_done(statement);
    return true;
}

bool store_coded_events(struct store *store, const char *author, int64_t limit,
                        bool (*callback)(void *context, const char *event), void *context, struct error *error)
{
    bool more = true;
    sqlite3_stmt *statement = store_statement(
        store, "SELECT event FROM coding WHERE author=?1 GROUP BY event ORDER BY max(made) DESC LIMIT ?2", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, author);
    sqlite3_bind_int64(statement, 2, limit);
    while (more) {
        bool found;
        if (!store_step(store, statement, &found, error, "list coded events"))
            return false;
        if (!found)
            return true;
        more = callback(context, store_column_text(statement, 0));
    }
    store_done(statement);
    return true;
}
