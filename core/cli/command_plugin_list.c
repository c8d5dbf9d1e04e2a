/* entente plugin list: every plugin that a configuration could name, and why one that lies there could not be used. */
#include "core/cli/command.h"
#include "core/cli/message.h"
#include "core/cli/plugin_registry.h"
#include "core/cli/table.h"

#include <stdio.h>

static const struct table_column columns[] = {
    {.title = "NAME", .name = "name", .min = 8, .max = 30},
    {.title = "VERSION", .name = "version", .min = 5, .rank = 2},
    {.title = "KINDS", .name = "kinds", .min = 6, .max = 30},
    {.title = "WHAT IT DOES", .name = "summary", .min = 20, .flexible = true},
    {.title = "PATH", .name = "path", .min = 20, .flexible = true, .rank = 3},
    {.title = "REFUSED", .name = "error"}, /* not in the table for people, who get a message */
};
enum { COLUMNS = sizeof columns / sizeof *columns };

static void add_row(struct table *table, const struct registry_entry *entry, bool with_error)
{
    const struct plugin_info *info = entry->info;
    char kinds[100] = "";
    if (info)
        plugin_kinds_print(kinds, sizeof kinds, info->kinds);
    table_cell_styled(table, STYLE_NAME, entry->name);
    table_cell(table, info ? info->version : NULL);
    table_cell(table, info ? kinds : NULL);
    table_cell(table, info ? info->summary : NULL);
    table_cell(table, entry->path);
    if (with_error)
        table_cell(table, info ? NULL : entry->error.text);
    table_row(table);
}

static size_t tell_refused(const struct registry_entry *entries, size_t count)
{
    size_t refused = 0;
    for (size_t i = 0; i < count; i++) {
        if (entries[i].info)
            continue;
        message_problem("%s", entries[i].error.text);
        refused++;
    }
    return refused;
}

static int print_list(const struct registry_entry *entries, size_t count, enum table_format format)
{
    size_t shown = format == TABLE_FOR_PEOPLE ? COLUMNS - 1 : COLUMNS;
    struct table *table = table_create(columns, shown, format, display()->width, stdout);
    if (!table)
        return message_failure("out of memory");
    for (size_t i = 0; i < count; i++) {
        if (entries[i].info || format != TABLE_FOR_PEOPLE)
            add_row(table, &entries[i], shown == COLUMNS);
    }
    struct error error = ERROR_INIT;
    if (!table_finish(table, &error))
        return message_failure("%s", error.text);
    return COMMAND_DONE;
}

static int run(const struct command_line *line)
{
    struct error error = ERROR_INIT;
    struct registry *registry = plugin_registry_open(line, &error);
    struct registry_entry *entries = NULL;
    size_t count = 0;
    if (!registry || !registry_list(registry, &entries, &count, &error)) {
        registry_destroy(registry);
        return message_failure("%s", error.text);
    }
    enum table_format format = table_format_of(command_value(line, "format"));
    int status = print_list(entries, count, format);
    if (status == COMMAND_DONE && tell_refused(entries, count) > 0)
        status = COMMAND_PROBLEMS;
    if (count == 0 && format == TABLE_FOR_PEOPLE) {
        message_note("No plugins. Looked in:");
        for (const char *const *folder = registry_folders(registry); *folder; folder++)
            message_note("  %s", *folder);
    }
    registry_list_free(entries, count);
    registry_destroy(registry);
    return status;
}

static const struct command_option options[] = {
    {"format", 'f', COMMAND_VALUE, "FORMAT", TABLE_FORMAT_CHOICES, "table", "Table, JSON lines or CSV"},
    {.name = NULL},
};

const struct command command_plugin_list = {
    .name = "plugin list",
    .summary = "List the plugins that a configuration can name",
    .description =
        "Looks in the built-in folder and in those of [entente] plugin_path. Each object is loaded in a "
        "process of its own, so one that crashes does no harm; a refused one is told with the reason, and the "
        "exit status is then 1.",
    .examples = "entente plugin list\tAll of them, with what they can be\n"
                "entente plugin list --format jsonl | jq -r .path\tWhere they lie",
    .options = options,
    .run = run,
};
