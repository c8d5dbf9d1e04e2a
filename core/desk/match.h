/* Match: do two reports tell of one undertaking (codebook sections 5 and 8)?
 *
 * A scored comparison over features: each agreement and contradiction adds its weight, and MATCH_THRESHOLD parts one
 * event from two. A veto is a contradiction that no agreement outweighs: other type, other direction, dates of another
 * edition, two reports that the coder kept apart within one item. The reasons are words for people; they are constant
 * strings, and the desk stores them with the event. Symmetric in its arguments. Pure, any thread. */
#ifndef CORE_DESK_MATCH_H
#define CORE_DESK_MATCH_H

#include "core/desk/features.h"

#include "lib/base/buffer.h"

enum { MATCH_REASONS_MAX = 24 };

#define MATCH_THRESHOLD 1.89 /* weights are in tenths: 1.9 passes, however it was summed */

struct match_reason {
    const char *text;
    double weight;
};

struct match {
    double score;
    const char *veto; /* NULL where there is none */
    const char *against; /* the first thing that speaks for two undertakings, and not only for two times; NULL for none */
    bool is_definite; /* a name, thing, sum, place or date agrees, and not only who did what to whom about then */
    struct match_reason reasons[MATCH_REASONS_MAX];
    size_t reason_count;
};

void match_compare(const struct features *a, const struct features *b, struct match *match);
bool match_is_one(const struct match *match);
/* Does anything say that they are two? Stricter than match_is_one: of a detail that differs, too. NULL where nothing does. */
const char *match_contradiction(const struct match *match);
/* May an event that was founded on that day take a report that agrees with one of its reports, but in nothing definite?
 * Not where the days are far apart or one is not known, so that a busy pair's vague reports do not chain into one event
 * without end. */
bool match_is_near_founder(const struct features *report, int32_t founded_day);
/* "same actors +1.0, same equipment +1.5". Appends. */
void match_describe(const struct match *match, struct buffer *text);

enum match_dates {
    MATCH_DATES_UNKNOWN, /* one of them states none */
    MATCH_DATES_EQUAL,
    MATCH_DATES_OVERLAP,
    MATCH_DATES_NEAR,    /* apart by a day or two, as outlets are */
    MATCH_DATES_STEPS,   /* apart, but as the steps of one undertaking would be */
    MATCH_DATES_CONTRADICT
};
enum match_dates match_dates(const struct features *a, const struct features *b);

#endif
