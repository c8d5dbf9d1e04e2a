/* Texts: the templates of a mail, the shipped ones or the operator's, and what they make of a delivery. */
#ifndef PLUGINS_MAIL_TEXTS_H
#define PLUGINS_MAIL_TEXTS_H

#include "lib/base/buffer.h"
#include "lib/base/error.h"
#include "lib/record/record.h"

#include <stdbool.h>

struct texts;

/* Any of the three may be NULL: the shipped one is taken. The latter two are paths. NULL with `error`, which names the
 * file, line and column. */
struct texts *texts_create(const char *subject, const char *text_path, const char *html_path, struct error *error);
void texts_destroy(struct texts *texts);
/* Appends each; false when memory is out. */
bool texts_render(const struct texts *texts, struct record_view delivery, struct buffer *subject, struct buffer *text,
                  struct buffer *html, struct error *error);

#endif
