/* MQTT on the wire: bytes as the standard has them, and bytes as it has them not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plugins/mqtt/packet.h"

#include <stdlib.h>
#include <string.h>

#define BYTES(text) text, sizeof(text) - 1

static void assert_bytes(struct buffer *buffer, const char *bytes, size_t size)
{
    assert_false(buffer->failed);
    assert_int_equal(buffer->size, size);
    assert_memory_equal(buffer->bytes, bytes, size);
    buffer_free(buffer);
}

/* What is read lies at the end of its memory, so that a look past it is one past the allocation. */
static enum packet_state read_bytes(struct packet *packet, enum packet_version version, const char *bytes, size_t size,
                                    struct error *error)
{
    size_t used = 0;
    char *copy = malloc(size ? size : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    enum packet_state state = packet_read(packet, version, copy, size, &used, error);
    free(copy);
    if (state == PACKET_WHOLE)
        assert_int_equal(used, size);
    if (state == PACKET_WRONG)
        assert_true(*error->text);
    return state;
}

static struct packet read_whole(enum packet_version version, const char *bytes, size_t size)
{
    struct packet packet;
    struct error error = ERROR_INIT;
    enum packet_state state = read_bytes(&packet, version, bytes, size, &error);
    if (state != PACKET_WHOLE)
        fail_msg("state %d: %s", state, error.text);
    for (size_t i = 0; i < size; i++) {
        struct packet ignored;
        assert_int_equal(read_bytes(&ignored, version, bytes, i, &error), PACKET_PARTIAL);
    }
    return packet;
}

static void is_wrong(enum packet_version version, const char *bytes, size_t size, const char *told)
{
    struct packet packet;
    struct error error = ERROR_INIT;
    assert_int_equal(read_bytes(&packet, version, bytes, size, &error), PACKET_WRONG);
    if (!strstr(error.text, told))
        fail_msg("'%s' is not in '%s'", told, error.text);
}

static void a_greeting_is_written_as_both_versions_have_it(void **state)
{
    struct buffer out = BUFFER_INIT;
    struct error error = ERROR_INIT;
    struct packet_greeting greeting = {.client_id = "entente-x", .keep_alive = 60};
    (void)state;
    assert_true(packet_write_connect(&out, PACKET_VERSION_3_1_1, &greeting, &error));
    assert_bytes(&out, BYTES("\x10\x15\0\4MQTT\4\x02\0\x3c\0\x09"
                             "entente-x"));
    assert_true(packet_write_connect(&out, PACKET_VERSION_5, &greeting, &error));
    assert_bytes(&out, BYTES("\x10\x1b\0\4MQTT\5\x02\0\x3c\x05\x27\0\1\0\0\0\x09"
                             "entente-x"));
    greeting.user = "me";
    greeting.password = "pass";
    assert_true(packet_write_connect(&out, PACKET_VERSION_3_1_1, &greeting, &error));
    assert_bytes(&out, BYTES("\x10\x1f\0\4MQTT\4\xc2\0\x3c\0\x09"
                             "entente-x\0\2me\0\4pass"));
}

static void a_message_is_written_as_both_versions_have_it(void **state)
{
    struct buffer out = BUFFER_INIT;
    struct error error = ERROR_INIT;
    struct packet_message message = {
        .topic = "a/b", .delivery = "d1", .payload = "{}", .size = 2, .id = 258, .qos = 1, .retain = true};
    (void)state;
    assert_int_equal(packet_publish_size(PACKET_VERSION_3_1_1, &message), 11);
    assert_true(packet_write_publish(&out, PACKET_VERSION_3_1_1, &message, &error));
    assert_bytes(&out, BYTES("\x33\x09\0\3a/b\1\2{}"));
    assert_int_equal(packet_publish_size(PACKET_VERSION_5, &message), 46);
    assert_true(packet_write_publish(&out, PACKET_VERSION_5, &message, &error));
    assert_bytes(&out, BYTES("\x33\x2c\0\3a/b\1\2\x22\3\0\x10"
                             "application/json\x26\0\x08"
                             "delivery\0\2d1{}"));
    message.qos = 0;
    message.retain = false;
    message.size = 0;
    assert_true(packet_write_publish(&out, PACKET_VERSION_3_1_1, &message, &error));
    assert_bytes(&out, BYTES("\x30\x05\0\3a/b"));
}

static void long_messages_have_long_lengths(void **state)
{
    static const size_t sizes[] = {122, 123, 16378, 16379, 2097146, 2097147};
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct buffer out = BUFFER_INIT;
        struct error error = ERROR_INIT;
        char *payload = calloc(1, sizes[i]);
        struct packet_message message = {.topic = "abc", .payload = payload, .size = sizes[i]};
        assert_non_null(payload);
        assert_true(packet_write_publish(&out, PACKET_VERSION_3_1_1, &message, &error));
        assert_int_equal(out.size, packet_publish_size(PACKET_VERSION_3_1_1, &message));
        assert_int_equal(out.size, 1 + 1 + i / 2 + i % 2 + 5 + sizes[i]);
        buffer_free(&out);
        free(payload);
    }
}

