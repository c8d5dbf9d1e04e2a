/* Access: who is calling, logging in and out, and what guards against requests that a foreign page makes a browser send.
 *
 * A caller shows a token as `Authorization: Bearer`, as the password of `Authorization: Basic` (feed readers know nothing
 * else), or as the cookie that logging in gave. Every request is checked against the store, so that a revoked token is
 * nothing at once. What changes anything by a cookie must say by Origin or Sec-Fetch-Site that it comes from our own page; the
 * cookie is SameSite=Strict besides. */
#ifndef PLUGINS_WEB_ACCESS_H
#define PLUGINS_WEB_ACCESS_H

#include "plugins/web/exchange.h"

/* Fills `exchange->caller`. False where a token was shown and could not be checked or is not valid; *result is then the reply. */
bool access_identify(struct exchange *exchange, enum MHD_Result *result);
/* Does the caller show a token, whatever it is worth? */
bool access_shows_token(const struct exchange *exchange);
/* False where the caller may not do what needs `role`; *result is then the reply. */
bool access_allow(struct exchange *exchange, enum role role, enum MHD_Result *result);
/* False where a browser was made to send this by another page; *result is then the reply. */
bool access_is_own_page(struct exchange *exchange, enum MHD_Result *result);
/* Is it called by a name that is its own? Guards against names of others that lead here (DNS rebinding). */
bool access_is_own_name(const struct exchange *exchange);
/* Is the caller's token still good? For replies that last. */
bool access_still_valid(struct server *server, const struct caller *caller);

enum MHD_Result access_login(struct exchange *exchange);
enum MHD_Result access_logout(struct exchange *exchange);
enum MHD_Result access_me(struct exchange *exchange);

#endif
