/* The host's interfaces as messages to the daemon, which does with them what it does for a plugin of its own. */
#include "core/host/answer.h"
#include "core/host/request.h"
#include "core/host/unit_wire.h"
#include "runner/host/host.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct ent_host hosted_table;

static uint32_t number_of(const struct ent_instance *instance)
{
    return ((const struct hosted *)(const void *)instance)->number;
}

static void set_error(struct ent_str text)
{
    host_error_set(text.data ? text.data : "", text.size);
}

static const char no_answer[] = "the host cannot be asked: memory is out";

/* ---- the table ---- */

static void hosted_log(struct ent_instance *instance, uint32_t level, struct ent_str text)
{
    enum { LINE_SIZE_MAX = 8192 };
    struct buffer payload = BUFFER_INIT;
    if (text.size > LINE_SIZE_MAX)
        text.size = LINE_SIZE_MAX;
    wire_put_u32(&payload, level);
    wire_put_str(&payload, text);
    host_tell(WIRE_LOG, number_of(instance), &payload);
    buffer_free(&payload);
}

void hosted_table_prepare(void)
{
    hosted_table = host_table;
    hosted_table.log = hosted_log;
}

/* ---- kv/1 ---- */

/* The answer is a text, copied to the unit's arena; false where there is none. */
static bool ask_for_text(enum wire_type type, struct buffer *payload, struct arena *arena, struct ent_str *text)
{
    struct wire_message *answer = host_ask(type, 0, payload);
    buffer_free(payload);
    if (!answer)
        return false;
    struct wire_reader reader = wire_read(answer);
    struct ent_str got = wire_get_str(&reader);
    text->data = got.data ? arena_copy(arena, got.data, got.size) : NULL;
    text->size = text->data ? got.size : 0;
    wire_message_free(answer);
    return text->data != NULL;
}

bool hosted_kv_get(void *context, const char *instance, struct ent_str key, struct arena *arena, struct ent_str *value)
{
    (void)context;
    (void)instance;
    struct buffer payload = BUFFER_INIT;
    wire_put_str(&payload, key);
    return ask_for_text(WIRE_KV_GET, &payload, arena, value);
}

bool hosted_kv_next(void *context, const char *instance, struct ent_str prefix, struct ent_str after, struct arena *arena,
                    struct ent_str *key)
{
    (void)context;
    (void)instance;
    struct buffer payload = BUFFER_INIT;
    wire_put_str(&payload, prefix);
    wire_put_str(&payload, after);
    return ask_for_text(WIRE_KV_NEXT, &payload, arena, key);
}

/* ---- metrics/1 ---- */

static void hosted_count(struct ent_instance *instance, const char *name, int64_t add)
{
    struct buffer payload = BUFFER_INIT;
    wire_put_text(&payload, name);
    wire_put_i64(&payload, add);
    host_tell(WIRE_COUNT, number_of(instance), &payload);
    buffer_free(&payload);
}

static void hosted_gauge(struct ent_instance *instance, const char *name, double value)
{
    struct buffer payload = BUFFER_INIT;
    wire_put_text(&payload, name);
    wire_put_double(&payload, value);
    host_tell(WIRE_GAUGE, number_of(instance), &payload);
    buffer_free(&payload);
}

static const struct ent_metrics_1 metrics_1 = {sizeof metrics_1, hosted_count, hosted_gauge};

/* ---- http/1, mail/1 ---- */

static int submit(enum wire_type type, const struct ent_unit *unit, const struct buffer *payload)
{
    struct wire_message *answer = host_ask(type, number_of(unit->instance), payload);
    if (!answer) {
        host_error_set(no_answer, sizeof no_answer - 1);
        return -1;
    }
    struct wire_reader reader = wire_read(answer);
    int result = (int)wire_get_i64(&reader);
    struct ent_str text = wire_get_str(&reader);
    if (result != 0)
        set_error(text);
    wire_message_free(answer);
    return result;
}

static bool may_be_answered(const struct ent_unit *unit, struct error *error)
{
    return unit->instance->ops->respond ||
           error_set(error, ERROR_CONFIG, "http: the plugin has no respond callback, so it cannot be answered");
}

static int hosted_submit(struct ent_unit *unit, const struct ent_http_request *given)
{
    struct ent_http_request request;
    struct error error = ERROR_INIT;
    if (!request_read_http(&request, given, &error) || !may_be_answered(unit, &error)) {
        host_error_set(error.text, strlen(error.text));
        return -1;
    }
    struct buffer payload = BUFFER_INIT;
    unit_wire_put_request(&payload, &request);
    int result = submit(WIRE_SUBMIT, unit, &payload);
    buffer_free(&payload);
    return result;
}

