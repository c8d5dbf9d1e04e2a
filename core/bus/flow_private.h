/* What flow_inputs.c reads for flow.c and flow_outputs.c, and for them alone. What flow is, is told in flow.c. */
#ifndef CORE_BUS_FLOW_PRIVATE_H
#define CORE_BUS_FLOW_PRIVATE_H

#include "core/bus/bus_private.h"

/* A run of items in order, up to `limit`. */
struct flow_gathering {
    struct bus *bus;
    struct recent_item *items; /* each holds its record */
    size_t count, capacity;
    int64_t limit;
    bool failed; /* memory is out */
};

/* Adds those from `from` on that lie in memory without a gap. bus->mutex held. */
void flow_gather_recent(struct flow_gathering *gathering, int64_t from);
/* The same from the store, by the reading connection; without bus->mutex. */
bool flow_gather_stored(struct flow_gathering *gathering, int64_t from, struct error *error);
void flow_gathering_release(struct flow_gathering *gathering);
/* One item, from memory or the store, its record held for the caller; all 0 where there is none. Without bus->mutex. */
bool flow_find_item(struct bus_port *port, int64_t sequence, struct recent_item *found, struct error *error);
/* What classifiers before this one have said of the unit's inputs. Without bus->mutex. */
bool flow_load_reports(struct bus_port *port, struct unit *unit, struct error *error);

#endif
