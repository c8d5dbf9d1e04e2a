/* Parents: which event another article's event is a part of: a contract under a framework, a course or an exercise
 * under an agreement.
 *
 * An event has a parent of another article only where one of its reports says that there is one ("under the agreement
 * signed in 2014", "a second executive contract": papers.h). Candidates are found by an index of papers by pairs of
 * parties; of these the one is taken that a scored comparison prefers clearly: its name, date, subject, goods and
 * parties. Where two agree about as well, or nothing but the pair does while there are several, there is none: a wrong
 * parent is worse. The outcome is a function of the reports that stand, whatever order they came in. On the writer's
 * thread. */
#ifndef CORE_DESK_PARENTS_H
#define CORE_DESK_PARENTS_H

#include "core/desk/match.h"
#include "core/desk/members.h"
#include "core/desk/placing.h"

#include "lib/base/error.h"

enum { PARENT_KEYS_MAX = 12 };

/* What an event of `part` is to one of `whole`, by the part's basis: the score and its reasons, or a veto. is_definite:
 * more than pair and kind of paper agree. Pure. */
void parents_compare(const struct features *part, const struct features *whole, struct match *match);

struct parent {
    const char *event;          /* its id; NULL where there is none */
    const struct member *child; /* the report that states the basis */
    struct match match;
};
/* The parent in another article of the event of these reports. */
bool parents_find(const struct placing *placing, const struct member_list *list, struct parent *parent,
                  struct error *error);

/* Touches the events that may have an event of this report as parent: to call when it came, changed, moved or went. */
bool parents_touch(struct placing *placing, const struct member *member, struct error *error);

/* The keys of the index: of the papers that a report tells of, or under which it stands. Returns their number. */
size_t parents_keys(const struct features *features, struct cluster_key keys[PARENT_KEYS_MAX]);

#endif
