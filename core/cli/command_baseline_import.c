/* entente baseline import: pairs that are known from before the archive. */
#include "core/cli/command.h"
#include "core/cli/message.h"
#include "core/cli/state.h"
#include "core/cli/store_change.h"
#include "core/config/config.h"
#include "core/control/alerts.h"
#include "core/store/state.h"
#include "core/watch/known_dyads.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A copy in the state directory, which the daemon may read whoever we are. False after a message. */
static bool hand_over(const char *path, const char *bytes, size_t size)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool ok = descriptor >= 0;
    for (size_t written = 0; ok && written < size;) {
        ssize_t one = write(descriptor, bytes + written, size - written);
        ok = one > 0 || (one < 0 && errno == EINTR);
        written += one > 0 ? (size_t)one : 0;
    }
    int why = errno;
    if (descriptor >= 0)
        close(descriptor);
    if (!ok)
        message_failure("%s cannot be written: %s", path, strerror(why));
    return ok;
}

static int import(const char *state_dir, const char *bytes, size_t size)
{
    char name[64], path[STATE_DIR_MAX + 80];
    struct error error = ERROR_INIT;
    snprintf(name, sizeof name, BASELINE_PREFIX "%ld.csv", (long)getpid());
    if (!state_path(path, sizeof path, state_dir, name, &error))
        return message_failure("%s", error.text);
    if (!hand_over(path, bytes, size)) {
        unlink(path);
        return COMMAND_USAGE;
    }
    struct control_request request = {.command = CONTROL_BASELINE_IMPORT, .target = name};
    json_t *result = store_change_make(state_dir, request, &error);
    unlink(path);
    if (!result)
        return message_failure("%s", error.text);
    puts(json_string_value(json_object_get(result, "text")));
    json_decref(result);
    return COMMAND_DONE;
}

static int run(const struct command_line *line)
{
    char state_dir[STATE_DIR_MAX], *bytes = NULL;
    size_t size = 0;
    struct error error = ERROR_INIT;
    struct csv_error problem;
    const char *path = line->arguments[0];
    if (!state_find(line, state_dir))
        return COMMAND_USAGE;
    if (!config_read_file(path, KNOWN_DYADS_SIZE_MAX, &bytes, &size, &error))
        return message_failure("%s", error.text);
    struct known_dyads *dyads = known_dyads_read(bytes, size, &problem);
    int status = COMMAND_USAGE;
    if (dyads)
        status = import(state_dir, bytes, size);
    else
        message_failure("%s:%d:%d: %s", path, problem.line, problem.column, problem.text);
    known_dyads_destroy(dyads);
    free(bytes);
    return status;
}

const struct command command_baseline_import = {
    .name = "baseline import",
    .summary = "Load pairs that are known to have dealt with each other",
    .arguments = "FILE",
    .arguments_min = 1,
    .arguments_max = 1,
    .description =
        "first_dyad() and first_type_for_dyad ask the archive whether anything was told of two parties before. A young "
        "archive does not know; this file does. It is CSV with a header:\n\n"
        "    a,b,type,first,last\n    RUS,UZB,arms_transfer,1998,2023\n    USA,KAZ,,,\n\n"
        "type, first and last may be absent or empty: then the two are known for any time. What is imported twice is kept "
        "once. With anything imported, the archive counts as going back for ever.",
    .examples = "entente baseline import known-dyads.csv\tBefore a watch with first_dyad() is of use",
    .run = run,
};
