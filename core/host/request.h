/* Request: what a plugin submits to http/1 and mail/1, read whatever the header's version it was built with. Pure; any
 * thread. */
#ifndef CORE_HOST_REQUEST_H
#define CORE_HOST_REQUEST_H

#include "lib/base/error.h"

#include <entente/plugin.h>

#include <stdbool.h>

/* False with `error`, which is for the plugin's author. */
bool request_read_http(struct ent_http_request *own, const struct ent_http_request *given, struct error *error);
bool request_read_mail(struct ent_mail_request *own, const struct ent_mail_request *given, struct error *error);

#endif
