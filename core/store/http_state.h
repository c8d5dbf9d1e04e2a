/* What HTTP learnt of an address: validators, permanent moves, the last body's digest. Written with the unit of work
 * that consumed the response, so that a crash in between never turns into a 304 that loses items. Reading is for any
 * thread with its own connection. Table: http_state(instance, url, etag, last_modified, moved_to, moved_since,
 * body_digest). */
#ifndef CORE_STORE_HTTP_STATE_H
#define CORE_STORE_HTTP_STATE_H

#include "lib/base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct store;

extern const char store_http_state_schema[];

struct http_state {
    const char *url;                  /* as requested */
    const char *etag, *last_modified; /* NULL: none */
    const char *moved_to;             /* NULL: none */
    int64_t moved_since;              /* 0: no move */
    const char *body_digest;          /* NULL: none */
};

/* The texts are lent until the callback returns. */
typedef void store_http_state_callback(void *context, const struct http_state *state);
/* Calls back only where the address is known. */
bool store_http_state_get(struct store *store, const char *instance, const char *url,
                          store_http_state_callback *callback, void *context, struct error *error);
bool store_http_state_put(struct store *store, const char *instance, const struct http_state *state,
                          struct error *error);

#endif
