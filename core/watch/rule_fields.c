#include "core/watch/rule_form.h"

#include <string.h>

/* The words of ENT_EVENT_CHANGE. */
static const char *const changes[] = {"new",      "status",    "modality", "scope",  "subtype", "actors",  "date",
                                      "places",   "quantities", "equipment", "name", "steps",   "sources",
                                      "independent_sources", "conflicts", "details", "identity", "merged", "absorbed",
                                      "split",    "withdrawn", "reopened", "recode", NULL};
/* The tags of codebook section 2. */
static const char *const tags[] = {"land", "air", "sea", "counter_terrorism", "peacekeeping", "disaster_relief", NULL};

#define WORDS_OF(name, subject, vocabulary) {name, FIELD_WORD, subject, vocabulary, NULL}
#define LIST_OF(name, subject, list) {name, FIELD_WORD, subject, -1, list}
#define FIELD(name, kind, subject) {name, kind, subject, -1, NULL}

/* The fields of the language; docs/rules.md describes them in the same order, and a test holds the two together. */
static const struct rule_field fields[] = {
    WORDS_OF("type", SUBJECT_TYPE, VOCABULARY_TYPE),
    WORDS_OF("subtype", SUBJECT_SUBTYPE, VOCABULARY_SUBTYPE),
    WORDS_OF("status", SUBJECT_STATUS, VOCABULARY_STATUS),
    WORDS_OF("modality", SUBJECT_MODALITY, VOCABULARY_MODALITY),
    WORDS_OF("scope", SUBJECT_SCOPE, VOCABULARY_SCOPE),
    LIST_OF("tag", SUBJECT_TAG, tags),
    LIST_OF("change", SUBJECT_CHANGE, changes),
    FIELD("actor", FIELD_ACTOR, SUBJECT_ACTOR),
    FIELD("supplier", FIELD_ACTOR, SUBJECT_SUPPLIER),
    FIELD("recipient", FIELD_ACTOR, SUBJECT_RECIPIENT),
    FIELD("host", FIELD_ACTOR, SUBJECT_HOST),
    FIELD("initiator", FIELD_ACTOR, SUBJECT_INITIATOR),
    FIELD("target", FIELD_ACTOR, SUBJECT_TARGET),
    FIELD("participant", FIELD_ACTOR, SUBJECT_PARTICIPANT),
    FIELD("observer", FIELD_ACTOR, SUBJECT_OBSERVER),
    FIELD("org", FIELD_TEXT, SUBJECT_ORG),
    FIELD("region", FIELD_REGION, SUBJECT_REGION),
    FIELD("dyad", FIELD_DYAD, SUBJECT_DYAD),
    FIELD("role", FIELD_ROLE, SUBJECT_ROLE),
    FIELD("date", FIELD_DATE, SUBJECT_DATE),
    FIELD("place", FIELD_PLACE, SUBJECT_PLACE),
    FIELD("personnel", FIELD_NUMBER, SUBJECT_PERSONNEL),
    FIELD("units", FIELD_NUMBER, SUBJECT_UNITS),
    FIELD("money", FIELD_MONEY, SUBJECT_MONEY),
    FIELD("countries", FIELD_NUMBER, SUBJECT_COUNTRIES),
    FIELD("days", FIELD_NUMBER, SUBJECT_DAYS),
    FIELD("sites", FIELD_NUMBER, SUBJECT_SITES),
    FIELD("equipment", FIELD_TEXT, SUBJECT_EQUIPMENT),
    WORDS_OF("unroca", SUBJECT_UNROCA, VOCABULARY_UNROCA),
    WORDS_OF("sipri", SUBJECT_SIPRI, VOCABULARY_SIPRI),
    FIELD("source", FIELD_TEXT, SUBJECT_SOURCE),
    WORDS_OF("source_class", SUBJECT_SOURCE_CLASS, VOCABULARY_SOURCE_CLASS),
    FIELD("sources", FIELD_NUMBER, SUBJECT_SOURCES),
    FIELD("independent_sources", FIELD_NUMBER, SUBJECT_SOURCES),
    FIELD("reports", FIELD_NUMBER, SUBJECT_REPORTS),
    FIELD("confidence", FIELD_NUMBER, SUBJECT_CONFIDENCE),
    FIELD("name", FIELD_TEXT, SUBJECT_NAME),
    FIELD("programme", FIELD_TEXT, SUBJECT_PROGRAMME),
    FIELD("text", FIELD_TEXT, SUBJECT_TEXT),
};

enum { FIELD_COUNT = sizeof fields / sizeof *fields };

static const char *const names[FIELD_COUNT + 1] = {
    "type", "subtype", "status", "modality", "scope", "tag", "change", "actor", "supplier", "recipient", "host",
    "initiator", "target", "participant", "observer", "org", "region", "dyad", "role", "date", "place", "personnel",
    "units", "money", "countries", "days", "sites", "equipment", "unroca", "sipri", "source", "source_class", "sources",
    "independent_sources", "reports", "confidence", "name", "programme", "text", NULL};

const struct rule_field *rule_field_find(const char *name)
{
    for (size_t i = 0; i < FIELD_COUNT; i++)
        if (strcmp(fields[i].name, name) == 0)
            return &fields[i];
    return NULL;
}

const char *const *rule_field_names(void)
{
    return names;
}

const char *const *rule_field_words(const struct rule_field *field)
{
    return field->words ? field->words : vocabulary_words((enum vocabulary)field->vocabulary);
}
