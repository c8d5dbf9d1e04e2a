/* Lexicon: the compiled word and name lists, mapped from one file and shared by all threads.
 *
 * `lexicon_open` maps the file that lib/coder/compile makes from data/lexicon/ and checks every offset and index in
 * it once, so that the readers below need no checks of their own. Nothing is written after that; any thread may
 * read. The owner closes it when no reader is left.
 *
 * A form is a row of words. Words are the tokens of token.h in lower case with diacritics folded; the rows of all
 * forms make one trie, whose edges stand in one hash table. The source format is documented in docs/lexicon.md. */
#ifndef LIB_CODER_LEXICON_H
#define LIB_CODER_LEXICON_H

#include "lib/base/buffer.h"
#include "lib/base/error.h"
#include "lib/coder/lexicon_image.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* One row a class: enumerator, name in the source files, what it is for the coder. */
enum lexicon_use {
    USE_ACTOR, /* names an actor, or stands for one */
    USE_PLACE,
    USE_GOODS,
    USE_NAME, /* proper name of an exercise, fair, treaty or programme */
    USE_MEDIA,
    USE_WORD, /* closed-class words, verbs, nouns, cues */
    USE_RULE  /* frames and the like: no forms in the text */
};

#define LEXICON_CLASSES(ROW)                                                                                           \
    ROW(STATE, "state", USE_ACTOR)                                                                                     \
    ROW(DEMONYM, "demonym", USE_ACTOR)                                                                                 \
    ROW(PREFIX, "prefix", USE_ACTOR)                                                                                   \
    ROW(VANISHED, "vanished", USE_ACTOR)                                                                               \
    ROW(VANISHED_DEMONYM, "vanished_demonym", USE_ACTOR)                                                               \
    ROW(CAPITAL, "capital", USE_ACTOR)                                                                                 \
    ROW(SEAT, "seat", USE_ACTOR)                                                                                       \
    ROW(INSTITUTION, "institution", USE_ACTOR)                                                                         \
    ROW(FORCE, "force", USE_ACTOR)                                                                                     \
    ROW(LEADER, "leader", USE_ACTOR)                                                                                   \
    ROW(ORGANISATION, "organisation", USE_ACTOR)                                                                       \
    ROW(ORGANISATION_PART, "organisation_part", USE_ACTOR)                                                             \
    ROW(COMPANY, "company", USE_ACTOR)                                                                                 \
    ROW(ARMED_GROUP, "armed_group", USE_ACTOR)                                                                         \
    ROW(AUTHORITY, "authority", USE_ACTOR)                                                                             \
    ROW(GROUP, "group", USE_ACTOR)                                                                                     \
    ROW(CITY, "city", USE_PLACE)                                                                                       \
    ROW(SITE, "site", USE_PLACE)                                                                                       \
    ROW(REGION, "region", USE_PLACE)                                                                                   \
    ROW(SEA, "sea", USE_PLACE)                                                                                         \
    ROW(EQUIPMENT, "equipment", USE_GOODS)                                                                             \
    ROW(EQUIPMENT_CLASS, "equipment_class", USE_GOODS)                                                                 \
    ROW(EXERCISE, "exercise", USE_NAME)                                                                                \
    ROW(FAIR, "fair", USE_NAME)                                                                                        \
    ROW(PROGRAMME, "programme", USE_NAME)                                                                              \
    ROW(TREATY, "treaty", USE_NAME)                                                                                    \
    ROW(MEDIA, "media", USE_MEDIA)                                                                                     \
    ROW(CURRENCY, "currency", USE_WORD)                                                                                \
    ROW(WORD, "word", USE_WORD)           /* closed-class words by part of speech */                                   \
    ROW(VERB, "verb", USE_WORD)           /* verbs by meaning */                                                       \
    ROW(NOUN, "noun", USE_WORD)           /* nouns by meaning */                                                       \
    ROW(CUE, "cue", USE_WORD)             /* modality, negation, condition, background */                              \
    ROW(BLOCKER, "blocker", USE_WORD)     /* phrases whose words mean nothing to us */                                 \
    ROW(NOT_ACTOR, "not_actor", USE_WORD) /* longer names that hide an actor: "Vietnam War" */                         \
    ROW(TITLE, "title", USE_WORD)         /* of persons: minister, general */                                          \
    ROW(NUMBER, "number", USE_WORD)                                                                                    \
    ROW(TIME, "time", USE_WORD) /* months, weekdays, units of time */                                                  \
    ROW(TAG, "tag", USE_WORD)   /* words that give an exercise its tags */                                             \
    ROW(IRREGULAR, "irregular", USE_RULE)                                                                              \
    ROW(FRAME, "frame", USE_RULE)                                                                                      \
    ROW(LANGUAGE, "language", USE_WORD) /* function words that tell languages apart */

