/* Trial: codes labelled items with weights that never saw them, and says how far a figure would swing with other items.
 * The coder is lent and has its own model back afterwards. One thread. */
#ifndef LIB_EVALUATE_TRIAL_H
#define LIB_EVALUATE_TRIAL_H

#include "lib/evaluate/coding.h"
#include "lib/evaluate/tally.h"
#include "lib/evaluate/training.h"

struct trial {
    struct coder *coder;
    struct coder_workspace *workspace;
    const struct teaching *teaching;
    const struct training_folds *folds;
    const json_t *labels, *items;
    unsigned percent; /* of the news that is learned from */
    double min_confidence;
};

/* Called for each item after its fold's weights are in place. */
typedef bool trial_item(void *context, const char *id, const json_t *item, struct error *error);
/* Items in no fold (not among those that were taught) come last, with the coder's own model. */
bool trial_run(const struct trial *trial, trial_item *item, void *context, struct error *error);
/* Codes all labelled items this way into `outputs`, an object from id to row. */
bool trial_code(const struct trial *trial, json_t *outputs, struct error *error);

/* 95 % of the F1s that samples of the items, drawn with replacement, give: from the 2.5th to the 97.5th percentile. */
struct interval {
    double low, high;
};
struct intervals {
    struct interval facts, precision, usable, nonfacts, relevance;
};
/* `groups` may be NULL: else items of one group are drawn together. False when memory is out. */
bool trial_intervals(const struct tally_item *items, const uint32_t *groups, size_t count, struct intervals *intervals);

#endif
