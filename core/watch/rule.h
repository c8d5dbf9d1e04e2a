/* Rule: the language in which watches say which events they want (docs/rules.md).
 *
 *     type in (arms_transfer, training) and dyad(RUS, UZB|KAZ) and sources >= 2
 *
 * A rule is compiled once and then matched against events, each of which is first laid out as `struct rule_facts`, so
 * that many rules share the work of reading the record. Compiled rules never change: any thread may match with one,
 * each with facts of its own. Background, hypothetical and denied events match no rule that does not itself
 * mention scope or modality.
 *
 * Bounds: RULE_SIZE_MAX bytes of text, RULE_DEPTH_MAX nested parentheses and nots, RULE_NODES_MAX terms. */
#ifndef CORE_WATCH_RULE_H
#define CORE_WATCH_RULE_H

#include "lib/base/buffer.h"
#include "lib/record/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RULE_SIZE_MAX = 65536, RULE_DEPTH_MAX = 64, RULE_NODES_MAX = 4096 };

struct rule;
struct rule_facts;

struct rule_error {
    size_t offset, length; /* bytes of the rule's text that are wrong; length 0 at its end */
    char text[400];        /* what is wrong and what would be right: "unknown actor UZZ: did you mean UZB?" */
    char nearest[64];      /* the valid word alone, "" where there is none */
};

/* `text` need not be NUL-terminated and is copied. NULL with `error` filled. */
struct rule *rule_compile(const char *text, size_t size, struct rule_error *error);
void rule_destroy(struct rule *rule);
const char *rule_text(const struct rule *rule);

/* An event laid out for matching. `event` and `previous` (the revision before, or NULL for a new event) are borrowed
 * and must outlive the facts. NULL when memory is out. */
struct rule_facts *rule_facts_create(void);
bool rule_facts_fill(struct rule_facts *facts, struct record_view event, const struct record_view *previous);
void rule_facts_destroy(struct rule_facts *facts);

/* `explanation` may be NULL; else one line a term is appended: "yes  type in (…): arms_transfer". With an
 * explanation every term is tried, without one only as many as are needed. */
bool rule_matches(const struct rule *rule, const struct rule_facts *facts, struct buffer *explanation);

#endif
