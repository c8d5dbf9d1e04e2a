#include "plugins/exec/worker_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    UNSETTLED_MAX = 64 * 1024 * 1024,
    PART_RECORDS = 256, /* of a source: so much becomes durable before the fetch is over */
    PART_SIZE = 1024 * 1024
};

static struct job *find_job(struct worker *worker, int64_t id)
{
    for (struct job *job = worker->jobs; job && job->sent > 0; job = job->next)
        if (job->id == id)
            return job;
    return NULL;
}

static void take_hello(struct worker *worker, struct message *message)
{
    struct error error = ERROR_INIT;
    if (worker->hello) {
        worker_tell(worker, ENT_LOG_WARNING, "the program says hello twice", "");
        return;
    }
    char *state = mailbox_copy_state(worker->mailbox);
    bool is_good = worker->settings.begin(worker->settings.context, message->hello, state, &worker->start, &error);
    free(state);
    if (is_good && worker->start.failed)
        is_good = error_set(&error, ERROR_MEMORY, "no memory for its options");
    if (is_good) {
        worker->hello = message->hello;
        message->hello = NULL;
        return;
    }
    worker_settle_all(worker, error.kind == ERROR_MEMORY ? ENT_RETRY : ENT_CONFIG, error.text);
    worker_end_because(worker, error.text);
}

/* A source may bring more than should lie in memory. */
static void hand_on_part(struct worker *worker, struct job *job)
{
    struct worker_result *result = job->result;
    if (worker->settings.kind != HELLO_SOURCE || (result->record_count < PART_RECORDS && result->bytes < PART_SIZE))
        return;
    size_t bytes = result->bytes;
    struct worker_result *part = job_take_part(job);
    if (!part)
        return; /* with the next record, or the end */
    worker->unsettled -= bytes;
    worker_push_result(worker, part);
}

static void take_output(struct worker *worker, struct job *job, struct message *message)
{
    struct error error = ERROR_INIT;
    size_t before = job->result->bytes;
    bool is_kept = message->type == MESSAGE_WITHDRAW ? job_add_withdrawal(job, message->report, &error)
                                                     : job_add_record(job, message->record, &error);
    message->record = NULL;
    worker->unsettled += job->result->bytes - before;
    if (!is_kept) {
        worker_settle(worker, job, error.kind == ERROR_MEMORY ? ENT_RETRY : ENT_REJECT, -1, error.text);
        return;
    }
    hand_on_part(worker, job);
    if (job == worker->jobs)
        worker->waiting_since = worker_now();
    if (worker->unsettled > UNSETTLED_MAX)
        worker_end_because(worker, "the program hands over more than 64 MiB without a result");
}

static void take_result(struct worker *worker, struct job *job, struct message *message)
{
    const char *text = message->text;
    worker->answers++;
    if (message->code == ENT_OK) {
        worker->failures = 0;
        worker->careful -= worker->careful > 0;
    } else if (!*text) {
        text = "the program does not say why";
    }
    if (message->code == ENT_OK && message->state) {
        /* Where memory is out, the next program is told of an older one. */
        mailbox_put_state(worker->mailbox, message->state, false);
        job->result->state = message->state;
        job->result->state_size = message->state_size;
        message->state = NULL;
    }
    job->result->passes = message->passes;
    job->result->next_fetch_ms = message->next_fetch_ms;
    enum ent_code code = message->code;
    worker_settle(worker, job, code, message->retry_after_ms, text);
    if (code == ENT_FATAL)
        worker_end_because(worker, "the program says that it is broken");
}

static void take_message(struct worker *worker, struct message *message)
{
    char text[100];
    struct job *job = message->id ? find_job(worker, message->id) : NULL;
    if (message->type == MESSAGE_HELLO)
        take_hello(worker, message);
    else if (message->type == MESSAGE_LOG)
        worker_tell(worker, message->level, "", message->text);
    else if (message->type == MESSAGE_METRIC)
        worker->settings.counted(worker->settings.context, message);
    else if (job && message->type == MESSAGE_RESULT)
        take_result(worker, job, message);
    else if (job)
        take_output(worker, job, message);
    else {
        bool was_there = mailbox_knows_id(worker->mailbox, message->id);
        snprintf(text, sizeof text, "the program speaks of %" PRId64 ", which it has not%s", message->id,
                 was_there ? " any more; it may have answered twice" : "");
        worker_tell(worker, ENT_LOG_WARNING, text, "");
        worker_count(worker, "lines_refused");
    }
}

/* A record that is wrong makes its work wrong: a source's others still count, but nothing half-made is kept of an item.
 */
static void refuse_line(struct worker *worker, const struct message *message, const char *line,
                        const struct error *error)
{
    char text[700];
    struct job *job = message->id ? find_job(worker, message->id) : NULL;
    snprintf(text, sizeof text, "a line of the program is not understood (%.300s): %.300s", error->text, line);
    worker_tell(worker, ENT_LOG_WARNING, text, "");
    worker_count(worker, "lines_refused");
    if (!job || worker->settings.kind == HELLO_SOURCE)
        return;
    snprintf(text, sizeof text, "the program's answer is wrong: %.300s", error->text);
    worker_settle(worker, job, ENT_REJECT, -1, text);
}

void worker_take_line(void *context, const char *line, size_t size, bool is_cut)
{
    struct worker *worker = context;
    struct message message;
    struct error error = ERROR_INIT;
    snprintf(worker->last_output, sizeof worker->last_output, "%s", line);
    if (worker->settings.is_once || worker->kill_at)
        return;
    if (is_cut) {
        worker_end_because(worker, "the program wrote a line of more than 8 MiB");
        return;
    }
    if (size == 0)
        return;
    bool is_good = message_read(&message, line, size, worker->settings.emits, &error);
    if (is_good && !worker->hello && message.type != MESSAGE_HELLO && message.type != MESSAGE_LOG)
        is_good = error_set(&error, ERROR_INPUT, "the first line must be a hello");
    if (is_good) {
        take_message(worker, &message);
    } else if (worker->hello) {
        refuse_line(worker, &message, line, &error);
    } else {
        char text[400];
        snprintf(text, sizeof text, "the program does not speak the protocol of entente-exec(7): %.300s", error.text);
        worker_end_because(worker, text);
    }
    message_free(&message);
}

void worker_take_error(void *context, const char *line, size_t size, bool is_cut)
{
    struct worker *worker = context;
    (void)is_cut;
    if (size == 0)
        return;
    snprintf(worker->last_error, sizeof worker->last_error, "%s", line);
    worker_tell(worker, ENT_LOG_INFO, "the program says: ", line);
}
