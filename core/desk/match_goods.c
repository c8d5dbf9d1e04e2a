/* Goods: is the equipment of two reports the same? */
#include "core/desk/match_parts.h"

#include <math.h>

/* Of what came or was bought some time ago, a smaller number comes now. */
static bool is_lot(const struct features *a, const struct features *b, const struct feature_good *x,
                   const struct feature_good *y)
{
    if (a->type != TYPE_ARMS_TRANSFER || !match_times_known(a, b) || a->status_rank != 8 || b->status_rank != 8 ||
        match_distance(a, b) <= STEP_AGAIN_DAYS || feature_goods_compare(x, y) != GOODS_SAME)
        return false;
    return a->anchor_day < b->anchor_day ? y->count < x->count : x->count < y->count;
}

static bool is_contract(const struct features *features)
{
    return features->status_rank >= 4 && features->status_rank <= 8 && features->subtype != feature_word_hash("grant");
}

/* Some of those that were ordered are there. */
static bool is_part_of_order(const struct features *a, const struct features *b, const struct feature_good *x,
                             const struct feature_good *y)
{
    bool is_first = a->status_rank < b->status_rank;
    int late_rank = is_first ? b->status_rank : a->status_rank;
    return late_rank >= 6 && late_rank <= 8 && (is_first ? y->count < x->count : x->count < y->count);
}

static void compare_counts(const struct features *a, const struct features *b, const struct feature_good *x,
                           const struct feature_good *y, struct match *match)
{
    if (isnan(x->count) || isnan(y->count))
        return;
    double larger = fmax(x->count, y->count);
    if (fabs(x->count - y->count) <= 0.1 * larger)
        match_add(match, "same number of them", match_weights.same_count);
    else if (is_lot(a, b, x, y))
        match_add(match, "a lot of them", 0);
    else if (a->status == b->status)
        match_add_against(match, "another number of them", match_weights.other_count);
    else if (!is_part_of_order(a, b, x, y))
        match_note_against(match, "another number of them");
}

/* The likest two of their goods in *x and *y, NULL where none are alike. */
enum feature_likeness match_likest_goods(const struct features *a, const struct features *b,
                                         const struct feature_good **x, const struct feature_good **y)
{
    enum feature_likeness best = GOODS_OTHER;
    *x = *y = NULL;
    for (int i = 0; i < a->good_count; i++)
        for (int j = 0; j < b->good_count; j++) {
            enum feature_likeness likeness = feature_goods_compare(&a->goods[i], &b->goods[j]);
            if (likeness <= best)
                continue;
            best = likeness;
            *x = &a->goods[i];
            *y = &b->goods[j];
        }
    return best;
}

/* How many of the first one's goods that have a designation are among the second one's. */
static int count_shared(const struct features *a, const struct features *b)
{
    int shared = 0;
    for (int i = 0; i < a->good_count; i++)
        for (int j = 0; j < b->good_count && a->goods[i].designators.count; j++)
            if (feature_goods_compare(&a->goods[i], &b->goods[j]) == GOODS_SAME) {
                shared++;
                break;
            }
    return shared;
}

/* Nobody signs for two things together twice; what is given away comes in lists that are alike. */
bool match_are_one_order(const struct features *a, const struct features *b)
{
    return a->type == TYPE_ARMS_TRANSFER && is_contract(a) && is_contract(b) && count_shared(a, b) >= 2 &&
           count_shared(b, a) >= 2;
}

static bool is_named(const struct feature_good *good)
{
    return good->designators.count || good->names.count;
}

static bool share_class(const struct features *a, const struct features *b)
{
    for (int i = 0; i < a->good_count; i++)
        for (int j = 0; j < b->good_count; j++) {
            const struct feature_good *x = &a->goods[i], *y = &b->goods[j];
            if (x->unroca >= 0 && x->unroca == y->unroca && !(is_named(x) && is_named(y)))
                return true;
        }
    return false;
}

/* "12 Mi-17" and beside it "helicopters": the kind says no more than the name. */
static bool has_named(const struct features *features)
{
    for (int i = 0; i < features->good_count; i++)
        if (is_named(&features->goods[i]))
            return true;
    return false;
}

void match_compare_goods(const struct features *a, const struct features *b, struct match *match)
{
    const struct feature_good *x = NULL, *y = NULL;
    enum feature_likeness likeness = match_likest_goods(a, b, &x, &y);
    if (likeness == GOODS_SAME)
        match_add_definite(match, "same equipment", match_weights.same_goods);
    else if (likeness == GOODS_OF_A_KIND)
        match_add_definite(match, "equipment of a kind", match_weights.goods_of_a_kind);
    if (match_are_one_order(a, b))
        match_add(match, "several things the same", match_weights.several_goods);
    if (x && y)
        compare_counts(a, b, x, y, match);
    else if (share_class(a, b))
        match_add(match, "same class of equipment", match_weights.same_kind_of_goods);
    else if (a->good_count && b->good_count && a->type == b->type &&
             (a->type == TYPE_ARMS_TRANSFER || a->type == TYPE_INDUSTRY))
        match_add_against(match, "other equipment",
                          has_named(a) && has_named(b) ? match_weights.other_designation : match_weights.other_goods);
}
