#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/clock.h"
#include "core/host/http.h"
#include "tests/core/host/peer.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- one exchange at a time ---- */

struct exchange {
    pthread_mutex_t lock;
    pthread_cond_t over;
    struct http_response *response;
};

static struct http_client *client;
static struct peer *peer;

static void on_done(void *context, struct http_response *response)
{
    struct exchange *exchange = context;
    pthread_mutex_lock(&exchange->lock);
    exchange->response = response;
    pthread_cond_signal(&exchange->over);
    pthread_mutex_unlock(&exchange->lock);
}

static const struct http_limits usual = {
    .max_body = 100000, .timeout_ms = 5000, .max_redirects = 5, .max_per_host = 2, .allow_private = true};

static struct http_response *wait_for(struct exchange *exchange)
{
    pthread_mutex_lock(&exchange->lock);
    while (!exchange->response)
        pthread_cond_wait(&exchange->over, &exchange->lock);
    pthread_mutex_unlock(&exchange->lock);
    return exchange->response;
}

static struct http_access access_given; /* of the next request; emptied by it */

static struct http_response *ask_with(struct http_limits limits, struct ent_http_request request, const char *path,
                                      const struct unit_http_state *state)
{
    struct exchange exchange = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, NULL};
    struct error error = ERROR_INIT;
    char url[200];
    snprintf(url, sizeof url, "http://127.0.0.1:%d%s", peer_port(peer), path);
    request.size = sizeof request;
    if (!request.url)
        request.url = url;
    struct http_job job = {
        .request = &request, .limits = limits, .state = state, .done = on_done, .context = &exchange};
    job.access = access_given;
    access_given = (struct http_access){.user = NULL};
    if (!http_submit(client, &job, &error))
        fail_msg("%s", error.text);
    return wait_for(&exchange);
}

static struct http_response *ask(const char *path)
{
    return ask_with(usual, (struct ent_http_request){0}, path, NULL);
}

static void assert_text(struct ent_str text, const char *part)
{
    if (!strstr(text.data, part))
        fail_msg("\"%s\" should hold \"%s\"", text.data, part);
}

#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n"

static const struct peer_route routes[] = {
    {"/plain", HEAD "Content-Length: 5\r\nX-Thing: it\r\n\r\nhello", 0, 0},
    {"/etag", HEAD "ETag: \"v1\"\r\nLast-Modified: Mon, 01 Jan 2024 00:00:00 GMT\r\nContent-Length: 5\r\n\r\nhello", 0,
     0},
    {"/unmodified", "HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\n\r\n", 0, 0},
    {"/moved", "HTTP/1.1 301 Moved Permanently\r\nLocation: /etag\r\nContent-Length: 0\r\n\r\n", 0, 0},
    {"/found", "HTTP/1.1 302 Found\r\nLocation: /etag\r\nContent-Length: 0\r\n\r\n", 0, 0},
    {"/mixed", "HTTP/1.1 301 Moved Permanently\r\nLocation: /found\r\nContent-Length: 0\r\n\r\n", 0, 0},
    {"/loop", "HTTP/1.1 302 Found\r\nLocation: /loop\r\nContent-Length: 0\r\n\r\n", 0, 0},
    {"/file", "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n", 0, 0},
    {"/private", "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2:9/\r\nContent-Length: 0\r\n\r\n", 0, 0},
    {"/huge", HEAD "Content-Length: 2147483648\r\n\r\nx", 1000000, 0},
    {"/endless", HEAD "Connection: close\r\n\r\nx", 1000000, 0},
    {"/cut", HEAD "Content-Length: 500\r\nConnection: close\r\n\r\nonly this", 0, 0},
    {"/slow", HEAD "Content-Length: 100000\r\n\r\nx", 90000, 100},
    {"/error", "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\n\r\noops", 0, 0},
    {"/nowhere_to", "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", 0, 0},
    {"/fresh", HEAD "Cache-Control: public, max-age=600\r\nAge: 100\r\nContent-Length: 1\r\n\r\nx", 0, 0},
    {"/stale", HEAD "Cache-Control: no-cache, max-age=600\r\nContent-Length: 1\r\n\r\nx", 0, 0},
    {"/expires", HEAD "Expires: Fri, 31 Dec 2100 00:00:00 GMT\r\nContent-Length: 1\r\n\r\nx", 0, 0},
    {"/later", "HTTP/1.1 503 Busy\r\nRetry-After: Fri, 31 Dec 2100 00:00:00 GMT\r\nContent-Length: 0\r\n\r\n", 0, 0},
    {"http://feeds.example/plain", HEAD "Content-Length: 5\r\n\r\nproxy", 0, 0},
    {"http://feeds.example/inward", "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n", 0, 0},
    {"http://feeds.example/mapped", "HTTP/1.1 301 Moved\r\nLocation: http://[::ffff:10.0.0.1]/\r\nContent-Length: 0\r\n\r\n", 0, 0},
    {"http://feeds.example/decimal", "HTTP/1.1 301 Moved\r\nLocation: http://2130706433/\r\nContent-Length: 0\r\n\r\n", 0, 0},
    {"/cookie", "HTTP/1.1 302 Found\r\nSet-Cookie: seen=1\r\nLocation: /plain\r\nContent-Length: 0\r\n\r\n", 0, 0},
    {"/busy", "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n", 0, 0},
    {"/gzip",
     HEAD "Content-Encoding: gzip\r\nContent-Length: 10\r\n\r\n"
          "not gzip!!",
     0, 0},
    {NULL, NULL, 0, 0},
};

