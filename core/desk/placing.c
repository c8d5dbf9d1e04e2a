#include "core/desk/placing.h"

#include "core/desk/match_parts.h"
#include "core/desk/pins.h"
#include "core/desk/weaving.h"

#include <stdlib.h>
#include <string.h>

enum {
    CANDIDATES_MAX = 256, /* the latest of those before; older ones of a busy pair are left aside */
    /* An event is closed to a report that contradicts one in so many of the reports compared with it: of two outlets
     * one may err, but then nobody knows which. Where something definite ties it to another, more than half must. */
    VETO_SHARE = 3,
    BESIDE_DAYS = 7 /* of two reports of so few days that name nothing else, the second tells of what the first does */
};

#define SURE_SCORE 4.0

/* A report that agrees with two strands by so much ties them: three tenths more than it takes to join one. */
#define TIE_SCORE (MATCH_THRESHOLD + 0.3)

void placing_begin(struct placing *placing, struct members *members, struct store *store)
{
    *placing = (struct placing){.members = members, .store = store};
}

void placing_end(struct placing *placing)
{
    members_list_free(&placing->dirty);
    members_list_free(&placing->near);
    free(placing->groups);
    free(placing->moves);
    free(placing->touched);
}

static bool no_memory(struct error *error)
{
    return error_set(error, ERROR_MEMORY, "no memory to place reports");
}

bool placing_touch(struct placing *placing, int64_t root, struct error *error)
{
    for (size_t i = 0; i < placing->touched_count; i++)
        if (placing->touched[i] == root)
            return true;
    if (placing->touched_count == placing->touched_capacity) {
        size_t capacity = placing->touched_capacity ? 2 * placing->touched_capacity : 16;
        int64_t *touched = realloc(placing->touched, capacity * sizeof *touched);
        if (!touched)
            return no_memory(error);
        placing->touched = touched;
        placing->touched_capacity = capacity;
    }
    placing->touched[placing->touched_count++] = root;
    return true;
}

bool placing_add(struct placing *placing, struct member *member, struct error *error)
{
    if (member->is_dirty || member->is_gone)
        return true;
    member->is_dirty = true;
    return members_list_add(&placing->dirty, member) || no_memory(error);
}

static bool disturb_behind(struct placing *placing, const struct member *member, struct error *error)
{
    if (!members_behind(placing->members, placing->store, member, &placing->near, error))
        return false;
    for (size_t i = 0; i < placing->near.count; i++)
        if (!placing_add(placing, placing->near.rows[i], error))
            return false;
    return true;
}

/* hand 0: all that are pinned. */
static bool disturb_hand(struct placing *placing, int64_t hand, const struct member *after, struct error *error)
{
    struct member_list list = {NULL, 0, 0};
    bool ok = members_of_hand(placing->members, placing->store, hand, &list, error);
    for (size_t i = 0; ok && i < list.count; i++)
        ok = (after && member_compare(list.rows[i], after) <= 0) || placing_add(placing, list.rows[i], error);
    members_list_free(&list);
    return ok;
}

bool placing_disturb_pinned(struct placing *placing, struct error *error)
{
    return disturb_hand(placing, 0, NULL, error);
}

bool placing_disturb(struct placing *placing, const struct member *member, struct error *error)
{
    return disturb_behind(placing, member, error) &&
           (!member->at.hand || disturb_hand(placing, member->at.hand, NULL, error));
}

/* ---- deciding ---- */

/* A strand as seen from one report: how the reports of it that lie near compare. */
struct group {
    int64_t strand;
    int32_t founded;
    size_t compared, vetoed;
    bool is_closed; /* holds a report that the coder kept apart within one item */
    bool is_thin;   /* none of the reports compared tells anything to be known again by */
    bool is_beside; /* one of them is told within days */
    bool has_best;
    struct match best;
};

struct groups {
    struct group rows[CANDIDATES_MAX];
    size_t count;
};

static struct group *group_of(struct groups *groups, const struct member *member)
{
    for (size_t i = 0; i < groups->count; i++)
        if (groups->rows[i].strand == member->at.strand)
            return &groups->rows[i];
    struct group *group = &groups->rows[groups->count++];
    group->strand = member->at.strand;
    group->founded = member->at.founded;
    group->compared = group->vetoed = 0;
    group->is_closed = group->has_best = group->is_beside = false;
    group->is_thin = true;
    return group;
}

static bool is_told_beside(const struct member *member, const struct member *other)
{
    return match_times_known(&member->features, &other->features) &&
           match_distance(&member->features, &other->features) <= BESIDE_DAYS;
}

