/* Lexicon trie: words, rows of words and what stands at their ends, while an image is made. Grows by realloc; `failed`
 * is set when memory is out and everything after that does nothing. One owner, one thread. */
#ifndef LIB_CODER_LEXICON_TRIE_H
#define LIB_CODER_LEXICON_TRIE_H

#include "lib/coder/lexicon.h"

struct growing {
    void *rows;
    size_t count, capacity, size; /* size: bytes a row */
};

/* Terminals hang on their node in a list until all are known. */
struct build_terminal {
    struct lexicon_terminal terminal;
    uint32_t node, next; /* terminal + 1 */
};

struct build_node {
    uint32_t first; /* terminal + 1 */
    uint32_t count;
    uint16_t flags;
    uint64_t next; /* filled where the image is written */
};

struct lexicon_trie {
    struct growing strings, words, nodes, edges, terminals; /* of char, image_word, build_node, image_edge, … */
    uint32_t *word_slots, word_slot_count;                  /* word + 1 */
    uint32_t *edge_slots, edge_slot_count;                  /* edge + 1 */
    uint32_t *string_slots, string_slot_count, string_count; /* offset + 1 */
    unsigned char *english;                                  /* bytes[LEXICON_ENGLISH_SIZE] */
    bool failed;
};

void lexicon_trie_begin(struct lexicon_trie *trie);
void lexicon_trie_end(struct lexicon_trie *trie);

/* Offset of the text among all strings, each of which stands there once: ids and values are few, and asked for often.
 */
uint32_t lexicon_trie_string(struct lexicon_trie *trie, const char *text);
/* The index of a word, added if new. Its final id is its slot in the image's table. */
uint32_t lexicon_trie_word(struct lexicon_trie *trie, const char *text);
/* Notes an English word, which gets no place in the trie. */
void lexicon_trie_english(struct lexicon_trie *trie, const char *text);
void lexicon_trie_flag(struct lexicon_trie *trie, uint32_t word, uint32_t flags);
/* Marks a node as the end of a form that opens the gate. */
void lexicon_trie_gate(struct lexicon_trie *trie, uint32_t node);
/* The node after `node` (0: the root) by a word, added if new. */
uint32_t lexicon_trie_step(struct lexicon_trie *trie, uint32_t node, uint32_t word);
/* Puts an entry at a node, once a way of writing it. False where it stood there already. */
bool lexicon_trie_put(struct lexicon_trie *trie, uint32_t node, struct lexicon_terminal added);

#endif
