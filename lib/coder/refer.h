/* Reference: whom "the company", "the government", "the three countries", "the two firms" mean, from the sentences
 * before and the title. */
#ifndef LIB_CODER_REFER_H
#define LIB_CODER_REFER_H

#include "lib/coder/party.h"

/* Adds what a noun group without a name of its own refers to; nothing where that is not told. */
void refer_group(struct coder_workspace *workspace, struct sentence *sentence, int32_t group, struct party_list *list);

#endif
