/* Difference: what two codings of one item say of each other: which events only one of them has, and which both have
 * with other values. Events are paired by type and shared actors. Pure; one thread. */
#ifndef CORE_RECODE_DIFFERENCE_H
#define CORE_RECODE_DIFFERENCE_H

#include "lib/base/buffer.h"
#include "lib/record/record.h"

#include <stddef.h>

enum difference_kind { DIFFERENCE_SAME, DIFFERENCE_CHANGED, DIFFERENCE_GAINED, DIFFERENCE_LOST };

struct difference {
    enum difference_kind kind;
    size_t before, after; /* indices; of a gained or lost event only one counts */
};

/* One row an event of either; the array is the caller's, to be freed with free(). NULL when memory is out. */
struct difference *difference_find(struct ent_record *const *before, size_t before_count,
                                   struct ent_record *const *after, size_t after_count, size_t *count);

/* Calls `tell` for each field in which the two differ, with both values as text, "" for none. */
typedef void difference_field(void *context, const char *field, const char *before, const char *after);
void difference_fields(struct record_view before, struct record_view after, difference_field *tell, void *context);
/* "arms_transfer.sale: signed, reported, current; TUR supplier, UZB recipient" */
void difference_print_event(struct record_view report, struct buffer *out);

#endif
