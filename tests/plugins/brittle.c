/* A source that asks for a page, keeps count, and dates what it emits by the host's clock; with `brittle = yes` it does not
 * look whether it got memory. For the tests of the harness. */
#include <entente/plugin.h>

#include <stdio.h>
#include <stdlib.h>

struct brittle {
    const struct ent_host *host;
    struct ent_instance *instance;
    char *note;
};

static const struct ent_option options[] = {
    {.name = "url", .type = ENT_OPTION_URL, .flags = ENT_REQUIRED, .help = "Page to fetch."},
    {.name = "brittle", .type = ENT_OPTION_BOOL, .default_value = "no", .help = "Whether it takes memory for granted."},
};

static void *brittle_create(const struct ent_host *host, struct ent_instance *instance)
{
    struct brittle *self = calloc(1, sizeof *self);
    if (!self)
        return NULL;
    *self = (struct brittle){.host = host, .instance = instance, .note = malloc(16)};
    if (host->option_int(instance, "brittle"))
        *(volatile char *)self->note = 0;
    if (self->note)
        return self;
    free(self);
    return NULL;
}

static enum ent_code brittle_fetch(void *context, struct ent_unit *unit)
{
    struct brittle *self = context;
    struct ent_http_request request = {.size = sizeof request,
                                       .url = self->host->option_str(self->instance, "url").data,
                                       .flags = ENT_HTTP_CONDITIONAL};
    return ent_http(self->host, self->instance)->submit(unit, &request) == 0 ? ENT_OK : ENT_RETRY;
}

static enum ent_code brittle_respond(void *context, struct ent_unit *unit, const struct ent_http_response *response)
{
    struct brittle *self = context;
    const struct ent_host *host = self->host;
    const struct ent_kv_1 *kv = ent_kv(host, self->instance);
    struct ent_str count = {NULL, 0};
    char next[24];
    if (response->outcome == ENT_HTTP_NOT_MODIFIED)
        return ENT_OK;
    if (response->outcome != ENT_HTTP_DONE || response->status != 200)
        return ent_fail(host, self->instance, ENT_RETRY, response->error.size ? response->error.data : "not 200");
    snprintf(next, sizeof next, "%d", kv->get(unit, ent_text("count"), &count) ? atoi(count.data) + 1 : 1);
    if (kv->put(unit, ent_text("count"), ent_text(next)) != 0)
        return ENT_RETRY;
    struct ent_builder *item = host->build(self->instance, ENT_ITEM);
    if (!item)
        return ENT_RETRY;
    host->put_str(item, ENT_ITEM_TITLE, response->body);
    host->put_time(item, ENT_ITEM_PUBLISHED, ent_clock(host, self->instance)->now(self->instance));
    struct ent_record *record = host->seal(item);
    return record && host->emit(unit, 0, record) == 0 ? ENT_OK : ENT_RETRY;
}

static void brittle_destroy(void *context)
{
    struct brittle *self = context;
    free(self->note);
    free(self);
}

static const struct ent_ops ops = {.size = sizeof ops,
                                   .create = brittle_create,
                                   .fetch = brittle_fetch,
                                   .respond = brittle_respond,
                                   .destroy = brittle_destroy};

const struct ent_plugin *ent_plugin_query(void)
{
    static const struct ent_plugin plugin = {
        ENT_PLUGIN_HEAD,
        .name = "brittle",
        .version = "1.0",
        .licence = "Apache-2.0",
        .summary = "Fetches a page",
        ENT_PLUGIN_OPTIONS(options),
        .ops = &ops,
    };
    return &plugin;
}
