/* Detect: hands revisions of events to detectors, and has their findings made alerts.
 *
 * A detector has a cursor over revisions, committed with its units: it has taken every revision up to there. A unit
 * takes those after it, in order, of which the plugin sees what it wants; the next one is given when the last is
 * durable, so its state is always that of all it was shown. What a unit leaves unfinished becomes pending, as an item
 * does (flow.c), and is later handed out by itself, after others that came behind it. Nothing waits for a detector. */
#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/bus/bus_private.h"
#include "core/bus/prepare.h"
#include "core/store/events.h"
#include "core/store/progress.h"

#include <string.h>

enum {
    BATCH_MAX = 1000,
    READ_RETRY_MS = 1000,
    LOOK_MAX = 256,     /* revisions looked at for one unit: the reading connection is held meanwhile */
    AWAITED_BATCHES = 4 /* handed out and not answered: what is slow is not given more */
};

static struct attempt_rules rules_of(const struct bus_port *port)
{
    struct attempt_rules rules = {BUS_PAUSE_FIRST_MS, BUS_PAUSE_MAX_MS, port->detector.settings.deadline_ms,
                                  BUS_ANSWER_MS};
    return rules;
}

int64_t detect_behind(const struct bus_port *port, int64_t last)
{
    int64_t cursor = port->detector.cursor;
    return (last > cursor ? last - cursor : 0) + (int64_t)pending_count_until(&port->pending, cursor);
}

/* ---- loading ---- */

/* The cursor of a new one is written at once, so that a crash does not move it. */
bool detect_load(struct bus_port *port, struct error *error)
{
    bool found;
    struct store *store = port->bus->store;
    struct bus_detector_state *state = &port->detector;
    if (!store_cursor(store, port->instance, &state->cursor, &found, error))
        return false;
    if (!found) {
        state->cursor = state->settings.from_archive ? 0 : store_revision_last(store, error);
        if (state->cursor < 0 || !store_cursor_put(store, port->instance, state->cursor, error))
            return false;
    }
    state->dispatched = state->cursor;
    return work_load_pending(port, error);
}

/* ---- gathering ---- */

/* A revision on its way into a unit. */
struct due_revision {
    int64_t sequence;
    struct ent_record *record;
    bool was_pending;
    struct attempt_history history;
};

struct gathering {
    struct bus_port *port;
    struct store *store;
    struct due_revision *rows;
    size_t count, capacity, bytes;
    int64_t upto; /* looked at so far */
    struct error *error;
    bool failed;
};

static bool wants(struct gathering *gathering, const struct revision_row *row, bool *wanted)
{
    const struct bus_detector *settings = &gathering->port->detector.settings;
    *wanted = true;
    return !settings->wants || settings->wants(settings->context, gathering->store, row, wanted, gathering->error);
}

/* Called while reading, so bus->mutex is taken for each row. */
static bool gather(void *context, const struct revision_row *row)
{
    struct gathering *gathering = context;
    struct bus_port *port = gathering->port;
    struct due_revision due = {.sequence = row->sequence};
    bool wanted;
    if (!wants(gathering, row, &wanted)) {
        gathering->failed = true;
        return false;
    }
    pthread_mutex_lock(&port->bus->mutex);
    const struct pending *known = pending_find(&port->pending, row->sequence);
    bool alone = known != NULL;
    if (known) {
        due.was_pending = true;
        due.history = known->history;
        wanted = true; /* its row must be settled, whatever the rule is now */
    }
    pthread_mutex_unlock(&port->bus->mutex);
    if (alone && gathering->count > 0)
        return false;
    gathering->upto = row->sequence;
    if (!wanted)
        return true;
    due.record = record_from_bytes(row->record.bytes, row->record.size, NULL);
    if (!due.record) {
        gathering->failed = !error_set(gathering->error, ERROR_MEMORY, "no memory to read events");
        return false;
    }
    gathering->rows[gathering->count++] = due;
    gathering->bytes += row->record.size;
    return !alone && gathering->count < gathering->capacity && gathering->bytes < BUS_BATCH_BYTES;
}

static bool gather_after(struct gathering *gathering, int64_t after, size_t limit)
{
    gathering->store = bus_reader(gathering->port->bus);
    bool ok = store_revisions_each(gathering->store, after, limit, gather, gathering, gathering->error);
    bus_reader_done(gathering->port->bus);
    return ok && !gathering->failed;
}

struct one_revision {
    int64_t sequence;
    struct ent_record *record;
    bool failed;
};

static bool take_one(void *context, const struct revision_row *row)
{
    struct one_revision *one = context;
    if (row->sequence == one->sequence) {
        one->record = record_from_bytes(row->record.bytes, row->record.size, NULL);
        one->failed = !one->record;
    }
    return false;
}

