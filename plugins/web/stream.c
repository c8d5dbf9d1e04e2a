#include "plugins/web/stream.h"

#include "plugins/web/access.h"
#include "plugins/web/server.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum {
    RING_MESSAGES = 1024,
    PLACE_SIZE = 72,
    LOOK_MS = 1000,      /* how long the thread waits for a change before it looks after its readers */
    CALM_MS = 100,       /* between two looks at the store: a burst of commits is one */
    HEARTBEAT_MS = 15000, /* a comment, so that proxies keep the line and a dead peer is found out */
    BLOCK_SIZE = 16384,
    SOCKET_BYTES = 65536
};

/* Where a message stands in the store: "REVISION.ALERT.ACT". All grow along the ring. An id without its act, -1, is of a
 * message of old, or of who wants no act before now: the store says where that is. */
struct place {
    int64_t revision, alert, act;
};

struct message {
    struct place place;
    char *text; /* "id: …\nevent: …\ndata: …\n\n" */
    size_t size;
};

struct reader {
    struct job job; /* first: a worker has it while the store is asked for the reader, its connection suspended */
    struct reader *next;
    struct stream_hub *hub;
    struct MHD_Connection *connection;
    struct caller caller;
    struct place place;   /* of the last message that it was given */
    char *out;            /* being sent; its own copy */
    size_t out_size, out_sent;
    bool is_at_end;       /* the store had nothing more behind its place */
    bool has_caught_up, is_last;
    bool is_suspended, wants_heartbeat; /* under the hub's lock; suspended until something comes, not while a worker has it */
};

struct stream_hub {
    struct server *server;
    unsigned readers_max;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t ended;
    struct message ring[RING_MESSAGES];
    uint64_t first, next; /* message n is ring[n % RING_MESSAGES]; first ≤ n < next */
    struct place place;   /* of the newest message, or where the hub began */
    struct place before_first; /* of the message before the ring's first */
    struct reader *readers;
    unsigned reader_count;
    bool is_closing, has_place; /* the place is known: readers can begin */
};

static bool read_place(const char *text, struct place *place)
{
    char *end;
    if (!text || *text < '0' || *text > '9')
        return false;
    place->revision = strtoll(text, &end, 10);
    if (*end != '.' || end[1] < '0' || end[1] > '9')
        return false;
    place->alert = strtoll(end + 1, &end, 10);
    place->act = -1;
    if (*end == '.' && end[1] >= '0' && end[1] <= '9')
        place->act = strtoll(end + 1, &end, 10);
    return !*end;
}

static void print_place(char text[PLACE_SIZE], struct place place)
{
    int size = snprintf(text, PLACE_SIZE, "%" PRId64 ".%" PRId64, place.revision, place.alert);
    if (place.act >= 0)
        snprintf(text + size, PLACE_SIZE - (size_t)size, ".%" PRId64, place.act);
}

static bool is_seen(struct place message, struct place reader)
{
    return message.revision <= reader.revision && message.alert <= reader.alert &&
           message.act <= reader.act;
}

/* ---- the store's changes as messages ---- */

static void append_message(struct buffer *text, const json_t *change)
{
    char *data = json_dumps(change, JSON_COMPACT);
    /* JSON has no line feed outside its escapes, so one line holds it. */
    buffer_printf(text, "id: %s\nevent: %s\ndata: %s\n\n", json_string_value(json_object_get(change, "id")),
                  json_string_value(json_object_get(change, "kind")), data ? data : "{}");
    free(data);
}

/* {"changes": […], "id", "more"} after a place; NULL where the store cannot say just now. */
static json_t *ask_changes(struct server *server, struct place place)
{
    char after[PLACE_SIZE];
    print_place(after, place);
    const struct ent_parameter parameter = {"after", after};
    const struct ent_answer *answer = server->query->ask(server->instance, "changes", &parameter, 1);
    json_t *body = answer && answer->kind == ENT_ANSWER_OK ? json_loadb(answer->body.data, answer->body.size, 0, NULL) : NULL;
    server->query->release(server->instance, answer);
    return body;
}

static bool ask_position(struct server *server, struct place *place)
{
    const struct ent_answer *answer = server->query->ask(server->instance, "position", NULL, 0);
    json_t *body = answer && answer->kind == ENT_ANSWER_OK ? json_loadb(answer->body.data, answer->body.size, 0, NULL) : NULL;
    bool is_good = read_place(json_string_value(json_object_get(body, "id")), place);
    json_decref(body);
    server->query->release(server->instance, answer);
    return is_good;
}

/* ---- the hub's side ---- */

