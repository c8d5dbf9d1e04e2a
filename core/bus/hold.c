#include "core/bus/hold.h"

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/bus/bus_private.h"
#include "core/store/kv.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* One that is parked is told of at once, others when it can hardly be a passing trouble. */
enum { TELL_AFTER_MS = 15 * 60 * 1000, KEEP_EVERY_MS = 30 * 1000, KEY_SIZE = 300, VALUE_SIZE = 60 };

/* ---- in the store: kv of an instance that no plugin can be ---- */

static const char keeper[] = "bus";

static size_t print_key(char *key, const char *what, const struct bus_port *port)
{
    return (size_t)snprintf(key, KEY_SIZE, "%s %.*s", what, KEY_SIZE - 10, port->instance);
}

/* That items pass it by; told to be over where it may not be passed by any more. */
static bool load_passing(struct bus_port *port, struct error *error)
{
    char key[KEY_SIZE];
    size_t size = print_key(key, "passed", port);
    struct buffer value = BUFFER_INIT;
    bool found;
    bool ok = store_kv_get(port->bus->store, keeper, key, size, &value, &found, error);
    buffer_free(&value);
    port->processor.hold.is_passed = ok && found && port->processor.settings.hold_max_ms > 0;
    return ok && (!found || port->processor.hold.is_passed ||
                  store_kv_put(port->bus->store, keeper, key, size, NULL, 0, error));
}

static bool load_mark(struct bus_port *port, struct error *error)
{
    char key[KEY_SIZE];
    struct hold *hold = &port->processor.hold;
    struct buffer value = BUFFER_INIT;
    bool found;
    bool ok = store_kv_get(port->bus->store, keeper, key, print_key(key, "waits", port), &value, &found, error);
    /* What does not read so was written by nobody here, and is as good as none. */
    int64_t mark = 0, waited_ms = 0;
    if (ok && found && value.size > 0 && sscanf(value.bytes, "%" SCNd64 " %" SCNd64, &mark, &waited_ms) == 2 &&
        mark > 0 && waited_ms >= 0) {
        *hold = (struct hold){.has_mark = true,
                              .mark = mark,
                              .marked_at = clock_monotonic() - waited_ms,
                              .kept_mark = mark,
                              .kept_ms = waited_ms,
                              .is_passed = hold->is_passed};
    }
    buffer_free(&value);
    return ok;
}

bool hold_load(struct bus_port *port, struct error *error)
{
    return load_passing(port, error) && load_mark(port, error);
}

struct keeping {
    const struct bus_port *port;
    int64_t mark, waited_ms; /* 0: nothing waits any more */
};

static bool put_mark(void *context, struct store *store, struct error *error)
{
    const struct keeping *keeping = context;
    char key[KEY_SIZE], value[VALUE_SIZE];
    int size = snprintf(value, sizeof value, "%" PRId64 " %" PRId64, keeping->mark, keeping->waited_ms);
    return store_kv_put(store, keeper, key, print_key(key, "waits", keeping->port), keeping->mark ? value : NULL,
                        keeping->mark ? (size_t)size : 0, error);
}

/* Whether what the store has of it is out of date. Most waiting is over before anything is written. bus->mutex held. */
static bool must_keep(const struct bus_port *port, int64_t now, struct keeping *keeping)
{
    const struct hold *hold = &port->processor.hold;
    int64_t most = port->processor.settings.hold_max_ms, waited = now - hold->marked_at;
    int64_t every = most > 0 && most / 10 < KEEP_EVERY_MS ? most / 10 : KEEP_EVERY_MS;
    bool waits = hold->since != 0;
    *keeping = (struct keeping){port, waits ? hold->mark : 0, waits ? waited : 0};
    if (!waits)
        return hold->kept_mark != 0;
    return waited >= every && (hold->kept_mark != hold->mark || waited - hold->kept_ms >= every);
}

static void keep_mark(struct bus_port *port, struct keeping *keeping)
{
    struct error error = ERROR_INIT;
    if (!bus_change(port->bus, put_mark, keeping, &error)) {
        log_write(LOG_ERROR, port->instance, NULL, "how long items have waited for it could not be kept: %s",
                  error.text);
        return;
    }
    pthread_mutex_lock(&port->bus->mutex);
    port->processor.hold.kept_mark = keeping->mark;
    port->processor.hold.kept_ms = keeping->waited_ms;
    pthread_mutex_unlock(&port->bus->mutex);
}

/* ---- telling ---- */

struct hold_change {
    struct bus_port *port;
    enum hold_news news;
    int64_t count, waited_ms;
    char why[sizeof((struct bus_port *)0)->text];
};

