/* Isolation: where an instance's plugin runs, as its key `isolate` says. Any thread. */
#ifndef CORE_HOST_ISOLATION_H
#define CORE_HOST_ISOLATION_H

#include <stddef.h>

enum isolation {
    ISOLATION_NONE,    /* in the daemon itself */
    ISOLATION_PROCESS, /* in an entente-runner, which may start no process */
    ISOLATION_SANDBOX, /* in an entente-runner that has its paths and its host, and nothing else (runner/sandbox.h) */
    ISOLATION_COUNT
};

/* The word of the configuration: "none", "process", "sandbox". */
const char *isolation_word(enum isolation isolation);
/* ISOLATION_COUNT for a word that is none (NULL included). */
enum isolation isolation_of(const char *word);

#endif
