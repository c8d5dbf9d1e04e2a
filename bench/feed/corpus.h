/* Corpus: generated feeds in the shapes of real ones, the same at every run. */
#ifndef BENCH_FEED_CORPUS_H
#define BENCH_FEED_CORPUS_H

#include "lib/base/buffer.h"

#include <stddef.h>

enum corpus_shape {
    CORPUS_BLOG,  /* RSS of a content system: whole articles as HTML in CDATA, many modules */
    CORPUS_WIRE,  /* RSS of a wire: short escaped summaries, guids, media */
    CORPUS_ATOM,  /* Atom with escaped HTML */
    CORPUS_XHTML, /* Atom with inline XHTML */
    CORPUS_RDF,   /* RSS 1.0 with Dublin Core */
    CORPUS_SHAPES
};

/* Appends one well-formed document with `items` items. */
void corpus_append(struct buffer *document, enum corpus_shape shape, unsigned seed, int items);

#endif
