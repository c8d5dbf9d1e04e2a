#include "core/host/unit_wire.h"

#include "lib/base/utf8.h"

#include <stdlib.h>
#include <string.h>

enum { INPUTS_MAX = 100000, HEADERS_MAX = 10000, REMARKS_MAX = 10000 };

static struct ent_str bytes_of(const struct ent_record *record)
{
    return record ? ent_bytes((const char *)record->view.bytes, record->view.size) : ent_text(NULL);
}

/* False with `error` for bytes that are no record; *record stays NULL where none was sent. */
static bool get_record(struct wire_reader *reader, struct ent_record **record, struct error *error)
{
    struct ent_str bytes = wire_get_str(reader);
    *record = bytes.data ? record_from_bytes(bytes.data, bytes.size, error) : NULL;
    if (!reader->failed && (*record || !bytes.data))
        return true;
    if (!error->kind)
        error_set(error, ERROR_INPUT, "a record is cut off");
    return false;
}

/* ---- inputs ---- */

static void put_input(struct buffer *buffer, const struct unit_input *input)
{
    wire_put_str(buffer, bytes_of(input->record));
    wire_put_u64(buffer, input->report_count);
    for (size_t i = 0; i < input->report_count; i++)
        wire_put_str(buffer, bytes_of(input->reports[i]));
    wire_put_u64(buffer, input->remark_count);
    for (size_t i = 0; i < input->remark_count; i++) {
        wire_put_text(buffer, input->remarks[i].classifier);
        wire_put_text(buffer, input->remarks[i].text);
    }
}

void unit_wire_put_inputs(struct buffer *buffer, const struct ent_unit *seen)
{
    const struct unit *unit = seen->unit;
    wire_put_u32(buffer, unit->kind);
    wire_put_u32(buffer, seen->emits);
    wire_put_i64(buffer, seen->started);
    wire_put_u64(buffer, seen->first_ticket);
    wire_put_u64(buffer, unit->input_count);
    for (size_t i = 0; i < unit->input_count; i++)
        put_input(buffer, &unit->inputs[i]);
}

static bool get_remarks(struct wire_reader *reader, struct unit *unit, size_t index, struct error *error)
{
    size_t count = wire_get_count(reader, 2 * sizeof(uint64_t), REMARKS_MAX);
    for (size_t i = 0; i < count; i++) {
        const char *classifier = wire_get_text(reader), *text = wire_get_text(reader);
        if (!classifier || !text)
            return error_set(error, ERROR_INPUT, "a remark is cut off");
        if (!unit_add_remark(unit, index, classifier, text))
            return error_set(error, ERROR_MEMORY, "no memory for the remarks of a record");
    }
    return true;
}

static bool get_reports(struct wire_reader *reader, struct unit_input *input, struct error *error)
{
    size_t count = wire_get_count(reader, sizeof(uint64_t), UNIT_OUTPUT_MAX);
    if (count == 0)
        return true;
    input->reports = calloc(count, sizeof *input->reports);
    if (!input->reports)
        return error_set(error, ERROR_MEMORY, "no memory for the reports of a record");
    while (input->report_count < count) {
        if (!get_record(reader, &input->reports[input->report_count], error))
            return false;
        input->report_count++;
    }
    return true;
}

static bool get_input(struct wire_reader *reader, struct unit *unit, size_t index, struct error *error)
{
    struct unit_input *input = &unit->inputs[index];
    return get_record(reader, &input->record, error) && get_reports(reader, input, error) &&
           get_remarks(reader, unit, index, error);
}

struct unit *unit_wire_get_inputs(struct wire_reader *reader, struct ent_unit *seen, struct error *error)
{
    uint32_t kind = wire_get_u32(reader);
    seen->emits = wire_get_u32(reader);
    seen->started = wire_get_i64(reader);
    seen->first_ticket = wire_get_u64(reader);
    size_t count = wire_get_count(reader, 3 * sizeof(uint64_t), INPUTS_MAX);
    struct unit *unit =
        kind <= UNIT_SERVE ? unit_create((enum unit_kind)kind, seen->instance->settings.title, count) : NULL;
    bool is_good = unit != NULL;
    for (size_t i = 0; is_good && i < count; i++)
        is_good = get_input(reader, unit, i, error);
    if (is_good && !reader->failed) {
        seen->unit = unit;
        return unit;
    }
    unit_destroy(unit);
    if (!error->kind)
        error_set(error, reader->failed ? ERROR_INPUT : ERROR_MEMORY, "a unit of work cannot be read or held");
    return NULL;
}

