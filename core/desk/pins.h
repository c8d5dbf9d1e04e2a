/* Pins: which reports a person put together or parted.
 *
 * A merge puts all reports of both events under one hand, a split puts those moved and those left under two. Reports of
 * one hand are one event and reports of two hands are never one, whatever the desk thinks of them; all others find
 * their places among them as ever. A later correction takes a report out of an earlier hand; where it joins two hands,
 * it takes all that they hold. The pins are a function of the corrections in force, worked out anew when one is made
 * or taken back, and a report's hand one of the pins and of the item's present reports (anchors.h).
 *
 * Writer's thread, inside its transaction. */
#ifndef CORE_DESK_PINS_H
#define CORE_DESK_PINS_H

#include "core/desk/members.h"
#include "core/desk/placing.h"

#include "lib/base/error.h"

/* Of a hand that a split made: its reports found an event of their own. */
bool pin_is_parted(int64_t hand);
/* The correction that made it. */
int64_t pin_correction(int64_t hand);

/* Works the pins out from the corrections, and has all reports decided anew whose hand that changes. */
bool pins_rebuild(struct placing *placing, struct error *error);
/* Gives the item's reports their hands, and has those decided anew that got another one. `item`: all that stand. */
bool pins_apply(struct placing *placing, const char *item_id, const struct member_list *item, struct error *error);

#endif
