/* Times: do two reports date one act, and how far apart were they told? */
#include "core/desk/match_parts.h"

#include <stdlib.h>

/* What the days between two publications weigh; the last row holds for all longer times. */
struct distance_row {
    int32_t days;
    double weight;
};
static const struct distance_row occasion_distances[] = {{1, 1.0},   {4, 0.7},    {10, 0.2},
                                                         {30, -0.5}, {100, -1.2}, {INT32_MAX, -2.0}};
static const struct distance_row undertaking_distances[] = {{2, 1.0},    {7, 0.6},    {21, 0.1},    {60, -0.5},
                                                            {200, -1.0}, {800, -1.4}, {1100, -2.2}, {INT32_MAX, -2.8}};

enum {
    EDITION_DAYS = 150, /* no occasion is told of as one that far apart unless its dates agree */
    NEAR_DAYS = 2,
    POSTPONED_DAYS = 45,
    TRIP_DAYS = 4,
    DEPLOYMENT_DAYS = 30,
    STEPS_DAYS = 5 * 366, /* the longest way from talks to delivery that is still taken for one */
    BACKGROUND_OVERLAP_DAYS = 62,
    PACT_DAYS = 400,
    TOLD_AFTER_DAYS = 3
};

static int32_t low_of(const struct features *features)
{
    return features->date_low == FEATURE_DAY_NONE ? INT32_MIN : features->date_low;
}

static int32_t high_of(const struct features *features)
{
    return features->date_high == FEATURE_DAY_NONE ? INT32_MAX : features->date_high;
}

static bool is_planned(const struct features *features)
{
    return features->published_day != FEATURE_DAY_NONE && features->date_low != FEATURE_DAY_NONE &&
           features->date_low > features->published_day;
}

/* A treaty is signed first, then approved by parliaments, then in force. */
bool match_is_ratified(const struct features *early, const struct features *late)
{
    return early->type == TYPE_AGREEMENT && early->status_rank == 5 &&
           (late->status_rank == 4 || late->status_rank == 8);
}

/* However long it was in force. What is ended otherwise than it was begun is another step: a mission that was suspended
 * goes home years later. */
static bool is_ban_lifted(const struct features *a, const struct features *b)
{
    return a->type == TYPE_DOWNTURN && a->subtype == b->subtype && a->status_rank != b->status_rank &&
           (a->status_rank == 9 || b->status_rank == 9);
}

/* The same thing for the same sum is sold once, whatever the two sides call its day. Gifts come in round sums. */
static bool is_one_price(const struct features *a, const struct features *b)
{
    const struct feature_good *x = NULL, *y = NULL;
    uint64_t grant = feature_word_hash("grant");
    return a->type == TYPE_ARMS_TRANSFER && b->type == a->type && a->subtype != grant && b->subtype != grant &&
           match_amounts(a, b, KIND_MONEY, 0) == 2 && match_likest_goods(a, b, &x, &y) == GOODS_SAME;
}

/* Dates of an undertaking that goes through steps: `early` ends before `late` begins. */
static enum match_dates compare_steps(const struct features *early, const struct features *late, int32_t gap)
{
    if (is_ban_lifted(early, late))
        return MATCH_DATES_STEPS;
    if (gap > STEPS_DAYS)
        return MATCH_DATES_CONTRADICT;
    if (is_planned(early) || is_planned(late))
        return MATCH_DATES_STEPS;
    if (match_is_ratified(early, late) || (early->status_rank && late->status_rank > early->status_rank))
        return MATCH_DATES_STEPS;
    /* Deliveries of one order come in lots. */
    if (match_are_one_order(early, late) || is_one_price(early, late))
        return MATCH_DATES_STEPS;
    bool is_order = early->type == TYPE_ARMS_TRANSFER && early->status_rank >= 6 && late->status_rank >= 6;
    for (int i = 0; is_order && i < early->good_count; i++)
        for (int j = 0; j < late->good_count; j++)
            if (feature_words_share(&early->goods[i].designators, &late->goods[j].designators))
                return MATCH_DATES_STEPS;
    return MATCH_DATES_CONTRADICT;
}

/* One tells on which day it began, the other on which it ended. */
static bool is_begin_and_end(const struct features *early, const struct features *late, int32_t gap)
{
    bool is_begun = early->status_rank >= 3 && early->status_rank <= 6;
    bool are_days = early->date_low == early->date_high && late->date_low == late->date_high;
    return gap <= OCCASION_DAYS && is_begun && late->status_rank == 8 && are_days;
}

