/* entente store backup: a whole copy of the store, also while the daemon writes. */
#include "core/cli/message.h"
#include "core/cli/progress.h"
#include "core/cli/sheet.h"
#include "core/cli/state.h"
#include "core/store/backup.h"

static void show_progress(void *context, int64_t done, int64_t all)
{
    progress_update(context, done, all);
}

static int run(const struct command_line *line)
{
    struct error error = ERROR_INIT;
    struct progress progress;
    char size[SHEET_TIME_SIZE];
    struct backup_taken taken = {0, 0};
    struct query *query = state_open_query(line);
    if (!query)
        return COMMAND_USAGE;
    progress_begin(&progress, "pages");
    bool ok = store_backup_take(query_store(query), line->arguments[0], show_progress, &progress, &taken, &error);
    progress_end(&progress);
    query_close(query);
    if (!ok)
        return message_failure("%s", error.text);
    printf("%s: %s bytes", line->arguments[0], sheet_count(size, taken.bytes));
    if (taken.watches)
        printf(", with %d saved %s", taken.watches, taken.watches == 1 ? "watch" : "watches");
    putchar('\n');
    return COMMAND_DONE;
}

const struct command command_store_backup = {
    .name = "store backup",
    .summary = "Copy the store, also while the daemon runs",
    .arguments = "FILE",
    .arguments_min = 1,
    .arguments_max = 1,
    .description =
        "The copy is the store as it was at one moment, in one file, which 'entente store restore' puts back. It is "
        "durable under its name when the command ends; a file of that name is never written over. The saved "
        "watches (entente watch save) are in it; snapshots (the folder snapshots of the state directory) and the "
        "configuration are files of their own.",
    .examples = "entente store backup /backup/entente-2026-11-29.db\tA backup a day",
    .run = run,
};
