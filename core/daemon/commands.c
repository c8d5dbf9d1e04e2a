/* Commands: what the control socket's clients and services can ask of the daemon. The clients' run on the control server's thread,
 * one at a time, those of services on threads of theirs; all hold the daemon's lock while they use the assembly, so that a reload
 * cannot take it away under them. */
#include "core/base/clock.h"
#include "core/base/condition.h"
#include "core/base/log.h"
#include "core/control/changes.h"
#include "core/control/watches.h"
#include "core/daemon/daemon_private.h"

#include <string.h>
#include <unistd.h>

enum { RELOAD_WAIT_MS = 60 * 1000 };

static void wake_main(struct daemon *daemon)
{
    const uint64_t one = 1;
    /* Fails only when it is woken already. */
    ssize_t written = write(daemon->wake, &one, sizeof one);
    (void)written;
}

/* Locks, and says why where there is nothing to work on just now; then it is unlocked again. */
static bool enter(struct daemon *daemon, struct error *error)
{
    pthread_mutex_lock(&daemon->lock);
    if (!daemon->is_swapping && assembly_bus(daemon->assembly))
        return true;
    pthread_mutex_unlock(&daemon->lock);
    return error_set(error, ERROR_STATE, "a reload is under way; try again in a moment");
}

static void leave(struct daemon *daemon)
{
    pthread_mutex_unlock(&daemon->lock);
}

/* ---- status ---- */

static void put_text(struct json_writer *json, const char *key, const char *text)
{
    json_key(json, key);
    json_put_text(json, text);
}

static void put_integer(struct json_writer *json, const char *key, int64_t value)
{
    json_key(json, key);
    json_put_integer(json, value);
}

static void put_daemon(struct json_writer *json, const struct daemon *daemon)
{
    put_text(json, "version", ENT_VERSION);
    put_integer(json, "pid", getpid());
    put_integer(json, "started", daemon->started);
    put_integer(json, "now", clock_now());
    put_text(json, "config", daemon->config);
    put_text(json, "state_dir", daemon->state_dir);
    put_integer(json, "reloads", (int64_t)daemon->reloads);
    if (daemon->reloads > 0)
        put_text(json, "last_reload", daemon->reload_text);
    put_integer(json, "failed_instances", (int64_t)assembly_failures(daemon->assembly));
    put_integer(json, "alerts_raised", assembly_alerts(daemon->assembly));
}

static void put_bus(struct json_writer *json, struct bus *bus)
{
    struct bus_stats stats;
    struct bus_backlog backlog;
    bus_read_stats(bus, &stats);
    bus_wait(bus, 0, &backlog);
    put_integer(json, "items", stats.items);
    put_integer(json, "watermark", stats.watermark);
    put_integer(json, "open_items", stats.open_items);
    put_integer(json, "pending_deliveries", backlog.deliveries);
    put_integer(json, "units", stats.units);
    put_integer(json, "transactions", stats.transactions);
    put_integer(json, "queued_units", (int64_t)stats.queued_units);
    json_key(json, "sources_paused");
    json_put_boolean(json, stats.sources_paused);
    put_text(json, "paused_because", stats.paused_because);
    put_text(json, "trouble", stats.trouble);
}

static void put_port(struct json_writer *json, const struct bus_port_stats *port)
{
    put_text(json, "text", port->text);
    put_integer(json, "in_flight", port->in_flight);
    put_integer(json, "pending", port->pending);
    switch (port->role) {
    case BUS_SOURCE:
        put_integer(json, "next_fetch", port->next_fetch);
        put_integer(json, "last_fetch", port->last_fetch);
        put_integer(json, "last_success", port->last_success);
        put_integer(json, "failures", port->failures);
        put_integer(json, "items", port->items);
        json_key(json, "gone");
        json_put_boolean(json, port->is_gone);
        break;
    case BUS_PROCESSOR:
        put_integer(json, "finished", port->finished);
        put_integer(json, "held", port->held);
        put_integer(json, "held_since", port->held_since);
        json_key(json, "passed_by");
        json_put_boolean(json, port->is_passed);
        break;
    case BUS_DETECTOR:
        put_integer(json, "cursor", port->cursor);
        put_integer(json, "alerts_raised", port->alerts);
        break;
    case BUS_SINK:
        put_integer(json, "delivered", port->delivered);
        put_integer(json, "dead", port->dead);
        break;
    }
}

/* Each member has its port, in one order, save while a reload is under way. */
static struct driver *find_driver(const struct assembly *assembly, size_t index, const char *title)
{
    struct driver *driver = index < assembly_size(assembly) ? assembly_driver(assembly, index) : NULL;
    bool is_right = driver && strcmp(instance_title(driver_instance(driver)), title) == 0;
    return is_right ? driver : assembly_find(assembly, title);
}

