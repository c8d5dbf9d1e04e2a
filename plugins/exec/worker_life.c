#include "plugins/exec/worker_private.h"

#include <stdio.h>
#include <sys/wait.h>
#include <sysexits.h>

enum { PAUSE_FIRST_MS = 1000, PAUSE_MAX_MS = 60000, CAREFUL_FOR = 20 };

static void pause_before_next(struct worker *worker)
{
    int64_t pause = PAUSE_FIRST_MS;
    for (int i = 0; i < worker->failures && pause < PAUSE_MAX_MS; i++)
        pause *= 2;
    worker->failures++;
    worker->not_before = worker_now() + (pause < PAUSE_MAX_MS ? pause : PAUSE_MAX_MS);
}

void worker_forget_program(struct worker *worker)
{
    hello_destroy(worker->hello);
    worker->hello = NULL;
    buffer_free(&worker->start);
    worker->start_sent = 0;
    lines_clear(&worker->output);
    lines_clear(&worker->errors);
    worker->kill_at = worker->waiting_since = worker->closed_at = 0;
    worker->is_late = false;
    worker->answers = 0;
}

void worker_start(struct worker *worker)
{
    struct error error = ERROR_INIT;
    *worker->last_output = *worker->last_error = *worker->why = '\0';
    worker_forget_program(worker);
    worker->started = worker_now();
    if (child_start(&worker->child, worker->settings.words, worker->settings.environment, worker->settings.directory,
                    &error)) {
        worker_count(worker, "starts");
        return;
    }
    pause_before_next(worker);
    worker_settle_all(worker, ENT_RETRY, error.text);
}

/* sysexits.h: what the exit status of a program that was started for one delivery says. */
static enum ent_code code_of_status(int status)
{
    if (!WIFEXITED(status))
        return ENT_RETRY;
    switch (WEXITSTATUS(status)) {
    case EX_OK:
        return ENT_OK;
    case EX_DATAERR:
        return ENT_REJECT;
    case EX_CONFIG:
        return ENT_CONFIG;
    default:
        return ENT_RETRY;
    }
}

static void end_once(struct worker *worker, enum ent_code code, const char *text)
{
    bool was_ended = *worker->why;
    if (code == ENT_OK && !was_ended) {
        worker->failures = 0;
        worker_settle_sent(worker, ENT_OK, worker->last_output);
        return;
    }
    worker_settle_sent(worker, was_ended ? ENT_RETRY : code, text);
}

/* What becomes of the records that a program had when it ended without being asked to. One that it had alone is at
 * fault where it died, and where it hung over it; a receiver of alerts that does not answer is no fault of the alert.
 */
static enum ent_code code_of_unanswered(struct worker *worker, int status, size_t sent)
{
    bool has_died =
        !*worker->why && !(WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == EX_TEMPFAIL));
    bool is_at_fault = has_died || (worker->is_late && worker->settings.kind != HELLO_SINK);
    if (!is_at_fault || worker->settings.kind == HELLO_SOURCE)
        return ENT_RETRY;
    if (sent == 1)
        return ENT_FATAL;
    worker->careful = CAREFUL_FOR;
    return ENT_RETRY;
}

static void end_stream(struct worker *worker, int status, const char *text)
{
    bool refuses = !*worker->why && WIFEXITED(status) && WEXITSTATUS(status) == EX_CONFIG;
    size_t sent = worker_count_sent(worker);
    bool did_nothing = worker->answers == 0;
    bool is_failure = sent > 0 || did_nothing || *worker->why || !WIFEXITED(status) || WEXITSTATUS(status) != 0;
    if (!is_failure)
        return;
    worker_tell(worker, ENT_LOG_WARNING, "", text);
    if (sent > 0)
        worker_settle_sent(worker, refuses ? ENT_CONFIG : code_of_unanswered(worker, status, sent), text);
    /* One that ends before it has done anything would be started for ever while the records wait. */
    if (did_nothing)
        worker_settle_all(worker, refuses ? ENT_CONFIG : ENT_RETRY, text);
    pause_before_next(worker);
}

void worker_take_end(struct worker *worker, int status)
{
    char how[100], text[800];
    child_print_status(status, how, sizeof how);
    snprintf(text, sizeof text, "%s (%s)%s%s", *worker->why ? worker->why : "the program ended", how,
             *worker->last_error ? ": " : "", worker->last_error);
    if (worker->settings.is_once)
        end_once(worker, code_of_status(status), text);
    else
        end_stream(worker, status, text);
    worker_forget_program(worker);
}
