/* ent_plugin_query() that returns another descriptor each time. */
#include "tests/plugins/minimal.h"

const struct ent_plugin *ent_plugin_query(void)
{
    static struct ent_plugin plugins[2] = {{MINIMAL("restless_query")}, {MINIMAL("restless_query")}};
    static unsigned calls;
    return &plugins[calls++ % 2];
}
