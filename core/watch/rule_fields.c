#include "core/watch/rule_form.h"

#include <string.h>

/* The words of ENT_EVENT_CHANGE. */
static const char *const changes[] = {"new",      "status",    "modality", "scope",  "subtype", "actors",  "date",
                                      "places",   "quantities", "equipment", "name", "steps",   "sources",
                                      "independent_sources", "conflicts", "details", "identity", "merged", "absorbed",
                                      "split",    "withdrawn", "reopened", "recode", "correction", "verdict", "corrections", NULL};
/* Reliability by the Admiralty code. */
static const char *const grades[] = {"A", "B", "C", "D", "E", "F", NULL};
/* The tags of codebook section 2. */
static const char *const tags[] = {"land", "air", "sea", "counter_terrorism", "peacekeeping", "disaster_relief", NULL};

/* The fields of the language, from which the parser, entente-rules(5), docs/rules.md, help and completion are made. */
static const struct rule_field fields[] = {
    {"type", FIELD_WORD, SUBJECT_TYPE, VOCABULARY_TYPE, NULL, NULL,
     "A type of the codebook",
     "type in (arms_transfer, training)"},
    {"subtype", FIELD_WORD, SUBJECT_SUBTYPE, VOCABULARY_SUBTYPE, NULL, NULL,
     "A subtype of the codebook",
     "subtype = port_call"},
    {"status", FIELD_WORD, SUBJECT_STATUS, VOCABULARY_STATUS, NULL, NULL,
     "How far it has come; -> asks that this revision brought it there",
     "status -> signed"},
    {"modality", FIELD_WORD, SUBJECT_MODALITY, VOCABULARY_MODALITY, NULL, NULL,
     "Who vouches for it. A rule that mentions it may match what is hypothetical or denied",
     "modality = denied and actor = IRN"},
    {"scope", FIELD_WORD, SUBJECT_SCOPE, VOCABULARY_SCOPE, NULL, NULL,
     "current or background. A rule that mentions it may match what is background",
     "scope = background"},
    {"tag", FIELD_WORD, SUBJECT_TAG, -1, tags, NULL,
     "What an exercise is about",
     "tag = sea"},
    {"change", FIELD_WORD, SUBJECT_CHANGE, -1, changes, NULL,
     "What the revision changed",
     "change = date"},
    {"actor", FIELD_ACTOR, SUBJECT_ACTOR, -1, NULL, NULL,
     "A party in any role: a state (UZB, or its M49 number), ORG:NATO, COM:saab, NSA:…, DEF:…, HIS:…, GRP:…, a UN region, a group of the configuration, * for any",
     "actor in (ORG:NATO, central_asia)"},
    {"supplier", FIELD_ACTOR, SUBJECT_SUPPLIER, -1, NULL, NULL,
     "A party in that role",
     "supplier = RUS"},
    {"recipient", FIELD_ACTOR, SUBJECT_RECIPIENT, -1, NULL, NULL,
     "A party in that role",
     "recipient = central_asia"},
    {"host", FIELD_ACTOR, SUBJECT_HOST, -1, NULL, NULL,
     "A party in that role",
     "host = KAZ"},
    {"initiator", FIELD_ACTOR, SUBJECT_INITIATOR, -1, NULL, NULL,
     "A party in that role",
     "initiator = CHN"},
    {"target", FIELD_ACTOR, SUBJECT_TARGET, -1, NULL, NULL,
     "A party in that role",
     "target in (FRA, USA)"},
    {"participant", FIELD_ACTOR, SUBJECT_PARTICIPANT, -1, NULL, NULL,
     "A party in that role",
     "participant = IND"},
    {"observer", FIELD_ACTOR, SUBJECT_OBSERVER, -1, NULL, NULL,
     "A party in that role",
     "observer = MNG"},
    {"org", FIELD_TEXT, SUBJECT_ORG, -1, NULL, NULL,
     "An organisation, without its prefix",
     "org = NATO"},
    {"region", FIELD_REGION, SUBJECT_REGION, -1, NULL, NULL,
     "A UN M49 region, by name or number, or a group of the configuration, of a party or of a place",
     "region in (western_africa, 143)"},
    {"dyad", FIELD_DYAD, SUBJECT_DYAD, -1, NULL, "dyad(A, B)",
     "A gives, sends or cuts and B takes; where the event has no direction, both take part. Sides are lists by |, regions, groups, or * for any party",
     "dyad(USA|FRA, *)"},
    {"role", FIELD_ROLE, SUBJECT_ROLE, -1, NULL, "role(A, R), role = R",
     "A has one of these roles; somebody has it",
     "role(TUR, supplier|host)"},
    {"date", FIELD_DATE, SUBJECT_DATE, -1, NULL, NULL,
     "When the act was or will be: YYYY, YYYY-MM or YYYY-MM-DD. = overlaps, < is over before, > begins after",
     "date >= 2024-06"},
    {"place", FIELD_PLACE, SUBJECT_PLACE, -1, NULL, NULL,
     "A state's code, a region, a group, or a name in quotes, whole words",
     "place = 'Termez'"},
    {"within", FIELD_CALL, SUBJECT_WITHIN, -1, NULL, "within(KM, LATITUDE, LONGITUDE)",
     "A place of the act lies so near, in degrees north and east; states and regions without a point of their own do not count",
     "within(50, 37.22, 67.28)"},
    {"personnel", FIELD_NUMBER, SUBJECT_PERSONNEL, -1, NULL, NULL,
     "People who take part. k, M or B may follow a number; of \"100 to 150\" the upper end counts for >, the lower for <",
     "personnel > 1 k"},
    {"units", FIELD_NUMBER, SUBJECT_UNITS, -1, NULL, NULL,
     "Formations, ships, aircraft",
     "units >= 3"},
    {"money", FIELD_MONEY, SUBJECT_MONEY, -1, NULL, NULL,
     "With an ISO 4217 currency, USD where none is given. Sums in other currencies match only with [rates], by the rate of the day",
     "money > 100 M EUR"},
    {"countries", FIELD_NUMBER, SUBJECT_COUNTRIES, -1, NULL, NULL,
     "How many countries take part",
     "countries >= 10"},
    {"days", FIELD_NUMBER, SUBJECT_DAYS, -1, NULL, NULL,
     "How many days it lasts",
     "days > 14"},
    {"sites", FIELD_NUMBER, SUBJECT_SITES, -1, NULL, NULL,
     "How many sites",
     "sites = 2"},
    {"equipment", FIELD_TEXT, SUBJECT_EQUIPMENT, -1, NULL, NULL,
     "Whole words of its name",
     "equipment = 'Mi-17'"},
    {"unroca", FIELD_WORD, SUBJECT_UNROCA, VOCABULARY_UNROCA, NULL, NULL,
     "Its class in the UN Register",
     "unroca in (IV, VI)"},
    {"sipri", FIELD_WORD, SUBJECT_SIPRI, VOCABULARY_SIPRI, NULL, NULL,
     "Its class in SIPRI's database",
     "sipri = air_defence"},
    {"source", FIELD_TEXT, SUBJECT_SOURCE, -1, NULL, NULL,
     "A publisher's domain and those below it",
     "source = 'reuters.com'"},
    {"source_class", FIELD_WORD, SUBJECT_SOURCE_CLASS, VOCABULARY_SOURCE_CLASS, NULL, NULL,
     "A class of publisher",
     "source_class = official"},
    {"grade", FIELD_WORD, SUBJECT_GRADE, -1, grades, NULL,
     "Reliability of a publisher that tells it, by the Admiralty code; F where nobody judged it",
     "grade in (A, B)"},
    {"credibility", FIELD_NUMBER, SUBJECT_CREDIBILITY, -1, NULL, NULL,
     "How far what is told is borne out, by the Admiralty code: 1 confirmed and told by several, or confirmed by a person, 2 one of both, 3 told once, 4 alleged, 5 denied, 6 not to be judged",
     "credibility <= 2"},
    {"independent_sources", FIELD_NUMBER, SUBJECT_SOURCES, -1, NULL, NULL,
     "Independent sources: one publisher, one cited agency, one copied text count once",
     "independent_sources >= 2"},
    {"sources", FIELD_NUMBER, SUBJECT_SOURCES, -1, NULL, NULL,
     "Short for independent_sources",
     "sources >= 2"},
    {"reports", FIELD_NUMBER, SUBJECT_REPORTS, -1, NULL, NULL,
     "All that tell of it",
     "reports > 5"},
    {"confidence", FIELD_NUMBER, SUBJECT_CONFIDENCE, -1, NULL, NULL,
     "0 to 1",
     "confidence >= 0.7"},
    {"name", FIELD_TEXT, SUBJECT_NAME, -1, NULL, NULL,
     "Of an exercise, fair or treaty, whole words",
     "name = 'Cobra Gold'"},
    {"programme", FIELD_TEXT, SUBJECT_PROGRAMME, -1, NULL, NULL,
     "FMS, FMF, IMET, …",
     "programme = FMF"},
    {"text", FIELD_TEXT, SUBJECT_TEXT, -1, NULL, NULL,
     "Patterns only: quotes, titles, names, wording of parties and places",
     "text ~ 'air[- ]defen[cs]e'"},
    {"first_dyad", FIELD_CALL, SUBJECT_FIRST_DYAD, -1, NULL, "first_dyad(WINDOW)",
     "Nothing was told of two of its parties together within the window before: 90d, 12w, 2y. Silent while neither the archive nor an imported baseline goes back so far",
     "first_dyad(2y) and type = arms_transfer"},
    {"first_type_for_dyad", FIELD_CALL, SUBJECT_FIRST_TYPE, -1, NULL, "first_type_for_dyad, first_type_for_dyad(WINDOW)",
     "Nothing of this type was told of two of its parties together before. Silent while the archive is younger than a year, or the window, and no baseline was imported",
     "first_type_for_dyad and dyad(CHN, *)"},
    {"spike", FIELD_CALL, SUBJECT_SPIKE, -1, NULL, "spike(FACTOR, WINDOW)",
     "The events that match the rest of the rule are so many times more than expected, and more than chance explains. Joined by and to the rest",
     "type = exercise and actor = CHN and spike(3, 30d)"},
    {"silence", FIELD_CALL, SUBJECT_SILENCE, -1, NULL, "silence(WINDOW)",
     "No event matches the rest of the rule for so long, though some were to be expected. Joined by and to the rest",
     "type = visit and dyad(RUS, ARM) and silence(90d)"},
};

