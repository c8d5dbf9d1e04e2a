/* exec: hands work to a program in any language, as lines of JSON: entente-exec(7).
 *
 * The program runs on and says what came of each record, or, as a sink, it is started for each alert and answers by its
 * exit status. All of that is the worker's, on its own thread; here records become lines, and results settle them. */
#include "lib/program/environment.h"
#include "lib/program/words.h"
#include "lib/record/alert_json.h"
#include "lib/record/record_json.h"
#include "plugins/exec/start.h"
#include "plugins/exec/worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WAKE_TAG = 1 };

static const char state_key[] = "state";

struct exec {
    const struct ent_host *host;
    struct ent_instance *instance;
    const struct ent_wake_1 *wake;
    const struct ent_kv_1 *kv; /* NULL: this host keeps nothing */
    const struct ent_metrics_1 *metrics;
    struct words words;
    char **whole; /* the words with the limits' before them */
    struct environment environment;
    bool has_read_state;
    struct worker *worker;
};

static const struct ent_option options[] = {
    {.name = "command",
     .type = ENT_OPTION_STRING,
     .flags = ENT_REQUIRED,
     .help = "The program and its arguments; no shell reads it, quotes keep words together."},
    {.name = "mode",
     .type = ENT_OPTION_ENUM,
     .flags = ENT_ADVANCED,
     .default_value = "stream",
     .choices = "stream|once",
     .help = "stream: the program runs on and answers each record; once, for sinks: it is started for each alert and "
             "its exit "
             "status is the answer."},
    {.name = "timeout",
     .type = ENT_OPTION_DURATION,
     .flags = ENT_ADVANCED,
     .default_value = "30s",
     .min = "1s",
     .max = "5m",
     .help = "How long it may take over one record before it is ended and started anew."},
    {.name = "directory",
     .type = ENT_OPTION_PATH,
     .flags = ENT_PATH_DIR | ENT_ADVANCED,
     .help = "Folder that it runs in."},
    {.name = "environment",
     .type = ENT_OPTION_LIST,
     .flags = ENT_MULTI | ENT_ADVANCED,
     .help = "Variables for it, as NAME=value; of this process's own it has PATH, HOME, USER, LANG and TZ."},
    {.name = "batch",
     .type = ENT_OPTION_INT,
     .flags = ENT_ADVANCED,
     .default_value = "4",
     .min = "1",
     .max = "1000",
     .help = "Records handed over at once; up to four times as many wait for their answers."},
    {.name = "program_options",
     .type = ENT_OPTION_BOOL,
     .flags = ENT_ADVANCED,
     .default_value = "no",
     .help = "Whether the options that the program declares stand here too; set by itself where `plugin` names the "
             "program."},
};

/* ---- environment ---- */

static bool make_environment(struct exec *self, struct error *error)
{
    bool is_good = environment_begin(&self->environment, self->host->instance_name(self->instance));
    for (size_t i = 0; is_good && i < self->host->option_count(self->instance, "environment"); i++) {
        const char *text = self->host->option_item(self->instance, "environment", i).data;
        const char *equals = strchr(text, '=');
        if (!equals || equals == text)
            return error_set(error, ERROR_CONFIG, "environment: '%.60s' should read NAME=value", text);
        is_good = environment_add(&self->environment, text);
    }
    return is_good || error_set(error, ERROR_CONFIG, "environment: more than %d variables, or no memory for them",
                                ENVIRONMENT_MAX);
}

/* ---- what the worker says, on its thread ---- */

static bool begin(void *context, const struct hello *hello, const char *state, struct buffer *line, struct error *error)
{
    const struct exec *self = context;
    struct start start = {self->host, self->instance, hello, state};
    return start_append(&start, line, error);
}

static void tell(void *context, uint32_t level, const char *text)
{
    const struct exec *self = context;
    self->host->log(self->instance, level, ent_text(text));
}

static void count(void *context, const char *name, int64_t add)
{
    const struct exec *self = context;
    if (self->metrics)
        self->metrics->count(self->instance, name, add);
}

