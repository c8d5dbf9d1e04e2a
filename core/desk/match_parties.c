/* Parties and direction: who does it, and to whom. */
#include "core/desk/match_parts.h"

enum { MIXED_UP_DAYS = 3 }; /* told within these, one of two directions is a slip */

static const uint16_t from_roles = 1u << ROLE_SUPPLIER | 1u << ROLE_INITIATOR;
static const uint16_t to_roles = 1u << ROLE_RECIPIENT | 1u << ROLE_TARGET;

static const struct feature_actor *find_actor(const struct features *features, uint64_t id)
{
    for (int i = 0; i < features->actor_count; i++)
        if (features->actors[i].id == id)
            return &features->actors[i];
    return NULL;
}

static int shared_actors(const struct features *a, const struct features *b)
{
    int shared = 0;
    for (int i = 0; i < a->actor_count; i++)
        shared += find_actor(b, a->actors[i].id) != NULL;
    return shared;
}

/* Parties of `a` in `roles` that `b` does not have: how many are firms, how many are not. */
static void unshared_in(const struct features *a, const struct features *b, uint16_t roles, int *firms, int *others)
{
    *firms = *others = 0;
    for (int i = 0; i < a->actor_count; i++)
        if (a->actors[i].roles & roles && !find_actor(b, a->actors[i].id))
            *(a->actors[i].is_company ? firms : others) += 1;
}

/* One report names the firm where the other names its state: the pairs that can stand for each other. */
static int firms_for_states(const struct features *a, const struct features *b)
{
    static const uint16_t sides[] = {1u << ROLE_SUPPLIER, 1u << ROLE_RECIPIENT, 1u << ROLE_PARTICIPANT};
    int pairs = 0;
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
        int firms_a, others_a, firms_b, others_b;
        unshared_in(a, b, sides[i], &firms_a, &others_a);
        unshared_in(b, a, sides[i], &firms_b, &others_b);
        if (firms_a && !others_a && !firms_b && others_b == 1)
            pairs += 1;
        else if (firms_b && !others_b && !firms_a && others_a == 1)
            pairs += 1;
    }
    return pairs;
}

/* Firms that stand beside their state in a report whose counterpart names the state alone say nothing new. */
static int extra_firms(const struct features *a, const struct features *b)
{
    int extra = 0;
    for (int i = 0; i < a->actor_count; i++) {
        const struct feature_actor *firm = &a->actors[i];
        if (!firm->is_company || find_actor(b, firm->id))
            continue;
        for (int j = 0; j < a->actor_count; j++)
            if (!a->actors[j].is_company && a->actors[j].roles & firm->roles && find_actor(b, a->actors[j].id)) {
                extra++;
                break;
            }
    }
    return extra;
}

static bool has_direction(const struct features *features)
{
    uint16_t roles = 0;
    for (int i = 0; i < features->actor_count; i++)
        roles |= features->actors[i].roles;
    return roles & from_roles && roles & to_roles;
}

static bool shares_direction(const struct features *a, const struct features *b)
{
    for (int i = 0; i < a->actor_count; i++) {
        const struct feature_actor *from = find_actor(b, a->actors[i].id);
        if (!(a->actors[i].roles & from_roles) || !from || !(from->roles & from_roles))
            continue;
        for (int j = 0; j < a->actor_count; j++) {
            const struct feature_actor *to = find_actor(b, a->actors[j].id);
            if (i != j && a->actors[j].roles & to_roles && to && to->roles & to_roles)
                return true;
        }
    }
    return false;
}

/* Does a party give in one and take in the other? */
static bool is_reversed(const struct features *a, const struct features *b)
{
    for (int i = 0; i < a->actor_count; i++) {
        const struct feature_actor *other = find_actor(b, a->actors[i].id);
        if (!other)
            continue;
        uint16_t mine = a->actors[i].roles & (from_roles | to_roles);
        uint16_t its = other->roles & (from_roles | to_roles);
        if (mine && its && !(mine & its) && ((mine & from_roles) != 0) != ((its & from_roles) != 0))
            return true;
    }
    return false;
}

