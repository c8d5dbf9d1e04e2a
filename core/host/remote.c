#include "core/host/remote.h"

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/host/option_paths.h"
#include "core/host/option_wire.h"
#include "core/host/remote_requests.h"
#include "core/host/runners.h"
#include "core/host/unit_wire.h"

#include <stdlib.h>
#include <string.h>

enum {
    GRACE_MS = 2000,            /* past its deadline, before a callback counts as hung */
    LIFE_LIMIT_MS = 120 * 1000, /* check, create, start, stop, destroy: lexicons may be compiled meanwhile */
    RETRY_SOON_MS = 100         /* what another's death interrupted */
};

struct remote {
    struct ent_instance *instance;
    struct runner_group *group;
    struct runner *runner; /* where the plugin is now, held; NULL: nowhere */
    struct runner_member member;
    atomic_bool has_died;
};

/* ---- calls ---- */

static struct runner_call make_call(struct remote *remote, enum wire_type type, const char *name,
                                    const struct buffer *payload, int64_t limit_ms)
{
    return (struct runner_call){
        .type = type, .name = name, .member = &remote->member, .payload = payload, .limit_ms = limit_ms};
}

/* After a call that failed: what the plugin's callback would have returned, had it been able to. */
static enum ent_code take_blame(struct remote *remote, const struct runner_call *call)
{
    host_error_set(call->why, strlen(call->why));
    if (call->blame == RUNNER_BLAME_FAULT) {
        atomic_store(&remote->has_died, true);
        return ENT_FATAL;
    }
    instance_lose(remote->instance, call->why, remote_wait(remote));
    return ENT_RETRY;
}

/* A result that is a code and a text, as all but those of units are. */
static enum ent_code read_code(struct remote *remote, struct runner_call *call, struct wire_message *result)
{
    struct wire_reader reader = wire_read(result);
    uint32_t code = wire_get_u32(&reader);
    struct ent_str text = wire_get_str(&reader);
    if (!wire_is_done(&reader)) {
        runner_refuse_result(remote->runner, call, "it cannot be read");
        return take_blame(remote, call);
    }
    host_error_set(text.data ? text.data : "", text.size);
    return (enum ent_code)code;
}

static enum ent_code perform_simple(struct remote *remote, enum wire_type type, const char *name,
                                    const struct buffer *payload, int64_t limit_ms)
{
    struct runner_call call = make_call(remote, type, name, payload, limit_ms);
    struct wire_message *result = runner_perform(remote->runner, &call);
    if (!result)
        return take_blame(remote, &call);
    enum ent_code code = read_code(remote, &call, result);
    wire_message_free(result);
    return code;
}

/* How long check, create and start may take. */
static int64_t beginning_limit(const struct ent_instance *instance)
{
    const struct instance_settings *settings = &instance->settings;
    int64_t most = settings->life_limit_ms > 0 ? settings->life_limit_ms : LIFE_LIMIT_MS;
    int64_t limit = instance->callback_deadline_ms + GRACE_MS;
    if (!instance->has_begun && settings->patience_ms > 0 && settings->patience_ms < limit)
        limit = settings->patience_ms;
    return limit < most ? limit : most;
}

/* ---- what the plugin asks for within a callback ---- */

static void answer_submit(struct runner *runner, const struct wire_message *request, int result)
{
    struct buffer payload = BUFFER_INIT;
    wire_put_i64(&payload, result);
    wire_put_text(&payload, result == 0 ? NULL : host_error_text());
    runner_answer(runner, request, &payload, -1);
    buffer_free(&payload);
}

static bool serve_submit(struct ent_unit *seen, struct runner *runner, const struct wire_message *message)
{
    struct arena *arena = arena_create(0);
    struct wire_reader reader = wire_read(message);
    struct ent_http_request request;
    const struct ent_http_1 *http = host_interface(seen->instance, ENT_HTTP_1);
    bool is_good = arena && http && unit_wire_get_request(&reader, arena, &request);
    if (is_good)
        answer_submit(runner, message, http->submit(seen, &request));
    arena_destroy(arena);
    return is_good;
}

static bool serve_submit_mail(struct ent_unit *seen, struct runner *runner, const struct wire_message *message)
{
    struct arena *arena = arena_create(0);
    struct wire_reader reader = wire_read(message);
    struct ent_mail_request request;
    const struct ent_mail_1 *mail = host_interface(seen->instance, ENT_MAIL_1);
    bool is_good = arena && mail && unit_wire_get_mail(&reader, arena, &request);
    if (is_good)
        answer_submit(runner, message, mail->submit(seen, &request));
    arena_destroy(arena);
    return is_good;
}

