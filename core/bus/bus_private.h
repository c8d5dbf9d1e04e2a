/* The bus's own insides, shared by its parts and nobody else: flow.c (processors), schedule.c (sources), detect.c
 * (detectors), outbox.c (sinks), work.c and work_finish.c (what is the same for them), bus.c (life, ports, running) and what
 * that hands on to bus_commit.c, bus_deaths.c, bus_state.c, bus_dead_letters.c, bus_look.c and hold.c. Each part's functions are listed under its name.
 *
 * bus->mutex guards everything here that is not fixed before bus_start, unless it says otherwise. It is never held
 * while waiting for disk or for room in the writer's queue. `reader` has a mutex of its own, which may be taken under
 * no other lock but a port's taking (one thread at a time by lane.h). */
#ifndef CORE_BUS_BUS_PRIVATE_H
#define CORE_BUS_BUS_PRIVATE_H

#include "core/bus/aside.h"
#include "core/bus/attempt.h"
#include "core/bus/bus.h"
#include "core/bus/health.h"
#include "core/bus/hold.h"
#include "core/bus/inflight.h"
#include "core/bus/pending.h"
#include "core/bus/recent.h"
#include "core/bus/rhythm.h"
#include "core/bus/writer.h"
#include "core/store/dead_letters.h"
#include "core/store/identity.h"
#include "core/store/store.h"

#include <pthread.h>

struct same_items;

enum {
    BUS_HIGH_WATER = 20000,
    BUS_BATCH = 64,
    BUS_BATCH_BYTES = 1024 * 1024,
    BUS_PAUSE_FIRST_MS = 1000,
    BUS_PAUSE_MAX_MS = 5 * 60 * 1000,
    BUS_DEADLINE_MS = 60 * 60 * 1000,
    BUS_ANSWER_MS = 10 * 60 * 1000
};

/* What a source's port knows: the row in the store, and the fetch under way. */
struct bus_source_state {
    struct bus_source settings;
    int64_t next_fetch, last_fetch, last_success, failures, failing_since, fetches, items, last_item;
    struct rhythm rhythm;
    struct ent_fetch_hints hints; /* the document's, as last heard */
    enum outage outage;           /* as last told */
    bool is_gone;
    bool is_fetching;
    bool is_over;           /* with `once`: has had its fetch */
    bool is_deadly;         /* a death in its callbacks is on record */
    enum ent_code worst;    /* of the units of the fetch under way */
    int64_t retry_after_ms; /* as the worst asked; -1 */
    int64_t asked_next_ms;  /* by the plugin; -1 */
    int64_t fresh_ms;       /* how long what the fetch under way brought holds; -1 */
    bool has_new;           /* the fetch under way brought items */
    uint64_t ticket;        /* by which the fetch under way will be settled; 0: by its answers alone */
};

struct bus_processor_state {
    struct bus_processor settings;
    size_t index;                /* in the chain */
    int64_t cursor;              /* as committed */
    int64_t dispatched;          /* handed out up to here */
    struct hold hold;
    uint64_t last_ordinal;       /* of fresh units */
    pthread_mutex_t order_mutex; /* guards the two below, and that units are submitted in order */
    struct unit *held;           /* finished before their turn, by ordinal */
    uint64_t next_ordinal;       /* whose turn it is */
};

struct bus_sink_state {
    struct bus_sink settings;
    int64_t delivered, dead;
    bool is_sealing; /* a unit that ends windows is with the writer */
    /* What was settled while due deliveries are being read: the reading may not have seen it, and would hand it out anew. */
    bool is_reading, has_lost_count;
    int64_t *settled;
    size_t settled_count, settled_capacity;
};

struct bus_detector_state {
    struct bus_detector settings;
    int64_t cursor;     /* as committed, over revisions of events */
    int64_t dispatched; /* handed out up to here */
    int64_t alerts;     /* raised since the start */
};

/* What the parts do for a port, by its role. `finish` takes the unit over; `apply` and `fail` run on the writer's thread,
 * `done` there with bus->mutex held (`written`: what `apply` wrote is durable), `wake` with it held on any. */
