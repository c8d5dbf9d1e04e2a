/* Of whatever kind it is asked to be, it dies in `create` as long as a file is there, or will not be created; afterwards it
 * says that it lives and lets everything go on, or as a source hangs. For the tests of what a process costs that ends before it
 * came to anything. */
#include <entente/plugin.h>

#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

struct stillborn {
    const struct ent_host *host;
    struct ent_instance *instance;
};

static const struct ent_option options[] = {
    {.name = "as_long_as", .type = ENT_OPTION_PATH, .help = "The file."},
    {.name = "answer", .type = ENT_OPTION_ENUM, .default_value = "die", .choices = "die|refuse|hang", .help = "What to do."},
};

static void *stillborn_create(const struct ent_host *host, struct ent_instance *instance)
{
    struct ent_str file = host->option_str(instance, "as_long_as");
    if (strcmp(host->option_str(instance, "answer").data, "refuse") == 0) {
        host->error(instance, ent_text("the sky is not blue"));
        return NULL;
    }
    if (file.data && access(file.data, F_OK) == 0)
        abort();
    struct stillborn *self = calloc(1, sizeof *self);
    if (self)
        *self = (struct stillborn){host, instance};
    return self;
}

static enum ent_code stillborn_start(void *context)
{
    const struct stillborn *self = context;
    self->host->log(self->instance, ENT_LOG_INFO, ent_text("it lives"));
    return ENT_OK;
}

static enum ent_code fetch(void *context, struct ent_unit *unit)
{
    const struct stillborn *self = context;
    while (strcmp(self->host->option_str(self->instance, "answer").data, "hang") == 0)
        poll(NULL, 0, 1000);
    struct ent_builder *item = self->host->build(self->instance, ENT_ITEM);
    self->host->put_str(item, ENT_ITEM_GUID, ent_text("late"));
    self->host->put_str(item, ENT_ITEM_TITLE, ent_text("UZB KAZ pact signed"));
    struct ent_record *record = self->host->seal(item);
    return record && self->host->emit(unit, 0, record) == 0 ? ENT_OK : ENT_RETRY;
}

static enum ent_code pass(void *context, struct ent_unit *unit)
{
    (void)context;
    (void)unit;
    return ENT_OK;
}

static enum ent_code serve(void *context, struct ent_unit *unit)
{
    const struct stillborn *self = context;
    while (!self->host->cancelled(unit))
        poll(NULL, 0, 50);
    return ENT_OK;
}

static const struct ent_ops ops = {.size = sizeof ops,
                                   .create = stillborn_create,
                                   .start = stillborn_start,
                                   .fetch = fetch,
                                   .classify = pass,
                                   .detect = pass,
                                   .deliver = pass,
                                   .serve = serve,
                                   .destroy = free};

const struct ent_plugin *ent_plugin_query(void)
{
    static const struct ent_plugin plugin = {ENT_PLUGIN_HEAD,
                                             .name = "stillborn",
                                             .version = "1.0",
                                             .licence = "Apache-2.0",
                                             .summary = "Dies before it is created",
                                             ENT_PLUGIN_OPTIONS(options),
                                             .ops = &ops};
    return &plugin;
}
