#include "core/desk/features.h"

#include "core/desk/another.h"
#include "core/desk/papers.h"

#include "lib/base/calendar.h"
#include "lib/base/digest.h"
#include "lib/record/vocabulary.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

/* Words that tell one exercise, fair or paper from another no better than its type does. */
static const char *const name_stop_words[] = {
    "a",         "an",         "the",       "of",         "and",           "for",      "in",
    "on",        "joint",      "exercise",  "exercises",  "drill",         "drills",   "military",
    "maneuver",  "manoeuvre",  "maneuvers", "manoeuvres", "war",           "games",    "game",
    "expo",      "exhibition", "fair",      "show",       "international", "defence",  "defense",
    "agreement", "treaty",     "pact",      "operation",  "mission",       "training", "edition",
    "annual",    NULL};

/* Equipment words that name no equipment. */
static const char *const vague_goods[] = {
    "weapon",   "weapons",   "arm",      "arms",     "armament", "armaments", "weaponry",   "equipment",  "hardware",
    "system",   "systems",   "material", "materiel", "supplies", "gear",      "technology", "kit",        "package",
    "military", "defence",   "defense",  "lethal",   "new",      "used",      "modern",     "advanced",   "surplus",
    "second",   "hand",      "of",       "and",      "the",      "for",       "other",      "additional", "more",
    "russian",  "american",  "us",       "u.s",      "chinese",  "french",    "german",     "turkish",    "israeli",
    "british",  "ukrainian", "indian",   "iranian",  "korean",   "south",     "north",      "soviet",     "western",
    "made",     "built",     "type",     "class",    "various",  "heavy",     "light",      "type",       NULL};

static bool is_in(const char *const *list, const char *word)
{
    for (; *list; list++)
        if (strcmp(*list, word) == 0)
            return true;
    return false;
}

static uint64_t hash_text(const char *text)
{
    return text && *text ? hash_bytes(text, strlen(text)) | 1u : 0;
}

uint64_t feature_word_hash(const char *word)
{
    return hash_text(word);
}

/* ---- words ---- */

bool feature_word_equal(const struct feature_word *a, const struct feature_word *b)
{
    return memcmp(a->text, b->text, sizeof a->text) == 0;
}

bool feature_designator_equal(const struct feature_word *a, const struct feature_word *b)
{
    size_t i = 0;
    while (i < sizeof a->text && a->text[i] && a->text[i] == b->text[i])
        i++;
    if (i == sizeof a->text || a->text[i] == b->text[i])
        return true;
    /* One is the other with a variant behind its number, which begins with a letter. */
    if ((a->text[i] && b->text[i]) || i == 0 || !isdigit((unsigned char)a->text[i - 1]))
        return false;
    return !isdigit((unsigned char)(a->text[i] ? a->text[i] : b->text[i]));
}

static bool words_hold(const struct feature_words *words, const struct feature_word *word)
{
    for (int i = 0; i < words->count; i++)
        if (feature_word_equal(&words->words[i], word))
            return true;
    return false;
}

bool feature_words_share(const struct feature_words *a, const struct feature_words *b)
{
    for (int i = 0; i < b->count; i++)
        if (words_hold(a, &b->words[i]))
            return true;
    return false;
}

bool feature_words_cover(const struct feature_words *a, const struct feature_words *b)
{
    for (int i = 0; i < b->count; i++)
        if (!words_hold(a, &b->words[i]))
            return false;
    return true;
}

static void words_add(struct feature_words *words, const struct feature_word *word)
{
    if (words->count < FEATURE_WORDS_MAX && !words_hold(words, word))
        words->words[words->count++] = *word;
}

enum { NAME_LETTERS = 4 }; /* small ones, from which on a word before a hyphen is a name and no abbreviation */

static bool is_word_byte(char byte)
{
    return isalnum((unsigned char)byte) || (unsigned char)byte >= 0x80;
}

/* What stands at a word's place in the text, beside the folded word. */
struct word_shape {
    bool has_digit;
    bool has_letter;
    bool is_capitals;    /* two or more capitals and no small letter: HIMARS */
    bool is_capitalised; /* begins with a capital: Javelin */
};

