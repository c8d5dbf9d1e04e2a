/* Sections are those of MQTT Version 5.0 (OASIS, 2019); "3.1.1:" before one means MQTT Version 3.1.1 (OASIS, 2014). */
#include "plugins/mqtt/packet.h"

#include "lib/base/utf8.h"

#include <stdio.h>
#include <string.h>

enum {
    VARIABLE_BYTES_MAX = 4,
    CLEAN_START = 0x02, /* 3.1.2.3 */
    HAS_PASSWORD = 0x40,
    HAS_USER = 0x80,
    RETAIN = 0x01,
    FLAGS_OF_PUBREL = 0x02, /* 3.6.1 */
    PROTOCOL_VERSION_REFUSED = 1
};

/* 2.2.2.2 */
enum property {
    PROPERTY_CONTENT_TYPE = 0x03,
    PROPERTY_SESSION_EXPIRY = 0x11,
    PROPERTY_ASSIGNED_CLIENT = 0x12,
    PROPERTY_SERVER_KEEP_ALIVE = 0x13,
    PROPERTY_AUTHENTICATION_METHOD = 0x15,
    PROPERTY_AUTHENTICATION_DATA = 0x16,
    PROPERTY_RESPONSE_INFORMATION = 0x1A,
    PROPERTY_SERVER_REFERENCE = 0x1C,
    PROPERTY_REASON_STRING = 0x1F,
    PROPERTY_RECEIVE_MAXIMUM = 0x21,
    PROPERTY_TOPIC_ALIAS_MAXIMUM = 0x22,
    PROPERTY_MAXIMUM_QOS = 0x24,
    PROPERTY_RETAIN_AVAILABLE = 0x25,
    PROPERTY_USER = 0x26,
    PROPERTY_MAXIMUM_PACKET = 0x27,
    PROPERTY_WILDCARDS = 0x28,
    PROPERTY_SUBSCRIPTION_IDS = 0x29,
    PROPERTY_SHARED_SUBSCRIPTIONS = 0x2A
};

static const char content_type[] = "application/json", user_property[] = "delivery";

/* ---- writing ---- */

static void put_16(struct buffer *out, unsigned value)
{
    buffer_append_char(out, (char)(value >> 8 & 0xff));
    buffer_append_char(out, (char)(value & 0xff));
}

static void put_32(struct buffer *out, uint32_t value)
{
    put_16(out, value >> 16);
    put_16(out, value & 0xffff);
}

/* 1.5.5 */
static void put_variable(struct buffer *out, size_t value)
{
    do {
        unsigned byte = value & 0x7f;
        value >>= 7;
        buffer_append_char(out, (char)(byte | (value > 0 ? 0x80 : 0)));
    } while (value > 0);
}

static size_t size_of_variable(size_t value)
{
    return value < 1u << 7 ? 1 : value < 1u << 14 ? 2 : value < 1u << 21 ? 3 : 4;
}

/* 1.5.4; also 1.5.6, which differs in what may stand in it. */
static void put_string(struct buffer *out, const char *text)
{
    size_t size = strlen(text);
    put_16(out, (unsigned)size);
    buffer_append(out, text, size);
}

static void put_head(struct buffer *out, enum packet_kind kind, unsigned flags, size_t length)
{
    buffer_append_char(out, (char)((unsigned)kind << 4 | flags));
    put_variable(out, length);
}

static size_t size_of_string(const char *text)
{
    return text ? 2 + strlen(text) : 0;
}

static bool check_string(const char *what, const char *text, struct error *error)
{
    if (text && strlen(text) > PACKET_STRING_MAX)
        return error_set(error, ERROR_LIMIT, "the %s has %zu bytes; MQTT takes %d at most", what, strlen(text),
                         PACKET_STRING_MAX);
    return !text || utf8_is_valid(text, strlen(text)) || error_set(error, ERROR_INPUT, "the %s is no UTF-8", what);
}