static int set_up(void **state)
{
    struct error error = ERROR_INIT;
    (void)state;
    peer = peer_start(routes);
    client = http_client_create("ops@example.org", &error);
    return client ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    http_client_destroy(client);
    peer_stop(peer);
    return 0;
}

/* ---- what goes well ---- */

static void a_body_comes_with_its_headers_and_tag(void **state)
{
    (void)state;
    struct http_response *response = ask_with(usual, (struct ent_http_request){.tag = 42}, "/plain", NULL);
    assert_int_equal(response->shown.outcome, ENT_HTTP_DONE);
    assert_int_equal(response->shown.status, 200);
    assert_int_equal(response->shown.tag, 42);
    assert_string_equal(response->shown.body.data, "hello");
    assert_string_equal(response->shown.content_type.data, "text/plain; charset=utf-8");
    assert_string_equal(response->shown.headers[2].name, "X-Thing");
    assert_string_equal(response->shown.headers[2].value, "it");
    assert_string_equal(response->shown.error.data, "");
    assert_false(response->has_state);
    http_response_destroy(response);
    char head[4096];
    peer_last_request(peer, head, sizeof head);
    assert_non_null(strstr(head, "User-Agent: Entente/" ENT_VERSION " (+ops@example.org)\r\n"));
    assert_non_null(strstr(head, "Accept-Encoding: "));
    assert_null(strstr(head, "If-None-Match"));
}

static void validators_are_learnt_and_sent(void **state)
{
    (void)state;
    struct ent_http_request conditional = {.flags = ENT_HTTP_CONDITIONAL};
    struct http_response *first = ask_with(usual, conditional, "/etag", NULL);
    assert_true(first->has_state);
    assert_string_equal(first->state.etag, "\"v1\"");
    assert_string_equal(first->state.last_modified, "Mon, 01 Jan 2024 00:00:00 GMT");
    assert_null(first->state.moved_to);
    struct http_response *second = ask_with(usual, conditional, "/unmodified", &first->state);
    assert_int_equal(second->shown.outcome, ENT_HTTP_NOT_MODIFIED);
    assert_true(second->has_state);
    assert_string_equal(second->state.etag, "\"v1\"");
    assert_string_equal(second->state.last_modified, "Mon, 01 Jan 2024 00:00:00 GMT");
    assert_string_equal(second->state.body_digest, first->state.body_digest);
    char head[4096];
    peer_last_request(peer, head, sizeof head);
    assert_non_null(strstr(head, "If-None-Match: \"v1\"\r\n"));
    assert_non_null(strstr(head, "If-Modified-Since: Mon, 01 Jan 2024 00:00:00 GMT\r\n"));
    http_response_destroy(first);
    http_response_destroy(second);
}