/* A hyphen joins where one side has a digit ("F-16"), and parts words otherwise ("air-defence"); and a long name from
 * its variant ("Pantsir-S1"). */
static bool hyphen_joins(const char *text, const char *at)
{
    if (*at != '-' || at == text || !is_word_byte(at[-1]) || !is_word_byte(at[1]))
        return false;
    bool digit = false;
    int small = 0;
    for (const char *left = at - 1; left >= text && is_word_byte(*left); left--) {
        digit |= isdigit((unsigned char)*left) != 0;
        small += islower((unsigned char)*left) != 0;
    }
    if (!digit && small >= NAME_LETTERS)
        return false;
    for (const char *right = at + 1; is_word_byte(*right); right++)
        digit |= isdigit((unsigned char)*right) != 0;
    return digit;
}

/* Lower case for ASCII and for the Latin-1 letters in UTF-8; other characters stay. */
static char fold_byte(char previous, char byte)
{
    unsigned char value = (unsigned char)byte;
    if ((unsigned char)previous == 0xC3 && value >= 0x80 && value <= 0x9E && value != 0x97)
        return (char)(value + 0x20);
    return (char)tolower(value);
}

/* Reads the next word from *at; false at the text's end. */
static bool next_word(const char *text, const char **at, struct feature_word *word, struct word_shape *shape)
{
    while (**at && !is_word_byte(**at))
        (*at)++;
    if (!**at)
        return false;
    memset(word, 0, sizeof *word);
    *shape = (struct word_shape){.is_capitalised = isupper((unsigned char)**at) != 0};
    size_t size = 0;
    int capitals = 0;
    bool small = false;
    for (; **at && (is_word_byte(**at) || hyphen_joins(text, *at)); (*at)++) {
        if (**at == '-')
            continue;
        unsigned char byte = (unsigned char)**at;
        shape->has_digit |= isdigit(byte) != 0;
        shape->has_letter |= !isdigit(byte);
        capitals += isupper(byte) != 0;
        small |= islower(byte) != 0;
        if (size < sizeof word->text)
            word->text[size++] = fold_byte(*at > text ? (*at)[-1] : '\0', **at);
    }
    shape->is_capitals = capitals >= 2 && !small;
    return true;
}

static void words_read(struct feature_words *words, struct feature_words *numbers, const char *text)
{
    struct feature_word word;
    struct word_shape shape;
    for (const char *at = text; next_word(text, &at, &word, &shape);) {
        char terminated[FEATURE_WORD_SIZE + 1] = "";
        memcpy(terminated, word.text, sizeof word.text);
        if (shape.has_digit && !shape.has_letter && numbers)
            words_add(numbers, &word);
        else if (!is_in(name_stop_words, terminated))
            words_add(words, &word);
    }
}

void feature_words_read(struct feature_words *words, const char *text)
{
    words->count = 0;
    words_read(words, NULL, text);
}

/* "Malabar-23": the hyphen joined a number to the name; they are apart for comparison. */
static void split_edition(struct feature_words *name, struct feature_words *editions)
{
    for (int i = 0; i < name->count; i++) {
        struct feature_word *word = &name->words[i];
        size_t size = strnlen(word->text, sizeof word->text), digits = 0;
        while (digits < size && isdigit((unsigned char)word->text[size - digits - 1]))
            digits++;
        if ((digits != 2 && digits != 4) || size - digits < 3)
            continue;
        struct feature_word number = {""};
        memcpy(number.text, word->text + size - digits, digits);
        memset(word->text + size - digits, 0, digits);
        words_add(editions, &number);
    }
}

/* ---- parts ---- */

uint64_t feature_actor_hash(const char *id)
{
    char folded[128];
    size_t size = 0;
    bool has_prefix = strchr(id, ':') != NULL;
    for (; *id && size < sizeof folded; id++)
        if (!has_prefix)
            folded[size++] = *id;
        else if (*id != '-' && *id != '_')
            folded[size++] = (char)toupper((unsigned char)*id);
    return hash_bytes(folded, size) | 1u;
}

