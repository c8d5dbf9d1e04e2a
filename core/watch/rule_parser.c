#include "core/watch/rule_form.h"

#include "lib/base/nearest.h"
#include "core/desk/features.h"
#include "core/watch/rule_codes.h"
#include "core/watch/rule_values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One rule under compilation: one token of look-ahead. */
struct parser {
    struct rule_lexer lexer;
    struct rule_token token;
    struct rule *rule;
    struct rule_error *error;
    int depth;
};

static bool parse_or(struct parser *parser, int *node);

/* ---- tokens ---- */

static bool advance(struct parser *parser)
{
    return rule_lexer_next(&parser->lexer, &parser->token, parser->error);
}

static bool is_sign(const struct parser *parser, const char *sign)
{
    return parser->token.kind == TOKEN_SIGN && rule_token_is(&parser->lexer, &parser->token, sign);
}

static bool is_keyword(const struct parser *parser, const char *lower, const char *upper)
{
    return parser->token.kind == TOKEN_WORD && (rule_token_is(&parser->lexer, &parser->token, lower) ||
                                                rule_token_is(&parser->lexer, &parser->token, upper));
}

static bool fail_here(struct parser *parser, const char *nearest, const char *what)
{
    struct rule_token *token = &parser->token;
    if (token->kind == TOKEN_END)
        return rule_error_set(parser->error, token->offset, 0, nearest, "%s, but the rule ends here", what);
    size_t shown = token->length < 60 ? token->length : 60;
    return rule_error_set(parser->error, token->offset, token->length, nearest, "%s, not %.*s", what, (int)shown,
                          parser->rule->text + token->offset);
}

static bool expect_sign(struct parser *parser, const char *sign, const char *what)
{
    return is_sign(parser, sign) ? advance(parser) : fail_here(parser, sign, what);
}

static bool no_memory(struct parser *parser)
{
    return rule_error_set(parser->error, 0, parser->rule->size, NULL, "no memory to compile the rule");
}

/* ---- nodes ---- */

static bool add_node(struct parser *parser, enum rule_node_kind kind, int *index)
{
    struct rule *rule = parser->rule;
    if (rule->node_count == RULE_NODES_MAX)
        return rule_error_set(parser->error, parser->token.offset, parser->token.length, NULL,
                              "the rule has more than %d terms: make two watches of it", RULE_NODES_MAX);
    if (rule->node_count == rule->node_capacity) {
        int capacity = rule->node_capacity ? 2 * rule->node_capacity : 32;
        struct rule_node *nodes = realloc(rule->nodes, (size_t)capacity * sizeof *nodes);
        if (!nodes)
            return no_memory(parser);
        rule->nodes = nodes;
        rule->node_capacity = capacity;
    }
    *index = rule->node_count++;
    rule->nodes[*index] = (struct rule_node){.kind = kind, .first_child = RULE_NODE_NONE, .next_sibling = RULE_NODE_NONE};
    return true;
}

static bool enter(struct parser *parser)
{
    if (++parser->depth > RULE_DEPTH_MAX)
        return rule_error_set(parser->error, parser->token.offset, parser->token.length, NULL,
                              "parentheses and nots are nested more than %d deep", RULE_DEPTH_MAX);
    return true;
}

/* ---- terms ---- */

struct operator_row {
    const char *sign;
    enum rule_operator operator;
};
static const struct operator_row operators[] = {
    {"=", RULE_EQUAL},         {"!=", RULE_NOT_EQUAL},      {"<=", RULE_LESS_EQUAL}, {">=", RULE_GREATER_EQUAL},
    {"<", RULE_LESS},          {">", RULE_GREATER},         {"~", RULE_LIKE},        {"!~", RULE_NOT_LIKE},
    {"->", RULE_BECOMES},
};

static bool takes_order(enum rule_field_kind kind)
{
    return kind == FIELD_NUMBER || kind == FIELD_MONEY || kind == FIELD_DATE;
}

static bool takes_pattern(const struct rule_field *field)
{
    return field->kind == FIELD_TEXT || field->kind == FIELD_PLACE;
}

static bool takes_change(const struct rule_field *field)
{
    return field->subject == SUBJECT_STATUS || field->subject == SUBJECT_MODALITY || field->subject == SUBJECT_SCOPE;
}

