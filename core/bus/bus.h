/* Bus: carries items from sources through processors to the desk, and deliveries to sinks, losing nothing.
 *
 * What drives an instance (core/daemon) adds a port for it, makes a lane (lane.h) and attaches it. The lane's `take`
 * asks the port for a unit of work, its `run` has the instance's callback run on it, and bus_finish hands it back; it
 * is then made durable by the writer, whole or not at all, and what follows from it wakes other ports' lanes:
 *
 *     take:  unit = bus_take(port);
 *     run:   slot = bus_enter(bus, unit);  instance_run(instance, unit);  bus_leave(bus, slot);
 *            bus_finish(port, unit, instance_pending(instance) > 0);
 *
 * Ports: a *source* gives a fetch when one is due; a *processor* (transform or classifier) gives batches of items, each
 * with the reports of those before it; a *detector* gives batches of
 * revisions of events; a *sink* gives batches of deliveries that are due. Processors form one chain in
 * the order in which they are added: an item reaches each when those before it have finished it, or it passes them by
 * (core/bus/hold.h). The watermark is the item up to which that is so of all; it is what stages (desk, then watch) may go to. Stages run on the
 * writer's thread inside the transaction of the units that it commits.
 *
 * Results: what OK, AGAIN, RETRY, REJECT, CONFIG and FATAL mean is in <entente/plugin.h>. Here: a record that keeps
 * failing is dead-lettered when its deadline has passed, so it cannot hold the watermark for ever; one that was in a
 * callback when the process died, or whose callback ended in FATAL, is tried again by itself, and dead-lettered when it
 * has done that twice; a source in whose callbacks the process died waits longer each time. A source that answers
 * CONFIG is not fetched any more; a processor or sink gets no more units. A source that answers REJECT is gone: that is
 * kept, until its address changes or bus_fetch_now is called.
 *
 * Backpressure: past `high_water` items that are not below the watermark, below `min_free` bytes of disk, and while the
 * store cannot be written, sources give no fetches. bus_finish waits while the writer's queue is full.
 *
 * Life: create, add ports and stages, start, …, stop (lanes first), destroy. To change ports, make a new bus: all that
 * matters is in the store. Threads: bus_take and bus_finish as lanes call them; everything else as its comment says.
 * Lock order: a port's submit mutex, then the bus's state, then any of reader, writer queue, pool; callbacks and
 * waiting for disk happen under none of them, save for the reader's own. */
#ifndef CORE_BUS_BUS_H
#define CORE_BUS_BUS_H

#include "core/bus/lane.h"
#include "core/bus/unit.h"
#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct delivery_route;
struct revision_row;
struct store;
struct bus;
struct bus_port;

struct bus_settings {
    const char *state_dir; /* prepared, its lock held by the caller (core/store/state.h); copied */
    int64_t min_free;      /* bytes of disk; 0: not looked at */
    int64_t high_water;    /* items; 0: 20,000 */
    bool once;             /* every source is due at once, and only once */
    const struct delivery_route *health_routes; /* to whom it is told when sources fall out, ended by one without a
                                                   sink; lent. NULL: to nobody */
    /* When a delivery that was to be tried again, or is late, at `time` may go, by the quiet hours of its sink and of its
     * watch ("" where it has none): that time or a later one. On the writer's thread, or in bus_start. NULL: there are
     * no such hours. */
    int64_t (*retry_time)(void *context, const char *sink, const char *watch, int64_t time);
    void *retry_context;
    /* After each transaction that wrote; on the writer's thread, must not block. May be NULL. */
    void (*committed)(void *context);
    void *context;
};

/* Opens the store for writing and counts the deaths that the last run left in the in-flight file. */
struct bus *bus_create(const struct bus_settings *settings, struct error *error);
/* After bus_stop, and after the ports' lanes are gone. NULL does nothing. */
void bus_destroy(struct bus *bus);

/* As in the settings; lent. Any thread. */
const char *bus_state_dir(const struct bus *bus);
/* The writer's connection, for what must be written before bus_start and by nobody after it; lent. Main thread. */
struct store *bus_store(struct bus *bus);

/* ---- ports: before bus_start, main thread. Settings' texts and contexts are lent for the bus's life. NULL or false
 * with `error` filled. ---- */

/* `done` (may be NULL) is called on the writer's thread when the unit is durable or could not be stored; it must not
 * block. The unit is destroyed afterwards. */
