#include "kit/harness_private.h"

#include "core/base/log.h"
#include "core/host/elf.h"
#include "lib/record/record_json.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TIMEOUT_MS = 30000 };

static const char *const fault_names[FAULT_COUNT] = {"kv/1", "http/1",  "mail/1", "text/1",
                                                     "wake/1", "seal", "emit",   "build"};

/* ---- telling ---- */

static int fail(struct ent_harness *harness, const char *text)
{
    snprintf(harness->error, sizeof harness->error, "%s", text);
    return -1;
}

void harness_problem(struct ent_harness *harness, const char *format, ...)
{
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    allocation_leave();
    if (vasprintf(&text, format, arguments) < 0)
        text = NULL;
    char **grown = realloc(harness->problems, (harness->problem_count + 1) * sizeof *grown);
    allocation_enter();
    va_end(arguments);
    fprintf(stderr, "harness: %s\n", text ? text : "out of memory");
    if (!grown) {
        free(text);
        return;
    }
    harness->problems = grown;
    grown[harness->problem_count++] = text;
}

const char *ent_harness_error(const struct ent_harness *harness)
{
    return harness->error;
}

size_t ent_harness_problem_count(const struct ent_harness *harness)
{
    return harness->problem_count;
}

const char *ent_harness_problem(const struct ent_harness *harness, size_t index)
{
    return index < harness->problem_count && harness->problems[index] ? harness->problems[index] : "";
}

/* ---- the plugin's callbacks, each watched ---- */

/* What create returned, and whose harness it is: the callbacks get no more than `self`. */
struct wrapped {
    struct ent_harness *harness;
    void *self;
};

#define OF_UNIT(name)                                                                                                  \
    static enum ent_code wrapped_##name(void *context, struct ent_unit *unit)                                          \
    {                                                                                                                  \
        struct wrapped *wrapped = context;                                                                             \
        watch_enter(wrapped->harness, unit);                                                                           \
        enum ent_code code = wrapped->harness->own.ops.name(wrapped->self, unit);                                 \
        watch_leave(wrapped->harness);                                                                                 \
        return code;                                                                                                   \
    }
OF_UNIT(fetch)
OF_UNIT(transform)
OF_UNIT(classify)
OF_UNIT(detect)
OF_UNIT(deliver)

static enum ent_code wrapped_respond(void *context, struct ent_unit *unit, const struct ent_http_response *response)
{
    struct wrapped *wrapped = context;
    watch_enter(wrapped->harness, unit);
    enum ent_code code = wrapped->harness->own.ops.respond(wrapped->self, unit, response);
    watch_leave(wrapped->harness);
    return code;
}

static struct ent_harness *starting; /* whose create runs; set for its duration only */

static enum ent_code wrapped_check(const struct ent_host *host, struct ent_instance *instance)
{
    (void)host;
    struct ent_harness *harness = starting;
    watch_enter(harness, NULL);
    enum ent_code code = harness->own.ops.check(&harness_table, instance);
    watch_leave(harness);
    return code;
}

static void *wrapped_create(const struct ent_host *host, struct ent_instance *instance)
{
    struct ent_harness *harness = starting;
    struct wrapped *wrapped = calloc(1, sizeof *wrapped);
    (void)host;
    if (!wrapped)
        return NULL;
    wrapped->harness = harness;
    watch_enter(harness, NULL);
    wrapped->self = harness->own.ops.create ? harness->own.ops.create(&harness_table, instance) : instance;
    watch_leave(harness);
    if (wrapped->self)
        return wrapped;
    free(wrapped);
    return NULL;
}

static enum ent_code wrapped_start(void *context)
{
    struct wrapped *wrapped = context;
    watch_enter(wrapped->harness, NULL);
    enum ent_code code = wrapped->harness->own.ops.start(wrapped->self);
    watch_leave(wrapped->harness);
    return code;
}

static void wrapped_drain(void *context, int64_t deadline_ms)
{
    struct wrapped *wrapped = context;
    watch_enter(wrapped->harness, NULL);
    wrapped->harness->own.ops.drain(wrapped->self, deadline_ms);
    watch_leave(wrapped->harness);
}

static void wrapped_stop(void *context)
{
    struct wrapped *wrapped = context;
    watch_enter(wrapped->harness, NULL);
    wrapped->harness->own.ops.stop(wrapped->self);
    watch_leave(wrapped->harness);
}