bool feature_actor_is_principal(const char *id, const char *role)
{
    return id && *id && strcmp(id, "UNK") != 0 && strncmp(id, "GRP:", 4) != 0 &&
           (!role || strcmp(role, "observer") != 0);
}

static int word_index(enum vocabulary vocabulary, const char *word)
{
    const char *const *words = vocabulary_words(vocabulary);
    for (int i = 0; word && words[i]; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return -1;
}

static void add_actor(struct features *features, const char *id, const char *role)
{
    uint64_t hash = feature_actor_hash(id);
    int role_index = word_index(VOCABULARY_ROLE, role);
    uint16_t bit = (uint16_t)(1u << (role_index < 0 ? ROLE_PARTICIPANT : role_index));
    int at = 0;
    while (at < features->actor_count && features->actors[at].id < hash)
        at++;
    if (at < features->actor_count && features->actors[at].id == hash) {
        features->actors[at].roles |= bit;
        return;
    }
    if (features->actor_count == FEATURE_ACTORS_MAX)
        return;
    memmove(&features->actors[at + 1], &features->actors[at],
            (size_t)(features->actor_count - at) * sizeof *features->actors);
    features->actors[at] = (struct feature_actor){hash, bit, strncmp(id, "COM:", 4) == 0};
    features->actor_count++;
}

static void fill_actors(struct features *features, struct record_view report)
{
    struct record_view actor;
    for (size_t i = 0; record_get_view(report, ENT_REPORT_ACTOR, i, &actor); i++) {
        const char *id = record_text(actor, ENT_ACTOR_ID), *role = record_text(actor, ENT_ACTOR_ROLE);
        if (feature_actor_is_principal(id, role))
            add_actor(features, id, role);
    }
}

static bool read_number(const char *text, size_t digits, int *value)
{
    *value = 0;
    for (size_t i = 0; i < digits; i++) {
        if (!isdigit((unsigned char)text[i]))
            return false;
        *value = *value * 10 + (text[i] - '0');
    }
    return true;
}

bool feature_date_span(const char *iso, int32_t *low, int32_t *high)
{
    int year, month = 0, day = 0;
    size_t size = iso ? strlen(iso) : 0;
    if (size < 4 || !read_number(iso, 4, &year))
        return false;
    if (size >= 7 && (iso[4] != '-' || !read_number(iso + 5, 2, &month) || month < 1 || month > 12))
        return false;
    if (size >= 10 && (iso[7] != '-' || !read_number(iso + 8, 2, &day) || !calendar_is_date(year, month, day)))
        return false;
    int last_month = month ? month : 12;
    int last_day = day ? day : calendar_month_days(year, last_month);
    *low = (int32_t)calendar_days(year, month ? month : 1, day ? day : 1);
    *high = (int32_t)calendar_days(year, last_month, last_day);
    return true;
}

static void fill_date(struct features *features, struct record_view report)
{
    struct record_view date;
    int32_t low, high;
    features->date_low = features->date_high = FEATURE_DAY_NONE;
    if (!record_get_view(report, ENT_REPORT_DATE, 0, &date))
        return;
    if (feature_date_span(record_text(date, ENT_DATE_START), &low, &high))
        features->date_low = low;
    if (feature_date_span(record_text(date, ENT_DATE_END), &low, &high))
        features->date_high = high;
    features->has_date = features->date_low != FEATURE_DAY_NONE || features->date_high != FEATURE_DAY_NONE;
}

/* Words that outlets use for one thing. */
static void unify(struct feature_word *word)
{
    static const char *const words[][2] = {
        {"shell", "ammunition"},   {"round", "ammunition"}, {"munition", "ammunition"}, {"projectile", "ammunition"},
        {"chopper", "helicopter"}, {"warplane", "fighter"}, {"fighterjet", "fighter"},  {"lorry", "truck"},
        {"lorrie", "truck"},       {"armored", "armoured"}};
    char terminated[FEATURE_WORD_SIZE + 1] = "";
    memcpy(terminated, word->text, sizeof word->text);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i][0], terminated) == 0) {
            memset(word->text, 0, sizeof word->text);
            memcpy(word->text, words[i][1], strlen(words[i][1]));
        }
}

