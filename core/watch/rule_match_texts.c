#include "core/watch/rule_match.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

bool rule_operator_is_negative(enum rule_operator operator)
{
    return operator == RULE_NOT_EQUAL || operator == RULE_NOT_IN || operator == RULE_NOT_LIKE;
}

static bool holds_pattern(const struct rule_value *value, struct rule_pattern_scratch *scratch, const char *text,
                          struct buffer *found)
{
    enum rule_pattern_result result = rule_pattern_match(value->pattern, scratch, text, strlen(text));
    if (result == PATTERN_GIVEN_UP)
        rule_note(found, "(the pattern was given up: it takes too long on this text)");
    return result == PATTERN_FOUND;
}

/* ---- texts: every field whose values are words ---- */

/* Where a subject's texts stand: one at an offset of the facts; or in a field of the event, or in a field of each of its
 * parts there. All zero: it has none. */
static const struct {
    bool is_of_facts;
    size_t offset;
    unsigned field, part_field;
    const char *absent; /* for a part that does not have it */
} places[] = {
#define OF_FACTS(member) {.is_of_facts = true, .offset = offsetof(struct rule_facts, member)}
    [SUBJECT_TYPE] = OF_FACTS(type),
    [SUBJECT_SUBTYPE] = OF_FACTS(subtype),
    [SUBJECT_STATUS] = OF_FACTS(status),
    [SUBJECT_MODALITY] = OF_FACTS(modality),
    [SUBJECT_SCOPE] = OF_FACTS(scope),
    [SUBJECT_NAME] = OF_FACTS(name),
    [SUBJECT_PROGRAMME] = OF_FACTS(programme),
    [SUBJECT_TEXT] = OF_FACTS(text.bytes),
#undef OF_FACTS
    [SUBJECT_TAG] = {.field = ENT_REPORT_TAG},
    [SUBJECT_CHANGE] = {.field = ENT_EVENT_CHANGE},
    [SUBJECT_UNROCA] = {.field = ENT_REPORT_EQUIPMENT, .part_field = ENT_EQUIPMENT_UNROCA, .absent = ""},
    [SUBJECT_SIPRI] = {.field = ENT_REPORT_EQUIPMENT, .part_field = ENT_EQUIPMENT_SIPRI, .absent = ""},
    [SUBJECT_EQUIPMENT] = {.field = ENT_REPORT_EQUIPMENT, .part_field = ENT_EQUIPMENT_NAME, .absent = ""},
    [SUBJECT_SOURCE] = {.field = ENT_EVENT_SOURCE, .part_field = ENT_SOURCE_PUBLISHER, .absent = ""},
    [SUBJECT_SOURCE_CLASS] = {.field = ENT_EVENT_SOURCE, .part_field = ENT_SOURCE_CLASS, .absent = ""},
    [SUBJECT_GRADE] = {.field = ENT_EVENT_SOURCE, .part_field = ENT_SOURCE_GRADE, .absent = "F"},
};

/* The field's value number `index`; false past the last one. */
static bool text_at(const struct rule_facts *facts, enum rule_subject subject, size_t index, const char **text)
{
    struct record_view part;
    struct text word;
    if ((size_t)subject >= sizeof places / sizeof *places)
        return false;
    if (places[subject].is_of_facts) {
        memcpy(text, (const char *)facts + places[subject].offset, sizeof *text);
        return index == 0 && *text;
    }
    if (!places[subject].field)
        return false;
    if (!places[subject].part_field) {
        if (!record_get_str(facts->event, places[subject].field, index, &word))
            return false;
        *text = word.bytes;
        return true;
    }
    if (!record_get_view(facts->event, places[subject].field, index, &part))
        return false;
    *text = record_text(part, places[subject].part_field);
    if (!*text)
        *text = places[subject].absent;
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

static bool any_value(const struct rule_term *term, struct rule_pattern_scratch *scratch, const char *text,
                      struct buffer *found)
{
    for (size_t i = 0; i < term->value_count; i++) {
        const struct rule_value *value = &term->values[i];
        if (value->pattern ? holds_pattern(value, scratch, text, found) : text_equals(term, text, value))
            return true;
    }
    return false;
}

bool rule_term_takes_text(const struct rule_term *term, const char *text)
{
    return any_value(term, NULL, text, NULL);
}

bool rule_match_texts(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found)
{
    const char *text;
    bool matched = false;
    for (size_t i = 0; (!matched || found) && text_at(facts, term->field->subject, i, &text); i++) {
        if (term->field->subject != SUBJECT_TEXT)
            rule_note(found, text);
        matched |= any_value(term, facts->scratch, text, found);
    }
    if (found && term->field->subject == SUBJECT_TEXT)
        rule_note(found, matched ? "found" : "not found");
    return matched != rule_operator_is_negative(term->operator);
}

/* status -> signed: the revision brought it there. */
bool rule_match_becomes(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found)
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
    return is_named && any_value(term, facts->scratch, is, NULL) && (!was || strcmp(was, is) != 0);
}

