#include "plugins/mqtt/stream.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ADDRESS_SIZE = 300, LOOK_MS = 100 };

struct stream {
    int socket;
    SSL_CTX *trust; /* NULL without TLS */
    SSL *tls;
    bool has_greeted; /* TLS stands, so that the end of it is to be said */
};

static int64_t now_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static bool is_closed(struct error *error)
{
    return error_set(error, ERROR_SYSTEM, "the broker closed the connection");
}

/* So that what is found after a call is the call's. */
static void forget_errors(void)
{
    ERR_clear_error();
    errno = 0;
}

/* ---- TLS ---- */

/* What OpenSSL complains of; `doing` stands before it. */
static bool fail_tls(const struct stream *stream, const char *doing, struct error *error)
{
    long verified = stream->tls ? SSL_get_verify_result(stream->tls) : X509_V_OK;
    unsigned long code = ERR_peek_last_error();
    const char *reason = code ? ERR_reason_error_string(code) : NULL;
    if (verified != X509_V_OK)
        return error_set(error, ERROR_SYSTEM, "%s: the broker's certificate is not trusted: %s", doing,
                         X509_verify_cert_error_string(verified));
    if (reason)
        return error_set(error, ERROR_SYSTEM, "%s: %s", doing, reason);
    return errno ? error_set_errno(error, errno, "%s", doing) : is_closed(error);
}

static bool set_trust(struct stream *stream, const char *ca_file, struct error *error)
{
    stream->trust = SSL_CTX_new(TLS_client_method());
    if (!stream->trust)
        return fail_tls(stream, "no TLS", error);
    SSL_CTX_set_min_proto_version(stream->trust, TLS1_2_VERSION);
    SSL_CTX_set_verify(stream->trust, SSL_VERIFY_PEER, NULL);
    /* MQTT says itself where a packet ends. */
    SSL_CTX_set_options(stream->trust, SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_mode(stream->trust, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    if (ca_file && SSL_CTX_load_verify_file(stream->trust, ca_file) != 1)
        return error_set(error, ERROR_CONFIG, "ca_file: no certificates can be read from %.150s", ca_file);
    return ca_file || SSL_CTX_set_default_verify_paths(stream->trust) == 1 ||
           fail_tls(stream, "no certificates to trust", error);
}

/* A certificate is for an address or for a name; only names are told to the broker (RFC 6066, 3). */
static bool set_peer(struct stream *stream, const char *server)
{
    return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(stream->tls), server) == 1 ||
           (SSL_set1_host(stream->tls, server) == 1 && SSL_set_tlsext_host_name(stream->tls, server) == 1);
}

static bool shake_hands(struct stream *stream, const struct stream_settings *settings, int64_t until,
                        struct error *error)
{
    for (;;) {
        forget_errors();
        int result = SSL_connect(stream->tls);
        if (result == 1)
            return true;
        int wanted = SSL_get_error(stream->tls, result);
        if (wanted == SSL_ERROR_ZERO_RETURN)
            return is_closed(error);
        if (wanted != SSL_ERROR_WANT_READ && wanted != SSL_ERROR_WANT_WRITE)
            return fail_tls(stream, "no connection with TLS", error);
        int64_t left = until - now_ms();
        if (left <= 0 || (settings->is_cancelled && atomic_load(settings->is_cancelled)))
            return error_set(error, ERROR_SYSTEM, "the broker does not answer in time");
        struct pollfd ready = {.fd = stream->socket, .events = wanted == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT};
        poll(&ready, 1, left < LOOK_MS ? (int)left : LOOK_MS);
    }
}

static bool begin_tls(struct stream *stream, const struct stream_settings *settings, int64_t until, struct error *error)
{
    forget_errors();
    if (!set_trust(stream, settings->ca_file, error))
        return false;
    stream->tls = SSL_new(stream->trust);
    if (!stream->tls || !set_peer(stream, settings->server) || SSL_set_fd(stream->tls, stream->socket) != 1)
        return fail_tls(stream, "no TLS", error);
    stream->has_greeted = shake_hands(stream, settings, until, error);
    return stream->has_greeted;
}

/* 0 where it is only to be tried again; else the connection is over. */
static ssize_t judge(struct stream *stream, int result, struct error *error)
{
    int wanted = SSL_get_error(stream->tls, result);
    if (wanted == SSL_ERROR_WANT_READ || wanted == SSL_ERROR_WANT_WRITE)
        return 0;
    stream->has_greeted = false;
    if (wanted == SSL_ERROR_ZERO_RETURN)
        is_closed(error);
    else
        fail_tls(stream, "the connection broke", error);
    return -1;
}

/* ---- opening ---- */

struct stream *stream_open(const struct stream_settings *settings, struct error *error)
{
    char address[ADDRESS_SIZE];
    int64_t until = now_ms() + settings->timeout_ms;
    struct stream *stream = calloc(1, sizeof *stream);
    if (!stream) {
        error_set(error, ERROR_MEMORY, "no memory for a connection");
        return NULL;
    }
    snprintf(address, sizeof address, strchr(settings->server, ':') ? "[%s]:%d" : "%s:%d", settings->server,
             settings->port);
    stream->socket = settings->net->connect(settings->instance, address, settings->timeout_ms);
    if (stream->socket < 0)
        error_set(error, ERROR_SYSTEM, "%s", settings->host->error_text(settings->instance).data);
    else if (!settings->has_tls || begin_tls(stream, settings, until, error))
        return stream;
    else
        error_prefix(error, "%s", address);
    stream_close(stream);
    return NULL;
}

void stream_close(struct stream *stream)
{
    if (!stream)
        return;
    forget_errors();
    if (stream->has_greeted)
        SSL_shutdown(stream->tls);
    SSL_free(stream->tls);
    SSL_CTX_free(stream->trust);
    if (stream->socket >= 0)
        close(stream->socket);
    free(stream);
}

/* ---- in use ---- */

int stream_socket(const struct stream *stream)
{
    return stream->socket;
}

static bool is_only_busy(void)
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

static ssize_t send_plain(const struct stream *stream, const void *bytes, size_t size, struct error *error)
{
    ssize_t sent = send(stream->socket, bytes, size, MSG_NOSIGNAL);
    if (sent >= 0 || is_only_busy())
        return sent >= 0 ? sent : 0;
    error_set_errno(error, errno, "the connection broke");
    return -1;
}

static ssize_t receive_plain(const struct stream *stream, void *bytes, size_t size, struct error *error)
{
    ssize_t received = recv(stream->socket, bytes, size, 0);
    if (received > 0 || (received < 0 && is_only_busy()))
        return received > 0 ? received : 0;
    if (received == 0)
        is_closed(error);
    else
        error_set_errno(error, errno, "the connection broke");
    return -1;
}

ssize_t stream_send(struct stream *stream, const void *bytes, size_t size, struct error *error)
{
    size_t sent = 0;
    if (!stream->tls)
        return send_plain(stream, bytes, size, error);
    forget_errors();
    int result = SSL_write_ex(stream->tls, bytes, size, &sent);
    return result == 1 ? (ssize_t)sent : judge(stream, result, error);
}

ssize_t stream_receive(struct stream *stream, void *bytes, size_t size, struct error *error)
{
    size_t received = 0;
    if (!stream->tls)
        return receive_plain(stream, bytes, size, error);
    forget_errors();
    int result = SSL_read_ex(stream->tls, bytes, size, &received);
    return result == 1 ? (ssize_t)received : judge(stream, result, error);
}
