#include "lib/evaluate/training.h"

#include "lib/coder/trigger.h"
#include "lib/evaluate/fit.h"

#include <stdlib.h>
#include <string.h>

enum { PASSES = 40, POINTS = 33, NOISE_PER_MILLE = 4, RELEVANT_PER_MILLE = 14 };
#define ITEM_PENALTY 3.0
#define STREAM_ITEM_WEIGHT 0.3 /* random items are many and mostly plain */
#define PENALTY 50.0
#define INVENTED_WEIGHT 0.25 /* an invented sentence counts a quarter of a real one */
#define RELEVANT_SHARE 0.01  /* of a real stream's items */
#define NOISE_PRICE 0.005    /* of F1 for each false fact more in a thousand random items */
#define PRECISION_LEAST 0.80 /* out of fold, so that 0.78 holds on other items */

/* Where a weight starts from: what was known before anything was counted. All others start from nothing. */
static const struct {
    enum feature feature;
    double weight;
} priors[] = {{FEATURE_OBJECTION_NEGATED, -3},
              {FEATURE_OBJECTION_OPINION, -3},
              {FEATURE_OBJECTION_QUESTION, -3},
              {FEATURE_OBJECTION_TOPIC, -2.25},
              {FEATURE_OBJECTION_OFFICE, -2.25},
              {FEATURE_OBJECTION_OFFICE_TOPIC, -2.25},
              {FEATURE_OBJECTION_FORCE, -3},
              {FEATURE_OBJECTION_REFUSED_VISIT, -2.25},
              {FEATURE_OBJECTION_FRONT, -2.25},
              {FEATURE_OBJECTION_CIVIL, -2.25},
              {FEATURE_OBJECTION_DOMESTIC, -3},
              {FEATURE_OBJECTION_FIRM_PAPER, -2.25},
              {FEATURE_OBJECTION_NO_PARTICIPANT, -2.25},
              {FEATURE_OBJECTION_NO_STAGE, -2.25},
              {FEATURE_OBJECTION_FEW_PARTIES, -3},
              {FEATURE_OBJECTION_SIDES, -2.25},
              {FEATURE_OBJECTION_STOPPED, -3},
              {FEATURE_OBJECTION_SENT, -3},
              {FEATURE_PAIR_GOES_ON, 1},
              {FEATURE_FROM_DOUBTFUL, -1.5},
              {FEATURE_FROM_UNJOINED, -3},
              {FEATURE_FROM_BOTH, -1.5},
              {FEATURE_FROM_BEHIND, -0.75},
              {FEATURE_GUESS_SECOND, -1},
              {FEATURE_GUESS_LATE, -1.5},
              {FEATURE_OBJECTION_NOT_HEAD, -3},
              {FEATURE_SECOND_READING, -1},
              {FEATURE_ADVERSARIES, -1},
              {FEATURE_OBJECTION_CONTESTED, -3},
              {FEATURE_OBJECTION_BASE, -3},
              {FEATURE_OBJECTION_CIVIL_OFFICE, -3},
              {FEATURE_OBJECTION_CIVIL_PAPER, -3},
              {FEATURE_OBJECTION_NO_WARSHIP, -3},
              {FEATURE_OBJECTION_NO_DEFENCE_OFFICE, -3},
              {FEATURE_OBJECTION_AGENDA, -3},
              {FEATURE_OBJECTION_PAYER, -3},
              {FEATURE_OBJECTION_NOUN_TELLS, -3},
              {FEATURE_OBJECTION_LEFT, -3},
              {FEATURE_OBJECTION_CONTRIBUTED, -3},
              {FEATURE_OBJECTION_MISSION_ALONE, -2.25},
              {FEATURE_OBJECTION_FIRM_PREMISES, -3},
              {FEATURE_OBJECTION_NO_EXERCISE, -3},
              {FEATURE_OBJECTION_DISPUTED, -2.25},
              {FEATURE_OBJECTION_OTHER, -3},
              {FEATURE_FRAME_DOUBTFUL, -0.6},
              {FEATURE_FRAME_SURE, 0.45},
              {FEATURE_FRAME_CERTAIN, 0.9},
              {FEATURE_SYNTAX_NONE, -0.75},
              {FEATURE_SYNTAX_TWO, 1.05},
              {FEATURE_FROM_SENTENCE, -0.45},
              {FEATURE_FROM_TITLE, -0.6},
              {FEATURE_FROM_BEFORE, -0.75},
              {FEATURE_IN_TITLE, 0.75},
              {FEATURE_IN_FIRST_SENTENCE, 0.75},
              {FEATURE_OFFICE_OUTSIDE_DEFENCE, -0.45}};

