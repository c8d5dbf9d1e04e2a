#include "core/control/alerts.h"

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/bus/bus.h"
#include "core/config/config.h"
#include "core/store/baseline.h"
#include "core/store/events.h"
#include "core/store/state.h"
#include "core/watch/known_dyads.h"
#include "lib/base/calendar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AUTHOR_MAX = 200, NOTE_MAX = 4000, PATH_SIZE = 4096, EVENT_ID_SIZE = 80 };

/* ---- the functions ---- */

struct job {
    const struct alert_by *by;
    const char *alert, *watch, *event;
    enum alert_act act;
    int64_t until;
};

static bool run_act(void *context, struct store *store, struct error *error)
{
    const struct job *job = context;
    return store_alert_act(store, job->alert, job->act, job->until, job->by, clock_now(), error);
}

/* An event is named by the id that it bears today. */
static bool find_event(struct store *store, const char *given, char id[EVENT_ID_SIZE], struct error *error)
{
    struct ent_record *event;
    id[0] = '\0';
    if (!*given)
        return true;
    if (!store_event_find(store, given, &event, NULL, error))
        return false;
    snprintf(id, EVENT_ID_SIZE, "%s", record_text(event->view, ENT_REPORT_ID));
    record_release(event);
    return true;
}

static bool run_mute(void *context, struct store *store, struct error *error)
{
    const struct job *job = context;
    char event[EVENT_ID_SIZE];
    int64_t now = clock_now();
    if (!find_event(store, job->event, event, error))
        return false;
    if (job->act == ALERT_UNMUTE)
        return store_mute_remove(store, job->watch, event, now, error) &&
               store_mute_act(store, job->watch, event, ALERT_UNMUTE, 0, job->by, now, error);
    struct mute mute = {job->watch, event, job->until, now, job->by->author, job->by->note ? job->by->note : ""};
    if (job->until <= now)
        return error_set(error, ERROR_INPUT, "a mute ends in the future");
    return store_mute_put(store, &mute, error) &&
           store_mute_act(store, job->watch, event, ALERT_MUTE, job->until, job->by, now, error);
}

bool control_alert_act(struct bus *bus, const struct alert_by *by, const char *alert, enum alert_act act, int64_t until,
                       struct error *error)
{
    struct job job = {.by = by, .alert = alert, .act = act, .until = until};
    return bus_change(bus, run_act, &job, error);
}

bool control_mute(struct bus *bus, const struct alert_by *by, const char *watch, const char *event, int64_t until,
                  struct error *error)
{
    struct job job = {.by = by, .watch = watch, .event = event, .act = ALERT_MUTE, .until = until};
    return bus_change(bus, run_mute, &job, error);
}

bool control_unmute(struct bus *bus, const struct alert_by *by, const char *watch, const char *event, struct error *error)
{
    struct job job = {.by = by, .watch = watch, .event = event, .act = ALERT_UNMUTE};
    return bus_change(bus, run_mute, &job, error);
}

/* ---- known dyads ---- */

static bool put_dyads(void *context, struct store *store, struct error *error)
{
    const struct known_dyads *dyads = context;
    for (size_t i = 0; i < known_dyads_count(dyads); i++)
        if (!store_known_dyad_put(store, known_dyads_at(dyads, i), error))
            return false;
    return true;
}

static bool import_baseline(struct bus *bus, const struct control_request *request, char *text, size_t text_size,
                            struct error *error)
{
    char path[PATH_SIZE], *bytes = NULL;
    size_t size = 0;
    struct csv_error problem;
    if (strncmp(request->target, BASELINE_PREFIX, sizeof BASELINE_PREFIX - 1) != 0 || strchr(request->target, '/'))
        return error_set(error, ERROR_INPUT, "'%.60s' is no file of known pairs in the state directory", request->target);
    if (!state_path(path, sizeof path, bus_state_dir(bus), request->target, error) ||
        !config_read_file(path, KNOWN_DYADS_SIZE_MAX, &bytes, &size, error))
        return false;
    struct known_dyads *dyads = known_dyads_read(bytes, size, &problem);
    free(bytes);
    if (!dyads)
        return error_set(error, ERROR_INPUT, "line %d: %s", problem.line, problem.text);
    bool done = bus_change(bus, put_dyads, dyads, error);
    snprintf(text, text_size, "%zu known pair%s imported.", known_dyads_count(dyads),
             known_dyads_count(dyads) == 1 ? "" : "s");
    known_dyads_destroy(dyads);
    return done;
}

/* ---- requests ---- */

