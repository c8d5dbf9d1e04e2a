/* Papers: which agreement, programme or contract a report tells of, and under which one it says that things are done.
 *
 * Read from the quotes that support a report's type, so that whoever classifies need not name them: "begins the
 * exercise under the 2014 military cooperation agreement" is done under an agreement of 2014, "signed a second
 * executive contract" under a framework. English alone. What is stated with the paper (its year, "signed last year") is
 * its date, reckoned from the day of publication. parents.h compares them. A report of an agreement of which its quotes
 * tell only that something is done under it is background, whatever its classifier says: nothing new is told of the
 * paper. Pure, any thread. */
#ifndef CORE_DESK_PAPERS_H
#define CORE_DESK_PAPERS_H

#include "core/desk/features.h"

/* Fills `paper` and `basis`, and may set is_background. The features' other fields are set already. */
void papers_fill(struct features *features, struct record_view report);
/* The same from one quote; `published_day` may be FEATURE_DAY_NONE. Adds to what was found in others. */
void papers_read(const char *quote, int32_t published_day, struct feature_paper *paper, struct feature_paper *basis);

#endif
