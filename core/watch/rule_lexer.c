#include "core/watch/rule_lexer.h"

#include "lib/base/utf8.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool rule_error_set(struct rule_error *error, size_t offset, size_t length, const char *nearest, const char *format, ...)
{
    va_list arguments;
    if (!error)
        return false;
    error->offset = offset;
    error->length = length;
    va_start(arguments, format);
    int size = vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    if (size >= (int)sizeof error->text)
        error->text[utf8_cut(error->text, sizeof error->text - 1, sizeof error->text - 1)] = '\0';
    snprintf(error->nearest, sizeof error->nearest, "%s", nearest ? nearest : "");
    return false;
}

void rule_lexer_begin(struct rule_lexer *lexer, const char *text, size_t size)
{
    *lexer = (struct rule_lexer){text, size, 0};
}

bool rule_token_is(const struct rule_lexer *lexer, const struct rule_token *token, const char *text)
{
    return (token->kind == TOKEN_WORD || token->kind == TOKEN_SIGN) && token->length == strlen(text) &&
           memcmp(lexer->text + token->offset, text, token->length) == 0;
}

static bool is_word_start(unsigned char byte)
{
    return isalpha(byte) || byte == '_' || byte >= 0x80;
}

static bool is_word_part(unsigned char byte)
{
    return is_word_start(byte) || isdigit(byte) || byte == ':' || byte == '.';
}

static unsigned char byte_at(const struct rule_lexer *lexer, size_t at)
{
    return at < lexer->size ? (unsigned char)lexer->text[at] : '\0';
}

/* White space, and comments from # to the end of the line, which rules in files may have. */
static void skip_space(struct rule_lexer *lexer)
{
    while (lexer->at < lexer->size) {
        unsigned char byte = byte_at(lexer, lexer->at);
        if (byte == '#')
            while (lexer->at < lexer->size && byte_at(lexer, lexer->at) != '\n')
                lexer->at++;
        else if (isspace(byte))
            lexer->at++;
        else
            return;
    }
}

/* A hyphen belongs to a word where a letter or digit follows: COM:rolls-royce, but not status->signed. */
static size_t word_end(const struct rule_lexer *lexer, size_t at)
{
    while (is_word_part(byte_at(lexer, at)) ||
           (byte_at(lexer, at) == '-' && (isalnum(byte_at(lexer, at + 1)) || byte_at(lexer, at + 1) == '_')))
        at++;
    return at;
}

/* Digits, points and the hyphens of a date. A word that begins with a digit runs on as one token. */
static size_t number_end(const struct rule_lexer *lexer, size_t at)
{
    while (isdigit(byte_at(lexer, at)) || (byte_at(lexer, at) == '.' && isdigit(byte_at(lexer, at + 1))) ||
           (byte_at(lexer, at) == '-' && isdigit(byte_at(lexer, at + 1))))
        at++;
    return at;
}

/* The position past the closing quote, 0 where there is none. */
static size_t string_end(const struct rule_lexer *lexer, size_t at)
{
    for (at++; at < lexer->size; at++) {
        if (lexer->text[at] != '\'')
            continue;
        if (byte_at(lexer, at + 1) != '\'')
            return at + 1;
        at++;
    }
    return 0;
}

static size_t sign_length(const struct rule_lexer *lexer, size_t at)
{
    static const char *const signs[] = {"!=", "<=", ">=", "!~", "->", "(", ")", ",", "|", "=", "<", ">", "~", "*"};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        size_t length = strlen(signs[i]);
        if (lexer->size - at >= length && memcmp(lexer->text + at, signs[i], length) == 0)
            return length;
    }
    return 0;
}

bool rule_lexer_next(struct rule_lexer *lexer, struct rule_token *token, struct rule_error *error)
{
    skip_space(lexer);
    size_t start = lexer->at, end;
    unsigned char byte = byte_at(lexer, start);
    *token = (struct rule_token){TOKEN_END, start, 0};
    if (start >= lexer->size)
        return true;
    if (is_word_start(byte)) {
        token->kind = TOKEN_WORD;
        end = word_end(lexer, start);
    } else if (isdigit(byte) || (byte == '-' && isdigit(byte_at(lexer, start + 1)))) {
        token->kind = TOKEN_NUMBER;
        end = number_end(lexer, start + 1);
    } else if (byte == '\'') {
        token->kind = TOKEN_STRING;
        end = string_end(lexer, start);
        if (!end)
            return rule_error_set(error, start, lexer->size - start, NULL, "this string has no closing quote (')");
    } else {
        token->kind = TOKEN_SIGN;
        end = start + sign_length(lexer, start);
        if (end == start && byte == '"')
            return rule_error_set(error, start, 1, "'", "strings stand in single quotes: 'text'");
        if (end == start)
            return rule_error_set(error, start, 1, NULL, isprint(byte) ? "'%c' has no meaning here" : "unexpected byte 0x%02x",
                                  byte);
    }
    token->length = end - start;
    lexer->at = end;
    return true;
}
