#include "core/query/event_columns.h"

#include "core/desk/features.h"
#include "lib/base/buffer.h"

#include <string.h>

/* ---- out of an event ---- */

struct emitter {
    event_columns_callback *callback;
    void *context;
    struct buffer value;
    bool stopped;
};

static void emit(struct emitter *emitter, enum column_family family, const char *text)
{
    if (text && !emitter->stopped)
        emitter->stopped = !emitter->callback(emitter->context, family, text);
}

static void add_part(struct emitter *emitter, bool is_first, const char *text)
{
    if (is_first)
        buffer_clear(&emitter->value);
    else
        buffer_append_char(&emitter->value, (char)PART_END);
    for (const char *c = text ? text : ""; *c; c++)
        buffer_append_char(&emitter->value, *c == (char)PART_END ? ' ' : *c);
    if (is_first)
        buffer_append_text(&emitter->value, "");
}

static void emit_value(struct emitter *emitter, enum column_family family)
{
    emitter->stopped = emitter->stopped || emitter->value.failed;
    emit(emitter, family, emitter->value.bytes);
}

static void emit_list(struct emitter *emitter, struct record_view event, unsigned field, enum column_family family)
{
    struct text word;
    for (size_t i = 0; record_get_str(event, field, i, &word); i++)
        emit(emitter, family, word.bytes);
}

/* Records within, of which some texts make a value. */
static void emit_parts(struct emitter *emitter, struct record_view event, unsigned field, enum column_family family,
                       const unsigned *parts)
{
    struct record_view part;
    for (size_t i = 0; record_get_view(event, field, i, &part); i++) {
        for (const unsigned *text = parts; *text; text++)
            add_part(emitter, text == parts, record_text(part, *text));
        emit_value(emitter, family);
    }
}

static void emit_places(struct emitter *emitter, struct record_view event)
{
    struct record_view place;
    for (size_t i = 0; record_get_view(event, ENT_REPORT_PLACE, i, &place); i++) {
        double latitude, longitude;
        add_part(emitter, true, record_text(place, ENT_PLACE_COUNTRY));
        add_part(emitter, false, record_text(place, ENT_PLACE_NAME));
        add_part(emitter, false, record_text(place, ENT_PLACE_RAW));
        if (rule_place_is_point(place, &latitude, &longitude))
            buffer_printf(&emitter->value, "%c%.17g%c%.17g", PART_END, latitude, PART_END, longitude);
        emit_value(emitter, FAMILY_PLACE);
    }
}

static void emit_actors(struct emitter *emitter, const struct rule_facts *facts)
{
    struct record_view actor;
    size_t taken = 0;
    for (size_t i = 0; taken < FACTS_ACTORS_MAX && record_get_view(facts->event, ENT_REPORT_ACTOR, i, &actor); i++) {
        const char *id = record_text(actor, ENT_ACTOR_ID), *role = record_text(actor, ENT_ACTOR_ROLE);
        if (!id)
            continue;
        add_part(emitter, true, id);
        add_part(emitter, false, role ? role : "participant");
        add_part(emitter, false, record_text(actor, ENT_ACTOR_PARENT));
        emit_value(emitter, FAMILY_ACTOR);
        taken++;
    }
}

static void emit_parties(struct emitter *emitter, const struct rule_facts *facts)
{
    for (size_t i = 0; i < facts->actor_count; i++)
        if (facts->actors[i].is_principal)
            emit(emitter, FAMILY_PARTY, facts->actors[i].id);
}

static void emit_publishers(struct emitter *emitter, struct record_view event)
{
    struct record_view source;
    for (size_t i = 0; record_get_view(event, ENT_EVENT_SOURCE, i, &source); i++) {
        const char *publisher = record_text(source, ENT_SOURCE_PUBLISHER),
                   *class = record_text(source, ENT_SOURCE_CLASS);
        emit(emitter, FAMILY_PUBLISHER, publisher ? publisher : "");
        emit(emitter, FAMILY_SOURCE_CLASS, class ? class : "");
    }
}

static void emit_amounts(struct emitter *emitter, const struct rule_facts *facts)
{
    for (size_t i = 0; i < facts->amount_count; i++) {
        const struct facts_amount *amount = &facts->amounts[i];
        add_part(emitter, true, amount->kind);
        add_part(emitter, false, amount->unit);
        buffer_printf(&emitter->value, "%c%.17g%c%.17g", PART_END, amount->low, PART_END, amount->high);
        emit_value(emitter, FAMILY_AMOUNT);
    }
}

bool event_columns_each(const struct rule_facts *facts, event_columns_callback *callback, void *context)
{
    static const unsigned equipment[] = {ENT_EQUIPMENT_NAME, ENT_EQUIPMENT_UNROCA, ENT_EQUIPMENT_SIPRI, 0};
    static const unsigned source[] = {ENT_SOURCE_PUBLISHER, ENT_SOURCE_CLASS, ENT_SOURCE_GRADE, 0};
    struct emitter emitter = {.callback = callback, .context = context};
    emit(&emitter, FAMILY_TYPE, facts->type);
    emit(&emitter, FAMILY_SUBTYPE, facts->subtype);
    emit(&emitter, FAMILY_STATUS, facts->status);
    emit(&emitter, FAMILY_MODALITY, facts->modality);
    emit(&emitter, FAMILY_SCOPE, facts->scope);
    emit(&emitter, FAMILY_NAME, facts->name);
    emit(&emitter, FAMILY_PROGRAMME, facts->programme);
    emit(&emitter, FAMILY_VERDICT, record_text(facts->event, ENT_EVENT_VERDICT));
    const char *grade = record_text(facts->event, ENT_EVENT_GRADE);
    emit(&emitter, FAMILY_GRADE, grade ? grade : ""); /* no grade means something to rules */
    emit_list(&emitter, facts->event, ENT_REPORT_TAG, FAMILY_TAG);
    emit_list(&emitter, facts->event, ENT_EVENT_CHANGE, FAMILY_CHANGE);
    emit_actors(&emitter, facts);
    emit_places(&emitter, facts->event);
    emit_parts(&emitter, facts->event, ENT_REPORT_EQUIPMENT, FAMILY_EQUIPMENT, equipment);
    emit_parts(&emitter, facts->event, ENT_EVENT_SOURCE, FAMILY_SOURCE, source);
    emit_amounts(&emitter, facts);
    emit_parties(&emitter, facts);
    emit_publishers(&emitter, facts->event);
    buffer_free(&emitter.value);
    return !emitter.stopped;
}

