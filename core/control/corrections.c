#include "core/control/corrections.h"

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/bus/bus.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- the functions ---- */

struct job {
    struct desk_correction correction;
    struct desk_corrected *corrected;
};

static bool run_job(void *context, struct store *store, struct error *error)
{
    struct job *job = context;
    return desk_correct(store, &job->correction, clock_now(), job->corrected, error);
}

static bool correct(struct bus *bus, const struct control_author *by, struct desk_correction correction,
                    struct desk_corrected *corrected, struct error *error)
{
    struct job job = {.correction = correction, .corrected = corrected};
    job.correction.login = by->login;
    job.correction.author = by->author;
    job.correction.note = by->note;
    if (!bus_change(bus, run_job, &job, error))
        return false;
    bool is_other = by->author && *by->author && strcmp(by->author, by->login) != 0;
    log_write(LOG_INFO, NULL, NULL, "%s%s%s: correction %lld, %s event %.8s", by->login, is_other ? " for " : "",
              is_other ? by->author : "", (long long)corrected->number, correction_kind_word(correction.kind),
              corrected->event);
    return true;
}

bool control_event_confirm(struct bus *bus, const struct control_author *by, const char *event,
                           struct desk_corrected *corrected, struct error *error)
{
    return correct(bus, by, (struct desk_correction){.kind = CORRECTION_CONFIRM, .event = event}, corrected, error);
}

bool control_event_reject(struct bus *bus, const struct control_author *by, const char *event,
                          struct desk_corrected *corrected, struct error *error)
{
    return correct(bus, by, (struct desk_correction){.kind = CORRECTION_REJECT, .event = event}, corrected, error);
}

bool control_event_merge(struct bus *bus, const struct control_author *by, const char *event, const char *other,
                         struct desk_corrected *corrected, struct error *error)
{
    return correct(bus, by, (struct desk_correction){.kind = CORRECTION_MERGE, .event = event, .other = other}, corrected,
                   error);
}

bool control_event_split(struct bus *bus, const struct control_author *by, const char *event,
                         const char *const *reports, size_t count, struct desk_corrected *corrected,
                         struct error *error)
{
    struct desk_correction correction = {
        .kind = CORRECTION_SPLIT, .event = event, .words = reports, .word_count = count};
    return correct(bus, by, correction, corrected, error);
}

bool control_event_set(struct bus *bus, const struct control_author *by, const char *event,
                       const char *const *settings, size_t count, struct desk_corrected *corrected,
                       struct error *error)
{
    struct desk_correction correction = {
        .kind = CORRECTION_SET, .event = event, .words = settings, .word_count = count};
    return correct(bus, by, correction, corrected, error);
}

bool control_event_undo(struct bus *bus, const struct control_author *by, int64_t number,
                        struct desk_corrected *corrected, struct error *error)
{
    return correct(bus, by, (struct desk_correction){.kind = CORRECTION_UNDO, .number = number}, corrected, error);
}

/* ---- requests ---- */

static const char *text_argument(const struct control_request *request, const char *name)
{
    return json_string_value(json_object_get(request->arguments, name));
}

/* The strings are the request's; the array is the caller's to free. NULL with `error` filled. */
static const char **list_argument(const struct control_request *request, const char *name, size_t *count,
                                  struct error *error)
{
    const json_t *list = json_object_get(request->arguments, name);
    *count = json_array_size(list);
    if (*count > CORRECTION_REPORTS_MAX) {
        error_set(error, ERROR_LIMIT, "'%s' holds more than %d entries", name, CORRECTION_REPORTS_MAX);
        return NULL;
    }
    const char **words = calloc(*count + 1, sizeof *words);
    if (!words)
        error_set(error, ERROR_MEMORY, "out of memory");
    for (size_t i = 0; words && i < *count; i++)
        if (!(words[i] = json_string_value(json_array_get(list, i)))) {
            error_set(error, ERROR_INPUT, "'%s' of %s must be an array of strings", name,
                      control_row(request->command)->name);
            free(words);
            return NULL;
        }
    return words;
}