static void an_equal_body_counts_as_not_modified(void **state)
{
    (void)state;
    struct ent_http_request conditional = {.flags = ENT_HTTP_CONDITIONAL};
    struct http_response *first = ask_with(usual, conditional, "/plain", NULL);
    struct http_response *second = ask_with(usual, conditional, "/plain", &first->state);
    assert_int_equal(first->shown.outcome, ENT_HTTP_DONE);
    assert_int_equal(second->shown.outcome, ENT_HTTP_NOT_MODIFIED);
    assert_int_equal(second->shown.status, 200);
    http_response_destroy(first);
    http_response_destroy(second);
}

static void a_permanent_move_is_learnt_and_a_passing_one_is_not(void **state)
{
    static const struct {
        const char *path;
        bool is_permanent;
    } rows[] = {{"/moved", true}, {"/found", false}, {"/mixed", false}};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct http_response *response =
            ask_with(usual, (struct ent_http_request){.flags = ENT_HTTP_CONDITIONAL}, rows[i].path, NULL);
        assert_int_equal(response->shown.outcome, ENT_HTTP_DONE);
        assert_int_equal(response->shown.permanent_redirect, rows[i].is_permanent);
        assert_text(response->shown.url, "/etag");
        assert_int_equal(response->state.moved_to != NULL, rows[i].is_permanent);
        assert_text(ent_text(response->state.url), rows[i].path);
        http_response_destroy(response);
    }
}

static void a_move_that_fails_later_is_forgotten(void **state)
{
    (void)state;
    char elsewhere[100];
    snprintf(elsewhere, sizeof elsewhere, "http://127.0.0.1:%d/gone", peer_port(peer));
    struct unit_http_state known = {.moved_to = elsewhere, .moved_since = 1};
    struct http_response *response =
        ask_with(usual, (struct ent_http_request){.flags = ENT_HTTP_CONDITIONAL}, "/plain", &known);
    assert_int_equal(response->shown.outcome, ENT_HTTP_DONE);
    assert_string_equal(response->shown.body.data, "hello");
    assert_true(response->has_state);
    assert_null(response->state.moved_to);
    http_response_destroy(response);
}

/* A captive portal moves everything "for good". */
static void a_move_is_believed_after_a_week(void **state)
{
    (void)state;
    const struct ent_http_request conditional = {.flags = ENT_HTTP_CONDITIONAL};
    struct http_response *first = ask_with(usual, conditional, "/moved", NULL);
    assert_true(first->has_moved);
    int64_t now = clock_now();
    assert_true(first->state.moved_since <= now && first->state.moved_since > now - 10000);
    size_t before = peer_request_count(peer);
    struct http_response *second = ask_with(usual, conditional, "/moved", &first->state);
    assert_int_equal(peer_request_count(peer), before + 2);
    assert_false(second->has_moved);
    assert_int_equal(second->state.moved_since, first->state.moved_since);
    second->state.moved_since -= 8LL * 24 * 60 * 60 * 1000;
    before = peer_request_count(peer);
    struct http_response *third = ask_with(usual, conditional, "/moved", &second->state);
    assert_int_equal(peer_request_count(peer), before + 1);
    assert_text(third->shown.url, "/etag");
    assert_int_equal(third->state.moved_since, second->state.moved_since);
    http_response_destroy(first);
    http_response_destroy(second);
    http_response_destroy(third);
}