/* ---- folds ---- */
bool training_folds_make(const struct teaching *teaching, struct training_folds *folds)
{
    uint32_t groups = 0, sizes[TRAINING_FOLDS] = {0};
    for (size_t i = 0; i < teaching->item_count; i++)
        groups = teaching->items[i].group > groups ? teaching->items[i].group : groups;
    uint32_t *rows = calloc(groups + 1, sizeof *rows);
    folds->group_count = groups + 1;
    folds->of_group = malloc(groups + 1);
    if (!rows || !folds->of_group) {
        free(rows);
        return false;
    }
    /* a chosen article weighs as much as many random ones: it is what the folds must share evenly */
    for (size_t i = 0; i < teaching->item_count; i++)
        rows[teaching->items[i].group] += teaching->items[i].kind == TEACHING_NEWS ? 40 : 1;
    rows[0] = 0;
    memset(folds->of_group, TRAINING_NO_FOLD, groups + 1);
    for (uint32_t done = 0; done < groups; done++) {
        uint32_t largest = 0, least = 0;
        for (uint32_t i = 1; i <= groups; i++)
            largest = rows[i] > rows[largest] ? i : largest;
        for (uint32_t k = 1; k < TRAINING_FOLDS; k++)
            least = sizes[k] < sizes[least] ? k : least;
        if (!largest)
            break;
        folds->of_group[largest] = (uint8_t)least;
        sizes[least] += rows[largest];
        rows[largest] = 0;
    }
    free(rows);
    return true;
}

void training_folds_end(struct training_folds *folds)
{
    free(folds->of_group);
    *folds = (struct training_folds){NULL, 0};
}

uint8_t training_fold(const struct training_folds *folds, const struct teaching_item *item)
{
    return item->group < folds->group_count && item->group ? folds->of_group[item->group] : TRAINING_NO_FOLD;
}

/* ---- one fit ---- */
struct session {
    const struct teaching *teaching;
    const struct training_folds *folds;
    const struct training_choice *choice;
    struct fit_row *rows;
    double *scores; /* out of fold; of rows that may be learned from */
    double weights[FEATURE_COUNT], bias;
};

static bool may_learn(const struct session *session, const struct teaching_item *item)
{
    uint8_t fold = training_fold(session->folds, item);
    /* a fixed mixing of group numbers, so that a share of them is no share of the file's beginning */
    bool in_share = item->kind != TEACHING_NEWS || item->group * 2654435761u / 42949673u < session->choice->percent;
    return in_share && (fold == TRAINING_NO_FOLD || fold != session->choice->without);
}

static bool fit(struct session *session, unsigned also_without)
{
    const struct teaching *teaching = session->teaching;
    for (size_t i = 0; i < teaching->row_count; i++) {
        const struct teaching_row *row = &teaching->rows[i];
        const struct teaching_item *item = &teaching->items[row->item];
        uint8_t fold = training_fold(session->folds, item);
        bool learn = row->label != TEACHING_NEUTRAL && may_learn(session, item) &&
                     (fold == TRAINING_NO_FOLD || fold != also_without);
        session->rows[i] = (struct fit_row){.marks = row->features.ids,
                                            .mark_count = row->features.count,
                                            .weight = !learn                            ? 0
                                                      : item->kind == TEACHING_INVENTED ? INVENTED_WEIGHT
                                                                                        : 1,
                                            .target = row->label == TEACHING_RIGHT};
    }
    memset(session->weights, 0, sizeof session->weights);
    for (size_t i = 0; i < sizeof priors / sizeof *priors; i++)
        session->weights[priors[i].feature] = priors[i].weight;
    return fit_logistic(session->rows, teaching->row_count, FEATURE_COUNT, PENALTY, PASSES, session->weights,
                        &session->bias);
}

static int32_t to_units(double value)
{
    return (int32_t)(value * MODEL_UNIT + (value < 0 ? -0.5 : 0.5));
}

static double score_row(const struct session *session, const struct teaching_row *row)
{
    double score = session->bias;
    for (uint16_t i = 0; i < row->features.count; i++)
        score += session->weights[row->features.ids[i]];
    return score;
}