/* 3.1 */
bool packet_write_connect(struct buffer *out, enum packet_version version, const struct packet_greeting *greeting,
                          struct error *error)
{
    static const char protocol[] = "MQTT";
    enum { FIXED_SIZE = 2 + 4 + 1 + 1 + 2, PROPERTIES_SIZE = 5 };
    unsigned flags = CLEAN_START;
    if (!check_string("client's name (client_id)", greeting->client_id, error) ||
        !check_string("user's name", greeting->user, error))
        return false;
    if (greeting->password && strlen(greeting->password) > PACKET_STRING_MAX)
        return error_set(error, ERROR_LIMIT, "the password is longer than MQTT allows");
    if (greeting->user)
        flags |= HAS_USER;
    if (greeting->password)
        flags |= HAS_PASSWORD;
    put_head(out, PACKET_CONNECT, 0,
             FIXED_SIZE + (version == PACKET_VERSION_5 ? 1u + PROPERTIES_SIZE : 0u) +
                 size_of_string(greeting->client_id) + size_of_string(greeting->user) +
                 size_of_string(greeting->password));
    put_string(out, protocol);
    buffer_append_char(out, (char)version);
    buffer_append_char(out, (char)flags);
    put_16(out, greeting->keep_alive);
    if (version == PACKET_VERSION_5) {
        put_variable(out, PROPERTIES_SIZE);
        buffer_append_char(out, PROPERTY_MAXIMUM_PACKET);
        put_32(out, PACKET_READ_MAX);
    }
    put_string(out, greeting->client_id);
    if (greeting->user)
        put_string(out, greeting->user);
    if (greeting->password)
        put_string(out, greeting->password);
    return true;
}

static bool has_delivery(const struct packet_message *message)
{
    return message->delivery && *message->delivery;
}

static size_t size_of_properties(const struct packet_message *message)
{
    size_t size = 1 + 2 + sizeof content_type - 1;
    return size + (has_delivery(message) ? 1 + 2 + sizeof user_property - 1 + size_of_string(message->delivery) : 0);
}

static uint64_t length_of_publish(enum packet_version version, const struct packet_message *message)
{
    uint64_t length = size_of_string(message->topic) + (message->qos > 0 ? 2u : 0u);
    if (version == PACKET_VERSION_5) {
        size_t properties = size_of_properties(message);
        length += size_of_variable(properties) + properties;
    }
    return length + message->size;
}

uint64_t packet_publish_size(enum packet_version version, const struct packet_message *message)
{
    uint64_t length = length_of_publish(version, message);
    return 1 + size_of_variable(length < PACKET_LENGTH_MAX ? (size_t)length : PACKET_LENGTH_MAX) + length;
}

/* 3.3 */
bool packet_write_publish(struct buffer *out, enum packet_version version, const struct packet_message *message,
                          struct error *error)
{
    uint64_t length = length_of_publish(version, message);
    if (!*message->topic)
        return error_set(error, ERROR_INPUT, "the topic is empty");
    if (!check_string("topic", message->topic, error) || !check_string("delivery's id", message->delivery, error))
        return false;
    if (length > PACKET_LENGTH_MAX)
        return error_set(error, ERROR_LIMIT, "the message has %zu bytes, which is more than MQTT allows",
                         message->size);
    put_head(out, PACKET_PUBLISH, (unsigned)message->qos << 1 | (message->retain ? RETAIN : 0), (size_t)length);
    put_string(out, message->topic);
    if (message->qos > 0)
        put_16(out, message->id);
    if (version == PACKET_VERSION_5) {
        put_variable(out, size_of_properties(message));
        buffer_append_char(out, PROPERTY_CONTENT_TYPE);
        put_string(out, content_type);
        if (has_delivery(message)) {
            buffer_append_char(out, PROPERTY_USER);
            put_string(out, user_property);
            put_string(out, message->delivery);
        }
    }
    buffer_append(out, message->payload, message->size);
    return true;
}

/* 3.6; without a reason both versions write the same. */
void packet_write_release(struct buffer *out, uint16_t id)
{
    put_head(out, PACKET_PUBREL, FLAGS_OF_PUBREL, 2);
    put_16(out, id);
}

/* 3.12 */
void packet_write_ping(struct buffer *out)
{
    put_head(out, PACKET_PINGREQ, 0, 0);
}

/* 3.14; without a reason, normal disconnection, both versions write the same. */
void packet_write_disconnect(struct buffer *out)
{
    put_head(out, PACKET_DISCONNECT, 0, 0);
}

