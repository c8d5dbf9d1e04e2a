#include "plugins/mqtt/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    KEEP_ALIVE_S = 60,
    WINDOW_MAX = 20,         /* messages without an acknowledgement, also where the broker takes more */
    OUTPUT_MAX = 256 * 1024, /* past it no further message is taken up */
    INPUT_SIZE = PACKET_READ_MAX + 5,
    TEXT_SIZE = 300
};

struct session {
    struct session_settings settings;
    struct packet_terms terms;
    bool is_greeted, has_failed;
    struct message *flying, **flying_end; /* in the order of their sending */
    size_t flying_count;
    uint16_t last_id;
    struct buffer output;
    size_t output_sent; /* of the bytes in `output` */
    uint64_t total_queued, total_sent;
    int64_t keep_alive_ms;                     /* 0: no pings */
    int64_t greeting_due, last_sent, ping_due; /* of the last, 0: none is under way */
    size_t input_size;
    char input[INPUT_SIZE];
};

/* ---- messages ---- */

void message_free(struct message *message)
{
    if (!message)
        return;
    free(message->topic);
    free(message->delivery);
    free(message->payload);
    free(message);
}

struct message *message_create(uint64_t ticket, const char *topic, const char *delivery, const void *payload,
                               size_t size)
{
    struct message *message = calloc(1, sizeof *message);
    if (!message)
        return NULL;
    *message = (struct message){.ticket = ticket,
                                .topic = strdup(topic),
                                .delivery = strdup(delivery),
                                .payload = malloc(size + 1),
                                .size = size};
    if (message->topic && message->delivery && message->payload) {
        memcpy(message->payload, payload, size);
        return message;
    }
    message_free(message);
    return NULL;
}

/* Takes *at out of the list. */
static struct message *take_out(struct session *session, struct message **at)
{
    struct message *message = *at;
    *at = message->next;
    if (!*at)
        session->flying_end = at;
    session->flying_count--;
    return message;
}

static void settle(struct session *session, struct message *message, enum ent_code code, const char *text)
{
    session->settings.settled(session->settings.context, message->ticket, code, text);
    message_free(message);
}

static struct message **find(struct session *session, uint16_t id)
{
    struct message **at = &session->flying;
    while (*at && (*at)->id != id)
        at = &(*at)->next;
    return at;
}

struct message *session_give_back(struct session *session)
{
    return session->flying ? take_out(session, &session->flying) : NULL;
}

/* ---- sending ---- */

/* What was appended since the output had `before` bytes. */
static void note_queued(struct session *session, size_t before)
{
    session->total_queued += session->output.size - before;
    session->has_failed |= session->output.failed;
}

/* 2.2.1: not 0, and none that is under way. The window is far smaller than the numbers are many. */
static uint16_t next_id(struct session *session)
{
    do {
        session->last_id++;
    } while (session->last_id == 0 || *find(session, session->last_id));
    return session->last_id;
}

bool session_is_greeted(const struct session *session)
{
    return session->is_greeted;
}

bool session_has_room(const struct session *session)
{
    size_t window = session->terms.receive_maximum < WINDOW_MAX ? session->terms.receive_maximum : WINDOW_MAX;
    return session->is_greeted && !session->has_failed && session->output.size - session->output_sent < OUTPUT_MAX &&
           (session->settings.qos == 0 || session->flying_count < window);
}

static bool write_message(struct session *session, const struct message *message, struct error *error)
{
    const struct session_settings *settings = &session->settings;
    struct packet_message packet = {.topic = message->topic,
                                    .delivery = message->delivery,
                                    .payload = message->payload,
                                    .size = message->size,
                                    .id = message->id,
                                    .qos = settings->qos,
                                    .retain = settings->retain};
    uint64_t size = packet_publish_size(settings->version, &packet);
    if (size > session->terms.maximum_packet)
        return error_set(error, ERROR_LIMIT, "the message has %llu bytes; the broker takes %lu at most",
                         (unsigned long long)size, (unsigned long)session->terms.maximum_packet);
    return packet_write_publish(&session->output, settings->version, &packet, error);
}

