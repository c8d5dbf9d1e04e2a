/* A plugin that can do nothing. */
#include "tests/plugins/minimal.h"

static const struct ent_ops no_ops = {.size = sizeof no_ops};

const struct ent_plugin *ent_plugin_query(void)
{
    static struct ent_plugin plugin = {MINIMAL("no_callbacks")};
    plugin.ops = &no_ops;
    return &plugin;
}
