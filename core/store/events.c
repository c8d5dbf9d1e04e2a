#include "core/store/events.h"

#include "core/store/columns.h"
#include "core/store/store.h"

#include <stdlib.h>
#include <string.h>

const char store_events_schema[] = "CREATE TABLE event("
                                   " sequence INTEGER PRIMARY KEY,"
                                   " id TEXT NOT NULL UNIQUE,"
                                   " state INTEGER NOT NULL,"
                                   " target TEXT NOT NULL DEFAULT '',"
                                   " type TEXT, subtype TEXT, status TEXT, modality TEXT, scope TEXT,"
                                   " first_seen INTEGER, last_seen INTEGER,"
                                   " date_start TEXT, date_end TEXT,"
                                   " confidence REAL,"
                                   " independent_sources INTEGER,"
                                   " verdict TEXT,"
                                   " corrections INTEGER NOT NULL DEFAULT 0,"
                                   " revision INTEGER NOT NULL,"
                                   " last_revision INTEGER NOT NULL);"
                                   "CREATE INDEX event_last_seen ON event(last_seen) WHERE state=0;"
                                   "CREATE INDEX event_corrected ON event(sequence) WHERE corrections>0;"
                                   "CREATE INDEX event_target ON event(target) WHERE state=1;"
                                   "CREATE TABLE event_actor("
                                   " actor TEXT NOT NULL,"
                                   " event INTEGER NOT NULL,"
                                   " role TEXT NOT NULL,"
                                   " PRIMARY KEY(actor, event, role)) WITHOUT ROWID;"
                                   "CREATE INDEX event_actor_event ON event_actor(event);"
                                   "CREATE TABLE event_revision("
                                   " sequence INTEGER PRIMARY KEY AUTOINCREMENT,"
                                   " event INTEGER NOT NULL,"
                                   " revision INTEGER NOT NULL,"
                                   " made INTEGER NOT NULL,"
                                   " cause TEXT NOT NULL,"
                                   " record BLOB NOT NULL,"
                                   " UNIQUE(event, revision));";

enum {
    ID_PREFIX_MIN = 6,
    MERGES_MAX = 64 /* how long a chain of merges may be before it is taken for damage */
};

bool event_state_stands(enum event_state state)
{
    return state == EVENT_LIVE || state == EVENT_REJECTED;
}

/* ---- finding ---- */

struct found {
    char id[DIGEST_HEX_SIZE];
    char target[DIGEST_HEX_SIZE];
    enum event_state state;
};

static void copy_id(char id[DIGEST_HEX_SIZE], const char *text)
{
    size_t size = strnlen(text, DIGEST_HEX_SIZE - 1);
    memcpy(id, text, size);
    id[size] = '\0';
}

/* `id` may be the beginning of one. */
static bool find_row(struct store *store, const char *id, struct found *found, struct error *error)
{
    bool row;
    bool is_prefix = strlen(id) >= ID_PREFIX_MIN && strlen(id) < DIGEST_HEX_SIZE - 1;
    sqlite3_stmt *statement =
        is_prefix
            ? store_statement(
                  store, "SELECT id, state, target FROM event WHERE id>=?1 AND id<?1||'g' ORDER BY id LIMIT 2", error)
            : store_statement(store, "SELECT id, state, target FROM event WHERE id=?1", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, id);
    if (!store_step(store, statement, &row, error, "look up an event"))
        return false;
    if (!row)
        return error_set(error, ERROR_MISSING, "there is no event %s; `entente events` lists those there are", id);
    copy_id(found->id, store_column_text(statement, 0));
    found->state = (enum event_state)sqlite3_column_int(statement, 1);
    copy_id(found->target, store_column_text(statement, 2));
    bool ok = store_step(store, statement, &row, error, "look up an event");
    store_done(statement);
    if (ok && row)
        return error_set(error, ERROR_INPUT, "more than one event's id begins with %s; give more of its digits", id);
    return ok;
}

static bool follow_merges(struct store *store, const char *id, struct found *found, struct error *error)
{
    if (!find_row(store, id, found, error))
        return false;
    for (int i = 0; found->state == EVENT_MERGED; i++) {
        if (i == MERGES_MAX)
            return error_set(error, ERROR_STATE, "event %s was merged in a circle: %s is damaged", id,
                             store_path(store));
        char target[DIGEST_HEX_SIZE];
        memcpy(target, found->target, sizeof target);
        if (!find_row(store, target, found, error))
            return false;
    }
    return true;
}

