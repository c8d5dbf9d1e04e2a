/* Explain JSON: the explanation of the item last coded, for who shows it by means of his own: what was seen in the
 * text, as spans of bytes, and what was coded or nearly was, with why. Texts of the article stand in it as they are.
 * One thread. */
#ifndef LIB_CODER_EXPLAIN_JSON_H
#define LIB_CODER_EXPLAIN_JSON_H

#include "lib/base/json_writer.h"
#include "lib/coder/coder.h"

/* Members of an object that is open: {"marks": [{"in", "start", "end", "kind", "label", "more"}], "events": [{"coded",
 * "headline", "why_not", "facts": [{"label", "value"}], "reasons": [{"text", "weight"}]}]}, what was coded first. False
 * when memory is out. */
bool explain_json(struct json_writer *json, const struct coder_workspace *workspace);

#endif
