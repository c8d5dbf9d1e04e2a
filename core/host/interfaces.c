/* The named interfaces that need the daemon around them: metrics/1, folder/1, http/1, mail/1 and wake/1. */
#include "core/host/confinement.h"
#include "core/host/instance_private.h"
#include "core/host/request.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FOLDERS "cache" /* in the state directory */

enum { REQUESTS_MAX = 256 }; /* under way, an instance */

/* ---- metrics/1 ---- */

/* Called with the lock held. NULL where the table is full or memory is out. */
static struct metric *find_metric(struct ent_instance *instance, const char *name)
{
    for (size_t i = 0; i < instance->metric_count; i++)
        if (strncmp(instance->metrics[i].name, name, METRIC_NAME_SIZE - 1) == 0)
            return &instance->metrics[i];
    if (instance->metric_count == METRICS_MAX)
        return NULL;
    struct metric *grown = realloc(instance->metrics, (instance->metric_count + 1) * sizeof *grown);
    if (!grown)
        return NULL;
    instance->metrics = grown;
    struct metric *metric = &grown[instance->metric_count++];
    memset(metric, 0, sizeof *metric);
    snprintf(metric->name, sizeof metric->name, "%s", name);
    return metric;
}

static void interface_count(struct ent_instance *instance, const char *name, int64_t add)
{
    pthread_mutex_lock(&instance->lock);
    struct metric *metric = find_metric(instance, name);
    if (metric)
        metric->count += add;
    pthread_mutex_unlock(&instance->lock);
}

static void interface_gauge(struct ent_instance *instance, const char *name, double value)
{
    pthread_mutex_lock(&instance->lock);
    struct metric *metric = find_metric(instance, name);
    if (metric) {
        metric->is_gauge = true;
        metric->gauge = value;
    }
    pthread_mutex_unlock(&instance->lock);
}

static const struct ent_metrics_1 metrics_1 = {sizeof metrics_1, interface_count, interface_gauge};

/* ---- http/1 ---- */

static int64_t option_or(const struct option_values *options, const char *name, int64_t fallback)
{
    const struct option_value *value = options_find(options, name);
    return value && (value->is_set || value->option->default_value) ? value->integer : fallback;
}

/* NULL for an empty one and where the kind of instance has no such option. */
static const char *text_or_none(const struct option_values *options, const char *name)
{
    const struct option_value *value = options_find(options, name);
    return value && value->text.size > 0 ? value->text.data : NULL;
}

static struct http_access access_of(const struct option_values *options)
{
    return (struct http_access){
        .user = text_or_none(options, "user"),
        .password = text_or_none(options, "password"),
        .bearer = text_or_none(options, "bearer"),
        .cookies = text_or_none(options, "cookies"),
        .headers = text_or_none(options, "headers"),
        .proxy = text_or_none(options, "proxy"),
        .proxy_user = text_or_none(options, "proxy_user"),
        .proxy_password = text_or_none(options, "proxy_password"),
        .ca_certificates = text_or_none(options, "ca_certificates"),
        .client_certificate = text_or_none(options, "client_certificate"),
        .client_key = text_or_none(options, "client_key"),
        .client_key_password = text_or_none(options, "client_key_password"),
    };
}

static struct http_limits limits_of(const struct option_values *options)
{
    int64_t max_redirects = option_or(options, "max_redirects", 10);
    int64_t max_per_host = option_or(options, "max_per_host", 2);
    return (struct http_limits){
        .max_body = (uint64_t)option_or(options, "max_body", 32 * 1024 * 1024),
        .max_download = (uint64_t)option_or(options, "max_download", 0),
        .timeout_ms = option_or(options, "timeout", 30000),
        .min_delay_ms = option_or(options, "min_delay", 0),
        .max_redirects = max_redirects < 0 ? 0 : (unsigned)max_redirects,
        .max_per_host = max_per_host < 1 ? 1 : (unsigned)max_per_host,
        .allow_private = option_or(options, "allow_private", 0) != 0,
    };
}

static bool reserve_request(struct ent_instance *instance)
{
    pthread_mutex_lock(&instance->lock);
    bool is_free = instance->requests < REQUESTS_MAX;
    instance->requests += is_free;
    pthread_mutex_unlock(&instance->lock);
    return is_free;
}

static void release_request(struct ent_instance *instance)
{
    pthread_mutex_lock(&instance->lock);
    instance->requests--;
    pthread_mutex_unlock(&instance->lock);
}

/* Fills in what is the instance's, and submits. */
static int submit_job(struct ent_unit *unit, struct http_job *job)
{
    struct ent_instance *instance = unit->instance;
    const struct instance_settings *settings = &instance->settings;
    struct error error = ERROR_INIT;
    job->limits = limits_of(settings->options);
    job->access = access_of(settings->options);
    /* A feed names pages of whatever host it likes: what is secret is for the address that stands in the
     * configuration. */
    job->access_url = text_or_none(settings->options, "url");
    /* Two sinks may well have one receiver (a chat's server), and a slow one delays no other. */
    job->apart = settings->kind == PLUGIN_SINK ? settings->title : NULL;
    job->is_cancelled = &instance->is_draining;
    job->generation = instance->generation;
    job->done = instance_accept_response;
    job->context = instance;
    if (!instance->ops->respond)
        error_set(&error, ERROR_CONFIG, "http: the plugin has no respond callback, so it cannot be answered");
    else if (atomic_load(&instance->is_draining))
        error_set(&error, ERROR_STATE, "http: the instance is being stopped");
    else if (!reserve_request(instance))
        error_set(&error, ERROR_LIMIT, "http: %d requests are under way, the most that an instance may have",
                  REQUESTS_MAX);
    else if (http_submit(settings->http, job, &error)) {
        unit->http_count++;
        return 0;
    } else
        release_request(instance);
    host_error_set(error.text, strlen(error.text));
    return -1;
}

