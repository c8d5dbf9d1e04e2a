/* Lexicon build: makes the compiled image from a lexicon source. Used by the build-time compiler, by
 * `entente lexicon check` and for a user's own folder. One thread. */
#ifndef LIB_CODER_LEXICON_BUILD_H
#define LIB_CODER_LEXICON_BUILD_H

#include "lib/base/buffer.h"
#include "lib/coder/lexicon_source.h"

/* Appends the image to `image`. Duplicate and conflicting forms become problems of the source; false with `error`
 * when there is any problem or memory is out. */
bool lexicon_build(struct lexicon_source *source, struct buffer *image, struct error *error);

#endif
