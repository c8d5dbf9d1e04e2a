#include "core/host/http_transfer.h"
#include "core/host/mail_desk.h"

#include "core/base/clock.h"
#include "lib/base/digest.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
    ACTIVE_MAX = 128,             /* transfers at once */
    IDLE_CONNECTIONS_MAX = 32,    /* kept open for reuse */
    HOST_SLOTS = 1024,            /* a power of two */
    HOSTS_MAX = 1024,             /* remembered that nobody waits for */
    HOLD_MAX_MS = 60 * 60 * 1000, /* longest that a host's Retry-After binds other requests */
    POLL_MAX_MS = 60 * 1000
};

/* What politeness needs to know of a host ("example.org:443"), and who waits for it. HTTP thread only. */
struct host {
    struct host *next; /* in its slot */
    char *name;
    unsigned active;
    int64_t next_start; /* monotonic */
    int64_t hold_until; /* monotonic; 0: none */
    struct transfer *waiting, **waiting_end;
    struct host *queue_next; /* among those that are waited for */
    bool is_queued;
};

struct http_client {
    pthread_t thread;
    CURLM *multi;
    struct mail_desk *mail;
    char *user_agent;
    atomic_bool is_cancelling; /* somebody has marked requests */

    pthread_mutex_t lock; /* for what follows */
    struct transfer *submitted, **submitted_end;
    bool is_stopping;

    /* HTTP thread only */
    struct host *slots[HOST_SLOTS];
    size_t host_count;
    struct host *queue, **queue_end; /* hosts that are waited for, the next to get its turn first */
    struct transfer *active;
    size_t active_count;
};

/* ---- hosts ---- */

static void forget_idle_hosts(struct http_client *client, int64_t now)
{
    for (size_t i = 0; i < HOST_SLOTS; i++)
        for (struct host **link = &client->slots[i]; *link;) {
            struct host *host = *link;
            if (host->active > 0 || host->is_queued || host->next_start > now || host->hold_until > now) {
                link = &host->next;
                continue;
            }
            *link = host->next;
            free(host->name);
            free(host);
            client->host_count--;
        }
}

/* Takes `name` over. NULL when memory is out. */
static struct host *find_host(struct http_client *client, char *name, int64_t now)
{
    if (!name)
        return NULL;
    struct host **slot = &client->slots[hash_bytes(name, strlen(name)) & (HOST_SLOTS - 1)], *host = *slot;
    while (host && strcmp(host->name, name) != 0)
        host = host->next;
    if (host) {
        free(name);
        return host;
    }
    if (client->host_count >= HOSTS_MAX && client->host_count % HOSTS_MAX == 0)
        forget_idle_hosts(client, now);
    host = calloc(1, sizeof *host);
    if (!host) {
        free(name);
        return NULL;
    }
    host->name = name;
    host->waiting_end = &host->waiting;
    host->next = *slot;
    *slot = host;
    client->host_count++;
    return host;
}

static void enqueue_host(struct http_client *client, struct host *host)
{
    if (host->is_queued)
        return;
    host->is_queued = true;
    host->queue_next = NULL;
    *client->queue_end = host;
    client->queue_end = &host->queue_next;
}

/* Lets the transfer wait for the host that it asks now. */
static void enqueue(struct http_client *client, struct transfer *transfer)
{
    transfer->next = NULL;
    transfer->host = find_host(client, transfer_host(transfer), clock_monotonic());
    if (!transfer->host) {
        transfer_fail(transfer, ENT_HTTP_FAILED, -1, "not an address with a host");
        transfer_finish(transfer);
        return;
    }
    *transfer->host->waiting_end = transfer;
    transfer->host->waiting_end = &transfer->next;
    enqueue_host(client, transfer->host);
}

static void unlink_waiting(struct host *host, struct transfer **link)
{
    struct transfer *transfer = *link;
    *link = transfer->next;
    if (host->waiting_end == &transfer->next)
        host->waiting_end = link;
    transfer->next = NULL;
}

/* A host that asks to be left alone is left alone by all. */
static void heed_retry_after(struct host *host, const struct ent_http_response *shown, int64_t now)
{
    bool is_asked =
        shown->outcome == ENT_HTTP_DONE && (shown->status == 429 || shown->status == 503) && shown->retry_after_ms > 0;
    if (!is_asked)
        return;
    int64_t until = now + (shown->retry_after_ms < HOLD_MAX_MS ? shown->retry_after_ms : HOLD_MAX_MS);
    if (until > host->hold_until)
        host->hold_until = until;
}

/* ---- the thread's work ---- */

static void take_submitted(struct http_client *client, bool *is_stopping)
{
    pthread_mutex_lock(&client->lock);
    struct transfer *list = client->submitted;
    client->submitted = NULL;
    client->submitted_end = &client->submitted;
    *is_stopping = client->is_stopping;
    pthread_mutex_unlock(&client->lock);
    for (struct transfer *next; list; list = next) {
        next = list->next;
        enqueue(client, list);
    }
}

