/* Routes: the table of paths and what answers them. Reading is open to the role read; what changes anything goes by one path,
 * /api/v1/commands, whose table says which role each command needs. */
#ifndef PLUGINS_WEB_ROUTES_H
#define PLUGINS_WEB_ROUTES_H

#include "plugins/web/exchange.h"

/* Does the reply need the daemon, and who calls to be known? The page's own files do not. */
bool routes_need_daemon(const struct exchange *exchange);
/* Replies to a request that has come whole. */
enum MHD_Result routes_answer(struct exchange *exchange);

#endif
