/* Syndication: Atom feeds (RFC 4287) of the events or alerts that a filter lets through, for feed readers. */
#ifndef PLUGINS_WEB_SYNDICATION_H
#define PLUGINS_WEB_SYNDICATION_H

#include "plugins/web/exchange.h"

enum MHD_Result syndication_events(struct exchange *exchange);
enum MHD_Result syndication_alerts(struct exchange *exchange);

#endif
