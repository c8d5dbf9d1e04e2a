/* Pages of events, items and alerts, and what a filter's events come to: facets, places, dyads, timeline. */
#include "core/ask/asked_filter.h"
#include "core/query/counts.h"
#include "core/watch/watch.h"
#include "lib/record/event_text.h"
#include "lib/record/record_json.h"
#include "lib/record/vocabulary.h"

#include <string.h>

enum { TOP = 30, TOP_MAX = 1000, LOOK_BUDGET = 2000, BUDGET_MAX = 1000000 };

/* ---- rows ---- */

static void put_headline(struct asking *asking, struct record_view event)
{
    struct buffer line = BUFFER_INIT;
    watch_headline(event, &line);
    ask_put_text(asking, "headline", line.bytes ? line.bytes : "");
    buffer_free(&line);
}

/* The event without what only its own page shows: quotes, sources, reasons. */
static bool put_event(struct asking *asking, struct record_view event, int64_t updated)
{
    static const unsigned left_out[] = {ENT_REPORT_EVIDENCE, ENT_REPORT_REASON, ENT_REPORT_STEP,   ENT_REPORT_CITED,
                                        ENT_EVENT_SOURCE,    ENT_EVENT_CONFLICT, ENT_EVENT_ALIAS, 0};
    struct ent_builder *builder = record_build(ENT_EVENT);
    if (!builder)
        return error_set(asking->error, ERROR_MEMORY, "out of memory");
    record_put_all(builder, event, left_out);
    struct ent_record *brief = record_seal(builder, asking->error);
    if (!brief)
        return false;
    json_object_open(asking->json);
    record_members_to_json(asking->json, brief->view, 0);
    put_headline(asking, event);
    ask_put_integer(asking, "sources", (int64_t)record_count(event, ENT_EVENT_SOURCE));
    ask_put_integer(asking, "conflicts", (int64_t)record_count(event, ENT_EVENT_CONFLICT));
    ask_put_integer(asking, "updated", updated);
    json_object_close(asking->json);
    record_release(brief);
    return true;
}

/* When the last revision was made, which is when the archive came to know of it. */
static bool find_update(struct asking *asking, int64_t event, int64_t *updated)
{
    bool row;
    sqlite3_stmt *statement = store_statement(asking->store,
                                              "SELECT r.made FROM event e JOIN event_revision r"
                                              " ON r.sequence=e.last_revision WHERE e.sequence=?1",
                                              asking->error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, event);
    if (!store_step(asking->store, statement, &row, asking->error, "read when an event was revised"))
        return false;
    *updated = row ? sqlite3_column_int64(statement, 0) : 0;
    if (row)
        store_done(statement);
    return true;
}

static bool put_event_row(struct asking *asking, const struct query_row *row)
{
    int64_t updated;
    return find_update(asking, row->sequence, &updated) && put_event(asking, row->record->view, updated);
}

static bool put_item_row(struct asking *asking, const struct query_row *row)
{
    static const unsigned left_out[] = {ENT_ITEM_BODY, 0};
    struct ent_builder *builder = record_build(ENT_ITEM);
    if (!builder)
        return error_set(asking->error, ERROR_MEMORY, "out of memory");
    record_put_all(builder, row->record->view, left_out);
    struct ent_record *brief = record_seal(builder, asking->error);
    if (!brief)
        return false;
    json_object_open(asking->json);
    record_members_to_json(asking->json, brief->view, 0);
    ask_put_integer(asking, "reports", row->reports);
    json_key(asking->json, "superseded");
    json_put_boolean(asking->json, row->superseded);
    json_object_close(asking->json);
    record_release(brief);
    return true;
}

