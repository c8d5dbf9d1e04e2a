#include "core/host/remote_requests.h"

#include "core/base/clock.h"
#include "core/host/option_paths.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WAIT_SLICE_MS = 250, WAKES_MAX = 100000 /* that wait to be taken */ };

static void hear_metric(struct ent_instance *instance, struct wire_reader *reader, bool is_gauge)
{
    const struct ent_metrics_1 *metrics = host_interface(instance, ENT_METRICS_1);
    const char *name = wire_get_text(reader);
    int64_t add = is_gauge ? 0 : wire_get_i64(reader);
    double value = is_gauge ? wire_get_double(reader) : 0;
    if (!name || reader->failed || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(name))
        return;
    if (is_gauge)
        metrics->gauge(instance, name, value);
    else
        metrics->count(instance, name, add);
}

void remote_requests_hear(void *context, const struct wire_message *message)
{
    struct ent_instance *instance = context;
    struct wire_reader reader = wire_read(message);
    uint32_t level;
    uint64_t tag;
    const struct ent_wake_1 *wake;
    switch ((enum wire_type)message->head.type) {
    case WIRE_LOG:
        level = wire_get_u32(&reader);
        host_table.log(instance, level, wire_get_str(&reader));
        break;
    case WIRE_COUNT:
    case WIRE_GAUGE:
        hear_metric(instance, &reader, message->head.type == WIRE_GAUGE);
        break;
    case WIRE_WAKE:
        tag = wire_get_u64(&reader);
        wake = host_interface(instance, ENT_WAKE_1);
        if (!reader.failed && wake && instance_pending(instance) < WAKES_MAX)
            wake->wake(instance, tag);
        break;
    default:
        break;
    }
}

static void put_answer(struct buffer *payload, const struct ent_answer *answer)
{
    wire_put_u32(payload, answer != NULL);
    if (!answer)
        return;
    wire_put_u32(payload, answer->kind);
    wire_put_str(payload, answer->body);
    wire_put_str(payload, answer->text);
    wire_put_str(payload, answer->parameter);
    wire_put_u64(payload, answer->offset);
    wire_put_u64(payload, answer->length);
    wire_put_str(payload, answer->nearest);
}

static void serve_ask(struct ent_instance *instance, struct wire_reader *reader, struct buffer *payload)
{
    enum { PARAMETERS_MAX = 1000 };
    const struct ent_query_1 *query = host_interface(instance, ENT_QUERY_1);
    const char *question = wire_get_text(reader);
    size_t count = wire_get_count(reader, 2 * sizeof(uint64_t), PARAMETERS_MAX);
    struct ent_parameter *parameters = calloc(count + 1, sizeof *parameters);
    for (size_t i = 0; parameters && i < count; i++) {
        parameters[i].name = wire_get_text(reader);
        parameters[i].value = wire_get_text(reader);
        reader->failed |= !parameters[i].name || !parameters[i].value;
    }
    const struct ent_answer *answer = NULL;
    if (query && parameters && question && wire_is_done(reader))
        answer = query->ask(instance, question, parameters, count);
    put_answer(payload, answer);
    if (answer)
        query->release(instance, answer);
    free(parameters);
}

static void serve_command(struct ent_instance *instance, struct wire_reader *reader, struct buffer *payload)
{
    const struct ent_command_1 *command = host_interface(instance, ENT_COMMAND_1);
    const char *author = wire_get_text(reader);
    struct ent_str request = wire_get_str(reader);
    const struct ent_answer *answer = NULL;
    if (command && author && request.data && wire_is_done(reader))
        answer = command->run(instance, author, request);
    put_answer(payload, answer);
    if (answer)
        command->release(instance, answer);
}

/* In slices, so that one whose process has died is not waited for. */
static uint64_t wait_for_change(struct ent_instance *instance, struct runner *runner, uint64_t seen, int64_t timeout_ms)
{
    const struct ent_query_1 *query = host_interface(instance, ENT_QUERY_1);
    int64_t end = clock_monotonic() + (timeout_ms < 0 ? 0 : timeout_ms < INT_MAX ? timeout_ms : INT_MAX);
    for (;;) {
        int64_t left = end - clock_monotonic();
        int64_t slice = left < WAIT_SLICE_MS ? left : WAIT_SLICE_MS;
        uint64_t now = query ? query->wait(instance, seen, slice > 0 ? slice : 0) : seen;
        if (now != seen || left <= 0 || !query || atomic_load(&instance->is_draining) || !runner_is_alive(runner))
            return now;
    }
}