void session_add(struct session *session, struct message *message, int64_t now)
{
    struct error error = ERROR_INIT;
    char text[TEXT_SIZE];
    size_t before = session->output.size;
    message->id = session->settings.qos > 0 ? next_id(session) : 0;
    if (!write_message(session, message, &error)) {
        snprintf(text, sizeof text, "%.100s: %.180s", message->topic, error.text);
        settle(session, message, ENT_RETRY, text);
        return;
    }
    note_queued(session, before);
    free(message->payload);
    message->payload = NULL;
    message->next = NULL;
    message->end = session->total_queued;
    message->due = now + session->settings.timeout_ms;
    *session->flying_end = message;
    session->flying_end = &message->next;
    session->flying_count++;
}

const void *session_output(const struct session *session, size_t *size)
{
    *size = session->has_failed ? 0 : session->output.size - session->output_sent;
    return *size > 0 ? session->output.bytes + session->output_sent : NULL;
}

/* Rarely moves anything: mostly all has been sent. */
static void drop_sent(struct session *session)
{
    struct buffer *output = &session->output;
    if (session->output_sent < output->size && session->output_sent < OUTPUT_MAX)
        return;
    memmove(output->bytes, output->bytes + session->output_sent, output->size - session->output_sent);
    output->size -= session->output_sent;
    session->output_sent = 0;
}

/* Of qos 0 that is all that is ever known. */
static void settle_sent(struct session *session)
{
    while (session->settings.qos == 0 && session->flying && session->flying->end <= session->total_sent)
        settle(session, take_out(session, &session->flying), ENT_OK, "");
}

void session_sent(struct session *session, size_t size, int64_t now)
{
    session->output_sent += size;
    session->total_sent += size;
    if (size > 0)
        session->last_sent = now;
    drop_sent(session);
    settle_sent(session);
}

void session_end(struct session *session)
{
    packet_write_disconnect(&session->output);
}

/* ---- what the broker says ---- */

static bool greet(struct session *session, const struct packet *packet, int64_t now, struct error *error)
{
    const struct session_settings *settings = &session->settings;
    char reason[2 * PACKET_TEXT_SIZE];
    if (session->is_greeted)
        return error_set(error, ERROR_INPUT, "the broker greets twice");
    packet_explain(packet, reason, sizeof reason);
    if (packet->reason != 0)
        return error_set(error, ERROR_STATE, "the broker refuses the connection: %s%s", reason,
                         packet->version != settings->version ? "; set version = 3.1.1" : "");
    if (packet->has_session) /* 3.2.2.1.1 */
        return error_set(error, ERROR_INPUT, "the broker goes on with a session that was not asked for");
    if (settings->qos > packet->terms.maximum_qos)
        return error_set(error, ERROR_CONFIG, "the broker takes no qos above %d; set qos = %d",
                         packet->terms.maximum_qos, packet->terms.maximum_qos);
    if (settings->retain && !packet->terms.has_retain)
        return error_set(error, ERROR_CONFIG, "the broker retains no messages; set retain = no");
    session->terms = packet->terms;
    if (packet->terms.keep_alive >= 0)
        session->keep_alive_ms = (int64_t)packet->terms.keep_alive * 1000;
    session->is_greeted = true;
    session->last_sent = now;
    return true;
}

static bool refuse_id(const struct packet *packet, struct error *error)
{
    return error_set(error, ERROR_INPUT, "the broker acknowledges a message that it was not sent (number %u)",
                     packet->id);
}

static void settle_refused(struct session *session, struct message **at, const struct packet *packet)
{
    char reason[2 * PACKET_TEXT_SIZE], text[TEXT_SIZE];
    packet_explain(packet, reason, sizeof reason);
    snprintf(text, sizeof text, "the broker refuses the message: %.250s", reason);
    settle(session, take_out(session, at), ENT_RETRY, text);
}

/* 4.3.3: the first half of qos 2; the second is asked for. */
static void release(struct session *session, struct message *message, int64_t now)
{
    size_t before = session->output.size;
    packet_write_release(&session->output, message->id);
    note_queued(session, before);
    message->is_received = true;
    message->due = now + session->settings.timeout_ms;
}

static bool acknowledge(struct session *session, const struct packet *packet, int64_t now, struct error *error)
{
    struct message **at = find(session, packet->id);
    /* A broker that answers before all of it has been sent answers something else. */
    if (!*at || (*at)->end > session->total_sent || (packet->kind == PACKET_PUBACK) != (session->settings.qos == 1) ||
        (packet->kind == PACKET_PUBCOMP && !(*at)->is_received))
        return refuse_id(packet, error);
    if (packet->reason >= PACKET_REASON_FAILURE)
        settle_refused(session, at, packet);
    else if (packet->kind == PACKET_PUBREC && !(*at)->is_received)
        release(session, *at, now);
    else if (packet->kind != PACKET_PUBREC) /* one that comes again has had its answer */
        settle(session, take_out(session, at), ENT_OK, "");
    return true;
}