static int hosted_submit_mail(struct ent_unit *unit, const struct ent_mail_request *given)
{
    struct ent_mail_request request;
    struct error error = ERROR_INIT;
    if (!request_read_mail(&request, given, &error) || !may_be_answered(unit, &error)) {
        host_error_set(error.text, strlen(error.text));
        return -1;
    }
    struct buffer payload = BUFFER_INIT;
    unit_wire_put_mail(&payload, &request);
    int result = submit(WIRE_SUBMIT_MAIL, unit, &payload);
    buffer_free(&payload);
    return result;
}

static const struct ent_http_1 http_1 = {sizeof http_1, hosted_submit};
static const struct ent_mail_1 mail_1 = {sizeof mail_1, hosted_submit_mail};

/* ---- folder/1 ---- */

static struct ent_str hosted_folder(struct ent_instance *instance)
{
    if (instance->folder)
        return ent_text(instance->folder);
    struct wire_message *answer = host_ask(WIRE_FOLDER, number_of(instance), NULL);
    if (!answer) {
        host_error_set(no_answer, sizeof no_answer - 1);
        return ent_text(NULL);
    }
    struct wire_reader reader = wire_read(answer);
    struct ent_str path = wire_get_str(&reader), text = wire_get_str(&reader);
    if (path.data)
        instance->folder = strdup(path.data);
    if (!instance->folder)
        set_error(path.data ? ent_text("folder: no memory") : text);
    wire_message_free(answer);
    return ent_text(instance->folder);
}

static const struct ent_folder_1 folder_1 = {sizeof folder_1, hosted_folder};

/* ---- wake/1 ---- */

static int hosted_wake(struct ent_instance *instance, uint64_t tag)
{
    struct buffer payload = BUFFER_INIT;
    wire_put_u64(&payload, tag);
    bool is_good = !payload.failed;
    if (is_good)
        host_tell(WIRE_WAKE, number_of(instance), &payload);
    buffer_free(&payload);
    return is_good ? 0 : -1;
}

static const struct ent_wake_1 wake_1 = {sizeof wake_1, hosted_wake};

/* ---- query/1, command/1 ---- */

static void copy_word(char *word, size_t size, struct ent_str text)
{
    size_t length = text.size < size - 1 ? text.size : size - 1;
    if (length > 0)
        memcpy(word, text.data, length);
    word[length] = '\0';
}

/* NULL where memory is out. Takes the message over. */
static const struct ent_answer *read_answer(struct wire_message *message)
{
    if (!message)
        return NULL;
    struct wire_reader reader = wire_read(message);
    struct answer *answer = wire_get_u32(&reader) ? answer_create() : NULL;
    if (answer) {
        answer->shown.kind = wire_get_u32(&reader);
        struct ent_str body = wire_get_str(&reader);
        if (body.data)
            buffer_append(&answer->body, body.data, body.size);
        copy_word(answer->text, sizeof answer->text, wire_get_str(&reader));
        copy_word(answer->parameter, sizeof answer->parameter, wire_get_str(&reader));
        answer->shown.offset = wire_get_u64(&reader);
        answer->shown.length = wire_get_u64(&reader);
        copy_word(answer->nearest, sizeof answer->nearest, wire_get_str(&reader));
    }
    wire_message_free(message);
    return answer ? answer_finish(answer) : NULL;
}

static const struct ent_answer *hosted_ask(struct ent_instance *instance, const char *question,
                                           const struct ent_parameter *parameters, size_t count)
{
    struct buffer payload = BUFFER_INIT;
    wire_put_text(&payload, question);
    wire_put_u64(&payload, count);
    for (size_t i = 0; i < count; i++) {
        wire_put_text(&payload, parameters[i].name);
        wire_put_text(&payload, parameters[i].value);
    }
    struct wire_message *answer = host_ask(WIRE_ASK, number_of(instance), &payload);
    buffer_free(&payload);
    return read_answer(answer);
}

static void hosted_release(struct ent_instance *instance, const struct ent_answer *answer)
{
    (void)instance;
    /* `shown` is the first member of what answer_create made. */
    answer_destroy((struct answer *)(uintptr_t)answer);
}

static uint64_t hosted_wait(struct ent_instance *instance, uint64_t seen, int64_t timeout_ms)
{
    struct buffer payload = BUFFER_INIT;
    wire_put_u64(&payload, seen);
    wire_put_i64(&payload, timeout_ms);
    struct wire_message *answer = host_ask(WIRE_WAIT, number_of(instance), &payload);
    buffer_free(&payload);
    if (!answer)
        return seen;
    struct wire_reader reader = wire_read(answer);
    uint64_t now = wire_get_u64(&reader);
    wire_message_free(answer);
    return now;
}

