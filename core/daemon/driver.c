#include "core/daemon/driver.h"

#include "core/base/clock.h"
#include "core/base/log.h"
#include "lib/base/digest.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DRAIN_MS = 1000, FAILURE_SIZE = 600, MEMORY_WAIT_MS = 1000 };

enum job_kind { JOB_UNIT, JOB_RESPONSE, JOB_REVIVE };

struct job {
    enum job_kind kind;
    struct unit *unit;
    struct http_response *response;
};

struct driver {
    const struct setup_instance *row;
    struct ent_instance *instance;
    struct bus *bus;
    struct bus_port *port;
    pthread_mutex_t lock; /* for lane, which answers may wake while a reload swaps it, and for failure */
    struct lane *lane;
    char address[DIGEST_HEX_SIZE]; /* of a source: what stands for its url; "" where it has none */
    char failure[FAILURE_SIZE]; /* under lock: what was last told of a failure, "" while all goes well */
    atomic_bool is_gate_closed;
    atomic_size_t running; /* jobs taken and not finished */
};

/* ---- the lane's side ---- */

static void *make_job(struct driver *driver, struct job job)
{
    struct job *copy = malloc(sizeof *copy);
    if (!copy)
        return NULL;
    *copy = job;
    atomic_fetch_add(&driver->running, 1);
    return copy;
}

static void *take_response(struct driver *driver)
{
    struct http_response *response = instance_take_response(driver->instance);
    if (!response)
        return NULL;
    struct unit *unit = unit_create(UNIT_RESPOND, instance_title(driver->instance), 1);
    void *job = unit ? make_job(driver, (struct job){JOB_RESPONSE, unit, response}) : NULL;
    if (!job) {
        log_write(LOG_ERROR, instance_title(driver->instance), NULL, "no memory to read an answer; it waits");
        unit_destroy(unit);
        instance_give_back(driver->instance, response);
        lane_wake_at(driver->lane, clock_monotonic() + MEMORY_WAIT_MS);
    }
    return job;
}

static void *take_unit(struct driver *driver)
{
    struct unit *unit = driver->port && !atomic_load(&driver->is_gate_closed) ? bus_take(driver->port) : NULL;
    if (!unit)
        return NULL;
    void *job = make_job(driver, (struct job){JOB_UNIT, unit, NULL});
    if (!job) {
        static const char text[] = "no memory to hand it to the plugin";
        for (size_t i = 0; i < unit->input_count; i++)
            unit_result(unit, i, ENT_RETRY, -1, ent_bytes(text, sizeof text - 1));
        bus_finish(driver->port, unit, false);
    }
    return job;
}

/* The instance can be created anew only while nothing of it runs. */
static void *take_revival(struct driver *driver)
{
    if (atomic_load(&driver->running) > 0)
        return NULL;
    return make_job(driver, (struct job){JOB_REVIVE, NULL, NULL});
}

/* One whose start says that it cannot work as configured is parked without a unit that would tell. */
static void note_parking(struct driver *driver)
{
    char why[FAILURE_SIZE];
    if (driver->port && instance_is_parked(driver->instance, why, sizeof why))
        bus_park(driver->port, why);
}

static void *driver_take(void *context)
{
    struct driver *driver = context;
    void *job = take_response(driver);
    if (job)
        return job;
    switch (instance_state(driver->instance)) {
    case INSTANCE_RUNNING:
        return take_unit(driver);
    case INSTANCE_BROKEN: {
        int64_t wait = instance_revive_wait(driver->instance);
        if (wait <= 0)
            return take_revival(driver);
        lane_wake_at(driver->lane, clock_monotonic() + wait);
        return NULL;
    }
    default:
        note_parking(driver);
        return NULL;
    }
}

/* ---- telling failures: once as long as they stay the same, and when they are over ---- */

