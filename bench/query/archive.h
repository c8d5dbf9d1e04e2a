/* Archive: an invented archive of as many events as wanted, for measuring queries and for tests that compare two ways to
 * the same answer. Event number N is the same in every run. Parties, types, publishers, names and words are drawn as
 * they are in the news: few are frequent, most are rare. */
#ifndef BENCH_QUERY_ARCHIVE_H
#define BENCH_QUERY_ARCHIVE_H

#include "core/store/store.h"
#include "lib/record/record.h"

/* The caller releases it. NULL with `error` filled. `revision` from 1 on changes what is told. */
struct ent_record *archive_event(int64_t number, int64_t revision, struct error *error);
/* The item that its first source names. */
struct ent_record *archive_item(int64_t number, struct error *error);
/* Puts events `first` to `last` with their first revisions, and their items where `with_items`; `fold` (may be NULL) is called
 * after each transaction's events, inside it. */
bool archive_fill(struct store *store, int64_t first, int64_t last, bool with_items,
                  bool (*fold)(void *context, struct store *store, struct error *error), void *context,
                  struct error *error);

#endif
