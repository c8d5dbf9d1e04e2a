/* entente snapshot list: the snapshots there are. */
#include "core/cli/message.h"
#include "core/cli/snapshot.h"
#include "core/cli/state.h"
#include "core/cli/table.h"

static const struct table_column columns[] = {
    {.title = "NAME", .name = "name", .min = 8, .flexible = true},
    {.title = "MADE", .name = "made", .min = 20},
    {.title = "ROWS", .name = "rows", .min = 4, .is_number = true},
    {.title = "BY", .name = "author", .min = 4, .rank = 3},
    {.title = "SHA-256", .name = "sha256", .min = 16, .flexible = true, .rank = 1},
    {.title = "FILTER", .name = "filter", .min = 10, .flexible = true, .rank = 2},
};

static bool print_all(const char *state_dir, char **names, struct table *table)
{
    bool all_good = true;
    for (char **name = names; *name; name++) {
        struct error error = ERROR_INIT;
        struct snapshot_head head;
        struct snapshot_foot foot;
        char digest[DIGEST_WHOLE_SIZE];
        bool is_good = snapshot_read(state_dir, *name, &head, &foot, digest, NULL, NULL, &error);
        table_cell_styled(table, is_good ? STYLE_NAME : STYLE_BAD, *name);
        table_cell(table, head.made);
        table_cell_integer(table, foot.rows);
        table_cell(table, head.author);
        table_cell_styled(table, is_good ? STYLE_PLAIN : STYLE_BAD, is_good ? digest : "changed or damaged");
        table_cell(table, head.filter);
        table_row(table);
        json_decref(foot.stamps);
        all_good = all_good && is_good;
        if (!is_good)
            message_failure("%s", error.text);
    }
    return all_good;
}

static int run(const struct command_line *line)
{
    struct error error = ERROR_INIT;
    char state_dir[STATE_DIR_MAX];
    if (!state_find(line, state_dir))
        return COMMAND_USAGE;
    char **names = snapshot_names(state_dir, &error);
    enum table_format format = table_format_of(command_value(line, "format"));
    struct table *table = names ? table_create(columns, sizeof columns / sizeof *columns, format, display()->width, stdout)
                                : NULL;
    if (!table) {
        snapshot_names_free(names);
        return message_failure("%s", names ? "out of memory" : error.text);
    }
    bool any = *names != NULL;
    int status = print_all(state_dir, names, table) ? COMMAND_DONE : COMMAND_PROBLEMS;
    if (!table_finish(table, &error))
        status = message_failure("%s", error.text);
    else if (!any && format == TABLE_FOR_PEOPLE)
        message_note("No snapshots yet; 'entente snapshot NAME' makes one.");
    snapshot_names_free(names);
    return status;
}

static const struct command_option options[] = {
    {"format", 'f', COMMAND_VALUE, "FORMAT", TABLE_FORMAT_CHOICES, "table",
     "Table for people, JSON lines or CSV for programs"},
    {.name = NULL},
};

const struct command command_snapshot_list = {
    .name = "snapshot list",
    .summary = "List the snapshots, each verified",
    .examples = "entente snapshot list\tNames, digests and what was asked",
    .options = options,
    .run = run,
};
