#include "core/bus/bus.h"

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/bus/bus_private.h"
#include "core/delivery/dispatch.h"
#include "core/store/deliveries.h"
#include "core/store/http_state.h"
#include "core/store/items.h"
#include "core/store/kv.h"
#include "core/store/progress.h"
#include "core/store/state.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    BATCH_MAX = 1000,
    DISK_CHECK_MS = 5000,
    PATH_SIZE = 4096
};

/* Under this name the cursor table keeps which run's deaths have been counted. */
#define INFLIGHT_CURSOR "inflight"

/* ---- deaths of the last run ---- */

struct death_count {
    struct store *store;
    struct error *error;
};

static bool count_death(void *context, const struct inflight_death *death)
{
    struct death_count *count = context;
    int64_t now = clock_now();
    log_write(LOG_WARNING, death->instance, NULL, "the last run died in a callback of this instance, with %zu record%s",
              death->count, death->count == 1 ? "" : "s");
    if (death->count == 0)
        return store_pending_death(count->store, death->instance, 0, 1, now, count->error);
    /* Of a batch nobody knows whose fault it was. */
    int parts = death->count > 1 ? 0 : death->is_fault ? ATTEMPT_DEATH_FAULT : ATTEMPT_DEATH_UNKNOWN;
    for (size_t i = 0; i < death->count; i++) {
        if (!store_pending_death(count->store, death->instance, death->sequences[i], parts, now,
                                 count->error))
            return false;
    }
    return true;
}

static bool count_deaths(struct bus *bus, struct error *error)
{
    int64_t counted, run = inflight_last_run(bus->inflight);
    bool found;
    struct death_count count = {bus->store, error};
    if (!store_begin(bus->store, error))
        return false;
    bool ok = store_cursor(bus->store, INFLIGHT_CURSOR, &counted, &found, error);
    if (ok && counted != run)
        ok = inflight_each(bus->inflight, count_death, &count) &&
             store_cursor_put(bus->store, INFLIGHT_CURSOR, run, error);
    ok = ok && store_commit(bus->store, error);
    if (!ok)
        store_rollback(bus->store);
    else
        inflight_begin_run(bus->inflight);
    return ok;
}

/* ---- life ---- */

static bool open_files(struct bus *bus, struct error *error)
{
    char path[PATH_SIZE];
    if (!state_path(path, sizeof path, bus->state_dir, STORE_FILE_NAME, error))
        return false;
    bus->store = store_open(path, STORE_WRITE, error);
    if (!bus->store)
        return false;
    bus->reader = store_open(path, STORE_READ, error);
    if (!bus->reader || !state_path(path, sizeof path, bus->state_dir, "inflight", error))
        return false;
    bus->inflight = inflight_open(path, error);
    if (!bus->inflight || !count_deaths(bus, error))
        return false;
    bus->tail = store_item_last(bus->store, error);
    return bus->tail >= 0;
}

static const struct writer_ops writer_ops;

static void init_locks(struct bus *bus)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&bus->progress, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&bus->mutex, NULL);
    pthread_mutex_init(&bus->reader_mutex, NULL);
}

const char *bus_state_dir(const struct bus *bus)
{
    return bus->state_dir;
}

struct bus *bus_create(const struct bus_settings *settings, struct error *error)
{
    struct bus *bus = calloc(1, sizeof *bus);
    if (!bus) {
        error_set(error, ERROR_MEMORY, "no memory for the bus");
        return NULL;
    }
    init_locks(bus);
    bus->min_free = settings->min_free;
    bus->high_water = settings->high_water > 0 ? settings->high_water : BUS_HIGH_WATER;
    bus->once = settings->once;
    bus->committed = settings->committed;
    bus->committed_context = settings->context;
    bus->health_routes = settings->health_routes;
    while (bus->health_routes && bus->health_routes[bus->health_route_count].sink)
        bus->health_route_count++;
    bus->state_dir = strdup(settings->state_dir);
    bool ok = bus->state_dir && recent_init(&bus->recent);
    if (!ok)
        error_set(error, ERROR_MEMORY, "no memory for the bus");
    ok = ok && open_files(bus, error);
    if (ok) {
        struct writer_ops ops = writer_ops;
        ops.context = bus;
        bus->writer = writer_create(bus->store, &ops, error);
        ok = bus->writer != NULL;
    }
    if (!ok) {
        bus_destroy(bus);
        return NULL;
    }
    return bus;
}

