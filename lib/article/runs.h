/* Runs: the pieces of text of a page, in document order, as the eye sees them: a paragraph, a list item, a caption.
 * Internal to lib/article.
 *
 * A run is text between two block boundaries or two line breaks. Runs are what is judged and put out; the tree is asked
 * only for what stands around them. */
#ifndef LIB_ARTICLE_RUNS_H
#define LIB_ARTICLE_RUNS_H

#include "lib/article/page.h"
#include "lib/base/buffer.h"

struct run {
    uint32_t node;  /* its first text node */
    uint32_t block; /* the block that holds it */
    const char *text;
    uint32_t size;
    uint32_t weight;      /* letters and digits; of scripts without spaces each counts as two */
    uint32_t link_weight; /* of these within links to other pages */
    uint8_t level;        /* of a heading, else 0 */
    bool is_item;         /* of a list */
    bool is_caption;
    bool is_junk;
    bool ends_sentence;
    int32_t value; /* how much it speaks for being the article's text; negative against it */
};

struct runs {
    struct run *all;
    uint32_t count, capacity;
    uint32_t *first;         /* by node: the first run whose node is not before it; node_count + 1 entries */
    int64_t *value;          /* sums of the values of runs before each, junk left out; count + 1 entries */
    int64_t *good;           /* the same of positive values */
    uint32_t *heading_links; /* of headings that are links, before each; count + 1 entries */
};

/* NULL when the page's arena is out. Hidden and skipped elements are left out. */
struct runs *runs_find(const struct page *page);

/* Makes the sums anew after is_junk has changed. */
void runs_sum(struct runs *runs);

/* Of the runs below a node. */
int64_t runs_value(const struct runs *runs, const struct page *page, uint32_t node);
int64_t runs_good(const struct runs *runs, const struct page *page, uint32_t node);

/* Letters and digits of a text, weighed as above. */
uint32_t runs_weigh(const char *text, size_t size);

#endif
