/* Open word: the part of speech of a word that may be noun, verb or adjective ("drill", "visits", "training"), decided by
 * what stands around it, mostly by the word before. Words further on have their first guess (tag.c), those before are
 * settled. Pure. */
#ifndef LIB_CODER_OPEN_WORD_H
#define LIB_CODER_OPEN_WORD_H

#include "lib/coder/analysis.h"

/* `verb_seen`: the clause has its finite verb. */
enum pos open_word_decide(const struct lexicon *lexicon, const struct sentence *sentence, uint32_t at, bool verb_seen);

/* The form that it has as a verb, by the lexicon or its ending. */
enum lexicon_inflection open_word_form(const struct part *part, uint32_t at);
/* A verb whose participle looks like the base form: "has been cut". */
bool open_word_is_own_participle(const struct part *part, uint32_t at);
/* The last part of speech before `at` that is not an adverb, a quotation mark or a negation; POS_MARK at the beginning. */
enum pos open_word_pos_before(const struct sentence *sentence, uint32_t at);
bool open_word_begins_noun_group(const struct part *part, uint32_t at);
bool open_word_finite_verb_follows(const struct sentence *sentence, uint32_t at);
bool open_word_ends_with(const struct part *part, const struct token *token, const char *ending);

#endif
