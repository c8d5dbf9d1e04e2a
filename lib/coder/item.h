/* Item: an item's record as an article to code. By one code for the coder plugin and for recoding, so that both read
 * the same. Pure, any thread. */
#ifndef LIB_CODER_ITEM_H
#define LIB_CODER_ITEM_H

#include "lib/coder/coder.h"

enum { CODER_REMARK_SIZE = 24 };

/* The article lends the record's texts, and `published`, which is filled with its local day, "" where that is not
 * known. */
void coder_read_item(struct record_view item, struct coder_article *article, char published[40]);
/* What is to be remarked of the item beside its events: "uncoded: de", by the text itself, else as its feed says;
 * "relevant: core" or "relevant: mention" where there are no events though it is about cooperation; "" for nothing. */
void coder_remark(struct record_view item, const struct coder_result *result, char remark[CODER_REMARK_SIZE]);

#endif
