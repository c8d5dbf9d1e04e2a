/* Lexicon layers: what the upper folders of a lexicon do to those beneath.
 *
 * A form of an upper layer takes the place of the same form of the same class beneath, whatever its id was there; of
 * frames the form is head and argument, of irregular verbs the id. A `remove` entry takes forms away. Made from a whole
 * source; the source must not grow while it is in use. One owner, one thread. */
#ifndef LIB_CODER_LEXICON_LAYER_H
#define LIB_CODER_LEXICON_LAYER_H

#include "lib/coder/lexicon_form.h"
#include "lib/coder/lexicon_source.h"

struct lexicon_layers;

/* NULL when memory is out. */
struct lexicon_layers *lexicon_layers_create(struct lexicon_source *source);
void lexicon_layers_destroy(struct lexicon_layers *layers);
/* Whether an upper layer replaces or removes this form of the entry. Notes which removals did something. */
bool lexicon_layers_hide(struct lexicon_layers *layers, const struct source_entry *entry, const struct form *form);
/* As a problem of the source: each removal that no form asked about has met. */
void lexicon_layers_complain(const struct lexicon_layers *layers, struct lexicon_source *source);

/* The form by which an irregular verb is known: its id. */
void lexicon_irregular_form(const struct source_entry *entry, struct form *form);

#endif