static void wrapped_destroy(void *context)
{
    struct wrapped *wrapped = context;
    watch_enter(wrapped->harness, NULL);
    if (wrapped->harness->own.ops.destroy)
        wrapped->harness->own.ops.destroy(wrapped->self);
    watch_leave(wrapped->harness);
    free(wrapped);
}

static void wrap(struct ent_harness *harness)
{
    const struct ent_ops *own = &harness->own.ops;
    descriptor_adopt(&harness->shown, &harness->own.plugin);
    harness->shown.ops = (struct ent_ops){
        .size = sizeof harness->shown.ops,
        .check = own->check ? wrapped_check : NULL,
        .create = wrapped_create,
        .start = own->start ? wrapped_start : NULL,
        .fetch = own->fetch ? wrapped_fetch : NULL,
        .transform = own->transform ? wrapped_transform : NULL,
        .classify = own->classify ? wrapped_classify : NULL,
        .detect = own->detect ? wrapped_detect : NULL,
        .deliver = own->deliver ? wrapped_deliver : NULL,
        .respond = own->respond ? wrapped_respond : NULL,
        .drain = own->drain ? wrapped_drain : NULL,
        .stop = own->stop ? wrapped_stop : NULL,
        .destroy = wrapped_destroy,
    };
}

/* ---- making one ---- */

/* What the host logs is of use to whoever looks for a fault, and noise to all others. */
static void set_log(void)
{
    static bool is_set;
    if (is_set)
        return;
    is_set = true;
    log_setup(LOG_FORMAT_TEXT, LOG_DEBUG,
              getenv("ENT_HARNESS_LOG") ? STDERR_FILENO : open("/dev/null", O_WRONLY | O_CLOEXEC));
}

struct ent_harness *ent_harness_create(const struct ent_plugin *plugin, const char *kind)
{
    struct ent_harness *harness = calloc(1, sizeof *harness);
    if (!harness)
        return NULL;
    set_log();
    exchange_begin(&harness->http);
    harness->plugin = plugin;
    harness->kind = kind ? plugin_kind_of(kind) : 0;
    if (kind && !harness->kind)
        snprintf(harness->error, sizeof harness->error, "\"%.40s\" is no kind of plugin", kind);
    else if (!plugin)
        fail(harness, "there is no descriptor");
    return harness;
}

struct ent_harness *ent_harness_load(const char *path, const char *kind)
{
    struct error error = ERROR_INIT;
    const struct ent_plugin *(*query)(void) = NULL;
    void *object = elf_check(path, "ent_plugin_query", &error) ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
    if (object)
        *(void **)&query = dlsym(object, "ent_plugin_query");
    else if (error.kind == ERROR_NONE)
        error_set(&error, ERROR_INPUT, "%s: cannot be loaded: %s", path, dlerror());
    struct ent_harness *harness = ent_harness_create(query ? query() : NULL, kind);
    if (harness && !query)
        fail(harness, error.text);
    return harness;
}

int ent_harness_set(struct ent_harness *harness, const char *key, const char *value)
{
    char *setting = NULL;
    if (harness->setting_count == HARNESS_SETTINGS_MAX || asprintf(&setting, "%s=%s", key, value) < 0)
        return fail(harness, "too many settings");
    harness->settings[harness->setting_count++] = setting;
    return 0;
}

int ent_harness_folder(struct ent_harness *harness, const char *path)
{
    char *copy = strdup(path);
    if (!copy)
        return fail(harness, "out of memory");
    free(harness->state_dir);
    harness->state_dir = copy;
    return 0;
}

static void restore_kept(struct ent_harness *harness)
{
    for (size_t i = 0; i + 1 < harness->kept_count; i += 2)
        workbench_kv_put(harness->bench, ent_text(harness->kept[i]), ent_text(harness->kept[i + 1]));
}

int ent_harness_start(struct ent_harness *harness)
{
    struct error error = ERROR_INIT;
    if (!harness->plugin || harness->bench)
        return harness->bench ? fail(harness, "it has been started") : -1;
    harness->error[0] = '\0';
    if (!descriptor_check(harness->plugin, &error))
        return fail(harness, error.text);
    descriptor_adopt(&harness->own, harness->plugin);
    wrap(harness);
    struct workbench_settings settings = {.descriptor = &harness->shown.plugin,
                                          .kind = harness->kind,
                                          .values = (const char *const *)harness->settings,
                                          .value_count = harness->setting_count,
                                          .http = &harness->http,
                                          .state_dir = harness->state_dir};
    starting = harness;
    harness->bench = workbench_create(&settings, &error);
    if (harness->bench)
        restore_kept(harness);
    if (harness->bench && workbench_start(harness->bench, &error))
        return 0;
    workbench_destroy(harness->bench);
    harness->bench = NULL;
    return fail(harness, error.text);
}

