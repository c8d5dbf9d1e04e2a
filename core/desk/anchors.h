/* Anchors: how a correction finds its reports again (core/store/corrections.h).
 *
 * A report is found by its item and by the event that it would found, which outlasts another wording of the item. Where
 * the item no longer holds such a report, since another lexicon reads it otherwise, the one of the same type that shares
 * most parties stands for it, or one of another type with the very same parties; else the anchor holds nothing. So what
 * an anchor means depends on the item's present reports alone, and not on what happened in between.
 *
 * Writer's thread, inside its transaction. */
#ifndef CORE_DESK_ANCHORS_H
#define CORE_DESK_ANCHORS_H

#include "core/desk/members.h"
#include "core/store/corrections.h"

#include "lib/base/arena.h"

struct anchors {
    struct correction_anchor *rows;
    size_t count, capacity;
    struct arena *arena; /* owns the texts */
};

/* NULL when memory is out. */
struct anchors *anchors_create(void);
void anchors_destroy(struct anchors *anchors);
/* Copies. */
bool anchors_add(struct anchors *anchors, const struct correction_anchor *anchor, struct error *error);
bool anchors_add_member(struct anchors *anchors, const struct member *member, int part, struct error *error);
/* Those of one correction. */
bool anchors_read(struct anchors *anchors, struct store *store, int64_t number, struct error *error);

/* The report that stands for the anchor among those of its item; NULL for none. */
struct member *anchor_among(const struct correction_anchor *anchor, const struct member_list *item);
/* The same, looking the item up. NULL without `error` filled where nothing stands for it. */
struct member *anchor_member(const struct correction_anchor *anchor, struct members *members, struct store *store,
                             struct error *error);

#endif