static bool takes(const struct rule_field *field, enum rule_operator operator)
{
    switch (operator) {
    case RULE_LESS:
    case RULE_LESS_EQUAL:
    case RULE_GREATER:
    case RULE_GREATER_EQUAL:
        return takes_order(field->kind);
    case RULE_LIKE:
    case RULE_NOT_LIKE:
        return takes_pattern(field);
    case RULE_BECOMES:
        return takes_change(field);
    default:
        return field->subject != SUBJECT_TEXT;
    }
}

static const char *operators_of(const struct rule_field *field)
{
    if (field->subject == SUBJECT_TEXT)
        return "~ and !~";
    if (takes_order(field->kind))
        return "=, !=, <, <=, >, >= and in";
    if (takes_pattern(field))
        return "=, !=, ~, !~ and in";
    return takes_change(field) ? "=, !=, in and ->" : "=, != and in";
}

static bool parse_operator(struct parser *parser, const struct rule_field *field, enum rule_operator *operator)
{
    struct rule_token token = parser->token;
    bool found = false, negated = false;
    if (is_keyword(parser, "not", "NOT")) {
        negated = true;
        if (!advance(parser))
            return false;
        if (!is_keyword(parser, "in", "IN"))
            return fail_here(parser, "in", "after a field, not must be followed by in");
    }
    if (is_keyword(parser, "in", "IN")) {
        *operator = negated ? RULE_NOT_IN : RULE_IN;
        found = true;
    }
    for (size_t i = 0; i < sizeof operators / sizeof *operators && !found; i++)
        if (is_sign(parser, operators[i].sign)) {
            *operator = operators[i].operator;
            found = true;
        }
    if (found && !takes(field, *operator))
        return rule_error_set(parser->error, token.offset, parser->token.offset + parser->token.length - token.offset,
                              NULL, "%s is compared by %s", field->name, operators_of(field));
    if (!found) {
        char what[120];
        snprintf(what, sizeof what, "%s is compared by %s", field->name, operators_of(field));
        return fail_here(parser, NULL, what);
    }
    return advance(parser);
}

/* One value; *next is where the following token begins. */
static bool parse_value(struct parser *parser, const struct rule_field *field, enum rule_operator operator,
                        struct rule_value *value)
{
    return rule_value_parse(parser->rule, &parser->lexer, &parser->token, field, operator, value, parser->error);
}

struct value_list {
    struct rule_value *rows;
    size_t count, capacity;
};

static bool add_value(struct parser *parser, struct value_list *list, const struct rule_value *value)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 8;
        struct rule_value *rows = arena_calloc(parser->rule->arena, capacity, sizeof *rows);
        if (!rows)
            return no_memory(parser);
        if (list->count)
            memcpy(rows, list->rows, list->count * sizeof *rows);
        list->rows = rows;
        list->capacity = capacity;
    }
    list->rows[list->count++] = *value;
    return true;
}

/* A|B|C, or (A, B, C). Within dyad() a comma parts the sides, so a list in it needs | or parentheses. */
static bool parse_list(struct parser *parser, const struct rule_field *field, enum rule_operator operator,
                       struct value_list *list)
{
    bool has_parentheses = is_sign(parser, "(");
    if (has_parentheses && !advance(parser))
        return false;
    for (;;) {
        struct rule_value value = {.text = NULL};
        if (!parse_value(parser, field, operator, &value) || !add_value(parser, list, &value))
            return false;
        bool more = is_sign(parser, "|") || (has_parentheses && is_sign(parser, ","));
        if (!more)
            break;
        if (!advance(parser))
            return false;
    }
    return !has_parentheses || expect_sign(parser, ")", "a list goes on with a comma or ends with )");
}

static void set_values(struct rule_term *term, const struct value_list *values, const struct value_list *others)
{
    term->values = values->rows;
    term->value_count = values->count;
    term->others = others ? others->rows : NULL;
    term->other_count = others ? others->count : 0;
}

