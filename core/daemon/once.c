/* Once: fetch every source once, process all, deliver all, and say what failed. */
#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/daemon/daemon_private.h"

#include <string.h>

enum { LOOK_MS = 50, STALL_MS = 5 * 60 * 1000, BLOCKED_MS = 5 * 1000 };

/* What tells whether anything moves. A record that is tried again and again moves nothing; one of a batch that is done
 * does, though those before it are not. */
struct standing {
    struct bus_backlog backlog;
    int64_t done; /* grows with what processors and detectors take and finish */
};

static struct standing standing_of(struct bus *bus, const struct bus_backlog *backlog)
{
    struct standing standing = {.backlog = *backlog};
    for (size_t i = 0; i < bus_port_count(bus); i++) {
        struct bus_port_stats port;
        bus_read_port_stats(bus, i, &port);
        if (port.role == BUS_PROCESSOR || port.role == BUS_DETECTOR)
            standing.done += port.cursor - port.pending;
    }
    return standing;
}

static bool is_same(const struct standing *a, const struct standing *b)
{
    return a->backlog.fetches == b->backlog.fetches && a->backlog.items == b->backlog.items &&
           a->backlog.revisions == b->backlog.revisions && a->backlog.deliveries == b->backlog.deliveries &&
           a->done == b->done;
}

static bool has_idle_processor(const struct assembly *assembly)
{
    for (size_t i = 0; i < assembly_size(assembly); i++)
        if (!assembly_driver(assembly, i))
            return true;
    struct bus *bus = assembly_bus(assembly);
    for (size_t i = 0; i < bus_port_count(bus); i++) {
        struct bus_port_stats port;
        bus_read_port_stats(bus, i, &port);
        if (port.is_parked && port.role == BUS_PROCESSOR)
            return true;
    }
    return false;
}

/* Does a processor or detector have records that it could not do, and is to be given once more? */
static bool has_pending(struct bus *bus)
{
    for (size_t i = 0; i < bus_port_count(bus); i++) {
        struct bus_port_stats port;
        bus_read_port_stats(bus, i, &port);
        if ((port.role == BUS_PROCESSOR || port.role == BUS_DETECTOR) && port.pending > 0 && *port.text)
            return true;
    }
    return false;
}

/* A disk without room, a store that cannot be written, or, once all is fetched, a processor that cannot work: waiting
 * long will not help a single pass. */
static bool is_blocked(const struct assembly *assembly, const struct bus_backlog *backlog)
{
    struct bus_stats stats;
    bus_read_stats(assembly_bus(assembly), &stats);
    return *stats.trouble || (stats.sources_paused && *stats.paused_because) ||
           (backlog->fetches == 0 && has_idle_processor(assembly));
}

/* How the waiting ended. */
enum ending { ALL_DONE, STOP_WANTED, NOTHING_MOVES, DEADLINE_PASSED };

/* `deadline_ms`: how long deliveries are retried after everything before them is done, and how long, once all is
 * fetched, items and events may be retried without any being done. */
static enum ending wait_for_all(struct daemon *daemon, int64_t deadline_ms, struct bus_backlog *backlog)
{
    struct bus *bus = assembly_bus(daemon->assembly);
    struct standing before = {.done = -1};
    int64_t moved = clock_monotonic(), processed = -1;
    for (;;) {
        if (bus_wait(bus, LOOK_MS, backlog))
            return ALL_DONE;
        if (daemon_wait(daemon, 0))
            return STOP_WANTED;
        int64_t now = clock_monotonic();
        assembly_watch(daemon->assembly);
        struct standing standing = standing_of(bus, backlog);
        if (!is_same(&before, &standing)) {
            before = standing;
            moved = now;
        }
        bool is_processed = backlog->fetches == 0 && backlog->items == 0 && backlog->revisions == 0;
        processed = !is_processed ? -1 : processed < 0 ? now : processed;
        int64_t still = now - moved;
        bool is_over = (is_processed && now - processed >= deadline_ms) ||
            (!is_processed && backlog->fetches == 0 && still >= deadline_ms && has_pending(bus));
        bool is_stuck = still >= STALL_MS || (still >= BLOCKED_MS && is_blocked(daemon->assembly, backlog));
        if ((is_over || is_stuck) && !is_processed && bus_pass_holds(bus))
            moved = now;
        else if (is_over || is_stuck)
            return is_over ? DEADLINE_PASSED : NOTHING_MOVES;
    }
}

