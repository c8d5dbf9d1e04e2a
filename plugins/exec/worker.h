/* Worker: the thread that talks with a sink's program: starts it, hands it lines, takes its answers, and starts it anew when
 * it ends or does not answer. What it settles waits here for whoever takes it.
 *
 * worker_submit and worker_take on the plugin's callbacks; `told` and `settled` are called on the worker's thread. Lines are
 * handed on in the order in which they came. */
#ifndef PLUGINS_EXEC_WORKER_H
#define PLUGINS_EXEC_WORKER_H

#include "lib/base/error.h"

#include <entente/plugin.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct worker;

struct worker_settings {
    char *const *words;       /* the command; these are lent for the worker's life */
    char *const *environment;
    const char *directory;    /* NULL: this process's */
    int64_t timeout_ms;       /* from the moment a line is the oldest without an answer */
    bool is_once;             /* the program is started for each line and its exit status is the answer */
    void (*told)(void *context, uint32_t level, const char *text); /* what the program writes to its standard error, … */
    void (*settled)(void *context); /* a result is there, and there was none before */
    void *context;
};

struct worker_result {
    uint64_t ticket;
    enum ent_code code;
    int64_t retry_after_ms;
    char text[400];
};

struct worker *worker_create(const struct worker_settings *settings, struct error *error);
/* Ends the program: it has a moment after its input was closed, then it is killed. What it did not answer is not settled. */
void worker_destroy(struct worker *worker);
/* `line` ends in a line feed and is copied; `id` is the delivery's. False when memory is out. */
bool worker_submit(struct worker *worker, uint64_t ticket, const char *id, const char *line, size_t size);
/* False where nothing is settled. */
bool worker_take(struct worker *worker, struct worker_result *result);

#endif