/* One that could not be created has its place on the bus all the same. */
static void put_missing(struct json_writer *json, const struct bus_port_stats *port)
{
    json_object_open(json);
    put_text(json, "name", port->instance);
    json_key(json, "kind");
    json_put_string(json, port->instance, strcspn(port->instance, "."));
    put_text(json, "state", "failed");
    put_text(json, "why", port->text);
    put_port(json, port);
    json_object_close(json);
}

static void put_left_out(struct json_writer *json, const struct assembly *assembly)
{
    for (size_t i = 0; i < assembly_left_out_count(assembly); i++) {
        const char *why;
        const struct setup_instance *row = assembly_left_out(assembly, i, &why);
        if (!row)
            continue;
        json_object_open(json);
        put_text(json, "name", row->title);
        put_text(json, "kind", plugin_kind_word(row->plugin_kind));
        put_text(json, "state", "failed");
        put_text(json, "why", why);
        json_object_close(json);
    }
}

static void put_instances(struct json_writer *json, const struct assembly *assembly)
{
    struct bus *bus = assembly_bus(assembly);
    json_key(json, "instances");
    json_array_open(json);
    for (size_t i = 0; i < bus_port_count(bus); i++) {
        struct bus_port_stats port;
        bus_read_port_stats(bus, i, &port);
        const struct driver *driver = find_driver(assembly, i, port.instance);
        if (!driver) {
            put_missing(json, &port);
            continue;
        }
        struct ent_instance *instance = driver_instance(driver);
        json_object_open(json);
        put_text(json, "name", port.instance);
        put_text(json, "kind", plugin_kind_word(instance_kind(instance)));
        instance_describe(instance, json);
        put_port(json, &port);
        json_object_close(json);
    }
    put_left_out(json, assembly);
    for (size_t i = 0; i < assembly_service_count(assembly); i++) {
        struct ent_instance *instance = service_instance(assembly_service(assembly, i));
        json_object_open(json);
        put_text(json, "name", instance_title(instance));
        put_text(json, "kind", plugin_kind_word(PLUGIN_SERVICE));
        instance_describe(instance, json);
        json_object_close(json);
    }
    json_array_close(json);
}

/* What stands in the file beside rule, sinks and changes, as it stands there. */
static void put_further_options(struct json_writer *json, const struct option_values *options)
{
    static const char *const shown_else[] = {"when", "to", "on", NULL};
    json_key(json, "options");
    json_object_open(json);
    for (size_t i = 0; i < options_count(options); i++) {
        const struct option_value *value = options_value(options, i);
        size_t at = 0;
        while (shown_else[at] && strcmp(shown_else[at], value->option->name) != 0)
            at++;
        if (shown_else[at] || !value->is_set)
            continue;
        json_key(json, value->option->name);
        json_put_string(json, value->raw.data, value->raw.size);
    }
    json_object_close(json);
}

/* The store knows what watches raised, the configuration what they want. */
static void put_watches(struct json_writer *json, const struct setup *setup)
{
    json_key(json, "watches");
    json_array_open(json);
    for (size_t i = 0; i < setup_watch_count(setup); i++) {
        const struct setup_watch *watch = setup_watch(setup, i);
        json_object_open(json);
        put_text(json, "name", watch->name);
        put_text(json, "when", watch->when);
        json_key(json, "enabled");
        json_put_boolean(json, watch->enabled);
        json_key(json, "to");
        json_array_open(json);
        for (const char *const *sink = watch->sinks; *sink; sink++)
            json_put_text(json, *sink);
        json_array_close(json);
        json_key(json, "on");
        json_array_open(json);
        for (const char *const *word = watch->on; *word; word++)
            json_put_text(json, *word);
        json_array_close(json);
        put_further_options(json, watch->options);
        json_key(json, "saved");
        json_put_boolean(json, watch->is_saved);
        json_object_close(json);
    }
    json_array_close(json);
}

static bool handle_status(void *context, const struct control_request *request, struct json_writer *result,
                          struct error *error)
{
    struct daemon *daemon = context;
    (void)request;
    if (!enter(daemon, error))
        return false;
    json_key(result, "daemon");
    json_object_open(result);
    put_daemon(result, daemon);
    put_bus(result, assembly_bus(daemon->assembly));
    json_object_close(result);
    put_instances(result, daemon->assembly);
    runners_describe(daemon->runners, result);
    put_watches(result, assembly_setup(daemon->assembly));
    leave(daemon);
    return true;
}

/* ---- reload and stop ---- */

