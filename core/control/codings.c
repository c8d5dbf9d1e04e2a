#include "core/control/codings.h"

#include "core/base/clock.h"
#include "core/bus/bus.h"
#include "core/store/codings.h"
#include "core/store/events.h"
#include "lib/base/buffer.h"
#include "lib/record/record.h"
#include "lib/record/vocabulary.h"

#include <stdlib.h>
#include <string.h>

enum { VALUE_MAX = 500, PARTIES_MAX = 40 };

/* Fields of one word, and the list of words that it is of. */
static const struct {
    const char *name;
    unsigned field;
    enum vocabulary vocabulary;
} word_fields[] = {
    {"type", ENT_REPORT_TYPE, VOCABULARY_TYPE},       {"subtype", ENT_REPORT_SUBTYPE, VOCABULARY_SUBTYPE},
    {"status", ENT_REPORT_STATUS, VOCABULARY_STATUS}, {"modality", ENT_REPORT_MODALITY, VOCABULARY_MODALITY},
    {"scope", ENT_REPORT_SCOPE, VOCABULARY_SCOPE},
};
enum { WORD_FIELDS = sizeof word_fields / sizeof *word_fields, FIELDS_MAX = WORD_FIELDS + 2 };

struct coded {
    const char *field;
    struct buffer value, machine;
};

struct job {
    const char *event, *author;
    struct coded coded[FIELDS_MAX];
    size_t count;
    char id[DIGEST_HEX_SIZE]; /* that the event has today */
};

/* ---- one form for what people and machine say ---- */

static int compare_texts(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* "KEN recipient; GBR supplier" in order; the parts are of the caller's buffer. */
static void join_sorted(struct buffer *out, char **parts, size_t count)
{
    qsort(parts, count, sizeof *parts, compare_texts);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || strcmp(parts[i], parts[i - 1]) != 0)
            buffer_printf(out, "%s%s", out->size ? "; " : "", parts[i]);
}

static bool is_party(const char *text)
{
    size_t id = strcspn(text, " ");
    return id >= 3 && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_:.-") == id &&
           text[id] == ' ' && vocabulary_has(VOCABULARY_ROLE, text + id + 1);
}

static bool read_actors(const char *text, struct buffer *out, struct error *error)
{
    char copy[VALUE_MAX + 1], *parts[PARTIES_MAX], *save = NULL;
    size_t count = 0;
    snprintf(copy, sizeof copy, "%s", text);
    for (char *part = strtok_r(copy, ";", &save); part; part = strtok_r(NULL, ";", &save)) {
        part += strspn(part, " ");
        for (size_t end = strlen(part); end > 0 && part[end - 1] == ' '; end--)
            part[end - 1] = '\0';
        if (!*part)
            continue;
        if (count == PARTIES_MAX || !is_party(part))
            return error_set(error, ERROR_INPUT, "actors: '%.60s' is no party with its role, such as 'GBR supplier'", part);
        parts[count++] = part;
    }
    join_sorted(out, parts, count);
    return true;
}

static void machine_actors(struct record_view event, struct buffer *out)
{
    struct buffer texts[PARTIES_MAX];
    char *parts[PARTIES_MAX];
    size_t count = 0;
    struct record_view actor;
    for (size_t i = 0; count < PARTIES_MAX && record_get_view(event, ENT_REPORT_ACTOR, i, &actor); i++) {
        const char *id = record_text(actor, ENT_ACTOR_ID), *role = record_text(actor, ENT_ACTOR_ROLE);
        texts[count] = (struct buffer)BUFFER_INIT;
        buffer_printf(&texts[count], "%s %s", id ? id : "UNK", role ? role : "participant");
        if (!texts[count].failed)
            parts[count] = texts[count].bytes;
        else
            out->failed = true;
        count++;
    }
    if (!out->failed)
        join_sorted(out, parts, count);
    for (size_t i = 0; i < count; i++)
        buffer_free(&texts[i]);
}

static void machine_date(struct record_view event, struct buffer *out)
{
    struct record_view date;
    if (!record_get_view(event, ENT_REPORT_DATE, 0, &date))
        return;
    const char *start = record_text(date, ENT_DATE_START), *end = record_text(date, ENT_DATE_END);
    buffer_append_text(out, start ? start : "");
    if (end && (!start || strcmp(start, end) != 0))
        buffer_printf(out, "/%s", end);
}

static bool read_date(const char *text, struct buffer *out, struct error *error)
{
    if (strspn(text, "0123456789-/") != strlen(text))
        return error_set(error, ERROR_INPUT, "date: '%.40s' is no date; write 2024, 2024-05, 2024-05-19 or START/END", text);
    const char *slash = strchr(text, '/');
    bool is_one = slash && strncmp(text, slash + 1, (size_t)(slash - text)) == 0 && strlen(slash + 1) == (size_t)(slash - text);
    buffer_append(out, text, is_one ? (size_t)(slash - text) : strlen(text));
    return true;
}

