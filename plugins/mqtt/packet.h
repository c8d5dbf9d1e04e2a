/* Packet: MQTT on the wire, 3.1.1 and 5.0 (OASIS standards; sections are cited in packet.c), as far as a client needs
 * it that only publishes: it writes CONNECT, PUBLISH, PUBREL, PINGREQ and DISCONNECT, and reads CONNACK, PUBACK,
 * PUBREC, PUBCOMP, PINGRESP and, of version 5, DISCONNECT. Not for sending, waiting or what follows from a packet: that
 * is link.c's.
 *
 * Pure functions, any thread. What is read comes from a stranger: nothing is looked at past `size`, and what no broker
 * may say to such a client is an error. */
#ifndef PLUGINS_MQTT_PACKET_H
#define PLUGINS_MQTT_PACKET_H

#include "lib/base/buffer.h"
#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum packet_version { PACKET_VERSION_3_1_1 = 4, PACKET_VERSION_5 = 5 }; /* as CONNECT says them */

enum packet_kind { /* as the first byte says them */
                   PACKET_CONNECT = 1,
                   PACKET_CONNACK = 2,
                   PACKET_PUBLISH = 3,
                   PACKET_PUBACK = 4,
                   PACKET_PUBREC = 5,
                   PACKET_PUBREL = 6,
                   PACKET_PUBCOMP = 7,
                   PACKET_PINGREQ = 12,
                   PACKET_PINGRESP = 13,
                   PACKET_DISCONNECT = 14
};

enum {
    PACKET_READ_MAX = 64 * 1024,   /* bytes of a packet that is read; a broker of version 5 is told so */
    PACKET_LENGTH_MAX = 268435455, /* bytes behind the first two to five of any packet */
    PACKET_STRING_MAX = 65535,
    PACKET_REASON_FAILURE = 0x80, /* reason codes from here on are failures */
    PACKET_TEXT_SIZE = 200
};

/* ---- writing: each appends one packet; a buffer without memory is `failed` ---- */

struct packet_greeting {
    const char *client_id;       /* lent, as all texts */
    const char *user, *password; /* NULL for none */
    uint16_t keep_alive;         /* seconds */
};

struct packet_message {
    const char *topic;
    const char *delivery; /* user property of version 5; NULL or "" for none */
    const void *payload;
    size_t size;
    uint16_t id; /* not 0 with qos 1 and 2 */
    int qos;
    bool retain;
};

/* A session that begins empty and ends with the connection. False with `error`: a text is too long, or no UTF-8. */
bool packet_write_connect(struct buffer *out, enum packet_version version, const struct packet_greeting *greeting,
                          struct error *error);
/* False with `error`: the topic is empty, too long or no UTF-8, or the message is larger than MQTT allows. */
bool packet_write_publish(struct buffer *out, enum packet_version version, const struct packet_message *message,
                          struct error *error);
/* The bytes that packet_write_publish would append, for what the broker says is its limit. */
uint64_t packet_publish_size(enum packet_version version, const struct packet_message *message);
void packet_write_release(struct buffer *out, uint16_t id);
void packet_write_ping(struct buffer *out);
void packet_write_disconnect(struct buffer *out);

/* ---- reading ---- */

/* What a broker of version 5 says in CONNACK of what it takes (3.2.2.3); one of 3.1.1 has these values. */
struct packet_terms {
    uint16_t receive_maximum; /* messages that may wait for an acknowledgement */
    uint8_t maximum_qos;
    bool has_retain;
    uint32_t maximum_packet; /* bytes, UINT32_MAX where it does not say */
    int32_t keep_alive;      /* seconds instead of ours, 0 for never; -1 where it does not say */
};

struct packet {
    enum packet_kind kind;
    enum packet_version version;  /* 3.1.1 for the refusal by a broker that knows no other */
    uint16_t id;                  /* of the message that is acknowledged */
    uint8_t reason;               /* 0: all is well; of version 3.1.1 a return code */
    bool has_session;             /* CONNACK: the broker goes on with an earlier session */
    struct packet_terms terms;    /* CONNACK */
    char text[PACKET_TEXT_SIZE];  /* Reason String, or "" */
    char other[PACKET_TEXT_SIZE]; /* Server Reference, or "" */
};

enum packet_state { PACKET_WHOLE, PACKET_PARTIAL, PACKET_WRONG };

/* The packet at the beginning of `bytes`: *used is its size. PACKET_PARTIAL: more bytes are wanted. PACKET_WRONG with
 * `error`: the connection is not to be believed any more. */
enum packet_state packet_read(struct packet *packet, enum packet_version version, const void *bytes, size_t size,
                              size_t *used, struct error *error);
/* Says the reason of a packet in words, with what the broker adds: "Not authorized: no such user". */
void packet_explain(const struct packet *packet, char *text, size_t size);

#endif
