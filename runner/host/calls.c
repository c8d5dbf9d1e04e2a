/* Calls: what the daemon asks of an instance, done with the plugin. */
#include "core/host/descriptor.h"
#include "core/host/option_wire.h"
#include "core/host/unit_wire.h"
#include "runner/host/host.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* for what follows */
static struct hosted **all;                              /* by number - 1; NULL: none of that number */
static size_t capacity;
static struct options_cache *cache; /* of the last kind of instance: ten thousand feeds have one table */

/* ---- instances ---- */

static struct hosted *find(uint32_t number)
{
    pthread_mutex_lock(&lock);
    struct hosted *hosted = number > 0 && number <= capacity ? all[number - 1] : NULL;
    pthread_mutex_unlock(&lock);
    return hosted;
}

static bool keep(struct hosted *hosted)
{
    pthread_mutex_lock(&lock);
    size_t wanted = capacity ? capacity : 16;
    while (wanted < hosted->number)
        wanted *= 2;
    struct hosted **grown = wanted > capacity ? realloc(all, wanted * sizeof(struct hosted *)) : all;
    if (grown && wanted > capacity) {
        memset(grown + capacity, 0, (wanted - capacity) * sizeof(struct hosted *));
        all = grown;
        capacity = wanted;
    }
    if (grown)
        all[hosted->number - 1] = hosted;
    pthread_mutex_unlock(&lock);
    return grown != NULL;
}

static void forget(uint32_t number)
{
    pthread_mutex_lock(&lock);
    all[number - 1] = NULL;
    pthread_mutex_unlock(&lock);
}

static void free_hosted(struct hosted *hosted)
{
    if (!hosted)
        return;
    pthread_mutex_destroy(&hosted->instance.lock);
    pthread_mutex_lock(&lock);
    options_destroy(hosted->options);
    pthread_mutex_unlock(&lock);
    free(hosted->instance.folder);
    free(hosted->title);
    free(hosted);
}

/* The values' shared part is counted by hand, so one at a time. */
static struct option_values *get_options(struct wire_reader *reader, const char *kind, struct error *error)
{
    const struct option_table tables[] = {options_common(kind), descriptor_options(host_plugin->descriptor)};
    pthread_mutex_lock(&lock);
    if (!cache)
        cache = options_cache_create();
    struct option_values *values = option_wire_get(reader, tables, 2, cache, error);
    pthread_mutex_unlock(&lock);
    return values;
}

/* The other end of remote.c's put_instance. */
static struct hosted *make_hosted(const struct wire_message *message, struct error *error)
{
    struct wire_reader reader = wire_read(message);
    struct hosted *hosted = calloc(1, sizeof *hosted);
    if (!hosted) {
        error_set(error, ERROR_MEMORY, "no memory for the instance");
        return NULL;
    }
    struct ent_instance *instance = &hosted->instance;
    const char *title = wire_get_text(&reader), *kind = wire_get_text(&reader);
    pthread_mutex_init(&instance->lock, NULL);
    hosted->number = message->head.instance;
    instance->workers = (size_t)wire_get_u64(&reader);
    instance->callback_deadline_ms = wire_get_i64(&reader);
    hosted->has_http = wire_get_u32(&reader);
    hosted->has_folder = wire_get_u32(&reader);
    hosted->has_query = wire_get_u32(&reader);
    hosted->has_command = wire_get_u32(&reader);
    hosted->title = title ? strdup(title) : NULL;
    hosted->options = kind ? get_options(&reader, kind, error) : NULL;
    instance->ops = host_plugin->descriptor->ops;
    instance->interface = hosted_interface;
    instance->settings = (struct instance_settings){.title = hosted->title,
                                                    .kind = kind ? plugin_kind_of(kind) : 0,
                                                    .plugin = host_plugin,
                                                    .options = hosted->options,
                                                    .backing = {.kv_get = hosted_kv_get, .kv_next = hosted_kv_next}};
    if (hosted->title && hosted->options && hosted->number > 0 && wire_is_done(&reader))
        return hosted;
    free_hosted(hosted);
    if (!error->kind)
        error_set(error, ERROR_INPUT, "the instance's description cannot be read");
    return NULL;
}