bool store_event_standing(struct store *store, const char *id, struct event_standing *standing, struct error *error)
{
    bool row;
    *standing = (struct event_standing){0, 0, EVENT_LIVE, NULL};
    sqlite3_stmt *statement = store_statement(store,
                                              "SELECT e.sequence, e.revision, e.state, r.record FROM event e"
                                              " JOIN event_revision r ON r.sequence=e.last_revision WHERE e.id=?1",
                                              error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, id);
    if (!store_step(store, statement, &row, error, "look up an event"))
        return false;
    if (!row)
        return true;
    standing->sequence = sqlite3_column_int64(statement, 0);
    standing->revision = sqlite3_column_int64(statement, 1);
    standing->state = (enum event_state)sqlite3_column_int(statement, 2);
    standing->record = store_column_record(store, statement, 3, error);
    store_done(statement);
    return standing->record != NULL;
}

bool store_event_find(struct store *store, const char *id, struct ent_record **event, enum event_state *state,
                      struct error *error)
{
    struct found found;
    struct event_standing standing;
    *event = NULL;
    if (!follow_merges(store, id, &found, error) || !store_event_standing(store, found.id, &standing, error))
        return false;
    *event = standing.record;
    if (state)
        *state = standing.state;
    return true;
}

/* ---- listing ---- */

bool store_events_each(struct store *store, int64_t after, size_t limit, store_event_callback *callback, void *context,
                       struct error *error)
{
    bool row, more = true;
    sqlite3_stmt *statement = store_statement(store,
                                              "SELECT e.sequence, e.id, e.state, e.target, r.record FROM event e"
                                              " JOIN event_revision r ON r.sequence=e.last_revision"
                                              " WHERE e.sequence>?1 AND e.state=0 ORDER BY e.sequence LIMIT ?2",
                                              error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, after);
    sqlite3_bind_int64(statement, 2, limit ? (int64_t)limit : -1);
    while (more) {
        if (!store_step(store, statement, &row, error, "list events"))
            return false;
        if (!row)
            return true;
        struct ent_record *record = store_column_record(store, statement, 4, error);
        if (!record) {
            store_done(statement);
            return false;
        }
        struct event_row event = {.sequence = sqlite3_column_int64(statement, 0),
                                  .id = store_column_text(statement, 1),
                                  .state = (enum event_state)sqlite3_column_int(statement, 2),
                                  .target = store_column_text(statement, 3),
                                  .record = record->view};
        more = callback(context, &event);
        record_release(record);
    }
    store_done(statement);
    return true;
}

/* Steps through `statement`, whose columns are those of REVISION_COLUMNS. */
#define REVISION_COLUMNS                                                                                               \
    "SELECT r.sequence, r.event, e.id, r.revision, r.made, r.cause, r.record, p.record"                                \
    " FROM event_revision r JOIN event e ON e.sequence=r.event"                                                        \
    " LEFT JOIN event_revision p ON p.event=r.event AND p.revision=r.revision-1 "

static bool each_revision(struct store *store, sqlite3_stmt *statement, store_revision_callback *callback,
                          void *context, struct error *error)
{
    bool row, more = true, ok = true;
    while (more && ok) {
        if (!store_step(store, statement, &row, error, "read revisions of events"))
            return false;
        if (!row)
            return true;
        struct ent_record *record = store_column_record(store, statement, 6, error), *previous = NULL;
        bool has_previous = sqlite3_column_type(statement, 7) == SQLITE_BLOB;
        if (record && has_previous)
            previous = store_column_record(store, statement, 7, error);
        ok = record && (previous || !has_previous);
        if (ok) {
            struct revision_row revision = {.sequence = sqlite3_column_int64(statement, 0),
                                            .event_sequence = sqlite3_column_int64(statement, 1),
                                            .event_id = store_column_text(statement, 2),
                                            .revision = sqlite3_column_int64(statement, 3),
                                            .made = sqlite3_column_int64(statement, 4),
                                            .cause = store_column_text(statement, 5),
                                            .record = record->view,
                                            .has_previous = has_previous};
            if (previous)
                revision.previous = previous->view;
            more = callback(context, &revision);
        }
        record_release(record);
        record_release(previous);
    }
    store_done(statement);
    return ok;
}

bool store_revisions_each(struct store *store, int64_t after, size_t limit, store_revision_callback *callback,
                          void *context, struct error *error)
{
    sqlite3_stmt *statement =
        store_statement(store, REVISION_COLUMNS "WHERE r.sequence>?1 ORDER BY r.sequence LIMIT ?2", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, after);
    sqlite3_bind_int64(statement, 2, limit ? (int64_t)limit : -1);
    return each_revision(store, statement, callback, context, error);
}