static bool score_out_of_fold(struct session *session)
{
    const struct teaching *teaching = session->teaching;
    for (unsigned fold = 0; fold < TRAINING_FOLDS; fold++) {
        if (fold == session->choice->without)
            continue;
        if (!fit(session, fold))
            return false;
        for (size_t i = 0; i < teaching->row_count; i++)
            if (training_fold(session->folds, &teaching->items[teaching->rows[i].item]) == fold)
                session->scores[i] = score_row(session, &teaching->rows[i]);
    }
    return true;
}

/* ---- threshold ---- */
struct outcome {
    uint32_t right, spurious, wanted, noise_facts, noise_items;
};

/* What a threshold would give, as far as the teaching set tells: a wrong fact counts once a telling. */
static void try_item(const struct session *session, const struct teaching_item *item, double threshold,
                     struct outcome *outcome)
{
    const struct teaching_row *rows = session->teaching->rows + item->first_row;
    const double *scores = session->scores + item->first_row;
    bool hit[TEACHING_NO_EVENT + 1] = {false};
    uint32_t right = 0, spurious = 0;
    for (uint32_t i = 0; i < item->row_count; i++) {
        if (scores[i] < threshold || !rows[i].fact)
            continue;
        if (rows[i].label == TEACHING_RIGHT) {
            right += !hit[rows[i].event];
            hit[rows[i].event] = true;
            continue;
        }
        bool counted = rows[i].label != TEACHING_WRONG;
        for (uint32_t k = 0; k < item->row_count && !counted; k++)
            counted = rows[k].telling == rows[i].telling && scores[k] >= threshold &&
                      (rows[k].label != TEACHING_WRONG || (k < i && rows[k].fact));
        spurious += !counted;
    }
    if (item->kind == TEACHING_STREAM) {
        outcome->noise_items++;
        outcome->noise_facts += spurious;
    } else {
        outcome->right += right;
        outcome->spurious += spurious;
        outcome->wanted += item->facts;
    }
}

static struct outcome try_threshold(const struct session *session, double threshold)
{
    struct outcome outcome = {0};
    for (size_t i = 0; i < session->teaching->item_count; i++) {
        const struct teaching_item *item = &session->teaching->items[i];
        if (item->kind != TEACHING_INVENTED && may_learn(session, item))
            try_item(session, item, threshold, &outcome);
    }
    return outcome;
}

static double worth_of_threshold(const struct session *session, double threshold)
{
    struct outcome outcome = try_threshold(session, threshold);
    uint32_t given = outcome.right + outcome.spurious;
    double precision = given ? (double)outcome.right / given : 0,
           f1 = given + outcome.wanted ? 2.0 * outcome.right / (given + outcome.wanted) : 0;
    double loud = outcome.noise_items ? 1000.0 * outcome.noise_facts / outcome.noise_items - NOISE_PER_MILLE : 0;
    return f1 - (precision < PRECISION_LEAST ? PRECISION_LEAST - precision : 0) - (loud > 0 ? NOISE_PRICE * loud : 0);
}

enum { THRESHOLD_STEPS = 240, THRESHOLD_REACH = 8 };

static double threshold_of(int step)
{
    return (step - THRESHOLD_STEPS / 2) / 24.0;
}

/* The middle of the stretch that is worth most: one lucky point among a few hundred facts says little. */
static double best_stretch(const double *worth)
{
    double best = 0, best_value = -1;
    for (int step = THRESHOLD_REACH; step <= THRESHOLD_STEPS - THRESHOLD_REACH; step++) {
        double value = 0;
        for (int near = step - THRESHOLD_REACH; near <= step + THRESHOLD_REACH; near++)
            value += worth[near] / (2 * THRESHOLD_REACH + 1);
        if (value > best_value) {
            best_value = value;
            best = threshold_of(step);
        }
    }
    return best;
}

static double choose_threshold(const struct session *session)
{
    double worth[THRESHOLD_STEPS + 1];
    for (int step = 0; step <= THRESHOLD_STEPS; step++)
        worth[step] = worth_of_threshold(session, threshold_of(step));
    return best_stretch(worth);
}

/* ---- calibration ---- */
struct sample {
    double *x, *target, *weight;
    size_t count;
};

/* What is told twice is one event: its surest telling stands for it. */
static bool is_surest(const struct session *session, const struct teaching_item *item, uint32_t index)
{
    const struct teaching_row *rows = session->teaching->rows + item->first_row;
    const double *scores = session->scores + item->first_row;
    for (uint32_t k = 0; k < item->row_count; k++)
        if (k != index && rows[k].telling == rows[index].telling && rows[k].fact == rows[index].fact &&
            (scores[k] > scores[index] || (scores[k] >= scores[index] && k < index)))
            return false;
    return true;
}

