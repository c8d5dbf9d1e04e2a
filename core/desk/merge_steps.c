#include "core/desk/merge.h"

#include "lib/base/calendar.h"
#include "lib/record/vocabulary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    STEPS_MAX = 64,
    STEP_NEAR_DAYS = 2,
    RESUMED_DAYS = 2 /* how much later a step forward must be told to overrule a cancellation */
};

static bool is_reversal(const char *status)
{
    return strcmp(status, "suspended") == 0 || strcmp(status, "cancelled") == 0 || strcmp(status, "refused") == 0 ||
           strcmp(status, "ended") == 0;
}

static bool is_alleged(const struct merge_member *member)
{
    const char *modality = record_text(member->report, ENT_REPORT_MODALITY);
    return modality && strcmp(modality, "alleged") == 0;
}

static const char *known_status(const struct merge_member *member)
{
    const char *status = record_text(member->report, ENT_REPORT_STATUS);
    return vocabulary_status_rank(status) > 0 ? status : NULL;
}

static bool is_resumed(const struct merge_member *stopped, const struct merge_member *member)
{
    int32_t then = stopped->features->published_day, now = member->features->published_day;
    return then != FEATURE_DAY_NONE && now != FEATURE_DAY_NONE && now - then > RESUMED_DAYS;
}

static bool overrules(const struct merge_member *latest, const struct merge_member *member)
{
    const char *was = known_status(latest), *is = known_status(member);
    if (is_reversal(is))
        return true;
    if (is_reversal(was))
        return is_resumed(latest, member);
    return vocabulary_status_rank(is) > vocabulary_status_rank(was);
}

/* An alleged step counts only where nobody says better. */
const struct merge_member *merge_latest_step(const struct merge_member *const *pool, size_t count)
{
    const struct merge_member *latest = NULL;
    for (int alleged = 0; alleged < 2 && !latest; alleged++)
        for (size_t i = 0; i < count; i++) {
            if (!known_status(pool[i]) || (int)is_alleged(pool[i]) != alleged)
                continue;
            if (!latest || overrules(latest, pool[i]))
                latest = pool[i];
        }
    return latest;
}

/* ---- the ledger ---- */

struct step {
    const char *status, *date, *currency, *report;
    double count, money;
    int32_t day; /* for the order: its date, else the day it was told */
    size_t ordinal;
};

struct steps {
    struct step rows[STEPS_MAX];
    size_t count;
};

static bool both_differ(double a, double b)
{
    return !isnan(a) && !isnan(b) && fabs(a - b) > 0.01 * fmax(fabs(a), fabs(b));
}

static bool is_same_step(const struct step *a, const struct step *b)
{
    int32_t low_a, high_a, low_b, high_b;
    if (strcmp(a->status, b->status) != 0 || both_differ(a->count, b->count) || both_differ(a->money, b->money))
        return false;
    if (!feature_date_span(a->date, &low_a, &high_a) || !feature_date_span(b->date, &low_b, &high_b))
        return true;
    return low_a <= high_b + STEP_NEAR_DAYS && low_b <= high_a + STEP_NEAR_DAYS;
}

static void steps_add(struct steps *steps, struct step step)
{
    for (size_t i = 0; i < steps->count; i++) {
        struct step *row = &steps->rows[i];
        if (!is_same_step(row, &step))
            continue;
        if (!row->date && step.date) {
            row->date = step.date;
            row->day = step.day;
        }
        if (isnan(row->count))
            row->count = step.count;
        if (isnan(row->money) && !isnan(step.money)) {
            row->money = step.money;
            row->currency = step.currency;
        }
        return;
    }
    if (steps->count == STEPS_MAX)
        return;
    step.ordinal = steps->count;
    steps->rows[steps->count++] = step;
}

/* When the step was taken: the act's date says so for undertakings; an occasion's date is that of the occasion, so it
 * dates only its beginning and its end. */
static const char *step_date(const struct merge_member *member, const char *status)
{
    struct record_view date;
    if (!record_get_view(member->report, ENT_REPORT_DATE, 0, &date))
        return NULL;
    const char *start = record_text(date, ENT_DATE_START), *end = record_text(date, ENT_DATE_END);
    const char *as_of = record_text(date, ENT_DATE_AS_OF);
    if (strcmp(status, "completed") == 0 || strcmp(status, "ended") == 0)
        return end ? end : start ? start : as_of;
    if (strcmp(status, "ongoing") == 0)
        return start ? start : as_of;
    int32_t low, high;
    bool is_future = feature_date_span(start ? start : end, &low, &high) &&
                     member->features->published_day != FEATURE_DAY_NONE && low > member->features->published_day;
    if (feature_is_occasion(member->features->type) || is_future)
        return as_of;
    return start ? start : as_of;
}

/* How many pieces it is about: of things that are counted apart ("12 helicopters and 4 tanks") none is the step's count,
 * but "12 Mi-17" and "helicopters" beside it are one. */
static double only_good_count(struct record_view report)
{
    struct record_view equipment;
    double only = (double)NAN;
    for (size_t i = 0; record_get_view(report, ENT_REPORT_EQUIPMENT, i, &equipment); i++) {
        double count = record_num(equipment, ENT_EQUIPMENT_COUNT, (double)NAN);
        if (!isnan(count) && !isnan(only))
            return (double)NAN;
        only = isnan(count) ? only : count;
    }
    return only;
}

