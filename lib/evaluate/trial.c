#include "lib/evaluate/trial.h"

#include <stdlib.h>
#include <string.h>

enum { SAMPLES = 2000 };

static bool run_fold(const struct trial *trial, unsigned fold, trial_item *each, void *context, struct error *error)
{
    const char *id;
    json_t *item;
    json_object_foreach((json_t *)trial->items, id, item)
    {
        const struct teaching_item *taught = teaching_find(trial->teaching, id);
        uint8_t own = taught ? training_fold(trial->folds, taught) : TRAINING_NO_FOLD;
        if (own == fold && json_object_get(trial->labels, id) && !each(context, id, item, error))
            return false;
    }
    return true;
}

bool trial_run(const struct trial *trial, trial_item *each, void *context, struct error *error)
{
    struct model *model = malloc(sizeof *model);
    bool good = model || error_set(error, ERROR_MEMORY, "out of memory");
    for (unsigned fold = 0; fold < TRAINING_FOLDS && good; fold++) {
        const struct training_choice choice = {fold, trial->percent};
        struct buffer text = BUFFER_INIT;
        good = training_run(trial->teaching, trial->folds, &choice, &text, error) &&
               model_read(text.bytes, text.size, model, error);
        if (good) {
            coder_use_model(trial->coder, model);
            good = run_fold(trial, fold, each, context, error);
        }
        buffer_free(&text);
    }
    coder_use_model(trial->coder, model_builtin());
    good = good && run_fold(trial, TRAINING_NO_FOLD, each, context, error);
    free(model);
    return good;
}

struct coding {
    const struct trial *trial;
    json_t *outputs;
};

static bool code_item(void *context, const char *id, const json_t *item, struct error *error)
{
    struct coding *coding = context;
    json_t *row =
        coding_row(coding->trial->coder, coding->trial->workspace, item, coding->trial->min_confidence, error);
    return row && (!json_object_set_new(coding->outputs, id, row) || error_set(error, ERROR_MEMORY, "out of memory"));
}

bool trial_code(const struct trial *trial, json_t *outputs, struct error *error)
{
    struct coding coding = {trial, outputs};
    return trial_run(trial, code_item, &coding, error);
}

/* ---- intervals ---- */
static void add_item(struct tally_item *sum, const struct tally_item *item)
{
    tally_add_counts(&sum->facts, &item->facts);
    tally_add_counts(&sum->usable, &item->usable);
    tally_add_counts(&sum->nonfacts, &item->nonfacts);
    tally_add_counts(&sum->relevance, &item->relevance);
}

static int compare_numbers(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static struct interval interval_of(double *values)
{
    qsort(values, SAMPLES, sizeof *values, compare_numbers);
    return (struct interval){values[SAMPLES / 40], values[SAMPLES - 1 - SAMPLES / 40]};
}

/* The items' shares, summed by group. */
static struct tally_item *sum_groups(const struct tally_item *items, const uint32_t *groups, size_t count,
                                     size_t *group_count)
{
    struct tally_item *sums = calloc(count + 1, sizeof *sums);
    uint32_t *seen = calloc(count + 1, sizeof *seen);
    *group_count = 0;
    for (size_t i = 0; sums && seen && i < count; i++) {
        size_t at = 0;
        while (groups && groups[i] && at < *group_count && seen[at] != groups[i])
            at++;
        if (!groups || !groups[i] || at == *group_count) {
            at = (*group_count)++;
            seen[at] = groups ? groups[i] : 0;
        }
        add_item(&sums[at], &items[i]);
    }
    bool good = sums && seen;
    free(seen);
    if (good)
        return sums;
    free(sums);
    return NULL;
}

bool trial_intervals(const struct tally_item *items, const uint32_t *groups, size_t count, struct intervals *intervals)
{
    enum { FIGURES = 5 };
    size_t group_count;
    struct tally_item *sums = sum_groups(items, groups, count, &group_count);
    double *values = malloc(FIGURES * SAMPLES * sizeof *values);
    uint64_t state = 1;
    for (size_t i = 0; sums && values && i < SAMPLES; i++) {
        struct tally_item sum = {.facts = {0}};
        for (size_t k = 0; k < group_count; k++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            add_item(&sum, &sums[(state >> 33) % group_count]);
        }
        values[i] = tally_f1(&sum.facts);
        values[SAMPLES + i] = tally_precision(&sum.facts);
        values[2 * SAMPLES + i] = tally_f1(&sum.usable);
        values[3 * SAMPLES + i] = tally_f1(&sum.nonfacts);
        values[4 * SAMPLES + i] = tally_f1(&sum.relevance);
    }
    bool good = sums && values;
    if (good)
        *intervals =
            (struct intervals){interval_of(values), interval_of(values + SAMPLES), interval_of(values + 2 * SAMPLES),
                               interval_of(values + 3 * SAMPLES), interval_of(values + 4 * SAMPLES)};
    free(sums);
    free(values);
    return good;
}
