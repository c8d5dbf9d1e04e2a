/* An option whose default is none of its type. */
#include "tests/plugins/minimal.h"

static const struct ent_option options[] = {
    {.name = "pause", .type = ENT_OPTION_DURATION, .default_value = "soon", .help = "How long to wait."},
};

const struct ent_plugin *ent_plugin_query(void)
{
    static struct ent_plugin plugin = {MINIMAL("bad_default")};
    plugin.options = options;
    plugin.option_count = 1;
    plugin.option_stride = sizeof *options;
    return &plugin;
}
