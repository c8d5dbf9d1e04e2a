/* Entry: an alert as a datagram for the system's log: RFC 5424, the older form that RFC 3164 describes, or journald's native
 * protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL). Pure.
 *
 * The structured data are of the id entente@32473: 32473 is the number that RFC 5612 sets aside for those who have none. */
#ifndef PLUGINS_SYSLOG_ENTRY_H
#define PLUGINS_SYSLOG_ENTRY_H

#include "lib/base/buffer.h"
#include "lib/record/record.h"

#include <stdint.h>

enum { ENTRY_MESSAGE_MAX = 8 * 1024 /* bytes of the text; the rest is cut off */ };

enum entry_format { ENTRY_RFC5424, ENTRY_RFC3164, ENTRY_JOURNAL };

struct entry {
    int facility, severity;      /* numbers of RFC 5424, 6.2.1 */
    const char *tag;             /* APP-NAME, SYSLOG_IDENTIFIER */
    const char *host;            /* of this machine */
    int64_t time;                /* milliseconds since 1970 */
    const char *text;            /* one line */
    const char *delivery, *actors; /* id of the delivery; "RUS → UZB", may be NULL */
    struct record_view alert;
};

/* Appends the datagram. */
void entry_append(struct buffer *out, const struct entry *entry, enum entry_format format);

#endif