/* ---- reading ---- */

/* What is left of a packet; once it was too short, all that is read is 0 or empty. */
struct reader {
    const unsigned char *at;
    size_t left;
    bool is_short;
};

static const unsigned char *take(struct reader *reader, size_t size)
{
    const unsigned char *at = reader->at;
    if (size > reader->left) {
        reader->is_short = true;
        reader->left = 0;
        return NULL;
    }
    reader->at += size;
    reader->left -= size;
    return at;
}

static uint32_t get_number(struct reader *reader, size_t size)
{
    const unsigned char *at = take(reader, size);
    uint32_t value = 0;
    for (size_t i = 0; at && i < size; i++)
        value = value << 8 | at[i];
    return value;
}

/* 1.5.5: at most four bytes. */
static size_t get_variable(struct reader *reader)
{
    size_t value = 0;
    for (unsigned i = 0; i < VARIABLE_BYTES_MAX; i++) {
        uint32_t byte = get_number(reader, 1);
        value |= (size_t)(byte & 0x7f) << (7 * i);
        if (!(byte & 0x80))
            return value;
    }
    reader->is_short = true;
    return 0;
}

static struct reader get_bytes(struct reader *reader, size_t size)
{
    struct reader part = {.left = size};
    part.at = take(reader, size);
    if (!part.at)
        part.left = 0;
    return part;
}

/* 1.5.4: UTF-8 without U+0000. */
static bool get_string(struct reader *reader, struct reader *string)
{
    *string = get_bytes(reader, get_number(reader, 2));
    return string->left == 0 ||
           (utf8_is_valid((const char *)string->at, string->left) && !memchr(string->at, '\0', string->left));
}

/* Cut to what fits, on one line. */
static void copy_text(char text[PACKET_TEXT_SIZE], const struct reader *string)
{
    struct buffer printable = BUFFER_INIT;
    if (string->left > 0)
        utf8_append_printable(&printable, (const char *)string->at,
                              utf8_cut((const char *)string->at, string->left, PACKET_TEXT_SIZE));
    size_t size =
        printable.failed || !printable.bytes ? 0 : utf8_cut(printable.bytes, printable.size, PACKET_TEXT_SIZE - 1);
    if (size > 0)
        memcpy(text, printable.bytes, size);
    text[size] = '\0';
    buffer_free(&printable);
}

enum type { TYPE_NONE, TYPE_FLAG, TYPE_16, TYPE_32, TYPE_STRING, TYPE_BINARY, TYPE_PAIR };
enum { IN_CONNACK = 1, IN_ACKNOWLEDGEMENT = 2, IN_DISCONNECT = 4 };

/* 2.2.2.2 with 3.2.2.3, 3.4.2.2, 3.14.2.2: those that a broker may send in packets that we read. */
static const struct {
    enum property property;
    enum type type;
    unsigned where;
} properties[] = {
    {PROPERTY_SESSION_EXPIRY, TYPE_32, IN_CONNACK},
    {PROPERTY_ASSIGNED_CLIENT, TYPE_STRING, IN_CONNACK},
    {PROPERTY_SERVER_KEEP_ALIVE, TYPE_16, IN_CONNACK},
    {PROPERTY_AUTHENTICATION_METHOD, TYPE_STRING, IN_CONNACK},
    {PROPERTY_AUTHENTICATION_DATA, TYPE_BINARY, IN_CONNACK},
    {PROPERTY_RESPONSE_INFORMATION, TYPE_STRING, IN_CONNACK},
    {PROPERTY_SERVER_REFERENCE, TYPE_STRING, IN_CONNACK | IN_DISCONNECT},
    {PROPERTY_REASON_STRING, TYPE_STRING, IN_CONNACK | IN_ACKNOWLEDGEMENT | IN_DISCONNECT},
    {PROPERTY_RECEIVE_MAXIMUM, TYPE_16, IN_CONNACK},
    {PROPERTY_TOPIC_ALIAS_MAXIMUM, TYPE_16, IN_CONNACK},
    {PROPERTY_MAXIMUM_QOS, TYPE_FLAG, IN_CONNACK},
    {PROPERTY_RETAIN_AVAILABLE, TYPE_FLAG, IN_CONNACK},
    {PROPERTY_USER, TYPE_PAIR, IN_CONNACK | IN_ACKNOWLEDGEMENT | IN_DISCONNECT},
    {PROPERTY_MAXIMUM_PACKET, TYPE_32, IN_CONNACK},
    {PROPERTY_WILDCARDS, TYPE_FLAG, IN_CONNACK},
    {PROPERTY_SUBSCRIPTION_IDS, TYPE_FLAG, IN_CONNACK},
    {PROPERTY_SHARED_SUBSCRIPTIONS, TYPE_FLAG, IN_CONNACK},
};

