/* A detector that can be foretold: it numbers the revisions that it is shown, in kv/1, and finds something in each,
 * known by its event. Titles of an event's sources say otherwise: "CRASH" kills the process, "REJECT", "RETRY", "FATAL"
 * and "CONFIG" are answered, "WORDLESS" gives a finding without a text, "TWICE" two with one id, "ASK" lets the answer
 * of `url` say what was found. */
#include <entente/plugin.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

struct sentry {
    const struct ent_host *host;
    struct ent_instance *instance;
};

static const struct ent_option options[] = {
    {.name = "url", .type = ENT_OPTION_URL, .help = "Whom to ask."},
    {.name = "numbers", .type = ENT_OPTION_BOOL, .default_value = "yes", .help = "Whether its findings bear them."},
    {.name = "kind", .type = ENT_OPTION_STRING, .default_value = "seen", .help = "Of what kind its findings are."},
};

static void *sentry_create(const struct ent_host *host, struct ent_instance *instance)
{
    struct sentry *self = calloc(1, sizeof *self);
    if (self)
        *self = (struct sentry){host, instance};
    return self;
}

static int is_told(const struct sentry *self, struct ent_unit *unit, const struct ent_record *event, const char *word)
{
    size_t count = self->host->count(event, ENT_EVENT_SOURCE);
    for (size_t i = 0; i < count; i++) {
        const struct ent_record *source = self->host->get_rec(unit, event, ENT_EVENT_SOURCE, i);
        struct ent_str title = source ? ent_get_str(self->host, source, ENT_SOURCE_TITLE) : (struct ent_str){NULL, 0};
        if (title.data && strstr(title.data, word))
            return 1;
    }
    return 0;
}

static enum ent_code find(const struct sentry *self, struct ent_unit *unit, size_t index, const char *id,
                          struct ent_str text)
{
    const struct ent_host *host = self->host;
    struct ent_builder *finding = host->build(self->instance, ENT_FINDING);
    if (!finding)
        return ENT_RETRY;
    ent_put_text(host, finding, ENT_FINDING_ID, id);
    host->put_str(finding, ENT_FINDING_KIND, host->option_str(self->instance, "kind"));
    if (text.size)
        host->put_str(finding, ENT_FINDING_TEXT, text);
    host->put_num(finding, ENT_FINDING_SCORE, 0.5);
    struct ent_record *record = host->seal(finding);
    return record && host->emit(unit, index, record) == 0 ? ENT_OK : ENT_RETRY;
}

static enum ent_code number(const struct sentry *self, struct ent_unit *unit, size_t index)
{
    const struct ent_kv_1 *kv = ent_kv(self->host, self->instance);
    struct ent_str count = {NULL, 0};
    char text[64], next[24];
    snprintf(next, sizeof next, "%d", kv->get(unit, ent_text("count"), &count) ? atoi(count.data) + 1 : 1);
    if (kv->put(unit, ent_text("count"), ent_text(next)) != 0)
        return ENT_RETRY;
    snprintf(text, sizeof text, "number %s", next);
    return find(self, unit, index, NULL,
                ent_text(self->host->option_int(self->instance, "numbers") ? text : "an event"));
}

static enum ent_code ask(const struct sentry *self, struct ent_unit *unit, size_t index)
{
    struct ent_http_request request = {.size = sizeof request,
                                       .url = self->host->option_str(self->instance, "url").data,
                                       .tag = self->host->ticket(unit, index)};
    return ent_http(self->host, self->instance)->submit(unit, &request) == 0 ? ENT_AGAIN : ENT_RETRY;
}

static enum ent_code look(const struct sentry *self, struct ent_unit *unit, size_t index)
{
    static const struct {
        const char *word;
        enum ent_code code;
    } answers[] = {{"REJECT", ENT_REJECT}, {"RETRY", ENT_RETRY}, {"FATAL", ENT_FATAL}, {"CONFIG", ENT_CONFIG}};
    const struct ent_record *event = self->host->input(unit, index);
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        if (is_told(self, unit, event, answers[i].word))
            return answers[i].code;
    if (is_told(self, unit, event, "CRASH"))
        raise(SIGABRT);
    if (is_told(self, unit, event, "WORDLESS"))
        return find(self, unit, index, NULL, ent_text(NULL));
    if (is_told(self, unit, event, "TWICE") && find(self, unit, index, "twice", ent_text("once")) != ENT_OK)
        return ENT_RETRY;
    if (is_told(self, unit, event, "TWICE"))
        return find(self, unit, index, "twice", ent_text("twice"));
    return is_told(self, unit, event, "ASK") ? ask(self, unit, index) : number(self, unit, index);
}

static enum ent_code sentry_detect(void *context, struct ent_unit *unit)
{
    const struct sentry *self = context;
    for (size_t i = 0; i < self->host->input_count(unit); i++)
        self->host->result(unit, i, look(self, unit, i), -1, ent_text("the title asks for it"));
    return ENT_OK;
}

static enum ent_code sentry_respond(void *context, struct ent_unit *unit, const struct ent_http_response *response)
{
    const struct sentry *self = context;
    int is_good = response->outcome == ENT_HTTP_DONE && response->status == 200;
    self->host->settle(unit, response->tag, is_good ? ENT_OK : ENT_RETRY, -1, ent_text("no good answer"));
    return is_good ? find(self, unit, 0, NULL, response->body) : ENT_OK;
}

static void sentry_destroy(void *context)
{
    free(context);
}

static const struct ent_ops ops = {.size = sizeof ops,
                                   .create = sentry_create,
                                   .detect = sentry_detect,
                                   .respond = sentry_respond,
                                   .destroy = sentry_destroy};

const struct ent_plugin *ent_plugin_query(void)
{
    static const struct ent_plugin plugin = {ENT_PLUGIN_HEAD,
                                             .name = "sentry",
                                             .version = "1.0",
                                             .licence = "Apache-2.0",
                                             .summary = "A detector for tests",
                                             ENT_PLUGIN_OPTIONS(options),
                                             .ops = &ops};
    return &plugin;
}