static bool serve_kv_get(struct ent_unit *seen, struct runner *runner, const struct wire_message *message)
{
    const struct ent_kv_1 *kv = host_interface(seen->instance, ENT_KV_1);
    struct wire_reader reader = wire_read(message);
    struct ent_str key = wire_get_str(&reader), value = {NULL, 0};
    if (!kv || !wire_is_done(&reader) || !key.data)
        return false;
    struct buffer payload = BUFFER_INIT;
    bool is_there = kv->get(seen, key, &value);
    wire_put_str(&payload, is_there ? value : ent_text(NULL));
    runner_answer(runner, message, &payload, -1);
    buffer_free(&payload);
    return true;
}

static bool serve_kv_next(struct ent_unit *seen, struct runner *runner, const struct wire_message *message)
{
    const struct ent_kv_1 *kv = host_interface(seen->instance, ENT_KV_1);
    struct wire_reader reader = wire_read(message);
    struct ent_str prefix = wire_get_str(&reader), after = wire_get_str(&reader), key = {NULL, 0};
    if (!kv || !wire_is_done(&reader))
        return false;
    struct buffer payload = BUFFER_INIT;
    bool is_there = kv->next(seen, prefix, after, &key);
    wire_put_str(&payload, is_there ? key : ent_text(NULL));
    runner_answer(runner, message, &payload, -1);
    buffer_free(&payload);
    return true;
}

static bool serve_unit(void *context, struct runner *runner, const struct wire_message *message)
{
    struct ent_unit *seen = context;
    switch ((enum wire_type)message->head.type) {
    case WIRE_SUBMIT:
        return serve_submit(seen, runner, message);
    case WIRE_SUBMIT_MAIL:
        return serve_submit_mail(seen, runner, message);
    case WIRE_KV_GET:
        return serve_kv_get(seen, runner, message);
    case WIRE_KV_NEXT:
        return serve_kv_next(seen, runner, message);
    default:
        return false;
    }
}

/* ---- units ---- */

/* All inputs are to be tried again soon. */
static void hand_back(struct ent_unit *seen, const struct runner_call *call)
{
    struct unit *unit = seen->unit;
    unit->has_died = call->blame == RUNNER_BLAME_UNKNOWN;
    for (size_t i = 0; i < unit->input_count; i++)
        unit_result(unit, i, ENT_RETRY, RETRY_SOON_MS, ent_text(call->why));
}

/* Of what could be read by then nothing is kept. */
static void throw_away(struct ent_unit *seen, const struct runner_call *call)
{
    struct unit *unit = seen->unit;
    unit->settlement_count = unit->kv_count = 0;
    for (size_t i = 0; i < unit->input_count; i++)
        unit_result(unit, i, ENT_FATAL, -1, ent_text(call->why));
}

static enum ent_code run_unit(struct remote *remote, struct ent_unit *seen, enum wire_type type, const char *name,
                              const struct ent_http_response *response)
{
    struct buffer payload = BUFFER_INIT;
    bool is_endless = seen->unit->kind == UNIT_SERVE;
    seen->first_ticket = host_tickets_reserve(seen->unit->input_count);
    unit_wire_put_inputs(&payload, seen);
    if (response)
        unit_wire_put_response(&payload, response);
    struct runner_call call =
        make_call(remote, type, name, &payload, is_endless ? 0 : remote->instance->callback_deadline_ms + GRACE_MS);
    call.serve = serve_unit;
    call.context = seen;
    struct wire_message *result = runner_perform(remote->runner, &call);
    buffer_free(&payload);
    if (!result) {
        if (call.blame != RUNNER_BLAME_FAULT)
            hand_back(seen, &call);
        return take_blame(remote, &call);
    }
    struct wire_reader reader = wire_read(result);
    struct error error = ERROR_INIT;
    enum ent_code code;
    if (!unit_wire_get_outputs(&reader, seen, seen->first_ticket, &code, &error)) {
        runner_refuse_result(remote->runner, &call, error.text);
        throw_away(seen, &call);
        code = take_blame(remote, &call);
    }
    wire_message_free(result);
    return code;
}

