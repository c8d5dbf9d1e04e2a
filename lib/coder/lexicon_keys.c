#include "lib/coder/lexicon_keys.h"

#include "lib/coder/analysis.h"
#include "lib/coder/lexicon_codes.h"
#include "lib/record/vocabulary.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ---- kinds of values ---- */
typedef bool judge(const char *text, size_t size, const char *words);

static bool is_any(const char *text, size_t size, const char *words)
{
    (void)text;
    (void)words;
    return size > 0;
}

/* One of `words`, "a|b|c". */
static bool is_word(const char *text, size_t size, const char *words)
{
    for (const char *word = words; *word;) {
        size_t length = strcspn(word, "|");
        if (length == size && !memcmp(word, text, size))
            return true;
        word += length + (word[length] == '|');
    }
    return false;
}

static bool is_number(const char *text, size_t size, const char *words)
{
    (void)words;
    char *end;
    strtod(text, &end);
    return size > 0 && end == text + size && !isspace((unsigned char)*text);
}

static bool is_year(const char *text, size_t size, const char *words)
{
    long year = size == 4 && is_number(text, size, words) ? strtol(text, NULL, 10) : 0;
    return year >= 1600 && year < 2200;
}

static bool is_state(const char *text, size_t size, const char *words)
{
    (void)words;
    return lexicon_code_is_state(text, size);
}

static bool is_vanished(const char *text, size_t size, const char *words)
{
    (void)words;
    return size > 4 && !memcmp(text, "HIS:", 4) && lexicon_code_is_vanished(text + 4, size - 4);
}

static bool is_slug(const char *text, size_t size, const char *words)
{
    (void)words;
    for (size_t i = 0; i < size; i++)
        if (!islower((unsigned char)text[i]) && !isdigit((unsigned char)text[i]) && !strchr("_-.+", text[i]))
            return false;
    return size > 0;
}

/* `words` is the prefix of an actor's id. */
static bool is_prefixed(const char *text, size_t size, const char *words)
{
    size_t prefix = strlen(words);
    if (size <= prefix || memcmp(text, words, prefix) != 0)
        return false;
    if (strcmp(words, "ORG:") != 0)
        return is_slug(text + prefix, size - prefix, NULL);
    for (size_t i = prefix; i < size; i++)
        if (!isupper((unsigned char)text[i]) && !isdigit((unsigned char)text[i]) && text[i] != '_')
            return false;
    return true;
}

static bool is_actor(const char *text, size_t size, const char *words)
{
    return is_state(text, size, words) || is_vanished(text, size, words) || is_prefixed(text, size, "ORG:") ||
           is_prefixed(text, size, "DEF:") || is_prefixed(text, size, "NSA:");
}

static bool is_states(const char *text, size_t size, const char *words)
{
    for (size_t i = 0; i <= size;) {
        size_t length = strcspn(text + i, ",");
        if (!is_state(text + i, length, words) && !is_vanished(text + i, length, words))
            return false;
        i += length + 1;
    }
    return true;
}

static bool is_currency(const char *text, size_t size, const char *words)
{
    (void)words;
    return lexicon_code_is_currency(text, size);
}

static bool is_place_owner(const char *text, size_t size, const char *words)
{
    return is_state(text, size, words) || is_word(text, size, "-");
}

static bool in_vocabulary(enum vocabulary vocabulary, const char *text)
{
    return vocabulary_has(vocabulary, text);
}

static bool is_unroca(const char *text, size_t size, const char *words)
{
    (void)size;
    (void)words;
    return in_vocabulary(VOCABULARY_UNROCA, text);
}

static bool is_sipri(const char *text, size_t size, const char *words)
{
    (void)size;
    (void)words;
    return in_vocabulary(VOCABULARY_SIPRI, text);
}

static bool is_status(const char *text, size_t size, const char *words)
{
    (void)size;
    (void)words;
    return in_vocabulary(VOCABULARY_STATUS, text);
}

static bool is_modality(const char *text, size_t size, const char *words)
{
    return is_word(text, size, words) || in_vocabulary(VOCABULARY_MODALITY, text);
}

static bool is_source_class(const char *text, size_t size, const char *words)
{
    (void)size;
    (void)words;
    return in_vocabulary(VOCABULARY_SOURCE_CLASS, text);
}

static bool is_type(const char *text, size_t size, const char *words)
{
    (void)size;
    (void)words;
    return in_vocabulary(VOCABULARY_TYPE, text);
}

