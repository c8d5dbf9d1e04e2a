#include "core/daemon/daemon_private.h"

#include "core/ask/ask.h"
#include "core/base/clock.h"
#include "core/base/condition.h"
#include "core/base/log.h"
#include "core/bus/inflight.h"
#include "core/daemon/notify.h"
#include "core/host/cgroup.h"

#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { TICK_MS = 1000, TRIM_MS = 5000 };

/* ---- configuration ---- */

/* A plugin that is refused costs its own instances; what else is wrong with a configuration forbids running it. */
static bool may_run(const struct setup *setup, const struct diagnostics *diagnostics)
{
    return diagnostics_count(diagnostics, DIAGNOSTIC_ERROR) <= setup_refused_plugins(setup);
}

/* All are printed; whoever asked for a reload sees this one. */
static void tell_first(const struct diagnostics *diagnostics, const char *config, struct error *error)
{
    struct source_place place = {0};
    const char *first = diagnostics_first_error(diagnostics, &place);
    size_t count = diagnostics_count(diagnostics, DIAGNOSTIC_ERROR);
    error_set(error, ERROR_CONFIG, "%s:%d: %s (%zu error%s; nothing was changed)", place.file ? place.file : config,
              place.line, first ? first : "it cannot be read", count, count == 1 ? "" : "s");
}

struct setup *daemon_load(const char *config, enum daemon_status *status, struct error *error)
{
    struct diagnostics *diagnostics = diagnostics_create();
    struct error problem = ERROR_INIT;
    enum daemon_status outcome = DAEMON_UNREADABLE;
    struct setup *setup = NULL;
    if (!diagnostics)
        error_set(&problem, ERROR_MEMORY, "no memory to read the configuration");
    else if ((setup = setup_load(config, NULL, OPTIONS_RESOLVE, diagnostics, &problem)))
        diagnostics_print(diagnostics, stderr, isatty(STDERR_FILENO));
    if (setup && !may_run(setup, diagnostics)) {
        tell_first(diagnostics, config, &problem);
        setup_destroy(setup);
        setup = NULL;
        outcome = DAEMON_FAILED;
    }
    diagnostics_destroy(diagnostics);
    if (!setup && status)
        *status = outcome;
    if (!setup && error)
        *error = problem;
    return setup;
}

static const char *choose_config(const struct daemon_arguments *arguments)
{
    const char *config = arguments->config ? arguments->config : config_default_path();
    if (!config)
        log_write(LOG_ERROR, NULL, NULL,
                  "no configuration: give one with -c FILE, in $ENTENTE_CONFIG, as ./entente.ini or as "
                  "/etc/entente/entente.ini");
    return config;
}

static void apply_log(const struct setup *setup)
{
    const struct setup_daemon *settings = setup_daemon(setup);
    log_setup(settings->log_format, settings->log_level, STDERR_FILENO);
}

/* ---- signals ---- */

static bool open_signals(struct daemon *daemon, struct error *error)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    signal(SIGPIPE, SIG_IGN);
    inflight_catch_faults();
    /* Before any thread is started, so that all of them inherit it. */
    if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0 ||
        (daemon->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)) < 0)
        return error_set_errno(error, errno, "cannot set up signals");
    daemon->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return daemon->wake >= 0 || error_set_errno(error, errno, "cannot set up commands");
}

static void take_signals(struct daemon *daemon)
{
    struct signalfd_siginfo info;
    while (read(daemon->signals, &info, sizeof info) == sizeof info) {
        pthread_mutex_lock(&daemon->lock);
        if (info.ssi_signo == SIGHUP)
            daemon->reload_wanted = true;
        else
            daemon->stop_wanted = true;
        pthread_mutex_unlock(&daemon->lock);
        if (info.ssi_signo != SIGHUP)
            log_write(LOG_INFO, NULL, NULL, "stopping: %s", info.ssi_signo == SIGTERM ? "SIGTERM" : "SIGINT");
    }
}

bool daemon_wait(struct daemon *daemon, int timeout_ms)
{
    struct pollfd waits[] = {{.fd = daemon->signals, .events = POLLIN}, {.fd = daemon->wake, .events = POLLIN}};
    uint64_t count;
    if (poll(waits, 2, timeout_ms) > 0) {
        take_signals(daemon);
        while (read(daemon->wake, &count, sizeof count) == sizeof count)
            continue;
    }
    pthread_mutex_lock(&daemon->lock);
    bool is_stop = daemon->stop_wanted;
    pthread_mutex_unlock(&daemon->lock);
    return is_stop;
}

/* ---- starting ---- */

