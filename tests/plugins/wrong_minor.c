/* Built for another minor version of the interface, which before 1.0 is another interface. */
#include "tests/plugins/minimal.h"

const struct ent_plugin *ent_plugin_query(void)
{
    static struct ent_plugin plugin = {MINIMAL("wrong_minor")};
    plugin.abi_minor = ENT_ABI_MINOR + 1;
    return &plugin;
}
