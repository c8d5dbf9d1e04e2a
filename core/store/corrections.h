/* Corrections in the store: what people said of events, as records that are only added to.
 *
 * A correction has a number, an author, a time and a note, and goes by reports, not by an event's id: it keeps, as
 * anchors, the reports of its event as they were (item, the id of the event that the report would found, type, parties,
 * ordinal), so that it finds them again when the archive was recoded. Taking one back is another row, of kind undo.
 * Pins are worked out from the merges and splits in force (core/desk/pins.h): reports of one hand belong together and
 * away from those of every other hand.
 *
 * Writing is for the writer's thread inside its transaction; reading for any thread with its own connection. What is
 * handed to callbacks is lent until they return. Functions that fail return false with `error` filled. Tables:
 * correction, correction_report, desk_pin. */
#ifndef CORE_STORE_CORRECTIONS_H
#define CORE_STORE_CORRECTIONS_H

#include "lib/base/error.h"
#include "lib/record/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

extern const char store_corrections_schema[];

enum correction_kind {
    CORRECTION_CONFIRM,
    CORRECTION_REJECT,
    CORRECTION_MERGE,
    CORRECTION_SPLIT,
    CORRECTION_SET,
    CORRECTION_UNDO,
    CORRECTION_KIND_COUNT
};
/* "confirm", "reject", … */
const char *correction_kind_word(enum correction_kind kind);

struct correction_row {
    int64_t number; /* 1, 2, … */
    enum correction_kind kind;
    const char *event;  /* the id that it had then; "" for an undo */
    const char *other;  /* merge: the id of the other one; split: of the event that the reports would found; else "" */
    int64_t target;     /* undo: the number taken back; else 0 */
    const char *author; /* as given, else the login */
    const char *login;  /* who the system says it was */
    const char *note;   /* "" for none */
    int64_t made;
    const char *fields;       /* set: the names of the fields, apart by commas; else "" */
    struct record_view value; /* set: ENT_REPORT with the new values; bytes NULL for the others */
    bool is_undone;
};

/* A report by which a correction finds its event again. */
struct correction_anchor {
    const char *item;  /* id */
    const char *event; /* that the report would found */
    const char *type;
    const char *parties; /* the principal ones, as core/desk/anchors.h prints them */
    int64_t ordinal;     /* within the item */
    int part;        /* merge: 1 for the other event's reports; split: 1 for those moved; else 0 */
};

/* Return false to stop early. */
typedef bool store_correction_callback(void *context, const struct correction_row *row);
typedef bool store_anchor_callback(void *context, const struct correction_anchor *anchor);
typedef bool store_number_callback(void *context, int64_t number);

/* row->number is set. */
bool store_correction_put(struct store *store, struct correction_row *row, const struct correction_anchor *anchors,
                          size_t count, struct error *error);
/* Those after `after` in order, at most `limit` (0: all). */
bool store_corrections_each(struct store *store, int64_t after, size_t limit, store_correction_callback *callback,
                            void *context, struct error *error);
/* Does not call back where there is no such number. */
bool store_correction_get(struct store *store, int64_t number, store_correction_callback *callback, void *context,
                          struct error *error);
/* The anchors of one, as they were put. */
bool store_correction_anchors(struct store *store, int64_t number, store_anchor_callback *callback, void *context,
                              struct error *error);
/* Numbers of those in force that have an anchor in the item, in order. */
bool store_corrections_of_item(struct store *store, const char *item, store_number_callback *callback, void *context,
                               struct error *error);
/* The greatest number, 0 where there is none. */
bool store_correction_last(struct store *store, int64_t *number, struct error *error);

struct pin_row {
    struct correction_anchor anchor; /* of part 0 */
    int64_t hand;
};
typedef bool store_pin_callback(void *context, const struct pin_row *row);

bool store_pins_clear(struct store *store, struct error *error);
bool store_pin_put(struct store *store, const struct pin_row *row, struct error *error);
/* `item` NULL for all. In order of item and ordinal. */
bool store_pins_each(struct store *store, const char *item, store_pin_callback *callback, void *context,
                     struct error *error);

#endif