/* Of an alert's event what a line about it says. */
static bool put_about(struct asking *asking, struct record_view event)
{
    static const unsigned left_out[] = {ENT_REPORT_ID,
                                        ENT_REPORT_ITEM,
                                        ENT_REPORT_STAMP,
                                        ENT_REPORT_MODALITY,
                                        ENT_REPORT_SCOPE,
                                        ENT_REPORT_PROGRAMME,
                                        ENT_REPORT_TAG,
                                        ENT_REPORT_CITED,
                                        ENT_REPORT_RELATED,
                                        ENT_REPORT_EVIDENCE,
                                        ENT_REPORT_STEP,
                                        ENT_REPORT_PARENT,
                                        ENT_REPORT_CONFIDENCE,
                                        ENT_REPORT_REASON,
                                        ENT_REPORT_RELEVANCE,
                                        ENT_EVENT_FIRST_SEEN,
                                        ENT_EVENT_LAST_SEEN,
                                        ENT_EVENT_SOURCE,
                                        ENT_EVENT_INDEPENDENT_SOURCES,
                                        ENT_EVENT_CONFLICT,
                                        ENT_EVENT_REVISION,
                                        ENT_EVENT_ALIAS,
                                        ENT_EVENT_CHANGE,
                                        ENT_EVENT_VERDICT,
                                        ENT_EVENT_CORRECTION,
                                        ENT_EVENT_ORDERED,
                                        ENT_EVENT_DELIVERED,
                                        ENT_EVENT_OUTSTANDING,
                                        ENT_EVENT_GRADE,
                                        ENT_REPORT_ITEM_VERSION,
                                        ENT_REPORT_CLASSIFIER,
                                        0};
    struct ent_builder *builder = record_build(ENT_EVENT);
    if (!builder)
        return error_set(asking->error, ERROR_MEMORY, "out of memory");
    record_put_all(builder, event, left_out);
    struct ent_record *brief = record_seal(builder, asking->error);
    if (!brief)
        return false;
    json_key(asking->json, "about");
    json_object_open(asking->json);
    record_members_to_json(asking->json, brief->view, 0);
    json_object_close(asking->json);
    record_release(brief);
    return true;
}

static bool put_alert_row(struct asking *asking, const struct query_row *row)
{
    static const unsigned left_out[] = {ENT_ALERT_EVENT, 0};
    struct record_view alert = row->record->view, event;
    struct ent_builder *builder = record_build(ENT_ALERT);
    if (!builder)
        return error_set(asking->error, ERROR_MEMORY, "out of memory");
    record_put_all(builder, alert, left_out);
    struct ent_record *brief = record_seal(builder, asking->error);
    if (!brief)
        return false;
    json_object_open(asking->json);
    record_members_to_json(asking->json, brief->view, 0);
    if (record_get_view(alert, ENT_ALERT_EVENT, 0, &event)) {
        ask_put_text(asking, "event", record_text(event, ENT_REPORT_ID));
        ask_put_text(asking, "type", record_text(event, ENT_REPORT_TYPE));
        if (!put_about(asking, event)) {
            record_release(brief);
            return false;
        }
    }
    ask_put_integer(asking, "pending", row->pending);
    ask_put_integer(asking, "delivered", row->delivered);
    ask_put_integer(asking, "dead", row->dead);
    json_object_close(asking->json);
    record_release(brief);
    return true;
}

/* ---- pages ---- */

/* Walks a page and says where the next begins. The cursor is ended. */
static bool put_page(struct asking *asking, const char *key, struct query_cursor *cursor, int64_t limit,
                     bool (*put)(struct asking *asking, const struct query_row *row))
{
    char position[QUERY_POSITION_SIZE] = "";
    const struct query_row *row;
    int64_t count = 0;
    bool ok = cursor != NULL;
    json_key(asking->json, key);
    json_array_open(asking->json);
    while (ok && (ok = query_next(cursor, &row, asking->error)) && row) {
        ok = put(asking, row);
        count++;
    }
    json_array_close(asking->json);
    if (ok && (count == limit || query_is_cut(cursor))) {
        query_position(cursor, position);
        ask_put_text(asking, "next", position);
    }
    query_end(cursor);
    return ok;
}

bool ask_events(struct asking *asking)
{
    struct asked_filter asked;
    bool ok = asked_filter_read(asking, &asked) && asked_order_read(asking, &asked.filter) && asked_page_read(asking, &asked.filter) &&
              asking_integer(asking, "budget", 1, BUDGET_MAX, 0, &asked.filter.budget) &&
              put_page(asking, "events", query_events(asking->query, &asked.filter, asking->error), asked.filter.limit,
                       put_event_row);
    asked_filter_end(&asked);
    return asked_page_blame(asking, ok);
}