static void how_long_an_answer_holds_is_learnt(void **state)
{
    static const struct {
        const char *path;
        int64_t least, most;
    } rows[] = {{"/fresh", 500000, 500000},
                {"/stale", -1, -1},
                {"/plain", -1, -1},
                {"/expires", 29LL * 24 * 3600 * 1000, 30LL * 24 * 3600 * 1000}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct http_response *response = ask(rows[i].path);
        assert_in_range(response->fresh_ms + 1, rows[i].least + 1, rows[i].most + 1);
        http_response_destroy(response);
    }
}

static void the_library_can_do_what_is_promised(void **state)
{
    (void)state;
    const curl_version_info_data *library = curl_version_info(CURLVERSION_NOW);
    assert_true(library->features & CURL_VERSION_HTTP2);
    assert_true(library->features & CURL_VERSION_BROTLI);
    assert_true(library->features & CURL_VERSION_LIBZ);
    http_response_destroy(ask("/plain"));
    char head[4096];
    peer_last_request(peer, head, sizeof head);
    assert_non_null(strstr(head, "gzip"));
    assert_non_null(strstr(head, "br"));
}

/* ---- what is secret ---- */

static const struct http_access secrets = {.user = "me",
                                           .password = "open sesame",
                                           .cookies = "session=abc",
                                           .headers = "X-Api-Key: k-123\r\n\nX-Other: two\n"};

static void secrets_are_sent(void **state)
{
    (void)state;
    char head[4096];
    access_given = secrets;
    http_response_destroy(ask("/plain"));
    peer_last_request(peer, head, sizeof head);
    assert_non_null(strstr(head, "Authorization: Basic bWU6b3BlbiBzZXNhbWU=\r\n"));
    assert_non_null(strstr(head, "Cookie: session=abc\r\n"));
    assert_non_null(strstr(head, "X-Api-Key: k-123\r\nX-Other: two\r\n"));
    access_given.bearer = "token-1";
    http_response_destroy(ask("/found"));
    peer_last_request(peer, head, sizeof head);
    assert_non_null(strstr(head, "GET /etag "));
    assert_non_null(strstr(head, "Authorization: Bearer token-1\r\n"));
    http_response_destroy(ask("/plain"));
    peer_last_request(peer, head, sizeof head);
    assert_null(strstr(head, "Authorization"));
    assert_null(strstr(head, "session"));
}

static void secrets_do_not_follow_a_redirect_to_another_host(void **state)
{
    (void)state;
    char location[200], url[100], head[4096];
    snprintf(location, sizeof location,
             "HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:%d/plain\r\nContent-Length: 0\r\n\r\n",
             peer_port(peer));
    const struct peer_route away[] = {{"/away", location, 0, 0}, {NULL, NULL, 0, 0}};
    struct peer *other = peer_start(away);
    snprintf(url, sizeof url, "http://127.0.0.1:%d/away", peer_port(other));
    access_given = secrets;
    struct http_response *response =
        ask_with(usual, (struct ent_http_request){.url = url, .flags = ENT_HTTP_CONDITIONAL}, "", NULL);
    assert_string_equal(response->shown.body.data, "hello");
    peer_last_request(other, head, sizeof head);
    assert_non_null(strstr(head, "Authorization: Basic"));
    peer_last_request(peer, head, sizeof head);
    assert_null(strstr(head, "Authorization"));
    assert_null(strstr(head, "Cookie"));
    assert_null(strstr(head, "X-Api-Key"));
    /* Nor once the move is believed. */
    response->state.moved_since = 1;
    access_given = secrets;
    http_response_destroy(
        ask_with(usual, (struct ent_http_request){.url = url, .flags = ENT_HTTP_CONDITIONAL}, "", &response->state));
    peer_last_request(peer, head, sizeof head);
    assert_null(strstr(head, "Authorization"));
    http_response_destroy(response);
    peer_stop(other);
}

static void a_malformed_header_is_told_without_its_value(void **state)
{
    (void)state;
    access_given.headers = "X-Good: 1\nsecret-without-colon\n";
    struct http_response *response = ask("/plain");
    assert_int_equal(response->shown.outcome, ENT_HTTP_REFUSED);
    assert_text(response->shown.error, "line 2 of the option `headers` is no header");
    assert_null(strstr(response->shown.error.data, "secret"));
    http_response_destroy(response);
}

