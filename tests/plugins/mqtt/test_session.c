/* What one connection comes to: a broker whose words are written here, and a clock that goes as the tests say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plugins/mqtt/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BYTES(text) text, sizeof(text) - 1

enum { TIMEOUT_MS = 1000, START = 5000 };

/* What was settled, as "7:OK 8:RETRY(text) ". */
struct results {
    char text[4000];
};

static void note_result(void *context, uint64_t ticket, enum ent_code code, const char *text)
{
    struct results *results = context;
    size_t size = strlen(results->text);
    snprintf(results->text + size, sizeof results->text - size, code == ENT_OK ? "%llu:OK " : "%llu:RETRY(%s) ",
             (unsigned long long)ticket, text);
}

static struct session *begin(struct results *results, enum packet_version version, int qos)
{
    struct error error = ERROR_INIT;
    struct session_settings settings = {.client_id = "entente-test",
                                        .version = version,
                                        .qos = qos,
                                        .timeout_ms = TIMEOUT_MS,
                                        .settled = note_result,
                                        .context = results};
    results->text[0] = '\0';
    struct session *session = session_create(&settings, START, &error);
    assert_non_null(session);
    return session;
}

static bool hear(struct session *session, const char *bytes, size_t size, int64_t now, struct error *error)
{
    size_t capacity;
    void *input = session_input(session, &capacity);
    assert_true(size <= capacity);
    memcpy(input, bytes, size);
    return session_received(session, size, now, error);
}

static void is_heard(struct session *session, const char *bytes, size_t size)
{
    struct error error = ERROR_INIT;
    if (!hear(session, bytes, size, START, &error))
        fail_msg("%s", error.text);
}

static void is_refused(struct session *session, const char *bytes, size_t size, const char *told)
{
    struct error error = ERROR_INIT;
    assert_false(hear(session, bytes, size, START, &error));
    if (!strstr(error.text, told))
        fail_msg("'%s' is not in '%s'", told, error.text);
    session_destroy(session);
}

/* All that is there to be sent; the first byte of it, -1 for nothing. */
static int send_all(struct session *session)
{
    size_t size;
    const unsigned char *bytes = session_output(session, &size);
    int first = size > 0 ? bytes[0] : -1;
    session_sent(session, size, START);
    return first;
}

static struct session *greeted(struct results *results, enum packet_version version, int qos)
{
    struct session *session = begin(results, version, qos);
    assert_false(session_has_room(session));
    assert_int_equal(send_all(session), 0x10);
    if (version == PACKET_VERSION_5)
        is_heard(session, BYTES("\x20\3\0\0\0"));
    else
        is_heard(session, BYTES("\x20\2\0\0"));
    assert_true(session_is_greeted(session));
    return session;
}

static void add(struct session *session, uint64_t ticket)
{
    struct message *message = message_create(ticket, "t", "d", "{}", 2);
    assert_non_null(message);
    session_add(session, message, START);
}

static void qos_1_is_done_when_it_is_acknowledged(void **state)
{
    struct results results;
    (void)state;
    struct session *session = greeted(&results, PACKET_VERSION_5, 1);
    add(session, 7);
    add(session, 8);
    assert_int_equal(send_all(session), 0x32);
    is_heard(session, BYTES("\x40\2\0\2"));
    assert_string_equal(results.text, "8:OK ");
    is_heard(session, BYTES("\x40\3\0\1\x10"));
    assert_string_equal(results.text, "8:OK 7:OK ");
    assert_null(session_give_back(session));
    session_destroy(session);
}

static void a_refusal_is_told_with_its_reason(void **state)
{
    struct results results;
    (void)state;
    struct session *session = greeted(&results, PACKET_VERSION_5, 1);
    add(session, 7);
    send_all(session);
    is_heard(session, BYTES("\x40\x09\0\1\x87\5\x1f\0\2no"));
    assert_string_equal(results.text, "7:RETRY(the broker refuses the message: Not authorized: no) ");
    session_destroy(session);
}

static void qos_2_is_done_with_the_second_acknowledgement(void **state)
{
    struct results results;
    (void)state;
    struct session *session = greeted(&results, PACKET_VERSION_3_1_1, 2);
    add(session, 7);
    assert_int_equal(send_all(session), 0x34);
    is_heard(session, BYTES("\x50\2\0\1"));
    assert_string_equal(results.text, "");
    assert_int_equal(send_all(session), 0x62);
    is_heard(session, BYTES("\x50\2\0\1"));
    assert_int_equal(send_all(session), -1);
    is_heard(session, BYTES("\x70\2\0\1"));
    assert_string_equal(results.text, "7:OK ");
    session_destroy(session);
}

static void qos_2_may_be_refused_with_the_first(void **state)
{
    struct results results;
    (void)state;
    struct session *session = greeted(&results, PACKET_VERSION_5, 2);
    add(session, 7);
    send_all(session);
    is_heard(session, BYTES("\x50\3\0\1\x97"));
    assert_string_equal(results.text, "7:RETRY(the broker refuses the message: Quota exceeded) ");
    assert_int_equal(send_all(session), -1);
    session_destroy(session);
}

