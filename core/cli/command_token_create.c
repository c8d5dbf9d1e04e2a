/* entente token create NAME: a token for a person or program that asks over the network. */
#include "core/cli/command.h"
#include "core/cli/message.h"
#include "core/cli/token_call.h"

#include <stdio.h>

static int run(const struct command_line *line)
{
    char token[ACCESS_TOKEN_SIZE];
    int64_t expires;
    if (!token_expiry(command_value(line, "expires"), &expires))
        return COMMAND_USAGE;
    int status = token_make(line, "token", line->arguments[0], command_value(line, "role"), expires, token);
    if (status != COMMAND_DONE)
        return status;
    printf("%s\n", token);
    message_note("Keep it: it is shown this once. Send it as 'Authorization: Bearer TOKEN', or enter it at the dashboard's "
                 "login page.");
    return COMMAND_DONE;
}

static const struct command_option options[] = {
    {"role", 'r', COMMAND_VALUE, "ROLE", "read|analyst|admin", "read",
     "read: looks; analyst: also corrects events and acknowledges alerts; admin: also reloads, fetches and resends"},
    {"expires", 'e', COMMAND_VALUE, "TIME", NULL, "never", "When it ends, as in 12h or 90d"},
    {.name = NULL},
};

const struct command command_token_create = {
    .name = "token create",
    .summary = "Make an access token for the dashboard or the API",
    .arguments = "NAME",
    .arguments_min = 1,
    .arguments_max = 1,
    .description = "The token goes to standard output and nowhere else: what is stored is its SHA-256. NAME says whose it is; "
                   "it stands as author of all that is done with it.",
    .examples = "entente token create ada --role analyst\tFor a colleague\n"
                "entente token create grafana --expires 90d\tFor a program that only reads",
    .options = options,
    .run = run,
};
