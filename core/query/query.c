#include "core/query/query_private.h"

#include "core/query/filter.h"
#include "core/store/state.h"
#include "core/store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_SIZE = 4096 };

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
    query->columns = query->store ? columns_create(query->store) : NULL;
    if (query->columns)
        return query;
    if (query->store)
        error_set(error, ERROR_MEMORY, "out of memory");
    query_close(query);
    return NULL;
}

void query_close(struct query *query)
{
    if (!query)
        return;
    columns_destroy(query->columns);
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
           !filter->watches && !filter->states && !filter->text && !filter->rule && filter->sources_min == 0 &&
           filter->standing == QUERY_LIVE;
}

/* The texts of a filter, for copying and freeing. */
enum { FILTER_TEXTS = 11 };
static void list_texts(struct query_filter *filter, const char **texts[FILTER_TEXTS])
{
    const char **all[FILTER_TEXTS] = {&filter->types,   &filter->statuses, &filter->modalities, &filter->scopes,
                                      &filter->actors,  &filter->dyad,     &filter->sources,    &filter->watches,
                                      &filter->states,  &filter->text,     &filter->after};
    memcpy(texts, all, sizeof all);
}

static bool copy_filter(struct query_cursor *cursor, const struct query_filter *filter)
{
    const char **texts[FILTER_TEXTS];
    bool failed = false;
    cursor->filter = *filter;
    list_texts(&cursor->filter, texts);
    for (int i = 0; i < FILTER_TEXTS; i++)
        if (*texts[i]) {
            *texts[i] = strdup(*texts[i]);
            failed = failed || !*texts[i];
        }
    cursor->sources = filter_list(filter->sources, "source.", &failed);
    cursor->watches = filter_list(filter->watches, "", &failed);
    cursor->states = filter_list(filter->states, "", &failed);
    return !failed;
}

static struct query_cursor *cursor_create(struct query *query, enum cursor_kind kind, const struct query_filter *filter,
                                          struct error *error)
{
    struct query_cursor *cursor = calloc(1, sizeof *cursor);
    if (cursor) {
        cursor->query = query;
        cursor->kind = kind;
        if (copy_filter(cursor, filter))
            return cursor;
    }
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
    const char **texts[FILTER_TEXTS];
    if (!cursor)
        return;
    page_clear(cursor);
    event_walk_end(cursor);
    list_texts(&cursor->filter, texts);
    for (int i = 0; i < FILTER_TEXTS; i++)
        free((char *)*texts[i]);
    free(cursor->sources);
    free(cursor->watches);
    free(cursor->states);
    free(cursor);
}

void query_on_progress(struct query_cursor *cursor, void (*tell)(void *context, int64_t done, int64_t all),
                       void *context)
{
    cursor->tell = tell;
    cursor->tell_context = context;
}

static void tell_progress(const struct query_cursor *cursor)
{
    if (cursor->tell)
        cursor->tell(cursor->tell_context, cursor->first_next - cursor->next, cursor->first_next);
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

static bool start_behind(struct query_cursor *cursor, struct error *error)
{
    char *end;
    const char *after = cursor->filter.after;
    if (!after || !*after)
        return true;
    int64_t sequence = strtoll(after, &end, 16);
    if (*end || sequence < 1)
        return error_set(error, ERROR_INPUT, "'%.60s' is no position in this list", after);
    if (sequence - 1 < cursor->next)
        cursor->next = sequence - 1;
    return true;
}

static struct query_cursor *cursor_at_end(struct query *query, enum cursor_kind kind, const char *last_sql,
                                          const struct query_filter *filter, struct error *error)
{
    struct query_cursor *cursor = cursor_create(query, kind, filter, error);
    if (cursor && store_count(query->store, last_sql, &cursor->next, error) && start_behind(cursor, error)) {
        cursor->first_next = cursor->next;
        return cursor;
    }
    query_end(cursor);
    return NULL;
}

struct query_cursor *query_events(struct query *query, const struct query_filter *filter, struct error *error)
{
    if (filter->standing != QUERY_LIVE)
        return cursor_at_end(query, CURSOR_CORRECTED, "SELECT max(sequence) FROM event", filter, error);
    struct query_cursor *cursor = cursor_create(query, CURSOR_EVENTS, filter, error);
    if (cursor && event_walk_begin(cursor, error))
        return cursor;
    query_end(cursor);
    return NULL;
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
    bool fits = !cursor->filter.text || filter_has_text(row.record->view, cursor->filter.text);
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
    store_bind_text(statement, 5, items ? cursor->sources : cursor->watches);
    if (!items)
        store_bind_text(statement, 6, cursor->states);
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
        return event_walk_page(cursor, error);
    if (cursor->kind == CURSOR_CORRECTED)
        return corrected_walk_page(cursor, error);
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

bool query_is_cut(const struct query_cursor *cursor)
{
    return cursor->walk.is_cut && cursor->page_at == cursor->page_count;
}

void query_position(const struct query_cursor *cursor, char position[QUERY_POSITION_SIZE])
{
    *position = '\0';
    if (query_is_cut(cursor)) {
        select_print(position, cursor->walk.order, &cursor->walk.after);
        return;
    }
    if (cursor->page_at == 0)
        return;
    if (cursor->kind == CURSOR_EVENTS)
        select_print(position, cursor->walk.order, &cursor->keys[cursor->page_at - 1]);
    else
        snprintf(position, QUERY_POSITION_SIZE, "%llx", (unsigned long long)cursor->page[cursor->page_at - 1].sequence);
}
