/* Export: all events that a filter lets through, in one of the host's formats for programs, sent page by page as they are read. */
#ifndef PLUGINS_WEB_EXPORT_H
#define PLUGINS_WEB_EXPORT_H

#include "plugins/web/exchange.h"

/* Answers each path below this; which format is which is a table of export.c. */
#define API_EXPORTS "/api/v1/exports/"
enum MHD_Result export_answer(struct exchange *exchange);

#endif