static void tell_result(struct driver *driver, enum ent_code code, const char *text, const char *record)
{
    bool is_source = driver->row->plugin_kind == PLUGIN_SOURCE;
    if (code == ENT_AGAIN || code == ENT_CONFIG || code == ENT_FATAL)
        return; /* no result yet; or told by the instance, which it takes out of work */
    const char *title = instance_title(driver->instance);
    const char *failure = code == ENT_OK ? "" : text && *text ? text : "its plugin does not say why";
    if (code == ENT_REJECT) {
        log_write(LOG_ERROR, title, record, "%s: %s",
                  is_source ? "is not fetched any more until its url changes or 'entente fetch' asks for it"
                            : "goes to the dead letters",
                  failure);
        return;
    }
    pthread_mutex_lock(&driver->lock);
    bool was_failing = *driver->failure, is_news = strncmp(driver->failure, failure, FAILURE_SIZE - 1) != 0;
    if (is_news)
        snprintf(driver->failure, sizeof driver->failure, "%s", failure);
    pthread_mutex_unlock(&driver->lock);
    if (is_news && *failure)
        log_write(LOG_WARNING, title, record, "failed, will be tried again: %s", failure);
    else if (was_failing && is_news)
        log_write(LOG_INFO, title, NULL, "works again");
}

static const char *record_id(const struct ent_record *record)
{
    if (!record)
        return NULL;
    return record_text(record->view, record_kind(record->view) == ENT_DELIVERY ? ENT_DELIVERY_ID : ENT_ITEM_ID);
}

static void tell_results(struct driver *driver, const struct unit *unit)
{
    bool settles = unit->settlement_count > 0; /* then the unit's own input stands for nothing */
    for (size_t i = 0; !settles && i < unit->input_count; i++) {
        const struct unit_input *input = &unit->inputs[i];
        tell_result(driver, unit_input_code(unit, i), input->text ? input->text : unit->text, record_id(input->record));
    }
    for (size_t i = 0; i < unit->settlement_count; i++)
        tell_result(driver, unit->settlements[i].code, unit->settlements[i].text, NULL);
}

/* One that is parked gets no more work; where it is for its deaths, somebody has to know. */
static void heed_parking(struct driver *driver)
{
    char why[FAILURE_SIZE];
    struct error error = ERROR_INIT;
    if (!instance_is_parked(driver->instance, why, sizeof why))
        return;
    bus_park(driver->port, why);
    if (instance_take_alarm(driver->instance) && !bus_tell_parked(driver->bus, instance_title(driver->instance), why, &error))
        log_write(LOG_ERROR, instance_title(driver->instance), NULL, "no alert could be made of that it is parked: %s",
                  error.text);
}

static void finish(struct driver *driver, struct unit *unit)
{
    tell_results(driver, unit);
    heed_parking(driver);
    bus_finish(driver->port, unit, instance_pending(driver->instance) > 0);
}

static void run_unit(struct driver *driver, struct unit *unit)
{
    int slot = bus_enter(driver->port, unit);
    instance_run(driver->instance, unit);
    bus_leave(driver->port, slot);
    finish(driver, unit);
}

static void run_response(struct driver *driver, struct unit *unit, struct http_response *response)
{
    int slot = bus_enter(driver->port, unit);
    bool is_kept = instance_run_response(driver->instance, unit, response);
    bus_leave(driver->port, slot);
    if (is_kept)
        finish(driver, unit);
    else
        unit_destroy(unit);
}

static void driver_run(void *context, void *taken)
{
    struct driver *driver = context;
    struct job *job = taken;
    switch (job->kind) {
    case JOB_UNIT:
        run_unit(driver, job->unit);
        break;
    case JOB_RESPONSE:
        run_response(driver, job->unit, job->response);
        break;
    case JOB_REVIVE:
        if (instance_revive(driver->instance))
            bus_forget_answers(driver->port, instance_pending(driver->instance) > 0);
        heed_parking(driver);
        break;
    }
    free(job);
    atomic_fetch_sub(&driver->running, 1);
}

static void on_response(void *context, struct ent_instance *instance)
{
    (void)instance;
    driver_wake(context);
}

/* ---- life ---- */

/* The bus that the instance's kv/1 and http/1 read from changes with a reload, so they go through the driver. */
static bool kv_get(void *context, const char *instance, struct ent_str key, struct arena *arena, struct ent_str *value)
{
    const struct driver *driver = context;
    return driver->bus && bus_kv_get(driver->bus, instance, key, arena, value);
}

