#include "plugins/mqtt/link.h"

#include "plugins/mqtt/session.h"
#include "plugins/mqtt/stream.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum {
    PAUSE_FIRST_MS = 1000,
    PAUSE_MAX_MS = 60000,
    GOOD_BYE_MS = 500, /* for a broker that does not read */
    READS_MAX = 32,    /* in a row, lest a broker that never ends keeps us from all else */
    ERROR_SIZE = 300
};

struct outcome {
    struct outcome *next;
    struct link_result result;
};

struct link {
    struct link_settings settings;
    pthread_t thread;
    int bell; /* an eventfd: the thread has something to look at */
    atomic_bool is_stopping;
    pthread_mutex_t mutex; /* for all below; never held while anything is waited for */
    bool is_resting;       /* the last connection failed, and the next is not tried yet */
    struct message *waiting, **waiting_end;
    struct outcome *outcomes, **outcomes_end;
    char why[ERROR_SIZE]; /* it is not connected */
};

static int64_t now_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* ---- results ---- */

/* The mutex is held. Whether it is the only one. */
static bool add_outcome(struct link *link, uint64_t ticket, enum ent_code code, const char *text)
{
    struct outcome *outcome = calloc(1, sizeof *outcome);
    if (!outcome)
        return false; /* the host gives up waiting by itself */
    bool is_first = !link->outcomes;
    outcome->result = (struct link_result){ticket, code, ""};
    snprintf(outcome->result.text, sizeof outcome->result.text, "%s", text);
    *link->outcomes_end = outcome;
    link->outcomes_end = &outcome->next;
    return is_first;
}

static void announce(struct link *link, bool is_first)
{
    if (is_first)
        link->settings.settled(link->settings.context);
}

/* A session's `settled`. */
static void keep_result(void *context, uint64_t ticket, enum ent_code code, const char *text)
{
    struct link *link = context;
    pthread_mutex_lock(&link->mutex);
    bool is_first = add_outcome(link, ticket, code, text);
    pthread_mutex_unlock(&link->mutex);
    announce(link, is_first);
}

/* The mutex is held. */
static struct message *take_waiting(struct link *link)
{
    struct message *message = link->waiting;
    if (message) {
        link->waiting = message->next;
        if (!link->waiting)
            link->waiting_end = &link->waiting;
    }
    return message;
}

/* The mutex is held. */
static bool fail_waiting(struct link *link)
{
    bool is_first = false;
    struct message *message;
    while ((message = take_waiting(link))) {
        is_first |= add_outcome(link, message->ticket, ENT_RETRY, link->why);
        message_free(message);
    }
    return is_first;
}

/* ---- one connection, on the link's thread ---- */

struct connection {
    struct link *link;
    struct stream *stream;
    struct session *session;
    bool may_have_more; /* bytes that no poll sees */
};

/* Whether there was one for which there is room. */
static bool take_up_one(struct connection *connection)
{
    if (!session_has_room(connection->session))
        return false;
    pthread_mutex_lock(&connection->link->mutex);
    struct message *message = take_waiting(connection->link);
    pthread_mutex_unlock(&connection->link->mutex);
    if (message)
        session_add(connection->session, message, now_ms());
    return message != NULL;
}

static bool send_output(struct connection *connection, struct error *error)
{
    for (;;) {
        size_t size;
        const void *bytes = session_output(connection->session, &size);
        ssize_t sent = size > 0 ? stream_send(connection->stream, bytes, size, error) : 0;
        if (sent < 0)
            return false;
        if (sent == 0)
            return true;
        session_sent(connection->session, (size_t)sent, now_ms());
    }
}

static bool receive_input(struct connection *connection, struct error *error)
{
    connection->may_have_more = true;
    for (int i = 0; i < READS_MAX; i++) {
        size_t capacity;
        void *bytes = session_input(connection->session, &capacity);
        ssize_t received = stream_receive(connection->stream, bytes, capacity, error);
        if (received < 0)
            return false;
        if (received == 0) {
            connection->may_have_more = false;
            return true;
        }
        if (!session_received(connection->session, (size_t)received, now_ms(), error))
            return false;
    }
    return true;
}

static int wait_time(const struct connection *connection)
{
    int64_t left = session_next(connection->session) - now_ms();
    if (left <= 0 || connection->may_have_more)
        return 0;
    return left < PAUSE_MAX_MS ? (int)left : PAUSE_MAX_MS;
}

