#include "lib/evaluate/fit.h"

#include <stdlib.h>
#include <string.h>

enum { LINE_STEPS = 60 };
#define STEP_MAX 1.0
#define CURVE_LEAST 0.02 /* of p(1-p), so that a row that is far off still slows its step */

/* 2^whole by building the number's bits. */
static double power_of_two(int whole)
{
    uint64_t bits = (uint64_t)(whole + 1023) << 52;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static double exponential(double x)
{
    static const double log2_of_e = 1.4426950408889634, high = 0.693145751953125, low = 1.4286068203094172e-6;
    if (x < -700)
        return 0;
    if (x > 700)
        x = 700;
    int whole = (int)(x * log2_of_e + (x < 0 ? -0.5 : 0.5));
    double rest = x - whole * high - whole * low, term = 1, sum = 1;
    for (int i = 1; i < 14; i++) {
        term = term * rest / i;
        sum += term;
    }
    return sum * power_of_two(whole);
}

double fit_sigmoid(double x)
{
    return x >= 0 ? 1 / (1 + exponential(-x)) : exponential(x) / (1 + exponential(x));
}

/* The rows of each mark. */
struct columns {
    uint32_t *starts; /* mark_kinds + 1 */
    uint32_t *rows;
};

static bool make_columns(const struct fit_row *rows, size_t count, size_t mark_kinds, struct columns *columns)
{
    size_t all = 0;
    for (size_t i = 0; i < count; i++)
        all += rows[i].weight > 0 ? rows[i].mark_count : 0;
    columns->starts = calloc(mark_kinds + 2, sizeof *columns->starts);
    columns->rows = malloc((all + 1) * sizeof *columns->rows);
    if (!columns->starts || !columns->rows)
        return false;
    for (size_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < rows[i].mark_count && rows[i].weight > 0; k++)
            columns->starts[rows[i].marks[k] + 2]++;
    for (size_t k = 0; k < mark_kinds; k++)
        columns->starts[k + 2] += columns->starts[k + 1];
    for (size_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < rows[i].mark_count && rows[i].weight > 0; k++)
            columns->rows[columns->starts[rows[i].marks[k] + 1]++] = (uint32_t)i;
    return true;
}

struct state {
    const struct fit_row *rows;
    double *scores, *chances;
};

/* One Newton step of one weight, over the rows that bear it. */
static double step(struct state *state, const uint32_t *which, size_t count, double moved, double penalty)
{
    double slope = penalty * moved, curve = penalty;
    for (size_t i = 0; i < count; i++) {
        const struct fit_row *row = &state->rows[which[i]];
        double chance = state->chances[which[i]], bend = chance * (1 - chance);
        slope += row->weight * (chance - row->target);
        curve += row->weight * (bend < CURVE_LEAST ? CURVE_LEAST : bend);
    }
    double change = curve > 0 ? -slope / curve : 0;
    change = change > STEP_MAX ? STEP_MAX : change < -STEP_MAX ? -STEP_MAX : change;
    for (size_t i = 0; i < count; i++) {
        state->scores[which[i]] += change;
        state->chances[which[i]] = fit_sigmoid(state->scores[which[i]]);
    }
    return moved + change;
}

bool fit_logistic(const struct fit_row *rows, size_t count, size_t mark_kinds, double penalty, unsigned passes,
                  double *weights, double *bias)
{
    struct columns columns = {NULL, NULL};
    struct state state = {rows, calloc(count + 1, sizeof(double)), calloc(count + 1, sizeof(double))};
    uint32_t *every = malloc((count + 1) * sizeof *every);
    double *moved = calloc(mark_kinds + 1, sizeof *moved);
    size_t used = 0;
    bool good = state.scores && state.chances && every && moved && make_columns(rows, count, mark_kinds, &columns);
    for (size_t i = 0; i < count && good; i++) {
        if (rows[i].weight > 0)
            every[used++] = (uint32_t)i;
    }
    for (size_t i = 0; i < count && good; i++)
        for (uint32_t k = 0; k < rows[i].mark_count; k++)
            state.scores[i] += weights[rows[i].marks[k]];
    for (size_t i = 0; i < count && good; i++)
        state.chances[i] = fit_sigmoid(state.scores[i]);
    *bias = 0;
    for (unsigned pass = 0; pass < passes && good; pass++) {
        *bias = step(&state, every, used, *bias, 0);
        for (size_t k = 0; k < mark_kinds; k++) {
            uint32_t first = columns.starts[k], last = columns.starts[k + 1];
            if (last > first)
                moved[k] = step(&state, columns.rows + first, last - first, moved[k], penalty);
        }
    }
    for (size_t k = 0; k < mark_kinds && good; k++)
        weights[k] += moved[k];
    free(moved);
    free(columns.starts);
    free(columns.rows);
    free(state.scores);
    free(state.chances);
    free(every);
    return good;
}

void fit_line(const double *x, const double *target, const double *weight, size_t count, double *a, double *b)
{
    *a = 1;
    *b = 0;
    for (int round = 0; round < LINE_STEPS; round++) {
        double slope_a = 1e-3 * (*a - 1), slope_b = 0, aa = 1e-3, ab = 0, bb = 1e-9;
        for (size_t i = 0; i < count; i++) {
            double chance = fit_sigmoid(*a * x[i] + *b), off = weight[i] * (chance - target[i]),
                   bend = weight[i] * (chance * (1 - chance) + 1e-6);
            slope_a += off * x[i];
            slope_b += off;
            aa += bend * x[i] * x[i];
            ab += bend * x[i];
            bb += bend;
        }
        double determinant = aa * bb - ab * ab;
        if (determinant <= 0)
            return;
        double change_a = (bb * slope_a - ab * slope_b) / determinant,
               change_b = (aa * slope_b - ab * slope_a) / determinant;
        *a -= change_a > 0.5 ? 0.5 : change_a < -0.5 ? -0.5 : change_a;
        *b -= change_b > 0.5 ? 0.5 : change_b < -0.5 ? -0.5 : change_b;
    }
}
