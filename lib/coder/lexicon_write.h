/* Lexicon write: the bytes of the image, from a trie that is complete. One thread. */
#ifndef LIB_CODER_LEXICON_WRITE_H
#define LIB_CODER_LEXICON_WRITE_H

#include "lib/base/buffer.h"
#include "lib/coder/lexicon_layer.h"
#include "lib/coder/lexicon_trie.h"

/* Appends the image. Adds the entries' texts to the trie's strings. False when memory is out. */
bool lexicon_write(const struct lexicon_source *source, struct lexicon_layers *layers, const uint32_t *order,
                   struct lexicon_trie *trie, struct buffer *image);

#endif
