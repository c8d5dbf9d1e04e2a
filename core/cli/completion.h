/* Completion: the command tables as completion scripts for bash, zsh and fish. They complete commands, options, the
 * choices of an option's value, files and folders. Appended to `buffer`; one thread. */
#ifndef CORE_CLI_COMPLETION_H
#define CORE_CLI_COMPLETION_H

#include "lib/base/buffer.h"

void completion_bash(struct buffer *buffer);
void completion_zsh(struct buffer *buffer);
void completion_fish(struct buffer *buffer);

#endif
