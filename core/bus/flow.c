/* Flow: takes items through the chain of processors.
 *
 * Each processor has a cursor, committed with its units: it has taken every item up to there. *Fresh* units take the
 * items after it, in order, and are committed in that order even where several workers finish them out of order, so the
 * cursor is one number. What a unit leaves unfinished becomes pending, and is later handed out record by record; until
 * it is done it holds back the processors behind this one, and the watermark, but not this processor itself.
 *
 * Here is where each processor stands and what it is given; flow_inputs.c reads that, flow_outputs.c takes back what
 * came of it. */
#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/bus/flow_private.h"
#include "core/store/items.h"
#include "core/store/progress.h"

#include <string.h>

enum { BATCH_MAX = 1000, READ_RETRY_MS = 1000, AWAITED_BATCHES = 4 };

/* ---- where a processor stands ---- */

int64_t flow_finished(const struct bus_port *port)
{
    const struct pending_set *pending = &port->pending;
    int64_t cursor = port->processor.cursor;
    return pending->count > 0 && pending->rows[0].sequence <= cursor ? pending->rows[0].sequence - 1 : cursor;
}

int64_t flow_reached(const struct bus *bus, size_t count)
{
    int64_t reached = bus->tail;
    for (size_t i = 0; i < count; i++) {
        const struct bus_port *port = bus->processors[i];
        int64_t finished = port->processor.hold.is_passed ? reached : flow_finished(port);
        if (finished < reached)
            reached = finished;
    }
    return reached;
}

/* The last item that this processor may take. */
static int64_t upstream_limit(const struct bus_port *port)
{
    return flow_reached(port->bus, port->processor.index);
}

bool flow_watermark(struct bus *bus, struct store *store, int64_t *sequence, struct error *error)
{
    *sequence = store_item_last(store, error);
    if (*sequence < 0)
        return false;
    for (size_t i = 0; i < bus->processor_count; i++) {
        int64_t finished;
        pthread_mutex_lock(&bus->mutex);
        bool is_passed = bus->processors[i]->processor.hold.is_passed;
        pthread_mutex_unlock(&bus->mutex);
        if (is_passed)
            continue;
        if (!store_progress(store, bus->processors[i]->instance, &finished, error))
            return false;
        if (finished < *sequence)
            *sequence = finished;
    }
    return true;
}

/* ---- loading ---- */

/* A processor that is new begins at the present; its cursor is written at once, so that a crash does not move it. */
bool flow_load(struct bus_port *port, struct error *error)
{
    bool found;
    struct store *store = port->bus->store;
    struct bus_processor_state *state = &port->processor;
    if (!store_cursor(store, port->instance, &state->cursor, &found, error))
        return false;
    if (!found) {
        state->cursor = port->bus->tail;
        if (!store_cursor_put(store, port->instance, state->cursor, error))
            return false;
    }
    state->dispatched = state->cursor;
    return work_load_pending(port, error) && hold_load(port, error);
}

/* ---- handing out ---- */

static void fill_entry(struct unit *unit, size_t index, struct ent_record *record, int64_t sequence,
                       const struct pending *pending)
{
    struct work_entry *entry = &work_of(unit)->entries[index];
    unit->inputs[index].record = record;
    unit->inputs[index].sequence = sequence;
    entry->record = record;
    entry->sequence = sequence;
    if (pending) {
        entry->was_pending = true;
        entry->before = pending->history;
        entry->is_deadly = !attempt_is_allowed(&pending->history);
    }
}

/* Gives a record that must not, or need not, go to the callback its result at once. */
static void preset_all(struct unit *unit, enum ent_code code, const char *text)
{
    for (size_t i = 0; i < unit->input_count; i++)
        unit_result(unit, i, code, -1, ent_bytes(text, strlen(text)));
}

/* How many of the gathered items the next unit takes, and up to where it comes. Items that others made, or that go no
 * further, are passed over. bus->mutex held. */
static size_t choose_items(struct bus_port *port, struct flow_gathering *gathering, size_t *chosen, int64_t *upto)
{
    size_t count = 0, bytes = 0;
    size_t index = port->processor.index;
    for (size_t i = 0; i < gathering->count; i++) {
        const struct recent_item *item = &gathering->items[i];
        bool seen = item->enters <= index && item->leaves >= index;
        bool alone = seen && pending_find(&port->pending, item->sequence);
        if ((alone && count > 0) || bytes >= BUS_BATCH_BYTES)
            break;
        *upto = item->sequence;
        if (!seen)
            continue;
        chosen[count++] = i;
        bytes += item->record->view.size;
        if (alone)
            break;
    }
    return count;
}

/* The unit for what was chosen; bus->mutex held. NULL when memory is out. */
static struct unit *make_fresh_unit(struct bus_port *port, struct flow_gathering *gathering)
{
    size_t chosen[BATCH_MAX];
    int64_t upto = gathering->count ? 0 : gathering->limit; /* nothing there: a gap that reaches to the limit */
    size_t count = choose_items(port, gathering, chosen, &upto);
    struct unit *unit = work_unit(port, port->processor.settings.kind, count);
    if (!unit)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        const struct recent_item *item = &gathering->items[chosen[i]];
        const struct pending *pending = pending_find(&port->pending, item->sequence);
        fill_entry(unit, i, record_hold(item->record), item->sequence, pending);
    }
    work_of(unit)->is_fresh = true;
    work_of(unit)->upto = upto;
    unit->ordinal = ++port->processor.last_ordinal;
    port->processor.dispatched = upto;
    port->out += (int64_t)count;
    return unit;
}

