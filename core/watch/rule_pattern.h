/* Rule pattern: the regular expressions of rules, by PCRE2, as Unicode text and whatever the case.
 *
 * A rule is an operator's, but the text that it is tried on is anybody's: so a match is given a bounded number of steps,
 * past which it is given up and counts as none. Back references and callouts are refused. Private to core/watch.
 *
 * A pattern is immutable: any thread may match with it, each with a scratch of its own. */
#ifndef CORE_WATCH_RULE_PATTERN_H
#define CORE_WATCH_RULE_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

enum { RULE_PATTERN_SIZE_MAX = 512, RULE_PATTERN_STEPS_MAX = 200000 };

struct rule_pattern;
struct rule_pattern_scratch;

/* NULL with `why` filled: what is wrong, and at which character. */
struct rule_pattern *rule_pattern_compile(const char *text, char *why, size_t why_size);
void rule_pattern_destroy(struct rule_pattern *pattern);

struct rule_pattern_scratch *rule_pattern_scratch_create(void); /* NULL when memory is out */
void rule_pattern_scratch_destroy(struct rule_pattern_scratch *scratch);

enum rule_pattern_result { PATTERN_NONE, PATTERN_FOUND, PATTERN_GIVEN_UP };
/* `scratch` may be NULL, for a text now and then: a smaller one is then made for this match. */
enum rule_pattern_result rule_pattern_match(const struct rule_pattern *pattern, struct rule_pattern_scratch *scratch,
                                            const char *text, size_t size);

#endif