struct store *bus_store(struct bus *bus)
{
    return bus->store;
}

static void destroy_port(struct bus_port *port)
{
    while (port->processor.held) {
        struct unit *unit = port->processor.held;
        port->processor.held = unit->next;
        unit_destroy(unit);
    }
    pthread_mutex_destroy(&port->processor.order_mutex);
    pending_free(&port->pending);
    free(port->sink.settled);
    free(port);
}

void bus_destroy(struct bus *bus)
{
    if (!bus)
        return;
    writer_destroy(bus->writer);
    for (size_t i = 0; i < bus->port_count; i++)
        destroy_port(bus->ports[i]);
    free(bus->ports);
    free(bus->processors);
    recent_free(&bus->recent);
    inflight_close(bus->inflight);
    store_close(bus->reader);
    store_close(bus->store);
    pthread_cond_destroy(&bus->progress);
    pthread_mutex_destroy(&bus->mutex);
    pthread_mutex_destroy(&bus->reader_mutex);
    free(bus->state_dir);
    free(bus);
}

/* ---- ports ---- */

static int64_t or_default(int64_t value, int64_t fallback)
{
    return value > 0 ? value : fallback;
}

static size_t batch_of(size_t wanted)
{
    size_t batch = wanted ? wanted : BUS_BATCH;
    return batch < BATCH_MAX ? batch : BATCH_MAX;
}

static bool append_port(struct bus_port ***list, size_t *count, struct bus_port *port)
{
    struct bus_port **grown = realloc(*list, (*count + 1) * sizeof *grown);
    if (!grown)
        return false;
    *list = grown;
    grown[(*count)++] = port;
    return true;
}

static struct bus_port *add_port(struct bus *bus, enum bus_role role, const char *instance, struct error *error)
{
    struct bus_port *port = calloc(1, sizeof *port);
    if (port) {
        port->bus = bus;
        port->role = role;
        port->instance = instance;
        port->processor.next_ordinal = 1;
        pthread_mutex_init(&port->processor.order_mutex, NULL);
    }
    if (!port || !append_port(&bus->ports, &bus->port_count, port)) {
        if (port)
            destroy_port(port);
        error_set(error, ERROR_MEMORY, "no memory for %s", instance);
        return NULL;
    }
    return port;
}

struct bus_port *bus_add_source(struct bus *bus, const struct bus_source *settings, struct error *error)
{
    struct bus_port *port = add_port(bus, BUS_SOURCE, settings->instance, error);
    if (!port)
        return NULL;
    struct bus_source *own = &port->source.settings;
    *own = *settings;
    if (!own->address)
        own->address = "";
    return port;
}

struct bus_port *bus_add_processor(struct bus *bus, const struct bus_processor *settings, struct error *error)
{
    struct bus_port *port = add_port(bus, BUS_PROCESSOR, settings->instance, error);
    if (!port)
        return NULL;
    struct bus_processor_state *state = &port->processor;
    state->settings = *settings;
    state->settings.deadline_ms = or_default(settings->deadline_ms, BUS_DEADLINE_MS);
    state->settings.batch = batch_of(settings->batch);
    state->index = bus->processor_count;
    if (!append_port(&bus->processors, &bus->processor_count, port)) {
        error_set(error, ERROR_MEMORY, "no memory for %s", settings->instance);
        return NULL;
    }
    return port;
}

struct bus_port *bus_add_sink(struct bus *bus, const struct bus_sink *settings, struct error *error)
{
    struct bus_port *port = add_port(bus, BUS_SINK, settings->instance, error);
    if (!port)
        return NULL;
    port->sink.settings = *settings;
    port->sink.settings.deadline_ms = or_default(settings->deadline_ms, BUS_DEADLINE_MS);
    port->sink.settings.batch = batch_of(settings->batch);
    return port;
}

void bus_attach(struct bus_port *port, struct lane *lane)
{
    port->lane = lane;
}

