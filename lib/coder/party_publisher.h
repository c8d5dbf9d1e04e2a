/* Party publisher: what a text on a government's own site calls by office or name alone is that government's. On the
 * workspace's thread. */
#ifndef LIB_CODER_PARTY_PUBLISHER_H
#define LIB_CODER_PARTY_PUBLISHER_H

#include "lib/coder/party.h"

/* "the Federal Government", "the Council". */
bool party_is_publishers_body(const struct coder_workspace *workspace, const struct sentence *sentence, int32_t at);
/* "Defence Secretary Alistair Penrose said", "Soldiers assigned to …". `is_force`: the group's noun is a force. */
bool party_is_publishers_own(const struct coder_workspace *workspace, const struct sentence *sentence, int32_t at,
                             bool is_force);
void party_add_publisher(const struct coder_workspace *workspace, struct sentence *sentence, int32_t at,
                         struct party_list *list);

#endif