static unsigned place_of(enum packet_kind kind)
{
    return kind == PACKET_CONNACK ? IN_CONNACK : kind == PACKET_DISCONNECT ? IN_DISCONNECT : IN_ACKNOWLEDGEMENT;
}

static enum type type_of(size_t property, enum packet_kind kind)
{
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++)
        if (properties[i].property == property)
            return properties[i].where & place_of(kind) ? properties[i].type : TYPE_NONE;
    return TYPE_NONE;
}

static bool is_malformed(struct error *error)
{
    error_set(error, ERROR_INPUT, "the broker sends a packet that is malformed");
    return false;
}

static bool keep_number(struct packet *packet, size_t property, uint32_t value, struct error *error)
{
    struct packet_terms *terms = &packet->terms;
    switch (property) {
    case PROPERTY_SERVER_KEEP_ALIVE:
        terms->keep_alive = (int32_t)value;
        return true;
    case PROPERTY_RECEIVE_MAXIMUM: /* 3.2.2.3.3: not 0 */
        terms->receive_maximum = (uint16_t)value;
        return value > 0 || is_malformed(error);
    case PROPERTY_MAXIMUM_QOS:
        terms->maximum_qos = (uint8_t)value;
        return true;
    case PROPERTY_RETAIN_AVAILABLE:
        terms->has_retain = value == 1;
        return true;
    case PROPERTY_MAXIMUM_PACKET: /* 3.2.2.3.6: not 0 */
        terms->maximum_packet = value;
        return value > 0 || is_malformed(error);
    default:
        return true;
    }
}

static bool keep_string(struct packet *packet, size_t property, const struct reader *string)
{
    if (property == PROPERTY_REASON_STRING)
        copy_text(packet->text, string);
    else if (property == PROPERTY_SERVER_REFERENCE)
        copy_text(packet->other, string);
    return true;
}

static bool read_property(struct packet *packet, struct reader *reader, size_t property, struct error *error)
{
    struct reader string, value;
    uint32_t number;
    switch (type_of(property, packet->kind)) {
    case TYPE_FLAG:
        number = get_number(reader, 1);
        return number <= 1 ? keep_number(packet, property, number, error) : is_malformed(error);
    case TYPE_16:
        return keep_number(packet, property, get_number(reader, 2), error);
    case TYPE_32:
        return keep_number(packet, property, get_number(reader, 4), error);
    case TYPE_STRING:
        return get_string(reader, &string) ? keep_string(packet, property, &string) : is_malformed(error);
    case TYPE_BINARY:
        get_bytes(reader, get_number(reader, 2));
        return true;
    case TYPE_PAIR:
        return (get_string(reader, &string) && get_string(reader, &value)) || is_malformed(error);
    case TYPE_NONE:
        break;
    }
    return error_set(error, ERROR_INPUT, "the broker sends a property (0x%02zx) that has no place in its packet",
                     property);
}

/* 2.2.2: the rest of a packet; none twice but user properties. */
static bool read_properties(struct packet *packet, struct reader *reader, struct error *error)
{
    uint64_t seen = 0; /* bits; all that are known are below 64 */
    size_t length = get_variable(reader);
    if (length != reader->left || reader->is_short)
        return is_malformed(error);
    while (reader->left > 0) {
        size_t property = get_variable(reader);
        uint64_t bit = property < 64 ? 1ull << property : 0;
        if (property != PROPERTY_USER && (seen & bit))
            return error_set(error, ERROR_INPUT, "the broker sends the property 0x%02zx twice", property);
        seen |= bit;
        if (!read_property(packet, reader, property, error))
            return false;
        if (reader->is_short)
            return is_malformed(error);
    }
    return true;
}