bool bus_add_stage(struct bus *bus, const struct bus_stage *stage, struct error *error)
{
    struct writer_stage own = {stage->name,    stage->run,      stage->has_more, stage->set_watermark,
                               stage->context, stage->is_aside, stage->due};
    return writer_add_stage(bus->writer, &own) ||
           error_set(error, ERROR_LIMIT, "more than %d stages", WRITER_STAGES_MAX);
}

/* ---- what the parts share ---- */

void bus_wake_at(struct bus_port *port, int64_t time)
{
    if (port->lane)
        lane_wake_at(port->lane, clock_monotonic() + (time - clock_now()));
}

struct store *bus_reader(struct bus *bus)
{
    pthread_mutex_lock(&bus->reader_mutex);
    return bus->reader;
}

void bus_reader_done(struct bus *bus)
{
    pthread_mutex_unlock(&bus->reader_mutex);
}

void bus_note_failure(struct bus_port *port, const char *text)
{
    snprintf(port->text, sizeof port->text, "%s", text);
}

const char *bus_pause_reason(const struct bus *bus)
{
    if (bus->is_paused_by_hand)
        return "paused by command";
    if (bus->is_in_trouble)
        return bus->trouble;
    if (bus->is_short_of_disk)
        return "the disk of the state directory has less than min_free left";
    if (bus->is_over_high_water)
        return "more items wait to be processed than the high-water mark allows";
    return NULL;
}

void bus_check_disk(struct bus *bus)
{
    int64_t now = clock_monotonic();
    pthread_mutex_lock(&bus->mutex);
    bool is_due = bus->min_free > 0 && (!bus->disk_checked || now - bus->disk_checked >= DISK_CHECK_MS);
    if (is_due)
        bus->disk_checked = now;
    pthread_mutex_unlock(&bus->mutex);
    if (!is_due)
        return;
    int64_t available = state_free_bytes(bus->state_dir);
    bool is_short = available >= 0 && available < bus->min_free;
    pthread_mutex_lock(&bus->mutex);
    bool has_changed = is_short != bus->is_short_of_disk;
    bus->is_short_of_disk = is_short;
    pthread_mutex_unlock(&bus->mutex);
    if (has_changed && is_short)
        log_write(LOG_ERROR, NULL, NULL, "%s has %lld MiB of disk left, less than min_free: sources pause",
                  bus->state_dir, (long long)(available / (1024 * 1024)));
    else if (has_changed)
        log_write(LOG_INFO, NULL, NULL, "there is disk again: sources go on");
}

/* bus->mutex held. */
static void wake_port(struct bus_port *port)
{
    switch (port->role) {
    case BUS_SOURCE:
        schedule_wake(port);
        break;
    case BUS_PROCESSOR:
        flow_wake(port);
        break;
    case BUS_SINK:
        if (port->lane && !port->is_parked && !port->bus->stopping)
            lane_wake(port->lane);
        break;
    }
}

static void wake_role(struct bus *bus, enum bus_role role)
{
    for (size_t i = 0; i < bus->port_count; i++) {
        if (bus->ports[i]->role == role)
            wake_port(bus->ports[i]);
    }
}

/* ---- the writer's side ---- */

static bool apply_unit(void *context, struct store *store, struct unit *unit, struct error *error)
{
    struct bus_port *port = work_of(unit)->port;
    (void)context;
    switch (port->role) {
    case BUS_SOURCE:
        return schedule_apply(port, store, unit, error);
    case BUS_PROCESSOR:
        return flow_apply(port, store, unit, error);
    case BUS_SINK:
    default:
        return outbox_apply(port, store, unit, error);
    }
}

static bool apply_failure(void *context, struct store *store, struct unit *unit, const struct error *why,
                          struct error *error)
{
    struct bus_port *port = work_of(unit)->port;
    switch (port->role) {
    case BUS_SOURCE:
        schedule_fail(port, unit, why->text);
        break;
    case BUS_PROCESSOR:
        flow_fail(port, unit, why->text);
        break;
    case BUS_SINK:
        outbox_fail(port, unit, why->text);
        break;
    }
    return apply_unit(context, store, unit, error);
}

static bool read_watermark(void *context, struct store *store, int64_t *sequence, struct error *error)
{
    struct bus *bus = context;
    if (!flow_watermark(bus, store, sequence, error))
        return false;
    pthread_mutex_lock(&bus->mutex);
    bus->stages_at = *sequence;
    pthread_mutex_unlock(&bus->mutex);
    return true;
}

