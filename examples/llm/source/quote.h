/* Quote: where in a text stands what a model says that it has read there?
 *
 * A model's own offsets are worth nothing, so they are never asked for. It copies well but not exactly: it
 * straightens quotation marks and dashes, joins lines and cuts with an ellipsis. Blanks, marks and dashes are therefore
 * taken as alike; letters and figures must be the very same, in the same order. What is found is given by its place in
 * the real text, so that the report quotes the article and not the model. Pure. */
#ifndef LLM_QUOTE_H
#define LLM_QUOTE_H

#include <entente/plugin.h>

enum { QUOTE_MIN = 2 /* characters that are no blanks */ };

/* 1 and its place in bytes, end exclusive, or 0. */
int quote_find(struct ent_str text, struct ent_str quote, size_t *start, size_t *end);

#endif
