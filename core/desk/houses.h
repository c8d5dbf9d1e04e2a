/* Houses: the table of publishers that the desk goes by, kept with the store, and the events brought in line with it when
 * it changes.
 *
 * The operator's lines come from the configuration and are kept in the store, so that what is done without a daemon goes
 * by the same table. Where table or program bring other lines than before, the sources of all events are looked at again,
 * some at a time; what that changes is marked as recoding is, and alerts nobody.
 *
 * Writer's thread, inside its transaction. */
#ifndef CORE_DESK_HOUSES_H
#define CORE_DESK_HOUSES_H

#include "core/desk/members.h"
#include "core/desk/publishers.h"

#include "lib/base/error.h"

#include <stdbool.h>
#include <stdint.h>

/* The table by `own` lines, or where that is NULL by those that the store has. NULL with `error` filled. */
struct publishers *houses_load(struct store *store, const char *own, struct error *error);

/* Looks at the next sources if there are any left to look at; *more: there may be. */
bool houses_refresh(struct members *members, struct store *store, const struct publishers *publishers, int64_t now,
                    bool *more, struct error *error);

#endif