static void what_mqtt_cannot_carry_is_told(void **state)
{
    struct buffer out = BUFFER_INIT;
    struct error error = ERROR_INIT;
    char *text = malloc(PACKET_STRING_MAX + 2);
    (void)state;
    assert_non_null(text);
    memset(text, 'x', PACKET_STRING_MAX + 1);
    text[PACKET_STRING_MAX + 1] = '\0';
    struct packet_message message = {.topic = "", .payload = "", .qos = 1, .id = 1};
    assert_false(packet_write_publish(&out, PACKET_VERSION_5, &message, &error));
    assert_string_equal(error.text, "the topic is empty");
    message.topic = text;
    assert_false(packet_write_publish(&out, PACKET_VERSION_5, &message, &error));
    assert_string_equal(error.text, "the topic has 65536 bytes; MQTT takes 65535 at most");
    message.topic = "a\xff";
    assert_false(packet_write_publish(&out, PACKET_VERSION_5, &message, &error));
    assert_string_equal(error.text, "the topic is no UTF-8");
    message.topic = "a";
    message.size = PACKET_LENGTH_MAX;
    assert_false(packet_write_publish(&out, PACKET_VERSION_5, &message, &error));
    assert_non_null(strstr(error.text, "more than MQTT allows"));
    struct packet_greeting greeting = {.client_id = "c", .user = "u", .password = text};
    assert_false(packet_write_connect(&out, PACKET_VERSION_5, &greeting, &error));
    assert_string_equal(error.text, "the password is longer than MQTT allows");
    assert_int_equal(out.size, 0);
    buffer_free(&out);
    free(text);
}

static void small_packets_are_written(void **state)
{
    struct buffer out = BUFFER_INIT;
    (void)state;
    packet_write_release(&out, 0x1234);
    packet_write_ping(&out);
    packet_write_disconnect(&out);
    assert_bytes(&out, BYTES("\x62\2\x12\x34\xc0\0\xe0\0"));
}

static void a_welcome_is_read_with_its_terms(void **state)
{
    (void)state;
    struct packet packet = read_whole(PACKET_VERSION_3_1_1, BYTES("\x20\2\0\0"));
    assert_int_equal(packet.kind, PACKET_CONNACK);
    assert_int_equal(packet.reason, 0);
    assert_int_equal(packet.terms.receive_maximum, 65535);
    assert_int_equal(packet.terms.keep_alive, -1);
    assert_int_equal(packet.terms.maximum_packet, UINT32_MAX);
    packet = read_whole(PACKET_VERSION_5,
                        BYTES("\x20\x34\0\0\x31\x21\0\x14\x24\1\x25\0\x27\0\0\1\0\x13\0\x0a\x12\0\2id\x22\0\x0a"
                              "\x26\0\1a\0\1b\x26\0\1a\0\1b\x28\1\x29\0\x2a\1\x1f\0\3hey"));
    assert_int_equal(packet.terms.receive_maximum, 20);
    assert_int_equal(packet.terms.maximum_qos, 1);
    assert_false(packet.terms.has_retain);
    assert_int_equal(packet.terms.maximum_packet, 256);
    assert_int_equal(packet.terms.keep_alive, 10);
    assert_string_equal(packet.text, "hey");
}

