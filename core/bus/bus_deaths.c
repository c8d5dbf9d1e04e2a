/* Deaths: what the in-flight file says of the last run, counted once, before anything is handed out. */
#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/bus/bus_private.h"
#include "core/store/progress.h"

/* Under this name the cursor table keeps which run's deaths have been counted. */
#define INFLIGHT_CURSOR "inflight"

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

bool bus_count_deaths(struct bus *bus, struct error *error)
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
