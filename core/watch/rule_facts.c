#include "core/watch/rule_form.h"

#include "core/desk/features.h"
#include "core/watch/rule_codes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct rule_facts *rule_facts_create(void)
{
    struct rule_facts *facts = calloc(1, sizeof *facts);
    if (facts && !(facts->scratch = rule_pattern_scratch_create())) {
        free(facts);
        return NULL;
    }
    return facts;
}

void rule_facts_ask(struct rule_facts *facts, const struct rule_archive *archive)
{
    facts->archive = archive;
}

void rule_facts_destroy(struct rule_facts *facts)
{
    if (!facts)
        return;
    rule_pattern_scratch_destroy(facts->scratch);
    buffer_free(&facts->text);
    free(facts);
}

static void fill_actors(struct rule_facts *facts)
{
    struct record_view actor;
    bool gives = false, takes = false;
    facts->actor_count = 0;
    for (size_t i = 0; facts->actor_count < FACTS_ACTORS_MAX && record_get_view(facts->event, ENT_REPORT_ACTOR, i, &actor);
         i++) {
        const char *id = record_text(actor, ENT_ACTOR_ID), *role = record_text(actor, ENT_ACTOR_ROLE);
        const char *parent = record_text(actor, ENT_ACTOR_PARENT);
        if (!id)
            continue;
        if (!role)
            role = "participant";
        bool is_principal = feature_actor_is_principal(id, role);
        facts->actors[facts->actor_count++] = (struct facts_actor){.id = id,
                                                                   .role = role,
                                                                   .hash = feature_actor_hash(id),
                                                                   .parent = parent ? feature_actor_hash(parent) : 0,
                                                                   .state = rule_code_state_index(id),
                                                                   .parent_state = rule_code_state_index(parent),
                                                                   .is_principal = is_principal};
        gives |= is_principal && (strcmp(role, "supplier") == 0 || strcmp(role, "initiator") == 0);
        takes |= is_principal && (strcmp(role, "recipient") == 0 || strcmp(role, "target") == 0);
    }
    facts->has_direction = gives && takes;
}

static void fill_amounts(struct rule_facts *facts)
{
    struct record_view quantity;
    facts->amount_count = 0;
    for (size_t i = 0; facts->amount_count < FACTS_LIST_MAX && record_get_view(facts->event, ENT_REPORT_QUANTITY, i, &quantity);
         i++) {
        const char *kind = record_text(quantity, ENT_QUANTITY_KIND);
        double value = record_num(quantity, ENT_QUANTITY_VALUE, (double)NAN);
        if (kind && !isnan(value))
            facts->amounts[facts->amount_count++] = (struct facts_amount){
                kind, record_text(quantity, ENT_QUANTITY_UNIT), value, record_num(quantity, ENT_QUANTITY_MAX, value)};
    }
}

static void fill_date(struct rule_facts *facts)
{
    struct record_view date;
    int32_t low, high;
    facts->date_low = INT32_MIN;
    facts->date_high = INT32_MAX;
    facts->has_date = false;
    if (!record_get_view(facts->event, ENT_REPORT_DATE, 0, &date))
        return;
    if (feature_date_span(record_text(date, ENT_DATE_START), &low, &high)) {
        facts->date_low = low;
        facts->has_date = true;
    }
    if (feature_date_span(record_text(date, ENT_DATE_END), &low, &high)) {
        facts->date_high = high;
        facts->has_date = true;
    }
}

static void append_line(struct buffer *text, const char *line)
{
    if (!line || text->size >= FACTS_TEXT_MAX)
        return;
    buffer_append_text(text, line);
    buffer_append_char(text, '\n');
}

static void append_parts(struct buffer *text, struct record_view event, unsigned field, unsigned part_field)
{
    struct record_view part;
    for (size_t i = 0; record_get_view(event, field, i, &part); i++)
        append_line(text, record_text(part, part_field));
}

/* Quotes, titles, names: the words in which the event was told. */
static void fill_text(struct rule_facts *facts)
{
    buffer_clear(&facts->text);
    append_line(&facts->text, facts->name);
    append_parts(&facts->text, facts->event, ENT_REPORT_EVIDENCE, ENT_EVIDENCE_QUOTE);
    append_parts(&facts->text, facts->event, ENT_EVENT_SOURCE, ENT_SOURCE_TITLE);
    append_parts(&facts->text, facts->event, ENT_REPORT_EQUIPMENT, ENT_EQUIPMENT_NAME);
    append_parts(&facts->text, facts->event, ENT_REPORT_ACTOR, ENT_ACTOR_TEXT);
    append_parts(&facts->text, facts->event, ENT_REPORT_PLACE, ENT_PLACE_RAW);
}

bool rule_facts_fill(struct rule_facts *facts, struct record_view event, const struct record_view *previous)
{
    facts->event = event;
    facts->is_new = previous == NULL;
    facts->type = record_text(event, ENT_REPORT_TYPE);
    facts->subtype = record_text(event, ENT_REPORT_SUBTYPE);
    facts->status = record_text(event, ENT_REPORT_STATUS);
    facts->modality = record_text(event, ENT_REPORT_MODALITY);
    facts->scope = record_text(event, ENT_REPORT_SCOPE);
    facts->name = record_text(event, ENT_REPORT_NAME);
    facts->programme = record_text(event, ENT_REPORT_PROGRAMME);
    facts->previous_status = previous ? record_text(*previous, ENT_REPORT_STATUS) : NULL;
    facts->previous_modality = previous ? record_text(*previous, ENT_REPORT_MODALITY) : NULL;
    facts->previous_scope = previous ? record_text(*previous, ENT_REPORT_SCOPE) : NULL;
    bool is_background = facts->scope && strcmp(facts->scope, "background") == 0;
    bool is_unreal = facts->modality &&
                     (strcmp(facts->modality, "denied") == 0 || strcmp(facts->modality, "hypothetical") == 0);
    facts->is_fact = !is_background && !is_unreal;
    facts->time = record_int(event, ENT_EVENT_FIRST_SEEN, INT64_MIN);
    facts->latest = record_int(event, ENT_EVENT_LAST_SEEN, facts->time);
    fill_actors(facts);
    fill_amounts(facts);
    fill_date(facts);
    fill_text(facts);
    return !facts->text.failed;
}