static void take_metric(void *context, const struct message *metric)
{
    const struct exec *self = context;
    if (!self->metrics)
        return;
    if (metric->is_gauge)
        self->metrics->gauge(self->instance, metric->name, metric->gauge);
    else
        self->metrics->count(self->instance, metric->name, metric->count);
}

/* Where memory is out, the host gives up waiting by itself. */
static void wake(void *context)
{
    const struct exec *self = context;
    self->wake->wake(self->instance, WAKE_TAG);
}

static void release(void *context, void *held)
{
    const struct exec *self = context;
    self->host->release(held);
}

/* ---- life ---- */

static void exec_destroy(void *context)
{
    struct exec *self = context;
    worker_destroy(self->worker);
    words_free(&self->words);
    free(self->whole);
    environment_free(&self->environment);
    free(self);
}

static size_t count_words(char *const *words)
{
    size_t count = 0;
    while (words[count])
        count++;
    return count;
}

/* Inside the instance's limits, where it has some. */
static bool put_limits(struct exec *self, struct error *error)
{
    const struct ent_program_1 *program = self->host->interface(self->instance, ENT_PROGRAM_1);
    if (!program)
        return true;
    char *const *limits = (char *const *)program->confine(self->instance);
    size_t limit_count = limits ? count_words(limits) : 0, word_count = count_words(self->words.list);
    self->whole = limits ? calloc(limit_count + word_count + 1, sizeof *self->whole) : NULL;
    if (!self->whole)
        return error_set(error, ERROR_MEMORY, "no memory for the program's limits");
    memcpy(self->whole, limits, limit_count * sizeof *limits);
    memcpy(self->whole + limit_count, self->words.list, word_count * sizeof *self->words.list);
    return true;
}

static unsigned emitted_kind(enum hello_kind kind)
{
    switch (kind) {
    case HELLO_SOURCE:
    case HELLO_TRANSFORM:
        return ENT_ITEM;
    case HELLO_CLASSIFIER:
        return ENT_REPORT;
    case HELLO_DETECTOR:
        return ENT_FINDING;
    case HELLO_SINK:
        break;
    }
    return 0;
}

static bool start_worker(struct exec *self, struct error *error)
{
    const char *mode = self->host->option_str(self->instance, "mode").data;
    struct ent_str directory = self->host->option_str(self->instance, "directory");
    enum hello_kind kind = start_kind(self->host, self->instance);
    bool is_once = mode && strcmp(mode, "once") == 0;
    if (!self->wake)
        return error_set(error, ERROR_CONFIG, "this host offers no wake/1");
    if (is_once && kind != HELLO_SINK)
        return error_set(error, ERROR_CONFIG,
                         "mode: only a sink's program can be started for each record; write mode = stream");
    struct worker_settings settings = {.words = self->whole ? self->whole : self->words.list,
                                       .environment = self->environment.list,
                                       .directory = directory.size > 0 ? directory.data : NULL,
                                       .timeout_ms = self->host->option_int(self->instance, "timeout"),
                                       .is_once = is_once,
                                       .kind = kind,
                                       .emits = emitted_kind(kind),
                                       .begin = begin,
                                       .told = tell,
                                       .counted = take_metric,
                                       .counts = count,
                                       .settled = wake,
                                       .release = release,
                                       .context = self};
    self->worker = worker_create(&settings, error);
    return self->worker != NULL;
}

static void *exec_create(const struct ent_host *host, struct ent_instance *instance)
{
    struct exec *self = calloc(1, sizeof *self);
    struct error error = ERROR_INIT;
    if (!self) {
        host->error(instance, ent_text("no memory"));
        return NULL;
    }
    self->host = host;
    self->instance = instance;
    self->wake = ent_wake(host, instance);
    self->kv = ent_kv(host, instance);
    self->metrics = host->interface(instance, ENT_METRICS_1);
    const char *command = host->option_str(instance, "command").data;
    if (words_split(command ? command : "", &self->words, &error) && make_environment(self, &error) &&
        put_limits(self, &error) && start_worker(self, &error))
        return self;
    host->error(instance, ent_text(error.text));
    exec_destroy(self);
    return NULL;
}

