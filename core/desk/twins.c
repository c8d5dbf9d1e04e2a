#include "core/desk/twins.h"

#include "core/desk/index_keys.h"
#include "core/desk/match_parts.h"

#include <math.h>
#include <stdlib.h>

enum { NEAR_DAYS = 3, REPORTS_MAX = 32, TWINS_MAX = 512 };

/* Which types outlets take for one another. */
static const enum feature_type confused[][2] = {
    {TYPE_AGREEMENT, TYPE_ARMS_TRANSFER}, {TYPE_AGREEMENT, TYPE_AID},
    {TYPE_AGREEMENT, TYPE_INDUSTRY},      {TYPE_AGREEMENT, TYPE_BASING},
    {TYPE_AGREEMENT, TYPE_TRAINING},      {TYPE_AGREEMENT, TYPE_INTELLIGENCE_SHARING},
    {TYPE_EXERCISE, TYPE_TRAINING},       {TYPE_EXERCISE, TYPE_OPERATION},
    {TYPE_AID, TYPE_ARMS_TRANSFER},       {TYPE_AID, TYPE_TRAINING},
    {TYPE_INDUSTRY, TYPE_ARMS_TRANSFER},  {TYPE_BASING, TYPE_OPERATION}};
enum { CONFUSED_COUNT = sizeof confused / sizeof *confused };

/* *other: the type that `type` may be told as by that row. */
static bool is_confused(size_t row, enum feature_type type, enum feature_type *other)
{
    *other = confused[row][confused[row][0] == type];
    return confused[row][0] == type || confused[row][1] == type;
}

/* ---- comparing ---- */

static bool may_be_confused(const struct features *a, const struct features *b)
{
    enum feature_type other;
    for (size_t i = 0; i < CONFUSED_COUNT; i++)
        if (is_confused(i, a->type, &other) && other == b->type)
            return true;
    return false;
}

/* Firms aside, which sign for their states. */
static bool has_states_of(const struct features *whole, const struct features *part, int *count)
{
    *count = 0;
    for (int i = 0; i < part->actor_count; i++) {
        bool found = part->actors[i].is_company;
        *count += !part->actors[i].is_company;
        for (int j = 0; !found && j < whole->actor_count; j++)
            found = whole->actors[j].id == part->actors[i].id;
        if (!found)
            return false;
    }
    return *count >= 2;
}

static bool are_same_parties(const struct features *a, const struct features *b)
{
    int ours, theirs;
    return has_states_of(a, b, &ours) && has_states_of(b, a, &theirs) && ours == theirs;
}

/* False also where one is open or not known. */
static bool are_days_near(const struct features *a, const struct features *b)
{
    return a->date_low != FEATURE_DAY_NONE && b->date_low != FEATURE_DAY_NONE && abs(a->date_low - b->date_low) <= 1;
}

static bool do_days_contradict(const struct features *a, const struct features *b)
{
    return a->date_high != FEATURE_DAY_NONE && b->date_high != FEATURE_DAY_NONE && a->date_low != FEATURE_DAY_NONE &&
           b->date_low != FEATURE_DAY_NONE &&
           (a->date_low > b->date_high + NEAR_DAYS || b->date_low > a->date_high + NEAR_DAYS);
}

static bool share_amount(const struct features *a, const struct features *b, int kind)
{
    for (int i = 0; i < a->amount_count; i++)
        for (int j = 0; j < b->amount_count; j++) {
            const struct feature_amount *x = &a->amounts[i], *y = &b->amounts[j];
            bool is_kind = x->kind == kind && y->kind == kind && x->unit == y->unit && x->value > 1;
            if (is_kind && fabs(x->value - y->value) <= 0.03 * fmax(x->value, y->value))
                return true;
        }
    return false;
}

static bool share_site(const struct features *a, const struct features *b)
{
    for (int i = 0; i < a->place_count; i++)
        for (int j = 0; j < b->place_count; j++)
            if (a->places[i].is_fine && a->places[i].name && a->places[i].name == b->places[j].name)
                return true;
    return false;
}