/* 3.2; 3.1.1: 3.2 */
static bool read_connack(struct packet *packet, struct reader *reader, struct error *error)
{
    uint32_t flags = get_number(reader, 1);
    packet->reason = (uint8_t)get_number(reader, 1);
    packet->has_session = flags & 1;
    if (reader->is_short || flags > 1 || (packet->has_session && packet->reason))
        return is_malformed(error);
    /* 3.1.1: 3.1.2.2: so a broker refuses that does not know version 5. */
    if (packet->version == PACKET_VERSION_5 && reader->left == 0 && packet->reason > 0 &&
        packet->reason < PACKET_REASON_FAILURE)
        packet->version = PACKET_VERSION_3_1_1;
    if (packet->version == PACKET_VERSION_3_1_1)
        return reader->left == 0 || is_malformed(error);
    /* Why it refuses is worth more than the byte that says that there are no properties. */
    return (reader->left == 0 && packet->reason >= PACKET_REASON_FAILURE) || read_properties(packet, reader, error);
}

/* A reason and properties, each of which may be absent, but not the first alone. */
static bool read_reason(struct packet *packet, struct reader *reader, struct error *error)
{
    if (reader->left > 0 && packet->version == PACKET_VERSION_3_1_1)
        return is_malformed(error);
    if (reader->left > 0)
        packet->reason = (uint8_t)get_number(reader, 1);
    return reader->left == 0 || read_properties(packet, reader, error);
}

/* 3.4, 3.5, 3.7 */
static bool read_acknowledgement(struct packet *packet, struct reader *reader, struct error *error)
{
    packet->id = (uint16_t)get_number(reader, 2);
    return reader->is_short || packet->id == 0 ? is_malformed(error) : read_reason(packet, reader, error);
}

static bool read_body(struct packet *packet, struct reader *reader, struct error *error)
{
    switch (packet->kind) {
    case PACKET_CONNACK:
        return read_connack(packet, reader, error);
    case PACKET_PUBACK:
    case PACKET_PUBREC:
    case PACKET_PUBCOMP:
        return read_acknowledgement(packet, reader, error);
    case PACKET_PINGRESP: /* 3.13 */
        return reader->left == 0 || is_malformed(error);
    default: /* DISCONNECT; 3.14 */
        return read_reason(packet, reader, error);
    }
}

/* 2.1.2 and, for the four bits beside it, 2.1.3. */
static bool check_first(unsigned first, enum packet_version version, struct error *error)
{
    static const char *const names[16] = {
        "no packet at all", "CONNECT", "CONNACK",     "PUBLISH",  "PUBACK",  "PUBREC",   "PUBREL",     "PUBCOMP",
        "SUBSCRIBE",        "SUBACK",  "UNSUBSCRIBE", "UNSUBACK", "PINGREQ", "PINGRESP", "DISCONNECT", "AUTH"};
    unsigned kind = first >> 4;
    bool is_ours = kind == PACKET_CONNACK || kind == PACKET_PUBACK || kind == PACKET_PUBREC || kind == PACKET_PUBCOMP ||
                   kind == PACKET_PINGRESP || (kind == PACKET_DISCONNECT && version == PACKET_VERSION_5);
    if (is_ours && (first & 0x0f) == 0)
        return true;
    return error_set(error, ERROR_INPUT,
                     "what answers is no MQTT broker, or a broken one: it sends %s%s (first byte 0x%02x)", names[kind],
                     is_ours ? " with flags" : ", which nobody asked for", first);
}

