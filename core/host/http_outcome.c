#include "core/host/http_transfer.h"

#include "core/base/clock.h"
#include "core/host/mail_exchange.h"
#include "lib/base/digest.h"
#include "lib/base/utf8.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { FRESH_MAX_S = 30 * 24 * 60 * 60 };

static const char *copy_text(struct arena *arena, const char *text)
{
    return text ? arena_copy(arena, text, strlen(text)) : NULL;
}

/* ---- going on ---- */

static bool reads(const struct transfer *transfer)
{
    return !transfer->mail && (strcmp(transfer->method, "GET") == 0 || strcmp(transfer->method, "HEAD") == 0);
}

/* Where a good answer redirects to, to be followed for reading only: what is sent, with its secrets, goes where it was
 * meant to go. NULL where it does not. Lent by libcurl. */
static const char *redirect_target(const struct transfer *transfer, CURLcode code)
{
    static const long statuses[] = {301, 302, 303, 307, 308};
    bool is_redirect = false;
    char *target = NULL;
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        is_redirect = is_redirect || transfer->status == statuses[i];
    if (code == CURLE_OK && reads(transfer) && is_redirect)
        curl_easy_getinfo(transfer->easy, CURLINFO_REDIRECT_URL, &target);
    return target;
}

static bool is_web(const char *url)
{
    return strncasecmp(url, "http://", 7) == 0 || strncasecmp(url, "https://", 8) == 0;
}

static bool follow(struct transfer *transfer, const char *target)
{
    const char *copy = is_web(target) ? copy_text(transfer->response->arena, target) : NULL;
    if (!copy || transfer->hops >= transfer->limits.max_redirects)
        return false;
    transfer->target = copy;
    transfer->all_permanent = transfer->all_permanent && (transfer->status == 301 || transfer->status == 308);
    transfer->hops++;
    return true;
}

static bool fall_back(struct transfer *transfer)
{
    transfer->is_at_move = false;
    transfer->target = transfer->url;
    transfer->known.moved_to = NULL;
    transfer->hops = 0;
    transfer->all_permanent = true;
    return true;
}

bool transfer_goes_on(struct transfer *transfer, CURLcode code)
{
    curl_off_t took_us = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_TOTAL_TIME_T, &took_us);
    transfer->spent_ms += took_us / 1000;
    const char *target = redirect_target(transfer, code);
    if (target && follow(transfer, target))
        return true;
    bool has_failed = code != CURLE_OK || target || transfer->status >= 400;
    return transfer->is_at_move && has_failed && fall_back(transfer);
}

/* ---- what came of it ---- */

static void say(struct transfer *transfer, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(struct transfer *transfer, const char *format, ...)
{
    char why[CURL_ERROR_SIZE + 300];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why, sizeof why, format, arguments);
    va_end(arguments);
    const char *text = arena_printf(transfer->response->arena, "%s: %s", transfer->shown_url, why);
    transfer->response->shown.error = ent_text(text ? text : "http: no memory for the cause");
}

static void say_curl_failure(struct transfer *transfer, CURLcode code)
{
    switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
        if (strstr(transfer->words->error, "too slow"))
            say(transfer, "the server trickles less than %d bytes a second", TRANSFER_SLOW_BYTES);
        else
            say(transfer, "timed out after %lld ms with %zu bytes received", (long long)transfer->timeout_ms,
                transfer->response->body.size);
        break;
    case CURLE_COULDNT_RESOLVE_PROXY:
        say(transfer, "the host name of its proxy cannot be resolved");
        break;
    case CURLE_COULDNT_RESOLVE_HOST:
        say(transfer, "its host name cannot be resolved");
        break;
    case CURLE_PARTIAL_FILE:
        say(transfer, "the connection ended in the middle of the body");
        break;
    case CURLE_OUT_OF_MEMORY:
        say(transfer, "no memory for the exchange");
        break;
    case CURLE_UNSUPPORTED_PROTOCOL:
        say(transfer, "only http and https are allowed");
        break;
    default:
        say(transfer, "%s", *transfer->words->error ? transfer->words->error : curl_easy_strerror(code));
    }
}

static bool is_download_tighter(const struct transfer *transfer)
{
    return transfer->limits.max_download > 0 && transfer->limits.max_download < transfer->max_response;
}

