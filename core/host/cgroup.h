/* Control groups: the kernel's own bound on the memory of isolated plugins, beside the samples of core/host/monitor.h.
 *
 * A daemon to which a part of the tree of version 2 is delegated (`Delegate=memory` in its unit; the attribute
 * user.delegate or trusted.delegate of the group's folder says so) moves into a group `daemon` below it, and makes one
 * beside that for each runner and each program that has `memory_max`. What passes it is killed by the kernel at once,
 * all of its processes, however quickly it grew and wherever the memory is: memory files and swap included. Where
 * nothing is delegated, which is so on most machines, no group is made and the samples are all there is. They stay in
 * any case.
 *
 * Source: Documentation/admin-guide/cgroup-v2.rst of Linux, "Delegation" and "Memory"; systemd's CGROUP_DELEGATION.
 *
 * Any thread, after cgroup_prepare or cgroup_inherit. */
#ifndef CORE_HOST_CGROUP_H
#define CORE_HOST_CGROUP_H

#include "lib/base/error.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct cgroup;

/* Before runners and programs are. Moves this process into a group of its own; false with `why`, and nothing is
 * bounded by groups. */
bool cgroup_prepare(char *why, size_t size);
/* For a child of the process that prepared them: finds the groups without making any. */
void cgroup_inherit(void);

/* A group that may use `memory_max` bytes. NULL without an error where there are no groups, with one where it cannot be
 * made; in either case its owner goes on without. Groups that processes have left behind that are no more are removed.
 */
struct cgroup *cgroup_create(int64_t memory_max, struct error *error);
/* Its children are in it then, too. 0 is this process. What it used before stays counted where it was. Safe between
 * fork and exec. */
bool cgroup_enter(const struct cgroup *cgroup, pid_t process, struct error *error);
/* Whether the kernel has killed in it for memory_max; with why, as the monitor says it. */
bool cgroup_has_killed(const struct cgroup *cgroup, char *why, size_t size);
/* After its processes have ended; any that are left are killed. NULL does nothing. */
void cgroup_destroy(struct cgroup *cgroup);

#endif
