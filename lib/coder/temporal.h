/* Temporal: expressions of time in a sentence, and the days that they mean.
 *
 * Finding knows no calendar; resolving needs the publication date as anchor. Without one, expressions that lack a year
 * or are relative stay unresolved: "now" is never used. */
#ifndef LIB_CODER_TEMPORAL_H
#define LIB_CODER_TEMPORAL_H

#include "lib/coder/analysis.h"

struct anchor {
    bool known;
    int64_t day; /* since 1970-01-01 */
};

/* Fills sentence->times; needs matched words. False when memory is out. */
bool temporal_find(const struct lexicon *lexicon, struct sentence *sentence, struct arena *arena);

/* `future`: the clause tells what is to come, so that "Tuesday" or "June" lies ahead. False where the days are not
 * known. */
bool temporal_resolve(const struct time_expression *time, struct anchor anchor, bool future, struct time_span *span);

#endif