bool ask_items(struct asking *asking)
{
    struct query_filter filter = QUERY_FILTER_INIT;
    filter.sources = asking_text(asking, "source");
    filter.text = asking_text(asking, "text");
    bool ok = asked_times_read(asking, &filter) && asked_page_read(asking, &filter) &&
              put_page(asking, "items", query_items(asking->query, &filter, asking->error), filter.limit, put_item_row);
    return asked_page_blame(asking, ok);
}

bool ask_alerts(struct asking *asking)
{
    static const char *const states[] = {"new", "acknowledged", "muted", "resolved", NULL};
    struct query_filter filter = QUERY_FILTER_INIT;
    filter.watches = asking_text(asking, "watch");
    filter.text = asking_text(asking, "text");
    bool ok = asking_words(asking, "state", states, &filter.states) && asking_words(asking, "type", vocabulary_words(VOCABULARY_TYPE), &filter.types) &&
              asked_times_read(asking, &filter) && asked_page_read(asking, &filter) &&
              put_page(asking, "alerts", query_alerts(asking->query, &filter, asking->error), filter.limit, put_alert_row);
    return asked_page_blame(asking, ok);
}

/* ---- counts ---- */

static void put_totals(struct asking *asking, const struct query_totals *totals)
{
    ask_put_integer(asking, "events", totals->events);
    json_key(asking->json, "exact");
    json_put_boolean(asking->json, totals->is_exact);
}

struct facet_walk {
    struct asking *asking;
    bool is_open;
    enum query_facet facet;
};

static bool put_facet(void *context, const struct query_facet_row *row)
{
    struct facet_walk *walk = context;
    struct json_writer *json = walk->asking->json;
    if (!walk->is_open || row->facet != walk->facet) {
        if (walk->is_open)
            json_array_close(json);
        json_key(json, query_facet_name(row->facet));
        json_array_open(json);
        walk->is_open = true;
        walk->facet = row->facet;
    }
    json_object_open(json);
    ask_put_text(walk->asking, "value", row->value);
    ask_put_integer(walk->asking, "count", row->count);
    json_object_close(json);
    return true;
}

/* All, where none is named. */
static bool read_facets(struct asking *asking, unsigned *which)
{
    const char *names[QUERY_FACET_COUNT + 1] = {NULL};
    const char *list;
    for (unsigned i = 0; i < QUERY_FACET_COUNT; i++)
        names[i] = query_facet_name((enum query_facet)i);
    *which = (1u << QUERY_FACET_COUNT) - 1;
    if (!asking_words(asking, "facet", names, &list))
        return false;
    if (!list)
        return true;
    *which = 0;
    for (unsigned i = 0; i < QUERY_FACET_COUNT; i++) {
        size_t size = strlen(names[i]);
        for (const char *at = list; at; at = strchr(at, ','), at = at ? at + 1 : NULL)
            if (strncmp(at, names[i], size) == 0 && (at[size] == ',' || at[size] == '\0'))
                *which |= 1u << i;
    }
    return true;
}

bool ask_facets(struct asking *asking)
{
    struct asked_filter asked;
    struct facet_walk walk = {.asking = asking};
    struct query_totals totals = {0};
    unsigned which = 0;
    int64_t top = TOP;
    bool ok = asked_filter_read(asking, &asked) && read_facets(asking, &which) &&
              asking_integer(asking, "top", 1, TOP_MAX, TOP, &top);
    if (ok) {
        json_key(asking->json, "facets");
        json_object_open(asking->json);
        ok = query_facets(asking->query, &asked.filter, which, (size_t)top, LOOK_BUDGET, put_facet, &walk, &totals,
                          asking->error);
        if (walk.is_open)
            json_array_close(asking->json);
        json_object_close(asking->json);
        put_totals(asking, &totals);
    }
    asked_filter_end(&asked);
    return ok;
}

