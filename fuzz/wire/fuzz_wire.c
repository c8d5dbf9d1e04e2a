/* What a runner sends, and what it is sent: the first byte chooses which reader gets the rest. Whatever is read must
 * hold together: outputs that are verified records of the right kind, texts that are UTF-8. */
#include "core/base/log.h"
#include "core/host/option_wire.h"
#include "core/host/runner_hello.h"
#include "core/host/unit_wire.h"
#include "lib/base/utf8.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct ent_instance instance = {.settings = {.title = "classifier.fuzz", .kind = PLUGIN_CLASSIFIER},
                                       .workers = 1};

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
    (void)count;
    (void)arguments;
    log_setup(LOG_FORMAT_TEXT, LOG_ERROR, open("/dev/null", O_WRONLY | O_CLOEXEC));
    return 0;
}

static void check_outputs(const struct unit *unit)
{
    struct error error = ERROR_INIT;
    for (size_t i = 0; i < unit->input_count; i++) {
        const struct unit_input *input = &unit->inputs[i];
        for (size_t j = 0; j < input->output_count; j++)
            if (record_kind(input->outputs[j]->view) != ENT_REPORT ||
                !record_verify(input->outputs[j]->view.bytes, input->outputs[j]->view.size, &error))
                abort();
        if (input->text && !utf8_is_valid(input->text, strlen(input->text)))
            abort();
        if (input->has_result && (unsigned)input->code > ENT_FATAL)
            abort();
    }
}

/* What the daemon reads of a callback. */
static void read_outputs(struct wire_reader *reader)
{
    struct error error = ERROR_INIT;
    struct ent_unit seen = {
        .instance = &instance, .unit = unit_create(UNIT_CLASSIFY, "classifier.fuzz", 2), .emits = ENT_REPORT};
    enum ent_code code;
    if (!seen.unit)
        return;
    if (unit_wire_get_outputs(reader, &seen, 100, &code, &error))
        check_outputs(seen.unit);
    else if (error.kind == ERROR_NONE)
        abort();
    unit_destroy(seen.unit);
}

/* What a runner reads of a unit; with an answer behind it. */
static void read_inputs(struct wire_reader *reader)
{
    struct error error = ERROR_INIT;
    struct ent_unit seen = {.instance = &instance};
    struct ent_http_response response;
    struct unit *unit = unit_wire_get_inputs(reader, &seen, &error);
    if (unit)
        unit_wire_get_response(reader, unit->arena, &response);
    unit_destroy(unit);
}

static void read_requests(struct wire_reader *reader, bool is_mail)
{
    struct arena *arena = arena_create(0);
    struct ent_http_request request;
    struct ent_mail_request mail;
    if (arena && is_mail)
        unit_wire_get_mail(reader, arena, &mail);
    else if (arena)
        unit_wire_get_request(reader, arena, &request);
    arena_destroy(arena);
}

static void read_hello(struct wire_reader *reader)
{
    struct runner_hello hello;
    if (runner_hello_get(reader, &hello))
        free((void *)(uintptr_t)hello.paths);
}

static void read_options(struct wire_reader *reader)
{
    struct error error = ERROR_INIT;
    const struct option_table tables[] = {options_common("source")};
    options_destroy(option_wire_get(reader, tables, 1, NULL, &error));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct wire_reader reader = {.bytes = data + 1, .size = size - 1};
    switch (data[0] % 6) {
    case 0:
        read_outputs(&reader);
        break;
    case 1:
        read_inputs(&reader);
        break;
    case 2:
        read_requests(&reader, false);
        break;
    case 3:
        read_requests(&reader, true);
        break;
    case 4:
        read_hello(&reader);
        break;
    default:
        read_options(&reader);
        break;
    }
    return 0;
}
