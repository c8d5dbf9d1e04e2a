/* Parties that are not named where they act: who a pronoun, "the two countries", "our" and an office without its state
 * stand for, from the same sentence, those before, the title and the speaker. Only for the parts of party.h. */
#ifndef LIB_CODER_PARTY_REFER_H
#define LIB_CODER_PARTY_REFER_H

#include "lib/coder/party.h"

/* The actor that a lexicon entry names: its state where it is a capital, seat, office or force, else itself. */
const char *party_actor_id(const struct lexicon *lexicon, uint32_t entry);
/* Adds those for whom the pronoun at `token` stands. Pronouns lead to pronouns: a bound keeps that short. */
void party_of_pronoun(struct coder_workspace *workspace, struct sentence *sentence, uint32_t token,
                      struct party_list *list);
/* Adds the two states of "the two countries", "both sides" at `token`; nothing where two are not found. */
void party_of_pair(struct coder_workspace *workspace, struct sentence *sentence, uint32_t token,
                   struct party_list *list);
/* Adds whose man is called by the bare name `group`, as another sentence tells. */
void party_of_bare_name(struct coder_workspace *workspace, struct sentence *sentence, int32_t group,
                        struct party_list *list);
/* Adds the state of the capital whose dateline begins the text, where "the cabinet", "the defence ministry" say of no
 * other that they are its. */
void party_of_dateline(struct coder_workspace *workspace, struct sentence *sentence, int32_t at,
                       struct party_list *list);
/* Adds whose office the noun group `at` is, where it does not say so itself. */
void party_of_office(struct coder_workspace *workspace, struct sentence *sentence, int32_t at, struct party_list *list);

#endif
