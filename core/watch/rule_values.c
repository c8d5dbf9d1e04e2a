#include "core/watch/rule_parser.h"

#include "core/desk/features.h"
#include "core/watch/rule_codes.h"
#include "lib/base/nearest.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reader {
    struct rule_parser *parser;
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
                          reader->field->name, expected, (int)shown, reader->lexer->text + reader->token->offset);
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
    const char *start = reader->lexer->text + reader->token->offset;
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
                        nearest_word(text, rule_field_words(reader->field)), "'entente watch terms' lists those there are");
}

static const char *nearest_party(struct reader *reader, const char *text)
{
    const char *names[RULE_CODE_STATES_MAX + 1];
    size_t count = 0;
    for (; count < RULE_CODE_STATES_MAX && rule_names_group_name(reader->rule->names, count); count++)
        names[count] = rule_names_group_name(reader->rule->names, count);
    names[count] = NULL;
    const char *nearest = nearest_word(text, rule_code_regions());
    return nearest ? nearest : nearest_word(text, names);
}

static const char *nearest_actor(struct reader *reader, const char *text)
{
    static const char *const prefixes[] = {"ORG:", "COM:", "NSA:", "DEF:", "HIS:", "GRP:", NULL};
    const char *names[RULE_CODE_STATES_MAX + 1];
    size_t count = 0;
    char prefix[8];
    const char *colon = strchr(text, ':');
    if (colon && colon - text < 6) {
        snprintf(prefix, sizeof prefix, "%.*s", (int)(colon - text + 1), text);
        return nearest_word(prefix, prefixes);
    }
    for (; count < RULE_CODE_STATES_MAX && rule_code_state(count); count++)
        names[count] = rule_code_state(count);
    names[count] = NULL;
    const char *nearest = nearest_word(text, names);
    return nearest ? nearest : nearest_party(reader, text);
}

/* A region of the UN, however it is written, or a group of the configuration. */
static bool set_group(struct reader *reader, const char *text, struct rule_value *value)
{
    const char *region = rule_code_region(text);
    value->group = region ? NULL : rule_names_group(reader->rule->names, text);
    value->text = region ? region : text;
    if (!region)
        return value->group != NULL;
    struct rule_group *group = arena_calloc(reader->rule->arena, 1, sizeof *group);
    if (!group)
        return false;
    group->name = region;
    rule_states_add_region(&group->states, region);
    value->group = group;
    value->is_region = true;
    return true;
}

static bool set_state(struct rule_value *value, const char *code)
{
    value->text = code;
    value->state = rule_code_state_index(code);
    value->actor = feature_actor_hash(code);
    return value->state >= 0;
}

static bool is_name_token(const struct reader *reader)
{
    enum rule_token_kind kind = reader->token->kind;
    return kind == TOKEN_WORD || kind == TOKEN_STRING || kind == TOKEN_NUMBER;
}

static bool read_actor(struct reader *reader, struct rule_value *value)
{
    if (reader->token->kind == TOKEN_SIGN && rule_token_is(reader->lexer, reader->token, "*")) {
        value->is_any = true;
        value->text = "*";
        return advance(reader);
    }
    const char *text = is_name_token(reader) ? take_text(reader) : NULL;
    bool is_word = reader->token->kind == TOKEN_WORD;
    const char *numbered = text ? rule_code_state_by_number(text) : NULL;
    if (numbered && reader->token->kind == TOKEN_NUMBER && set_state(value, numbered))
        return advance(reader);
    if (text && set_group(reader, text, value))
        return advance(reader);
    if (!is_word)
        return fail_expected(reader, "an actor's code (UZB, ORG:NATO, COM:saab), a region, a group or *");
    if (!text)
        return false;
    if (!rule_code_is_actor(text))
        return fail_unknown(reader, "actor", text, nearest_actor(reader, text),
                            "a state is its ISO 3166-1 alpha-3 code, others are ORG:, COM:, NSA:, DEF:, HIS: or GRP: "
                            "and a name");
    set_state(value, text);
    return advance(reader);
}

static bool read_region(struct reader *reader, struct rule_value *value)
{
    if (!is_name_token(reader))
        return fail_expected(reader, "a region's name or M49 number, or a group");
    const char *text = take_text(reader);
    if (!text)
        return false;
    const char *state = reader->token->kind == TOKEN_NUMBER ? rule_code_state_by_number(text) : NULL;
    if (state) {
        struct rule_group *group = arena_calloc(reader->rule->arena, 1, sizeof *group);
        if (!group)
            return fail_memory(reader);
        group->name = state;
        rule_states_add(&group->states, rule_code_state_index(state));
        value->group = group;
        value->text = state;
        return advance(reader);
    }
    if (!set_group(reader, text, value))
        return fail_unknown(reader, "region", text, nearest_party(reader, text),
                            "the UN's M49 names and numbers are taken, such as central_asia or 143, and [group.NAME]");
    return advance(reader);
}