bool match_share_site(const struct features *a, const struct features *b)
{
    for (int i = 0; i < a->place_count; i++)
        for (int j = 0; j < b->place_count; j++)
            if (!a->places[i].is_sea && a->places[i].name && a->places[i].name == b->places[j].name)
                return true;
    return false;
}

/* Both name where, and not the same. */
bool match_are_elsewhere(const struct features *a, const struct features *b)
{
    bool are_named = false;
    for (int i = 0; i < a->place_count; i++)
        for (int j = 0; j < b->place_count; j++) {
            const struct feature_place *x = &a->places[i], *y = &b->places[j];
            if (x->name && x->name == y->name)
                return false;
            are_named = are_named || ((x->is_fine || x->is_sea) && (y->is_fine || y->is_sea));
        }
    return are_named;
}

/* Told while it is on, by the day on which it began and by the one on which it is to end. */
static bool is_told_midway(const struct features *early, const struct features *late, int32_t gap)
{
    return gap <= OCCASION_DAYS && late->published_day != FEATURE_DAY_NONE && late->published_day >= early->date_low &&
           late->published_day <= late->date_low && match_share_site(early, late);
}

/* Arrival and departure of one visit are both told as things done. */
static bool is_one_trip(const struct features *early, const struct features *late, int32_t gap)
{
    return early->type == TYPE_VISIT && gap <= TRIP_DAYS && early->subtype == late->subtype &&
           early->status_rank >= 6 && late->status_rank == 8;
}

/* An occasion told with dates that are apart: its two ends, postponed, or another one? */
static enum match_dates compare_occasions(const struct features *early, const struct features *late, int32_t gap)
{
    const struct features *a = early, *b = late;
    /* One party goes from partner to partner with an exercise of one name. */
    if (match_are_other_pairs(a, b))
        return MATCH_DATES_CONTRADICT;
    if (is_begin_and_end(early, late, gap) || is_told_midway(early, late, gap) || is_one_trip(early, late, gap))
        return MATCH_DATES_STEPS;
    bool is_named = match_names(a, b) && (a->type == TYPE_EXERCISE || a->type == TYPE_EXPO);
    bool is_near = (gap <= OCCASION_DAYS && match_share_parties(a, b)) ||
                   (gap <= POSTPONED_DAYS && a->status_rank != b->status_rank);
    return is_named && is_near ? MATCH_DATES_STEPS : MATCH_DATES_CONTRADICT;
}

/* News of bases that is dated years back bears the date of the pact under which they are used. */
static bool is_dated(const struct features *features)
{
    bool is_of_pact = features->type == TYPE_BASING && !features->is_background &&
                      features->published_day != FEATURE_DAY_NONE && features->date_high != FEATURE_DAY_NONE &&
                      features->date_high < features->published_day - PACT_DAYS;
    return features->has_date && !is_of_pact;
}

enum match_dates match_dates(const struct features *a, const struct features *b)
{
    if (!is_dated(a) || !is_dated(b))
        return MATCH_DATES_UNKNOWN;
    int64_t gap = 0;
    const struct features *early = a, *late = b;
    if (high_of(a) < low_of(b))
        gap = (int64_t)low_of(b) - high_of(a);
    else if (high_of(b) < low_of(a)) {
        gap = (int64_t)low_of(a) - high_of(b);
        early = b;
        late = a;
    }
    if (gap == 0)
        return a->date_low == b->date_low && a->date_high == b->date_high ? MATCH_DATES_EQUAL : MATCH_DATES_OVERLAP;
    if (gap <= NEAR_DAYS)
        return MATCH_DATES_NEAR;
    if (feature_is_occasion(a->type))
        return compare_occasions(early, late, (int32_t)gap);
    return compare_steps(early, late, (int32_t)gap);
}

/* Are both dates narrow enough for their agreement to say something? */
static bool is_narrow(const struct features *features)
{
    return features->date_low != FEATURE_DAY_NONE && features->date_high != FEATURE_DAY_NONE &&
           features->date_high - features->date_low <= BACKGROUND_OVERLAP_DAYS;
}

static bool is_within(const struct features *inner, const struct features *outer)
{
    return inner->date_low >= outer->date_low && inner->date_high <= outer->date_high;
}

bool match_times_known(const struct features *a, const struct features *b)
{
    return a->anchor_day != FEATURE_DAY_NONE && b->anchor_day != FEATURE_DAY_NONE;
}

int32_t match_distance(const struct features *a, const struct features *b)
{
    if (!match_times_known(a, b))
        return 0;
    return a->anchor_day > b->anchor_day ? a->anchor_day - b->anchor_day : b->anchor_day - a->anchor_day;
}

