/* Lines: what the file has of one alert: the alert's own JSON, or the object that a template makes of it.
 *
 * Each begins with the id of its delivery, whatever the template says: by it the sink knows after a crash which lines
 * are written already (output.h). One owner, one thread. */
#ifndef PLUGINS_JSONL_LINE_H
#define PLUGINS_JSONL_LINE_H

#include "lib/base/buffer.h"
#include "lib/base/error.h"
#include "lib/record/record.h"

#include <stddef.h>

struct lines;

/* `template_path` NULL: the alert's own JSON. NULL with `error`, which names the place in the template. */
struct lines *lines_create(const char *template_path, struct error *error);
void lines_destroy(struct lines *lines); /* NULL does nothing */

/* Appends the lines of the delivery's alerts from number `first` on. *count gets how many. ERROR_CONFIG where the
 * template makes no JSON object of an alert. */
bool lines_add(const struct lines *lines, struct record_view delivery, size_t first, struct buffer *text, size_t *count,
               struct error *error);

#endif
