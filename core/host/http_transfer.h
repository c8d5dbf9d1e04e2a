/* Transfer: one request of the HTTP client. Shared by http.c (thread, queue, politeness), http_transfer.c (making one,
 * and what libcurl calls back), http_ask.c (libcurl's options, hop by hop) and http_outcome.c (what came of it). HTTP
 * thread only, once it was submitted; while a mail server is spoken with, its thread (mail_desk.h). */
#ifndef CORE_HOST_HTTP_TRANSFER_H
#define CORE_HOST_HTTP_TRANSFER_H

#include "core/host/http.h"

#include <curl/curl.h>
#include <stdatomic.h>

struct host;
struct mail_exchange;

enum { TRANSFER_SLOW_BYTES = 64 }; /* a second; below it an exchange trickles */

struct transfer {
    struct transfer *next, *ended_next; /* the latter: mail_desk's */
    CURL *easy;
    struct curl_slist *headers; /* the plugin's, and validators */
    struct curl_slist *sent;    /* these and what is secret, for the hop under way */
    struct http_limits limits;
    struct http_access access;
    const char *access_url; /* whose origin they are meant for */
    const char *apart;      /* NULL: politeness is shared with all that ask the host */
    const atomic_bool *is_cancelled; /* lent; NULL: never */
    void (*done)(void *context, struct http_response *response);
    void *context;
    const atomic_bool *is_stopping;  /* the client is; set where it is looked at while the exchange goes on. NULL: not */
    bool is_last;               /* of a mail: nobody else waits for its server, so the connection is ended with it */
    struct host *host;          /* where it is active or waits */
    struct mail_exchange *mail; /* in the response's arena; NULL: an HTTP request */

    const char *method;    /* the texts are in the response's arena */
    const char *url;       /* asked for by the plugin */
    const char *shown_url; /* without user and password */
    const char *target;    /* asked for now: url, where it moved to, or where it was redirected to */
    bool is_at_move;       /* began at known.moved_to */
    const void *body;
    size_t body_size;
    uint64_t max_response;
    int64_t timeout_ms;
    bool is_conditional;
    struct unit_http_state known; /* all NULL where nothing is known */

    unsigned hops; /* redirects followed */
    bool all_permanent;
    int64_t spent_ms; /* on the hops before */

    /* of the hop under way */
    long status;
    const char *etag, *last_modified, *reason;
    size_t header_bytes;
    struct transfer_words *words; /* NULL before the first hop: thousands may wait for their turn */
    struct ent_http_header *response_headers; /* HEADERS_MAX; texts in the arena */
    size_t response_header_count;

    bool is_too_large;       /* max_response or the headers' limit */
    bool is_long_on_line;    /* max_download */
    struct http_response *response;
};

/* What is said of the hop under way; "" for nothing. */
struct transfer_words {
    char error[CURL_ERROR_SIZE]; /* by libcurl */
    char refusal[200];           /* by the address policy */
};

/* False with `error` where http_submit should refuse the request at once. */
bool transfer_check_request(const struct http_job *job, struct error *error);
/* NULL when memory is out. */
struct transfer *transfer_create(const struct http_job *job);
void transfer_destroy(struct transfer *transfer);
/* "host:port" of the address it asks now, the caller's to free; NULL where that cannot be parsed. */
char *transfer_host(const struct transfer *transfer);
/* Makes its easy handle, ready to be added. False when memory is out, the address malformed or an option of the access
 * wrong: then its words may have a refusal that says why. */
bool transfer_prepare(struct transfer *transfer, const char *user_agent);
/* True where it should be made ready and added once more: it is redirected, or the address it was known to have moved
 * to failed. */
bool transfer_goes_on(struct transfer *transfer, CURLcode code);
/* Ends it with what libcurl says: fills the response. */
void transfer_judge(struct transfer *transfer, CURLcode code);
/* Ends it without having asked. */
void transfer_fail(struct transfer *transfer, enum ent_http_outcome outcome, int64_t retry_after_ms, const char *why);
/* Hands the response over and frees the transfer. */
void transfer_finish(struct transfer *transfer);

/* ---- between its parts ---- */
/* libcurl's callbacks. */
void transfer_set_callbacks(struct transfer *transfer);
/* Whether `text` may be part of a header's line. */
bool transfer_is_header_text(const char *text);
bool transfer_is_header_name(const char *name);

#endif
