/* Parties: which actors a noun group stands for.
 *
 * "Uzbekistan's President Islam Karimov" stands for UZB, "servicemen from Uzbek units" too; "Russian armaments" does
 * not stand for Russia, it only bears its name (see party_premodifiers). Pronouns, "the two countries" and "our" are
 * resolved from the sentences before, the title, and the speaker. */
#ifndef LIB_CODER_PARTY_H
#define LIB_CODER_PARTY_H

#include "lib/coder/workspace.h"

enum { PARTIES_MAX = 12 };

struct party_list {
    struct party items[PARTIES_MAX];
    uint32_t count;
};

/* Adds the parties of a noun group and of those coordinated with it. */
void party_of_group(struct coder_workspace *workspace, struct sentence *sentence, int32_t group,
                    struct party_list *list);
/* The same where ships, aircraft and other equipment stand for those who man them: "two Korean frigates". */
void party_of_craft(struct coder_workspace *workspace, struct sentence *sentence, int32_t group,
                    struct party_list *list);
/* Adds the actors named inside a group before token `before`. */
void party_premodifiers(struct coder_workspace *workspace, struct sentence *sentence, int32_t group, uint32_t before,
                        struct party_list *list);
/* Whose ground or base a group names: "Philippine bases", "its soil". */
void party_of_ground(struct coder_workspace *workspace, struct sentence *sentence, int32_t group,
                     struct party_list *list);
/* Adds every actor that the sentence names, in order. */
void party_of_sentence(struct coder_workspace *workspace, struct sentence *sentence, struct party_list *list);
/* The speaker of the sentence's quotation or reported speech. */
void party_of_speaker(struct coder_workspace *workspace, struct sentence *sentence, struct party_list *list);
/* The actor of a mention; false where the mention is none or the context is against it. */
bool party_of_mention(struct coder_workspace *workspace, struct sentence *sentence, const struct mention *mention,
                      struct party *party);
/* Sets workspace->home from the title. */
void party_find_home(struct coder_workspace *workspace);
void party_add(struct party_list *list, struct party party);
/* Drops those who only made a thing: "Chile's Italian-made corvettes" are Chile's. Where makers alone are named they
 * are kept, unless `all` go. */
void party_drop_makers(const struct sentence *sentence, struct party_list *list, bool all);
bool party_is_state(const char *id);

/* "sent 60 soldiers to Guinea-Bissau to train local forces": the state whose ground was named last before the group,
 * where it says "local". */
void party_of_locals(struct coder_workspace *workspace, struct sentence *sentence, int32_t at, struct party_list *list);

#endif