/* Does a party stand on the same side in both? Then the other one's place is a slip: an air force that orders for an
 * ally. */
static bool keeps_a_side(const struct features *a, const struct features *b)
{
    for (int i = 0; i < a->actor_count; i++) {
        const struct feature_actor *other = find_actor(b, a->actors[i].id);
        uint16_t mine = a->actors[i].roles & (from_roles | to_roles);
        uint16_t its = other ? other->roles & (from_roles | to_roles) : 0;
        bool gives = ((mine | its) & from_roles) != 0, takes = ((mine | its) & to_roles) != 0;
        if (mine && its && gives != takes)
            return true;
    }
    return false;
}

static void compare_direction(const struct features *a, const struct features *b, struct match *match)
{
    if (!has_direction(a) || !has_direction(b))
        return;
    if (shares_direction(a, b))
        match_add(match, "same direction", match_weights.same_direction);
    else if (is_reversed(a, b) && a->type == TYPE_VISIT)
        match_add_against(match, "the visit goes the other way", match_weights.reversed_visit);
}

/* Do two partners hardly ever give each other the same, so that a report that says so has them mixed up? */
static bool is_one_way(enum feature_type type)
{
    return type == TYPE_ARMS_TRANSFER || type == TYPE_AID || type == TYPE_TRAINING || type == TYPE_INDUSTRY ||
           type == TYPE_BASING;
}

void match_compare_reversal(const struct features *a, const struct features *b, struct match *match)
{
    if (!has_direction(a) || !has_direction(b) || shares_direction(a, b) || a->type == TYPE_VISIT ||
        !is_reversed(a, b) || keeps_a_side(a, b))
        return;
    bool is_near = match_times_known(a, b) && match_distance(a, b) <= MIXED_UP_DAYS &&
                   match_amounts(a, b, KIND_PERSONNEL, 0.25) >= 0;
    if ((a->type == TYPE_BASING || a->type == TYPE_TRAINING) && is_near)
        return; /* who opens bases to whom, and who trains whom, is mixed up so often that it says nothing */
    if (is_one_way(a->type) && is_near)
        match_add(match, "the other direction", match_weights.other_direction_at_once);
    else if (is_one_way(a->type) && match->is_definite)
        match_add_against(match, "the other direction", match_weights.other_direction);
    else
        match_veto(match, "the other direction");
}

bool match_share_parties(const struct features *a, const struct features *b)
{
    int shared = shared_actors(a, b);
    return shared >= 2 && (shared == a->actor_count || shared == b->actor_count);
}

bool match_are_other_pairs(const struct features *a, const struct features *b)
{
    return a->actor_count == 2 && b->actor_count == 2 && shared_actors(a, b) == 1;
}

bool match_names(const struct features *a, const struct features *b)
{
    return a->name.count && b->name.count &&
           (feature_words_cover(&a->name, &b->name) || feature_words_cover(&b->name, &a->name));
}

void match_compare_actors(const struct features *a, const struct features *b, struct match *match)
{
    int shared = shared_actors(a, b);
    int alike = firms_for_states(a, b);
    int all = a->actor_count + b->actor_count - shared - alike - extra_firms(a, b) - extra_firms(b, a);
    if (!a->actor_count || !b->actor_count) {
        match_veto(match, "a report without a definite actor");
        return;
    }
    double overlap = (double)(shared + alike) / (double)(all > 0 ? all : 1);
    if (shared == 0)
        match_veto(match, "no actor in common");
    else if (alike)
        match_add(match, "firm for state, the others the same", match_weights.firm_for_state);
    else if (overlap >= 1 && shared > 1)
        match_add(match, "same actors", match_weights.same_actors);
    else if (overlap >= 1)
        match_add(match, "the same single actor", match_weights.one_same_actor);
    else if (overlap >= 0.5)
        match_add(match, "most actors the same",
                  match_weights.most_actors + overlap - 0.5 + (match_share_parties(a, b) ? match_weights.left_out : 0));
    else if (match_names(a, b))
        match_add(match, "some actors the same, by the name", match_weights.actors_within_name);
    else
        match_veto(match, "other actors");
    compare_direction(a, b, match);
}
