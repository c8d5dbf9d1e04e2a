/* Runners: which instances share a runner, and when a new one is made.
 *
 * Instances of one object with the same isolation and limits are a group, in a sandbox those with the same paths; one
 * with `share = no` is a group of its own. A group has one living runner, or none while no instance needs one. When one
 * dies the next is made at once, but where they keep dying, after a wait that doubles: what crashes of itself must not
 * fill the machine with processes.
 *
 * Owner: whoever creates it, after all groups were left. Any thread. */
#ifndef CORE_HOST_RUNNERS_H
#define CORE_HOST_RUNNERS_H

#include "core/host/runner.h"
#include "lib/base/json_writer.h"

struct runners;
struct runner_group;

/* `program` NULL: by core/base/paths.h. NULL when memory is out. */
struct runners *runners_create(const char *program);
void runners_destroy(struct runners *runners); /* NULL does nothing */

struct runner_group_settings {
    const char *name;    /* of the plugin */
    const char *version; /* of it, for people; NULL where it has none */
    const char *apart;   /* what tells it from other groups of the same hello; "" for none */
    struct runner_hello hello;
};

/* The group, made if need be; all is copied. NULL when memory is out. */
struct runner_group *runners_join(struct runners *runners, const struct runner_group_settings *settings);
void runners_leave(struct runners *runners, struct runner_group *group);
/* Whoever joins from now on for this object gets another process; who is in one of those there are stays. */
void runners_retire(struct runners *runners, const char *object);

/* A living runner, held for the caller; waits while one is being made. NULL with `error`: it cannot be made. */
struct runner *runner_group_take(struct runner_group *group, struct error *error);
/* How long until it is sensible to ask for a new one: 0 while one lives or the last lived long enough. */
int64_t runner_group_wait(struct runner_group *group);
/* The present one, held, or NULL. For looking. */
struct runner *runner_group_look(struct runner_group *group);
/* Members "processes" of `entente status`: an array with each group's plugin, its version, process, since when that
 * runs, what of its isolation is in force, memory in bytes, instances and restarts. Into an object that is open. */
void runners_describe(struct runners *runners, struct json_writer *json);

#endif
