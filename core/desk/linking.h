/* Linking: what else the articles of an event tell, and what the event is a part of.
 *
 * Reports of one article that share a party are linked: a visit, the pact signed on it and the purchase agreed there. Of
 * the linked events one may be what this one is a part of: for a lot that is delivered, its contract; for a contract, a
 * course or an exercise, the agreement between the same parties. What another article tells may be that too (parents.h), or
 * the same act under another type (twins.h). Links hang on the reports and on which events they are in, and not on when they
 * came.
 *
 * Writer's thread, inside its transaction. */
#ifndef CORE_DESK_LINKING_H
#define CORE_DESK_LINKING_H

#include "core/desk/members.h"
#include "core/desk/placing.h"

#include "lib/base/error.h"
#include "lib/record/record.h"

/* May an event of the report `part` be a part of that of `whole`, told in the same article? 2 for a lot of a contract, 1
 * for something under an agreement, 0 for no. Pure. */
int linking_is_part(const struct features *part, const struct features *whole);

/* The record of an event of these reports with its links; `content` is what merge_reports made of them. The caller owns it:
 * it may be `content` itself, held once more. NULL with `error` filled. */
struct ent_record *linking_apply(const struct placing *placing, const struct member_list *list, struct ent_record *content,
                                 struct error *error);

/* Touches the events that the item's other reports are in: to call when one of them came, changed, moved or went. */
bool linking_touch_item(struct placing *placing, const char *item_id, struct error *error);
/* Touches the events of other articles that may be linked with the member's: to call when it came, is to change or to
 * go. */
bool linking_touch_others(struct placing *placing, const struct member *member, struct error *error);
/* Both for all that moved. */
bool linking_touch_moved(struct placing *placing, struct error *error);

#endif