/* May this processor be given anything? One that keeps state sees it only once its last unit is durable. bus->mutex
 * held. */
static bool may_take(const struct bus_port *port)
{
    const struct bus_processor_state *state = &port->processor;
    return !port->bus->stopping && !port->is_parked &&
           (state->settings.is_stateless || (port->out == 0 && state->dispatched == state->cursor));
}

/* A plugin that answers later is given no more than some batches until it does. */
static bool has_fresh(const struct bus_port *port)
{
    size_t batch = port->processor.settings.batch;
    return port->processor.dispatched < upstream_limit(port) &&
           pending_count_awaited(&port->pending) + batch <= AWAITED_BATCHES * batch;
}

static struct unit *take_fresh(struct bus_port *port, struct error *error)
{
    struct bus *bus = port->bus;
    struct recent_item items[BATCH_MAX];
    struct flow_gathering gathering = {.bus = bus, .items = items, .capacity = port->processor.settings.batch};
    pthread_mutex_lock(&bus->mutex);
    bool may = may_take(port) && has_fresh(port);
    int64_t from = port->processor.dispatched + 1;
    gathering.limit = upstream_limit(port);
    if (may)
        flow_gather_recent(&gathering, from);
    pthread_mutex_unlock(&bus->mutex);
    if (!may || (gathering.count == 0 && !flow_gather_stored(&gathering, from, error))) {
        flow_gathering_release(&gathering);
        return NULL;
    }
    pthread_mutex_lock(&bus->mutex);
    struct unit *unit = make_fresh_unit(port, &gathering);
    pthread_mutex_unlock(&bus->mutex);
    flow_gathering_release(&gathering);
    if (!unit)
        error_set(error, ERROR_MEMORY, "no memory for a batch of items");
    return unit;
}

static struct unit *make_retry_unit(struct bus_port *port, const struct pending *row, struct error *error)
{
    struct recent_item item;
    if (!flow_find_item(port, row->sequence, &item, error))
        return NULL;
    struct unit *unit = work_unit(port, port->processor.settings.kind, 1);
    if (!unit) {
        record_release(item.record);
        error_set(error, ERROR_MEMORY, "no memory to try a record again");
        return NULL;
    }
    fill_entry(unit, 0, item.record, row->sequence, row);
    if (!item.record)
        preset_all(unit, ENT_REJECT, "the item is not in the store any more");
    else if (row->is_awaited)
        preset_all(unit, ENT_RETRY, "no answer came in time");
    return unit;
}

static struct unit *take_retry(struct bus_port *port, struct error *error)
{
    struct pending row;
    int64_t next_due;
    pthread_mutex_lock(&port->bus->mutex);
    bool found = may_take(port) && work_take_pending(port, port->processor.cursor, &row, &next_due);
    pthread_mutex_unlock(&port->bus->mutex);
    if (!found)
        return NULL;
    struct unit *unit = make_retry_unit(port, &row, error);
    if (!unit)
        work_give_back(port, row.sequence);
    return unit;
}

/* What there is to do next, with all that the callback is to see. NULL: nothing, or `error` is filled. */
static struct unit *take_next(struct bus_port *port, struct error *error)
{
    struct unit *unit = take_retry(port, error);
    if (!unit && error->kind == ERROR_NONE)
        unit = take_fresh(port, error);
    if (unit && !work_needs_no_callback(unit) && !flow_load_reports(port, unit, error)) {
        log_write(LOG_ERROR, port->instance, NULL, "%s", error->text);
        preset_all(unit, ENT_RETRY, error->text);
    }
    return unit;
}

struct unit *flow_take(struct bus_port *port)
{
    for (;;) {
        struct error error = ERROR_INIT;
        struct unit *unit = take_next(port, &error);
        if (!unit && error.kind != ERROR_NONE) {
            log_write(LOG_ERROR, port->instance, NULL, "%s", error.text);
            bus_wake_at(port, clock_now() + READ_RETRY_MS);
            return NULL;
        }
        if (!unit) {
            pthread_mutex_lock(&port->bus->mutex);
            flow_wake(port); /* sets the timer for what is pending */
            pthread_mutex_unlock(&port->bus->mutex);
            return NULL;
        }
        if (!work_needs_no_callback(unit))
            return unit;
        flow_finish(port, unit, false);
    }
}

void flow_wake(struct bus_port *port)
{
    int64_t next_due;
    if (!port->lane || !may_take(port))
        return;
    if (has_fresh(port) || pending_next_due(&port->pending, port->processor.cursor, clock_now(), &next_due)) {
        lane_wake(port->lane);
        return;
    }
    if (next_due != INT64_MAX)
        bus_wake_at(port, next_due);
}
