#include "lib/coder/lexicon_trie.h"

#include <stdlib.h>
#include <string.h>

static void *growing_add(struct growing *array)
{
    if (array->count == array->capacity) {
        size_t capacity = array->capacity ? array->capacity * 2 : 256;
        void *rows = realloc(array->rows, capacity * array->size);
        if (!rows)
            return NULL;
        array->rows = rows;
        array->capacity = capacity;
    }
    void *row = (char *)array->rows + array->count++ * array->size;
    memset(row, 0, array->size);
    return row;
}

static uint32_t add_string(struct lexicon_trie *trie, const char *text)
{
    uint32_t at = (uint32_t)trie->strings.count;
    for (const char *p = text;; p++) {
        char *byte = growing_add(&trie->strings);
        if (!byte) {
            trie->failed = true;
            return 0;
        }
        *byte = *p;
        if (!*p)
            return at;
    }
}

static bool grow_slots(uint32_t **slots, uint32_t *count, size_t used)
{
    if (*count && used * 2 < *count)
        return true;
    free(*slots);
    *count = *count ? *count * 2 : 1u << 12;
    *slots = calloc(*count, sizeof **slots);
    return *slots != NULL;
}

static uint32_t *string_slot(struct lexicon_trie *trie, const char *text)
{
    uint32_t slot = lexicon_hash(text, strlen(text)) & (trie->string_slot_count - 1);
    while (trie->string_slots[slot] &&
           strcmp((const char *)trie->strings.rows + trie->string_slots[slot] - 1, text) != 0)
        slot = (slot + 1) & (trie->string_slot_count - 1);
    return &trie->string_slots[slot];
}

uint32_t lexicon_trie_string(struct lexicon_trie *trie, const char *text)
{
    if (trie->failed)
        return 0;
    if (trie->string_count * 2 >= trie->string_slot_count) {
        const char *strings = trie->strings.rows;
        trie->string_count = 0;
        if (!grow_slots(&trie->string_slots, &trie->string_slot_count, trie->string_slot_count)) {
            trie->failed = true;
            return 0;
        }
        for (size_t at = 0; at < trie->strings.count; at += strlen(strings + at) + 1, trie->string_count++)
            *string_slot(trie, strings + at) = (uint32_t)at + 1;
    }
    uint32_t *slot = string_slot(trie, text);
    if (!*slot) {
        uint32_t at = add_string(trie, text);
        *slot = trie->failed ? 0 : at + 1;
        trie->string_count++;
        return at;
    }
    return *slot - 1;
}

static const char *word_text(const struct lexicon_trie *trie, const struct lexicon_image_word *word)
{
    return (const char *)trie->strings.rows + word->text;
}

uint32_t lexicon_trie_word(struct lexicon_trie *trie, const char *text)
{
    struct lexicon_image_word *words = trie->words.rows;
    if (!trie->word_slot_count || trie->words.count * 2 >= trie->word_slot_count) {
        if (!grow_slots(&trie->word_slots, &trie->word_slot_count, trie->words.count)) {
            trie->failed = true;
            return 0;
        }
        for (uint32_t i = 0; i < trie->words.count; i++) {
            uint32_t slot = words[i].hash & (trie->word_slot_count - 1);
            while (trie->word_slots[slot])
                slot = (slot + 1) & (trie->word_slot_count - 1);
            trie->word_slots[slot] = i + 1;
        }
    }
    uint32_t hash = lexicon_hash(text, strlen(text)), slot = hash & (trie->word_slot_count - 1);
    for (; trie->word_slots[slot]; slot = (slot + 1) & (trie->word_slot_count - 1)) {
        uint32_t index = trie->word_slots[slot] - 1;
        if (words[index].hash == hash && !strcmp(word_text(trie, &words[index]), text))
            return index;
    }
    uint32_t at = lexicon_trie_string(trie, text);
    struct lexicon_image_word *word = growing_add(&trie->words);
    if (!word) {
        trie->failed = true;
        return 0;
    }
    size_t size = strlen(text);
    *word = (struct lexicon_image_word){.hash = hash,
                                        .text = at,
                                        .flags = (uint32_t)size << LEXICON_WORD_LENGTH_SHIFT |
                                                 (strpbrk(text, "#@") ? LEXICON_WORD_PATTERN : 0)};
    for (size_t i = 0; i < LEXICON_SHORT_CHUNKS && i * LEXICON_CHUNK < size; i++)
        word->chunks[i] = lexicon_chunk(text + i * LEXICON_CHUNK, size - i * LEXICON_CHUNK);
    trie->word_slots[slot] = (uint32_t)trie->words.count;
    return (uint32_t)trie->words.count - 1;
}

static uint32_t add_node(struct lexicon_trie *trie)
{
    if (!growing_add(&trie->nodes)) {
        trie->failed = true;
        return 0;
    }
    return (uint32_t)trie->nodes.count - 1;
}