/* ---- the request ---- */

static bool read_value(struct job *job, const char *field, const char *text, struct error *error)
{
    struct coded *coded = &job->coded[job->count];
    *coded = (struct coded){.field = field, .value = BUFFER_INIT, .machine = BUFFER_INIT};
    job->count++;
    if (strlen(text) > VALUE_MAX)
        return error_set(error, ERROR_LIMIT, "%s: a value has at most %d bytes", field, VALUE_MAX);
    if (strcmp(field, "actors") == 0)
        return read_actors(text, &coded->value, error);
    if (strcmp(field, "date") == 0)
        return read_date(text, &coded->value, error);
    for (size_t i = 0; i < WORD_FIELDS; i++) {
        if (strcmp(word_fields[i].name, field) != 0)
            continue;
        if (*text && !vocabulary_has(word_fields[i].vocabulary, text))
            return error_set(error, ERROR_INPUT, "%s: '%.40s' is no word of the codebook", field, text);
        buffer_append_text(&coded->value, text);
        return true;
    }
    return error_set(error, ERROR_INPUT, "'%.40s' is no field that is coded; type, subtype, status, modality, scope, actors and "
                                         "date are", field);
}

static bool read_values(struct job *job, const struct control_request *request, struct error *error)
{
    json_t *values = json_object_get(request->arguments, "values"), *value;
    const char *field;
    if (!json_is_object(values) || json_object_size(values) == 0 || json_object_size(values) > FIELDS_MAX)
        return error_set(error, ERROR_INPUT, "coding-put needs 'values', an object of fields");
    json_object_foreach(values, field, value)
    {
        if (!json_is_string(value))
            return error_set(error, ERROR_INPUT, "%.40s: a value is a text", field);
        if (!read_value(job, field, json_string_value(value), error))
            return false;
    }
    return true;
}

static void put_machine(struct coded *coded, struct record_view event)
{
    if (strcmp(coded->field, "actors") == 0)
        machine_actors(event, &coded->machine);
    else if (strcmp(coded->field, "date") == 0)
        machine_date(event, &coded->machine);
    for (size_t i = 0; i < WORD_FIELDS; i++)
        if (strcmp(word_fields[i].name, coded->field) == 0 && record_text(event, word_fields[i].field))
            buffer_append_text(&coded->machine, record_text(event, word_fields[i].field));
}

static const char *text_of(const struct buffer *buffer)
{
    return buffer->bytes ? buffer->bytes : "";
}

static bool put_all(void *context, struct store *store, struct error *error)
{
    struct job *job = context;
    struct ent_record *event = NULL;
    if (!store_event_find(store, job->event, &event, NULL, error))
        return false;
    const char *id = record_text(event->view, ENT_REPORT_ID);
    snprintf(job->id, sizeof job->id, "%s", id ? id : job->event);
    bool ok = true;
    for (size_t i = 0; ok && i < job->count; i++) {
        struct coded *coded = &job->coded[i];
        put_machine(coded, event->view);
        ok = !(coded->machine.failed || coded->value.failed) || error_set(error, ERROR_MEMORY, "out of memory");
        const struct coding_row row = {job->id, job->author, coded->field, text_of(&coded->value), text_of(&coded->machine),
                                       clock_now()};
        ok = ok && store_coding_put(store, &row, error);
    }
    record_release(event);
    return ok;
}

static void put_result(const struct job *job, struct json_writer *result)
{
    json_key(result, "event");
    json_put_text(result, job->id);
    json_key(result, "fields");
    json_array_open(result);
    for (size_t i = 0; i < job->count; i++) {
        const struct coded *coded = &job->coded[i];
        json_object_open(result);
        json_key(result, "field");
        json_put_text(result, coded->field);
        json_key(result, "value");
        json_put_text(result, text_of(&coded->value));
        json_key(result, "machine");
        json_put_text(result, text_of(&coded->machine));
        json_key(result, "agrees");
        json_put_boolean(result, strcmp(text_of(&coded->value), text_of(&coded->machine)) == 0);
        json_object_close(result);
    }
    json_array_close(result);
}

bool control_coding_put(struct bus *bus, const struct control_request *request, struct json_writer *result,
                        struct error *error)
{
    struct job job = {.event = request->target, .author = request->author};
    bool done = read_values(&job, request, error) && bus_change(bus, put_all, &job, error);
    if (done)
        put_result(&job, result);
    for (size_t i = 0; i < job.count; i++) {
        buffer_free(&job.coded[i].value);
        buffer_free(&job.coded[i].machine);
    }
    return done;
}
