/* Worker: the thread that talks with a program by entente-exec(7): starts it, hands it work, takes its answers, and
 * starts it anew when it ends, does not answer or does not keep to the protocol. What comes of the work waits here for
 * whoever takes it.
 *
 * What a program can cost is bounded: it has no more than its window of records at once, its lines and what it hands
 * over for a record have greatest sizes, its output is read no further while much of it waits to be taken, and only so
 * much of what it says goes to the log.
 *
 * worker_submit, worker_take and worker_set_state on the plugin's callbacks; the functions of worker_settings are
 * called on the worker's thread. Work is handed on in the order in which it came. */
#ifndef PLUGINS_EXEC_WORKER_H
#define PLUGINS_EXEC_WORKER_H

#include "lib/base/buffer.h"
#include "lib/base/error.h"
#include "plugins/exec/message.h"

#include <entente/plugin.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct worker;

struct worker_settings {
    char *const *words; /* the command; these are lent for the worker's life */
    char *const *environment;
    const char *directory; /* NULL: this process's */
    int64_t timeout_ms;    /* for its hello, and from the moment that work is the oldest without an answer */
    bool is_once;          /* the program is started for each record and its exit status is the answer */
    enum hello_kind kind;  /* what it shall be */
    unsigned emits;        /* kind of the records that it may write; 0: none */
    /* Appends the line that answers the program's hello. False with `error`: it cannot work as configured. */
    bool (*begin)(void *context, const struct hello *hello, const char *state, struct buffer *line,
                  struct error *error);
    void (*told)(void *context, uint32_t level, const char *text); /* what it writes to its standard error, logs, … */
    void (*counted)(void *context, const struct message *metric);
    void (*counts)(void *context, const char *name, int64_t add); /* the worker's own numbers */
    void (*settled)(void *context);                               /* one more result waits */
    void (*release)(void *context, void *held);                   /* a job's `held` that no result gave back */
    void *context;
};

struct worker_job {
    uint64_t ticket;
    const char *type;   /* "item", … */
    const char *record; /* JSON; copied; NULL: none */
    const char *more;   /* further members, with a comma before them; NULL: none */
    void *held;         /* comes back with the result */
};

/* What came of some work, or of a source some of what it brought. */
struct worker_result {
    struct worker_result *next; /* the worker's own */
    uint64_t ticket;
    bool is_last; /* false: more comes for this ticket; then the members down to text mean nothing */
    enum ent_code code;
    int64_t retry_after_ms, next_fetch_ms; /* -1: it does not say */
    bool passes;
    char *state; /* JSON; NULL: none */
    size_t state_size;
    void *held;
    char text[MESSAGE_TEXT_SIZE];
    struct ent_record **records;
    size_t record_count, bytes;
    char (*withdrawn)[MESSAGE_REPORT_SIZE];
    size_t withdrawn_count;
};

struct worker *worker_create(const struct worker_settings *settings, struct error *error);
/* Ends the program: it has a moment after its input was closed, then it is killed. What it did not answer is not
 * settled. */
void worker_destroy(struct worker *worker);
/* What the program is told of at its next start, unless it has said something newer. Copied. False when memory is out.
 */
bool worker_set_state(struct worker *worker, const char *state);
/* False when memory is out or there is no thread; then `held` stays the caller's. */
bool worker_submit(struct worker *worker, const struct worker_job *job);
/* NULL where nothing waits. The caller's, to be freed with worker_result_free, which does not free `held`. */
struct worker_result *worker_take(struct worker *worker);
void worker_result_free(struct worker_result *result);

#endif