uint32_t lexicon_trie_step(struct lexicon_trie *trie, uint32_t node, uint32_t word)
{
    struct lexicon_image_word *words = trie->words.rows;
    if (!node) {
        if (!words[word].root) {
            uint32_t root = add_node(trie);
            ((struct lexicon_image_word *)trie->words.rows)[word].root = root;
            return root;
        }
        return words[word].root;
    }
    struct lexicon_image_edge *edges = trie->edges.rows;
    if (!trie->edge_slot_count || trie->edges.count * 2 >= trie->edge_slot_count) {
        if (!grow_slots(&trie->edge_slots, &trie->edge_slot_count, trie->edges.count)) {
            trie->failed = true;
            return 0;
        }
        for (uint32_t i = 0; i < trie->edges.count; i++) {
            uint32_t slot = lexicon_edge_hash(edges[i].node, edges[i].word) & (trie->edge_slot_count - 1);
            while (trie->edge_slots[slot])
                slot = (slot + 1) & (trie->edge_slot_count - 1);
            trie->edge_slots[slot] = i + 1;
        }
    }
    uint32_t slot = lexicon_edge_hash(node, word) & (trie->edge_slot_count - 1);
    for (; trie->edge_slots[slot]; slot = (slot + 1) & (trie->edge_slot_count - 1)) {
        struct lexicon_image_edge *edge = &edges[trie->edge_slots[slot] - 1];
        if (edge->node == node && edge->word == word)
            return edge->child;
    }
    uint32_t child = add_node(trie);
    struct lexicon_image_edge *edge = growing_add(&trie->edges);
    if (!edge || trie->failed) {
        trie->failed = true;
        return 0;
    }
    *edge = (struct lexicon_image_edge){node, word, child};
    trie->edge_slots[slot] = (uint32_t)trie->edges.count;
    struct build_node *from = (struct build_node *)trie->nodes.rows + node;
    from->flags |= NODE_GOES_ON;
    if (((struct lexicon_image_word *)trie->words.rows)[word].flags & LEXICON_WORD_PATTERN)
        from->flags |= NODE_HAS_PATTERNS;
    return child;
}

static bool has_entry(const struct lexicon_trie *trie, uint32_t node, const struct lexicon_terminal *added)
{
    const struct build_terminal *terminals = trie->terminals.rows;
    for (uint32_t next = ((const struct build_node *)trie->nodes.rows)[node].first; next;
         next = terminals[next - 1].next)
        if (terminals[next - 1].terminal.entry == added->entry &&
            terminals[next - 1].terminal.letters == added->letters &&
            terminals[next - 1].terminal.squeezed == added->squeezed)
            return true;
    return false;
}

bool lexicon_trie_put(struct lexicon_trie *trie, uint32_t node, struct lexicon_terminal added)
{
    if (trie->failed || has_entry(trie, node, &added))
        return false;
    struct build_terminal *terminal = growing_add(&trie->terminals);
    struct build_node *at = (struct build_node *)trie->nodes.rows + node;
    if (!terminal || at->count == UINT16_MAX) {
        trie->failed = true;
        return false;
    }
    terminal->terminal = added;
    terminal->node = node;
    terminal->next = at->first;
    at->first = (uint32_t)trie->terminals.count;
    at->count++;
    return true;
}

void lexicon_trie_flag(struct lexicon_trie *trie, uint32_t word, uint32_t flags)
{
    if (!trie->failed)
        ((struct lexicon_image_word *)trie->words.rows)[word].flags |= flags;
}

void lexicon_trie_gate(struct lexicon_trie *trie, uint32_t node)
{
    if (!trie->failed)
        ((struct build_node *)trie->nodes.rows)[node].flags |= NODE_GATE;
}

void lexicon_trie_english(struct lexicon_trie *trie, const char *text)
{
    uint32_t hash = LEXICON_ENGLISH_START;
    for (; *text; text++)
        hash = lexicon_english_step(hash, (unsigned char)*text);
    for (uint32_t i = 0; i < LEXICON_ENGLISH_HASHES && !trie->failed; i++) {
        uint32_t bit = lexicon_english_bit(hash, i);
        trie->english[bit / 8] = (unsigned char)(trie->english[bit / 8] | 1u << bit % 8);
    }
}

void lexicon_trie_begin(struct lexicon_trie *trie)
{
    *trie = (struct lexicon_trie){.strings = {.size = 1},
                                  .words = {.size = sizeof(struct lexicon_image_word)},
                                  .nodes = {.size = sizeof(struct build_node)},
                                  .edges = {.size = sizeof(struct lexicon_image_edge)},
                                  .terminals = {.size = sizeof(struct build_terminal)}};
    trie->english = calloc(1, LEXICON_ENGLISH_SIZE);
    trie->failed = !trie->english;
    lexicon_trie_string(trie, "");
    add_node(trie);
}

void lexicon_trie_end(struct lexicon_trie *trie)
{
    free(trie->strings.rows);
    free(trie->words.rows);
    free(trie->nodes.rows);
    free(trie->edges.rows);
    free(trie->terminals.rows);
    free(trie->english);
    free(trie->string_slots);
    free(trie->word_slots);
    free(trie->edge_slots);
}
