/* Lexicon compile: text folders to a lexicon that is ready for use: read, layered, built and checked.
 *
 * With a cache folder the image is written there once, as lexicon-DIGEST.bin, and mapped from there; the digest is that
 * of all the text, so equal text is compiled once and changed text makes another file. Two who make the same one at
 * once both end with a whole file. Any thread. */
#ifndef LIB_CODER_LEXICON_COMPILE_H
#define LIB_CODER_LEXICON_COMPILE_H

#include "lib/coder/lexicon_source.h"

/* Reads the folders into `source`, one layer each. `base` (may be NULL) is the lowest, unless it is itself one of the
 * folders. */
bool lexicon_compile_read(struct lexicon_source *source, const char *base, const char *const *folders, size_t count,
                          struct error *error);
/* Builds and checks what was read. NULL with `error` where memory is out, or the source has errors, which it then
 * tells. */
struct lexicon *lexicon_compile_source(struct lexicon_source *source, struct buffer *image, struct error *error);
/* Both, through the cache where `cache_folder` is not NULL. NULL with `error`: the first errors, each with its place.
 */
struct lexicon *lexicon_compile(const char *base, const char *const *folders, size_t count, const char *cache_folder,
                                struct error *error);

/* What a coder's `lexicon` names: nothing (the shipped image, found by `inside` as locate_data finds it), one compiled
 * file, or folders laid over the shipped texts. `cache_folder` may be NULL. */
struct lexicon *lexicon_open_given(const void *inside, const char *const *given, size_t count,
                                   const char *cache_folder, struct error *error);

#endif
