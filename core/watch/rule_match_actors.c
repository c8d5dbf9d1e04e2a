#include "core/watch/rule_match.h"

#include <string.h>

static bool is_in_group(const struct facts_actor *actor, const struct rule_group *group)
{
    if (rule_states_have(&group->states, actor->state) || rule_states_have(&group->states, actor->parent_state))
        return true;
    for (size_t i = 0; i < group->actor_count; i++)
        if (group->actors[i] == actor->hash || (actor->parent && group->actors[i] == actor->parent))
            return true;
    return false;
}

static bool is_actor(const struct facts_actor *actor, const struct rule_value *value)
{
    if (value->is_any)
        return actor->is_principal;
    if (value->group)
        return is_in_group(actor, value->group);
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

bool rule_match_actors(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found)
{
    const char *role = rule_subject_role(term->field->subject);
    bool matched = false;
    for (size_t i = 0; i < facts->actor_count; i++) {
        const struct facts_actor *actor = &facts->actors[i];
        if (role && strcmp(actor->role, role) != 0)
            continue;
        rule_note(found, actor->id);
        matched |= rule_values_have_actor(term->values, term->value_count, actor);
    }
    return matched != rule_operator_is_negative(term->operator);
}

bool rule_match_region(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found)
{
    bool matched = false;
    struct record_view place;
    for (size_t i = 0; i < facts->actor_count; i++)
        for (size_t j = 0; facts->actors[i].is_principal && j < term->value_count; j++)
            if (is_in_group(&facts->actors[i], term->values[j].group)) {
                rule_note(found, facts->actors[i].id);
                matched = true;
            }
    for (size_t i = 0; record_get_view(facts->event, ENT_REPORT_PLACE, i, &place); i++) {
        const char *country = record_text(place, ENT_PLACE_COUNTRY);
        int state = rule_code_state_index(country);
        for (size_t j = 0; country && j < term->value_count; j++)
            if (rule_states_have(&term->values[j].group->states, state)) {
                rule_note(found, country);
                matched = true;
            }
    }
    return matched != rule_operator_is_negative(term->operator);
}

bool rule_actor_gives(const struct facts_actor *actor)
{
    return strcmp(actor->role, "supplier") == 0 || strcmp(actor->role, "initiator") == 0;
}

bool rule_actor_takes(const struct facts_actor *actor)
{
    return strcmp(actor->role, "recipient") == 0 || strcmp(actor->role, "target") == 0;
}

/* Directed where the event has a direction: the first side gives, the second takes. Else both take part. */
bool rule_match_dyad(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found)
{
    bool matched = false;
    for (size_t i = 0; i < facts->actor_count; i++) {
        const struct facts_actor *from = &facts->actors[i];
        if (!from->is_principal || (facts->has_direction && !rule_actor_gives(from)))
            continue;
        for (size_t j = 0; j < facts->actor_count; j++) {
            const struct facts_actor *to = &facts->actors[j];
            if (!to->is_principal || to->hash == from->hash || (facts->has_direction && !rule_actor_takes(to)))
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
            rule_note(found, facts->actors[i].id);
    return matched;
}

bool rule_match_role(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found)
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

bool rule_match_org(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found)
{
    bool matched = false;
    for (size_t i = 0; i < facts->actor_count; i++) {
        if (strncmp(facts->actors[i].id, "ORG:", 4) != 0)
            continue;
        rule_note(found, facts->actors[i].id);
        for (size_t j = 0; j < term->value_count; j++) {
            const struct rule_value *value = &term->values[j];
            matched |= value->pattern ? rule_pattern_match(value->pattern, facts->scratch, facts->actors[i].id + 4,
                                                            strlen(facts->actors[i].id + 4)) == PATTERN_FOUND
                                      : facts->actors[i].hash == value->actor;
        }
    }
    return matched != rule_operator_is_negative(term->operator);
}
