/* Probe: a plugin's first load, in a process of its own.
 *
 * entente-runner is spawned (never forked from this threaded process), gives up all but reading, loads the object, asks
 * it for its descriptor, checks that, and prints it as JSON. A crash in a constructor, a hang or an early exit so costs
 * the runner and becomes an error in plain words; what a constructor tries beyond that is refused by the kernel. Any
 * thread; probe_end blocks until the runner has answered or its time is over. */
#ifndef CORE_HOST_PROBE_H
#define CORE_HOST_PROBE_H

#include "lib/base/error.h"

#include <jansson.h>
#include <stdint.h>

/* How far the runner came, told by one letter a step on its pipe, so that a death can be placed. */
#define PROBE_STEP_LOAD 'L'   /* dlopen: constructors run */
#define PROBE_STEP_QUERY 'Q'  /* ent_plugin_query() */
#define PROBE_STEP_CHECK 'C'  /* reading the descriptor */
#define PROBE_STEP_ASK 'H'    /* waiting for a program's hello */
#define PROBE_STEP_ANSWER 'A' /* the rest is JSON: the description, or {"refused": TEXT} */

enum { PROBE_PIPE = 3 }; /* the runner's descriptor to answer on: stdout may be written to by the plugin */

struct probe;

/* Starts a runner on the object, which works while the caller does something else, such as starting others. `runner`
 * and `path` are lent until probe_end, which the same thread must call: the runner dies with the thread that started
 * it. NULL with `error` where it cannot be started. */
struct probe *probe_begin(const char *runner, const char *path, int64_t timeout_ms, struct error *error);
/* Waits for the runner, for at most the timeout, and frees `probe`. The description as a JSON object, the caller's to json_decref;
 * NULL with `error`, which begins with the path. */
json_t *probe_end(struct probe *probe, struct error *error);

#endif
