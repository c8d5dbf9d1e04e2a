#include "core/store/alert_states.h"

#include "core/store/events.h"
#include "core/store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char store_alert_states_schema[] = "CREATE TABLE alert_act("
                                         " alert INTEGER NOT NULL,"
                                         " at INTEGER NOT NULL,"
                                         " author TEXT NOT NULL,"
                                         " act TEXT NOT NULL,"
                                         " note TEXT NOT NULL DEFAULT '',"
                                         " until INTEGER NOT NULL DEFAULT 0);"
                                         "CREATE INDEX alert_act_alert ON alert_act(alert);"
                                         "CREATE INDEX alert_muted ON alert(muted_until) WHERE state='muted';"
                                         "CREATE TABLE mute("
                                         " watch TEXT NOT NULL,"
                                         " event TEXT NOT NULL,"
                                         " until INTEGER NOT NULL,"
                                         " author TEXT NOT NULL,"
                                         " note TEXT NOT NULL DEFAULT '',"
                                         " made INTEGER NOT NULL,"
                                         " PRIMARY KEY(watch, event)) WITHOUT ROWID;"
                                         "CREATE TABLE watch_mark("
                                         " name TEXT PRIMARY KEY,"
                                         " value INTEGER NOT NULL) WITHOUT ROWID;";

/* Which mute an act of no alert is about: of a watch, of an event, or both. */
const char store_mute_acts_schema[] = "CREATE TABLE mute_act("
                                      " act INTEGER PRIMARY KEY,"
                                      " watch TEXT NOT NULL,"
                                      " event TEXT NOT NULL);";

enum { ID_PREFIX_MIN = 6 };

static const char *const act_words[ALERT_ACTS] = {"acknowledge", "mute", "unmute", "resolve", "reopen", "note"};

/* ---- finding ---- */

static void read_standing(sqlite3_stmt *statement, struct alert_standing *standing)
{
    *standing = (struct alert_standing){.sequence = sqlite3_column_int64(statement, 0),
                                        .muted_until = sqlite3_column_int64(statement, 3),
                                        .watch = strdup(store_column_text(statement, 4)),
                                        .event = strdup(store_column_text(statement, 5))};
    snprintf(standing->id, sizeof standing->id, "%s", store_column_text(statement, 1));
    snprintf(standing->state, sizeof standing->state, "%s", store_column_text(statement, 2));
}

bool store_alert_standing(struct store *store, const char *id, struct alert_standing *standing, struct error *error)
{
    bool row;
    bool is_prefix = strlen(id) >= ID_PREFIX_MIN && strlen(id) < DIGEST_HEX_SIZE - 1;
    sqlite3_stmt *statement =
        store_statement(store,
                        is_prefix ? "SELECT sequence, id, state, muted_until, watch, event FROM alert"
                                    " WHERE id>=?1 AND id<?1||'g' ORDER BY id LIMIT 2"
                                  : "SELECT sequence, id, state, muted_until, watch, event FROM alert WHERE id=?1",
                        error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, id);
    if (!store_step(store, statement, &row, error, "look up an alert"))
        return false;
    if (!row)
        return error_set(error, ERROR_MISSING, "there is no alert %.40s; 'entente alert list' lists those there are", id);
    read_standing(statement, standing);
    bool ok = store_step(store, statement, &row, error, "look up an alert");
    if (ok && row) {
        store_done(statement);
        ok = error_set(error, ERROR_INPUT, "more than one alert's id begins with %.40s; give more of its digits", id);
    } else if (ok && (!standing->watch || !standing->event))
        ok = error_set(error, ERROR_MEMORY, "no memory to look up an alert");
    if (!ok)
        alert_standing_free(standing);
    return ok;
}

void alert_standing_free(struct alert_standing *standing)
{
    free(standing->watch);
    free(standing->event);
    standing->watch = standing->event = NULL;
}

/* ---- acting ---- */

/* The state that the act leads to, NULL for the one there is; false where it makes no sense. */
static bool find_target(const struct alert_standing *standing, enum alert_act act, const char **state,
                        struct error *error)
{
    bool is_resolved = strcmp(standing->state, "resolved") == 0, is_muted = strcmp(standing->state, "muted") == 0;
    static const char *const states[ALERT_ACTS] = {"acknowledged", "muted", "new", "resolved", "new", NULL};
    *state = states[act];
    if (is_resolved && (act == ALERT_ACKNOWLEDGE || act == ALERT_MUTE))
        return error_set(error, ERROR_STATE, "alert %.8s is resolved; 'entente alert reopen' comes first", standing->id);
    if (act == ALERT_UNMUTE && !is_muted)
        return error_set(error, ERROR_STATE, "alert %.8s is not muted", standing->id);
    if (act == ALERT_REOPEN && !is_resolved && strcmp(standing->state, "acknowledged") != 0)
        return error_set(error, ERROR_STATE, "alert %.8s is %s, there is nothing to reopen", standing->id, standing->state);
    if (*state && strcmp(*state, standing->state) == 0 && act != ALERT_MUTE)
        return error_set(error, ERROR_STATE, "alert %.8s is %s already", standing->id, standing->state);
    return true;
}

