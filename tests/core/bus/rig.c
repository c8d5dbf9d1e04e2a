#include "tests/core/bus/rig.h"

#include "lib/record/record.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Far more than any machine takes: it ends a test that hangs and measures nothing. */
enum { SETTLE_MS = 60000 };

/* ---- lanes ---- */

static void *take(void *context)
{
    struct rig_actor *actor = context;
    return actor->closed ? NULL : bus_take(actor->port);
}

static void run(void *context, void *job)
{
    struct rig_actor *actor = context;
    struct unit *unit = job;
    actor->calls++;
    actor->records += (int64_t)unit->input_count;
    int slot = bus_enter(actor->port, unit);
    actor->run(actor, unit);
    bus_leave(actor->port, slot);
    bus_finish(actor->port, unit, actor->more_follows);
}

static const struct lane_ops lane_ops = {take, run};

/* ---- life ---- */

void rig_init(struct rig *rig)
{
    memset(rig, 0, sizeof *rig);
    snprintf(rig->directory, sizeof rig->directory, "/tmp/entente-bus-XXXXXX");
    assert_non_null(mkdtemp(rig->directory));
    rig->settings.once = true;
}

static struct bus_port *add_port(struct rig *rig, struct rig_actor *actor, struct error *error)
{
    struct bus_source source = {.instance = actor->instance,
                                .item_class = "wire",
                                .interval_ms = actor->interval_ms ? actor->interval_ms : 1000};
    struct bus_processor processor = {.instance = actor->instance,
                                      .kind = actor->kind,
                                      .is_stateless = actor->workers > 1,
                                      .batch = actor->batch,
                                      .deadline_ms = actor->deadline_ms,
                                      .hold_max_ms = actor->hold_max_ms};
    struct bus_sink sink = {.instance = actor->instance,
                            .name = strchr(actor->instance, '.') + 1,
                            .batch = actor->batch,
                            .deadline_ms = actor->deadline_ms};
    struct bus_detector detector = {.instance = actor->instance,
                                    .from_archive = actor->from_archive,
                                    .batch = actor->batch,
                                    .deadline_ms = actor->deadline_ms,
                                    .wants = actor->wants,
                                    .raise = actor->raise,
                                    .context = actor};
    switch (actor->role) {
    case BUS_DETECTOR:
        return bus_add_detector(rig->bus, &detector, error);
    case BUS_SOURCE:
        return bus_add_source(rig->bus, &source, error);
    case BUS_PROCESSOR:
        return bus_add_processor(rig->bus, &processor, error);
    case BUS_SINK:
    default:
        return bus_add_sink(rig->bus, &sink, error);
    }
}

static void check(bool ok, const struct error *error)
{
    if (!ok)
        fail_msg("%s", error->text);
}

void rig_start(struct rig *rig, struct rig_actor *actors, size_t count)
{
    struct error error = ERROR_INIT;
    rig->settings.state_dir = rig->directory;
    rig->actors = actors;
    rig->actor_count = count;
    rig->bus = bus_create(&rig->settings, &error);
    check(rig->bus != NULL, &error);
    rig->pool = pool_create(3, &error);
    check(rig->pool != NULL, &error);
    for (size_t i = 0; i < count; i++) {
        struct rig_actor *actor = &actors[i];
        actor->rig = rig;
        actor->port = add_port(rig, actor, &error);
        check(actor->port != NULL, &error);
        actor->lane = lane_create(rig->pool, actor->instance, actor->workers, &lane_ops, actor);
        assert_non_null(actor->lane);
        bus_attach(actor->port, actor->lane);
    }
    if (rig->stage.run)
        check(bus_add_stage(rig->bus, &rig->stage, &error), &error);
    if (rig->second_stage.run)
        check(bus_add_stage(rig->bus, &rig->second_stage, &error), &error);
    check(bus_start(rig->bus, &error), &error);
}

void rig_stop(struct rig *rig)
{
    for (size_t i = 0; i < rig->actor_count; i++)
        lane_close(rig->actors[i].lane);
    bus_stop(rig->bus);
    for (size_t i = 0; i < rig->actor_count; i++)
        lane_destroy(rig->actors[i].lane);
    pool_destroy(rig->pool);
    bus_destroy(rig->bus);
    rig->bus = NULL;
    rig->pool = NULL;
}

void rig_settle(struct rig *rig)
{
    struct bus_backlog backlog;
    if (!bus_wait(rig->bus, SETTLE_MS, &backlog))
        fail_msg("still to be done: %zu fetches, %lld items, %lld deliveries", backlog.fetches,
                 (long long)backlog.items, (long long)backlog.deliveries);
}

enum { LOOK_MS = 5 };