static void call_done(const struct bus_port *port, const struct unit *unit, bool committed)
{
    switch (port->role) {
    case BUS_SOURCE:
        if (port->source.settings.done)
            port->source.settings.done(port->source.settings.context, unit, committed);
        break;
    case BUS_PROCESSOR:
        if (port->processor.settings.done)
            port->processor.settings.done(port->processor.settings.context, unit, committed);
        break;
    case BUS_SINK:
        if (port->sink.settings.done)
            port->sink.settings.done(port->sink.settings.context, unit, committed);
        break;
    }
}

static void unit_done(struct unit *unit, bool committed, const struct error *error)
{
    struct work *work = work_of(unit);
    struct bus_port *port = work->port;
    /* A unit that could not be stored as it is has had that written in its place. */
    bool written = committed || (work->has_failed && error && !port->bus->is_in_trouble);
    pthread_mutex_lock(&port->bus->mutex);
    switch (port->role) {
    case BUS_SOURCE:
        schedule_done(port, unit, written);
        break;
    case BUS_PROCESSOR:
        flow_done(port, unit, written);
        break;
    case BUS_SINK:
        outbox_done(port, unit, written);
        break;
    }
    wake_port(port);
    pthread_mutex_unlock(&port->bus->mutex);
    call_done(port, unit, committed && !work->has_failed);
}

void bus_wake_sinks(struct bus *bus)
{
    wake_role(bus, BUS_SINK);
}

/* bus->mutex held. */
static void update_watermark(struct bus *bus)
{
    int64_t watermark = bus->tail;
    for (size_t i = 0; i < bus->processor_count; i++) {
        int64_t finished = flow_finished(bus->processors[i]);
        if (finished < watermark)
            watermark = finished;
    }
    bus->watermark = watermark;
    recent_drop_until(&bus->recent, watermark);
    int64_t open_items = bus->tail - watermark;
    bool was_over = bus->is_over_high_water;
    /* It goes on at half the mark, so that it does not stop and go with every item. */
    bus->is_over_high_water = open_items > (was_over ? bus->high_water / 2 : bus->high_water);
    if (was_over && !bus->is_over_high_water)
        wake_role(bus, BUS_SOURCE);
}

static void after_commit(void *context, bool stages_wrote)
{
    struct bus *bus = context;
    pthread_mutex_lock(&bus->mutex);
    update_watermark(bus);
    wake_role(bus, BUS_PROCESSOR);
    if (stages_wrote)
        wake_role(bus, BUS_SINK);
    pthread_cond_broadcast(&bus->progress);
    pthread_mutex_unlock(&bus->mutex);
    if (bus->committed)
        bus->committed(bus->committed_context);
}

static void note_trouble(void *context, const struct error *error)
{
    struct bus *bus = context;
    pthread_mutex_lock(&bus->mutex);
    bus->is_in_trouble = error != NULL;
    snprintf(bus->trouble, sizeof bus->trouble, "%s", error ? error->text : "");
    if (!error)
        wake_role(bus, BUS_SOURCE);
    pthread_mutex_unlock(&bus->mutex);
}

static const struct writer_ops writer_ops = {.apply = apply_unit,
                                             .apply_failure = apply_failure,
                                             .watermark = read_watermark,
                                             .committed = after_commit,
                                             .trouble = note_trouble};

/* ---- running ---- */

static bool load_ports(struct bus *bus, struct error *error)
{
    bool ok = store_begin(bus->store, error) && schedule_load(bus, error);
    for (size_t i = 0; ok && i < bus->port_count; i++) {
        struct bus_port *port = bus->ports[i];
        if (port->role == BUS_PROCESSOR)
            ok = flow_load(port, error);
        else if (port->role == BUS_SINK)
            ok = outbox_load(port, error);
    }
    ok = ok && store_commit(bus->store, error);
    if (!ok)
        store_rollback(bus->store);
    return ok;
}

bool bus_start(struct bus *bus, struct error *error)
{
    if (!load_ports(bus, error))
        return false;
    pthread_mutex_lock(&bus->mutex);
    update_watermark(bus);
    pthread_mutex_unlock(&bus->mutex);
    bus_check_disk(bus);
    if (!writer_start(bus->writer, error))
        return false;
    bus->started = true;
    pthread_mutex_lock(&bus->mutex);
    for (size_t i = 0; i < bus->port_count; i++)
        wake_port(bus->ports[i]);
    pthread_mutex_unlock(&bus->mutex);
    return true;
}