static bool put_state(struct store *store, int64_t alert, const char *state, int64_t until, struct error *error)
{
    sqlite3_stmt *statement =
        store_statement(store, "UPDATE alert SET state=?2, muted_until=?3 WHERE sequence=?1", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, alert);
    store_bind_text(statement, 2, state);
    if (until)
        sqlite3_bind_int64(statement, 3, until);
    return store_run(store, statement, error, "change an alert's state");
}

static bool log_act(struct store *store, int64_t alert, enum alert_act act, int64_t until, const struct alert_by *by,
                    int64_t now, struct error *error)
{
    sqlite3_stmt *statement = store_statement(
        store, "INSERT INTO alert_act(alert, at, author, act, note, until) VALUES(?1, ?2, ?3, ?4, ?5, ?6)", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, alert);
    sqlite3_bind_int64(statement, 2, now);
    store_bind_text(statement, 3, by->author);
    store_bind_text(statement, 4, act_words[act]);
    store_bind_text(statement, 5, by->note ? by->note : "");
    sqlite3_bind_int64(statement, 6, until);
    return store_run(store, statement, error, "keep what was done about an alert");
}

static bool mute_alert(struct store *store, const struct alert_standing *standing, enum alert_act act, int64_t until,
                       const struct alert_by *by, int64_t now, struct error *error)
{
    if (act == ALERT_MUTE)
        return store_mute_put(store,
                              &(struct mute){standing->watch, standing->event, until, now, by->author,
                                             by->note ? by->note : ""},
                              error);
    if (act != ALERT_UNMUTE && strcmp(standing->state, "muted") != 0)
        return true;
    /* The mute of one alert's event; one of the whole watch is another matter. */
    struct error none = ERROR_INIT;
    return store_mute_remove(store, standing->watch, standing->event, now, &none) || none.kind == ERROR_MISSING ||
           error_set(error, none.kind, "%s", none.text);
}

bool store_alert_act(struct store *store, const char *id, enum alert_act act, int64_t until, const struct alert_by *by,
                     int64_t now, struct error *error)
{
    struct alert_standing standing;
    const char *state;
    if (!store_alert_standing(store, id, &standing, error))
        return false;
    bool is_mute = act == ALERT_MUTE;
    bool ok = (!is_mute || until > now || error_set(error, ERROR_INPUT, "a mute ends in the future")) &&
              find_target(&standing, act, &state, error) &&
              (!state || mute_alert(store, &standing, act, until, by, now, error)) &&
              (!state || put_state(store, standing.sequence, state, is_mute ? until : 0, error)) &&
              log_act(store, standing.sequence, act, is_mute ? until : 0, by, now, error);
    alert_standing_free(&standing);
    return ok;
}

bool store_alert_acts_each(struct store *store, int64_t alert, store_alert_act_callback *callback, void *context,
                           struct error *error)
{
    bool row, more = true;
    sqlite3_stmt *statement =
        store_statement(store, "SELECT at, until, author, act, note FROM alert_act WHERE alert=?1 ORDER BY rowid", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, alert);
    while (more) {
        if (!store_step(store, statement, &row, error, "read what was done about an alert"))
            return false;
        if (!row)
            return true;
        struct alert_act_row read = {sqlite3_column_int64(statement, 0), sqlite3_column_int64(statement, 1),
                                     store_column_text(statement, 2), store_column_text(statement, 3),
                                     store_column_text(statement, 4)};
        more = callback(context, &read);
    }
    store_done(statement);
    return true;
}

bool store_alert_done_each(struct store *store, int64_t after, int64_t limit, store_alert_done_callback *callback,
                           void *context, struct error *error)
{
    bool row, more = true;
    sqlite3_stmt *statement =
        store_statement(store,
                        "SELECT act.rowid, act.at, alert.id, coalesce(alert.watch, mute_act.watch), act.act,"
                        " act.author, alert.state, coalesce(alert.event, mute_act.event), act.until"
                        " FROM alert_act act LEFT JOIN alert ON alert.sequence=act.alert"
                        " LEFT JOIN mute_act ON mute_act.act=act.rowid"
                        " WHERE act.rowid>?1 ORDER BY act.rowid LIMIT ?2",
                        error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, after);
    sqlite3_bind_int64(statement, 2, limit);
    while (more) {
        if (!store_step(store, statement, &row, error, "read what was done about alerts"))
            return false;
        if (!row)
            return true;
        struct alert_done_row read = {
            sqlite3_column_int64(statement, 0), sqlite3_column_int64(statement, 1), store_column_text(statement, 2),
            store_column_text(statement, 3),    store_column_text(statement, 4),    store_column_text(statement, 5),
            store_column_text(statement, 6),    store_column_text(statement, 7),    sqlite3_column_int64(statement, 8)};
        more = callback(context, &read);
    }
    store_done(statement);
    return true;
}