/* ---- work ---- */

/* What the program last said that it wants to remember, for its next start. */
static void read_state(struct exec *self, struct ent_unit *unit)
{
    struct ent_str state;
    if (self->has_read_state)
        return;
    self->has_read_state = true;
    if (self->kv && self->kv->get(unit, ent_text(state_key), &state) && !worker_set_state(self->worker, state.data))
        self->host->log(self->instance, ENT_LOG_WARNING,
                        ent_text("no memory for the program's state; it starts without"));
}

static void hand_over(struct exec *self, struct ent_unit *unit, size_t index, const struct worker_job *job)
{
    const struct ent_host *host = self->host;
    struct worker_job whole = *job;
    whole.ticket = host->ticket(unit, index);
    bool is_given = worker_submit(self->worker, &whole);
    if (!is_given && whole.held)
        host->release(whole.held);
    host->result(unit, index, is_given ? ENT_AGAIN : ENT_RETRY, -1,
                 ent_text(is_given ? NULL : "no memory or no thread to hand it to the program"));
}

static struct record_view view_of(const struct exec *self, const struct ent_record *record)
{
    struct ent_str bytes = self->host->bytes(record);
    return record_view_of(bytes.data, bytes.size);
}

static void append_reports(const struct exec *self, struct ent_unit *unit, size_t index, struct buffer *more)
{
    struct json_writer writer;
    buffer_append_text(more, ",\"reports\":");
    json_begin(&writer, more);
    json_array_open(&writer);
    for (size_t i = 0; i < self->host->report_count(unit, index); i++)
        record_to_json(&writer, view_of(self, self->host->report(unit, index, i)), 0);
    json_array_close(&writer);
}

static void append_remarks(const struct exec *self, struct ent_unit *unit, size_t index, struct buffer *more)
{
    struct json_writer writer;
    buffer_append_text(more, ",\"remarks\":");
    json_begin(&writer, more);
    json_array_open(&writer);
    for (size_t i = 0; i < self->host->remark_count(unit, index); i++) {
        struct ent_str classifier, text = self->host->remark(unit, index, i, &classifier);
        json_object_open(&writer);
        json_key(&writer, "classifier");
        json_put_string(&writer, classifier.data, classifier.size);
        json_key(&writer, "text");
        json_put_string(&writer, text.data, text.size);
        json_object_close(&writer);
    }
    json_array_close(&writer);
}

static void hand_over_input(struct exec *self, struct ent_unit *unit, size_t index, const char *type)
{
    const struct ent_record *record = self->host->input(unit, index);
    struct buffer text = BUFFER_INIT, more = BUFFER_INIT;
    struct json_writer writer;
    bool is_delivery = strcmp(type, "delivery") == 0;
    json_begin(&writer, &text);
    if (is_delivery)
        delivery_to_json(&writer, view_of(self, record));
    else
        record_to_json(&writer, view_of(self, record), 0);
    enum hello_kind kind = start_kind(self->host, self->instance);
    if (kind == HELLO_CLASSIFIER) {
        append_reports(self, unit, index, &more);
        append_remarks(self, unit, index, &more);
    }
    struct worker_job job = {.type = type, .record = text.bytes, .more = more.bytes};
    if (text.failed || more.failed) {
        self->host->result(unit, index, ENT_RETRY, -1, ent_text("no memory for the line"));
    } else {
        /* What passes as it is must be the very record. */
        job.held = kind == HELLO_TRANSFORM ? self->host->hold(record) : NULL;
        hand_over(self, unit, index, &job);
    }
    buffer_free(&text);
    buffer_free(&more);
}

