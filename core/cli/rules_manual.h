/* Rules manual: the language of rules as entente-rules(5), as docs/rules.md and as text for a terminal, from one text and
 * from the table of terms (core/watch/rule_language.h). Appended to `buffer`; one thread. */
#ifndef CORE_CLI_RULES_MANUAL_H
#define CORE_CLI_RULES_MANUAL_H

#include "core/watch/rule_language.h"
#include "lib/base/buffer.h"

void rules_manual_roff(struct buffer *buffer);
void rules_manual_markdown(struct buffer *buffer);
/* A list of all terms; one term in full. */
void rules_manual_list(struct buffer *buffer);
void rules_manual_term(struct buffer *buffer, const struct rule_term_help *term);

#endif
