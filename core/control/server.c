#include "core/control/server.h"

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/control/address.h"
#include "lib/base/buffer.h"
#include "lib/base/nearest.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { AUTHOR_MAX = 64, STOP_GRACE_MS = 1000, ACCEPT_PAUSE_MS = 1000, READ_SIZE = 16 * 1024, LISTEN_BACKLOG = 16 };

#define SOCKET_NEW CONTROL_SOCKET ".new"

struct client {
    int descriptor;
    struct buffer in, out;
    size_t sent;
    int64_t deadline; /* monotonic: drop it unless something moves before */
    bool closing;     /* once `out` has been sent */
    char author[AUTHOR_MAX];
};

struct control_server {
    control_handler *handlers[CONTROL_COMMAND_COUNT];
    void *context;
    struct control_address address; /* its folder stays open, to remove the socket at the end */
    int listener, wake;
    bool socket_is_ours;
    bool started;
    atomic_bool stopping;
    pthread_t thread;
    struct client clients[CONTROL_CLIENTS_MAX];
    size_t client_count;
    int64_t accept_at; /* monotonic: nobody is let in before */
};

/* ---- requests ---- */

static void reply_error(struct buffer *out, const struct error *error)
{
    struct json_writer writer;
    json_begin(&writer, out);
    json_object_open(&writer);
    json_key(&writer, "ok");
    json_put_boolean(&writer, false);
    json_key(&writer, "kind");
    json_put_text(&writer, control_kind_word(error->kind));
    json_key(&writer, "error");
    json_put_text(&writer, error->text);
    json_object_close(&writer);
    buffer_append_char(out, '\n');
}