void bus_stop(struct bus *bus)
{
    pthread_mutex_lock(&bus->mutex);
    bus->stopping = true;
    pthread_mutex_unlock(&bus->mutex);
    writer_stop(bus->writer);
}

struct unit *bus_take(struct bus_port *port)
{
    switch (port->role) {
    case BUS_SOURCE:
        return schedule_take(port);
    case BUS_PROCESSOR:
        return flow_take(port);
    case BUS_SINK:
    default:
        return outbox_take(port);
    }
}

void bus_finish(struct bus_port *port, struct unit *unit, bool more_follows)
{
    switch (port->role) {
    case BUS_SOURCE:
        schedule_finish(port, unit, more_follows);
        break;
    case BUS_PROCESSOR:
        flow_finish(port, unit);
        break;
    case BUS_SINK:
        outbox_finish(port, unit);
        break;
    }
}

void bus_write(struct bus_port *port, struct unit *unit, bool urgent)
{
    unit->done = unit_done;
    writer_submit(port->bus->writer, unit, urgent);
}

void bus_park(struct bus_port *port, const char *why)
{
    pthread_mutex_lock(&port->bus->mutex);
    if (!port->is_parked)
        bus_note_failure(port, why);
    port->is_parked = true;
    pthread_mutex_unlock(&port->bus->mutex);
}

int bus_enter(struct bus_port *port, const struct unit *unit)
{
    int64_t sequences[INFLIGHT_RECORDS_MAX];
    size_t count = 0;
    for (size_t i = 0; unit && i < unit->input_count && count < INFLIGHT_RECORDS_MAX; i++) {
        if (unit->inputs[i].sequence > 0)
            sequences[count++] = unit->inputs[i].sequence;
    }
    return inflight_enter(port->bus->inflight, port->instance, sequences, count);
}

void bus_leave(struct bus_port *port, int slot)
{
    inflight_leave(port->bus->inflight, slot);
}

bool bus_change(struct bus *bus, bool (*change)(void *context, struct store *store, struct error *error), void *context,
                struct error *error)
{
    if (bus->started)
        return writer_change(bus->writer, change, context, error);
    bool ok = store_begin(bus->store, error) && change(context, bus->store, error) && store_commit(bus->store, error);
    if (!ok)
        store_rollback(bus->store);
    return ok;
}

void bus_pause_sources(struct bus *bus, bool paused)
{
    pthread_mutex_lock(&bus->mutex);
    bus->is_paused_by_hand = paused;
    wake_role(bus, BUS_SOURCE);
    pthread_mutex_unlock(&bus->mutex);
}

/* ---- kept state ---- */

bool bus_kv_get(void *context, const char *instance, struct ent_str key, struct arena *arena, struct ent_str *value)
{
    struct bus *bus = context;
    struct buffer buffer = BUFFER_INIT;
    struct error error = ERROR_INIT;
    bool found = false;
    bool ok = store_kv_get(bus_reader(bus), instance, key.data, key.size, &buffer, &found, &error);
    bus_reader_done(bus);
    if (!ok)
        log_write(LOG_ERROR, instance, NULL, "%s", error.text);
    value->data = ok && found ? arena_copy(arena, buffer.bytes ? buffer.bytes : "", buffer.size) : NULL;
    value->size = buffer.size;
    buffer_free(&buffer);
    return value->data != NULL;
}

struct http_state_copy {
    struct arena *arena;
    struct unit_http_state *state;
    bool found;
};

static const char *copy_text(struct arena *arena, const char *text)
{
    return text ? arena_copy(arena, text, strlen(text)) : NULL;
}

static void copy_http_state(void *context, const struct http_state *state)
{
    struct http_state_copy *copy = context;
    copy->found = true;
    *copy->state = (struct unit_http_state){.url = copy_text(copy->arena, state->url),
                                            .etag = copy_text(copy->arena, state->etag),
                                            .last_modified = copy_text(copy->arena, state->last_modified),
                                            .moved_to = copy_text(copy->arena, state->moved_to),
                                            .moved_since = state->moved_since,
                                            .body_digest = copy_text(copy->arena, state->body_digest)};
}

