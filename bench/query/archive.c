#include "bench/query/archive.h"

#include "core/store/events.h"
#include "core/store/items.h"
#include "core/watch/rule_codes.h"
#include "lib/base/calendar.h"
#include "lib/record/vocabulary.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EVENTS_A_COMMIT = 1000, WORDS = 6000, PUBLISHERS = 400, PLACES = 3000, NAMES = 900, GOODS = 1200, FIRMS = 700 };
#define DAY_MS ((int64_t)24 * 60 * 60 * 1000)
#define FIRST_DAY 12784 /* 2005-01-01 */

/* splitmix64: each event draws from its own sequence. */
static uint64_t draw(uint64_t *state)
{
    uint64_t mixed = *state += UINT64_C(0x9e3779b97f4a7c15);
    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ mixed >> 31;
}

static double draw_part(uint64_t *state)
{
    return (double)(draw(state) >> 11) / 9007199254740992.0;
}

/* One of `count`, the first ones most often: about as Zipf has it. */
static unsigned draw_rank(uint64_t *state, unsigned count)
{
    unsigned rank = (unsigned)(exp(draw_part(state) * log((double)count + 1)) - 1);
    return rank < count ? rank : count - 1;
}

static bool draw_chance(uint64_t *state, unsigned percent)
{
    return draw(state) % 100 < percent;
}

/* ---- words ---- */

/* The words of the invented articles of tests/desk/groups, in their order. */
static char *corpus;
static const char **corpus_words;
static size_t corpus_count;

static void read_corpus(void)
{
    static const char *const files[] = {"alike.txt", "series.txt", "ties.txt"};
    size_t size = 0, capacity = 1 << 20, most = 200000;
    corpus = malloc(capacity);
    corpus_words = malloc(most * sizeof *corpus_words);
    for (size_t i = 0; corpus && corpus_words && i < sizeof files / sizeof *files; i++) {
        char path[1000];
        snprintf(path, sizeof path, ENT_SOURCE_DIR "/tests/desk/groups/%s", files[i]);
        FILE *file = fopen(path, "r");
        size += file ? fread(corpus + size, 1, capacity - 1 - size, file) : 0;
        if (file)
            fclose(file);
    }
    if (!corpus || !corpus_words)
        return;
    corpus[size] = '\0';
    for (char *rest = NULL, *word = strtok_r(corpus, " \n\t", &rest); word && corpus_count < most;
         word = strtok_r(NULL, " \n\t", &rest))
        corpus_words[corpus_count++] = word;
}

/* Pronounceable and the same for the same number. */
static void make_word(char word[32], unsigned number, bool capital)
{
    static const char *const heads[] = {
        "ba",  "ke",  "tor", "mi",  "sal", "du",  "ren", "vo",  "gar", "li",  "pra", "nes", "ho",  "tal", "shi", "war",
        "con", "per", "ment", "tion", "ex", "der", "ist", "all", "ing", "ver", "ran", "ter", "sta", "men", "cha", "ous",
        "qui", "zen", "fer", "gle", "mor", "nic", "hap", "lun", "bri", "cro", "dwe", "fli", "gno", "hus", "jet", "kla",
        "lym", "mu",  "nap", "oak", "pyr", "rug", "sky", "thu", "urb", "vex", "wik", "yor", "zig", "ade", "eph", "ibo"};
    uint64_t state = number * UINT64_C(7919) + 17;
    size_t size = 0;
    for (unsigned parts = 2 + (unsigned)(draw(&state) % 3); parts > 0; parts--)
        size += (size_t)snprintf(word + size, 32 - size, "%s", heads[draw(&state) % 64]);
    if (capital)
        word[0] = (char)(word[0] - 'a' + 'A');
}

/* A run of words as the articles have it; now and then a word that hardly any other text has. */
static void add_words(char *text, size_t room, uint64_t *state, unsigned count)
{
    size_t size = strlen(text);
    if (!corpus)
        read_corpus();
    size_t from = corpus_count ? draw(state) % corpus_count : 0;
    for (unsigned i = 0; i < count && size + 100 < room; i++) {
        char rare[32];
        bool is_rare = !corpus_count || draw_chance(state, 4);
        if (is_rare)
            make_word(rare, draw_rank(state, WORDS), false);
        size += (size_t)snprintf(text + size, room - size, "%s%.60s", size ? " " : "",
                                 is_rare ? rare : corpus_words[(from + i) % corpus_count]);
    }
}

static unsigned state_count(void)
{
    static unsigned count;
    for (; rule_code_state(count);)
        count++;
    return count;
}

