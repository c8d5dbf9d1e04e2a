/* Correcting: lays what people said of an event over what its reports say.
 *
 * A correction belongs to the event that now holds the first of its anchors that still stands (anchors.h); one that parted
 * an event belongs to both parts. The verdict is that of the latest confirmation or rejection; of each field the latest
 * value that was set stands, and what reports say otherwise goes with the conflicts. Every correction in force is listed
 * in the event's record. The result depends on reports and corrections alone, not on when either came.
 *
 * Writer's thread, inside its transaction. */
#ifndef CORE_DESK_CORRECTING_H
#define CORE_DESK_CORRECTING_H

#include "core/desk/members.h"
#include "core/desk/placing.h"

#include "lib/base/error.h"
#include "lib/record/record.h"

/* The record of an event of these reports, corrected; `content` is what merge_reports made of them. The caller owns it:
 * it may be `content` itself, held once more. NULL with `error` filled. */
struct ent_record *correcting_apply(const struct placing *placing, const struct member_list *list,
                                    struct ent_record *content, struct error *error);

/* Did a person reject an event of these reports, by a correction that is of none of the others? */
bool correcting_is_rejected(const struct placing *placing, const struct member_list *list,
                            const struct member_list *others, bool *is_rejected, struct error *error);

/* All events that corrections with an anchor in this item may belong to are touched: to call when the item's reports
 * changed. */
bool correcting_touch_item(struct placing *placing, const char *item_id, struct error *error);
/* The same of one correction. */
bool correcting_touch(struct placing *placing, int64_t number, struct error *error);

#endif
