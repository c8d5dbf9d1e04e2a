#include "lib/evaluate/teaching.h"

#include "lib/base/calendar.h"
#include "lib/base/digest.h"

#include <stdlib.h>
#include <string.h>

/* Two items are of one story where their titles share half of their longer words and no more than DAYS lie between. */
enum { TITLE_WORDS_MAX = 24, WORD_LEAST = 4, DAYS = 7, NO_DAY = INT32_MIN };

struct story {
    uint64_t words[TITLE_WORDS_MAX];
    uint32_t word_count;
    int32_t day;
    uint64_t source;
    uint32_t parent; /* of the union */
    bool grouped;
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static void read_words(struct story *story, const char *title)
{
    char word[64];
    size_t size = 0;
    for (const char *p = title; story->word_count < TITLE_WORDS_MAX; p++) {
        if (is_letter(*p)) {
            if (size < sizeof word)
                word[size++] = *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
            continue;
        }
        uint64_t hash = size >= WORD_LEAST ? hash_bytes(word, size) : 0;
        for (uint32_t i = 0; i < story->word_count && hash; i++)
            hash = story->words[i] == hash ? 0 : hash;
        if (hash)
            story->words[story->word_count++] = hash;
        size = 0;
        if (!*p)
            break;
    }
}

static void read_story(struct story *story, const json_t *item, uint32_t index)
{
    const char *title = label_text(item, "title"), *source = label_text(item, "source"),
               *date = label_text(item, "date");
    int64_t milliseconds;
    *story = (struct story){.day = NO_DAY, .parent = index, .grouped = true};
    read_words(story, title ? title : "");
    if (date && *date && calendar_parse(date, strcspn(date, "T "), &milliseconds, NULL))
        story->day = (int32_t)(milliseconds / 86400000);
    story->source = hash_bytes(source ? source : "", source ? strlen(source) : 0);
}

static uint32_t root_of(struct story *stories, uint32_t at)
{
    while (stories[at].parent != at)
        at = stories[at].parent = stories[stories[at].parent].parent;
    return at;
}

static bool one_story(const struct story *a, const struct story *b)
{
    int64_t apart = (int64_t)a->day - b->day; /* an unknown day is the least there is */
    if (a->day != NO_DAY && b->day != NO_DAY && (apart > DAYS || apart < -DAYS))
        return false;
    uint32_t shared = 0;
    for (uint32_t i = 0; i < a->word_count; i++)
        for (uint32_t k = 0; k < b->word_count; k++)
            shared += a->words[i] == b->words[k];
    uint32_t all = a->word_count + b->word_count - shared;
    return shared >= 3 && shared * 2 >= all;
}

static void join(struct story *stories, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < i && stories[i].grouped; k++)
            if (stories[k].grouped && (stories[i].source == stories[k].source || one_story(&stories[i], &stories[k]))) {
                uint32_t a = root_of(stories, i), b = root_of(stories, k);
                stories[a > b ? a : b].parent = a > b ? b : a;
            }
}

bool teaching_group(struct teaching *teaching, json_t *const items[TEACHING_KINDS], struct error *error)
{
    uint32_t count = (uint32_t)teaching->item_count, groups = 0;
    struct story *stories = calloc(count + 1, sizeof *stories);
    uint32_t *numbers = calloc(count + 1, sizeof *numbers);
    bool good = stories && numbers;
    for (size_t kind = 0; kind < TEACHING_KINDS && good; kind++) {
        const char *id;
        json_t *item;
        json_object_foreach(items[kind], id, item)
        {
            const struct teaching_item *found = teaching_find(teaching, id);
            if (found && kind != TEACHING_INVENTED)
                read_story(&stories[found - teaching->items], item, (uint32_t)(found - teaching->items));
        }
    }
    if (good)
        join(stories, count);
    for (uint32_t i = 0; i < count && good; i++) {
        uint32_t root = stories[i].grouped ? root_of(stories, i) : 0;
        if (stories[i].grouped && !numbers[root])
            numbers[root] = ++groups;
        teaching->items[i].group = stories[i].grouped ? numbers[root] : 0;
    }
    free(stories);
    free(numbers);
    return good || error_set(error, ERROR_MEMORY, "out of memory");
}
