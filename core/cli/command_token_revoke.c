/* entente token revoke NAME…: tokens that let nobody in any more. */
#include "core/cli/command.h"
#include "core/cli/token_call.h"

#include <stdio.h>

static int run(const struct command_line *line)
{
    int status = COMMAND_DONE;
    for (size_t i = 0; i < line->argument_count; i++) {
        int one = token_revoke(line, line->arguments[i]);
        if (one == COMMAND_DONE)
            printf("%s: revoked\n", line->arguments[i]);
        else
            status = one;
    }
    return status;
}

const struct command command_token_revoke = {
    .name = "token revoke",
    .summary = "Make access tokens invalid",
    .arguments = "NAME...",
    .arguments_min = 1,
    .arguments_max = (size_t)-1,
    .description = "By name, or by id as 'entente token list' shows it. Sessions that browsers got for it end with it, at once.",
    .examples = "entente token revoke ada\tHer token and all her sessions\n"
                "entente token revoke 4f0c2a91d3b8\tOne session",
    .run = run,
};
