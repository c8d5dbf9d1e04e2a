/* What the elements of HTML mean for a page, as a table. Internal to lib/article. */
#ifndef LIB_ARTICLE_PAGE_TAGS_H
#define LIB_ARTICLE_PAGE_TAGS_H

#include "lib/article/page.h"

enum { PAGE_NAME_MAX = 24 };

struct page_element {
    char name[PAGE_NAME_MAX];
    unsigned char kind, tag, level; /* enum page_kind, enum page_tag, of headings */
};

/* Never NULL: an unknown element is an inline one. `name` is in lower case. */
const struct page_element *page_find_element(const char *name);

#endif