static void unlink_active(struct http_client *client, struct transfer *transfer)
{
    struct transfer **link = &client->active;
    while (*link != transfer)
        link = &(*link)->next;
    *link = transfer->next;
    transfer->next = NULL;
    transfer->host->active--;
    client->active_count--;
    if (!transfer->mail)
        curl_multi_remove_handle(client->multi, transfer->easy);
}

static bool is_cancelled(const struct transfer *transfer)
{
    return transfer->is_cancelled && atomic_load(transfer->is_cancelled);
}

static void cancel(struct transfer *transfer)
{
    transfer_fail(transfer, ENT_HTTP_CANCELLED, -1, "cancelled, the instance is being stopped");
    transfer_finish(transfer);
}

static void cancel_marked(struct http_client *client, bool is_stopping)
{
    if (!atomic_exchange(&client->is_cancelling, false) && !is_stopping)
        return;
    for (struct host *host = client->queue; host; host = host->queue_next)
        for (struct transfer **link = &host->waiting; *link;) {
            struct transfer *transfer = *link;
            if (!is_stopping && !is_cancelled(transfer)) {
                link = &transfer->next;
                continue;
            }
            unlink_waiting(host, link);
            cancel(transfer);
        }
    for (struct transfer *transfer = client->active, *next; transfer; transfer = next) {
        next = transfer->next;
        /* A mail server's is broken off by its thread, and comes back as ended. */
        if (transfer->mail || (!is_stopping && !is_cancelled(transfer)))
            continue;
        unlink_active(client, transfer);
        cancel(transfer);
    }
}

static void note_start(struct http_client *client, struct transfer *transfer, int64_t now)
{
    transfer->next = client->active;
    client->active = transfer;
    client->active_count++;
    transfer->host->active++;
    transfer->host->next_start = now + transfer->limits.min_delay_ms;
}

static void start_mail(struct http_client *client, struct transfer *transfer, int64_t now)
{
    transfer->is_last = !transfer->host->waiting;
    note_start(client, transfer, now);
    if (mail_desk_give(client->mail, transfer, transfer->host))
        return;
    unlink_active(client, transfer);
    transfer_fail(transfer, ENT_HTTP_FAILED, -1, "no thread to speak with the mail server");
    transfer_finish(transfer);
}

static void start(struct http_client *client, struct transfer *transfer, int64_t now)
{
    if (transfer->mail) {
        start_mail(client, transfer, now);
        return;
    }
    bool is_prepared = transfer_prepare(transfer, client->user_agent);
    if (!is_prepared || curl_multi_add_handle(client->multi, transfer->easy) != CURLM_OK) {
        bool is_refused = !is_prepared && transfer->words && *transfer->words->refusal;
        transfer_fail(transfer, is_refused ? ENT_HTTP_REFUSED : ENT_HTTP_FAILED, -1,
                      is_refused ? transfer->words->refusal : "no memory to start the exchange, or the address is malformed");
        transfer_finish(transfer);
        return;
    }
    note_start(client, transfer, now);
}

/* Starts or refuses the host's transfers, as far as it and the client have room; *wake: when to look again at the
 * latest. */
static void serve_host(struct http_client *client, struct host *host, int64_t now, int64_t *wake)
{
    while (host->waiting && client->active_count < ACTIVE_MAX) {
        struct transfer *transfer = host->waiting;
        if (host->hold_until > now) {
            char why[160];
            snprintf(why, sizeof why, "its host has asked to be left alone for another %lld s",
                     (long long)((host->hold_until - now + 999) / 1000));
            unlink_waiting(host, &host->waiting);
            transfer_fail(transfer, ENT_HTTP_FAILED, host->hold_until - now, why);
            transfer_finish(transfer);
            continue;
        }
        if (host->active >= transfer->limits.max_per_host)
            return;
        if (host->next_start > now) {
            *wake = host->next_start < *wake ? host->next_start : *wake;
            return;
        }
        unlink_waiting(host, &host->waiting);
        start(client, transfer, now);
    }
}

/* Each host that is waited for gets a turn; who still has somebody waiting goes to the end. */
static void start_waiting(struct http_client *client, int64_t *wake)
{
    int64_t now = clock_monotonic();
    struct host *turn = client->queue;
    client->queue = NULL;
    client->queue_end = &client->queue;
    while (turn) {
        struct host *host = turn;
        if (client->active_count >= ACTIVE_MAX) { /* the rest keeps its place before those that had their turn */
            struct host **end = &turn;
            while (*end)
                end = &(*end)->queue_next;
            *end = client->queue;
            client->queue_end = client->queue ? client->queue_end : end;
            client->queue = turn;
            return;
        }
        turn = host->queue_next;
        host->is_queued = false;
        serve_host(client, host, now, wake);
        if (host->waiting)
            enqueue_host(client, host);
    }
}