bool store_event_history(struct store *store, const char *id, store_revision_callback *callback, void *context,
                         struct error *error)
{
    struct found found;
    if (!follow_merges(store, id, &found, error))
        return false;
    sqlite3_stmt *statement = store_statement(store, REVISION_COLUMNS "WHERE e.id=?1 ORDER BY r.revision", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, found.id);
    return each_revision(store, statement, callback, context, error);
}

bool store_event_sequence(struct store *store, const char *id, int64_t *sequence, struct error *error)
{
    bool row;
    *sequence = 0;
    sqlite3_stmt *statement = store_statement(store, "SELECT sequence FROM event WHERE id=?1", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, id);
    if (!store_step(store, statement, &row, error, "look up an event"))
        return false;
    if (row)
        *sequence = sqlite3_column_int64(statement, 0);
    store_done(statement);
    return true;
}

int64_t store_revision_last(struct store *store, struct error *error)
{
    int64_t last;
    return store_count(store, "SELECT max(sequence) FROM event_revision", &last, error) ? last : -1;
}

bool store_events_count(struct store *store, int64_t *live, int64_t *all, struct error *error)
{
    return store_count(store, "SELECT count(*) FROM event WHERE state=0", live, error) &&
           store_count(store, "SELECT count(*) FROM event", all, error);
}

/* ---- writing ---- */

static bool put_revision(struct store *store, int64_t event, int64_t revision, struct record_view record,
                         const char *cause, int64_t now, int64_t *sequence, struct error *error)
{
    sqlite3_stmt *statement = store_statement(
        store, "INSERT INTO event_revision(event, revision, made, cause, record) VALUES(?1, ?2, ?3, ?4, ?5)", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, event);
    sqlite3_bind_int64(statement, 2, revision);
    sqlite3_bind_int64(statement, 3, now);
    store_bind_text(statement, 4, cause ? cause : "");
    store_bind_record(statement, 5, record);
    if (!store_run(store, statement, error, "store a revision of an event"))
        return false;
    *sequence = sqlite3_last_insert_rowid(store_database(store));
    return true;
}

static bool put_row(struct store *store, int64_t sequence, struct record_view event, enum event_state state,
                    const char *target, int64_t last_revision, struct error *error)
{
    struct record_view date;
    sqlite3_stmt *statement = store_statement(
        store,
        "INSERT INTO event(sequence, id, state, target, type, subtype, status, modality, scope, first_seen, last_seen,"
        " date_start, date_end, confidence, independent_sources, revision, last_revision, verdict, corrections)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)"
        " ON CONFLICT(sequence) DO UPDATE SET state=?3, target=?4, type=?5, subtype=?6, status=?7, modality=?8,"
        " scope=?9, first_seen=?10, last_seen=?11, date_start=?12, date_end=?13, confidence=?14,"
        " independent_sources=?15, revision=?16, last_revision=?17, verdict=?18, corrections=?19",
        error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, sequence);
    store_bind_text(statement, 2, record_text(event, ENT_REPORT_ID));
    sqlite3_bind_int(statement, 3, (int)state);
    store_bind_text(statement, 4, target ? target : "");
    store_bind_text(statement, 5, record_text(event, ENT_REPORT_TYPE));
    store_bind_text(statement, 6, record_text(event, ENT_REPORT_SUBTYPE));
    store_bind_text(statement, 7, record_text(event, ENT_REPORT_STATUS));
    store_bind_text(statement, 8, record_text(event, ENT_REPORT_MODALITY));
    store_bind_text(statement, 9, record_text(event, ENT_REPORT_SCOPE));
    sqlite3_bind_int64(statement, 10, record_int(event, ENT_EVENT_FIRST_SEEN, 0));
    sqlite3_bind_int64(statement, 11, record_int(event, ENT_EVENT_LAST_SEEN, 0));
    if (record_get_view(event, ENT_REPORT_DATE, 0, &date)) {
        store_bind_text(statement, 12, record_text(date, ENT_DATE_START));
        store_bind_text(statement, 13, record_text(date, ENT_DATE_END));
    }
    sqlite3_bind_double(statement, 14, record_num(event, ENT_REPORT_CONFIDENCE, 0));
    sqlite3_bind_int64(statement, 15, record_int(event, ENT_EVENT_INDEPENDENT_SOURCES, 0));
    sqlite3_bind_int64(statement, 16, record_int(event, ENT_EVENT_REVISION, 1));
    sqlite3_bind_int64(statement, 17, last_revision);
    store_bind_text(statement, 18, record_text(event, ENT_EVENT_VERDICT));
    sqlite3_bind_int64(statement, 19, (int64_t)record_count(event, ENT_EVENT_CORRECTION));
    return store_run(store, statement, error, "store an event");
}