/* dyad(A, B) and role(A, R); the opening parenthesis is the present token. */
static bool parse_call(struct parser *parser, const struct rule_field *field, struct rule_term *term)
{
    static const struct rule_field actors = {"actor", FIELD_ACTOR, SUBJECT_ACTOR, -1, NULL};
    struct value_list first = {NULL, 0, 0}, second = {NULL, 0, 0};
    bool is_dyad = field->kind == FIELD_DYAD;
    term->operator = RULE_CALL;
    if (!advance(parser) || !parse_list(parser, &actors, RULE_CALL, &first) ||
        !expect_sign(parser, ",",
                     is_dyad ? "dyad takes two sides: dyad(A, B|C)" : "role takes an actor and roles: role(A, supplier)"))
        return false;
    if (!parse_list(parser, is_dyad ? &actors : field, RULE_CALL, &second) ||
        !expect_sign(parser, ")", is_dyad ? "dyad(A, B|C) ends with )" : "role(A, supplier) ends with )"))
        return false;
    set_values(term, &first, &second);
    return true;
}

static int cost_of(const struct rule_term *term)
{
    if (term->field->subject == SUBJECT_TEXT)
        return 3;
    if (term->operator == RULE_LIKE || term->operator == RULE_NOT_LIKE)
        return 2;
    return term->field->kind == FIELD_WORD ? 0 : 1;
}

static bool unknown_field(struct parser *parser)
{
    char word[64];
    size_t size = parser->token.length < sizeof word - 1 ? parser->token.length : sizeof word - 1;
    memcpy(word, parser->rule->text + parser->token.offset, size);
    word[size] = '\0';
    const char *nearest = nearest_word(word, rule_field_names());
    return rule_error_set(parser->error, parser->token.offset, parser->token.length, nearest,
                          nearest ? "there is no field %s: did you mean %s?" : "there is no field %s; docs/rules.md lists them",
                          word, nearest);
}

static bool parse_term(struct parser *parser, int *node)
{
    char name[32] = "";
    struct rule_term term = {.offset = parser->token.offset};
    if (parser->token.kind != TOKEN_WORD || is_keyword(parser, "and", "AND") || is_keyword(parser, "or", "OR") ||
        is_keyword(parser, "in", "IN"))
        return fail_here(parser, NULL, "a term begins with a field, not or (");
    if (parser->token.length < sizeof name)
        memcpy(name, parser->rule->text + parser->token.offset, parser->token.length);
    term.field = rule_field_find(name);
    if (!term.field)
        return unknown_field(parser);
    parser->rule->asks_scope |= term.field->subject == SUBJECT_MODALITY || term.field->subject == SUBJECT_SCOPE;
    if (!advance(parser))
        return false;
    if (term.field->kind == FIELD_DYAD && !is_sign(parser, "("))
        return fail_here(parser, "(", "dyad takes two sides in parentheses: dyad(A, B|C)");
    if ((term.field->kind == FIELD_DYAD || term.field->kind == FIELD_ROLE) && is_sign(parser, "(")) {
        if (!parse_call(parser, term.field, &term))
            return false;
    } else {
        struct value_list values = {NULL, 0, 0};
        if (!parse_operator(parser, term.field, &term.operator) ||
            !parse_list(parser, term.field, term.operator, &values))
            return false;
        if (takes_order(term.field->kind) && values.count > 1 && term.operator != RULE_EQUAL && term.operator != RULE_IN &&
            term.operator != RULE_NOT_EQUAL && term.operator != RULE_NOT_IN)
            return rule_error_set(parser->error, term.offset, parser->token.offset - term.offset, NULL,
                                  "%s is compared with one value here, not with a list", term.field->name);
        set_values(&term, &values, NULL);
    }
    size_t end = parser->token.offset;
    while (end > term.offset && strchr(" \t\r\n", parser->rule->text[end - 1]))
        end--;
    term.length = end - term.offset;
    term.cost = cost_of(&term);
    if (!add_node(parser, NODE_TERM, node))
        return false;
    parser->rule->nodes[*node].term = term;
    return true;
}

/* ---- and, or, not ---- */

static bool parse_not(struct parser *parser, int *node)
{
    bool is_not = is_keyword(parser, "not", "NOT"), is_group = is_sign(parser, "(");
    if (!is_not && !is_group)
        return parse_term(parser, node);
    if (!enter(parser) || !advance(parser))
        return false;
    if (is_not) {
        int child;
        if (!add_node(parser, NODE_NOT, node) || !parse_not(parser, &child))
            return false;
        parser->rule->nodes[*node].first_child = child;
    } else if (!parse_or(parser, node) || !expect_sign(parser, ")", "a parenthesis that was opened ends with )"))
        return false;
    parser->depth--;
    return true;
}

