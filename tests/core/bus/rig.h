/* Rig: a bus in a directory of its own, with plain functions in place of plugins.
 *
 * Each actor is a port, its lane and a function that stands for the plugin's callback. What rig_start made, rig_stop
 * ends as a daemon would; the directory stays until rig_remove, so that a test can start again on it. */
#ifndef TESTS_CORE_BUS_RIG_H
#define TESTS_CORE_BUS_RIG_H

#include "core/bus/bus.h"
#include "core/store/state.h"
#include "core/store/store.h"

#include <pthread.h>
#include <stdatomic.h>

enum { RIG_ACTORS_MAX = 8 };

struct rig;

struct rig_actor {
    const char *instance;
    enum bus_role role;
    enum unit_kind kind; /* of a processor */
    size_t workers;      /* 0: 1; more than 1: stateless */
    size_t batch;
    int64_t interval_ms; /* of a source; 0: a second */
    int64_t deadline_ms;
    int64_t hold_max_ms; /* of a classifier */
    bool from_archive; /* of a detector: */
    bool (*wants)(void *context, struct store *store, const struct revision_row *row, bool *wanted, struct error *error);
    bool (*raise)(void *context, struct store *store, const struct revision_row *row, struct record_view finding,
                  bool *raised, struct error *error);
    void (*run)(struct rig_actor *actor, struct unit *unit);
    void *context;
    _Atomic int64_t calls, records;
    bool more_follows;   /* what the callback leaves open is finished by the test */
    _Atomic bool closed; /* takes nothing */
    /* The rig's: */
    struct rig *rig;
    struct bus_port *port;
    struct lane *lane;
};

struct rig {
    char directory[64];
    struct bus_settings settings;
    struct bus_stage stage, second_stage; /* run NULL: none */
    struct rig_actor *actors;
    size_t actor_count;
    struct pool *pool;
    struct bus *bus;
};

/* Makes the directory. */
void rig_init(struct rig *rig);
/* Actors are the caller's; processors form the chain in their order. Fails the test if it cannot. */
void rig_start(struct rig *rig, struct rig_actor *actors, size_t count);
void rig_stop(struct rig *rig);
/* Waits until all is done; fails the test after a minute. */
void rig_settle(struct rig *rig);
/* Waits until that port has so many records pending or left open for an answer, is parked, or sources are paused; each
 * fails the test after a minute. */
void rig_wait_pending(struct rig *rig, size_t port, int64_t pending);
void rig_wait_awaited(struct rig *rig, size_t port, int64_t awaited);
void rig_wait_parked(struct rig *rig, size_t port);
void rig_wait_paused(struct rig *rig);
/* Waits until that actor was handed so many records at least, as above. */
void rig_wait_records(const struct rig_actor *actor, int64_t records);
void rig_remove(struct rig *rig);

/* A number from the stopped or running rig's store. */
int64_t rig_count(struct rig *rig, const char *sql);
/* A text from it, into static storage. */
const char *rig_text(struct rig *rig, const char *sql);
void rig_execute(struct rig *rig, const char *sql);

struct ent_record *rig_item(const char *guid, const char *title, const char *body);
struct ent_record *rig_report(const char *type);

/* A source that emits items guid-0 … guid-(n-1), once; context is the int n. */
void rig_emit_items(struct rig_actor *actor, struct unit *unit);
/* A classifier that says "exercise" of every item. */
void rig_classify(struct rig_actor *actor, struct unit *unit);

#endif
