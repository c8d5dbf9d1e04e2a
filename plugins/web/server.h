/* Server: the HTTP side of the plugin, on libmicrohttpd's threads.
 *
 * It bounds what anybody can make it hold or do: connections, sizes of requests, the time that a request may take to come
 * and an idle connection to last, streams, and failed log-ins. Whatever a request holds, the reply is one of this plugin's
 * with the security headers of exchange.c. Its own threads only carry bytes; what needs the daemon is its workers' (workers.h). */
#ifndef PLUGINS_WEB_SERVER_H
#define PLUGINS_WEB_SERVER_H

#include "plugins/web/exchange.h"
#include "plugins/web/limiter.h"

enum {
    SERVER_THREADS = 2,
    REQUEST_MS = 10000, /* for a whole request to come; also what an idle connection lasts */
    REPLY_IDLE_S = 30   /* nothing of a reply was taken for so long */
};

struct explainer;
struct stream_hub;

struct server_settings {
    const char *listen;
    const char *certificate, *key; /* PEM texts; NULL: plain HTTP */
    const char *public_url;        /* NULL: not known */
    const char *const *hosts;      /* further names by which it may be called, ended by NULL */
    unsigned connections, streams;
    int64_t session_ms;
};

struct server {
    const struct ent_host *host;
    struct ent_instance *instance;
    const struct ent_query_1 *query;
    const struct ent_command_1 *command;
    const struct ent_clock_1 *clock;
    const struct ent_metrics_1 *metrics;
    struct server_settings settings;
    struct MHD_Daemon *daemon;
    bool is_loopback, is_path; /* where it listens */
    uint16_t port;
    struct stream_hub *streams;
    struct limiter logins;
    struct peers *peers;
    struct workers *workers;
    struct explainer *explainer;
    atomic_llong requests, refusals, bytes;
};

/* Begins to serve at the descriptor, which it takes over. False with the error text of the host set. */
bool server_start(struct server *server, int listener);
/* Ends streams and connections. */
void server_stop(struct server *server);

/* Closes connections that are past their time; called every second or so from one thread. */
void server_sweep(struct server *server);

#endif
