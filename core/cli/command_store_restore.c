/* entente store restore: puts a backup in the place of the store, which is kept. */
#include "core/base/clock.h"
#include "core/cli/message.h"
#include "core/cli/state.h"
#include "core/store/backup.h"
#include "core/store/state.h"

#include <stdio.h>

static int run(const struct command_line *line)
{
    struct error error = ERROR_INIT;
    char state_dir[STATE_DIR_MAX];
    struct backup_restored restored;
    if (!state_find(line, state_dir))
        return COMMAND_USAGE;
    if (!state_prepare(state_dir, &error))
        return message_failure("%s", error.text);
    struct state_lock *lock = state_lock(state_dir, &error);
    if (!lock)
        return message_failure("nothing is restored while a daemon or another command works with the store: %s", error.text);
    bool ok = store_backup_restore(line->arguments[0], state_dir, clock_now(), &restored, &error);
    state_unlock(lock);
    if (!ok)
        return message_failure("%s", error.text);
    printf("%s is the store of %s now.\n", line->arguments[0], state_dir);
    if (*restored.kept)
        printf("The one that was there is kept as %s; delete it when it is no longer needed.\n", restored.kept);
    if (restored.has_watches)
        printf("Its saved watches (%d) are in the place of those that were there, which are kept beside them.\n",
               restored.watches);
    else
        printf("It holds no saved watches: those that are there stay.\n");
    return COMMAND_DONE;
}

const struct command command_store_restore = {
    .name = "store restore",
    .summary = "Put a backup in the place of the store",
    .arguments = "FILE",
    .arguments_min = 1,
    .arguments_max = 1,
    .description = "The daemon must not run. The backup is checked first, and refused where it is damaged, no store, "
                   "or of a newer "
                   "Entente; one of an older Entente is migrated when the daemon starts. The store that was there is "
                   "kept beside it, and so are the saved watches, in whose place those of the backup come. What "
                   "was fetched since the backup is fetched again where the sources still have it; alerts that were "
                   "delivered since "
                   "are delivered again under the same ids.",
    .examples = "entente store restore /backup/entente-2026-11-29.db\tBack to that day",
    .run = run,
};
