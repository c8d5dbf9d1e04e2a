#include "core/cli/plugin_registry.h"

#include "lib/base/buffer.h"

#include <limits.h>
#include <string.h>

/* The folders as written, apart by colons, relative ones from the file's folder. */
static void append_folders(struct buffer *folders, const struct config_section *section)
{
    for (size_t i = 0; section && i < section->entry_count; i++) {
        const struct config_entry *entry = &section->entries[i];
        if (strcmp(entry->key, "plugin_path") != 0)
            continue;
        for (const char *at = entry->value; *at;) {
            size_t blank = strspn(at, " \t,");
            size_t length = strcspn(at + blank, ",");
            char written[PATH_MAX], path[PATH_MAX];
            int size = (int)length;
            while (size > 0 && (at[blank + (size_t)size - 1] == ' ' || at[blank + (size_t)size - 1] == '\t'))
                size--;
            snprintf(written, sizeof written, "%.*s", size, at + blank);
            if (size > 0 && config_resolve_path(entry->value_place, written, path, sizeof path))
                buffer_printf(folders, "%s%s", folders->size > 0 ? ":" : "", path);
            at += blank + length;
        }
    }
}

struct registry *plugin_registry_open(const struct command_line *line, struct error *error)
{
    const char *path = line->config_path ? line->config_path : config_default_path();
    struct buffer folders = BUFFER_INIT;
    if (path) {
        struct error ignored = ERROR_INIT;
        /* Its other faults are `entente check`'s to tell. */
        struct diagnostics *diagnostics = diagnostics_create();
        struct config *config =
            diagnostics ? config_load(path, diagnostics, line->config_path ? error : &ignored) : NULL;
        if (config)
            append_folders(&folders, config_find(config, "entente"));
        bool readable = config != NULL;
        config_destroy(config);
        diagnostics_destroy(diagnostics);
        if (!readable && line->config_path) {
            buffer_free(&folders);
            return NULL;
        }
    }
    struct registry_settings settings = {.plugin_path = folders.size > 0 && !folders.failed ? folders.bytes : NULL};
    struct registry *registry = registry_create(&settings, error);
    buffer_free(&folders);
    return registry;
}