/* The lock is held. */
static void push(struct stream_hub *hub, const json_t *change)
{
    struct buffer text = BUFFER_INIT;
    struct message *message = &hub->ring[hub->next % RING_MESSAGES];
    append_message(&text, change);
    if (text.failed || !read_place(json_string_value(json_object_get(change, "id")), &hub->place)) {
        buffer_free(&text);
        return;
    }
    if (hub->next - hub->first == RING_MESSAGES) {
        hub->before_first = hub->ring[hub->first % RING_MESSAGES].place;
        free(hub->ring[hub->first % RING_MESSAGES].text);
        hub->first++;
    }
    message->place = hub->place;
    message->text = buffer_take(&text, &message->size);
    hub->next++;
}

/* The lock is held. */
static void wake_readers(struct stream_hub *hub)
{
    for (struct reader *reader = hub->readers; reader; reader = reader->next)
        if (reader->is_suspended) {
            reader->is_suspended = false;
            MHD_resume_connection(reader->connection);
        }
}

static bool take_changes(struct stream_hub *hub)
{
    json_t *body = ask_changes(hub->server, hub->place), *change;
    size_t index;
    pthread_mutex_lock(&hub->lock);
    json_array_foreach(json_object_get(body, "changes"), index, change) push(hub, change);
    if (json_array_size(json_object_get(body, "changes")) > 0)
        wake_readers(hub);
    bool more = !hub->is_closing && json_is_true(json_object_get(body, "more"));
    pthread_mutex_unlock(&hub->lock);
    json_decref(body);
    return more;
}

static bool is_closing(struct stream_hub *hub)
{
    pthread_mutex_lock(&hub->lock);
    bool closing = hub->is_closing;
    pthread_mutex_unlock(&hub->lock);
    return closing;
}

/* The lock is held. */
static void want_heartbeats(struct stream_hub *hub)
{
    for (struct reader *reader = hub->readers; reader; reader = reader->next)
        reader->wants_heartbeat = true;
    wake_readers(hub);
}

static void beat(struct stream_hub *hub)
{
    pthread_mutex_lock(&hub->lock);
    want_heartbeats(hub);
    pthread_mutex_unlock(&hub->lock);
}

/* Waits a moment, less where the hub closes. */
static void calm_down(struct stream_hub *hub)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += CALM_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    pthread_mutex_lock(&hub->lock);
    if (!hub->is_closing)
        pthread_cond_timedwait(&hub->ended, &hub->lock, &until);
    pthread_mutex_unlock(&hub->lock);
}

/* Where streams begin. */
static bool find_place(struct stream_hub *hub)
{
    struct place place;
    if (hub->has_place || !ask_position(hub->server, &place))
        return hub->has_place;
    pthread_mutex_lock(&hub->lock);
    hub->place = hub->before_first = place;
    hub->has_place = true;
    pthread_mutex_unlock(&hub->lock);
    return true;
}

static void *run_hub(void *context)
{
    struct stream_hub *hub = context;
    struct server *server = hub->server;
    uint64_t seen = server->query->wait(server->instance, 0, 0);
    int64_t beaten = server->clock->monotonic(server->instance);
    while (!is_closing(hub) && !find_place(hub))
        calm_down(hub);
    while (!is_closing(hub)) {
        while (take_changes(hub))
            continue;
        server_sweep(server);
        int64_t now = server->clock->monotonic(server->instance);
        if (now - beaten >= HEARTBEAT_MS) {
            beaten = now;
            beat(hub);
        }
        calm_down(hub);
        seen = server->query->wait(server->instance, seen, LOOK_MS);
    }
    return NULL;
}

/* ---- a reader's side: on the HTTP daemon's threads, but for what asks the store ---- */

static void give(struct reader *reader, const char *text, size_t size)
{
    free(reader->out);
    reader->out = malloc(size);
    reader->out_size = reader->out ? size : 0;
    reader->out_sent = 0;
    if (reader->out)
        memcpy(reader->out, text, size);
    else
        reader->is_last = true; /* no memory: it may come back with its last id */
}

/* All of the ring that it has not seen, as far as one block holds it. The lock is held. */
static bool take_from_ring(struct reader *reader)
{
    struct stream_hub *hub = reader->hub;
    struct buffer text = BUFFER_INIT;
    for (uint64_t at = hub->first; at < hub->next && text.size < BLOCK_SIZE; at++) {
        const struct message *message = &hub->ring[at % RING_MESSAGES];
        if (is_seen(message->place, reader->place))
            continue;
        buffer_append(&text, message->text, message->size);
        reader->place = message->place;
    }
    bool found = text.size > 0 && !text.failed;
    if (found)
        give(reader, text.bytes, text.size);
    buffer_free(&text);
    return found;
}

