#include "core/daemon/assembly.h"

#include "core/ask/ask.h"
#include "core/base/clock.h"
#include "core/daemon/assembly_private.h"
#include "core/store/store.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum { QUIET_POLL_MS = 2 };

/* ---- starting ---- */

static bool add_watches(struct assembly *assembly, struct error *error)
{
    struct setup *setup = assembly->shared->setup;
    assembly->watches = watch_set_create();
    if (!assembly->watches)
        return error_set(error, ERROR_MEMORY, "no memory for the watches");
    for (size_t i = 0; i < setup_watch_count(setup); i++) {
        const struct setup_watch *row = setup_watch(setup, i);
        struct watch_settings settings = {.name = row->name,
                                          .when = row->when,
                                          .sinks = row->sinks,
                                          .on = row->on,
                                          .from_archive = row->from_archive,
                                          .routes = row->routes,
                                          .max_age_ms = row->max_age_ms,
                                          .names = setup_names(setup)};
        struct rule_error problem = {0};
        if (!row->enabled)
            continue;
        if (!watch_set_add(assembly->watches, &settings, &problem, error)) {
            if (*problem.text)
                error_set(error, ERROR_CONFIG, "%s: %s", row->title, problem.text);
            return false;
        }
    }
    return true;
}

/* Before the bus starts: where a new watch begins depends on what is there now. */
static bool register_watches(struct assembly *assembly, struct error *error)
{
    struct store *store = bus_store(assembly->bus);
    bool is_good = store_begin(store, error) &&
                   watch_set_found(assembly->watches, store, assembly->ground.once, error) &&
                   watch_set_register(assembly->watches, store, error) && store_commit(store, error);
    if (!is_good)
        store_rollback(store);
    return is_good;
}

static bool desk_stage_has_more(const void *context)
{
    return desk_has_more(context);
}

static bool watch_stage_has_more(const void *context)
{
    return watch_set_has_more(context);
}

static int64_t watch_stage_due(const void *context)
{
    return watch_set_due(context);
}

static bool fold_stage_has_more(const void *context)
{
    return fold_has_more(context);
}

static bool housekeeping_stage_has_more(const void *context)
{
    return housekeeping_has_more(context);
}

static void set_desk_watermark(void *context, int64_t sequence)
{
    desk_set_watermark(context, sequence);
}

static void tell_services(void *context)
{
    pulse_beat(context);
}

/* By the quiet hours of watch and sink as they are configured now; one that is gone has none. */
static int64_t retry_time(void *context, const char *sink, const char *watch, int64_t time)
{
    const struct assembly *assembly = context;
    const struct setup *setup = assembly->shared->setup;
    const struct delivery_policy *of_watch = NULL, *of_sink = NULL;
    for (size_t i = 0; i < setup_watch_count(setup); i++)
        if (strcmp(setup_watch(setup, i)->name, watch) == 0)
            of_watch = setup_watch(setup, i)->policy;
    for (size_t i = 0; i < setup_instance_count(setup); i++)
        if (setup_instance(setup, i)->plugin_kind == PLUGIN_SINK && strcmp(setup_instance(setup, i)->name, sink) == 0)
            of_sink = setup_instance(setup, i)->policy;
    return dispatch_after_quiet(of_watch, of_sink, time);
}

static bool make_bus(struct assembly *assembly, struct error *error)
{
    const struct setup_daemon *daemon = setup_daemon(assembly->shared->setup);
    assembly->bus = bus_create(&(struct bus_settings){.state_dir = assembly->ground.state_dir,
                                                      .min_free = daemon->min_free,
                                                      .once = assembly->ground.once,
                                                      .health_routes = daemon->health_routes,
                                                      .retry_time = retry_time,
                                                      .retry_context = assembly,
                                                      .committed = tell_services,
                                                      .context = assembly->ground.services->changes},
                               error);
    assembly->desk = assembly->bus ? desk_create() : NULL;
    bool has_table = assembly->desk && desk_set_publishers(assembly->desk, daemon->publishers);
    assembly->fold = has_table ? fold_create() : NULL;
    assembly->housekeeping = assembly->fold ? housekeeping_create(daemon->retention) : NULL;
    if (assembly->bus && !assembly->housekeeping)
        error_set(error, ERROR_MEMORY, "no memory for the desk");
    return assembly->housekeeping &&
           bus_add_stage(assembly->bus,
                         &(struct bus_stage){.name = "desk",
                                             .run = desk_run,
                                             .has_more = desk_stage_has_more,
                                             .set_watermark = set_desk_watermark,
                                             .context = assembly->desk},
                         error) &&
           bus_add_stage(assembly->bus,
                         &(struct bus_stage){.name = "watch",
                                             .run = watch_set_run,
                                             .has_more = watch_stage_has_more,
                                             .due = watch_stage_due,
                                             .context = assembly->watches},
                         error) &&
           bus_add_stage(assembly->bus,
                         &(struct bus_stage){.name = "columns",
                                             .run = fold_run,
                                             .has_more = fold_stage_has_more,
                                             .context = assembly->fold,
                                             .is_aside = true},
                         error) &&
           bus_add_stage(assembly->bus,
                         &(struct bus_stage){.name = "retention",
                                             .run = housekeeping_run,
                                             .has_more = housekeeping_stage_has_more,
                                             .context = assembly->housekeeping,
                                             .is_aside = true},
                         error);
}