/* True where an exchange with a mail server ended. */
static bool finish_mails(struct http_client *client, bool is_stopping)
{
    bool is_any = false;
    for (struct transfer *transfer; (transfer = mail_desk_take(client->mail));) {
        is_any = true;
        unlink_active(client, transfer);
        if (is_stopping || is_cancelled(transfer))
            cancel(transfer);
        else
            transfer_finish(transfer);
    }
    return is_any;
}

/* True where something ended, so that others may start. */
static bool finish_ended(struct http_client *client)
{
    bool is_any = false;
    int left;
    for (CURLMsg *message; (message = curl_multi_info_read(client->multi, &left));) {
        if (message->msg != CURLMSG_DONE)
            continue;
        struct transfer *transfer = NULL;
        CURLcode code = message->data.result;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
        struct host *host = transfer->host;
        unlink_active(client, transfer);
        is_any = true;
        if (transfer_goes_on(transfer, code)) {
            enqueue(client, transfer);
            continue;
        }
        transfer_judge(transfer, code);
        heed_retry_after(host, &transfer->response->shown, clock_monotonic());
        transfer_finish(transfer);
    }
    return is_any;
}

static void *client_run(void *context)
{
    struct http_client *client = context;
    bool is_stopping = false;
    pthread_setname_np(pthread_self(), "http");
    for (;;) {
        take_submitted(client, &is_stopping);
        cancel_marked(client, is_stopping);
        if (is_stopping) {
            mail_desk_stop(client->mail);
            finish_mails(client, true);
            return NULL;
        }
        int64_t wake = clock_monotonic() + POLL_MAX_MS;
        start_waiting(client, &wake);
        int running;
        curl_multi_perform(client->multi, &running);
        bool has_ended = finish_ended(client);
        if (finish_mails(client, false) || has_ended)
            continue;
        int64_t wait = wake - clock_monotonic();
        curl_multi_poll(client->multi, NULL, 0, wait > 0 ? (int)wait : 0, NULL);
    }
}

/* ---- the client ---- */

static pthread_once_t global_once = PTHREAD_ONCE_INIT;

static void init_global(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

static void free_client(struct http_client *client)
{
    for (size_t i = 0; i < HOST_SLOTS; i++)
        while (client->slots[i]) {
            struct host *host = client->slots[i];
            client->slots[i] = host->next;
            free(host->name);
            free(host);
        }
    mail_desk_destroy(client->mail);
    if (client->multi)
        curl_multi_cleanup(client->multi);
    pthread_mutex_destroy(&client->lock);
    free(client->user_agent);
    free(client);
}

struct http_client *http_client_create(const char *contact, struct error *error)
{
    pthread_once(&global_once, init_global);
    struct http_client *client = calloc(1, sizeof *client);
    if (!client) {
        error_set(error, ERROR_MEMORY, "no memory for the HTTP client");
        return NULL;
    }
    pthread_mutex_init(&client->lock, NULL);
    client->submitted_end = &client->submitted;
    client->queue_end = &client->queue;
    client->multi = curl_multi_init();
    bool has_contact = contact && *contact;
    if (asprintf(&client->user_agent, "Entente/" ENT_VERSION "%s%s%s", has_contact ? " (+" : "",
                 has_contact ? contact : "", has_contact ? ")" : "") < 0)
        client->user_agent = NULL;
    client->mail = client->multi && client->user_agent ? mail_desk_create(client->multi, client->user_agent) : NULL;
    if (!client->mail) {
        error_set(error, ERROR_MEMORY, "no memory for the HTTP client");
        free_client(client);
        return NULL;
    }
    curl_multi_setopt(client->multi, CURLMOPT_MAXCONNECTS, (long)IDLE_CONNECTIONS_MAX);
    int status = pthread_create(&client->thread, NULL, client_run, client);
    if (status != 0) {
        error_set_errno(error, status, "cannot start the HTTP thread");
        free_client(client);
        return NULL;
    }
    return client;
}

void http_client_destroy(struct http_client *client)
{
    if (!client)
        return;
    pthread_mutex_lock(&client->lock);
    client->is_stopping = true;
    pthread_mutex_unlock(&client->lock);
    curl_multi_wakeup(client->multi);
    pthread_join(client->thread, NULL);
    free_client(client);
}

bool http_submit(struct http_client *client, const struct http_job *job, struct error *error)
{
    if (!transfer_check_request(job, error))
        return false;
    struct transfer *transfer = transfer_create(job);
    if (!transfer)
        return error_set(error, ERROR_MEMORY, "http: no memory for a request");
    pthread_mutex_lock(&client->lock);
    bool is_stopping = client->is_stopping;
    if (!is_stopping) {
        *client->submitted_end = transfer;
        client->submitted_end = &transfer->next;
    }
    pthread_mutex_unlock(&client->lock);
    if (is_stopping) {
        transfer_destroy(transfer);
        return error_set(error, ERROR_STATE, "http: the host is being stopped");
    }
    curl_multi_wakeup(client->multi);
    return true;
}

void http_cancel(struct http_client *client)
{
    atomic_store(&client->is_cancelling, true);
    curl_multi_wakeup(client->multi);
}
