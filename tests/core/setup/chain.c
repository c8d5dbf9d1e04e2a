/* A plugin for tests of order: transform and classifier, with state. */
#include <entente/plugin.h>

static enum ent_code accept_all(void *self, struct ent_unit *unit)
{
    (void)self;
    (void)unit;
    return ENT_OK;
}

static const struct ent_option options[] = {
    {.name = "depth", .type = ENT_OPTION_INT, .default_value = "1", .min = "1", .max = "9", .help = "How deep"},
    {.name = "token", .type = ENT_OPTION_SECRET, .help = "A secret"},
};

static const struct ent_ops ops = {.size = sizeof ops, .transform = accept_all, .classify = accept_all};

static const struct ent_plugin plugin = {ENT_PLUGIN_HEAD,  .name = "chain",           .version = "1.0",
                                         .licence = "MIT", .summary = "Does nothing", ENT_PLUGIN_OPTIONS(options),
                                         .ops = &ops};

ENT_EXPORT const struct ent_plugin *ent_plugin_query(void)
{
    return &plugin;
}
