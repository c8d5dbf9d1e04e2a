#include "plugins/mqtt/link.h"

#include <errno.h>
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { KEEPALIVE_S = 60, LOOK_MS = 500, PAUSE_FIRST_MS = 1000, PAUSE_MAX_MS = 60000, ERROR_SIZE = 300 };

/* A message that the broker has not acknowledged. */
struct pending {
    struct pending *next;
    bool is_sent;
    int message; /* the library's number of it, once sent */
    uint64_t ticket;
    int64_t due; /* monotonic */
    char *topic, *id, *payload;
    size_t size;
};

struct outcome {
    struct outcome *next;
    struct link_result result;
};

struct link {
    struct link_settings settings;
    pthread_t thread;
    pthread_mutex_t mutex; /* for all below */
    pthread_cond_t changed;
    struct mosquitto *client; /* NULL: none just now; used under the mutex but for its own loop */
    bool is_connected, is_stopping, is_broken;
    bool is_resting; /* the last connection failed, and the next is not tried yet */
    struct pending *pending;
    struct outcome *outcomes, **outcomes_end;
    char why[ERROR_SIZE]; /* it is not connected */
};

static int64_t now_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* The mutex is held. */
static void wait_until(struct link *link, int64_t until)
{
    struct timespec deadline = {.tv_sec = (time_t)(until / 1000), .tv_nsec = (long)(until % 1000) * 1000000};
    pthread_cond_timedwait(&link->changed, &link->mutex, &deadline);
}

/* ---- results; the mutex is held ---- */

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

static void free_pending(struct pending *pending)
{
    free(pending->topic);
    free(pending->id);
    free(pending->payload);
    free(pending);
}

static bool fail_pending(struct link *link, const char *text)
{
    bool is_first = false;
    while (link->pending) {
        struct pending *pending = link->pending;
        link->pending = pending->next;
        is_first |= add_outcome(link, pending->ticket, ENT_RETRY, text);
        free_pending(pending);
    }
    return is_first;
}

static bool settle_message(struct link *link, int message, enum ent_code code, const char *text)
{
    for (struct pending **at = &link->pending; *at; at = &(*at)->next) {
        struct pending *pending = *at;
        if (!pending->is_sent || pending->message != message)
            continue;
        *at = pending->next;
        bool is_first = add_outcome(link, pending->ticket, code, text);
        free_pending(pending);
        return is_first;
    }
    return false;
}

static void announce(struct link *link, bool is_first)
{
    if (is_first)
        link->settings.settled(link->settings.context);
}

/* ---- sending; the mutex is held ---- */

static int publish(struct link *link, struct pending *pending)
{
    mosquitto_property *properties = NULL;
    int code = MOSQ_ERR_SUCCESS;
    if (link->settings.is_version_5) {
        code = mosquitto_property_add_string(&properties, MQTT_PROP_CONTENT_TYPE, "application/json");
        if (code == MOSQ_ERR_SUCCESS)
            code = mosquitto_property_add_string_pair(&properties, MQTT_PROP_USER_PROPERTY, "delivery", pending->id);
    }
    if (code == MOSQ_ERR_SUCCESS)
        code = mosquitto_publish_v5(link->client, &pending->message, pending->topic, (int)pending->size, pending->payload,
                                    link->settings.qos, link->settings.retain, properties);
    mosquitto_property_free_all(&properties);
    pending->is_sent = code == MOSQ_ERR_SUCCESS;
    return code;
}

/* What waits for the connection. Its acknowledgements wait for the mutex, so each message is known when one comes. One that
 * the library does not take is settled. */
static bool publish_waiting(struct link *link)
{
    bool is_first = false;
    for (struct pending **at = &link->pending; *at;) {
        struct pending *pending = *at;
        int code = pending->is_sent ? MOSQ_ERR_SUCCESS : publish(link, pending);
        if (code == MOSQ_ERR_SUCCESS) {
            at = &pending->next;
            continue;
        }
        char text[ERROR_SIZE];
        snprintf(text, sizeof text, "%.100s: %s", pending->topic, mosquitto_strerror(code));
        *at = pending->next;
        is_first |= add_outcome(link, pending->ticket, ENT_RETRY, text);
        free_pending(pending);
    }
    return is_first;
}

/* ---- the library's callbacks, on the link's thread ---- */

