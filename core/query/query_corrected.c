/* The walk over events that people judged or corrected. They are few and have an index; a rejected one is in no column. */
#include "core/query/query_private.h"

#include "core/query/filter.h"
#include "core/query/plan.h"
#include "core/store/store.h"

#include <stdlib.h>
#include <string.h>

static const char keys_sql[] =
    "SELECT e.sequence, r.record FROM event e JOIN event_revision r ON r.sequence=e.last_revision"
    " WHERE e.sequence<=?1 AND e.corrections>0"
    " AND CASE ?2 WHEN 1 THEN state=3 WHEN 2 THEN state=0 AND verdict='confirmed' ELSE state IN (0, 3) END"
    " AND ifnull(last_seen,0)>=?3 AND ifnull(last_seen,0)<?4"
    " AND (?5 IS NULL OR type IN (SELECT value FROM json_each(?5)))"
    " AND (?6 IS NULL OR status IN (SELECT value FROM json_each(?6)))"
    " AND (?7 IS NULL OR modality IN (SELECT value FROM json_each(?7)))"
    " AND (?8 IS NULL OR scope IN (SELECT value FROM json_each(?8)))"
    " AND ifnull(independent_sources,0)>=?9"
    " AND (?10 IS NULL OR EXISTS (SELECT 1 FROM event_actor a WHERE a.event=e.sequence"
    "      AND a.actor IN (SELECT value FROM json_each(?10))))"
    " AND (?11 IS NULL OR (SELECT count(DISTINCT a.actor) FROM event_actor a WHERE a.event=e.sequence"
    "      AND a.role<>'observer' AND a.actor IN (SELECT value FROM json_each(?11)))=2)"
    " ORDER BY e.sequence DESC";

enum { LISTS = 6 };

static void make_lists(const struct query_filter *filter, char *lists[LISTS], bool *failed)
{
    const char *const words[LISTS] = {filter->types,  filter->statuses, filter->modalities,
                                      filter->scopes, filter->actors,   filter->dyad};
    for (int i = 0; i < LISTS; i++)
        lists[i] = filter_list(words[i], "", failed);
}

static void bind_filter(sqlite3_stmt *statement, const struct query_cursor *cursor, char *const lists[LISTS])
{
    const struct query_filter *filter = &cursor->filter;
    sqlite3_bind_int64(statement, 1, cursor->next);
    sqlite3_bind_int(statement, 2, (int)filter->standing);
    sqlite3_bind_int64(statement, 3, filter->since);
    sqlite3_bind_int64(statement, 4, filter->until);
    for (int i = 0; i < 4; i++)
        store_bind_text(statement, 5 + i, lists[i]);
    sqlite3_bind_int64(statement, 9, filter->sources_min);
    store_bind_text(statement, 10, lists[4]);
    store_bind_text(statement, 11, lists[5]);
}

/* What SQL cannot tell. */
static bool try_record(struct query_cursor *cursor, struct plan *plan, struct record_view event, bool *fits,
                       struct error *error)
{
    *fits = !cursor->filter.sources || filter_has_publisher(event, cursor->filter.sources);
    return !*fits || plan_fits(plan, event, NULL, fits, error);
}

static bool take_rows(struct query_cursor *cursor, struct plan *plan, sqlite3_stmt *statement, struct error *error)
{
    size_t bytes = 0;
    bool row, ok = true;
    while (ok && page_has_room(cursor, bytes)) {
        if (!store_step(cursor->query->store, statement, &row, error, "list corrected events"))
            return false;
        if (!row) {
            cursor->next = 0;
            return true;
        }
        bool fits = false;
        struct ent_record *record = store_column_record(cursor->query->store, statement, 1, error);
        int64_t sequence = sqlite3_column_int64(statement, 0);
        cursor->next = sequence - 1;
        ok = record && try_record(cursor, plan, record->view, &fits, error);
        if (ok && fits) {
            bytes += record->view.size;
            cursor->page[cursor->page_count++] = (struct query_row){.sequence = sequence, .record = record};
        } else
            record_release(record);
    }
    store_done(statement);
    return ok;
}

bool corrected_walk_page(struct query_cursor *cursor, struct error *error)
{
    char *lists[LISTS];
    bool failed = false;
    if (cursor->next < 1)
        return true;
    make_lists(&cursor->filter, lists, &failed);
    struct plan *plan = failed ? NULL : plan_create(cursor->query->columns, &cursor->filter, error);
    sqlite3_stmt *statement = plan ? store_statement(cursor->query->store, keys_sql, error) : NULL;
    bool ok = statement != NULL;
    if (failed)
        error_set(error, ERROR_MEMORY, "out of memory");
    if (ok) {
        bind_filter(statement, cursor, lists);
        ok = take_rows(cursor, plan, statement, error);
    }
    plan_destroy(plan);
    for (int i = 0; i < LISTS; i++)
        free(lists[i]);
    return ok;
}
