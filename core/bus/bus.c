#include "core/bus/bus.h"

#include "core/base/clock.h"
#include "core/base/condition.h"
#include "core/base/log.h"
#include "core/bus/bus_private.h"
#include "core/store/items.h"
#include "core/store/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH_MAX = 1000, DISK_CHECK_MS = 5000, PATH_SIZE = 4096 };

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
    if (!bus->inflight || !bus_count_deaths(bus, error))
        return false;
    bus->tail = store_item_last(bus->store, error);
    return bus->tail >= 0;
}

static void init_locks(struct bus *bus)
{
    condition_init(&bus->progress);
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
    bus->retry_time = settings->retry_time;
    bus->retry_context = settings->retry_context;
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
        struct writer_ops ops = bus_writer_ops;
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
    aside_free(&port->aside);
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

/* What a port does, by its role. Sources are loaded together, by schedule_load. */
static const struct port_ops role_ops[] = {
    [BUS_SOURCE] = {NULL, schedule_take, schedule_finish, schedule_apply, schedule_fail, schedule_done, schedule_wake},
    [BUS_PROCESSOR] = {flow_load, flow_take, flow_finish, flow_apply, flow_fail, flow_done, flow_wake},
    [BUS_DETECTOR] = {detect_load, detect_take, detect_finish, detect_apply, detect_fail, detect_done, detect_wake},
    [BUS_SINK] = {outbox_load, outbox_take, outbox_finish, outbox_apply, outbox_fail, outbox_done, outbox_wake},
};

static struct bus_port *add_port(struct bus *bus, enum bus_role role, const char *instance, struct error *error)
{
    struct bus_port *port = calloc(1, sizeof *port);
    if (port) {
        port->bus = bus;
        port->role = role;
        port->ops = &role_ops[role];
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
    port->told = settings->done;
    port->told_context = settings->context;
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
    port->told = settings->done;
    port->told_context = settings->context;
    state->settings.deadline_ms = or_default(settings->deadline_ms, BUS_DEADLINE_MS);
    state->settings.batch = batch_of(settings->batch);
    state->index = bus->processor_count;
    if (!append_port(&bus->processors, &bus->processor_count, port)) {
        error_set(error, ERROR_MEMORY, "no memory for %s", settings->instance);
        return NULL;
    }
    return port;
}

struct bus_port *bus_add_detector(struct bus *bus, const struct bus_detector *settings, struct error *error)
{
    struct bus_port *port = add_port(bus, BUS_DETECTOR, settings->instance, error);
    if (!port)
        return NULL;
    port->detector.settings = *settings;
    port->detector.settings.deadline_ms = or_default(settings->deadline_ms, BUS_DEADLINE_MS);
    port->detector.settings.batch = batch_of(settings->batch);
    bus->has_detectors = true;
    return port;
}

struct bus_port *bus_add_sink(struct bus *bus, const struct bus_sink *settings, struct error *error)
{
    struct bus_port *port = add_port(bus, BUS_SINK, settings->instance, error);
    if (!port)
        return NULL;
    port->sink.settings = *settings;
    port->told = settings->done;
    port->told_context = settings->context;
    port->sink.settings.deadline_ms = or_default(settings->deadline_ms, BUS_DEADLINE_MS);
    port->sink.settings.batch = batch_of(settings->batch);
    return port;
}

void bus_attach(struct bus_port *port, struct lane *lane)
{
    port->lane = lane;
}

void bus_detach(struct bus_port *port)
{
    pthread_mutex_lock(&port->bus->mutex);
    port->lane = NULL;
    pthread_mutex_unlock(&port->bus->mutex);
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

/* ---- running ---- */

static bool load_ports(struct bus *bus, struct error *error)
{
    bool ok = store_begin(bus->store, error) && schedule_load(bus, error);
    for (size_t i = 0; ok && i < bus->port_count; i++) {
        struct bus_port *port = bus->ports[i];
        ok = !port->ops->load || port->ops->load(port, error);
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
    bus_update_watermark(bus);
    pthread_mutex_unlock(&bus->mutex);
    bus_check_disk(bus);
    if (!writer_start(bus->writer, error))
        return false;
    bus->started = true;
    pthread_mutex_lock(&bus->mutex);
    for (size_t i = 0; i < bus->port_count; i++)
        bus_wake_port(bus->ports[i]);
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
    return port->ops->take(port);
}

void bus_finish(struct bus_port *port, struct unit *unit, bool more_follows)
{
    port->ops->finish(port, unit, more_follows);
}

void bus_park(struct bus_port *port, const char *why)
{
    pthread_mutex_lock(&port->bus->mutex);
    if (!port->is_parked)
        bus_note_failure(port, why);
    port->is_parked = true;
    pthread_mutex_unlock(&port->bus->mutex);
}

void bus_forget_answers(struct bus_port *port, bool more_follows)
{
    if (port->role == BUS_SOURCE) {
        schedule_forget_ticket(port, more_follows);
        return;
    }
    pthread_mutex_lock(&port->bus->mutex);
    if (pending_forget_awaited(&port->pending, clock_now()) > 0)
        bus_wake_port(port);
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

struct outcome {
    const struct bus *bus;
    const char *instance, *why;
};

static bool tell_parking(void *context, struct store *store, struct error *error)
{
    const struct outcome *parked = context;
    return health_raise_parked(store, parked->instance, parked->why, clock_now(), parked->bus->health_routes,
                               parked->bus->health_route_count, error);
}

bool bus_tell_parked(struct bus *bus, const char *instance, const char *why, struct error *error)
{
    return bus_change(bus, tell_parking, &(struct outcome){bus, instance, why}, error);
}

static bool tell_left_out(void *context, struct store *store, struct error *error)
{
    const struct outcome *left_out = context;
    return health_raise_left_out(store, left_out->instance, left_out->why, clock_now(), left_out->bus->health_routes,
                                 left_out->bus->health_route_count, error);
}

bool bus_tell_left_out(struct bus *bus, const char *instance, const char *why, struct error *error)
{
    return bus_change(bus, tell_left_out, &(struct outcome){bus, instance, why}, error);
}