struct bus_source {
    const char *instance; /* "source.edm" */
    /* Of items that bear none; NULL: media, the address's domain, none. */
    const char *item_class, *publisher, *language;
    const char *address; /* what tells whether the source is still the same: a digest of its url; NULL for none */
    int64_t interval_ms, interval_min_ms, interval_max_ms; /* core/bus/plan.h; 0: not given */
    int64_t silent_after_ms, dead_after_ms;                /* core/bus/health.h */
    void (*done)(void *context, const struct unit *unit, bool committed);
    void *context;
};
struct bus_port *bus_add_source(struct bus *bus, const struct bus_source *settings, struct error *error);

struct bus_processor {
    const char *instance; /* "classifier.coder" */
    enum unit_kind kind;  /* UNIT_TRANSFORM or UNIT_CLASSIFY */
    bool is_stateless;    /* units are given while earlier ones are not yet durable */
    int64_t deadline_ms;  /* from a record's first attempt to its dead letter; 0: one hour */
    size_t batch;         /* records at most in a unit; 0: 64 */
    int64_t hold_max_ms;  /* how long items wait at it before they pass it by (core/bus/hold.h); 0: for ever */
    void (*done)(void *context, const struct unit *unit, bool committed);
    void *context;
};
struct bus_port *bus_add_processor(struct bus *bus, const struct bus_processor *settings, struct error *error);

/* A detector has a cursor over the revisions of events (core/store/events.h), which it takes in order, one unit after the
 * other. New to the store it begins at the present, which on an empty archive is the beginning. */
struct bus_detector {
    const char *instance; /* "detector.pace" */
    bool from_archive;    /* new to the store it begins at the beginning */
    int64_t deadline_ms;  /* from a revision's first attempt to its dead letter; 0: one hour */
    size_t batch;         /* revisions at most in a unit; 0: 64 */
    /* Is the plugin to see this revision? On the lane's thread, with a reading connection. NULL: all are. */
    bool (*wants)(void *context, struct store *store, const struct revision_row *row, bool *wanted, struct error *error);
    /* Makes an alert of a finding about the revision, or none where nobody wants one or there is one already: *raised. On
     * the writer's thread, in the transaction of the unit. */
    bool (*raise)(void *context, struct store *store, const struct revision_row *row, struct record_view finding,
                  bool *raised, struct error *error);
    void *context;
};
struct bus_port *bus_add_detector(struct bus *bus, const struct bus_detector *settings, struct error *error);

struct bus_sink {
    const char *instance;                 /* "sink.desk-mail" */
    const char *name;                     /* as deliveries name it: "desk-mail" */
    int64_t deadline_ms;                  /* from a delivery's first attempt to giving up; 0: one hour */
    int64_t pause_first_ms, pause_max_ms; /* before it is tried again, growing; 0: 1 s, 5 minutes */
    size_t batch;                         /* deliveries at most in a unit; 0: 64 */
    void (*done)(void *context, const struct unit *unit, bool committed);
    void *context;
};
struct bus_port *bus_add_sink(struct bus *bus, const struct bus_sink *settings, struct error *error);

/* The lane to wake; before bus_start. */
void bus_attach(struct bus_port *port, struct lane *lane);
/* Before the lane is closed: the bus wakes it no more. */
void bus_detach(struct bus_port *port);

struct bus_stage {
    const char *name;
    bool (*run)(void *context, struct store *store, struct error *error); /* a bounded amount of work */
    bool (*has_more)(const void *context);                  /* work is left that the last run did not do; may be NULL */
    void (*set_watermark)(void *context, int64_t sequence); /* called before run; may be NULL */
    void *context;
    bool is_aside; /* runs once a transaction, after the rounds of the others; added behind them */
    int64_t (*due)(const void *context); /* when it shall run though nothing comes, in milliseconds since 1970; 0:
                                            never; may be NULL. On the writer's thread */
};
/* In the order in which they shall run. An item that is handed out again from the dead letters may bring reports after
 * the watermark has passed it. */
bool bus_add_stage(struct bus *bus, const struct bus_stage *stage, struct error *error);

/* ---- running ---- */
bool bus_start(struct bus *bus, struct error *error);
/* Gives no more units, commits what was handed back, ends the writer. Lanes must be closed before. */
void bus_stop(struct bus *bus);

/* NULL: nothing now; the lane will be woken. */
struct unit *bus_take(struct bus_port *port);
/* Takes the unit over: one from bus_take, or a UNIT_RESPOND that an answer gave rise to. `more_follows`: the instance
 * still has requests under way; a source's fetch ends with the first unit for which it is false. */
void bus_finish(struct bus_port *port, struct unit *unit, bool more_follows);

/* The instance can do nothing more until the configuration changes: it gets no more work. Any thread. */
void bus_park(struct bus_port *port, const char *why);

/* The instance has been made anew and knows nothing of what it had left at ENT_AGAIN: these records are handed out again, and
 * a source's fetch that was open by a ticket ends as one that failed, where `more_follows` is false (see bus_finish) at once. Any
 * thread. */
