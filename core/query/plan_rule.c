/* A rule's terms as nodes of a plan. What is not told apart here is unknown to the columns, and tried on the records. */
#include "core/query/plan_form.h"

#include "core/watch/rule_codes.h"

#include <stdlib.h>
#include <string.h>

enum { PART_SIZE = 4096 };

/* ---- what a term takes of a column's values ---- */

static bool takes_word(const struct plan_node *node, const char *value)
{
    return rule_term_takes_text(node->term, value);
}

static bool takes_part(const struct plan_node *node, const char *value, int index)
{
    char part[PART_SIZE];
    return rule_term_takes_text(node->term, value_part(value, index, part, sizeof part));
}

static bool takes_first_part(const struct plan_node *node, const char *value)
{
    return takes_part(node, value, 0);
}

static bool takes_second_part(const struct plan_node *node, const char *value)
{
    return takes_part(node, value, 1);
}

static bool takes_third_part(const struct plan_node *node, const char *value)
{
    return takes_part(node, value, 2);
}

static bool takes_grade(const struct plan_node *node, const char *value)
{
    char part[PART_SIZE];
    const char *grade = value_part(value, 2, part, sizeof part);
    return rule_term_takes_text(node->term, *grade ? grade : "F");
}

/* Its digit; what was not judged cannot be judged, which is 6. */
static bool takes_credibility(const struct plan_node *node, const char *value)
{
    double credibility = *value && value[1] >= '1' && value[1] <= '6' ? value[1] - '0' : 6;
    return rule_term_takes_number(node->term, credibility, credibility, NULL);
}

static bool takes_actor(const struct plan_node *node, const char *value)
{
    struct value_actor actor;
    const char *role = rule_subject_role(node->term->field->subject);
    value_actor_read(value, &actor);
    return (!role || strcmp(actor.role, role) == 0) &&
           rule_values_have_actor(node->term->values, node->term->value_count, &actor.facts);
}

static bool takes_role(const struct plan_node *node, const char *value)
{
    struct value_actor actor;
    const struct rule_term *term = node->term;
    bool is_call = term->operator == RULE_CALL;
    const struct rule_value *roles = is_call ? term->others : term->values;
    size_t count = is_call ? term->other_count : term->value_count;
    value_actor_read(value, &actor);
    if (is_call && !rule_values_have_actor(term->values, term->value_count, &actor.facts))
        return false;
    for (size_t i = 0; i < count; i++)
        if (strcmp(actor.role, roles[i].text) == 0)
            return true;
    return false;
}

static bool is_in_region(const struct rule_term *term, const char *code)
{
    int state = rule_code_state_index(code);
    for (size_t i = 0; i < term->value_count; i++)
        if (rule_states_have(&term->values[i].group->states, state))
            return true;
    return false;
}

static bool takes_region_of_actor(const struct plan_node *node, const char *value)
{
    struct value_actor actor;
    value_actor_read(value, &actor);
    return actor.facts.is_principal &&
           rule_values_have_actor(node->term->values, node->term->value_count, &actor.facts);
}

static bool takes_region_of_place(const struct plan_node *node, const char *value)
{
    char country[PART_SIZE];
    return *value_part(value, 0, country, sizeof country) && is_in_region(node->term, country);
}

static bool takes_place(const struct plan_node *node, const char *value)
{
    char country[PART_SIZE], name[PART_SIZE], raw[PART_SIZE];
    value_part(value, 0, country, sizeof country);
    value_part(value, 1, name, sizeof name);
    value_part(value, 2, raw, sizeof raw);
    for (size_t i = 0; i < node->term->value_count; i++)
        if (rule_value_is_place(&node->term->values[i], *country ? country : NULL, *name ? name : NULL,
                                *raw ? raw : NULL))
            return true;
    return false;
}

static bool takes_point(const struct plan_node *node, const char *value)
{
    char latitude[PART_SIZE], longitude[PART_SIZE];
    return *value_part(value, 3, latitude, sizeof latitude) &&
           rule_term_takes_point(node->term, strtod(latitude, NULL),
                                 strtod(value_part(value, 4, longitude, sizeof longitude), NULL));
}

static bool takes_amount(const struct plan_node *node, const char *value)
{
    char kind[PART_SIZE], unit[PART_SIZE], low[PART_SIZE], high[PART_SIZE];
    if (strcmp(value_part(value, 0, kind, sizeof kind), rule_subject_amount(node->term->field->subject)) != 0)
        return false;
    value_part(value, 1, unit, sizeof unit);
    return rule_term_takes_number(node->term, strtod(value_part(value, 2, low, sizeof low), NULL),
                                  strtod(value_part(value, 3, high, sizeof high), NULL), *unit ? unit : NULL);
}

