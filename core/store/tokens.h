/* Tokens in the store: who may ask and command over the network, and as what.
 *
 * Of each token (lib/base/access_token.h) the digest is kept, never the token. There are three kinds: a *token*, made by
 * `entente token create`; a *session*, which a browser got for a token; a *link*, with which a browser gets one session. A
 * session's parent is the token that it was got for, and dies with it; a session got for a link lives by itself.
 *
 * Writing is for the writer's thread inside its transaction; reading for any thread with its own connection. Table:
 * access_token(id, kind, name, role, digest, parent, created, expires). */
#ifndef CORE_STORE_TOKENS_H
#define CORE_STORE_TOKENS_H

#include "lib/base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct store;

extern const char store_tokens_schema[];

struct token_row {
    const char *id;
    const char *kind; /* token | session | link */
    const char *name; /* of a person or program, for people; stands as author of what it does */
    const char *role; /* read | analyst | admin */
    const char *digest;
    const char *parent; /* "" for none */
    int64_t created, expires; /* expires 0: never */
};

enum { TOKENS_MAX = 10000 };

/* ERROR_STATE where the id, or the name of another token, is there already; ERROR_LIMIT past TOKENS_MAX. Those that have
 * expired by `now` are removed. */
bool store_token_put(struct store *store, const struct token_row *row, int64_t now, struct error *error);
/* By id, or a token by its name; sessions got for it go too. ERROR_MISSING where there is none. */
bool store_token_revoke(struct store *store, const char *id_or_name, struct error *error);
/* Return false to stop early; the texts are lent. */
typedef bool store_token_callback(void *context, const struct token_row *row);
/* In the order in which they were made. */
bool store_tokens_each(struct store *store, store_token_callback *callback, void *context, struct error *error);
/* The one with this id whose digest is this and which has not expired by `now`; false with ERROR_MISSING where there is none,
 * whichever of these is wrong. */
bool store_token_check(struct store *store, const char *id, const char *digest, int64_t now,
                       store_token_callback *callback, void *context, struct error *error);

#endif
