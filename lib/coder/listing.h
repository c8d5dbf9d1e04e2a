/* Listings: texts that tell several things one after the other, as numbered paragraphs, bullets, or entries under a
 * name
 * ("Japan. Tokyo donated …"). What stands first in an entry is news as what stands first in an article is. Called on
 * the workspace's thread; nothing here can fail. */
#ifndef LIB_CODER_LISTING_H
#define LIB_CODER_LISTING_H

#include "lib/coder/workspace.h"

/* How many sentences of its entry stand before sentence number `index`; UINT32_MAX where the text is no listing or the
 * sentence stands in no entry. */
uint32_t listing_place(struct coder_workspace *workspace, uint32_t index);

/* The state under whose name an entry stands, "Turkmenistan: The defence minister visited …"; *of is the sentence that
 * names it. NULL where there is none. */
const struct mention *listing_state(struct coder_workspace *workspace, struct sentence *sentence, struct sentence **of);

#endif
