/* What a source's fetch leaves in the store, with its items and in one unit with them: when it is fetched next, its
 * rhythm, its health. On the writer's thread. */
#include "core/bus/bus_private.h"
#include "core/store/progress.h"
#include "core/store/same_item.h"
#include "core/store/sources.h"

#include <stdlib.h>
#include <string.h>

/* ---- items ---- */

static bool put_outputs(struct store *store, struct unit *unit, struct error *error)
{
    struct work *work = work_of(unit);
    const struct unit_input *input = &unit->inputs[0];
    const char **ids = arena_calloc(unit->arena, input->output_count + 1, sizeof *ids);
    struct same_items beside = {ids, 0};
    bool is_new;
    for (size_t i = 0; ids && i < input->output_count; i++)
        ids[beside.count++] = record_text(input->outputs[i]->view, ENT_ITEM_ID);
    for (size_t i = 0; i < input->output_count; i++) {
        const char *content = work->contents ? work->contents[i] : NULL;
        if (!work_put_item(store, unit, input->outputs[i], content, "", &beside, &is_new, error))
            return false;
        work->new_items += is_new;
    }
    return ids || error_set(error, ERROR_MEMORY, "no memory for the ids of %zu items", input->output_count);
}

static bool apply_reject(struct store *store, const struct unit *unit, const struct work_reject *reject,
                         struct error *error)
{
    struct dead_letter_row row = {.instance = unit->instance,
                                  .kind = DEAD_LETTER_OUTPUT,
                                  .at = work_of(unit)->fetched_at,
                                  .attempts = 1,
                                  .text = reject->why.text,
                                  .record = reject->record->view};
    return store_dead_letter_put(store, &row, error);
}

/* When the item was published, to the hour at least; -1 where it does not say. */
static int64_t published_time(struct record_view item)
{
    const char *precision = record_text(item, ENT_ITEM_PUBLISHED_PRECISION);
    bool is_exact = !precision || strcmp(precision, "second") == 0 || strcmp(precision, "minute") == 0;
    return is_exact ? record_int(item, ENT_ITEM_PUBLISHED, -1) : -1;
}

/* What a first fetch brings has been there for long, so its delays say nothing. */
static void note_delays(struct rhythm *rhythm, const int64_t *published, size_t count, int64_t known_until, int64_t now)
{
    for (size_t i = 0; known_until > 0 && i < count; i++)
        rhythm_note_delay(rhythm, now - published[i]);
}

/* `work->rhythm` from the port's and the items that are new. bus->mutex held. */
static bool note_rhythm(const struct bus_port *port, struct work *work, struct error *error)
{
    size_t dated = 0, undated = 0;
    work->rhythm = port->source.rhythm;
    if (work->item_count == 0)
        return true;
    int64_t *published = calloc(work->item_count, sizeof *published);
    if (!published)
        return error_set(error, ERROR_MEMORY, "no memory for the times of %zu items", work->item_count);
    for (size_t i = 0; i < work->item_count; i++) {
        int64_t time = published_time(work->items[i].record->view);
        if (record_int(work->items[i].record->view, ENT_ITEM_VERSION, 1) > 1)
            continue;
        if (time >= 0)
            published[dated++] = time;
        else
            undated++;
    }
    rhythm_note(&work->rhythm, published, dated, undated, work->fetched_at);
    note_delays(&work->rhythm, published, dated, port->source.last_success, work->fetched_at);
    free(published);
    return true;
}

static bool put_items(struct bus_port *port, struct store *store, const struct work *work, struct error *error)
{
    const struct rhythm *rhythm = &work->rhythm;
    struct source_row row = {.name = port->instance,
                             .items = work->new_items,
                             .last_item = work->fetched_at,
                             .newest = rhythm->newest,
                             .gap_ms = rhythm->gap_ms,
                             .gaps = rhythm->gaps,
                             .pause_ms = rhythm->pause_ms,
                             .delay_ms = rhythm_delay(rhythm),
                             .delays = rhythm->delays,
                             .delays_size = sizeof rhythm->delays,
                             .delay_count = rhythm->delay_count};
    return store_source_put_items(store, &row, error);
}

/* ---- the end of a fetch ---- */

static int64_t first_success(const struct bus_source_state *state, const struct work *work)
{
    bool is_first = state->worst == ENT_OK && state->rhythm.since == 0;
    return is_first ? work->fetched_at : state->rhythm.since;
}

/* The row as the fetch leaves it. bus->mutex held. */
static void fill_row(struct source_row *row, const struct bus_port *port, const struct work *work, const char *text)
{
    const struct bus_source_state *state = &port->source;
    bool ok = state->worst == ENT_OK;
    *row = (struct source_row){.name = port->instance,
                               .address = state->settings.address,
                               .next_fetch = work->next_fetch,
                               .last_fetch = work->fetched_at,
                               .last_success = ok ? work->fetched_at : state->last_success,
                               .first_success = first_success(state, work),
                               .failures = ok ? 0 : state->failures + 1,
                               .failing_since = ok                     ? 0
                                                : state->failing_since ? state->failing_since
                                                                       : work->fetched_at,
                               .fetches = state->fetches + 1,
                               .text = ok ? "" : text,
                               .is_gone = state->worst == ENT_REJECT,
                               .not_before_ms = state->hints.not_before_ms,
                               .skip_hours = state->hints.skip_hours,
                               .skip_days = state->hints.skip_days};
}

