/* Outbox: hands the deliveries that are due to their sinks, and settles them.
 *
 * The store says what is due, and which windows (core/store/deliveries.h) are over; here is only kept what is out at the moment or awaits an answer, so that it is not handed
 * out twice, and which deliveries have been deadly. A sink gets its next unit when the last one is durable. */
#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/bus/bus_private.h"
#include "core/store/deliveries.h"
#include "core/store/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* So many batches may be under way, handed out and not answered: what is slow is not given more. */
enum { READ_RETRY_MS = 1000, AWAITED_BATCHES = 4, BATCH_MAX = 1000, LOOK_MS = 60 * 1000 };

static struct attempt_rules rules_of(const struct bus_port *port)
{
    const struct bus_sink *settings = &port->sink.settings;
    struct attempt_rules rules = {settings->pause_first_ms > 0 ? settings->pause_first_ms : BUS_PAUSE_FIRST_MS,
                                  settings->pause_max_ms > 0 ? settings->pause_max_ms : BUS_PAUSE_MAX_MS,
                                  settings->deadline_ms, BUS_ANSWER_MS};
    return rules;
}

/* ---- at the start ---- */

/* The watch of what is sent; of a message of several that of its first. */
static bool find_watch(struct store *store, int64_t sequence, char *watch, size_t size, struct error *error)
{
    bool row;
    sqlite3_stmt *statement = store_statement(store,
                                              "SELECT coalesce(nullif(d.watch, ''), (SELECT m.watch FROM delivery m "
                                              "WHERE m.carrier=d.sequence ORDER BY m.sequence"
                                              " LIMIT 1), '') FROM delivery d WHERE d.sequence=?1",
                                              error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, sequence);
    if (!store_step(store, statement, &row, error, "look for a delivery's watch"))
        return false;
    snprintf(watch, size, "%s", row ? store_column_text(statement, 0) : "");
    store_done(statement);
    return true;
}

/* What was due while nothing ran, before quiet hours that have begun since, waits for their end. `held`: windows that are
 * over, else what is ready to be sent. In a transaction. */
static bool hold_back(struct bus_port *port, struct store *store, bool held, int64_t now, struct error *error)
{
    const struct bus *bus = port->bus;
    const char *sink = port->sink.settings.name;
    int64_t sequence = 0;
    char watch[200];
    while (bus->retry_time) {
        if (!store_delivery_late(store, sink, held, sequence, now, &sequence, error))
            return false;
        if (!sequence)
            break;
        if (!find_watch(store, sequence, watch, sizeof watch, error))
            return false;
        int64_t due = bus->retry_time(bus->retry_context, sink, watch, now);
        if (due > now && !store_delivery_hold_back(store, sequence, due, error))
            return false;
    }
    return true;
}

static bool load_pending(void *context, const char *processor, const struct pending_row *row)
{
    struct bus_port *port = context;
    (void)processor;
    struct pending pending = {.sequence = row->sequence,
                              .history = {row->attempts, row->first, row->deaths},
                              .due = INT64_MAX,
                              .alone = true};
    return row->sequence == 0 || pending_put(&port->pending, &pending);
}

bool outbox_load(struct bus_port *port, struct error *error)
{
    return hold_back(port, port->bus->store, false, clock_now(), error) &&
           store_pending_each(port->bus->store, port->instance, load_pending, port, error);
}

/* ---- handing out ---- */

/* One delivery on its way into a unit. */
struct due_delivery {
    int64_t sequence;
    struct ent_record *record;
    struct attempt_history history;
    bool was_pending;
};

struct collection {
    struct bus_port *port;
    struct due_delivery *deliveries;
    size_t count, capacity;
    bool failed;
};

/* bus->mutex is held. */
static void begin_reading(struct bus_port *port, bool is_reading)
{
    port->sink.is_reading = is_reading;
    port->sink.has_lost_count = false;
    port->sink.settled_count = 0;
}

static void note_settled(struct bus_port *port, int64_t sequence)
{
    struct bus_sink_state *sink = &port->sink;
    if (!sink->is_reading || sink->has_lost_count)
        return;
    if (sink->settled_count == sink->settled_capacity) {
        size_t wanted = sink->settled_capacity ? 2 * sink->settled_capacity : 64;
        int64_t *grown = realloc(sink->settled, wanted * sizeof *grown);
        sink->has_lost_count = !grown;
        if (!grown)
            return;
        sink->settled = grown;
        sink->settled_capacity = wanted;
    }
    sink->settled[sink->settled_count++] = sequence;
}

