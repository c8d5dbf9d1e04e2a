/* Stream: the bytes to and from a broker. The host opens the socket (net/1), so that its address policy holds and a
 * sandbox is no hindrance; TLS, where it is wanted, is OpenSSL's over that socket.
 *
 * One thread at a time, and one in which SIGPIPE is blocked or ignored: OpenSSL writes without a care for it.
 * stream_open waits, for what net/1 waits and for TLS; all else returns at once. */
#ifndef PLUGINS_MQTT_STREAM_H
#define PLUGINS_MQTT_STREAM_H

#include "lib/base/error.h"

#include <entente/plugin.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct stream;

struct stream_settings {
    const struct ent_host *host; /* lent for the call, as all here */
    const struct ent_net_1 *net;
    struct ent_instance *instance;
    const char *server; /* a name or address, without brackets */
    int port;
    bool has_tls;        /* with a certificate for `server` that is trusted */
    const char *ca_file; /* certificates to trust instead of the system's; NULL for those */
    int64_t timeout_ms;
    const atomic_bool *is_cancelled; /* true ends the wait for TLS soon */
};

/* NULL with `error`. */
struct stream *stream_open(const struct stream_settings *settings, struct error *error);
/* NULL does nothing. */
void stream_close(struct stream *stream);

/* To poll; after stream_receive has said 0, since TLS holds bytes back that no poll sees. */
int stream_socket(const struct stream *stream);
/* How many bytes were sent or received; 0: none just now; -1 with `error`: the connection is over. `size` is not 0. */
ssize_t stream_send(struct stream *stream, const void *bytes, size_t size, struct error *error);
ssize_t stream_receive(struct stream *stream, void *bytes, size_t size, struct error *error);

#endif