static bool unknown_command(const char *name, struct error *error)
{
    const char *words[CONTROL_COMMAND_COUNT + 1] = {NULL};
    for (enum control_command command = 0; command < CONTROL_COMMAND_COUNT; command++)
        words[command] = control_row(command)->name;
    const char *nearest = nearest_word(name, words);
    return error_set(error, ERROR_INPUT, "'%.60s' is no command of this daemon%s%s%s", name,
                     nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
}

/* The strings belong to `object`. */
static bool read_request(json_t *object, struct control_request *request, struct error *error)
{
    if (!json_is_object(object))
        return error_set(error, ERROR_INPUT, "a request is an object: {\"command\":\"status\"}");
    const char *key;
    json_t *value;
    const char *name = NULL;
    request->target = NULL;
    request->arguments = NULL;
    json_object_foreach(object, key, value)
    {
        bool is_command = strcmp(key, "command") == 0;
        if (strcmp(key, "arguments") == 0 && json_is_object(value)) {
            request->arguments = value;
            continue;
        }
        if (!is_command && strcmp(key, "target") != 0)
            return error_set(error, ERROR_INPUT,
                             "'%.60s' is no member of a request; command, target and the object arguments are", key);
        if (!json_is_string(value))
            return error_set(error, ERROR_INPUT, "'%s' of a request must be a string", key);
        *(is_command ? &name : &request->target) = json_string_value(value);
    }
    if (!name)
        return error_set(error, ERROR_INPUT, "the request lacks a command");
    request->command = control_find(name);
    if (request->command == CONTROL_COMMAND_COUNT)
        return unknown_command(name, error);
    const char *target = control_row(request->command)->target;
    if (target && !(request->target && *request->target) &&
        !(control_row(request->command)->may_lack_target && !request->target))
        return error_set(error, ERROR_INPUT, "%s needs a target: %s", name, target);
    if (!target && request->target)
        return error_set(error, ERROR_INPUT, "%s takes no target", name);
    if (request->arguments && !control_row(request->command)->has_arguments)
        return error_set(error, ERROR_INPUT, "%s takes no arguments", name);
    return true;
}

/* The same from a line; what the request lends lives until the caller lets go of *object. */
static bool parse_request(const char *line, size_t size, json_t **object, struct control_request *request,
                          struct error *error)
{
    json_error_t where;
    *object = json_loadb(line, size, JSON_REJECT_DUPLICATES, &where);
    if (!*object)
        return error_set(error, ERROR_INPUT, "the request is not JSON: %s at byte %d", where.text, where.position);
    return read_request(*object, request, error);
}

/* Runs the handler; the reply goes to `out`, which is unchanged on failure. */
static bool run_request(struct control_server *server, const struct control_request *request, struct buffer *out,
                        struct error *error)
{
    control_handler *handler = server->handlers[request->command];
    const char *name = control_row(request->command)->name;
    if (!handler)
        return error_set(error, ERROR_STATE, "this daemon cannot do '%s'", name);
    struct buffer reply = {.limit = CONTROL_REPLY_MAX};
    struct json_writer writer;
    json_begin(&writer, &reply);
    json_object_open(&writer);
    json_key(&writer, "ok");
    json_put_boolean(&writer, true);
    json_key(&writer, "result");
    json_object_open(&writer);
    bool done = handler(server->context, request, &writer, error);
    json_object_close(&writer);
    json_object_close(&writer);
    if (done && reply.failed)
        done = error_set(error, ERROR_LIMIT, "the answer to %s is larger than %d bytes", name, CONTROL_REPLY_MAX);
    if (done) {
        buffer_append(out, reply.bytes, reply.size);
        buffer_append_char(out, '\n');
    }
    buffer_free(&reply);
    return done;
}

bool control_perform(control_handler *const handlers[CONTROL_COMMAND_COUNT], void *context, const char *author,
                     const char *line, size_t size, struct json_writer *result, struct error *error)
{
    json_t *object;
    struct control_request request = {.author = author};
    bool done = false;
    if (parse_request(line, size, &object, &request, error))
        done = handlers[request.command] ? handlers[request.command](context, &request, result, error)
                                         : error_set(error, ERROR_STATE, "'%s' cannot be done in this way",
                                                     control_row(request.command)->name);
    json_decref(object);
    return done;
}

static void answer_line(struct control_server *server, struct client *client, const char *line, size_t size)
{
    struct error error = ERROR_INIT;
    json_t *object;
    struct control_request request = {.author = client->author};
    if (!parse_request(line, size, &object, &request, &error) ||
        !run_request(server, &request, &client->out, &error))
        reply_error(&client->out, &error);
    json_decref(object);
}

/* Answers one request at a time, and takes the next only when the reply has left: a client cannot pile up replies. */
static void answer_next(struct control_server *server, struct client *client)
{
    while (!client->out.size && !client->closing && client->in.size) {
        char *end = memchr(client->in.bytes, '\n', client->in.size);
        if (!end)
            break;
        size_t size = (size_t)(end - client->in.bytes);
        if (size)
            answer_line(server, client, client->in.bytes, size);
        client->in.size -= size + 1;
        memmove(client->in.bytes, end + 1, client->in.size);
    }
    if (!client->out.size && !client->closing && client->in.size >= CONTROL_REQUEST_MAX) {
        struct error error;
        error_set(&error, ERROR_LIMIT, "the request is longer than %d bytes", CONTROL_REQUEST_MAX);
        reply_error(&client->out, &error);
        client->closing = true;
    }
}

/* ---- clients ---- */

static void client_close(struct control_server *server, size_t index)
{
    struct client *client = &server->clients[index];
    close(client->descriptor);
    buffer_free(&client->in);
    buffer_free(&client->out);
    server->clients[index] = server->clients[--server->client_count];
}

static bool peer_is_allowed(int descriptor, char author[AUTHOR_MAX])
{
    struct ucred peer;
    socklen_t size = sizeof peer;
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
        return false;
    control_author(peer.uid, author, AUTHOR_MAX);
    return peer.uid == geteuid() || peer.uid == 0;
}

static void accept_client(struct control_server *server)
{
    int descriptor = accept4(server->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor < 0) {
        /* Whoever waits stays ready to be let in, which must not keep this thread busy. */
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            log_write(LOG_ERROR, NULL, NULL, "a command cannot be taken just now: %s", strerror(errno));
            server->accept_at = clock_monotonic() + ACCEPT_PAUSE_MS;
        }
        return;
    }
    struct client client = {.descriptor = descriptor, .deadline = clock_monotonic() + CONTROL_CLIENT_TIMEOUT_MS};
    if (!peer_is_allowed(descriptor, client.author)) {
        log_write(LOG_WARNING, NULL, NULL, "%s may not control this daemon: only its own user and root may",
                  client.author[0] ? client.author : "somebody unknown");
        struct error error;
        error_set(&error, ERROR_STATE, "only the daemon's own user and root may control it");
        reply_error(&client.out, &error);
        client.closing = true;
    }
    server->clients[server->client_count++] = client;
}

