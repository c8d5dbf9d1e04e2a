#include "core/watch/rule_parser.h"

#include "lib/base/nearest.h"

#include <stdio.h>
#include <string.h>

struct operator_row {
    const char *sign;
    enum rule_operator operator;
};
static const struct operator_row operators[] = {
    {"=", RULE_EQUAL},         {"!=", RULE_NOT_EQUAL},      {"<=", RULE_LESS_EQUAL}, {">=", RULE_GREATER_EQUAL},
    {"<", RULE_LESS},          {">", RULE_GREATER},         {"~", RULE_LIKE},        {"!~", RULE_NOT_LIKE},
    {"->", RULE_BECOMES},
};

static bool parse_operator(struct rule_parser *parser, const struct rule_field *field, enum rule_operator *operator)
{
    struct rule_token token = parser->token;
    bool found = false, negated = false;
    if (rule_is_keyword(parser, "not", "NOT")) {
        negated = true;
        if (!rule_advance(parser))
            return false;
        if (!rule_is_keyword(parser, "in", "IN"))
            return rule_fail_here(parser, "in", "after a field, not must be followed by in");
    }
    if (rule_is_keyword(parser, "in", "IN")) {
        *operator = negated ? RULE_NOT_IN : RULE_IN;
        found = true;
    }
    for (size_t i = 0; i < sizeof operators / sizeof *operators && !found; i++)
        if (rule_is_sign(parser, operators[i].sign)) {
            *operator = operators[i].operator;
            found = true;
        }
    if (found && !rule_field_takes(field, *operator))
        return rule_error_set(parser->error, token.offset, parser->token.offset + parser->token.length - token.offset,
                              NULL, "%s is compared by %s", field->name, rule_field_operators(field));
    if (!found) {
        char what[120];
        snprintf(what, sizeof what, "%s is compared by %s", field->name, rule_field_operators(field));
        return rule_fail_here(parser, NULL, what);
    }
    return rule_advance(parser);
}

struct value_list {
    struct rule_value *rows;
    size_t count, capacity;
};

static bool add_value(struct rule_parser *parser, struct value_list *list, const struct rule_value *value)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 8;
        struct rule_value *rows = arena_calloc(parser->rule->arena, capacity, sizeof *rows);
        if (!rows)
            return rule_no_memory(parser);
        if (list->count)
            memcpy(rows, list->rows, list->count * sizeof *rows);
        list->rows = rows;
        list->capacity = capacity;
    }
    list->rows[list->count++] = *value;
    return true;
}

/* A|B|C, or (A, B, C). Within dyad() a comma parts the sides, so a list in it needs | or parentheses. */
static bool parse_list(struct rule_parser *parser, const struct rule_field *field, enum rule_operator operator,
                       struct value_list *list)
{
    bool has_parentheses = rule_is_sign(parser, "(");
    if (has_parentheses && !rule_advance(parser))
        return false;
    for (;;) {
        struct rule_value value = {.state = -1};
        if (!rule_parse_value(parser, field, operator, &value) || !add_value(parser, list, &value))
            return false;
        bool more = rule_is_sign(parser, "|") || (has_parentheses && rule_is_sign(parser, ","));
        if (!more)
            break;
        if (!rule_advance(parser))
            return false;
    }
    return !has_parentheses || rule_expect_sign(parser, ")", "a list goes on with a comma or ends with )");
}

static void set_values(struct rule_term *term, const struct value_list *values, const struct value_list *others)
{
    term->values = values->rows;
    term->value_count = values->count;
    term->others = others ? others->rows : NULL;
    term->other_count = others ? others->count : 0;
}

