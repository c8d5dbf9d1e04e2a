/* An object that crashes while it is being loaded. */
#include "tests/plugins/minimal.h"

#include <signal.h>

__attribute__((constructor)) static void crash(void)
{
    signal(SIGSEGV, SIG_DFL);
    raise(SIGSEGV);
}

const struct ent_plugin *ent_plugin_query(void)
{
    static struct ent_plugin plugin = {MINIMAL("crashing_constructor")};
    return &plugin;
}
