#include "core/watch/rule_values.h"

#include "lib/base/nearest.h"
#include "core/desk/features.h"
#include "core/watch/rule_codes.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PATTERN_SIZE_MAX = 512,
    /* Repetitions multiply: (a{100}){100} is ten thousand states. More than this in one pattern is refused. */
    PATTERN_REPEATS_MAX = 1000
};

struct reader {
    struct rule *rule;
    struct rule_lexer *lexer;
    struct rule_token *token;
    const struct rule_field *field;
    struct rule_error *error;
};

static bool fail(struct reader *reader, const char *why)
{
    return rule_error_set(reader->error, reader->token->offset, reader->token->length, NULL, "%s", why);
}

/* "unknown actor UZZ: did you mean UZB?"; `hint` says what is taken where nothing is near. */
static bool fail_unknown(struct reader *reader, const char *what, const char *word, const char *nearest,
                         const char *hint)
{
    size_t offset = reader->token->offset, length = reader->token->length;
    if (nearest)
        return rule_error_set(reader->error, offset, length, nearest, "unknown %s %s: did you mean %s?", what, word,
                              nearest);
    return rule_error_set(reader->error, offset, length, NULL, "unknown %s %s: %s", what, word, hint);
}

static bool fail_expected(struct reader *reader, const char *expected)
{
    size_t shown = reader->token->length < 60 ? reader->token->length : 60;
    if (reader->token->kind == TOKEN_END)
        return rule_error_set(reader->error, reader->token->offset, 0, NULL, "%s takes %s, but the rule ends here",
                              reader->field->name, expected);
    return rule_error_set(reader->error, reader->token->offset, reader->token->length, NULL, "%s takes %s, not %.*s",
                          reader->field->name, expected, (int)shown, reader->rule->text + reader->token->offset);
}

static bool advance(struct reader *reader)
{
    return rule_lexer_next(reader->lexer, reader->token, reader->error);
}

static bool fail_memory(struct reader *reader)
{
    return rule_error_set(reader->error, reader->token->offset, reader->token->length, NULL,
                          "no memory to compile the rule");
}

/* The token's text; a string's without its quotes, doubled ones single. NULL with `error` filled. */
static char *take_text(struct reader *reader)
{
    const char *start = reader->rule->text + reader->token->offset;
    size_t size = reader->token->length;
    bool is_string = reader->token->kind == TOKEN_STRING;
    char *text = is_string ? arena_copy(reader->rule->arena, start + 1, size - 2)
                           : arena_copy(reader->rule->arena, start, size);
    if (!text) {
        fail_memory(reader);
        return NULL;
    }
    char *to = text;
    for (const char *from = text; is_string && *from; from++) {
        *to++ = *from;
        if (from[0] == '\'' && from[1] == '\'')
            from++;
    }
    if (is_string)
        *to = '\0';
    return text;
}

/* ---- words and codes ---- */

static bool read_word(struct reader *reader, struct rule_value *value)
{
    const char *const *words = rule_field_words(reader->field);
    if (reader->token->kind != TOKEN_WORD)
        return fail_expected(reader, "a word");
    const char *text = take_text(reader);
    for (; text && *words; words++)
        if (strcmp(*words, text) == 0) {
            value->text = *words;
            return advance(reader);
        }
    if (!text)
        return false;
    return fail_unknown(reader, reader->field->name, text,
                        nearest_word(text, rule_field_words(reader->field)), "docs/rules.md lists those there are");
}

enum { STATES_MAX = 300 };

static const char *nearest_actor(const char *text)
{
    static const char *const prefixes[] = {"ORG:", "COM:", "NSA:", "DEF:", "HIS:", "GRP:", NULL};
    const char *names[STATES_MAX + 1];
    size_t count = 0;
    char prefix[8];
    const char *colon = strchr(text, ':');
    if (colon && colon - text < 6) {
        snprintf(prefix, sizeof prefix, "%.*s", (int)(colon - text + 1), text);
        return nearest_word(prefix, prefixes);
    }
    for (; count < STATES_MAX && rule_code_state(count); count++)
        names[count] = rule_code_state(count);
    names[count] = NULL;
    const char *nearest = nearest_word(text, names);
    return nearest ? nearest : nearest_word(text, rule_code_regions());
}

static bool read_actor(struct reader *reader, struct rule_value *value)
{
    if (reader->token->kind == TOKEN_SIGN && rule_token_is(reader->lexer, reader->token, "*")) {
        value->is_any = true;
        value->text = "*";
        return advance(reader);
    }
    if (reader->token->kind != TOKEN_WORD)
        return fail_expected(reader, "an actor's code (UZB, ORG:NATO, COM:saab), a region or *");
    const char *text = take_text(reader);
    if (!text)
        return false;
    value->text = text;
    value->is_region = rule_code_is_region(text);
    if (!value->is_region && !rule_code_is_actor(text))
        return fail_unknown(reader, "actor", text, nearest_actor(text),
                            "a state is its ISO 3166-1 alpha-3 code, others are ORG:, COM:, NSA:, DEF:, HIS: or GRP: "
                            "and a name");
    value->actor = value->is_region ? 0 : feature_actor_hash(text);
    return advance(reader);
}