static enum ent_code hand_over_all(struct exec *self, struct ent_unit *unit, const char *type)
{
    read_state(self, unit);
    for (size_t i = 0; i < self->host->input_count(unit); i++)
        hand_over_input(self, unit, i, type);
    return ENT_OK;
}

static enum ent_code exec_fetch(void *context, struct ent_unit *unit)
{
    struct exec *self = context;
    read_state(self, unit);
    hand_over(self, unit, 0, &(struct worker_job){.type = "fetch"});
    return ENT_OK;
}

static enum ent_code exec_items(void *context, struct ent_unit *unit)
{
    return hand_over_all(context, unit, "item");
}

static enum ent_code exec_detect(void *context, struct ent_unit *unit)
{
    return hand_over_all(context, unit, "event");
}

static enum ent_code exec_deliver(void *context, struct ent_unit *unit)
{
    return hand_over_all(context, unit, "delivery");
}

/* ---- results ---- */

static bool emit_records(struct exec *self, struct ent_unit *unit, struct worker_result *result)
{
    const struct ent_host *host = self->host;
    for (size_t i = 0; i < result->record_count; i++) {
        struct record_view view = result->records[i]->view;
        struct ent_record *record = host->from_bytes(self->instance, view.bytes, view.size);
        if (!record || host->emit(unit, 0, record) != 0)
            return false;
    }
    for (size_t i = 0; i < result->withdrawn_count; i++)
        host->withdraw(unit, 0, ent_text(result->withdrawn[i]));
    if (!result->passes || !result->held)
        return true;
    struct ent_record *held = result->held;
    result->held = NULL;
    return host->emit(unit, 0, held) == 0;
}

static bool keep_state(struct exec *self, struct ent_unit *unit, const struct worker_result *result)
{
    if (!result->state)
        return true;
    if (!self->kv)
        return false;
    return self->kv->put(unit, ent_text(state_key), ent_bytes(result->state, result->state_size)) == 0;
}

/* The answer to one input, or a part of what a source brings; ENT_OK unless the program cannot work as configured. */
static enum ent_code take_result(struct exec *self, struct ent_unit *unit, struct worker_result *result)
{
    const struct ent_host *host = self->host;
    enum ent_code code = result->code;
    const char *text = result->text;
    if (code == ENT_OK && (!emit_records(self, unit, result) || !keep_state(self, unit, result))) {
        code = ENT_RETRY;
        text = "what the program handed over could not be taken: too much at once, or memory is out";
    }
    if (result->next_fetch_ms >= 0)
        host->next_fetch(unit, result->next_fetch_ms);
    if (result->is_last)
        host->settle(unit, result->ticket, code, result->retry_after_ms, ent_text(text));
    return code == ENT_CONFIG || (code == ENT_RETRY && result->code == ENT_OK)
               ? ent_fail(host, self->instance, code, text)
               : ENT_OK;
}

/* Each result is a unit of its own: what it brings belongs to the one input that it settles. */
static enum ent_code exec_respond(void *context, struct ent_unit *unit, const struct ent_http_response *response)
{
    struct exec *self = context;
    (void)response;
    struct worker_result *result = worker_take(self->worker);
    if (!result)
        return ENT_OK;
    enum ent_code code = take_result(self, unit, result);
    if (result->held)
        self->host->release(result->held);
    worker_result_free(result);
    return code;
}

static const struct ent_ops ops = {
    .size = sizeof ops,
    .create = exec_create,
    .fetch = exec_fetch,
    .transform = exec_items,
    .classify = exec_items,
    .detect = exec_detect,
    .deliver = exec_deliver,
    .respond = exec_respond,
    .destroy = exec_destroy,
};

const struct ent_plugin *ent_plugin_query(void)
{
    static const struct ent_plugin plugin = {
        ENT_PLUGIN_HEAD,
        .name = "exec",
        .version = ENT_VERSION,
        .licence = "Apache-2.0",
        .summary = "Hands records to a program of any language, as lines of JSON",
        ENT_PLUGIN_OPTIONS(options),
        .ops = &ops,
    };
    return &plugin;
}
