#include "core/cli/status_gather.h"

#include "core/cli/message.h"
#include "core/control/client.h"
#include "core/query/status.h"

#include <string.h>

enum { TIMEOUT_MS = 5000 };

/* What the store knows, as an object. NULL with `error` filled. */
static json_t *read_store(struct query *query, struct error *error)
{
    struct buffer text = BUFFER_INIT;
    struct json_writer writer;
    json_begin(&writer, &text);
    json_object_open(&writer);
    bool ok = query_status(query, &writer, error);
    json_object_close(&writer);
    json_t *object = ok && !text.failed ? json_loadb(text.bytes, text.size, 0, NULL) : NULL;
    if (ok && !object)
        error_set(error, ERROR_MEMORY, "out of memory");
    buffer_free(&text);
    return object;
}

static const char *const processor_members[] = {"finished", "held", "held_since", "passed_by", "text", NULL};

/* Rows of the store's lists by the kind of instance that they are of. */
static const struct {
    const char *kind, *list;
    bool short_names;           /* "log" and not "sink.log" */
    const char *const *members; /* of the instance, that take the place of the row's; ended by NULL */
} lists[] = {
    {"source", "sources", false,
     (const char *const[]){"last_fetch", "last_success", "next_fetch", "failures", "items", "gone", "text", NULL}},
    {"transform", "processors", false, processor_members},
    {"classifier", "processors", false, processor_members},
    {"detector", "detectors", false, (const char *const[]){"text", NULL}},
    /* What a sink delivered since the daemon started is less than what the store knows. */
    {"sink", "sinks", true, (const char *const[]){"text", NULL}},
    {"service", "services", false, (const char *const[]){"text", NULL}}, /* the store knows nothing of these */
};
enum { LISTS = sizeof lists / sizeof *lists };
static const char *const common_members[] = {"state",   "why",   "in_flight", "isolation", "process", "plugin",
                                             "version", "since", "replaced",  "metrics",   NULL};

static json_t *find_row(json_t *rows, const char *name)
{
    size_t index;
    json_t *row;
    json_array_foreach(rows, index, row)
    {
        const char *other = json_string_value(json_object_get(row, "name"));
        if (other && strcmp(other, name) == 0)
            return row;
    }
    row = json_pack("{s:s}", "name", name);
    return json_array_append_new(rows, row) == 0 ? row : NULL;
}

static void copy_members(json_t *row, json_t *instance, const char *const *members)
{
    for (; *members; members++) {
        json_t *value = json_object_get(instance, *members);
        bool says_something = value && !(json_is_string(value) && !*json_string_value(value));
        if (says_something)
            json_object_set(row, *members, value);
    }
}

static void lay_over(json_t *status, json_t *instance)
{
    const char *kind = json_string_value(json_object_get(instance, "kind"));
    const char *name = json_string_value(json_object_get(instance, "name"));
    for (size_t i = 0; kind && name && i < LISTS; i++) {
        if (strcmp(kind, lists[i].kind) != 0)
            continue;
        const char *dot = strchr(name, '.');
        if (!json_object_get(status, lists[i].list))
            json_object_set_new(status, lists[i].list, json_array());
        json_t *row = find_row(json_object_get(status, lists[i].list), lists[i].short_names && dot ? dot + 1 : name);
        copy_members(row, instance, lists[i].members);
        copy_members(row, instance, common_members);
        json_t *last = json_object_get(json_object_get(status, "daemon"), "items");
        json_t *finished = json_object_get(instance, "finished");
        if (last && finished)
            json_object_set_new(row, "behind", json_integer(json_integer_value(last) - json_integer_value(finished)));
    }
}

/* What the store knows and the daemon does not have: an instance that was taken out of the configuration. */
static void mark_others(json_t *status)
{
    static const char *const names[] = {"sources", "processors", "detectors", "sinks"};
    size_t index;
    json_t *row;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        json_array_foreach(json_object_get(status, names[i]), index, row)
        {
            const char *name = json_string_value(json_object_get(row, "name"));
            if (!json_object_get(row, "state") && name && strcmp(name, "desk") != 0)
                json_object_set_new(row, "state", json_string("not configured"));
        }
}

json_t *status_gather(const char *state_dir, bool *running)
{
    struct error daemon_error = ERROR_INIT, store_error = ERROR_INIT;
    json_t *live = control_call(state_dir, CONTROL_STATUS, NULL, TIMEOUT_MS, running, &daemon_error);
    struct query *query = query_open(state_dir, &store_error);
    json_t *status = query ? read_store(query, &store_error) : NULL;
    query_close(query);
    if (!status && !live) {
        message_failure("%s", *running ? daemon_error.text : store_error.text);
        return NULL;
    }
    if (*running && !live)
        message_note("%s", daemon_error.text);
    if (!status)
        status = json_pack("{s:[],s:[],s:[],s:[],s:[]}", "sources", "processors", "watches", "detectors", "sinks");
    size_t index;
    json_t *instance;
    json_t *daemon = json_object_get(live, "daemon");
    if (daemon)
        json_object_set(status, "daemon", daemon);
    if (json_array_size(json_object_get(live, "processes")) > 0)
        json_object_set(status, "processes", json_object_get(live, "processes"));
    json_array_foreach(json_object_get(live, "instances"), index, instance) lay_over(status, instance);
    if (json_object_get(live, "instances"))
        mark_others(status);
    json_object_set_new(status, "running", json_boolean(*running));
    json_decref(live);
    return status;
}
