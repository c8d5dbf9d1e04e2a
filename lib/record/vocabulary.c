#include "lib/record/vocabulary.h"

#include <string.h>

#define WORDS(name, ...) static const char *const name[] = {__VA_ARGS__, NULL}

WORDS(arms_transfer_subtypes, "sale", "grant", "lease", "licence", "reexport", "upgrade");
WORDS(aid_subtypes, "financing", "package", "services");
WORDS(training_subtypes, "education", "unit", "advisory");
WORDS(exercise_subtypes, "field", "command_post", "cyber", "unspecified");
WORDS(agreement_subtypes, "framework", "implementing", "alliance", "access", "info_security", "membership",
      "designation");
WORDS(intelligence_subtypes, "exchange", "joint_centre", "technical", "liaison");
WORDS(visit_subtypes, "high_level", "talks", "delegation", "port_call");
WORDS(expo_subtypes, "arms_fair", "air_show", "demonstration");
WORDS(basing_subtypes, "access", "stationing", "construction", "transit");
WORDS(industry_subtypes, "joint_venture", "co_production", "research", "maintenance");
WORDS(operation_subtypes, "peacekeeping", "coalition", "patrol", "counter_terrorism", "relief");
WORDS(downturn_subtypes, "suspension", "reduction", "embargo", "withdrawal", "expulsion", "termination");

/* Crosswalk columns: before signing | signed | ongoing, completed. */
struct type_row {
    const char *type;
    const char *const *subtypes;
    const char *before, *signed_, *after;
};

static const struct type_row type_rows[] = {
    {"arms_transfer", arms_transfer_subtypes, "0312", "057", "062"},
    {"aid", aid_subtypes, "0332", "057", "072"},
    {"training", training_subtypes, "0312", "057", "062"},
    {"exercise", exercise_subtypes, "0312", "", "062"},
    {"agreement", agreement_subtypes, "0312", "057", "057"},
    {"intelligence_sharing", intelligence_subtypes, "0314", "057", "064"},
    {"visit", visit_subtypes, "036", "", "042"},
    {"expo", expo_subtypes, "0311", "057", "061"},
    {"basing", basing_subtypes, "0312", "057", "062"},
    {"industry", industry_subtypes, "0311", "057", "061"},
    {"operation", operation_subtypes, "0334", "", "074"},
    {"downturn", downturn_subtypes, "1311", "", "1622"},
};

enum { TYPE_COUNT = sizeof type_rows / sizeof *type_rows };

/* Cells of the crosswalk that a subtype changes. */
static const struct {
    const char *type, *subtype, *before, *after;
} subtype_rows[] = {
    {"arms_transfer", "grant", "0332", "072"}, {"training", "education", "0312", "072"},
    {"training", "advisory", "0312", "072"},   {"training", "unit", "0312", "072"},
    {"visit", "talks", "036", "046"},          {"operation", "patrol", "0334", "062"},
    {"downturn", "embargo", "1312", "163"},    {"downturn", "expulsion", "1312", "166"},
    {"downturn", "withdrawal", "1312", "1661"},
};

WORDS(types, "arms_transfer", "aid", "training", "exercise", "agreement", "intelligence_sharing", "visit", "expo",
      "basing", "industry", "operation", "downturn");
WORDS(subtypes, "sale", "grant", "lease", "licence", "reexport", "upgrade", "financing", "package", "services",
      "education", "unit", "advisory", "field", "command_post", "cyber", "unspecified", "framework", "implementing",
      "alliance", "access", "info_security", "membership", "designation", "exchange", "joint_centre", "technical",
      "liaison", "high_level", "talks", "delegation", "port_call", "arms_fair", "air_show", "demonstration",
      "stationing", "construction", "transit", "joint_venture", "co_production", "research", "maintenance",
      "peacekeeping", "coalition", "patrol", "counter_terrorism", "relief", "suspension", "reduction", "embargo",
      "withdrawal", "expulsion", "termination");
WORDS(roles, "supplier", "recipient", "host", "initiator", "target", "participant", "observer");
WORDS(statuses, "requested", "negotiated", "announced", "approved", "signed", "ongoing", "completed", "suspended",
      "cancelled", "refused", "ended", "unknown");
WORDS(modalities, "confirmed", "reported", "alleged", "denied", "hypothetical");
WORDS(scopes, "current", "background");
WORDS(date_precisions, "day", "month", "year", "range", "unknown");
WORDS(date_bases, "explicit", "relative", "duration", "context");
WORDS(place_precisions, "site", "city", "region", "country", "sea");
WORDS(quantity_kinds, "personnel", "units", "money", "countries", "days", "sites");
WORDS(qualifiers, "exact", "about", "at_least", "at_most");
WORDS(unroca, "I", "II", "III", "IV", "V", "VI", "VII", "SALW", "none", "unknown");
WORDS(sipri, "aircraft", "air_defence", "asw", "armoured", "artillery", "engine", "missile", "naval_weapon", "sensor",
      "satellite", "ship", "other", "unknown");
