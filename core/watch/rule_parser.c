#include "core/watch/rule_parser.h"

#include "lib/base/nearest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool parse_or(struct rule_parser *parser, int *node);

/* ---- tokens ---- */

bool rule_advance(struct rule_parser *parser)
{
    return rule_lexer_next(&parser->lexer, &parser->token, parser->error);
}

bool rule_is_sign(const struct rule_parser *parser, const char *sign)
{
    return parser->token.kind == TOKEN_SIGN && rule_token_is(&parser->lexer, &parser->token, sign);
}

bool rule_is_keyword(const struct rule_parser *parser, const char *lower, const char *upper)
{
    return parser->token.kind == TOKEN_WORD && (rule_token_is(&parser->lexer, &parser->token, lower) ||
                                                rule_token_is(&parser->lexer, &parser->token, upper));
}

bool rule_fail_here(struct rule_parser *parser, const char *nearest, const char *what)
{
    struct rule_token *token = &parser->token;
    if (token->kind == TOKEN_END)
        return rule_error_set(parser->error, token->offset, 0, nearest, "%s, but the rule ends here", what);
    size_t shown = token->length < 60 ? token->length : 60;
    return rule_error_set(parser->error, token->offset, token->length, nearest, "%s, not %.*s", what, (int)shown,
                          parser->lexer.text + token->offset);
}

bool rule_expect_sign(struct rule_parser *parser, const char *sign, const char *what)
{
    return rule_is_sign(parser, sign) ? rule_advance(parser) : rule_fail_here(parser, sign, what);
}

bool rule_no_memory(struct rule_parser *parser)
{
    return rule_error_set(parser->error, 0, parser->rule->size, NULL, "no memory to compile the rule");
}

/* ---- nodes ---- */

bool rule_add_node(struct rule_parser *parser, enum rule_node_kind kind, int *index)
{
    struct rule *rule = parser->rule;
    if (rule->node_count == RULE_NODES_MAX)
        return rule_error_set(parser->error, parser->token.offset, parser->token.length, NULL,
                              "the rule has more than %d terms: make two watches of it", RULE_NODES_MAX);
    if (rule->node_count == rule->node_capacity) {
        int capacity = rule->node_capacity ? 2 * rule->node_capacity : 32;
        struct rule_node *nodes = realloc(rule->nodes, (size_t)capacity * sizeof *nodes);
        if (!nodes)
            return rule_no_memory(parser);
        rule->nodes = nodes;
        rule->node_capacity = capacity;
    }
    *index = rule->node_count++;
    rule->nodes[*index] = (struct rule_node){.kind = kind,
                                             .first_child = RULE_NODE_NONE,
                                             .next_sibling = RULE_NODE_NONE,
                                             .place = parser->place++};
    return true;
}

static bool enter(struct rule_parser *parser)
{
    if (++parser->depth > RULE_DEPTH_MAX)
        return rule_error_set(parser->error, parser->token.offset, parser->token.length, NULL,
                              "parentheses, nots and macros are nested more than %d deep", RULE_DEPTH_MAX);
    return true;
}

/* ---- macros ---- */

static bool unknown_macro(struct rule_parser *parser, const char *name)
{
    enum { MACROS_MAX = 200 };
    const char *names[MACROS_MAX + 1];
    size_t count = 0;
    for (; count < MACROS_MAX && rule_names_macro_name(parser->rule->names, count); count++)
        names[count] = rule_names_macro_name(parser->rule->names, count);
    names[count] = NULL;
    const char *nearest = nearest_word(name, names);
    char whole[RULE_NAME_SIZE_MAX + 16] = "";
    if (nearest)
        snprintf(whole, sizeof whole, RULE_MACRO_PREFIX "%s", nearest);
    return rule_error_set(parser->error, parser->token.offset, parser->token.length, whole,
                          nearest ? "there is no [macro.%s]: did you mean %s?" : "there is no [macro.%s] in the configuration",
                          name, nearest);
}

/* Whatever is wrong within a macro is told at the place that uses it; `entente check` points into the macro itself. */
static bool fail_in_macro(struct rule_parser *parser, const char *name, struct rule_token use)
{
    char why[sizeof parser->error->text];
    snprintf(why, sizeof why, "%s", parser->error->text);
    return rule_error_set(parser->error, use.offset, use.length, NULL, RULE_MACRO_PREFIX "%s: %.300s", name, why);
}

/* Reads the macro's text in place of the token. */
static bool parse_macro_text(struct rule_parser *parser, const char *text, int *node)
{
    size_t size = strlen(text);
    if (size > RULE_SIZE_MAX)
        return rule_error_set(parser->error, 0, size, NULL, "a macro has at most %d bytes", RULE_SIZE_MAX);
    rule_lexer_begin(&parser->lexer, text, size);
    if (!rule_advance(parser))
        return false;
    if (parser->token.kind == TOKEN_END)
        return rule_error_set(parser->error, 0, 0, NULL, "the macro is empty");
    return parse_or(parser, node) &&
           (parser->token.kind == TOKEN_END || rule_fail_here(parser, NULL, "terms are joined by and or or"));
}

