/* Matching: which events of the coder are which events of the labels (docs/codebook.md, scoring): same type, principal
 * actors that overlap by half, one shared dyad in the same direction, dates that do not contradict; one to one, by the
 * assignment of greatest weight. Any thread. */
#ifndef LIB_EVALUATE_MATCHING_H
#define LIB_EVALUATE_MATCHING_H

#include "lib/evaluate/label.h"

#include <stdint.h>

enum { MATCHING_EVENTS_MAX = 128, MATCHING_OUTPUTS_MAX = 14 /* outputs of an item that the exact search looks at */ };

/* 0 where the two cannot be one event, else how well they agree. */
double matching_weight(const json_t *label, const json_t *output);

/* The acceptable lists of actors of a label that are not empty. */
size_t matching_actor_lists(const json_t *label, const json_t *lists[LABEL_OPTIONS_MAX]);

/* What is counted of lists: classes of equipment, amounts, countries of places. A value is a text, or a number with the
 * text that says of what. */
struct matching_value {
    const char *text;
    double number;
};
enum matching_field { MATCHING_UNROCA, MATCHING_AMOUNTS, MATCHING_COUNTRIES };
enum { MATCHING_VALUES_MAX = 64 };
size_t matching_values(const json_t *list, enum matching_field field,
                       struct matching_value values[MATCHING_VALUES_MAX]);
size_t matching_shared(const struct matching_value *a, size_t a_count, const struct matching_value *b, size_t b_count);

/* Writes for each label the index of its output, or -1. Labels and outputs beyond MATCHING_EVENTS_MAX stay without.
 * False when memory is out. */
bool matching_assign(const json_t *labels, const json_t *outputs, int of_label[MATCHING_EVENTS_MAX]);

#endif
