/* Export: all events that a filter lets through, as JSON lines or CSV, sent page by page as they are read. */
#ifndef PLUGINS_WEB_EXPORT_H
#define PLUGINS_WEB_EXPORT_H

#include "plugins/web/exchange.h"

enum MHD_Result export_events_jsonl(struct exchange *exchange);
enum MHD_Result export_events_csv(struct exchange *exchange);

#endif