static bool parse_macro(struct rule_parser *parser, int *node)
{
    struct rule_token use = parser->token;
    struct rule_lexer outside = parser->lexer;
    size_t prefix = strlen(RULE_MACRO_PREFIX);
    int child = RULE_NODE_NONE;
    const char *whole = arena_copy(parser->rule->arena, outside.text + use.offset, use.length);
    if (!whole)
        return rule_no_memory(parser);
    const char *name = whole + prefix;
    const char *text = rule_names_macro(parser->rule->names, name);
    if (!text)
        return unknown_macro(parser, name);
    for (int i = 0; i < parser->macro_depth; i++)
        if (strcmp(parser->macros[i], name) == 0)
            return rule_error_set(parser->error, use.offset, use.length, NULL, "macro.%s uses itself", name);
    if (parser->macro_depth == RULE_MACROS_NESTED_MAX)
        return rule_error_set(parser->error, use.offset, use.length, NULL, "macros use each other more than %d deep",
                              RULE_MACROS_NESTED_MAX);
    if (!enter(parser) || !rule_add_node(parser, NODE_MACRO, node))
        return false;
    parser->rule->nodes[*node].macro = whole;
    parser->macros[parser->macro_depth++] = name;
    if (!parse_macro_text(parser, text, &child))
        return fail_in_macro(parser, name, use);
    parser->macro_depth--;
    parser->depth--;
    parser->rule->nodes[*node].first_child = child;
    parser->rule->nodes[*node].cost = parser->rule->nodes[child].cost;
    parser->lexer = outside;
    return rule_advance(parser);
}

static bool is_macro(const struct rule_parser *parser)
{
    size_t prefix = strlen(RULE_MACRO_PREFIX);
    return parser->token.kind == TOKEN_WORD && parser->token.length > prefix &&
           memcmp(parser->lexer.text + parser->token.offset, RULE_MACRO_PREFIX, prefix) == 0;
}

/* ---- and, or, not ---- */

static bool parse_not(struct rule_parser *parser, int *node)
{
    bool is_not = rule_is_keyword(parser, "not", "NOT"), is_group = rule_is_sign(parser, "(");
    if (is_macro(parser))
        return parse_macro(parser, node);
    if (!is_not && !is_group)
        return rule_parse_term(parser, node);
    if (!enter(parser) || !rule_advance(parser))
        return false;
    if (is_not) {
        int child;
        if (!rule_add_node(parser, NODE_NOT, node) || !parse_not(parser, &child))
            return false;
        parser->rule->nodes[*node].first_child = child;
        parser->rule->nodes[*node].cost = parser->rule->nodes[child].cost;
    } else if (!parse_or(parser, node) || !rule_expect_sign(parser, ")", "a parenthesis that was opened ends with )"))
        return false;
    parser->depth--;
    return true;
}

/* Puts the child behind those of the node that cost as much or less, before the dearer ones. */
static void add_child(struct rule *rule, int node, int child)
{
    int cost = rule->nodes[child].cost;
    int *link = &rule->nodes[node].first_child;
    while (*link != RULE_NODE_NONE && rule->nodes[*link].cost <= cost)
        link = &rule->nodes[*link].next_sibling;
    rule->nodes[child].next_sibling = *link;
    *link = child;
    if (rule->nodes[node].cost < cost)
        rule->nodes[node].cost = cost;
    if (rule->nodes[child].place < rule->nodes[node].place)
        rule->nodes[node].place = rule->nodes[child].place;
}

struct chain {
    const char *lower, *upper;
    enum rule_node_kind kind;
    bool (*operand)(struct rule_parser *parser, int *node);
};

static bool parse_chain(struct rule_parser *parser, const struct chain *chain, int *node)
{
    int operand;
    if (!chain->operand(parser, &operand))
        return false;
    if (!rule_is_keyword(parser, chain->lower, chain->upper)) {
        *node = operand;
        return true;
    }
    if (!rule_add_node(parser, chain->kind, node))
        return false;
    add_child(parser->rule, *node, operand);
    while (rule_is_keyword(parser, chain->lower, chain->upper)) {
        if (!rule_advance(parser) || !chain->operand(parser, &operand))
            return false;
        add_child(parser->rule, *node, operand);
    }
    return true;
}

static bool parse_and(struct rule_parser *parser, int *node)
{
    static const struct chain chain = {"and", "AND", NODE_AND, parse_not};
    return parse_chain(parser, &chain, node);
}

static bool parse_or(struct rule_parser *parser, int *node)
{
    static const struct chain chain = {"or", "OR", NODE_OR, parse_and};
    return parse_chain(parser, &chain, node);
}

/* ---- the whole ---- */