static bool put_place(void *context, const struct query_place_row *row)
{
    struct asking *asking = context;
    json_object_open(asking->json);
    ask_put_text(asking, "name", row->name);
    ask_put_text(asking, "country", row->country);
    json_key(asking->json, "latitude");
    json_put_number(asking->json, row->latitude);
    json_key(asking->json, "longitude");
    json_put_number(asking->json, row->longitude);
    ask_put_integer(asking, "count", row->count);
    json_object_close(asking->json);
    return true;
}

bool ask_places(struct asking *asking)
{
    struct asked_filter asked;
    struct query_totals totals = {0};
    int64_t top = TOP;
    bool ok = asked_filter_read(asking, &asked) && asking_integer(asking, "top", 1, TOP_MAX, TOP, &top);
    if (ok) {
        json_key(asking->json, "places");
        json_array_open(asking->json);
        ok = query_places(asking->query, &asked.filter, (size_t)top, LOOK_BUDGET, put_place, asking, &totals,
                          asking->error);
        json_array_close(asking->json);
        put_totals(asking, &totals);
    }
    asked_filter_end(&asked);
    return ok;
}

static bool read_word(struct asking *asking, const char *name, const char *const *words, size_t fallback, size_t *index)
{
    const char *word;
    *index = fallback;
    if (!asking_words(asking, name, words, &word))
        return false;
    for (size_t i = 0; word && words[i]; i++)
        if (strcmp(words[i], word) == 0)
            *index = i;
    return true;
}

static bool read_grouping(struct asking *asking, size_t period, struct query_grouping *grouping)
{
    static const char *const periods[] = {"none", "day", "month", "quarter", "year", NULL};
    static const char *const clocks[] = {"seen", "first_seen", "date", NULL};
    static const char *const answers[] = {"no", "yes", NULL};
    size_t clock, by_type, directed;
    int64_t top;
    if (!read_word(asking, "period", periods, period, &period) || !read_word(asking, "clock", clocks, 0, &clock) ||
        !read_word(asking, "by_type", answers, 0, &by_type) || !read_word(asking, "directed", answers, 0, &directed) ||
        !asking_integer(asking, "top", 1, TOP_MAX, 200, &top))
        return false;
    *grouping = (struct query_grouping){.period = (enum query_period)period,
                                        .clock = (enum query_clock)clock,
                                        .by_type = by_type != 0,
                                        .is_directed = directed != 0,
                                        .top = (size_t)top,
                                        .budget = LOOK_BUDGET};
    return true;
}

static bool put_count(void *context, const struct query_count_row *row)
{
    struct asking *asking = context;
    json_object_open(asking->json);
    if (*row->first) {
        ask_put_text(asking, "first", row->first);
        ask_put_text(asking, "second", row->second);
    }
    if (*row->type)
        ask_put_text(asking, "type", row->type);
    if (*row->period)
        ask_put_text(asking, "period", row->period);
    ask_put_integer(asking, "count", row->count);
    json_object_close(asking->json);
    return true;
}

static bool answer_counts(struct asking *asking, const char *key, size_t period,
                          bool (*count)(struct query *query, const struct query_filter *filter,
                                        const struct query_grouping *grouping, query_count_callback *callback,
                                        void *context, struct query_totals *totals, struct error *error))
{
    struct asked_filter asked;
    struct query_grouping grouping;
    struct query_totals totals = {0};
    bool ok = asked_filter_read(asking, &asked) && read_grouping(asking, period, &grouping);
    if (ok) {
        json_key(asking->json, key);
        json_array_open(asking->json);
        ok = count(asking->query, &asked.filter, &grouping, put_count, asking, &totals, asking->error);
        json_array_close(asking->json);
        put_totals(asking, &totals);
    }
    asked_filter_end(&asked);
    return ok;
}

bool ask_dyads(struct asking *asking)
{
    return answer_counts(asking, "dyads", QUERY_PERIOD_NONE, query_dyads);
}

bool ask_timeline(struct asking *asking)
{
    return answer_counts(asking, "timeline", QUERY_PERIOD_MONTH, query_timeline);
}
