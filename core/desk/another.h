/* Another: does a report say of what is bought that it is one more of its kind, beside what was bought before?
 *
 * "Eight more F-16s", "a second batch of tanks", "an additional 12 howitzers" are another order than the one that a
 * paper told of years ago, though pair, goods and number are the same. Read from the quotes that support the report's
 * type; English alone. What comes, and is not bought, may be the next lot of one order and is not meant. Pure, any
 * thread. */
#ifndef CORE_DESK_ANOTHER_H
#define CORE_DESK_ANOTHER_H

#include "lib/record/record.h"

#include <stdbool.h>

bool another_told(struct record_view report);
/* The other way round: "the remaining two squadrons", "the final batch" are of an order that was told of before. */
bool another_rest_told(struct record_view report);
/* The same of one quote. */
bool another_read(const char *quote);
bool another_rest_read(const char *quote);

#endif