/* The revision of that number, held for the caller; *record NULL where there is none. */
static bool find_revision(struct bus_port *port, int64_t sequence, struct ent_record **record, struct error *error)
{
    struct one_revision one = {.sequence = sequence};
    bool ok = store_revisions_each(bus_reader(port->bus), sequence - 1, 1, take_one, &one, error);
    bus_reader_done(port->bus);
    *record = one.record;
    return ok && (!one.failed || error_set(error, ERROR_MEMORY, "no memory to read an event"));
}

/* ---- handing out ---- */

static void fill_entry(struct unit *unit, size_t index, const struct due_revision *due)
{
    struct work_entry *entry = &work_of(unit)->entries[index];
    unit->inputs[index].record = entry->record = due->record;
    unit->inputs[index].sequence = entry->sequence = due->sequence;
    entry->was_pending = due->was_pending;
    entry->before = due->history;
    entry->is_deadly = due->was_pending && !attempt_is_allowed(&due->history);
}

/* bus->mutex held. */
static bool may_take(const struct bus_port *port)
{
    const struct bus_detector_state *state = &port->detector;
    return !port->bus->stopping && !port->is_parked && port->out == 0 && state->dispatched == state->cursor;
}

static bool has_room(const struct bus_port *port)
{
    size_t batch = port->detector.settings.batch;
    return pending_count_awaited(&port->pending) + batch <= AWAITED_BATCHES * batch;
}

/* NULL where there is nothing behind the cursor, or with `error`. */
static struct unit *take_fresh(struct bus_port *port, struct error *error)
{
    struct due_revision rows[BATCH_MAX];
    struct gathering gathering = {
        .port = port, .rows = rows, .capacity = port->detector.settings.batch, .error = error};
    struct unit *unit = NULL;
    pthread_mutex_lock(&port->bus->mutex);
    bool may = may_take(port) && has_room(port);
    gathering.upto = port->detector.dispatched;
    pthread_mutex_unlock(&port->bus->mutex);
    int64_t from = gathering.upto;
    bool is_read = may && gather_after(&gathering, from, LOOK_MAX);
    if (is_read && gathering.upto > from && !(unit = work_unit(port, UNIT_DETECT, gathering.count)))
        error_set(error, ERROR_MEMORY, "no memory for a batch of events");
    if (!unit) {
        for (size_t i = 0; i < gathering.count; i++)
            record_release(rows[i].record);
        return NULL;
    }
    for (size_t i = 0; i < gathering.count; i++)
        fill_entry(unit, i, &rows[i]);
    work_of(unit)->is_fresh = true;
    work_of(unit)->upto = gathering.upto;
    pthread_mutex_lock(&port->bus->mutex);
    port->detector.dispatched = gathering.upto;
    port->out += (int64_t)gathering.count;
    pthread_mutex_unlock(&port->bus->mutex);
    return unit;
}

/* What needs no callback has its result already. */
static struct unit *make_retry_unit(struct bus_port *port, const struct pending *row, struct error *error)
{
    struct due_revision due = {.sequence = row->sequence, .was_pending = true, .history = row->history};
    if (!find_revision(port, row->sequence, &due.record, error))
        return NULL;
    struct unit *unit = work_unit(port, UNIT_DETECT, 1);
    if (!unit) {
        record_release(due.record);
        error_set(error, ERROR_MEMORY, "no memory to try an event again");
        return NULL;
    }
    fill_entry(unit, 0, &due);
    if (!due.record)
        unit_result(unit, 0, ENT_REJECT, -1, ent_text("the event is not in the store any more"));
    else if (row->is_awaited)
        unit_result(unit, 0, ENT_RETRY, -1, ent_text("no answer came in time"));
    return unit;
}

/* *next_due is when one will be, where there is none now. */
static struct unit *take_retry(struct bus_port *port, int64_t *next_due, struct error *error)
{
    struct pending row;
    pthread_mutex_lock(&port->bus->mutex);
    bool found = may_take(port) && work_take_pending(port, port->detector.cursor, &row, next_due);
    pthread_mutex_unlock(&port->bus->mutex);
    if (!found)
        return NULL;
    struct unit *unit = make_retry_unit(port, &row, error);
    if (!unit)
        work_give_back(port, row.sequence);
    return unit;
}

struct unit *detect_take(struct bus_port *port)
{
    for (;;) {
        struct error error = ERROR_INIT;
        int64_t next_due = INT64_MAX;
        struct unit *unit = take_retry(port, &next_due, &error);
        if (!unit && error.kind == ERROR_NONE)
            unit = take_fresh(port, &error);
        if (!unit && error.kind != ERROR_NONE) {
            log_write(LOG_ERROR, port->instance, NULL, "%s", error.text);
            bus_wake_at(port, clock_now() + READ_RETRY_MS);
            return NULL;
        }
        if (!unit) {
            if (next_due != INT64_MAX)
                bus_wake_at(port, next_due);
            return NULL;
        }
        if (!work_needs_no_callback(unit))
            return unit;
        detect_finish(port, unit, false);
    }
}