/* dyad(A, B) and role(A, R); the opening parenthesis is the present token. */
static bool parse_sides(struct rule_parser *parser, const struct rule_field *field, struct rule_term *term)
{
    static const struct rule_field actors = {
        .name = "actor", .kind = FIELD_ACTOR, .subject = SUBJECT_ACTOR, .vocabulary = -1};
    struct value_list first = {NULL, 0, 0}, second = {NULL, 0, 0};
    bool is_dyad = field->kind == FIELD_DYAD;
    if (!rule_advance(parser) || !parse_list(parser, &actors, RULE_CALL, &first) ||
        !rule_expect_sign(parser, ",",
                     is_dyad ? "dyad takes two sides: dyad(A, B|C)" : "role takes an actor and roles: role(A, supplier)"))
        return false;
    if (!parse_list(parser, is_dyad ? &actors : field, RULE_CALL, &second) ||
        !rule_expect_sign(parser, ")", is_dyad ? "dyad(A, B|C) ends with )" : "role(A, supplier) ends with )"))
        return false;
    set_values(term, &first, &second);
    return true;
}

/* ---- words with numbers in parentheses ---- */

enum argument_kind { ARGUMENT_NUMBER, ARGUMENT_KILOMETRES, ARGUMENT_WINDOW };
enum { ARGUMENTS_MAX = 3 };

static const struct call_row {
    enum rule_subject subject;
    bool may_be_bare; /* first_type_for_dyad, without parentheses */
    size_t count;
    struct {
        enum argument_kind kind;
        double low, high;
        const char *range; /* said where the number is not within */
    } arguments[ARGUMENTS_MAX];
} calls[] = {
    {SUBJECT_WITHIN, false, 3, {{ARGUMENT_KILOMETRES, 0.001, 20038, "kilometres are above 0 and up to 20038, half way round"},
                                {ARGUMENT_NUMBER, -90, 90, "a latitude is between -90 and 90"},
                                {ARGUMENT_NUMBER, -180, 180, "a longitude is between -180 and 180"}}},
    {SUBJECT_FIRST_DYAD, false, 1, {{ARGUMENT_WINDOW, 1, 36500, "a window is 1 day to 100 years"}}},
    {SUBJECT_FIRST_TYPE, true, 1, {{ARGUMENT_WINDOW, 1, 36500, "a window is 1 day to 100 years"}}},
    {SUBJECT_SPIKE, false, 2, {{ARGUMENT_NUMBER, 1.1, 1000, "a factor is between 1.1 and 1000"},
                               {ARGUMENT_WINDOW, 1, 730, "a window is 1 day to 2 years"}}},
    {SUBJECT_SILENCE, false, 1, {{ARGUMENT_WINDOW, 1, 730, "a window is 1 day to 2 years"}}},
};

static bool parse_argument(struct rule_parser *parser, const struct rule_field *field, const struct call_row *row,
                           size_t index, struct rule_value *value)
{
    struct rule_token token = parser->token;
    bool ok = row->arguments[index].kind == ARGUMENT_WINDOW ? rule_parse_window(parser, field, value)
                                                            : rule_parse_number(parser, field, value);
    if (ok && row->arguments[index].kind == ARGUMENT_KILOMETRES && rule_is_keyword(parser, "km", "KM"))
        ok = rule_advance(parser);
    if (ok && (value->number < row->arguments[index].low || value->number > row->arguments[index].high))
        return rule_error_set(parser->error, token.offset, token.length, NULL, "%s", row->arguments[index].range);
    return ok;
}

static bool parse_call(struct rule_parser *parser, const struct rule_field *field, struct rule_term *term)
{
    const struct call_row *row = calls;
    struct value_list values = {NULL, 0, 0};
    char what[120];
    while (row->subject != field->subject)
        row++;
    snprintf(what, sizeof what, "write %s", field->form);
    if (row->may_be_bare && !rule_is_sign(parser, "("))
        return true;
    if (!rule_expect_sign(parser, "(", what))
        return false;
    for (size_t i = 0; i < row->count; i++) {
        struct rule_value value = {.state = -1};
        if ((i > 0 && !rule_expect_sign(parser, ",", what)) || !parse_argument(parser, field, row, i, &value) ||
            !add_value(parser, &values, &value))
            return false;
    }
    set_values(term, &values, NULL);
    return rule_expect_sign(parser, ")", what);
}

