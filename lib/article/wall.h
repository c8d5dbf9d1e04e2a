/* Wall: whether what was found on a page is the article, or what stands before it. Internal to lib/article. */
#ifndef LIB_ARTICLE_WALL_H
#define LIB_ARTICLE_WALL_H

#include "lib/article/article.h"
#include "lib/article/content.h"
#include "lib/article/metadata.h"

#include <stddef.h>

/* *reason is a constant text, NULL with ARTICLE_FULL. */
enum article_verdict wall_judge(const struct page *page, const struct runs *runs, const struct content *content,
                                const struct metadata *metadata, const char **reason);

/* How many different phrases of cookie dialogues a text holds. */
unsigned wall_count_consent(const char *text, size_t size);

#endif
