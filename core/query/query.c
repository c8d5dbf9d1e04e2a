#include "core/query/query.h"

#include "core/query/filter.h"
#include "core/store/state.h"
#include "core/store/store.h"

#include <stdlib.h>
#include <string.h>

enum { PATH_SIZE = 4096, PAGE_BYTES_MAX = 8 * 1024 * 1024, KEY_WINDOW = 10000 };

struct query {
    struct store *store;
};

/* An event by what it is sorted by. */
struct key {
    int64_t last_seen, sequence;
};

enum cursor_kind { CURSOR_EVENTS, CURSOR_ITEMS, CURSOR_ALERTS };

/* Filter texts as the cursor keeps them; the lists as JSON for json_each. */
struct lists {
    char *types, *statuses, *modalities, *scopes, *actors, *sources, *watches, *states;
};

struct query_cursor {
    struct query *query;
    enum cursor_kind kind;
    struct query_filter filter; /* times and numbers; its texts are those below */
    struct lists lists;
    char *dyad[2], *publishers, *text;
    int64_t given;
    struct query_row page[QUERY_PAGE_ROWS];
    size_t page_count, page_at;
    struct key *keys; /* events: all that pass SQL's filter, newest first */
    size_t key_count, key_at;
    int64_t next; /* items, alerts: greatest sequence not yet looked at */
    int64_t first_next;
    void (*tell)(void *context, int64_t done, int64_t all); /* NULL: nobody wants to know */
    void *tell_context;
};

/* ---- opening ---- */

struct query *query_open(const char *state_dir, struct error *error)
{
    char path[PATH_SIZE];
    if (!state_path(path, sizeof path, state_dir, STORE_FILE_NAME, error))
        return NULL;
    struct query *query = calloc(1, sizeof *query);
    if (!query) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    query->store = store_open(path, STORE_READ, error);
    if (!query->store) {
        free(query);
        return NULL;
    }
    return query;
}

void query_close(struct query *query)
{
    if (!query)
        return;
    store_close(query->store);
    free(query);
}

struct store *query_store(struct query *query)
{
    return query->store;
}

/* ---- cursors ---- */

bool query_filter_is_open(const struct query_filter *filter)
{
    return filter->since == INT64_MIN && filter->until == INT64_MAX && !filter->types && !filter->statuses &&
           !filter->modalities && !filter->scopes && !filter->actors && !filter->dyad && !filter->sources &&
           !filter->watches && !filter->states && !filter->text && filter->sources_min == 0;
}

static char *copy_text(const char *text, size_t size, bool *failed)
{
    char *copy = strndup(text, size);
    *failed = *failed || !copy;
    return copy;
}

static void copy_dyad(struct query_cursor *cursor, const char *dyad, bool *failed)
{
    if (!dyad)
        return;
    size_t size = strcspn(dyad, ",");
    cursor->dyad[0] = copy_text(dyad, size, failed);
    cursor->dyad[1] = copy_text(dyad + size + (dyad[size] == ','), strlen(dyad + size), failed);
}

static struct query_cursor *cursor_create(struct query *query, enum cursor_kind kind, const struct query_filter *filter,
                                          struct error *error)
{
    struct query_cursor *cursor = calloc(1, sizeof *cursor);
    bool failed = !cursor;
    if (cursor) {
        cursor->query = query;
        cursor->kind = kind;
        cursor->filter = *filter;
        cursor->lists.types = filter_list(filter->types, "", &failed);
        cursor->lists.statuses = filter_list(filter->statuses, "", &failed);
        cursor->lists.modalities = filter_list(filter->modalities, "", &failed);
        cursor->lists.scopes = filter_list(filter->scopes, "", &failed);
        cursor->lists.actors = filter_list(filter->actors, "", &failed);
        cursor->lists.sources = filter_list(filter->sources, kind == CURSOR_ITEMS ? "source." : "", &failed);
        cursor->lists.watches = filter_list(filter->watches, "", &failed);
        cursor->lists.states = filter_list(filter->states, "", &failed);
        copy_dyad(cursor, filter->dyad, &failed);
        cursor->text = filter->text ? copy_text(filter->text, strlen(filter->text), &failed) : NULL;
        cursor->publishers = filter->sources ? copy_text(filter->sources, strlen(filter->sources), &failed) : NULL;
    }
    if (!failed)
        return cursor;
    query_end(cursor);
    error_set(error, ERROR_MEMORY, "out of memory");
    return NULL;
}

static void page_clear(struct query_cursor *cursor)
{
    for (size_t i = 0; i < cursor->page_count; i++)
        record_release(cursor->page[i].record);
    cursor->page_count = cursor->page_at = 0;
}

