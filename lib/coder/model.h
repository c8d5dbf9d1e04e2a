/* Model: the learned weights of the features, the threshold, and what a score is worth as a probability.
 *
 * All numbers are integers: weights and scores in 1/MODEL_UNIT of a logit, probabilities in 1/MODEL_SURE, so that every
 * machine decides alike. The text form is data/model/weights.txt, written by the trainer (docs/model.md); it is
 * compiled in and can be read from elsewhere too. Immutable once read, any thread. */
#ifndef LIB_CODER_MODEL_H
#define LIB_CODER_MODEL_H

#include "lib/base/error.h"
#include "lib/coder/feature.h"
#include "lib/coder/relevance.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MODEL_UNIT = 1024, MODEL_SURE = 10000, MODEL_POINTS_MAX = 64, MODEL_VERSION = 1, MODEL_WEIGHT_MAX = 1 << 20 };

struct model_point {
    int32_t score, probability;
};

struct model {
    int32_t bias, threshold;
    int32_t weights[FEATURE_COUNT];
    int32_t relevance_bias, relevance_threshold, relevance_weights[RELEVANCE_COUNT]; /* of whole items */
    /* Ascending in both; between two points the line. */
    struct model_point points[MODEL_POINTS_MAX];
    uint32_t point_count;
    char digest[33]; /* of the text */
};

/* Lines `bias N`, `threshold N`, `weight NAME N`, `point SCORE PROBABILITY`, `relevance_bias N`, `relevance_threshold
 * N`, `relevance NAME N`; # begins a comment. What is not named weighs nothing; names that are not known are an error.
 */
bool model_read(const char *text, size_t size, struct model *model, struct error *error);
bool model_load(const char *path, struct model *model, struct error *error);
const struct model *model_builtin(void);

int32_t model_score(const struct model *model, const struct feature_set *features);
bool model_relevant(const struct model *model, relevance_set marks);
/* Whether any marks of words could make an item relevant in which no candidate was found. */
bool model_may_be_relevant_alone(const struct model *model);
double model_confidence(const struct model *model, int32_t score);

#endif