/* ---- outputs ---- */

static void put_output(struct buffer *buffer, const struct unit_input *input)
{
    wire_put_u64(buffer, input->output_count);
    for (size_t i = 0; i < input->output_count; i++)
        wire_put_str(buffer, bytes_of(input->outputs[i]));
    wire_put_u64(buffer, input->withdrawal_count);
    for (size_t i = 0; i < input->withdrawal_count; i++)
        wire_put_text(buffer, input->withdrawals[i].report_id);
    wire_put_u32(buffer, input->ticket != 0);
    wire_put_u32(buffer, input->has_result);
    wire_put_u32(buffer, input->code);
    wire_put_i64(buffer, input->retry_after_ms);
    wire_put_text(buffer, input->text);
}

static void put_settlements(struct buffer *buffer, const struct unit *unit)
{
    wire_put_u64(buffer, unit->settlement_count);
    for (size_t i = 0; i < unit->settlement_count; i++) {
        const struct unit_settlement *settlement = &unit->settlements[i];
        wire_put_u64(buffer, settlement->ticket);
        wire_put_u32(buffer, settlement->code);
        wire_put_i64(buffer, settlement->retry_after_ms);
        wire_put_text(buffer, settlement->text);
    }
}

static void put_kv(struct buffer *buffer, const struct unit *unit)
{
    wire_put_u64(buffer, unit->kv_count);
    for (size_t i = 0; i < unit->kv_count; i++) {
        wire_put_str(buffer, unit->kv[i].key);
        wire_put_str(buffer, unit->kv[i].value);
    }
}

void unit_wire_put_outputs(struct buffer *buffer, const struct unit *unit, enum ent_code code, const char *text)
{
    wire_put_u32(buffer, (uint32_t)code);
    wire_put_text(buffer, text);
    wire_put_i64(buffer, unit->next_fetch_ms);
    wire_put_u32(buffer, unit->has_hints);
    wire_put_u32(buffer, unit->hints.skip_hours);
    wire_put_u32(buffer, unit->hints.skip_days);
    wire_put_i64(buffer, unit->hints.not_before_ms);
    for (size_t i = 0; i < unit->input_count; i++)
        put_output(buffer, &unit->inputs[i]);
    put_settlements(buffer, unit);
    put_kv(buffer, unit);
}

/* A text of a stranger's, as UTF-8; in the unit's arena where it was not. */
static struct ent_str get_sound_text(struct wire_reader *reader, struct unit *unit)
{
    struct ent_str text = wire_get_str(reader);
    if (!text.data || utf8_is_valid(text.data, text.size))
        return text;
    struct buffer repaired = {.limit = 64 * 1024};
    utf8_append_repaired(&repaired, text.data, text.size < 4096 ? text.size : 4096);
    const char *copy = repaired.failed ? NULL : arena_copy(unit->arena, repaired.bytes, repaired.size);
    struct ent_str sound = {copy, copy ? repaired.size : 0};
    buffer_free(&repaired);
    return sound;
}

static bool get_emitted(struct wire_reader *reader, struct ent_unit *seen, size_t input, struct error *error)
{
    size_t count = wire_get_count(reader, sizeof(uint64_t), UNIT_OUTPUT_MAX);
    for (size_t i = 0; i < count; i++) {
        struct ent_record *record;
        if (!get_record(reader, &record, error))
            return false;
        if (!record || host_table.emit(seen, input, record) != 0)
            return error_set(error, ERROR_INPUT, "a record that it emitted is of a wrong kind, or there are too many");
    }
    return true;
}

static void get_result(struct wire_reader *reader, struct ent_unit *seen, size_t input)
{
    uint32_t has_result = wire_get_u32(reader), code = wire_get_u32(reader);
    int64_t retry_after_ms = wire_get_i64(reader);
    struct ent_str text = get_sound_text(reader, seen->unit);
    if (has_result && !reader->failed)
        host_table.result(seen, input, code, retry_after_ms, text);
}

