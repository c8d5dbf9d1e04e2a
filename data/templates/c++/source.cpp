/* @NAME@, a source: fetches a page of plain text and makes an item of each line that is not empty. */
#include <entente/plugin.h>

#include <new>

struct @ID@ {
    const struct ent_host *host;
    struct ent_instance *instance;
};

/* The host reads and checks what the user writes by this table, and prints help and samples from it. */
static const struct ent_option options[] = {
    {"url", ENT_OPTION_URL, ENT_REQUIRED, nullptr, nullptr, nullptr, nullptr, nullptr, "Page of plain text, a headline a line.", nullptr},
};

/* No exception may leave a callback: the host is C. */
static void *create(const struct ent_host *host, struct ent_instance *instance)
{
    @ID@ *self = new (std::nothrow) @ID@{host, instance};
    if (!self)
        host->error(instance, ent_text("out of memory"));
    return self;
}

/* Called when the source is due. The network is not waited for: the answer comes to respond(). */
static enum ent_code fetch(void *context, struct ent_unit *unit)
{
    auto *self = static_cast<@ID@ *>(context);
    ent_http_request request{};
    request.size = sizeof request;
    request.flags = ENT_HTTP_CONDITIONAL;
    request.url = self->host->option_str(self->instance, "url").data;
    return ent_http(self->host, self->instance)->submit(unit, &request) == 0 ? ENT_OK : ENT_RETRY;
}

/* build, seal and emit set the text that goes with ENT_RETRY; emit takes the record over. */
static int emit_line(@ID@ *self, struct ent_unit *unit, struct ent_str line)
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
    auto *self = static_cast<@ID@ *>(context);
    if (response->outcome == ENT_HTTP_NOT_MODIFIED)
        return ENT_OK;
    if (response->outcome != ENT_HTTP_DONE)
        return ent_fail(self->host, self->instance, ENT_RETRY, response->error.data);
    if (response->status != 200)
        return ent_fail(self->host, self->instance, ENT_RETRY, "the server did not answer with 200");
    const char *at = response->body.data, *end = at + response->body.size;
    while (at < end) {
        const char *feed = static_cast<const char *>(memchr(at, '\n', static_cast<size_t>(end - at)));
        const char *line_end = feed ? feed : end;
        if (line_end > at && emit_line(self, unit, ent_bytes(at, static_cast<size_t>(line_end - at))) != 0)
            return ENT_RETRY;
        at = feed ? feed + 1 : end;
    }
    return ENT_OK;
}

static void destroy(void *context)
{
    delete static_cast<@ID@ *>(context);
}

static const ent_ops ops = [] {
    ent_ops table{};
    table.size = sizeof table;
    table.create = create;
    table.fetch = fetch;
    table.respond = respond;
    table.destroy = destroy;
    return table;
}();

static const ent_plugin plugin = {ENT_PLUGIN_HEAD, "@NAME@", "0.1", "Apache-2.0", "Items from a page of headlines", 0,
                                  ENT_PLUGIN_OPTIONS(options), &ops};

ENT_EXPORT const struct ent_plugin *ent_plugin_query(void)
{
    return &plugin;
}
