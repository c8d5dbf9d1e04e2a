/* Job: one piece of work on its way through a program, with what came of it so far. Its result is allocated with it, so
 * that the end of a job never fails. One owner at a time; no locks. */
#ifndef PLUGINS_EXEC_JOB_H
#define PLUGINS_EXEC_JOB_H

#include "plugins/exec/worker.h"

enum {
    JOB_RECORDS_MAX = 10000,
    JOB_BYTES_MAX = 32 * 1024 * 1024, /* of what it hands over for one job, as records */
    JOB_WITHDRAWN_MAX = 1000
};

struct job {
    struct job *next;
    int64_t id; /* by which the program answers; 0 until it is queued */
    char *line;
    size_t size, sent; /* bytes; sent > 0: the program has it */
    struct worker_result *result;
    size_t record_capacity;
};

/* The line is made with an id of its own. NULL when memory is out. */
struct job *job_create(const struct worker_job *work, int64_t id, bool is_once);
/* NULL does nothing. Frees the result too where it was not taken. */
void job_free(struct job *job);
/* Takes the record over. False with `error` when there are too many or memory is out. */
bool job_add_record(struct job *job, struct ent_record *record, struct error *error);
bool job_add_withdrawal(struct job *job, const char *report, struct error *error);
/* What it has so far, as a result that is not the last; NULL when memory is out. */
struct worker_result *job_take_part(struct job *job);
/* Its last result. `text` may be NULL. What it handed over counts with ENT_OK only. */
struct worker_result *job_finish(struct job *job, enum ent_code code, int64_t retry_after_ms, const char *text);

#endif