static bool check_arguments(const struct control_request *request, struct error *error)
{
    static const char *const known[] = {"author", "note", "other", "reports", "set"};
    const char *key;
    json_t *value;
    json_t *arguments = (json_t *)(uintptr_t)request->arguments; /* jansson's iteration takes no const */
    json_object_foreach(arguments, key, value)
    {
        size_t at = 0;
        while (at < sizeof known / sizeof *known && strcmp(known[at], key) != 0)
            at++;
        if (at == sizeof known / sizeof *known)
            return error_set(error, ERROR_INPUT, "'%.60s' is no argument of %s", key, control_row(request->command)->name);
        bool is_list = strcmp(key, "reports") == 0 || strcmp(key, "set") == 0;
        if (is_list ? !json_is_array(value) : !json_is_string(value))
            return error_set(error, ERROR_INPUT, "'%s' of %s must be %s", key, control_row(request->command)->name,
                             is_list ? "an array of strings" : "a string");
    }
    return true;
}

static bool undo(struct bus *bus, const struct control_author *by, const struct control_request *request,
                 struct desk_corrected *corrected, struct error *error)
{
    char *end = NULL;
    errno = 0;
    long long number = isdigit((unsigned char)*request->target) ? strtoll(request->target, &end, 10) : 0;
    if (number <= 0 || errno || *end)
        return error_set(error, ERROR_INPUT, "'%.60s' is no number of a correction; 'entente event corrections' lists them",
                         request->target);
    return control_event_undo(bus, by, number, corrected, error);
}

static bool with_list(struct bus *bus, const struct control_author *by, const struct control_request *request,
                      struct desk_corrected *corrected, struct error *error)
{
    size_t count;
    bool is_set = request->command == CONTROL_EVENT_SET;
    const char **words = list_argument(request, is_set ? "set" : "reports", &count, error);
    bool ok = words && (is_set ? control_event_set(bus, by, request->target, words, count, corrected, error)
                               : control_event_split(bus, by, request->target, words, count, corrected, error));
    free(words);
    return ok;
}

static bool dispatch(struct bus *bus, const struct control_author *by, const struct control_request *request,
                     struct desk_corrected *corrected, struct error *error)
{
    switch (request->command) {
    case CONTROL_EVENT_CONFIRM:
        return control_event_confirm(bus, by, request->target, corrected, error);
    case CONTROL_EVENT_REJECT:
        return control_event_reject(bus, by, request->target, corrected, error);
    case CONTROL_EVENT_MERGE:
        return control_event_merge(bus, by, request->target, text_argument(request, "other"), corrected, error);
    case CONTROL_EVENT_SPLIT:
    case CONTROL_EVENT_SET:
        return with_list(bus, by, request, corrected, error);
    case CONTROL_EVENT_UNDO:
        return undo(bus, by, request, corrected, error);
    default:
        return error_set(error, ERROR_STATE, "'%s' is no correction", control_row(request->command)->name);
    }
}

static void put_result(struct json_writer *result, const struct control_request *request,
                       const struct desk_corrected *corrected)
{
    struct buffer text = BUFFER_INIT;
    static const char *const done[] = {"confirmed", "rejected", "merged", "split", "corrected", "as it was"};
    buffer_printf(&text, "Event %.8s is %s (correction %lld).", corrected->event,
                  done[request->command - CONTROL_EVENT_CONFIRM], (long long)corrected->number);
    if (*corrected->other)
        buffer_printf(&text, " The reports moved are event %.8s.", corrected->other);
    json_key(result, "text");
    json_put_text(result, text.bytes);
    json_key(result, "correction");
    json_put_integer(result, corrected->number);
    json_key(result, "event");
    json_put_text(result, corrected->event);
    if (*corrected->other) {
        json_key(result, "other");
        json_put_text(result, corrected->other);
    }
    buffer_free(&text);
}

bool control_correct(struct bus *bus, const struct control_request *request, struct json_writer *result,
                     struct error *error)
{
    struct desk_corrected corrected;
    if (!check_arguments(request, error))
        return false;
    struct control_author by = {
        .login = request->author, .author = text_argument(request, "author"), .note = text_argument(request, "note")};
    if (!dispatch(bus, &by, request, &corrected, error))
        return false;
    put_result(result, request, &corrected);
    return true;
}
