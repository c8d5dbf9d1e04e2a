#include "core/desk/sketch.h"

#include "lib/base/digest.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
    RUN_WORDS = 4,
    WORDS_MAX = 20000, /* of a text; the rest is left aside */
    RUNS_LEAST = 8,    /* shorter texts may be alike by chance: they must be the same */
    LINKED_MAX = 64    /* texts with one hash in common that are compared with one another, the first of them */
};

/* Outlets that report one event in words of their own share a twentieth to a seventh of such runs, with a long quote in
 * common up to a quarter; copies that were cut or rewritten by half keep two fifths. */
static const double copied_share = 0.4;

static bool is_word_byte(char byte)
{
    return isalnum((unsigned char)byte) || (unsigned char)byte >= 0x80;
}

static uint64_t mix(uint64_t z)
{
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* Hashes of the words, without case. */
static size_t hash_words(const char *text, size_t size, uint64_t *words)
{
    size_t count = 0;
    for (size_t at = 0; at < size && count < WORDS_MAX;) {
        uint64_t hash = 0xcbf29ce484222325u;
        size_t start = at;
        for (; at < size && is_word_byte(text[at]); at++)
            hash = (hash ^ (uint64_t)(unsigned char)tolower((unsigned char)text[at])) * 0x100000001b3u;
        if (at > start)
            words[count++] = hash;
        else
            at++;
    }
    return count;
}

/* By their bytes from the lowest on: a thousand numbers without order are sorted so in a fifth of qsort's time. After
 * four passes they are back where they were; `spare` is as large. */
static void sort_hashes(uint32_t *hashes, uint32_t *spare, size_t count)
{
    for (unsigned shift = 0; shift < 32; shift += 8) {
        size_t places[256] = {0};
        for (size_t i = 0; i < count; i++)
            places[hashes[i] >> shift & 0xff]++;
        for (size_t byte = 0, next = 0; byte < 256; byte++) {
            size_t holds = places[byte];
            places[byte] = next;
            next += holds;
        }
        for (size_t i = 0; i < count; i++)
            spare[places[hashes[i] >> shift & 0xff]++] = hashes[i];
        uint32_t *sorted = spare;
        spare = hashes;
        hashes = sorted;
    }
}

/* Sorted, each once. `runs` has room for twice as many as there are words. */
static size_t make_runs(const uint64_t *words, size_t word_count, uint32_t *runs)
{
    size_t count = word_count >= RUN_WORDS ? word_count - RUN_WORDS + 1 : 0, kept = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t hash = 0;
        for (size_t j = 0; j < RUN_WORDS; j++)
            hash = mix(hash * 31 + words[i + j]);
        runs[i] = (uint32_t)(hash >> 32);
    }
    sort_hashes(runs, runs + count, count);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || runs[kept - 1] != runs[i])
            runs[kept++] = runs[i];
    return kept;
}

bool sketch_fill(struct sketch *sketch, const char *text, size_t size)
{
    memset(sketch, 0, sizeof *sketch);
    size_t most = size / 2 + 1 < WORDS_MAX ? size / 2 + 1 : WORDS_MAX;
    uint64_t *words = malloc(most * sizeof *words);
    uint32_t *runs = malloc(2 * most * sizeof *runs);
    bool ok = words && runs;
    if (ok) {
        size_t count = make_runs(words, hash_words(text, size, words), runs);
        sketch->runs = (uint32_t)count;
        sketch->count = count < SKETCH_HASHES ? (uint32_t)count : SKETCH_HASHES;
        memcpy(sketch->hashes, runs, sketch->count * sizeof *runs);
    }
    free(words);
    free(runs);
    return ok;
}

/* ---- comparing ---- */

bool sketch_is_copy(const struct sketch *a, const struct sketch *b)
{
    uint32_t shorter = a->runs < b->runs ? a->runs : b->runs, shared = 0, looked = 0;
    if (shorter == 0)
        return false;
    /* The least hashes of both texts together, and how many of them both have. */
    for (uint32_t i = 0, j = 0; looked < SKETCH_HASHES && (i < a->count || j < b->count); looked++) {
        bool from_a = j == b->count || (i < a->count && a->hashes[i] <= b->hashes[j]);
        bool from_b = i == a->count || (j < b->count && b->hashes[j] <= a->hashes[i]);
        shared += from_a && from_b;
        i += from_a;
        j += from_b;
    }
    double alike = (double)shared / (double)looked;
    double common = alike * ((double)a->runs + (double)b->runs) / (1 + alike);
    if (shorter < RUNS_LEAST)
        return shared == looked;
    return common >= copied_share * (double)shorter;
}

struct entry {
    uint32_t hash, text;
};

static int compare_entries(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    return a->text < b->text ? -1 : a->text > b->text;
}

static void link_run(const struct entry *entries, size_t count, const struct sketch *const *sketches,
                     bool (*linked)(void *context, size_t a, size_t b), void (*link)(void *context, size_t a, size_t b),
                     void *context)
{
    size_t most = count < LINKED_MAX ? count : LINKED_MAX;
    for (size_t i = 1; i < most; i++)
        for (size_t j = 0; j < i; j++) {
            size_t a = entries[j].text, b = entries[i].text;
            if (!linked(context, a, b) && sketch_is_copy(sketches[a], sketches[b]))
                link(context, a, b);
        }
}

bool sketch_link(const struct sketch *const *sketches, size_t count, bool (*linked)(void *context, size_t a, size_t b),
                 void (*link)(void *context, size_t a, size_t b), void *context)
{
    size_t all = 0, used = 0;
    for (size_t i = 0; i < count; i++)
        all += sketches[i] ? sketches[i]->count : 0;
    if (all == 0)
        return true;
    struct entry *entries = malloc(all * sizeof *entries);
    if (!entries)
        return false;
    for (size_t i = 0; i < count; i++)
        for (uint32_t j = 0; sketches[i] && j < sketches[i]->count; j++)
            entries[used++] = (struct entry){sketches[i]->hashes[j], (uint32_t)i};
    qsort(entries, used, sizeof *entries, compare_entries);
    for (size_t start = 0, end; start < used; start = end) {
        for (end = start + 1; end < used && entries[end].hash == entries[start].hash; end++) {
        }
        link_run(entries + start, end - start, sketches, linked, link, context);
    }
    free(entries);
    return true;
}

/* ---- storing ---- */

static void store_number(unsigned char *bytes, uint32_t number)
{
    for (int i = 0; i < 4; i++)
        bytes[i] = (unsigned char)(number >> (8 * i));
}

static uint32_t load_number(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

size_t sketch_store(const struct sketch *sketch, unsigned char bytes[SKETCH_BYTES_MAX])
{
    store_number(bytes, sketch->runs);
    for (uint32_t i = 0; i < sketch->count; i++)
        store_number(bytes + 4 + (size_t)4 * i, sketch->hashes[i]);
    return 4 + (size_t)4 * sketch->count;
}

void sketch_load(struct sketch *sketch, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    memset(sketch, 0, sizeof *sketch);
    if (size < 8 || size % 4 != 0 || size > SKETCH_BYTES_MAX)
        return;
    sketch->runs = load_number(at);
    sketch->count = (uint32_t)(size / 4 - 1);
    for (uint32_t i = 0; i < sketch->count; i++)
        sketch->hashes[i] = load_number(at + 4 + (size_t)4 * i);
}