/* Where memory was out anything may have been; a look that brings nothing is followed by another. */
static bool was_just_settled(const struct bus_port *port, int64_t sequence)
{
    bool was = port->sink.has_lost_count;
    for (size_t i = 0; !was && i < port->sink.settled_count; i++)
        was = port->sink.settled[i] == sequence;
    return was;
}

/* Called while reading, so bus->mutex is taken for each row. */
static bool collect(void *context, const struct delivery_row *row)
{
    struct collection *collection = context;
    struct bus_port *port = collection->port;
    struct due_delivery *delivery = &collection->deliveries[collection->count];
    pthread_mutex_lock(&port->bus->mutex);
    const struct pending *known = pending_find(&port->pending, row->sequence);
    bool is_out = (known && (known->is_out || known->is_awaited)) || was_just_settled(port, row->sequence);
    bool alone = known && !is_out;
    delivery->history = (struct attempt_history){.attempts = row->attempt - 1,
                                                 .first = record_int(row->record, ENT_DELIVERY_FIRST_TRY, 0),
                                                 .deaths = known ? known->history.deaths : 0};
    pthread_mutex_unlock(&port->bus->mutex);
    if (is_out)
        return true;
    if (alone && collection->count > 0)
        return false;
    delivery->sequence = row->sequence;
    delivery->was_pending = alone;
    delivery->record = record_from_bytes(row->record.bytes, row->record.size, NULL);
    collection->failed = !delivery->record;
    if (!delivery->record)
        return false;
    collection->count++;
    return !alone && collection->count < collection->capacity;
}

static bool collect_due(struct bus_port *port, struct collection *collection, int64_t *next_due, struct error *error)
{
    const char *sink = port->sink.settings.name;
    int64_t now = clock_now();
    struct store *reader = bus_reader(port->bus);
    bool ok =
        store_deliveries_due(reader, sink, 0, now, collection->capacity * (AWAITED_BATCHES + 1), collect, collection, error) &&
        store_delivery_next(reader, sink, now, next_due, error);
    bus_reader_done(port->bus);
    if (ok && collection->failed)
        ok = error_set(error, ERROR_MEMORY, "no memory to read deliveries");
    return ok;
}

/* Undoes a unit of which the first `count` records were marked as out. bus->mutex held. */
static void call_back(struct bus_port *port, struct unit *unit, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct pending *row = pending_find(&port->pending, unit->inputs[i].sequence);
        if (row)
            row->is_out = false;
    }
    unit_destroy(unit);
}

static struct unit *make_unit(struct bus_port *port, struct collection *collection)
{
    struct unit *unit = work_unit(port, UNIT_DELIVER, collection->count);
    if (!unit)
        return NULL;
    for (size_t i = 0; i < collection->count; i++) {
        struct due_delivery *due = &collection->deliveries[i];
        struct work_entry *entry = &work_of(unit)->entries[i];
        struct pending out = {.sequence = due->sequence, .history = due->history, .is_out = true, .due = INT64_MAX};
        unit->inputs[i].record = entry->record = due->record;
        unit->inputs[i].sequence = entry->sequence = due->sequence;
        due->record = NULL;
        entry->before = due->history;
        entry->was_pending = due->was_pending;
        entry->is_deadly = !attempt_is_allowed(&due->history);
        if (!pending_put(&port->pending, &out)) {
            call_back(port, unit, i);
            return NULL;
        }
    }
    port->out += (int64_t)collection->count;
    return unit;
}

static struct unit *take_due(struct bus_port *port, int64_t *next_due, struct error *error)
{
    struct due_delivery deliveries[BATCH_MAX];
    struct collection collection = {.port = port, .deliveries = deliveries, .capacity = port->sink.settings.batch};
    struct unit *unit = NULL;
    pthread_mutex_lock(&port->bus->mutex);
    begin_reading(port, true);
    pthread_mutex_unlock(&port->bus->mutex);
    bool is_read = collect_due(port, &collection, next_due, error);
    pthread_mutex_lock(&port->bus->mutex);
    begin_reading(port, false);
    if (is_read && collection.count > 0 && !(unit = make_unit(port, &collection)))
        error_set(error, ERROR_MEMORY, "no memory for a batch of deliveries");
    pthread_mutex_unlock(&port->bus->mutex);
    for (size_t i = 0; i < collection.count; i++)
        record_release(deliveries[i].record);
    return unit;
}

/* A unit that settles one delivery whose answer did not come in time; NULL where there is none, *next_due is then when
 * one will be. */