/* Plural and singular alike. */
static void strip_plural(struct feature_word *word)
{
    size_t size = strnlen(word->text, sizeof word->text);
    if (size > 3 && word->text[size - 1] == 's' && word->text[size - 2] != 's')
        word->text[size - 1] = '\0';
}

/* "Type 23", "Mk 41", "Project 636": the number is the name. */
static const char *const class_words[] = {"type", "mk", "mark", "project", "model", NULL};

/* What stands behind the word that tells which: "fighter jets", "patrol vessels". */
static const char *const carriers[] = {"jet",    "plane", "aircraft", "vehicle", "system", "systems",
                                       "vessel", "ship",  "boat",     "craft",   NULL};

static bool is_carrier(const struct feature_word *word)
{
    char terminated[FEATURE_WORD_SIZE + 1] = "";
    memcpy(terminated, word->text, sizeof word->text);
    return is_in(carriers, terminated);
}

static void add_kind(struct feature_good *good, const struct feature_word *word)
{
    bool is_general = is_carrier(word);
    if (is_general)
        good->carrier = *word;
    if (!is_general || !good->head.text[0])
        good->head = *word;
}

/* "2", "2A6" and "S1" say nothing without the name before them. */
static bool is_variant(const struct feature_word *word, const struct word_shape *shape)
{
    return shape->has_digit && (isdigit((unsigned char)word->text[0]) || !word->text[2]);
}

static void add_variant(struct feature_good *good, const struct feature_word *name, const struct feature_word *variant)
{
    struct feature_word whole = *name;
    size_t size = strnlen(whole.text, sizeof whole.text);
    memcpy(whole.text + size, variant->text, sizeof whole.text - size);
    words_add(&good->designators, &whole);
}

/* The name where it may have variants, NULL where there is no room for it. */
static const struct feature_word *add_name(struct feature_good *good, const struct feature_word *word)
{
    words_add(&good->names, word);
    for (int i = 0; i < good->names.count; i++)
        if (feature_word_equal(&good->names.words[i], word))
            return &good->names.words[i];
    return NULL;
}

bool feature_good_read(struct feature_good *good, struct record_view equipment)
{
    const char *name = record_text(equipment, ENT_EQUIPMENT_NAME);
    const char *unroca = record_text(equipment, ENT_EQUIPMENT_UNROCA), *text = name ? name : "";
    struct feature_word word;
    struct word_shape shape;
    memset(good, 0, sizeof *good);
    good->unroca = -1;
    bool is_after_class = false;
    const struct feature_word *of = NULL; /* the name that stands just before */
    for (const char *at = text; next_word(text, &at, &word, &shape);) {
        char terminated[FEATURE_WORD_SIZE + 1] = "";
        memcpy(terminated, word.text, sizeof word.text);
        if (of && is_variant(&word, &shape)) {
            add_variant(good, of, &word);
            of = NULL;
            continue;
        }
        of = NULL;
        bool is_number_of_class = is_after_class && shape.has_digit && !shape.has_letter;
        is_after_class = is_in(class_words, terminated);
        if (is_number_of_class) {
            words_add(&good->designators, &word);
            continue;
        }
        if (is_in(vague_goods, terminated) || is_after_class)
            continue;
        if ((shape.has_digit && shape.has_letter) || shape.is_capitals)
            words_add(&good->designators, &word);
        else if (!shape.has_digit) {
            strip_plural(&word);
            unify(&word);
            if (shape.is_capitalised)
                of = add_name(good, &word);
            else
                add_kind(good, &word);
        }
    }
    if (unroca && strcmp(unroca, "none") != 0 && strcmp(unroca, "unknown") != 0)
        good->unroca = word_index(VOCABULARY_UNROCA, unroca);
    good->count = record_num(equipment, ENT_EQUIPMENT_COUNT, (double)NAN);
    return good->designators.count > 0 || good->names.count > 0 || good->head.text[0] || good->unroca >= 0;
}