/* A plugin whose start fails is looked after by its own back-off; it does not keep the others from working. */
static void start_instance(struct member *member)
{
    struct error error = ERROR_INIT;
    if (!member->is_new || !member->driver)
        return;
    member->is_new = false;
    instance_start(driver_instance(member->driver), &error);
}

static void *take_nothing(void *context)
{
    (void)context;
    return NULL;
}

static void run_nothing(void *context, void *job)
{
    (void)context;
    (void)job;
}

static const char *why_left_out(const struct assembly *assembly, const struct setup_instance *row)
{
    for (size_t i = 0; i < assembly->left_out_count; i++)
        if (assembly->left_out[i].row == row)
            return assembly->left_out[i].why;
    return "it could not be created";
}

static bool bind_place(struct assembly *assembly, struct member *member, const struct bus_detector *detector,
                       struct error *error)
{
    static const struct lane_ops ops = {take_nothing, run_nothing};
    const struct setup_instance *row = member->row;
    const struct option_value *hold_max = options_find(row->options, "hold_max");
    struct bus_port *port =
        detector ? bus_add_detector(assembly->bus, detector, error)
                 : bus_add_processor(assembly->bus,
                                     &(struct bus_processor){
                                         .instance = row->title,
                                         .kind = row->plugin_kind == PLUGIN_TRANSFORM ? UNIT_TRANSFORM : UNIT_CLASSIFY,
                                         .hold_max_ms = hold_max ? hold_max->integer : 0},
                                     error);
    if (!port)
        return false;
    bus_park(port, why_left_out(assembly, row));
    member->lane = lane_create(assembly->ground.pool, row->title, 1, &ops, NULL);
    if (!member->lane)
        return error_set(error, ERROR_MEMORY, "%s: no memory for its lane", row->title);
    member->port = port;
    bus_attach(port, member->lane);
    return true;
}

/* By the present configuration, also where the instance is one that a reload left alone: groups, macros and sinks'
 * policies are not the instance's. */
static bool make_detection(struct assembly *assembly, struct member *member, struct bus_detector *detector,
                           struct error *error)
{
    const struct setup_instance *row = setup_find_instance(assembly->shared->setup, member->row->title);
    const struct setup_detection *keys = row->detection;
    struct detection_settings settings = {.title = row->title,
                                          .rule = keys->rule,
                                          .on = keys->on,
                                          .max_age_ms = keys->max_age_ms,
                                          .routes = keys->routes};
    member->detection = detection_create(&settings);
    if (!member->detection)
        return error_set(error, ERROR_MEMORY, "%s: no memory for the detector", row->title);
    detector->from_archive = keys->from_archive;
    detector->wants = detection_wants;
    detector->raise = detection_raise;
    detector->context = member->detection;
    return true;
}

static bool bind(struct assembly *assembly, struct member *member, struct error *error)
{
    struct bus_detector detector = {.instance = member->row->title};
    const struct bus_detector *given = NULL;
    if (member->row->plugin_kind == PLUGIN_DETECTOR) {
        if (!make_detection(assembly, member, &detector, error))
            return false;
        given = &detector;
    }
    if (!member->driver)
        return bind_place(assembly, member, given, error);
    start_instance(member);
    return driver_bind(member->driver, assembly->bus, assembly->ground.pool, given, error);
}

static void unbind(struct member *member)
{
    if (member->driver) {
        driver_unbind(member->driver);
    } else if (member->lane) {
        bus_detach(member->port);
        lane_destroy(member->lane);
        member->lane = NULL;
    }
}

/* Once; a pass tells by its exit status, and of one that has a place it is told that items wait there. */
static void tell_left_out(struct assembly *assembly)
{
    for (size_t i = 0; i < assembly->left_out_count && !assembly->ground.once; i++) {
        struct left_out *left_out = &assembly->left_out[i];
        struct error error = ERROR_INIT;
        if (!left_out->is_told && !assembly_keeps_place(left_out->row) &&
            !bus_tell_left_out(assembly->bus, left_out->row->title, left_out->why, &error))
            log_write(LOG_ERROR, left_out->row->title, NULL, "that it is left out makes no alert: %s", error.text);
        left_out->is_told = true;
    }
}

bool assembly_start(struct assembly *assembly, struct error *error)
{
    bool is_good = add_watches(assembly, error) && make_bus(assembly, error) && register_watches(assembly, error);
    for (size_t i = 0; is_good && i < assembly->member_count; i++)
        is_good = bind(assembly, &assembly->members[i], error);
    is_good = is_good && bus_start(assembly->bus, error);
    if (!is_good) {
        assembly_stop(assembly);
        return false;
    }
    for (size_t i = 0; i < assembly->member_count; i++)
        if (assembly->members[i].driver)
            driver_wake(assembly->members[i].driver);
    asker_set_names(assembly->ground.services->asker, setup_names(assembly->shared->setup));
    tell_left_out(assembly);
    return true;
}

