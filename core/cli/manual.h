/* Manual: the command tables as manual pages (man(7) macros) and as docs/commands.md. Appended to `buffer`; one
 * thread. */
#ifndef CORE_CLI_MANUAL_H
#define CORE_CLI_MANUAL_H

#include "core/cli/command.h"
#include "lib/base/buffer.h"

/* The page of one command, or entente(1) for NULL. */
void manual_roff(struct buffer *buffer, const struct command *command);
/* "entente.1", "entente-feed-parse.1": the name of that page's file. */
void manual_file_name(struct buffer *buffer, const struct command *command);
/* All commands as one Markdown document. */
void manual_markdown(struct buffer *buffer);

#endif
