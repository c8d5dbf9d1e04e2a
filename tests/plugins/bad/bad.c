/* A good plugin but for the one thing that FAULT_… names. */
#include "tests/plugins/minimal.h"

static struct ent_option options[] = {
    {.name = "level", .type = ENT_OPTION_INT, .default_value = "3", .min = "1", .max = "9", .help = "How much."},
    {.name = "mode", .type = ENT_OPTION_ENUM, .choices = "fast|slow", .help = "How."},
};

#ifdef FAULT_option_endless
static char endless[100000];
#endif

static void spoil(struct ent_plugin *plugin, struct ent_ops *ops)
{
    plugin->ops = ops;
#if defined(FAULT_size_zero)
    plugin->size = 0;
#elif defined(FAULT_ops_empty)
    ops->size = 0;
#elif defined(FAULT_ops_null)
    plugin->ops = NULL;
#elif defined(FAULT_ops_small)
    ops->size = 24;
#elif defined(FAULT_stride_small)
    plugin->option_stride = 8;
#elif defined(FAULT_stride_odd)
    plugin->option_stride = sizeof *options + 1;
#elif defined(FAULT_count_without_table)
    plugin->options = NULL;
#elif defined(FAULT_count_huge)
    plugin->option_count = 0xFFFFFFFF;
#elif defined(FAULT_option_unnamed)
    options[1].name = NULL;
#elif defined(FAULT_option_bounds_crossed)
    options[0].min = "12";
    options[0].default_value = NULL;
#elif defined(FAULT_option_default_outside)
    options[0].default_value = "10";
#elif defined(FAULT_option_enum_without_choices)
    options[1].choices = NULL;
#elif defined(FAULT_option_path_flags)
    options[0].flags = ENT_PATH_WRITE;
#elif defined(FAULT_option_beside_nothing)
    options[0] = (struct ent_option){
        .name = "file", .type = ENT_OPTION_PATH, .flags = ENT_PATH_READ | ENT_PATH_BESIDE, .help = "Which file."};
#elif defined(FAULT_option_endless)
    for (size_t i = 0; i < sizeof endless - 1; i++)
        endless[i] = 'a';
    options[0].help = endless;
#else
#error "which fault?"
#endif
}

const struct ent_plugin *ent_plugin_query(void)
{
    static struct ent_plugin plugin = {MINIMAL("bad"), ENT_PLUGIN_OPTIONS(options)};
    static struct ent_ops ops;
    if (plugin.ops == &minimal_ops) {
        ops = minimal_ops;
        spoil(&plugin, &ops);
    }
    return &plugin;
}