static bool read_text(const struct control_request *request, const char *name, size_t most, const char **text,
                      struct error *error)
{
    const json_t *value = json_object_get(request->arguments, name);
    *text = json_string_value(value);
    if (value && !*text)
        return error_set(error, ERROR_INPUT, "'%s' of %s must be a string", name, control_row(request->command)->name);
    if (*text && json_string_length(value) > most)
        return error_set(error, ERROR_LIMIT, "'%s' has more than %zu bytes", name, most);
    return true;
}

static bool read_until(const struct control_request *request, int64_t *until, struct error *error)
{
    const json_t *value = json_object_get(request->arguments, "until");
    const char *text = json_string_value(value);
    *until = clock_now() + CONTROL_MUTE_DAYS * INT64_C(86400000);
    if (!value)
        return true;
    if (json_is_integer(value)) {
        *until = json_integer_value(value);
        return true;
    }
    return (text && calendar_parse(text, strlen(text), until, NULL)) ||
           error_set(error, ERROR_INPUT, "'until' must be a time such as 2027-01-31T08:00:00Z");
}

static bool check_arguments(const struct control_request *request, struct error *error)
{
    static const char *const known[] = {"author", "note", "until"};
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
    }
    return true;
}

static bool act_of(enum control_command command, enum alert_act *act)
{
    switch (command) {
    case CONTROL_ALERT_ACKNOWLEDGE:
        *act = ALERT_ACKNOWLEDGE;
        return true;
    case CONTROL_ALERT_MUTE:
        *act = ALERT_MUTE;
        return true;
    case CONTROL_ALERT_UNMUTE:
        *act = ALERT_UNMUTE;
        return true;
    case CONTROL_ALERT_RESOLVE:
        *act = ALERT_RESOLVE;
        return true;
    case CONTROL_ALERT_REOPEN:
        *act = ALERT_REOPEN;
        return true;
    case CONTROL_ALERT_NOTE:
        *act = ALERT_NOTE;
        return true;
    default:
        return false;
    }
}

/* "watch.NAME" or "event.ID" */
static bool mute_or_unmute(struct bus *bus, const struct alert_by *by, const struct control_request *request,
                           int64_t until, struct error *error)
{
    const char *target = request->target, *watch = "", *event = "";
    if (strncmp(target, "watch.", 6) == 0 && target[6])
        watch = target + 6;
    else if (strncmp(target, "event.", 6) == 0 && target[6])
        event = target + 6;
    else
        return error_set(error, ERROR_INPUT, "'%.60s' is neither watch.NAME nor event.ID", target);
    return request->command == CONTROL_MUTE ? control_mute(bus, by, watch, event, until, error)
                                            : control_unmute(bus, by, watch, event, error);
}

static const char *text_of(enum control_command command)
{
    switch (command) {
    case CONTROL_ALERT_ACKNOWLEDGE:
        return "It is acknowledged.";
    case CONTROL_ALERT_RESOLVE:
        return "It is resolved.";
    case CONTROL_ALERT_REOPEN:
        return "It is new again.";
    case CONTROL_ALERT_NOTE:
        return "The note is kept.";
    case CONTROL_ALERT_UNMUTE:
    case CONTROL_UNMUTE:
        return "It is muted no more.";
    default:
        return "";
    }
}

bool control_alert(struct bus *bus, const struct control_request *request, struct json_writer *result,
                   struct error *error)
{
    struct alert_by by;
    enum alert_act act;
    int64_t until = 0;
    char text[120], time[CALENDAR_TEXT_SIZE];
    bool done;
    if (!check_arguments(request, error) || !read_text(request, "author", AUTHOR_MAX, &by.author, error) ||
        !read_text(request, "note", NOTE_MAX, &by.note, error) || !read_until(request, &until, error))
        return false;
    if (request->command == CONTROL_ALERT_NOTE && (!by.note || !*by.note))
        return error_set(error, ERROR_INPUT, "alert-note needs a note");
    by.author = by.author && *by.author ? by.author : request->author;
    snprintf(text, sizeof text, "%s", text_of(request->command));
    if (request->command == CONTROL_BASELINE_IMPORT)
        done = import_baseline(bus, request, text, sizeof text, error);
    else if (act_of(request->command, &act))
        done = control_alert_act(bus, &by, request->target, act, until, error);
    else
        done = mute_or_unmute(bus, &by, request, until, error);
    if (!done)
        return false;
    if (request->command == CONTROL_ALERT_MUTE || request->command == CONTROL_MUTE) {
        calendar_print(time, until);
        snprintf(text, sizeof text, "It is muted until %s.", time);
    }
    bool is_other = strcmp(by.author, request->author) != 0;
    log_write(LOG_INFO, NULL, NULL, "%s%s%s: %s %s", request->author, is_other ? " for " : "", is_other ? by.author : "",
              control_row(request->command)->name, request->target);
    json_key(result, "text");
    json_put_text(result, text);
    return true;
}
