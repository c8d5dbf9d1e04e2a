#include "core/daemon/assembly.h"

#include "core/ask/ask.h"
#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/daemon/housekeeping.h"
#include "core/host/runners.h"
#include "core/query/fold.h"
#include "core/store/state.h"
#include "core/store/store.h"
#include "core/watch/detection.h"
#include "lib/base/nearest.h"

#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum { QUIET_POLL_MS = 2 };

/* Options and texts of a driver live in the setup that it was created from, which may be an older one. */
struct shared_setup {
    struct setup *setup;
    size_t users;
};

/* An instance; or the place of a transform, classifier or detector that could not be created. Its port is there and
 * gives work to nobody: items and events wait for it, and do not pass it by unseen. */
struct member {
    const struct setup_instance *row;
    struct driver *driver;       /* NULL: a place */
    struct lane *lane;           /* of a place that is bound */
    struct bus_port *port;       /* its */
    struct detection *detection; /* of a detector that is bound */
    struct shared_setup *origin;
    bool is_new; /* not started yet */
};

/* A service is on no bus: it goes on while assemblies change. */
struct served {
    const struct setup_instance *row;
    struct service *service;
    struct shared_setup *origin;
};

struct assembly {
    struct assembly_ground ground;
    struct shared_setup *shared;
    struct member *members;
    size_t member_count;
    struct served *services;
    size_t service_count;
    size_t failures;
    struct bus *bus;
    struct desk *desk;
    struct fold *fold;
    struct housekeeping *housekeeping;
    struct watch_set *watches;
};

/* ---- preparing ---- */

static void release_setup(struct shared_setup *shared)
{
    if (!shared || --shared->users > 0)
        return;
    setup_destroy(shared->setup);
    free(shared);
}

static struct member *find_member(const struct assembly *assembly, const char *title)
{
    for (size_t i = 0; assembly && i < assembly->member_count; i++)
        if (assembly->members[i].driver && strcmp(assembly->members[i].row->title, title) == 0)
            return &assembly->members[i];
    return NULL;
}

static struct served *find_served(const struct assembly *assembly, const char *title)
{
    for (size_t i = 0; assembly && i < assembly->service_count; i++)
        if (strcmp(assembly->services[i].row->title, title) == 0)
            return &assembly->services[i];
    return NULL;
}

static bool is_same(const struct setup_difference *differences, size_t count, const char *title)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(differences[i].title, title) == 0)
            return differences[i].change == SETUP_SAME;
    return false;
}

static bool keeps_place(const struct setup_instance *row)
{
    return row->plugin_kind == PLUGIN_TRANSFORM || row->plugin_kind == PLUGIN_CLASSIFIER ||
           row->plugin_kind == PLUGIN_DETECTOR;
}

static void add_member(struct assembly *assembly, struct member member)
{
    member.origin->users++;
    assembly->members[assembly->member_count++] = member;
}

/* A driver, made or kept. False with `error` where it cannot be made; where others count on it, its place is then kept.
 * `replaced`: one whose plugin's new object must prove itself before the one at work is taken away. */
static bool add_instance(struct assembly *assembly, const struct setup_instance *row, const struct member *kept,
                         const struct member *replaced, struct error *error)
{
    if (kept) {
        struct member member = *kept;
        member.detection = NULL; /* of the bus that it is bound to now */
        add_member(assembly, member);
        return true;
    }
    struct driver *driver = NULL;
    if (row->plugin)
        driver = driver_create(row, assembly->ground.http, assembly->ground.runners, assembly->ground.state_dir, error);
    else
        error_set(error, ERROR_CONFIG, "%s: its plugin was refused", row->title);
    bool is_started = driver && replaced && row->isolation != ISOLATION_NONE;
    if (is_started && !instance_start(driver_instance(driver), error)) {
        driver_destroy(driver);
        return false;
    }
    if (driver || keeps_place(row))
        add_member(assembly,
                   (struct member){.row = row, .driver = driver, .origin = assembly->shared, .is_new = !is_started});
    return driver != NULL;
}

static bool add_service(struct assembly *assembly, const struct setup_instance *row, const struct served *kept,
                        struct error *error)
{
    struct served served = {.row = row, .origin = assembly->shared};
    if (kept)
        served = *kept;
    else if (row->plugin)
        served.service =
            service_create(row, assembly->ground.http, assembly->ground.runners, assembly->ground.services, error);
    else
        error_set(error, ERROR_CONFIG, "%s: its plugin was refused", row->title);
    if (!served.service)
        return false;
    served.origin->users++;
    assembly->services[assembly->service_count++] = served;
    return true;
}

static bool is_named(const struct setup_instance *row, const char *name)
{
    return name && (strcmp(row->title, name) == 0 || strcmp(row->name, name) == 0 ||
                    (row->plugin && strcmp(row->plugin->name, name) == 0));
}

/* Whether the running instance is to give way to one of another object. */
static bool is_replaced(const struct setup_instance *before, const struct setup_instance *now, const char *anew)
{
    return is_named(now, anew) || (before->plugin && now->plugin && before->plugin->file != now->plugin->file);
}