static bool is_subtype(const char *text, size_t size, const char *words)
{
    (void)size;
    (void)words;
    return in_vocabulary(VOCABULARY_SUBTYPE, text);
}

/* type.subtype, or a type alone */
static bool is_event(const char *text, size_t size, const char *words)
{
    (void)words;
    char type[32];
    size_t dot = strcspn(text, ".");
    if (dot >= sizeof type)
        return false;
    memcpy(type, text, dot);
    type[dot] = 0;
    const char *const *subtypes = vocabulary_subtypes(type);
    if (dot == size)
        return subtypes != NULL;
    for (size_t i = 0; subtypes && subtypes[i]; i++)
        if (!strcmp(subtypes[i], text + dot + 1))
            return true;
    return false;
}

/* ---- ids ---- */
#define STATE_TEXT "a state (ISO 3166-1 alpha-3)"
#define POS_WORD(name, text) text "|"

static const struct id_row {
    enum lexicon_class class;
    judge *judge;
    const char *words;
    const char *expected;
} id_rows[] = {
    {LEXICON_STATE, is_state, NULL, STATE_TEXT},
    {LEXICON_DEMONYM, is_state, NULL, STATE_TEXT},
    {LEXICON_PREFIX, is_actor, NULL, "an actor's id"},
    {LEXICON_VANISHED, is_vanished, NULL, "HIS: and an ISO 3166-3 code"},
    {LEXICON_VANISHED_DEMONYM, is_vanished, NULL, "HIS: and an ISO 3166-3 code"},
    {LEXICON_CAPITAL, is_state, NULL, STATE_TEXT},
    {LEXICON_SEAT, is_actor, NULL, "an actor's id"},
    {LEXICON_INSTITUTION, is_actor, NULL, "an actor's id"},
    {LEXICON_FORCE, is_actor, NULL, "an actor's id"},
    {LEXICON_LEADER, is_actor, NULL, "an actor's id"},
    {LEXICON_ORGANISATION, is_prefixed, "ORG:", "ORG: and a name in capitals, words joined by _"},
    {LEXICON_ORGANISATION_PART, is_prefixed, "ORG:", "ORG: and a name in capitals, words joined by _"},
    {LEXICON_COMPANY, is_prefixed, "COM:", "COM: and a slug"},
    {LEXICON_ARMED_GROUP, is_prefixed, "NSA:", "NSA: and a slug"},
    {LEXICON_AUTHORITY, is_prefixed, "DEF:", "DEF: and a slug"},
    {LEXICON_GROUP, is_prefixed, "GRP:", "GRP: and a slug"},
    {LEXICON_CITY, is_state, NULL, STATE_TEXT},
    {LEXICON_SITE, is_place_owner, NULL, STATE_TEXT " or -"},
    {LEXICON_REGION, is_place_owner, NULL, STATE_TEXT " or -"},
    {LEXICON_SEA, is_word, "-", "-"},
    {LEXICON_EQUIPMENT, is_slug, NULL, "a slug"},
    {LEXICON_EQUIPMENT_CLASS, is_slug, NULL, "a slug"},
    {LEXICON_EXERCISE, is_word, "-", "-"},
    {LEXICON_FAIR, is_word, "-", "-"},
    {LEXICON_PROGRAMME, is_any, NULL, "a programme's short name"},
    {LEXICON_TREATY, is_word, "-", "-"},
    {LEXICON_MEDIA, is_word, "-", "-"},
    {LEXICON_CURRENCY, is_currency, NULL, "a currency (ISO 4217)"},
    {LEXICON_WORD, is_word, POS_LIST(POS_WORD), "a part of speech"},
    {LEXICON_VERB, is_slug, NULL, "a class of verbs, in small letters"},
    {LEXICON_NOUN, is_slug, NULL, "a class of nouns, in small letters"},
    {LEXICON_BLOCKER, is_any, NULL, "any word"},
    {LEXICON_NOT_ACTOR, is_word, "-", "-"},
    {LEXICON_CUE, is_slug, NULL, "a kind of cue, in small letters"},
    {LEXICON_TITLE, is_slug, NULL, "a kind of title"},
    {LEXICON_NUMBER, is_word, "value|scale|vague|money", "value, scale, vague or money"},
    {LEXICON_TIME, is_word, "month|weekday|day|shift|unit", "month, weekday, day, shift or unit"},
    {LEXICON_TAG, is_slug, NULL, "a tag"},
    {LEXICON_IRREGULAR, is_any, NULL, "a verb"},
    {LEXICON_FRAME, is_event, NULL, "a type or type.subtype of the codebook"},
    {LEXICON_LANGUAGE, is_slug, NULL, "a language (ISO 639)"},
};