/* ---- mutes ---- */

/* Deliveries that wait wait on; those that are held back for a digest or for quiet hours stay with what holds them. */
static bool postpone(struct store *store, const char *watch, const char *event, int64_t due, bool later,
                     struct error *error)
{
    sqlite3_stmt *statement =
        store_statement(store,
                        "UPDATE delivery SET due=CASE WHEN ?4 THEN max(due, ?3) ELSE ?3 END WHERE state=0 AND alert IN"
                        " (SELECT sequence FROM alert WHERE (?1='' OR watch=?1) AND (?2='' OR event=?2))",
                        error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, watch);
    store_bind_text(statement, 2, event);
    sqlite3_bind_int64(statement, 3, due);
    sqlite3_bind_int(statement, 4, later);
    return store_run(store, statement, error, "postpone deliveries");
}

/* What was raised under the mute that `mute` takes the place of is muted as long as this one. */
static bool retime(struct store *store, const struct mute *mute, struct error *error)
{
    sqlite3_stmt *statement = store_statement(
        store,
        "UPDATE alert SET muted_until=?3 WHERE state='muted' AND (?1='' OR watch=?1) AND (?2='' OR event=?2)"
        " AND muted_until=(SELECT until FROM mute m WHERE m.watch=?1 AND m.event=?2)",
        error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, mute->watch);
    store_bind_text(statement, 2, mute->event);
    sqlite3_bind_int64(statement, 3, mute->until);
    return store_run(store, statement, error, "say until when alerts are muted");
}

bool store_mute_put(struct store *store, const struct mute *mute, struct error *error)
{
    if (!retime(store, mute, error))
        return false;
    sqlite3_stmt *statement = store_statement(
        store, "INSERT OR REPLACE INTO mute(watch, event, until, author, note, made) VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
        error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, mute->watch);
    store_bind_text(statement, 2, mute->event);
    sqlite3_bind_int64(statement, 3, mute->until);
    store_bind_text(statement, 4, mute->author);
    store_bind_text(statement, 5, mute->note ? mute->note : "");
    sqlite3_bind_int64(statement, 6, mute->made);
    return store_run(store, statement, error, "keep a mute") &&
           postpone(store, mute->watch, mute->event, mute->until, true, error);
}

/* What was raised under the mute, and is under no other. */
static bool renew(struct store *store, const char *watch, const char *event, struct error *error)
{
    sqlite3_stmt *statement =
        store_statement(store,
                        "UPDATE alert SET state='new', muted_until=NULL WHERE state='muted' AND (?1='' OR watch=?1)"
                        " AND (?2='' OR event=?2) AND NOT EXISTS(SELECT 1 FROM mute m WHERE (m.watch='' OR"
                        " m.watch=alert.watch) AND (m.event='' OR m.event=alert.event))",
                        error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, watch);
    store_bind_text(statement, 2, event);
    return store_run(store, statement, error, "end a mute");
}

bool store_mute_remove(struct store *store, const char *watch, const char *event, int64_t now, struct error *error)
{
    sqlite3_stmt *statement = store_statement(store, "DELETE FROM mute WHERE watch=?1 AND event=?2", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, watch);
    store_bind_text(statement, 2, event);
    if (!store_run(store, statement, error, "end a mute"))
        return false;
    if (sqlite3_changes(store_database(store)) == 0)
        return error_set(error, ERROR_MISSING, "that is not muted; 'entente alert mutes' lists what is");
    return renew(store, watch, event, error) && postpone(store, watch, event, now, false, error);
}

static bool find_mute(struct store *store, const char *watch, const char *event, int64_t now, int64_t *until,
                      struct error *error)
{
    bool row;
    sqlite3_stmt *statement = store_statement(store,
                                              "SELECT max(until) FROM mute WHERE until>?3 AND"
                                              " ((watch=?1 AND event='') OR (watch='' AND event=?2) OR"
                                              " (watch=?1 AND event=?2))",
                                              error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, watch);
    store_bind_text(statement, 2, event);
    sqlite3_bind_int64(statement, 3, now);
    if (!store_step(store, statement, &row, error, "look for a mute"))
        return false;
    int64_t found = row ? sqlite3_column_int64(statement, 0) : 0;
    *until = found > *until ? found : *until;
    store_done(statement);
    return true;
}