static void judge_failure(struct transfer *transfer, CURLcode code)
{
    struct ent_http_response *shown = &transfer->response->shown;
    shown->outcome = ENT_HTTP_FAILED;
    shown->status = (int32_t)transfer->status;
    if (*transfer->words->refusal) {
        shown->outcome = ENT_HTTP_REFUSED;
        say(transfer, "%s", transfer->words->refusal);
    } else if (transfer->is_long_on_line || (code == CURLE_FILESIZE_EXCEEDED && is_download_tighter(transfer))) {
        shown->outcome = ENT_HTTP_TOO_LARGE;
        say(transfer, "more than the %llu bytes over the line that max_download allows",
            (unsigned long long)transfer->limits.max_download);
    } else if (code == CURLE_FILESIZE_EXCEEDED || transfer->is_too_large) {
        shown->outcome = ENT_HTTP_TOO_LARGE;
        say(transfer, "larger than the %llu bytes that max_body allows", (unsigned long long)transfer->max_response);
    } else {
        if (code == CURLE_UNSUPPORTED_PROTOCOL)
            shown->outcome = ENT_HTTP_REFUSED;
        say_curl_failure(transfer, code);
    }
    if (transfer->mail)
        mail_exchange_judge(transfer, code);
    buffer_clear(&transfer->response->body);
}

/* Where it is known to be now, and since when that is told without a break. */
static void learn_move(struct transfer *transfer)
{
    struct unit_http_state *state = &transfer->response->state;
    const struct unit_http_state *known = &transfer->known;
    const char *final = transfer->response->shown.url.data;
    bool has_moved = transfer->hops > 0 && transfer->all_permanent;
    state->moved_to = has_moved ? final : transfer->is_at_move ? known->moved_to : NULL;
    if (!state->moved_to)
        return;
    bool is_news = !known->moved_to || strcmp(known->moved_to, state->moved_to) != 0;
    state->moved_since = is_news ? clock_now() : known->moved_since;
    transfer->response->has_moved = is_news;
}

/* What is worth knowing at the next request, for conditional ones that went well. */
static void learn(struct transfer *transfer, bool is_unchanged, const char *digest)
{
    struct unit_http_state *state = &transfer->response->state;
    const struct unit_http_state *known = &transfer->known;
    transfer->response->has_state = true;
    state->url = transfer->shown_url;
    state->etag = transfer->etag ? transfer->etag : is_unchanged ? known->etag : NULL;
    state->last_modified = transfer->last_modified ? transfer->last_modified
                           : is_unchanged          ? known->last_modified
                                                   : NULL;
    state->body_digest = digest ? digest : known->body_digest;
    learn_move(transfer);
}

static void judge_conditional(struct transfer *transfer)
{
    struct ent_http_response *shown = &transfer->response->shown;
    const struct buffer *body = &transfer->response->body;
    if (transfer->status == 304) {
        shown->outcome = ENT_HTTP_NOT_MODIFIED;
        learn(transfer, true, NULL);
    } else if (transfer->status >= 200 && transfer->status < 300) {
        char hex[DIGEST_HEX_SIZE];
        struct digest_part part = {body->bytes ? body->bytes : "", body->size};
        digest_hex(hex, &part, 1);
        bool is_unchanged = transfer->known.body_digest && strcmp(transfer->known.body_digest, hex) == 0;
        if (is_unchanged)
            shown->outcome = ENT_HTTP_NOT_MODIFIED;
        learn(transfer, is_unchanged, arena_copy(transfer->response->arena, hex, DIGEST_HEX_SIZE - 1));
    }
}

static void say_status(struct transfer *transfer)
{
    const char *reason =
        transfer->reason && utf8_is_valid(transfer->reason, strlen(transfer->reason)) ? transfer->reason : "";
    if (transfer->status >= 400)
        say(transfer, "the server answers %ld%s%.80s", transfer->status, *reason ? " " : "", reason);
    else if (transfer->status >= 300 && transfer->status != 304)
        say(transfer, "the server redirects (%ld), %s%s", transfer->status,
            reads(transfer) ? "but does not say where to" : "which is not followed for ",
            reads(transfer) ? "" : transfer->method);
}

/* What is behind "max-age=" in a Cache-Control header; -1 where it is not there or the answer must not be kept. */
static int64_t max_age_s(const char *value)
{
    int64_t age = -1;
    for (const char *at = value; *at;) {
        at += strspn(at, " \t,");
        if (strncasecmp(at, "no-cache", 8) == 0 || strncasecmp(at, "no-store", 8) == 0)
            return -1;
        if (strncasecmp(at, "max-age=", 8) == 0 && isdigit((unsigned char)at[8]))
            age = strtoll(at + 8, NULL, 10);
        at += strcspn(at, ",");
    }
    return age < FRESH_MAX_S ? age : FRESH_MAX_S;
}

/* How long the answer holds: servers whose feed is made anew every hour say so here. */
static void judge_freshness(struct transfer *transfer)
{
    const struct ent_http_response *shown = &transfer->response->shown;
    int64_t fresh = -1, age = 0, expires = -1;
    bool is_controlled = false;
    for (size_t i = 0; i < shown->header_count; i++) {
        const struct ent_http_header *header = &shown->headers[i];
        if (strcasecmp(header->name, "cache-control") == 0) {
            is_controlled = true;
            fresh = max_age_s(header->value);
        } else if (strcasecmp(header->name, "age") == 0 && isdigit((unsigned char)*header->value)) {
            age = strtoll(header->value, NULL, 10);
        } else if (strcasecmp(header->name, "expires") == 0) {
            expires = curl_getdate(header->value, NULL);
        }
    }
    if (!is_controlled && expires >= 0)
        fresh = expires - clock_now() / 1000;
    fresh -= fresh > 0 && age < fresh ? age : 0;
    fresh = fresh < FRESH_MAX_S ? fresh : FRESH_MAX_S;
    transfer->response->fresh_ms = fresh > 0 ? fresh * 1000 : -1;
}

