/* Compose: a mail to be sent: headers, plain text and HTML as a MIME message (RFC 5322, RFC 2045) with CR LF line ends,
 * by GMime. The same draft gives the same bytes, so that a mail that is sent again is the same mail. Any thread. */
#ifndef LIB_MAIL_COMPOSE_H
#define LIB_MAIL_COMPOSE_H

#include "lib/base/buffer.h"
#include "lib/base/error.h"

#include <stddef.h>
#include <stdint.h>

struct mail_draft {
    const char *from;      /* "Name <name@example.org>", or the address alone */
    const char *const *to; /* addresses likewise */
    size_t to_count;
    const char *subject;     /* one line of UTF-8 */
    const char *text, *html; /* UTF-8; html may be NULL */
    const char *message_id;  /* without angle brackets */
    const char *thread_id;   /* of the thread it belongs to, likewise; NULL: none */
    int64_t date;            /* milliseconds since 1970 */
};

/* Appends the message. False where an address cannot be read or memory is out. */
bool mail_compose(const struct mail_draft *draft, struct buffer *message, struct error *error);
/* Appends the bare address of "Name <name@example.org>"; false where there is none. */
bool mail_bare_address(const char *address, struct buffer *bare);

#endif
