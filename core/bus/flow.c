/* Flow: takes items through the chain of processors.
 *
 * Each processor has a cursor, committed with its units: it has taken every item up to there. *Fresh* units take the
 * items after it, in order, and are committed in that order even where several workers finish them out of order, so the
 * cursor is one number. What a unit leaves unfinished becomes pending, and is later handed out record by record; until
 * it is done it holds back the processors behind this one, and the watermark, but not this processor itself. */
#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/bus/bus_private.h"
#include "core/bus/prepare.h"
#include "core/store/identity.h"
#include "core/store/items.h"
#include "core/store/progress.h"
#include "core/store/remarks.h"
#include "core/store/reports.h"

#include <stdlib.h>
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

static struct attempt_rules rules_of(const struct bus_port *port)
{
    struct attempt_rules rules = {BUS_PAUSE_FIRST_MS, BUS_PAUSE_MAX_MS, port->processor.settings.deadline_ms,
                                  BUS_ANSWER_MS};
    return rules;
}

/* Index in the chain, and one, of the processor of that name; 0 where it is not in the chain. */
static size_t place_of(const struct bus *bus, const char *instance)
{
    for (size_t i = 0; i < bus->processor_count; i++) {
        if (strcmp(bus->processors[i]->instance, instance) == 0)
            return i + 1;
    }
    return 0;
}

static struct recent_item placed_item(const struct bus *bus, int64_t sequence, struct ent_record *record,
                                      const char *made_by, const char *dropped_by)
{
    size_t dropped = *dropped_by ? place_of(bus, dropped_by) : 0;
    /* An item of a transform that is not configured any more is seen by all. */
    struct recent_item item = {sequence, record, *made_by ? place_of(bus, made_by) : 0,
                               *dropped_by ? (dropped ? dropped - 1 : 0) : SIZE_MAX};
    return item;
}