static bool put_actors(struct store *store, int64_t sequence, struct record_view event, enum event_state state,
                       struct error *error)
{
    struct record_view actor;
    sqlite3_stmt *statement = store_statement(store, "DELETE FROM event_actor WHERE event=?1", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, sequence);
    bool ok = store_run(store, statement, error, "index an event's actors");
    for (size_t i = 0; ok && event_state_stands(state) && record_get_view(event, ENT_REPORT_ACTOR, i, &actor); i++) {
        const char *id = record_text(actor, ENT_ACTOR_ID), *role = record_text(actor, ENT_ACTOR_ROLE);
        statement =
            store_statement(store, "INSERT OR IGNORE INTO event_actor(actor, event, role) VALUES(?1, ?2, ?3)", error);
        if (!statement)
            return false;
        store_bind_text(statement, 1, id ? id : "UNK");
        sqlite3_bind_int64(statement, 2, sequence);
        store_bind_text(statement, 3, role ? role : "participant");
        ok = store_run(store, statement, error, "index an event's actors");
    }
    return ok;
}

/* The number that an id has, or the next one for a new id. */
static bool find_sequence(struct store *store, const char *id, int64_t *sequence, bool *is_new, struct error *error)
{
    if (!store_event_sequence(store, id, sequence, error))
        return false;
    *is_new = *sequence == 0;
    return !*is_new || store_count(store, "SELECT coalesce(max(sequence), 0) + 1 FROM event", sequence, error);
}

bool store_event_put(struct store *store, struct record_view event, enum event_state state, const char *target,
                     const char *cause, int64_t now, struct error *error)
{
    int64_t sequence = 0, last_revision;
    bool is_new;
    const char *id = record_text(event, ENT_REPORT_ID);
    if (!id)
        return error_set(error, ERROR_INPUT, "an event without an id cannot be stored");
    return find_sequence(store, id, &sequence, &is_new, error) && store_stale_note(store, sequence, error) &&
           put_revision(store, sequence, record_int(event, ENT_EVENT_REVISION, 1), event, cause, now, &last_revision,
                        error) &&
           put_row(store, sequence, event, state, target, last_revision, error) &&
           put_actors(store, sequence, event, state, error);
}

bool store_event_retarget(struct store *store, const char *id, const char *target, struct error *error)
{
    sqlite3_stmt *statement =
        store_statement(store, "UPDATE event SET target=?2 WHERE id=?1 AND state=1 AND target<>?2", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, id);
    store_bind_text(statement, 2, target);
    return store_run(store, statement, error, "point a merged event at another");
}

char (*store_event_aliases(struct store *store, const char *id, struct error *error))[DIGEST_HEX_SIZE]
{
    bool row;
    size_t count = 0, capacity = 4;
    char(*aliases)[DIGEST_HEX_SIZE] = calloc(capacity, sizeof *aliases);
    sqlite3_stmt *statement =
        store_statement(store,
                        "WITH RECURSIVE merged(id) AS (SELECT id FROM event WHERE target=?1 AND state=1"
                        " UNION SELECT e.id FROM event e JOIN merged m ON e.target=m.id WHERE e.state=1)"
                        " SELECT id FROM merged WHERE id<>?1 ORDER BY id",
                        error);
    if (!aliases || !statement) {
        free(aliases);
        if (statement)
            error_set(error, ERROR_MEMORY, "no memory for the ids of event %s", id);
        return NULL;
    }
    store_bind_text(statement, 1, id);
    for (;;) {
        if (!store_step(store, statement, &row, error, "read the ids of an event")) {
            free(aliases);
            return NULL;
        }
        if (!row)
            return aliases;
        if (count + 2 > capacity) {
            char(*grown)[DIGEST_HEX_SIZE] = realloc(aliases, 2 * capacity * sizeof *aliases);
            if (!grown) {
                store_done(statement);
                free(aliases);
                error_set(error, ERROR_MEMORY, "no memory for the ids of event %s", id);
                return NULL;
            }
            aliases = grown;
            capacity *= 2;
        }
        copy_id(aliases[count++], store_column_text(statement, 0));
        aliases[count][0] = '\0';
    }
}
