/* Watch parts: a watch and the set as watch.c, raising.c and counting.c share them. watch.c runs the stage, raising.c
 * decides about alerts and makes them, counting.c keeps the series of spike() and silence(). Private to core/watch. */
#ifndef CORE_WATCH_WATCH_PARTS_H
#define CORE_WATCH_WATCH_PARTS_H

#include "core/store/events.h"
#include "core/store/series.h"
#include "core/watch/archive.h"
#include "core/watch/rule_index.h"
#include "core/watch/glances.h"
#include "core/watch/watch.h"

#include <stdatomic.h>

struct watch {
    char *name;
    char *processor; /* "watch.NAME": its cursor's */
    struct rule *rule;
    char **sinks;
    size_t sink_count;
    struct delivery_route *routes; /* one a sink */
    char **on;
    size_t on_count;
    bool on_new, from_archive;
    int64_t max_age; /* milliseconds, 0 for any */
    int64_t cursor;  /* during a run */
    bool is_moved;
    /* Of a rule with spike() or silence(). */
    struct rule_statistic statistic;
    char fingerprint[DIGEST_HEX_SIZE];
    struct series_state series; /* during a run */
    bool is_counted;            /* the series has moved */
    struct glances glances;
    int64_t looked;             /* when a window without events was last judged */
    int64_t look_at;            /* when it is to be looked at though nothing comes; 0: never */
};

struct watch_set {
    struct watch *watches;
    size_t count;
    struct rule_facts *facts;
    struct archive *archive;
    struct rule_index *index; /* NULL until it is needed */
    uint64_t *selection;
    bool has_more, is_founding;
    int64_t next_mute_end; /* 0: nothing is muted */
    atomic_llong alerts; /* read by whoever asks for the status */
};

/* One run of the stage. */
struct watch_run {
    struct watch_set *set;
    struct store *store;
    struct error *error;
    size_t taken;
    int64_t last;
    int64_t age; /* of the item that led to the revision at hand; -1 until it is asked for */
    bool failed;
};

/* The rule matches the revision: raises what is to be raised. */
bool watch_raise(struct watch_run *run, struct watch *watch, const struct revision_row *row);
/* An alert about a series, told by `text`; `row` is the revision that completed it, or NULL. `id` tells one from the other. */
bool watch_raise_finding(struct watch_run *run, struct watch *watch, const struct revision_row *row, const char *kind,
                         const char *id, const char *text, double score);
/* Is the item that led to the revision older than the watch wants? */
bool watch_is_old(struct watch_run *run, const struct watch *watch, const struct revision_row *row, bool *is_old);
bool watch_is_rejected(struct record_view event);

/* The series of a watch with a statistic, before a run: read, or begun anew where the rule has changed. */
bool counting_begin(struct watch_run *run, struct watch *watch);
/* Counts the revision's event; raises a spike where `is_due` and there is one. */
bool counting_take(struct watch_run *run, struct watch *watch, const struct revision_row *row, bool matches, bool is_due);
/* When all revisions are counted: raises a silence where there is one, and says when there may be (look_at). */
bool counting_look(struct watch_run *run, struct watch *watch, int64_t now);
bool counting_end(struct watch_run *run, struct watch *watch);

#endif
