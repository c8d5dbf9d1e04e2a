/* Commit: what the writer asks of the ports for each unit, and whom a commit wakes. On the writer's thread, save for waking
 * and bus_write. */
#include "core/bus/bus_private.h"

#include <stdio.h>

void bus_wake_port(struct bus_port *port)
{
    port->ops->wake(port);
}

void bus_wake_role(struct bus *bus, enum bus_role role)
{
    for (size_t i = 0; i < bus->port_count; i++) {
        if (bus->ports[i]->role == role)
            bus_wake_port(bus->ports[i]);
    }
}

static bool apply_unit(void *context, struct store *store, struct unit *unit, struct error *error)
{
    struct bus_port *port = work_of(unit)->port;
    (void)context;
    return port->ops->apply(port, store, unit, error);
}

static bool apply_failure(void *context, struct store *store, struct unit *unit, const struct error *why,
                          struct error *error)
{
    struct bus_port *port = work_of(unit)->port;
    port->ops->fail(port, unit, why->text);
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

static void unit_done(struct unit *unit, bool committed, const struct error *error)
{
    struct work *work = work_of(unit);
    struct bus_port *port = work->port;
    /* A unit that could not be stored as it is has had that written in its place. */
    bool written = committed || (work->has_failed && error && !port->bus->is_in_trouble);
    pthread_mutex_lock(&port->bus->mutex);
    port->ops->done(port, unit, written);
    bus_wake_port(port);
    pthread_mutex_unlock(&port->bus->mutex);
    if (port->told)
        port->told(port->told_context, unit, committed && !work->has_failed);
}

void bus_wake_sinks(struct bus *bus)
{
    bus_wake_role(bus, BUS_SINK);
}

void bus_update_watermark(struct bus *bus)
{
    int64_t watermark = flow_reached(bus, bus->processor_count);
    bus->watermark = watermark;
    recent_drop_until(&bus->recent, watermark);
    int64_t open_items = bus->tail - watermark;
    bool was_over = bus->is_over_high_water;
    /* It goes on at half the mark, so that it does not stop and go with every item. */
    bus->is_over_high_water = open_items > (was_over ? bus->high_water / 2 : bus->high_water);
    if (was_over && !bus->is_over_high_water)
        bus_wake_role(bus, BUS_SOURCE);
}

static void after_commit(void *context, bool wrote_more)
{
    struct bus *bus = context;
    pthread_mutex_lock(&bus->mutex);
    bus_update_watermark(bus);
    bus_wake_role(bus, BUS_PROCESSOR);
    if (wrote_more) {
        bus_wake_role(bus, BUS_DETECTOR);
        bus_wake_role(bus, BUS_SINK);
    }
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
        bus_wake_role(bus, BUS_SOURCE);
    pthread_mutex_unlock(&bus->mutex);
}

const struct writer_ops bus_writer_ops = {.apply = apply_unit,
                                             .apply_failure = apply_failure,
                                             .watermark = read_watermark,
                                             .committed = after_commit,
                                             .trouble = note_trouble};

void bus_write(struct bus_port *port, struct unit *unit, bool urgent)
{
    unit->done = unit_done;
    writer_submit(port->bus->writer, unit, urgent);
}