/* May a strand take a report that agrees with that one in nothing definite? Soon after it was founded, or within days
 * of a report that something definite ties to it, and unless a detail differs. So vague reports do not chain. */
static bool may_take_vague(const struct group *group, const struct member *member, const struct member *other,
                           const struct match *match)
{
    return match_is_near_founder(&member->features, group->founded) ||
           (other->at.is_definite && is_told_beside(member, other) && !match_contradiction(match));
}

static void compare_with(struct groups *groups, const struct member *member, const struct member *other)
{
    struct group *group = group_of(groups, other);
    struct match match;
    match_compare(&member->features, &other->features, &match);
    group->compared++;
    group->is_thin = group->is_thin && feature_is_thin(&other->features);
    group->is_beside = group->is_beside || is_told_beside(member, other);
    if (match.veto) {
        group->vetoed++;
        if (member->features.item == other->features.item)
            group->is_closed = true;
    } else if (!match.is_definite && !may_take_vague(group, member, other, &match)) {
        return;
    } else if (!group->has_best || match.score >= group->best.score) {
        group->best = match;
        group->has_best = true;
    }
}

static bool is_open(const struct group *group)
{
    if (!group->has_best || group->is_closed)
        return false;
    return group->best.is_definite ? group->vetoed * 2 <= group->compared
                                   : group->vetoed * VETO_SHARE < group->compared;
}

static bool is_sure(const struct group *group)
{
    return group->best.is_definite && group->best.score >= SURE_SCORE && group->founded != CLUSTER_DAY_NONE;
}

/* A report that is surely of both is of the elder: the younger was founded by one that told too little to be known
 * again, and would else draw all to it that comes after. */
static bool is_better(const struct group *group, const struct group *chosen)
{
    if (is_sure(group) && is_sure(chosen) && group->founded != chosen->founded)
        return group->founded < chosen->founded;
    return group->best.score >= chosen->best.score;
}

/* Is another strand than these told of within days, of which what tells too little may be as well? */
static bool is_contested(const struct groups *groups, const struct group *one, const struct group *other)
{
    for (size_t i = 0; i < groups->count; i++) {
        const struct group *group = &groups->rows[i];
        if (group != one && group != other && group->is_beside && !group->is_thin)
            return true;
    }
    return false;
}

/* The best group that is open; of equals the one told of last. A vague report that is of none by what founded it is of
 * none at all where two are told of in its days. */
static const struct group *choose(const struct groups *groups, const struct member *member)
{
    const struct group *chosen = NULL;
    for (size_t i = 0; i < groups->count; i++) {
        const struct group *group = &groups->rows[i];
        if (is_open(group) && match_is_one(&group->best) && (!chosen || is_better(group, chosen)))
            chosen = group;
    }
    bool is_by_days = chosen && !chosen->best.is_definite && !match_is_near_founder(&member->features, chosen->founded);
    return is_by_days && is_contested(groups, chosen, chosen) ? NULL : chosen;
}

bool placing_moved(struct placing *placing, struct member *member, int64_t from, struct error *error)
{
    if (placing->move_count == placing->move_capacity) {
        size_t capacity = placing->move_capacity ? 2 * placing->move_capacity : 16;
        struct placing_move *moves = realloc(placing->moves, capacity * sizeof *moves);
        if (!moves)
            return no_memory(error);
        placing->moves = moves;
        placing->move_capacity = capacity;
    }
    placing->moves[placing->move_count++] = (struct placing_move){member, from};
    return placing_touch(placing, from, error) && placing_touch(placing, member->at.root, error);
}

/* Where a report goes, and what it ties to that. */
struct place {
    int64_t strand;
    int32_t founded;
    double score;
    bool is_definite;
    struct buffer reasons;
    struct cluster_tie ties[TIES_MAX];
    struct buffer tied_by[TIES_MAX];
    size_t tie_count;
};

static void place_free(struct place *place)
{
    buffer_free(&place->reasons);
    for (size_t i = 0; i < place->tie_count; i++)
        buffer_free(&place->tied_by[i]);
}

struct tie_comparison {
    const struct place *place;
    size_t same, seen;
};

static bool compare_tie(void *context, const struct cluster_tie *tie)
{
    struct tie_comparison *comparison = context;
    size_t at = comparison->seen++;
    const struct cluster_tie *now = at < comparison->place->tie_count ? &comparison->place->ties[at] : NULL;
    comparison->same += now && now->strand == tie->strand && now->thin == tie->thin &&
                        strcmp(now->tied_by, tie->tied_by) == 0;
    return true;
}