/* ---- handing back ---- */

/* Turns what the plugin emitted into findings as they are stored, in place. */
static bool prepare_findings(struct unit *unit, struct work_entry *entry, struct ent_record **outputs, size_t count,
                             struct error *error)
{
    (void)unit;
    size_t kept = 0;
    bool ok = true;
    for (size_t i = 0; i < count; i++) {
        struct ent_record *output = outputs[i];
        outputs[i] = ok ? prepare_finding(output->view, entry->record->view, error) : NULL;
        ok = outputs[i] != NULL;
        kept += ok;
        record_release(output);
    }
    entry->outputs = outputs;
    entry->output_count = kept;
    return ok;
}

/* Is the finding about the event of this entry? Where an answer settles several, the first event that it names says so.
 */
static bool is_about(struct record_view finding, const struct work_entry *entry, bool is_alone)
{
    struct text named;
    const char *id = record_text(entry->record->view, ENT_REPORT_ID);
    return is_alone || (id && record_get_str(finding, ENT_FINDING_EVENT, 0, &named) && strcmp(named.bytes, id) == 0);
}

static size_t output_max(const struct unit *unit)
{
    (void)unit;
    return UNIT_OUTPUT_MAX;
}

static const struct work_role role = {find_revision, is_about, prepare_findings, output_max};

void detect_finish(struct bus_port *port, struct unit *unit, bool more_follows)
{
    struct attempt_rules rules = rules_of(port);
    (void)more_follows;
    if (work_finish(port, unit, &role, &rules))
        bus_write(port, unit, false);
}

/* ---- on the writer's thread ---- */

struct raising {
    struct bus_port *port;
    struct store *store;
    struct work *work;
    const struct work_entry *entry;
    struct error *error;
    bool failed;
};

static bool raise_findings(void *context, const struct revision_row *row)
{
    struct raising *raising = context;
    const struct bus_detector *settings = &raising->port->detector.settings;
    if (row->sequence != raising->entry->sequence) {
        raising->failed =
            !error_set(raising->error, ERROR_STATE, "revision %lld of events is not in the store any more",
                       (long long)raising->entry->sequence);
        return false;
    }
    for (size_t i = 0; i < raising->entry->output_count && !raising->failed; i++) {
        bool raised = false;
        raising->failed = !settings->raise(settings->context, raising->store, row, raising->entry->outputs[i]->view,
                                           &raised, raising->error);
        raising->work->raised += raised;
    }
    return false;
}

static bool apply_findings(struct bus_port *port, struct store *store, struct work *work,
                           const struct work_entry *entry, struct error *error)
{
    struct raising raising = {.port = port, .store = store, .work = work, .entry = entry, .error = error};
    if (entry->output_count == 0 || !port->detector.settings.raise)
        return true;
    return store_revisions_each(store, entry->sequence - 1, 1, raise_findings, &raising, error) && !raising.failed;
}

bool detect_apply(struct bus_port *port, struct store *store, struct unit *unit, struct error *error)
{
    struct work *work = work_of(unit);
    int64_t now = clock_now();
    work->raised = 0;
    for (size_t i = 0; i < work->entry_count; i++) {
        const struct work_entry *entry = &work->entries[i];
        if (entry->verdict == ATTEMPT_DONE && !apply_findings(port, store, work, entry, error))
            return false;
        if (!work_apply_entry(store, unit, entry, now, DEAD_LETTER_EVENT, error))
            return false;
    }
    return (!work->is_fresh || store_cursor_put(store, port->instance, work->upto, error)) &&
           work_apply_state(store, unit, error);
}

void detect_fail(struct bus_port *port, struct unit *unit, const char *why)
{
    struct attempt_rules rules = rules_of(port);
    work_fail(unit, &rules, why, clock_now());
}

void detect_done(struct bus_port *port, struct unit *unit, bool written)
{
    const struct work *work = work_of(unit);
    port->out -= (int64_t)unit->input_count * (unit->kind != UNIT_RESPOND);
    if (!written)
        return;
    if (work->is_fresh)
        port->detector.cursor = work->upto;
    work_update_pending(unit);
    port->detector.alerts += work->raised;
    if (work->raised > 0)
        bus_wake_sinks(port->bus);
}

void detect_wake(struct bus_port *port)
{
    if (port->lane && may_take(port))
        lane_wake(port->lane);
}