static void draw_party(char id[64], uint64_t *state)
{
    static const char *const organisations[] = {"ORG:NATO", "ORG:EU", "ORG:UN", "ORG:AU", "ORG:CSTO", "ORG:SCO",
                                                "ORG:ASEAN", "ORG:ECOWAS", "ORG:GCC", "ORG:OSCE"};
    uint64_t kind = draw(state) % 100;
    if (kind < 86)
        snprintf(id, 64, "%s", rule_code_state((draw_rank(state, state_count()) * 37) % state_count()));
    else if (kind < 93)
        snprintf(id, 64, "%s", organisations[draw_rank(state, 10)]);
    else if (kind < 98) {
        char word[32];
        make_word(word, draw_rank(state, FIRMS), false);
        snprintf(id, 64, "COM:%s", word);
    } else
        snprintf(id, 64, "%s", kind < 99 ? "GRP:the_west" : "UNK");
}

static void put_actor(struct ent_builder *builder, const char *id, const char *role)
{
    record_open(builder, ENT_REPORT_ACTOR, ENT_ACTOR);
    record_put_text(builder, ENT_ACTOR_ID, id);
    record_put_text(builder, ENT_ACTOR_ROLE, role);
    record_put_text(builder, ENT_ACTOR_TEXT, id);
    record_close(builder);
}

static void put_actors(struct ent_builder *builder, uint64_t *state, unsigned type)
{
    char id[64];
    static const char *const givers[] = {"supplier", "supplier", "supplier", "host", "participant", "participant",
                                         "initiator", "host", "initiator", "participant", "participant", "initiator"};
    static const char *const takers[] = {"recipient", "recipient", "recipient", "participant", "participant",
                                         "participant", "target", "participant", "target", "participant", "participant",
                                         "target"};
    draw_party(id, state);
    put_actor(builder, id, givers[type]);
    unsigned others = type == 3 ? 1 + draw_rank(state, 12) : 1 + draw_rank(state, 3);
    for (unsigned i = 0; i < others; i++) {
        draw_party(id, state);
        put_actor(builder, id, takers[type]);
    }
    if (draw_chance(state, 4)) {
        draw_party(id, state);
        put_actor(builder, id, "observer");
    }
}

static void put_date(struct ent_builder *builder, uint64_t *state, int64_t day)
{
    char text[32];
    int year, month, of_month;
    if (draw_chance(state, 25))
        return;
    calendar_civil(day - 20 + (int64_t)(draw(state) % 40), &year, &month, &of_month);
    bool by_month = draw_chance(state, 30);
    snprintf(text, sizeof text, by_month ? "%04d-%02d" : "%04d-%02d-%02d", year, month, of_month);
    record_open(builder, ENT_REPORT_DATE, ENT_DATE);
    record_put_text(builder, ENT_DATE_START, text);
    if (!draw_chance(state, 10))
        record_put_text(builder, ENT_DATE_END, text);
    record_put_text(builder, ENT_DATE_PRECISION, by_month ? "month" : "day");
    record_close(builder);
}

static void put_goods(struct ent_builder *builder, uint64_t *state)
{
    const char *const *unroca = vocabulary_words(VOCABULARY_UNROCA), *const *sipri = vocabulary_words(VOCABULARY_SIPRI);
    for (unsigned i = 1 + draw_rank(state, 3); i > 0; i--) {
        char word[32], name[64];
        unsigned number = draw_rank(state, GOODS);
        make_word(word, 100000 + number, true);
        snprintf(name, sizeof name, "%s-%u", word, 1 + number % 90);
        record_open(builder, ENT_REPORT_EQUIPMENT, ENT_EQUIPMENT);
        record_put_text(builder, ENT_EQUIPMENT_NAME, name);
        if (draw_chance(state, 70))
            record_put_num(builder, ENT_EQUIPMENT_COUNT, (double)(1 + draw_rank(state, 200)));
        record_put_text(builder, ENT_EQUIPMENT_UNROCA, unroca[number % 10]);
        record_put_text(builder, ENT_EQUIPMENT_SIPRI, sipri[number % 13]);
        record_close(builder);
    }
}

static void put_quantity(struct ent_builder *builder, uint64_t *state, bool is_money)
{
    static const char *const currencies[] = {"USD", "EUR", "GBP", "RUB", "CNY", "INR", "JPY"};
    double value = floor(exp(draw_part(state) * (is_money ? 10 : 8))) * (is_money ? 1e5 : 1);
    record_open(builder, ENT_REPORT_QUANTITY, ENT_QUANTITY);
    record_put_text(builder, ENT_QUANTITY_KIND, is_money ? "money" : "personnel");
    record_put_num(builder, ENT_QUANTITY_VALUE, value);
    if (draw_chance(state, 10))
        record_put_num(builder, ENT_QUANTITY_MAX, value * 1.5);
    if (is_money)
        record_put_text(builder, ENT_QUANTITY_UNIT, currencies[draw_rank(state, 7)]);
    record_close(builder);
}

