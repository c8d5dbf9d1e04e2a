/* What detectors cost the writer: the same invented events are written by a stage of the bus, in place of the desk,
 * without a detector, with one whose rule lets hardly anything through, with one that is shown everything and finds
 * nothing, and with one that finds something in each; a line of JSON each. `writer_us` is the writer's own processor
 * time an event, which other work on the machine does not change; `seconds` is until the detector has seen the last.
 *
 * usage: bench-detector [EVENTS] */
#include "bench/query/archive.h"
#include "core/base/clock.h"
#include "core/bus/bus.h"
#include "core/store/events.h"
#include "core/store/state.h"
#include "core/watch/detection.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS = 20000, EVENTS_A_RUN = 200, WAIT_MS = 600000 };

static int64_t thread_us(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

/* ---- the stage that writes ---- */

struct desk {
    int64_t events;
    _Atomic int64_t written;
    int64_t began_us, took_us; /* the writer's thread, from its first run to its last */
};

static bool write_events(void *context, struct store *store, struct error *error)
{
    struct desk *desk = context;
    bool ok = true;
    if (desk->written == 0)
        desk->began_us = thread_us();
    for (int i = 0; ok && i < EVENTS_A_RUN && desk->written < desk->events; i++) {
        struct ent_record *event = archive_event(++desk->written, 1, error);
        ok = event && store_event_put(store, event->view, EVENT_LIVE, NULL, NULL, 1, error);
        record_release(event);
    }
    desk->took_us = thread_us() - desk->began_us;
    return ok;
}

static bool has_more(const void *context)
{
    const struct desk *desk = context;
    return desk->written < desk->events;
}

/* ---- the detector ---- */

struct watcher {
    struct bus_port *port;
    struct lane *lane;
    bool finds;
    int64_t seen;
};

static void *take(void *context)
{
    return bus_take(((struct watcher *)context)->port);
}

static void run(void *context, void *job)
{
    struct watcher *watcher = context;
    struct unit *unit = job;
    int slot = bus_enter(watcher->port, unit);
    watcher->seen += (int64_t)unit->input_count;
    for (size_t i = 0; watcher->finds && i < unit->input_count; i++) {
        struct error error = ERROR_INIT;
        struct ent_builder *builder = record_build(ENT_FINDING);
        record_put_text(builder, ENT_FINDING_KIND, "bench");
        record_put_text(builder, ENT_FINDING_TEXT, "an event");
        unit_emit(unit, i, record_seal(builder, &error));
    }
    unit->code = ENT_OK;
    bus_leave(watcher->port, slot);
    bus_finish(watcher->port, unit, false);
}

static const struct lane_ops lane_ops = {take, run};

/* ---- one measurement ---- */

static void remove_folder(const char *folder)
{
    char path[512];
    DIR *opened = opendir(folder);
    for (struct dirent *entry; opened && (entry = readdir(opened));) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        unlink(path);
    }
    if (opened)
        closedir(opened);
    rmdir(folder);
}

static void fail(const struct error *error)
{
    fprintf(stderr, "bench-detector: %s\n", error->text);
    exit(1);
}

/* `when` NULL: every event. */
static void measure(const char *name, int64_t events, bool has_detector, const char *when, bool finds)
{
    char folder[] = "/tmp/entente-bench-XXXXXX";
    struct error error = ERROR_INIT;
    struct rule_error rule_error;
    struct desk desk = {.events = events};
    struct watcher watcher = {.finds = finds};
    struct bus_backlog backlog;
    struct bus_stats stats;
    if (!mkdtemp(folder))
        exit(1);
    struct rule *rule = when ? rule_compile(when, strlen(when), &rule_error) : NULL;
    struct detection *detection =
        detection_create(&(struct detection_settings){.title = "detector.bench", .rule = rule});
    struct bus *bus = bus_create(&(struct bus_settings){.state_dir = folder}, &error);
    struct pool *pool = bus ? pool_create(2, &error) : NULL;
    if (!pool || !detection)
        fail(&error);
    if (has_detector) {
        watcher.port = bus_add_detector(
            bus,
            &(struct bus_detector){
                .instance = "detector.bench", .wants = detection_wants, .raise = detection_raise, .context = detection},
            &error);
        watcher.lane = watcher.port ? lane_create(pool, "detector.bench", 1, &lane_ops, &watcher) : NULL;
        if (!watcher.lane)
            fail(&error);
        bus_attach(watcher.port, watcher.lane);
    }
    int64_t began = clock_monotonic();
    if (!bus_add_stage(bus,
                       &(struct bus_stage){.name = "desk", .run = write_events, .has_more = has_more, .context = &desk},
                       &error) ||
        !bus_start(bus, &error))
        fail(&error);
    /* The writer's thread may not have begun yet. */
    bool is_done = true;
    while (is_done && (desk.written < events || !bus_wait(bus, 0, &backlog)))
        is_done = bus_wait(bus, WAIT_MS, &backlog) && clock_monotonic() - began < WAIT_MS;
    double seconds = (double)(clock_monotonic() - began) / 1000;
    bus_read_stats(bus, &stats);
    if (watcher.lane)
        lane_close(watcher.lane);
    bus_stop(bus);
    lane_destroy(watcher.lane);
    pool_destroy(pool);
    bus_destroy(bus);
    detection_destroy(detection);
    rule_destroy(rule);
    remove_folder(folder);
    if (!is_done || desk.written != events)
        exit(1);
    printf("{\"bench\":\"detector\",\"case\":\"%s\",\"events\":%lld,\"seen\":%lld,\"seconds\":%.2f,"
           "\"events_per_second\":%.0f,\"writer_us\":%.1f,\"transactions\":%lld}\n",
           name, (long long)events, (long long)watcher.seen, seconds, (double)events / seconds,
           (double)desk.took_us / (double)events, (long long)stats.transactions);
    fflush(stdout);
}

int main(int count, char **arguments)
{
    int64_t events = count > 1 ? strtoll(arguments[1], NULL, 10) : EVENTS;
    measure("none", events, false, NULL, false);
    measure("rule", events, true, "type = downturn and actor = NRU", false);
    measure("shown", events, true, NULL, false);
    measure("found", events, true, NULL, true);
    return 0;
}
