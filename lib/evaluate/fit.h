/* Fit: logistic regression with a quadratic penalty, the same to the last bit on every machine: sums run in a fixed
 * order, the number of passes is fixed, and exp is our own, of additions, multiplications and divisions alone (the
 * folder is compiled without contraction). Any thread. */
#ifndef LIB_EVALUATE_FIT_H
#define LIB_EVALUATE_FIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fit_row {
    const uint16_t *marks;
    uint32_t mark_count;
    double weight; /* 0: left out */
    double target; /* 0 to 1 */
};

/* Moves `mark_kinds` weights, in logits, from what they are to what the rows say; the penalty draws each back to where
 * it was. The bias is free. False when memory is out. */
bool fit_logistic(const struct fit_row *rows, size_t count, size_t mark_kinds, double penalty, unsigned passes,
                  double *weights, double *bias);

/* The line a * x + b under which a probability is sigmoid(a * x + b). */
void fit_line(const double *x, const double *target, const double *weight, size_t count, double *a, double *b);

double fit_sigmoid(double x);

#endif