static void acknowledgements_are_read(void **state)
{
    (void)state;
    struct packet packet = read_whole(PACKET_VERSION_3_1_1, BYTES("\x40\2\1\2"));
    assert_int_equal(packet.kind, PACKET_PUBACK);
    assert_int_equal(packet.id, 258);
    packet = read_whole(PACKET_VERSION_5, BYTES("\x50\3\0\7\x10"));
    assert_int_equal(packet.kind, PACKET_PUBREC);
    assert_int_equal(packet.reason, 0x10);
    packet = read_whole(PACKET_VERSION_5, BYTES("\x70\x0b\0\7\x92\7\x1f\0\4gone"));
    assert_int_equal(packet.kind, PACKET_PUBCOMP);
    assert_string_equal(packet.text, "gone");
    assert_int_equal(read_whole(PACKET_VERSION_5, BYTES("\xd0\0")).kind, PACKET_PINGRESP);
    assert_int_equal(read_whole(PACKET_VERSION_5, BYTES("\xe0\0")).reason, 0);
    assert_int_equal(read_whole(PACKET_VERSION_5, BYTES("\xe0\1\x8b")).reason, 0x8b);
}

static void explain(enum packet_version version, const char *bytes, size_t size, const char *wanted)
{
    char text[500];
    struct packet packet = read_whole(version, bytes, size);
    packet_explain(&packet, text, sizeof text);
    assert_string_equal(text, wanted);
}

static void reasons_are_told_in_words(void **state)
{
    (void)state;
    explain(PACKET_VERSION_3_1_1, BYTES("\x20\2\0\5"), "Not authorized");
    explain(PACKET_VERSION_3_1_1, BYTES("\x20\2\0\x63"), "reason 0x63");
    explain(PACKET_VERSION_5, BYTES("\x20\x0b\0\x87\x08\x1f\0\5no\nno"), "Not authorized: no\\nno");
    explain(PACKET_VERSION_5, BYTES("\x20\2\0\x86"), "Bad User Name or Password");
    explain(PACKET_VERSION_5, BYTES("\x20\2\0\1"), "Unacceptable protocol version");
    explain(PACKET_VERSION_5, BYTES("\xe0\x08\x9d\6\x1c\0\3b:1"), "Server moved (b:1)");
    explain(PACKET_VERSION_5, BYTES("\xe0\1\xff"), "reason 0xff");
}

static void a_long_reason_is_cut_between_characters(void **state)
{
    char bytes[2 + 2 + 2 + 3 + 600 + 1];
    char text[500];
    (void)state;
    size_t size = 600, body = 3 + size;
    bytes[0] = (char)0xe0;
    bytes[1] = (char)((body + 3) % 128 | 128);
    bytes[2] = (char)((body + 3) / 128);
    bytes[3] = (char)0x80;
    bytes[4] = (char)(body % 128 | 128);
    bytes[5] = (char)(body / 128);
    memcpy(bytes + 6, "\x1f\x02\x58", 3);
    for (size_t i = 0; i < size; i += 2)
        memcpy(bytes + 9 + i, "\xc3\xa9", 2);
    struct packet packet = read_whole(PACKET_VERSION_5, bytes, 9 + size);
    assert_int_equal(strlen(packet.text), 198);
    packet_explain(&packet, text, sizeof text);
    assert_non_null(strstr(text, "Unspecified error: \xc3\xa9"));
}

