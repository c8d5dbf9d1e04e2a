/* Rule archive: what a rule asks of other events than the one at hand. The language knows no store; who matches rules
 * hands it this table of functions (core/watch/archive.h makes one over the store), or none, and then terms that need it
 * match nothing and say so.
 *
 * Functions return false when the question could not be answered at all; whoever made the table knows why. */
#ifndef CORE_WATCH_RULE_ARCHIVE_H
#define CORE_WATCH_RULE_ARCHIVE_H

#include "lib/base/buffer.h"

#include <stdbool.h>
#include <stdint.h>

struct rule;
struct rule_facts;

/* Has anything been told of these two before? Times are milliseconds. */
struct rule_pair_question {
    const char *left, *right; /* ids of parties, in either order */
    const char *type;         /* NULL for any */
    const char *event;        /* the one that is asked for, which does not count */
    int64_t from, before;     /* from <= time < before */
    bool is_ever;             /* whatever is older than `from` counts too, which then says only what must be covered */
};
struct rule_pair_answer {
    bool is_seen;
    bool is_covered; /* the archive, or an imported baseline, goes back to `from` */
    char text[160];  /* what was found: "last on 2024-02-01", "the archive begins on 2024-05-01" */
};

struct rule_archive {
    void *context;
    bool (*ask_pair)(void *context, const struct rule_pair_question *question, struct rule_pair_answer *answer);
    /* What the rule's spike() or silence() comes to at the time of the event, in words. */
    bool (*ask_statistic)(void *context, const struct rule *rule, const struct rule_facts *facts, bool *holds,
                          struct buffer *text);
};

#endif