static bool read_region(struct reader *reader, struct rule_value *value)
{
    if (reader->token->kind != TOKEN_WORD)
        return fail_expected(reader, "a region's name");
    const char *text = take_text(reader);
    if (!text)
        return false;
    value->text = text;
    if (!rule_code_is_region(text))
        return fail_unknown(reader, "region", text, nearest_word(text, rule_code_regions()),
                            "the UN's M49 names are taken, such as central_asia");
    return advance(reader);
}

static bool read_role(struct reader *reader, struct rule_value *value)
{
    static const struct rule_field roles = {"role", FIELD_WORD, SUBJECT_ROLE, VOCABULARY_ROLE, NULL};
    reader->field = &roles;
    return read_word(reader, value);
}

/* ---- numbers ---- */

static bool read_factor(struct reader *reader, double *factor)
{
    static const struct {
        const char *word;
        double factor;
    } rows[] = {{"k", 1e3},        {"K", 1e3},      {"thousand", 1e3}, {"M", 1e6}, {"m", 1e6},   {"mn", 1e6},
                {"million", 1e6}, {"B", 1e9},      {"b", 1e9},        {"bn", 1e9}, {"billion", 1e9}};
    *factor = 1;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (reader->token->kind == TOKEN_WORD && rule_token_is(reader->lexer, reader->token, rows[i].word)) {
            *factor = rows[i].factor;
            return advance(reader);
        }
    return true;
}

/* Digits with one point at most: what the lexer takes for a number may also be a date. */
static bool is_plain_number(const char *text)
{
    size_t points = 0;
    for (; *text; text++) {
        if (!isdigit((unsigned char)*text) && *text != '.')
            return false;
        points += *text == '.';
    }
    return points <= 1;
}

static bool read_number(struct reader *reader, struct rule_value *value)
{
    double factor;
    if (reader->token->kind != TOKEN_NUMBER)
        return fail_expected(reader, "a number");
    const char *text = take_text(reader);
    if (!text)
        return false;
    if (!is_plain_number(text))
        return fail(reader, "this is not a number");
    value->text = text;
    value->number = strtod(text, NULL);
    if (!advance(reader) || !read_factor(reader, &factor))
        return false;
    value->number *= factor;
    return true;
}

static bool is_joining_word(const struct reader *reader)
{
    return rule_token_is(reader->lexer, reader->token, "and") || rule_token_is(reader->lexer, reader->token, "or") ||
           rule_token_is(reader->lexer, reader->token, "AND") || rule_token_is(reader->lexer, reader->token, "OR");
}

static bool read_money(struct reader *reader, struct rule_value *value)
{
    if (!read_number(reader, value))
        return false;
    value->currency = "USD";
    if (reader->token->kind != TOKEN_WORD || is_joining_word(reader))
        return true;
    const char *text = take_text(reader);
    if (!text)
        return false;
    value->currency = text;
    if (!rule_code_is_currency(text)) {
        const char *names[STATES_MAX + 1];
        size_t count = 0;
        for (; count < STATES_MAX && rule_code_currency(count); count++)
            names[count] = rule_code_currency(count);
        names[count] = NULL;
        return fail_unknown(reader, "currency", text, nearest_word(text, names),
                            "ISO 4217 codes are taken, and k, M or B before them");
    }
    return advance(reader);
}

/* ---- dates ---- */

static bool read_date(struct reader *reader, struct rule_value *value)
{
    if (reader->token->kind != TOKEN_NUMBER)
        return fail_expected(reader, "a date (YYYY, YYYY-MM or YYYY-MM-DD)");
    const char *text = take_text(reader);
    if (!text)
        return false;
    size_t size = strlen(text);
    if ((size != 4 && size != 7 && size != 10) || !feature_date_span(text, &value->low, &value->high))
        return fail(reader, "this is not a date: write YYYY, YYYY-MM or YYYY-MM-DD");
    value->text = text;
    return advance(reader);
}

/* ---- strings and patterns ---- */

/* The product of the bounds of all {n,m}; 0 where the pattern refers back to a group. */
static double pattern_repeats(const char *pattern)
{
    double repeats = 1;
    bool in_set = false;
    for (const char *at = pattern; *at; at++) {
        if (*at == '\\' && !in_set) {
            if (isdigit((unsigned char)at[1]))
                return 0;
            at += at[1] != '\0';
        } else if (*at == '[' && !in_set) {
            in_set = true;
            at += at[1] == '^';
            at += at[1] == ']';
        } else if (*at == ']')
            in_set = false;
        else if (*at == '{' && !in_set) {
            double most = 1;
            for (at++; *at && *at != '}'; at++)
                if (isdigit((unsigned char)*at)) {
                    double bound = strtod(at, NULL);
                    most = bound > most ? bound : most;
                    while (isdigit((unsigned char)at[1]))
                        at++;
                }
            repeats *= most;
            if (!*at)
                break;
        }
    }
    return repeats;
}

