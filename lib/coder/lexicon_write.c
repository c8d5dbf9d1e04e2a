#include "lib/coder/lexicon_write.h"

#include "lib/coder/analysis.h"
#include "lib/coder/lexicon_build.h"

#include <stdlib.h>
#include <string.h>

static void align(struct buffer *image)
{
    while (image->size % LEXICON_ALIGNMENT)
        buffer_append_char(image, 0);
}

static void begin_section(struct buffer *image, struct lexicon_image_header *header, enum lexicon_section section,
                          size_t count)
{
    align(image);
    header->sections[section] = (struct lexicon_image_section){image->size, count};
}

static uint32_t table_size(size_t count)
{
    uint32_t size = 16;
    while (size < count * 2)
        size *= 2;
    return size;
}

/* Writes the word table and fills `ids` with each word's slot. */
static bool write_words(struct lexicon_trie *trie, struct buffer *image, struct lexicon_image_header *header,
                        uint32_t *ids)
{
    uint32_t size = table_size(trie->words.count);
    struct lexicon_image_word *table = calloc(size, sizeof *table);
    if (!table)
        return false;
    const struct lexicon_image_word *words = trie->words.rows;
    for (uint32_t i = 0; i < trie->words.count; i++) {
        uint32_t slot = words[i].hash & (size - 1);
        while (table[slot].text)
            slot = (slot + 1) & (size - 1);
        table[slot] = words[i];
        ids[i] = slot;
    }
    begin_section(image, header, SECTION_WORDS, size);
    buffer_append(image, table, size * sizeof *table);
    free(table);
    return true;
}

/* How often a node is asked for: the roots of words that mean something by themselves are in every text; names and what
 * goes on behind a word are not. */
enum node_use { NODE_OF_WORD, NODE_OF_FORMS, NODE_OF_NAME, NODE_BEHIND, NODE_USES };

static enum node_use root_use(const struct lexicon_trie *trie, const struct lexicon_source *source, uint32_t node)
{
    const struct build_terminal *terminals = trie->terminals.rows;
    uint32_t next = ((const struct build_node *)trie->nodes.rows)[node].first;
    enum node_use use = next ? NODE_OF_NAME : NODE_OF_FORMS;
    for (; next; next = terminals[next - 1].next)
        if (lexicon_class_use(source->entries[terminals[next - 1].terminal.entry].class) == USE_WORD)
            use = NODE_OF_WORD;
    return use;
}

/* Numbers the nodes anew, so that those, and what stands at them, which texts ask for most lie side by side in a few
 * lines of the caches. */
static bool sort_nodes(struct lexicon_trie *trie, const struct lexicon_source *source)
{
    struct lexicon_image_word *words = trie->words.rows;
    struct lexicon_image_edge *edges = trie->edges.rows;
    const struct build_node *nodes = trie->nodes.rows;
    uint32_t count = (uint32_t)trie->nodes.count, number = 1;
    unsigned char *uses = malloc(count);
    uint32_t *numbers = calloc(count, sizeof *numbers);
    struct build_node *sorted = calloc(count, sizeof *sorted);
    bool good = uses && numbers && sorted;
    if (good)
        memset(uses, NODE_BEHIND, count);
    for (size_t i = 0; good && i < trie->words.count; i++)
        if (words[i].root)
            uses[words[i].root] = (unsigned char)root_use(trie, source, words[i].root);
    for (unsigned use = 0; good && use < NODE_USES; use++)
        for (uint32_t i = 1; i < count; i++)
            if (uses[i] == use) {
                sorted[number] = nodes[i];
                numbers[i] = number++;
            }
    for (size_t i = 0; good && i < trie->words.count; i++)
        words[i].root = numbers[words[i].root];
    for (size_t i = 0; good && i < trie->edges.count; i++) {
        edges[i].node = numbers[edges[i].node];
        edges[i].child = numbers[edges[i].child];
    }
    if (good) {
        free(trie->nodes.rows);
        trie->nodes.rows = sorted;
        trie->nodes.capacity = count;
    } else
        free(sorted);
    free(uses);
    free(numbers);
    return good;
}

/* The words that may follow each node, as bits. */
static void note_next_words(struct lexicon_trie *trie, const uint32_t *ids)
{
    struct build_node *nodes = trie->nodes.rows;
    const struct lexicon_image_edge *edges = trie->edges.rows;
    for (size_t i = 0; i < trie->edges.count; i++)
        nodes[edges[i].node].next |= lexicon_next_bit(ids[edges[i].word]);
}

