/* The callbacks of an instance: how they are called, what becomes of their results, and the answers to requests. */
#include "core/host/instance_private.h"

#include "core/base/clock.h"
#include "core/base/log.h"

#include <string.h>

/* ---- callbacks ---- */

struct callback {
    const char *name;
    enum ent_code (*of_unit)(void *self, struct ent_unit *unit);
};

static struct callback callback_for(const struct ent_instance *instance, enum unit_kind kind)
{
    const struct ent_ops *ops = instance->ops;
    switch (kind) {
    case UNIT_FETCH:
        return (struct callback){"fetch", ops->fetch};
    case UNIT_TRANSFORM:
        return (struct callback){"transform", ops->transform};
    case UNIT_CLASSIFY:
        return (struct callback){"classify", ops->classify};
    case UNIT_DETECT:
        return (struct callback){"detect", ops->detect};
    case UNIT_DELIVER:
        return (struct callback){"deliver", ops->deliver};
    case UNIT_SERVE:
        return (struct callback){"serve", ops->serve};
    case UNIT_RESPOND:
        break;
    }
    return (struct callback){NULL, NULL};
}

static unsigned emitted_kind(unsigned kind)
{
    switch (kind) {
    case PLUGIN_SOURCE:
    case PLUGIN_TRANSFORM:
        return ENT_ITEM;
    case PLUGIN_CLASSIFIER:
        return ENT_REPORT;
    case PLUGIN_DETECTOR:
        return ENT_FINDING;
    default:
        return 0;
    }
}

/* A slot in the list of running callbacks, or NULL where the instance is not to run. */
static struct running *begin_callback(struct ent_instance *instance, const char *name, bool is_endless)
{
    struct running *found = NULL;
    pthread_mutex_lock(&instance->lock);
    for (size_t i = 0; !found && instance->state == INSTANCE_RUNNING && i < instance->workers; i++)
        if (!instance->running[i].callback)
            found = &instance->running[i];
    if (found)
        *found = (struct running){name, clock_monotonic(), false, is_endless};
    pthread_mutex_unlock(&instance->lock);
    return found;
}

static void end_callback(struct ent_instance *instance, struct running *slot)
{
    pthread_mutex_lock(&instance->lock);
    int64_t took = clock_monotonic() - slot->started;
    bool was_told = slot->is_told;
    const char *name = slot->callback;
    slot->callback = NULL;
    pthread_mutex_unlock(&instance->lock);
    if (was_told)
        log_write(LOG_WARNING, instance->settings.title, NULL, "%s has returned after %lld ms", name, (long long)took);
}

static void settle_unit(struct unit *unit, enum ent_code code, const char *text)
{
    unit->code = code;
    unit->text = text && *text ? arena_copy(unit->arena, text, strlen(text)) : NULL;
}

/* A result that promises a later answer is only believed where one can come. */
static void doubt_again(const struct ent_unit *seen)
{
    struct unit *unit = seen->unit;
    bool may_answer = seen->http_count > 0;
    for (size_t i = 0; i < unit->input_count; i++) {
        struct unit_input *input = &unit->inputs[i];
        if (unit_input_code(unit, i) != ENT_AGAIN || input->ticket != 0 || may_answer)
            continue;
        static const char text[] =
            "the plugin returned AGAIN, but has neither a request under way nor a ticket to settle it by";
        unit_result(unit, i, ENT_RETRY, -1, ent_bytes(text, sizeof text - 1));
    }
}

static void heed_results(struct ent_instance *instance, const struct unit *unit)
{
    bool is_good = true;
    for (size_t i = 0; i < unit->input_count; i++) {
        enum ent_code code = unit_input_code(unit, i);
        const char *text = unit->inputs[i].text ? unit->inputs[i].text : unit->text;
        if (code == ENT_FATAL) {
            pthread_mutex_lock(&instance->lock);
            instance->failing = (int)unit->kind;
            pthread_mutex_unlock(&instance->lock);
        }
        instance_heed_code(instance, code, text ? text : "its plugin does not say why");
        is_good = is_good && (code == ENT_OK || code == ENT_AGAIN);
    }
    if (!is_good)
        return;
    pthread_mutex_lock(&instance->lock);
    /* One that dies in `respond` goes on to succeed in `fetch` or `deliver` in between. */
    if (instance->failing < 0 || instance->failing == (int)unit->kind) {
        instance->failures = 0;
        instance->deaths = 0;
        instance->failing = -1;
    }
    pthread_mutex_unlock(&instance->lock);
}

static void finish_callback(struct ent_unit *seen, enum ent_code code)
{
    code = instance_checked_code(seen->instance, code);
    settle_unit(seen->unit, code, code == ENT_OK ? NULL : host_error_text());
    doubt_again(seen);
    heed_results(seen->instance, seen->unit);
    host_error_clear();
}

