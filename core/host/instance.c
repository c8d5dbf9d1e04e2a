#include "core/host/instance_private.h"

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/host/confinement.h"
#include "core/host/remote.h"

#include <stdlib.h>
#include <string.h>

enum {
    REVIVE_FIRST_MS = 1000,
    REVIVE_MAX_MS = 5 * 60 * 1000,
    CALLBACK_DEADLINE_MS = 30000,
    DEATHS_WINDOW_MS = 10 * 60 * 1000,
    CREATIONS_MAX = 3
};

/* ---- results as text ---- */

static const char *code_words(enum ent_code code)
{
    static const char *const words[] = {"OK", "AGAIN", "RETRY", "REJECT", "CONFIG", "FATAL"};
    return code <= ENT_FATAL ? words[code] : "an unknown result";
}

const char *instance_state_word(enum instance_state state)
{
    static const char *const words[] = {"created", "running", "broken", "parked", "stopped"};
    return words[state];
}

enum ent_code instance_checked_code(const struct ent_instance *instance, enum ent_code code)
{
    if ((unsigned)code <= ENT_FATAL)
        return code;
    log_write(LOG_WARNING, instance->settings.title, NULL, "the plugin returned %d, which is no result; taken as FATAL",
              (int)code);
    return ENT_FATAL;
}

/* ---- state ---- */

static int64_t revive_delay(int failures)
{
    int64_t delay = REVIVE_FIRST_MS;
    for (int i = 1; i < failures && delay < REVIVE_MAX_MS; i++)
        delay *= 2;
    return delay < REVIVE_MAX_MS ? delay : REVIVE_MAX_MS;
}

static void fall_out(struct ent_instance *instance, enum instance_state state, const char *text)
{
    pthread_mutex_lock(&instance->lock);
    bool is_first = instance->state != state;
    if (instance->state != INSTANCE_STOPPED && is_first) {
        instance->state = state;
        free(instance->why);
        instance->why = strndup(text, CALLBACK_TEXT_SIZE);
        if (state == INSTANCE_BROKEN) {
            instance->failures++;
            instance->revive_at = clock_monotonic() + revive_delay(instance->failures);
        }
    }
    int64_t wait = instance->revive_at - clock_monotonic();
    pthread_mutex_unlock(&instance->lock);
    if (!is_first)
        return;
    if (state == INSTANCE_PARKED)
        log_write(LOG_ERROR, instance->settings.title, NULL, "parked until the configuration changes: %s", text);
    else
        log_write(LOG_ERROR, instance->settings.title, NULL, "broken, will be created anew in %lld ms: %s",
                  (long long)wait, text);
}

int64_t instance_deaths_window(int deaths_max, int64_t hang_ms)
{
    return DEATHS_WINDOW_MS + deaths_max * hang_ms;
}

/* Whether its process has died so often that it is to be left alone. */
static bool has_died_out(struct ent_instance *instance)
{
    int64_t now = clock_monotonic();
    int64_t window = instance_deaths_window(instance->settings.deaths_max, instance->callback_deadline_ms);
    pthread_mutex_lock(&instance->lock);
    if (instance->deaths == 0 || now - instance->first_death > window) {
        instance->deaths = 0;
        instance->first_death = now;
    }
    instance->deaths++;
    bool is_over = instance->settings.deaths_max > 0 && instance->deaths >= instance->settings.deaths_max;
    instance->is_alarming |= is_over;
    pthread_mutex_unlock(&instance->lock);
    return is_over;
}

/* A reason without the title, which all that is told of an instance has before it. */
static const char *without_title(const struct ent_instance *instance, const char *text)
{
    size_t size = strlen(instance->settings.title);
    bool has_title = strncmp(text, instance->settings.title, size) == 0 && strncmp(text + size, ": ", 2) == 0;
    return has_title ? text + size + 2 : text;
}

/* Broken; or parked, where it is a death too many. */
static void break_down(struct ent_instance *instance, const char *text)
{
    text = without_title(instance, text);
    if (!instance->remote || !remote_take_death(instance->remote) || !has_died_out(instance)) {
        fall_out(instance, INSTANCE_BROKEN, text);
        return;
    }
    char why[CALLBACK_TEXT_SIZE];
    snprintf(why, sizeof why, "its process has died %d times in a row, at last: %s", instance->deaths, text);
    fall_out(instance, INSTANCE_PARKED, why);
}

void instance_heed_code(struct ent_instance *instance, enum ent_code code, const char *text)
{
    if (code == ENT_CONFIG)
        fall_out(instance, INSTANCE_PARKED, text);
    else if (code == ENT_FATAL)
        break_down(instance, text);
}

