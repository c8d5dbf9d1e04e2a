/* Two options of one name. */
#include "tests/plugins/minimal.h"

static const struct ent_option options[] = {
    {.name = "size", .type = ENT_OPTION_INT, .help = "One."},
    {.name = "size", .type = ENT_OPTION_INT, .help = "Another."},
};

const struct ent_plugin *ent_plugin_query(void)
{
    static struct ent_plugin plugin = {MINIMAL("duplicate_option")};
    plugin.options = options;
    plugin.option_count = 2;
    plugin.option_stride = sizeof *options;
    return &plugin;
}