void query_end(struct query_cursor *cursor)
{
    if (!cursor)
        return;
    page_clear(cursor);
    char *texts[] = {cursor->lists.types,  cursor->lists.statuses, cursor->lists.modalities, cursor->lists.scopes,
                     cursor->lists.actors, cursor->lists.sources,  cursor->lists.watches,    cursor->lists.states,
                     cursor->dyad[0],      cursor->dyad[1],        cursor->publishers,       cursor->text};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free(texts[i]);
    free(cursor->keys);
    free(cursor);
}

/* Greatest sequence of a table; false on failure. */
static bool last_sequence(struct query *query, const char *sql, int64_t *last, struct error *error)
{
    return store_count(query->store, sql, last, error);
}

static bool page_has_room(const struct query_cursor *cursor, size_t bytes)
{
    return cursor->page_count < QUERY_PAGE_ROWS && bytes < PAGE_BYTES_MAX;
}

void query_on_progress(struct query_cursor *cursor, void (*tell)(void *context, int64_t done, int64_t all),
                       void *context)
{
    cursor->tell = tell;
    cursor->tell_context = context;
}

static void tell_progress(const struct query_cursor *cursor)
{
    bool events = cursor->kind == CURSOR_EVENTS;
    int64_t all = events ? (int64_t)cursor->key_count : cursor->first_next;
    if (cursor->tell)
        cursor->tell(cursor->tell_context, events ? (int64_t)cursor->key_at : cursor->first_next - cursor->next, all);
}

/* ---- events ---- */

/* The columns say all but the text and the publishers. */
static const char event_keys_sql[] =
    "SELECT sequence, last_seen FROM event e WHERE sequence>?1 AND sequence<=?2 AND state=0"
    " AND ifnull(last_seen,0)>=?3 AND ifnull(last_seen,0)<?4"
    " AND (?5 IS NULL OR type IN (SELECT value FROM json_each(?5)))"
    " AND (?6 IS NULL OR status IN (SELECT value FROM json_each(?6)))"
    " AND (?7 IS NULL OR modality IN (SELECT value FROM json_each(?7)))"
    " AND (?8 IS NULL OR scope IN (SELECT value FROM json_each(?8)))"
    " AND ifnull(independent_sources,0)>=?9"
    " AND (?10 IS NULL OR EXISTS (SELECT 1 FROM event_actor a WHERE a.event=e.sequence"
    "      AND a.actor IN (SELECT value FROM json_each(?10))))"
    " AND (?11 IS NULL OR EXISTS (SELECT 1 FROM event_actor a WHERE a.event=e.sequence AND a.actor=?11"
    "      AND a.role<>'observer'))"
    " AND (?12 IS NULL OR EXISTS (SELECT 1 FROM event_actor a WHERE a.event=e.sequence AND a.actor=?12"
    "      AND a.role<>'observer'))";

static bool add_key(struct query_cursor *cursor, size_t *capacity, struct key key, struct error *error)
{
    if (cursor->key_count == *capacity) {
        size_t larger = *capacity ? *capacity * 2 : 256;
        struct key *keys = realloc(cursor->keys, larger * sizeof *keys);
        if (!keys)
            return error_set(error, ERROR_MEMORY, "out of memory for a list of %zu events", larger);
        cursor->keys = keys;
        *capacity = larger;
    }
    cursor->keys[cursor->key_count++] = key;
    return true;
}

static bool read_key_window(struct query_cursor *cursor, int64_t after, size_t *capacity, struct error *error)
{
    struct store *store = cursor->query->store;
    sqlite3_stmt *statement = store_statement(store, event_keys_sql, error);
    if (!statement)
        return false;
    const struct lists *lists = &cursor->lists;
    sqlite3_bind_int64(statement, 1, after);
    sqlite3_bind_int64(statement, 2, after + KEY_WINDOW);
    sqlite3_bind_int64(statement, 3, cursor->filter.since);
    sqlite3_bind_int64(statement, 4, cursor->filter.until);
    store_bind_text(statement, 5, lists->types);
    store_bind_text(statement, 6, lists->statuses);
    store_bind_text(statement, 7, lists->modalities);
    store_bind_text(statement, 8, lists->scopes);
    sqlite3_bind_int64(statement, 9, cursor->filter.sources_min);
    store_bind_text(statement, 10, lists->actors);
    store_bind_text(statement, 11, cursor->dyad[0]);
    store_bind_text(statement, 12, cursor->dyad[1]);
    for (;;) {
        bool row;
        if (!store_step(store, statement, &row, error, "list events"))
            return false;
        if (!row)
            return true;
        struct key key = {.last_seen = sqlite3_column_int64(statement, 1),
                          .sequence = sqlite3_column_int64(statement, 0)};
        if (!add_key(cursor, capacity, key, error)) {
            store_done(statement);
            return false;
        }
    }
}

