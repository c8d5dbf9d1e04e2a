/* Recoding: goes over the archive with another coder and says, item by item, what it would tell otherwise; and applies
 * that in batches, to a running daemon or, where none runs, under the state directory's lock. What is done is kept in
 * the store with each batch, so that a run which was killed goes on. One thread. */
#ifndef CORE_CLI_RECODING_H
#define CORE_CLI_RECODING_H

#include "core/query/query.h"
#include "core/recode/batch.h"
#include "core/recode/difference.h"
#include "core/watch/rule.h"
#include "lib/coder/coder.h"

struct recoding_filter {
    int64_t since, until;         /* of publication, else of the fetch */
    const char *sources;          /* names apart by commas; NULL for all */
    struct rule *where;           /* one of the item's reports must match; NULL for all items */
    char text[RECODE_FILTER_MAX]; /* all of it, by which a run is known again */
};

/* What became of one item; lent until the callback returns. */
struct recoding_item {
    struct record_view item;
    struct ent_record *const *before, *const *after;
    const struct difference *differences;
    size_t difference_count;
    bool is_gone; /* its body is no longer kept, so it stays as it is */
    bool is_uncoded;
};
typedef void recoding_tell(void *context, const struct recoding_item *item);
typedef void recoding_progress(void *context, int64_t done, int64_t all);

struct recoding_plan {
    const char *state_dir;
    const char *classifier; /* "classifier.coder" */
    const struct coder *coder;
    double min_confidence;
    const struct recoding_filter *filter;
    bool apply;
    recoding_tell *tell;
    recoding_progress *progress;
    void *context;
};

struct recoding_result {
    int64_t items, replaced; /* of a run that went on, all of it */
    int64_t resumed_at;      /* sequence behind which it went on; 0 for a new one */
};

bool recoding_run(struct query *query, const struct recoding_plan *plan, struct recoding_result *result,
                  struct error *error);

#endif
