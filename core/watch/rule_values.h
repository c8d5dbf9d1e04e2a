/* Rule values: what stands on the right of a comparison, read and checked by the field it is compared with. Private to
 * core/watch. */
#ifndef CORE_WATCH_RULE_VALUES_H
#define CORE_WATCH_RULE_VALUES_H

#include "core/watch/rule_form.h"
#include "core/watch/rule_lexer.h"

/* Reads one value from *token on and leaves the token after it in *token. Texts go to the rule's arena, compiled
 * patterns to its list. False with `error` filled. */
bool rule_value_parse(struct rule *rule, struct rule_lexer *lexer, struct rule_token *token,
                      const struct rule_field *field, enum rule_operator operator, struct rule_value *value,
                      struct rule_error *error);

#endif
