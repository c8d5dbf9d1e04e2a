#include "runner/object.h"

#include "core/host/descriptor.h"
#include "core/host/elf.h"
#include "core/host/program.h"

#include <dlfcn.h>
#include <limits.h>
#include <string.h>

static const struct ent_plugin *open_object(const char *path, void (*step)(enum object_step step), struct error *error)
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

/* What does its work is the plugin exec, so that is loaded first. */
static const struct ent_plugin *open_program(const char *path, void (*step)(enum object_step step), struct error *error)
{
    char exec_path[PATH_MAX];
    program_exec_path(exec_path, sizeof exec_path);
    const struct ent_plugin *exec = open_object(exec_path, step, error);
    if (exec && !descriptor_check(exec, error))
        exec = NULL;
    if (!exec) {
        error_prefix(error, "the plugin exec, which runs programs, cannot be used: %s", exec_path);
        return NULL;
    }
    step(OBJECT_ASK);
    const struct ent_plugin *plugin = program_ask(path, exec, error);
    step(OBJECT_CHECK);
    return plugin;
}

const struct ent_plugin *object_open(const char *path, void (*step)(enum object_step step), struct error *error)
{
    return program_is(path) ? open_program(path, step, error) : open_object(path, step, error);
}
