/* Asked filter: the parameters that say which events are meant, in what order, and which page of them. Not for other
 * rooms. */
#ifndef CORE_ASK_ASKED_FILTER_H
#define CORE_ASK_ASKED_FILTER_H

#include "core/ask/question.h"

struct rule;

struct asked_filter {
    struct query_filter filter;
    struct rule *rule; /* NULL for none */
};

/* What events are filtered by, pages and order aside. False, refused, where something is wrong. End it in any case. */
bool asked_filter_read(struct asking *asking, struct asked_filter *asked);
void asked_filter_end(struct asked_filter *asked);

bool asked_order_read(struct asking *asking, struct query_filter *filter);
bool asked_page_read(struct asking *asking, struct query_filter *filter);
bool asked_times_read(struct asking *asking, struct query_filter *filter);
/* Of a cursor that could not be begun or gone on with: one of somebody else's making is the asker's fault. Returns
 * `ok`. */
bool asked_page_blame(struct asking *asking, bool ok);

#endif
