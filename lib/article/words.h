/* Words: whether two texts are of the same matter. Internal to lib/article. */
#ifndef LIB_ARTICLE_WORDS_H
#define LIB_ARTICLE_WORDS_H

#include "lib/base/buffer.h"

/* Appends the text in lower case, with single spaces for all that is no letter or digit, up to `limit` bytes. */
void words_flatten(struct buffer *flat, const char *text, size_t limit);

/* The share of the first words of `sample` that a flattened text holds; 0 where it has none that count. */
double words_share(const struct buffer *flat, const char *sample);

#endif
