/* Remarks in the store: what a classifier said of an item beside its reports, as "uncoded: de" of one in a language
 * that it does not know. One a classifier and item version. Written with the unit of work; read for status and by
 * recode. Table: remark(processor, item, source, text). */
#ifndef CORE_STORE_REMARKS_H
#define CORE_STORE_REMARKS_H

#include "lib/base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct store;

extern const char store_remarks_schema[];

/* `source` is the name of the source that brought the item, "edm". An empty or NULL text takes the remark away. */
bool store_remark_put(struct store *store, const char *processor, int64_t item_sequence, const char *source,
                      const char *text, struct error *error);

/* Return false to stop early; the texts are lent. */
typedef bool store_remark_callback(void *context, const char *source, const char *text, int64_t count);
/* How many items bear each text, by source and text. */
bool store_remarks_count(struct store *store, store_remark_callback *callback, void *context, struct error *error);
/* Those of one item version, by processor; `count` is 1 and `source` the processor. */
bool store_remarks_of(struct store *store, int64_t item_sequence, store_remark_callback *callback, void *context,
                      struct error *error);

#endif