void assembly_serve(struct assembly *assembly)
{
    for (size_t i = 0; i < assembly->service_count; i++)
        service_launch(assembly->services[i].service);
}

/* ---- stopping ---- */

bool assembly_end_services(struct assembly *assembly, int64_t limit_ms, struct error *error)
{
    bool is_good = true;
    for (size_t i = 0; i < assembly->service_count; i++)
        if (!service_end(assembly->services[i].service, limit_ms))
            is_good = error_set(error, ERROR_STATE, "serve of %s does not return", assembly->services[i].row->title);
    return is_good;
}

static bool is_running(const struct assembly *assembly, const char **title)
{
    for (size_t i = 0; i < assembly->member_count; i++)
        if (assembly->members[i].driver && driver_is_running(assembly->members[i].driver)) {
            *title = assembly->members[i].row->title;
            return true;
        }
    return false;
}

/* A delivery under way that is let finish need not be repeated. */
static bool awaits_answers(const struct assembly *assembly)
{
    for (size_t i = 0; assembly->bus && i < bus_port_count(assembly->bus); i++) {
        struct bus_port_stats stats;
        bus_read_port_stats(assembly->bus, i, &stats);
        if (stats.role == BUS_SINK && stats.awaited > 0)
            return true;
    }
    return false;
}

bool assembly_quiesce(struct assembly *assembly, int64_t grace_ms, int64_t limit_ms, struct error *error)
{
    int64_t start = clock_monotonic();
    const char *title = NULL;
    for (size_t i = 0; i < assembly->member_count; i++)
        if (assembly->members[i].driver)
            driver_close_gate(assembly->members[i].driver);
    for (;;) {
        int64_t passed = clock_monotonic() - start;
        if (!is_running(assembly, &title) && (passed >= grace_ms || !awaits_answers(assembly)))
            return true;
        if (passed >= limit_ms)
            return error_set(error, ERROR_STATE, "a callback of %s does not return", title);
        poll(NULL, 0, QUIET_POLL_MS);
    }
}

void assembly_resume(struct assembly *assembly)
{
    for (size_t i = 0; i < assembly->member_count; i++)
        if (assembly->members[i].driver)
            driver_open_gate(assembly->members[i].driver);
}

void assembly_stop(struct assembly *assembly)
{
    for (size_t i = 0; i < assembly->member_count; i++)
        unbind(&assembly->members[i]);
    if (assembly->bus) {
        bus_stop(assembly->bus);
        bus_destroy(assembly->bus);
    }
    assembly->bus = NULL;
    for (size_t i = 0; i < assembly->member_count; i++) {
        detection_destroy(assembly->members[i].detection);
        assembly->members[i].detection = NULL;
    }
    desk_destroy(assembly->desk);
    fold_destroy(assembly->fold);
    housekeeping_destroy(assembly->housekeeping);
    assembly->desk = NULL;
    assembly->fold = NULL;
    assembly->housekeeping = NULL;
    watch_set_destroy(assembly->watches);
    assembly->watches = NULL;
}

/* ---- looking ---- */

struct setup *assembly_setup(const struct assembly *assembly)
{
    return assembly->shared->setup;
}

struct bus *assembly_bus(const struct assembly *assembly)
{
    return assembly->bus;
}

struct watch_set *assembly_watches(const struct assembly *assembly)
{
    return assembly->watches;
}

int64_t assembly_alerts(const struct assembly *assembly)
{
    int64_t alerts = watch_set_alerts(assembly->watches);
    for (size_t i = 0; i < bus_port_count(assembly->bus); i++) {
        struct bus_port_stats stats;
        bus_read_port_stats(assembly->bus, i, &stats);
        alerts += stats.alerts;
    }
    return alerts;
}

size_t assembly_size(const struct assembly *assembly)
{
    return assembly->member_count;
}

struct driver *assembly_driver(const struct assembly *assembly, size_t index)
{
    return assembly->members[index].driver;
}

struct driver *assembly_find(const struct assembly *assembly, const char *title)
{
    const struct member *member = assembly_find_member(assembly, title);
    return member ? member->driver : NULL;
}

size_t assembly_service_count(const struct assembly *assembly)
{
    return assembly->service_count;
}

struct service *assembly_service(const struct assembly *assembly, size_t index)
{
    return assembly->services[index].service;
}

size_t assembly_left_out_count(const struct assembly *assembly)
{
    return assembly->left_out_count;
}

const struct setup_instance *assembly_left_out(const struct assembly *assembly, size_t index, const char **why)
{
    const struct left_out *left_out = &assembly->left_out[index];
    *why = left_out->why;
    return assembly_keeps_place(left_out->row) ? NULL : left_out->row;
}

size_t assembly_failures(const struct assembly *assembly)
{
    return assembly->failures;
}

void assembly_watch(struct assembly *assembly)
{
    for (size_t i = 0; i < assembly->member_count; i++)
        if (assembly->members[i].driver)
            instance_watch(driver_instance(assembly->members[i].driver));
    pool_watch(assembly->ground.pool);
    if (assembly->bus)
        bus_watch_holds(assembly->bus);
}
