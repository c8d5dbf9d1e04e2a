/* entente delivery retry: has deliveries sent at once that were given up, failed or are held back. */
#include "core/cli/message.h"
#include "core/cli/state.h"
#include "core/cli/store_change.h"
#include "core/store/deliveries.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ID_SIZE = 40 };

/* The messages behind the rows, each once. */
struct gathered {
    char (*ids)[ID_SIZE];
    size_t count, capacity;
    bool failed;
};

static bool gather(void *context, const struct delivery_state_row *row)
{
    struct gathered *gathered = context;
    const char *id = *row->carrier ? row->carrier : row->id;
    /* What one carrier carries stands together, nearly always. */
    for (size_t i = gathered->count; *row->carrier && i-- > 0;)
        if (strcmp(gathered->ids[i], id) == 0)
            return true;
    if (gathered->count == gathered->capacity) {
        size_t capacity = gathered->capacity ? 2 * gathered->capacity : 64;
        char(*ids)[ID_SIZE] = realloc(gathered->ids, capacity * sizeof *ids);
        gathered->failed = !ids;
        if (!ids)
            return false;
        gathered->ids = ids;
        gathered->capacity = capacity;
    }
    snprintf(gathered->ids[gathered->count++], ID_SIZE, "%s", id);
    return true;
}

static bool gather_all(const struct command_line *line, const char *sink, const char *states, struct gathered *gathered)
{
    struct error error = ERROR_INIT;
    struct query *query = state_open_query(line);
    if (!query)
        return false;
    bool ok = store_delivery_states(query_store(query), sink, NULL, states, 0, 0, gather, gathered, &error);
    query_close(query);
    if (ok && gathered->failed)
        ok = error_set(&error, ERROR_MEMORY, "out of memory");
    if (!ok)
        message_failure("%s", error.text);
    return ok;
}

static int retry_all(const struct command_line *line, const char *sink)
{
    char state_dir[STATE_DIR_MAX];
    struct gathered gathered = {0};
    int status = COMMAND_DONE;
    if (!state_find(line, state_dir) || !gather_all(line, sink, command_value(line, "state"), &gathered)) {
        free(gathered.ids);
        return COMMAND_USAGE;
    }
    for (size_t i = 0; i < gathered.count; i++) {
        int one = store_change(state_dir, CONTROL_DELIVERY_RETRY, gathered.ids[i]);
        status = one > status ? one : status;
    }
    if (gathered.count == 0)
        message_note("There is nothing %s to %s.", command_value(line, "state"), sink);
    free(gathered.ids);
    return status;
}

static int run(const struct command_line *line)
{
    const char *sink = command_value(line, "sink");
    if (!sink == (line->argument_count == 0))
        return message_failure("%s", sink ? "--sink means all of that sink: leave the ids out"
                                          : "name deliveries ('entente delivery list' shows them), or --sink NAME for "
                                            "all of a sink");
    return sink ? retry_all(line, sink) : store_change_run(line, CONTROL_DELIVERY_RETRY);
}

static const struct command_option options[] = {
    {"sink", 's', COMMAND_VALUE, "NAME", NULL, NULL, "All of this sink that are in --state"},
    {"state", 0, COMMAND_LIST, "STATES", "pending|held|dead", "dead", "With --sink: in which states"},
    {.name = NULL},
};

const struct command command_delivery_retry = {
    .name = "delivery retry",
    .summary = "Send what was given up, failed or is held back at once",
    .arguments = "[ID...]",
    .arguments_min = 0,
    .arguments_max = SIZE_MAX,
    .description =
        "The ids are the first column of 'entente delivery list'; the first letters of one are enough. What was dead has its "
        "whole time (give_up) again, and its dead letter is taken back. What is held goes out now, with all that waits in "
        "the same window. What was delivered is never sent twice. Without a daemon it is sent at its next start.",
    .examples = "entente delivery retry 5b1c9a04\tTry this one again, after the cause was mended\n"
                "entente delivery retry --sink desk-mail\tAll that this sink gave up\n"
                "entente delivery retry --sink desk-mail --state held\tThe digest now",
    .options = options,
    .run = run,
};