const char *lexicon_keys_judge_id(enum lexicon_class class, const char *id)
{
    for (size_t i = 0; i < sizeof id_rows / sizeof *id_rows; i++)
        if (id_rows[i].class == class && !id_rows[i].judge(id, strlen(id), id_rows[i].words))
            return id_rows[i].expected;
    return NULL;
}

/* ---- keys ---- */
static const struct key_row {
    const char *key;
    const char *classes; /* each between spaces; NULL: all */
    judge *judge;
    const char *words;
    const char *expected;
} key_rows[] = {
    {"ambiguous", NULL, is_word, "yes|strict", "yes or strict"},
    {"gate", NULL, is_word, "yes|weak|no", "yes, weak or no"},
    {"state", " armed_group company fair media leader site institution force seat organisation ", is_state, NULL,
     STATE_TEXT},
    {"from", " leader vanished vanished_demonym organisation ", is_year, NULL, "a year"},
    {"to", " leader vanished vanished_demonym organisation ", is_year, NULL, "a year"},
    {"formerly", " capital seat ", is_vanished, NULL, "HIS: and an ISO 3166-3 code"},
    {"until", " capital seat ", is_year, NULL, "a year"},
    {"also", " city capital ", is_states, NULL, "states, apart by commas"},
    {"base", " armed_group ", is_states, NULL, "states, apart by commas"},
    {"parent", " authority ", is_states, NULL, "states, apart by commas"},
    {"parent", " company ", is_prefixed, "COM:", "COM: and a slug"},
    {"successor", " vanished vanished_demonym ", is_states, NULL, "states, apart by commas"},
    {"members", " organisation organisation_part ", is_states, NULL, "states, apart by commas"},
    {"civil", " organisation ", is_word, "yes", "yes"},
    {"participants", " exercise ", is_states, NULL, "states, apart by commas"},
    {"parties", " treaty ", is_states, NULL, "states, apart by commas"},
    {"host", " exercise site ", is_states, NULL, "states, apart by commas"},
    {"user", " site ", is_states, NULL, "states, apart by commas"},
    {"lat", " city site capital ", is_number, NULL, "a number"},
    {"lon", " city site capital ", is_number, NULL, "a number"},
    {"code", " region ", is_any, NULL, "a code"},
    {"maker", " equipment ", is_states, NULL, "states, apart by commas"},
    {"unroca", " equipment equipment_class noun ", is_unroca, NULL, "I to VII, SALW, none or unknown"},
    {"sipri", " equipment equipment_class noun ", is_sipri, NULL, "a SIPRI category of the codebook"},
    {"kind", " exercise ", is_word, "field|command_post|cyber|unspecified", "a subtype of exercise"},
    {"kind", " fair ", is_word, "arms_fair|air_show|demonstration", "a subtype of expo"},
    {"kind", " organisation organisation_part ", is_word, "mission", "mission"},
    {"host", " organisation_part ", is_states, NULL, "states, apart by commas"},
    {"place", " fair ", is_any, NULL, "a place"},
    {"tags", " exercise ", is_any, NULL, "tags"},
    {"tag", " cue ", is_word, "land|air|sea|counter_terrorism|peacekeeping|disaster_relief", "a tag of the codebook"},
    {"type", " programme ", is_type, NULL, "a type of the codebook"},
    {"giver", " programme ", is_actor, NULL, "an actor's id"},
    {"subtype", " programme treaty noun ", is_subtype, NULL, "a subtype of the codebook"},
    {"class", " media ", is_source_class, NULL, "wire, official, media or analysis"},
    {"office", " leader ", is_slug, NULL, "an office, in small letters"},
    {"by_state", " currency ", is_states, NULL, "states, apart by commas"},
    {"symbol", " currency ", is_any, NULL, "a symbol"},
    {"scale", " currency ", is_number, NULL, "a number"},
    {"number", " number time ", is_number, NULL, "a number"},
    {"unit", " number ", is_currency, NULL, "a currency (ISO 4217)"},
    {"grain", " time ", is_word, "d|w|m|y", "d, w, m or y"},
    {"tense", " word ", is_word, "past|present|future", "past, present or future"},
    {"force", " word ", is_word, "weak|strong|would|counterfactual|duty",
     "weak, strong, would, counterfactual or duty"},
    {"stage", " verb noun cue ", is_status, NULL, "a status of the codebook"},
    {"past", " verb noun ", is_status, NULL, "a status of the codebook"},
    {"modality", " verb noun cue ", is_modality, "opinion", "a modality of the codebook, or opinion"},
    {"speech", " verb ", is_word, "said|claimed|denied", "said, claimed or denied"},
    {"control", " verb ", is_word, "object", "object"},
    {"subject", " verb ", is_word, "no|host|recipient|participant|giver", "no, host, recipient, participant or giver"},
    {"headline", " verb ", is_status, NULL, "a status of the codebook"},
    {"light", " verb ", is_word, "yes", "yes"},
    {"acts_on", " verb ", is_word, "subject", "subject"},
    {"object", " verb ", is_word, "no", "no"},
    {"reach", " cue ", is_word, "sentence", "sentence"},
    {"count", " noun ", is_word, "personnel|units|money|countries|days|sites|goods",
     "a kind of quantity of the codebook, or goods"},
    {"stands", " noun ", is_word, "actor|force", "actor or force"},
    {"refers", " noun ", is_word, "state|firm", "state or firm"},
    {"staged", " noun ", is_word, "yes", "yes"},
    {"vessel", " noun ", is_word, "yes", "yes"},
    {"commands", " noun ", is_word, "yes", "yes"},
    {"craft", " noun force ", is_word, "yes|navy", "yes or navy"},
    {"negates", " verb ", is_word, "yes", "yes"},
    {"implies", " verb ", is_word, "yes", "yes"},
    {"out", " verb ", is_slug, NULL, "a class of verbs"},
    {"home", " verb ", is_slug, NULL, "a class of verbs"},
    {"rather", " noun ", is_word, "person", "person"},
    {"mutual", " cue ", is_word, "yes", "yes"},
    {"status", " frame ", is_status, NULL, "a status of the codebook"},
    {"weight", " frame ", is_number, NULL, "a number"},
    {"needs", " frame ", is_word, "0|1|2|3", "a number of parties"},
    {"joint", " frame ", is_word, "yes", "yes"},
    {"force", " frame ", is_word, "yes", "yes"},
    {"who", " frame ", is_word, "force|craft|actor", "force, craft or actor"},
    {"whom", " frame ", is_word, "force|actor|none", "force, actor or none"},
    {"beside", " frame ", is_any, NULL, "classes of nouns and verbs, apart by commas"},
    {"mutual", " frame ", is_word, "yes", "yes"},
    {"lasting", " frame ", is_word, "yes", "yes"},
    {"sides", " frame ", is_word, "open", "open"},
    {"exporters", " frame ", is_states, NULL, "states, apart by commas"},
    {"paid", " frame ", is_word, "open", "open"},
    {"direct", " frame ", is_word, "yes", "yes"},
    {"topic", " frame ", is_word, "defence|here|alliance|threat", "defence, here, alliance or threat"},
    {"office", " frame ", is_word, "yes|defence|signers", "yes, defence or signers"},
    {"scope", " frame ", is_word, "background", "background"},
};

static bool row_is_for(const struct key_row *row, enum lexicon_class class)
{
    char name[64];
    const char *plain = lexicon_class_name(class);
    size_t size = strlen(plain);
    if (!row->classes)
        return true;
    if (size + 3 > sizeof name)
        return false;
    name[0] = name[size + 1] = ' ';
    name[size + 2] = 0;
    memcpy(name + 1, plain, size);
    return strstr(row->classes, name) != NULL;
}

const char *lexicon_keys_judge(enum lexicon_class class, const char *key, const char *value, bool *known)
{
    *known = false;
    for (size_t i = 0; i < sizeof key_rows / sizeof *key_rows; i++) {
        const struct key_row *row = &key_rows[i];
        if (strcmp(row->key, key) != 0 || !row_is_for(row, class))
            continue;
        *known = true;
        return row->judge(value, strlen(value), row->words) ? NULL : row->expected;
    }
    return NULL;
}

void lexicon_keys_list(enum lexicon_class class, const char **names, size_t most)
{
    size_t count = 0;
    for (size_t i = 0; i < sizeof key_rows / sizeof *key_rows && count + 1 < most; i++)
        if (row_is_for(&key_rows[i], class))
            names[count++] = key_rows[i].key;
    names[count] = NULL;
}