static void refuse_unit(struct ent_instance *instance, struct unit *unit)
{
    char text[CALLBACK_TEXT_SIZE + 40];
    pthread_mutex_lock(&instance->lock);
    snprintf(text, sizeof text, "the instance is %s%s%s", instance_state_word(instance->state),
             instance->why ? ": " : "", instance->why ? instance->why : "");
    pthread_mutex_unlock(&instance->lock);
    settle_unit(unit, ENT_RETRY, text);
}

void instance_run(struct ent_instance *instance, struct unit *unit)
{
    struct callback callback = callback_for(instance, unit->kind);
    struct running *slot = callback.of_unit ? begin_callback(instance, callback.name, unit->kind == UNIT_SERVE) : NULL;
    if (!slot) {
        refuse_unit(instance, unit);
        return;
    }
    struct ent_unit seen = {
        .instance = instance, .unit = unit, .emits = emitted_kind(instance->settings.kind), .started = slot->started};
    host_error_clear();
    enum ent_code code = callback.of_unit(instance->self, &seen);
    end_callback(instance, slot);
    finish_callback(&seen, code);
}

/* ---- answers ---- */

void instance_accept_response(void *context, struct http_response *response)
{
    struct ent_instance *instance = context;
    response->next = NULL;
    pthread_mutex_lock(&instance->lock);
    *instance->responses_end = response;
    instance->responses_end = &response->next;
    /* Under the lock: once it is given back, the answer may be taken and the instance with its driver destroyed. */
    if (instance->settings.backing.response_ready)
        instance->settings.backing.response_ready(instance->settings.backing.context, instance);
    pthread_mutex_unlock(&instance->lock);
}

struct http_response *instance_take_response(struct ent_instance *instance)
{
    pthread_mutex_lock(&instance->lock);
    struct http_response *response = instance->responses;
    if (response) {
        instance->responses = response->next;
        if (!instance->responses)
            instance->responses_end = &instance->responses;
    }
    pthread_mutex_unlock(&instance->lock);
    return response;
}

void instance_give_back(struct ent_instance *instance, struct http_response *response)
{
    pthread_mutex_lock(&instance->lock);
    response->next = instance->responses;
    if (!instance->responses)
        instance->responses_end = &response->next;
    instance->responses = response;
    pthread_mutex_unlock(&instance->lock);
}

size_t instance_pending(struct ent_instance *instance)
{
    pthread_mutex_lock(&instance->lock);
    size_t pending = instance->requests;
    pthread_mutex_unlock(&instance->lock);
    return pending;
}

static void keep_state(struct ent_instance *instance, struct unit *unit, const struct http_response *response)
{
    const char *title = instance->settings.title;
    unit->fresh_ms = response->fresh_ms;
    if (!unit_put_http_state(unit, &response->state))
        log_write(LOG_WARNING, title, NULL,
                  "no memory to keep the validators of its address; it is fetched whole again");
    else if (response->has_moved)
        log_write(LOG_INFO, title, NULL,
                  "its server says that it has moved for good to %s; if that stays so it is asked there from next week "
                  "on; better change its url",
                  response->state.moved_to);
}

/* A plugin that breaks at an answer does so at the record that it asked for: left open, that one would be handed out
 * again and again, and asked for each time. Tags that are no ticket name nothing. */
static void blame_asker(struct unit *unit, const struct ent_http_response *response)
{
    enum ent_code code = unit_input_code(unit, 0);
    bool is_broken = code == ENT_FATAL || unit->has_died;
    for (size_t i = 0; is_broken && i < unit->settlement_count; i++)
        is_broken = unit->settlements[i].ticket != response->tag;
    if (is_broken && response->tag != 0)
        unit_settle(unit, response->tag, code, -1, ent_text(unit->inputs[0].text ? unit->inputs[0].text : unit->text));
}

static void run_respond(struct ent_instance *instance, struct unit *unit, struct http_response *response,
                        struct running *slot)
{
    struct ent_unit seen = {
        .instance = instance, .unit = unit, .emits = emitted_kind(instance->settings.kind), .started = slot->started};
    host_error_clear();
    enum ent_code code = instance->ops->respond(instance->self, &seen, &response->shown);
    end_callback(instance, slot);
    finish_callback(&seen, code);
    blame_asker(unit, &response->shown);
    if (response->has_state && unit_input_code(unit, 0) == ENT_OK)
        keep_state(instance, unit, response);
}

bool instance_run_response(struct ent_instance *instance, struct unit *unit, struct http_response *response)
{
    bool is_ours = response->generation == instance->generation;
    bool is_kept = unit && response->shown.outcome != ENT_HTTP_CANCELLED;
    struct running *slot =
        unit && is_ours && instance->ops->respond ? begin_callback(instance, "respond", false) : NULL;
    if (slot)
        run_respond(instance, unit, response, slot);
    else if (unit)
        refuse_unit(instance, unit);
    pthread_mutex_lock(&instance->lock);
    instance->requests--;
    pthread_mutex_unlock(&instance->lock);
    http_response_destroy(response);
    return is_kept;
}