/* `anew`: the instances to be made anew, NULL for none. There is place for one name until its reload begins. */
static bool want_reload_locked(struct daemon *daemon, const char *anew, struct error *error)
{
    if (anew && *daemon->reload_anew && strcmp(anew, daemon->reload_anew) != 0)
        return error_set(error, ERROR_STATE, "a reload of %s is about to begin; try again in a moment",
                         daemon->reload_anew);
    daemon->reload_wanted = true;
    if (anew)
        snprintf(daemon->reload_anew, sizeof daemon->reload_anew, "%s", anew);
    wake_main(daemon);
    return true;
}

/* Asks the main thread for it and waits until it is over; `key` of the result says what came of it. */
static bool wait_for_reload(struct daemon *daemon, const char *anew, const char *key, struct json_writer *result,
                            struct error *error)
{
    int64_t until = clock_monotonic() + RELOAD_WAIT_MS;
    bool has_time = true;
    pthread_mutex_lock(&daemon->lock);
    uint64_t before = daemon->reloads_begun; /* one that is under way has not seen what is asked for */
    if (!want_reload_locked(daemon, anew, error)) {
        pthread_mutex_unlock(&daemon->lock);
        return false;
    }
    while (has_time && daemon->reloads <= before && !daemon->stop_wanted)
        has_time = condition_wait_until(&daemon->reload_over, &daemon->lock, until);
    bool is_over = daemon->reloads > before, is_good = is_over && daemon->reload_good;
    if (is_good)
        put_text(result, key, daemon->reload_text);
    else if (is_over)
        error_set(error, ERROR_CONFIG, "%s", daemon->reload_text);
    else
        error_set(error, ERROR_STATE, "the reload is not over yet; see the log");
    pthread_mutex_unlock(&daemon->lock);
    return is_good;
}

static bool note_reload(const struct control_request *request, struct error *error)
{
    if (request->target && strlen(request->target) >= RELOAD_NAME_SIZE)
        return error_set(error, ERROR_INPUT, "the name of an instance or plugin has fewer than %d characters",
                         RELOAD_NAME_SIZE);
    log_write(LOG_INFO, NULL, NULL, "%s asks for a reload%s%s", request->author, request->target ? " of " : "",
              request->target ? request->target : "");
    return true;
}

static bool handle_reload(void *context, const struct control_request *request, struct json_writer *result,
                          struct error *error)
{
    if (!note_reload(request, error))
        return false;
    return wait_for_reload(context, request->target, "text", result, error);
}

/* A service that waited for the end of a reload could not be ended by it. */
static bool want_reload(struct daemon *daemon, const char *anew, struct error *error)
{
    pthread_mutex_lock(&daemon->lock);
    bool is_good = want_reload_locked(daemon, anew, error);
    pthread_mutex_unlock(&daemon->lock);
    return is_good;
}

static bool begin_reload(void *context, const struct control_request *request, struct json_writer *result,
                         struct error *error)
{
    if (!note_reload(request, error) || !want_reload(context, request->target, error))
        return false;
    put_text(result, "text", "The configuration is being read anew; the status says what became of it.");
    return true;
}

static bool handle_stop(void *context, const struct control_request *request, struct json_writer *result,
                        struct error *error)
{
    struct daemon *daemon = context;
    (void)error;
    log_write(LOG_INFO, NULL, NULL, "stopping: %s asks for it", request->author);
    pthread_mutex_lock(&daemon->lock);
    daemon->stop_wanted = true;
    pthread_mutex_unlock(&daemon->lock);
    wake_main(daemon);
    put_text(result, "text", "stopping");
    return true;
}

/* ---- sources, dead letters and deliveries ---- */

static bool handle_fetch(void *context, const struct control_request *request, struct json_writer *result,
                         struct error *error)
{
    struct daemon *daemon = context;
    if (!enter(daemon, error))
        return false;
    bool is_good = bus_fetch_now(assembly_bus(daemon->assembly), request->target, error);
    leave(daemon);
    if (!is_good)
        return false;
    log_write(LOG_INFO, NULL, NULL, "%s asks for a fetch of %s", request->author, request->target);
    put_text(result, "text", "The source is being fetched.");
    return true;
}

/* What changes the store is done by the code that `entente` runs without a daemon. */
static bool handle_change(void *context, const struct control_request *request, struct json_writer *result,
                          struct error *error)
{
    struct daemon *daemon = context;
    if (!enter(daemon, error))
        return false;
    /* A store that somebody has locked is waited for; meanwhile the lock is free for all that does not need the store. */
    struct assembly *assembly = daemon->assembly;
    daemon->changes++;
    leave(daemon);
    bool is_good = control_change(assembly_bus(assembly), request, result, error);
    pthread_mutex_lock(&daemon->lock);
    daemon->changes--;
    pthread_cond_broadcast(&daemon->change_over);
    leave(daemon);
    return is_good;
}

/* ---- watches that people save ---- */

