#include "core/control/prune.h"

#include "core/base/log.h"
#include "core/bus/bus.h"
#include "core/store/retention.h"

enum { ROUNDS_MAX = 20 }; /* so that a call ends soon */

struct pruning {
    struct retention_limits limits;
    struct retention_counts counts;
};

static bool run(void *context, struct store *store, struct error *error)
{
    struct pruning *pruning = context;
    /* Counted once where the transaction is tried again. */
    struct retention_counts before = pruning->counts;
    if (store_retention_run(store, &pruning->limits, &pruning->counts, error))
        return true;
    pruning->counts = before;
    return false;
}

static int64_t limit_of(const json_t *arguments, const char *name)
{
    const json_t *value = json_object_get(arguments, name);
    return json_is_integer(value) ? json_integer_value(value) : INT64_MIN;
}

static void put(struct json_writer *result, const char *key, int64_t value)
{
    json_key(result, key);
    json_put_integer(result, value);
}

bool control_prune(struct bus *bus, const struct control_request *request, struct json_writer *result,
                   struct error *error)
{
    struct pruning pruning = {.limits = {.items = limit_of(request->arguments, "items"),
                                         .dead_letters = limit_of(request->arguments, "dead"),
                                         .deliveries = limit_of(request->arguments, "deliveries")}};
    for (int i = 0; i < ROUNDS_MAX && (i == 0 || pruning.counts.has_more); i++)
        if (!bus_change(bus, run, &pruning, error))
            return false;
    const struct retention_counts *counts = &pruning.counts;
    log_write(LOG_INFO, NULL, NULL, "%s: store-prune: the bodies of %lld items, %lld dead letters, %lld attempts",
              request->author, (long long)counts->items, (long long)counts->dead_letters, (long long)counts->attempts);
    put(result, "items", counts->items);
    put(result, "bytes", counts->bytes);
    put(result, "dead_letters", counts->dead_letters);
    put(result, "attempts", counts->attempts);
    put(result, "held_at", counts->held_at);
    json_key(result, "held_by");
    json_put_text(result, counts->held_by);
    json_key(result, "more");
    json_put_boolean(result, counts->has_more);
    return true;
}