static bool kv_next(void *context, const char *instance, struct ent_str prefix, struct ent_str after, struct arena *arena,
                    struct ent_str *key)
{
    const struct driver *driver = context;
    return driver->bus && bus_kv_next(driver->bus, instance, prefix, after, arena, key);
}

static bool http_state_get(void *context, const char *instance, const char *url, struct arena *arena,
                           struct unit_http_state *state)
{
    const struct driver *driver = context;
    return driver->bus && bus_http_state_get(driver->bus, instance, url, arena, state);
}

struct driver *driver_create(const struct setup_instance *row, struct http_client *http, struct runners *runners,
                             const char *state_dir, int64_t patience_ms, struct error *error)
{
    const struct plugin *plugin = NULL;
    if (row->isolation == ISOLATION_NONE && !(plugin = plugin_load(row->plugin, error))) {
        error_prefix(error, "%s", row->title);
        return NULL;
    }
    struct driver *driver = calloc(1, sizeof *driver);
    if (!driver) {
        error_set(error, ERROR_MEMORY, "%s: no memory for the instance", row->title);
        return NULL;
    }
    driver->row = row;
    pthread_mutex_init(&driver->lock, NULL);
    struct instance_settings settings = {.title = row->title,
                                         .kind = row->plugin_kind,
                                         .plugin = plugin,
                                         .options = row->options,
                                         .http = http,
                                         .state_dir = state_dir,
                                         .backing = {.context = driver,
                                                     .kv_get = kv_get,
                                                     .kv_next = kv_next,
                                                     .http_state_get = http_state_get,
                                                     .response_ready = on_response},
                                         .isolation = row->isolation,
                                         .program = row->program,
                                         .info = row->plugin,
                                         .runners = runners,
                                         .deaths_max = (int)options_integer(row->options, "deaths_max"),
                                         .patience_ms = patience_ms,
                                         .survives_creation = patience_ms > 0};
    driver->instance = instance_create(&settings, error);
    if (driver->instance)
        return driver;
    pthread_mutex_destroy(&driver->lock);
    free(driver);
    return NULL;
}

/* The HTTP client holds on to the instance until it has answered all its requests. */
static void drain(struct driver *driver)
{
    instance_drain(driver->instance, DRAIN_MS);
    while (instance_pending(driver->instance) > 0) {
        struct http_response *response = instance_take_response(driver->instance);
        if (!response) {
            poll(NULL, 0, 1);
            continue;
        }
        struct unit *unit = unit_create(UNIT_RESPOND, instance_title(driver->instance), 1);
        instance_run_response(driver->instance, unit, response);
        unit_destroy(unit);
    }
}

void driver_destroy(struct driver *driver)
{
    if (!driver)
        return;
    drain(driver);
    instance_destroy(driver->instance);
    pthread_mutex_destroy(&driver->lock);
    free(driver);
}

/* ---- on the bus ---- */

static int64_t option_or_zero(const struct driver *driver, const char *name)
{
    const struct option_value *value = options_find(driver->row->options, name);
    return value ? value->integer : 0;
}

static int64_t option_or(const struct driver *driver, const char *name, int64_t fallback)
{
    const struct option_value *value = options_find(driver->row->options, name);
    return value && value->is_set ? value->integer : fallback;
}

/* Its url may hold what nobody shall read in the store. */
static void print_address(struct driver *driver)
{
    const struct option_value *url = options_find(driver->row->options, "url");
    if (url && url->text.size > 0)
        digest_texts(driver->address, url->text.data, (const char *)NULL);
}

static struct bus_port *add_detector(const struct driver *driver, struct bus *bus, const struct bus_detector *detector,
                                     struct error *error)
{
    struct bus_detector settings = *detector;
    settings.instance = instance_title(driver->instance);
    settings.batch = (size_t)option_or_zero(driver, "batch");
    settings.deadline_ms = option_or_zero(driver, "deadline");
    return bus_add_detector(bus, &settings, error);
}

