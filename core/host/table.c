/* The functions of struct ent_host, as <entente/plugin.h> documents them. Arguments come from plugins, so indexes and
 * codes are checked; pointers cannot be. */
#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/host/instance_private.h"
#include "core/host/sized.h"
#include "lib/base/utf8.h"
#include "lib/record/record.h"

#include <stddef.h>
#include <string.h>

/* One slot a thread is enough: a thread runs one callback at a time, and the text belongs to the next result
 * on the same thread. */
static _Thread_local char error_text[CALLBACK_TEXT_SIZE];

void host_error_set(const char *bytes, size_t size)
{
    struct buffer repaired = {.limit = 0};
    utf8_append_repaired(&repaired, bytes, size < 4 * sizeof error_text ? size : 4 * sizeof error_text);
    size_t kept =
        repaired.failed || !repaired.bytes ? 0 : utf8_cut(repaired.bytes, repaired.size, sizeof error_text - 1);
    if (kept)
        memcpy(error_text, repaired.bytes, kept);
    error_text[kept] = '\0';
    buffer_free(&repaired);
}

void host_error_clear(void)
{
    error_text[0] = '\0';
}

const char *host_error_text(void)
{
    return error_text;
}

static void keep_error(const struct error *error)
{
    host_error_set(error->text, strlen(error->text));
}

/* ---- instance ---- */

static const char *host_instance_name(struct ent_instance *instance)
{
    return instance->settings.title;
}

static void host_log(struct ent_instance *instance, uint32_t level, struct ent_str text)
{
    if (level < ENT_LOG_ERROR || level > ENT_LOG_DEBUG)
        level = ENT_LOG_INFO;
    enum { LINE_SIZE_MAX = 8192 };
    struct buffer line = BUFFER_INIT;
    utf8_append_repaired(&line, text.data, text.data ? utf8_cut(text.data, text.size, LINE_SIZE_MAX) : 0);
    log_write((enum log_level)level, instance->settings.title, NULL, "%s", line.bytes ? line.bytes : "");
    buffer_free(&line);
}

static void host_error(struct ent_instance *instance, struct ent_str text)
{
    (void)instance;
    host_error_set(text.data ? text.data : "", text.data ? text.size : 0);
}

static struct ent_str host_error_text_of(struct ent_instance *instance)
{
    (void)instance;
    return ent_text(host_error_text());
}

static const void *host_interface_of(struct ent_instance *instance, const char *name)
{
    return instance->interface(instance, name);
}

/* ---- options ---- */

static const struct option_value *find_option(struct ent_instance *instance, const char *name)
{
    const struct option_value *value = options_find_own(instance->settings.options, name);
    if (!value)
        log_write(LOG_WARNING, instance->settings.title, NULL,
                  "the plugin asks for option \"%s\", which is not in its table", name);
    return value;
}

static struct ent_str host_option_str(struct ent_instance *instance, const char *name)
{
    const struct option_value *value = find_option(instance, name);
    return value ? value->text : (struct ent_str){NULL, 0};
}

static int64_t host_option_int(struct ent_instance *instance, const char *name)
{
    const struct option_value *value = find_option(instance, name);
    return value ? value->integer : 0;
}

static double host_option_num(struct ent_instance *instance, const char *name)
{
    const struct option_value *value = find_option(instance, name);
    return value ? value->number : 0;
}

static size_t host_option_count(struct ent_instance *instance, const char *name)
{
    const struct option_value *value = find_option(instance, name);
    if (!value)
        return 0;
    if (value->option->type == ENT_OPTION_LIST)
        return value->item_count;
    return value->is_set || value->option->default_value ? 1 : 0;
}

static struct ent_str host_option_item(struct ent_instance *instance, const char *name, size_t index)
{
    const struct option_value *value = find_option(instance, name);
    if (!value || index >= value->item_count)
        return (struct ent_str){NULL, 0};
    return value->items[index];
}

/* ---- building ---- */

static struct ent_builder *host_build(struct ent_instance *instance, uint32_t kind)
{
    (void)instance;
    return record_build(kind);
}

static void host_put_str(struct ent_builder *builder, uint32_t field, struct ent_str value)
{
    record_put_str(builder, field, value.data ? value.data : "", value.data ? value.size : 0);
}

static void host_put_int(struct ent_builder *builder, uint32_t field, int64_t value)
{
    record_put_int(builder, field, value);
}

static void host_put_num(struct ent_builder *builder, uint32_t field, double value)
{
    record_put_num(builder, field, value);
}

static void host_put_time(struct ent_builder *builder, uint32_t field, int64_t milliseconds)
{
    record_put_time(builder, field, milliseconds);
}

static void host_open(struct ent_builder *builder, uint32_t field, uint32_t kind)
{
    record_open(builder, field, kind);
}

static void host_close(struct ent_builder *builder)
{
    record_close(builder);
}

static void host_put_rec(struct ent_builder *builder, uint32_t field, const struct ent_record *record)
{
    if (record)
        record_put_view(builder, field, record->view);
}

