/* Remote: the plugin of an instance, when it lives in a runner.
 *
 * To the rest of core/host it is a plugin like another: a table of callbacks (remote_ops) that the instance calls. Each
 * carries its arguments to the runner, serves there what the plugin asks for meanwhile (http/1, kv/1, …) with the very
 * functions that a plugin in the daemon gets, and puts what comes back into the unit by those of the host's table.
 * Where the runner dies, the callback at fault ends in ENT_FATAL, all others in ENT_RETRY, and the instances are
 * created anew by their usual way (instance_revive).
 *
 * Threads: as the callbacks of a plugin. One struct remote lives as long as its instance, over all generations. */
#ifndef CORE_HOST_REMOTE_H
#define CORE_HOST_REMOTE_H

#include "core/host/instance.h"
#include "lib/base/json_writer.h"

struct remote;

/* For an instance whose settings say where it runs. NULL when memory is out. */
struct remote *remote_open(struct ent_instance *instance);
void remote_close(struct remote *remote); /* NULL does nothing; after destroy */

extern const struct ent_ops remote_ops;

/* Whether the plugin's process died in the callback that has just ended in failure; taking clears it. */
bool remote_has_died(const struct remote *remote);
bool remote_take_death(struct remote *remote);
/* How long instance_revive had better wait before it takes a new runner. */
int64_t remote_wait(struct remote *remote);
/* Members for `entente status`: isolation and process (runners_describe has more of it). Into an object that is open. */
void remote_describe(struct remote *remote, struct json_writer *json);

#endif