/* `deliveries`: how many are pending over all sinks. */
static size_t tell_port(const struct bus_port_stats *stats, int64_t deliveries, int64_t started)
{
    const char *text = *stats->text ? stats->text : "no reason was given";
    if (stats->is_parked)
        log_write(LOG_ERROR, stats->instance, NULL, "is parked: %s", text);
    else if (stats->is_gone && stats->last_fetch < started)
        return 0; /* as the runs before it have told */
    else if (stats->role == BUS_SOURCE && stats->failures > 0)
        log_write(LOG_ERROR, stats->instance, NULL, "could not be fetched: %s", text);
    else if (stats->role == BUS_SINK && stats->dead > 0)
        log_write(LOG_ERROR, stats->instance, NULL, "%lld deliver%s given up: %s", (long long)stats->dead,
                  stats->dead == 1 ? "y was" : "ies were", text);
    else if (stats->role == BUS_SINK && deliveries > 0 && *stats->text)
        log_write(LOG_ERROR, stats->instance, NULL, "what it could not deliver stays pending for the next run: %s",
                  text);
    else if (stats->role == BUS_PROCESSOR && stats->pending > 0)
        log_write(LOG_ERROR, stats->instance, NULL, "%lld item%s pending, to be tried at the next run: %s",
                  (long long)stats->pending, stats->pending == 1 ? " stays" : "s stay", text);
    else if (stats->role == BUS_DETECTOR && stats->pending > 0)
        log_write(LOG_ERROR, stats->instance, NULL, "%lld event%s pending, to be tried at the next run: %s",
                  (long long)stats->pending, stats->pending == 1 ? " stays" : "s stay", text);
    else
        return 0;
    return 1;
}

/* Each failure by name; returns how many there are. */
static size_t tell_failures(const struct daemon *daemon, const struct bus_backlog *backlog)
{
    struct bus *bus = assembly_bus(daemon->assembly);
    size_t failed = assembly_failures(daemon->assembly);
    struct bus_stats stats;
    for (size_t i = 0; i < bus_port_count(bus); i++) {
        struct bus_port_stats port;
        bus_read_port_stats(bus, i, &port);
        failed += tell_port(&port, backlog->deliveries, daemon->started);
    }
    bus_read_stats(bus, &stats);
    if (*stats.trouble) {
        log_write(LOG_ERROR, NULL, NULL, "the store cannot be written: %s", stats.trouble);
        failed++;
    }
    if (stats.sources_paused && *stats.paused_because && backlog->fetches > 0) {
        log_write(LOG_ERROR, NULL, NULL, "sources were not fetched: %s", stats.paused_because);
        failed++;
    }
    return failed;
}

enum daemon_status daemon_run_once(struct daemon *daemon)
{
    struct bus_backlog backlog = {0};
    const struct setup_daemon *settings = setup_daemon(assembly_setup(daemon->assembly));
    enum ending ending = wait_for_all(daemon, settings->once_deadline_ms, &backlog);
    bool is_done = ending == ALL_DONE;
    size_t failed = tell_failures(daemon, &backlog);
    if (ending == DEADLINE_PASSED)
        log_write(LOG_WARNING, NULL, NULL, "once_deadline has passed: for %lld s %s, though tried again",
                  (long long)(settings->once_deadline_ms / 1000),
                  backlog.items || backlog.revisions ? "no item or event was done" : "deliveries were not all taken");
    if (!is_done)
        log_write(
            LOG_WARNING, NULL, NULL,
            "not all was done: %zu fetches, %lld items, %lld events for detectors and %lld deliveries are left for the "
            "next run",
            backlog.fetches, (long long)backlog.items, (long long)backlog.revisions, (long long)backlog.deliveries);
    if (backlog.held > 0)
        log_write(LOG_INFO, NULL, NULL, "%lld deliver%s for a digest, the end of quiet hours, a throttle or a group",
                  (long long)backlog.held, backlog.held == 1 ? "y waits" : "ies wait");
    struct error error = ERROR_INIT;
    if (is_done && !bus_change(assembly_bus(daemon->assembly), watch_founded, NULL, &error))
        log_write(LOG_WARNING, NULL, NULL, "%s", error.text);
    struct bus_stats stats;
    bus_read_stats(assembly_bus(daemon->assembly), &stats);
    log_write(LOG_INFO, NULL, NULL, "done: %lld items in the store, %lld alerts raised%s", (long long)stats.items,
              (long long)assembly_alerts(daemon->assembly), failed ? "; some things failed, see above" : "");
    return is_done && failed == 0 ? DAEMON_DONE : DAEMON_FAILED;
}
