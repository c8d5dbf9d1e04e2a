/* Head: what stands above a text and tells nothing: before a title that a story was updated or is exclusive, behind it
 * whose page it is; above a body its title again, who wrote it, whose picture it is, when it was posted. And where an
 * article comes without a title, as files do, the headline on top of its body, which is as good as one.
 *
 * A sentence's place in its text says much of what it tells, so the text has to begin where it begins. Bytes only,
 * nothing allocated; of a body's first lines a few are looked at. */
#ifndef LIB_CODER_HEAD_H
#define LIB_CODER_HEAD_H

#include "lib/coder/coder.h"

/* Bytes of the article's title and body, ends exclusive. */
struct head {
    size_t title_first, title_end;
    bool title_is_in_body; /* these are of the body */
    size_t body_first;
};

void head_find(const struct coder_article *article, struct head *head);

#endif
