/* exec: hands alerts to a program in any language, as lines of JSON: entente-exec(7).
 *
 * The program runs on and answers each line with one, or it is started for each alert and answers by its exit status. All of
 * that is the worker's, on its own thread; here alerts become lines, and its results settle them. */
#include "lib/record/alert_json.h"
#include "plugins/exec/words.h"
#include "plugins/exec/worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENVIRONMENT_MAX = 80, WAKE_TAG = 1 };

struct sink {
    const struct ent_host *host;
    struct ent_instance *instance;
    const struct ent_wake_1 *wake;
    struct words words;
    char *environment[ENVIRONMENT_MAX + 1];
    struct worker *worker;
};

static const struct ent_option options[] = {
    {.name = "command",
     .type = ENT_OPTION_STRING,
     .flags = ENT_REQUIRED,
     .help = "The program and its arguments; no shell reads it, quotes keep words together."},
    {.name = "mode",
     .type = ENT_OPTION_ENUM,
     .default_value = "stream",
     .choices = "stream|once",
     .help = "stream: the program runs on and answers each line with a line; once: it is started for each alert and its exit "
             "status is the answer."},
    {.name = "timeout",
     .type = ENT_OPTION_DURATION,
     .default_value = "30s",
     .min = "1s",
     .max = "5m",
     .help = "How long it may take over one alert before it is ended and started anew."},
    {.name = "directory", .type = ENT_OPTION_PATH, .flags = ENT_PATH_DIR, .help = "Folder that it runs in."},
    {.name = "environment",
     .type = ENT_OPTION_LIST,
     .flags = ENT_MULTI,
     .help = "Variables for it, as NAME=value; of this process's own it has PATH, HOME, USER, LANG and TZ."},
};

/* ---- environment ---- */

static bool add_variable(struct sink *self, const char *name, const char *value)
{
    size_t count = 0;
    while (self->environment[count])
        count++;
    if (count == ENVIRONMENT_MAX)
        return false;
    return asprintf(&self->environment[count], "%s%s%s", name, value ? "=" : "", value ? value : "") >= 0;
}

static bool make_environment(struct sink *self, struct error *error)
{
    static const char *const kept[] = {"PATH", "HOME", "USER", "LANG", "TZ"};
    bool is_good = add_variable(self, "ENTENTE_PROTOCOL", "1") &&
                   add_variable(self, "ENTENTE_INSTANCE", self->host->instance_name(self->instance));
    for (size_t i = 0; is_good && i < sizeof kept / sizeof *kept; i++)
        if (getenv(kept[i]))
            is_good = add_variable(self, kept[i], getenv(kept[i]));
    for (size_t i = 0; is_good && i < self->host->option_count(self->instance, "environment"); i++) {
        const char *text = self->host->option_item(self->instance, "environment", i).data;
        const char *equals = strchr(text, '=');
        if (!equals || equals == text)
            return error_set(error, ERROR_CONFIG, "environment: '%.60s' should read NAME=value", text);
        is_good = add_variable(self, text, NULL);
    }
    return is_good || error_set(error, ERROR_CONFIG, "environment: more than %d variables, or no memory for them",
                                ENVIRONMENT_MAX);
}

/* ---- life ---- */

static void tell(void *context, uint32_t level, const char *text)
{
    struct sink *self = context;
    self->host->log(self->instance, level, ent_text(text));
}

/* Where memory is out, the host gives up waiting by itself. */
static void wake(void *context)
{
    struct sink *self = context;
    self->wake->wake(self->instance, WAKE_TAG);
}

static void sink_destroy(void *context)
{
    struct sink *self = context;
    worker_destroy(self->worker);
    words_free(&self->words);
    for (size_t i = 0; self->environment[i]; i++)
        free(self->environment[i]);
    free(self);
}

static bool start_worker(struct sink *self, struct error *error)
{
    const char *mode = self->host->option_str(self->instance, "mode").data;
    struct ent_str directory = self->host->option_str(self->instance, "directory");
    if (!self->wake)
        return error_set(error, ERROR_CONFIG, "this host offers no wake/1");
    struct worker_settings settings = {.words = self->words.list,
                                       .environment = self->environment,
                                       .directory = directory.size > 0 ? directory.data : NULL,
                                       .timeout_ms = self->host->option_int(self->instance, "timeout"),
                                       .is_once = mode && strcmp(mode, "once") == 0,
                                       .told = tell,
                                       .settled = wake,
                                       .context = self};
    self->worker = worker_create(&settings, error);
    return self->worker != NULL;
}

static void *sink_create(const struct ent_host *host, struct ent_instance *instance)
{
    struct sink *self = calloc(1, sizeof *self);
    struct error error = ERROR_INIT;
    if (!self) {
        host->error(instance, ent_text("no memory"));
        return NULL;
    }
    self->host = host;
    self->instance = instance;
    self->wake = ent_wake(host, instance);
    const char *command = host->option_str(instance, "command").data;
    if (words_split(command ? command : "", &self->words, &error) && make_environment(self, &error) &&
        start_worker(self, &error))
        return self;
    host->error(instance, ent_text(error.text));
    sink_destroy(self);
    return NULL;
}

/* ---- alerts ---- */

static void hand_over(struct sink *self, struct ent_unit *unit, size_t index)
{
    const struct ent_host *host = self->host;
    struct ent_str bytes = host->bytes(host->input(unit, index));
    struct record_view delivery = record_view_of(bytes.data, bytes.size);
    const char *id = record_text(delivery, ENT_DELIVERY_ID);
    struct buffer line = BUFFER_INIT;
    struct json_writer writer;
    json_begin(&writer, &line);
    delivery_to_json(&writer, delivery);
    buffer_append_char(&line, '\n');
    bool is_given = !line.failed &&
                    worker_submit(self->worker, host->ticket(unit, index), id ? id : "", line.bytes, line.size);
    buffer_free(&line);
    host->result(unit, index, is_given ? ENT_AGAIN : ENT_RETRY, -1, ent_text(is_given ? NULL : "no memory for the line"));
}

static enum ent_code sink_deliver(void *context, struct ent_unit *unit)
{
    struct sink *self = context;
    for (size_t i = 0; i < self->host->input_count(unit); i++)
        hand_over(self, unit, i);
    return ENT_OK;
}

static enum ent_code sink_respond(void *context, struct ent_unit *unit, const struct ent_http_response *response)
{
    struct sink *self = context;
    struct worker_result result;
    enum ent_code whole = ENT_OK;
    (void)response;
    while (worker_take(self->worker, &result)) {
        self->host->settle(unit, result.ticket, result.code, result.retry_after_ms, ent_text(result.text));
        if (result.code == ENT_CONFIG && whole == ENT_OK) {
            self->host->error(self->instance, ent_text(result.text));
            whole = ENT_CONFIG;
        }
    }
    return whole;
}

static const struct ent_ops ops = {
    .size = sizeof ops,
    .create = sink_create,
    .deliver = sink_deliver,
    .respond = sink_respond,
    .destroy = sink_destroy,
};

const struct ent_plugin *ent_plugin_query(void)
{
    static const struct ent_plugin plugin = {
        ENT_PLUGIN_HEAD,
        .name = "exec",
        .version = ENT_VERSION,
        .licence = "Apache-2.0",
        .summary = "Hands alerts to a program of any language, as lines of JSON",
        ENT_PLUGIN_OPTIONS(options),
        .ops = &ops,
    };
    return &plugin;
}
