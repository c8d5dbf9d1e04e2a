/* Wire: what the daemon and a runner say to each other, message by message, over one SOCK_SEQPACKET pair.
 *
 * A message is a head, which says what it is and whose, and a payload of plain values one after the other. A payload
 * that is too large for a packet is passed in a memfd that is sealed, so that it cannot change or shrink under its
 * reader. Both ends are of one build, so numbers are in native byte order; what the daemon reads may still come
 * from a plugin that has taken over its runner: nothing of it is believed before it was looked at.
 *
 * Threads: one thread receives at an end; any may send, since a packet is sent whole. A reader and the values that it
 * lends belong to whoever has the message. */
#ifndef CORE_HOST_WIRE_H
#define CORE_HOST_WIRE_H

#include "lib/base/buffer.h"
#include "lib/base/error.h"

#include <entente/plugin.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* To whom a message belongs: `instance` and `call` are numbers that the daemon gave; `request` is the runner's own, and
 * comes back with the answer. */
enum wire_type {
    /* From the daemon. All but the first and last are calls, each answered by one WIRE_RESULT. */
    WIRE_HELLO = 1, /* what the runner is for; answered by WIRE_READY */
    WIRE_CHECK,
    WIRE_CREATE,
    WIRE_START,
    WIRE_RUN,     /* a unit */
    WIRE_RESPOND, /* a unit with the answer to a request */
    WIRE_DRAIN,
    WIRE_STOP,
    WIRE_DESTROY,
    WIRE_ANSWER, /* to a request of the runner's */

    /* From the runner. */
    WIRE_READY,
    WIRE_RESULT,
    /* requests within a call, from its thread */
    WIRE_KV_GET,
    WIRE_KV_NEXT,
    WIRE_SUBMIT,
    WIRE_SUBMIT_MAIL,
    /* requests of an instance, from any thread */
    WIRE_FOLDER,
    WIRE_ASK,
    WIRE_COMMAND,
    WIRE_WAIT,
    WIRE_LISTEN,  /* its answer bears a descriptor */
    WIRE_CONNECT, /* the same */
    WIRE_SEND,
    /* without an answer */
    WIRE_LOG,
    WIRE_COUNT,
    WIRE_GAUGE,
    WIRE_WAKE,
    WIRE_TYPES
};

struct wire_head {
    uint16_t type;     /* enum wire_type */
    uint32_t instance; /* 0: the runner's own affairs */
    uint64_t call;     /* 0: none */
    uint64_t request;  /* 0: none */
};

struct wire_message {
    struct wire_message *next; /* for its owner's queue */
    struct wire_head head;
    const unsigned char *bytes;
    size_t size;
    int descriptor; /* passed with it, its owner's to close; -1 for none */
    void *mapping;  /* where the payload came in a memfd, else NULL */
};

/* Larger ones are refused at either end: what a unit may hold at most, and room for its texts. */
enum { WIRE_PAYLOAD_MAX = 300 * 1024 * 1024 };

/* False with `error`: the other end is gone or does not take anything, or the payload cannot be sent (ERROR_LIMIT,
 * ERROR_MEMORY). `descriptor` -1 for none; it stays the caller's. `payload` may be NULL. */
bool wire_send(int socket, const struct wire_head *head, const struct buffer *payload, int descriptor,
               struct error *error);
/* Waits for the next message. NULL: the other end is gone (`error` untouched) or has sent what is no message
 * (ERROR_INPUT). */
struct wire_message *wire_receive(int socket, struct error *error);
/* NULL does nothing. */
void wire_message_free(struct wire_message *message);

/* ---- payloads: written to a buffer, which remembers failures ---- */

void wire_put_u32(struct buffer *buffer, uint32_t value);
void wire_put_u64(struct buffer *buffer, uint64_t value);
void wire_put_i64(struct buffer *buffer, int64_t value);
void wire_put_double(struct buffer *buffer, double value);
/* NULL data stays apart from an empty text. */
void wire_put_str(struct buffer *buffer, struct ent_str text);
void wire_put_text(struct buffer *buffer, const char *text); /* NUL-terminated or NULL */

/* ---- and read, with the first mistake remembered ---- */

struct wire_reader {
    const unsigned char *bytes;
    size_t size, at;
    bool failed; /* something was not there or not what it should be; all that follows reads as zero */
};

struct wire_reader wire_read(const struct wire_message *message);
uint32_t wire_get_u32(struct wire_reader *reader);
uint64_t wire_get_u64(struct wire_reader *reader);
int64_t wire_get_i64(struct wire_reader *reader);
double wire_get_double(struct wire_reader *reader);
/* Lent by the message. NUL-terminated beyond its size; a NUL within it is not looked for. */
struct ent_str wire_get_str(struct wire_reader *reader);
/* The same as a C string without a NUL within, NULL for none. */
const char *wire_get_text(struct wire_reader *reader);
/* A number of things that take at least `least` bytes each: more than could follow is a mistake. */
size_t wire_get_count(struct wire_reader *reader, size_t least, size_t limit);
/* Whether all went well and nothing is left over. */
bool wire_is_done(const struct wire_reader *reader);

#endif