static bool keep_pattern(struct reader *reader, regex_t *pattern)
{
    struct rule *rule = reader->rule;
    if (rule->pattern_count == rule->pattern_capacity) {
        size_t capacity = rule->pattern_capacity ? 2 * rule->pattern_capacity : 8;
        regex_t **patterns = realloc(rule->patterns, capacity * sizeof(regex_t *));
        if (!patterns)
            return fail_memory(reader);
        rule->patterns = patterns;
        rule->pattern_capacity = capacity;
    }
    rule->patterns[rule->pattern_count++] = pattern;
    return true;
}

static bool check_pattern(struct reader *reader, const char *text)
{
    double repeats = pattern_repeats(text);
    if (strlen(text) > PATTERN_SIZE_MAX)
        return rule_error_set(reader->error, reader->token->offset, reader->token->length, NULL,
                              "a pattern has at most %d bytes", PATTERN_SIZE_MAX);
    if (repeats < 1)
        return fail(reader, "a pattern cannot refer back to a group (\\1)");
    if (repeats > PATTERN_REPEATS_MAX)
        return rule_error_set(reader->error, reader->token->offset, reader->token->length, NULL,
                              "the repetitions {…} of the pattern multiply to more than %d", PATTERN_REPEATS_MAX);
    return true;
}

static bool read_pattern(struct reader *reader, struct rule_value *value)
{
    if (reader->token->kind != TOKEN_STRING)
        return fail_expected(reader, "a pattern in single quotes");
    const char *text = take_text(reader);
    if (!text || !check_pattern(reader, text))
        return false;
    regex_t *pattern = calloc(1, sizeof *pattern);
    if (!pattern)
        return fail_memory(reader);
    int code = regcomp(pattern, text, REG_EXTENDED | REG_ICASE | REG_NOSUB);
    if (code != 0) {
        char why[200];
        regerror(code, pattern, why, sizeof why);
        free(pattern);
        return rule_error_set(reader->error, reader->token->offset, reader->token->length, NULL,
                              "the pattern cannot be read: %s", why);
    }
    if (!keep_pattern(reader, pattern)) {
        regfree(pattern);
        free(pattern);
        return false;
    }
    value->pattern = pattern;
    value->text = text;
    return advance(reader);
}

static bool read_text(struct reader *reader, struct rule_value *value)
{
    if (reader->token->kind != TOKEN_STRING && reader->token->kind != TOKEN_WORD && reader->token->kind != TOKEN_NUMBER)
        return fail_expected(reader, "a text in single quotes");
    value->text = take_text(reader);
    if (!value->text)
        return false;
    if (reader->field->subject == SUBJECT_ORG) {
        char id[160];
        snprintf(id, sizeof id, "ORG:%s", value->text);
        value->actor = feature_actor_hash(id);
    }
    return advance(reader);
}

/* UZB is a state, 'Termez' a name. */
static bool read_place(struct reader *reader, struct rule_value *value)
{
    if (reader->token->kind == TOKEN_STRING)
        return read_text(reader, value);
    if (reader->token->kind != TOKEN_WORD)
        return fail_expected(reader, "a state's code or a name in single quotes");
    const char *text = take_text(reader);
    if (!text)
        return false;
    value->text = text;
    value->is_region = rule_code_is_region(text);
    value->is_any = rule_code_is_state(text);
    if (!value->is_region && !value->is_any)
        return fail_unknown(reader, "country", text, nearest_actor(text), "a place's name stands in single quotes");
    return advance(reader);
}

bool rule_value_parse(struct rule *rule, struct rule_lexer *lexer, struct rule_token *token,
                      const struct rule_field *field, enum rule_operator operator, struct rule_value *value,
                      struct rule_error *error)
{
    struct reader reader = {rule, lexer, token, field, error};
    if (operator == RULE_LIKE || operator == RULE_NOT_LIKE)
        return read_pattern(&reader, value);
    switch (field->kind) {
    case FIELD_WORD:
        return read_word(&reader, value);
    case FIELD_ACTOR:
    case FIELD_DYAD:
        return read_actor(&reader, value);
    case FIELD_REGION:
        return read_region(&reader, value);
    case FIELD_NUMBER:
        return read_number(&reader, value);
    case FIELD_MONEY:
        return read_money(&reader, value);
    case FIELD_DATE:
        return read_date(&reader, value);
    case FIELD_PLACE:
        return read_place(&reader, value);
    case FIELD_TEXT:
        return read_text(&reader, value);
    case FIELD_ROLE:
        return read_role(&reader, value);
    }
    return false;
}