/* ---- dyads ---- */

/* Those that take part, each once, with all their roles. */
struct party {
    const char *id;
    bool gives, takes;
};

static size_t gather_parties(const struct rule_facts *facts, struct party parties[FACTS_ACTORS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < facts->actor_count; i++) {
        const struct facts_actor *actor = &facts->actors[i];
        size_t at = 0;
        if (!actor->is_principal)
            continue;
        while (at < count && strcmp(parties[at].id, actor->id) != 0)
            at++;
        if (at == count)
            parties[count++] = (struct party){.id = actor->id};
        parties[at].gives |= strcmp(actor->role, "supplier") == 0 || strcmp(actor->role, "initiator") == 0;
        parties[at].takes |= strcmp(actor->role, "recipient") == 0 || strcmp(actor->role, "target") == 0;
    }
    return count;
}

bool event_dyads_each(const struct rule_facts *facts, event_dyads_callback *callback, void *context)
{
    struct party parties[FACTS_ACTORS_MAX];
    size_t count = gather_parties(facts, parties);
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++) {
            bool is_ordered = strcmp(parties[i].id, parties[j].id) < 0;
            const struct party *first = &parties[is_ordered ? i : j], *second = &parties[is_ordered ? j : i];
            unsigned direction =
                (first->gives && second->takes ? DYAD_FORTH : 0u) | (second->gives && first->takes ? DYAD_BACK : 0u);
            if (facts->has_direction && !direction)
                continue;
            if (!callback(context, first->id, second->id, (enum dyad_direction)direction))
                return false;
        }
    return true;
}

static int64_t bits_of_number(double number)
{
    int64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

double number_of_bits(int64_t bits)
{
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

void event_columns_numbers(const struct rule_facts *facts, int64_t updated, int64_t numbers[NUMBER_COUNT])
{
    double confidence = record_num(facts->event, ENT_REPORT_CONFIDENCE, 0);
    numbers[NUMBER_SEEN] = record_int(facts->event, ENT_EVENT_LAST_SEEN, 0);
    numbers[NUMBER_FIRST_SEEN] = record_int(facts->event, ENT_EVENT_FIRST_SEEN, 0);
    numbers[NUMBER_UPDATED] = updated;
    numbers[NUMBER_DATE_LOW] = facts->has_date ? facts->date_low : INT32_MIN;
    numbers[NUMBER_DATE_HIGH] = facts->has_date ? facts->date_high : INT32_MAX;
    numbers[NUMBER_CONFIDENCE] = bits_of_number(confidence > 0 ? confidence : 0);
    numbers[NUMBER_SOURCES] = record_int(facts->event, ENT_EVENT_INDEPENDENT_SOURCES, 0);
    numbers[NUMBER_REPORTS] = (int64_t)record_count(facts->event, ENT_EVENT_SOURCE);
}

static unsigned lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (unsigned)(byte - 'A' + 'a') : (unsigned char)byte;
}

/* Knuth's multiplicative hash: the upper bits are the mixed ones. */
static unsigned mix(uint32_t run)
{
    return (run * 2654435761u) >> 21;
}

/* Runs of four tell far more than those of three, of which a word of common ones may have none of its own; runs of
 * three are for what is no longer. */
void text_signature(const char *text, size_t size, text_signature_set *set, void *context)
{
    enum { HALF = TEXT_BITS / 2 };
    for (size_t i = 0; i + 2 < size; i++) {
        uint32_t run = lower(text[i]) | lower(text[i + 1]) << 8 | lower(text[i + 2]) << 16;
        set(context, 3, mix(run));
        if (i + 3 < size)
            set(context, 4, HALF + mix(run | lower(text[i + 3]) << 24));
    }
}

/* ---- reading values ---- */

const char *value_part(const char *value, int index, char *part, size_t size)
{
    for (; index > 0 && *value; index--) {
        value += strcspn(value, "\x1f");
        value += *value != '\0';
    }
    size_t length = index > 0 ? 0 : strcspn(value, "\x1f");
    if (length >= size)
        length = size - 1;
    memcpy(part, value, length);
    part[length] = '\0';
    return part;
}

void value_actor_read(const char *value, struct value_actor *actor)
{
    value_part(value, 0, actor->id, sizeof actor->id);
    value_part(value, 1, actor->role, sizeof actor->role);
    value_part(value, 2, actor->parent, sizeof actor->parent);
    actor->facts = (struct facts_actor){.id = actor->id,
                                        .role = actor->role,
                                        .hash = feature_actor_hash(actor->id),
                                        .parent = *actor->parent ? feature_actor_hash(actor->parent) : 0,
                                        .state = rule_code_state_index(actor->id),
                                        .parent_state = rule_code_state_index(actor->parent),
                                        .is_principal = feature_actor_is_principal(actor->id, actor->role)};
}