static int newest_first(const void *left, const void *right)
{
    const struct key *a = left, *b = right;
    if (a->last_seen != b->last_seen)
        return a->last_seen > b->last_seen ? -1 : 1;
    return a->sequence > b->sequence ? -1 : a->sequence < b->sequence;
}

struct query_cursor *query_events(struct query *query, const struct query_filter *filter, struct error *error)
{
    struct query_cursor *cursor = cursor_create(query, CURSOR_EVENTS, filter, error);
    int64_t last;
    size_t capacity = 0;
    bool ok = cursor && last_sequence(query, "SELECT max(sequence) FROM event", &last, error);
    for (int64_t after = 0; ok && after < last; after += KEY_WINDOW)
        ok = read_key_window(cursor, after, &capacity, error);
    if (!ok) {
        query_end(cursor);
        return NULL;
    }
    if (cursor->key_count)
        qsort(cursor->keys, cursor->key_count, sizeof *cursor->keys, newest_first);
    return cursor;
}

/* *record stays NULL where the event is no longer live. */
static bool read_event(struct query *query, int64_t sequence, struct ent_record **record, struct error *error)
{
    bool row;
    sqlite3_stmt *statement = store_statement(query->store,
                                              "SELECT r.record FROM event e JOIN event_revision r"
                                              " ON r.sequence=e.last_revision WHERE e.sequence=?1 AND e.state=0",
                                              error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, sequence);
    if (!store_step(query->store, statement, &row, error, "read an event"))
        return false;
    if (row)
        *record = store_column_record(query->store, statement, 0, error);
    store_done(statement);
    return !row || *record;
}

static bool event_fits(const struct query_cursor *cursor, struct record_view event)
{
    return (!cursor->text || filter_has_text(event, cursor->text)) &&
           (!cursor->publishers || filter_has_publisher(event, cursor->publishers));
}

/* Each event is read in a transaction of its own, so it may take as long as it likes. */
static bool fill_events(struct query_cursor *cursor, struct error *error)
{
    for (size_t bytes = 0; cursor->key_at < cursor->key_count && page_has_room(cursor, bytes); cursor->key_at++) {
        struct ent_record *record = NULL;
        int64_t sequence = cursor->keys[cursor->key_at].sequence;
        if (cursor->key_at % QUERY_PAGE_ROWS == 0)
            tell_progress(cursor);
        if (!read_event(cursor->query, sequence, &record, error))
            return false;
        if (!record || !event_fits(cursor, record->view)) {
            record_release(record);
            continue;
        }
        bytes += record->view.size;
        cursor->page[cursor->page_count++] = (struct query_row){.sequence = sequence, .record = record};
    }
    return true;
}

/* ---- items and alerts: windows of sequence numbers, from the last ---- */

static const char items_sql[] = "SELECT sequence, superseded_by IS NOT NULL, record,"
                                " (SELECT count(*) FROM report r WHERE r.item=i.sequence AND r.state=0)"
                                " FROM item i WHERE sequence<=?1 AND sequence>?2"
                                " AND coalesce(published, fetched, 0)>=?3 AND coalesce(published, fetched, 0)<?4"
                                " AND (?5 IS NULL OR source IN (SELECT value FROM json_each(?5))"
                                "      OR 'source.'||source IN (SELECT value FROM json_each(?5)))"
                                " ORDER BY sequence DESC";

static const char alerts_sql[] = "SELECT sequence, state, record,"
                                 " (SELECT count(*) FROM delivery d WHERE d.alert=a.sequence AND d.state IN (0,3)),"
                                 " (SELECT count(*) FROM delivery d WHERE d.alert=a.sequence AND d.state=1),"
                                 " (SELECT count(*) FROM delivery d WHERE d.alert=a.sequence AND d.state=2)"
                                 " FROM alert a WHERE sequence<=?1 AND sequence>?2 AND created>=?3 AND created<?4"
                                 " AND (?5 IS NULL OR watch IN (SELECT value FROM json_each(?5)))"
                                 " AND (?6 IS NULL OR state IN (SELECT value FROM json_each(?6)))"
                                 " ORDER BY sequence DESC";

static struct query_cursor *cursor_at_end(struct query *query, enum cursor_kind kind, const char *last_sql,
                                          const struct query_filter *filter, struct error *error)
{
    struct query_cursor *cursor = cursor_create(query, kind, filter, error);
    if (cursor && !last_sequence(query, last_sql, &cursor->next, error)) {
        query_end(cursor);
        return NULL;
    }
    if (cursor)
        cursor->first_next = cursor->next;
    return cursor;
}

