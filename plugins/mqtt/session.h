/* Session: what one connection with a broker has come to, from CONNECT on: messages on their way, their
 * acknowledgements, pings. It does no I/O and has no clock: link.c brings the bytes that came and the time, and takes
 * away the bytes to send.
 *
 * One thread. Times are monotonic milliseconds. A session that has failed once is good for nothing but its messages,
 * which session_destroy gives back unsettled to link.c's `message_free`; nothing is sent twice on one connection, and
 * no session goes on with what an earlier one sent. */
#ifndef PLUGINS_MQTT_SESSION_H
#define PLUGINS_MQTT_SESSION_H

#include "lib/base/error.h"
#include "plugins/mqtt/packet.h"

#include <entente/plugin.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct message {
    struct message *next;
    uint64_t ticket;
    char *topic, *delivery, *payload; /* the payload NULL once it was taken up */
    size_t size;
    /* the session's */
    uint16_t id;      /* 0 with qos 0 */
    bool is_received; /* qos 2: the broker has said PUBREC */
    uint64_t end;     /* how many bytes have been sent when it has */
    int64_t due;
};

/* Copies. NULL: memory is out. */
struct message *message_create(uint64_t ticket, const char *topic, const char *delivery, const void *payload,
                               size_t size);
void message_free(struct message *message); /* NULL does nothing */

struct session_settings {
    const char *client_id, *user, *password; /* lent for the session's life; NULL for none */
    enum packet_version version;
    int qos;
    bool retain;
    int64_t timeout_ms; /* for the answer to CONNECT, and for each acknowledgement */
    /* What became of a message, which is gone afterwards: acknowledged, or refused with a text. */
    void (*settled)(void *context, uint64_t ticket, enum ent_code code, const char *text);
    void *context;
};

struct session;

/* Begins with CONNECT. NULL with `error`. */
struct session *session_create(const struct session_settings *settings, int64_t now, struct error *error);
/* NULL does nothing. */
void session_destroy(struct session *session);

/* The broker has taken the connection. */
bool session_is_greeted(const struct session *session);
/* Whether a further message may be added. Never before the greeting. */
bool session_has_room(const struct session *session);
/* Takes the message over; one that cannot be sent is settled at once. */
void session_add(struct session *session, struct message *message, int64_t now);
/* A message whose fate is open, taken out; NULL: there is none. */
struct message *session_give_back(struct session *session);

/* The bytes to send, lent until the next call of another function; then how many of them were sent. */
const void *session_output(const struct session *session, size_t *size);
void session_sent(struct session *session, size_t size, int64_t now);
/* Where to put bytes that came, at least one; then how many. False with `error`: the connection is to be closed. */
void *session_input(struct session *session, size_t *capacity);
bool session_received(struct session *session, size_t size, int64_t now, struct error *error);
/* To be called when session_next says so. False with `error`: the broker does not answer in time. */
bool session_look(struct session *session, int64_t now, struct error *error);
int64_t session_next(const struct session *session);
/* Adds a good-bye, behind what is there to be sent. */
void session_end(struct session *session);

#endif
