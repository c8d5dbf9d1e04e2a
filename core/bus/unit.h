/* Unit of work: one callback's input and everything it produced, as it goes to the writer.
 *
 * A lane makes a unit, the host lends it to the plugin's callback as `struct ent_unit`, and when the callback has
 * returned the unit is handed to the writer, which makes it durable or discards it, and then calls `done`. A
 * unit has one owner at a time: lane, then writer. It holds references on its records. */
#ifndef CORE_BUS_UNIT_H
#define CORE_BUS_UNIT_H

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/record/record.h"

#include <entente/plugin.h>

#include <stdint.h>

enum unit_kind { UNIT_FETCH, UNIT_TRANSFORM, UNIT_CLASSIFY, UNIT_DETECT, UNIT_DELIVER, UNIT_RESPOND, UNIT_SERVE };

/* Reports have a bound of their own: the work that they make grows with those that an item has, and no article tells of so
 * many events. */
enum { UNIT_OUTPUT_MAX = 100000, UNIT_REPORTS_MAX = 1000, UNIT_OUTPUT_BYTES_MAX = 256 * 1024 * 1024 };

struct unit_withdrawal {
    char report_id[33];
};

/* What a classifier remarked of an item. */
struct unit_remark {
    const char *classifier, *text; /* in the unit's arena */
};

/* One input record with what became of it. A source's unit has one input whose record is NULL. */
struct unit_input {
    struct ent_record *record;
    int64_t sequence;            /* the item's or delivery's number in the store; 0 for a source */
    struct ent_record **reports; /* classifiers: made so far by those before it */
    size_t report_count;
    struct unit_remark *remarks; /* classifiers: likewise; in the unit's arena */
    size_t remark_count;
    struct ent_record **outputs; /* emitted for this input, in order */
    size_t output_count, output_capacity;
    struct unit_withdrawal *withdrawals; /* in the unit's arena */
    size_t withdrawal_count;
    bool has_result;
    enum ent_code code;
    int64_t retry_after_ms; /* -1: the host's choice */
    const char *text;       /* in the unit's arena; NULL for none */
    uint64_t ticket;        /* 0: none was asked for */
};

/* An input of an earlier unit, left at ENT_AGAIN, that this one settles. */
struct unit_settlement {
    uint64_t ticket;
    enum ent_code code;
    int64_t retry_after_ms;
    const char *text;
};

struct unit_kv {
    struct ent_str key;
    struct ent_str value; /* data NULL: delete */
};

/* What HTTP learnt, kept only if this unit commits. */
struct unit_http_state {
    const char *url;                  /* as requested, without user and password */
    const char *etag, *last_modified; /* NULL: none */
    const char *moved_to;             /* permanent redirect's final address, NULL: none */
    int64_t moved_since;              /* when it was first told, without a break since; 0: no move */
    const char *body_digest;          /* of the last body, to skip unchanged ones; NULL: none */
};

struct unit {
    enum unit_kind kind;
    const char *instance; /* "source.edm"; lives as long as the instance */
    uint64_t ordinal;     /* per lane: the writer commits a lane's units in this order */
    struct arena *arena;  /* for the texts above */
    struct unit_input *inputs;
    size_t input_count;
    enum ent_code code; /* the callback's return value: result of inputs that have none of their own */
    const char *text;
    bool has_died; /* its process died, and it is not known through whom: a part of a death is counted (attempt.h) */
    struct unit_settlement *settlements;
    size_t settlement_count, settlement_capacity;
    struct unit_kv *kv;
    size_t kv_count, kv_capacity;
    struct unit_http_state *http_states;
    size_t http_state_count, http_state_capacity;
    int64_t next_fetch_ms; /* -1: by `interval` */
    int64_t fresh_ms;      /* how long the answer holds, as its server says; -1: it does not say */
    bool has_hints;        /* of the document itself: */
    struct ent_fetch_hints hints;
    size_t output_bytes;
    void *context; /* the lane's */
    void *work;    /* the bus's own: what it needs to commit the unit (core/bus/bus_private.h) */
    void (*free_work)(void *work);
    struct unit *next; /* in the writer's queue */
    /* Called once on the writer's thread after commit (`committed`) or when the unit could not be stored; the unit
     * still holds all of the above. It must not block. The writer destroys the unit afterwards. */
    void (*done)(struct unit *unit, bool committed, const struct error *error);
};

/* NULL when memory is out. */
struct unit *unit_create(enum unit_kind kind, const char *instance, size_t input_count);
void unit_destroy(struct unit *unit);
/* Takes over the record, on failure too: when memory is out, or a bound above would be passed. */
bool unit_emit(struct unit *unit, size_t input, struct ent_record *record);
void unit_result(struct unit *unit, size_t input, enum ent_code code, int64_t retry_after_ms, struct ent_str text);
bool unit_settle(struct unit *unit, uint64_t ticket, enum ent_code code, int64_t retry_after_ms, struct ent_str text);
bool unit_withdraw(struct unit *unit, size_t input, struct ent_str report_id);
/* Behind those that the input has. False when memory is out. */
bool unit_add_remark(struct unit *unit, size_t input, const char *classifier, const char *text);
bool unit_put_kv(struct unit *unit, struct ent_str key, struct ent_str value);
bool unit_get_kv(const struct unit *unit, struct ent_str key, struct ent_str *value); /* this unit's own writes */
/* The least key of its own writes that begins with `prefix`, is behind `after` and was not deleted last. */
bool unit_next_kv(const struct unit *unit, struct ent_str prefix, struct ent_str after, struct ent_str *key);
/* The order of keys: by bytes, shorter first. */
int unit_compare_keys(struct ent_str a, struct ent_str b);
/* May the walk over `prefix` give the key after `after`? */
bool unit_is_next_key(struct ent_str key, struct ent_str prefix, struct ent_str after);
bool unit_put_http_state(struct unit *unit, const struct unit_http_state *state);     /* copies */
enum ent_code unit_input_code(const struct unit *unit, size_t input);

#endif
