/* Printout: a text that a command has made whole goes to standard output here. What cannot be written is told once, by main,
 * when the command is over. One thread. */
#ifndef CORE_CLI_PRINTOUT_H
#define CORE_CLI_PRINTOUT_H

#include "lib/base/buffer.h"
#include "lib/base/error.h"

/* Writes the text and frees the buffer. False with `error`, and nothing is written, where memory was out while it was made. */
bool printout_write(struct buffer *text, struct error *error);
/* The same for a command's end: tells the user of the failure. COMMAND_DONE or COMMAND_USAGE. */
int printout(struct buffer *text);

#endif