/* A redirect that is not followed. False where the answer is none. */
static bool judge_redirect(struct transfer *transfer)
{
    struct ent_http_response *shown = &transfer->response->shown;
    const char *target = redirect_target(transfer, CURLE_OK);
    if (!target)
        return false;
    shown->outcome = is_web(target) ? ENT_HTTP_FAILED : ENT_HTTP_REFUSED;
    shown->status = (int32_t)transfer->status;
    if (is_web(target))
        say(transfer, "redirect loop after %u redirects", transfer->limits.max_redirects);
    else
        say(transfer, "only http and https are allowed, and it redirects to something else");
    buffer_clear(&transfer->response->body);
    return true;
}

static void judge_answer(struct transfer *transfer)
{
    struct ent_http_response *shown = &transfer->response->shown;
    struct arena *arena = transfer->response->arena;
    char *type = NULL;
    curl_off_t retry_after = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_CONTENT_TYPE, &type);
    curl_easy_getinfo(transfer->easy, CURLINFO_RETRY_AFTER, &retry_after);
    shown->outcome = ENT_HTTP_DONE;
    shown->status = (int32_t)transfer->status;
    shown->permanent_redirect = transfer->hops > 0 && transfer->all_permanent;
    shown->url = ent_text(http_shown_url(arena, transfer->target));
    shown->content_type = ent_text(type ? copy_text(arena, type) : "");
    shown->headers = transfer->response_headers;
    shown->header_count = transfer->response_header_count;
    transfer->response_headers = NULL;
    if (retry_after > 0)
        shown->retry_after_ms = retry_after < INT64_MAX / 1000 ? (int64_t)retry_after * 1000 : INT64_MAX;
    judge_freshness(transfer);
    if (transfer->is_conditional)
        judge_conditional(transfer);
    say_status(transfer);
    shown->body =
        ent_bytes(transfer->response->body.bytes ? transfer->response->body.bytes : "", transfer->response->body.size);
}

static void judge_mail(struct transfer *transfer)
{
    struct ent_http_response *shown = &transfer->response->shown;
    const struct buffer *body = &transfer->response->body;
    shown->outcome = ENT_HTTP_DONE;
    shown->url = ent_text(transfer->shown_url);
    shown->body = ent_bytes(body->bytes ? body->bytes : "", body->size);
    mail_exchange_judge(transfer, CURLE_OK);
}

void transfer_judge(struct transfer *transfer, CURLcode code)
{
    /* Broken off by watch_progress, maybe before http_cancel has been looked at. */
    bool is_cancelled = transfer->is_cancelled && atomic_load(transfer->is_cancelled);
    if (code == CURLE_ABORTED_BY_CALLBACK && is_cancelled)
        transfer_fail(transfer, ENT_HTTP_CANCELLED, -1, "cancelled, the instance is being stopped");
    else if (code != CURLE_OK)
        judge_failure(transfer, code);
    else if (transfer->mail)
        judge_mail(transfer);
    else if (!judge_redirect(transfer))
        judge_answer(transfer);
    if (arena_failed(transfer->response->arena)) {
        transfer->response->has_state = false;
        transfer->response->shown.outcome = ENT_HTTP_FAILED;
        transfer->response->shown.error = ent_text("http: no memory for the response");
    }
}

void transfer_fail(struct transfer *transfer, enum ent_http_outcome outcome, int64_t retry_after_ms, const char *why)
{
    transfer->response->shown.outcome = outcome;
    transfer->response->shown.retry_after_ms = retry_after_ms;
    say(transfer, "%s", why);
}

/* Texts that stayed empty are "", not NULL: plugins print them. */
static void fill_gaps(struct ent_http_response *shown)
{
    struct ent_str *const texts[] = {&shown->url, &shown->content_type, &shown->body, &shown->error};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!texts[i]->data)
            *texts[i] = ent_bytes("", 0);
}

void transfer_finish(struct transfer *transfer)
{
    struct http_response *response = transfer->response;
    transfer->response = NULL;
    /* It lies in the response's arena, which is gone once the response was taken. */
    if (transfer->mail)
        mail_exchange_release(transfer->mail);
    transfer->mail = NULL;
    fill_gaps(&response->shown);
    transfer->done(transfer->context, response);
    transfer_destroy(transfer);
}
