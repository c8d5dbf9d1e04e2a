/* Placing: which strand each report belongs to, and of which others it surely is as well.
 *
 * A strand is what reports that were placed one by one make. In order of publication each report joins the strand, of
 * those that earlier reports near it belong to, with which it agrees best; else it founds one. Where it is as surely of
 * another strand, it ties the two, and weaving.h says whether they are one event; else each strand is one. Its place is
 * a function of the earlier reports near it and of their places, so when
 * one report comes, changes or goes, only later ones near it are to be decided again, and of those only where the
 * place changes does the question go on. Reports that a person pinned (pins.h) go where the first of their hand goes. */
#ifndef CORE_DESK_PLACING_H
#define CORE_DESK_PLACING_H

#include "core/desk/members.h"

#include "lib/base/error.h"

#include <stdbool.h>

/* Strands that one report ties to its own, at most. */
enum { TIES_MAX = 4 };

/* One report's move from one event to another; roots are rows of founders. */
struct placing_move {
    struct member *member;
    int64_t from;
};

struct groups;

struct placing {
    struct members *members;
    struct store *store;
    const char *item; /* that tells for the first time; NULL where none does, as when one is told otherwise than before */
    struct member_list dirty;
    struct member_list near; /* room for one decision at a time, and so are the groups */
    struct groups *groups;
    struct placing_move *moves;
    size_t move_count, move_capacity;
    int64_t *touched; /* roots of events whose reports changed, came or went; may repeat */
    size_t touched_count, touched_capacity;
};

void placing_begin(struct placing *placing, struct members *members, struct store *store);
void placing_end(struct placing *placing);

/* All later reports near the member are to be decided again, and those of its hand. */
bool placing_disturb(struct placing *placing, const struct member *member, struct error *error);
/* All reports that a person pinned (pins.h) are: which events those of one hand may join hangs on where the others are. */
bool placing_disturb_pinned(struct placing *placing, struct error *error);
/* The member itself is to be decided. */
bool placing_add(struct placing *placing, struct member *member, struct error *error);
bool placing_touch(struct placing *placing, int64_t root, struct error *error);
/* It went to that event from another one. */
bool placing_moved(struct placing *placing, struct member *member, int64_t from, struct error *error);
/* Decides until nothing is left, and weaves what that touched; fills moves and touched. */
bool placing_run(struct placing *placing, struct error *error);

#endif
