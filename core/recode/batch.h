/* Batch: what recoding found of some items, on its way from the command that codes to the writer that replaces reports.
 *
 * The command writes a batch to a file in the state directory and names it to the daemon (core/control), or applies it
 * itself where none runs. Either way it is applied as a whole, with the mark of how far the recoding is, in one
 * transaction. A file is a line of JSON, the head, then for each item its sequence, its number of reports, and these as
 * records; all are verified when it is read. */
#ifndef CORE_RECODE_BATCH_H
#define CORE_RECODE_BATCH_H

#include "core/store/recode.h"
#include "lib/base/buffer.h"
#include "lib/record/record.h"

#include <stddef.h>

struct store;

#define BATCH_PREFIX "recode-" /* of the files' names */
enum { BATCH_BYTES_MAX = 64 * 1024 * 1024, BATCH_CLASSIFIER_MAX = 200, BATCH_REMARK_MAX = 100 };

struct batch_item {
    int64_t sequence;
    struct ent_record **reports; /* in place of those that the classifier made before; owned */
    size_t report_count;
    char source[BATCH_CLASSIFIER_MAX]; /* that brought the item, for the remark */
    char remark[BATCH_REMARK_MAX];     /* "uncoded: de", "" for none */
};

struct batch {
    char classifier[BATCH_CLASSIFIER_MAX]; /* "classifier.coder" */
    struct recode_row progress;            /* once this batch is applied */
    struct batch_item *items;              /* whose reports differ */
    size_t item_count, item_capacity;
};

/* Takes the reports over, on failure too. False when memory is out. */
bool batch_add(struct batch *batch, const struct batch_item *item);
/* Empties it; classifier and progress stay. */
void batch_clear(struct batch *batch);

bool batch_write(const struct batch *batch, const char *path, struct error *error);
bool batch_read(struct batch *batch, const char *path, struct error *error);

/* Replaces the reports of items that are still current, hands these to the desk and keeps the progress. Within the
 * writer's transaction (bus_change). */
bool batch_apply(void *context, struct store *store, struct error *error);

#endif