static void say_goodbye(struct reader *reader)
{
    char place[PLACE_SIZE], text[PLACE_SIZE + 60];
    print_place(place, reader->place);
    int size = snprintf(text, sizeof text, "event: resume\ndata: {\"id\":\"%s\"}\n\n", place);
    give(reader, text, (size_t)size);
    reader->is_last = true;
}

/* One page of the store. Where that cannot say just now, the reader comes back with its place: to go on with the ring would leave out
 * what lies between. */
static void take_from_store(struct reader *reader)
{
    json_t *body = ask_changes(reader->hub->server, reader->place), *change;
    struct buffer text = BUFFER_INIT;
    size_t index;
    json_array_foreach(json_object_get(body, "changes"), index, change) append_message(&text, change);
    bool is_good = body && !text.failed && read_place(json_string_value(json_object_get(body, "id")), &reader->place);
    reader->is_at_end = is_good && text.size == 0;
    if (!is_good)
        say_goodbye(reader);
    else if (text.size > 0)
        give(reader, text.bytes, text.size);
    buffer_free(&text);
    json_decref(body);
}

/* ---- what asks the store, on a worker's thread: the reader is the worker's until its connection is resumed ---- */

static void look_into_store(struct job *job)
{
    struct reader *reader = (struct reader *)job;
    struct MHD_Connection *connection = reader->connection;
    take_from_store(reader);
    MHD_resume_connection(connection);
}

static void look_after_caller(struct job *job)
{
    struct reader *reader = (struct reader *)job;
    struct MHD_Connection *connection = reader->connection;
    static const char heartbeat[] = ": still here\n\n";
    if (access_still_valid(reader->hub->server, &reader->caller))
        give(reader, heartbeat, sizeof heartbeat - 1);
    else
        reader->is_last = true;
    MHD_resume_connection(connection);
}

/* ---- what comes next ---- */

enum next { NEXT_IS_THERE, NEXT_COMES, NEXT_IS_NONE };

static enum next leave_to_worker(struct reader *reader, void (*run)(struct job *job))
{
    struct MHD_Connection *connection = reader->connection;
    reader->job.run = run;
    MHD_suspend_connection(connection);
    if (!workers_give(reader->hub->server->workers, WORKERS_QUESTIONS, &reader->job))
        MHD_resume_connection(connection); /* the hub is closed by then, and so is the reader when it is asked again */
    return NEXT_COMES;
}

/* What the reader is to be sent next, or nothing: then it sleeps until something comes, or a worker has asked. */
static enum next next_block(struct reader *reader)
{
    struct stream_hub *hub = reader->hub;
    pthread_mutex_lock(&hub->lock);
    bool is_over = hub->is_closing || reader->is_last, wants_heartbeat = reader->wants_heartbeat;
    bool is_behind = !is_seen(hub->before_first, reader->place);
    reader->wants_heartbeat = false;
    pthread_mutex_unlock(&hub->lock);
    if (is_over)
        return NEXT_IS_NONE;
    if (wants_heartbeat)
        return leave_to_worker(reader, look_after_caller);
    /* Who was with the others and fell behind them takes too slowly: it comes back with its last id when it can. */
    if (is_behind && reader->has_caught_up) {
        say_goodbye(reader);
        return NEXT_IS_THERE;
    }
    if (is_behind && !reader->is_at_end)
        return leave_to_worker(reader, look_into_store);
    reader->has_caught_up = true;
    pthread_mutex_lock(&hub->lock);
    if (!take_from_ring(reader) && !hub->is_closing) {
        reader->is_suspended = true;
        MHD_suspend_connection(reader->connection);
    }
    pthread_mutex_unlock(&hub->lock);
    return NEXT_IS_THERE;
}

static ssize_t read_stream(void *context, uint64_t position, char *bytes, size_t room)
{
    struct reader *reader = context;
    (void)position;
    enum next next = reader->out_sent == reader->out_size ? next_block(reader) : NEXT_IS_THERE;
    if (next == NEXT_IS_NONE)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (next == NEXT_COMES)
        return 0; /* it is a worker's now */
    size_t left = reader->out_size - reader->out_sent, size = left < room ? left : room;
    if (size > 0)
        memcpy(bytes, reader->out + reader->out_sent, size);
    reader->out_sent += size;
    return (ssize_t)size;
}

static void end_stream(void *context)
{
    struct reader *reader = context;
    struct stream_hub *hub = reader->hub;
    pthread_mutex_lock(&hub->lock);
    struct reader **link = &hub->readers;
    while (*link != reader)
        link = &(*link)->next;
    *link = reader->next;
    hub->reader_count--;
    pthread_mutex_unlock(&hub->lock);
    free(reader->out);
    free(reader);
}