static void only_money(struct record_view report, struct step *step)
{
    struct record_view quantity;
    for (size_t i = 0; record_get_view(report, ENT_REPORT_QUANTITY, i, &quantity); i++) {
        const char *kind = record_text(quantity, ENT_QUANTITY_KIND);
        if (!kind || strcmp(kind, "money") != 0)
            continue;
        if (!isnan(step->money)) { /* several sums: none is the step's */
            step->money = (double)NAN;
            step->currency = NULL;
            return;
        }
        step->money = record_num(quantity, ENT_QUANTITY_VALUE, (double)NAN);
        step->currency = record_text(quantity, ENT_QUANTITY_UNIT);
    }
}

static int32_t step_day(const struct step *step, const struct merge_member *member)
{
    int32_t low, high;
    return feature_date_span(step->date, &low, &high) ? low : member->features->published_day;
}

static void gather(struct steps *steps, const struct merge_member *member)
{
    struct record_view told;
    const char *report_id = record_text(member->report, ENT_REPORT_ID);
    for (size_t i = 0; record_get_view(member->report, ENT_REPORT_STEP, i, &told); i++) {
        struct step step = {.status = record_text(told, ENT_STEP_STATUS),
                            .date = record_text(told, ENT_STEP_DATE),
                            .count = record_num(told, ENT_STEP_COUNT, (double)NAN),
                            .money = record_num(told, ENT_STEP_MONEY, (double)NAN),
                            .currency = record_text(told, ENT_STEP_CURRENCY),
                            .report = report_id};
        step.day = step_day(&step, member);
        if (step.status)
            steps_add(steps, step);
    }
    const char *status = known_status(member);
    if (!status)
        return;
    struct step step = {.status = status, .date = step_date(member, status), .report = report_id, .money = (double)NAN};
    step.count = only_good_count(member->report);
    only_money(member->report, &step);
    step.day = step_day(&step, member);
    steps_add(steps, step);
}

/* An outlet that tells an early step late does not make it a late one: a step forward without a date is laid no later than
 * those beyond it. */
static void lay_before_later_steps(struct steps *steps)
{
    for (size_t i = 0; i < steps->count; i++) {
        struct step *step = &steps->rows[i];
        int rank = vocabulary_status_rank(step->status);
        for (size_t j = 0; !step->date && !is_reversal(step->status) && j < steps->count; j++) {
            const struct step *other = &steps->rows[j];
            if (!is_reversal(other->status) && vocabulary_status_rank(other->status) > rank && other->day < step->day)
                step->day = other->day;
        }
    }
}

static int by_day(const void *left, const void *right)
{
    const struct step *a = left, *b = right;
    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    int rank_a = vocabulary_status_rank(a->status), rank_b = vocabulary_status_rank(b->status);
    if (rank_a != rank_b)
        return rank_a < rank_b ? -1 : 1;
    return a->ordinal < b->ordinal ? -1 : a->ordinal > b->ordinal;
}

/* ---- ordered, delivered, outstanding ---- */

static bool is_status(const struct step *step, const char *status)
{
    return strcmp(step->status, status) == 0;
}

/* What was contracted, else what was decided: the latest of the surest kind. */
static double count_ordered(const struct steps *steps)
{
    static const char *const kinds[] = {"signed", "approved", "announced"};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (size_t i = steps->count; i-- > 0;)
            if (is_status(&steps->rows[i], kinds[k]) && !isnan(steps->rows[i].count))
                return steps->rows[i].count;
    return (double)NAN;
}

/* Lots add up, unless that makes more than was ordered: then the largest count is of all that came so far. */
static double count_delivered(const struct steps *steps, double ordered)
{
    double sum = 0, largest = 0;
    for (size_t i = 0; i < steps->count; i++) {
        const struct step *step = &steps->rows[i];
        if ((!is_status(step, "ongoing") && !is_status(step, "completed")) || isnan(step->count))
            continue;
        sum += step->count;
        largest = fmax(largest, step->count);
    }
    if (sum <= 0)
        return (double)NAN;
    return !isnan(ordered) && sum > ordered ? largest : sum;
}

static void put_totals(struct ent_builder *builder, const struct steps *steps)
{
    double ordered = count_ordered(steps), delivered = count_delivered(steps, ordered);
    if (!isnan(ordered))
        record_put_num(builder, ENT_EVENT_ORDERED, ordered);
    if (!isnan(delivered))
        record_put_num(builder, ENT_EVENT_DELIVERED, delivered);
    if (!isnan(ordered))
        record_put_num(builder, ENT_EVENT_OUTSTANDING, fmax(0, ordered - (isnan(delivered) ? 0 : delivered)));
}

void merge_put_steps(struct ent_builder *builder, const struct merge_member *const *pool, size_t count)
{
    struct steps steps = {.count = 0};
    for (size_t i = 0; i < count; i++)
        gather(&steps, pool[i]);
    lay_before_later_steps(&steps);
    qsort(steps.rows, steps.count, sizeof *steps.rows, by_day);
    for (size_t i = 0; i < steps.count; i++) {
        const struct step *step = &steps.rows[i];
        record_open(builder, ENT_REPORT_STEP, ENT_STEP);
        record_put_text(builder, ENT_STEP_STATUS, step->status);
        record_put_text(builder, ENT_STEP_DATE, step->date);
        if (!isnan(step->count))
            record_put_num(builder, ENT_STEP_COUNT, step->count);
        if (!isnan(step->money)) {
            record_put_num(builder, ENT_STEP_MONEY, step->money);
            record_put_text(builder, ENT_STEP_CURRENCY, step->currency);
        }
        record_put_text(builder, ENT_STEP_REPORT, step->report);
        record_close(builder);
    }
    if (count && pool[0]->features->type == TYPE_ARMS_TRANSFER)
        put_totals(builder, &steps);
}