static void what_no_broker_may_send_is_wrong(void **state)
{
    (void)state;
    is_wrong(PACKET_VERSION_5, BYTES("HTTP/1.1 400 Bad Request\r\n"), "no MQTT broker");
    is_wrong(PACKET_VERSION_5, BYTES("\x30\5\0\1abc"), "PUBLISH, which nobody asked for");
    is_wrong(PACKET_VERSION_5, BYTES("\x62\2\0\1"), "PUBREL, which nobody asked for");
    is_wrong(PACKET_VERSION_5, BYTES("\xf0\0"), "AUTH, which nobody asked for");
    is_wrong(PACKET_VERSION_3_1_1, BYTES("\xe0\0"), "DISCONNECT, which nobody asked for");
    is_wrong(PACKET_VERSION_5, BYTES("\x41\2\0\1"), "PUBACK with flags");
    is_wrong(PACKET_VERSION_5, BYTES("\x20\xff\xff\xff\xff"), "larger than any answer");
    is_wrong(PACKET_VERSION_5, BYTES("\x20\x81\x80\x04"), "larger than any answer");
    is_wrong(PACKET_VERSION_5, BYTES("\x20\1\0"), "malformed");
    is_wrong(PACKET_VERSION_5, BYTES("\x20\2\0\0"), "malformed");
    is_wrong(PACKET_VERSION_5, BYTES("\x20\3\2\0\0"), "malformed");
    is_wrong(PACKET_VERSION_5, BYTES("\x20\3\1\x87\0"), "malformed");
    is_wrong(PACKET_VERSION_3_1_1, BYTES("\x20\3\0\0\0"), "malformed");
    is_wrong(PACKET_VERSION_3_1_1, BYTES("\x40\3\0\1\0"), "malformed");
    is_wrong(PACKET_VERSION_5, BYTES("\x40\1\0"), "malformed");
    is_wrong(PACKET_VERSION_5, BYTES("\x40\2\0\0"), "malformed");
    is_wrong(PACKET_VERSION_5, BYTES("\xd0\1\0"), "malformed");
}

static void properties_that_are_broken_are_wrong(void **state)
{
    (void)state;
    is_wrong(PACKET_VERSION_5, BYTES("\x20\4\0\0\2\x21"), "malformed");           /* shorter than said */
    is_wrong(PACKET_VERSION_5, BYTES("\x20\6\0\0\2\x21\0\1"), "malformed");       /* longer than said */
    is_wrong(PACKET_VERSION_5, BYTES("\x20\5\0\0\2\x21\1"), "malformed");         /* half a number */
    is_wrong(PACKET_VERSION_5, BYTES("\x20\6\0\0\3\x21\0\0"), "malformed");       /* Receive Maximum 0 */
    is_wrong(PACKET_VERSION_5, BYTES("\x20\x08\0\0\5\x27\0\0\0\0"), "malformed"); /* Maximum Packet Size 0 */
    is_wrong(PACKET_VERSION_5, BYTES("\x20\5\0\0\2\x24\2"), "malformed");         /* Maximum QoS 2 */
    is_wrong(PACKET_VERSION_5, BYTES("\x20\x09\0\0\6\x21\0\1\x21\0\1"), "twice");
    is_wrong(PACKET_VERSION_5, BYTES("\x20\6\0\0\3\x23\0\1"), "no place");          /* Topic Alias */
    is_wrong(PACKET_VERSION_5, BYTES("\x40\7\0\1\0\3\x21\0\1"), "no place");        /* not of PUBACK */
    is_wrong(PACKET_VERSION_5, BYTES("\xe0\7\0\5\x11\0\0\0\1"), "no place");        /* not from a broker */
    is_wrong(PACKET_VERSION_5, BYTES("\x20\7\0\0\4\x1f\0\1\xff"), "malformed");     /* no UTF-8 */
    is_wrong(PACKET_VERSION_5, BYTES("\x20\7\0\0\4\x1f\0\1\0"), "malformed");       /* U+0000 */
    is_wrong(PACKET_VERSION_5, BYTES("\x20\7\0\0\4\x1f\0\2a"), "malformed");        /* longer than what is there */
    is_wrong(PACKET_VERSION_5, BYTES("\x20\7\0\0\4\x26\0\1a"), "malformed");        /* half a pair */
    is_wrong(PACKET_VERSION_5, BYTES("\x20\7\0\0\x80\x80\x80\x80\1"), "malformed"); /* a length without end */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_greeting_is_written_as_both_versions_have_it),
        cmocka_unit_test(a_message_is_written_as_both_versions_have_it),
        cmocka_unit_test(long_messages_have_long_lengths),
        cmocka_unit_test(what_mqtt_cannot_carry_is_told),
        cmocka_unit_test(small_packets_are_written),
        cmocka_unit_test(a_welcome_is_read_with_its_terms),
        cmocka_unit_test(acknowledgements_are_read),
        cmocka_unit_test(reasons_are_told_in_words),
        cmocka_unit_test(a_long_reason_is_cut_between_characters),
        cmocka_unit_test(what_no_broker_may_send_is_wrong),
        cmocka_unit_test(properties_that_are_broken_are_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
