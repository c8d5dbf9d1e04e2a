/* The smallest plugin that is accepted, for the bad ones to spoil. */
#ifndef TESTS_PLUGINS_MINIMAL_H
#define TESTS_PLUGINS_MINIMAL_H

#include <entente/plugin.h>

static enum ent_code minimal_deliver(void *self, struct ent_unit *unit)
{
    (void)self;
    (void)unit;
    return ENT_OK;
}

static const struct ent_ops minimal_ops = {.size = sizeof minimal_ops, .deliver = minimal_deliver};

#define MINIMAL(plugin_name)                                                                                           \
    ENT_PLUGIN_HEAD, .name = plugin_name, .version = "1.0", .licence = "Apache-2.0", .summary = "For tests",           \
                     .ops = &minimal_ops

#endif
