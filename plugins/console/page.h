/* Page: an alert as text for people. Pure; the text goes into a buffer. */
#ifndef PLUGINS_CONSOLE_PAGE_H
#define PLUGINS_CONSOLE_PAGE_H

#include "lib/base/buffer.h"
#include "lib/record/record.h"

/* Appends what stands over several alerts, or over one that was held back; nothing of one that was sent at once. */
void page_append_title(struct buffer *out, struct record_view delivery, bool colour);
/* Appends headline, facts, actors with roles, quotes and links. `colour` adds terminal escapes. Control characters that
 * stand in the record are never passed on to the terminal. */
void page_append_alert(struct buffer *out, struct record_view alert, bool colour);

#endif
