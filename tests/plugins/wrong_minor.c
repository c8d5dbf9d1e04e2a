/* Needs a newer minor version of the interface. */
#include "tests/plugins/minimal.h"

const struct ent_plugin *ent_plugin_query(void)
{
    static struct ent_plugin plugin = {MINIMAL("wrong_minor")};
    plugin.abi_minor = plugin.min_minor = ENT_ABI_MINOR + 1;
    return &plugin;
}