static int cost_of_node(const struct rule *rule, int node)
{
    int cost = rule->nodes[node].kind == NODE_TERM ? rule->nodes[node].term.cost : 0;
    for (int child = rule->nodes[node].first_child; child != RULE_NODE_NONE; child = rule->nodes[child].next_sibling) {
        int of_child = cost_of_node(rule, child);
        cost = of_child > cost ? of_child : cost;
    }
    return cost;
}

/* Puts the child among those of the node that cost as much or less, before the dearer ones. */
static void add_child(struct rule *rule, int node, int child)
{
    int cost = cost_of_node(rule, child);
    int *link = &rule->nodes[node].first_child;
    while (*link != RULE_NODE_NONE && cost_of_node(rule, *link) <= cost)
        link = &rule->nodes[*link].next_sibling;
    rule->nodes[child].next_sibling = *link;
    *link = child;
}

struct chain {
    const char *lower, *upper;
    enum rule_node_kind kind;
    bool (*operand)(struct parser *parser, int *node);
};

static bool parse_chain(struct parser *parser, const struct chain *chain, int *node)
{
    int operand;
    if (!chain->operand(parser, &operand))
        return false;
    if (!is_keyword(parser, chain->lower, chain->upper)) {
        *node = operand;
        return true;
    }
    if (!add_node(parser, chain->kind, node))
        return false;
    add_child(parser->rule, *node, operand);
    while (is_keyword(parser, chain->lower, chain->upper)) {
        if (!advance(parser) || !chain->operand(parser, &operand))
            return false;
        add_child(parser->rule, *node, operand);
    }
    return true;
}

static bool parse_and(struct parser *parser, int *node)
{
    static const struct chain chain = {"and", "AND", NODE_AND, parse_not};
    return parse_chain(parser, &chain, node);
}

static bool parse_or(struct parser *parser, int *node)
{
    static const struct chain chain = {"or", "OR", NODE_OR, parse_and};
    return parse_chain(parser, &chain, node);
}

/* ---- the whole ---- */

static bool parse_rule(struct parser *parser)
{
    if (!advance(parser))
        return false;
    if (parser->token.kind == TOKEN_END)
        return rule_error_set(parser->error, 0, 0, NULL, "the rule is empty; for example: type = exercise and actor = KAZ");
    return parse_or(parser, &parser->rule->root) &&
           (parser->token.kind == TOKEN_END || fail_here(parser, NULL, "terms are joined by and or or"));
}

static struct rule *rule_allocate(const char *text, size_t size)
{
    struct rule *rule = calloc(1, sizeof *rule);
    if (!rule)
        return NULL;
    rule->arena = arena_create(0);
    rule->text = rule->arena ? arena_copy(rule->arena, text, size) : NULL;
    rule->size = size;
    if (!rule->text) {
        rule_destroy(rule);
        return NULL;
    }
    return rule;
}

struct rule *rule_compile(const char *text, size_t size, struct rule_error *error)
{
    struct rule_error ignored;
    if (!error)
        error = &ignored;
    *error = (struct rule_error){.offset = 0};
    if (size > RULE_SIZE_MAX) {
        rule_error_set(error, 0, size, NULL, "the rule is longer than %d bytes: make several watches of it",
                       RULE_SIZE_MAX);
        return NULL;
    }
    struct rule *rule = rule_allocate(text, size);
    if (!rule) {
        rule_error_set(error, 0, size, NULL, "no memory to compile the rule");
        return NULL;
    }
    struct parser parser = {.rule = rule, .error = error};
    rule_lexer_begin(&parser.lexer, rule->text, size);
    if (!parse_rule(&parser)) {
        rule_destroy(rule);
        return NULL;
    }
    return rule;
}

void rule_destroy(struct rule *rule)
{
    if (!rule)
        return;
    for (size_t i = 0; i < rule->pattern_count; i++) {
        regfree(rule->patterns[i]);
        free(rule->patterns[i]);
    }
    free(rule->patterns);
    free(rule->nodes);
    arena_destroy(rule->arena);
    free(rule);
}

const char *rule_text(const struct rule *rule)
{
    return rule->text;
}