static void take_samples(const struct session *session, struct sample *sample)
{
    const struct teaching *teaching = session->teaching;
    double relevant = 0, others = 0;
    for (size_t i = 0; i < teaching->item_count; i++) {
        const struct teaching_item *item = &teaching->items[i];
        if (item->kind != TEACHING_INVENTED && may_learn(session, item)) {
            relevant += item->relevant;
            others += !item->relevant && item->kind == TEACHING_STREAM;
        }
    }
    double weight = relevant > 0 ? RELEVANT_SHARE * others / ((1 - RELEVANT_SHARE) * relevant) : 1;
    for (size_t i = 0; i < teaching->item_count; i++) {
        const struct teaching_item *item = &teaching->items[i];
        bool used = item->kind != TEACHING_INVENTED && may_learn(session, item) &&
                    (item->relevant || item->kind == TEACHING_STREAM);
        for (uint32_t k = 0; k < item->row_count && used; k++) {
            const struct teaching_row *row = &teaching->rows[item->first_row + k];
            if (row->label == TEACHING_NEUTRAL || !is_surest(session, item, k))
                continue;
            sample->x[sample->count] = session->scores[item->first_row + k];
            sample->target[sample->count] = row->label == TEACHING_RIGHT;
            sample->weight[sample->count++] = item->relevant ? weight : 1;
        }
    }
}

static bool write_points(const struct session *session, struct buffer *text)
{
    size_t rows = session->teaching->row_count + 1;
    struct sample sample = {calloc(rows, sizeof(double)), calloc(rows, sizeof(double)), calloc(rows, sizeof(double)),
                            0};
    bool good = sample.x && sample.target && sample.weight;
    int32_t last = -1;
    double a, b;
    if (good) {
        take_samples(session, &sample);
        fit_line(sample.x, sample.target, sample.weight, sample.count, &a, &b);
        for (int i = 0; i < POINTS; i++) {
            double score = (i - POINTS / 2) / 2.0;
            int32_t probability = (int32_t)(fit_sigmoid(a * score + b) * MODEL_SURE + 0.5);
            probability = probability < 1 ? 1 : probability > MODEL_SURE - 100 ? MODEL_SURE - 100 : probability;
            probability = probability < last ? last : probability;
            buffer_printf(text, "point %d %d\n", to_units(score), probability);
            last = probability;
        }
    }
    free(sample.x);
    free(sample.target);
    free(sample.weight);
    return good;
}

/* ---- relevance ---- */
struct item_rows {
    struct fit_row *rows;
    uint16_t (*marks)[RELEVANCE_COUNT];
    double *scores;
    double weights[RELEVANCE_COUNT], bias;
};

/* Marks of every item that may be learned from, its candidates' scores out of fold. */
static void mark_item(const struct session *session, const struct teaching_item *item, uint16_t *marks, uint32_t *count)
{
    int32_t scores[TRIGGERS_MAX];
    uint32_t rows = item->row_count < TRIGGERS_MAX ? item->row_count : TRIGGERS_MAX;
    for (uint32_t i = 0; i < rows; i++)
        scores[i] = to_units(session->scores[item->first_row + i]);
    relevance_set set = item->marks ? item->marks | relevance_of_scores(scores, rows) : 0;
    *count = 0;
    for (int i = 0; i < RELEVANCE_COUNT; i++)
        if (set >> i & 1)
            marks[(*count)++] = (uint16_t)i;
}

static bool fit_items(const struct session *session, struct item_rows *items, unsigned without)
{
    const struct teaching *teaching = session->teaching;
    for (size_t i = 0; i < teaching->item_count; i++) {
        const struct teaching_item *item = &teaching->items[i];
        bool learn = item->kind != TEACHING_INVENTED && item->relevance_counts && item->marks &&
                     may_learn(session, item) && training_fold(session->folds, item) != without;
        mark_item(session, item, items->marks[i], &items->rows[i].mark_count);
        items->rows[i].marks = items->marks[i];
        items->rows[i].weight = !learn ? 0 : item->kind == TEACHING_STREAM ? STREAM_ITEM_WEIGHT : 1;
        items->rows[i].target = item->relevant;
    }
    memset(items->weights, 0, sizeof items->weights);
    return fit_logistic(items->rows, teaching->item_count, RELEVANCE_COUNT, ITEM_PENALTY, PASSES, items->weights,
                        &items->bias);
}