/* ---- state ---- */

static int keep(struct ent_harness *harness, const char *key, const char *value)
{
    for (size_t i = 0; i + 1 < harness->kept_count; i += 2) {
        if (strcmp(harness->kept[i], key) != 0)
            continue;
        char *copy = strdup(value);
        free(copy ? harness->kept[i + 1] : NULL);
        harness->kept[i + 1] = copy ? copy : harness->kept[i + 1];
        return copy ? 0 : -1;
    }
    char **grown = realloc(harness->kept, (harness->kept_count + 2) * sizeof *grown);
    if (!grown)
        return -1;
    harness->kept = grown;
    grown[harness->kept_count] = strdup(key);
    grown[harness->kept_count + 1] = strdup(value);
    if (!grown[harness->kept_count] || !grown[harness->kept_count + 1])
        return -1;
    harness->kept_count += 2;
    return 0;
}

int ent_harness_kv_put(struct ent_harness *harness, const char *key, const char *value)
{
    if (harness->bench)
        return workbench_kv_put(harness->bench, ent_text(key), ent_text(value)) ? 0 : -1;
    return keep(harness, key, value);
}

const char *ent_harness_kv_get(struct ent_harness *harness, const char *key)
{
    struct ent_str value;
    if (harness->bench)
        return workbench_kv_get(harness->bench, ent_text(key), &value) ? value.data : NULL;
    for (size_t i = 0; i + 1 < harness->kept_count; i += 2)
        if (strcmp(harness->kept[i], key) == 0)
            return harness->kept[i + 1];
    return NULL;
}

static void drop_kept(struct ent_harness *harness)
{
    for (size_t i = 0; i < harness->kept_count; i++)
        free(harness->kept[i]);
    free(harness->kept);
    harness->kept = NULL;
    harness->kept_count = 0;
}

static void keep_one(void *context, struct ent_str key, struct ent_str value)
{
    keep(context, key.data, value.data);
}

/* ---- ending ---- */

void ent_harness_stop(struct ent_harness *harness)
{
    if (!harness->bench)
        return;
    drop_kept(harness);
    workbench_kv_each(harness->bench, keep_one, harness);
    workbench_destroy(harness->bench);
    harness->bench = NULL;
    watch_end(harness);
    watch_free(harness);
}

size_t ent_harness_destroy(struct ent_harness *harness)
{
    if (!harness)
        return 0;
    ent_harness_stop(harness);
    watch_end(harness);
    watch_free(harness);
    size_t count = harness->problem_count;
    for (size_t i = 0; i < count; i++)
        free(harness->problems[i]);
    free(harness->problems);
    for (size_t i = 0; i < harness->setting_count; i++)
        free(harness->settings[i]);
    free(harness->state_dir);
    exchange_free(&harness->http);
    drop_kept(harness);
    buffer_free(&harness->json);
    free(harness);
    return count;
}

/* ---- running ---- */

static struct ent_record *read_record(struct ent_harness *harness, unsigned kind, const char *text)
{
    json_error_t place;
    struct error error = ERROR_INIT;
    json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, &place);
    struct ent_record *record = object ? record_from_json(kind, object, &error) : NULL;
    if (!object)
        error_set(&error, ERROR_INPUT, "line %d, column %d: %s", place.line, place.column, place.text);
    if (!record)
        fail(harness, error.text);
    json_decref(object);
    return record;
}

static int add(struct ent_harness *harness, const char *json, bool is_report)
{
    struct error error = ERROR_INIT;
    if (!harness->bench)
        return fail(harness, "it has not been started");
    unsigned kind = is_report ? ENT_REPORT : workbench_takes(instance_kind(workbench_instance(harness->bench)));
    if (kind == 0)
        return fail(harness, "a source takes no records");
    struct ent_record *record = read_record(harness, kind, json);
    if (!record)
        return -1;
    bool is_added = is_report ? workbench_add_report(harness->bench, record, &error)
                              : workbench_add_input(harness->bench, record, &error);
    return is_added ? 0 : fail(harness, error.text);
}

int ent_harness_input(struct ent_harness *harness, const char *json)
{
    return add(harness, json, false);
}

int ent_harness_report(struct ent_harness *harness, const char *json)
{
    return add(harness, json, true);
}

int ent_harness_remark(struct ent_harness *harness, const char *classifier, const char *text)
{
    struct error error = ERROR_INIT;
    if (!harness->bench)
        return fail(harness, "it has not been started");
    return workbench_add_remark(harness->bench, classifier, text, &error) ? 0 : fail(harness, error.text);
}

