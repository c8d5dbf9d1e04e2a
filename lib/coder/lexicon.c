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

/* Every index that a reader follows. A full hash table would loop for ever, so each must have an empty slot. */
static bool check_indices(const struct lexicon *lexicon)
{
    const struct lexicon_image_section *sections = lexicon->header->sections;
    uint64_t strings = sections[SECTION_STRINGS].count, nodes = sections[SECTION_NODES].count;
    if (!strings || lexicon->strings[0] || lexicon->strings[strings - 1])
        return false;
    uint64_t empty = 0;
    for (uint64_t i = 0; i < sections[SECTION_WORDS].count; i++) {
        const struct lexicon_image_word *word = &lexicon->words[i];
        empty += word->text == 0;
        if (word->text >= strings || word->flags >> LEXICON_WORD_LENGTH_SHIFT >= strings - word->text ||
            (word->root && word->root >= nodes))
            return false;
    }
    if (!empty)
        return false;
    empty = 0;
    for (uint64_t i = 0; i < sections[SECTION_EDGES].count; i++) {
        empty += lexicon->edges[i].node == 0;
        if (lexicon->edges[i].child >= nodes && lexicon->edges[i].node)
            return false;
    }
    if (!empty)
        return false;
    for (uint64_t i = 0; i < nodes; i++)
        if ((uint64_t)lexicon->nodes[i].first_terminal + lexicon->nodes[i].terminal_count >
            sections[SECTION_TERMINALS].count)
            return false;
    uint64_t entries = sections[SECTION_ENTRIES].count;
    for (uint64_t i = 0; i < sections[SECTION_TERMINALS].count; i++)
        if (lexicon->terminals[i].entry >= entries || lexicon->terminals[i].class_ >= LEXICON_CLASS_COUNT ||
            lexicon->terminals[i].kind >= POS_COUNT)
            return false;
    for (uint64_t i = 0; i < entries; i++) {
        const struct lexicon_image_entry *entry = &lexicon->entries[i];
        if (entry->class_ >= LEXICON_CLASS_COUNT || entry->id >= strings || entry->forms >= strings ||
            (uint64_t)entry->first_pair + entry->pair_count > sections[SECTION_PAIRS].count)
            return false;
    }
    for (uint64_t i = 0; i < sections[SECTION_PAIRS].count; i++)
        if (lexicon->pairs[i].key >= strings || lexicon->pairs[i].value >= strings)
            return false;
    for (size_t i = 0; i <= LEXICON_CLASS_COUNT; i++)
        if (lexicon->classes[i] > entries || (i && lexicon->classes[i] < lexicon->classes[i - 1]))
            return false;
    return true;
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
static bool check_image(struct lexicon *lexicon, const char *name, struct error *error)
{
    const char *why = NULL;
    lexicon->header = lexicon->bytes;
    bool good = check_header(lexicon->header, lexicon->size, &why);
    if (good) {
        attach_sections(lexicon);
        good = check_indices(lexicon);
    }
    return good || error_set(error, ERROR_INPUT, "lexicon %s: %s; rebuild it with `cmake --build`", name, why);
}

struct lexicon *lexicon_open(const char *path, struct error *error)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        error_set_errno(error, errno,
                        "lexicon %s: cannot open (build it with `cmake --build`, or name one with `lexicon`)", path);
        return NULL;
    }
    struct stat status;
    if (fstat(file, &status) || !S_ISREG(status.st_mode) || status.st_size == 0) {
        error_set(error, ERROR_INPUT,
                  "lexicon %s: not a regular file with anything in it; build it with `cmake --build`", path);
        close(file);
        return NULL;
    }
    struct lexicon *lexicon = calloc(1, sizeof *lexicon);
    void *map = lexicon ? mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0) : MAP_FAILED;
    int map_errno = errno;
    close(file);
    if (map == MAP_FAILED) {
        free(lexicon);
        error_set_errno(error, map_errno, "lexicon %s: cannot map", path);
        return NULL;
    }
    lexicon->bytes = map;
    lexicon->size = (size_t)status.st_size;
    lexicon->is_mapped = true;
    if (check_image(lexicon, path, error)) {
        /* The check has touched every page, and news needs few of them: a daemon that waits for news holds none. */
        madvise(map, lexicon->size, MADV_DONTNEED);
        return lexicon;
    }
    lexicon_close(lexicon);
    return NULL;
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
    if (check_image(lexicon, "in memory", error))
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