bool store_muted_until(struct store *store, const char *watch, const char *event, int64_t now, int64_t *until,
                       struct error *error)
{
    int64_t mutes;
    *until = 0;
    if (!store_count(store, "SELECT count(*) FROM mute", &mutes, error))
        return false;
    if (mutes == 0)
        return true;
    if (!find_mute(store, watch, event ? event : "", now, until, error))
        return false;
    if (!event)
        return true;
    char(*aliases)[DIGEST_HEX_SIZE] = store_event_aliases(store, event, error);
    bool ok = aliases != NULL;
    for (size_t i = 0; ok && aliases[i][0]; i++)
        ok = find_mute(store, watch, aliases[i], now, until, error);
    free(aliases);
    return ok;
}

bool store_mutes_each(struct store *store, store_mute_callback *callback, void *context, struct error *error)
{
    bool row, more = true;
    sqlite3_stmt *statement = store_statement(
        store, "SELECT watch, event, until, made, author, note FROM mute ORDER BY until, watch, event", error);
    if (!statement)
        return false;
    while (more) {
        if (!store_step(store, statement, &row, error, "list mutes"))
            return false;
        if (!row)
            return true;
        struct mute mute = {store_column_text(statement, 0),    store_column_text(statement, 1),
                            sqlite3_column_int64(statement, 2), sqlite3_column_int64(statement, 3),
                            store_column_text(statement, 4),    store_column_text(statement, 5)};
        more = callback(context, &mute);
    }
    store_done(statement);
    return true;
}

bool store_alert_set_muted(struct store *store, const char *id, int64_t until, struct error *error)
{
    sqlite3_stmt *statement = store_statement(store, "UPDATE alert SET state='muted', muted_until=?2 WHERE id=?1", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, id);
    sqlite3_bind_int64(statement, 2, until);
    return store_run(store, statement, error, "mark an alert as muted");
}

bool store_mute_act(struct store *store, const char *watch, const char *event, enum alert_act act, int64_t until,
                    const struct alert_by *by, int64_t now, struct error *error)
{
    if (!log_act(store, 0, act, until, by, now, error))
        return false;
    int64_t sequence = sqlite3_last_insert_rowid(store_database(store));
    sqlite3_stmt *statement =
        store_statement(store, "INSERT INTO mute_act(act, watch, event) VALUES(?1, ?2, ?3)", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, sequence);
    store_bind_text(statement, 2, watch);
    store_bind_text(statement, 3, event);
    return store_run(store, statement, error, "keep what was done about a mute");
}

/* That the mutes end which are over. */
static bool log_ends(struct store *store, int64_t now, struct error *error)
{
    bool row = true;
    const struct alert_by nobody = {.author = ""};
    sqlite3_stmt *statement = store_statement(store, "SELECT watch, event FROM mute WHERE until<=?1", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, now);
    while (row) {
        if (!store_step(store, statement, &row, error, "look for mutes that end"))
            return false;
        if (row && !store_mute_act(store, store_column_text(statement, 0), store_column_text(statement, 1),
                                   ALERT_UNMUTE, 0, &nobody, now, error)) {
            store_done(statement);
            return false;
        }
    }
    return true;
}

static bool run_until(struct store *store, const char *sql, int64_t now, struct error *error)
{
    sqlite3_stmt *statement = store_statement(store, sql, error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, now);
    return store_run(store, statement, error, "end mutes");
}

bool store_mutes_end(struct store *store, int64_t now, struct error *error)
{
    return log_ends(store, now, error) &&
           run_until(store, "UPDATE alert SET state='new', muted_until=NULL WHERE state='muted' AND muted_until<=?1",
                     now, error) &&
           run_until(store, "DELETE FROM mute WHERE until<=?1", now, error);
}

bool store_mutes_next_end(struct store *store, int64_t *until, struct error *error)
{
    return store_count(store, "SELECT min(until) FROM mute", until, error);
}

/* ---- marks ---- */

bool store_watch_mark(struct store *store, const char *name, int64_t *value, struct error *error)
{
    bool row;
    *value = 0;
    sqlite3_stmt *statement = store_statement(store, "SELECT value FROM watch_mark WHERE name=?1", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, name);
    if (!store_step(store, statement, &row, error, "read a mark of the watches"))
        return false;
    if (row)
        *value = sqlite3_column_int64(statement, 0);
    store_done(statement);
    return true;
}

bool store_watch_mark_put(struct store *store, const char *name, int64_t value, struct error *error)
{
    sqlite3_stmt *statement =
        store_statement(store, "INSERT OR REPLACE INTO watch_mark(name, value) VALUES(?1, ?2)", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, name);
    sqlite3_bind_int64(statement, 2, value);
    return store_run(store, statement, error, "keep a mark of the watches");
}
