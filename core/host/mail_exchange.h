/* Mail exchange: what a transfer (core/host/http_transfer.h) does otherwise where it speaks IMAP or SMTP: which
 * protocols, whether TLS must be had, who logs in, what is sent, and what the server's last line says. HTTP thread, but
 * for check and copy. */
#ifndef CORE_HOST_MAIL_EXCHANGE_H
#define CORE_HOST_MAIL_EXCHANGE_H

#include "core/host/http_transfer.h"

/* False with `error` where the request is malformed. */
bool mail_exchange_check(const struct ent_mail_request *request, struct error *error);
/* A copy in the arena; a failure shows there. */
struct mail_exchange *mail_exchange_copy(struct arena *arena, const struct ent_mail_request *request);
/* Sets libcurl's options; false when memory is out. */
bool mail_exchange_prepare(struct transfer *transfer);
/* Takes the reply code and the server's words into the response. */
void mail_exchange_judge(struct transfer *transfer, CURLcode code);
/* Frees what libcurl was lent. */
void mail_exchange_release(struct mail_exchange *exchange);

#endif
