/* The walk over events: keys from the columns, some thousand at a time, and their records page by page. */
#include "core/base/clock.h"
#include "core/query/query_private.h"

#include "core/store/columns.h"
#include "core/store/store.h"

#include <stdlib.h>
#include <string.h>

/* How many keys are found at a time: as many as one page needs, or for a long walk so many that finding them anew for
 * each part of it is little beside reading their records. */
enum { KEYS_LEAST = 128, KEYS_UNCERTAIN = 2048, KEYS_MOST = 16384, PAGE_LIMIT_MAX = 1000 };

bool query_read_event(struct query *query, int64_t sequence, struct ent_record **record, struct ent_record **previous,
                      struct error *error)
{
    bool row;
    const char *sql = previous ? "SELECT r.record, p.record FROM event e JOIN event_revision r"
                                 " ON r.sequence=e.last_revision LEFT JOIN event_revision p"
                                 " ON p.event=r.event AND p.revision=r.revision-1 WHERE e.sequence=?1 AND e.state=0"
                               : "SELECT r.record FROM event e JOIN event_revision r"
                                 " ON r.sequence=e.last_revision WHERE e.sequence=?1 AND e.state=0";
    *record = NULL;
    if (previous)
        *previous = NULL;
    sqlite3_stmt *statement = store_statement(query->store, sql, error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, sequence);
    if (!store_step(query->store, statement, &row, error, "read an event"))
        return false;
    bool ok = true;
    if (row)
        ok = (*record = store_column_record(query->store, statement, 0, error)) != NULL;
    if (ok && row && previous && sqlite3_column_type(statement, 1) != SQLITE_NULL)
        ok = (*previous = store_column_record(query->store, statement, 1, error)) != NULL;
    store_done(statement);
    return ok;
}

bool query_try_event(struct query *query, struct plan *plan, int64_t sequence, bool *fits, struct ent_record **record,
                     struct error *error)
{
    struct ent_record *previous = NULL;
    *fits = false;
    bool wants_previous = plan_wants_previous(plan);
    bool ok = query_read_event(query, sequence, record, wants_previous ? &previous : NULL, error);
    if (ok && *record)
        ok = plan_fits(plan, (*record)->view, previous ? &previous->view : NULL, fits, error);
    record_release(previous);
    if (!ok || !*fits) {
        record_release(*record);
        *record = NULL;
    }
    return ok;
}

/* ---- the walk ---- */

static size_t keys_wanted(const struct query_cursor *cursor)
{
    if (!cursor->filter.limit || cursor->filter.limit > PAGE_LIMIT_MAX)
        return KEYS_MOST;
    size_t least = plan_is_certain(cursor->walk.plan) ? KEYS_LEAST : KEYS_UNCERTAIN;
    return (size_t)cursor->filter.limit < least ? least : (size_t)cursor->filter.limit + 1;
}

static bool find_keys(struct query_cursor *cursor, size_t wanted, struct error *error)
{
    struct event_walk *walk = &cursor->walk;
    walk->at = 0;
    if (wanted > walk->selection.capacity) {
        selection_end(&walk->selection);
        if (!selection_begin(&walk->selection, wanted))
            return error_set(error, ERROR_MEMORY, "out of memory for a list of events");
    }
    if (!select_run(cursor->query->columns, walk->plan, walk->order, walk->has_after ? &walk->after : NULL,
                    walk->seen.words ? &walk->seen : NULL, walk->last, &walk->selection, error))
        return false;
    walk->all = walk->done + walk->selection.found;
    return true;
}

bool event_walk_begin(struct query_cursor *cursor, struct error *error)
{
    struct event_walk *walk = &cursor->walk;
    const struct query_filter *filter = &cursor->filter;
    walk->order = (struct select_order){filter->order, filter->oldest_first};
    walk->begun = clock_monotonic();
    if (filter->after && *filter->after) {
        if (!select_parse(filter->after, walk->order, &walk->after))
            return error_set(error, ERROR_INPUT, "'%.60s' is no position in a list of events in this order",
                             filter->after);
        walk->has_after = true;
    }
    walk->plan = plan_create(cursor->query->columns, filter, error);
    if (!walk->plan || !store_event_last(cursor->query->store, &walk->last, error))
        return false;
    if (!filter->limit && filter->order != QUERY_BY_NUMBER) {
        walk->seen.size = (size_t)walk->last / 64 + 1;
        walk->seen.words = calloc(walk->seen.size, sizeof *walk->seen.words);
        if (!walk->seen.words)
            return error_set(error, ERROR_MEMORY, "out of memory for a list of events");
    }
    return find_keys(cursor, keys_wanted(cursor), error);
}

