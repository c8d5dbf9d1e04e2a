/* Prepare: gives what a plugin emitted the fields that the host owes it (ids, versions, times, names), before it goes
 * to the writer. Pure but for memory, any thread; done on the lane's, so that the writer has less to do.
 *
 * Each returns a new record that the caller releases, or NULL with `error` filled. */
#ifndef CORE_BUS_PREPARE_H
#define CORE_BUS_PREPARE_H

#include "lib/base/error.h"
#include "lib/record/record.h"

#include <stddef.h>
#include <stdint.h>

struct prepare_source {
    const char *name;                              /* of the source: "edm" */
    const char *item_class, *publisher, *language; /* for items that bear none; may be NULL */
};

struct ent_record *prepare_item(struct record_view item, const struct prepare_source *source, int64_t now,
                                struct error *error);
/* `ordinal`: its place among what was made of `parent`. */
struct ent_record *prepare_derived(struct record_view item, struct record_view parent, size_t ordinal,
                                   struct error *error);
/* `ordinal`: its place among what `classifier` said of the item. */
struct ent_record *prepare_report(struct record_view report, struct record_view item, const char *classifier,
                                  size_t ordinal, struct error *error);
/* `event`: of the revision that the detector was shown. A finding that names no kind is of kind "finding", and one that names
 * no events is about this one. */
struct ent_record *prepare_finding(struct record_view finding, struct record_view event, struct error *error);

#endif
