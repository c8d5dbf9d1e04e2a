/* entente snapshot export: the frozen rows in any format of `entente events`. */
#include "core/cli/event_output.h"
#include "core/cli/message.h"
#include "core/cli/snapshot.h"
#include "core/cli/state.h"

#include <errno.h>

static bool take_row(void *context, const char *line, size_t size, struct error *error)
{
    struct event_retrieved retrieved;
    struct ent_record *event = snapshot_event(line, size, &retrieved, error);
    bool ok = event && event_output_put(context, event->view, &retrieved, error);
    record_release(event);
    return ok;
}

static int run(const struct command_line *line)
{
    struct error error = ERROR_INIT;
    char state_dir[STATE_DIR_MAX], digest[DIGEST_WHOLE_SIZE];
    struct snapshot_head head;
    struct snapshot_foot foot;
    struct event_output output;
    if (!state_find(line, state_dir))
        return COMMAND_USAGE;
    /* Verified before a row is printed: what was changed is not to be taken for what was cited. */
    bool ok = snapshot_read(state_dir, line->arguments[0], &head, &foot, digest, NULL, NULL, &error);
    json_decref(foot.stamps);
    if (!ok)
        return message_failure("%s", error.text);
    if (!event_output_begin(&output, command_value(line, "format"), display()->width, stdout, &error))
        return message_failure("%s", error.text);
    ok = snapshot_read(state_dir, line->arguments[0], &head, &foot, digest, take_row, &output, &error);
    json_decref(foot.stamps);
    ok = event_output_end(&output, ok, &error);
    if (!ok)
        return errno == EPIPE ? COMMAND_DONE : message_failure("%s", error.text);
    return COMMAND_DONE;
}

static const struct command_option options[] = {
    {"format", 'f', COMMAND_VALUE, "FORMAT", EVENT_FORMAT_CHOICES, "csv", EVENT_FORMAT_HELP},
    {.name = NULL},
};

const struct command command_snapshot_export = {
    .name = "snapshot export",
    .summary = "Print the rows of a snapshot, the same bytes each time",
    .arguments = "NAME",
    .arguments_min = 1,
    .arguments_max = 1,
    .description = "The rows are those that were frozen, whatever the archive has become since. A snapshot that was changed is "
                   "refused.",
    .examples = "entente snapshot export arms-2024 > table.csv\tThe table in print, made again\n"
                "entente snapshot export arms-2024 --format trade\tIts trade register",
    .options = options,
    .run = run,
};
