/* A descriptor that does not begin as one. */
#include "tests/plugins/minimal.h"

const struct ent_plugin *ent_plugin_query(void)
{
    static struct ent_plugin plugin = {MINIMAL("wrong_magic")};
    plugin.magic = 0x12345678;
    return &plugin;
}