static void on_connect(struct mosquitto *client, void *context, int reason, int flags, const mosquitto_property *properties)
{
    struct link *link = context;
    (void)client;
    (void)flags;
    (void)properties;
    pthread_mutex_lock(&link->mutex);
    link->is_connected = reason == 0;
    link->is_broken = reason != 0;
    snprintf(link->why, sizeof link->why, "the broker refuses the connection: %s",
             link->settings.is_version_5 ? mosquitto_reason_string(reason) : mosquitto_connack_string(reason));
    bool is_first = link->is_connected && publish_waiting(link);
    pthread_mutex_unlock(&link->mutex);
    announce(link, is_first);
}

static void on_publish(struct mosquitto *client, void *context, int message, int reason, const mosquitto_property *properties)
{
    struct link *link = context;
    char text[ERROR_SIZE];
    bool is_taken = reason < 128; /* MQTT 5, 2.4: from 0x80 on it is a failure */
    (void)client;
    (void)properties;
    snprintf(text, sizeof text, "the broker refuses the message: %s", mosquitto_reason_string(reason));
    pthread_mutex_lock(&link->mutex);
    bool is_first = settle_message(link, message, is_taken ? ENT_OK : ENT_RETRY, is_taken ? "" : text);
    pthread_mutex_unlock(&link->mutex);
    announce(link, is_first);
}

/* ---- the thread ---- */

static int configure(struct mosquitto *client, const struct link_settings *settings)
{
    int code = mosquitto_threaded_set(client, true);
    if (code == MOSQ_ERR_SUCCESS)
        code = mosquitto_int_option(client, MOSQ_OPT_PROTOCOL_VERSION,
                                    settings->is_version_5 ? MQTT_PROTOCOL_V5 : MQTT_PROTOCOL_V311);
    if (code == MOSQ_ERR_SUCCESS && settings->user)
        code = mosquitto_username_pw_set(client, settings->user, settings->password);
    if (code == MOSQ_ERR_SUCCESS && settings->has_tls && settings->ca_file)
        code = mosquitto_tls_set(client, settings->ca_file, NULL, NULL, NULL, NULL);
    else if (code == MOSQ_ERR_SUCCESS && settings->has_tls)
        code = mosquitto_int_option(client, MOSQ_OPT_TLS_USE_OS_CERTS, 1);
    mosquitto_connect_v5_callback_set(client, on_connect);
    mosquitto_publish_v5_callback_set(client, on_publish);
    return code;
}

static const char *error_text(int code)
{
    return code == MOSQ_ERR_ERRNO ? strerror(errno) : mosquitto_strerror(code);
}

static void note(struct link *link, const char *text)
{
    pthread_mutex_lock(&link->mutex);
    snprintf(link->why, sizeof link->why, "%s:%d: %s", link->settings.host, link->settings.port, text);
    pthread_mutex_unlock(&link->mutex);
}

/* NULL, with the reason noted, where there is no connection. */
static struct mosquitto *open_client(struct link *link)
{
    const struct link_settings *settings = &link->settings;
    struct mosquitto *client = mosquitto_new(settings->client_id, true, link);
    int code = client ? configure(client, settings) : MOSQ_ERR_NOMEM;
    if (code == MOSQ_ERR_SUCCESS)
        code = mosquitto_connect_async(client, settings->host, settings->port, KEEPALIVE_S);
    if (code == MOSQ_ERR_SUCCESS)
        return client;
    note(link, error_text(code));
    mosquitto_destroy(client);
    return NULL;
}

/* The mutex is held. */
static bool is_overdue(const struct link *link, int64_t opened)
{
    int64_t now = now_ms();
    if (!link->is_connected)
        return now - opened > link->settings.timeout_ms;
    for (const struct pending *pending = link->pending; pending; pending = pending->next)
        if (now > pending->due)
            return true;
    return false;
}

/* Until the connection breaks, the broker does not answer, or the link is to end. */
static void serve(struct link *link, struct mosquitto *client)
{
    int64_t opened = now_ms();
    for (;;) {
        int code = mosquitto_loop(client, LOOK_MS, 1);
        pthread_mutex_lock(&link->mutex);
        bool is_late = is_overdue(link, opened);
        bool goes_on = code == MOSQ_ERR_SUCCESS && !is_late && !link->is_stopping && !link->is_broken;
        if (!goes_on && !link->is_broken && !link->is_stopping)
            snprintf(link->why, sizeof link->why, "%s:%d: %s", link->settings.host, link->settings.port,
                     is_late ? "the broker does not answer in time" : error_text(code));
        pthread_mutex_unlock(&link->mutex);
        if (!goes_on)
            return;
    }
}