static bool get_output(struct wire_reader *reader, struct ent_unit *seen, size_t input, uint64_t tickets,
                       struct error *error)
{
    if (!get_emitted(reader, seen, input, error))
        return false;
    size_t count = wire_get_count(reader, sizeof(uint64_t), UNIT_OUTPUT_MAX);
    for (size_t i = 0; i < count; i++) {
        struct ent_str id = wire_get_str(reader);
        if (id.data)
            host_table.withdraw(seen, input, id);
    }
    if (wire_get_u32(reader) && !reader->failed)
        seen->unit->inputs[input].ticket = tickets + input;
    get_result(reader, seen, input);
    return true;
}

static void get_settlements(struct wire_reader *reader, struct ent_unit *seen)
{
    size_t count = wire_get_count(reader, 4 * sizeof(uint32_t), UNIT_OUTPUT_MAX);
    for (size_t i = 0; i < count && !reader->failed; i++) {
        uint64_t ticket = wire_get_u64(reader);
        uint32_t code = wire_get_u32(reader);
        int64_t retry_after_ms = wire_get_i64(reader);
        struct ent_str text = get_sound_text(reader, seen->unit);
        if (!reader->failed)
            host_table.settle(seen, ticket, code, retry_after_ms, text);
    }
}

static bool get_kv(struct wire_reader *reader, struct ent_unit *seen, struct error *error)
{
    size_t count = wire_get_count(reader, 2 * sizeof(uint64_t), UNIT_OUTPUT_MAX);
    const struct ent_kv_1 *kv = host_basic_interface(seen->instance, ENT_KV_1);
    if (count > 0 && !kv)
        return error_set(error, ERROR_INPUT, "it keeps values and has several workers");
    for (size_t i = 0; i < count && !reader->failed; i++) {
        struct ent_str key = wire_get_str(reader), value = wire_get_str(reader);
        if (!reader->failed && kv->put(seen, key, value) != 0)
            return error_set(error, ERROR_INPUT, "a value that it keeps is too large, or memory is out");
    }
    return true;
}

bool unit_wire_get_outputs(struct wire_reader *reader, struct ent_unit *seen, uint64_t tickets, enum ent_code *code,
                           struct error *error)
{
    struct unit *unit = seen->unit;
    *code = (enum ent_code)wire_get_u32(reader);
    struct ent_str text = get_sound_text(reader, unit);
    int64_t next_fetch = wire_get_i64(reader);
    uint32_t has_hints = wire_get_u32(reader);
    struct ent_fetch_hints hints = {.size = sizeof hints};
    hints.skip_hours = wire_get_u32(reader);
    hints.skip_days = wire_get_u32(reader);
    hints.not_before_ms = wire_get_i64(reader);
    bool is_good = true;
    for (size_t i = 0; is_good && i < unit->input_count; i++)
        is_good = get_output(reader, seen, i, tickets, error);
    if (is_good)
        get_settlements(reader, seen);
    if (!is_good || !get_kv(reader, seen, error))
        return false;
    if (!wire_is_done(reader))
        return error_set(error, ERROR_INPUT, "what it says of a unit is cut off or too long");
    if (next_fetch >= 0)
        host_table.next_fetch(seen, next_fetch);
    if (has_hints)
        host_table.fetch_hints(seen, &hints);
    host_error_set(text.data ? text.data : "", text.size);
    return true;
}

/* ---- requests and answers ---- */

static void put_headers(struct buffer *buffer, const struct ent_http_header *headers, size_t count)
{
    wire_put_u64(buffer, count);
    for (size_t i = 0; i < count; i++) {
        wire_put_text(buffer, headers[i].name);
        wire_put_text(buffer, headers[i].value);
    }
}

static const struct ent_http_header *get_headers(struct wire_reader *reader, struct arena *arena, size_t *count)
{
    *count = wire_get_count(reader, 2 * sizeof(uint64_t), HEADERS_MAX);
    struct ent_http_header *headers = arena_calloc(arena, *count + 1, sizeof *headers);
    for (size_t i = 0; headers && i < *count; i++) {
        headers[i].name = wire_get_text(reader);
        headers[i].value = wire_get_text(reader);
        reader->failed |= !headers[i].name || !headers[i].value;
    }
    reader->failed |= !headers;
    return headers;
}