bool bus_http_state_get(void *context, const char *instance, const char *url, struct arena *arena,
                        struct unit_http_state *state)
{
    struct bus *bus = context;
    struct error error = ERROR_INIT;
    struct http_state_copy copy = {arena, state, false};
    bool ok = store_http_state_get(bus_reader(bus), instance, url, copy_http_state, &copy, &error);
    bus_reader_done(bus);
    if (!ok)
        log_write(LOG_ERROR, instance, NULL, "%s", error.text);
    return ok && copy.found && !arena_failed(arena);
}

/* ---- dead letters ---- */

struct dead_letter_retry {
    int64_t id;
    bool found;
    enum dead_letter_kind kind;
    int64_t sequence;
    char instance[200], record_id[64];
};

static bool read_dead_letter(void *context, const struct dead_letter_row *row)
{
    struct dead_letter_retry *retry = context;
    retry->found = row->id == retry->id;
    retry->kind = row->kind;
    retry->sequence = row->sequence;
    snprintf(retry->instance, sizeof retry->instance, "%s", row->instance);
    snprintf(retry->record_id, sizeof retry->record_id, "%s", row->record_id);
    return false;
}

static bool retry_dead_letter(void *context, struct store *store, struct error *error)
{
    struct dead_letter_retry *retry = context;
    int64_t now = clock_now();
    if (!store_dead_letters_each(store, retry->id - 1, 1, read_dead_letter, retry, error))
        return false;
    if (!retry->found)
        return error_set(error, ERROR_MISSING, "there is no dead letter %lld", (long long)retry->id);
    if (retry->kind == DEAD_LETTER_OUTPUT)
        return error_set(error, ERROR_STATE, "dead letter %lld was never an item; only its source can bring it again",
                         (long long)retry->id);
    struct pending_row row = {.sequence = retry->sequence, .due = now, .alone = true, .text = ""};
    bool ok = retry->kind == DEAD_LETTER_DELIVERY ? store_delivery_retry(store, retry->record_id, now, error)
                                                  : store_pending_put(store, retry->instance, &row, error);
    return ok && store_dead_letter_delete(store, retry->id, error);
}

bool bus_retry_dead_letter(struct bus *bus, int64_t id, struct error *error)
{
    struct dead_letter_retry retry = {.id = id};
    if (!bus_change(bus, retry_dead_letter, &retry, error))
        return false;
    struct pending pending = {.sequence = retry.sequence, .due = clock_now(), .alone = true};
    pthread_mutex_lock(&bus->mutex);
    for (size_t i = 0; i < bus->port_count; i++) {
        struct bus_port *port = bus->ports[i];
        if (strcmp(port->instance, retry.instance) != 0)
            continue;
        if (port->role == BUS_PROCESSOR && !pending_put(&port->pending, &pending))
            log_write(LOG_ERROR, port->instance, NULL, "no memory: the record is handed out at the next start");
        wake_port(port);
    }
    /* Who waits for quiet after this must see that there is something to do again. */
    update_watermark(bus);
    pthread_mutex_unlock(&bus->mutex);
    return true;
}

/* ---- looking ---- */

void bus_read_stats(struct bus *bus, struct bus_stats *stats)
{
    struct writer_stats writer;
    writer_read_stats(bus->writer, &writer);
    pthread_mutex_lock(&bus->mutex);
    const char *reason = bus_pause_reason(bus);
    *stats = (struct bus_stats){.items = bus->tail,
                                .watermark = bus->watermark,
                                .open_items = bus->tail - bus->watermark,
                                .units = writer.units,
                                .transactions = writer.transactions,
                                .queued_units = writer.queued,
                                .sources_paused = reason != NULL};
    snprintf(stats->paused_because, sizeof stats->paused_because, "%.299s", reason ? reason : "");
    snprintf(stats->trouble, sizeof stats->trouble, "%s", bus->trouble);
    pthread_mutex_unlock(&bus->mutex);
}

size_t bus_port_count(const struct bus *bus)
{
    return bus->port_count;
}

