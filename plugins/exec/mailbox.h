/* Mailbox: what lies between the plugin's callbacks and the worker's thread: work on its way in, results on their way
 * out, the program's state. Each function may be called from either side; none but mailbox_wait_file's waits. */
#ifndef PLUGINS_EXEC_MAILBOX_H
#define PLUGINS_EXEC_MAILBOX_H

#include "plugins/exec/job.h"

#include <stdbool.h>
#include <stdint.h>

enum { MAILBOX_UNTAKEN_MAX = 8 * 1024 * 1024 /* bytes of results; beyond, there is no room for more */ };

struct mailbox;

struct mailbox *mailbox_create(struct error *error);
/* Gives back the work and results in it, `release`d as of worker_settings. NULL does nothing. */
void mailbox_destroy(struct mailbox *mailbox, void (*release)(void *context, void *held), void *context);

/* ---- for the callbacks ---- */
/* Numbers count from 1. */
int64_t mailbox_next_id(struct mailbox *mailbox);
void mailbox_put_job(struct mailbox *mailbox, struct job *job);
/* NULL where there is none. */
struct worker_result *mailbox_take_result(struct mailbox *mailbox);
/* From now on mailbox_take_jobs says so. */
void mailbox_stop(struct mailbox *mailbox);

/* ---- for the thread ---- */
/* Readable when there is something new to look at. */
int mailbox_wait_file(const struct mailbox *mailbox);
void mailbox_clear_wait(struct mailbox *mailbox);
/* Appends what has come to the list. False once it is to stop. */
bool mailbox_take_jobs(struct mailbox *mailbox, struct job **list);
void mailbox_put_result(struct mailbox *mailbox, struct worker_result *result);
/* Whether results may be made, or those that wait are enough. */
bool mailbox_has_room(struct mailbox *mailbox);
/* Whether a job ever had this number. */
bool mailbox_knows_id(struct mailbox *mailbox, int64_t id);

/* ---- state ---- */
/* Copies. `is_older`: it counts only where nothing is there yet. False when memory is out. */
bool mailbox_put_state(struct mailbox *mailbox, const char *state, bool is_older);
/* A copy, the caller's to free; NULL: none. */
char *mailbox_copy_state(struct mailbox *mailbox);

/* Frees a list of jobs. */
void mailbox_free_jobs(struct job *job, void (*release)(void *context, void *held), void *context);

#endif
