/* Routes: the table of paths and what answers them. Reading is open to the role read; what changes anything goes by one path,
 * /api/v1/commands, whose table says which role each command needs. */
#ifndef PLUGINS_WEB_ROUTES_H
#define PLUGINS_WEB_ROUTES_H

#include "plugins/web/exchange.h"

/* Replies to a request that has come whole. */
enum MHD_Result routes_answer(struct exchange *exchange);

#endif
