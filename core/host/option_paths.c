#include "core/host/option_paths.h"

#include "core/host/option_wire.h"

#include <string.h>

static uint32_t access_of(const struct ent_option *option)
{
    uint32_t access = RUNNER_READ;
    if (option->flags & ENT_PATH_WRITE)
        access |= RUNNER_WRITE;
    if (option->flags & ENT_PATH_DIR)
        access |= RUNNER_FOLDER;
    if (option->flags & ENT_PATH_BESIDE)
        access |= RUNNER_BESIDE;
    return access;
}

static bool is_path(const struct ent_option *option)
{
    return option->type == ENT_OPTION_PATH ||
           (option->type == ENT_OPTION_LIST &&
            option->flags & (ENT_PATH_READ | ENT_PATH_WRITE | ENT_PATH_DIR | ENT_PATH_CONTENT));
}

static size_t add_path(struct runner_path *paths, size_t count, const struct option_value *value, struct ent_str path)
{
    if (path.size == 0)
        return count;
    if (paths)
        paths[count] = (struct runner_path){path.data, access_of(value->option)};
    return count + 1;
}

size_t option_paths_gather(const struct instance_settings *settings, struct runner_path *paths)
{
    size_t count = 0;
    for (size_t i = 0; i < options_count(settings->options); i++) {
        const struct option_value *value = options_value(settings->options, i);
        if (!value->option->name || !is_path(value->option) ||
            !option_wire_is_own(&settings->info->options, value->option->name))
            continue;
        if (value->option->type == ENT_OPTION_PATH)
            count = add_path(paths, count, value, value->text);
        for (size_t j = 0; j < value->item_count; j++)
            count = add_path(paths, count, value, value->items[j]);
    }
    return count;
}

bool option_paths_name(const struct instance_settings *settings, const char *path)
{
    for (size_t i = 0; *path == '/' && i < options_count(settings->options); i++) {
        const char *text = options_value(settings->options, i)->text.data;
        if (text && strcmp(text, path) == 0)
            return true;
    }
    return false;
}