/* Where byte `at`, which may lie in a macro's text, stands in the rule's own; its whole where it does not. */
static bool fail_at_term(struct rule_parser *parser, const struct rule_term *term, const char *format)
{
    const struct rule *rule = parser->rule;
    bool is_own = term->text >= rule->text && term->text < rule->text + rule->size;
    return rule_error_set(parser->error, is_own ? (size_t)(term->text - rule->text) : 0,
                          is_own ? term->length : rule->size, NULL, "%s %s", term->field->name, format);
}

/* spike() and silence() speak of the series of events that the rest of the rule describes. */
static bool place_statistic(struct rule_parser *parser)
{
    struct rule *rule = parser->rule;
    const struct rule_node *root = &rule->nodes[rule->root];
    rule->statistic = RULE_NODE_NONE;
    for (int i = 0; i < rule->node_count; i++) {
        const struct rule_node *node = &rule->nodes[i];
        bool is_joined = i == rule->root;
        if (node->kind != NODE_TERM || !rule_field_is_statistic(node->term.field))
            continue;
        for (int child = root->kind == NODE_AND ? root->first_child : RULE_NODE_NONE; child != RULE_NODE_NONE;
             child = rule->nodes[child].next_sibling)
            is_joined |= child == i;
        if (!is_joined || parser->is_macro)
            return fail_at_term(parser, &node->term, "is joined to the rest of the rule by and, outside of parentheses, "
                                                     "macros, or and not");
        if (rule->statistic != RULE_NODE_NONE)
            return fail_at_term(parser, &node->term, "stands beside another one: a rule has one spike() or silence()");
        rule->statistic = i;
    }
    return true;
}

static bool parse_rule(struct rule_parser *parser)
{
    if (!rule_advance(parser))
        return false;
    if (parser->token.kind == TOKEN_END)
        return rule_error_set(parser->error, 0, 0, NULL, "the rule is empty; for example: type = exercise and actor = KAZ");
    return parse_or(parser, &parser->rule->root) &&
           (parser->token.kind == TOKEN_END || rule_fail_here(parser, NULL, "terms are joined by and or or")) &&
           place_statistic(parser);
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

static struct rule *compile(const struct rule_names *names, const char *text, size_t size, bool is_macro,
                            struct rule_error *error)
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
    rule->names = names;
    struct rule_parser parser = {.rule = rule, .error = error, .is_macro = is_macro};
    rule_lexer_begin(&parser.lexer, rule->text, size);
    if (!parse_rule(&parser)) {
        rule_destroy(rule);
        return NULL;
    }
    return rule;
}

struct rule *rule_compile(const char *text, size_t size, struct rule_error *error)
{
    return compile(NULL, text, size, false, error);
}

struct rule *rule_compile_with(const struct rule_names *names, const char *text, size_t size, struct rule_error *error)
{
    return compile(names, text, size, false, error);
}

struct rule *rule_compile_macro(const struct rule_names *names, const char *name, struct rule_error *error)
{
    const char *text = rule_names_macro(names, name);
    return text ? compile(names, text, strlen(text), true, error) : NULL;
}

void rule_destroy(struct rule *rule)
{
    if (!rule)
        return;
    for (size_t i = 0; i < rule->pattern_count; i++)
        rule_pattern_destroy(rule->patterns[i]);
    free(rule->patterns);
    free(rule->nodes);
    arena_destroy(rule->arena);
    free(rule);
}

const char *rule_text(const struct rule *rule)
{
    return rule->text;
}

struct rule_statistic rule_statistic(const struct rule *rule)
{
    if (rule->statistic == RULE_NODE_NONE)
        return (struct rule_statistic){RULE_NO_STATISTIC, 0, 0};
    const struct rule_term *term = &rule->nodes[rule->statistic].term;
    bool is_spike = term->field->subject == SUBJECT_SPIKE;
    return (struct rule_statistic){is_spike ? RULE_SPIKE : RULE_SILENCE, is_spike ? term->values[0].number : 0,
                                   (int)term->values[is_spike ? 1 : 0].number};
}

/* ---- fingerprints ---- */

static void add_values(struct buffer *text, const struct rule_value *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (values[i].group) {
            buffer_append(text, values[i].group->states.words, sizeof values[i].group->states.words);
            buffer_append(text, values[i].group->actors,
                          values[i].group->actor_count * sizeof *values[i].group->actors);
        }
}

void rule_fingerprint(const struct rule *rule, char hex[DIGEST_HEX_SIZE])
{
    struct buffer text = BUFFER_INIT;
    for (int i = 0; i < rule->node_count; i++) {
        const struct rule_node *node = &rule->nodes[i];
        int form[3] = {(int)node->kind, node->first_child, node->next_sibling};
        buffer_append(&text, form, sizeof form);
        if (node->kind != NODE_TERM)
            continue;
        buffer_append(&text, node->term.text, node->term.length);
        add_values(&text, node->term.values, node->term.value_count);
        add_values(&text, node->term.others, node->term.other_count);
    }
    struct digest_part part = {text.bytes, text.size};
    digest_hex(hex, &part, text.failed ? 0 : 1);
    buffer_free(&text);
}
