/* Entries: the alerts of an Atom feed (RFC 4287), updates as answers (RFC 4685), newest first, as text that can be kept and read back. One owner. */
#ifndef PLUGINS_ATOM_ENTRIES_H
#define PLUGINS_ATOM_ENTRIES_H

#include "lib/base/buffer.h"
#include "lib/base/error.h"
#include "lib/record/record.h"

#include <stdbool.h>
#include <stddef.h>

struct entries;

/* `kept` is what entries_keep gave before; empty for none. NULL with `error`. */
struct entries *entries_create(const char *kept, size_t size, size_t most, const char *template_path,
                               struct error *error);
void entries_destroy(struct entries *entries);
/* Puts a delivery's entry on top, in the place of one with its id. */
bool entries_add(struct entries *entries, struct record_view delivery, struct error *error);
/* Drops the oldest until what is kept has at most `size` bytes, or is one entry. */
void entries_fit(struct entries *entries, size_t size);
/* Appends what entries_create takes. */
void entries_keep(const struct entries *entries, struct buffer *out);
/* Appends the whole feed. `updated` in milliseconds since 1970. */
void entries_write(const struct entries *entries, const char *id, const char *title, int64_t updated,
                   struct buffer *out);

#endif