/* Those that only look at the record's own words before those that compare texts, search them, and ask the archive. */
static int cost_of(const struct rule_term *term)
{
    if (term->field->subject == SUBJECT_FIRST_DYAD || term->field->subject == SUBJECT_FIRST_TYPE)
        return 4;
    if (term->field->subject == SUBJECT_TEXT)
        return 3;
    if (term->operator == RULE_LIKE || term->operator == RULE_NOT_LIKE)
        return 2;
    return term->field->kind == FIELD_WORD ? 0 : 1;
}

static bool unknown_field(struct rule_parser *parser)
{
    char word[64];
    size_t size = parser->token.length < sizeof word - 1 ? parser->token.length : sizeof word - 1;
    memcpy(word, parser->lexer.text + parser->token.offset, size);
    word[size] = '\0';
    const char *nearest = nearest_word(word, rule_field_names());
    return rule_error_set(parser->error, parser->token.offset, parser->token.length, nearest,
                          nearest ? "there is no field %s: did you mean %s?"
                                  : "there is no field %s; 'entente watch terms' lists them",
                          word, nearest);
}

static bool parse_comparison(struct rule_parser *parser, struct rule_term *term, size_t start)
{
    struct value_list values = {NULL, 0, 0};
    bool takes_order = rule_field_takes(term->field, RULE_LESS);
    if (!parse_operator(parser, term->field, &term->operator) ||
        !parse_list(parser, term->field, term->operator, &values))
        return false;
    if (takes_order && values.count > 1 && term->operator != RULE_EQUAL && term->operator != RULE_IN &&
        term->operator != RULE_NOT_EQUAL && term->operator != RULE_NOT_IN)
        return rule_error_set(parser->error, start, parser->token.offset - start, NULL,
                              "%s is compared with one value here, not with a list", term->field->name);
    set_values(term, &values, NULL);
    return true;
}

/* What stands behind the field's name. */
static bool parse_rest(struct rule_parser *parser, struct rule_term *term, size_t start)
{
    const struct rule_field *field = term->field;
    term->operator = RULE_CALL;
    if (field->kind == FIELD_CALL)
        return parse_call(parser, field, term);
    if (field->kind == FIELD_DYAD && !rule_is_sign(parser, "("))
        return rule_fail_here(parser, "(", "dyad takes two sides in parentheses: dyad(A, B|C)");
    if ((field->kind == FIELD_DYAD || field->kind == FIELD_ROLE) && rule_is_sign(parser, "("))
        return parse_sides(parser, field, term);
    return parse_comparison(parser, term, start);
}

static void note_asks(struct rule *rule, const struct rule_term *term)
{
    enum rule_subject subject = term->field->subject;
    rule->asks_scope |= subject == SUBJECT_MODALITY || subject == SUBJECT_SCOPE;
    rule->asks_archive |= subject == SUBJECT_FIRST_DYAD || subject == SUBJECT_FIRST_TYPE;
}

bool rule_parse_term(struct rule_parser *parser, int *node)
{
    char name[32] = "";
    const char *text = parser->lexer.text;
    size_t start = parser->token.offset;
    struct rule_term term = {.text = text + start};
    if (parser->token.kind != TOKEN_WORD || rule_is_keyword(parser, "and", "AND") || rule_is_keyword(parser, "or", "OR") ||
        rule_is_keyword(parser, "in", "IN"))
        return rule_fail_here(parser, NULL, "a term begins with a field, not or (");
    if (parser->token.length < sizeof name)
        memcpy(name, text + start, parser->token.length);
    term.field = rule_field_find(name);
    if (!term.field)
        return unknown_field(parser);
    note_asks(parser->rule, &term);
    if (!rule_add_node(parser, NODE_TERM, node) || !rule_advance(parser) || !parse_rest(parser, &term, start))
        return false;
    size_t end = parser->token.offset;
    while (end > start && strchr(" \t\r\n", text[end - 1]))
        end--;
    term.length = end - start;
    parser->rule->nodes[*node].term = term;
    parser->rule->nodes[*node].cost = cost_of(&term);
    return true;
}