/* In a sandbox a Unix socket's path is one that the configuration names, as every path is. */
static bool may_listen_at(const struct ent_instance *instance, const char *path)
{
    return instance->settings.isolation != ISOLATION_SANDBOX || option_paths_name(&instance->settings, path);
}

static int serve_listen(struct ent_instance *instance, struct wire_reader *reader, struct buffer *payload)
{
    static const char elsewhere[] = "net: in a sandbox a socket's path must stand in an option of the instance";
    const struct ent_net_1 *net = host_interface(instance, ENT_NET_1);
    const char *address = wire_get_text(reader);
    uint16_t port = 0;
    int descriptor = -1;
    if (address && *address == '/' && !may_listen_at(instance, address))
        host_error_set(elsewhere, sizeof elsewhere - 1);
    else if (net && address && wire_is_done(reader))
        descriptor = net->listen(instance, address, &port);
    wire_put_u32(payload, port);
    wire_put_text(payload, descriptor < 0 ? host_error_text() : NULL);
    return descriptor;
}

static int serve_connect(struct ent_instance *instance, struct wire_reader *reader, struct buffer *payload)
{
    const struct ent_net_1 *net = host_interface(instance, ENT_NET_1);
    const char *address = wire_get_text(reader);
    int64_t timeout_ms = wire_get_i64(reader);
    int descriptor = net && address && wire_is_done(reader) ? net->connect(instance, address, timeout_ms) : -1;
    wire_put_text(payload, descriptor < 0 ? host_error_text() : NULL);
    return descriptor;
}

static void serve_send(struct ent_instance *instance, struct wire_reader *reader, struct buffer *payload)
{
    const struct ent_net_1 *net = host_interface(instance, ENT_NET_1);
    const char *path = wire_get_text(reader);
    struct ent_str datagram = wire_get_str(reader);
    int reason = net && path && datagram.data && wire_is_done(reader) ? net->send(instance, path, datagram) : EINVAL;
    wire_put_u32(payload, (uint32_t)reason);
    wire_put_text(payload, reason != 0 ? host_error_text() : NULL);
}

static void serve_folder(struct ent_instance *instance, struct buffer *payload)
{
    const struct ent_folder_1 *folder = host_interface(instance, ENT_FOLDER_1);
    struct ent_str path = folder ? folder->path(instance) : ent_text(NULL);
    wire_put_str(payload, path);
    wire_put_text(payload, path.data ? NULL : host_error_text());
}

void remote_requests_serve(void *context, struct runner *runner, const struct wire_message *message)
{
    struct ent_instance *instance = context;
    struct wire_reader reader = wire_read(message);
    struct buffer payload = BUFFER_INIT;
    int descriptor = -1;
    host_error_clear();
    switch ((enum wire_type)message->head.type) {
    case WIRE_ASK:
        serve_ask(instance, &reader, &payload);
        break;
    case WIRE_COMMAND:
        serve_command(instance, &reader, &payload);
        break;
    case WIRE_WAIT: {
        uint64_t seen = wire_get_u64(&reader);
        wire_put_u64(&payload, wait_for_change(instance, runner, seen, wire_get_i64(&reader)));
        break;
    }
    case WIRE_LISTEN:
        descriptor = serve_listen(instance, &reader, &payload);
        break;
    case WIRE_CONNECT:
        descriptor = serve_connect(instance, &reader, &payload);
        break;
    case WIRE_SEND:
        serve_send(instance, &reader, &payload);
        break;
    case WIRE_FOLDER:
        serve_folder(instance, &payload);
        break;
    default:
        break;
    }
    runner_answer(runner, message, &payload, descriptor);
    if (descriptor >= 0)
        close(descriptor);
    buffer_free(&payload);
}