static void a_cookie_set_on_the_way_is_shown_and_then_forgotten(void **state)
{
    (void)state;
    char head[4096];
    http_response_destroy(ask("/cookie"));
    peer_last_request(peer, head, sizeof head);
    assert_non_null(strstr(head, "Cookie: seen=1\r\n"));
    http_response_destroy(ask("/plain"));
    peer_last_request(peer, head, sizeof head);
    assert_null(strstr(head, "Cookie"));
}

/* ---- proxies ---- */

static struct http_response *ask_proxy(const char *url, const char *user, const char *password)
{
    static char proxy[100];
    struct http_limits strict = usual;
    strict.allow_private = false;
    snprintf(proxy, sizeof proxy, "http://127.0.0.1:%d", peer_port(peer));
    access_given.proxy = proxy;
    access_given.proxy_user = user;
    access_given.proxy_password = password;
    return ask_with(strict, (struct ent_http_request){.url = url}, "", NULL);
}

static void a_proxy_is_asked_instead_and_may_stand_anywhere(void **state)
{
    (void)state;
    char head[4096];
    struct http_response *response = ask_proxy("http://feeds.example/plain", "me", "sesame");
    assert_string_equal(response->shown.body.data, "proxy");
    http_response_destroy(response);
    peer_last_request(peer, head, sizeof head);
    assert_non_null(strstr(head, "GET http://feeds.example/plain HTTP/1.1\r\n"));
    assert_non_null(strstr(head, "Proxy-Authorization: Basic bWU6c2VzYW1l\r\n"));
}

static void what_is_plainly_private_is_not_asked_of_a_proxy(void **state)
{
    static const char *const urls[] = {"http://127.0.0.1/x",      "http://localhost/x",          "http://2130706433/x",
                                       "http://0177.0.0.1/x",     "http://0x7f.1/x",             "http://[::1]/x",
                                       "http://printer.local/x",  "http://[::ffff:127.0.0.1]/x", "http://intranet/x",
                                       "http://10.0.0.1/x",       "http://metadata.google.internal/x",
                                       "http://feeds.example/inward", "http://feeds.example/mapped",
                                       "http://feeds.example/decimal"};
    (void)state;
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        struct http_response *response = ask_proxy(urls[i], NULL, NULL);
        if (response->shown.outcome != ENT_HTTP_REFUSED)
            fail_msg("%s: %s", urls[i], response->shown.error.data);
        assert_text(response->shown.error, "set allow_private = yes");
        http_response_destroy(response);
    }
}

static void the_environment_names_no_proxy(void **state)
{
    (void)state;
    setenv("http_proxy", "http://127.0.0.1:9", 1);
    struct http_response *response = ask("/plain");
    unsetenv("http_proxy");
    assert_string_equal(response->shown.body.data, "hello");
    http_response_destroy(response);
}

/* ---- what is sent ---- */

static void a_post_carries_its_body_and_headers(void **state)
{
    (void)state;
    const struct ent_http_header headers[] = {{"Idempotency-Key", "k1"}, {"Content-Type", "application/json"}};
    struct ent_http_request post = {
        .method = "POST", .headers = headers, .header_count = 2, .body = "{\"a\":1}", .body_size = 7};
    struct http_response *response = ask_with(usual, post, "/plain", NULL);
    assert_int_equal(response->shown.status, 200);
    http_response_destroy(response);
    char head[4096];
    peer_last_request(peer, head, sizeof head);
    assert_non_null(strstr(head, "POST /plain HTTP/1.1\r\n"));
    assert_non_null(strstr(head, "Idempotency-Key: k1\r\n"));
    assert_non_null(strstr(head, "Content-Length: 7\r\n"));
    assert_null(strstr(head, "Expect:"));
}

/* ---- what does not ---- */

