/* Workbench child: starts entente-workbench and listens to what it tells, so that a plugin that crashes or hangs costs that
 * process and becomes words. Blocks until it has ended. One thread. */
#ifndef CORE_HOST_WORKBENCH_CHILD_H
#define CORE_HOST_WORKBENCH_CHILD_H

#include "lib/base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct workbench_child_settings {
    const char *runner;           /* path of entente-runner, beside which it lies */
    const char *const *arguments; /* after the program's name, ended by NULL */
    bool has_terminal;            /* standard input, output and error are ours; else it has none of them */
    int64_t patience_ms;          /* it is stopped where a step takes longer; 0: never */
    /* Called for each thing told but steps: "problem", "note", "about". */
    void (*tell)(void *context, const char *member, const char *text);
    void *context;
};

/* Its exit status. -1 where it did not end by itself or could not be started: `error` says in plain words what it was at. */
int workbench_child_run(const struct workbench_child_settings *settings, struct error *error);

#endif