static void wait_count(struct rig *rig, size_t port, bool only_awaited, int64_t wanted)
{
    int64_t count = -1;
    for (int waited = 0; waited < SETTLE_MS && count != wanted; waited += LOOK_MS) {
        struct bus_port_stats stats;
        usleep(LOOK_MS * 1000);
        bus_read_port_stats(rig->bus, port, &stats);
        count = only_awaited ? stats.awaited : stats.pending;
    }
    assert_int_equal(count, wanted);
}

void rig_wait_pending(struct rig *rig, size_t port, int64_t pending)
{
    wait_count(rig, port, false, pending);
}

/* What is handed out counts as pending before its callback has left it open. */
void rig_wait_awaited(struct rig *rig, size_t port, int64_t awaited)
{
    wait_count(rig, port, true, awaited);
}

void rig_wait_parked(struct rig *rig, size_t port)
{
    struct bus_port_stats stats = {0};
    for (int waited = 0; waited < SETTLE_MS && !stats.is_parked; waited += LOOK_MS) {
        usleep(LOOK_MS * 1000);
        bus_read_port_stats(rig->bus, port, &stats);
    }
    assert_true(stats.is_parked);
}

void rig_wait_paused(struct rig *rig)
{
    struct bus_stats stats = {0};
    for (int waited = 0; waited < SETTLE_MS && !stats.sources_paused; waited += LOOK_MS) {
        usleep(LOOK_MS * 1000);
        bus_read_stats(rig->bus, &stats);
    }
    assert_true(stats.sources_paused);
}

void rig_wait_records(const struct rig_actor *actor, int64_t records)
{
    for (int waited = 0; waited < SETTLE_MS && actor->records < records; waited += LOOK_MS)
        usleep(LOOK_MS * 1000);
    assert_true(actor->records >= records);
}

void rig_remove(struct rig *rig)
{
    char name[512];
    DIR *folder = opendir(rig->directory);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        snprintf(name, sizeof name, "%s/%s", rig->directory, entry->d_name);
        unlink(name);
    }
    closedir(folder);
    rmdir(rig->directory);
}

/* ---- looking ---- */

static struct store *open_store(struct rig *rig, enum store_mode mode)
{
    char path[128];
    struct error error = ERROR_INIT;
    snprintf(path, sizeof path, "%s/%s", rig->directory, STORE_FILE_NAME);
    struct store *store = store_open(path, mode, &error);
    check(store != NULL, &error);
    return store;
}

int64_t rig_count(struct rig *rig, const char *sql)
{
    int64_t value;
    struct error error = ERROR_INIT;
    struct store *store = open_store(rig, STORE_READ);
    check(store_count(store, sql, &value, &error), &error);
    store_close(store);
    return value;
}

const char *rig_text(struct rig *rig, const char *sql)
{
    static char text[2000];
    struct error error = ERROR_INIT;
    bool row;
    struct store *store = open_store(rig, STORE_READ);
    sqlite3_stmt *statement = store_statement(store, sql, &error);
    check(statement && store_step(store, statement, &row, &error, "read"), &error);
    snprintf(text, sizeof text, "%s", row ? store_column_text(statement, 0) : "");
    store_done(statement);
    store_close(store);
    return text;
}

void rig_execute(struct rig *rig, const char *sql)
{
    struct error error = ERROR_INIT;
    struct store *store = open_store(rig, STORE_WRITE);
    check(store_execute(store, sql, &error), &error);
    store_close(store);
}

/* ---- records ---- */

struct ent_record *rig_item(const char *guid, const char *title, const char *body)
{
    struct error error = ERROR_INIT;
    struct ent_builder *builder = record_build(ENT_ITEM);
    record_put_text(builder, ENT_ITEM_GUID, guid);
    record_put_text(builder, ENT_ITEM_FETCH_URL, "https://www.example.org/feed.xml");
    record_put_text(builder, ENT_ITEM_TITLE, title);
    record_put_text(builder, ENT_ITEM_BODY, body);
    struct ent_record *record = record_seal(builder, &error);
    check(record != NULL, &error);
    return record;
}

struct ent_record *rig_report(const char *type)
{
    struct error error = ERROR_INIT;
    struct ent_builder *builder = record_build(ENT_REPORT);
    record_put_text(builder, ENT_REPORT_TYPE, type);
    struct ent_record *record = record_seal(builder, &error);
    check(record != NULL, &error);
    return record;
}

void rig_emit_items(struct rig_actor *actor, struct unit *unit)
{
    int count = *(int *)actor->context;
    for (int i = 0; i < count; i++) {
        char guid[32], title[32];
        snprintf(guid, sizeof guid, "guid-%d", i);
        snprintf(title, sizeof title, "title %d", i);
        assert_true(unit_emit(unit, 0, rig_item(guid, title, "body")));
    }
    unit->code = ENT_OK;
}

void rig_classify(struct rig_actor *actor, struct unit *unit)
{
    (void)actor;
    for (size_t i = 0; i < unit->input_count; i++)
        assert_true(unit_emit(unit, i, rig_report("exercise")));
    unit->code = ENT_OK;
}