void event_walk_end(struct query_cursor *cursor)
{
    plan_destroy(cursor->walk.plan);
    selection_end(&cursor->walk.selection);
    free(cursor->walk.seen.words);
}

/* The keys at hand are used up: the next ones, *none where there are no more. An event that moved to the front of the
 * order while the walk went on was passed by; a last sweep finds those, without regard to where they stand. */
static bool more_keys(struct query_cursor *cursor, bool *none, struct error *error)
{
    struct event_walk *walk = &cursor->walk;
    bool was_last = walk->selection.found <= (int64_t)walk->selection.count;
    *none = false;
    if (was_last && (!walk->seen.words || walk->is_sweeping)) {
        *none = true;
        return true;
    }
    if (was_last) {
        walk->is_sweeping = true;
        walk->has_after = walk->has_after && cursor->filter.after && *cursor->filter.after;
        if (walk->has_after)
            select_parse(cursor->filter.after, walk->order, &walk->after);
    }
    size_t wanted = walk->selection.capacity * 4;
    if (!find_keys(cursor, wanted < KEYS_MOST ? wanted : KEYS_MOST, error))
        return false;
    *none = walk->selection.count == 0;
    return true;
}

static void mark_seen(struct event_walk *walk, int64_t sequence)
{
    if (walk->seen.words && (size_t)sequence / 64 < walk->seen.size)
        walk->seen.words[sequence / 64] |= (uint64_t)1 << (sequence % 64);
}

static bool take_key(struct query_cursor *cursor, const struct select_key *key, size_t *bytes, struct error *error)
{
    struct event_walk *walk = &cursor->walk;
    struct ent_record *record = NULL;
    bool fits = true;
    bool ok = key->is_certain ? query_read_event(cursor->query, key->sequence, &record, NULL, error)
                              : query_try_event(cursor->query, walk->plan, key->sequence, &fits, &record, error);
    if (!ok)
        return false;
    mark_seen(walk, key->sequence);
    walk->after = *key;
    walk->has_after = true;
    walk->done++;
    walk->tried += !key->is_certain;
    if (!record)
        return true;
    *bytes += record->view.size;
    cursor->keys[cursor->page_count] = *key;
    cursor->page[cursor->page_count++] = (struct query_row){.sequence = key->sequence, .record = record};
    return true;
}

bool query_is_spent(int64_t budget, int64_t tried, int64_t begun)
{
    if (budget <= 0)
        return false;
    return tried >= budget || (tried >= QUERY_BUDGET_LEAST && clock_monotonic() - begun >= QUERY_BUDGET_MS);
}

static bool is_spent(const struct query_cursor *cursor, const struct select_key *key)
{
    return !key->is_certain && query_is_spent(cursor->filter.budget, cursor->walk.tried, cursor->walk.begun);
}

bool event_walk_page(struct query_cursor *cursor, struct error *error)
{
    struct event_walk *walk = &cursor->walk;
    size_t bytes = 0;
    while (!walk->is_over && page_has_room(cursor, bytes)) {
        bool none;
        if (walk->at == walk->selection.count) {
            /* What was found goes out before more is looked for. */
            if (cursor->page_count)
                return true;
            if (!more_keys(cursor, &none, error))
                return false;
            walk->is_over = none;
            continue;
        }
        if (is_spent(cursor, &walk->selection.keys[walk->at])) {
            walk->is_over = walk->is_cut = true;
            return true;
        }
        if (cursor->tell && walk->done % QUERY_PAGE_ROWS == 0)
            cursor->tell(cursor->tell_context, walk->done, walk->all);
        if (!take_key(cursor, &walk->selection.keys[walk->at++], &bytes, error))
            return false;
    }
    return true;
}
