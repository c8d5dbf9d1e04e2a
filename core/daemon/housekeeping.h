/* Housekeeping: lets go of what [retention] says is old, as the last stage of the writer: some rows in a transaction, so that
 * the first pass over a large archive does not hold up the news, and then again after an hour. */
#ifndef CORE_DAEMON_HOUSEKEEPING_H
#define CORE_DAEMON_HOUSEKEEPING_H

#include "core/config/options.h"
#include "lib/base/error.h"

#include <stdbool.h>

struct housekeeping;
struct store;

/* From the options of [retention]. NULL when memory is out. */
struct housekeeping *housekeeping_create(const struct option_values *retention);
void housekeeping_destroy(struct housekeeping *housekeeping); /* NULL does nothing */
/* The stage; `context` is the struct housekeeping. */
bool housekeeping_run(void *context, struct store *store, struct error *error);
bool housekeeping_has_more(const void *context);

#endif
