#include "core/watch/rule_match.h"

#include <stdio.h>
#include <string.h>

void rule_note(struct buffer *found, const char *text)
{
    if (!found || !text || !*text)
        return;
    if (found->size)
        buffer_append_text(found, ", ");
    buffer_append_text(found, text);
}

/* ---- a term ---- */

static bool match_call(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found)
{
    switch (term->field->subject) {
    case SUBJECT_WITHIN:
        return rule_match_within(term, facts, found);
    case SUBJECT_FIRST_DYAD:
    case SUBJECT_FIRST_TYPE:
        return rule_match_first(term, facts, found);
    default:
        return true; /* spike() and silence() are decided over the series of what matches the rest */
    }
}

static bool match_term(const struct rule *rule, const struct rule_term *term, const struct rule_facts *facts,
                       struct buffer *found)
{
    if (term->operator == RULE_BECOMES)
        return rule_match_becomes(term, facts, found);
    switch (term->field->kind) {
    case FIELD_ACTOR:
        return rule_match_actors(term, facts, found);
    case FIELD_REGION:
        return rule_match_region(term, facts, found);
    case FIELD_NUMBER:
        return rule_match_number(term, facts, found);
    case FIELD_MONEY:
        return rule_match_money(rule, term, facts, found);
    case FIELD_DATE:
        return rule_match_date(term, facts, found);
    case FIELD_PLACE:
        return rule_match_places(term, facts, found);
    case FIELD_DYAD:
        return rule_match_dyad(term, facts, found);
    case FIELD_ROLE:
        return rule_match_role(term, facts, found);
    case FIELD_CALL:
        return match_call(term, facts, found);
    case FIELD_WORD:
    case FIELD_TEXT:
        break;
    }
    return term->field->subject == SUBJECT_ORG ? rule_match_org(term, facts, found) : rule_match_texts(term, facts, found);
}

/* ---- the rule ---- */

/* Depth is bounded by the parser. */
static bool match_node(const struct rule *rule, int index, const struct rule_facts *facts)
{
    const struct rule_node *node = &rule->nodes[index];
    if (node->kind == NODE_TERM)
        return match_term(rule, &node->term, facts, NULL);
    if (node->kind == NODE_NOT)
        return !match_node(rule, node->first_child, facts);
    if (node->kind == NODE_MACRO)
        return match_node(rule, node->first_child, facts);
    bool stops_at = node->kind == NODE_OR;
    for (int child = node->first_child; child != RULE_NODE_NONE; child = rule->nodes[child].next_sibling)
        if (match_node(rule, child, facts) == stops_at)
            return stops_at;
    return !stops_at;
}

bool rule_matches(const struct rule *rule, const struct rule_facts *facts, struct buffer *explanation)
{
    if (explanation)
        return rule_explain(rule, facts, explanation);
    return (rule->asks_scope || facts->is_fact) && match_node(rule, rule->root, facts);
}

/* ---- explaining ---- */

struct explaining {
    const struct rule *rule;
    const struct rule_facts *facts;
    rule_reason_callback *callback;
    void *context;
    bool holds; /* spike() or silence(), where the rule has one */
    struct buffer statistic;
};

/* The child of `node` that is written next behind `place`; RULE_NODE_NONE behind the last. */
static int next_written(const struct rule *rule, const struct rule_node *node, int place)
{
    int next = RULE_NODE_NONE;
    for (int child = node->first_child; child != RULE_NODE_NONE; child = rule->nodes[child].next_sibling)
        if (rule->nodes[child].place > place && (next == RULE_NODE_NONE || rule->nodes[child].place < rule->nodes[next].place))
            next = child;
    return next;
}

static void tell(const struct explaining *explaining, int depth, bool matched, const char *text, size_t size,
                 const char *found)
{
    struct rule_reason reason = {depth, matched, text, size, found};
    explaining->callback(explaining->context, &reason);
}

