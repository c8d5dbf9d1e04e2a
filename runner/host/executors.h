/* Executors: threads that run calls. As many as there are calls at once: the daemon bounds them, and a call that lasts
 * (a service's) keeps none waiting. */
#ifndef RUNNER_HOST_EXECUTORS_H
#define RUNNER_HOST_EXECUTORS_H

#include "core/host/wire.h"

/* Takes the message over. Main thread. */
void executors_give(struct wire_message *message);

#endif
