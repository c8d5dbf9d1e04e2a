/* Page: the dashboard's files, and what a browser is told to ask for while it still reads them. */
#ifndef PLUGINS_WEB_PAGE_H
#define PLUGINS_WEB_PAGE_H

#include "plugins/web/exchange.h"
#include "plugins/web/files.h"

/* Packed where the caller takes that; 304 where it has the file. */
enum MHD_Result page_send(struct exchange *exchange, const struct file *file);
/* The file at the exchange's path, or the page for the view there. */
enum MHD_Result page_answer(struct exchange *exchange);

#endif
