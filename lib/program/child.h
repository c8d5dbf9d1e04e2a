/* Child: a program that runs, with pipes to its standard input, output and error, none of which blocks. It leads a
 * process group of its own, so that what it started goes with it. One thread. */
#ifndef LIB_PROGRAM_CHILD_H
#define LIB_PROGRAM_CHILD_H

#include "lib/base/error.h"

#include <stdbool.h>
#include <sys/types.h>

struct child {
    pid_t pid;                 /* 0: none runs */
    int input, output, errors; /* -1: closed */
    int exit;                  /* pollable: readable when it has ended; -1 where the kernel has no such thing */
};

#define CHILD_INIT                                                                                                     \
    {                                                                                                                  \
        .input = -1, .output = -1, .errors = -1, .exit = -1                                                            \
    }

/* The program is looked for in PATH unless it has a slash. `directory` may be NULL. `environment` is the whole of it.
 */
bool child_start(struct child *child, char *const *words, char *const *environment, const char *directory,
                 struct error *error);
void child_close_input(struct child *child);
/* Whether it has ended; *status is then as waitpid tells it, and all is closed. */
bool child_has_ended(struct child *child, int *status);
void child_signal(const struct child *child, int signal);
/* Kills it and waits. */
void child_kill(struct child *child);
/* "exit status 3", "killed by signal 9 (Killed)". */
void child_print_status(int status, char *text, size_t size);

#endif
