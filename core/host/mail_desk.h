/* Mail desk: the threads that speak with mail servers. libcurl waits in the middle of a call for what an SMTP or IMAP server
 * answers to the end of a message, to QUIT and to LOGOUT, which on the HTTP thread would hold up all other requests for as long as
 * one server is silent. So each exchange has a thread, which keeps the connection for a moment, in case another exchange with
 * the same host follows.
 *
 * All calls from the HTTP thread. A transfer that was given belongs to the desk until mail_desk_take gives it back, judged. */
#ifndef CORE_HOST_MAIL_DESK_H
#define CORE_HOST_MAIL_DESK_H

#include "core/host/http_transfer.h"

struct mail_desk;

/* `multi` is woken when an exchange has ended; `user_agent` is lent. NULL when memory is out. */
struct mail_desk *mail_desk_create(CURLM *multi, const char *user_agent);
/* After mail_desk_stop. NULL does nothing. */
void mail_desk_destroy(struct mail_desk *desk);
/* False where there is no thread for it. `host` tells who can have whose connection. */
bool mail_desk_give(struct mail_desk *desk, struct transfer *transfer, const void *host);
/* One that has ended, or NULL. */
struct transfer *mail_desk_take(struct mail_desk *desk);
/* Breaks off what is under way and waits for the threads; then all can be taken. */
void mail_desk_stop(struct mail_desk *desk);

#endif