/* A failing source is looked at when it becomes a dead one, however long its back-off has grown. bus->mutex held. */
static void keep_date_with_death(const struct bus_port *port, struct work *work, const struct source_row *row)
{
    int64_t death = row->failing_since + port->source.settings.dead_after_ms;
    bool is_awaited = row->failing_since && !row->is_gone && port->source.settings.dead_after_ms > 0 &&
                      port->source.outage == OUTAGE_NONE && port->source.retry_after_ms < 0;
    if (is_awaited && death > work->fetched_at && death < work->next_fetch)
        work->next_fetch = death;
}

static struct health_look look_at(const struct bus_port *port, const struct work *work, const struct source_row *row)
{
    const struct bus_source_state *state = &port->source;
    return (struct health_look){.before = state->outage,
                                .is_ok = state->worst == ENT_OK,
                                .is_gone = row->is_gone,
                                .has_new = state->has_new || work->new_items > 0,
                                .failing_since = row->failing_since,
                                .rhythm = &work->rhythm,
                                .silent_after_ms = state->settings.silent_after_ms,
                                .dead_after_ms = state->settings.dead_after_ms,
                                .now = work->fetched_at};
}

static bool apply_end(struct bus_port *port, struct store *store, struct work *work, struct error *error)
{
    struct source_row row;
    struct bus *bus = port->bus;
    char text[sizeof port->text];
    pthread_mutex_lock(&bus->mutex);
    memcpy(text, port->text, sizeof text);
    work->next_fetch = schedule_plan(port, &work->rhythm, work->fetched_at);
    fill_row(&row, port, work, text);
    keep_date_with_death(port, work, &row);
    row.next_fetch = work->next_fetch;
    work->rhythm.since = row.first_success;
    struct health_look look = look_at(port, work, &row);
    bool forgive = port->source.is_deadly;
    pthread_mutex_unlock(&bus->mutex);
    work->outage = health_judge(&look);
    work->has_raised = work->outage != look.before;
    row.outage = outage_word(work->outage);
    if (work->has_raised && !health_raise(store, port->instance, &look, work->outage, text, bus->health_routes,
                                          bus->health_route_count, error))
        return false;
    return store_source_put(store, &row, error) && (!forgive || store_pending_delete(store, port->instance, 0, error));
}

bool schedule_apply(struct bus_port *port, struct store *store, struct unit *unit, struct error *error)
{
    struct work *work = work_of(unit);
    work_clear_items(work);
    work->new_items = 0;
    if (!work->drops_outputs && unit->input_count && !put_outputs(store, unit, error))
        return false;
    for (size_t i = 0; i < work->reject_count; i++) {
        if (!apply_reject(store, unit, &work->rejects[i], error))
            return false;
    }
    pthread_mutex_lock(&port->bus->mutex);
    bool ok = note_rhythm(port, work, error);
    pthread_mutex_unlock(&port->bus->mutex);
    return ok && (work->new_items == 0 || put_items(port, store, work, error)) &&
           work_apply_state(store, unit, error) && (work->more_follows || apply_end(port, store, work, error));
}

void schedule_fail(struct bus_port *port, struct unit *unit, const char *why)
{
    struct work *work = work_of(unit);
    pthread_mutex_lock(&port->bus->mutex);
    schedule_note_result(port, ENT_RETRY, -1, why);
    pthread_mutex_unlock(&port->bus->mutex);
    work->has_failed = work->drops_outputs = true;
}

/* ---- after it ---- */

static void note_end(struct bus_port *port, const struct work *work)
{
    struct bus_source_state *state = &port->source;
    state->is_deadly = false;
    state->fetches++;
    state->outage = work->outage;
    state->rhythm.since = first_success(state, work);
    if (state->worst == ENT_OK) {
        state->last_success = work->fetched_at;
        state->failures = state->failing_since = 0;
        port->text[0] = '\0';
    } else {
        state->failures++;
        if (!state->failing_since)
            state->failing_since = work->fetched_at;
    }
    if (state->worst == ENT_CONFIG)
        port->is_parked = true;
    if (state->worst == ENT_REJECT)
        state->is_gone = true;
    if (work->has_raised)
        bus_wake_sinks(port->bus);
}

void schedule_done(struct bus_port *port, struct unit *unit, bool written)
{
    struct work *work = work_of(unit);
    struct bus_source_state *state = &port->source;
    for (size_t i = 0; written && i < work->item_count; i++)
        flow_add_item(port->bus, work->items[i].sequence, work->items[i].record, "");
    if (written && work->new_items) {
        state->items += work->new_items;
        state->last_item = work->fetched_at;
        state->rhythm = work->rhythm;
        state->has_new = true;
    }
    if (work->more_follows)
        return;
    state->is_fetching = false;
    port->out = 0;
    state->last_fetch = work->fetched_at;
    state->next_fetch = work->next_fetch;
    state->is_over = !(state->worst == ENT_OK && state->asked_next_ms == 0);
    if (written)
        note_end(port, work);
}
