/* Event pair: what two events of an article have in common, for whoever asks whether they tell of one undertaking. Pure. */
#ifndef LIB_CODER_EVENT_PAIR_H
#define LIB_CODER_EVENT_PAIR_H

#include "lib/coder/workspace.h"

/* How many principal actors both have, and how many there are in all. */
void event_pair_overlap(const struct event *a, const struct event *b, uint32_t *shared, uint32_t *all);
/* All principal actors are those of both, and there are some. */
bool event_pair_has_same_parties(const struct event *a, const struct event *b);
/* One actor on opposite sides: two undertakings. */
bool event_pair_directions_clash(const struct event *a, const struct event *b);
/* Their days are more than three apart. */
bool event_pair_dates_clash(const struct event *a, const struct event *b);
/* `from` is told in the sentence of `into`, right behind it, or, where one stands in the title, soon. */
bool event_pair_is_near(const struct event *into, const struct event *from);
/* The first sum of money of an event; NULL for none. */
const struct quantity *event_pair_sum(const struct event *event);

#endif