void unit_wire_put_response(struct buffer *buffer, const struct ent_http_response *response)
{
    wire_put_u32(buffer, response->outcome);
    wire_put_u64(buffer, response->tag);
    wire_put_i64(buffer, response->status);
    wire_put_u32(buffer, response->permanent_redirect);
    wire_put_str(buffer, response->url);
    wire_put_str(buffer, response->content_type);
    wire_put_str(buffer, response->body);
    put_headers(buffer, response->headers, response->header_count);
    wire_put_i64(buffer, response->retry_after_ms);
    wire_put_str(buffer, response->error);
}

bool unit_wire_get_response(struct wire_reader *reader, struct arena *arena, struct ent_http_response *response)
{
    *response = (struct ent_http_response){.size = sizeof *response};
    response->outcome = wire_get_u32(reader);
    response->tag = wire_get_u64(reader);
    response->status = (int32_t)wire_get_i64(reader);
    response->permanent_redirect = wire_get_u32(reader);
    response->url = wire_get_str(reader);
    response->content_type = wire_get_str(reader);
    response->body = wire_get_str(reader);
    response->headers = get_headers(reader, arena, &response->header_count);
    response->retry_after_ms = wire_get_i64(reader);
    response->error = wire_get_str(reader);
    return wire_is_done(reader);
}

void unit_wire_put_request(struct buffer *buffer, const struct ent_http_request *request)
{
    wire_put_u32(buffer, request->flags);
    wire_put_text(buffer, request->method);
    wire_put_text(buffer, request->url);
    put_headers(buffer, request->headers, request->header_count);
    wire_put_str(buffer, ent_bytes(request->body, request->body_size));
    wire_put_u64(buffer, request->max_response);
    wire_put_u64(buffer, request->timeout_ms);
    wire_put_u64(buffer, request->tag);
}

bool unit_wire_get_request(struct wire_reader *reader, struct arena *arena, struct ent_http_request *request)
{
    *request = (struct ent_http_request){.size = sizeof *request};
    request->flags = wire_get_u32(reader);
    request->method = wire_get_text(reader);
    request->url = wire_get_text(reader);
    request->headers = get_headers(reader, arena, &request->header_count);
    struct ent_str body = wire_get_str(reader);
    request->body = body.data;
    request->body_size = body.size;
    request->max_response = wire_get_u64(reader);
    request->timeout_ms = wire_get_u64(reader);
    request->tag = wire_get_u64(reader);
    return wire_is_done(reader);
}

void unit_wire_put_mail(struct buffer *buffer, const struct ent_mail_request *request)
{
    wire_put_u32(buffer, request->flags);
    const char *const texts[] = {request->url,     request->user,    request->password, request->bearer,
                                 request->ca_file, request->command, request->from};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        wire_put_text(buffer, texts[i]);
    wire_put_u64(buffer, request->recipient_count);
    for (size_t i = 0; i < request->recipient_count; i++)
        wire_put_text(buffer, request->recipients[i]);
    wire_put_str(buffer, ent_bytes(request->message, request->message_size));
    wire_put_u64(buffer, request->max_response);
    wire_put_u64(buffer, request->timeout_ms);
    wire_put_u64(buffer, request->tag);
}

bool unit_wire_get_mail(struct wire_reader *reader, struct arena *arena, struct ent_mail_request *request)
{
    *request = (struct ent_mail_request){.size = sizeof *request};
    request->flags = wire_get_u32(reader);
    const char **const texts[] = {&request->url,     &request->user,    &request->password, &request->bearer,
                                  &request->ca_file, &request->command, &request->from};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = wire_get_text(reader);
    request->recipient_count = wire_get_count(reader, sizeof(uint64_t), HEADERS_MAX);
    const char **recipients = arena_calloc(arena, request->recipient_count + 1, sizeof *recipients);
    for (size_t i = 0; recipients && i < request->recipient_count; i++) {
        recipients[i] = wire_get_text(reader);
        reader->failed |= !recipients[i];
    }
    request->recipients = recipients;
    struct ent_str message = wire_get_str(reader);
    request->message = message.data;
    request->message_size = message.size;
    request->max_response = wire_get_u64(reader);
    request->timeout_ms = wire_get_u64(reader);
    request->tag = wire_get_u64(reader);
    return recipients && wire_is_done(reader);
}
