/* Reliability: whether a confidence is what it says: of the events told with about that confidence, how many are right,
 * as the items come and as they would come in a real stream, of which about one in a hundred is relevant. Items that were
 * picked for being hard are no stream: where a random sample is at hand, only its irrelevant items stand for one. One
 * owner. */
#ifndef LIB_EVALUATE_RELIABILITY_H
#define LIB_EVALUATE_RELIABILITY_H

#include "lib/base/buffer.h"
#include "lib/evaluate/label.h"

#include <stdint.h>

enum { RELIABILITY_BINS = 10 };

/* Sums over relevant and over other items. */
struct reliability_bin {
    uint32_t events[2], right[2];
    double confidence[2];
};

struct reliability {
    struct reliability_bin bins[RELIABILITY_BINS];
    uint32_t items[2];
};

/* Events that match an optional label count as nothing. `others`: items that are not relevant count too. False when memory
 * is out. */
bool reliability_add(struct reliability *reliability, const json_t *label, const json_t *output, bool others);
void reliability_print(const struct reliability *reliability, struct buffer *out);

#endif