/* Stores the ties where they are others than before. */
static bool settle_ties(struct placing *placing, struct member *member, struct place *place, bool *is_same,
                        struct error *error)
{
    struct tie_comparison comparison = {.place = place};
    *is_same = member->at.ties == 0 && place->tie_count == 0;
    for (size_t i = 0; i < place->tie_count; i++) {
        if (place->tied_by[i].failed)
            return no_memory(error);
        place->ties[i].tied_by = place->tied_by[i].bytes ? place->tied_by[i].bytes : "";
    }
    if (*is_same)
        return true;
    if (!store_cluster_ties_of(placing->store, member->at.row, compare_tie, &comparison, error))
        return false;
    *is_same = comparison.same == place->tie_count && comparison.seen == place->tie_count;
    return *is_same || members_set_ties(placing->store, member, place->ties, place->tie_count, error);
}

static bool settle(struct placing *placing, struct member *member, struct place *place, bool *moved,
                   struct error *error)
{
    int64_t strand = place->strand, from = member->at.root;
    const char *reasons = place->reasons.bytes ? place->reasons.bytes : "";
    bool is_other = strand != member->at.strand, are_ties_same = true;
    *moved = is_other || place->founded != member->at.founded || place->is_definite != member->at.is_definite;
    bool is_same = !*moved && strcmp(reasons, member->at.joined_by) == 0;
    bool ok = !place->reasons.failed || no_memory(error);
    ok = ok && settle_ties(placing, member, place, &are_ties_same, error);
    /* What only has another reason stays in the event that its strand is woven into. */
    int64_t root = is_other ? strand : from;
    const char *woven_by = is_other ? "" : member->at.woven_by;
    double woven_score = is_other ? 0 : member->at.woven_score;
    struct cluster_place now = {strand, place->founded, reasons, place->score, place->is_definite};
    ok = ok && (is_same || (members_set_strand(placing->store, placing->members, member, &now, error) &&
                            (root == strand || members_set_root(placing->store, placing->members, member, root, woven_by,
                                                                woven_score, error))));
    if (ok && is_other)
        ok = placing_moved(placing, member, from, error);
    else if (ok && (!is_same || !are_ties_same || member->is_touched))
        ok = placing_touch(placing, from, error);
    return ok;
}

/* ---- by hand ---- */

/* Does a strand hold a report that another hand has pinned, before the member in order? */
static bool is_of_another_hand(struct placing *placing, const struct member *member, int64_t strand, bool *is_other,
                               struct error *error)
{
    struct member_list list = {NULL, 0, 0};
    bool ok = members_of_strand(placing->members, placing->store, strand, &list, error);
    *is_other = false;
    for (size_t i = 0; ok && i < list.count && member_compare(list.rows[i], member) < 0; i++)
        *is_other = *is_other || (list.rows[i]->at.hand != 0 && list.rows[i]->at.hand != member->at.hand);
    members_list_free(&list);
    return ok;
}

static bool close_groups_of_other_hands(struct placing *placing, const struct member *member, struct error *error)
{
    bool ok = true;
    for (size_t i = 0; ok && i < placing->groups->count; i++) {
        struct group *group = &placing->groups->rows[i];
        bool is_other = false;
        ok = !group->has_best || is_of_another_hand(placing, member, group->strand, &is_other, error);
        group->is_closed = group->is_closed || is_other;
    }
    return ok;
}

/* *lead: the first report of the member's hand, which the others follow. */
static bool find_lead(struct placing *placing, const struct member *member, const struct member **lead,
                      struct error *error)
{
    struct member_list list = {NULL, 0, 0};
    bool ok = members_of_hand(placing->members, placing->store, member->at.hand, &list, error);
    *lead = ok && list.count ? list.rows[0] : member;
    members_list_free(&list);
    return ok;
}

/* ---- by comparison ---- */

/* ---- what ties ---- */

/* Nothing speaks against the report's being of it, and it is well past the threshold. */
static bool is_surely_of(const struct group *group)
{
    return group->has_best && !group->is_closed && !group->vetoed && group->best.score >= TIE_SCORE &&
           !match_contradiction(&group->best);
}

/* *thin: which of the two tells too little. A strand that does is taken along by a report of its days that is surely of
 * another one, where there is no third. */
