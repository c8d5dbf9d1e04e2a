#include "core/host/http_transfer.h"

#include "core/host/http_address.h"
#include "core/host/mail_exchange.h"
#include "lib/base/buffer.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { SLOW_SECONDS = 20, LEAST_TIMEOUT_MS = 1 /* libcurl takes 0 for "no limit" */ };

/* ---- addresses ---- */

/* Parts of an address; "" for what it has not. To be freed with curl_free. */
struct origin {
    char *scheme, *host, *port;
};

static bool read_origin(struct origin *origin, const char *url)
{
    CURLU *parts = curl_url();
    *origin = (struct origin){NULL, NULL, NULL};
    bool is_good = parts && curl_url_set(parts, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
                   curl_url_get(parts, CURLUPART_SCHEME, &origin->scheme, 0) == CURLUE_OK &&
                   curl_url_get(parts, CURLUPART_HOST, &origin->host, 0) == CURLUE_OK;
    if (is_good && curl_url_get(parts, CURLUPART_PORT, &origin->port, CURLU_DEFAULT_PORT) != CURLUE_OK)
        origin->port = NULL;
    curl_url_cleanup(parts);
    return is_good;
}

static void free_origin(struct origin *origin)
{
    curl_free(origin->scheme);
    curl_free(origin->host);
    curl_free(origin->port);
}

char *transfer_host(const struct transfer *transfer)
{
    struct origin origin;
    char *name = NULL;
    if (read_origin(&origin, transfer->target) &&
        asprintf(&name, "%s%s%s:%s", transfer->apart ? transfer->apart : "", transfer->apart ? "@" : "", origin.host,
                 origin.port ? origin.port : "") < 0)
        name = NULL;
    free_origin(&origin);
    return name;
}

static bool is_port(const struct origin *origin, const char *port)
{
    return origin->port && strcmp(origin->port, port) == 0;
}

/* May what is secret go from the address that it was configured for to this one? To the same origin, and from http to
 * https of the same host. */
static bool may_have_secrets(const struct transfer *transfer)
{
    struct origin from = {0}, to = {0};
    bool is_known = transfer->access_url && read_origin(&from, transfer->access_url),
         is_good = read_origin(&to, transfer->target) && is_known;
    bool is_same_host = is_good && strcasecmp(from.host, to.host) == 0;
    bool is_same = is_same_host && strcasecmp(from.scheme, to.scheme) == 0 && from.port && is_port(&to, from.port);
    bool is_safer = is_same_host && strcasecmp(from.scheme, "http") == 0 && is_port(&from, "80") &&
                    strcasecmp(to.scheme, "https") == 0 && is_port(&to, "443");
    free_origin(&from);
    free_origin(&to);
    return is_same || is_safer;
}

/* ---- what is secret ---- */

static bool append(struct transfer *transfer, const char *line)
{
    struct curl_slist *longer = curl_slist_append(transfer->sent, line);
    if (longer)
        transfer->sent = longer;
    return longer != NULL;
}

static bool refuse_header(struct transfer *transfer, unsigned line)
{
    snprintf(transfer->words->refusal, sizeof transfer->words->refusal,
             "line %u of the option `headers` is no header; it should read NAME: VALUE", line);
    return false;
}

/* Each line of `headers` that holds something. Values are never told. */
static bool append_header_lines(struct transfer *transfer, const char *lines)
{
    unsigned number = 1;
    bool is_good = true;
    for (const char *at = lines; is_good && *at; number++) {
        size_t size = strcspn(at, "\r\n");
        char *line = strndup(at, size);
        char *colon = line ? strchr(line, ':') : NULL;
        at += size;
        at += *at == '\r';
        at += *at == '\n';
        if (!line)
            return false;
        if (*line && colon) {
            *colon = '\0';
            bool is_header = transfer_is_header_name(line) && transfer_is_header_text(colon + 1);
            *colon = ':';
            is_good = is_header ? append(transfer, line) : refuse_header(transfer, number);
        } else if (*line) {
            is_good = refuse_header(transfer, number);
        }
        free(line);
    }
    return is_good;
}

static bool append_bearer(struct transfer *transfer, const char *token)
{
    struct buffer line = BUFFER_INIT;
    buffer_printf(&line, "Authorization: Bearer %s", token);
    bool is_good = !line.failed && transfer_is_header_text(token) && append(transfer, line.bytes);
    buffer_free(&line);
    return is_good;
}

static bool set_secrets(struct transfer *transfer)
{
    const struct http_access *access = &transfer->access;
    CURL *easy = transfer->easy;
    if (!may_have_secrets(transfer))
        return true;
    if (access->user || access->password) {
        curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        curl_easy_setopt(easy, CURLOPT_USERNAME, access->user ? access->user : "");
        curl_easy_setopt(easy, CURLOPT_PASSWORD, access->password ? access->password : "");
    }
    if (access->cookies)
        curl_easy_setopt(easy, CURLOPT_COOKIE, access->cookies);
    if (access->client_certificate) {
        curl_easy_setopt(easy, CURLOPT_SSLCERT, access->client_certificate);
        curl_easy_setopt(easy, CURLOPT_SSLKEY, access->client_key ? access->client_key : access->client_certificate);
        curl_easy_setopt(easy, CURLOPT_KEYPASSWD, access->client_key_password);
    }
    return (!access->bearer || append_bearer(transfer, access->bearer)) &&
           (!access->headers || append_header_lines(transfer, access->headers));
}

static bool set_headers(struct transfer *transfer)
{
    curl_slist_free_all(transfer->sent);
    transfer->sent = NULL;
    for (const struct curl_slist *header = transfer->headers; header; header = header->next)
        if (!append(transfer, header->data))
            return false;
    if (!set_secrets(transfer))
        return false;
    curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, transfer->sent);
    return true;
}