/* The dated one looks back at the step that the other told of as news. */
static bool is_told_back(const struct features *dated, const struct features *undated)
{
    return !feature_is_occasion(dated->type) && dated->published_day != FEATURE_DAY_NONE &&
           dated->published_day > dated->date_high && dated->status && dated->status == undated->status;
}

/* One says when the occasion will be or was, when a plan is to come true, or when the same step was taken, and the
 * other tells of it then without a date. */
static bool is_told_then(const struct features *dated, const struct features *undated)
{
    if (!dated->has_date || undated->has_date)
        return false;
    bool is_plan = is_planned(dated) && dated->status_rank <= 3;
    if (!feature_is_occasion(dated->type) && !is_plan && !is_told_back(dated, undated))
        return false;
    return dated->has_date && is_narrow(dated) && !undated->has_date && undated->published_day != FEATURE_DAY_NONE &&
           (undated->status_rank >= 6 || is_told_back(dated, undated)) &&
           undated->published_day >= dated->date_low - 1 &&
           undated->published_day <= dated->date_high + TOLD_AFTER_DAYS;
}

/* A patrol is over in a day, a mission stays. */
bool match_is_deployment(const struct features *features)
{
    return features->type == TYPE_OPERATION && (features->subtype == feature_word_hash("peacekeeping") ||
                                                features->subtype == feature_word_hash("coalition"));
}

/* A base is agreed on, and years later it is there. */
static bool is_built(const struct features *a, const struct features *b)
{
    return a->type == TYPE_BASING && a->status_rank != b->status_rank && match_share_site(a, b);
}

bool match_is_rest(const struct features *a, const struct features *b)
{
    const struct feature_good *x = NULL, *y = NULL;
    const struct features *late = a->anchor_day >= b->anchor_day ? a : b;
    return late->is_rest && a->type == b->type && match_distance(a, b) <= STEPS_DAYS &&
           match_likest_goods(a, b, &x, &y) == GOODS_SAME;
}

static void compare_distance(const struct features *a, const struct features *b, bool dates_agree, struct match *match)
{
    bool is_occasion = feature_is_occasion(a->type);
    int32_t days = match_distance(a, b);
    if (!match_times_known(a, b)) {
        match_add(match, "told at a time not known", match_weights.unknown_time);
        return;
    }
    const struct distance_row *row = is_occasion ? occasion_distances : undertaking_distances;
    while (days > row->days)
        row++;
    if ((dates_agree || is_ban_lifted(a, b) || is_built(a, b) || match_is_rest(a, b)) && row->weight < 0)
        return;
    if (match_is_deployment(a) && a->subtype == b->subtype && days > 7 && days <= DEPLOYMENT_DAYS) {
        match_add(match, "told within the weeks of a deployment", match_weights.deployment);
        return;
    }
    if (is_occasion && days > EDITION_DAYS)
        match_veto(match, "too far apart to be one occasion");
    else
        match_add(match, days <= 7 ? "told within days" : "told at another time", row->weight);
}

void match_compare_times(const struct features *a, const struct features *b, struct match *match)
{
    bool dates_agree = false;
    switch (match_dates(a, b)) {
    case MATCH_DATES_EQUAL:
        dates_agree = is_narrow(a);
        if (dates_agree)
            match_add_definite(match, "same dates", match_weights.same_dates);
        else
            match_add(match, "same dates", match_weights.overlapping_dates);
        break;
    case MATCH_DATES_OVERLAP:
        dates_agree = is_narrow(a) && is_narrow(b);
        if (dates_agree && (is_within(a, b) || is_within(b, a)))
            match_add_definite(match, "one date within the other", match_weights.nested_dates);
        else
            match_add(match, "overlapping dates", match_weights.overlapping_dates);
        break;
    case MATCH_DATES_NEAR:
        dates_agree = is_narrow(a) && is_narrow(b);
        match_add(match, "dates a day or two apart", match_weights.near_dates);
        break;
    case MATCH_DATES_STEPS:
        dates_agree = a->type == TYPE_EXERCISE; /* its two ends account for the days between */
        match_add(match, "dates as of following steps", match_weights.following_dates);
        break;
    case MATCH_DATES_CONTRADICT:
        match_veto(match, "the dates contradict");
        break;
    case MATCH_DATES_UNKNOWN:
        if (!match_are_elsewhere(a, b) && (is_told_then(a, b) || is_told_then(b, a))) {
            dates_agree = true;
            match_add_definite(match, "told when it was to be",
                               feature_is_occasion(a->type) ? match_weights.told_then : match_weights.told_when_done);
        }
        break;
    }
    compare_distance(a, b, dates_agree, match);
}