static int interface_submit(struct ent_unit *unit, const struct ent_http_request *given)
{
    struct ent_http_request own;
    const struct ent_http_request *request = &own;
    struct error error = ERROR_INIT;
    if (!request_read_http(&own, given, &error)) {
        host_error_set(error.text, strlen(error.text));
        return -1;
    }
    const struct instance_settings *settings = &unit->instance->settings;
    struct unit_http_state state = {0};
    const char *known_as = request->url ? http_shown_url(unit->unit->arena, request->url) : NULL;
    bool is_known = known_as && (request->flags & ENT_HTTP_CONDITIONAL) && settings->backing.http_state_get &&
                    settings->backing.http_state_get(settings->backing.context, settings->title, known_as,
                                                     unit->unit->arena, &state);
    struct http_job job = {.request = request, .state = is_known ? &state : NULL};
    return submit_job(unit, &job);
}

static const struct ent_http_1 http_1 = {sizeof http_1, interface_submit};

/* ---- folder/1 ---- */

static bool make_folder(const char *path)
{
    return mkdir(path, S_IRWXU) == 0 || errno == EEXIST;
}

static struct ent_str interface_folder(struct ent_instance *instance)
{
    char path[PATH_MAX];
    const char *state_dir = instance->settings.state_dir;
    if (instance->folder)
        return ent_text(instance->folder);
    if (snprintf(path, sizeof path, "%s/" FOLDERS "/%s", state_dir, instance->settings.title) >= (int)sizeof path) {
        host_error_set("folder: the path is too long", strlen("folder: the path is too long"));
        return ent_text(NULL);
    }
    char *last = strrchr(path, '/');
    *last = 0;
    bool made = make_folder(path);
    *last = '/';
    made = made && make_folder(path);
    instance->folder = made ? strdup(path) : NULL;
    if (!instance->folder) {
        struct error error = ERROR_INIT;
        error_set_errno(&error, errno, "folder: %s cannot be made", path);
        host_error_set(error.text, strlen(error.text));
    }
    return ent_text(instance->folder);
}

static const struct ent_folder_1 folder_1 = {sizeof folder_1, interface_folder};

/* ---- mail/1 ---- */

static int interface_submit_mail(struct ent_unit *unit, const struct ent_mail_request *given)
{
    struct ent_mail_request request;
    struct error error = ERROR_INIT;
    if (!request_read_mail(&request, given, &error)) {
        host_error_set(error.text, strlen(error.text));
        return -1;
    }
    struct http_job job = {.mail = &request};
    return submit_job(unit, &job);
}

static const struct ent_mail_1 mail_1 = {sizeof mail_1, interface_submit_mail};

/* ---- wake/1 ---- */

/* Waits among the answers, so that callbacks do not overlap. */
static int interface_wake(struct ent_instance *instance, uint64_t tag)
{
    struct http_response *response = calloc(1, sizeof *response);
    if (!response)
        return -1;
    response->shown = (struct ent_http_response){
        .size = sizeof response->shown, .outcome = ENT_HTTP_WOKEN, .tag = tag, .retry_after_ms = -1};
    response->fresh_ms = -1;
    response->generation = instance->generation;
    pthread_mutex_lock(&instance->lock);
    instance->requests++;
    pthread_mutex_unlock(&instance->lock);
    instance_accept_response(instance, response);
    return 0;
}

static const struct ent_wake_1 wake_1 = {sizeof wake_1, interface_wake};

/* ---- by name ---- */

/* ---- program/1 ---- */

static const char *const *interface_confine(struct ent_instance *instance)
{
    /* Without a folder a program has nothing to write in, which it will tell where it needs it. */
    struct ent_str folder = instance->settings.state_dir ? interface_folder(instance) : ent_text(NULL);
    if (!instance->confinement)
        instance->confinement = confinement_words(&instance->settings, folder.data);
    if (!instance->confinement)
        host_error_set("program: no memory for its limits", strlen("program: no memory for its limits"));
    return (const char *const *)instance->confinement;
}

static const struct ent_program_1 program_1 = {sizeof program_1, interface_confine};

const void *host_interface(struct ent_instance *instance, const char *name)
{
    const struct {
        const char *name;
        const void *table;
    } interfaces[] = {
        {ENT_METRICS_1, &metrics_1},
        {ENT_WAKE_1, instance->ops->respond ? (const void *)&wake_1 : NULL},
        {ENT_FOLDER_1, instance->settings.state_dir ? (const void *)&folder_1 : NULL},
        {ENT_HTTP_1, instance->settings.http ? (const void *)&http_1 : NULL},
        {ENT_MAIL_1, instance->settings.http ? (const void *)&mail_1 : NULL},
        {ENT_PROGRAM_1, instance->settings.program != ISOLATION_NONE ? (const void *)&program_1 : NULL},
    };
    for (size_t i = 0; i < sizeof interfaces / sizeof *interfaces; i++)
        if (strcmp(interfaces[i].name, name) == 0)
            return interfaces[i].table;
    const void *basic = host_basic_interface(instance, name);
    return basic ? basic : host_service_interface(instance, name);
}
