/* Link: the connection to a broker, on a thread of its own, since net/1 waits. It is made anew, after a growing pause,
 * when it breaks; messages that the broker had not acknowledged by then are settled for another attempt, and none is
 * sent again by itself, so that nothing goes out but what the host has asked for.
 *
 * link_publish and link_take from the plugin's callbacks; `settled` is called on the link's thread. */
#ifndef PLUGINS_MQTT_LINK_H
#define PLUGINS_MQTT_LINK_H

#include "lib/base/error.h"

#include <entente/plugin.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct link;

struct link_settings {
    const struct ent_host *host;
    const struct ent_net_1 *net;
    struct ent_instance *instance;
    const char *server; /* texts are lent for the link's life; NULL for none */
    int port;
    bool has_tls;
    const char *ca_file, *client_id, *user, *password;
    bool is_version_5;
    int qos;
    bool retain;
    int64_t timeout_ms; /* for the connection, and for an acknowledgement */
    /* Results are there, and there were none before. */
    void (*settled)(void *context);
    void *context;
};

struct link_result {
    uint64_t ticket;
    enum ent_code code;
    char text[300];
};

struct link *link_create(const struct link_settings *settings, struct error *error);
/* Says good-bye to the broker. What it has not acknowledged is not settled. NULL does nothing. */
void link_destroy(struct link *link);

/* Hands a message over, copied; its result comes by link_take. It waits for a connection that is being made; false with
 * `error` where there is none and none is tried just now. `id` goes along as a user property (version 5). */
bool link_publish(struct link *link, uint64_t ticket, const char *topic, const char *id, const void *payload,
                  size_t size, struct error *error);
bool link_take(struct link *link, struct link_result *result);

#endif
