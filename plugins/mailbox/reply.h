/* Reply: what an IMAP server (RFC 9051) says to STATUS and SEARCH, as numbers. Pure functions over foreign bytes. */
#ifndef PLUGINS_MAILBOX_REPLY_H
#define PLUGINS_MAILBOX_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* UIDs are 32 bits wide; 0 is none. */
struct mailbox_status {
    uint32_t validity; /* UIDVALIDITY: UIDs of another validity mean nothing */
    uint32_t next;     /* UIDNEXT */
};

/* False where either number is missing. */
bool reply_read_status(const char *text, size_t size, struct mailbox_status *status);
/* Writes the UIDs from `least` on, in ascending order and each once, at most `capacity` of them: the lowest. Returns
 * how many. */
size_t reply_read_search(const char *text, size_t size, uint32_t least, uint32_t *uids, size_t capacity);

#endif
