/* Workers: the threads that ask and command for those who call.
 *
 * libmicrohttpd's threads serve many connections each. One that waited in a handler, for a lock on the store or a count over
 * a million events, would hold up every other connection of its own; so whoever needs the daemon for an answer suspends its
 * connection and gives the work away as a job, which resumes the connection when it is done. Changes have workers of their
 * own: those that wait for a lock keep nobody from looking.
 *
 * Jobs are lent until their `run` has begun; there are never more of them than connections. Any thread. */
#ifndef PLUGINS_WEB_WORKERS_H
#define PLUGINS_WEB_WORKERS_H

#include <stdbool.h>

enum workers_lane { WORKERS_QUESTIONS, WORKERS_CHANGES, WORKERS_LANES };
/* Together with the stream's hub, as many as the daemon has connections to its store for whoever asks (core/ask). */
enum { WORKERS_FOR_QUESTIONS = 3, WORKERS_FOR_CHANGES = 2 };

struct job {
    void (*run)(struct job *job); /* on a worker's thread; resumes the connection as the last thing that it does */
    struct job *next;             /* the workers' */
};

struct workers;

/* NULL where memory or threads are out. */
struct workers *workers_create(void);
/* False after workers_close: nobody will run it. */
bool workers_give(struct workers *workers, enum workers_lane lane, struct job *job);
/* Waits until all that was given is done. */
void workers_close(struct workers *workers);
void workers_destroy(struct workers *workers); /* closed; NULL does nothing */

#endif
