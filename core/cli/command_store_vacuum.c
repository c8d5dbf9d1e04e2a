/* entente store vacuum: gives back the space that the store no longer uses. */
#include "core/cli/message.h"
#include "core/cli/progress.h"
#include "core/cli/sheet.h"
#include "core/cli/state.h"
#include "core/query/fold.h"
#include "core/store/columns.h"
#include "core/store/state.h"
#include "core/store/store.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

static int64_t size_of(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 ? (int64_t)status.st_size : 0;
}

/* The columns of queries, from the events. */
static bool make_columns(struct store *store, struct error *error)
{
    struct fold *fold = fold_create();
    struct progress progress;
    int64_t all = 0, left;
    bool ok = fold || error_set(error, ERROR_MEMORY, "out of memory");
    ok = ok && store_begin(store, error) && store_columns_reset(store, error) &&
         store_count(store, "SELECT count(*) FROM event_stale", &all, error) && store_commit(store, error);
    progress_begin(&progress, "events");
    do {
        ok = ok && store_begin(store, error) && fold_run(fold, store, error) &&
             store_count(store, "SELECT count(*) FROM event_stale", &left, error) && store_commit(store, error);
        if (ok)
            progress_update(&progress, all - left, all);
    } while (ok && fold_has_more(fold));
    progress_end(&progress);
    store_rollback(store);
    fold_destroy(fold);
    return ok;
}

static bool vacuum(const char *path, const char *state_dir, bool columns, struct error *error)
{
    struct store *store = store_open(path, STORE_WRITE, error);
    int64_t before = size_of(path), free_bytes = state_free_bytes(state_dir);
    char was[SHEET_TIME_SIZE], is[SHEET_TIME_SIZE];
    /* The new file and its way through the log. */
    bool ok = store &&
              (free_bytes < 0 || free_bytes > 2 * before ||
               error_set(error, ERROR_STATE,
                         "%s holds %" PRId64 " MB, and twice as much must be free beside it while it is written anew: "
                         "there are %" PRId64 " MB",
                         path, before / 1000000, free_bytes / 1000000));
    ok = ok && (!columns || make_columns(store, error)) && store_execute(store, "VACUUM", error) &&
         store_execute(store, "PRAGMA wal_checkpoint(TRUNCATE)", error);
    store_close(store);
    if (ok)
        printf("%s: %s bytes, before %s\n", path, sheet_count(is, size_of(path)), sheet_count(was, before));
    return ok;
}

static int run(const struct command_line *line)
{
    struct error error = ERROR_INIT;
    char state_dir[STATE_DIR_MAX], path[STATE_DIR_MAX + 20];
    if (!state_find(line, state_dir))
        return COMMAND_USAGE;
    bool ok = state_path(path, sizeof path, state_dir, STORE_FILE_NAME, &error);
    if (ok && size_of(path) == 0)
        ok = error_set(&error, ERROR_MISSING, "there is no store at %s yet", path);
    if (!ok)
        return message_failure("%s", error.text);
    struct state_lock *lock = state_lock(state_dir, &error);
    if (!lock)
        return message_failure("the store is written anew as a whole, which no daemon may see: %s", error.text);
    ok = vacuum(path, state_dir, command_flag(line, "columns"), &error);
    state_unlock(lock);
    return ok ? COMMAND_DONE : message_failure("%s", error.text);
}

static const struct command_option options[] = {
    {"columns", 0, COMMAND_FLAG, NULL, NULL, NULL, "First make the columns that queries read anew, from the events"},
    {.name = NULL},
};

const struct command command_store_vacuum = {
    .name = "store vacuum",
    .summary = "Give back the space that the store no longer uses",
    .description =
        "What was pruned leaves room within the file, which is used again. This writes the file anew without it; the "
        "daemon must not run, and twice the file's size must be free.",
    .examples = "entente store vacuum\tAfter a first prune of a large archive",
    .options = options,
    .run = run,
};