enum lexicon_class {
#define ROW(name, text, use) LEXICON_##name,
    LEXICON_CLASSES(ROW)
#undef ROW
        LEXICON_CLASS_COUNT
};

/* How a form's inflected word stands to its base. */
enum lexicon_inflection { FORM_BASE, FORM_S, FORM_PAST, FORM_ING };

enum { LEXICON_NO_WORD = UINT32_MAX, LEXICON_FORM_WORDS_MAX = 12 };

enum lexicon_word_flag {
    LEXICON_WORD_GATE = 1u << 0,      /* a sentence that holds one of these may tell an event, */
    LEXICON_WORD_PATTERN = 1u << 1,   /* stands for a shape: "#@" */
    LEXICON_WORD_FUNCTION = 1u << 2,  /* an English function word */
    LEXICON_WORD_FOREIGN = 1u << 5,   /* a function word of another language */
    LEXICON_WORD_GATE_WEAK = 1u << 3, /* or two of these, or one and two actors, */
    LEXICON_WORD_GATE_PAIR = 1u << 4, /* or one of these that begins a form of several words, see lexicon_node_gates */
    LEXICON_WORD_STEM = 1u << 6,      /* first word of a designation, which a number follows */
    LEXICON_WORD_ACTOR = 1u << 7      /* names an actor by itself, or ends the name of a state */
};

struct lexicon_terminal {
    uint32_t entry;
    uint32_t letters;   /* two bits a word: 0 any case, 1 capital first, 2 all capitals */
    uint8_t inflection; /* of the word that inflects */
    uint8_t squeezed;   /* 1: a designation's letters and digits only, see designation.h */
    uint8_t class_;     /* enum lexicon_class, of the entry */
    uint8_t kind;       /* of a WORD its enum pos; of a VERB 1 where it is "other", which means nothing */
};

/* The sections of a mapped file. Its members are for the readers in this header, which stand here because they are
 * asked for every word of a text; nobody else looks into it. */
struct lexicon {
    void *bytes;
    size_t size;
    bool is_mapped; /* else allocated */
    const struct lexicon_image_header *header;
    const struct lexicon_image_word *words;
    uint32_t word_mask;
    const struct lexicon_image_node *nodes;
    const struct lexicon_image_edge *edges;
    uint32_t edge_mask;
    const struct lexicon_terminal *terminals;
    const struct lexicon_image_entry *entries;
    const struct lexicon_image_pair *pairs;
    const uint32_t *classes;
    const char *strings;
    const unsigned char *english, *gates;
};

/* NULL with `error` filled. */
struct lexicon *lexicon_open(const char *path, struct error *error);
/* As lexicon_open, from an image in memory, which it takes over in any case. */
struct lexicon *lexicon_open_image(struct buffer *image, struct error *error);
void lexicon_close(struct lexicon *lexicon);
/* Digest of the sources, 32 hex digits. */
const char *lexicon_stamp(const struct lexicon *lexicon);
size_t lexicon_size(const struct lexicon *lexicon);

/* The word's id, or LEXICON_NO_WORD. `hash` is lexicon_hash of the folded bytes (lexicon_image.h). */
uint32_t lexicon_find_word(const struct lexicon *lexicon, uint32_t hash, const char *bytes, size_t size);
/* Whether a word, by lexicon_english_step over its folded bytes, is an English one; of words that are none one in 200
 * is said to be. */
bool lexicon_has_english(const struct lexicon *lexicon, uint32_t hash);

uint32_t lexicon_entry_count(const struct lexicon *lexicon);
/* Entries of one class are neighbours: *first to *first + count. */
uint32_t lexicon_class_entries(const struct lexicon *lexicon, enum lexicon_class class, uint32_t *first);
/* The forms as the source has them, for frames, whose forms are no text; else "". */
const char *lexicon_entry_forms(const struct lexicon *lexicon, uint32_t entry);
size_t lexicon_entry_pair_count(const struct lexicon *lexicon, uint32_t entry);
void lexicon_entry_pair(const struct lexicon *lexicon, uint32_t entry, size_t index, const char **key,
                        const char **value);

const char *lexicon_class_name(enum lexicon_class class);
extern const uint8_t lexicon_class_uses[LEXICON_CLASS_COUNT];
static inline enum lexicon_use lexicon_class_use(enum lexicon_class class)
{
    return (enum lexicon_use)lexicon_class_uses[class];
}

static inline uint32_t lexicon_word_flags(const struct lexicon *lexicon, uint32_t word)
{
    return lexicon->words[word].flags;
}

/* The trie: 0 is no node. */
static inline uint32_t lexicon_root(const struct lexicon *lexicon, uint32_t word)
{
    return lexicon->words[word].root;
}