void instance_lose(struct ent_instance *instance, const char *why, int64_t wait_ms)
{
    pthread_mutex_lock(&instance->lock);
    bool is_news = instance->state == INSTANCE_RUNNING || instance->state == INSTANCE_CREATED;
    if (is_news) {
        instance->state = INSTANCE_BROKEN;
        free(instance->why);
        instance->why = strndup(why, CALLBACK_TEXT_SIZE);
        instance->revive_at = clock_monotonic() + wait_ms;
        if (instance->settings.backing.response_ready)
            instance->settings.backing.response_ready(instance->settings.backing.context, instance);
    }
    pthread_mutex_unlock(&instance->lock);
}

bool instance_take_alarm(struct ent_instance *instance)
{
    pthread_mutex_lock(&instance->lock);
    bool is_alarming = instance->is_alarming;
    instance->is_alarming = false;
    pthread_mutex_unlock(&instance->lock);
    return is_alarming;
}

enum instance_state instance_state(struct ent_instance *instance)
{
    pthread_mutex_lock(&instance->lock);
    enum instance_state state = instance->state;
    pthread_mutex_unlock(&instance->lock);
    return state;
}

bool instance_is_parked(struct ent_instance *instance, char *why, size_t size)
{
    pthread_mutex_lock(&instance->lock);
    bool is_parked = instance->state == INSTANCE_PARKED;
    if (is_parked)
        snprintf(why, size, "%s", instance->why ? instance->why : "no reason is known");
    pthread_mutex_unlock(&instance->lock);
    return is_parked;
}

/* ---- lifecycle ---- */

static bool call_check(struct ent_instance *instance, struct error *error)
{
    if (!instance->ops->check)
        return true;
    host_error_clear();
    enum ent_code code = instance_checked_code(instance, instance->ops->check(&host_table, instance));
    if (code == ENT_OK)
        return true;
    const char *text = host_error_text();
    return error_set(error, code == ENT_RETRY ? ERROR_STATE : ERROR_CONFIG, "%s: %s", instance->settings.title,
                     *text ? text : "its plugin refuses these options without saying why");
}

static bool call_create(struct ent_instance *instance, struct error *error)
{
    host_error_clear();
    instance->self = instance->ops->create ? instance->ops->create(&host_table, instance) : instance;
    instance->is_created = instance->self != NULL;
    instance->since = clock_now();
    if (instance->self)
        return true;
    const char *text = host_error_text();
    enum error_kind kind = instance_state(instance) == INSTANCE_BROKEN ? ERROR_STATE : ERROR_CONFIG;
    return error_set(error, kind, "%s: cannot be created: %s", instance->settings.title,
                     *text ? text : "its plugin does not say why");
}

/* check, unless it has taken the options before, and create. */
static bool make_plugin(struct ent_instance *instance, struct error *error)
{
    instance->is_checked = instance->is_checked || call_check(instance, error);
    return instance->is_checked && call_create(instance, error);
}

/* By its own fault or another's. */
static bool has_lost_process(struct ent_instance *instance)
{
    return instance->remote &&
           (remote_has_died(instance->remote) || instance_state(instance) == INSTANCE_BROKEN);
}

static void call_destroy(struct ent_instance *instance)
{
    if (instance->is_started && instance->ops->stop)
        instance->ops->stop(instance->self);
    instance->is_started = false;
    if (instance->is_created && instance->ops->destroy)
        instance->ops->destroy(instance->self);
    instance->is_created = false;
    instance->self = NULL;
    pthread_mutex_lock(&instance->lock);
    listen_paths_remove(&instance->listening);
    pthread_mutex_unlock(&instance->lock);
}

static void free_instance(struct ent_instance *instance)
{
    while (instance->responses) {
        struct http_response *response = instance->responses;
        instance->responses = response->next;
        http_response_destroy(response);
    }
    remote_close(instance->remote);
    listen_paths_remove(&instance->listening);
    pthread_mutex_destroy(&instance->lock);
    free(instance->why);
    free(instance->running);
    free(instance->metrics);
    free(instance->folder);
    confinement_free(instance->confinement);
    free(instance);
}

static const char *plugin_name(const struct instance_settings *settings)
{
    return settings->plugin ? settings->plugin->descriptor->name : settings->info->name;
}

static uint32_t plugin_flags(const struct instance_settings *settings)
{
    return settings->plugin ? settings->plugin->descriptor->flags : settings->info->flags;
}

static unsigned plugin_kinds(const struct instance_settings *settings)
{
    return settings->plugin ? settings->plugin->kinds : settings->info->kinds;
}

static size_t choose_workers(const struct instance_settings *settings)
{
    const struct option_value *workers = options_find(settings->options, "workers");
    if (!workers || workers->integer <= 1)
        return 1;
    if (!(plugin_flags(settings) & ENT_STATELESS)) {
        log_write(LOG_WARNING, settings->title, NULL,
                  "workers = %lld has no effect: plugin %s keeps state, so it runs one callback at a time",
                  (long long)workers->integer, plugin_name(settings));
        return 1;
    }
    return workers->integer < WORKERS_MAX ? (size_t)workers->integer : WORKERS_MAX;
}