static bool change_watch(struct daemon *daemon, const struct control_request *request, struct json_writer *result,
                         struct error *error)
{
    if (!enter(daemon, error))
        return false;
    const struct watch_ground ground = {.config = daemon->config,
                                        .state_dir = daemon->state_dir,
                                        .names = setup_names(assembly_setup(daemon->assembly)),
                                        .bus = assembly_bus(daemon->assembly)};
    bool is_good = control_watch(&ground, request, result, error);
    leave(daemon);
    return is_good;
}

static bool handle_watch(void *context, const struct control_request *request, struct json_writer *result,
                         struct error *error)
{
    if (!change_watch(context, request, result, error))
        return false;
    if (wait_for_reload(context, NULL, "reload", result, error))
        return true;
    error_prefix(error, request->command == CONTROL_WATCH_SAVE ? "the watch is saved" : "the watch is removed");
    return false;
}

/* For a service: the status says when it is at work. */
static bool begin_watch(void *context, const struct control_request *request, struct json_writer *result,
                        struct error *error)
{
    if (!change_watch(context, request, result, error))
        return false;
    return want_reload(context, NULL, error);
}

control_handler *const daemon_handlers[CONTROL_COMMAND_COUNT] = {
    [CONTROL_STATUS] = handle_status,
    [CONTROL_RELOAD] = handle_reload,
    [CONTROL_STOP] = handle_stop,
    [CONTROL_FETCH] = handle_fetch,
    [CONTROL_DEAD_LETTER_RETRY] = handle_change,
    [CONTROL_DEAD_LETTER_DROP] = handle_change,
    [CONTROL_DELIVERY_RETRY] = handle_change,
    [CONTROL_RECODE] = handle_change,
    [CONTROL_ALERT_ACKNOWLEDGE] = handle_change,
    [CONTROL_ALERT_MUTE] = handle_change,
    [CONTROL_ALERT_UNMUTE] = handle_change,
    [CONTROL_ALERT_RESOLVE] = handle_change,
    [CONTROL_ALERT_REOPEN] = handle_change,
    [CONTROL_ALERT_NOTE] = handle_change,
    [CONTROL_MUTE] = handle_change,
    [CONTROL_UNMUTE] = handle_change,
    [CONTROL_BASELINE_IMPORT] = handle_change,
    [CONTROL_TOKEN_CREATE] = handle_change,
    [CONTROL_TOKEN_REVOKE] = handle_change,
    [CONTROL_SESSION_CREATE] = handle_change,
    [CONTROL_CODING_PUT] = handle_change,
    [CONTROL_VIEW_SAVE] = handle_change,
    [CONTROL_VIEW_REMOVE] = handle_change,
    [CONTROL_WATCH_SAVE] = handle_watch,
    [CONTROL_WATCH_REMOVE] = handle_watch,
    [CONTROL_STORE_PRUNE] = handle_change,
    [CONTROL_EVENT_CONFIRM] = handle_change,
    [CONTROL_EVENT_REJECT] = handle_change,
    [CONTROL_EVENT_MERGE] = handle_change,
    [CONTROL_EVENT_SPLIT] = handle_change,
    [CONTROL_EVENT_SET] = handle_change,
    [CONTROL_EVENT_UNDO] = handle_change,
};

/* A service may be at work while a reload is: it is told so by each handler. Recoding hands over files, and a service
 * has none in the state directory. */
bool daemon_tell_parked(void *context, const char *instance, const char *why, struct error *error)
{
    struct daemon *daemon = context;
    if (!enter(daemon, error))
        return false;
    struct bus *bus = assembly_bus(daemon->assembly);
    daemon->changes++;
    leave(daemon);
    bool is_good = bus_tell_parked(bus, instance, why, error);
    pthread_mutex_lock(&daemon->lock);
    daemon->changes--;
    pthread_cond_broadcast(&daemon->change_over);
    leave(daemon);
    return is_good;
}

struct answer *daemon_command(void *context, const char *author, struct ent_str request)
{
    control_handler *handlers[CONTROL_COMMAND_COUNT];
    struct answer *answer = answer_create();
    struct error error = ERROR_INIT;
    struct json_writer json;
    if (!answer)
        return NULL;
    memcpy(handlers, daemon_handlers, sizeof handlers);
    handlers[CONTROL_RELOAD] = begin_reload;
    handlers[CONTROL_WATCH_SAVE] = handlers[CONTROL_WATCH_REMOVE] = begin_watch;
    handlers[CONTROL_RECODE] = NULL;
    json_begin(&json, &answer->body);
    json_object_open(&json);
    if (!control_perform(handlers, context, author, request.data, request.size, &json, &error))
        answer_fail(answer, &error);
    json_object_close(&json);
    return answer;
}
