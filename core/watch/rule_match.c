#include "core/watch/rule_form.h"

#include "core/watch/rule_codes.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* What a term looked at, for explanations; NULL where nobody asks. */
static void note(struct buffer *found, const char *text)
{
    if (!found || !text || !*text)
        return;
    if (found->size)
        buffer_append_text(found, ", ");
    buffer_append_text(found, text);
}

bool rule_operator_is_negative(enum rule_operator operator)
{
    return operator == RULE_NOT_EQUAL || operator == RULE_NOT_IN || operator == RULE_NOT_LIKE;
}

/* ---- texts: every field whose values are words ---- */

/* The field's value number `index`; false past the last one. */
static bool text_at(const struct rule_facts *facts, enum rule_subject subject, size_t index, const char **text)
{
    struct record_view part;
    struct text word;
    const char *single = NULL;
    unsigned field = 0, part_field = 0;
    switch (subject) {
    case SUBJECT_TYPE:
        single = facts->type;
        break;
    case SUBJECT_SUBTYPE:
        single = facts->subtype;
        break;
    case SUBJECT_STATUS:
        single = facts->status;
        break;
    case SUBJECT_MODALITY:
        single = facts->modality;
        break;
    case SUBJECT_SCOPE:
        single = facts->scope;
        break;
    case SUBJECT_NAME:
        single = facts->name;
        break;
    case SUBJECT_PROGRAMME:
        single = facts->programme;
        break;
    case SUBJECT_TEXT:
        single = facts->text.bytes;
        break;
    case SUBJECT_TAG:
    case SUBJECT_CHANGE:
        field = subject == SUBJECT_TAG ? ENT_REPORT_TAG : ENT_EVENT_CHANGE;
        if (!record_get_str(facts->event, field, index, &word))
            return false;
        *text = word.bytes;
        return true;
    case SUBJECT_UNROCA:
        field = ENT_REPORT_EQUIPMENT;
        part_field = ENT_EQUIPMENT_UNROCA;
        break;
    case SUBJECT_SIPRI:
        field = ENT_REPORT_EQUIPMENT;
        part_field = ENT_EQUIPMENT_SIPRI;
        break;
    case SUBJECT_EQUIPMENT:
        field = ENT_REPORT_EQUIPMENT;
        part_field = ENT_EQUIPMENT_NAME;
        break;
    case SUBJECT_SOURCE:
        field = ENT_EVENT_SOURCE;
        part_field = ENT_SOURCE_PUBLISHER;
        break;
    case SUBJECT_SOURCE_CLASS:
        field = ENT_EVENT_SOURCE;
        part_field = ENT_SOURCE_CLASS;
        break;
    default:
        return false;
    }
    if (!field) {
        *text = single;
        return index == 0 && single;
    }
    if (!record_get_view(facts->event, field, index, &part))
        return false;
    *text = record_text(part, part_field);
    if (!*text)
        *text = "";
    return true;
}

