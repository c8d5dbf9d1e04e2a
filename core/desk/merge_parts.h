/* Merge parts: what the files of merge.c share. Private to core/desk. */
#ifndef CORE_DESK_MERGE_PARTS_H
#define CORE_DESK_MERGE_PARTS_H

#include "core/desk/merge.h"

/* One merge under way. */
struct merge {
    const struct merge_member *members;
    size_t count;
    const struct merge_member **pool;   /* those whose values count, in the members' order */
    const struct merge_member **ranked; /* the same, best word first */
    size_t pool_count;
    const struct merge_member *step;    /* tells the latest step, or the best member */
    const struct merge_member *typed;   /* has the event's type */
    const char *modality;               /* of the event, once it is put */
    struct ent_builder *builder;
    size_t conflicts, evidence;
};

void merge_put_conflict(struct merge *merge, const char *field, const char *value, const struct merge_member *member);
/* The quotes on which a value rests go with it; `field` NULL takes all of the report's. */
void merge_put_evidence(struct merge *merge, const char *field, const struct merge_member *member);
/* Places, quantities, equipment, citations: entries that may refine or contradict one another. */
void merge_put_lists(struct merge *merge);

#endif