static bool read_role(struct reader *reader, struct rule_value *value)
{
    static const struct rule_field roles = {
        .name = "role", .kind = FIELD_WORD, .subject = SUBJECT_ROLE, .vocabulary = VOCABULARY_ROLE};
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
    text += *text == '-';
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

static bool read_window(struct reader *reader, struct rule_value *value)
{
    static const struct {
        const char *word;
        double days;
    } units[] = {{"d", 1},      {"day", 1},   {"days", 1},  {"w", 7},      {"week", 7},
                 {"weeks", 7},  {"month", 30}, {"months", 30}, {"y", 365}, {"year", 365}, {"years", 365}};
    if (reader->token->kind != TOKEN_NUMBER)
        return fail_expected(reader, "a window such as 90d, 12w or 2y");
    const char *text = take_text(reader);
    if (!text)
        return false;
    if (!is_plain_number(text) || strchr(text, '.') || strlen(text) > 6)
        return fail(reader, "a window is a whole number of days, weeks or years: 90d, 12w, 2y");
    value->text = text;
    value->number = strtod(text, NULL);
    if (!advance(reader))
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (reader->token->kind == TOKEN_WORD && rule_token_is(reader->lexer, reader->token, units[i].word)) {
            value->number *= units[i].days;
            return advance(reader);
        }
    return fail_expected(reader, "a unit behind the number: 90d, 12w, 2y");
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
        const char *names[RULE_CODE_STATES_MAX + 1];
        size_t count = 0;
        for (; count < RULE_CODE_STATES_MAX && rule_code_currency(count); count++)
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

static bool keep_pattern(struct reader *reader, struct rule_pattern *pattern)
{
    struct rule *rule = reader->rule;
    if (rule->pattern_count == rule->pattern_capacity) {
        size_t capacity = rule->pattern_capacity ? 2 * rule->pattern_capacity : 8;
        struct rule_pattern **patterns = reallocarray(rule->patterns, capacity, sizeof *patterns);
        if (!patterns)
            return fail_memory(reader);
        rule->patterns = patterns;
        rule->pattern_capacity = capacity;
    }
    rule->patterns[rule->pattern_count++] = pattern;
    return true;
}

static bool read_pattern(struct reader *reader, struct rule_value *value)
{
    char why[220];
    if (reader->token->kind != TOKEN_STRING)
        return fail_expected(reader, "a pattern in single quotes");
    const char *text = take_text(reader);
    if (!text)
        return false;
    struct rule_pattern *pattern = rule_pattern_compile(text, why, sizeof why);
    if (!pattern)
        return rule_error_set(reader->error, reader->token->offset, reader->token->length, NULL,
                              "the pattern cannot be taken: %s", why);
    if (!keep_pattern(reader, pattern)) {
        rule_pattern_destroy(pattern);
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
    if (reader->token->kind != TOKEN_WORD && reader->token->kind != TOKEN_NUMBER)
        return fail_expected(reader, "a state's code, a region or a name in single quotes");
    const char *text = take_text(reader);
    if (!text)
        return false;
    const char *numbered = rule_code_state_by_number(text);
    if (set_state(value, numbered ? numbered : text) || set_group(reader, text, value))
        return advance(reader);
    return fail_unknown(reader, "country", text, nearest_actor(reader, text),
                        "a place's name stands in single quotes");
}

static struct reader make_reader(struct rule_parser *parser, const struct rule_field *field)
{
    return (struct reader){parser, parser->rule, &parser->lexer, &parser->token, field, parser->error};
}

bool rule_parse_number(struct rule_parser *parser, const struct rule_field *field, struct rule_value *value)
{
    struct reader reader = make_reader(parser, field);
    return read_number(&reader, value);
}

bool rule_parse_window(struct rule_parser *parser, const struct rule_field *field, struct rule_value *value)
{
    struct reader reader = make_reader(parser, field);
    return read_window(&reader, value);
}

bool rule_parse_value(struct rule_parser *parser, const struct rule_field *field, enum rule_operator operator,
                      struct rule_value *value)
{
    struct reader reader = make_reader(parser, field);
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
    case FIELD_CALL:
        break;
    }
    return false;
}
