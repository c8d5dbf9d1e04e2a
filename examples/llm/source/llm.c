/* llm: a classifier that has a language model look at what the coder is not sure of, or code what it cannot.
 *
 * Any endpoint that speaks the chat-completions protocol will do. The model proposes; what it says is believed only as
 * far as it can be checked: words of the codebook, codes and dates of the right form, and quotes that stand in the
 * article. Whatever goes wrong, the item goes on as the coder left it, with a remark that says why. */
#include "instance.h"

#include <stdlib.h>
#include <string.h>

static const struct ent_option options[] = {
    {.name = "url",
     .type = ENT_OPTION_URL,
     .flags = ENT_REQUIRED,
     .help = "The endpoint, as http://127.0.0.1:8080/v1 or with /chat/completions at its end; one on this machine or "
             "network needs "
             "allow_private = yes."},
    {.name = "model",
     .type = ENT_OPTION_STRING,
     .flags = ENT_REQUIRED,
     .help = "The model's name as the endpoint knows it."},
    {.name = "bearer",
     .type = ENT_OPTION_SECRET,
     .help = "The key, sent as Authorization: Bearer to the origin of url only."},
    {.name = "headers",
     .type = ENT_OPTION_SECRET,
     .flags = ENT_ADVANCED,
     .help = "Further headers, for endpoints that take the key in another one: `api-key: KEY`, or file:PATH with one a "
             "line."},
    {.name = "mode",
     .type = ENT_OPTION_LIST,
     .default_value = "adjudicate",
     .choices = "adjudicate|code",
     .help = "adjudicate: judge reports whose confidence is between low and high. code: code items of which there is "
             "no report."},
    {.name = "low",
     .type = ENT_OPTION_FLOAT,
     .default_value = "0.2",
     .min = "0",
     .max = "1",
     .help = "Reports less sure than this are not worth asking about."},
    {.name = "high",
     .type = ENT_OPTION_FLOAT,
     .default_value = "0.6",
     .min = "0",
     .max = "1",
     .help = "Reports as sure as this need nobody's advice."},
    {.name = "words",
     .type = ENT_OPTION_LIST,
     .flags = ENT_MULTI,
     .help = "Mode code: only items that hold one of these, each the beginning of a word."},
    {.name = "languages",
     .type = ENT_OPTION_LIST,
     .help = "Mode code: only items in these languages (ISO 639), as their feed says."},
    {.name = "relevant",
     .type = ENT_OPTION_BOOL,
     .default_value = "no",
     .help = "Mode code: only items that classifiers before this one found relevant, or in a language that they do not know."},
    {.name = "requests_per_day",
     .type = ENT_OPTION_INT,
     .default_value = "500",
     .min = "0",
     .max = "10000000",
     .help = "Requests in a day (UTC), past which items go on unasked."},
    {.name = "tokens_per_day",
     .type = ENT_OPTION_INT,
     .default_value = "1000000",
     .min = "0",
     .max = "1000000000000",
     .help = "Tokens in a day, read and written, counted before they are spent."},
    {.name = "confidence",
     .type = ENT_OPTION_FLOAT,
     .default_value = "0.75",
     .min = "0",
     .max = "1",
     .help = "How sure a report is that the model confirms, puts right or makes."},
    {.name = "patience",
     .type = ENT_OPTION_DURATION,
     .default_value = "5m",
     .min = "0",
     .max = "45m",
     .help = "How long an item may wait for an endpoint that fails or is busy; the items after it wait as well."},
    {.name = "answer_timeout",
     .type = ENT_OPTION_DURATION,
     .default_value = "2m",
     .min = "1s",
     .max = "9m",
     .help = "How long one answer may take; it stands in place of timeout."},
    {.name = "max_per_host",
     .type = ENT_OPTION_INT,
     .default_value = "2",
     .min = "1",
     .max = "64",
     .help = "Requests under way at once."},
    {.name = "cache",
     .type = ENT_OPTION_INT,
     .flags = ENT_ADVANCED,
     .default_value = "5000",
     .min = "0",
     .max = "1000000",
     .help = "Answers that are kept, so that the same text is not paid for twice; 0 for none."},
    {.name = "format",
     .type = ENT_OPTION_ENUM,
     .flags = ENT_ADVANCED,
     .default_value = "auto",
     .choices = "auto|json_schema|json_object|text",
     .help = "How the form of the answer is asked for; by itself json_schema, and less where the endpoint refuses it."},
    {.name = "max_tokens",
     .type = ENT_OPTION_INT,
     .flags = ENT_ADVANCED,
     .default_value = "2000",
     .min = "64",
     .max = "32768",
     .help = "Tokens of an answer, thoughts included; one that is cut off is asked for once more with twice as many."},
    {.name = "text_max",
     .type = ENT_OPTION_SIZE,
     .flags = ENT_ADVANCED,
     .default_value = "16k",
     .min = "500",
     .max = "256k",
     .help = "So much of an article is shown to the model."},
    {.name = "instructions",
     .type = ENT_OPTION_STRING,
     .flags = ENT_ADVANCED | ENT_MULTI,
     .help = "Added to what the model is told."},
};

/* ---- settings ---- */

static int has_mode(const struct ent_host *host, struct ent_instance *instance, const char *mode)
{
    for (size_t i = 0; i < host->option_count(instance, "mode"); i++)
        if (strcmp(host->option_item(instance, "mode", i).data, mode) == 0)
            return 1;
    return 0;
}