static void hear_bell(struct link *link)
{
    uint64_t count;
    ssize_t size = read(link->bell, &count, sizeof count);
    (void)size; /* it does not wait, and nothing hangs on how often it rang */
}

static bool wait_for_anything(struct connection *connection, struct error *error)
{
    size_t left;
    session_output(connection->session, &left);
    struct pollfd ready[] = {
        {.fd = stream_socket(connection->stream), .events = (short)(left > 0 ? POLLIN | POLLOUT : POLLIN)},
        {.fd = connection->link->bell, .events = POLLIN}};
    if (poll(ready, 2, wait_time(connection)) < 0 && errno != EINTR)
        return error_set_errno(error, errno, "cannot wait for the broker");
    if (ready[1].revents)
        hear_bell(connection->link);
    return true;
}

/* What is sent makes room, and nothing rings for that: it goes on until all is taken up or the broker reads no more. */
static bool send_waiting(struct connection *connection, struct error *error)
{
    bool has_more = true;
    while (has_more) {
        has_more = false;
        while (take_up_one(connection))
            has_more = true;
        if (!send_output(connection, error))
            return false;
    }
    return true;
}

/* Until the connection breaks, the broker does not answer, or the link is to end. */
static void serve(struct connection *connection, struct error *error)
{
    while (!atomic_load(&connection->link->is_stopping)) {
        if (!receive_input(connection, error) || !session_look(connection->session, now_ms(), error) ||
            !send_waiting(connection, error) || !wait_for_anything(connection, error))
            return;
    }
}

static void say_good_bye(struct connection *connection)
{
    struct error ignored = ERROR_INIT;
    int64_t until = now_ms() + GOOD_BYE_MS;
    size_t size = 1;
    session_end(connection->session);
    while (size > 0 && now_ms() < until && send_output(connection, &ignored)) {
        struct pollfd ready = {.fd = stream_socket(connection->stream), .events = POLLOUT};
        session_output(connection->session, &size);
        if (size > 0)
            poll(&ready, 1, (int)(until - now_ms() > 0 ? until - now_ms() : 0));
    }
}

static struct stream *open_stream(struct link *link, struct error *error)
{
    const struct link_settings *settings = &link->settings;
    struct stream_settings wanted = {.host = settings->host,
                                     .net = settings->net,
                                     .instance = settings->instance,
                                     .server = settings->server,
                                     .port = settings->port,
                                     .has_tls = settings->has_tls,
                                     .ca_file = settings->ca_file,
                                     .timeout_ms = settings->timeout_ms,
                                     .is_cancelled = &link->is_stopping};
    return stream_open(&wanted, error);
}

static struct session *open_session(struct link *link, struct error *error)
{
    const struct link_settings *settings = &link->settings;
    struct session_settings wanted = {.client_id = settings->client_id,
                                      .user = settings->user,
                                      .password = settings->password,
                                      .version = settings->is_version_5 ? PACKET_VERSION_5 : PACKET_VERSION_3_1_1,
                                      .qos = settings->qos,
                                      .retain = settings->retain,
                                      .timeout_ms = settings->timeout_ms,
                                      .settled = keep_result,
                                      .context = link};
    return session_create(&wanted, now_ms(), error);
}

/* The connection is over, for the reason in `error`; what had not come to an end is settled. */
static void rest(struct link *link, struct session *session, const struct error *error)
{
    struct message *message;
    bool is_first = false;
    if (atomic_load(&link->is_stopping))
        return;
    pthread_mutex_lock(&link->mutex);
    snprintf(link->why, sizeof link->why, "%s", error->text);
    link->is_resting = true;
    while (session && (message = session_give_back(session))) {
        is_first |= add_outcome(link, message->ticket, ENT_RETRY, link->why);
        message_free(message);
    }
    is_first |= fail_waiting(link);
    pthread_mutex_unlock(&link->mutex);
    announce(link, is_first);
}