static void put_place(struct ent_builder *builder, uint64_t *state)
{
    char word[32];
    unsigned number = draw_rank(state, PLACES);
    make_word(word, 200000 + number, true);
    record_open(builder, ENT_REPORT_PLACE, ENT_PLACE);
    record_put_text(builder, ENT_PLACE_NAME, word);
    record_put_text(builder, ENT_PLACE_RAW, word);
    record_put_text(builder, ENT_PLACE_COUNTRY, rule_code_state(number % state_count()));
    record_put_text(builder, ENT_PLACE_PRECISION, "city");
    record_put_num(builder, ENT_PLACE_LATITUDE, (double)(number % 140) - 60);
    record_put_num(builder, ENT_PLACE_LONGITUDE, (double)(number % 350) - 175);
    record_close(builder);
}

static void item_id(char id[40], int64_t number, unsigned source)
{
    snprintf(id, 40, "1f%012" PRIx64 "%018x", (uint64_t)number, source);
}

static void put_sources(struct ent_builder *builder, uint64_t *state, int64_t number, int64_t seen)
{
    const char *const *classes = vocabulary_words(VOCABULARY_SOURCE_CLASS);
    unsigned count = 1 + draw_rank(state, 5);
    for (unsigned i = 0; i < count; i++) {
        char id[40], text[400] = "", word[32], domain[64];
        unsigned publisher = draw_rank(state, PUBLISHERS);
        item_id(id, number, i);
        make_word(word, 300000 + publisher, false);
        snprintf(domain, sizeof domain, "%s.example", word);
        add_words(text, sizeof text, state, 9);
        record_open(builder, ENT_EVENT_SOURCE, ENT_SOURCE);
        record_put_text(builder, ENT_SOURCE_REPORT, id);
        record_put_text(builder, ENT_SOURCE_ITEM, id);
        record_put_text(builder, ENT_SOURCE_TITLE, text);
        snprintf(text, sizeof text, "https://%s/%" PRId64 "/%u", domain, number, i);
        record_put_text(builder, ENT_SOURCE_URL, text);
        record_put_text(builder, ENT_SOURCE_PUBLISHER, domain);
        record_put_text(builder, ENT_SOURCE_CLASS, classes[publisher % 4]);
        record_put_text(builder, ENT_SOURCE_GRADE, (char[]){(char)('A' + publisher % 6), '\0'});
        record_put_time(builder, ENT_SOURCE_PUBLISHED, seen - (int64_t)i * 3600 * 1000);
        record_close(builder);
    }
    record_put_text(builder, ENT_EVENT_GRADE, (char[]){(char)('A' + draw(state) % 6), (char)('1' + draw(state) % 6), '\0'});
    record_put_int(builder, ENT_EVENT_INDEPENDENT_SOURCES, 1 + (int64_t)draw_rank(state, count));
}

static void put_evidence(struct ent_builder *builder, uint64_t *state)
{
    static const char *const fields[] = {"type", "actors", "date", "status", "equipment"};
    unsigned count = 3 + (unsigned)(draw(state) % 3);
    for (unsigned i = 0; i < count; i++) {
        char quote[500] = "";
        add_words(quote, sizeof quote, state, 10 + draw_rank(state, 20));
        record_open(builder, ENT_REPORT_EVIDENCE, ENT_EVIDENCE);
        record_put_text(builder, ENT_EVIDENCE_FIELD, fields[i]);
        record_put_text(builder, ENT_EVIDENCE_QUOTE, quote);
        record_put_int(builder, ENT_EVIDENCE_START, i * 100);
        record_put_int(builder, ENT_EVIDENCE_END, i * 100 + (int64_t)strlen(quote));
        record_close(builder);
    }
}

static void put_words(struct ent_builder *builder, uint64_t *state, unsigned type)
{
    static const char *const modalities[] = {"reported", "confirmed", "alleged", "hypothetical", "denied"};
    static const char *const tags[] = {"land", "air", "sea", "counter_terrorism", "peacekeeping"};
    const char *name = vocabulary_words(VOCABULARY_TYPE)[type];
    const char *const *subtypes = vocabulary_subtypes(name);
    unsigned subtype_count = 0;
    while (subtypes[subtype_count])
        subtype_count++;
    record_put_text(builder, ENT_REPORT_TYPE, name);
    record_put_text(builder, ENT_REPORT_SUBTYPE, subtypes[draw_rank(state, subtype_count)]);
    record_put_text(builder, ENT_REPORT_STATUS, vocabulary_words(VOCABULARY_STATUS)[draw_rank(state, 12)]);
    record_put_text(builder, ENT_REPORT_MODALITY, modalities[draw_rank(state, 5)]);
    record_put_text(builder, ENT_REPORT_SCOPE, draw_chance(state, 12) ? "background" : "current");
    if (type == 3 || draw_chance(state, 8)) {
        char word[32], whole[80];
        unsigned number = draw_rank(state, NAMES);
        make_word(word, 400000 + number, true);
        snprintf(whole, sizeof whole, "%s Shield %u", word, 2005 + number % 20);
        record_put_text(builder, ENT_REPORT_NAME, whole);
    }
    if (type == 3)
        record_put_text(builder, ENT_REPORT_TAG, tags[draw_rank(state, 5)]);
}

