/* A source and a sink that do what their options say: for the tests of instances. */
#include <entente/plugin.h>

#include <stdio.h>
#include <stdlib.h>

struct trivial {
    const struct ent_host *host;
    struct ent_instance *instance;
    int64_t calls;
};

static const struct ent_option options[] = {
    {.name = "text", .type = ENT_OPTION_STRING, .default_value = "hello", .help = "Title of the items made."},
    {.name = "count", .type = ENT_OPTION_INT, .default_value = "2", .min = "0", .max = "100", .help = "Items a fetch."},
    {.name = "answer",
     .type = ENT_OPTION_ENUM,
     .default_value = "ok",
     .choices = "ok|again|retry|reject|config|fatal|check|create|start|kind|url|list",
     .help = "What to do."},
    {.name = "url", .type = ENT_OPTION_STRING, .help = "Address to ask with answer = url."},
};

static int answers(struct trivial *self, const char *word)
{
    return strcmp(self->host->option_str(self->instance, "answer").data, word) == 0;
}

static enum ent_code trivial_check(const struct ent_host *host, struct ent_instance *instance)
{
    if (strcmp(host->option_str(instance, "answer").data, "check") == 0)
        return ent_fail(host, instance, ENT_CONFIG, "answer: check was asked for");
    return ENT_OK;
}

static void *trivial_create(const struct ent_host *host, struct ent_instance *instance)
{
    struct trivial *self = calloc(1, sizeof *self);
    if (!self)
        return NULL;
    self->host = host;
    self->instance = instance;
    if (!answers(self, "create"))
        return self;
    free(self);
    host->error(instance, ent_text("create was asked to fail"));
    return NULL;
}

static enum ent_code trivial_start(void *context)
{
    struct trivial *self = context;
    if (answers(self, "start"))
        return ent_fail(self->host, self->instance, ENT_FATAL, "start was asked to fail");
    return ENT_OK;
}

static enum ent_code answer_code(struct trivial *self)
{
    static const char *const words[] = {"ok", "again", "retry", "reject", "config", "fatal"};
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
        if (answers(self, words[i]))
            return i == 0 ? ENT_OK : ent_fail(self->host, self->instance, (enum ent_code)i, "as asked");
    return ENT_OK;
}

static int emit_item(struct trivial *self, struct ent_unit *unit, uint32_t kind)
{
    const struct ent_host *host = self->host;
    struct ent_builder *item = host->build(self->instance, kind);
    host->put_str(item, kind == ENT_ITEM ? ENT_ITEM_TITLE : ENT_REPORT_TYPE, host->option_str(self->instance, "text"));
    struct ent_record *record = host->seal(item);
    return record ? host->emit(unit, 0, record) : -1;
}

/* Puts the keys that begin with `prefix` under the name `under`. */
static void list_keys(const struct ent_kv_1 *kv, struct ent_unit *unit, const char *prefix, const char *under)
{
    char text[400] = "";
    size_t size = 0;
    struct ent_str key = ent_text(NULL);
    while (kv->next(unit, ent_text(prefix), key, &key) == 1 && size + key.size + 2 < sizeof text)
        size += (size_t)snprintf(text + size, sizeof text - size, "%s%.*s", size ? " " : "", (int)key.size, key.data);
    kv->put(unit, ent_text(under), ent_text(text));
}

static enum ent_code list_all_keys(const struct ent_kv_1 *kv, struct ent_unit *unit)
{
    static const char *const own[] = {"own/b", "own/a", "own/c", "kept/1", "own/a"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        kv->put(unit, ent_text(own[i]), ent_text("1"));
    kv->put(unit, ent_text("own/c"), ent_bytes(NULL, 0));
    kv->put(unit, ent_text("kept/2"), ent_bytes(NULL, 0));
    list_keys(kv, unit, "kept/", "x/kept");
    list_keys(kv, unit, "own/", "x/own");
    list_keys(kv, unit, "own/a/", "x/none");
    list_keys(kv, unit, "", "x/all");
    return ENT_OK;
}

static enum ent_code trivial_fetch(void *context, struct ent_unit *unit)
{
    struct trivial *self = context;
    const struct ent_kv_1 *kv = ent_kv(self->host, self->instance);
    char text[24];
    struct ent_str seen = {NULL, 0};
    if (answers(self, "url")) {
        struct ent_str url = self->host->option_str(self->instance, "url");
        struct ent_http_request request = {
            .size = sizeof request, .url = url.data, .flags = ENT_HTTP_CONDITIONAL, .tag = 7};
        return ent_http(self->host, self->instance)->submit(unit, &request) == 0 ? ENT_AGAIN : ENT_RETRY;
    }
    if (answers(self, "list"))
        return list_all_keys(kv, unit);
    self->calls = kv->get(unit, ent_text("calls"), &seen) ? strtoll(seen.data, NULL, 10) : 0;
    snprintf(text, sizeof text, "%lld", (long long)self->calls + 1);
    kv->put(unit, ent_text("calls"), ent_text(text));
    for (int64_t i = 0; i < self->host->option_int(self->instance, "count"); i++)
        if (emit_item(self, unit, answers(self, "kind") ? ENT_REPORT : ENT_ITEM) != 0)
            return ENT_RETRY;
    return answer_code(self);
}

static enum ent_code trivial_deliver(void *context, struct ent_unit *unit)
{
    struct trivial *self = context;
    (void)unit;
    return answer_code(self);
}

static enum ent_code trivial_respond(void *context, struct ent_unit *unit, const struct ent_http_response *response)
{
    struct trivial *self = context;
    if (response->outcome == ENT_HTTP_NOT_MODIFIED)
        return ENT_OK;
    if (response->outcome != ENT_HTTP_DONE || response->status != 200 || response->tag != 7)
        return ent_fail(self->host, self->instance, ENT_RETRY, response->error.data);
    return emit_item(self, unit, ENT_ITEM) == 0 ? ENT_OK : ENT_RETRY;
}

static void trivial_destroy(void *context)
{
    free(context);
}

static const struct ent_ops ops = {
    .size = sizeof ops,
    .check = trivial_check,
    .create = trivial_create,
    .start = trivial_start,
    .fetch = trivial_fetch,
    .deliver = trivial_deliver,
    .respond = trivial_respond,
    .destroy = trivial_destroy,
};

const struct ent_plugin *ent_plugin_query(void)
{
    static const struct ent_plugin plugin = {
        ENT_PLUGIN_HEAD,
        .name = "trivial",
        .version = "1.2.3",
        .licence = "Apache-2.0",
        .summary = "Does what its options say",
        ENT_PLUGIN_OPTIONS(options),
        .ops = &ops,
    };
    return &plugin;
}
