/* An object that never comes back from being loaded. */
#include "tests/plugins/minimal.h"

#include <unistd.h>

__attribute__((constructor)) static void block(void)
{
    for (;;)
        pause();
}

const struct ent_plugin *ent_plugin_query(void)
{
    static struct ent_plugin plugin = {MINIMAL("blocking_constructor")};
    return &plugin;
}