struct assembly_ground daemon_ground(const struct daemon *daemon)
{
    return (struct assembly_ground){.http = daemon->http,
                                    .runners = daemon->runners,
                                    .pool = daemon->pool,
                                    .state_dir = daemon->state_dir,
                                    .once = daemon->once,
                                    .services = &daemon->services};
}

static bool hold_state(struct daemon *daemon, const struct setup *setup, struct error *error)
{
    const char *state_dir = setup_daemon(setup)->state_dir;
    if (!state_dir)
        return error_set(error, ERROR_CONFIG, "there is no home for the state; set state_dir in [entente]");
    daemon->state_dir = strdup(state_dir);
    if (!daemon->state_dir)
        return error_set(error, ERROR_MEMORY, "no memory for the path of the state directory");
    if (!state_prepare(state_dir, error))
        return false;
    daemon->state_lock = state_lock(state_dir, error);
    return daemon->state_lock != NULL;
}

static bool make_service_ground(struct daemon *daemon, struct error *error)
{
    daemon->services = (struct service_ground){.state_dir = daemon->state_dir,
                                               .asker = asker_create(daemon->state_dir),
                                               .changes = pulse_create(),
                                               .command = daemon_command,
                                               .tell_parked = daemon_tell_parked,
                                               .context = daemon};
    return (daemon->services.asker && daemon->services.changes) ||
           error_set(error, ERROR_MEMORY, "no memory for what services stand on");
}

static bool make_runners(struct daemon *daemon, struct error *error)
{
    char why[300];
    if (cgroup_prepare(why, sizeof why))
        log_write(LOG_INFO, NULL, NULL, "memory_max is held by control groups, too");
    else
        log_write(LOG_DEBUG, NULL, NULL, "memory_max is held by samples alone: %s", why);
    daemon->runners = runners_create(NULL);
    return daemon->runners || error_set(error, ERROR_MEMORY, "no memory for the plugins' processes");
}

static bool open_control(struct daemon *daemon, struct error *error)
{
    if (daemon->once)
        return true;
    daemon->control = control_server_create(daemon->state_dir, daemon_handlers, daemon, error);
    return daemon->control != NULL;
}

/* Takes the setup over. */
static bool start(struct daemon *daemon, struct setup *setup, struct error *error)
{
    const struct setup_daemon *settings = setup_daemon(setup);
    bool is_good = hold_state(daemon, setup, error) && make_service_ground(daemon, error) && open_control(daemon, error) &&
                   (daemon->http = http_client_create(settings->contact, error)) &&
                   (daemon->pool = pool_create(settings->threads, error)) && make_runners(daemon, error);
    struct assembly_ground ground = daemon_ground(daemon);
    struct assembly *assembly = is_good ? assembly_prepare(setup, &ground, NULL, error) : NULL;
    if (!assembly) {
        setup_destroy(setup);
        return false;
    }
    pthread_mutex_lock(&daemon->lock);
    daemon->assembly = assembly;
    pthread_mutex_unlock(&daemon->lock);
    if (!assembly_start(assembly, error) || (daemon->control && !control_server_start(daemon->control, error)))
        return false;
    if (!daemon->once)
        assembly_serve(assembly);
    return true;
}

static void tell_started(const struct daemon *daemon, int64_t began)
{
    size_t counts[3] = {0}, detectors = 0;
    char detectors_text[40] = "";
    for (size_t i = 0; i < assembly_size(daemon->assembly); i++) {
        const struct driver *driver = assembly_driver(daemon->assembly, i);
        if (!driver)
            continue;
        unsigned kind = instance_kind(driver_instance(driver));
        if (kind == PLUGIN_DETECTOR)
            detectors++;
        else
            counts[kind == PLUGIN_SOURCE ? 0 : kind == PLUGIN_SINK ? 2 : 1]++;
    }
    size_t watches = watch_set_count(assembly_watches(daemon->assembly));
    char text[300];
    if (detectors > 0)
        snprintf(detectors_text, sizeof detectors_text, ", %zu detector%s", detectors, detectors == 1 ? "" : "s");
    snprintf(text, sizeof text, "%zu source%s, %zu processor%s, %zu watch%s%s, %zu sink%s", counts[0],
             counts[0] == 1 ? "" : "s", counts[1], counts[1] == 1 ? "" : "s", watches, watches == 1 ? "" : "es",
             detectors_text, counts[2], counts[2] == 1 ? "" : "s");
    log_write(LOG_INFO, NULL, NULL, "entented " ENT_VERSION " started in %lld ms: %s; state in %s",
              (long long)(clock_monotonic() - began), text, daemon->state_dir);
    notify_status(text);
    if (geteuid() == 0)
        log_write(LOG_WARNING, NULL, NULL,
                  "running as root: plugins run with all rights of this process; use a user of its own");
}