static bool add_row(struct assembly *assembly, const struct setup_instance *row, struct assembly *running, bool is_kept,
                    struct error *error)
{
    const struct member *present = find_member(running, row->title);
    if (row->plugin_kind == PLUGIN_SERVICE)
        return add_service(assembly, row, is_kept ? find_served(running, row->title) : NULL, error);
    bool gives_way = present && !is_kept && is_replaced(present->row, row, assembly->ground.anew);
    return add_instance(assembly, row, is_kept ? present : NULL, gives_way ? present : NULL, error);
}

/* Sees to it that what is to be made anew gets new processes; false where nothing has that name. */
static bool find_anew(struct assembly *assembly, struct error *error)
{
    const struct setup *setup = assembly->shared->setup;
    const char *name = assembly->ground.anew;
    size_t count = setup_instance_count(setup), found = 0;
    if (!name)
        return true;
    const char **words = calloc(2 * count + 1, sizeof *words);
    if (!words)
        return error_set(error, ERROR_MEMORY, "no memory for the names of instances");
    for (size_t i = 0; i < count; i++) {
        const struct setup_instance *row = setup_instance(setup, i);
        words[2 * i] = row->title;
        words[2 * i + 1] = row->plugin ? row->plugin->name : row->name;
        if (!row->enabled || !is_named(row, name))
            continue;
        found++;
        if (row->plugin)
            runners_retire(assembly->ground.runners, row->plugin->path);
    }
    const char *nearest = found > 0 ? NULL : nearest_word(name, words);
    if (found == 0)
        error_set(error, ERROR_MISSING, "no instance that is enabled, and no plugin of one, is called '%.100s'%s%s%s",
                  name, nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
    free(words);
    return found > 0;
}

/* Drivers and services for all rows that are enabled; those of `running` where nothing about them changed. */
static bool add_members(struct assembly *assembly, struct assembly *running, struct error *error)
{
    struct setup *setup = assembly->shared->setup;
    struct setup_difference *differences = NULL;
    size_t difference_count = 0;
    if (running && !setup_compare(running->shared->setup, setup, &differences, &difference_count))
        return error_set(error, ERROR_MEMORY, "no memory to compare the configurations");
    bool is_good = find_anew(assembly, error);
    for (size_t i = 0; is_good && i < setup_instance_count(setup); i++) {
        const struct setup_instance *row = setup_instance(setup, i);
        struct error problem = ERROR_INIT;
        bool is_kept = is_same(differences, difference_count, row->title) && !is_named(row, assembly->ground.anew);
        if (!row->enabled || add_row(assembly, row, running, is_kept, &problem))
            continue;
        assembly->failures++;
        if (running) {
            is_good = false;
            *error = problem;
        } else
            log_write(LOG_ERROR, NULL, NULL, "%s%s", problem.text,
                      row->plugin_kind == PLUGIN_DETECTOR ? "; events wait until it can work"
                      : keeps_place(row)                  ? "; items wait until it can work"
                                                          : "; it is left out");
    }
    free(differences);
    return is_good;
}

struct assembly *assembly_prepare(struct setup *setup, const struct assembly_ground *ground, struct assembly *running,
                                  struct error *error)
{
    struct assembly *assembly = calloc(1, sizeof *assembly);
    struct shared_setup *shared = calloc(1, sizeof *shared);
    struct member *members = calloc(setup_instance_count(setup) + 1, sizeof *members);
    struct served *services = calloc(setup_instance_count(setup) + 1, sizeof *services);
    if (!assembly || !shared || !members || !services) {
        free(assembly);
        free(shared);
        free(members);
        free(services);
        error_set(error, ERROR_MEMORY, "no memory for the instances");
        return NULL;
    }
    *shared = (struct shared_setup){setup, 1};
    assembly->ground = *ground;
    assembly->shared = shared;
    assembly->members = members;
    assembly->services = services;
    bool is_good = add_members(assembly, running, error);
    assembly->ground.anew = NULL; /* lent until now */
    if (is_good)
        return assembly;
    /* The caller keeps the setup. */
    shared->users++;
    assembly_destroy(assembly, running);
    free(shared);
    return NULL;
}

void assembly_destroy(struct assembly *assembly, struct assembly *heir)
{
    if (!assembly)
        return;
    for (size_t i = 0; i < assembly->member_count; i++) {
        struct member *member = &assembly->members[i];
        const struct member *inherited = find_member(heir, member->row->title);
        if (!inherited || inherited->driver != member->driver)
            driver_destroy(member->driver);
        release_setup(member->origin);
    }
    for (size_t i = 0; i < assembly->service_count; i++) {
        struct served *served = &assembly->services[i];
        const struct served *inherited = find_served(heir, served->row->title);
        bool is_kept = inherited && inherited->service == served->service;
        if (is_kept || service_destroy(served->service))
            release_setup(served->origin);
    }
    release_setup(assembly->shared);
    free(assembly->members);
    free(assembly->services);
    free(assembly);
}

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
    bus_park(port, "it could not be created; the log says why");
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
    const struct member *member = find_member(assembly, title);
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

size_t assembly_failures(const struct assembly *assembly)
{
    return assembly->failures;
}

void assembly_watch(struct assembly *assembly)
{
    for (size_t i = 0; i < assembly->member_count; i++)
        if (assembly->members[i].driver)
            instance_watch(driver_instance(assembly->members[i].driver));
    if (assembly->bus)
        bus_watch_holds(assembly->bus);
}