static inline uint32_t lexicon_child(const struct lexicon *lexicon, uint32_t node, uint32_t word)
{
    if (!(lexicon->nodes[node].next & lexicon_next_bit(word)))
        return 0;
    for (uint32_t slot = lexicon_edge_hash(node, word) & lexicon->edge_mask;; slot = (slot + 1) & lexicon->edge_mask) {
        const struct lexicon_image_edge *edge = &lexicon->edges[slot];
        if (!edge->node)
            return 0;
        if (edge->node == node && edge->word == word)
            return edge->child;
    }
}

static inline bool lexicon_node_goes_on(const struct lexicon *lexicon, uint32_t node)
{
    return lexicon->nodes[node].flags & NODE_GOES_ON;
}

/* False where no form that opens the gate begins with these two words; nearly always only there. */
static inline bool lexicon_may_gate(const struct lexicon *lexicon, uint32_t word, uint32_t next)
{
    uint32_t bit = lexicon_gates_bit(word, next);
    return lexicon->gates[bit / 8] >> (bit % 8) & 1;
}

/* Whether a form of several words ends here that opens the gate. */
static inline bool lexicon_node_gates(const struct lexicon *lexicon, uint32_t node)
{
    return lexicon->nodes[node].flags & NODE_GATE;
}

static inline bool lexicon_node_has_patterns(const struct lexicon *lexicon, uint32_t node)
{
    return lexicon->nodes[node].flags & NODE_HAS_PATTERNS;
}

static inline const struct lexicon_terminal *lexicon_terminals(const struct lexicon *lexicon, uint32_t node,
                                                               size_t *count)
{
    *count = lexicon->nodes[node].terminal_count;
    return lexicon->terminals + lexicon->nodes[node].first_terminal;
}

static inline enum lexicon_class lexicon_entry_class(const struct lexicon *lexicon, uint32_t entry)
{
    return (enum lexicon_class)lexicon->entries[entry].class_;
}

static inline const char *lexicon_entry_id(const struct lexicon *lexicon, uint32_t entry)
{
    return lexicon->strings + lexicon->entries[entry].id;
}

/* The trie is larger than the caches: asking for a sentence's roots beforehand, and then for what stands at them, lets
 * the memory answer all at once. */
static inline void lexicon_prefetch_word(const struct lexicon *lexicon, uint32_t hash)
{
    __builtin_prefetch(&lexicon->words[hash & lexicon->word_mask]);
}

static inline void lexicon_prefetch_root(const struct lexicon *lexicon, uint32_t word)
{
    __builtin_prefetch(&lexicon->nodes[lexicon->words[word].root]);
}

/* Once the root is there: what ends at the word, and how it goes on with the next one (LEXICON_NO_WORD for none). */
static inline void lexicon_prefetch_forms(const struct lexicon *lexicon, uint32_t word, uint32_t next)
{
    uint32_t root = lexicon->words[word].root;
    const struct lexicon_image_node *node = &lexicon->nodes[root];
    __builtin_prefetch(&lexicon->terminals[node->first_terminal]);
    if (next != LEXICON_NO_WORD && node->next & lexicon_next_bit(next))
        __builtin_prefetch(&lexicon->edges[lexicon_edge_hash(root, next) & lexicon->edge_mask]);
}

static inline uint32_t lexicon_entry_keys(const struct lexicon *lexicon, uint32_t entry)
{
    return lexicon->entries[entry].keys;
}

/* Most entries lack most keys: one bit a key, of which a few share each, answers without comparing texts. */
static inline uint32_t lexicon_key_bit(const char *key)
{
    return 1u << (((uint32_t)(unsigned char)key[0] * 5u + (uint32_t)strlen(key) * 7u) & 31u);
}
const char *lexicon_entry_find(const struct lexicon *lexicon, uint32_t entry, const char *key);

/* NULL where the entry has no such key. */
static inline const char *lexicon_entry_value(const struct lexicon *lexicon, uint32_t entry, const char *key)
{
    return lexicon_entry_keys(lexicon, entry) & lexicon_key_bit(key) ? lexicon_entry_find(lexicon, entry, key) : NULL;
}

/* A word of up to LEXICON_SHORT bytes, which nearly all are: `chunks` holds them as its row would. */
static inline uint32_t lexicon_find_short_word(const struct lexicon *lexicon, uint32_t hash,
                                               const uint64_t chunks[LEXICON_SHORT_CHUNKS], size_t size)
{
    for (uint32_t slot = hash & lexicon->word_mask;; slot = (slot + 1) & lexicon->word_mask) {
        const struct lexicon_image_word *word = &lexicon->words[slot];
        if (!word->text)
            return LEXICON_NO_WORD;
        if (word->hash == hash && word->flags >> LEXICON_WORD_LENGTH_SHIFT == size &&
            !((word->chunks[0] ^ chunks[0]) | (word->chunks[1] ^ chunks[1])))
            return slot;
    }
}

#endif