/* "Vehicles" of "armoured vehicles". */
static bool is_general_of(const struct feature_good *general, const struct feature_good *good)
{
    return general->carrier.text[0] && feature_word_equal(&general->head, &general->carrier) &&
           feature_word_equal(&general->carrier, &good->carrier);
}

enum feature_likeness feature_goods_compare(const struct feature_good *a, const struct feature_good *b)
{
    for (int i = 0; i < a->designators.count; i++)
        for (int j = 0; j < b->designators.count; j++)
            if (feature_designator_equal(&a->designators.words[i], &b->designators.words[j]))
                return GOODS_SAME;
    if (a->designators.count && b->designators.count)
        return GOODS_OTHER;
    if (feature_words_share(&a->names, &b->names))
        return GOODS_SAME;
    if (a->names.count && b->names.count)
        return GOODS_OTHER;
    bool is_kind = a->head.text[0] && feature_word_equal(&a->head, &b->head);
    return is_kind || is_general_of(a, b) || is_general_of(b, a) ? GOODS_OF_A_KIND : GOODS_OTHER;
}

static void add_good(struct features *features, struct record_view equipment)
{
    struct feature_good good;
    if (feature_good_read(&good, equipment) && features->good_count < FEATURE_GOODS_MAX)
        features->goods[features->good_count++] = good;
}

static void add_place(struct features *features, struct record_view record)
{
    const char *name = record_text(record, ENT_PLACE_NAME), *precision = record_text(record, ENT_PLACE_PRECISION);
    if (!name)
        name = record_text(record, ENT_PLACE_RAW);
    struct feature_place place = {.country = hash_text(record_text(record, ENT_PLACE_COUNTRY))};
    bool is_country = precision && strcmp(precision, "country") == 0;
    if (name && !is_country) {
        struct feature_words words = {.count = 0};
        words_read(&words, NULL, name);
        place.name = words.count ? hash_bytes(words.words, (size_t)words.count * sizeof *words.words) | 1u : 0;
    }
    place.is_fine = place.name && precision && (strcmp(precision, "site") == 0 || strcmp(precision, "city") == 0);
    place.is_sea = place.name && precision && strcmp(precision, "sea") == 0;
    if ((place.name || place.country) && features->place_count < FEATURE_PLACES_MAX)
        features->places[features->place_count++] = place;
}

static void add_amount(struct features *features, struct record_view quantity)
{
    const char *qualifier = record_text(quantity, ENT_QUANTITY_QUALIFIER);
    const char *actor = record_text(quantity, ENT_QUANTITY_ACTOR);
    struct feature_amount amount = {
        .kind = word_index(VOCABULARY_QUANTITY_KIND, record_text(quantity, ENT_QUANTITY_KIND)),
        .unit = hash_text(record_text(quantity, ENT_QUANTITY_UNIT)),
        .actor = actor ? feature_actor_hash(actor) : 0,
        .value = record_num(quantity, ENT_QUANTITY_VALUE, (double)NAN),
        .max = record_num(quantity, ENT_QUANTITY_MAX, (double)NAN),
        .is_exact = !qualifier || strcmp(qualifier, "exact") == 0,
    };
    if (amount.kind >= 0 && !isnan(amount.value) && features->amount_count < FEATURE_AMOUNTS_MAX)
        features->amounts[features->amount_count++] = amount;
}

/* ---- the whole ---- */

static int32_t day_of(int64_t milliseconds)
{
    int64_t day = milliseconds / 86400000 - (milliseconds % 86400000 < 0);
    return (int32_t)day;
}

static void fill_time(struct features *features, struct record_view source)
{
    int64_t published;
    features->published = INT64_MAX;
    features->published_day = FEATURE_DAY_NONE;
    if (record_get_int(source, ENT_SOURCE_PUBLISHED, 0, &published)) {
        features->published = published;
        features->published_day = day_of(published);
    }
    features->anchor_day = features->published_day;
    if (features->anchor_day == FEATURE_DAY_NONE)
        features->anchor_day = features->date_low != FEATURE_DAY_NONE ? features->date_low : features->date_high;
}

