/* Memory: parties of an event that its own sentence leaves out, from what was told before: another candidate of the same
 * type, or for "the package", "the sale" the clause that they come from. */
#ifndef LIB_CODER_MEMORY_H
#define LIB_CODER_MEMORY_H

#include "lib/coder/workspace.h"

/* True where an earlier candidate of this type has `id` in `role`, and nothing else in it disagrees. */
bool memory_had_role(const struct coder_workspace *workspace, const struct event *event, const char *id,
                     const char *role);
/* "the package", "the shipment" and the like without a party: they belong to the sentence before. */
bool memory_refers_back(const struct event *event);

#endif
