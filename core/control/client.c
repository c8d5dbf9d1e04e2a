#include "core/control/client.h"

#include "core/base/clock.h"
#include "core/control/address.h"
#include "lib/base/buffer.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { READ_SIZE = 64 * 1024 };

static int connect_to(const char *state_dir, bool *running, struct error *error)
{
    struct control_address address;
    if (!control_address_open(&address, state_dir, CONTROL_SOCKET, error)) {
        *running = error && error->kind != ERROR_MISSING;
        return -1;
    }
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        error_set_errno(error, errno, "a socket cannot be made");
    if (descriptor >= 0 && connect(descriptor, (const struct sockaddr *)&address.socket, sizeof address.socket) != 0) {
        int reason = errno;
        *running = reason != ENOENT && reason != ECONNREFUSED;
        if (*running)
            error_set_errno(error, reason, "the daemon at %s cannot be reached", state_dir);
        else
            error_set(error, ERROR_MISSING, "no daemon runs on the state directory %s", state_dir);
        close(descriptor);
        descriptor = -1;
    }
    control_address_close(&address);
    return descriptor;
}

static bool wait_for(int descriptor, short events, int64_t deadline, struct error *error)
{
    for (;;) {
        int64_t left = deadline - clock_monotonic();
        struct pollfd polled = {.fd = descriptor, .events = events};
        int ready = poll(&polled, 1, left > 0 ? (int)left : 0);
        if (ready > 0)
            return true;
        if (ready == 0)
            return error_set(error, ERROR_LIMIT,
                             "the daemon does not answer in time; it may be busy, or stopped by a debugger");
        if (errno != EINTR)
            return error_set_errno(error, errno, "waiting for the daemon failed");
    }
}

static bool send_all(int descriptor, const struct buffer *request, int64_t deadline, struct error *error)
{
    for (size_t sent = 0; sent < request->size;) {
        if (!wait_for(descriptor, POLLOUT, deadline, error))
            return false;
        ssize_t wrote = send(descriptor, request->bytes + sent, request->size - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (wrote < 0 && errno != EAGAIN && errno != EINTR)
            return error_set_errno(error, errno, "the daemon hung up");
        sent += wrote > 0 ? (size_t)wrote : 0;
    }
    return true;
}

static bool receive_line(int descriptor, struct buffer *reply, int64_t deadline, struct error *error)
{
    reply->limit = CONTROL_REPLY_MAX + 1024;
    for (;;) {
        if (!wait_for(descriptor, POLLIN, deadline, error))
            return false;
        if (!buffer_reserve(reply, READ_SIZE))
            return error_set(error, ERROR_LIMIT, "the daemon's answer is too long");
        ssize_t got = recv(descriptor, reply->bytes + reply->size, READ_SIZE, MSG_DONTWAIT);
        if (got == 0)
            return error_set(error, ERROR_STATE, "the daemon hung up before it answered");
        if (got < 0 && errno != EAGAIN && errno != EINTR)
            return error_set_errno(error, errno, "the daemon's answer cannot be read");
        size_t before = reply->size;
        reply->size += got > 0 ? (size_t)got : 0;
        if (got > 0 && memchr(reply->bytes + before, '\n', (size_t)got))
            return true;
    }
}

static json_t *read_reply(const struct buffer *reply, struct error *error)
{
    json_error_t where;
    json_t *object = json_loadb(reply->bytes, reply->size, 0, &where);
    json_t *result = json_object_get(object, "result");
    if (json_is_true(json_object_get(object, "ok")) && json_is_object(result)) {
        json_incref(result);
    } else {
        result = NULL;
        const char *text = json_string_value(json_object_get(object, "error"));
        const char *kind = json_string_value(json_object_get(object, "kind"));
        error_set(error, kind ? control_kind_of(kind) : ERROR_INPUT, "%s",
                  text ? text : "the daemon's answer is not to be understood; is it of another version?");
    }
    json_decref(object);
    return result;
}

static void write_request(struct buffer *text, const struct control_request *request)
{
    struct json_writer writer;
    char *arguments = request->arguments ? json_dumps(request->arguments, JSON_COMPACT) : NULL;
    json_begin(&writer, text);
    json_object_open(&writer);
    json_key(&writer, "command");
    json_put_text(&writer, control_row(request->command)->name);
    if (request->target) {
        json_key(&writer, "target");
        json_put_text(&writer, request->target);
    }
    if (arguments)
        buffer_printf(text, ",\"arguments\":%s", arguments);
    json_object_close(&writer);
    buffer_append_char(text, '\n');
    text->failed = text->failed || (request->arguments && !arguments);
    free(arguments);
}

json_t *control_ask(const char *state_dir, const struct control_request *asked, int64_t timeout_ms, bool *running,
                    struct error *error)
{
    bool ignored;
    running = running ? running : &ignored;
    *running = true;
    int descriptor = connect_to(state_dir, running, error);
    if (descriptor < 0)
        return NULL;
    struct buffer request = BUFFER_INIT, reply = BUFFER_INIT;
    write_request(&request, asked);
    int64_t deadline = clock_monotonic() + timeout_ms;
    json_t *result = NULL;
    if (request.failed)
        error_set(error, ERROR_MEMORY, "out of memory");
    else if (send_all(descriptor, &request, deadline, error) && receive_line(descriptor, &reply, deadline, error))
        result = read_reply(&reply, error);
    buffer_free(&request);
    buffer_free(&reply);
    close(descriptor);
    return result;
}

json_t *control_call(const char *state_dir, enum control_command command, const char *target, int64_t timeout_ms,
                     bool *running, struct error *error)
{
    struct control_request request = {.command = command, .target = target};
    return control_ask(state_dir, &request, timeout_ms, running, error);
}