#define REMOTE_UNIT(callback)                                                                                          \
    static enum ent_code remote_##callback(void *self, struct ent_unit *unit)                                          \
    {                                                                                                                  \
        return run_unit(self, unit, WIRE_RUN, #callback, NULL);                                                        \
    }

REMOTE_UNIT(fetch)
REMOTE_UNIT(transform)
REMOTE_UNIT(classify)
REMOTE_UNIT(detect)
REMOTE_UNIT(deliver)
REMOTE_UNIT(serve)

static enum ent_code remote_respond(void *self, struct ent_unit *unit, const struct ent_http_response *response)
{
    return run_unit(self, unit, WIRE_RESPOND, "respond", response);
}

/* ---- life ---- */

static void lost(void *context, bool is_to_blame, const char *why)
{
    struct ent_instance *instance = context;
    char text[400];
    /* One that is to blame is told by the callback in which it was. */
    if (is_to_blame)
        return;
    snprintf(text, sizeof text, "its process has ended: it %s", why);
    instance_lose(instance, text, remote_wait(instance->remote));
}

static void leave_runner(struct remote *remote)
{
    if (!remote->runner)
        return;
    runner_leave(remote->runner, &remote->member);
    runner_release(remote->runner);
    remote->runner = NULL;
}

static bool enter_runner(struct remote *remote, struct error *error)
{
    if (remote->runner && runner_is_alive(remote->runner))
        return true;
    leave_runner(remote);
    for (;;) {
        struct runner *runner = runner_group_take(remote->group, error);
        if (!runner)
            return false;
        if (runner_join(runner, &remote->member)) {
            remote->runner = runner;
            return true;
        }
        bool has_died = !runner_is_alive(runner);
        runner_release(runner);
        if (!has_died)
            return error_set(error, ERROR_MEMORY, "no memory to enter a runner");
    }
}

/* What the runner needs to make the instance there. */
static void put_instance(struct buffer *payload, const struct ent_instance *instance)
{
    const struct instance_settings *settings = &instance->settings;
    bool is_service = settings->kind == PLUGIN_SERVICE;
    wire_put_text(payload, settings->title);
    wire_put_text(payload, plugin_kind_word(settings->kind));
    wire_put_u64(payload, instance->workers);
    wire_put_i64(payload, instance->callback_deadline_ms);
    wire_put_u32(payload, settings->http != NULL);
    wire_put_u32(payload, settings->state_dir != NULL);
    wire_put_u32(payload, is_service && settings->backing.ask && settings->backing.wait);
    wire_put_u32(payload, is_service && settings->backing.command);
    option_wire_put(payload, settings->options, &settings->info->options);
}

static enum ent_code enter(struct remote *remote)
{
    struct error error = ERROR_INIT;
    if (enter_runner(remote, &error))
        return ENT_OK;
    if (error.kind == ERROR_STATE) /* somebody ends each before it comes to anything */
        instance_lose(remote->instance, error.text, remote_wait(remote));
    host_error_set(error.text, strlen(error.text));
    return ENT_FATAL;
}

static bool has_callback(const struct remote *remote, enum runner_callbacks callback)
{
    return runner_callbacks(remote->runner) & callback;
}

static enum ent_code make_there(struct remote *remote, enum wire_type type, const char *name)
{
    struct buffer payload = BUFFER_INIT;
    put_instance(&payload, remote->instance);
    enum ent_code code = perform_simple(remote, type, name, &payload, beginning_limit(remote->instance));
    buffer_free(&payload);
    return code;
}

static enum ent_code remote_check(const struct ent_host *host, struct ent_instance *instance)
{
    (void)host;
    enum ent_code code = enter(instance->remote);
    bool is_needed = code == ENT_OK && has_callback(instance->remote, RUNNER_HAS_CHECK);
    return is_needed ? make_there(instance->remote, WIRE_CHECK, "check") : code;
}

static void *remote_create(const struct ent_host *host, struct ent_instance *instance)
{
    (void)host;
    struct remote *remote = instance->remote;
    bool is_good = enter(remote) == ENT_OK && make_there(remote, WIRE_CREATE, "create") == ENT_OK;
    return is_good ? remote : NULL;
}

static enum ent_code remote_start(void *self)
{
    const struct remote *remote = self;
    bool is_needed = has_callback(remote, RUNNER_HAS_START) || has_callback(remote, RUNNER_HAS_STOP);
    return is_needed ? perform_simple(self, WIRE_START, "start", NULL, beginning_limit(remote->instance)) : ENT_OK;
}

/* A call towards the end: where the process ends first, there is nothing left to lose. */
static void perform_last(struct remote *remote, enum wire_type type, const char *name)
{
    struct runner_call call = make_call(remote, type, name, NULL, LIFE_LIMIT_MS);
    wire_message_free(runner_perform(remote->runner, &call));
}

static void remote_drain(void *self, int64_t deadline_ms)
{
    struct remote *remote = self;
    struct buffer payload = BUFFER_INIT;
    if (!has_callback(remote, RUNNER_HAS_DRAIN)) {
        runner_tell(remote->runner, WIRE_DRAIN, &remote->member); /* so that cancelled() turns true */
        return;
    }
    wire_put_i64(&payload, deadline_ms);
    perform_simple(self, WIRE_DRAIN, "drain", &payload, deadline_ms + GRACE_MS);
    buffer_free(&payload);
}

static void remote_stop(void *self)
{
    if (has_callback(self, RUNNER_HAS_STOP))
        perform_last(self, WIRE_STOP, "stop");
}

static void remote_destroy(void *self)
{
    struct remote *remote = self;
    perform_last(remote, WIRE_DESTROY, "destroy");
    leave_runner(remote);
}

const struct ent_ops remote_ops = {
    .size = sizeof remote_ops,
    .check = remote_check,
    .create = remote_create,
    .start = remote_start,
    .fetch = remote_fetch,
    .transform = remote_transform,
    .classify = remote_classify,
    .detect = remote_detect,
    .deliver = remote_deliver,
    .serve = remote_serve,
    .respond = remote_respond,
    .drain = remote_drain,
    .stop = remote_stop,
    .destroy = remote_destroy,
};

/* ---- its group ---- */

/* folder/1's, which must be there before the sandbox closes. Sources have none in a sandbox, so that ten thousand feeds
 * can share one runner. */
static struct ent_str own_folder(struct ent_instance *instance)
{
    const struct ent_folder_1 *folder = host_interface(instance, ENT_FOLDER_1);
    return folder && instance->settings.kind != PLUGIN_SOURCE ? folder->path(instance) : ent_text(NULL);
}

static void put_limits(struct runner_hello *hello, const struct option_values *options)
{
    const struct option_value *sandbox = options_find(options, "sandbox"),
                              *memory = options_find(options, "memory_max"), *cpu = options_find(options, "cpu_max"),
                              *descriptors = options_find(options, "descriptors_max");
    hello->is_sandbox_required = sandbox && sandbox->text.data && strcmp(sandbox->text.data, "required") == 0;
    hello->memory_max = memory ? memory->integer : 0;
    hello->cpu_max_milli = cpu ? (int64_t)(cpu->number * 1000) : 0;
    hello->descriptors_max = descriptors ? (uint32_t)descriptors->integer : 0;
}

static struct runner_group *join_group(struct ent_instance *instance)
{
    const struct instance_settings *settings = &instance->settings;
    const struct option_value *share = options_find(settings->options, "share");
    bool is_alone = settings->is_alone || (share && !share->integer),
         is_sandbox = settings->isolation == ISOLATION_SANDBOX;
    size_t count = is_sandbox ? option_paths_gather(settings, NULL) : 0;
    struct runner_path *paths = calloc(count + 1, sizeof *paths);
    if (!paths)
        return NULL;
    if (is_sandbox)
        option_paths_gather(settings, paths);
    struct ent_str folder = is_sandbox ? own_folder(instance) : ent_text(NULL);
    if (folder.size > 0)
        paths[count++] = (struct runner_path){folder.data, RUNNER_READ | RUNNER_WRITE | RUNNER_FOLDER};
    struct runner_group_settings wanted = {.name = settings->info->name,
                                           .version = settings->info->version,
                                           .apart = is_alone ? settings->title : "",
                                           .hello = {.object = settings->info->path,
                                                     .file = settings->info->file,
                                                     .isolation = settings->isolation,
                                                     .paths = paths,
                                                     .path_count = count}};
    put_limits(&wanted.hello, settings->options);
    struct runner_group *group = runners_join(settings->runners, &wanted);
    free(paths);
    return group;
}

struct remote *remote_open(struct ent_instance *instance)
{
    struct remote *remote = calloc(1, sizeof *remote);
    if (!remote)
        return NULL;
    remote->instance = instance;
    remote->member = (struct runner_member){
        .hear = remote_requests_hear, .serve = remote_requests_serve, .lost = lost, .context = instance};
    remote->group = join_group(instance);
    if (remote->group)
        return remote;
    free(remote);
    return NULL;
}

void remote_close(struct remote *remote)
{
    if (!remote)
        return;
    leave_runner(remote);
    runners_leave(remote->instance->settings.runners, remote->group);
    free(remote);
}

/* ---- looking ---- */

bool remote_has_died(const struct remote *remote)
{
    return atomic_load(&remote->has_died);
}

bool remote_take_death(struct remote *remote)
{
    return atomic_exchange(&remote->has_died, false);
}

int64_t remote_wait(struct remote *remote)
{
    return runner_group_wait(remote->group);
}

void remote_describe(struct remote *remote, struct json_writer *json)
{
    struct runner *runner = runner_group_look(remote->group);
    json_key(json, "isolation");
    json_put_text(json, isolation_word(remote->instance->settings.isolation));
    if (runner) {
        json_key(json, "process");
        json_put_integer(json, runner_process(runner));
    }
    runner_release(runner);
}