static struct unit *take_overdue(struct bus_port *port, int64_t *next_due, struct error *error)
{
    static const char text[] = "no answer came in time";
    struct pending copy = {0};
    pthread_mutex_lock(&port->bus->mutex);
    struct pending *row = pending_next_due(&port->pending, INT64_MAX - 1, clock_now(), next_due);
    if (row) {
        row->is_out = true;
        copy = *row;
        port->out++;
    }
    pthread_mutex_unlock(&port->bus->mutex);
    if (!row)
        return NULL;
    struct unit *unit = work_unit(port, UNIT_DELIVER, 1);
    if (!unit) {
        work_give_back(port, copy.sequence);
        error_set(error, ERROR_MEMORY, "no memory to settle a delivery");
        return NULL;
    }
    struct work_entry *entry = &work_of(unit)->entries[0];
    entry->sequence = unit->inputs[0].sequence = copy.sequence;
    entry->before = copy.history;
    entry->before.attempts--; /* counted when it was left unfinished */
    unit_result(unit, 0, ENT_RETRY, -1, ent_bytes(text, sizeof text - 1));
    return unit;
}

/* An empty unit, by which the writer seals the windows of the sink that are over; *next is when the next one will be.
 * False where there is none to seal, or with `error`. */
static bool take_seal(struct bus_port *port, int64_t *next, struct unit **unit, struct error *error)
{
    int64_t due = -1, now = clock_now();
    bool ok = store_holds_next(bus_reader(port->bus), port->sink.settings.name, &due, error);
    bus_reader_done(port->bus);
    *next = due > now ? due : -1;
    if (!ok || due < 0 || due > now)
        return false;
    *unit = work_unit(port, UNIT_DELIVER, 0);
    if (!*unit)
        return error_set(error, ERROR_MEMORY, "no memory to end a window");
    pthread_mutex_lock(&port->bus->mutex);
    port->sink.is_sealing = true;
    pthread_mutex_unlock(&port->bus->mutex);
    return true;
}

static bool may_take(const struct bus_port *port)
{
    return !port->bus->stopping && !port->is_parked && port->out == 0 && !port->sink.is_sealing;
}

/* Answers are waited for; overdue ones are settled all the same. */
static bool has_room(struct bus_port *port)
{
    pthread_mutex_lock(&port->bus->mutex);
    bool has = pending_count_awaited(&port->pending) + port->sink.settings.batch <= AWAITED_BATCHES * port->sink.settings.batch;
    pthread_mutex_unlock(&port->bus->mutex);
    return has;
}

/* At that time, which may have come since the look; -1: never. Clocks are set and machines sleep, so a look is taken now and
 * then before it. */
static void wake_for(struct bus_port *port, int64_t time)
{
    int64_t soon = clock_now() + LOOK_MS;
    if (time >= 0)
        bus_wake_at(port, time < soon ? time : soon);
}

struct unit *outbox_take(struct bus_port *port)
{
    for (;;) {
        int64_t next_due = -1, next_overdue = INT64_MAX, next_seal = -1;
        struct unit *seal = NULL;
        struct error error = ERROR_INIT;
        pthread_mutex_lock(&port->bus->mutex);
        bool may = may_take(port);
        pthread_mutex_unlock(&port->bus->mutex);
        if (!may)
            return NULL;
        if (take_seal(port, &next_seal, &seal, &error)) {
            /* Its commit wakes the lane again. */
            outbox_finish(port, seal, false);
            return NULL;
        }
        struct unit *unit = error.kind == ERROR_NONE ? take_overdue(port, &next_overdue, &error) : NULL;
        if (!unit && error.kind == ERROR_NONE && has_room(port))
            unit = take_due(port, &next_due, &error);
        if (error.kind != ERROR_NONE) {
            log_write(LOG_ERROR, port->instance, NULL, "%s", error.text);
            bus_wake_at(port, clock_now() + READ_RETRY_MS);
            return NULL;
        }
        if (!unit) {
            wake_for(port, next_due);
            wake_for(port, next_overdue == INT64_MAX ? -1 : next_overdue);
            wake_for(port, next_seal);
            return NULL;
        }
        if (work_of(unit)->entries[0].is_deadly)
            unit_result(unit, 0, ENT_REJECT, -1, ent_text(ATTEMPT_DEADLY_TEXT));
        if (!unit->inputs[0].has_result)
            return unit;
        outbox_finish(port, unit, false);
    }
}

void outbox_finish(struct bus_port *port, struct unit *unit, bool more_follows)
{
    struct attempt_rules rules = rules_of(port);
    (void)more_follows;
    if (work_finish(port, unit, NULL, &rules))
        bus_write(port, unit, false);
}

