/* Desk: makes events out of reports.
 *
 * Reports of one undertaking, whoever tells them and in whatever order they come, are one event. The events are a
 * function of the set of reports that stand: reports are laid in order of (publication, item id, ordinal), each joins
 * the event of those before it that it agrees with best (match.h), or founds one; merge.h makes the event's record
 * from its reports. When a report comes late, changes or vanishes, the desk works out again only those that it
 * can have touched, and arrives at the same events as if all had come in order.
 *
 * An event's id is a hash of its founding report. When an earlier report becomes the founder, the event takes the new
 * id and the old one is merged into it, so that it still resolves (core/store/events.h).
 *
 * The desk runs as a stage of the writer: on the writer's thread, inside its transaction; it keeps no state outside
 * the store but its limits. It takes items in store order from its durable cursor to the watermark, a bounded number a
 * call, one item at a time, so that revisions do not depend on how items were batched. */
#ifndef CORE_DESK_DESK_H
#define CORE_DESK_DESK_H

#include "lib/base/error.h"
#include "lib/record/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;
struct desk;

/* One item version with the reports that stand for it. */
struct desk_item {
    struct record_view item;           /* ENT_ITEM: id, published, publisher, class, url, title */
    const struct record_view *reports; /* ENT_REPORT, in their order */
    size_t report_count;
    bool is_recoded; /* the item is an old one, and other reports of it come from another lexicon: no news */
};

/* NULL when memory is out. */
struct desk *desk_create(void);
void desk_destroy(struct desk *desk);
/* The operator's lines of the table of publishers (publishers.h), "" for none; copied. Before the stage runs. Without it
 * the desk goes by those that the store has. False when memory is out. */
bool desk_set_publishers(struct desk *desk, const char *lines);

/* The stage (core/bus/bus.h): in each `context` is the struct desk. The watermark is the greatest item sequence whose
 * reports are complete; the desk takes no item past it. has_more: did the last run leave items up to it untaken? */
bool desk_run(void *context, struct store *store, struct error *error);
bool desk_has_more(const void *context);
void desk_set_watermark(void *context, int64_t sequence);

/* Puts these reports in place of all that this item had before: what the stage does for each item. */
bool desk_take(struct desk *desk, struct store *store, const struct desk_item *item, struct error *error);

#endif