struct port_ops {
    bool (*load)(struct bus_port *port, struct error *error); /* NULL: nothing to load */
    struct unit *(*take)(struct bus_port *port);
    void (*finish)(struct bus_port *port, struct unit *unit, bool more_follows);
    bool (*apply)(struct bus_port *port, struct store *store, struct unit *unit, struct error *error);
    void (*fail)(struct bus_port *port, struct unit *unit, const char *why);
    void (*done)(struct bus_port *port, struct unit *unit, bool written);
    void (*wake)(struct bus_port *port);
};

struct bus_port {
    struct bus *bus;
    enum bus_role role;
    const struct port_ops *ops;
    void (*told)(void *context, const struct unit *unit, bool committed); /* the settings' `done`; may be NULL */
    void *told_context;
    const char *instance;
    struct lane *lane;
    bool is_parked;
    char text[500]; /* of the last failure */
    int64_t out;    /* records in units now; for a source, units */
    struct pending_set pending;
    struct aside aside; /* of what is awaited */
    struct bus_source_state source;
    struct bus_processor_state processor;
    struct bus_detector_state detector;
    struct bus_sink_state sink;
};

struct bus {
    char *state_dir;
    int64_t min_free, high_water;
    const struct delivery_route *health_routes; /* lent */
    size_t health_route_count;
    bool once;
    int64_t (*retry_time)(void *context, const char *sink, const char *watch, int64_t time); /* may be NULL */
    void *retry_context;
    void (*committed)(void *context); /* NULL: nobody wants to know */
    void *committed_context;
    struct store *store; /* the writer's once started */
    struct writer *writer;
    struct inflight *inflight;
    pthread_mutex_t reader_mutex;
    struct store *reader; /* guarded by reader_mutex */
    struct bus_port **ports;
    size_t port_count;
    struct bus_port **processors; /* the chain */
    size_t processor_count;
    bool started, has_detectors;

    pthread_mutex_t mutex;
    pthread_cond_t progress; /* something was committed */
    bool stopping, is_in_trouble, is_over_high_water, is_short_of_disk;
    int64_t disk_checked; /* monotonic */
    int64_t tail, watermark;
    int64_t stages_at; /* the watermark that the stages last got */
    char trouble[1000];
    struct recent recent;
};

/* What the bus remembers of one record in a unit: an input, or an earlier input that the unit settles. */
struct work_entry {
    int64_t sequence;
    struct unit_input *input;  /* NULL for a settlement */
    struct ent_record *record; /* lent by the input; held for a settlement */
    struct attempt_history before;
    bool was_pending; /* has a row in the store's table */
    bool is_deadly;   /* must not be tried again */
    bool passes;      /* transforms: the item goes on as it is */
    struct ent_record **outputs;
    size_t output_count;
    uint64_t ticket;        /* of a settlement */
    struct aside_row aside; /* of a settlement: the first part of its output, from when it was left open */
    /* After the callback: */
    enum ent_code code;
    enum attempt_verdict verdict;
    struct attempt_history after;
    int64_t due;
    const char *text; /* in the unit's arena; "" for none */
};

/* An output that cannot be stored, with the reason. */
struct work_reject {
    struct ent_record *record; /* held */
    struct error why;
};

/* An item that a unit brought into the store. */
struct work_item {
    int64_t sequence;
    struct ent_record *record; /* held */
};

/* The unit's `work`. Owned by the unit. */
struct work {
    struct bus_port *port;
    struct work_entry *entries;
    size_t entry_count;
    bool is_fresh; /* processors: moves the cursor to `upto` */
    int64_t upto;
    /* Sources: */
    bool more_follows;              /* the fetch goes on */
    bool drops_outputs;             /* the callback failed */
    int64_t fetched_at, next_fetch; /* where it is over */
    int64_t new_items;
    struct rhythm rhythm; /* with these */
    enum outage outage;   /* as the end of the fetch leaves it */
    bool has_raised;      /* an alert about it */
    int64_t raised;       /* alerts that a detector's findings became */
    char (*contents)[DIGEST_HEX_SIZE]; /* item_content of each output, in the unit's arena; NULL: not made */
    struct work_reject *rejects;
    size_t reject_count;
    bool has_failed; /* the unit's outputs could not be stored */
    bool parks;
    struct work_item *items;
    size_t item_count, item_capacity;
};

/* ---- work.c: what is the same for all ports ---- */
/* A unit with `work` for `count` records; NULL when memory is out. */
struct unit *work_unit(struct bus_port *port, enum unit_kind kind, size_t count);
/* Work for a unit that the bus did not make (an answer): one entry for each ticket that is known. bus->mutex held.
 * False when memory is out. */