static bool heed(struct session *session, const struct packet *packet, int64_t now, struct error *error)
{
    char reason[2 * PACKET_TEXT_SIZE];
    if (packet->kind == PACKET_CONNACK)
        return greet(session, packet, now, error);
    if (!session->is_greeted)
        return error_set(error, ERROR_INPUT, "what answers is no MQTT broker: it does not greet first");
    switch (packet->kind) {
    case PACKET_PINGRESP:
        if (session->ping_due == 0)
            return error_set(error, ERROR_INPUT, "the broker answers a ping that it was not sent");
        session->ping_due = 0;
        return true;
    case PACKET_DISCONNECT:
        packet_explain(packet, reason, sizeof reason);
        return error_set(error, ERROR_STATE, "the broker ends the connection: %s", reason);
    default:
        return acknowledge(session, packet, now, error);
    }
}

void *session_input(struct session *session, size_t *capacity)
{
    *capacity = sizeof session->input - session->input_size;
    return session->input + session->input_size;
}

bool session_received(struct session *session, size_t size, int64_t now, struct error *error)
{
    size_t at = 0;
    session->input_size += size;
    for (;;) {
        struct packet packet;
        size_t used;
        enum packet_state state = packet_read(&packet, session->settings.version, session->input + at,
                                              session->input_size - at, &used, error);
        if (state == PACKET_PARTIAL)
            break;
        if (state == PACKET_WRONG || !heed(session, &packet, now, error))
            return false;
        at += used;
    }
    session->input_size -= at;
    memmove(session->input, session->input + at, session->input_size);
    return true;
}

/* ---- time ---- */

static int64_t earlier(int64_t one, int64_t other)
{
    return one < other ? one : other;
}

/* When the first of what is waited for is overdue. */
static int64_t due(const struct session *session)
{
    int64_t at = session->is_greeted ? INT64_MAX : session->greeting_due;
    if (session->ping_due > 0)
        at = earlier(at, session->ping_due);
    for (const struct message *message = session->flying; message; message = message->next)
        at = earlier(at, message->due);
    return at;
}

/* A quarter early: what counts is when it arrives (3.1.2.10). */
static int64_t ping_time(const struct session *session)
{
    bool is_wanted = session->is_greeted && session->keep_alive_ms > 0 && session->ping_due == 0;
    return is_wanted ? session->last_sent + session->keep_alive_ms * 3 / 4 : INT64_MAX;
}

int64_t session_next(const struct session *session)
{
    return earlier(due(session), ping_time(session));
}

bool session_look(struct session *session, int64_t now, struct error *error)
{
    if (session->has_failed)
        return error_set(error, ERROR_MEMORY, "no memory for what is to be sent");
    if (now >= due(session))
        return error_set(error, ERROR_SYSTEM, "the broker does not answer in time");
    if (now >= ping_time(session)) {
        size_t before = session->output.size;
        packet_write_ping(&session->output);
        note_queued(session, before);
        session->ping_due = now + session->settings.timeout_ms;
    }
    return true;
}

/* ---- beginning and end ---- */

struct session *session_create(const struct session_settings *settings, int64_t now, struct error *error)
{
    struct session *session = calloc(1, sizeof *session);
    struct packet_greeting greeting = {.client_id = settings->client_id,
                                       .user = settings->user,
                                       .password = settings->password,
                                       .keep_alive = KEEP_ALIVE_S};
    if (!session) {
        error_set(error, ERROR_MEMORY, "no memory for a connection");
        return NULL;
    }
    session->settings = *settings;
    session->flying_end = &session->flying;
    session->keep_alive_ms = KEEP_ALIVE_S * 1000;
    session->greeting_due = now + settings->timeout_ms;
    session->last_sent = now;
    bool is_written = packet_write_connect(&session->output, settings->version, &greeting, error);
    note_queued(session, 0);
    if (is_written && !session->has_failed)
        return session;
    if (is_written)
        error_set(error, ERROR_MEMORY, "no memory for a connection");
    session_destroy(session);
    return NULL;
}

void session_destroy(struct session *session)
{
    if (!session)
        return;
    struct message *message;
    while ((message = session_give_back(session)))
        message_free(message);
    buffer_free(&session->output);
    free(session);
}