/* Nothing of the plugin has run yet. */
static struct ent_instance *make_instance(const struct instance_settings *settings, struct error *error)
{
    struct ent_instance *instance = calloc(1, sizeof *instance);
    if (!instance) {
        error_set(error, ERROR_MEMORY, "%s: no memory for the instance", settings->title);
        return NULL;
    }
    instance->settings = *settings;
    instance->ops = settings->plugin ? settings->plugin->descriptor->ops : &remote_ops;
    instance->interface = host_interface;
    instance->workers = choose_workers(settings);
    instance->callback_deadline_ms = CALLBACK_DEADLINE_MS;
    instance->failing = -1;
    const struct option_value *limit = options_find(settings->options, "hang_after");
    if (limit && limit->integer > 0)
        instance->callback_deadline_ms = limit->integer;
    instance->responses_end = &instance->responses;
    pthread_mutex_init(&instance->lock, NULL);
    instance->running = calloc(instance->workers, sizeof *instance->running);
    instance->remote = settings->plugin ? NULL : remote_open(instance);
    if (!instance->running || (!settings->plugin && !instance->remote)) {
        error_set(error, ERROR_MEMORY, "%s: no memory for the instance", settings->title);
    } else if (!(plugin_kinds(settings) & settings->kind)) {
        char kinds[80];
        plugin_kinds_print(kinds, sizeof kinds, plugin_kinds(settings));
        error_set(error, ERROR_CONFIG, "%s: plugin %s cannot be a %s, only: %s", settings->title, plugin_name(settings),
                  plugin_kind_word(settings->kind), kinds);
    } else {
        return instance;
    }
    free_instance(instance);
    return NULL;
}

struct ent_instance *instance_create(const struct instance_settings *settings, struct error *error)
{
    for (int i = 1;; i++) {
        *error = (struct error)ERROR_INIT;
        struct ent_instance *instance = make_instance(settings, error);
        if (!instance || make_plugin(instance, error))
            return instance;
        /* Anew where its process ended meanwhile, which was not through its fault. */
        bool is_last = error->kind != ERROR_STATE || i == CREATIONS_MAX;
        if (is_last && settings->survives_creation && has_lost_process(instance)) {
            break_down(instance, error->text);
            return instance;
        }
        free_instance(instance);
        if (is_last)
            return NULL;
    }
}

struct ent_instance *instance_check(const struct instance_settings *settings, struct error *error)
{
    /* Where its process ended, and it may have been through another's fault, it is asked again by itself. */
    for (int i = 0; i < 2; i++) {
        struct instance_settings own = *settings;
        own.is_alone = i > 0;
        struct ent_instance *instance = make_instance(&own, error);
        if (!instance || call_check(instance, error))
            return instance;
        free_instance(instance);
        if (error->kind != ERROR_STATE)
            break;
    }
    return NULL;
}

static bool call_start(struct ent_instance *instance, struct error *error)
{
    /* Its process may have ended since it was created. */
    if (instance_state(instance) == INSTANCE_BROKEN)
        return error_set(error, ERROR_STATE, "%s: cannot be started: it is broken", instance->settings.title);
    host_error_clear();
    enum ent_code code =
        instance->ops->start ? instance_checked_code(instance, instance->ops->start(instance->self)) : ENT_OK;
    if (code == ENT_OK) {
        instance->is_started = true;
        pthread_mutex_lock(&instance->lock);
        instance->state = INSTANCE_RUNNING;
        free(instance->why);
        instance->why = NULL;
        pthread_mutex_unlock(&instance->lock);
        return true;
    }
    const char *text = *host_error_text() ? host_error_text() : "its plugin does not say why";
    error_set(error, ERROR_CONFIG, "%s: cannot be started (%s): %s", instance->settings.title, code_words(code), text);
    if (code == ENT_CONFIG)
        fall_out(instance, INSTANCE_PARKED, text);
    else
        break_down(instance, text);
    return false;
}

bool instance_start(struct ent_instance *instance, struct error *error)
{
    bool is_started = call_start(instance, error);
    instance->has_begun = true;
    return is_started;
}

int64_t instance_revive_wait(struct ent_instance *instance)
{
    pthread_mutex_lock(&instance->lock);
    int64_t wait = instance->revive_at - clock_monotonic();
    pthread_mutex_unlock(&instance->lock);
    return wait;
}

