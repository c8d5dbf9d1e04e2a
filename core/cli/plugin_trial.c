#include "core/cli/plugin_trial.h"

#include "core/base/paths.h"
#include "core/cli/plugin_registry.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool find_installed(const struct command_line *line, const char *name, char path[PATH_MAX], struct error *error)
{
    struct registry *registry = plugin_registry_open(line, error);
    if (!registry)
        return false;
    const struct plugin_info *info = registry_find(registry, name, error);
    if (info)
        snprintf(path, PATH_MAX, "%s", info->path);
    registry_destroy(registry);
    return info != NULL;
}

bool plugin_trial_is_path(const char *name)
{
    size_t size = strlen(name);
    return strchr(name, '/') || (size > 3 && strcmp(name + size - 3, ".so") == 0);
}

bool plugin_trial_find(const struct command_line *line, const char *name, char path[PATH_MAX], struct error *error)
{
    if (!plugin_trial_is_path(name))
        return find_installed(line, name, path, error);
    return realpath(name, path) != NULL || error_set_errno(error, errno, "%s: cannot open", name);
}

int plugin_trial_run(const struct command_line *line, const char *const *words,
                     const struct workbench_child_settings *settings, struct error *error)
{
    const char *arguments[PLUGIN_TRIAL_WORDS_MAX + 1];
    struct workbench_child_settings filled = *settings;
    size_t count = 0;
    for (; words[count]; count++)
        arguments[count] = words[count];
    const char *set = command_value(line, "set");
    char *copy = strdup(set ? set : "");
    if (!copy) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return -1;
    }
    char *save = NULL;
    for (char *value = strtok_r(copy, "\n", &save); value && count < PLUGIN_TRIAL_WORDS_MAX;
         value = strtok_r(NULL, "\n", &save))
        arguments[count++] = value;
    arguments[count] = NULL;
    filled.arguments = arguments;
    filled.runner = paths_get()->runner;
    int status = workbench_child_run(&filled, error);
    free(copy);
    return status;
}