static enum ent_code check(const struct ent_host *host, struct ent_instance *instance)
{
    if (host->option_num(instance, "low") >= host->option_num(instance, "high"))
        return ent_fail(host, instance, ENT_CONFIG, "low must be less than high, else no report is between them");
    if (has_mode(host, instance, "code") && host->option_count(instance, "words") == 0 &&
        host->option_count(instance, "languages") == 0 && !host->option_int(instance, "relevant"))
        return ent_fail(
            host, instance, ENT_CONFIG,
            "mode = code without relevant, words and languages would ask about every item that the coder finds nothing "
            "in; set one of them");
    return ENT_OK;
}

/* The endpoint proper, whichever of both forms is given; a query stays. */
static char *make_url(const char *given)
{
    static const char end[] = "/chat/completions";
    size_t size = strcspn(given, "?#");
    const char *rest = given + size;
    while (size > 0 && given[size - 1] == '/')
        size--;
    int is_whole = size >= sizeof end - 1 && strncmp(given + size - (sizeof end - 1), end, sizeof end - 1) == 0;
    size_t room = size + sizeof end + strlen(rest);
    char *url = malloc(room);
    if (url)
        snprintf(url, room, "%.*s%s%s", (int)size, given, is_whole ? "" : end, rest);
    return url;
}

static void read_form(struct instance *self)
{
    static const char *const formats[] = {"json_schema", "json_object", "text"};
    const char *format = self->host->option_str(self->instance, "format").data;
    self->endpoint.form.max_tokens = self->host->option_int(self->instance, "max_tokens");
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (strcmp(format, formats[i]) != 0)
            continue;
        self->endpoint.form.format = (enum prompt_format)i;
        self->endpoint.is_format_set = 1;
    }
}

static void read_options(struct instance *self)
{
    const struct ent_host *host = self->host;
    struct ent_instance *instance = self->instance;
    self->model = host->option_str(instance, "model").data;
    self->instructions = host->option_str(instance, "instructions").data;
    self->adjudicates = has_mode(host, instance, "adjudicate");
    self->codes = has_mode(host, instance, "code");
    self->is_relevant_only = host->option_int(instance, "relevant") != 0;
    self->low = host->option_num(instance, "low");
    self->high = host->option_num(instance, "high");
    self->confidence = host->option_num(instance, "confidence");
    self->patience_ms = host->option_int(instance, "patience");
    self->answer_timeout_ms = host->option_int(instance, "answer_timeout");
    self->text_max = host->option_int(instance, "text_max");
    self->concurrency = (size_t)host->option_int(instance, "max_per_host");
    self->budget.requests_max = host->option_int(instance, "requests_per_day");
    self->budget.tokens_max = host->option_int(instance, "tokens_per_day");
    self->cache = (struct cache){host->option_int(instance, "cache"), self->kv};
    read_form(self);
}

/* ---- life ---- */

static void destroy(void *context)
{
    struct instance *self = context;
    jobs_free(&self->jobs);
    codebook_close(&self->codebook);
    free(self->url);
    free(self);
}

static void *create(const struct ent_host *host, struct ent_instance *instance)
{
    struct instance *self = calloc(1, sizeof *self);
    if (!self) {
        host->error(instance, ent_text("out of memory"));
        return NULL;
    }
    self->host = self->jobs.host = host;
    self->instance = instance;
    self->http = ent_http(host, instance);
    self->kv = ent_kv(host, instance);
    self->clock = ent_clock(host, instance);
    self->metrics = host->interface(instance, ENT_METRICS_1);
    read_options(self);
    self->url = make_url(host->option_str(instance, "url").data);
    if (self->url && codebook_open(&self->codebook) == 0)
        return self;
    host->error(instance, ent_text("out of memory, or the codebook that is compiled in is none"));
    destroy(self);
    return NULL;
}

static enum ent_code start(void *context)
{
    struct instance *self = context;
    if (self->http && self->kv && self->clock)
        return ENT_OK;
    return ent_fail(self->host, self->instance, ENT_CONFIG, "this host has no http/1, kv/1 or clock/1 for classifiers");
}

/* ---- callbacks ---- */

static enum ent_code classify(void *context, struct ent_unit *unit)
{
    struct instance *self = context;
    const struct ent_host *host = self->host;
    self->callbacks++;
    budget_begin(&self->budget, self->kv, unit, self->clock->now(self->instance));
    for (size_t i = 0; i < host->input_count(unit); i++) {
        struct waiter waiter;
        json_t *messages;
        switch (question_put(self, unit, i, &waiter, &messages)) {
        case QUESTION_PUT:
            asking_begin(self, unit, &waiter, messages);
            break;
        case QUESTION_NO_MEMORY:
            host->result(unit, i, ENT_RETRY, -1, ent_text("out of memory"));
            break;
        case QUESTION_NONE:
            host->result(unit, i, ENT_OK, -1, ent_text(NULL));
            break;
        }
    }
    return ENT_OK;
}

static enum ent_code respond(void *context, struct ent_unit *unit, const struct ent_http_response *response)
{
    struct instance *self = context;
    self->callbacks++;
    budget_begin(&self->budget, self->kv, unit, self->clock->now(self->instance));
    asking_respond(self, unit, response);
    return ENT_OK;
}

static const struct ent_ops ops = {.size = sizeof ops,
                                   .check = check,
                                   .create = create,
                                   .start = start,
                                   .classify = classify,
                                   .respond = respond,
                                   .destroy = destroy};

static const struct ent_plugin plugin = {
    ENT_PLUGIN_HEAD,
    .name = "llm",
    .version = "1.0",
    .licence = "Apache-2.0",
    .summary = "Has a language model judge what the coder is not sure of",
    ENT_PLUGIN_OPTIONS(options),
    .ops = &ops,
};

ENT_EXPORT const struct ent_plugin *ent_plugin_query(void)
{
    return &plugin;
}
