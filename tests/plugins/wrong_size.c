/* A descriptor that is shorter than its version says. */
#include "tests/plugins/minimal.h"

const struct ent_plugin *ent_plugin_query(void)
{
    static struct ent_plugin plugin = {MINIMAL("wrong_size")};
    plugin.size = sizeof plugin - 8;
    return &plugin;
}
