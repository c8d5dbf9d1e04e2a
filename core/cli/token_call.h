/* Token call: what the commands `entente token …` share. */
#ifndef CORE_CLI_TOKEN_CALL_H
#define CORE_CLI_TOKEN_CALL_H

#include "core/cli/command.h"
#include "lib/base/access_token.h"

#include <stdint.h>

/* "90d" from now, as milliseconds since 1970; "never" is 0. False after a message. */
bool token_expiry(const char *text, int64_t *expires);
/* Makes a token or link with a daemon or without one; the digest is stored, the token comes back in `token` and is nowhere
 * else. The exit status. */
int token_make(const struct command_line *line, const char *kind, const char *name, const char *role, int64_t expires,
               char token[ACCESS_TOKEN_SIZE]);
/* The exit status. */
int token_revoke(const struct command_line *line, const char *id_or_name);

#endif