/* NULL where there are as many as there may be, or memory is out. */
static struct reader *add_reader(struct stream_hub *hub, struct exchange *exchange, struct place place)
{
    struct reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return NULL;
    reader->hub = hub;
    reader->connection = exchange->connection;
    reader->caller = exchange->caller;
    pthread_mutex_lock(&hub->lock);
    bool is_room = hub->reader_count < hub->readers_max && !hub->is_closing && hub->has_place;
    if (is_room) {
        reader->place = place;
        reader->next = hub->readers;
        hub->readers = reader;
        hub->reader_count++;
    } else if (!hub->is_closing) {
        want_heartbeats(hub); /* who has gone meanwhile is found out by being sent something, and leaves room for who comes again */
    }
    pthread_mutex_unlock(&hub->lock);
    if (is_room)
        return reader;
    free(reader);
    return NULL;
}

/* A reader that takes nothing shall fill no more than this of the system's memory, and be found out soon. */
static void bound_socket(const struct exchange *exchange)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    int size = SOCKET_BYTES;
    if (info)
        setsockopt(info->connect_fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
}

static int64_t least(int64_t one, int64_t other)
{
    return one < other ? one : other;
}

enum MHD_Result stream_answer(struct exchange *exchange)
{
    struct stream_hub *hub = exchange->server->streams;
    static const char hello[] = "retry: 3000\n: what changes, as it changes\n\n";
    struct place place = {0}, now;
    const char *last = exchange_header(exchange, "Last-Event-ID");
    if (!last)
        last = exchange_parameter(exchange, "after");
    if (last && *last && !read_place(last, &place))
        return exchange_problem(exchange, MHD_HTTP_BAD_REQUEST, "'%.40s' is no id of a message, such as 120.7.2", last);
    /* Now is where the store stands, and not how far the hub has come. An id from beyond is of another store, as after a backup was
     * restored: who waited for what comes behind it would be told nothing for long. */
    if (!ask_position(exchange->server, &now))
        return exchange_problem(exchange, MHD_HTTP_SERVICE_UNAVAILABLE, "the store cannot be read just now; come back later");
    if (!last || !*last)
        place = now;
    place.revision = least(place.revision, now.revision);
    place.alert = least(place.alert, now.alert);
    /* Who wants no act before now means this moment, and not when a worker comes to ask the store for it. */
    place.act = place.act < 0 ? now.act : least(place.act, now.act);
    struct reader *reader = add_reader(hub, exchange, place);
    if (!reader)
        return exchange_problem(exchange, MHD_HTTP_SERVICE_UNAVAILABLE,
                                "there are as many streams as there may be; come back later");
    give(reader, hello, sizeof hello - 1);
    bound_socket(exchange);
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_SIZE, read_stream, reader, end_stream);
    if (!response) {
        end_stream(reader);
        return exchange_send(exchange, MHD_HTTP_OK, NULL);
    }
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "text/event-stream; charset=utf-8");
    MHD_add_response_header(response, "X-Accel-Buffering", "no");
    return exchange_send(exchange, MHD_HTTP_OK, response);
}

/* ---- life ---- */

struct stream_hub *stream_hub_create(struct server *server, unsigned readers_max)
{
    struct stream_hub *hub = calloc(1, sizeof *hub);
    if (!hub)
        return NULL;
    hub->server = server;
    hub->readers_max = readers_max;
    pthread_mutex_init(&hub->lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&hub->ended, &monotonic);
    pthread_condattr_destroy(&monotonic);
    find_place(hub);
    if (pthread_create(&hub->thread, NULL, run_hub, hub) == 0)
        return hub;
    pthread_cond_destroy(&hub->ended);
    pthread_mutex_destroy(&hub->lock);
    free(hub);
    return NULL;
}

void stream_hub_close(struct stream_hub *hub)
{
    pthread_mutex_lock(&hub->lock);
    hub->is_closing = true;
    pthread_cond_broadcast(&hub->ended);
    wake_readers(hub);
    pthread_mutex_unlock(&hub->lock);
    pthread_join(hub->thread, NULL);
}

void stream_hub_destroy(struct stream_hub *hub)
{
    if (!hub)
        return;
    for (uint64_t at = hub->first; at < hub->next; at++)
        free(hub->ring[at % RING_MESSAGES].text);
    pthread_cond_destroy(&hub->ended);
    pthread_mutex_destroy(&hub->lock);
    free(hub);
}

unsigned stream_hub_readers(struct stream_hub *hub)
{
    pthread_mutex_lock(&hub->lock);
    unsigned count = hub->reader_count;
    pthread_mutex_unlock(&hub->lock);
    return count;
}