/* ---- results ---- */

static void tell_code(const struct wire_message *call, enum ent_code code)
{
    struct buffer payload = BUFFER_INIT;
    wire_put_u32(&payload, (uint32_t)code);
    wire_put_text(&payload, host_error_text());
    host_tell_result(call, &payload);
    buffer_free(&payload);
}

static void tell_error(const struct wire_message *call, const struct error *error)
{
    host_error_set(error->text, strlen(error->text));
    tell_code(call, ENT_FATAL);
}

/* ---- lifecycle ---- */

static void check(const struct wire_message *call)
{
    struct error error = ERROR_INIT;
    struct hosted *hosted = make_hosted(call, &error);
    if (!hosted) {
        tell_error(call, &error);
        return;
    }
    const struct ent_ops *ops = host_plugin->descriptor->ops;
    host_enter_plugin(call->head.call, hosted->number);
    enum ent_code code = ops->check ? ops->check(&hosted_table, &hosted->instance) : ENT_OK;
    host_leave_plugin();
    free_hosted(hosted);
    tell_code(call, code);
}

static void create(const struct wire_message *call)
{
    struct error error = ERROR_INIT;
    struct hosted *hosted = make_hosted(call, &error);
    if (hosted && !keep(hosted)) {
        error_set(&error, ERROR_MEMORY, "no memory for the instance");
        free_hosted(hosted);
        hosted = NULL;
    }
    if (!hosted) {
        tell_error(call, &error);
        return;
    }
    struct ent_instance *instance = &hosted->instance;
    const struct ent_ops *ops = instance->ops;
    host_enter_plugin(call->head.call, hosted->number);
    instance->self = ops->create ? ops->create(&hosted_table, instance) : instance;
    host_leave_plugin();
    if (!instance->self) {
        forget(hosted->number);
        free_hosted(hosted);
        tell_code(call, ENT_FATAL);
        return;
    }
    instance->is_created = true;
    tell_code(call, ENT_OK);
}

static void start(const struct wire_message *call, struct hosted *hosted)
{
    const struct ent_ops *ops = hosted->instance.ops;
    host_enter_plugin(call->head.call, hosted->number);
    enum ent_code code = ops->start ? ops->start(hosted->instance.self) : ENT_OK;
    host_leave_plugin();
    hosted->instance.is_started = code == ENT_OK;
    tell_code(call, code);
}

static void drain(const struct wire_message *call, struct hosted *hosted)
{
    struct wire_reader reader = wire_read(call);
    int64_t deadline_ms = wire_get_i64(&reader);
    host_enter_plugin(call->head.call, hosted->number);
    if (hosted->instance.ops->drain)
        hosted->instance.ops->drain(hosted->instance.self, deadline_ms);
    host_leave_plugin();
    tell_code(call, ENT_OK);
}

static void stop(const struct wire_message *call, struct hosted *hosted)
{
    host_enter_plugin(call->head.call, hosted->number);
    if (hosted->instance.is_started && hosted->instance.ops->stop)
        hosted->instance.ops->stop(hosted->instance.self);
    host_leave_plugin();
    hosted->instance.is_started = false;
    tell_code(call, ENT_OK);
}

static void destroy(const struct wire_message *call, struct hosted *hosted)
{
    host_enter_plugin(call->head.call, hosted->number);
    if (hosted->instance.ops->destroy)
        hosted->instance.ops->destroy(hosted->instance.self);
    host_leave_plugin();
    forget(hosted->number);
    free_hosted(hosted);
    tell_code(call, ENT_OK);
}

/* ---- units ---- */

static enum ent_code (*callback_of(const struct ent_ops *ops, enum unit_kind kind))(void *self, struct ent_unit *unit)
{
    switch (kind) {
    case UNIT_FETCH:
        return ops->fetch;
    case UNIT_TRANSFORM:
        return ops->transform;
    case UNIT_CLASSIFY:
        return ops->classify;
    case UNIT_DETECT:
        return ops->detect;
    case UNIT_DELIVER:
        return ops->deliver;
    case UNIT_SERVE:
        return ops->serve;
    case UNIT_RESPOND:
        break;
    }
    return NULL;
}

