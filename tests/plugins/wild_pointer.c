/* A descriptor whose strings are no addresses. */
#include "tests/plugins/minimal.h"

const struct ent_plugin *ent_plugin_query(void)
{
    static struct ent_plugin plugin = {MINIMAL("wild_pointer")};
    plugin.summary = (const char *)(uintptr_t)8;
    return &plugin;
}