/* The pairs of words with which a form begins that opens the gate. A node comes before those behind it, and so do their
 * edges, so that from the last to the first each knows what it leads to. */
static bool write_gates(const struct lexicon_trie *trie, const uint32_t *ids, struct buffer *image,
                        struct lexicon_image_header *header)
{
    const struct build_node *nodes = trie->nodes.rows;
    const struct lexicon_image_edge *edges = trie->edges.rows;
    const struct lexicon_image_word *words = trie->words.rows;
    unsigned char *bits = calloc(1, LEXICON_GATES_SIZE), *leads = calloc(trie->nodes.count + 1, 1);
    uint32_t *word_of = calloc(trie->nodes.count + 1, sizeof *word_of); /* of a root; word + 1 */
    bool good = bits && leads && word_of;
    for (size_t i = 0; good && i < trie->words.count; i++)
        word_of[words[i].root] = words[i].root ? (uint32_t)i + 1 : 0;
    for (size_t i = trie->edges.count; good && i-- > 0;) {
        if (!(leads[edges[i].child] |= nodes[edges[i].child].flags & NODE_GATE))
            continue;
        leads[edges[i].node] = 1;
        uint32_t first = word_of[edges[i].node];
        uint32_t bit = first ? lexicon_gates_bit(ids[first - 1], ids[edges[i].word]) : 0;
        if (first)
            bits[bit / 8] = (unsigned char)(bits[bit / 8] | 1u << bit % 8);
    }
    begin_section(image, header, SECTION_GATES, LEXICON_GATES_SIZE);
    if (good)
        buffer_append(image, bits, LEXICON_GATES_SIZE);
    free(bits);
    free(leads);
    free(word_of);
    return good;
}

static uint8_t kind_of(const struct source_entry *entry)
{
    static const char *const parts[] = {
#define ROW(name, text) text,
        POS_LIST(ROW)
#undef ROW
    };
    if (entry->class == LEXICON_VERB)
        return !strcmp(entry->id, "other");
    for (uint8_t i = 0; entry->class == LEXICON_WORD && i < POS_COUNT; i++)
        if (!strcmp(parts[i], entry->id))
            return i;
    return POS_NOUN;
}

static bool write_trie(struct lexicon_trie *trie, const struct lexicon_source *source, struct buffer *image,
                       struct lexicon_image_header *header, const uint32_t *ids, const uint32_t *order)
{
    const struct build_terminal *terminals = trie->terminals.rows;
    const struct build_node *nodes = trie->nodes.rows;
    note_next_words(trie, ids);
    begin_section(image, header, SECTION_NODES, trie->nodes.count);
    uint32_t first = 0;
    for (size_t i = 0; i < trie->nodes.count; i++) {
        struct lexicon_image_node node = {first, (uint16_t)nodes[i].count, nodes[i].flags, nodes[i].next};
        buffer_append(image, &node, sizeof node);
        first += nodes[i].count;
    }
    begin_section(image, header, SECTION_TERMINALS, trie->terminals.count);
    for (size_t i = 0; i < trie->nodes.count; i++)
        for (uint32_t next = nodes[i].first; next; next = terminals[next - 1].next) {
            struct lexicon_terminal terminal = terminals[next - 1].terminal;
            terminal.class_ = (uint8_t)source->entries[terminal.entry].class;
            terminal.kind = kind_of(&source->entries[terminal.entry]);
            terminal.entry = order[terminal.entry];
            buffer_append(image, &terminal, sizeof terminal);
        }
    uint32_t size = table_size(trie->edges.count);
    struct lexicon_image_edge *table = calloc(size, sizeof *table);
    if (!table)
        return false;
    const struct lexicon_image_edge *edges = trie->edges.rows;
    for (size_t i = 0; i < trie->edges.count; i++) {
        struct lexicon_image_edge edge = {edges[i].node, ids[edges[i].word], edges[i].child};
        uint32_t slot = lexicon_edge_hash(edge.node, edge.word) & (size - 1);
        while (table[slot].node)
            slot = (slot + 1) & (size - 1);
        table[slot] = edge;
    }
    begin_section(image, header, SECTION_EDGES, size);
    buffer_append(image, table, size * sizeof *table);
    free(table);
    return true;
}

