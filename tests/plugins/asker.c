/* A classifier that has to ask for each item, by HTTP at `url`, and says in `respond` what became of it: an answer
 * "type" is a report of that type, and withdraws those made before; "none" is a remark, "later" a retry. Items that
 * come in one batch are settled by the answer to the last of them. */
#include <entente/plugin.h>

#include <stdlib.h>

enum { OPEN_MAX = 8 };

struct asker {
    const struct ent_host *host;
    struct ent_instance *instance;
    uint64_t tickets[OPEN_MAX];
    char ids[OPEN_MAX][40], reports[OPEN_MAX][40];
    size_t open;
};

static const struct ent_option options[] = {
    {.name = "url", .type = ENT_OPTION_URL, .flags = ENT_REQUIRED, .help = "Where to ask."},
};

static void *asker_create(const struct ent_host *host, struct ent_instance *instance)
{
    struct asker *self = calloc(1, sizeof *self);
    if (self)
        *self = (struct asker){.host = host, .instance = instance};
    else
        host->error(instance, ent_text("out of memory"));
    return self;
}

static void copy_id(char to[40], struct ent_str text)
{
    to[0] = '\0';
    if (text.size < 40 && text.data)
        memcpy(to, text.data, text.size + 1);
}

static enum ent_code asker_classify(void *context, struct ent_unit *unit)
{
    struct asker *self = context;
    const struct ent_host *host = self->host;
    size_t count = host->input_count(unit);
    if (count > OPEN_MAX)
        return ent_fail(host, self->instance, ENT_REJECT, "too many at once");
    self->open = 0;
    for (size_t i = 0; i < count; i++) {
        self->tickets[i] = host->ticket(unit, i);
        copy_id(self->ids[i], ent_get_str(host, host->input(unit, i), ENT_ITEM_ID));
        copy_id(self->reports[i], host->report_count(unit, i)
                                      ? ent_get_str(host, host->report(unit, i, 0), ENT_REPORT_ID)
                                      : ent_text(NULL));
    }
    struct ent_http_request request = {.size = sizeof request, .url = host->option_str(self->instance, "url").data};
    if (ent_http(host, self->instance)->submit(unit, &request) != 0)
        return ENT_RETRY;
    self->open = count;
    return ENT_AGAIN;
}

static int emit_report(struct asker *self, struct ent_unit *unit, size_t index, struct ent_str type)
{
    const struct ent_host *host = self->host;
    struct ent_builder *builder = host->build(self->instance, ENT_REPORT);
    if (!builder)
        return -1;
    host->put_str(builder, ENT_REPORT_TYPE, type);
    ent_put_text(host, builder, ENT_REPORT_ITEM, self->ids[index]);
    struct ent_record *record = host->seal(builder);
    if (*self->reports[index])
        host->withdraw(unit, 0, ent_text(self->reports[index]));
    return record ? host->emit(unit, 0, record) : -1;
}

static enum ent_code asker_respond(void *context, struct ent_unit *unit, const struct ent_http_response *response)
{
    struct asker *self = context;
    int is_none = response->body.size == 4 && memcmp(response->body.data, "none", 4) == 0;
    int is_later = response->outcome != ENT_HTTP_DONE ||
                   (response->body.size == 5 && memcmp(response->body.data, "later", 5) == 0);
    for (size_t i = 0; i < self->open; i++) {
        int is_lost = !is_none && !is_later && emit_report(self, unit, i, response->body) != 0;
        enum ent_code code = is_later || is_lost ? ENT_RETRY : ENT_OK;
        self->host->settle(unit, self->tickets[i], code, is_later ? 5000 : -1,
                           ent_text(is_none ? "uncoded: nothing to tell" : ""));
    }
    self->open = 0;
    return ENT_OK;
}

static void asker_destroy(void *self)
{
    free(self);
}

static const struct ent_ops ops = {.size = sizeof ops,
                                   .create = asker_create,
                                   .classify = asker_classify,
                                   .respond = asker_respond,
                                   .destroy = asker_destroy};

const struct ent_plugin *ent_plugin_query(void)
{
    static const struct ent_plugin plugin = {
        ENT_PLUGIN_HEAD,
        .name = "asker",
        .version = "1.0",
        .licence = "Apache-2.0",
        .summary = "Asks what to report",
        ENT_PLUGIN_OPTIONS(options),
        .ops = &ops,
    };
    return &plugin;
}
