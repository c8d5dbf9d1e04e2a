/* Parts of clause.h, shared by its files and by nobody else: the linker walks a sentence's groups from left to right
 * and remembers what verbs and nouns to come may hang on. clause_noun.c links noun groups, clause_finite.c finite
 * verbs, clause.c all else. */
#ifndef LIB_CODER_CLAUSE_PARTS_H
#define LIB_CODER_CLAUSE_PARTS_H

#include "lib/coder/clause.h"

struct linker {
    const struct lexicon *lexicon;
    struct sentence *sentence;
    int32_t first_noun;  /* first noun group of the sentence that no preposition governs */
    int32_t last_noun;   /* latest noun group without preposition since the last verb or boundary */
    int32_t last_verb;   /* latest verb group */
    int32_t top_verb;    /* latest finite verb group outside relative clauses */
    int32_t that_noun;   /* noun group right before "that": "the possibility that" */
    int32_t relative_of; /* noun group before "who" */
    bool and_before, that_before, who_before, when_before, if_before, comma_before, preposition_before;
    bool condition; /* the sentence has an if-clause before its main clause */
};

/* Prepositions and coordination of noun groups. */
void clause_link_nouns(const struct lexicon *lexicon, struct sentence *sentence);
/* Subject, object and governor of the finite verb group `at`. */
void clause_link_finite(struct linker *linker, int32_t at);

/* True where any word of the group is a name. */
bool clause_acts(const struct sentence *sentence, const struct group *noun);
/* True where the head is a state's or another actor's own name. */
bool clause_names_actor(const struct sentence *sentence, const struct group *noun);
/* An attribute of the verb's first sense, or NULL. */
const char *clause_verb_value(const struct lexicon *lexicon, const struct sentence *sentence, const struct group *verb,
                              const char *key);
/* Behind the comma of a clause that opens the sentence with a gerund: "After training under …, soldiers graduated". */
bool clause_follows_opening(const struct sentence *sentence, uint32_t noun);
/* The first member of the coordination that `noun` belongs to; NONE for NONE. */
int32_t clause_coordination_start(const struct sentence *sentence, int32_t noun);

#endif