static bool takes_org(const struct plan_node *node, const char *value)
{
    struct value_actor actor;
    static const char prefix[] = "ORG:";
    value_actor_read(value, &actor);
    if (strncmp(actor.id, prefix, sizeof prefix - 1) != 0)
        return false;
    for (size_t i = 0; i < node->term->value_count; i++) {
        const struct rule_value *wanted = &node->term->values[i];
        const char *name = actor.id + sizeof prefix - 1;
        if (wanted->pattern ? rule_pattern_match(wanted->pattern, NULL, name, strlen(name)) == PATTERN_FOUND
                            : actor.facts.hash == wanted->actor)
            return true;
    }
    return false;
}

/* ---- patterns: the runs of characters that whatever fits must hold ---- */

struct run {
    char bytes[256];
    size_t size;
};

static void end_run(struct plan *plan, struct plan_node *parent, struct run *run)
{
    if (run->size > 2)
        plan_adopt(parent, plan_add_text(plan, run->bytes, run->size));
    run->size = 0;
}

/* Past a character class or a group, which are not looked into. */
static const char *skip_bracket(const char *at)
{
    at += 1 + (at[1] == '^');
    at += *at == ']';
    while (*at && *at != ']') {
        bool is_class = *at == '[' && at[1] && strchr(":.=", at[1]);
        const char *end = is_class ? strchr(at + 2, ']') : NULL;
        at = end ? end + 1 : at + 1 + (*at == '\\' && at[1]);
    }
    return at + (*at == ']');
}

static const char *skip_group(const char *at)
{
    int depth = 0;
    while (*at) {
        if (*at == '\\' && at[1])
            at += 2;
        else if (*at == '[')
            at = skip_bracket(at);
        else {
            depth += (*at == '(') - (*at == ')');
            at++;
            if (depth == 0)
                break;
        }
    }
    return at;
}

/* The end of the alternative that begins at `at`: its `|`, or the pattern's end. */
static const char *find_alternative_end(const char *at)
{
    while (*at && *at != '|') {
        if (*at == '\\' && at[1])
            at += 2;
        else
            at = *at == '[' ? skip_bracket(at) : *at == '(' ? skip_group(at) : at + 1;
    }
    return at;
}