static bool note_change(void *context, struct store *store, struct error *error)
{
    const struct hold_change *change = context;
    const struct bus *bus = change->port->bus;
    char key[KEY_SIZE];
    size_t size = print_key(key, "passed", change->port);
    struct health_hold hold = {change->news, change->count, change->waited_ms, change->why,
                               change->port->processor.settings.hold_max_ms > 0};
    bool is_passed = change->news == HOLD_PASSED;
    return (change->news == HOLD_HELD ||
            store_kv_put(store, keeper, key, size, is_passed ? "yes" : NULL, is_passed ? 3 : 0, error)) &&
           health_raise_hold(store, change->port->instance, &hold, clock_now(), bus->health_routes,
                             bus->health_route_count, error);
}

static void tell(struct hold_change *change)
{
    struct error error = ERROR_INIT;
    const char *instance = change->port->instance;
    long long count = (long long)change->count, minutes = (long long)(change->waited_ms / 60000);
    if (change->news == HOLD_HELD)
        log_write(LOG_WARNING, instance, NULL,
                  "%lld item%s waited at it for %lld minutes, and the alerts with them: %s", count,
                  count == 1 ? " has" : "s have", minutes, change->why);
    else if (change->news == HOLD_PASSED)
        log_write(
            LOG_WARNING, instance, NULL,
            "items pass it by, %lld by now: they waited for it as long as hold_max says; it is handed them later: %s",
            count, change->why);
    else
        log_write(LOG_INFO, instance, NULL, "has caught up with what had passed it by; items wait for it again");
    if (!bus_change(change->port->bus, note_change, change, &error))
        log_write(LOG_ERROR, instance, NULL, "what items wait for could not be kept: %s", error.text);
}

/* ---- judging ---- */

static void set_mark(struct hold *hold, int64_t limit, int64_t now)
{
    hold->has_mark = true;
    hold->mark = limit;
    hold->marked_at = now;
}

/* What is to be told of the port now; HOLD_NOTHING mostly. bus->mutex held. */
static enum hold_news judge(struct bus_port *port, int64_t now, bool at_once)
{
    struct hold *hold = &port->processor.hold;
    int64_t finished = flow_finished(port), limit = flow_reached(port->bus, port->processor.index);
    bool waits = finished < limit;
    if (!hold->has_mark || finished >= hold->mark)
        set_mark(hold, limit, now);
    hold->since = waits ? clock_now() - (now - hold->marked_at) : 0;
    if (!waits) {
        bool is_over = hold->is_passed;
        hold->is_told = hold->is_passed = false;
        return is_over ? HOLD_OVER : HOLD_NOTHING;
    }
    if (hold->is_passed)
        return HOLD_NOTHING;
    int64_t waited = now - hold->marked_at, most = port->processor.settings.hold_max_ms;
    if (most > 0 && (waited >= most || at_once)) {
        hold->is_passed = hold->is_told = true;
        return HOLD_PASSED;
    }
    if (!hold->is_told && (port->is_parked || waited >= TELL_AFTER_MS)) {
        hold->is_told = true;
        return HOLD_HELD;
    }
    return HOLD_NOTHING;
}

static bool look(struct bus_port *port, int64_t now, bool at_once)
{
    struct bus *bus = port->bus;
    struct hold_change change = {.port = port};
    struct keeping keeping;
    pthread_mutex_lock(&bus->mutex);
    change.news = judge(port, now, at_once);
    change.count = flow_reached(bus, port->processor.index) - flow_finished(port);
    change.waited_ms = now - port->processor.hold.marked_at;
    snprintf(change.why, sizeof change.why, "%s", *port->text ? port->text : "it is slow, or does not run");
    if (change.news != HOLD_NOTHING) {
        bus_update_watermark(bus);
        bus_wake_role(bus, BUS_PROCESSOR);
    }
    bool keeps = must_keep(port, now, &keeping);
    pthread_mutex_unlock(&bus->mutex);
    if (keeps)
        keep_mark(port, &keeping);
    /* The transaction takes the stages to the watermark as it is now. */
    if (change.news != HOLD_NOTHING)
        tell(&change);
    return change.news == HOLD_PASSED;
}

static bool look_at_all(struct bus *bus, bool at_once)
{
    int64_t now = clock_monotonic();
    pthread_mutex_lock(&bus->mutex);
    bool may_write = !bus->is_in_trouble && !bus->stopping; /* else one would wait for it here */
    pthread_mutex_unlock(&bus->mutex);
    bool any = false;
    if (!may_write)
        return false;
    for (size_t i = 0; i < bus->processor_count; i++)
        any = look(bus->processors[i], now, at_once) || any;
    return any;
}

void bus_watch_holds(struct bus *bus)
{
    look_at_all(bus, false);
}

bool bus_pass_holds(struct bus *bus)
{
    return look_at_all(bus, true);
}