bool work_adopt(struct bus_port *port, struct unit *unit);
static inline struct work *work_of(const struct unit *unit)
{
    return unit->work;
}
/* Judges every entry by its input's or settlement's result. */
void work_judge(struct unit *unit, const struct attempt_rules *rules, int64_t now);
/* Another result than the callback's for one entry, of which nothing was written yet. */
void work_refuse(struct unit *unit, struct work_entry *entry, const struct attempt_rules *rules, enum ent_code code,
                 const char *text, int64_t now);
/* Makes of each entry one that failed to be stored: its outputs are dropped, it is tried again alone, or is dead. */
void work_fail(struct unit *unit, const struct attempt_rules *rules, const char *why, int64_t now);
/* Puts the awaited among the port's pending, so that an answer finds them, before they are durable as well. bus->mutex held. */
void work_await(struct unit *unit);
/* The port's pending after the commit. bus->mutex held. */
void work_update_pending(struct unit *unit);
/* What the store has as pending of the port, into memory; before bus_start. */
bool work_load_pending(struct bus_port *port, struct error *error);
/* A copy of the first pending row that is due and not past `until`, which is out from then on; where there is none,
 * *next_due (INT64_MAX for never) is when one will be. bus->mutex held. */
bool work_take_pending(struct bus_port *port, int64_t until, struct pending *row, int64_t *next_due);
/* It could not be handed out after all. */
void work_give_back(struct bus_port *port, int64_t sequence);
/* Does the unit hold nothing that the callback should see? What has been too deadly gets its result here. */
bool work_needs_no_callback(struct unit *unit);
/* An entry's pending row or dead letter; kv and HTTP state of a unit. */
bool work_apply_entry(struct store *store, const struct unit *unit, const struct work_entry *entry, int64_t now,
                      enum dead_letter_kind kind, struct error *error);
bool work_apply_dead_letter(struct store *store, const struct unit *unit, const struct work_entry *entry,
                            const char *record_id, int64_t now, enum dead_letter_kind kind, struct error *error);
bool work_apply_state(struct store *store, const struct unit *unit, struct error *error);
/* Stores an item and remembers it for flow_add_item. `content` and `beside` as for store_item_put. */
bool work_put_item(struct store *store, struct unit *unit, struct ent_record *record, const char *content,
                   const char *made_by, const struct same_items *beside, bool *is_new, struct error *error);
void work_clear_items(struct work *work);

/* ---- work_finish.c: what comes back from a callback ---- */
/* What a role's records and outputs are. */
struct work_role {
    /* The record of that number, held for the caller; *record NULL where it is not in the store any more. */
    bool (*find)(struct bus_port *port, int64_t sequence, struct ent_record **record, struct error *error);
    /* Does this output of an answer belong to that record? `is_alone`: the answer settles no other. */
    bool (*is_of)(struct record_view output, const struct work_entry *entry, bool is_alone);
    /* Makes of `outputs` what is stored, in place, and gives it to the entry. On failure what it had made is the entry's, too, and
     * the rest is released. */
    bool (*prepare)(struct unit *unit, struct work_entry *entry, struct ent_record **outputs, size_t count,
                    struct error *error);
    size_t (*output_max)(const struct unit *unit); /* for one record, from however many callbacks */
};
/* Judges a unit and prepares it for the writer. `role` NULL: it has no outputs. False, with the unit gone, where there was no
 * memory for an answer: what it settles is handed out again in time. */
bool work_finish(struct bus_port *port, struct unit *unit, const struct work_role *role,
                 const struct attempt_rules *rules);

/* ---- bus.c ---- */
/* Why sources are not scheduled, or NULL. bus->mutex held. */
const char *bus_pause_reason(const struct bus *bus);
/* Looks at the disk's free space now and then. */
void bus_check_disk(struct bus *bus);
/* Wakes the port's lane at a wall-clock time. */
void bus_wake_at(struct bus_port *port, int64_t time);
/* The reading connection, locked until bus_reader_done. */
struct store *bus_reader(struct bus *bus);
void bus_reader_done(struct bus *bus);
/* Keeps the text for status. bus->mutex held. */
void bus_note_failure(struct bus_port *port, const char *text);

