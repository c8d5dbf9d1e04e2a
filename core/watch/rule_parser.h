/* Rule parser: what its parts share. rule_parser.c reads and, or, not and macros, rule_terms.c a term, rule_values.c a
 * value. Private to core/watch. */
#ifndef CORE_WATCH_RULE_PARSER_H
#define CORE_WATCH_RULE_PARSER_H

#include "core/watch/rule_form.h"
#include "core/watch/rule_lexer.h"

#define RULE_MACRO_PREFIX "macro."
enum { RULE_MACROS_NESTED_MAX = 8 };

/* One rule under compilation: one token of look-ahead. */
struct rule_parser {
    struct rule_lexer lexer;
    struct rule_token token;
    struct rule *rule;
    struct rule_error *error;
    int depth;
    int place; /* of the next node that is written */
    const char *macros[RULE_MACROS_NESTED_MAX]; /* those that are being read, outermost first */
    int macro_depth;
    bool is_macro; /* what is compiled is a macro by itself */
};

bool rule_advance(struct rule_parser *parser);
bool rule_is_sign(const struct rule_parser *parser, const char *sign);
bool rule_is_keyword(const struct rule_parser *parser, const char *lower, const char *upper);
bool rule_expect_sign(struct rule_parser *parser, const char *sign, const char *what);
/* "WHAT, not TOKEN" */
bool rule_fail_here(struct rule_parser *parser, const char *nearest, const char *what);
bool rule_no_memory(struct rule_parser *parser);
bool rule_add_node(struct rule_parser *parser, enum rule_node_kind kind, int *index);
/* From the field on; the token behind the term is then the present one. */
bool rule_parse_term(struct rule_parser *parser, int *node);

/* Reads one value from the present token on. Texts go to the rule's arena, compiled patterns to its list. */
bool rule_parse_value(struct rule_parser *parser, const struct rule_field *field, enum rule_operator operator,
                      struct rule_value *value);
/* 3, 1.5 k */
bool rule_parse_number(struct rule_parser *parser, const struct rule_field *field, struct rule_value *value);
/* 30d, 12w, 2y: value->number in days. */
bool rule_parse_window(struct rule_parser *parser, const struct rule_field *field, struct rule_value *value);

#endif
