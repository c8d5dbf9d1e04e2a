/* Input: a file named on the command line, whole in memory. */
#ifndef CORE_CLI_INPUT_H
#define CORE_CLI_INPUT_H

#include "lib/base/buffer.h"
#include "lib/base/error.h"

/* Appends what `path` holds; "-" is standard input. At most 64 MiB. */
bool input_read(const char *path, struct buffer *input, struct error *error);

#endif
