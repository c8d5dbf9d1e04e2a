/* entente dead-letters retry: hands records out again that were given up. */
#include "core/cli/store_change.h"

#include <stdint.h>

static int run(const struct command_line *line)
{
    return store_change_run(line, CONTROL_DEAD_LETTER_RETRY);
}

const struct command command_dead_letters_retry = {
    .name = "dead-letters retry",
    .summary = "Hand given-up records out again",
    .arguments = "NUMBER...",
    .arguments_min = 1,
    .arguments_max = SIZE_MAX,
    .description =
        "The numbers are the first column of 'entente dead-letters'. A running daemon takes them up at once; "
        "without one they are taken up at its next start. What a source brought and nobody could store cannot "
        "be handed out again: only its source can bring it.",
    .examples = "entente dead-letters retry 3 5\tTry these two again, after the cause was mended",
    .run = run,
};