struct query_cursor *query_items(struct query *query, const struct query_filter *filter, struct error *error)
{
    return cursor_at_end(query, CURSOR_ITEMS, "SELECT max(sequence) FROM item", filter, error);
}

struct query_cursor *query_alerts(struct query *query, const struct query_filter *filter, struct error *error)
{
    return cursor_at_end(query, CURSOR_ALERTS, "SELECT max(sequence) FROM alert", filter, error);
}

/* The alert as it stands: its state has a column of its own. */
static struct ent_record *with_state(struct ent_record *stored, const char *state, struct error *error)
{
    static const unsigned state_field[] = {ENT_ALERT_STATE, 0};
    struct ent_builder *builder = record_build(ENT_ALERT);
    if (!builder) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    record_put_all(builder, stored->view, state_field);
    record_put_text(builder, ENT_ALERT_STATE, state);
    return record_seal(builder, error);
}

static bool alert_fits(const struct query_cursor *cursor, struct record_view alert)
{
    struct record_view event;
    const char *type = record_get_view(alert, ENT_ALERT_EVENT, 0, &event) ? record_text(event, ENT_REPORT_TYPE) : NULL;
    return !cursor->filter.types || (type && filter_in_list(cursor->filter.types, type));
}

/* Takes the statement's present row into the page, where it fits. */
static bool take_row(struct query_cursor *cursor, sqlite3_stmt *statement, size_t *bytes, struct error *error)
{
    struct store *store = cursor->query->store;
    struct query_row row = {.sequence = sqlite3_column_int64(statement, 0)};
    row.record = store_column_record(store, statement, 2, error);
    if (!row.record)
        return false;
    bool fits = !cursor->text || filter_has_text(row.record->view, cursor->text);
    if (cursor->kind == CURSOR_ITEMS) {
        row.superseded = sqlite3_column_int(statement, 1) != 0;
        row.reports = sqlite3_column_int64(statement, 3);
    } else {
        fits = fits && alert_fits(cursor, row.record->view);
        struct ent_record *present = fits ? with_state(row.record, store_column_text(statement, 1), error) : NULL;
        if (fits && !present) {
            record_release(row.record);
            return false;
        }
        if (present) {
            record_release(row.record);
            row.record = present;
        }
        row.pending = sqlite3_column_int64(statement, 3);
        row.delivered = sqlite3_column_int64(statement, 4);
        row.dead = sqlite3_column_int64(statement, 5);
    }
    if (!fits) {
        record_release(row.record);
        return true;
    }
    *bytes += row.record->view.size;
    cursor->page[cursor->page_count++] = row;
    return true;
}

static bool fill_window(struct query_cursor *cursor, size_t *bytes, struct error *error)
{
    struct store *store = cursor->query->store;
    bool items = cursor->kind == CURSOR_ITEMS;
    sqlite3_stmt *statement = store_statement(store, items ? items_sql : alerts_sql, error);
    if (!statement)
        return false;
    int64_t before = cursor->next > QUERY_WINDOW ? cursor->next - QUERY_WINDOW : 0;
    sqlite3_bind_int64(statement, 1, cursor->next);
    sqlite3_bind_int64(statement, 2, before);
    sqlite3_bind_int64(statement, 3, cursor->filter.since);
    sqlite3_bind_int64(statement, 4, cursor->filter.until);
    store_bind_text(statement, 5, items ? cursor->lists.sources : cursor->lists.watches);
    if (!items)
        store_bind_text(statement, 6, cursor->lists.states);
    while (page_has_room(cursor, *bytes)) {
        bool row;
        if (!store_step(store, statement, &row, error, items ? "list items" : "list alerts"))
            return false;
        if (!row) {
            cursor->next = before;
            return true;
        }
        cursor->next = sqlite3_column_int64(statement, 0) - 1;
        if (!take_row(cursor, statement, bytes, error)) {
            store_done(statement);
            return false;
        }
    }
    store_done(statement);
    return true;
}

/* ---- walking ---- */

static bool fill_page(struct query_cursor *cursor, struct error *error)
{
    page_clear(cursor);
    if (cursor->kind == CURSOR_EVENTS)
        return fill_events(cursor, error);
    size_t bytes = 0;
    while (cursor->next > 0 && cursor->page_count == 0) {
        tell_progress(cursor);
        if (!fill_window(cursor, &bytes, error))
            return false;
    }
    return true;
}

bool query_next(struct query_cursor *cursor, const struct query_row **row, struct error *error)
{
    *row = NULL;
    if (cursor->filter.limit && cursor->given == cursor->filter.limit)
        return true;
    if (cursor->page_at == cursor->page_count && !fill_page(cursor, error))
        return false;
    if (cursor->page_at == cursor->page_count)
        return true;
    *row = &cursor->page[cursor->page_at++];
    cursor->given++;
    return true;
}
