/* Merge: the reports of one undertaking as one event record.
 *
 * The record is a function of the members and their order, which is (publication, item id, ordinal): the first founds the
 * event. Where some members tell a current fact, only these give values; the others stay visible as sources and, where
 * they deny, as conflicts. A value comes from the best member that has it: official over wire over media over analysis,
 * then later over earlier; a more specific value that agrees with it takes its place; one that contradicts it is listed as
 * a conflict. Status is the latest step, and the steps on the way stay in `steps`.
 *
 * Members and their records are borrowed. Pure, any thread. */
#ifndef CORE_DESK_MERGE_H
#define CORE_DESK_MERGE_H

#include "core/desk/features.h"
#include "core/desk/publishers.h"
#include "core/desk/sketch.h"

#include "lib/base/error.h"
#include "lib/record/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct merge_member {
    struct record_view report; /* ENT_REPORT */
    struct record_view source; /* ENT_SOURCE, as merge_source made it */
    const struct features *features;
    const struct sketch *sketch; /* of the item's text; NULL where nothing is known of it */
    int64_t fetched;           /* stands in for a publication time that is not known */
    const char *joined_by;     /* why it is in this event, NULL for the founder */
    double score;              /* of that comparison */
};

/* The ENT_SOURCE record of one report of an item; the caller owns it. */
struct ent_record *merge_source(struct record_view item, struct record_view report, const struct publishers *publishers,
                                struct error *error);
/* The same source by another table of publishers. */
struct ent_record *merge_source_again(struct record_view source, const struct publishers *publishers, struct error *error);

/* An ENT_EVENT without id, revision, aliases and changes, which are the desk's to add; the caller owns it. NULL with
 * `error` filled. `count` is at least 1. */
struct ent_record *merge_reports(const struct merge_member *members, size_t count, struct error *error);

/* The words of ENT_EVENT_CHANGE for what differs, ended by NULL; the words are constant. Empty where nothing differs. */
enum { MERGE_CHANGES_MAX = 20 };
void merge_changes(struct record_view before, struct record_view after, const char *words[MERGE_CHANGES_MAX]);

/* ---- the parts of a merge, for its own files and their tests ---- */

/* How good a member's word is: official 4, wire 3, media 2, analysis 1. */
int merge_class_rank(struct record_view source);
/* The members whose values count: the facts among them, or all where there is none. *count in and out. */
void merge_pool(const struct merge_member *members, size_t count, const struct merge_member **pool,
                size_t *pool_count);
/* The member that tells the latest step, NULL where none tells any. */
const struct merge_member *merge_latest_step(const struct merge_member *const *pool, size_t count);
void merge_put_steps(struct ent_builder *builder, const struct merge_member *const *pool, size_t count);
/* Independent sources: publishers of one family, reports that rest on the same agency and copies of one text count
 * once. *confidence gets that of the event. */
size_t merge_count_independent(const struct merge_member *const *pool, size_t count, double *confidence);
/* ENT_EVENT_GRADE. */
void merge_put_grade(struct ent_builder *builder, const struct merge_member *const *pool, size_t count,
                     const char *modality, size_t independent);

#endif
