/* Details: an event's date, places, quantities, equipment, cited sources, name, programme and tags, each taken from the
 * trigger's own sentence or an explicit link, with its evidence. */
#ifndef LIB_CODER_DETAIL_H
#define LIB_CODER_DETAIL_H

#include "lib/coder/workspace.h"

/* After status_read, which says whether the event lies ahead. */
void detail_date(struct coder_workspace *workspace, struct event *event);
void detail_rest(struct coder_workspace *workspace, struct event *event);
/* The goods within reach of the trigger. */
void detail_equipment(struct coder_workspace *workspace, struct event *event);
/* Notes words that tell of the event, as far as there is room; those of a value are kept with the value as well. */
void detail_evidence(struct event *event, const char *field, struct stretch quote);
/* That the event has the tag, for these words. */
void detail_tag(struct event *event, const char *tag, struct stretch words);
/* The words of a complete event: those that were noted, in their order, then those of each of its values, so that none
 * is without where many tell of the event. A value that no words stand for has none. */
void detail_quotes(const struct event *event, struct event_quotes *quotes);
/* The sentence that the event was found in, for its evidence. */
struct stretch detail_sentence(const struct event *event);

#endif