/* ---- the way there ---- */

/* Behind a proxy names are resolved where nobody here sees it: what can be told from the address alone is. */
static bool may_ask_proxy(struct transfer *transfer)
{
    struct origin origin;
    const char *restriction = NULL;
    if (read_origin(&origin, transfer->target) && !transfer->limits.allow_private)
        restriction = address_host_restriction(origin.host);
    free_origin(&origin);
    if (restriction)
        snprintf(transfer->words->refusal, sizeof transfer->words->refusal,
                 "it leads to a %s address; set allow_private = yes if it shall be reached", restriction);
    return !restriction;
}

/* An empty proxy is none, and keeps libcurl from asking the environment. */
static bool set_way(struct transfer *transfer)
{
    const struct http_access *access = &transfer->access;
    CURL *easy = transfer->easy;
    curl_easy_setopt(easy, CURLOPT_PROXY, access->proxy ? access->proxy : "");
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
    curl_easy_setopt(easy, CURLOPT_PROXYUSERNAME, access->proxy_user);
    curl_easy_setopt(easy, CURLOPT_PROXYPASSWORD, access->proxy_password);
    curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    if (transfer->mail)
        curl_easy_setopt(easy, CURLOPT_HTTPPROXYTUNNEL, 1L);
    if (access->ca_certificates)
        curl_easy_setopt(easy, CURLOPT_CAINFO, access->ca_certificates);
    return !access->proxy || may_ask_proxy(transfer);
}

static void set_method(struct transfer *transfer)
{
    CURL *easy = transfer->easy;
    if (strcmp(transfer->method, "HEAD") == 0) {
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    } else if (strcmp(transfer->method, "GET") != 0 || transfer->body_size > 0) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)transfer->body_size);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, transfer->body);
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, transfer->method);
    }
}

static void set_limits(struct transfer *transfer)
{
    CURL *easy = transfer->easy;
    int64_t left = transfer->timeout_ms - transfer->spent_ms;
    long slow = left > SLOW_SECONDS * 1000L ? SLOW_SECONDS : (long)(left / 1000) + 1;
    uint64_t announced = transfer->limits.max_download > 0 && transfer->limits.max_download < transfer->max_response
                             ? transfer->limits.max_download
                             : transfer->max_response;
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)(left > LEAST_TIMEOUT_MS ? left : LEAST_TIMEOUT_MS));
    /* Who is sent something may have to think before it says a word: only the timeout bounds that. */
    bool reads = transfer->mail || transfer->body_size == 0;
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, reads ? (long)TRANSFER_SLOW_BYTES : 0L);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, reads ? slow : 0L);
    curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)announced);
}

/* Some sites set a cookie, redirect to themselves and want to see it; it is forgotten after the exchange. A cookie that
 * has expired turns that on: COOKIEFILE would too, but curl_easy_reset forgets to free it. */
static void keep_cookies(CURL *easy)
{
    static const char expired[] =
        "Set-Cookie: none=; domain=cookies.invalid; expires=Thu, 01 Jan 1970 00:00:01 GMT";
    curl_easy_setopt(easy, CURLOPT_COOKIELIST, expired);
}

bool transfer_prepare(struct transfer *transfer, const char *user_agent)
{
    if (!transfer->easy && (transfer->easy = curl_easy_init()))
        keep_cookies(transfer->easy);
    CURL *easy = transfer->easy;
    if (!transfer->words)
        transfer->words = calloc(1, sizeof *transfer->words);
    if (!easy || !transfer->words)
        return false;
    curl_easy_reset(easy);
    transfer->status = 0;
    transfer->header_bytes = 0;
    transfer->is_too_large = transfer->is_long_on_line = false;
    transfer->words->refusal[0] = transfer->words->error[0] = '\0';
    buffer_clear(&transfer->response->body);
    transfer->response->body.limit = 0;
    transfer_set_callbacks(transfer);
    set_limits(transfer);
    if (!transfer->mail)
        set_method(transfer);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->words->error);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, user_agent);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
    /* Several feeds of one host share an HTTP/2 connection rather than opening one each. Without TLS there is none to be
     * shared, and libcurl would know that only from the first answer, for which all others to that host would wait. */
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(easy, CURLOPT_PIPEWAIT, (long)(!transfer->apart && strncasecmp(transfer->target, "https:", 6) == 0));
    bool is_ready = set_way(transfer) && (transfer->mail ? mail_exchange_prepare(transfer) : set_headers(transfer));
    return is_ready && curl_easy_setopt(easy, CURLOPT_URL, transfer->target) == CURLE_OK;
}
