/* Archive: answers what rules ask of other events (core/watch/rule_archive.h) from the store.
 *
 * One thread, that of the store's connection. A question that fails leaves its error here, and the rule does not match:
 * whoever matched must ask archive_failed. */
#ifndef CORE_WATCH_ARCHIVE_H
#define CORE_WATCH_ARCHIVE_H

#include "core/watch/rule_archive.h"
#include "lib/base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct store;
struct archive;

struct archive *archive_create(void); /* NULL when memory is out */
void archive_destroy(struct archive *archive);

/* Before a series of questions: the store to ask, and what was read ahead is forgotten. */
void archive_begin(struct archive *archive, struct store *store);
/* Of which watch's series spike() and silence() speak; NULL for none. Lent. */
void archive_set_series(struct archive *archive, const char *watch);
const struct rule_archive *archive_table(const struct archive *archive);
/* Has a question failed since archive_begin? Then `error` is filled. */
bool archive_failed(const struct archive *archive, struct error *error);

#endif