/* A frame's forms without those that an upper layer replaces. */
static uint32_t write_frame_forms(struct lexicon_trie *trie, const struct lexicon_source *source,
                                  struct lexicon_layers *layers, const struct source_entry *entry)
{
    struct buffer text = BUFFER_INIT;
    struct form form;
    const char *cursor = entry->forms, *start;
    size_t size;
    while (lexicon_source_next_form(&cursor, &start, &size)) {
        enum form_result result = lexicon_form_split(entry->class, start, size, source->arena, &form);
        trie->failed |= result == FORM_NO_MEMORY;
        if (result == FORM_GOOD && lexicon_layers_hide(layers, entry, &form))
            continue;
        buffer_printf(&text, "%s%.*s", text.size ? "; " : "", (int)size, start);
    }
    trie->failed |= text.failed;
    uint32_t at = text.size ? lexicon_trie_string(trie, text.bytes) : 0;
    buffer_free(&text);
    return at;
}

static void write_entries(struct lexicon_trie *trie, const struct lexicon_source *source, struct lexicon_layers *layers,
                          const uint32_t *sorted, size_t count, struct buffer *image,
                          struct lexicon_image_header *header)
{
    uint32_t classes[LEXICON_CLASS_COUNT + 1] = {0}, pairs = 0;
    begin_section(image, header, SECTION_ENTRIES, count);
    for (size_t i = 0; i < count; i++) {
        const struct source_entry *row = &source->entries[sorted[i]];
        uint32_t forms = row->class == LEXICON_FRAME ? write_frame_forms(trie, source, layers, row) : 0;
        struct lexicon_image_entry entry = {
            (uint32_t)row->class, lexicon_trie_string(trie, row->id), forms, pairs, row->pair_count, 0};
        for (uint32_t k = 0; k < row->pair_count; k++)
            entry.keys |= lexicon_key_bit(row->pairs[k].key);
        buffer_append(image, &entry, sizeof entry);
        pairs += row->pair_count;
        classes[row->class + 1]++;
    }
    for (int class = 0; class < LEXICON_CLASS_COUNT; class ++)
        classes[class + 1] += classes[class];
    begin_section(image, header, SECTION_PAIRS, pairs);
    for (size_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < source->entries[sorted[i]].pair_count; k++) {
            const struct source_pair *row = &source->entries[sorted[i]].pairs[k];
            struct lexicon_image_pair pair = {lexicon_trie_string(trie, row->key),
                                              lexicon_trie_string(trie, row->value)};
            buffer_append(image, &pair, sizeof pair);
        }
    begin_section(image, header, SECTION_CLASSES, LEXICON_CLASS_COUNT + 1);
    buffer_append(image, classes, sizeof classes);
}

bool lexicon_write(const struct lexicon_source *source, struct lexicon_layers *layers, const uint32_t *order,
                   struct lexicon_trie *trie, struct buffer *image)
{
    struct lexicon_image_header header = {.version = LEXICON_IMAGE_VERSION, .class_count = LEXICON_CLASS_COUNT};
    memcpy(header.magic, LEXICON_IMAGE_MAGIC, sizeof header.magic);
    lexicon_source_stamp(source, header.stamp);
    size_t start = image->size, count = 0;
    buffer_append(image, &header, sizeof header);
    uint32_t *ids = calloc(trie->words.count + 1, sizeof *ids);
    uint32_t *sorted = calloc(source->count + 1, sizeof *sorted);
    for (size_t i = 0; sorted && i < source->count; i++)
        if (order[i] != LEXICON_NO_ENTRY) {
            sorted[order[i]] = (uint32_t)i;
            count++;
        }
    bool good = ids && sorted && start == 0 && sort_nodes(trie, source) && write_words(trie, image, &header, ids) &&
                write_trie(trie, source, image, &header, ids, order);
    if (good) {
        write_entries(trie, source, layers, sorted, count, image, &header);
        begin_section(image, &header, SECTION_STRINGS, trie->strings.count);
        buffer_append(image, trie->strings.rows, trie->strings.count);
        begin_section(image, &header, SECTION_ENGLISH, LEXICON_ENGLISH_SIZE);
        buffer_append(image, trie->english, LEXICON_ENGLISH_SIZE);
        good = write_gates(trie, ids, image, &header);
        align(image);
    }
    free(ids);
    free(sorted);
    if (!good || image->failed || trie->failed)
        return false;
    header.size = image->size;
    memcpy(image->bytes, &header, sizeof header);
    return true;
}
