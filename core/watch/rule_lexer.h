/* Rule lexer: the words, numbers, strings and signs of a rule, one at a time. Borrows the text. Pure. */
#ifndef CORE_WATCH_RULE_LEXER_H
#define CORE_WATCH_RULE_LEXER_H

#include "core/watch/rule.h"

#include <stdbool.h>
#include <stddef.h>

enum rule_token_kind {
    TOKEN_END,
    TOKEN_WORD,   /* arms_transfer, ORG:NATO, reuters.com, and, or, not, in */
    TOKEN_NUMBER, /* 12, 1.5, 2024-05-01 */
    TOKEN_STRING, /* 'text'; a quote within is doubled */
    TOKEN_SIGN    /* ( ) , | = != < <= > >= ~ !~ -> * */
};

struct rule_token {
    enum rule_token_kind kind;
    size_t offset, length; /* in the text, quotes of a string included */
};

struct rule_lexer {
    const char *text;
    size_t size, at;
};

void rule_lexer_begin(struct rule_lexer *lexer, const char *text, size_t size);
/* False with `error` filled at a character that begins no token, and at a string without its end. */
bool rule_lexer_next(struct rule_lexer *lexer, struct rule_token *token, struct rule_error *error);
bool rule_token_is(const struct rule_lexer *lexer, const struct rule_token *token, const char *text);

/* Fills `error` and returns false. */
bool rule_error_set(struct rule_error *error, size_t offset, size_t length, const char *nearest, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

#endif
