/* Full text: whether an entry's own text is only a summary, and whether a page gives something better. Pure functions,
 * any thread. */
#ifndef LIB_ARTICLE_FULLTEXT_H
#define LIB_ARTICLE_FULLTEXT_H

#include "lib/article/article.h"

#include <stdint.h>

/* Short, cut off, or with an invitation to read on elsewhere. `text` may be NULL. */
bool fulltext_is_summary(const char *text);

/* Whether the page's text should stand for the entry's: it is the article, says clearly more, and is of the same
 * matter: words of the entry's text or title are found in it. `title` and `text` may be NULL. */
bool fulltext_is_better(const char *title, const char *text, const struct article *article);

/* What an entry says, without its digits: counters of comments and the like are no change. */
uint64_t fulltext_digest(const char *title, const char *text);

#endif
