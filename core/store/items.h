/* Items in the store: every version of every item, in commit order.
 *
 * Each version is one row with a sequence number of its own; sequences grow in commit order and are what cursors count.
 * An item's id says what it is (identity.h); a changed title or body is a new version, and the row before it is
 * marked as superseded: its reports no longer stand. Fetching the same again writes nothing.
 *
 * Two feeds of one publisher may carry one item in two wordings, a summary and the whole. So that they do not replace
 * each other for ever, an item is compared with the last version that its own source brought.
 *
 * Writing is for the writer's thread inside its transaction; reading for any thread with its own connection. Records
 * handed to callbacks are lent until the callback returns. Table: item(sequence, id, version, content,
 * superseded_by, source, link, made_by, dropped_by, published, fetched, record). */
#ifndef CORE_STORE_ITEMS_H
#define CORE_STORE_ITEMS_H

#include "lib/base/error.h"
#include "lib/record/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;
struct same_items;

extern const char store_items_schema[];

struct item_row {
    int64_t sequence;
    const char *id;
    int64_t version;           /* 1, 2, … */
    bool current;              /* no newer version is stored */
    const char *made_by;       /* transform that derived it, as "transform.NAME"; "" for one that a source brought */
    const char *dropped_by;    /* transform that let it go no further; "" for none */
    bool is_pruned;            /* it had a body that is no longer kept (retention.h) */
    struct record_view record; /* ENT_ITEM */
};

enum item_change { ITEM_UNCHANGED, ITEM_NEW, ITEM_NEW_VERSION };

/* Stores `record`, which bears its id (item_identify), unless this version is there. *sequence: of the version that now
 * stands for it. *stored (may be NULL; the caller releases it) is the record as stored, with its version number;
 * NULL where nothing was. `content` is its item_content, NULL where nobody has made it: hashing a body is much of what
 * storing it costs, and the caller may have done it on another thread. `made_by` is "" for an item from a source. One from a
 * source whose id is new may be known under another (same_item.h), and is then stored under that; `beside` are the ids
 * of its document, or NULL. */
bool store_item_put(struct store *store, struct ent_record *record, const char *content, const char *made_by,
                    const struct same_items *beside, int64_t *sequence, struct ent_record **stored, enum item_change *change, struct error *error);
/* Marks the item: it goes past this transform no further. */
bool store_item_drop(struct store *store, int64_t sequence, const char *transform, struct error *error);

/* Return false to stop early; that is no error. */
typedef bool store_item_callback(void *context, const struct item_row *row);

/* Versions in order of sequence, from the first after `after`, at most `limit` (0: all). */
bool store_items_each(struct store *store, int64_t after, size_t limit, store_item_callback *callback, void *context,
                      struct error *error);
/* The version with that number: ERROR_MISSING where there is none. */
bool store_item_at(struct store *store, int64_t sequence, store_item_callback *callback, void *context,
                   struct error *error);
/* All versions of an item, newest first. An id of at least six digits that begins only one item's id is taken as that
 * id. ERROR_MISSING where there is none. */
bool store_item_find(struct store *store, const char *id, store_item_callback *callback, void *context,
                     struct error *error);
/* Greatest sequence, 0 where there is no item; -1 with `error` filled on failure. */
int64_t store_item_last(struct store *store, struct error *error);
/* Of current versions. */
bool store_items_count(struct store *store, int64_t *count, struct error *error);

#endif
