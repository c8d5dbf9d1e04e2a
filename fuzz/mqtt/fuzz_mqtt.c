/* What a broker says, to a session that has messages under way: each is settled once, or given back; what is wrong has
 * a reason; and what is to be sent stays bounded. */
#include "plugins/mqtt/session.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MESSAGES = 6, TIMEOUT_MS = 1000, OUTPUT_BOUND = 4000 };

static void count_result(void *context, uint64_t ticket, enum ent_code code, const char *text)
{
    unsigned *settled = context;
    assert(ticket < MESSAGES && !(*settled & 1u << ticket));
    assert(code == ENT_OK || (code == ENT_RETRY && *text));
    *settled |= 1u << ticket;
}

static void read_packet_alone(enum packet_version version, const uint8_t *data, size_t size)
{
    struct packet packet;
    struct error error = ERROR_INIT;
    char text[3 * PACKET_TEXT_SIZE];
    size_t used = 0;
    enum packet_state state = packet_read(&packet, version, data, size, &used, &error);
    assert(state != PACKET_WRONG || *error.text);
    if (state != PACKET_WHOLE)
        return;
    assert(used >= 2 && used <= size && used <= PACKET_READ_MAX + 5);
    assert(packet.terms.receive_maximum > 0 && packet.terms.maximum_packet > 0);
    packet_explain(&packet, text, sizeof text);
    assert(*text);
}

static uint64_t add_messages(struct session *session, uint64_t next)
{
    while (next < MESSAGES && session_has_room(session)) {
        struct message *message = message_create(next, "topic", "delivery", "{}", 2);
        if (message)
            session_add(session, message, 0);
        next++;
    }
    return next;
}

static void send_output(struct session *session)
{
    size_t left;
    session_output(session, &left);
    assert(left < OUTPUT_BOUND);
    session_sent(session, left, 0);
}

/* In pieces as long as the first byte says. */
static void hear(struct session *session, const uint8_t *data, size_t size, size_t piece, unsigned *settled)
{
    struct error error = ERROR_INIT;
    uint64_t next = 0;
    for (size_t at = 0; at < size;) {
        size_t capacity, count = size - at < piece ? size - at : piece;
        void *input = session_input(session, &capacity);
        assert(capacity > 0);
        count = count < capacity ? count : capacity;
        memcpy(input, data + at, count);
        at += count;
        if (!session_received(session, count, 0, &error)) {
            assert(*error.text);
            break;
        }
        next = add_messages(session, next);
        send_output(session);
        assert(session_look(session, 0, &error));
    }
    struct message *message;
    while ((message = session_give_back(session))) {
        assert(!(*settled & 1u << message->ticket));
        message_free(message);
    }
}

/* The first byte chooses version, qos and how it comes. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned settled = 0;
    struct error error = ERROR_INIT;
    if (size == 0)
        return 0;
    struct session_settings settings = {.client_id = "fuzz",
                                        .version = data[0] & 1 ? PACKET_VERSION_5 : PACKET_VERSION_3_1_1,
                                        .qos = (data[0] >> 1 & 3) % 3,
                                        .timeout_ms = TIMEOUT_MS,
                                        .settled = count_result,
                                        .context = &settled};
    read_packet_alone(settings.version, data + 1, size - 1);
    struct session *session = session_create(&settings, 0, &error);
    if (session) {
        send_output(session);
        hear(session, data + 1, size - 1, (size_t)(data[0] >> 3) + 1, &settled);
    }
    session_destroy(session);
    return 0;
}