static bool is_tie(const struct groups *groups, const struct group *group, const struct group *chosen,
                   enum cluster_thin *thin)
{
    if (!is_surely_of(group))
        return false;
    bool is_definite = group->best.is_definite;
    if (is_definite && chosen->best.is_definite) {
        *thin = THIN_NEITHER;
        return true;
    }
    *thin = is_definite ? THIN_OWN : THIN_OTHER;
    return (is_definite ? chosen->is_thin : chosen->best.is_definite && group->is_thin) &&
           !is_contested(groups, chosen, group);
}

static void add_tie(struct place *place, const struct group *group, enum cluster_thin thin)
{
    size_t at = place->tie_count++;
    for (; at > 0 && place->ties[at - 1].strand > group->strand; at--) {
        place->ties[at] = place->ties[at - 1];
        place->tied_by[at] = place->tied_by[at - 1];
    }
    place->ties[at] = (struct cluster_tie){.strand = group->strand, .thin = thin, .score = group->best.score};
    place->tied_by[at] = (struct buffer)BUFFER_INIT;
    match_describe(&group->best, &place->tied_by[at]);
}

/* The strands besides the chosen one that the report is surely of, in order of their numbers; of more than TIES_MAX those
 * told of first. */
static void find_ties(const struct groups *groups, const struct group *chosen, struct place *place)
{
    for (size_t i = 0; is_surely_of(chosen) && i < groups->count && place->tie_count < TIES_MAX; i++) {
        const struct group *group = &groups->rows[i];
        enum cluster_thin thin;
        if (group != chosen && is_tie(groups, group, chosen, &thin))
            add_tie(place, group, thin);
    }
}

static bool place_by_comparison(struct placing *placing, const struct member *member, struct place *place,
                                struct error *error)
{
    const struct member_list *near = &placing->near;
    if (!placing->groups && !(placing->groups = malloc(sizeof *placing->groups)))
        return no_memory(error);
    if (!members_before(placing->members, placing->store, member, &placing->near, error))
        return false;
    placing->groups->count = 0;
    for (size_t i = near->count > CANDIDATES_MAX ? near->count - CANDIDATES_MAX : 0; i < near->count; i++)
        compare_with(placing->groups, member, near->rows[i]);
    if (member->at.hand && !close_groups_of_other_hands(placing, member, error))
        return false;
    const struct group *chosen = choose(placing->groups, member);
    if (!chosen)
        return true;
    place->strand = chosen->strand;
    place->founded = chosen->founded;
    place->score = chosen->best.score;
    place->is_definite = chosen->best.is_definite;
    match_describe(&chosen->best, &place->reasons);
    if (feature_is_fact(&member->features))
        find_ties(placing->groups, chosen, place);
    return true;
}

/* At first it founds its own event; then that is overruled. */
static bool find_place(struct placing *placing, const struct member *member, struct place *place, struct error *error)
{
    const struct member *lead = member;
    if (member->at.hand && !find_lead(placing, member, &lead, error))
        return false;
    if (lead != member) {
        place->strand = lead->at.strand;
        place->founded = lead->at.founded;
        buffer_printf(&place->reasons, "put together by a person, correction %lld",
                      (long long)pin_correction(member->at.hand));
        return true;
    }
    return pin_is_parted(member->at.hand) || place_by_comparison(placing, member, place, error);
}

static bool decide(struct placing *placing, struct member *member, struct error *error)
{
    struct place place = {.strand = member->at.row, .founded = member->features.anchor_day, .reasons = BUFFER_INIT};
    bool moved = false;
    bool ok = find_place(placing, member, &place, error) && settle(placing, member, &place, &moved, error);
    place_free(&place);
    if (!ok)
        return false;
    bool is_news = moved || member->is_touched;
    member->is_touched = false;
    return (!is_news || disturb_behind(placing, member, error)) &&
           (!moved || !member->at.hand || disturb_hand(placing, 0, member, error));
}

/* The first of those left in the order of reports. Few are left at a time. */
static struct member *take_first(struct member_list *dirty)
{
    size_t first = 0;
    for (size_t i = 1; i < dirty->count; i++)
        if (member_compare(dirty->rows[i], dirty->rows[first]) < 0)
            first = i;
    struct member *member = dirty->rows[first];
    dirty->rows[first] = dirty->rows[--dirty->count];
    member->is_dirty = false;
    return member;
}

bool placing_run(struct placing *placing, struct error *error)
{
    while (placing->dirty.count) {
        struct member *member = take_first(&placing->dirty);
        if (!member->is_gone && !decide(placing, member, error))
            return false;
    }
    return weaving_run(placing, error);
}