/* "CH-47F Chinook" and beside it "helicopters": one thing, told by name and kind. */
static void join_kinds(struct features *features)
{
    for (int i = 0; i + 1 < features->good_count; i++) {
        struct feature_good *named = &features->goods[i], *kind = &features->goods[i + 1];
        bool is_kind = !kind->designators.count && !kind->names.count && kind->head.text[0] && isnan(kind->count);
        if (named->head.text[0] || (!named->designators.count && !named->names.count) || !is_kind)
            continue;
        named->head = kind->head;
        named->carrier = kind->carrier;
        named->unroca = named->unroca < 0 ? kind->unroca : named->unroca;
        features->good_count--;
        memmove(kind, kind + 1, (size_t)(features->good_count - i - 1) * sizeof *kind);
    }
}

static void fill_lists(struct features *features, struct record_view report)
{
    struct record_view part;
    for (size_t i = 0; record_get_view(report, ENT_REPORT_EQUIPMENT, i, &part); i++)
        add_good(features, part);
    join_kinds(features);
    for (size_t i = 0; record_get_view(report, ENT_REPORT_PLACE, i, &part); i++)
        add_place(features, part);
    for (size_t i = 0; record_get_view(report, ENT_REPORT_QUANTITY, i, &part); i++)
        add_amount(features, part);
}

bool features_fill(struct features *features, struct record_view report, struct record_view source)
{
    memset(features, 0, sizeof *features);
    int type = word_index(VOCABULARY_TYPE, record_text(report, ENT_REPORT_TYPE));
    if (type < 0)
        return false;
    features->type = (enum feature_type)type;
    features->item = hash_text(record_text(source, ENT_SOURCE_ITEM));
    features->classifier = hash_text(record_text(report, ENT_REPORT_CLASSIFIER));
    features->subtype = hash_text(record_text(report, ENT_REPORT_SUBTYPE));
    features->programme = hash_text(record_text(report, ENT_REPORT_PROGRAMME));
    const char *status = record_text(report, ENT_REPORT_STATUS);
    features->status = status && strcmp(status, "unknown") != 0 ? hash_text(status) : 0;
    features->status_rank = vocabulary_status_rank(status);
    const char *scope = record_text(report, ENT_REPORT_SCOPE), *modality = record_text(report, ENT_REPORT_MODALITY);
    features->is_background = scope && strcmp(scope, "background") == 0;
    features->is_denied = modality && strcmp(modality, "denied") == 0;
    features->is_hypothetical = modality && strcmp(modality, "hypothetical") == 0;
    const char *name = record_text(report, ENT_REPORT_NAME);
    if (name) {
        words_read(&features->name, &features->editions, name);
        split_edition(&features->name, &features->editions);
    }
    fill_actors(features, report);
    fill_date(features, report);
    fill_lists(features, report);
    fill_time(features, source);
    features->is_another = features->type == TYPE_ARMS_TRANSFER && another_told(report);
    features->is_rest = features->type == TYPE_ARMS_TRANSFER && another_rest_told(report);
    papers_fill(features, report);
    return true;
}

bool feature_is_fact(const struct features *features)
{
    return !features->is_background && !features->is_denied && !features->is_hypothetical;
}

bool feature_is_thin(const struct features *features)
{
    return !features->name.count && !features->good_count && !features->amount_count && !features->place_count &&
           !features->has_date && !features->programme && features->paper.kind == PAPER_NONE &&
           features->basis.kind == PAPER_NONE;
}

bool feature_is_seldom(enum feature_type type)
{
    return type == TYPE_BASING || type == TYPE_DOWNTURN || type == TYPE_INDUSTRY || type == TYPE_INTELLIGENCE_SHARING;
}

bool feature_is_occasion(enum feature_type type)
{
    return type == TYPE_EXERCISE || type == TYPE_VISIT || type == TYPE_EXPO;
}