static enum ent_code run_plugin(const struct wire_message *call, struct hosted *hosted, struct ent_unit *seen,
                                const struct ent_http_response *response)
{
    static const char missing[] = "the plugin has no callback for this";
    const struct ent_ops *ops = hosted->instance.ops;
    enum ent_code (*callback)(void *, struct ent_unit *) = callback_of(ops, seen->unit->kind);
    host_enter_plugin(call->head.call, hosted->number);
    enum ent_code code = ENT_FATAL;
    if (response && ops->respond)
        code = ops->respond(hosted->instance.self, seen, response);
    else if (!response && callback)
        code = callback(hosted->instance.self, seen);
    else
        host_error_set(missing, sizeof missing - 1);
    host_leave_plugin();
    return code;
}

/* Where all that was made does not fit, so much of it as says so. */
static void tell_unit(const struct wire_message *call, struct ent_unit *seen, enum ent_code code)
{
    struct buffer payload = {.limit = WIRE_PAYLOAD_MAX};
    unit_wire_put_outputs(&payload, seen->unit, code, host_error_text());
    if (payload.failed) {
        static const char text[] = "what the callback made is too large to be handed over, or memory is out";
        struct unit *empty = unit_create(seen->unit->kind, seen->instance->settings.title, seen->unit->input_count);
        buffer_clear(&payload);
        if (empty)
            unit_wire_put_outputs(&payload, empty, ENT_RETRY, text);
        payload.failed |= !empty;
        unit_destroy(empty);
    }
    host_tell_result(call, &payload);
    buffer_free(&payload);
}

static void run(const struct wire_message *call, struct hosted *hosted)
{
    struct error error = ERROR_INIT;
    struct ent_unit seen = {.instance = &hosted->instance};
    struct ent_http_response response;
    struct wire_reader reader = wire_read(call);
    struct unit *unit = unit_wire_get_inputs(&reader, &seen, &error);
    bool is_respond = call->head.type == WIRE_RESPOND;
    if (unit && is_respond ? !unit_wire_get_response(&reader, unit->arena, &response) : unit && !wire_is_done(&reader))
        error_set(&error, ERROR_INPUT, "a unit of work cannot be read");
    if (error.kind) {
        host_give_up(error.text); /* the daemon waits for a result that fits its unit */
    }
    enum ent_code code = run_plugin(call, hosted, &seen, is_respond ? &response : NULL);
    tell_unit(call, &seen, code);
    unit_destroy(unit);
}

/* ---- by type ---- */

void host_note_call(const struct wire_message *message)
{
    struct hosted *hosted = message->head.type == WIRE_DRAIN ? find(message->head.instance) : NULL;
    if (hosted)
        atomic_store(&hosted->instance.is_draining, true);
}

static void perform_of(const struct wire_message *message, struct hosted *hosted)
{
    switch ((enum wire_type)message->head.type) {
    case WIRE_START:
        start(message, hosted);
        break;
    case WIRE_RUN:
    case WIRE_RESPOND:
        run(message, hosted);
        break;
    case WIRE_DRAIN:
        drain(message, hosted);
        break;
    case WIRE_STOP:
        stop(message, hosted);
        break;
    case WIRE_DESTROY:
        destroy(message, hosted);
        break;
    default:
        break;
    }
}

void host_perform(struct wire_message *message)
{
    struct hosted *hosted = find(message->head.instance);
    struct error error = ERROR_INIT;
    if (message->head.type == WIRE_CHECK) {
        check(message);
    } else if (message->head.type == WIRE_CREATE) {
        create(message);
    } else if (hosted) {
        perform_of(message, hosted);
    } else {
        error_set(&error, ERROR_STATE, "there is no such instance here");
        tell_error(message, &error);
    }
    wire_message_free(message);
}
