/* Match: the lexicon's forms in one sentence.
 *
 * At each token the longest form wins; all senses of that form are kept (a word may be noun and verb). Names become
 * mentions, other senses go to the token's `struct word`. A form with capitals is matched in its own case and in
 * text that is all capitals. */
#ifndef LIB_CODER_MATCH_H
#define LIB_CODER_MATCH_H

#include "lib/coder/analysis.h"

/* The noun that one word is by itself, wherever it stands in a longer name; NONE where it is none. */
int32_t match_noun_alone(const struct lexicon *lexicon, const struct part *part, uint32_t at);

/* Last token of the form that is the cue at `at`. */
uint32_t match_cue_last(const struct lexicon *lexicon, const struct sentence *sentence, uint32_t at);

/* Adds a meaning to a verb: three at most; the class "other", which means nothing, gives way. */
void match_note_verb(struct word *word, const struct lexicon_terminal *terminal);

/* Needs part->words. False when memory is out. */
bool match_sentence(const struct lexicon *lexicon, struct sentence *sentence, struct arena *arena);

#endif