struct ent_record *archive_event(int64_t number, int64_t revision, struct error *error)
{
    char id[40];
    uint64_t state = (uint64_t)number * UINT64_C(1000003) + (uint64_t)revision;
    struct ent_builder *builder = record_build(ENT_EVENT);
    /* Twenty years, more of it in the late ones; what is stored later is mostly news of a later day. */
    int64_t day = FIRST_DAY + (int64_t)(7700 * sqrt((double)(number % 1000000) / 1000000.0)) - (int64_t)(draw(&state) % 30);
    int64_t seen = day * DAY_MS + (int64_t)(draw(&state) % (uint64_t)DAY_MS);
    unsigned type = draw_rank(&state, 12);
    if (!builder) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    snprintf(id, sizeof id, "%032" PRIx64, (uint64_t)number);
    record_put_text(builder, ENT_REPORT_ID, id);
    put_words(builder, &state, type);
    put_actors(builder, &state, type);
    put_date(builder, &state, day);
    if (type < 2 || draw_chance(&state, 5))
        put_goods(builder, &state);
    if (type < 2 || draw_chance(&state, 10))
        put_quantity(builder, &state, type < 2);
    if (draw_chance(&state, 45))
        put_place(builder, &state);
    put_evidence(builder, &state);
    record_put_num(builder, ENT_REPORT_CONFIDENCE, floor((0.3 + 0.7 * draw_part(&state)) * 1000) / 1000);
    record_put_int(builder, ENT_EVENT_REVISION, revision);
    record_put_time(builder, ENT_EVENT_FIRST_SEEN, seen - (int64_t)(draw(&state) % (uint64_t)(20 * DAY_MS)));
    record_put_time(builder, ENT_EVENT_LAST_SEEN, seen);
    put_sources(builder, &state, number, seen);
    record_put_text(builder, ENT_EVENT_CHANGE, revision == 1 ? "new" : draw_chance(&state, 50) ? "status" : "sources");
    return record_seal(builder, error);
}

struct ent_record *archive_item(int64_t number, struct error *error)
{
    char id[40], text[3000] = "", url[100];
    uint64_t state = (uint64_t)number * UINT64_C(15485863);
    struct ent_builder *builder = record_build(ENT_ITEM);
    if (!builder) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    item_id(id, number, 0);
    snprintf(url, sizeof url, "https://news.example/%" PRId64, number);
    record_put_text(builder, ENT_ITEM_ID, id);
    record_put_text(builder, ENT_ITEM_URL, url);
    add_words(text, 200, &state, 9);
    record_put_text(builder, ENT_ITEM_TITLE, text);
    *text = '\0';
    add_words(text, sizeof text, &state, 350);
    record_put_text(builder, ENT_ITEM_BODY, text);
    record_put_text(builder, ENT_ITEM_SOURCE, "wire");
    record_put_time(builder, ENT_ITEM_FETCHED, (FIRST_DAY + number % 7700) * DAY_MS);
    record_put_time(builder, ENT_ITEM_PUBLISHED, (FIRST_DAY + number % 7700) * DAY_MS);
    return record_seal(builder, error);
}

static bool put_item(struct store *store, int64_t number, struct error *error)
{
    int64_t sequence;
    enum item_change change;
    struct ent_record *item = archive_item(number, error);
    bool ok = item && store_item_put(store, item, NULL, "", NULL, &sequence, NULL, &change, error);
    record_release(item);
    return ok;
}

bool archive_fill(struct store *store, int64_t first, int64_t last, bool with_items,
                  bool (*fold)(void *context, struct store *store, struct error *error), void *context,
                  struct error *error)
{
    bool ok = true;
    for (int64_t number = first; ok && number <= last; number++) {
        bool is_start = (number - first) % EVENTS_A_COMMIT == 0;
        bool is_end = number == last || (number - first) % EVENTS_A_COMMIT == EVENTS_A_COMMIT - 1;
        struct ent_record *event = archive_event(number, 1, error);
        ok = event && (!is_start || store_begin(store, error)) &&
             store_event_put(store, event->view, EVENT_LIVE, NULL, NULL, record_int(event->view, ENT_EVENT_LAST_SEEN, 0),
                             error) &&
             (!with_items || put_item(store, number, error)) &&
             (!is_end || ((!fold || fold(context, store, error)) && store_commit(store, error)));
        record_release(event);
    }
    if (!ok)
        store_rollback(store);
    return ok;
}
