/* What detail.c, detail_date.c and detail_place.c share, and nobody else. */
#ifndef LIB_CODER_DETAIL_PARTS_H
#define LIB_CODER_DETAIL_PARTS_H

#include "lib/coder/detail.h"

/* The group in which the token stands, NONE for none. */
int32_t detail_group_at(const struct sentence *sentence, uint32_t token);
/* Whether what stands at the token is said of the event: no clause of others lies between them. */
bool detail_in_reach(const struct event *event, uint32_t token);
void detail_places(struct coder_workspace *workspace, struct event *event);

#endif
