/* Exchange: one HTTP request and its reply, as the plugin's handlers see them.
 *
 * A handler is called when the whole request has come, with everything about it checked that does not depend on what it
 * asks for: method, host, sizes, UTF-8, who is calling. It replies exactly once. What needs the daemon is handled by a worker
 * (workers.h) while the connection is suspended; its reply waits in the exchange for the connection's own thread. An exchange
 * belongs to one thread at a time. */
#ifndef PLUGINS_WEB_EXCHANGE_H
#define PLUGINS_WEB_EXCHANGE_H

#include "lib/base/access_token.h"
#include "lib/base/buffer.h"
#include "plugins/web/workers.h"

#include <entente/plugin.h>

#include <jansson.h>
#include <microhttpd.h>
#include <stdatomic.h>
#include <stdbool.h>

enum {
    BODY_MAX = 64 * 1024,     /* of a request */
    HEADERS_MAX = 32 * 1024,  /* of a request, its line included */
    PARAMETERS_MAX = 40,
    PATH_MAX_BYTES = 512,
    CALLER_NAME_SIZE = 64
};

struct server;

/* In this order: who may more may also less. */
enum role { ROLE_NONE, ROLE_READ, ROLE_ANALYST, ROLE_ADMIN };

struct caller {
    enum role role;
    char name[CALLER_NAME_SIZE];
    char id[ACCESS_TOKEN_ID_SIZE], digest[ACCESS_TOKEN_DIGEST_SIZE];
    bool by_cookie;
    int64_t expires;
};

struct exchange {
    struct job job; /* first: a worker has it for the exchange */
    struct server *server;
    struct MHD_Connection *connection;
    struct peer *peer; /* of the connection, for its deadlines */
    char method[8];
    char path[PATH_MAX_BYTES];
    struct ent_parameter parameters[PARAMETERS_MAX]; /* lent by the connection */
    size_t parameter_count;
    struct buffer body;
    bool body_too_large, is_handled;
    unsigned status;
    struct MHD_Response *response; /* the reply, until it is queued; NULL: there is none */
    struct caller caller;
};

const char *role_word(enum role role);
/* ROLE_NONE for an unknown word. */
enum role role_of(const char *word);

/* NULL where the request has none of that name. */
const char *exchange_header(const struct exchange *exchange, const char *name);
const char *exchange_parameter(const struct exchange *exchange, const char *name);

/* Does the caller take gzip? */
bool exchange_takes_gzip(const struct exchange *exchange);

/* ---- replies; each returns what MHD wants to hear: MHD_NO where there is none, which closes the connection ---- */
enum MHD_Result exchange_reply(struct exchange *exchange, unsigned status, const char *type, const char *bytes, size_t size);
/* With an ETag of its bytes: 304 where the caller has them. Packed where the caller takes that and it is worth it. */
enum MHD_Result exchange_reply_tagged(struct exchange *exchange, const char *type, const char *bytes, size_t size);
/* The same of JSON. */
enum MHD_Result exchange_reply_json(struct exchange *exchange, const char *bytes, size_t size);
/* RFC 9457; `text` is for people. */
enum MHD_Result exchange_problem(struct exchange *exchange, unsigned status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* What the host answered where it did not answer OK; `answer` may be NULL: memory is out. Does not release it. */
enum MHD_Result exchange_problem_of(struct exchange *exchange, const struct ent_answer *answer);
/* Adds the headers that every reply has; takes the response over. `response` NULL: memory is out, the connection is closed. */
enum MHD_Result exchange_send(struct exchange *exchange, unsigned status, struct MHD_Response *response);

/* A parameter's value as a browser's URLSearchParams writes it. */
void exchange_append_value(struct buffer *text, const char *value, size_t size);

/* Does ask() of query/1; for the caller to release. */
const struct ent_answer *exchange_ask(const struct exchange *exchange, const char *question,
                                      const struct ent_parameter *parameters, size_t count);

#endif
