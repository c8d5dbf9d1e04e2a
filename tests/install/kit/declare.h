/* A descriptor in C11 and in C++17, which has no designated initializers. */
#ifndef TESTS_INSTALL_KIT_DECLARE_H
#define TESTS_INSTALL_KIT_DECLARE_H

#include <entente/plugin.h>

struct state {
    const struct ent_host *host;
    struct ent_instance *instance;
};

static inline void *create(const struct ent_host *host, struct ent_instance *instance)
{
    static struct state states[8];
    static size_t count;
    struct state *self = &states[count++ % 8];
    self->host = host;
    self->instance = instance;
    return self;
}

#ifdef __cplusplus
#define OPTION(name, default_value, help)                                                                              \
    {                                                                                                                  \
        name, ENT_OPTION_STRING, 0, default_value, nullptr, nullptr, nullptr, nullptr, help, nullptr                   \
    }
#define DECLARE(name, callback)                                                                                        \
    static const ent_ops ops = [] {                                                                                    \
        ent_ops table{};                                                                                               \
        table.size = sizeof table;                                                                                     \
        table.create = create;                                                                                         \
        table.callback = callback;                                                                                     \
        return table;                                                                                                  \
    }();                                                                                                               \
    static const ent_plugin plugin = {ENT_PLUGIN_HEAD, name, "1.0", "MIT", "Built out of tree", 0,                     \
                                      ENT_PLUGIN_OPTIONS(options), &ops}
#else
#define OPTION(option, standard, text)                                                                                 \
    {                                                                                                                  \
        .name = option, .type = ENT_OPTION_STRING, .default_value = standard, .help = text                             \
    }
#define DECLARE(plugin_name, callback)                                                                                 \
    static const struct ent_ops ops = {.size = sizeof ops, .create = create, .callback = callback};                    \
    static const struct ent_plugin plugin = {                                                                          \
        ENT_PLUGIN_HEAD, .name = plugin_name, .version = "1.0", .licence = "MIT", .summary = "Built out of tree",      \
        ENT_PLUGIN_OPTIONS(options), .ops = &ops}
#endif

#endif
