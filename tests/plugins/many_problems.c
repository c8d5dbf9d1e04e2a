/* Wrong in many ways at once: all are to be told. */
#include "tests/plugins/minimal.h"

#include <stdlib.h>
#include <unistd.h>

static enum ent_code deliver(void *self, struct ent_unit *unit)
{
    (void)self;
    (void)unit;
    if (fork() == 0)
        abort();
    return setenv("TZ", "UTC", 1) == 0 ? ENT_OK : ENT_RETRY;
}

static const struct ent_ops ops = {.size = sizeof ops, .deliver = deliver};

static const struct ent_option options[] = {
    {.name = "Pause", .type = ENT_OPTION_DURATION, .default_value = "soon", .min = "never", .help = "How long to wait."},
    {.name = "mode", .type = ENT_OPTION_ENUM, .help = "How."},
    {.name = "level", .type = 77, .help = "How much."},
    {.name = "mode", .type = ENT_OPTION_STRING, .flags = ENT_PATH_READ | ENT_REQUIRED, .default_value = "x", .help = "How."},
    {.name = "silent", .type = ENT_OPTION_BOOL},
};

const struct ent_plugin *ent_plugin_query(void)
{
    static const struct ent_plugin plugin = {
        ENT_PLUGIN_HEAD, .name = "Many Problems", .version = "1.0", .licence = "Apache-2.0",
        ENT_PLUGIN_OPTIONS(options), .ops = &ops};
    return &plugin;
}
