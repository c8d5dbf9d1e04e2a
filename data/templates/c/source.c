/* @NAME@, a source: fetches a page of plain text and makes an item of each line that is not empty. */
#include <entente/plugin.h>

#include <stdlib.h>

struct @ID@ {
    const struct ent_host *host;
    struct ent_instance *instance;
};

/* The host reads and checks what the user writes by this table, and prints help and samples from it. */
static const struct ent_option options[] = {
    {.name = "url", .type = ENT_OPTION_URL, .flags = ENT_REQUIRED, .help = "Page of plain text, a headline a line."},
};

static void *create(const struct ent_host *host, struct ent_instance *instance)
{
    struct @ID@ *self = calloc(1, sizeof *self);
    if (!self) {
        host->error(instance, ent_text("out of memory"));
        return NULL;
    }
    self->host = host;
    self->instance = instance;
    return self;
}

/* Called when the source is due. The network is not waited for: the answer comes to respond(). */
static enum ent_code fetch(void *context, struct ent_unit *unit)
{
    struct @ID@ *self = context;
    struct ent_http_request request = {.size = sizeof request,
                                       .flags = ENT_HTTP_CONDITIONAL,
                                       .url = self->host->option_str(self->instance, "url").data};
    return ent_http(self->host, self->instance)->submit(unit, &request) == 0 ? ENT_OK : ENT_RETRY;
}

/* build, seal and emit set the text that goes with ENT_RETRY; emit takes the record over. */
static int emit_line(struct @ID@ *self, struct ent_unit *unit, struct ent_str line)
{
    const struct ent_host *host = self->host;
    struct ent_builder *item = host->build(self->instance, ENT_ITEM);
    if (!item)
        return -1;
    host->put_str(item, ENT_ITEM_TITLE, line);
    host->put_str(item, ENT_ITEM_FETCH_URL, host->option_str(self->instance, "url"));
    struct ent_record *record = host->seal(item);
    return record ? host->emit(unit, 0, record) : -1;
}

static enum ent_code respond(void *context, struct ent_unit *unit, const struct ent_http_response *response)
{
    struct @ID@ *self = context;
    if (response->outcome == ENT_HTTP_NOT_MODIFIED)
        return ENT_OK;
    if (response->outcome != ENT_HTTP_DONE)
        return ent_fail(self->host, self->instance, ENT_RETRY, response->error.data);
    if (response->status != 200)
        return ent_fail(self->host, self->instance, ENT_RETRY, "the server did not answer with 200");
    const char *at = response->body.data, *end = at + response->body.size;
    while (at < end) {
        const char *feed = memchr(at, '\n', (size_t)(end - at));
        const char *line_end = feed ? feed : end;
        if (line_end > at && emit_line(self, unit, ent_bytes(at, (size_t)(line_end - at))) != 0)
            return ENT_RETRY;
        at = feed ? feed + 1 : end;
    }
    return ENT_OK;
}

static void destroy(void *context)
{
    free(context);
}

static const struct ent_ops ops = {
    .size = sizeof ops, .create = create, .fetch = fetch, .respond = respond, .destroy = destroy};

static const struct ent_plugin plugin = {ENT_PLUGIN_HEAD,
                                         .name = "@NAME@",
                                         .version = "0.1",
                                         .licence = "Apache-2.0",
                                         .summary = "Items from a page of headlines",
                                         ENT_PLUGIN_OPTIONS(options),
                                         .ops = &ops};

ENT_EXPORT const struct ent_plugin *ent_plugin_query(void)
{
    return &plugin;
}