/* ---- running ---- */

/* What a burst of work has taken is given back to the system, so that an idle daemon is a small one. */
static void trim_memory(const struct daemon *daemon, int64_t *trimmed_at, int64_t *units)
{
    struct bus_stats stats;
    int64_t now = clock_monotonic();
    if (now - *trimmed_at < TRIM_MS)
        return;
    *trimmed_at = now;
    bus_read_stats(assembly_bus(daemon->assembly), &stats);
    if (stats.units != *units && stats.queued_units == 0)
        malloc_trim(0);
    *units = stats.units;
}

static void run_until_stopped(struct daemon *daemon)
{
    int64_t trimmed_at = clock_monotonic(), units = 0;
    int64_t watchdog = notify_watchdog_interval_ms();
    int tick = watchdog > 0 && watchdog < TICK_MS ? (int)watchdog : TICK_MS;
    notify_ready();
    while (!daemon_wait(daemon, tick)) {
        pthread_mutex_lock(&daemon->lock);
        bool is_reload = daemon->reload_wanted;
        pthread_mutex_unlock(&daemon->lock);
        if (is_reload)
            daemon_reload(daemon);
        assembly_watch(daemon->assembly);
        trim_memory(daemon, &trimmed_at, &units);
        if (watchdog > 0)
            notify_watchdog();
    }
}

/* ---- stopping ---- */

/* False where a callback never returned: its threads would be waited for without end. What is committed is safe, the
 * rest is as after a crash; nothing may be freed under those threads. */
static bool stop(struct daemon *daemon)
{
    struct error error = ERROR_INIT;
    notify_stopping();
    bool has_ended = !daemon->assembly || assembly_end_services(daemon->assembly, STOP_LIMIT_MS, &error);
    if (daemon->control)
        control_server_stop(daemon->control);
    if (daemon->assembly) {
        if (!has_ended || !assembly_quiesce(daemon->assembly, STOP_GRACE_MS, STOP_LIMIT_MS, &error)) {
            log_write(LOG_ERROR, NULL, NULL, "%s; leaving without waiting for it", error.text);
            control_server_destroy(daemon->control);
            return false;
        }
        assembly_stop(daemon->assembly);
        assembly_destroy(daemon->assembly, NULL);
    }
    runners_destroy(daemon->runners);
    http_client_destroy(daemon->http);
    if (daemon->pool) {
        pool_stop(daemon->pool);
        pool_destroy(daemon->pool);
    }
    control_server_destroy(daemon->control);
    asker_destroy(daemon->services.asker);
    pulse_destroy(daemon->services.changes);
    state_unlock(daemon->state_lock);
    free(daemon->state_dir);
    if (daemon->signals >= 0)
        close(daemon->signals);
    if (daemon->wake >= 0)
        close(daemon->wake);
    return true;
}

enum daemon_status daemon_run(const struct daemon_arguments *arguments)
{
    int64_t began = clock_monotonic();
    enum daemon_status status = DAEMON_FAILED;
    struct error error = ERROR_INIT;
    static struct daemon daemon; /* outlives this call where threads are left behind */
    daemon = (struct daemon){.once = arguments->once, .signals = -1, .wake = -1, .started = clock_now()};
    daemon.config = choose_config(arguments);
    if (!daemon.config)
        return DAEMON_UNREADABLE;
    struct setup *setup = daemon_load(daemon.config, &status, &error);
    if (!setup) {
        log_write(LOG_ERROR, NULL, NULL, "%s", error.text);
        return status;
    }
    pthread_mutex_init(&daemon.lock, NULL);
    condition_init(&daemon.reload_over);
    condition_init(&daemon.change_over);
    apply_log(setup);
    notify_starting();
    status = DAEMON_FAILED;
    if (!open_signals(&daemon, &error)) {
        setup_destroy(setup);
        log_write(LOG_ERROR, NULL, NULL, "%s", error.text);
    } else if (!start(&daemon, setup, &error)) {
        log_write(LOG_ERROR, NULL, NULL, "%s", error.text);
    } else {
        tell_started(&daemon, began);
        status = DAEMON_DONE;
        if (daemon.once)
            status = daemon_run_once(&daemon);
        else
            run_until_stopped(&daemon);
    }
    if (!stop(&daemon)) {
        log_flush();
        return DAEMON_STUCK;
    }
    if (status == DAEMON_DONE && !daemon.once)
        log_write(LOG_INFO, NULL, NULL, "stopped");
    log_flush();
    pthread_cond_destroy(&daemon.reload_over);
    pthread_cond_destroy(&daemon.change_over);
    pthread_mutex_destroy(&daemon.lock);
    return status;
}