int ent_harness_run(struct ent_harness *harness)
{
    struct error error = ERROR_INIT;
    harness->error[0] = '\0';
    if (!harness->bench)
        return fail(harness, "it has not been started");
    return workbench_run(harness->bench, TIMEOUT_MS, &error) ? 0 : fail(harness, error.text);
}

static const struct workbench_input *input_at(const struct ent_harness *harness, size_t index)
{
    return harness->bench && index < workbench_input_count(harness->bench) ? workbench_input(harness->bench, index) : NULL;
}

enum ent_code ent_harness_result(const struct ent_harness *harness, size_t index)
{
    const struct workbench_input *input = input_at(harness, index);
    return input ? input->code : ENT_FATAL;
}

const char *ent_harness_result_text(const struct ent_harness *harness, size_t index)
{
    const struct workbench_input *input = input_at(harness, index);
    return input && input->text ? input->text : "";
}

int64_t ent_harness_retry_after(const struct ent_harness *harness, size_t index)
{
    const struct workbench_input *input = input_at(harness, index);
    return input && input->code == ENT_RETRY ? input->retry_after_ms : -1;
}

static const struct workbench_output *output_at(const struct ent_harness *harness, size_t index)
{
    return index < ent_harness_output_count(harness) ? workbench_output(harness->bench, index) : NULL;
}

size_t ent_harness_output_count(const struct ent_harness *harness)
{
    return harness->bench ? workbench_output_count(harness->bench) : 0;
}

size_t ent_harness_output_input(const struct ent_harness *harness, size_t index)
{
    const struct workbench_output *output = output_at(harness, index);
    return output ? output->input : 0;
}

const char *ent_harness_output_json(struct ent_harness *harness, size_t index)
{
    const struct workbench_output *output = output_at(harness, index);
    struct json_writer writer;
    if (!output)
        return NULL;
    buffer_clear(&harness->json);
    json_begin(&writer, &harness->json);
    record_to_json(&writer, output->record->view, 0);
    return harness->json.failed ? NULL : harness->json.bytes;
}

const char *ent_harness_output_text(const struct ent_harness *harness, size_t index, uint32_t field)
{
    const struct workbench_output *output = output_at(harness, index);
    return output ? record_text(output->record->view, field) : NULL;
}

static const struct workbench_withdrawal *withdrawal_at(const struct ent_harness *harness, size_t index)
{
    return index < ent_harness_withdrawal_count(harness) ? workbench_withdrawal(harness->bench, index) : NULL;
}

size_t ent_harness_withdrawal_count(const struct ent_harness *harness)
{
    return harness->bench ? workbench_withdrawal_count(harness->bench) : 0;
}

size_t ent_harness_withdrawal_input(const struct ent_harness *harness, size_t index)
{
    const struct workbench_withdrawal *withdrawal = withdrawal_at(harness, index);
    return withdrawal ? withdrawal->input : 0;
}

const char *ent_harness_withdrawal(const struct ent_harness *harness, size_t index)
{
    const struct workbench_withdrawal *withdrawal = withdrawal_at(harness, index);
    return withdrawal ? withdrawal->report_id : NULL;
}

double ent_harness_metric(const struct ent_harness *harness, const char *name)
{
    double value = 0;
    if (harness->bench)
        instance_metric(workbench_instance(harness->bench), name, &value);
    return value;
}

int64_t ent_harness_next_fetch(const struct ent_harness *harness)
{
    return harness->bench ? workbench_next_fetch(harness->bench) : -1;
}

/* ---- faults ---- */

static enum fault find_fault(const char *service)
{
    unsigned found = 0;
    while (found < FAULT_COUNT && strcmp(fault_names[found], service) != 0)
        found++;
    return (enum fault)found;
}

bool harness_faults(struct ent_harness *harness, enum fault fault)
{
    return ++harness->calls[fault] == harness->fail_at[fault];
}

int ent_harness_fail_service(struct ent_harness *harness, const char *service, unsigned long call)
{
    enum fault fault = find_fault(service);
    if (fault == FAULT_COUNT || call == 0)
        return fail(harness, "there is no such service");
    harness->fail_at[fault] = harness->calls[fault] + call;
    return 0;
}

unsigned long ent_harness_service_calls(const struct ent_harness *harness, const char *service)
{
    enum fault fault = find_fault(service);
    return fault == FAULT_COUNT ? 0 : harness->calls[fault];
}
