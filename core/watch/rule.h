/* Rule: the language in which watches say which events they want (entente-rules(5), docs/rules.md).
 *
 *     type in (arms_transfer, training) and dyad(RUS, UZB|KAZ) and sources >= 2
 *
 * A rule is compiled once and then matched against events, each of which is first laid out as `struct rule_facts`, so
 * that many rules share the work of reading the record. Compiled rules never change: any thread may match with one,
 * each with facts of its own. Background, hypothetical and denied events match no rule that does not itself
 * mention scope or modality.
 *
 * Bounds: RULE_SIZE_MAX bytes of text, RULE_DEPTH_MAX nested parentheses, nots and macros, RULE_NODES_MAX terms with those
 * of macros. Patterns are PCRE2's without back references, bounded in length, in what their repetitions multiply to and
 * in the steps of a match. */
#ifndef CORE_WATCH_RULE_H
#define CORE_WATCH_RULE_H

#include "lib/base/buffer.h"
#include "lib/base/digest.h"
#include "lib/base/json_writer.h"
#include "lib/record/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RULE_SIZE_MAX = 65536, RULE_DEPTH_MAX = 64, RULE_NODES_MAX = 4096 };

struct rule;
struct rule_archive;
struct rule_facts;
struct rule_names;

struct rule_error {
    size_t offset, length; /* bytes of the rule's text that are wrong; length 0 at its end */
    char text[400];        /* what is wrong and what would be right: "unknown actor UZZ: did you mean UZB?" */
    char nearest[64];      /* the valid word alone, "" where there is none */
};

/* `text` need not be NUL-terminated and is copied. NULL with `error` filled. */
struct rule *rule_compile(const char *text, size_t size, struct rule_error *error);
/* With the groups, macros and rates of a configuration, which must outlive the rule; `names` may be NULL. */
struct rule *rule_compile_with(const struct rule_names *names, const char *text, size_t size, struct rule_error *error);
/* As a rule, of which a macro may be only a part: it may hold no spike() or silence(). For checking it where it stands. */
struct rule *rule_compile_macro(const struct rule_names *names, const char *name, struct rule_error *error);
void rule_destroy(struct rule *rule);
const char *rule_text(const struct rule *rule);

/* ---- what is decided over many events ---- */
enum rule_statistic_kind { RULE_NO_STATISTIC, RULE_SPIKE, RULE_SILENCE };
struct rule_statistic {
    enum rule_statistic_kind kind;
    double factor; /* of a spike */
    int days;      /* the window */
};
/* rule_matches decides all but this term: a rule with one is true of each event of the series that is counted. */
struct rule_statistic rule_statistic(const struct rule *rule);
/* Of what the rule asks, macros and groups included: the same for rules that ask the same in the same words. */
void rule_fingerprint(const struct rule *rule, char hex[DIGEST_HEX_SIZE]);

/* ---- matching ---- */
/* An event laid out for matching. `event` and `previous` (the revision before, or NULL for a new event) are borrowed
 * and must outlive the facts. NULL when memory is out. */
struct rule_facts *rule_facts_create(void);
bool rule_facts_fill(struct rule_facts *facts, struct record_view event, const struct record_view *previous);
/* Whom first_dyad() and the like may ask; borrowed, NULL for nobody. Stays until it is set anew. */
void rule_facts_ask(struct rule_facts *facts, const struct rule_archive *archive);
void rule_facts_destroy(struct rule_facts *facts);

/* `explanation` may be NULL; else lines are appended as of rule_explain. */
bool rule_matches(const struct rule *rule, const struct rule_facts *facts, struct buffer *explanation);

/* One step of an explanation; texts are lent. */
struct rule_reason {
    int depth;
    bool matched;
    const char *text; /* "all of", "one of", "not", "macro.NAME", or a term as it is written */
    size_t text_size;
    const char *found; /* of a term: what it looked at, "not stated" where nothing; NULL of the others */
};
typedef void rule_reason_callback(void *context, const struct rule_reason *reason);
/* Every term is tried, nested as the rule is written. Returns whether the rule matches. */
bool rule_explain_each(const struct rule *rule, const struct rule_facts *facts, rule_reason_callback *callback,
                       void *context);
/* Lines: "yes  all of\nyes    type = aid: aid\n…". */
bool rule_explain(const struct rule *rule, const struct rule_facts *facts, struct buffer *explanation);
/* An array of {"depth","matched","term","found"}, for programs. */
bool rule_explain_json(const struct rule *rule, const struct rule_facts *facts, struct json_writer *writer);

#endif