/* ---- places ---- */

static bool is_place(const struct rule_value *value, struct rule_pattern_scratch *scratch, const char *country,
                     const char *name, const char *raw, struct buffer *found)
{
    if (value->group)
        return rule_states_have(&value->group->states, rule_code_state_index(country));
    if (value->state >= 0)
        return country && strcmp(country, value->text) == 0;
    if (value->pattern)
        return (name && holds_pattern(value, scratch, name, found)) || (raw && holds_pattern(value, scratch, raw, found));
    return (name && holds_words(name, value->text)) || (raw && holds_words(raw, value->text));
}

bool rule_value_is_place(const struct rule_value *value, const char *country, const char *name, const char *raw)
{
    return is_place(value, NULL, country, name, raw, NULL);
}

bool rule_match_places(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found)
{
    struct record_view place;
    bool matched = false;
    for (size_t i = 0; record_get_view(facts->event, ENT_REPORT_PLACE, i, &place); i++) {
        const char *name = record_text(place, ENT_PLACE_NAME);
        rule_note(found, name ? name : record_text(place, ENT_PLACE_RAW));
        rule_note(found, record_text(place, ENT_PLACE_COUNTRY));
        for (size_t j = 0; j < term->value_count; j++)
            matched |= is_place(&term->values[j], facts->scratch, record_text(place, ENT_PLACE_COUNTRY), name,
                                record_text(place, ENT_PLACE_RAW), found);
    }
    return matched != rule_operator_is_negative(term->operator);
}

/* ---- distances ---- */

static double radians(double degrees)
{
    return degrees * (3.14159265358979323846 / 180);
}

/* Kilometres along the great circle, by the haversine formula on a sphere of the Earth's mean radius (6371.0088 km, IUGG);
 * the ellipsoid would differ by half a per cent at most. */
static double distance(double latitude, double longitude, double to_latitude, double to_longitude)
{
    double north = sin(radians(to_latitude - latitude) / 2), east = sin(radians(to_longitude - longitude) / 2);
    double square = north * north + cos(radians(latitude)) * cos(radians(to_latitude)) * east * east;
    return 2 * 6371.0088 * asin(sqrt(square < 1 ? square : 1));
}

/* The point of a whole state says nothing of where in it. */
static bool is_point(struct record_view place)
{
    const char *precision = record_text(place, ENT_PLACE_PRECISION);
    return !precision || (strcmp(precision, "country") != 0 && strcmp(precision, "region") != 0);
}

bool rule_term_takes_point(const struct rule_term *term, double latitude, double longitude)
{
    return distance(term->values[1].number, term->values[2].number, latitude, longitude) <= term->values[0].number;
}

bool rule_place_is_point(struct record_view place, double *latitude, double *longitude)
{
    *latitude = record_num(place, ENT_PLACE_LATITUDE, (double)NAN);
    *longitude = record_num(place, ENT_PLACE_LONGITUDE, (double)NAN);
    return !isnan(*latitude) && !isnan(*longitude) && is_point(place);
}

bool rule_match_within(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found)
{
    struct record_view place;
    bool matched = false;
    for (size_t i = 0; record_get_view(facts->event, ENT_REPORT_PLACE, i, &place); i++) {
        double latitude, longitude;
        const char *name = record_text(place, ENT_PLACE_NAME);
        rule_note(found, name ? name : record_text(place, ENT_PLACE_RAW));
        if (!rule_place_is_point(place, &latitude, &longitude)) {
            if (found)
                buffer_append_text(found, " (no point is known)");
            continue;
        }
        double kilometres = distance(term->values[1].number, term->values[2].number, latitude, longitude);
        if (found)
            buffer_printf(found, " (%.0f km)", kilometres);
        matched |= rule_term_takes_point(term, latitude, longitude);
    }
    return matched;
}