static void host_put_all(struct ent_builder *builder, const struct ent_record *record, const uint32_t *except)
{
    if (record)
        record_put_same(builder, record->view, except);
}

static struct ent_record *host_seal(struct ent_builder *builder)
{
    struct error error = ERROR_INIT;
    struct ent_record *record = record_seal(builder, &error);
    if (!record)
        keep_error(&error);
    return record;
}

static void host_discard(struct ent_builder *builder)
{
    record_discard(builder);
}

static struct ent_record *host_from_bytes(struct ent_instance *instance, const void *bytes, size_t size)
{
    (void)instance;
    struct error error = ERROR_INIT;
    struct ent_record *record = record_from_bytes(bytes, size, &error);
    if (!record)
        keep_error(&error);
    return record;
}

/* ---- reading ---- */

static uint32_t host_kind(const struct ent_record *record)
{
    return record_kind(record->view);
}

static struct ent_str host_bytes(const struct ent_record *record)
{
    return (struct ent_str){(const char *)record->view.bytes, record->view.size};
}

static size_t host_count(const struct ent_record *record, uint32_t field)
{
    return record_count(record->view, field);
}

static int host_get_str(const struct ent_record *record, uint32_t field, size_t index, struct ent_str *value)
{
    struct text text;
    if (!record_get_str(record->view, field, index, &text))
        return 0;
    *value = (struct ent_str){text.bytes, text.size};
    return 1;
}

static int host_get_int(const struct ent_record *record, uint32_t field, size_t index, int64_t *value)
{
    return record_get_int(record->view, field, index, value);
}

static int host_get_num(const struct ent_record *record, uint32_t field, size_t index, double *value)
{
    return record_get_num(record->view, field, index, value);
}

/* The record within has no count of its own: it lives in the unit's arena and points into the outer one. */
static const struct ent_record *host_get_rec(struct ent_unit *unit, const struct ent_record *record, uint32_t field,
                                             size_t index)
{
    struct record_view view;
    if (!record_get_view(record->view, field, index, &view))
        return NULL;
    struct ent_record *within = arena_alloc(unit->unit->arena, sizeof *within);
    if (!within)
        return NULL;
    within->view = view;
    atomic_init(&within->references, 1);
    return within;
}

static struct ent_record *host_hold(const struct ent_record *record)
{
    return record_hold(record);
}

static void host_release(struct ent_record *record)
{
    record_release(record);
}

/* ---- units of work ---- */

static struct unit_input *find_input(struct ent_unit *unit, size_t index)
{
    if (index < unit->unit->input_count)
        return &unit->unit->inputs[index];
    log_write(LOG_WARNING, unit->instance->settings.title, NULL, "the plugin names input %zu of a unit that has %zu",
              index, unit->unit->input_count);
    return NULL;
}

static size_t host_input_count(struct ent_unit *unit)
{
    return unit->unit->input_count;
}

static const struct ent_record *host_input(struct ent_unit *unit, size_t index)
{
    const struct unit_input *input = find_input(unit, index);
    return input ? input->record : NULL;
}

static size_t host_report_count(struct ent_unit *unit, size_t index)
{
    const struct unit_input *input = find_input(unit, index);
    return input ? input->report_count : 0;
}

static const struct ent_record *host_report(struct ent_unit *unit, size_t index, size_t report)
{
    const struct unit_input *input = find_input(unit, index);
    return input && report < input->report_count ? input->reports[report] : NULL;
}

static size_t host_remark_count(struct ent_unit *unit, size_t index)
{
    const struct unit_input *input = find_input(unit, index);
    return input ? input->remark_count : 0;
}

static struct ent_str host_remark(struct ent_unit *unit, size_t index, size_t remark, struct ent_str *classifier)
{
    const struct unit_input *input = find_input(unit, index);
    const struct unit_remark *found = input && remark < input->remark_count ? &input->remarks[remark] : NULL;
    if (classifier)
        *classifier = ent_text(found ? found->classifier : NULL);
    return ent_text(found ? found->text : NULL);
}

static void host_withdraw(struct ent_unit *unit, size_t index, struct ent_str report_id)
{
    if (find_input(unit, index) && !unit_withdraw(unit->unit, index, report_id))
        log_write(LOG_WARNING, unit->instance->settings.title, NULL,
                  "a report could not be withdrawn: \"%.*s\" is no id",
                  (int)(report_id.size < 64 ? report_id.size : 64), report_id.data ? report_id.data : "");
}

static int host_emit(struct ent_unit *unit, size_t index, struct ent_record *record)
{
    static const char wrong_kind[] = "emit: this kind of record is none that this callback may hand over";
    static const char full[] = "emit: too much for one callback, or memory is out";
    if (!record)
        return -1;
    if (!find_input(unit, index) || unit->emits == 0 || record_kind(record->view) != unit->emits) {
        record_release(record);
        host_error_set(wrong_kind, sizeof wrong_kind - 1);
        return -1;
    }
    if (!unit_emit(unit->unit, index, record)) {
        host_error_set(full, sizeof full - 1);
        log_write(LOG_WARNING, unit->instance->settings.title, NULL,
                  "a record that the plugin emits is not taken: one callback may emit %d records of %d MiB in all, and "
                  "%d reports "
                  "of one item",
                  UNIT_OUTPUT_MAX, UNIT_OUTPUT_BYTES_MAX >> 20, UNIT_REPORTS_MAX);
        return -1;
    }
    return 0;
}

