/* Explain page: the explanation of articles as one HTML page that asks for nothing outside itself and needs no script.
 *
 * Choosing an event shows its evidence by radio buttons and style alone; the page's policy allows its one style, by
 * hash, and nothing else. One owner, one thread. */
#ifndef LIB_CODER_EXPLAIN_PAGE_H
#define LIB_CODER_EXPLAIN_PAGE_H

#include "lib/base/buffer.h"
#include "lib/coder/coder.h"

struct explain_page {
    struct buffer body, style;
    unsigned articles;
};

#define EXPLAIN_PAGE_INIT                                                                                              \
    {                                                                                                                  \
        BUFFER_INIT, BUFFER_INIT, 0                                                                                    \
    }

/* Adds the item last coded. */
void explain_page_add(struct explain_page *page, const struct coder_workspace *workspace, const char *id,
                      const struct coder_result *result);
/* Appends the whole page and frees it. `stamp` is the coder's. */
void explain_page_finish(struct explain_page *page, const char *stamp, struct buffer *out);

#endif