void bus_forget_answers(struct bus_port *port, bool more_follows);

/* To be called every second or so: lets items pass by what they have waited for long enough, and tells who is told of the
 * health of sources where items wait. Any one thread but the writer's; waits for a transaction where something changed. */
void bus_watch_holds(struct bus *bus);
/* The same, but nothing that may be passed by is waited for any longer. Whether that let anything go on. */
bool bus_pass_holds(struct bus *bus);

/* Makes an alert of it, for those who are told of the health of sources. Any thread, as bus_change. */
bool bus_tell_parked(struct bus *bus, const char *instance, const char *why, struct error *error);
/* Likewise that an instance which is configured has no port, since it could not be made. */
bool bus_tell_left_out(struct bus *bus, const char *instance, const char *why, struct error *error);

/* Around every callback, on its thread: says in the in-flight file what is being worked on, should the process die. */
int bus_enter(struct bus_port *port, const struct unit *unit);
void bus_leave(struct bus_port *port, int slot);

/* Runs `change` inside a transaction of the writer and waits until it is durable. Any thread but the writer's; not
 * from within callbacks. */
bool bus_change(struct bus *bus, bool (*change)(void *context, struct store *store, struct error *error), void *context,
                struct error *error);
/* The source ("edm" or "source.edm") is due at once, whatever its back-off. ERROR_MISSING where there is none of that
 * name, ERROR_STATE where it is parked or being fetched already. Any thread. */
bool bus_fetch_now(struct bus *bus, const char *name, struct error *error);
/* A dead letter is handed out again. Any thread, as bus_change. */
bool bus_retry_dead_letter(struct bus *bus, int64_t id, struct error *error);

/* Kept state as the last commit left it, copied into `arena`: for the host's kv/1 and http/1; `context` is the bus. Any
 * thread. False where there is none. */
bool bus_kv_get(void *context, const char *instance, struct ent_str key, struct arena *arena, struct ent_str *value);
bool bus_kv_next(void *context, const char *instance, struct ent_str prefix, struct ent_str after, struct arena *arena,
                 struct ent_str *key);
bool bus_http_state_get(void *context, const char *instance, const char *url, struct arena *arena,
                        struct unit_http_state *state);

/* ---- looking; any thread ---- */
struct bus_stats {
    int64_t items; /* sequence of the last one */
    int64_t watermark;
    int64_t open_items;          /* past the watermark */
    int64_t units, transactions; /* committed since the start */
    size_t queued_units;
    bool sources_paused;
    char paused_because[300]; /* "" */
    char trouble[1000];       /* why the store cannot be written just now; "" */
};
void bus_read_stats(struct bus *bus, struct bus_stats *stats);

enum bus_role { BUS_SOURCE, BUS_PROCESSOR, BUS_DETECTOR, BUS_SINK };
struct bus_port_stats {
    const char *instance;
    enum bus_role role;
    bool is_parked;                                                /* it answered CONFIG */
    bool is_gone;                                                  /* source: it answered REJECT */
    char text[500];                                                /* of the last failure; "" */
    int64_t in_flight;                                             /* records, or 1 for a fetch under way */
    int64_t pending;                                               /* records to be tried again */
    int64_t awaited;                                               /* of these: handed out, their answer is to come */
    int64_t finished;                                              /* processor: every item up to here */
    int64_t held, held_since;                                      /* processor: items that wait at it; since when, as
                                                                      bus_watch_holds saw it last, 0 for not at all */
    bool is_passed;                                                /* processor: items pass it by (core/bus/hold.h) */
    int64_t next_fetch, last_fetch, last_success, failures, items; /* source */
    int64_t delivered, dead;                                       /* sink: since the start */
    int64_t cursor;                                                /* processor, detector: taken up to here */
    int64_t alerts;                                                /* detector: raised since the start */
};
size_t bus_port_count(const struct bus *bus);
void bus_read_port_stats(struct bus *bus, size_t index, struct bus_port_stats *stats);

/* What is still to be done before everything is at rest. */
struct bus_backlog {
    size_t fetches;     /* sources under way, or (with `once`) not yet fetched */
    int64_t items;      /* not yet past all processors and stages */
    int64_t revisions;  /* of events, not yet past all detectors */
    int64_t deliveries; /* pending */
    int64_t held;       /* alerts that wait for a digest and the like; not to be waited for */
    int64_t stuck;      /* of these: their sink is parked, or there is none of that name */
};
/* Waits at most `timeout_ms` (0: looks only) until nothing is left but what is stuck; returns whether that is so. */
bool bus_wait(struct bus *bus, int64_t timeout_ms, struct bus_backlog *backlog);

#endif
