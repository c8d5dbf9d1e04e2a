/* Event trade: events as rows of a trade register, one for each recipient and item of equipment, after the columns that
 * SIPRI's register of arms transfers has; and the parties of an event. Of arms transfers alone: others give no row. */
#ifndef CORE_EXPORT_EVENT_TRADE_H
#define CORE_EXPORT_EVENT_TRADE_H

#include "core/export/event_format.h"

enum { EVENT_PARTIES_MAX = 96 };
extern const char *const event_trade_columns[]; /* ended by NULL */
void event_trade_print(struct csv *csv, struct record_view event, const struct event_retrieved *retrieved,
                       struct buffer *scratch);

/* One that takes part: no observer, vague group or unknown party. Texts are the event's. */
struct event_party {
    const char *id;
    bool gives, takes;
};
size_t event_parties(struct record_view event, struct event_party parties[EVENT_PARTIES_MAX]);

/* The quote for a field of the event, else the first one; NULL where it has none. */
const char *event_quote(struct record_view event, const char *field);
/* The cells urls, retrieved and quote. */
void event_cells_provenance(struct csv *csv, struct record_view event, const struct event_retrieved *retrieved,
                            const char *quote, struct buffer *scratch);

#endif
