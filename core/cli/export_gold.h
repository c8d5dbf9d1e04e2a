/* Export gold: what people judged of events, as labelled items that `entente evaluate` and scripts/train read.
 *
 * An item is exported where one of its reports is in an event that a person confirmed, rejected or set fields of. Its
 * labels are its reports as the codebook's labels.jsonl has them: those of rejected events are left out, those of events
 * that were confirmed or corrected are required, all others, which nobody looked at, optional. A value that was set takes
 * the place of the one that it corrected: reports that told another one keep it, since an earlier step is told rightly by
 * the article that tells it. "event" names the event, so that what people put together or parted shows as well. */
#ifndef CORE_CLI_EXPORT_GOLD_H
#define CORE_CLI_EXPORT_GOLD_H

#include "core/query/query.h"

#include <stdio.h>

struct export_gold_counts {
    size_t items, required, dropped; /* items; labels; reports of rejected events */
    size_t without_text;             /* items of which retention has dropped the body: left out */
};

/* Labels to `labels`, the items' texts to `items` (NULL for nowhere). */
bool export_gold(struct query *query, FILE *labels, FILE *items, struct export_gold_counts *counts, struct error *error);

#endif