WORDS(cited_kinds, "media", "official", "document", "unnamed");
WORDS(source_classes, "wire", "official", "media", "analysis");

static const char *const *const vocabularies[VOCABULARY_COUNT] = {
    [VOCABULARY_TYPE] = types,
    [VOCABULARY_SUBTYPE] = subtypes,
    [VOCABULARY_ROLE] = roles,
    [VOCABULARY_STATUS] = statuses,
    [VOCABULARY_MODALITY] = modalities,
    [VOCABULARY_SCOPE] = scopes,
    [VOCABULARY_DATE_PRECISION] = date_precisions,
    [VOCABULARY_DATE_BASIS] = date_bases,
    [VOCABULARY_PLACE_PRECISION] = place_precisions,
    [VOCABULARY_QUANTITY_KIND] = quantity_kinds,
    [VOCABULARY_QUALIFIER] = qualifiers,
    [VOCABULARY_UNROCA] = unroca,
    [VOCABULARY_SIPRI] = sipri,
    [VOCABULARY_CITED_KIND] = cited_kinds,
    [VOCABULARY_SOURCE_CLASS] = source_classes,
};

const char *const *vocabulary_words(enum vocabulary vocabulary)
{
    return vocabularies[vocabulary];
}

static bool has_word(const char *const *words, const char *word)
{
    for (; *words; words++)
        if (strcmp(*words, word) == 0)
            return true;
    return false;
}

bool vocabulary_has(enum vocabulary vocabulary, const char *word)
{
    return word && has_word(vocabularies[vocabulary], word);
}

static const struct type_row *type_row(const char *type)
{
    for (size_t i = 0; type && i < TYPE_COUNT; i++)
        if (strcmp(type_rows[i].type, type) == 0)
            return &type_rows[i];
    return NULL;
}

const char *const *vocabulary_subtypes(const char *type)
{
    const struct type_row *row = type_row(type);
    return row ? row->subtypes : NULL;
}

int vocabulary_status_rank(const char *status)
{
    static const struct {
        const char *status;
        int rank;
    } ranks[] = {{"requested", 1}, {"negotiated", 2}, {"announced", 3}, {"approved", 4}, {"signed", 5}, {"ongoing", 6},
                 {"suspended", 7}, {"refused", 7},    {"cancelled", 8}, {"completed", 8}, {"ended", 9}};
    for (size_t i = 0; status && i < sizeof ranks / sizeof *ranks; i++)
        if (strcmp(ranks[i].status, status) == 0)
            return ranks[i].rank;
    return 0;
}

static bool is_any(const char *word, const char *const *words)
{
    return word && has_word(words, word);
}

/* By the CAMEO code's class; an embargo is force, other downturns are sanctions, threatened ones too. */
static const char *plover_of(const char *cameo)
{
    static const struct {
        const char *begin, *word;
    } rows[] = {{"163", "COERCE"}, {"16", "SANCTION"}, {"13", "SANCTION"}, {"04", "CONSULT"},
                {"05", "SUPPORT"}, {"06", "COOPERATE"}, {"07", "AID"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strncmp(cameo, rows[i].begin, strlen(rows[i].begin)) == 0)
            return rows[i].word;
    return "";
}

static const char *plover_context(const char *type, const char *subtype)
{
    if (strcmp(type, "intelligence_sharing") == 0)
        return "intelligence";
    return subtype && strcmp(subtype, "peacekeeping") == 0 ? "peacekeeping" : "military";
}

struct crosswalk vocabulary_crosswalk(const char *type, const char *subtype, const char *status)
{
    WORDS(after, "ongoing", "completed", "suspended", "ended");
    const struct type_row *row = type_row(type);
    struct crosswalk none = {"", "", ""};
    if (!row)
        return none;
    const char *context = plover_context(type, subtype);
    /* What is asked for or refused is aid where one side gives it for nothing, else cooperation. */
    bool is_aid = strcmp(type, "aid") == 0 || (subtype && strcmp(subtype, "grant") == 0);
    if (status && strcmp(status, "requested") == 0)
        return (struct crosswalk){is_aid ? "0232" : "0212", "REQUEST", context};
    if (status && strcmp(status, "refused") == 0)
        return (struct crosswalk){is_aid ? "1222" : "1212", "REJECT", context};
    if (status && strcmp(status, "signed") == 0 && row->signed_[0])
        return (struct crosswalk){row->signed_, "SUPPORT", context};
    bool is_after = is_any(status, after);
    const char *cameo = is_after ? row->after : row->before;
    for (size_t i = 0; subtype && i < sizeof subtype_rows / sizeof *subtype_rows; i++)
        if (strcmp(subtype_rows[i].type, type) == 0 && strcmp(subtype_rows[i].subtype, subtype) == 0)
            cameo = is_after ? subtype_rows[i].after : subtype_rows[i].before;
    bool is_downturn = strcmp(type, "downturn") == 0;
    return (struct crosswalk){cameo, is_after || is_downturn ? plover_of(cameo) : "AGREE", context};
}
