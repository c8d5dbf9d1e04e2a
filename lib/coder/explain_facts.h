/* Explain facts: what was coded of an event, or nearly was, and why, as labelled lines of plain text. Texts of the
 * article stand in them as they are: whoever prints them makes them safe. One thread. */
#ifndef LIB_CODER_EXPLAIN_FACTS_H
#define LIB_CODER_EXPLAIN_FACTS_H

#include "lib/base/buffer.h"
#include "lib/coder/workspace.h"

/* `value` is lent until the call returns. */
typedef void explain_fact(void *context, const char *label, const struct buffer *value);

/* "arms_transfer.grant: announced, confirmed, current, 0.90" */
void explain_headline(const struct event *event, struct buffer *out);
/* Actors, date, places, …, the frame; each as "supplier", "TUR “Turkey”". */
void explain_facts(const struct coder_workspace *workspace, const struct event *event, explain_fact *fact,
                   void *context);

#endif
