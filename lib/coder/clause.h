/* Clauses: links between a sentence's groups. Each verb group gets its subject, objects and the verb or noun that
 * governs it; each noun group its preposition and the noun group it is coordinated with. */
#ifndef LIB_CODER_CLAUSE_H
#define LIB_CODER_CLAUSE_H

#include "lib/coder/analysis.h"

void clause_link(const struct lexicon *lexicon, struct sentence *sentence);

/* The verb group of which noun group `noun` is subject, object or prepositional phrase; NONE where there is none. */
int32_t clause_verb_of(const struct sentence *sentence, int32_t noun);

/* True for a noun group behind a comma that is the subject of the next verb: what follows belongs to another clause
 * ("…, the ministry said"). */
bool clause_begins_anew(const struct sentence *sentence, int32_t noun);

/* "the boats that Togo ordered arrived": the later verb that says that what verb group `order` governs has come or is
 * handed over, or NONE. */
int32_t clause_delivery_of(const struct lexicon *lexicon, const struct sentence *sentence, int32_t order);

/* The next member of the coordination that a noun group belongs to, or NONE. */
int32_t clause_coordinated_next(const struct sentence *sentence, int32_t group);

/* "a delegation led by Kenya's chief of staff", "Led by the army chief, a delegation": who leads those whom a noun
 * group names, or NONE. */
int32_t clause_leader_of(const struct sentence *sentence, int32_t noun);

/* "led by": a verb group that only says who leads. */
bool clause_is_led_by(const struct sentence *sentence, int32_t verb);

/* "by", "of" and "from" before who does what the noun before them says. */
bool clause_names_doer(const struct sentence *sentence, uint32_t preposition);

#endif
