/* Coding: runs the coder over items given as JSON and returns what it found in the shape of labels. The coder is lent;
 * rows belong to the caller. One workspace a thread. */
#ifndef LIB_EVALUATE_CODING_H
#define LIB_EVALUATE_CODING_H

#include "lib/coder/coder.h"
#include "lib/evaluate/label.h"

/* The article of an item {"id","title","body","date","url"}; its texts are lent from the item. */
struct coder_article coding_article(const json_t *item);
/* The events of an item as a row {"id","relevance","events"}; NULL with `error` filled. */
json_t *coding_row(const struct coder *coder, struct coder_workspace *workspace, const json_t *item,
                   double min_confidence, struct error *error);
/* One record in the shape of labels; NULL when memory is out. */
json_t *coding_event(struct record_view event);

#endif