static struct bus_port *add_port(struct driver *driver, struct bus *bus, const struct bus_detector *detector,
                                 struct error *error)
{
    const struct setup_instance *row = driver->row;
    const char *title = instance_title(driver->instance);
    switch (row->plugin_kind) {
    case PLUGIN_SOURCE:
        print_address(driver);
        return bus_add_source(bus,
                              &(struct bus_source){.instance = title,
                                                   .item_class = options_text(row->options, "class"),
                                                   .publisher = options_text(row->options, "publisher"),
                                                   .language = options_text(row->options, "language"),
                                                   .address = driver->address,
                                                   .silent_after_ms = option_or(driver, "silent_after", -1),
                                                   .dead_after_ms = option_or_zero(driver, "dead_after"),
                                                   .interval_ms = option_or_zero(driver, "interval"),
                                                   .interval_min_ms = option_or_zero(driver, "interval_min"),
                                                   .interval_max_ms = option_or_zero(driver, "interval_max")},
                              error);
    case PLUGIN_TRANSFORM:
    case PLUGIN_CLASSIFIER:
        return bus_add_processor(
            bus,
            &(struct bus_processor){.instance = title,
                                    .kind = row->plugin_kind == PLUGIN_TRANSFORM ? UNIT_TRANSFORM : UNIT_CLASSIFY,
                                    .is_stateless = (row->plugin->flags & ENT_STATELESS) != 0,
                                    .deadline_ms = option_or_zero(driver, "deadline"),
                                    .batch = (size_t)option_or_zero(driver, "batch"),
                                    .hold_max_ms = option_or_zero(driver, "hold_max")},
            error);
    case PLUGIN_SINK:
        return bus_add_sink(bus,
                            &(struct bus_sink){.instance = title,
                                               .name = row->name,
                                               .deadline_ms = option_or_zero(driver, "give_up"),
                                               .pause_first_ms = option_or_zero(driver, "retry_min"),
                                               .pause_max_ms = option_or_zero(driver, "retry_max"),
                                               .batch = (size_t)option_or_zero(driver, "batch")},
                            error);
    case PLUGIN_DETECTOR:
        return add_detector(driver, bus, detector, error);
    case PLUGIN_SERVICE: /* core/daemon/service.h */
        break;
    }
    error_set(error, ERROR_STATE, "%s: a %s is not run on the bus", title, row->kind);
    return NULL;
}

bool driver_bind(struct driver *driver, struct bus *bus, struct pool *pool, const struct bus_detector *detector,
                 struct error *error)
{
    static const struct lane_ops ops = {driver_take, driver_run};
    atomic_store(&driver->is_gate_closed, false);
    driver->port = add_port(driver, bus, detector, error);
    if (!driver->port)
        return false;
    struct lane *lane =
        lane_create(pool, instance_title(driver->instance), instance_workers(driver->instance), &ops, driver);
    if (!lane)
        return error_set(error, ERROR_MEMORY, "%s: no memory for its lane", instance_title(driver->instance));
    driver->bus = bus;
    bus_attach(driver->port, lane);
    pthread_mutex_lock(&driver->lock);
    driver->lane = lane;
    pthread_mutex_unlock(&driver->lock);
    return true;
}

void driver_close_gate(struct driver *driver)
{
    atomic_store(&driver->is_gate_closed, true);
}

void driver_open_gate(struct driver *driver)
{
    atomic_store(&driver->is_gate_closed, false);
    driver_wake(driver);
}

bool driver_is_running(struct driver *driver)
{
    return atomic_load(&driver->running) > 0;
}

void driver_unbind(struct driver *driver)
{
    struct lane *lane = driver->lane;
    if (!lane)
        return;
    bus_detach(driver->port);
    lane_close(lane);
    pthread_mutex_lock(&driver->lock);
    driver->lane = NULL;
    pthread_mutex_unlock(&driver->lock);
    lane_destroy(lane);
    driver->port = NULL;
    driver->bus = NULL;
}

void driver_wake(struct driver *driver)
{
    pthread_mutex_lock(&driver->lock);
    if (driver->lane)
        lane_wake(driver->lane);
    pthread_mutex_unlock(&driver->lock);
}

struct ent_instance *driver_instance(const struct driver *driver)
{
    return driver->instance;
}