/* ---- on the writer's thread ---- */

/* The delivery's id, for people, into `id`. */
static bool find_id(struct store *store, int64_t sequence, char *id, size_t size, struct error *error)
{
    bool row;
    sqlite3_stmt *statement = store_statement(store, "SELECT id FROM delivery WHERE sequence=?1", error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, sequence);
    if (!store_step(store, statement, &row, error, "look for a delivery"))
        return false;
    const char *text = row ? store_column_text(statement, 0) : "";
    size_t length = strnlen(text, size - 1);
    memcpy(id, text, length);
    id[length] = '\0';
    store_done(statement);
    return true;
}

/* What failed in the evening is not tried again at night, where its sink or watch has quiet hours. */
static bool postpone(struct bus_port *port, struct store *store, struct work_entry *entry, struct error *error)
{
    const struct bus *bus = port->bus;
    char watch[200];
    if (!bus->retry_time || entry->verdict != ATTEMPT_AGAIN_LATER)
        return true;
    if (!find_watch(store, entry->sequence, watch, sizeof watch, error))
        return false;
    entry->due = bus->retry_time(bus->retry_context, port->sink.settings.name, watch, entry->due);
    return true;
}

static bool apply_entry(struct store *store, const struct unit *unit, const struct work_entry *entry, int64_t now,
                        struct error *error)
{
    char id[64];
    bool is_dead = entry->verdict == ATTEMPT_DEAD;
    if (entry->verdict == ATTEMPT_AWAITED)
        return true; /* the store has it as pending, which it is */
    if (!store_delivery_settle(store, entry->sequence, is_dead && entry->code == ENT_OK ? ENT_REJECT : entry->code,
                               is_dead ? -1 : entry->due, now, entry->text, NULL, error))
        return false;
    if (is_dead && (!find_id(store, entry->sequence, id, sizeof id, error) ||
                    !work_apply_dead_letter(store, unit, entry, id, now, DEAD_LETTER_DELIVERY, error)))
        return false;
    if (entry->verdict == ATTEMPT_AGAIN_LATER && entry->after.deaths > 0) {
        struct pending_row row = {.sequence = entry->sequence,
                                  .due = entry->due,
                                  .attempts = entry->after.attempts,
                                  .first = entry->after.first,
                                  .deaths = entry->after.deaths,
                                  .alone = true,
                                  .text = entry->text};
        return store_pending_put(store, unit->instance, &row, error);
    }
    return !entry->was_pending || store_pending_delete(store, unit->instance, entry->sequence, error);
}

bool outbox_apply(struct bus_port *port, struct store *store, struct unit *unit, struct error *error)
{
    struct work *work = work_of(unit);
    int64_t now = clock_now();
    if (unit->kind == UNIT_DELIVER && unit->input_count == 0)
        return hold_back(port, store, true, now, error) && store_holds_seal(store, port->sink.settings.name, now, error);
    for (size_t i = 0; i < work->entry_count; i++) {
        if (!postpone(port, store, &work->entries[i], error) ||
            !apply_entry(store, unit, &work->entries[i], now, error))
            return false;
    }
    return work_apply_state(store, unit, error);
}

void outbox_fail(struct bus_port *port, struct unit *unit, const char *why)
{
    struct attempt_rules rules = rules_of(port);
    work_fail(unit, &rules, why, clock_now());
}

void outbox_done(struct bus_port *port, struct unit *unit, bool written)
{
    struct work *work = work_of(unit);
    port->out -= (int64_t)unit->input_count * (unit->kind != UNIT_RESPOND);
    if (unit->kind == UNIT_DELIVER && unit->input_count == 0)
        port->sink.is_sealing = false;
    if (!written)
        return;
    work_update_pending(unit);
    for (size_t i = 0; i < work->entry_count; i++) {
        const struct work_entry *entry = &work->entries[i];
        struct pending *row = pending_find(&port->pending, entry->sequence);
        if (entry->verdict != ATTEMPT_AWAITED)
            note_settled(port, entry->sequence);
        port->sink.delivered += entry->verdict == ATTEMPT_DONE;
        port->sink.dead += entry->verdict == ATTEMPT_DEAD;
        /* The store says when it is due; only what has been deadly is worth remembering. */
        if (row && entry->verdict == ATTEMPT_AGAIN_LATER) {
            row->due = INT64_MAX;
            if (row->history.deaths == 0)
                pending_remove(&port->pending, entry->sequence);
        }
    }
}

void outbox_wake(struct bus_port *port)
{
    if (port->lane && !port->is_parked && !port->bus->stopping)
        lane_wake(port->lane);
}