/* One connection, from beginning to end; whether it was one at all. */
static bool connect_once(struct link *link)
{
    struct error error = ERROR_INIT;
    bool was_greeted = false;
    struct connection connection = {.link = link};
    connection.session = open_session(link, &error);
    connection.stream = connection.session ? open_stream(link, &error) : NULL;
    if (connection.stream) {
        serve(&connection, &error);
        error_prefix(&error, "%.150s:%d", link->settings.server, link->settings.port);
        was_greeted = session_is_greeted(connection.session);
        if (was_greeted && atomic_load(&link->is_stopping))
            say_good_bye(&connection);
    }
    rest(link, connection.session, &error);
    stream_close(connection.stream);
    session_destroy(connection.session);
    return was_greeted;
}

/* ---- the thread ---- */

static void sleep_until(struct link *link, int64_t until)
{
    int64_t left;
    while (!atomic_load(&link->is_stopping) && (left = until - now_ms()) > 0) {
        struct pollfd ready = {.fd = link->bell, .events = POLLIN};
        if (poll(&ready, 1, (int)left) > 0)
            hear_bell(link);
    }
}

static void *run(void *context)
{
    struct link *link = context;
    int64_t pause = PAUSE_FIRST_MS;
    sigset_t of_pipes; /* stream.h wants it so */
    sigemptyset(&of_pipes);
    sigaddset(&of_pipes, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &of_pipes, NULL);
    while (!atomic_load(&link->is_stopping)) {
        bool was_connected = connect_once(link);
        pause = was_connected ? PAUSE_FIRST_MS : pause * 2 < PAUSE_MAX_MS ? pause * 2 : PAUSE_MAX_MS;
        sleep_until(link, now_ms() + pause);
        pthread_mutex_lock(&link->mutex);
        link->is_resting = false;
        pthread_mutex_unlock(&link->mutex);
    }
    return NULL;
}

static void ring(struct link *link)
{
    const uint64_t one = 1;
    ssize_t size = write(link->bell, &one, sizeof one);
    (void)size; /* it fails where it has rung 2^64 times unheard */
}

/* ---- outside ---- */

struct link *link_create(const struct link_settings *settings, struct error *error)
{
    struct link *link = calloc(1, sizeof *link);
    if (!link) {
        error_set(error, ERROR_MEMORY, "no memory");
        return NULL;
    }
    link->settings = *settings;
    link->waiting_end = &link->waiting;
    link->outcomes_end = &link->outcomes;
    snprintf(link->why, sizeof link->why, "%.200s:%d: not connected yet", settings->server, settings->port);
    link->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (link->bell < 0) {
        error_set_errno(error, errno, "no descriptor for the connection's thread");
        free(link);
        return NULL;
    }
    pthread_mutex_init(&link->mutex, NULL);
    int reason = pthread_create(&link->thread, NULL, run, link);
    if (reason == 0)
        return link;
    error_set_errno(error, reason, "no thread for the connection");
    pthread_mutex_destroy(&link->mutex);
    close(link->bell);
    free(link);
    return NULL;
}

void link_destroy(struct link *link)
{
    struct link_result ignored;
    struct message *message;
    if (!link)
        return;
    atomic_store(&link->is_stopping, true);
    ring(link);
    pthread_join(link->thread, NULL);
    while ((message = take_waiting(link)))
        message_free(message);
    while (link_take(link, &ignored))
        continue;
    pthread_mutex_destroy(&link->mutex);
    close(link->bell);
    free(link);
}

bool link_publish(struct link *link, uint64_t ticket, const char *topic, const char *id, const void *payload,
                  size_t size, struct error *error)
{
    struct message *message = message_create(ticket, topic, id, payload, size);
    if (!message)
        return error_set(error, ERROR_MEMORY, "no memory for the message");
    pthread_mutex_lock(&link->mutex);
    bool is_given = !link->is_resting || error_set(error, ERROR_STATE, "%s", link->why);
    if (is_given) {
        *link->waiting_end = message;
        link->waiting_end = &message->next;
    }
    pthread_mutex_unlock(&link->mutex);
    if (is_given)
        ring(link);
    else
        message_free(message);
    return is_given;
}

bool link_take(struct link *link, struct link_result *result)
{
    pthread_mutex_lock(&link->mutex);
    struct outcome *outcome = link->outcomes;
    if (outcome) {
        link->outcomes = outcome->next;
        if (!link->outcomes)
            link->outcomes_end = &link->outcomes;
    }
    pthread_mutex_unlock(&link->mutex);
    if (!outcome)
        return false;
    *result = outcome->result;
    free(outcome);
    return true;
}
