#include "core/cli/state.h"

#include "core/base/paths.h"
#include "core/cli/display.h"
#include "core/cli/message.h"
#include "core/config/config.h"
#include "core/config/diagnostic.h"
#include "lib/zone/zone.h"

#include <stdio.h>
#include <string.h>

static bool keep(char path[STATE_DIR_MAX], const char *text)
{
    int size = snprintf(path, STATE_DIR_MAX, "%s", text);
    if (size > 0 && size < STATE_DIR_MAX)
        return true;
    message_failure("the state directory's path is empty or longer than %d bytes", STATE_DIR_MAX - 1);
    return false;
}

void state_set_zone(const struct command_line *line)
{
    struct error error = ERROR_INIT;
    const char *file = line->config_path ? line->config_path : config_default_path();
    struct diagnostics *diagnostics = file ? diagnostics_create() : NULL;
    struct config *config = diagnostics ? config_load(file, diagnostics, &error) : NULL;
    const struct config_section *section = config ? config_find(config, "entente") : NULL;
    for (size_t i = 0; section && i < section->entry_count; i++)
        if (strcmp(section->entries[i].key, "timezone") == 0)
            display_set_zone(zone_find(section->entries[i].value, &error));
    config_destroy(config);
    diagnostics_destroy(diagnostics);
}

/* *found false where the configuration names none. Whatever else is wrong with it is `entente check`'s to say. */
static bool state_of_config(const char *file, char path[STATE_DIR_MAX], bool *found)
{
    struct error error = ERROR_INIT;
    struct diagnostics *diagnostics = diagnostics_create();
    struct config *config = diagnostics ? config_load(file, diagnostics, &error) : NULL;
    bool ok = config != NULL;
    *found = false;
    if (!ok)
        message_failure("%s", diagnostics ? error.text : "out of memory");
    const struct config_section *section = ok ? config_find(config, "entente") : NULL;
    for (size_t i = 0; section && i < section->entry_count; i++)
        if (strcmp(section->entries[i].key, "state_dir") == 0) {
            *found = true;
            ok = config_resolve_path(section->entries[i].value_place, section->entries[i].value, path, STATE_DIR_MAX) ||
                 keep(path, "");
        }
    config_destroy(config);
    diagnostics_destroy(diagnostics);
    return ok;
}

bool state_find(const struct command_line *line, char path[STATE_DIR_MAX])
{
    if (line->state_dir)
        return keep(path, line->state_dir);
    const char *file = line->config_path ? line->config_path : config_default_path();
    bool found = false;
    if (file && !state_of_config(file, path, &found))
        return false;
    struct error error = ERROR_INIT;
    if (found || paths_state_dir(path, STATE_DIR_MAX, &error))
        return true;
    message_failure("%s", error.text);
    return false;
}

struct query *state_open_query(const struct command_line *line)
{
    char path[STATE_DIR_MAX];
    if (!state_find(line, path))
        return NULL;
    struct error error = ERROR_INIT;
    struct query *query = query_open(path, &error);
    if (!query)
        message_failure("%s%s", error.text,
                        error.kind == ERROR_MISSING ? ". Another state directory is named by -c FILE or --state-dir DIR"
                                                    : "");
    return query;
}
