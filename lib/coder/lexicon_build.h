/* Lexicon build: makes the compiled image from a lexicon source. Used by the build-time compiler, by
 * `entente lexicon check` and for users' own folders. One thread. */
#ifndef LIB_CODER_LEXICON_BUILD_H
#define LIB_CODER_LEXICON_BUILD_H

#include "lib/base/buffer.h"
#include "lib/coder/lexicon_source.h"

/* Appends the image to `image`. Duplicate and conflicting forms become problems of the source; false with `error`
 * when there is any error among these or memory is out. */
bool lexicon_build(struct lexicon_source *source, struct buffer *image, struct error *error);
/* Fills `error` with the first error of the source, and how many there are. Returns false. */
bool lexicon_build_refuse(struct lexicon_source *source, struct error *error);

enum { LEXICON_NO_ENTRY = UINT32_MAX };
/* order[i]: the number in the image of the source's entry i, LEXICON_NO_ENTRY for one that removes. Free with free();
 * NULL when memory is out. */
uint32_t *lexicon_build_order(const struct lexicon_source *source);

#endif
