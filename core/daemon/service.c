#include "core/daemon/service.h"

#include "core/ask/ask.h"
#include "core/base/clock.h"
#include "core/base/condition.h"
#include "core/base/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    PAUSE_FIRST_MS = 500,
    PAUSE_MAX_MS = 60000,
    GOOD_RUN_MS = 60000,
    END_LIMIT_MS = 5000,
    TELL_AGAIN_MS = 1000,
    WHY_SIZE = 1000
};
/* How long it serves later for what is read ahead, and how often it looks whether it is to end meanwhile. */
enum { AHEAD_LIMIT_MS = 2000, AHEAD_LOOK_MS = 50 };

struct service {
    const struct setup_instance *row;
    const struct service_ground *ground;
    struct ent_instance *instance;
    pthread_t thread;
    bool has_thread;
    atomic_bool is_ending;
    pthread_mutex_t making; /* held while the instance is made anew, so that nobody drains half of one */
    pthread_mutex_t lock;   /* for what follows */
    pthread_cond_t changed;
    bool is_over; /* the thread will do nothing more */
};

/* ---- what stands behind its interfaces ---- */

static struct answer *ask(void *context, const char *question, const struct ent_parameter *parameters, size_t count)
{
    const struct service *service = context;
    return asker_ask(service->ground->asker, question, parameters, count);
}

static struct answer *command(void *context, const char *author, struct ent_str request)
{
    const struct service *service = context;
    return service->ground->command(service->ground->context, author, request);
}

static uint64_t wait_for_change(void *context, uint64_t seen, int64_t timeout_ms)
{
    struct service *service = context;
    return pulse_wait(service->ground->changes, seen, atomic_load(&service->is_ending) ? 0 : timeout_ms);
}

/* ---- its thread ---- */

/* Waits at most `wait_ms`, less where it shall end. */
static void pause_for(struct service *service, int64_t wait_ms)
{
    int64_t until = clock_monotonic() + wait_ms;
    bool has_time = true;
    pthread_mutex_lock(&service->lock);
    while (has_time && !atomic_load(&service->is_ending))
        has_time = condition_wait_until(&service->changed, &service->lock, until);
    pthread_mutex_unlock(&service->lock);
}

/* One call of `serve`. False where it is not to be called again. */
static bool serve(struct service *service, int64_t *pause_ms)
{
    const char *title = instance_title(service->instance);
    struct unit *unit = unit_create(UNIT_SERVE, title, 1);
    if (!unit) {
        log_write(LOG_ERROR, title, NULL, "no memory to serve; tried again");
        return true;
    }
    int64_t began = clock_monotonic();
    instance_run(service->instance, unit);
    enum ent_code code = unit_input_code(unit, 0);
    const char *text = unit->inputs[0].text ? unit->inputs[0].text : unit->text;
    if (clock_monotonic() - began > GOOD_RUN_MS)
        *pause_ms = PAUSE_FIRST_MS;
    if (code == ENT_RETRY && !atomic_load(&service->is_ending))
        log_write(LOG_WARNING, title, NULL, "does not serve, tried again in %lld ms: %s", (long long)*pause_ms,
                  text ? text : "its plugin does not say why");
    unit_destroy(unit);
    return code != ENT_OK && code != ENT_REJECT;
}

static void revive(struct service *service)
{
    pthread_mutex_lock(&service->making);
    if (!atomic_load(&service->is_ending))
        instance_revive(service->instance);
    pthread_mutex_unlock(&service->making);
}

/* One that is parked for its deaths: somebody has to know. */
static void heed_parking(struct service *service)
{
    char why[WHY_SIZE];
    struct error error = ERROR_INIT;
    if (!instance_is_parked(service->instance, why, sizeof why) || !instance_take_alarm(service->instance))
        return;
    while (!atomic_load(&service->is_ending) &&
           !service->ground->tell_parked(service->ground->context, instance_title(service->instance), why, &error))
        pause_for(service, TELL_AGAIN_MS);
}

/* Who asks first shall not wait for the disk: a large archive takes most of a second, one on a slow disk is not waited
 * for to the end. */
static void wait_ahead(struct service *service)
{
    int64_t until = clock_monotonic() + AHEAD_LIMIT_MS;
    while (!atomic_load(&service->is_ending) && clock_monotonic() < until &&
           !asker_wait_ahead(service->ground->asker, AHEAD_LOOK_MS))
        continue;
}