enum { FIELD_COUNT = sizeof fields / sizeof *fields };

/* For nearest_word; a test holds the two together. */
static const char *const names[FIELD_COUNT + 1] = {
    "type", "subtype", "status", "modality", "scope", "tag", "change", "actor", "supplier", "recipient", "host", "initiator", "target", "participant", "observer", "org", "region", "dyad", "role", "date", "place", "within", "personnel", "units", "money", "countries", "days", "sites", "equipment", "unroca", "sipri", "source", "source_class", "grade", "credibility", "independent_sources", "sources", "reports", "confidence", "name", "programme", "text", "first_dyad", "first_type_for_dyad", "spike", "silence", NULL};

const struct rule_field *rule_field_find(const char *name)
{
    for (size_t i = 0; i < FIELD_COUNT; i++)
        if (strcmp(fields[i].name, name) == 0)
            return &fields[i];
    return NULL;
}

const struct rule_field *rule_field_at(size_t index)
{
    return index < FIELD_COUNT ? &fields[index] : NULL;
}

const char *const *rule_field_names(void)
{
    return names;
}

const char *const *rule_field_words(const struct rule_field *field)
{
    if (field->kind != FIELD_WORD && field->kind != FIELD_ROLE)
        return NULL;
    if (field->kind == FIELD_ROLE)
        return vocabulary_words(VOCABULARY_ROLE);
    return field->words ? field->words : vocabulary_words((enum vocabulary)field->vocabulary);
}

/* ---- operators ---- */

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

bool rule_field_takes(const struct rule_field *field, enum rule_operator operator)
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
    case RULE_CALL:
        return field->kind == FIELD_CALL || field->kind == FIELD_DYAD || field->kind == FIELD_ROLE;
    default:
        return field->subject != SUBJECT_TEXT && field->kind != FIELD_CALL && field->kind != FIELD_DYAD;
    }
}

const char *rule_field_operators(const struct rule_field *field)
{
    if (field->kind == FIELD_CALL || field->kind == FIELD_DYAD)
        return "";
    if (field->subject == SUBJECT_TEXT)
        return "~ and !~";
    if (takes_order(field->kind))
        return "=, !=, <, <=, >, >= and in";
    if (takes_pattern(field))
        return "=, !=, ~, !~ and in";
    return takes_change(field) ? "=, !=, in and ->" : "=, != and in";
}

bool rule_field_is_statistic(const struct rule_field *field)
{
    return field->subject == SUBJECT_SPIKE || field->subject == SUBJECT_SILENCE;
}