static void explain_term(const struct explaining *explaining, const struct rule_term *term, int depth)
{
    struct buffer found = BUFFER_INIT;
    bool matched;
    if (rule_field_is_statistic(term->field)) {
        matched = explaining->holds;
        buffer_append(&found, explaining->statistic.bytes ? explaining->statistic.bytes : "", explaining->statistic.size);
    } else
        matched = match_term(explaining->rule, term, explaining->facts, &found);
    tell(explaining, depth, matched, term->text, term->length, found.size ? found.bytes : "not stated");
    buffer_free(&found);
}

static const char *name_of(const struct rule_node *node)
{
    return node->kind == NODE_AND ? "all of" : node->kind == NODE_OR ? "one of" : node->kind == NODE_NOT ? "not" : node->macro;
}

static void explain_node(const struct explaining *explaining, int index, int depth)
{
    const struct rule *rule = explaining->rule;
    const struct rule_node *node = &rule->nodes[index];
    if (node->kind == NODE_TERM) {
        explain_term(explaining, &node->term, depth);
        return;
    }
    bool matched = match_node(rule, index, explaining->facts) && (index != rule->root || explaining->holds);
    const char *name = name_of(node);
    tell(explaining, depth, matched, name, strlen(name), NULL);
    int place = -1;
    for (int child = next_written(rule, node, place); child != RULE_NODE_NONE; child = next_written(rule, node, place)) {
        explain_node(explaining, child, depth + 1);
        place = rule->nodes[child].place;
    }
}

/* spike() and silence() are asked once, since they decide the whole. */
static void ask_statistic(struct explaining *explaining)
{
    const struct rule_archive *archive = explaining->facts->archive;
    explaining->holds = true;
    if (explaining->rule->statistic == RULE_NODE_NONE)
        return;
    if (!archive || !archive->ask_statistic) {
        buffer_append_text(&explaining->statistic, "there is no archive to ask");
        explaining->holds = false;
    } else if (!archive->ask_statistic(archive->context, explaining->rule, explaining->facts, &explaining->holds,
                                       &explaining->statistic))
        explaining->holds = false;
}

bool rule_explain_each(const struct rule *rule, const struct rule_facts *facts, rule_reason_callback *callback,
                       void *context)
{
    struct explaining explaining = {.rule = rule, .facts = facts, .callback = callback, .context = context};
    ask_statistic(&explaining);
    explain_node(&explaining, rule->root, 0);
    bool matched = match_node(rule, rule->root, facts) && explaining.holds;
    buffer_free(&explaining.statistic);
    if (rule->asks_scope || facts->is_fact)
        return matched;
    char found[160];
    snprintf(found, sizeof found, "%.40s, %.40s (the rule mentions neither scope nor modality)",
             facts->scope ? facts->scope : "current", facts->modality ? facts->modality : "reported");
    static const char fact[] = "a current fact";
    tell(&explaining, 0, false, fact, sizeof fact - 1, found);
    return false;
}

static void append_line(void *context, const struct rule_reason *reason)
{
    struct buffer *lines = context;
    buffer_printf(lines, "%s%*s", reason->matched ? "yes  " : "no   ", 2 * reason->depth, "");
    buffer_append(lines, reason->text, reason->text_size);
    if (reason->found)
        buffer_printf(lines, ": %s", reason->found);
    buffer_append_char(lines, '\n');
}

bool rule_explain(const struct rule *rule, const struct rule_facts *facts, struct buffer *explanation)
{
    return rule_explain_each(rule, facts, append_line, explanation);
}

static void put_reason(void *context, const struct rule_reason *reason)
{
    struct json_writer *writer = context;
    json_object_open(writer);
    json_key(writer, "depth");
    json_put_integer(writer, reason->depth);
    json_key(writer, "matched");
    json_put_boolean(writer, reason->matched);
    json_key(writer, "term");
    json_put_string(writer, reason->text, reason->text_size);
    json_key(writer, "found");
    json_put_text(writer, reason->found);
    json_object_close(writer);
}

bool rule_explain_json(const struct rule *rule, const struct rule_facts *facts, struct json_writer *writer)
{
    json_array_open(writer);
    bool matched = rule_explain_each(rule, facts, put_reason, writer);
    json_array_close(writer);
    return matched;
}
