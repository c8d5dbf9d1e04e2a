#include "core/host/mail_desk.h"

#include "core/base/clock.h"
#include "core/base/condition.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

enum { IDLE_MS = 2000 };

/* A thread with its handle and so its connection. */
struct lane {
    struct lane *next;
    struct mail_desk *desk;
    pthread_t thread;
    const void *host;
    struct transfer *transfer; /* NULL: it waits for one */
    bool is_over;              /* it takes none any more; to be joined */
};

struct mail_desk {
    CURLM *multi;
    const char *user_agent;
    atomic_bool is_stopping;
    pthread_mutex_t mutex; /* for all below */
    pthread_cond_t given;
    struct lane *lanes;
    struct transfer *ended, **ended_end;
};

/* ---- a lane's thread ---- */

static void run_exchange(struct lane *lane, struct transfer *transfer, CURL **easy)
{
    transfer->easy = *easy;
    transfer->is_stopping = &lane->desk->is_stopping;
    if (transfer_prepare(transfer, lane->desk->user_agent)) {
        transfer_judge(transfer, curl_easy_perform(transfer->easy));
    } else {
        bool is_refused = transfer->words && *transfer->words->refusal;
        transfer_fail(transfer, is_refused ? ENT_HTTP_REFUSED : ENT_HTTP_FAILED, -1,
                      is_refused ? transfer->words->refusal : "no memory to start the exchange, or the address is malformed");
    }
    *easy = transfer->easy;
    transfer->easy = NULL;
    /* The transfer's callbacks are not to be called once it is given back. */
    if (*easy)
        curl_easy_reset(*easy);
}

/* A server that has fallen silent meanwhile would be waited for until it says good-bye. */
static void hang_up(CURL *easy)
{
    curl_socket_t descriptor = CURL_SOCKET_BAD;
    if (!easy)
        return;
    if (curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &descriptor) == CURLE_OK && descriptor != CURL_SOCKET_BAD)
        shutdown(descriptor, SHUT_RDWR);
    curl_easy_cleanup(easy);
}

/* Waits a moment for a transfer; the mutex is held. */
static struct transfer *wait_for_transfer(struct lane *lane)
{
    int64_t until = clock_monotonic() + IDLE_MS;
    bool has_time = true;
    while (!lane->transfer && has_time && !atomic_load(&lane->desk->is_stopping))
        has_time = condition_wait_until(&lane->desk->given, &lane->desk->mutex, until);
    lane->is_over = !lane->transfer;
    return lane->transfer;
}

static void *lane_run(void *context)
{
    struct lane *lane = context;
    struct mail_desk *desk = lane->desk;
    CURL *easy = NULL;
    pthread_setname_np(pthread_self(), "mail");
    pthread_mutex_lock(&desk->mutex);
    for (struct transfer *transfer; (transfer = wait_for_transfer(lane));) {
        pthread_mutex_unlock(&desk->mutex);
        run_exchange(lane, transfer, &easy);
        pthread_mutex_lock(&desk->mutex);
        lane->transfer = NULL;
        transfer->ended_next = NULL;
        *desk->ended_end = transfer;
        desk->ended_end = &transfer->ended_next;
        curl_multi_wakeup(desk->multi);
    }
    pthread_mutex_unlock(&desk->mutex);
    hang_up(easy);
    return NULL;
}

/* ---- the HTTP thread's side ---- */

struct mail_desk *mail_desk_create(CURLM *multi, const char *user_agent)
{
    struct mail_desk *desk = calloc(1, sizeof *desk);
    if (!desk)
        return NULL;
    desk->multi = multi;
    desk->user_agent = user_agent;
    desk->ended_end = &desk->ended;
    pthread_mutex_init(&desk->mutex, NULL);
    condition_init(&desk->given);
    return desk;
}

void mail_desk_destroy(struct mail_desk *desk)
{
    if (!desk)
        return;
    pthread_cond_destroy(&desk->given);
    pthread_mutex_destroy(&desk->mutex);
    free(desk);
}

/* Those that are over, or all. They end soon: what they do last cannot wait for anybody. */
static void join_lanes(struct mail_desk *desk, bool all)
{
    struct lane *over = NULL;
    pthread_mutex_lock(&desk->mutex);
    for (struct lane **at = &desk->lanes; *at;) {
        struct lane *lane = *at;
        if (!all && !lane->is_over) {
            at = &lane->next;
            continue;
        }
        *at = lane->next;
        lane->next = over;
        over = lane;
    }
    pthread_mutex_unlock(&desk->mutex);
    while (over) {
        struct lane *next = over->next;
        pthread_join(over->thread, NULL);
        free(over);
        over = next;
    }
}

/* The mutex is held. */
static bool give_to_idle(struct mail_desk *desk, struct transfer *transfer, const void *host)
{
    for (struct lane *lane = desk->lanes; lane; lane = lane->next)
        if (lane->host == host && !lane->transfer && !lane->is_over) {
            lane->transfer = transfer;
            pthread_cond_broadcast(&desk->given);
            return true;
        }
    return false;
}

bool mail_desk_give(struct mail_desk *desk, struct transfer *transfer, const void *host)
{
    join_lanes(desk, false);
    struct lane *lane = calloc(1, sizeof *lane);
    pthread_mutex_lock(&desk->mutex);
    bool is_given = give_to_idle(desk, transfer, host);
    if (!is_given && lane) {
        *lane = (struct lane){.desk = desk, .host = host, .transfer = transfer};
        is_given = pthread_create(&lane->thread, NULL, lane_run, lane) == 0;
        if (is_given) {
            lane->next = desk->lanes;
            desk->lanes = lane;
            lane = NULL;
        }
    }
    pthread_mutex_unlock(&desk->mutex);
    free(lane);
    return is_given;
}

struct transfer *mail_desk_take(struct mail_desk *desk)
{
    pthread_mutex_lock(&desk->mutex);
    struct transfer *transfer = desk->ended;
    if (transfer) {
        desk->ended = transfer->ended_next;
        if (!desk->ended)
            desk->ended_end = &desk->ended;
    }
    pthread_mutex_unlock(&desk->mutex);
    return transfer;
}

void mail_desk_stop(struct mail_desk *desk)
{
    atomic_store(&desk->is_stopping, true);
    pthread_mutex_lock(&desk->mutex);
    pthread_cond_broadcast(&desk->given);
    pthread_mutex_unlock(&desk->mutex);
    join_lanes(desk, true);
}
