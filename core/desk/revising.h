/* Revising: brings the events in the store in line with where the reports now are.
 *
 * An item that makes one event of two leaves two revisions: that they are one, and what it tells.
 *
 * Runs after placing: each event whose reports came, went or changed is merged anew, and where its record differs from
 * the latest revision a new one is written. An event that lost all its reports is merged into the one that has
 * them now, or withdrawn where nobody has. */
#ifndef CORE_DESK_REVISING_H
#define CORE_DESK_REVISING_H

#include "core/desk/placing.h"

#include "lib/base/error.h"

#include <stdbool.h>
#include <stdint.h>

/* `cause`: the report that set it off. `mark`: a word that each revision's changes begin with, NULL for none. */
bool revise_events(struct placing *placing, const char *cause, const char *mark, int64_t now,
                   struct error *error);

#endif
