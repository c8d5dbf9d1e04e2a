#include "lib/coder/lexicon.h"

#include "lib/coder/analysis.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const class_names[LEXICON_CLASS_COUNT] = {
#define ROW(name, text, use) text,
    LEXICON_CLASSES(ROW)
#undef ROW
};

const char *lexicon_class_name(enum lexicon_class class)
{
    return class_names[class];
}

const uint8_t lexicon_class_uses[LEXICON_CLASS_COUNT] = {
#define ROW(name, text, use) use,
    LEXICON_CLASSES(ROW)
#undef ROW
};

static const size_t section_sizes[SECTION_COUNT] = {
    [SECTION_WORDS] = sizeof(struct lexicon_image_word),
    [SECTION_NODES] = sizeof(struct lexicon_image_node),
    [SECTION_EDGES] = sizeof(struct lexicon_image_edge),
    [SECTION_TERMINALS] = sizeof(struct lexicon_terminal),
    [SECTION_ENTRIES] = sizeof(struct lexicon_image_entry),
    [SECTION_PAIRS] = sizeof(struct lexicon_image_pair),
    [SECTION_CLASSES] = sizeof(uint32_t),
    [SECTION_STRINGS] = 1,
    [SECTION_ENGLISH] = 1,
    [SECTION_GATES] = 1,
};

static bool is_power_of_two(uint64_t value)
{
    return value && !(value & (value - 1)) && value <= UINT32_MAX;
}

static bool check_header(const struct lexicon_image_header *header, size_t size, const char **why)
{
    *why = "it is not a compiled lexicon";
    if (size < sizeof *header || memcmp(header->magic, LEXICON_IMAGE_MAGIC, sizeof header->magic))
        return false;
    *why = "it was compiled by another version of Entente";
    if (header->version != LEXICON_IMAGE_VERSION || header->class_count != LEXICON_CLASS_COUNT)
        return false;
    *why = "it is cut short or damaged";
    if (header->size != size || !memchr(header->stamp, 0, sizeof header->stamp))
        return false;
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        const struct lexicon_image_section *section = &header->sections[i];
        if (section->offset % 8 || section->offset > size ||
            section->count > (size - section->offset) / section_sizes[i])
            return false;
    }
    return is_power_of_two(header->sections[SECTION_WORDS].count) &&
           is_power_of_two(header->sections[SECTION_EDGES].count) &&
           header->sections[SECTION_CLASSES].count == LEXICON_CLASS_COUNT + 1 &&
           header->sections[SECTION_ENGLISH].count == LEXICON_ENGLISH_SIZE &&
           header->sections[SECTION_GATES].count == LEXICON_GATES_SIZE;
}

/* ---- Every index that a reader follows is looked at once, when the image is opened. ----
 * Rows are gone over without a stop at a bad one, which hardly any image has: a few cycles a row. */
struct limits {
    uint32_t counts[SECTION_COUNT];
};
enum row_finding { ROWS_BAD = 1, ROWS_EMPTY = 2 /* a slot of a hash table is free */ };

static uint32_t check_words(const void *rows, uint32_t count, const struct limits *limits)
{
    uint32_t bad = 0, empty = 0, strings = limits->counts[SECTION_STRINGS], nodes = limits->counts[SECTION_NODES];
    for (uint32_t i = 0; i < count; i++) {
        const struct lexicon_image_word *word = (const struct lexicon_image_word *)rows + i;
        bad |= (uint32_t)(word->text >= strings) | (uint32_t)(word->root >= nodes) |
               (uint32_t)(word->flags >> LEXICON_WORD_LENGTH_SHIFT >= strings - word->text);
        empty |= (uint32_t)(word->text == 0);
    }
    return bad | empty << 1;
}

static uint32_t check_edges(const void *rows, uint32_t count, const struct limits *limits)
{
    uint32_t bad = 0, empty = 0, nodes = limits->counts[SECTION_NODES];
    for (uint32_t i = 0; i < count; i++) {
        const struct lexicon_image_edge *edge = (const struct lexicon_image_edge *)rows + i;
        bad |= (uint32_t)(edge->child >= nodes);
        empty |= (uint32_t)(edge->node == 0);
    }
    return bad | empty << 1;
}

