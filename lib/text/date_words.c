#include "lib/text/date_words.h"

#include "lib/base/utf8.h"
#include "lib/text/date_names.h"
#include "lib/text/letter.h"

#include <stdint.h>
#include <string.h>

/* Half days. Where the word's language has one time zone, a date without a zone is meant in that. */
static const struct {
    const char *word;
    short hours, assumed_minutes;
} halves[] = {
    {"am", 0, 0},     {"a.m", 0, 0},     {"a", 0, 0},      {"pm", 12, 0},     {"p.m", 12, 0},   {"p", 12, 0},
    {"오전", 0, 540}, {"오후", 12, 540}, {"上午", 0, 480}, {"下午", 12, 480}, {"午前", 0, 540}, {"午後", 12, 540},
    {"πμ", 0, 0},     {"π.μ", 0, 0},     {"μμ", 12, 0},    {"μ.μ", 12, 0},    {"ص", 0, 0},      {"م", 12, 0},
};

/* RFC 822 first, then what feeds use. A military letter other than Z says nothing (RFC 2822 section 4.3). */
static const struct {
    const char *name;
    short minutes;
} zones[] = {
    {"z", 0},      {"ut", 0},      {"utc", 0},     {"gmt", 0},    {"wet", 0},     {"est", -300}, {"edt", -240},
    {"cst", -360}, {"cdt", -300},  {"mst", -420},  {"mdt", -360}, {"pst", -480},  {"pdt", -420}, {"et", -300},
    {"ct", -360},  {"mt", -420},   {"pt", -480},   {"at", -240},  {"ast", -240},  {"adt", -180}, {"nst", -210},
    {"ndt", -150}, {"akst", -540}, {"akdt", -480}, {"hst", -600}, {"hast", -600}, {"brt", -180}, {"brst", -120},
    {"art", -180}, {"clt", -240},  {"clst", -180}, {"cot", -300}, {"pet", -300},  {"vet", -240}, {"bst", 60},
    {"west", 60},  {"cet", 60},    {"cest", 120},  {"met", 60},   {"mest", 120},  {"mez", 60},   {"mesz", 120},
    {"mewt", 60},  {"wat", 60},    {"cat", 120},   {"sast", 120}, {"eet", 120},   {"eest", 180}, {"ist", 330},
    {"idt", 180},  {"eat", 180},   {"msk", 180},   {"msd", 240},  {"trt", 180},   {"irst", 210}, {"irdt", 270},
    {"gst", 240},  {"azt", 240},   {"amt", 240},   {"get", 240},  {"samt", 240},  {"aft", 270},  {"pkt", 300},
    {"uzt", 300},  {"yekt", 300},  {"tmt", 300},   {"tjt", 300},  {"npt", 345},   {"bdt", 360},  {"almt", 360},
    {"kgt", 360},  {"mmt", 390},   {"ict", 420},   {"wib", 420},  {"krat", 420},  {"novt", 420}, {"hkt", 480},
    {"sgt", 480},  {"myt", 480},   {"pht", 480},   {"awst", 480}, {"irkt", 480},  {"wita", 480}, {"jst", 540},
    {"kst", 540},  {"wit", 540},   {"yakt", 540},  {"acst", 570}, {"acdt", 630},  {"aest", 600}, {"aedt", 660},
    {"chst", 600}, {"vlat", 600},  {"nzst", 720},  {"nzdt", 780},
};

/* Lower-cases `word` into `lower`; returns the size, 0 where it does not fit. */
static size_t fold_word(const char *word, size_t size, char lower[DATE_WORD_MAX + 1])
{
    size_t length = 0;
    for (size_t at = 0; at < size;) {
        uint32_t character;
        at += utf8_decode(word + at, size - at, &character, NULL);
        char bytes[4];
        size_t written = utf8_encode(letter_lower(character), bytes);
        if (length + written > DATE_WORD_MAX)
            return 0;
        memcpy(lower + length, bytes, written);
        length += written;
    }
    lower[length] = '\0';
    return length;
}

/* A stem of fewer bytes says nothing. */
enum { STEM_MIN = 3 };

/* The name that is `word`, else the first that begins with it; NULL for none. */
static const struct date_name *find_name(const char *word, size_t size)
{
    size_t low = 0, high = date_name_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(date_names[middle].word, word) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == date_name_count)
        return NULL;
    bool same = strcmp(date_names[low].word, word) == 0;
    return same || (size >= STEM_MIN && strncmp(date_names[low].word, word, size) == 0) ? &date_names[low] : NULL;
}

static bool find_zone(const char *lower, int *offset_minutes)
{
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++)
        if (strcmp(zones[i].name, lower) == 0) {
            *offset_minutes = zones[i].minutes;
            return true;
        }
    return false;
}

struct date_word date_find_word(const char *word, size_t size)
{
    struct date_word found = {0};
    char lower[DATE_WORD_MAX + 1];
    size_t length = fold_word(word, size, lower);
    if (length == 0)
        return found;
    for (size_t i = 0; i < sizeof halves / sizeof halves[0]; i++)
        if (strcmp(halves[i].word, lower) == 0) {
            found.kinds |= DATE_WORD_HALF;
            found.half = halves[i].hours;
            found.assumed_minutes = halves[i].assumed_minutes;
        }
    const struct date_name *name = find_name(lower, length);
    if (name && name->month > 0) {
        found.kinds |= DATE_WORD_MONTH;
        found.month = name->month;
    }
    if (name && name->weekday >= 0) {
        found.kinds |= DATE_WORD_WEEKDAY;
        found.weekday = name->weekday;
    }
    return found;
}

bool date_find_zone(const char *name, size_t size, int *offset_minutes)
{
    char lower[DATE_WORD_MAX + 1];
    return fold_word(name, size, lower) > 0 && find_zone(lower, offset_minutes);
}