static void assert_fails(struct http_limits limits, const char *path, unsigned outcome, const char *text)
{
    struct http_response *response =
        ask_with(limits, (struct ent_http_request){.flags = ENT_HTTP_CONDITIONAL}, path, NULL);
    assert_int_equal(response->shown.outcome, outcome);
    assert_text(response->shown.error, text);
    assert_text(response->shown.error, "http://127.0.0.1:");
    assert_false(response->has_state);
    http_response_destroy(response);
}

static void a_redirect_loop_ends(void **state)
{
    (void)state;
    assert_fails(usual, "/loop", ENT_HTTP_FAILED, "redirect loop after 5 redirects");
}

static void other_schemes_are_refused_after_redirects_too(void **state)
{
    (void)state;
    assert_fails(usual, "/file", ENT_HTTP_REFUSED, "only http and https");
    struct http_response *response = ask_with(usual, (struct ent_http_request){.url = "ftp://example.org/x"}, "", NULL);
    assert_int_equal(response->shown.outcome, ENT_HTTP_REFUSED);
    http_response_destroy(response);
}

static void a_body_that_is_too_large_is_not_taken(void **state)
{
    (void)state;
    assert_fails(usual, "/huge", ENT_HTTP_TOO_LARGE, "larger than the 100000 bytes that max_body allows");
    assert_fails(usual, "/endless", ENT_HTTP_TOO_LARGE, "larger than the 100000 bytes");
    struct http_limits thrifty = usual;
    thrifty.max_download = 5000;
    assert_fails(thrifty, "/huge", ENT_HTTP_TOO_LARGE, "more than the 5000 bytes over the line that max_download allows");
    assert_fails(thrifty, "/endless", ENT_HTTP_TOO_LARGE, "more than the 5000 bytes over the line");
}

static void a_redirect_to_nowhere_is_told(void **state)
{
    (void)state;
    struct http_response *response = ask("/nowhere_to");
    assert_int_equal(response->shown.status, 302);
    assert_text(response->shown.error, "the server redirects (302), but does not say where to");
    http_response_destroy(response);
}

static void a_body_that_is_cut_short_is_a_failure(void **state)
{
    (void)state;
    assert_fails(usual, "/cut", ENT_HTTP_FAILED, "ended in the middle of the body");
}

static void a_wrong_encoding_is_a_failure(void **state)
{
    (void)state;
    assert_fails(usual, "/gzip", ENT_HTTP_FAILED, "content unencoding");
}

static void a_tricklers_exchange_ends(void **state)
{
    (void)state;
    struct http_limits short_of_time = usual;
    short_of_time.timeout_ms = 1500;
    int64_t start = clock_monotonic();
    assert_fails(short_of_time, "/slow", ENT_HTTP_FAILED, "");
    assert_true(clock_monotonic() - start < 60000); /* the whole would take hours */
}

static void a_bad_status_is_an_answer_with_an_error_text(void **state)
{
    (void)state;
    struct http_response *response = ask("/error");
    assert_int_equal(response->shown.outcome, ENT_HTTP_DONE);
    assert_int_equal(response->shown.status, 500);
    assert_text(response->shown.error, "the server answers 500 Internal Server Error");
    assert_string_equal(response->shown.body.data, "oops");
    http_response_destroy(response);
    response = ask("/nowhere");
    assert_text(response->shown.error, "the server answers 404 Not Found");
    http_response_destroy(response);
}

static void nobody_there_is_a_failure(void **state)
{
    (void)state;
    struct http_response *response = ask_with(usual, (struct ent_http_request){.url = "http://127.0.0.1:9/"}, "", NULL);
    assert_int_equal(response->shown.outcome, ENT_HTTP_FAILED);
    assert_text(response->shown.error, "http://127.0.0.1:9/: ");
    http_response_destroy(response);
}

static void credentials_do_not_stand_in_errors(void **state)
{
    (void)state;
    struct http_response *response =
        ask_with(usual, (struct ent_http_request){.url = "http://me:secret@127.0.0.1:9/x"}, "", NULL);
    assert_text(response->shown.error, "http://127.0.0.1:9/x: ");
    assert_null(strstr(response->shown.error.data, "secret"));
    http_response_destroy(response);
}

