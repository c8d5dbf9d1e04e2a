/* Surroundings: what all of a process shares and a plugin must leave as it is: working folder, umask, locale,
 * environment, what happens on signals. Seen before and after a plugin was at work. One thread. */
#ifndef RUNNER_WORKBENCH_SURROUNDINGS_H
#define RUNNER_WORKBENCH_SURROUNDINGS_H

#include <signal.h>
#include <sys/stat.h>

struct surroundings {
    struct stat folder;
    mode_t mask;
    char locale[200];
    unsigned long environment;
    struct sigaction signals[NSIG];
};

void surroundings_see(struct surroundings *seen);
/* Tells what has changed as problems of a plugin of that kind; returns their number. */
int surroundings_tell_changes(const struct surroundings *before, const struct surroundings *after, const char *kind);

#endif