static void run(struct service *service)
{
    wait_ahead(service);
    int64_t pause_ms = PAUSE_FIRST_MS;
    while (!atomic_load(&service->is_ending)) {
        int64_t wait = 0;
        switch (instance_state(service->instance)) {
        case INSTANCE_RUNNING:
            if (!serve(service, &pause_ms))
                return;
            wait = pause_ms;
            pause_ms = pause_ms * 2 < PAUSE_MAX_MS ? pause_ms * 2 : PAUSE_MAX_MS;
            break;
        case INSTANCE_BROKEN:
            wait = instance_revive_wait(service->instance);
            if (wait <= 0)
                revive(service);
            break;
        default:
            heed_parking(service);
            return;
        }
        if (wait > 0)
            pause_for(service, wait);
    }
}

static void *run_thread(void *context)
{
    struct service *service = context;
    run(service);
    pthread_mutex_lock(&service->lock);
    service->is_over = true;
    pthread_cond_broadcast(&service->changed);
    pthread_mutex_unlock(&service->lock);
    return NULL;
}

/* ---- life ---- */

struct service *service_create(const struct setup_instance *row, struct http_client *http, struct runners *runners,
                               const struct service_ground *ground, int64_t patience_ms, struct error *error)
{
    const struct plugin *plugin = NULL;
    if (row->isolation == ISOLATION_NONE && !(plugin = plugin_load(row->plugin, error))) {
        error_prefix(error, "%s", row->title);
        return NULL;
    }
    struct service *service = calloc(1, sizeof *service);
    if (!service) {
        error_set(error, ERROR_MEMORY, "%s: no memory for the service", row->title);
        return NULL;
    }
    service->row = row;
    service->ground = ground;
    pthread_mutex_init(&service->lock, NULL);
    pthread_mutex_init(&service->making, NULL);
    condition_init(&service->changed);
    struct instance_settings settings = {
        .title = row->title,
        .kind = PLUGIN_SERVICE,
        .plugin = plugin,
        .options = row->options,
        .http = http,
        .state_dir = ground->state_dir,
        .backing = {.context = service, .ask = ask, .command = command, .wait = wait_for_change},
        .isolation = row->isolation,
        .info = row->plugin,
        .runners = runners,
        .deaths_max = (int)options_integer(row->options, "deaths_max"),
        .patience_ms = patience_ms,
        .survives_creation = patience_ms > 0};
    service->instance = instance_create(&settings, error);
    if (service->instance)
        return service;
    pthread_cond_destroy(&service->changed);
    pthread_mutex_destroy(&service->making);
    pthread_mutex_destroy(&service->lock);
    free(service);
    return NULL;
}

void service_launch(struct service *service)
{
    struct error error = ERROR_INIT;
    if (service->has_thread)
        return;
    asker_read_ahead(service->ground->asker);
    instance_start(service->instance, &error); /* a failure is told and looked after by its own back-off */
    int reason = pthread_create(&service->thread, NULL, run_thread, service);
    service->has_thread = reason == 0;
    if (reason != 0)
        log_write(LOG_ERROR, instance_title(service->instance), NULL, "has no thread, so it does not serve: %s",
                  strerror(reason));
}

bool service_end(struct service *service, int64_t limit_ms)
{
    bool has_time = true;
    if (!service->has_thread)
        return true;
    atomic_store(&service->is_ending, true);
    pulse_beat(service->ground->changes);
    pthread_mutex_lock(&service->lock);
    pthread_cond_broadcast(&service->changed);
    bool is_over = service->is_over;
    pthread_mutex_unlock(&service->lock);
    if (!is_over) {
        pthread_mutex_lock(&service->making);
        instance_drain(service->instance, limit_ms);
        pthread_mutex_unlock(&service->making);
    }
    int64_t until = clock_monotonic() + limit_ms;
    pthread_mutex_lock(&service->lock);
    while (has_time && !service->is_over)
        has_time = condition_wait_until(&service->changed, &service->lock, until);
    is_over = service->is_over;
    pthread_mutex_unlock(&service->lock);
    if (!is_over)
        return false;
    pthread_join(service->thread, NULL);
    service->has_thread = false;
    return true;
}

bool service_destroy(struct service *service)
{
    if (!service)
        return true;
    if (!service_end(service, END_LIMIT_MS)) {
        log_write(LOG_ERROR, instance_title(service->instance), NULL,
                  "its serve does not return; it is left behind until the next start");
        return false;
    }
    instance_destroy(service->instance);
    pthread_cond_destroy(&service->changed);
    pthread_mutex_destroy(&service->making);
    pthread_mutex_destroy(&service->lock);
    free(service);
    return true;
}

struct ent_instance *service_instance(const struct service *service)
{
    return service->instance;
}