static enum ent_code valid_code(const struct ent_unit *unit, uint32_t code)
{
    if (code <= ENT_FATAL)
        return (enum ent_code)code;
    log_write(LOG_WARNING, unit->instance->settings.title, NULL,
              "the plugin gave result %u, which is none; taken as FATAL", code);
    return ENT_FATAL;
}

static void host_result(struct ent_unit *unit, size_t index, uint32_t code, int64_t retry_after_ms, struct ent_str text)
{
    if (find_input(unit, index))
        unit_result(unit->unit, index, valid_code(unit, code), retry_after_ms, text);
}

uint64_t host_tickets_reserve(size_t count)
{
    /* Far from what a plugin numbers its requests by: instance.c takes a request's tag for a ticket where it is one. */
    static atomic_uint_fast64_t last_ticket = UINT64_C(1) << 40;
    return atomic_fetch_add_explicit(&last_ticket, count, memory_order_relaxed) + 1;
}

static uint64_t host_ticket(struct ent_unit *unit, size_t index)
{
    struct unit_input *input = find_input(unit, index);
    if (!input)
        return 0;
    if (input->ticket == 0)
        input->ticket = unit->first_ticket ? unit->first_ticket + index : host_tickets_reserve(1);
    return input->ticket;
}

static void host_settle(struct ent_unit *unit, uint64_t ticket, uint32_t code, int64_t retry_after_ms,
                        struct ent_str text)
{
    if (unit->unit->kind != UNIT_RESPOND) {
        log_write(
            LOG_ERROR, unit->instance->settings.title, NULL,
            "the plugin settles a ticket outside of `respond`, where nobody heeds it; the input is handed out again");
        return;
    }
    if (ticket != 0 && !unit_settle(unit->unit, ticket, valid_code(unit, code), retry_after_ms, text))
        log_write(LOG_ERROR, unit->instance->settings.title, NULL,
                  "no memory to settle an input; it will be handed out again");
}

static void host_next_fetch(struct ent_unit *unit, int64_t delay_ms)
{
    unit->unit->next_fetch_ms = delay_ms < 0 ? 0 : delay_ms;
}

static void host_fetch_hints(struct ent_unit *unit, const struct ent_fetch_hints *hints)
{
    struct error error = ERROR_INIT;
    struct ent_fetch_hints own;
    if (!sized_read(&own, sizeof own, hints, offsetof(struct ent_fetch_hints, not_before_ms) + sizeof own.not_before_ms,
                    "what the document says of when it changes", &error)) {
        log_write(LOG_WARNING, unit->instance->settings.title, NULL, "%s", error.text);
        return;
    }
    unit->unit->has_hints = true;
    unit->unit->hints = own;
}

static int host_cancelled(struct ent_unit *unit)
{
    struct ent_instance *instance = unit->instance;
    if (unit->unit->kind == UNIT_SERVE)
        return atomic_load(&instance->is_draining);
    return atomic_load(&instance->is_draining) || clock_monotonic() - unit->started > instance->callback_deadline_ms;
}

const struct ent_host host_table = {
    .size = sizeof(struct ent_host),
    .abi_major = ENT_ABI_MAJOR,
    .abi_minor = ENT_ABI_MINOR,
    .instance_name = host_instance_name,
    .log = host_log,
    .interface = host_interface_of,
    .error = host_error,
    .option_str = host_option_str,
    .option_int = host_option_int,
    .option_num = host_option_num,
    .option_count = host_option_count,
    .option_item = host_option_item,
    .build = host_build,
    .put_str = host_put_str,
    .put_int = host_put_int,
    .put_num = host_put_num,
    .put_time = host_put_time,
    .open = host_open,
    .close = host_close,
    .put_rec = host_put_rec,
    .put_all = host_put_all,
    .seal = host_seal,
    .discard = host_discard,
    .from_bytes = host_from_bytes,
    .kind = host_kind,
    .bytes = host_bytes,
    .count = host_count,
    .get_str = host_get_str,
    .get_int = host_get_int,
    .get_num = host_get_num,
    .get_rec = host_get_rec,
    .hold = host_hold,
    .release = host_release,
    .input_count = host_input_count,
    .input = host_input,
    .report_count = host_report_count,
    .report = host_report,
    .withdraw = host_withdraw,
    .emit = host_emit,
    .result = host_result,
    .ticket = host_ticket,
    .settle = host_settle,
    .next_fetch = host_next_fetch,
    .fetch_hints = host_fetch_hints,
    .cancelled = host_cancelled,
    .remark_count = host_remark_count,
    .remark = host_remark,
    .error_text = host_error_text_of,
};
