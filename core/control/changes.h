/* Changes: the control commands that change the store, by one code for the daemon and for `entente` without one. */
#ifndef CORE_CONTROL_CHANGES_H
#define CORE_CONTROL_CHANGES_H

#include "core/control/control.h"

struct bus;

/* Does a command whose row says changes_store, within a transaction of the bus's writer, and logs its author. The
 * result has a "text". Any thread but the writer's. The bus is started. */
bool control_change(struct bus *bus, const struct control_request *request, struct json_writer *result,
                    struct error *error);
/* For several changes where no daemon runs: holds the state directory's lock until it is ended. ERROR_STATE where somebody
 * else holds it. NULL does nothing when ended. */
struct control_alone;
struct control_alone *control_alone_begin(const char *state_dir, struct error *error);
struct bus *control_alone_bus(const struct control_alone *alone);
void control_alone_end(struct control_alone *alone);
/* The same where no daemon runs: takes the state directory's lock, so that none starts meanwhile. ERROR_STATE where
 * somebody else holds it. */
bool control_change_alone(const char *state_dir, const struct control_request *request, struct json_writer *result,
                          struct error *error);

#endif