static void qos_0_is_done_when_it_is_sent(void **state)
{
    struct results results;
    size_t size;
    (void)state;
    struct session *session = greeted(&results, PACKET_VERSION_3_1_1, 0);
    add(session, 7);
    add(session, 8);
    session_output(session, &size);
    session_sent(session, size / 2 - 1, START);
    assert_string_equal(results.text, "");
    session_sent(session, 1, START);
    assert_string_equal(results.text, "7:OK ");
    send_all(session);
    assert_string_equal(results.text, "7:OK 8:OK ");
    session_destroy(session);
}

static void no_more_are_under_way_than_the_broker_takes(void **state)
{
    struct results results;
    (void)state;
    struct session *session = begin(&results, PACKET_VERSION_5, 1);
    send_all(session);
    is_heard(session, BYTES("\x20\6\0\0\3\x21\0\2"));
    add(session, 1);
    assert_true(session_has_room(session));
    add(session, 2);
    assert_false(session_has_room(session));
    send_all(session);
    is_heard(session, BYTES("\x40\2\0\1"));
    assert_true(session_has_room(session));
    session_destroy(session);
}

static void numbers_go_round_past_those_under_way(void **state)
{
    struct results results;
    struct error error = ERROR_INIT;
    (void)state;
    struct session *session = greeted(&results, PACKET_VERSION_3_1_1, 1);
    add(session, 1);
    send_all(session);
    for (unsigned i = 2; i <= 65536; i++) {
        char bytes[4] = {0x40, 2, (char)(i >> 8), (char)i};
        results.text[0] = '\0';
        add(session, i);
        send_all(session);
        if (i == 65536) /* 0 is no number, and 1 is taken */
            memcpy(bytes + 2, "\0\2", 2);
        assert_true(hear(session, bytes, 4, START, &error));
        assert_true(*results.text);
    }
    session_destroy(session);
}

static void what_is_too_large_for_the_broker_is_told(void **state)
{
    struct results results;
    (void)state;
    struct session *session = begin(&results, PACKET_VERSION_5, 1);
    send_all(session);
    is_heard(session, BYTES("\x20\x08\0\0\5\x27\0\0\0\x20"));
    add(session, 7);
    assert_string_equal(results.text, "7:RETRY(t: the message has 43 bytes; the broker takes 32 at most) ");
    assert_int_equal(send_all(session), -1);
    session_destroy(session);
}

static void a_broker_that_cannot_do_what_is_wanted_is_told(void **state)
{
    struct results results;
    struct error error = ERROR_INIT;
    (void)state;
    is_refused(begin(&results, PACKET_VERSION_5, 2), BYTES("\x20\5\0\0\2\x24\1"), "no qos above 1; set qos = 1");
    is_refused(begin(&results, PACKET_VERSION_5, 1), BYTES("\x20\2\0\1"),
               "refuses the connection: Unacceptable protocol version; set version = 3.1.1");
    is_refused(begin(&results, PACKET_VERSION_3_1_1, 1), BYTES("\x20\2\0\4"), "Bad user name or password");
    is_refused(begin(&results, PACKET_VERSION_5, 1), BYTES("\x20\3\1\0\0"), "a session that was not asked for");
    struct session_settings settings = {.client_id = "c",
                                        .version = PACKET_VERSION_5,
                                        .retain = true,
                                        .timeout_ms = TIMEOUT_MS,
                                        .settled = note_result,
                                        .context = &results};
    is_refused(session_create(&settings, START, &error), BYTES("\x20\5\0\0\2\x25\0"), "set retain = no");
}

static void what_does_not_follow_from_anything_is_wrong(void **state)
{
    struct results results;
    (void)state;
    is_refused(begin(&results, PACKET_VERSION_5, 1), BYTES("\xd0\0"), "does not greet first");
    is_refused(greeted(&results, PACKET_VERSION_5, 1), BYTES("\x20\3\0\0\0"), "greets twice");
    is_refused(greeted(&results, PACKET_VERSION_5, 1), BYTES("\xd0\0"), "a ping that it was not sent");
    is_refused(greeted(&results, PACKET_VERSION_5, 1), BYTES("\x40\2\0\1"), "not sent (number 1)");
    is_refused(greeted(&results, PACKET_VERSION_5, 1), BYTES("\xe0\1\x8b"),
               "ends the connection: Server shutting down");
    struct session *session = greeted(&results, PACKET_VERSION_5, 1);
    add(session, 7);
    is_refused(session, BYTES("\x40\2\0\1"), "not sent (number 1)"); /* not yet */
    session = greeted(&results, PACKET_VERSION_5, 1);
    add(session, 7);
    send_all(session);
    is_refused(session, BYTES("\x50\2\0\1"), "not sent (number 1)"); /* PUBREC of qos 1 */
    session = greeted(&results, PACKET_VERSION_5, 2);
    add(session, 7);
    send_all(session);
    is_refused(session, BYTES("\x70\2\0\1"), "not sent (number 1)"); /* PUBCOMP without PUBREC */
    assert_string_equal(results.text, "");
}

