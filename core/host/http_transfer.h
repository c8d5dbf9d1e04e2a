/* What http.c (the client: thread, queue, politeness) and http_transfer.c (one request: libcurl's options and
 * callbacks, and what its outcome means) share. */
#ifndef CORE_HOST_HTTP_TRANSFER_H
#define CORE_HOST_HTTP_TRANSFER_H

#include "core/host/http.h"

#include <curl/curl.h>
#include <stdatomic.h>

struct host;
struct mail_exchange;

struct transfer {
    struct transfer *next;
    CURL *easy;
    struct curl_slist *headers;
    struct http_limits limits;
    const atomic_bool *is_cancelled; /* lent; NULL: never */
    void (*done)(void *context, struct http_response *response);
    void *context;
    struct host *host;          /* where it is active or waits */
    struct mail_exchange *mail; /* in the response's arena; NULL: an HTTP request */

    const char *method;    /* the texts are in the response's arena */
    const char *url;       /* asked for by the plugin */
    const char *shown_url; /* without user and password */
    const char *target;    /* asked for now: url, or where it moved to */
    const void *body;
    size_t body_size;
    uint64_t max_response;
    int64_t timeout_ms;
    bool is_conditional;
    struct unit_http_state known; /* all NULL where nothing is known */

    /* of the hop under way */
    long status;
    bool all_permanent;
    unsigned hops;
    const char *etag, *last_modified, *reason;
    size_t header_bytes;
    char error_text[CURL_ERROR_SIZE];
    struct ent_http_header *response_headers; /* HEADERS_MAX; texts in the arena */
    size_t response_header_count;

    bool is_too_large;
    char refusal[200]; /* by the address policy; "" for none */
    struct http_response *response;
};

/* False with `error` where http_submit should refuse the request at once. */
bool transfer_check_request(const struct http_job *job, struct error *error);
/* NULL when memory is out. */
struct transfer *transfer_create(const struct http_job *job);
void transfer_destroy(struct transfer *transfer);
/* "host:port" of the address it asks now, the caller's to free; NULL where that cannot be parsed. */
char *transfer_host(const struct transfer *transfer);
/* Makes its easy handle, ready to be added. False when memory is out or the address is malformed. */
bool transfer_prepare(struct transfer *transfer, const char *user_agent);
/* True where it should be made ready and added once more: the address it was known to have moved to failed. */
bool transfer_falls_back(struct transfer *transfer, CURLcode code);
/* Ends it with what libcurl says: fills the response. */
void transfer_judge(struct transfer *transfer, CURLcode code);
/* Ends it without having asked. */
void transfer_fail(struct transfer *transfer, enum ent_http_outcome outcome, int64_t retry_after_ms, const char *why);
/* Hands the response over and frees the transfer. */
void transfer_finish(struct transfer *transfer);

#endif