/* ---- policy ---- */

static void private_addresses_are_refused_unless_allowed(void **state)
{
    (void)state;
    struct http_limits strict = usual;
    strict.allow_private = false;
    size_t before = peer_request_count(peer);
    assert_fails(strict, "/plain", ENT_HTTP_REFUSED, "loopback address; set allow_private = yes");
    assert_int_equal(peer_request_count(peer), before);
}

static void private_addresses_are_refused_in_every_notation(void **state)
{
    static const char *const urls[] = {
        "http://localhost:%d/plain",  "http://2130706433:%d/plain", "http://0x7f000001:%d/plain",
        "http://0177.0.0.1:%d/plain", "http://127.1:%d/plain",      "http://0.0.0.0:%d/plain",
        "http://0:%d/plain",          "http://[::1]:%d/plain",      "http://[::ffff:127.0.0.1]:%d/plain",
        "http://[::]:%d/plain",       "http://127.0.0.1.:%d/plain", "http://[fe80::1%%25lo]:%d/plain",
        "http://[fd00::1]:%d/plain",  "http://[64:ff9b::7f00:1]:%d/plain",
    };
    struct http_limits strict = usual;
    (void)state;
    strict.allow_private = false;
    strict.timeout_ms = 2000;
    size_t before = peer_request_count(peer);
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        char url[100];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(url, sizeof url, urls[i], peer_port(peer));
#pragma GCC diagnostic pop
        struct http_response *response = ask_with(strict, (struct ent_http_request){.url = url}, "", NULL);
        if (response->shown.outcome != ENT_HTTP_REFUSED && !strstr(response->shown.error.data, "cannot be resolved"))
            fail_msg("%s: %u %s", url, response->shown.outcome, response->shown.error.data);
        http_response_destroy(response);
    }
    assert_int_equal(peer_request_count(peer), before);
}

static void a_kept_connection_does_not_get_around_the_policy(void **state)
{
    (void)state;
    struct http_limits strict = usual;
    strict.allow_private = false;
    http_response_destroy(ask("/plain"));
    size_t before = peer_request_count(peer);
    assert_fails(strict, "/plain", ENT_HTTP_REFUSED, "loopback address");
    assert_int_equal(peer_request_count(peer), before);
}

static void a_host_that_asks_for_rest_gets_it(void **state)
{
    (void)state;
    struct http_response *response = ask("/busy");
    assert_int_equal(response->shown.status, 429);
    assert_int_equal(response->shown.retry_after_ms, 120000);
    http_response_destroy(response);
    size_t before = peer_request_count(peer);
    response = ask("/plain");
    assert_int_equal(response->shown.outcome, ENT_HTTP_FAILED);
    assert_text(response->shown.error, "asked to be left alone for another");
    assert_true(response->shown.retry_after_ms > 100000);
    assert_int_equal(peer_request_count(peer), before);
    http_response_destroy(response);
}

static void a_host_may_name_the_date_of_its_return(void **state)
{
    (void)state;
    struct http_response *response = ask("/later");
    assert_int_equal(response->shown.status, 503);
    assert_true(response->shown.retry_after_ms > 365LL * 24 * 3600 * 1000);
    http_response_destroy(response);
    response = ask("/plain"); /* others are kept off for an hour at most */
    assert_in_range(response->shown.retry_after_ms, 3500000, 3600000);
    http_response_destroy(response);
}

static void a_delay_between_starts_is_kept(void **state)
{
    (void)state;
    struct http_limits polite = usual;
    polite.min_delay_ms = 150;
    int64_t start = clock_monotonic();
    for (int i = 0; i < 3; i++)
        http_response_destroy(ask_with(polite, (struct ent_http_request){0}, "/plain", NULL));
    assert_true(clock_monotonic() - start >= 300);
}

