/* Prune: the control command that lets go of what is old (core/store/retention.h), by one code for the daemon and for
 * `entente` without one. Arguments: "items", "dead", "deliveries": times in milliseconds before which they go; absent ones
 * stay. The result has the counts of struct retention_counts, "held_by", "held_at", and "more" where the call ended for the
 * number of rows: it is then to be made again. */
#ifndef CORE_CONTROL_PRUNE_H
#define CORE_CONTROL_PRUNE_H

#include "core/control/control.h"

struct bus;

bool control_prune(struct bus *bus, const struct control_request *request, struct json_writer *result,
                   struct error *error);

#endif