void bus_read_port_stats(struct bus *bus, size_t index, struct bus_port_stats *stats)
{
    const struct bus_port *port = bus->ports[index];
    pthread_mutex_lock(&bus->mutex);
    *stats = (struct bus_port_stats){.instance = port->instance,
                                     .role = port->role,
                                     .is_parked = port->is_parked,
                                     .is_gone = port->source.is_gone,
                                     .in_flight = port->out,
                                     .pending = (int64_t)port->pending.count,
                                     .awaited = (int64_t)pending_count_awaited(&port->pending),
                                     .finished = port->role == BUS_PROCESSOR ? flow_finished(port) : 0,
                                     .next_fetch = port->source.next_fetch,
                                     .last_fetch = port->source.last_fetch,
                                     .last_success = port->source.last_success,
                                     .failures = port->source.failures,
                                     .items = port->source.items,
                                     .delivered = port->sink.delivered,
                                     .dead = port->sink.dead};
    memcpy(stats->text, port->text, sizeof stats->text);
    pthread_mutex_unlock(&bus->mutex);
}

/* bus->mutex held. */
static size_t count_fetches(const struct bus *bus)
{
    size_t count = 0;
    for (size_t i = 0; i < bus->port_count; i++) {
        const struct bus_port *port = bus->ports[i];
        count += port->role == BUS_SOURCE &&
                 (port->source.is_fetching || (bus->once && !port->source.is_over && !port->is_parked && !port->source.is_gone));
    }
    return count;
}

/* Pending ones of a sink, or of all where `sink` is NULL. */
static int64_t count_deliveries(struct bus *bus, const char *sink, int64_t *held)
{
    struct delivery_counts counts = {0};
    struct error error = ERROR_INIT;
    if (!store_deliveries_count(bus_reader(bus), sink, clock_now(), &counts, &error))
        log_write(LOG_ERROR, NULL, NULL, "%s", error.text);
    bus_reader_done(bus);
    if (held)
        *held = counts.held;
    return counts.pending + counts.over;
}

static int64_t count_stuck(struct bus *bus, int64_t deliveries)
{
    int64_t moving = 0;
    for (size_t i = 0; deliveries > 0 && i < bus->port_count; i++) {
        const struct bus_port *port = bus->ports[i];
        if (port->role != BUS_SINK)
            continue;
        pthread_mutex_lock(&bus->mutex);
        bool is_parked = port->is_parked;
        pthread_mutex_unlock(&bus->mutex);
        moving += is_parked ? 0 : count_deliveries(bus, port->sink.settings.name, NULL);
    }
    return deliveries > moving ? deliveries - moving : 0;
}

static bool read_backlog(struct bus *bus, struct bus_backlog *backlog)
{
    struct writer_stats writer;
    pthread_mutex_lock(&bus->mutex);
    backlog->fetches = count_fetches(bus);
    backlog->items = bus->tail - bus->watermark;
    pthread_mutex_unlock(&bus->mutex);
    /* Read after the above: what was handed back since shows here. */
    writer_read_stats(bus->writer, &writer);
    if (backlog->items == 0 && (writer.queued > 0 || writer.is_busy))
        backlog->items = 1; /* something is being written, or a stage has more to do */
    backlog->deliveries = backlog->fetches || backlog->items ? 0 : count_deliveries(bus, NULL, &backlog->held);
    backlog->stuck = count_stuck(bus, backlog->deliveries);
    return backlog->fetches == 0 && backlog->items == 0 && backlog->deliveries == backlog->stuck;
}

bool bus_wait(struct bus *bus, int64_t timeout_ms, struct bus_backlog *backlog)
{
    enum { LOOK_AGAIN_MS = 20 };
    int64_t until = clock_monotonic() + timeout_ms;
    for (;;) {
        if (read_backlog(bus, backlog))
            return true;
        int64_t now = clock_monotonic();
        if (now >= until)
            return false;
        /* A commit may pass between the look and the wait, so the wait is short. */
        int64_t next = now + LOOK_AGAIN_MS < until ? now + LOOK_AGAIN_MS : until;
        struct timespec deadline = {.tv_sec = (time_t)(next / 1000), .tv_nsec = (long)(next % 1000) * 1000000};
        pthread_mutex_lock(&bus->mutex);
        pthread_cond_timedwait(&bus->progress, &bus->mutex, &deadline);
        pthread_mutex_unlock(&bus->mutex);
    }
}
