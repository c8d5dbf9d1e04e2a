/* Token commands: making and revoking access tokens, as control commands. For control_change alone.
 *
 *     token-create ID    {"kind": "token"|"link", "name", "role", "digest", "expires"}
 *     token-revoke ID|NAME
 *     session-create ID  {"digest", "expires", "with", "with_digest"}: a session for the token or link `with`; a link is
 *                        used up by it. Result: {"name", "role"}
 *
 * Times are milliseconds since 1970, 0 for never. A token itself is never sent, only its digest. */
#ifndef CORE_CONTROL_TOKENS_H
#define CORE_CONTROL_TOKENS_H

#include "core/control/control.h"

struct bus;

bool control_token_create(struct bus *bus, const struct control_request *request, struct error *error);
bool control_token_revoke(struct bus *bus, const struct control_request *request, struct error *error);
bool control_session_create(struct bus *bus, const struct control_request *request, struct json_writer *result,
                            struct error *error);

#endif