static void packets_may_come_in_pieces_and_together(void **state)
{
    struct results results;
    struct error error = ERROR_INIT;
    static const char bytes[] = "\x40\2\0\1\x40\2\0\2\x40\2\0\3";
    (void)state;
    struct session *session = greeted(&results, PACKET_VERSION_5, 1);
    add(session, 1);
    add(session, 2);
    add(session, 3);
    send_all(session);
    assert_true(hear(session, bytes, 5, START, &error));
    assert_string_equal(results.text, "1:OK ");
    assert_true(hear(session, bytes + 5, 1, START, &error));
    assert_true(hear(session, bytes + 6, 6, START, &error));
    assert_string_equal(results.text, "1:OK 2:OK 3:OK ");
    session_destroy(session);
}

static void nobody_is_waited_for_past_the_time(void **state)
{
    struct results results;
    struct error error = ERROR_INIT;
    (void)state;
    struct session *session = begin(&results, PACKET_VERSION_5, 1);
    assert_int_equal(session_next(session), START + TIMEOUT_MS);
    assert_true(session_look(session, START + TIMEOUT_MS - 1, &error));
    assert_false(session_look(session, START + TIMEOUT_MS, &error));
    assert_string_equal(error.text, "the broker does not answer in time");
    session_destroy(session);
    session = greeted(&results, PACKET_VERSION_5, 1);
    assert_true(session_look(session, START + TIMEOUT_MS, &error));
    add(session, 7);
    send_all(session);
    assert_false(session_look(session, START + TIMEOUT_MS, &error));
    struct message *message = session_give_back(session);
    assert_int_equal(message->ticket, 7);
    message_free(message);
    session_destroy(session);
}

static void a_quiet_connection_is_kept_alive_by_pings(void **state)
{
    struct results results;
    struct error error = ERROR_INIT;
    (void)state;
    struct session *session = begin(&results, PACKET_VERSION_5, 1);
    send_all(session);
    is_heard(session, BYTES("\x20\6\0\0\3\x13\0\x0a")); /* Server Keep Alive: 10 s */
    assert_int_equal(session_next(session), START + 7500);
    assert_true(session_look(session, START + 7499, &error));
    assert_int_equal(send_all(session), -1);
    assert_true(session_look(session, START + 7500, &error));
    assert_int_equal(send_all(session), 0xc0);
    assert_int_equal(session_next(session), START + 7500 + TIMEOUT_MS);
    is_heard(session, BYTES("\xd0\0"));
    assert_true(session_look(session, START + 7500 - 1, &error));
    assert_true(session_look(session, START + 7500, &error));
    assert_int_equal(send_all(session), 0xc0);
    assert_false(session_look(session, START + 7500 + TIMEOUT_MS, &error));
    session_destroy(session);
    session = begin(&results, PACKET_VERSION_5, 1);
    send_all(session);
    is_heard(session, BYTES("\x20\6\0\0\3\x13\0\0")); /* it wants none */
    assert_int_equal(session_next(session), INT64_MAX);
    session_destroy(session);
}

static void it_ends_with_a_good_bye_behind_what_is_to_be_sent(void **state)
{
    struct results results;
    size_t size;
    (void)state;
    struct session *session = greeted(&results, PACKET_VERSION_5, 1);
    add(session, 7);
    session_end(session);
    const unsigned char *bytes = session_output(session, &size);
    assert_int_equal(bytes[0], 0x32);
    assert_int_equal(bytes[size - 2], 0xe0);
    session_destroy(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(qos_1_is_done_when_it_is_acknowledged),
        cmocka_unit_test(a_refusal_is_told_with_its_reason),
        cmocka_unit_test(qos_2_is_done_with_the_second_acknowledgement),
        cmocka_unit_test(qos_2_may_be_refused_with_the_first),
        cmocka_unit_test(qos_0_is_done_when_it_is_sent),
        cmocka_unit_test(no_more_are_under_way_than_the_broker_takes),
        cmocka_unit_test(numbers_go_round_past_those_under_way),
        cmocka_unit_test(what_is_too_large_for_the_broker_is_told),
        cmocka_unit_test(a_broker_that_cannot_do_what_is_wanted_is_told),
        cmocka_unit_test(what_does_not_follow_from_anything_is_wrong),
        cmocka_unit_test(packets_may_come_in_pieces_and_together),
        cmocka_unit_test(nobody_is_waited_for_past_the_time),
        cmocka_unit_test(a_quiet_connection_is_kept_alive_by_pings),
        cmocka_unit_test(it_ends_with_a_good_bye_behind_what_is_to_be_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
