/* Built for another major version of the interface. */
#include "tests/plugins/minimal.h"

const struct ent_plugin *ent_plugin_query(void)
{
    static struct ent_plugin plugin = {MINIMAL("wrong_major")};
    plugin.abi_major = 99;
    return &plugin;
}
