#include "runner/object.h"

#include "core/host/elf.h"

#include <dlfcn.h>
#include <string.h>

const struct ent_plugin *object_open(const char *path, void (*step)(enum object_step step), struct error *error)
{
    if (!elf_check(path, "ent_plugin_query", error)) {
        /* The caller puts the path before what we say. */
        size_t prefix = strlen(path) + 2;
        if (strlen(error->text) > prefix)
            memmove(error->text, error->text + prefix, strlen(error->text) - prefix + 1);
        return NULL;
    }
    step(OBJECT_LOAD);
    void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!object) {
        error_set(error, ERROR_INPUT, "cannot be loaded: %s", dlerror());
        return NULL;
    }
    const struct ent_plugin *(*query)(void);
    *(void **)&query = dlsym(object, "ent_plugin_query");
    if (!query) {
        error_set(error, ERROR_INPUT, "does not export ent_plugin_query(), so it is no Entente plugin");
        return NULL;
    }
    step(OBJECT_QUERY);
    const struct ent_plugin *plugin = query();
    if (query() != plugin) {
        error_set(error, ERROR_INPUT,
                  "ent_plugin_query() returns another descriptor each time; return the address of a static one");
        return NULL;
    }
    step(OBJECT_CHECK);
    return plugin;
}