/* Both return false where the client is gone. */
static bool client_read(struct client *client)
{
    char bytes[READ_SIZE];
    size_t room = CONTROL_REQUEST_MAX + 1 - client->in.size;
    ssize_t got = recv(client->descriptor, bytes, room < sizeof bytes ? room : sizeof bytes, 0);
    if (got <= 0)
        return got < 0 && (errno == EAGAIN || errno == EINTR);
    buffer_append(&client->in, bytes, (size_t)got);
    client->deadline = clock_monotonic() + CONTROL_CLIENT_TIMEOUT_MS;
    return !client->in.failed;
}

static bool client_write(struct client *client)
{
    ssize_t sent =
        send(client->descriptor, client->out.bytes + client->sent, client->out.size - client->sent, MSG_NOSIGNAL);
    if (sent < 0)
        return errno == EAGAIN || errno == EINTR;
    client->sent += (size_t)sent;
    client->deadline = clock_monotonic() + CONTROL_CLIENT_TIMEOUT_MS;
    if (client->sent < client->out.size)
        return true;
    buffer_free(&client->out);
    client->sent = 0;
    return !client->closing;
}

/* ---- the thread ---- */

static int next_timeout(const struct control_server *server)
{
    int64_t now = clock_monotonic(), next = server->accept_at > now ? server->accept_at - now : -1;
    for (size_t i = 0; i < server->client_count; i++) {
        int64_t wait = server->clients[i].deadline > now ? server->clients[i].deadline - now : 0;
        next = next < 0 || wait < next ? wait : next;
    }
    return (int)next;
}

static void serve_client(struct control_server *server, size_t index, short events)
{
    struct client *client = &server->clients[index];
    bool alive = true;
    if (events & (POLLIN | POLLHUP | POLLERR) && !client->out.size)
        alive = client_read(client);
    if (alive)
        answer_next(server, client);
    if (alive && client->out.failed)
        alive = false;
    if (alive && client->out.size)
        alive = client_write(client);
    if (alive && !client->out.size)
        answer_next(server, client);
    if (!alive || clock_monotonic() >= client->deadline)
        client_close(server, index);
}

static void serve_once(struct control_server *server)
{
    struct pollfd polled[CONTROL_CLIENTS_MAX + 2];
    size_t clients = server->client_count;
    bool may_accept = clients < CONTROL_CLIENTS_MAX && clock_monotonic() >= server->accept_at;
    polled[0] = (struct pollfd){.fd = server->wake, .events = POLLIN};
    polled[1] = (struct pollfd){.fd = may_accept ? server->listener : -1, .events = POLLIN};
    for (size_t i = 0; i < clients; i++)
        polled[i + 2] = (struct pollfd){.fd = server->clients[i].descriptor,
                                        .events = server->clients[i].out.size ? POLLOUT : POLLIN};
    if (poll(polled, (nfds_t)clients + 2, next_timeout(server)) < 0)
        return;
    /* From the last, since a closed client's place is taken by the last one. */
    for (size_t i = clients; i-- > 0;)
        serve_client(server, i, polled[i + 2].revents);
    if (polled[1].revents & POLLIN)
        accept_client(server);
}

