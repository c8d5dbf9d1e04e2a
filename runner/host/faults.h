/* Faults: says in the page that is shared with the daemon which call each thread is in, and which of them a fault or an
 * exit() came from, so that the daemon can tell whose fault the process's end was. */
#ifndef RUNNER_HOST_FAULTS_H
#define RUNNER_HOST_FAULTS_H

#include "lib/base/error.h"

#include <stdbool.h>
#include <stdint.h>

/* Maps the page and installs handlers. Once, on the main thread. */
bool fault_begin(struct error *error);
/* For each thread that runs calls, first: a stack on which the overflow of its own can be told. */
void fault_prepare_thread(void);
/* This thread is inside the plugin on behalf of `call`, and is no longer. */
void fault_enter(uint64_t call);
void fault_leave(void);

#endif