static bool score_items(const struct session *session, struct item_rows *items)
{
    const struct teaching *teaching = session->teaching;
    for (unsigned fold = 0; fold < TRAINING_FOLDS; fold++) {
        if (fold == session->choice->without)
            continue;
        if (!fit_items(session, items, fold))
            return false;
        for (size_t i = 0; i < teaching->item_count; i++) {
            if (training_fold(session->folds, &teaching->items[i]) != fold)
                continue;
            items->scores[i] = items->bias;
            for (uint32_t k = 0; k < items->rows[i].mark_count; k++)
                items->scores[i] += items->weights[items->marks[i][k]];
        }
    }
    return true;
}

/* The best F1 on news, where each random item above RELEVANT_PER_MILLE in a thousand costs NOISE_PRICE. */
static double worth_of_item_threshold(const struct session *session, const struct item_rows *items, double threshold)
{
    double right = 0, given = 0, wanted = 0, loud = 0, random = 0;
    for (size_t i = 0; i < session->teaching->item_count; i++) {
        const struct teaching_item *item = &session->teaching->items[i];
        if (item->kind == TEACHING_INVENTED || !item->relevance_counts || !may_learn(session, item))
            continue;
        bool says = item->marks && items->scores[i] >= threshold;
        if (item->kind == TEACHING_STREAM) {
            random++;
            loud += says && !item->relevant;
        } else {
            given += says;
            wanted += item->relevant;
            right += says && item->relevant;
        }
    }
    double excess = random > 0 ? 1000 * loud / random - RELEVANT_PER_MILLE : 0;
    double value = given + wanted > 0 ? 2 * right / (given + wanted) : 0;
    return value - (excess > 0 ? NOISE_PRICE * excess : 0);
}

static double choose_item_threshold(const struct session *session, const struct item_rows *items)
{
    double worth[THRESHOLD_STEPS + 1];
    for (int step = 0; step <= THRESHOLD_STEPS; step++)
        worth[step] = worth_of_item_threshold(session, items, threshold_of(step));
    return best_stretch(worth);
}

static bool write_relevance(const struct session *session, struct buffer *text)
{
    size_t count = session->teaching->item_count + 1;
    struct item_rows items = {.rows = calloc(count, sizeof *items.rows),
                              .marks = calloc(count, sizeof *items.marks),
                              .scores = calloc(count, sizeof *items.scores)};
    bool good = items.rows && items.marks && items.scores && score_items(session, &items);
    if (good) {
        buffer_printf(text, "relevance_threshold %d\n", to_units(choose_item_threshold(session, &items)));
        good = fit_items(session, &items, TRAINING_NO_FOLD - 1);
        buffer_printf(text, "relevance_bias %d\n", to_units(items.bias));
        for (int i = 0; i < RELEVANCE_COUNT; i++)
            if (to_units(items.weights[i]))
                buffer_printf(text, "relevance %s %d\n", relevance_name((enum relevance_mark)i),
                              to_units(items.weights[i]));
    }
    free(items.rows);
    free(items.marks);
    free(items.scores);
    return good;
}

bool training_run(const struct teaching *teaching, const struct training_folds *folds,
                  const struct training_choice *choice, struct buffer *text, struct error *error)
{
    struct session session = {.teaching = teaching,
                              .folds = folds,
                              .choice = choice,
                              .rows = calloc(teaching->row_count + 1, sizeof *session.rows),
                              .scores = calloc(teaching->row_count + 1, sizeof *session.scores)};
    bool good = session.rows && session.scores && score_out_of_fold(&session);
    buffer_append_text(text, "# The learned weights, made by scripts/train from features.txt: docs/model.md.\n");
    buffer_printf(text, "version %d\n", MODEL_VERSION);
    if (good) {
        buffer_printf(text, "threshold %d\n", to_units(choose_threshold(&session)));
        good = write_points(&session, text) && fit(&session, TRAINING_NO_FOLD);
    }
    good = good && write_relevance(&session, text);
    if (good) {
        buffer_printf(text, "bias %d\n", to_units(session.bias));
        for (int i = 0; i < FEATURE_COUNT; i++)
            if (to_units(session.weights[i]))
                buffer_printf(text, "weight %s %d\n", feature_name((enum feature)i), to_units(session.weights[i]));
    }
    free(session.rows);
    free(session.scores);
    return (good && !text->failed) || error_set(error, ERROR_MEMORY, "out of memory");
}