static void compare_content(const struct features *a, const struct features *b, struct match *match)
{
    const struct feature_good *x = NULL, *y = NULL;
    enum feature_likeness goods = match_likest_goods(a, b, &x, &y);
    bool is_number = x && y && x->count >= 2 && x->count == y->count;
    if (match_names(a, b))
        match_add_definite(match, "same name", 1);
    if (goods == GOODS_SAME || (goods == GOODS_OF_A_KIND && is_number))
        match_add_definite(match, "same equipment", 1);
    if (share_amount(a, b, KIND_MONEY))
        match_add_definite(match, "same sum", 1);
    if (share_amount(a, b, KIND_PERSONNEL))
        match_add_definite(match, "same number of people", 1);
    if (share_site(a, b) && are_days_near(a, b))
        match_add_definite(match, "same place and day", 1);
    if (!match->is_definite)
        match_veto(match, "nothing definite in common");
}

void twins_compare(const struct features *a, const struct features *b, struct match *match)
{
    *match = (struct match){.score = 0};
    if (!may_be_confused(a, b))
        match_veto(match, "types that are not taken for one another");
    else if (a->item && a->item == b->item)
        match_veto(match, "told in one article");
    else if (!feature_is_fact(a) || !feature_is_fact(b))
        match_veto(match, "no fact");
    else if (!match_times_known(a, b) || match_distance(a, b) > NEAR_DAYS || do_days_contradict(a, b))
        match_veto(match, "told at another time");
    else if (!are_same_parties(a, b))
        match_veto(match, "other parties");
    if (!match->veto)
        compare_content(a, b, match);
}

/* ---- finding ---- */

static bool may_have_twins(const struct features *features)
{
    bool says_something =
        features->name.count || features->good_count || features->amount_count || features->place_count;
    return says_something && feature_is_fact(features) && features->published_day != FEATURE_DAY_NONE;
}

/* Reports of the other types that share a pair of parties with the member, told within days. */
static bool list_near(const struct placing *placing, const struct member *member, struct member_list *list,
                      struct error *error)
{
    struct cluster_key keys[INDEX_KEYS_MAX];
    size_t count = 0;
    enum feature_type other;
    for (size_t i = 0; i < CONFUSED_COUNT && count < INDEX_KEYS_MAX; i++)
        if (is_confused(i, member->features.type, &other) &&
            index_key_of_pair(&member->features, other, NEAR_DAYS, &keys[count]))
            count++;
    return members_within(placing->members, placing->store, keys, count, TWINS_MAX, list, error);
}

bool twins_each(const struct placing *placing, const struct member_list *list, twins_callback *callback, void *context,
                struct error *error)
{
    struct member_list near = {NULL, 0, 0};
    bool ok = true, more = true;
    for (size_t i = 0; ok && more && i < list->count && i < REPORTS_MAX; i++) {
        const struct member *member = list->rows[i];
        ok = !may_have_twins(&member->features) || list_near(placing, member, &near, error);
        for (size_t j = 0; ok && more && j < near.count; j++) {
            struct match match;
            struct error failure = ERROR_INIT;
            /* A person may have made them one. */
            if (near.rows[j]->at.root == member->at.root)
                continue;
            twins_compare(&member->features, &near.rows[j]->features, &match);
            if (match.veto)
                continue;
            const struct member *founder =
                members_get(placing->members, placing->store, near.rows[j]->at.root, &failure);
            if (founder)
                more = callback(context, founder->at.event, near.rows[j], &match);
            else if (failure.kind != ERROR_NONE) {
                *error = failure;
                ok = false;
            }
        }
        near.count = 0;
    }
    members_list_free(&near);
    return ok;
}

bool twins_touch(struct placing *placing, const struct member *member, struct error *error)
{
    struct member_list near = {NULL, 0, 0};
    if (!may_have_twins(&member->features))
        return true;
    bool ok = list_near(placing, member, &near, error);
    for (size_t i = 0; ok && i < near.count; i++) {
        struct match match;
        twins_compare(&member->features, &near.rows[i]->features, &match);
        ok = match.veto || placing_touch(placing, near.rows[i]->at.root, error);
    }
    members_list_free(&near);
    return ok;
}