static uint32_t check_nodes(const void *rows, uint32_t count, const struct limits *limits)
{
    uint32_t bad = 0, terminals = limits->counts[SECTION_TERMINALS];
    for (uint32_t i = 0; i < count; i++) {
        const struct lexicon_image_node *node = (const struct lexicon_image_node *)rows + i;
        bad |= (uint32_t)(node->first_terminal > terminals) |
               (uint32_t)(node->terminal_count > terminals - node->first_terminal);
    }
    return bad;
}

static uint32_t check_terminals(const void *rows, uint32_t count, const struct limits *limits)
{
    uint32_t bad = 0, entries = limits->counts[SECTION_ENTRIES];
    for (uint32_t i = 0; i < count; i++) {
        const struct lexicon_terminal *terminal = (const struct lexicon_terminal *)rows + i;
        bad |= (uint32_t)(terminal->entry >= entries) | (uint32_t)(terminal->class_ >= LEXICON_CLASS_COUNT) |
               (uint32_t)(terminal->kind >= POS_COUNT);
    }
    return bad;
}

static uint32_t check_entries(const void *rows, uint32_t count, const struct limits *limits)
{
    uint32_t bad = 0, strings = limits->counts[SECTION_STRINGS], pairs = limits->counts[SECTION_PAIRS];
    for (uint32_t i = 0; i < count; i++) {
        const struct lexicon_image_entry *entry = (const struct lexicon_image_entry *)rows + i;
        bad |= (uint32_t)(entry->class_ >= LEXICON_CLASS_COUNT) | (uint32_t)(entry->id >= strings) |
               (uint32_t)(entry->forms >= strings) | (uint32_t)(entry->first_pair > pairs) |
               (uint32_t)(entry->pair_count > pairs - entry->first_pair);
    }
    return bad;
}

static uint32_t check_pairs(const void *rows, uint32_t count, const struct limits *limits)
{
    uint32_t bad = 0, strings = limits->counts[SECTION_STRINGS];
    for (uint32_t i = 0; i < count; i++) {
        const struct lexicon_image_pair *pair = (const struct lexicon_image_pair *)rows + i;
        bad |= (uint32_t)(pair->key >= strings) | (uint32_t)(pair->value >= strings);
    }
    return bad;
}

/* All of them are asked for at once. */
static uint32_t check_classes(const void *rows, uint32_t count, const struct limits *limits)
{
    const uint32_t *firsts = rows;
    uint32_t bad = firsts[0] > limits->counts[SECTION_ENTRIES];
    for (uint32_t i = 1; i < count; i++)
        bad |= (uint32_t)(firsts[i] > limits->counts[SECTION_ENTRIES]) | (uint32_t)(firsts[i] < firsts[i - 1]);
    return bad;
}

static const struct {
    enum lexicon_section section;
    uint32_t (*check)(const void *rows, uint32_t count, const struct limits *limits);
    uint32_t found; /* what is to be found in a good one: a full hash table would be searched for ever */
} checks[] = {
    {SECTION_WORDS, check_words, ROWS_EMPTY},     {SECTION_EDGES, check_edges, ROWS_EMPTY},
    {SECTION_NODES, check_nodes, 0},              {SECTION_TERMINALS, check_terminals, 0},
    {SECTION_ENTRIES, check_entries, 0},          {SECTION_PAIRS, check_pairs, 0},
    {SECTION_CLASSES, check_classes, 0},
};

/* An image's bytes to look at. Those of a file are read, piece by piece: that takes a tenth of the time of touching all
 * pages of its map, of which news needs few. */
struct image_reader {
    const char *bytes; /* NULL: from the file */
    int file;
    char *buffer; /* bytes[READ_AT_ONCE] */
};
enum { READ_AT_ONCE = 64 * 1024 };

static const void *read_image(const struct image_reader *reader, uint64_t offset, size_t size)
{
    if (reader->bytes)
        return reader->bytes + offset;
    for (size_t at = 0; at < size;) {
        ssize_t got = pread(reader->file, reader->buffer + at, size - at, (off_t)(offset + at));
        if (got <= 0)
            return NULL;
        at += (size_t)got;
    }
    return reader->buffer;
}

