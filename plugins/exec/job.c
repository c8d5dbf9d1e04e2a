#include "plugins/exec/job.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool make_line(struct job *job, const struct worker_job *work, bool is_once)
{
    struct buffer line = BUFFER_INIT;
    if (!is_once) {
        buffer_printf(&line, "{\"type\":\"%s\",\"id\":%" PRId64, work->type, job->id);
        if (work->record)
            buffer_append_text(&line, ",\"record\":");
    }
    buffer_append_text(&line, work->record ? work->record : "");
    if (!is_once) {
        buffer_append_text(&line, work->more ? work->more : "");
        buffer_append_char(&line, '}');
    }
    buffer_append_char(&line, '\n');
    job->line = buffer_take(&line, &job->size);
    return job->line != NULL;
}

struct job *job_create(const struct worker_job *work, int64_t id, bool is_once)
{
    struct job *job = calloc(1, sizeof *job);
    if (!job)
        return NULL;
    job->id = id;
    job->result = calloc(1, sizeof *job->result);
    if (!job->result || !make_line(job, work, is_once)) {
        job_free(job);
        return NULL;
    }
    job->result->ticket = work->ticket;
    job->result->retry_after_ms = job->result->next_fetch_ms = -1;
    job->result->held = work->held;
    return job;
}

void job_free(struct job *job)
{
    if (!job)
        return;
    worker_result_free(job->result);
    free(job->line);
    free(job);
}

static bool make_room(struct job *job)
{
    struct worker_result *result = job->result;
    if (result->record_count < job->record_capacity)
        return true;
    size_t wanted = job->record_capacity ? job->record_capacity * 2 : 4;
    struct ent_record **grown = realloc(result->records, wanted * sizeof *grown);
    if (!grown)
        return false;
    result->records = grown;
    job->record_capacity = wanted;
    return true;
}

bool job_add_record(struct job *job, struct ent_record *record, struct error *error)
{
    struct worker_result *result = job->result;
    bool fits = result->record_count < JOB_RECORDS_MAX && result->bytes + record->view.size <= JOB_BYTES_MAX;
    if (fits && make_room(job)) {
        result->bytes += record->view.size;
        result->records[result->record_count++] = record;
        return true;
    }
    record_release(record);
    return fits ? error_set(error, ERROR_MEMORY, "no memory for what the program hands over")
                : error_set(error, ERROR_LIMIT, "the program hands over more than %d records or %d MiB for one record",
                            JOB_RECORDS_MAX, JOB_BYTES_MAX >> 20);
}

bool job_add_withdrawal(struct job *job, const char *report, struct error *error)
{
    struct worker_result *result = job->result;
    if (result->withdrawn_count == JOB_WITHDRAWN_MAX)
        return error_set(error, ERROR_LIMIT, "the program withdraws more than %d reports of one item",
                         JOB_WITHDRAWN_MAX);
    /* They are few, so there is no room kept for more. */
    char(*grown)[MESSAGE_REPORT_SIZE] = realloc(result->withdrawn, (result->withdrawn_count + 1) * sizeof *grown);
    if (!grown)
        return error_set(error, ERROR_MEMORY, "no memory for what the program withdraws");
    result->withdrawn = grown;
    snprintf(grown[result->withdrawn_count++], sizeof *grown, "%s", report);
    return true;
}

struct worker_result *job_take_part(struct job *job)
{
    struct worker_result *whole = job->result, *part = calloc(1, sizeof *part);
    if (!part)
        return NULL;
    part->ticket = whole->ticket;
    part->retry_after_ms = part->next_fetch_ms = -1;
    part->records = whole->records;
    part->record_count = whole->record_count;
    part->bytes = whole->bytes;
    whole->records = NULL;
    whole->record_count = whole->bytes = job->record_capacity = 0;
    return part;
}

static void drop_output(struct worker_result *result)
{
    for (size_t i = 0; i < result->record_count; i++)
        record_release(result->records[i]);
    result->record_count = result->withdrawn_count = result->bytes = 0;
    free(result->state);
    result->state = NULL;
}

struct worker_result *job_finish(struct job *job, enum ent_code code, int64_t retry_after_ms, const char *text)
{
    struct worker_result *result = job->result;
    job->result = NULL;
    result->is_last = true;
    result->code = code;
    result->retry_after_ms = retry_after_ms;
    snprintf(result->text, sizeof result->text, "%s", text ? text : "");
    if (code != ENT_OK)
        drop_output(result);
    return result;
}

void worker_result_free(struct worker_result *result)
{
    if (!result)
        return;
    for (size_t i = 0; i < result->record_count; i++)
        record_release(result->records[i]);
    free(result->records);
    free(result->withdrawn);
    free(result->state);
    free(result);
}