static void set_client(struct link *link, struct mosquitto *client)
{
    pthread_mutex_lock(&link->mutex);
    link->client = client;
    link->is_connected = link->is_broken = false;
    link->is_resting = !client;
    bool is_first = !client && !link->is_stopping && fail_pending(link, link->why);
    pthread_mutex_unlock(&link->mutex);
    announce(link, is_first);
}

/* One connection, from beginning to end; whether it was one at all. */
static bool connect_once(struct link *link)
{
    struct mosquitto *client = open_client(link);
    set_client(link, client);
    if (!client)
        return false;
    serve(link, client);
    pthread_mutex_lock(&link->mutex);
    bool was_connected = link->is_connected;
    pthread_mutex_unlock(&link->mutex);
    set_client(link, NULL);
    if (was_connected)
        mosquitto_disconnect(client);
    mosquitto_destroy(client);
    return was_connected;
}

static void *run(void *context)
{
    struct link *link = context;
    int64_t pause = PAUSE_FIRST_MS;
    pthread_mutex_lock(&link->mutex);
    while (!link->is_stopping) {
        pthread_mutex_unlock(&link->mutex);
        bool was_connected = connect_once(link);
        pause = was_connected ? PAUSE_FIRST_MS : pause * 2 < PAUSE_MAX_MS ? pause * 2 : PAUSE_MAX_MS;
        int64_t until = now_ms() + pause;
        pthread_mutex_lock(&link->mutex);
        while (!link->is_stopping && now_ms() < until)
            wait_until(link, until);
        link->is_resting = false;
    }
    pthread_mutex_unlock(&link->mutex);
    return NULL;
}

/* ---- outside ---- */

struct link *link_create(const struct link_settings *settings, struct error *error)
{
    struct link *link = calloc(1, sizeof *link);
    pthread_condattr_t monotonic;
    if (!link) {
        error_set(error, ERROR_MEMORY, "no memory");
        return NULL;
    }
    link->settings = *settings;
    link->outcomes_end = &link->outcomes;
    snprintf(link->why, sizeof link->why, "%s:%d: not connected yet", settings->host, settings->port);
    pthread_mutex_init(&link->mutex, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&link->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    int reason = pthread_create(&link->thread, NULL, run, link);
    if (reason == 0)
        return link;
    error_set_errno(error, reason, "no thread for the connection");
    pthread_cond_destroy(&link->changed);
    pthread_mutex_destroy(&link->mutex);
    free(link);
    return NULL;
}

void link_destroy(struct link *link)
{
    struct link_result ignored;
    if (!link)
        return;
    pthread_mutex_lock(&link->mutex);
    link->is_stopping = true;
    pthread_cond_broadcast(&link->changed);
    pthread_mutex_unlock(&link->mutex);
    pthread_join(link->thread, NULL);
    while (link->pending) {
        struct pending *next = link->pending->next;
        free_pending(link->pending);
        link->pending = next;
    }
    while (link_take(link, &ignored))
        continue;
    pthread_cond_destroy(&link->changed);
    pthread_mutex_destroy(&link->mutex);
    free(link);
}

static struct pending *make_pending(uint64_t ticket, const char *topic, const char *id, const void *payload, size_t size)
{
    struct pending *pending = calloc(1, sizeof *pending);
    if (!pending)
        return NULL;
    *pending = (struct pending){.ticket = ticket, .topic = strdup(topic), .id = strdup(id), .payload = malloc(size + 1), .size = size};
    if (pending->topic && pending->id && pending->payload) {
        memcpy(pending->payload, payload, size);
        return pending;
    }
    free_pending(pending);
    return NULL;
}

bool link_publish(struct link *link, uint64_t ticket, const char *topic, const char *id, const void *payload, size_t size,
                  struct error *error)
{
    struct pending *pending = size > MQTT_MAX_PAYLOAD ? NULL : make_pending(ticket, topic, id, payload, size);
    if (!pending)
        return error_set(error, ERROR_LIMIT, "no memory for the message, or it is larger than MQTT allows");
    pthread_mutex_lock(&link->mutex);
    bool is_given = !link->is_resting || error_set(error, ERROR_STATE, "%s", link->why);
    bool is_first = false;
    if (is_given) {
        struct pending **end = &link->pending;
        while (*end)
            end = &(*end)->next;
        *end = pending;
        pending->due = now_ms() + link->settings.timeout_ms;
        is_first = link->is_connected && publish_waiting(link);
    }
    pthread_mutex_unlock(&link->mutex);
    announce(link, is_first);
    if (!is_given)
        free_pending(pending);
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