bool instance_revive(struct ent_instance *instance)
{
    pthread_mutex_lock(&instance->lock);
    bool is_due = instance->state == INSTANCE_BROKEN;
    int failures = instance->failures;
    if (is_due)
        instance->state = INSTANCE_CREATED;
    pthread_mutex_unlock(&instance->lock);
    if (!is_due)
        return false;
    struct error error = ERROR_INIT;
    call_destroy(instance);
    instance->generation++;
    if (!make_plugin(instance, &error)) {
        break_down(instance, error.text);
        return false;
    }
    if (!instance_start(instance, &error))
        return false;
    if (failures > 0)
        log_write(LOG_INFO, instance->settings.title, NULL, "created anew after failure %d", failures);
    return true;
}

void instance_drain(struct ent_instance *instance, int64_t deadline_ms)
{
    atomic_store(&instance->is_draining, true);
    if (instance->is_started && instance->ops->drain)
        instance->ops->drain(instance->self, deadline_ms);
    if (instance->settings.http)
        http_cancel(instance->settings.http);
}

void instance_destroy(struct ent_instance *instance)
{
    if (!instance)
        return;
    pthread_mutex_lock(&instance->lock);
    instance->state = INSTANCE_STOPPED;
    pthread_mutex_unlock(&instance->lock);
    call_destroy(instance);
    free_instance(instance);
}

/* ---- looking on ---- */

void instance_watch(struct ent_instance *instance)
{
    struct running late[WORKERS_MAX];
    size_t count = 0;
    int64_t now = clock_monotonic();
    if (instance->remote)
        return; /* its process is ended where it is late */
    pthread_mutex_lock(&instance->lock);
    for (size_t i = 0; i < instance->workers; i++) {
        struct running *slot = &instance->running[i];
        if (!slot->callback || slot->is_told || slot->is_endless ||
            now - slot->started <= instance->callback_deadline_ms)
            continue;
        slot->is_told = true;
        late[count++] = *slot;
    }
    pthread_mutex_unlock(&instance->lock);
    for (size_t i = 0; i < count; i++)
        log_write(
            LOG_WARNING, instance->settings.title, NULL,
            "%s has been running for %lld ms, past its deadline of %lld ms; without isolation it cannot be stopped",
            late[i].callback, (long long)(now - late[i].started), (long long)instance->callback_deadline_ms);
}

const char *instance_title(const struct ent_instance *instance)
{
    return instance->settings.title;
}

unsigned instance_kind(const struct ent_instance *instance)
{
    return instance->settings.kind;
}

size_t instance_workers(const struct ent_instance *instance)
{
    return instance->workers;
}

const struct option_values *instance_options(const struct ent_instance *instance)
{
    return instance->settings.options;
}

bool instance_metric(struct ent_instance *instance, const char *name, double *value)
{
    bool found = false;
    pthread_mutex_lock(&instance->lock);
    for (size_t i = 0; !found && i < instance->metric_count; i++) {
        const struct metric *metric = &instance->metrics[i];
        found = strcmp(metric->name, name) == 0;
        if (found)
            *value = metric->is_gauge ? metric->gauge : (double)metric->count;
    }
    pthread_mutex_unlock(&instance->lock);
    return found;
}

static void describe_plugin(struct ent_instance *instance, struct json_writer *json)
{
    const struct plugin_info *info = instance->settings.info;
    const char *version = instance->settings.plugin ? instance->settings.plugin->descriptor->version : info->version;
    json_key(json, "plugin");
    json_put_text(json, plugin_name(&instance->settings));
    if (version) {
        json_key(json, "version");
        json_put_text(json, version);
    }
    json_key(json, "since");
    json_put_integer(json, instance->since);
    if (!info || !plugin_is_replaced(info))
        return;
    json_key(json, "replaced");
    json_put_text(json, instance->settings.plugin && !info->is_program
                            ? "replaced on disk; entented needs a restart to use the new one"
                            : "replaced on disk; 'entente reload' takes the new one up");
}

void instance_describe(struct ent_instance *instance, struct json_writer *json)
{
    describe_plugin(instance, json);
    if (instance->remote) {
        remote_describe(instance->remote, json);
    } else {
        json_key(json, "isolation");
        json_put_text(json, isolation_word(instance->settings.program));
    }
    pthread_mutex_lock(&instance->lock);
    json_key(json, "state");
    json_put_text(json, instance_state_word(instance->state));
    if (instance->why) {
        json_key(json, "why");
        json_put_text(json, instance->why);
    }
    json_key(json, "metrics");
    json_object_open(json);
    for (size_t i = 0; i < instance->metric_count; i++) {
        const struct metric *metric = &instance->metrics[i];
        json_key(json, metric->name);
        if (metric->is_gauge)
            json_put_number(json, metric->gauge);
        else
            json_put_integer(json, metric->count);
    }
    json_object_close(json);
    pthread_mutex_unlock(&instance->lock);
}