enum packet_state packet_read(struct packet *packet, enum packet_version version, const void *bytes, size_t size,
                              size_t *used, struct error *error)
{
    struct reader reader = {.at = bytes, .left = size};
    if (size == 0)
        return PACKET_PARTIAL;
    unsigned first = get_number(&reader, 1);
    if (!check_first(first, version, error))
        return PACKET_WRONG;
    size_t head = reader.left, length = get_variable(&reader);
    if (reader.is_short && head < VARIABLE_BYTES_MAX)
        return PACKET_PARTIAL;
    if (reader.is_short || length > PACKET_READ_MAX) {
        error_set(error, ERROR_LIMIT, "the broker sends a packet that is larger than any answer is");
        return PACKET_WRONG;
    }
    if (reader.left < length)
        return PACKET_PARTIAL;
    struct reader body = {.at = reader.at, .left = length};
    *used = size - reader.left + length;
    *packet = (struct packet){.kind = (enum packet_kind)(first >> 4),
                              .version = version,
                              .terms = {.receive_maximum = UINT16_MAX,
                                        .maximum_qos = 2,
                                        .has_retain = true,
                                        .maximum_packet = UINT32_MAX,
                                        .keep_alive = -1}};
    return read_body(packet, &body, error) ? PACKET_WHOLE : PACKET_WRONG;
}

/* ---- reasons ---- */

struct reason {
    uint8_t code;
    const char *text;
};

/* 2.4, 3.2.2.2, 3.4.2.1, 3.14.2.1 */
static const struct reason reasons[] = {
    {0x00, "Success"},
    {0x04, "Disconnect with Will Message"},
    {0x10, "No matching subscribers"},
    {0x11, "No subscription existed"},
    {0x18, "Continue authentication"},
    {0x19, "Re-authenticate"},
    {0x80, "Unspecified error"},
    {0x81, "Malformed Packet"},
    {0x82, "Protocol Error"},
    {0x83, "Implementation specific error"},
    {0x84, "Unsupported Protocol Version; try version = 3.1.1"},
    {0x85, "Client Identifier not valid"},
    {0x86, "Bad User Name or Password"},
    {0x87, "Not authorized"},
    {0x88, "Server unavailable"},
    {0x89, "Server busy"},
    {0x8A, "Banned"},
    {0x8B, "Server shutting down"},
    {0x8C, "Bad authentication method"},
    {0x8D, "Keep Alive timeout"},
    {0x8E, "Session taken over: another client has the same client_id"},
    {0x8F, "Topic Filter invalid"},
    {0x90, "Topic Name invalid"},
    {0x91, "Packet Identifier in use"},
    {0x92, "Packet Identifier not found"},
    {0x93, "Receive Maximum exceeded"},
    {0x94, "Topic Alias invalid"},
    {0x95, "Packet too large"},
    {0x96, "Message rate too high"},
    {0x97, "Quota exceeded"},
    {0x98, "Administrative action"},
    {0x99, "Payload format invalid"},
    {0x9A, "Retain not supported; set retain = no"},
    {0x9B, "QoS not supported; set a lower qos"},
    {0x9C, "Use another server"},
    {0x9D, "Server moved"},
    {0x9E, "Shared Subscriptions not supported"},
    {0x9F, "Connection rate exceeded"},
    {0xA0, "Maximum connect time"},
    {0xA1, "Subscription Identifiers not supported"},
    {0xA2, "Wildcard Subscriptions not supported"},
};

/* 3.1.1: 3.2.2.3 */
static const struct reason return_codes[] = {
    {0, "Connection accepted"},       {PROTOCOL_VERSION_REFUSED, "Unacceptable protocol version"},
    {2, "Identifier rejected"},       {3, "Server unavailable"},
    {4, "Bad user name or password"}, {5, "Not authorized"},
};

static const char *reason_text(const struct packet *packet)
{
    bool is_old = packet->version == PACKET_VERSION_3_1_1;
    const struct reason *rows = is_old ? return_codes : reasons;
    size_t count = is_old ? sizeof return_codes / sizeof *return_codes : sizeof reasons / sizeof *reasons;
    for (size_t i = 0; i < count; i++)
        if (rows[i].code == packet->reason)
            return rows[i].text;
    return NULL;
}

void packet_explain(const struct packet *packet, char *text, size_t size)
{
    const char *known = reason_text(packet);
    char number[40];
    snprintf(number, sizeof number, "reason 0x%02x", packet->reason);
    snprintf(text, size, "%s%s%s%s%s%s", known ? known : number, *packet->other ? " (" : "", packet->other,
             *packet->other ? ")" : "", *packet->text ? ": " : "", packet->text);
}