void flow_add_item(struct bus *bus, int64_t sequence, struct ent_record *record, const char *made_by)
{
    bus->tail = sequence;
    if (bus->processor_count == 0)
        return;
    struct recent_item item = placed_item(bus, sequence, record_hold(record), made_by, "");
    recent_add(&bus->recent, &item);
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

/* ---- gathering items ---- */

struct gathering {
    struct bus *bus;
    struct recent_item *items; /* each holds its record */
    size_t count, capacity;
    int64_t limit;
    bool failed; /* memory is out */
};

static void release_items(struct gathering *gathering, size_t from)
{
    for (size_t i = from; i < gathering->count; i++)
        record_release(gathering->items[i].record);
    gathering->count = from < gathering->count ? from : gathering->count;
}

/* From memory, as far as they lie there without a gap. bus->mutex held. */
static void gather_recent(struct gathering *gathering, int64_t from)
{
    for (int64_t sequence = from; sequence <= gathering->limit && gathering->count < gathering->capacity; sequence++) {
        const struct recent_item *item = recent_find(&gathering->bus->recent, sequence);
        if (!item)
            return;
        gathering->items[gathering->count] = *item;
        record_hold(item->record);
        gathering->count++;
    }
}

static bool gather_row(void *context, const struct item_row *row)
{
    struct gathering *gathering = context;
    if (row->sequence > gathering->limit || gathering->count == gathering->capacity)
        return false;
    struct ent_record *record = record_from_bytes(row->record.bytes, row->record.size, NULL);
    gathering->failed = !record;
    if (!record)
        return false;
    gathering->items[gathering->count++] =
        placed_item(gathering->bus, row->sequence, record, row->made_by, row->dropped_by);
    return gathering->count < gathering->capacity;
}

static bool gather_stored(struct gathering *gathering, int64_t from, struct error *error)
{
    struct store *reader = bus_reader(gathering->bus);
    bool ok = store_items_each(reader, from - 1, gathering->capacity, gather_row, gathering, error);
    bus_reader_done(gathering->bus);
    if (ok && gathering->failed)
        ok = error_set(error, ERROR_MEMORY, "no memory to read items");
    return ok;
}

/* ---- reports made so far ---- */

struct report_list {
    const struct bus_port *port;
    struct ent_record **records;
    size_t count, capacity;
    bool failed;
};

static bool add_report(void *context, const struct report_row *row)
{
    struct report_list *list = context;
    /* Of one that it had passed by, or that is handed out again, those behind this one may have told already. */
    if (place_of(list->port->bus, row->classifier) > list->port->processor.index)
        return true;
    if (list->count == list->capacity) {
        size_t wanted = list->capacity ? list->capacity * 2 : 8;
        struct ent_record **grown = realloc(list->records, wanted * sizeof *grown);
        list->failed = !grown;
        if (!grown)
            return false;
        list->records = grown;
        list->capacity = wanted;
    }
    struct ent_record *record = record_from_bytes(row->record.bytes, row->record.size, NULL);
    list->failed = !record;
    if (!record)
        return false;
    list->records[list->count++] = record;
    return true;
}

static bool has_earlier_classifier(const struct bus_port *port)
{
    for (size_t i = 0; i < port->processor.index; i++) {
        if (port->bus->processors[i]->processor.settings.kind == UNIT_CLASSIFY)
            return true;
    }
    return false;
}

/* Remarks of one item by the classifiers before this one, by their places in the chain. */
struct remark_list {
    const struct bus_port *port;
    struct unit *unit;
    const char **texts; /* one for each place before the port's; in the unit's arena */
    bool failed;
};

static bool add_remark(void *context, const char *classifier, const char *text, int64_t count)
{
    struct remark_list *list = context;
    size_t place = place_of(list->port->bus, classifier);
    (void)count;
    if (place == 0 || place > list->port->processor.index)
        return true;
    list->texts[place - 1] = arena_copy(list->unit->arena, text, strlen(text));
    list->failed = !list->texts[place - 1];
    return !list->failed;
}

static bool load_remarks(struct bus_port *port, struct store *reader, struct unit *unit, size_t input,
                         struct error *error)
{
    size_t places = port->processor.index;
    struct remark_list list = {.port = port, .unit = unit};
    list.texts = arena_calloc(unit->arena, places, sizeof *list.texts);
    bool ok = list.texts != NULL;
    if (ok && !store_remarks_of(reader, unit->inputs[input].sequence, add_remark, &list, error))
        return false;
    for (size_t i = 0; ok && !list.failed && i < places; i++)
        ok = !list.texts[i] || unit_add_remark(unit, input, port->bus->processors[i]->instance, list.texts[i]);
    return (ok && !list.failed) || error_set(error, ERROR_MEMORY, "no memory for the remarks of an item");
}

static bool load_reports(struct bus_port *port, struct unit *unit, struct error *error)
{
    bool ok = true;
    if (port->processor.settings.kind != UNIT_CLASSIFY || !has_earlier_classifier(port))
        return true;
    struct store *reader = bus_reader(port->bus);
    for (size_t i = 0; ok && i < unit->input_count; i++) {
        struct report_list list = {.port = port};
        ok = store_reports_of(reader, unit->inputs[i].sequence, add_report, &list, error);
        unit->inputs[i].reports = list.records;
        unit->inputs[i].report_count = list.count;
        if (ok && list.failed)
            ok = error_set(error, ERROR_MEMORY, "no memory for the reports of an item");
        ok = ok && load_remarks(port, reader, unit, i, error);
    }
    bus_reader_done(port->bus);
    return ok;
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
static size_t choose_items(struct bus_port *port, struct gathering *gathering, size_t *chosen, int64_t *upto)
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
static struct unit *make_fresh_unit(struct bus_port *port, struct gathering *gathering)
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
    struct gathering gathering = {.bus = bus, .items = items, .capacity = port->processor.settings.batch};
    pthread_mutex_lock(&bus->mutex);
    bool may = may_take(port) && has_fresh(port);
    int64_t from = port->processor.dispatched + 1;
    gathering.limit = upstream_limit(port);
    if (may)
        gather_recent(&gathering, from);
    pthread_mutex_unlock(&bus->mutex);
    if (!may || (gathering.count == 0 && !gather_stored(&gathering, from, error))) {
        release_items(&gathering, 0);
        return NULL;
    }
    pthread_mutex_lock(&bus->mutex);
    struct unit *unit = make_fresh_unit(port, &gathering);
    pthread_mutex_unlock(&bus->mutex);
    release_items(&gathering, 0);
    if (!unit)
        error_set(error, ERROR_MEMORY, "no memory for a batch of items");
    return unit;
}

/* The item of a pending row, from memory or the store. */
static bool find_item(struct bus_port *port, int64_t sequence, struct recent_item *found, struct error *error)
{
    struct gathering gathering = {.bus = port->bus, .items = found, .capacity = 1, .limit = sequence};
    pthread_mutex_lock(&port->bus->mutex);
    gather_recent(&gathering, sequence);
    pthread_mutex_unlock(&port->bus->mutex);
    if (gathering.count == 0 && !gather_stored(&gathering, sequence, error))
        return false;
    if (gathering.count == 0)
        memset(found, 0, sizeof *found);
    return true;
}

static struct unit *make_retry_unit(struct bus_port *port, const struct pending *row, struct error *error)
{
    struct recent_item item;
    if (!find_item(port, row->sequence, &item, error))
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
    if (unit && !work_needs_no_callback(unit) && !load_reports(port, unit, error)) {
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

/* ---- handing back ---- */

/* Is this the item itself, let through? */
static bool is_same_item(struct ent_record *output, struct ent_record *item)
{
    if (output == item)
        return true;
    const char *id = record_text(output->view, ENT_ITEM_ID), *own = record_text(item->view, ENT_ITEM_ID);
    if (!id || !own || strcmp(id, own) != 0)
        return false;
    char content[DIGEST_HEX_SIZE], own_content[DIGEST_HEX_SIZE];
    item_content(content, output->view);
    item_content(own_content, item->view);
    return strcmp(content, own_content) == 0;
}

/* Turns what the plugin emitted into records as they are stored, in place. */
static bool prepare_outputs(struct unit *unit, struct work_entry *entry, struct ent_record **outputs, size_t count,
                            struct error *error)
{
    size_t kept = 0;
    bool ok = true;
    bool transforms = work_of(unit)->port->processor.settings.kind == UNIT_TRANSFORM;
    for (size_t i = 0; i < count; i++) {
        struct ent_record *output = outputs[i], *prepared = NULL;
        outputs[i] = NULL;
        if (ok && transforms && is_same_item(output, entry->record)) {
            entry->passes = true;
        } else if (ok) {
            prepared = transforms ? prepare_derived(output->view, entry->record->view, kept, error)
                                  : prepare_report(output->view, entry->record->view, unit->instance, kept, error);
            ok = prepared != NULL;
        }
        record_release(output);
        if (prepared)
            outputs[kept++] = prepared;
    }
    entry->outputs = outputs;
    entry->output_count = kept;
    return ok;
}

/* An answer's outputs belong to the item that a report names, else to the one that it settles: others that it settles
 * may have run out of time. */
static bool is_of_item(struct record_view output, const struct work_entry *entry, bool is_alone)
{
    const char *named = record_text(output, ENT_REPORT_ITEM), *id = record_text(entry->record->view, ENT_ITEM_ID);
    return named ? id && strcmp(named, id) == 0 : is_alone;
}

static void prepare_answer(struct bus_port *port, struct unit *unit)
{
    struct work *work = work_of(unit);
    for (size_t i = 0; i < work->entry_count; i++) {
        struct error error = ERROR_INIT;
        struct recent_item item = {0};
        struct work_entry *entry = &work->entries[i];
        bool found = find_item(port, entry->sequence, &item, &error);
        entry->record = item.record;
        if (!found || !item.record || entry->verdict != ATTEMPT_DONE || unit->input_count == 0)
            continue;
        size_t count = 0;
        struct ent_record **own = work_gather(unit, entry, is_of_item, &count, &error);
        if (own && prepare_outputs(unit, entry, own, count, &error))
            continue;
        log_write(LOG_ERROR, unit->instance, record_text(item.record->view, ENT_ITEM_ID), "%s", error.text);
        entry->verdict = ATTEMPT_DEAD;
        entry->text = arena_copy(unit->arena, error.text, strlen(error.text));
    }
}

static void prepare_inputs(struct unit *unit, const struct attempt_rules *rules, int64_t now)
{
    struct work *work = work_of(unit);
    for (size_t i = 0; i < work->entry_count; i++) {
        struct error error = ERROR_INIT;
        struct work_entry *entry = &work->entries[i];
        if (entry->verdict != ATTEMPT_DONE)
            continue;
        struct unit_input *input = entry->input;
        if (prepare_outputs(unit, entry, input->outputs, input->output_count, &error)) {
            input->output_count = entry->output_count;
            continue;
        }
        input->output_count = entry->output_count;
        log_write(LOG_ERROR, unit->instance, record_text(entry->record->view, ENT_ITEM_ID), "%s", error.text);
        input->has_result = true;
        input->code = ENT_REJECT;
        input->text = arena_copy(unit->arena, error.text, strlen(error.text));
        work_judge(unit, rules, now);
    }
}

/* Submits fresh units in the order in which they were handed out, whoever finishes first. */
static void submit_in_order(struct bus_port *port, struct unit *unit)
{
    struct bus_processor_state *state = &port->processor;
    pthread_mutex_lock(&state->order_mutex);
    struct unit **place = &state->held;
    while (*place && (*place)->ordinal < unit->ordinal)
        place = &(*place)->next;
    unit->next = *place;
    *place = unit;
    while (state->held && state->held->ordinal == state->next_ordinal) {
        struct unit *next = state->held;
        state->held = next->next;
        state->next_ordinal++;
        bus_write(port, next, false);
    }
    pthread_mutex_unlock(&state->order_mutex);
}

void flow_finish(struct bus_port *port, struct unit *unit, bool more_follows)
{
    (void)more_follows;
    int64_t now = clock_now();
    struct attempt_rules rules = rules_of(port);
    bool is_answer = !unit->work;
    if (is_answer) {
        pthread_mutex_lock(&port->bus->mutex);
        bool ok = work_adopt(port, unit);
        pthread_mutex_unlock(&port->bus->mutex);
        if (!ok) {
            log_write(LOG_ERROR, port->instance, NULL, "no memory for an answer; what it settles is tried again");
            unit_destroy(unit);
            return;
        }
    }
    work_judge(unit, &rules, now);
    if (is_answer)
        prepare_answer(port, unit);
    else
        prepare_inputs(unit, &rules, now);
    pthread_mutex_lock(&port->bus->mutex);
    work_set_aside(unit, &rules, now);
    work_await(unit);
    pthread_mutex_unlock(&port->bus->mutex);
    if (work_of(unit)->is_fresh)
        submit_in_order(port, unit);
    else
        bus_write(port, unit, false);
}

/* ---- on the writer's thread ---- */

static bool withdraw_all(struct store *store, int64_t item, const struct unit_withdrawal *withdrawals, size_t count,
                         struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (!store_report_withdraw(store, item, withdrawals[i].report_id, error))
            return false;
    }
    return true;
}

static bool apply_reports(struct store *store, const struct unit *unit, const struct work_entry *entry,
                          struct error *error)
{
    if (!store_reports_replace(store, entry->sequence, unit->instance, error))
        return false;
    for (size_t i = 0; i < entry->output_count; i++) {
        if (!store_report_put(store, entry->sequence, unit->instance, entry->outputs[i]->view, error))
            return false;
    }
    /* An answer's withdrawals name reports of what it settles; an id that is not this item's stands nowhere here. */
    const struct unit_input *input = entry->input ? entry->input : unit->inputs;
    return withdraw_all(store, entry->sequence, entry->aside.withdrawals, entry->aside.withdrawal_count, error) &&
           (unit->input_count == 0 ||
            withdraw_all(store, entry->sequence, input->withdrawals, input->withdrawal_count, error));
}

/* What was remarked of an item on an earlier attempt does not stand after another one. */
static bool apply_remark(struct store *store, const struct unit *unit, const struct work_entry *entry,
                         struct error *error)
{
    const char *told = entry->input ? entry->input->text : entry->text;
    const char *text = entry->code == ENT_OK ? told : NULL;
    bool may_stand = entry->was_pending || !work_of(unit)->is_fresh;
    if ((!text || !*text) && !may_stand)
        return true;
    const char *source = entry->record ? record_text(entry->record->view, ENT_ITEM_SOURCE) : NULL;
    return store_remark_put(store, unit->instance, entry->sequence, source, text, error);
}

static bool apply_derived(struct store *store, struct unit *unit, const struct work_entry *entry, struct error *error)
{
    bool is_new;
    for (size_t i = 0; i < entry->output_count; i++) {
        if (!work_put_item(store, unit, entry->outputs[i], NULL, unit->instance, NULL, &is_new, error))
            return false;
    }
    return entry->passes || store_item_drop(store, entry->sequence, unit->instance, error);
}

bool flow_apply(struct bus_port *port, struct store *store, struct unit *unit, struct error *error)
{
    struct work *work = work_of(unit);
    bool transforms = port->processor.settings.kind == UNIT_TRANSFORM;
    int64_t now = clock_now();
    work_clear_items(work);
    for (size_t i = 0; i < work->entry_count; i++) {
        const struct work_entry *entry = &work->entries[i];
        bool ok = true;
        if (entry->verdict == ATTEMPT_DONE)
            ok = transforms ? apply_derived(store, unit, entry, error)
                            : apply_reports(store, unit, entry, error) && apply_remark(store, unit, entry, error);
        else if (entry->verdict == ATTEMPT_DEAD && transforms)
            ok = store_item_drop(store, entry->sequence, unit->instance, error);
        if (!ok || !work_apply_entry(store, unit, entry, now, DEAD_LETTER_ITEM, error))
            return false;
    }
    return (!work->is_fresh || store_cursor_put(store, port->instance, work->upto, error)) &&
           work_apply_state(store, unit, error);
}

void flow_fail(struct bus_port *port, struct unit *unit, const char *why)
{
    struct attempt_rules rules = rules_of(port);
    work_fail(unit, &rules, why, clock_now());
}

void flow_done(struct bus_port *port, struct unit *unit, bool written)
{
    struct work *work = work_of(unit);
    struct bus *bus = port->bus;
    port->out -= (int64_t)unit->input_count * (unit->kind != UNIT_RESPOND);
    if (!written)
        return;
    if (work->is_fresh)
        port->processor.cursor = work->upto;
    work_update_pending(unit);
    for (size_t i = 0; i < work->item_count; i++)
        flow_add_item(bus, work->items[i].sequence, work->items[i].record, port->instance);
    if (port->processor.settings.kind != UNIT_TRANSFORM)
        return;
    for (size_t i = 0; i < work->entry_count; i++) {
        const struct work_entry *entry = &work->entries[i];
        struct recent_item *item = recent_find(&bus->recent, entry->sequence);
        bool ends = entry->verdict == ATTEMPT_DEAD || (entry->verdict == ATTEMPT_DONE && !entry->passes);
        if (item && ends)
            item->leaves = port->processor.index;
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
