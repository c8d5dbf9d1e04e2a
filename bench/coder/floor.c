#include "floor.h"

#ifndef HAVE_VECTORSCAN

struct floor *floor_open(const char *folder, struct error *error)
{
    (void)folder;
    (void)error;
    return NULL;
}

size_t floor_phrases(const struct floor *floor)
{
    (void)floor;
    return 0;
}

size_t floor_scan(struct floor *floor, const char *text, size_t size)
{
    (void)floor;
    (void)text;
    (void)size;
    return 0;
}

void floor_close(struct floor *floor)
{
    (void)floor;
}

#else

#include "lib/coder/lexicon_source.h"

#include <hs.h>
#include <stdlib.h>
#include <string.h>

enum { PHRASE_MIN = 3 /* bytes: "in" and "of" would only count letters */ };

struct floor {
    hs_database_t *database;
    hs_scratch_t *scratch;
    size_t phrases;
};

struct phrases {
    struct arena *arena;
    const char **texts;
    size_t *sizes;
    unsigned *flags, *ids;
    size_t count, capacity;
};

static bool grow(struct phrases *phrases)
{
    size_t capacity = phrases->capacity ? phrases->capacity * 2 : 1u << 16;
    const char **texts = reallocarray(phrases->texts, capacity, sizeof *texts);
    phrases->texts = texts ? texts : phrases->texts;
    size_t *sizes = reallocarray(phrases->sizes, capacity, sizeof *sizes);
    phrases->sizes = sizes ? sizes : phrases->sizes;
    unsigned *flags = reallocarray(phrases->flags, capacity, sizeof *flags);
    phrases->flags = flags ? flags : phrases->flags;
    unsigned *ids = reallocarray(phrases->ids, capacity, sizeof *ids);
    phrases->ids = ids ? ids : phrases->ids;
    phrases->capacity = capacity;
    return texts && sizes && flags && ids;
}

static bool add_phrase(struct phrases *phrases, const char *form, size_t size)
{
    size_t kept = strcspn(form, "~#@");
    kept = kept < size ? kept : size;
    if (kept < PHRASE_MIN)
        return true;
    if (phrases->count == phrases->capacity && !grow(phrases))
        return false;
    size_t at = phrases->count++;
    phrases->texts[at] = arena_copy(phrases->arena, form, kept);
    phrases->sizes[at] = kept;
    phrases->flags[at] = HS_FLAG_CASELESS;
    phrases->ids[at] = (unsigned)at;
    return phrases->texts[at] != NULL;
}

static bool gather(const struct lexicon_source *source, struct phrases *phrases)
{
    bool good = true;
    for (size_t i = 0; i < source->count && good; i++) {
        const struct source_entry *entry = &source->entries[i];
        const char *cursor = entry->forms, *form;
        size_t size;
        if (lexicon_class_use(entry->class) == USE_RULE || entry->class == LEXICON_LANGUAGE)
            continue;
        while (good && lexicon_source_next_form(&cursor, &form, &size))
            good = add_phrase(phrases, form, size);
    }
    return good;
}

static bool compile(struct floor *floor, const struct phrases *phrases, struct error *error)
{
    hs_compile_error_t *failed = NULL;
    floor->phrases = phrases->count;
    if (hs_compile_lit_multi(phrases->texts, phrases->flags, phrases->ids, phrases->sizes, (unsigned)phrases->count,
                             HS_MODE_BLOCK, NULL, &floor->database, &failed) != HS_SUCCESS) {
        error_set(error, ERROR_INPUT, "vectorscan: %s", failed ? failed->message : "cannot compile the phrases");
        hs_free_compile_error(failed);
        return false;
    }
    return hs_alloc_scratch(floor->database, &floor->scratch) == HS_SUCCESS ||
           error_set(error, ERROR_MEMORY, "vectorscan: out of memory");
}

struct floor *floor_open(const char *folder, struct error *error)
{
    struct lexicon_source source;
    struct phrases phrases = {.arena = arena_create(0)};
    struct floor *floor = calloc(1, sizeof *floor);
    bool good = lexicon_source_begin(&source) && phrases.arena && floor;
    good = good && lexicon_source_read_folder(&source, folder, error) && gather(&source, &phrases) &&
           compile(floor, &phrases, error);
    lexicon_source_end(&source);
    arena_destroy(phrases.arena);
    free(phrases.texts);
    free(phrases.sizes);
    free(phrases.flags);
    free(phrases.ids);
    if (good)
        return floor;
    floor_close(floor);
    return NULL;
}

size_t floor_phrases(const struct floor *floor)
{
    return floor->phrases;
}

static int count_one(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
    (void)id;
    (void)from;
    (void)to;
    (void)flags;
    ++*(size_t *)context;
    return 0;
}

size_t floor_scan(struct floor *floor, const char *text, size_t size)
{
    size_t found = 0;
    hs_scan(floor->database, text, (unsigned)size, 0, floor->scratch, count_one, &found);
    return found;
}

void floor_close(struct floor *floor)
{
    if (!floor)
        return;
    hs_free_scratch(floor->scratch);
    hs_free_database(floor->database);
    free(floor);
}

#endif
