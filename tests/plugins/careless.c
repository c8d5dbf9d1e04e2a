/* A transform that handles records wrongly in the way its option says: for the tests of the harness's watch. */
#include <entente/plugin.h>

#include <stdlib.h>

struct careless {
    const struct ent_host *host;
    struct ent_instance *instance;
    const struct ent_record *kept;
    struct ent_unit *kept_unit;
};

static const struct ent_option options[] = {
    {.name = "fault",
     .type = ENT_OPTION_ENUM,
     .default_value = "none",
     .choices = "none|emit_unheld|hold_leak|builder_leak|release_twice|read_late|read_after_emit|use_sealed|unit_late",
     .help = "What it does wrongly."},
};

static int does(const struct careless *self, const char *word)
{
    return strcmp(self->host->option_str(self->instance, "fault").data, word) == 0;
}

static void *careless_create(const struct ent_host *host, struct ent_instance *instance)
{
    struct careless *self = calloc(1, sizeof *self);
    if (self)
        *self = (struct careless){.host = host, .instance = instance};
    return self;
}

static void mistreat(struct careless *self, const struct ent_record *item)
{
    const struct ent_host *host = self->host;
    if (does(self, "hold_leak"))
        host->hold(item);
    if (does(self, "builder_leak"))
        host->build(self->instance, ENT_ITEM);
    if (does(self, "release_twice")) {
        struct ent_record *held = host->hold(item);
        host->release(held);
        host->release(held);
    }
    if (does(self, "use_sealed")) {
        struct ent_builder *builder = host->build(self->instance, ENT_ITEM);
        host->release(host->seal(builder));
        ent_put_text(host, builder, ENT_ITEM_TITLE, "late");
    }
}

static enum ent_code careless_transform(void *context, struct ent_unit *unit)
{
    struct careless *self = context;
    const struct ent_host *host = self->host;
    const struct ent_record *item = host->input(unit, 0);
    if (does(self, "read_late") && self->kept)
        ent_get_str(host, self->kept, ENT_ITEM_TITLE);
    if (does(self, "unit_late") && self->kept_unit)
        host->input_count(self->kept_unit);
    self->kept = item;
    self->kept_unit = (struct ent_unit *)((char *)unit + 1);
    mistreat(self, item);
    if (does(self, "emit_unheld"))
        return host->emit(unit, 0, (struct ent_record *)item) == 0 ? ENT_OK : ENT_RETRY;
    if (does(self, "read_after_emit")) {
        struct ent_builder *builder = host->build(self->instance, ENT_ITEM);
        ent_put_text(host, builder, ENT_ITEM_TITLE, "derived");
        struct ent_record *derived = host->seal(builder);
        host->emit(unit, 0, derived);
        ent_get_str(host, derived, ENT_ITEM_TITLE);
        return ENT_OK;
    }
    return host->emit(unit, 0, host->hold(item)) == 0 ? ENT_OK : ENT_RETRY;
}

static void careless_destroy(void *context)
{
    free(context);
}

static const struct ent_ops ops = {
    .size = sizeof ops, .create = careless_create, .transform = careless_transform, .destroy = careless_destroy};

const struct ent_plugin *ent_plugin_query(void)
{
    static const struct ent_plugin plugin = {
        ENT_PLUGIN_HEAD,
        .name = "careless",
        .version = "1.0",
        .licence = "Apache-2.0",
        .summary = "Handles records wrongly",
        ENT_PLUGIN_OPTIONS(options),
        .ops = &ops,
    };
    return &plugin;
}
