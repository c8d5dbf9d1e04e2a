/* Dead letters that a person has handed out again. */
#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/bus/bus_private.h"
#include "core/store/deliveries.h"
#include "core/store/progress.h"

#include <stdio.h>
#include <string.h>

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
        if ((port->role == BUS_PROCESSOR || port->role == BUS_DETECTOR) && !pending_put(&port->pending, &pending))
            log_write(LOG_ERROR, port->instance, NULL, "no memory: the record is handed out at the next start");
        bus_wake_port(port);
    }
    /* Who waits for quiet after this must see that there is something to do again. */
    bus_update_watermark(bus);
    pthread_mutex_unlock(&bus->mutex);
    return true;
}