static bool ends_word(unsigned char byte)
{
    return !((byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte >= 0x80);
}

/* Does `text` hold `words` as whole words, whatever their case? */
static bool holds_words(const char *text, const char *words)
{
    size_t length = strlen(words);
    for (const char *at = text; length && (at = strcasestr(at, words)); at++) {
        unsigned char before = at == text ? ' ' : (unsigned char)at[-1], after = (unsigned char)at[length];
        /* A plural is the same thing. */
        bool plural = (after == 's' || after == 'S') && ends_word((unsigned char)at[length + 1]);
        if (ends_word(before) && (after == '\0' || ends_word(after) || plural))
            return true;
    }
    return false;
}

/* A publisher's domain and those below it. */
static bool is_within_domain(const char *publisher, const char *domain)
{
    size_t size = strlen(publisher), length = strlen(domain);
    return strcasecmp(publisher, domain) == 0 ||
           (size > length && publisher[size - length - 1] == '.' && strcasecmp(publisher + size - length, domain) == 0);
}

static bool text_equals(const struct rule_term *term, const char *text, const struct rule_value *value)
{
    switch (term->field->subject) {
    case SUBJECT_EQUIPMENT:
    case SUBJECT_NAME:
        return holds_words(text, value->text);
    case SUBJECT_SOURCE:
        return is_within_domain(text, value->text);
    case SUBJECT_PROGRAMME:
        return strcasecmp(text, value->text) == 0;
    default:
        return strcmp(text, value->text) == 0;
    }
}

bool rule_term_takes_text(const struct rule_term *term, const char *text)
{
    for (size_t i = 0; i < term->value_count; i++) {
        const struct rule_value *value = &term->values[i];
        if (value->pattern ? regexec(value->pattern, text, 0, NULL, 0) == 0 : text_equals(term, text, value))
            return true;
    }
    return false;
}

static bool match_texts(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found)
{
    const char *text;
    bool matched = false;
    for (size_t i = 0; (!matched || found) && text_at(facts, term->field->subject, i, &text); i++) {
        if (term->field->subject != SUBJECT_TEXT)
            note(found, text);
        matched |= rule_term_takes_text(term, text);
    }
    if (found && term->field->subject == SUBJECT_TEXT)
        note(found, matched ? "found" : "not found");
    return matched != rule_operator_is_negative(term->operator);
}

/* status -> signed: the revision brought it there. */
static bool match_becomes(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found)
{
    const char *is, *was = NULL;
    struct text change;
    if (!text_at(facts, term->field->subject, 0, &is)) {
        return false;
    }
    bool is_named = false;
    for (size_t i = 0; record_get_str(facts->event, ENT_EVENT_CHANGE, i, &change); i++)
        is_named |= strcmp(change.bytes, "new") == 0 || strcmp(change.bytes, term->field->name) == 0;
    if (!facts->is_new)
        was = term->field->subject == SUBJECT_STATUS     ? facts->previous_status
              : term->field->subject == SUBJECT_MODALITY ? facts->previous_modality
                                                         : facts->previous_scope;
    if (found)
        buffer_printf(found, "%s -> %s", was ? was : "new", is);
    return is_named && rule_term_takes_text(term, is) && (!was || strcmp(was, is) != 0);
}

/* ---- actors ---- */

static bool is_actor(const struct facts_actor *actor, const struct rule_value *value)
{
    if (value->is_any)
        return actor->is_principal;
    if (value->is_region)
        return rule_code_in_region(actor->id, value->text);
    return actor->hash == value->actor || (actor->parent && actor->parent == value->actor);
}

bool rule_values_have_actor(const struct rule_value *values, size_t count, const struct facts_actor *actor)
{
    for (size_t i = 0; i < count; i++)
        if (is_actor(actor, &values[i]))
            return true;
    return false;
}

const char *rule_subject_role(enum rule_subject subject)
{
    static const char *const roles[] = {"supplier", "recipient", "host", "initiator", "target", "participant", "observer"};
    return subject >= SUBJECT_SUPPLIER && subject <= SUBJECT_OBSERVER ? roles[subject - SUBJECT_SUPPLIER] : NULL;
}

static bool match_actors(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found)
{
    const char *role = rule_subject_role(term->field->subject);
    bool matched = false;
    for (size_t i = 0; i < facts->actor_count; i++) {
        const struct facts_actor *actor = &facts->actors[i];
        if (role && strcmp(actor->role, role) != 0)
            continue;
        note(found, actor->id);
        matched |= rule_values_have_actor(term->values, term->value_count, actor);
    }
    return matched != rule_operator_is_negative(term->operator);
}

static bool match_region(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found)
{
    bool matched = false;
    struct record_view place;
    for (size_t i = 0; i < facts->actor_count; i++)
        for (size_t j = 0; facts->actors[i].is_principal && j < term->value_count; j++)
            if (rule_code_in_region(facts->actors[i].id, term->values[j].text)) {
                note(found, facts->actors[i].id);
                matched = true;
            }
    for (size_t i = 0; record_get_view(facts->event, ENT_REPORT_PLACE, i, &place); i++) {
        const char *country = record_text(place, ENT_PLACE_COUNTRY);
        for (size_t j = 0; country && j < term->value_count; j++)
            if (rule_code_in_region(country, term->values[j].text)) {
                note(found, country);
                matched = true;
            }
    }
    return matched != rule_operator_is_negative(term->operator);
}

static bool gives(const struct facts_actor *actor)
{
    return strcmp(actor->role, "supplier") == 0 || strcmp(actor->role, "initiator") == 0;
}

static bool takes(const struct facts_actor *actor)
{
    return strcmp(actor->role, "recipient") == 0 || strcmp(actor->role, "target") == 0;
}

/* Directed where the event has a direction: the first side gives, the second takes. Else both take part. */
static bool match_dyad(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found)
{
    bool matched = false;
    for (size_t i = 0; i < facts->actor_count; i++) {
        const struct facts_actor *from = &facts->actors[i];
        if (!from->is_principal || (facts->has_direction && !gives(from)))
            continue;
        for (size_t j = 0; j < facts->actor_count; j++) {
            const struct facts_actor *to = &facts->actors[j];
            if (!to->is_principal || to->hash == from->hash || (facts->has_direction && !takes(to)))
                continue;
            if (!rule_values_have_actor(term->values, term->value_count, from) || !rule_values_have_actor(term->others, term->other_count, to))
                continue;
            if (found && !matched)
                buffer_printf(found, "%s %s %s", from->id, facts->has_direction ? "->" : "with", to->id);
            matched = true;
        }
    }
    if (found && !matched)
        for (size_t i = 0; i < facts->actor_count; i++)
            note(found, facts->actors[i].id);
    return matched;
}

static bool match_role(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found)
{
    const struct rule_value *roles = term->operator == RULE_CALL ? term->others : term->values;
    size_t role_count = term->operator == RULE_CALL ? term->other_count : term->value_count;
    bool matched = false;
    for (size_t i = 0; i < facts->actor_count; i++) {
        const struct facts_actor *actor = &facts->actors[i];
        if (term->operator == RULE_CALL && !rule_values_have_actor(term->values, term->value_count, actor))
            continue;
        if (found)
            buffer_printf(found, "%s%s %s", found->size ? ", " : "", actor->id, actor->role);
        for (size_t j = 0; j < role_count; j++)
            matched |= strcmp(actor->role, roles[j].text) == 0;
    }
    return matched != rule_operator_is_negative(term->operator);
}

/* ---- numbers and dates ---- */

/* Of a range "from 100 to 150" the upper end counts for > and the lower one for <. */
static bool compare_range(enum rule_operator operator, double low, double high, double value)
{
    switch (operator) {
    case RULE_LESS:
        return low < value;
    case RULE_LESS_EQUAL:
        return low <= value;
    case RULE_GREATER:
        return high > value;
    case RULE_GREATER_EQUAL:
        return high >= value;
    default:
        return low <= value && value <= high;
    }
}

bool rule_term_takes_number(const struct rule_term *term, double low, double high, const char *currency)
{
    for (size_t i = 0; i < term->value_count; i++) {
        const struct rule_value *value = &term->values[i];
        if (value->currency && (!currency || strcmp(value->currency, currency) != 0))
            continue;
        if (compare_range(term->operator, low, high, value->number))
            return true;
    }
    return false;
}

const char *rule_subject_amount(enum rule_subject subject)
{
    switch (subject) {
    case SUBJECT_PERSONNEL:
        return "personnel";
    case SUBJECT_UNITS:
        return "units";
    case SUBJECT_MONEY:
        return "money";
    case SUBJECT_COUNTRIES:
        return "countries";
    case SUBJECT_DAYS:
        return "days";
    case SUBJECT_SITES:
        return "sites";
    default:
        return NULL;
    }
}

static bool match_amounts(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found)
{
    const char *kind = rule_subject_amount(term->field->subject);
    bool matched = false;
    for (size_t i = 0; i < facts->amount_count; i++) {
        const struct facts_amount *amount = &facts->amounts[i];
        if (strcmp(amount->kind, kind) != 0)
            continue;
        if (found) {
            buffer_printf(found, "%s%.15g", found->size ? ", " : "", amount->low);
            if (amount->high > amount->low)
                buffer_printf(found, " to %.15g", amount->high);
            if (term->field->kind == FIELD_MONEY && amount->unit)
                buffer_printf(found, " %s", amount->unit);
        }
        matched |= rule_term_takes_number(term, amount->low, amount->high, amount->unit);
    }
    return matched != rule_operator_is_negative(term->operator);
}

static bool match_number(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found)
{
    double value;
    switch (term->field->subject) {
    case SUBJECT_SOURCES:
        value = (double)record_int(facts->event, ENT_EVENT_INDEPENDENT_SOURCES, 0);
        break;
    case SUBJECT_REPORTS:
        value = (double)record_count(facts->event, ENT_EVENT_SOURCE);
        break;
    case SUBJECT_CONFIDENCE:
        value = record_num(facts->event, ENT_REPORT_CONFIDENCE, 0);
        break;
    default:
        return match_amounts(term, facts, found);
    }
    if (found)
        buffer_printf(found, "%.15g", value);
    return rule_term_takes_number(term, value, value, NULL) != rule_operator_is_negative(term->operator);
}

static bool compare_date(const struct rule_term *term, int32_t low, int32_t high, const struct rule_value *value)
{
    switch (term->operator) {
    case RULE_LESS:
        return high < value->low;
    case RULE_LESS_EQUAL:
        return high <= value->high;
    case RULE_GREATER:
        return low > value->high;
    case RULE_GREATER_EQUAL:
        return low >= value->low;
    default:
        return low <= value->high && high >= value->low;
    }
}

bool rule_term_takes_date(const struct rule_term *term, int32_t low, int32_t high)
{
    for (size_t i = 0; i < term->value_count; i++)
        if (compare_date(term, low, high, &term->values[i]))
            return true;
    return false;
}

static bool match_date(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found)
{
    struct record_view date;
    bool matched = false;
    if (record_get_view(facts->event, ENT_REPORT_DATE, 0, &date)) {
        note(found, record_text(date, ENT_DATE_START));
        note(found, record_text(date, ENT_DATE_END));
    }
    if (facts->has_date)
        matched = rule_term_takes_date(term, facts->date_low, facts->date_high);
    return matched != rule_operator_is_negative(term->operator);
}

/* ---- places ---- */

bool rule_value_is_place(const struct rule_value *value, const char *country, const char *name, const char *raw)
{
    if (value->is_region)
        return country && rule_code_in_region(country, value->text);
    if (value->is_any) /* a state's code */
        return country && strcmp(country, value->text) == 0;
    if (value->pattern)
        return (name && regexec(value->pattern, name, 0, NULL, 0) == 0) ||
               (raw && regexec(value->pattern, raw, 0, NULL, 0) == 0);
    return (name && holds_words(name, value->text)) || (raw && holds_words(raw, value->text));
}

static bool is_place(struct record_view place, const struct rule_value *value)
{
    return rule_value_is_place(value, record_text(place, ENT_PLACE_COUNTRY), record_text(place, ENT_PLACE_NAME),
                               record_text(place, ENT_PLACE_RAW));
}

static bool match_places(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found)
{
    struct record_view place;
    bool matched = false;
    for (size_t i = 0; record_get_view(facts->event, ENT_REPORT_PLACE, i, &place); i++) {
        const char *name = record_text(place, ENT_PLACE_NAME);
        note(found, name ? name : record_text(place, ENT_PLACE_RAW));
        note(found, record_text(place, ENT_PLACE_COUNTRY));
        for (size_t j = 0; j < term->value_count; j++)
            matched |= is_place(place, &term->values[j]);
    }
    return matched != rule_operator_is_negative(term->operator);
}

/* ---- the rule ---- */

static bool match_org(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found)
{
    bool matched = false;
    for (size_t i = 0; i < facts->actor_count; i++) {
        if (strncmp(facts->actors[i].id, "ORG:", 4) != 0)
            continue;
        note(found, facts->actors[i].id);
        for (size_t j = 0; j < term->value_count; j++) {
            const struct rule_value *value = &term->values[j];
            matched |= value->pattern ? regexec(value->pattern, facts->actors[i].id + 4, 0, NULL, 0) == 0
                                      : facts->actors[i].hash == value->actor;
        }
    }
    return matched != rule_operator_is_negative(term->operator);
}

static bool match_term(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found)
{
    if (term->operator == RULE_BECOMES)
        return match_becomes(term, facts, found);
    switch (term->field->kind) {
    case FIELD_ACTOR:
        return match_actors(term, facts, found);
    case FIELD_REGION:
        return match_region(term, facts, found);
    case FIELD_NUMBER:
    case FIELD_MONEY:
        return match_number(term, facts, found);
    case FIELD_DATE:
        return match_date(term, facts, found);
    case FIELD_PLACE:
        return match_places(term, facts, found);
    case FIELD_DYAD:
        return match_dyad(term, facts, found);
    case FIELD_ROLE:
        return match_role(term, facts, found);
    case FIELD_WORD:
    case FIELD_TEXT:
        break;
    }
    return term->field->subject == SUBJECT_ORG ? match_org(term, facts, found) : match_texts(term, facts, found);
}

/* Depth is bounded by the parser. */
static bool match_node(const struct rule *rule, int index, const struct rule_facts *facts)
{
    const struct rule_node *node = &rule->nodes[index];
    if (node->kind == NODE_TERM)
        return match_term(&node->term, facts, NULL);
    if (node->kind == NODE_NOT)
        return !match_node(rule, node->first_child, facts);
    bool stops_at = node->kind == NODE_OR;
    for (int child = node->first_child; child != RULE_NODE_NONE; child = rule->nodes[child].next_sibling)
        if (match_node(rule, child, facts) == stops_at)
            return stops_at;
    return !stops_at;
}

/* Terms lie in the array in the order of the text. */
static void explain(const struct rule *rule, const struct rule_facts *facts, struct buffer *explanation)
{
    for (int i = 0; i < rule->node_count; i++) {
        const struct rule_term *term = &rule->nodes[i].term;
        struct buffer found = BUFFER_INIT;
        if (rule->nodes[i].kind != NODE_TERM)
            continue;
        bool matched = match_term(term, facts, &found);
        buffer_append_text(explanation, matched ? "yes  " : "no   ");
        buffer_append(explanation, rule->text + term->offset, term->length);
        buffer_printf(explanation, ": %s\n", found.size ? found.bytes : "not stated");
        buffer_free(&found);
    }
    if (!rule->asks_scope && !facts->is_fact)
        buffer_printf(explanation, "no   a current fact: %s, %s (the rule mentions neither scope nor modality)\n",
                      facts->scope ? facts->scope : "current", facts->modality ? facts->modality : "reported");
}

bool rule_matches(const struct rule *rule, const struct rule_facts *facts, struct buffer *explanation)
{
    if (explanation)
        explain(rule, facts, explanation);
    return (rule->asks_scope || facts->is_fact) && match_node(rule, rule->root, facts);
}