/* ---- bus_commit.c ---- */
extern const struct writer_ops bus_writer_ops; /* `context` is the bus */
/* Hands the unit to the writer. `urgent`: without waiting for room. */
void bus_write(struct bus_port *port, struct unit *unit, bool urgent);
/* These with bus->mutex held. */
void bus_wake_port(struct bus_port *port);
void bus_wake_role(struct bus *bus, enum bus_role role);
void bus_wake_sinks(struct bus *bus); /* deliveries were made */
void bus_update_watermark(struct bus *bus);

/* ---- bus_deaths.c ---- */
/* What the in-flight file has, into the pending of the store; once for each run. */
bool bus_count_deaths(struct bus *bus, struct error *error);

/* ---- flow.c, flow_inputs.c and flow_outputs.c: processors ---- */
bool flow_load(struct bus_port *port, struct error *error);
struct unit *flow_take(struct bus_port *port);
void flow_finish(struct bus_port *port, struct unit *unit, bool more_follows);
bool flow_apply(struct bus_port *port, struct store *store, struct unit *unit, struct error *error);
/* Makes the unit one that notes its failure, for flow_apply to write. */
void flow_fail(struct bus_port *port, struct unit *unit, const char *why);
/* Writer's thread, bus->mutex held. `written`: what flow_apply wrote is durable. */
void flow_done(struct bus_port *port, struct unit *unit, bool written);
/* bus->mutex held. */
void flow_wake(struct bus_port *port);
int64_t flow_finished(const struct bus_port *port); /* every item up to here */
/* Up to here every item is finished by the first `count` of the chain, or passes them by (hold.h). */
int64_t flow_reached(const struct bus *bus, size_t count);
/* The least of the chain's progress as the transaction leaves it. */
bool flow_watermark(struct bus *bus, struct store *store, int64_t *sequence, struct error *error);
void flow_add_item(struct bus *bus, int64_t sequence, struct ent_record *record, const char *made_by);

/* ---- schedule.c and schedule_commit.c: sources ---- */
bool schedule_load(struct bus *bus, struct error *error);
struct unit *schedule_take(struct bus_port *port);
void schedule_finish(struct bus_port *port, struct unit *unit, bool more_follows);
bool schedule_apply(struct bus_port *port, struct store *store, struct unit *unit, struct error *error);
void schedule_fail(struct bus_port *port, struct unit *unit, const char *why);
void schedule_done(struct bus_port *port, struct unit *unit, bool written);
void schedule_wake(struct bus_port *port);
/* Ends a fetch that was left open by a ticket which nobody will settle. */
void schedule_forget_ticket(struct bus_port *port, bool more_follows);
/* The worst result of a fetch's units is the fetch's. bus->mutex held. */
void schedule_note_result(struct bus_port *port, enum ent_code code, int64_t retry_after_ms, const char *text);
/* When the source is due after a fetch that is over at `now`. bus->mutex held. */
int64_t schedule_plan(const struct bus_port *port, const struct rhythm *rhythm, int64_t now);

/* ---- outbox.c: sinks ---- */
bool outbox_load(struct bus_port *port, struct error *error);
struct unit *outbox_take(struct bus_port *port);
void outbox_finish(struct bus_port *port, struct unit *unit, bool more_follows);
bool outbox_apply(struct bus_port *port, struct store *store, struct unit *unit, struct error *error);
void outbox_fail(struct bus_port *port, struct unit *unit, const char *why);
void outbox_done(struct bus_port *port, struct unit *unit, bool written);
void outbox_wake(struct bus_port *port);

/* ---- detect.c: detectors ---- */
bool detect_load(struct bus_port *port, struct error *error);
struct unit *detect_take(struct bus_port *port);
void detect_finish(struct bus_port *port, struct unit *unit, bool more_follows);
bool detect_apply(struct bus_port *port, struct store *store, struct unit *unit, struct error *error);
void detect_fail(struct bus_port *port, struct unit *unit, const char *why);
void detect_done(struct bus_port *port, struct unit *unit, bool written);
void detect_wake(struct bus_port *port);
/* Revisions that it has not taken, and those it took and did not finish; `last` is the store's last. bus->mutex held. */
int64_t detect_behind(const struct bus_port *port, int64_t last);

#endif