static const struct ent_answer *hosted_run(struct ent_instance *instance, const char *author, struct ent_str request)
{
    struct buffer payload = BUFFER_INIT;
    wire_put_text(&payload, author);
    wire_put_str(&payload, request);
    struct wire_message *answer = host_ask(WIRE_COMMAND, number_of(instance), &payload);
    buffer_free(&payload);
    return read_answer(answer);
}

static const struct ent_query_1 query_1 = {sizeof query_1, hosted_ask, hosted_release, hosted_wait};
static const struct ent_command_1 command_1 = {sizeof command_1, hosted_run, hosted_release};

/* ---- net/1 ---- */

static int hosted_listen(struct ent_instance *instance, const char *address, uint16_t *port)
{
    struct buffer payload = BUFFER_INIT;
    wire_put_text(&payload, address);
    struct wire_message *answer = host_ask(WIRE_LISTEN, number_of(instance), &payload);
    buffer_free(&payload);
    if (!answer) {
        host_error_set(no_answer, sizeof no_answer - 1);
        return -1;
    }
    struct wire_reader reader = wire_read(answer);
    uint16_t chosen = (uint16_t)wire_get_u32(&reader);
    int descriptor = answer->descriptor;
    answer->descriptor = -1; /* the plugin's from here on */
    if (descriptor >= 0 && port)
        *port = chosen;
    if (descriptor < 0)
        set_error(wire_get_str(&reader));
    wire_message_free(answer);
    return descriptor;
}

static int hosted_connect(struct ent_instance *instance, const char *address, int64_t timeout_ms)
{
    struct buffer payload = BUFFER_INIT;
    wire_put_text(&payload, address);
    wire_put_i64(&payload, timeout_ms);
    host_error_clear();
    struct wire_message *answer = host_ask(WIRE_CONNECT, number_of(instance), &payload);
    buffer_free(&payload);
    if (!answer) {
        host_error_set(no_answer, sizeof no_answer - 1);
        return -1;
    }
    struct wire_reader reader = wire_read(answer);
    int descriptor = answer->descriptor;
    answer->descriptor = -1; /* the plugin's from here on */
    if (descriptor < 0)
        set_error(wire_get_str(&reader));
    wire_message_free(answer);
    return descriptor;
}

static int hosted_send(struct ent_instance *instance, const char *path, struct ent_str datagram)
{
    struct buffer payload = BUFFER_INIT;
    wire_put_text(&payload, path);
    wire_put_str(&payload, datagram.data ? datagram : ent_bytes("", 0));
    struct wire_message *answer = host_ask(WIRE_SEND, number_of(instance), &payload);
    buffer_free(&payload);
    if (!answer) {
        host_error_set(no_answer, sizeof no_answer - 1);
        return EPIPE;
    }
    struct wire_reader reader = wire_read(answer);
    int reason = (int)wire_get_u32(&reader);
    if (reason != 0)
        set_error(wire_get_str(&reader));
    wire_message_free(answer);
    return reason;
}

static const struct ent_net_1 net_1 = {
    .size = sizeof net_1, .listen = hosted_listen, .connect = hosted_connect, .send = hosted_send};

/* ---- by name ---- */

const void *hosted_interface(struct ent_instance *instance, const char *name)
{
    const struct hosted *hosted = (const struct hosted *)(const void *)instance;
    bool is_service = instance->settings.kind == PLUGIN_SERVICE;
    const struct {
        const char *name;
        const void *table;
        bool is_there;
    } interfaces[] = {
        {ENT_METRICS_1, &metrics_1, true},
        {ENT_WAKE_1, &wake_1, instance->ops->respond != NULL},
        {ENT_FOLDER_1, &folder_1, hosted->has_folder},
        {ENT_HTTP_1, &http_1, hosted->has_http},
        {ENT_MAIL_1, &mail_1, hosted->has_http},
        {ENT_QUERY_1, &query_1, is_service && hosted->has_query},
        {ENT_COMMAND_1, &command_1, is_service && hosted->has_command},
        {ENT_NET_1, &net_1, host_may_use_network(instance)},
    };
    for (size_t i = 0; i < sizeof interfaces / sizeof *interfaces; i++)
        if (strcmp(interfaces[i].name, name) == 0)
            return interfaces[i].is_there ? interfaces[i].table : NULL;
    return host_basic_interface(instance, name);
}
