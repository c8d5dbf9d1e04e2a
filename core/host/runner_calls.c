#include "core/host/runner_private.h"

#include "core/base/clock.h"
#include "core/base/condition.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <time.h>

static void link_call(struct runner *runner, struct call *call)
{
    condition_init(&call->changed);
    call->number = ++runner->last_call;
    call->next = runner->calls;
    runner->calls = call;
}

static void unlink_call(struct runner *runner, struct call *call)
{
    struct call **at = &runner->calls;
    while (*at != call)
        at = &(*at)->next;
    *at = call->next;
    pthread_cond_destroy(&call->changed);
    wire_message_free(call->request);
}

static void serve_call(struct runner *runner, struct call *call)
{
    struct wire_message *request = call->request;
    call->request = NULL;
    pthread_mutex_unlock(&runner->lock);
    bool is_good = call->shown->serve && call->shown->serve(call->shown->context, runner, request);
    wire_message_free(request);
    if (!is_good)
        runner_kill(runner, "it asked for something that makes no sense");
    pthread_mutex_lock(&runner->lock);
}

/* Until there is a result, or there will be none. The lock is held. */
static void await_result(struct runner *runner, struct call *call, int64_t until)
{
    while (!call->result && runner->is_alive) {
        if (call->request) {
            serve_call(runner, call);
        } else if (until == 0 || call->is_hung) {
            pthread_cond_wait(&call->changed, &runner->lock);
        } else if (!condition_wait_until(&call->changed, &runner->lock, until) && !call->result &&
                   runner->is_alive && clock_monotonic() >= until) {
            call->is_hung = true;
            runner_kill_locked(runner, "was stopped past a deadline");
        }
    }
}

/* After a message that could not be sent. One that has hung up is about to end or has: how, its reader tells. */
static void give_up_sending(struct runner *runner, const char *why)
{
    struct pollfd peer = {.fd = runner->process.socket};
    if (poll(&peer, 1, 0) != 1 || !(peer.revents & POLLHUP))
        runner_kill_locked(runner, why);
}

struct wire_message *runner_perform(struct runner *runner, struct runner_call *shown)
{
    struct call call = {.shown = shown};
    struct error error = ERROR_INIT;
    shown->blame = RUNNER_BLAME_NONE;
    snprintf(shown->why, sizeof shown->why, "its process had ended before");
    pthread_mutex_lock(&runner->lock);
    if (!runner->is_alive) {
        pthread_mutex_unlock(&runner->lock);
        return NULL;
    }
    link_call(runner, &call);
    pthread_mutex_unlock(&runner->lock);
    struct wire_head head = {
        .type = (uint16_t)shown->type, .instance = shown->member ? shown->member->number : 0, .call = call.number};
    bool is_sent = wire_send(runner->process.socket, &head, shown->payload, -1, &error);
    pthread_mutex_lock(&runner->lock);
    bool is_ours = !is_sent && error.kind != ERROR_SYSTEM; /* nothing went out, and nothing is wrong with the runner */
    if (is_ours)
        snprintf(shown->why, sizeof shown->why, "%.280s", error.text);
    else if (!is_sent)
        give_up_sending(runner, "it takes no messages");
    if (!is_ours)
        await_result(runner, &call, shown->limit_ms > 0 ? clock_monotonic() + shown->limit_ms : 0);
    unlink_call(runner, &call);
    pthread_mutex_unlock(&runner->lock);
    return call.result;
}

void runner_tell(struct runner *runner, enum wire_type type, const struct runner_member *member)
{
    struct error error = ERROR_INIT;
    struct wire_head head = {.type = (uint16_t)type, .instance = member->number};
    if (wire_send(runner->process.socket, &head, NULL, -1, &error))
        return;
    pthread_mutex_lock(&runner->lock);
    give_up_sending(runner, "it takes no messages");
    pthread_mutex_unlock(&runner->lock);
}

void runner_refuse_result(struct runner *runner, struct runner_call *call, const char *why)
{
    runner_kill(runner, why);
    call->blame = RUNNER_BLAME_FAULT;
    snprintf(call->why, sizeof call->why, "what the plugin's process says of %s makes no sense: %s", call->name, why);
}

void runner_answer(struct runner *runner, const struct wire_message *request, const struct buffer *payload,
                   int descriptor)
{
    struct error error = ERROR_INIT;
    struct wire_head head = {.type = WIRE_ANSWER,
                             .instance = request->head.instance,
                             .call = request->head.call,
                             .request = request->head.request};
    if (wire_send(runner->process.socket, &head, payload, descriptor, &error))
        return;
    pthread_mutex_lock(&runner->lock);
    give_up_sending(runner, "it takes no answers");
    pthread_mutex_unlock(&runner->lock);
}
