/* entente dead-letters drop: forgets that records were given up. */
#include "core/cli/store_change.h"

#include <stdint.h>

static int run(const struct command_line *line)
{
    return store_change_run(line, CONTROL_DEAD_LETTER_DROP);
}

const struct command command_dead_letters_drop = {
    .name = "dead-letters drop",
    .summary = "Give records up for good",
    .arguments = "NUMBER...",
    .arguments_min = 1,
    .arguments_max = SIZE_MAX,
    .description =
        "The numbers are the first column of 'entente dead-letters'. The article or alert itself stays in the "
        "store; only the mark that it waits for a decision goes.",
    .examples = "entente dead-letters drop 4\tNothing is to be done about number 4",
    .run = run,
};