static bool byte_is_zero(const struct image_reader *reader, uint64_t offset)
{
    const char *byte = read_image(reader, offset, 1);
    return byte && !*byte;
}

static bool check_section(const struct image_reader *reader, const struct lexicon_image_section *section, size_t which,
                          const struct limits *limits)
{
    size_t size = section_sizes[checks[which].section];
    uint32_t found = 0, left = limits->counts[checks[which].section], at_once = (uint32_t)(READ_AT_ONCE / size);
    for (uint64_t offset = section->offset; left; offset += at_once * size) {
        uint32_t count = left < at_once ? left : at_once;
        const void *rows = read_image(reader, offset, count * size);
        found |= rows ? checks[which].check(rows, count, limits) : (uint32_t)ROWS_BAD;
        left -= count;
    }
    return found == checks[which].found;
}

static bool check_indices(const struct lexicon_image_header *header, const struct image_reader *reader)
{
    const struct lexicon_image_section *sections = header->sections, *strings = &sections[SECTION_STRINGS];
    struct limits limits;
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        if (sections[i].count >= UINT32_MAX)
            return false;
        limits.counts[i] = (uint32_t)sections[i].count;
    }
    bool good = strings->count && sections[SECTION_NODES].count && byte_is_zero(reader, strings->offset) &&
                byte_is_zero(reader, strings->offset + strings->count - 1);
    for (size_t i = 0; i < sizeof checks / sizeof *checks && good; i++)
        good = check_section(reader, &sections[checks[i].section], i, &limits);
    return good;
}

static void attach_sections(struct lexicon *lexicon)
{
    const char *base = lexicon->bytes;
    const struct lexicon_image_section *sections = lexicon->header->sections;
    lexicon->words = (const void *)(base + sections[SECTION_WORDS].offset);
    lexicon->word_mask = (uint32_t)sections[SECTION_WORDS].count - 1;
    lexicon->nodes = (const void *)(base + sections[SECTION_NODES].offset);
    lexicon->edges = (const void *)(base + sections[SECTION_EDGES].offset);
    lexicon->edge_mask = (uint32_t)sections[SECTION_EDGES].count - 1;
    lexicon->terminals = (const void *)(base + sections[SECTION_TERMINALS].offset);
    lexicon->entries = (const void *)(base + sections[SECTION_ENTRIES].offset);
    lexicon->pairs = (const void *)(base + sections[SECTION_PAIRS].offset);
    lexicon->classes = (const void *)(base + sections[SECTION_CLASSES].offset);
    lexicon->strings = base + sections[SECTION_STRINGS].offset;
    lexicon->english = (const void *)(base + sections[SECTION_ENGLISH].offset);
    lexicon->gates = (const void *)(base + sections[SECTION_GATES].offset);
}

/* Looks at the bytes of `lexicon`, of which nothing is believed yet. */
static bool check_image(struct lexicon *lexicon, const struct image_reader *reader, const char *name,
                        struct error *error)
{
    const char *why = NULL;
    lexicon->header = lexicon->bytes;
    bool good = check_header(lexicon->header, lexicon->size, &why);
    if (good) {
        attach_sections(lexicon);
        good = check_indices(lexicon->header, reader);
    }
    return good || error_set(error, ERROR_INPUT, "lexicon %s: %s; rebuild it with `cmake --build`", name, why);
}

/* NULL with `error` filled. */
static struct lexicon *map_file(int file, const char *path, struct error *error)
{
    struct stat status;
    if (fstat(file, &status) || !S_ISREG(status.st_mode) || status.st_size == 0) {
        error_set(error, ERROR_INPUT,
                  "lexicon %s: not a regular file with anything in it; build it with `cmake --build`", path);
        return NULL;
    }
    struct lexicon *lexicon = calloc(1, sizeof *lexicon);
    void *map = lexicon ? mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0) : MAP_FAILED;
    if (map == MAP_FAILED) {
        error_set_errno(error, errno, "lexicon %s: cannot map", path);
        free(lexicon);
        return NULL;
    }
    lexicon->bytes = map;
    lexicon->size = (size_t)status.st_size;
    lexicon->is_mapped = true;
    return lexicon;
}

