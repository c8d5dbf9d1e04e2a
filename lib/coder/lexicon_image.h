/* Lexicon image: the layout of the compiled file, shared by its writer (compile/) and its reader (lexicon.c).
 * Little-endian, sections aligned to lines of the caches, offsets from the file's start. A changed layout takes a new
 * LEXICON_IMAGE_VERSION. */
#ifndef LIB_CODER_LEXICON_IMAGE_H
#define LIB_CODER_LEXICON_IMAGE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define LEXICON_IMAGE_MAGIC "ENTLEX\r\n"
enum {
    LEXICON_IMAGE_VERSION = 9,
    LEXICON_ALIGNMENT = 64,
    LEXICON_CHUNK = 8,  /* bytes of a word that are hashed at once, */
    LEXICON_SHORT = 16, /* and that stand in its row, so that most words are found without their text */
    LEXICON_SHORT_CHUNKS = LEXICON_SHORT / LEXICON_CHUNK
};

enum lexicon_section {
    SECTION_WORDS,     /* struct lexicon_image_word, an open-addressed table; a word's id is its slot */
    SECTION_NODES,     /* struct lexicon_image_node; number 0 is unused */
    SECTION_EDGES,     /* struct lexicon_image_edge, an open-addressed table */
    SECTION_TERMINALS, /* struct lexicon_terminal */
    SECTION_ENTRIES,   /* struct lexicon_image_entry, by class */
    SECTION_PAIRS,     /* struct lexicon_image_pair */
    SECTION_CLASSES,   /* uint32_t[LEXICON_CLASS_COUNT + 1], first entry of each class */
    SECTION_STRINGS,   /* NUL-terminated, the first is "" */
    SECTION_ENGLISH,   /* bytes[LEXICON_ENGLISH_SIZE]: a Bloom filter of English words */
    SECTION_GATES,     /* bytes[LEXICON_GATES_SIZE]: one of pairs of words that begin a form that opens the gate */
    SECTION_COUNT
};

struct lexicon_image_section {
    uint64_t offset;
    uint64_t count; /* of elements */
};

struct lexicon_image_header {
    char magic[8];
    uint32_t version;
    uint32_t class_count;
    uint64_t size;
    char stamp[40];
    struct lexicon_image_section sections[SECTION_COUNT];
};

struct lexicon_image_word {
    uint32_t hash;
    uint32_t text;  /* string offset, 0 in an empty slot */
    uint32_t root;  /* node, 0 for none */
    uint32_t flags; /* enum lexicon_word_flag, and the text's length above LEXICON_WORD_LENGTH_SHIFT */
    uint64_t chunks[LEXICON_SHORT_CHUNKS]; /* its first bytes, zeros behind them */
};
enum { LEXICON_WORD_LENGTH_SHIFT = 24 };

enum lexicon_node_flag {
    NODE_GOES_ON = 1,
    NODE_HAS_PATTERNS = 2,
    NODE_GATE = 4 /* a form of several words that opens the gate ends here */
};

struct lexicon_image_node {
    uint32_t first_terminal;
    uint16_t terminal_count;
    uint16_t flags;
    uint64_t next; /* lexicon_next_bit of the words that may follow */
};

/* One bit for a word in 64: most words that do not follow are told from it, without asking the edges, which are larger
 * than the caches. */
static inline uint64_t lexicon_next_bit(uint32_t word)
{
    return (uint64_t)1 << (word * 0x9E3779B1u >> 26);
}

struct lexicon_image_edge {
    uint32_t node; /* 0 in an empty slot */
    uint32_t word;
    uint32_t child;
};

struct lexicon_image_entry {
    uint32_t class_;
    uint32_t id; /* string offsets */
    uint32_t forms;
    uint32_t first_pair;
    uint32_t pair_count;
    uint32_t keys; /* lexicon_key_bit of each of its keys */
};

struct lexicon_image_pair {
    uint32_t key, value;
};

/* ---- hash of a word's folded bytes: eight at a time, the last filled up with zeros ---- */
#define LEXICON_HASH_START 0xCBF29CE484222325u

static inline uint64_t lexicon_hash_chunk(uint64_t hash, uint64_t chunk)
{
    hash = (hash ^ chunk) * 0x9E3779B97F4A7C15u;
    return hash ^ hash >> 32;
}

static inline uint64_t lexicon_chunk(const char *bytes, size_t size)
{
    uint64_t chunk = 0;
    memcpy(&chunk, bytes, size < LEXICON_CHUNK ? size : LEXICON_CHUNK);
    return chunk;
}

static inline uint32_t lexicon_hash(const char *bytes, size_t size)
{
    uint64_t hash = LEXICON_HASH_START;
    for (size_t at = 0; at < size; at += LEXICON_CHUNK)
        hash = lexicon_hash_chunk(hash, lexicon_chunk(bytes + at, size - at));
    return (uint32_t)hash;
}

/* Of 30,000 words three bits each: one other word in 200 is taken for one of them. */
enum { LEXICON_ENGLISH_SIZE = 64 * 1024, LEXICON_ENGLISH_HASHES = 3 };

/* What the filter is asked by, byte by byte: words are also tried without their endings. */
#define LEXICON_ENGLISH_START 2166136261u

static inline uint32_t lexicon_english_step(uint32_t hash, unsigned char byte)
{
    return (hash ^ byte) * 16777619u;
}

/* Which bit of the filter is the word's `index`th. */
static inline uint32_t lexicon_english_bit(uint32_t hash, uint32_t index)
{
    uint64_t mixed = ((uint64_t)hash + 1) * 0x9E3779B97F4A7C15u;
    mixed = (mixed ^ mixed >> 31) * 0xD6E8FEB86659FD93u;
    return (uint32_t)(mixed >> (index * 20)) & (LEXICON_ENGLISH_SIZE * 8u - 1);
}

/* Of some 10,000 pairs one bit each: one other pair in 50 is taken for one of them, which costs but a look at the trie.
 */
enum { LEXICON_GATES_SIZE = 64 * 1024 };

static inline uint32_t lexicon_edge_hash(uint32_t node, uint32_t word)
{
    uint64_t mixed = ((uint64_t)node << 32 | word) * 0x9E3779B97F4A7C15u;
    return (uint32_t)(mixed >> 32);
}

static inline uint32_t lexicon_gates_bit(uint32_t word, uint32_t next)
{
    return lexicon_edge_hash(word, next) & (LEXICON_GATES_SIZE * 8u - 1);
}

#endif
