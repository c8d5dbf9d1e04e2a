/* Hold: how long items wait at a classifier that cannot take them, and when they no longer do.
 *
 * An item waits at each processor until that has finished it, and what follows, alerts in the end, waits with it. A
 * classifier with a `hold_max_ms` is waited for no longer than that, whatever the reason: it is parked, broken, or
 * tries again and again. Then items *pass it by*: those behind it and the desk go on without its reports. It keeps its
 * cursor, takes what passed it in its own time, and its reports count as late ones; when it has caught up, items wait
 * for it again. That it is passed by is kept in the store, so that a restart holds nothing back that had gone on.
 *
 * The age of what waits is told by a mark: the last item that was there to be taken when the mark was made. As long as
 * the mark is not finished, something has been waiting since then at least. Mark and age are kept in the store now and
 * then, so that restarts and reloads, however many, do not hold items longer; the time in which nothing ran is none in
 * which the classifier could have taken them, and does not count. Guarded by bus->mutex. */
#ifndef CORE_BUS_HOLD_H
#define CORE_BUS_HOLD_H

#include "lib/base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct bus_port;

struct hold {
    bool has_mark;
    int64_t mark;      /* an item's number */
    int64_t marked_at; /* monotonic, less what it had waited in earlier runs */
    int64_t since;     /* the same by the clock; 0: nothing waits */
    int64_t kept_mark; /* as the store has it; 0: it has none */
    int64_t kept_ms;   /* how long that one had waited */
    bool is_passed;
    bool is_told; /* that items are held */
};

/* As it was left by the last run; in a transaction, before bus_start. */
bool hold_load(struct bus_port *port, struct error *error);

#endif
