/* What the daemon believes of a runner that lies: nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/log.h"
#include "core/host/instance.h"
#include "core/host/runners.h"
#include "core/host/wire.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct option_values *no_options(void)
{
    struct config_section section = {.kind = "classifier", .name = "a", .title = "classifier.a"};
    const struct ent_option hang_after = {
        .name = "hang_after", .type = ENT_OPTION_DURATION, .default_value = "1s", .help = "As the common one."};
    static struct ent_option rows[1];
    rows[0] = hang_after;
    const struct option_table tables[] = {{rows, 1, sizeof *rows}};
    struct diagnostics *diagnostics = diagnostics_create();
    struct option_values *values =
        options_parse(&section, tables, 1, &(struct options_context){.mode = OPTIONS_RESOLVE}, diagnostics);
    diagnostics_destroy(diagnostics);
    return values;
}

static void a_lie_costs_the_callback_and_leaves_nothing_behind(void **state)
{
    static const char *const lies[] = {"/noise",  "/nothing",         "/random_result", "/another_call",
                                       "/twice",  "/unknown_request", "/unsealed",      "/too_short",
                                       "/a_pipe", "/bad_record",      "/many_records",  "/silence"};
    (void)state;
    struct runners *runners = runners_create(ENT_BINARY_DIR "/tests/core/host/core_host_liar");
    struct option_values *values = no_options();
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        struct error error = ERROR_INIT;
        struct plugin_info info = {.name = "liar", .path = lies[i], .kinds = PLUGIN_CLASSIFIER};
        struct instance_settings settings = {.title = "classifier.a",
                                             .kind = PLUGIN_CLASSIFIER,
                                             .options = values,
                                             .isolation = ISOLATION_PROCESS,
                                             .info = &info,
                                             .runners = runners};
        struct ent_instance *instance = instance_create(&settings, &error);
        if (!instance || !instance_start(instance, &error))
            fail_msg("%s: %s", lies[i], error.text);
        struct unit *unit = unit_create(UNIT_CLASSIFY, "classifier.a", 2);
        instance_run(instance, unit);
        for (size_t j = 0; j < 2; j++) {
            enum ent_code code = unit_input_code(unit, j);
            if (code != ENT_FATAL && code != ENT_RETRY)
                fail_msg("%s: input %zu ended in %d", lies[i], j, (int)code);
            assert_int_equal(unit->inputs[j].output_count, 0);
        }
        assert_int_equal(unit->kv_count, 0);
        assert_int_equal(unit->settlement_count, 0);
        assert_int_not_equal(instance_state(instance), INSTANCE_RUNNING);
        unit_destroy(unit);
        instance_destroy(instance);
    }
    options_destroy(values);
    runners_destroy(runners);
}

/* ---- the wire by itself ---- */

static void what_is_sent_is_received(void **state)
{
    static const size_t sizes[] = {0, 1, 65536, 65537, 3000000};
    int ends[2];
    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct error error = ERROR_INIT;
        struct buffer payload = BUFFER_INIT;
        struct wire_head head = {.type = WIRE_RUN, .instance = 7, .call = 1ull << 40, .request = 3};
        for (size_t j = 0; j < sizes[i]; j++)
            buffer_append_char(&payload, (char)(j * 7));
        assert_true(wire_send(ends[0], &head, &payload, -1, &error));
        struct wire_message *message = wire_receive(ends[1], &error);
        assert_non_null(message);
        assert_int_equal(message->head.type, WIRE_RUN);
        assert_int_equal(message->head.instance, 7);
        assert_true(message->head.call == 1ull << 40);
        assert_int_equal(message->size, sizes[i]);
        if (sizes[i])
            assert_memory_equal(message->bytes, payload.bytes, sizes[i]);
        wire_message_free(message);
        buffer_free(&payload);
    }
    close(ends[0]);
    struct error error = ERROR_INIT;
    assert_null(wire_receive(ends[1], &error));
    assert_int_equal(error.kind, ERROR_NONE);
    close(ends[1]);
}

static void a_descriptor_goes_with_a_message(void **state)
{
    int ends[2], pipe_ends[2];
    struct error error = ERROR_INIT;
    struct wire_head head = {.type = WIRE_ANSWER};
    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
    assert_int_equal(pipe2(pipe_ends, O_CLOEXEC), 0);
    assert_true(wire_send(ends[0], &head, NULL, pipe_ends[1], &error));
    struct wire_message *message = wire_receive(ends[1], &error);
    assert_non_null(message);
    assert_true(message->descriptor >= 0);
    assert_int_equal(write(message->descriptor, "x", 1), 1);
    char byte;
    assert_int_equal(read(pipe_ends[0], &byte, 1), 1);
    wire_message_free(message);
    close(ends[0]);
    close(ends[1]);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
}

static void a_payload_that_is_cut_anywhere_is_a_mistake_and_nothing_worse(void **state)
{
    struct buffer payload = BUFFER_INIT;
    (void)state;
    wire_put_u32(&payload, 1);
    wire_put_text(&payload, "text");
    wire_put_text(&payload, NULL);
    wire_put_double(&payload, 0.5);
    wire_put_u64(&payload, 2);
    wire_put_i64(&payload, -1);
    wire_put_i64(&payload, -2);
    for (size_t size = 0; size <= payload.size; size++) {
        struct wire_reader reader = {.bytes = (const unsigned char *)payload.bytes, .size = size};
        wire_get_u32(&reader);
        const char *text = wire_get_text(&reader);
        assert_true(!text || strcmp(text, "text") == 0);
        assert_null(wire_get_text(&reader));
        wire_get_double(&reader);
        size_t count = wire_get_count(&reader, 8, 1000);
        for (size_t i = 0; i < count; i++)
            wire_get_i64(&reader);
        assert_int_equal(wire_is_done(&reader), size == payload.size);
    }
    buffer_free(&payload);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lie_costs_the_callback_and_leaves_nothing_behind),
        cmocka_unit_test(what_is_sent_is_received),
        cmocka_unit_test(a_descriptor_goes_with_a_message),
        cmocka_unit_test(a_payload_that_is_cut_anywhere_is_a_mistake_and_nothing_worse),
    };
    log_setup(LOG_FORMAT_TEXT, LOG_ERROR, open("/dev/null", O_WRONLY | O_CLOEXEC));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