/* Does an option begin here that changes how the rest is read, as (?x)? */
static bool is_option(const char *at)
{
    if (at[0] != '(' || at[1] != '?')
        return false;
    return at[2 + strspn(at + 2, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-^")] == ')';
}

/* A backslash: a character that stands for itself, a place or a class, or what ends the reading (\x41, \Q). */
static const char *read_escape(struct plan *plan, struct plan_node *parent, struct run *run, const char *at)
{
    unsigned char escaped = (unsigned char)at[1];
    bool is_word = (escaped >= '0' && escaped <= '9') || (escaped >= 'A' && escaped <= 'Z') ||
                   (escaped >= 'a' && escaped <= 'z');
    bool is_itself = escaped && escaped < 0x80 && !is_word;
    if (!is_itself || run->size == sizeof run->bytes)
        end_run(plan, parent, run);
    if (is_itself)
        run->bytes[run->size++] = (char)escaped;
    else if (!escaped || !strchr("bBdDsSwWhHvVRAzZXnrtfe", escaped))
        return at + strlen(at);
    return at + 2;
}

/* One character of a pattern; ends the run where it is anything but itself. */
static const char *read_character(struct plan *plan, struct plan_node *parent, struct run *run, const char *at)
{
    bool is_plain = (unsigned char)*at < 0x80 && !strchr("^$.+|()[{", *at);
    if (*at == '[' || *at == '(') {
        end_run(plan, parent, run);
        return *at == '[' ? skip_bracket(at) : is_option(at) ? at + strlen(at) : skip_group(at);
    }
    if (*at == '*' || *at == '?' || *at == '{') { /* what stands before need not be there */
        run->size -= run->size > 0;
        end_run(plan, parent, run);
        if (*at == '{')
            at += strcspn(at, "}");
        return at + (*at != '\0');
    }
    if (*at == '\\')
        return read_escape(plan, parent, run, at);
    if (!is_plain || run->size == sizeof run->bytes)
        end_run(plan, parent, run);
    if (is_plain)
        run->bytes[run->size++] = *at;
    return at + 1;
}

/* What stops the reading of one alternative (\\Q, an option) may say something of all behind it: so nothing is told then. */
static struct plan_node *add_alternative(struct plan *plan, const char *pattern, size_t size)
{
    struct plan_node *node = plan_add(plan, PLAN_AND);
    char *text = arena_copy(plan->arena, pattern, size);
    struct run run = {.size = 0};
    const char *at = text;
    while (at && *at)
        at = read_character(plan, node, &run, at);
    end_run(plan, node, &run);
    return node;
}

static struct plan_node *add_pattern(struct plan *plan, const char *pattern)
{
    struct plan_node *node = plan_add(plan, PLAN_AND), *either = plan_add(plan, PLAN_OR);
    bool is_plain = !strstr(pattern, "\\Q") && !strstr(pattern, "(?");
    plan_adopt(node, plan_add(plan, PLAN_UNKNOWN));
    for (const char *at = pattern;; at++) {
        const char *end = find_alternative_end(at);
        if (!is_plain && (at > pattern || *end))
            return node;
        plan_adopt(either, add_alternative(plan, at, (size_t)(end - at)));
        at = end;
        if (!*at)
            break;
    }
    plan_adopt(node, either);
    return node;
}

static struct plan_node *add_patterns(struct plan *plan, const struct rule_term *term)
{
    struct plan_node *node = plan_add(plan, PLAN_OR);
    for (size_t i = 0; i < term->value_count; i++)
        plan_adopt(node, term->values[i].pattern ? add_pattern(plan, term->values[i].text)
                                                 : plan_add(plan, PLAN_UNKNOWN));
    return node;
}

/* ---- terms ---- */

static struct plan_node *add_region(struct plan *plan)
{
    struct plan_node *node = plan_add(plan, PLAN_OR);
    plan_adopt(node, plan_add_list(plan, FAMILY_ACTOR, takes_region_of_actor));
    plan_adopt(node, plan_add_list(plan, FAMILY_PLACE, takes_region_of_place));
    return node;
}

static struct plan_node *add_date(struct plan *plan)
{
    plan->families |= NUMBER_BIT(NUMBER_DATE_LOW) | NUMBER_BIT(NUMBER_DATE_HIGH);
    return plan_add(plan, PLAN_DATE);
}

static struct plan_node *add_dyad(struct plan *plan)
{
    struct plan_node *node = plan_add_list(plan, FAMILY_ACTOR, NULL);
    if (node && node->kind == PLAN_LIST)
        node->kind = PLAN_DYAD;
    return node;
}

static struct plan_node *add_subject(struct plan *plan, const struct rule_term *term)
{
    switch (term->field->subject) {
    case SUBJECT_TYPE: return plan_add_list(plan, FAMILY_TYPE, takes_word);
    case SUBJECT_SUBTYPE: return plan_add_list(plan, FAMILY_SUBTYPE, takes_word);
    case SUBJECT_STATUS: return plan_add_list(plan, FAMILY_STATUS, takes_word);
    case SUBJECT_MODALITY: return plan_add_list(plan, FAMILY_MODALITY, takes_word);
    case SUBJECT_SCOPE: return plan_add_list(plan, FAMILY_SCOPE, takes_word);
    case SUBJECT_NAME: return plan_add_list(plan, FAMILY_NAME, takes_word);
    case SUBJECT_PROGRAMME: return plan_add_list(plan, FAMILY_PROGRAMME, takes_word);
    case SUBJECT_TAG: return plan_add_list(plan, FAMILY_TAG, takes_word);
    case SUBJECT_CHANGE: return plan_add_list(plan, FAMILY_CHANGE, takes_word);
    case SUBJECT_EQUIPMENT: return plan_add_list(plan, FAMILY_EQUIPMENT, takes_first_part);
    case SUBJECT_UNROCA: return plan_add_list(plan, FAMILY_EQUIPMENT, takes_second_part);
    case SUBJECT_SIPRI: return plan_add_list(plan, FAMILY_EQUIPMENT, takes_third_part);
    case SUBJECT_SOURCE: return plan_add_list(plan, FAMILY_SOURCE, takes_first_part);
    case SUBJECT_SOURCE_CLASS: return plan_add_list(plan, FAMILY_SOURCE, takes_second_part);
    case SUBJECT_GRADE: return plan_add_list(plan, FAMILY_SOURCE, takes_grade);
    case SUBJECT_ACTOR:
    case SUBJECT_SUPPLIER:
    case SUBJECT_RECIPIENT:
    case SUBJECT_HOST:
    case SUBJECT_INITIATOR:
    case SUBJECT_TARGET:
    case SUBJECT_PARTICIPANT:
    case SUBJECT_OBSERVER: return plan_add_list(plan, FAMILY_ACTOR, takes_actor);
    case SUBJECT_ORG: return plan_add_list(plan, FAMILY_ACTOR, takes_org);
    case SUBJECT_ROLE: return plan_add_list(plan, FAMILY_ACTOR, takes_role);
    case SUBJECT_REGION: return add_region(plan);
    case SUBJECT_PLACE: return plan_add_list(plan, FAMILY_PLACE, takes_place);
    case SUBJECT_PERSONNEL:
    case SUBJECT_UNITS:
    case SUBJECT_COUNTRIES:
    case SUBJECT_DAYS:
    case SUBJECT_SITES: return plan_add_list(plan, FAMILY_AMOUNT, takes_amount);
    case SUBJECT_SOURCES: return plan_add_number(plan, NUMBER_SOURCES);
    case SUBJECT_REPORTS: return plan_add_number(plan, NUMBER_REPORTS);
    case SUBJECT_CONFIDENCE: return plan_add_number(plan, NUMBER_CONFIDENCE);
    case SUBJECT_DATE: return add_date(plan);
    case SUBJECT_DYAD: return add_dyad(plan);
    case SUBJECT_TEXT: return add_patterns(plan, term);
    case SUBJECT_MONEY: /* another currency's sum depends on the event's date */
        return rule_names_rates(plan->rule->names) ? plan_add(plan, PLAN_UNKNOWN)
                                                   : plan_add_list(plan, FAMILY_AMOUNT, takes_amount);
    case SUBJECT_CREDIBILITY: return plan_add_list(plan, FAMILY_GRADE, takes_credibility);
    case SUBJECT_WITHIN: return plan_add_list(plan, FAMILY_PLACE, takes_point);
    case SUBJECT_FIRST_DYAD:
    case SUBJECT_FIRST_TYPE:
    case SUBJECT_SPIKE:
    case SUBJECT_SILENCE: break;
    }
    return plan_add(plan, PLAN_UNKNOWN);
}

static struct plan_node *add_term(struct plan *plan, const struct rule_term *term)
{
    if (term->operator == RULE_BECOMES) {
        plan->wants_previous = true;
        return plan_add(plan, PLAN_UNKNOWN);
    }
    size_t before = plan->listed_count;
    struct plan_node *node = add_subject(plan, term);
    if (node)
        node->term = term;
    for (size_t i = before; i < plan->listed_count; i++)
        plan->listed[i]->term = term;
    return rule_operator_is_negative(term->operator) ? plan_add_not(plan, node) : node;
}

/* Depth is bounded by the rule's parser. */
static struct plan_node *add_node(struct plan *plan, const struct rule *rule, int index)
{
    const struct rule_node *from = &rule->nodes[index];
    if (from->kind == NODE_TERM)
        return add_term(plan, &from->term);
    if (from->kind == NODE_NOT)
        return plan_add_not(plan, add_node(plan, rule, from->first_child));
    struct plan_node *node = plan_add(plan, from->kind == NODE_OR ? PLAN_OR : PLAN_AND);
    for (int child = from->first_child; child != RULE_NODE_NONE; child = rule->nodes[child].next_sibling)
        plan_adopt(node, add_node(plan, rule, child));
    return node;
}

static bool takes_background(const struct plan_node *node, const char *value)
{
    (void)node;
    return strcmp(value, "background") == 0;
}

static bool takes_unreal(const struct plan_node *node, const char *value)
{
    (void)node;
    return strcmp(value, "denied") == 0 || strcmp(value, "hypothetical") == 0;
}

struct plan_node *plan_add_rule(struct plan *plan, const struct rule *rule)
{
    struct plan_node *node = plan_add(plan, PLAN_AND);
    plan_adopt(node, add_node(plan, rule, rule->root));
    if (!rule->asks_scope) {
        plan_adopt(node, plan_add_not(plan, plan_add_list(plan, FAMILY_SCOPE, takes_background)));
        plan_adopt(node, plan_add_not(plan, plan_add_list(plan, FAMILY_MODALITY, takes_unreal)));
    }
    return node;
}