struct lexicon *lexicon_open(const char *path, struct error *error)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        error_set_errno(error, errno,
                        "lexicon %s: cannot open (build it with `cmake --build`, or name one with `lexicon`)", path);
        return NULL;
    }
    struct lexicon *lexicon = map_file(file, path, error);
    struct image_reader reader = {NULL, file, lexicon ? malloc(READ_AT_ONCE) : NULL};
    if (lexicon && !reader.buffer)
        error_set(error, ERROR_MEMORY, "lexicon %s: out of memory", path);
    if (lexicon && (!reader.buffer || !check_image(lexicon, &reader, path, error))) {
        lexicon_close(lexicon);
        lexicon = NULL;
    }
    free(reader.buffer);
    close(file);
    return lexicon;
}

struct lexicon *lexicon_open_image(struct buffer *image, struct error *error)
{
    struct lexicon *lexicon = image->failed || !image->size ? NULL : calloc(1, sizeof *lexicon);
    if (!lexicon) {
        buffer_free(image);
        error_set(error, ERROR_MEMORY, "lexicon: out of memory");
        return NULL;
    }
    lexicon->bytes = buffer_take(image, &lexicon->size);
    if (check_image(lexicon, &(struct image_reader){.bytes = lexicon->bytes}, "in memory", error))
        return lexicon;
    lexicon_close(lexicon);
    return NULL;
}

void lexicon_close(struct lexicon *lexicon)
{
    if (!lexicon)
        return;
    if (lexicon->is_mapped)
        munmap(lexicon->bytes, lexicon->size);
    else
        free(lexicon->bytes);
    free(lexicon);
}

const char *lexicon_stamp(const struct lexicon *lexicon)
{
    return lexicon->header->stamp;
}

size_t lexicon_size(const struct lexicon *lexicon)
{
    return lexicon->size;
}

uint32_t lexicon_find_word(const struct lexicon *lexicon, uint32_t hash, const char *bytes, size_t size)
{
    for (uint32_t slot = hash & lexicon->word_mask;; slot = (slot + 1) & lexicon->word_mask) {
        const struct lexicon_image_word *word = &lexicon->words[slot];
        if (!word->text)
            return LEXICON_NO_WORD;
        if (word->hash == hash && word->flags >> LEXICON_WORD_LENGTH_SHIFT == size &&
            !memcmp(lexicon->strings + word->text, bytes, size))
            return slot;
    }
}

bool lexicon_has_english(const struct lexicon *lexicon, uint32_t hash)
{
    for (uint32_t i = 0; i < LEXICON_ENGLISH_HASHES; i++) {
        uint32_t bit = lexicon_english_bit(hash, i);
        if (!(lexicon->english[bit / 8] >> (bit % 8) & 1))
            return false;
    }
    return true;
}

uint32_t lexicon_entry_count(const struct lexicon *lexicon)
{
    return (uint32_t)lexicon->header->sections[SECTION_ENTRIES].count;
}

uint32_t lexicon_class_entries(const struct lexicon *lexicon, enum lexicon_class class, uint32_t *first)
{
    *first = lexicon->classes[class];
    return lexicon->classes[class + 1] - lexicon->classes[class];
}

const char *lexicon_entry_forms(const struct lexicon *lexicon, uint32_t entry)
{
    return lexicon->strings + lexicon->entries[entry].forms;
}

const char *lexicon_entry_find(const struct lexicon *lexicon, uint32_t entry, const char *key)
{
    const struct lexicon_image_entry *row = &lexicon->entries[entry];
    for (uint32_t i = 0; i < row->pair_count; i++) {
        const struct lexicon_image_pair *pair = &lexicon->pairs[row->first_pair + i];
        const char *found = lexicon->strings + pair->key;
        if (*found == *key && !strcmp(found, key))
            return lexicon->strings + pair->value;
    }
    return NULL;
}

size_t lexicon_entry_pair_count(const struct lexicon *lexicon, uint32_t entry)
{
    return lexicon->entries[entry].pair_count;
}

void lexicon_entry_pair(const struct lexicon *lexicon, uint32_t entry, size_t index, const char **key,
                        const char **value)
{
    const struct lexicon_image_pair *pair = &lexicon->pairs[lexicon->entries[entry].first_pair + index];
    *key = lexicon->strings + pair->key;
    *value = lexicon->strings + pair->value;
}
