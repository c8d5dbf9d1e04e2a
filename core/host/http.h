/* HTTP: one thread and one libcurl multi handle for all instances' requests, those to mail servers (mail/1) among them.
 *
 * What it holds every request to: http and https only, or the mail protocols where one of those was meant; addresses by
 * core/host/http_address.h, after resolution, on every hop and on reused connections; limits on what comes over the line
 * and on the body after decompression; a limit on the whole exchange and on trickling; a limit on redirects; so many
 * requests at once to one host, and a delay between their starts; no request to a host that has asked to be left alone
 * (429 or 503 with Retry-After) until it may be asked again; of those that are `apart`, each for itself. Redirects are followed here and not by libcurl, so that
 * each hop is held to all of this, and so that secrets go to the host that they were configured for and to no other.
 *
 * A proxy is used only where the instance names one; http_proxy and its like in the environment count for nothing. The
 * proxy itself may stand anywhere. What lies behind it only the proxy can judge: here just addresses written as such
 * and names that can only be local are refused.
 *
 * Conditional requests carry the validators given in `state`; what the response taught comes back in the response's
 * `state`, for the unit that consumes it to keep. An address that redirects for good to one and the same place for a
 * week is asked there at once, and at its old one again where the new one fails: not sooner, since captive portals and
 * parked domains redirect "for good" too. An equal body counts as not modified.
 *
 * Threads: http_submit and http_cancel from any; `done` is called on the HTTP thread and must not block. A response
 * belongs to whoever it was given to, until http_response_destroy. */
#ifndef CORE_HOST_HTTP_H
#define CORE_HOST_HTTP_H

#include "core/bus/unit.h"
#include "lib/base/arena.h"
#include "lib/base/buffer.h"
#include "lib/base/error.h"

#include <entente/plugin.h>

#include <stdatomic.h>

struct http_client;

struct http_limits {
    uint64_t max_body;     /* bytes, after decompression */
    uint64_t max_download; /* bytes over the line; 0: as max_body */
    int64_t timeout_ms;   /* whole exchange, from the moment the request is sent out */
    int64_t min_delay_ms; /* between the starts of two requests to one host */
    unsigned max_redirects;
    unsigned max_per_host; /* at once */
    bool allow_private;
};

/* By what it gets in, and on which way. NULL for none. Texts live until all answers have come. */
struct http_access {
    const char *user, *password; /* basic */
    const char *bearer;          /* token */
    const char *cookies;         /* "a=1; b=2" */
    const char *headers;         /* "Name: value" lines */
    const char *proxy, *proxy_user, *proxy_password;
    const char *ca_certificates;                  /* file, instead of the system's */
    const char *client_certificate, *client_key;  /* files */
    const char *client_key_password;
};

struct http_response {
    struct http_response *next;     /* for its owner's queue */
    struct ent_http_response shown; /* what the plugin gets; texts live below */
    struct arena *arena;
    struct buffer body;
    bool has_state;
    struct unit_http_state state; /* to be kept if the consuming unit commits */
    bool has_moved;               /* its permanent move is new */
    int64_t fresh_ms;             /* how long the answer holds by Cache-Control or Expires, -1 where it does not say */
    uint64_t generation;          /* as the job gave it */
};

struct http_job {
    const struct ent_http_request *request; /* copied; NULL: `mail` it is */
    const struct ent_mail_request *mail;    /* copied; an exchange with a mail server instead */
    struct http_limits limits;
    struct http_access access;
    const char *access_url; /* whose origin `access` is meant for; copied. NULL: that of the request */
    const char *apart;     /* whose requests wait for none but each other, whatever the host; copied. NULL: for all to it */
    const struct unit_http_state *state; /* for ENT_HTTP_CONDITIONAL: what is known of the address, or NULL; copied */
    const atomic_bool *is_cancelled;     /* lent until `done`; see http_cancel. NULL: never */
    uint64_t generation;                 /* the owner's, to know answers to a predecessor's questions */
    void (*done)(void *context, struct http_response *response); /* takes the response over */
    void *context;
};

/* `contact` (an address or mail address, may be NULL) goes into the User-Agent. */
struct http_client *http_client_create(const char *contact, struct error *error);
/* Every outstanding request is answered as cancelled first. */
void http_client_destroy(struct http_client *client);

/* True: `done` will be called exactly once. False: the request is malformed, `error` says how. */
bool http_submit(struct http_client *client, const struct http_job *job, struct error *error);
/* Makes the client look at its requests' `is_cancelled`: those marked are answered with ENT_HTTP_CANCELLED. Returns at
 * once; `done` follows. */
void http_cancel(struct http_client *client);
/* The address without user and password, under which it is known and told; in `arena` where it had any. */
const char *http_shown_url(struct arena *arena, const char *url);
void http_response_destroy(struct http_response *response);

#endif
