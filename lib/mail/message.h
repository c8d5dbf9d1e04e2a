/* Message: a mail as a reader sees it: who wrote it, when, about what, and its text as UTF-8. For newsletters and press
 * releases that come by mail (.eml files, mailboxes). Attachments are passed over; where a part is there as plain text
 * and as HTML, the plain text is taken unless it is a mere pointer to the other. Lines that were broken for the sake of
 * mail are joined again, a signature is left out.
 *
 * Structure and encodings are GMime's (RFC 5322, 2045 to 2047 and what is sent in their name), charsets are those of
 * lib/text. A date that is absent or cannot be read is no date. Any bytes give a message or an error, in time linear in
 * their number; nesting is bounded. One owner, any thread; free with mail_message_clear. */
#ifndef LIB_MAIL_MESSAGE_H
#define LIB_MAIL_MESSAGE_H

#include "lib/base/buffer.h"
#include "lib/base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct mail_message {
    struct buffer message_id; /* without angle brackets; empty: none */
    struct buffer subject, body;
    struct buffer html; /* the HTML part as it stands, in UTF-8, for lib/mail/digest.h; empty: none */
    struct buffer sender_name, sender_address;
    struct buffer list_id;     /* of a mailing list: "press.example.org" */
    struct buffer archive_url; /* where the sender says that it stands on the web */
    struct buffer language;    /* of Content-Language, lower case */
    bool has_date;
    int64_t date; /* milliseconds since 1970 */
    int offset_minutes;
};

/* Fills `message`, zeroed before. False where it holds no text at all or memory is out. */
bool mail_message_read(struct mail_message *message, const char *bytes, size_t size, struct error *error);
/* Appends the registrable domain of the sender's address, else of the list: "press@news.mod.example" is published by
 * mod.example. False where there is neither. */
bool mail_message_publisher(const struct mail_message *message, struct buffer *domain);
void mail_message_clear(struct mail_message *message);

#endif