static void malformed_requests_are_refused_at_once(void **state)
{
    (void)state;
    const struct ent_http_header split = {"X-A", "b\r\nX-Injected: yes"};
    const struct ent_http_request requests[] = {
        {.size = sizeof *requests},
        {.size = 8, .url = "http://127.0.0.1/"},
        {.size = sizeof *requests, .url = "http://127.0.0.1/", .method = "GET /x"},
        {.size = sizeof *requests, .url = "http://127.0.0.1/", .headers = &split, .header_count = 1},
    };
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        struct error error = ERROR_INIT;
        struct http_job job = {.request = &requests[i], .limits = usual, .done = on_done};
        assert_false(http_submit(client, &job, &error));
        assert_memory_equal(error.text, "http: ", 6);
    }
}

static void what_is_cancelled_is_answered_as_cancelled(void **state)
{
    (void)state;
    struct exchange exchange = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, NULL};
    struct error error = ERROR_INIT;
    atomic_bool is_cancelled = false;
    char url[100];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/slow", peer_port(peer));
    struct ent_http_request request = {.size = sizeof request, .url = url};
    struct http_job job = {
        .request = &request, .limits = usual, .is_cancelled = &is_cancelled, .done = on_done, .context = &exchange};
    assert_true(http_submit(client, &job, &error));
    atomic_store(&is_cancelled, true);
    http_cancel(client);
    struct http_response *response = wait_for(&exchange);
    assert_int_equal(response->shown.outcome, ENT_HTTP_CANCELLED);
    http_response_destroy(response);
}

int main(void)
{
#define HTTP_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        HTTP_TEST(a_body_comes_with_its_headers_and_tag),
        HTTP_TEST(validators_are_learnt_and_sent),
        HTTP_TEST(an_equal_body_counts_as_not_modified),
        HTTP_TEST(a_permanent_move_is_learnt_and_a_passing_one_is_not),
        HTTP_TEST(a_move_that_fails_later_is_forgotten),
        HTTP_TEST(a_move_is_believed_after_a_week),
        HTTP_TEST(how_long_an_answer_holds_is_learnt),
        HTTP_TEST(the_library_can_do_what_is_promised),
        HTTP_TEST(secrets_are_sent),
        HTTP_TEST(secrets_do_not_follow_a_redirect_to_another_host),
        HTTP_TEST(a_malformed_header_is_told_without_its_value),
        HTTP_TEST(a_cookie_set_on_the_way_is_shown_and_then_forgotten),
        HTTP_TEST(a_proxy_is_asked_instead_and_may_stand_anywhere),
        HTTP_TEST(what_is_plainly_private_is_not_asked_of_a_proxy),
        HTTP_TEST(the_environment_names_no_proxy),
        HTTP_TEST(a_post_carries_its_body_and_headers),
        HTTP_TEST(a_redirect_loop_ends),
        HTTP_TEST(other_schemes_are_refused_after_redirects_too),
        HTTP_TEST(a_body_that_is_too_large_is_not_taken),
        HTTP_TEST(a_redirect_to_nowhere_is_told),
        HTTP_TEST(private_addresses_are_refused_in_every_notation),
        HTTP_TEST(a_body_that_is_cut_short_is_a_failure),
        HTTP_TEST(a_wrong_encoding_is_a_failure),
        HTTP_TEST(a_tricklers_exchange_ends),
        HTTP_TEST(a_bad_status_is_an_answer_with_an_error_text),
        HTTP_TEST(nobody_there_is_a_failure),
        HTTP_TEST(credentials_do_not_stand_in_errors),
        HTTP_TEST(private_addresses_are_refused_unless_allowed),
        HTTP_TEST(a_kept_connection_does_not_get_around_the_policy),
        HTTP_TEST(a_host_that_asks_for_rest_gets_it),
        HTTP_TEST(a_host_may_name_the_date_of_its_return),
        HTTP_TEST(a_delay_between_starts_is_kept),
        HTTP_TEST(malformed_requests_are_refused_at_once),
        HTTP_TEST(what_is_cancelled_is_answered_as_cancelled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
