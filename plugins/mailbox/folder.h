/* Folder: a mail folder's name as people write it (UTF-8) to what IMAP wants of it: modified UTF-7 (RFC 3501, 5.1.3),
 * percent-encoded for an address and quoted for a command. */
#ifndef PLUGINS_MAILBOX_FOLDER_H
#define PLUGINS_MAILBOX_FOLDER_H

#include "lib/base/buffer.h"
#include "lib/base/error.h"

#include <stdbool.h>

/* Appends the name for an address to `address`, and to `status_command` the command that asks for the folder's state.
 * NULL means INBOX. False where the name cannot be written so. */
bool folder_encode(const char *name, struct buffer *address, struct buffer *status_command, struct error *error);

#endif
