/* Remote requests: what an isolated instance asks for or tells outside of its callbacks, done by the very functions
 * that a plugin in the daemon gets. The two are callbacks of struct runner_member (runner.h), whose `context` is the
 * instance. */
#ifndef CORE_HOST_REMOTE_REQUESTS_H
#define CORE_HOST_REMOTE_REQUESTS_H

#include "core/host/instance_private.h"
#include "core/host/runner.h"

/* What has no answer: logs, metrics, wake/1. */
void remote_requests_hear(void *instance, const struct wire_message *message);
/* folder/1, query/1, command/1, net/1. Takes as long as what is asked for; always answers. */
void remote_requests_serve(void *instance, struct runner *runner, const struct wire_message *message);

#endif
