/* Executors: threads that run calls. As many as there are calls at once: the daemon bounds them, and a call that lasts
 * (a service's) keeps none waiting. */
#ifndef RUNNER_HOST_EXECUTORS_H
#define RUNNER_HOST_EXECUTORS_H

#include "core/host/wire.h"

/* Takes the message over. Main thread. */
void executors_give(struct wire_message *message);

/* What this thread has done happens before what an executor takes up next. Calls of one instance come one after the other,
 * but their order is the daemon's, which neither the memory model nor a sanitizer of threads sees. */
void executors_publish(void);

#endif
