/* Option wire: an instance's options on their way to a runner, which has the tables and so needs only what was set.
 * Secrets that every instance of a kind may have (its password for HTTP) stay with the host, which alone uses them. */
#ifndef CORE_HOST_OPTION_WIRE_H
#define CORE_HOST_OPTION_WIRE_H

#include "core/config/options.h"
#include "core/host/wire.h"

/* `own`: the plugin's table. */
void option_wire_put(struct buffer *buffer, const struct option_values *values, const struct option_table *own);
/* `cache` may be NULL. The values are the caller's; NULL with `error`. */
struct option_values *option_wire_get(struct wire_reader *reader, const struct option_table *tables, size_t table_count,
                                      struct options_cache *cache, struct error *error);
/* Whether the plugin's own table has an option of that name. */
bool option_wire_is_own(const struct option_table *own, const char *name);

#endif
