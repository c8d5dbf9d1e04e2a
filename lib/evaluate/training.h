/* Training: weights, threshold and calibration from a teaching set alone, byte for byte the same everywhere. Threshold
 * and calibration are made on out-of-fold scores: each item's by weights that never saw its source or story. Any
 * thread. */
#ifndef LIB_EVALUATE_TRAINING_H
#define LIB_EVALUATE_TRAINING_H

#include "lib/coder/model.h"
#include "lib/evaluate/teaching.h"

enum { TRAINING_FOLDS = 5, TRAINING_NO_FOLD = 255 };

/* The fold of each group of a teaching set; invented items have none. */
struct training_folds {
    uint8_t *of_group;
    uint32_t group_count;
};
bool training_folds_make(const struct teaching *teaching, struct training_folds *folds);
void training_folds_end(struct training_folds *folds);
uint8_t training_fold(const struct training_folds *folds, const struct teaching_item *item);

struct training_choice {
    unsigned without; /* fold to leave out, TRAINING_NO_FOLD for none */
    unsigned percent; /* of the news' groups that may be learned from: 100 for all */
};

/* The whole text of a weights file. False with `error`. */
bool training_run(const struct teaching *teaching, const struct training_folds *folds,
                  const struct training_choice *choice, struct buffer *text, struct error *error);

#endif