static void flush_clients(struct control_server *server)
{
    int64_t end = clock_monotonic() + STOP_GRACE_MS;
    for (size_t i = server->client_count; i-- > 0;) {
        struct client *client = &server->clients[i];
        struct pollfd polled = {.fd = client->descriptor, .events = POLLOUT};
        bool alive = true;
        while (alive && client->out.size && clock_monotonic() < end) {
            int64_t left = end - clock_monotonic();
            alive = poll(&polled, 1, left > 0 ? (int)left : 0) > 0 && client_write(client);
        }
        client_close(server, i);
    }
}

static void *serve(void *argument)
{
    struct control_server *server = argument;
    while (!atomic_load(&server->stopping))
        serve_once(server);
    flush_clients(server);
    return NULL;
}

/* ---- life ---- */

/* A socket file is either a dead daemon's, which refuses, or somebody's. */
static bool socket_answers(const struct control_address *address)
{
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (probe < 0)
        return false;
    int result = connect(probe, (const struct sockaddr *)&address->socket, sizeof address->socket);
    bool answers = result == 0 || errno == EAGAIN;
    close(probe);
    return answers;
}

/* Bound under another name, given its mode and then renamed: at no time is there a socket that others could open. */
static bool listen_at(struct control_server *server, const char *state_dir, struct error *error)
{
    if (socket_answers(&server->address))
        return error_set(error, ERROR_STATE, "another daemon answers at %s/%s; stop it first ('entente stop')",
                         state_dir, CONTROL_SOCKET);
    struct control_address fresh;
    if (!control_address_open(&fresh, state_dir, SOCKET_NEW, error))
        return false;
    unlinkat(server->address.folder, SOCKET_NEW, 0);
    bool listening = bind(server->listener, (const struct sockaddr *)&fresh.socket, sizeof fresh.socket) == 0 &&
                     fchmodat(fresh.folder, SOCKET_NEW, S_IRUSR | S_IWUSR, 0) == 0 &&
                     listen(server->listener, LISTEN_BACKLOG) == 0 &&
                     renameat(fresh.folder, SOCKET_NEW, server->address.folder, CONTROL_SOCKET) == 0;
    if (!listening)
        error_set_errno(error, errno, "the control socket %s/%s cannot be made", state_dir, CONTROL_SOCKET);
    control_address_close(&fresh);
    return server->socket_is_ours = listening;
}

struct control_server *control_server_create(const char *state_dir,
                                             control_handler *const handlers[CONTROL_COMMAND_COUNT], void *context,
                                             struct error *error)
{
    struct control_server *server = calloc(1, sizeof *server);
    if (!server) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    memcpy(server->handlers, handlers, sizeof server->handlers);
    server->context = context;
    server->address.folder = -1;
    server->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    server->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (server->listener < 0 || server->wake < 0)
        error_set_errno(error, errno, "the control socket cannot be made");
    else if (control_address_open(&server->address, state_dir, CONTROL_SOCKET, error) &&
             listen_at(server, state_dir, error))
        return server;
    control_server_destroy(server);
    return NULL;
}

bool control_server_start(struct control_server *server, struct error *error)
{
    /* Signals are the main thread's. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failure = pthread_create(&server->thread, NULL, serve, server);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failure)
        return error_set_errno(error, failure, "the thread of the control socket cannot be started");
    return server->started = true;
}

void control_server_stop(struct control_server *server)
{
    if (!server->started)
        return;
    atomic_store(&server->stopping, true);
    uint64_t one = 1;
    /* Fails only where the counter is full, and then the thread is awake already. */
    ssize_t written = write(server->wake, &one, sizeof one);
    (void)written;
    pthread_join(server->thread, NULL);
    server->started = false;
}

void control_server_destroy(struct control_server *server)
{
    if (!server)
        return;
    control_server_stop(server);
    if (server->socket_is_ours)
        unlinkat(server->address.folder, CONTROL_SOCKET, 0);
    if (server->listener >= 0)
        close(server->listener);
    if (server->wake >= 0)
        close(server->wake);
    control_address_close(&server->address);
    free(server);
}
