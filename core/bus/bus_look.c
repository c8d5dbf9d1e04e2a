/* Looking: figures of the bus and its ports, and waiting until all is at rest. */
#include "core/base/clock.h"
#include "core/base/condition.h"
#include "core/base/log.h"
#include "core/bus/bus_private.h"
#include "core/store/deliveries.h"
#include "core/store/events.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

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
    *stats =
        (struct bus_port_stats){.instance = port->instance,
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
                                .cursor = port->role == BUS_PROCESSOR ? port->processor.cursor : port->detector.cursor,
                                .alerts = port->detector.alerts,
                                .delivered = port->sink.delivered,
                                .dead = port->sink.dead};
    if (port->role == BUS_PROCESSOR) {
        stats->held = flow_reached(bus, port->processor.index) - stats->finished;
        stats->held_since = stats->held > 0 ? port->processor.hold.since : 0;
        stats->is_passed = port->processor.hold.is_passed;
    }
    memcpy(stats->text, port->text, sizeof stats->text);
    pthread_mutex_unlock(&bus->mutex);
}

/* bus->mutex held. */
static size_t count_fetches(const struct bus *bus)
{
    size_t count = 0;
    for (size_t i = 0; i < bus->port_count; i++) {
        const struct bus_port *port = bus->ports[i];
        count += port->role == BUS_SOURCE && (port->source.is_fetching || (bus->once && !port->source.is_over &&
                                                                           !port->is_parked && !port->source.is_gone));
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

/* Revisions that detectors have still to do; a parked one will not. */
static int64_t count_revisions(struct bus *bus)
{
    struct error error = ERROR_INIT;
    if (!bus->has_detectors)
        return 0;
    int64_t behind = 0, last = store_revision_last(bus_reader(bus), &error);
    bus_reader_done(bus);
    if (last < 0)
        log_write(LOG_ERROR, NULL, NULL, "%s", error.text);
    pthread_mutex_lock(&bus->mutex);
    for (size_t i = 0; i < bus->port_count; i++)
        if (bus->ports[i]->role == BUS_DETECTOR && !bus->ports[i]->is_parked)
            behind += detect_behind(bus->ports[i], last);
    pthread_mutex_unlock(&bus->mutex);
    return behind;
}

/* One that items pass by holds nothing, but what it works off is still to be done; a parked one will not. bus->mutex
 * held. */
static int64_t count_items(const struct bus *bus)
{
    int64_t most = bus->tail - bus->watermark;
    for (size_t i = 0; i < bus->processor_count; i++) {
        const struct bus_port *port = bus->processors[i];
        int64_t behind = flow_reached(bus, i) - flow_finished(port);
        if (port->processor.hold.is_passed && !port->is_parked && behind > most)
            most = behind;
    }
    return most;
}

static bool read_backlog(struct bus *bus, struct bus_backlog *backlog)
{
    struct writer_stats writer;
    pthread_mutex_lock(&bus->mutex);
    backlog->fetches = count_fetches(bus);
    backlog->items = count_items(bus);
    pthread_mutex_unlock(&bus->mutex);
    /* Read after the above: what was handed back since shows here. */
    writer_read_stats(bus->writer, &writer);
    if (backlog->items == 0 && (writer.queued > 0 || writer.is_busy))
        backlog->items = 1; /* something is being written, or a stage has more to do */
    backlog->revisions = backlog->fetches || backlog->items ? 0 : count_revisions(bus);
    backlog->deliveries =
        backlog->fetches || backlog->items || backlog->revisions ? 0 : count_deliveries(bus, NULL, &backlog->held);
    backlog->stuck = count_stuck(bus, backlog->deliveries);
    return backlog->fetches == 0 && backlog->items == 0 && backlog->revisions == 0 &&
           backlog->deliveries == backlog->stuck;
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
        pthread_mutex_lock(&bus->mutex);
        condition_wait_until(&bus->progress, &bus->mutex, next);
        pthread_mutex_unlock(&bus->mutex);
    }
}
