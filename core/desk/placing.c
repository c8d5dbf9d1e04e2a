#include "core/desk/placing.h"

#include "core/desk/match.h"

#include <stdlib.h>
#include <string.h>

enum {
    CANDIDATES_MAX = 256, /* the latest of those near; older ones of a busy pair are left aside */
    /* An event is closed to a report that contradicts one in so many of the reports compared with it: of two outlets one
     * may err, but then nobody knows which. Where something definite ties it to another, more than half must. */
    VETO_SHARE = 3
};

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

static bool disturb_list(struct placing *placing, const struct member *member, const struct member_list *near,
                         struct error *error)
{
    for (size_t i = 0; i < near->count; i++)
        if (member_compare(near->rows[i], member) > 0 && !placing_add(placing, near->rows[i], error))
            return false;
    return true;
}

bool placing_disturb(struct placing *placing, const struct member *member, struct error *error)
{
    return members_near(placing->members, placing->store, member, &placing->near, error) &&
           disturb_list(placing, member, &placing->near, error);
}

/* ---- deciding ---- */

/* An event as seen from one report: how the reports of it that lie near compare. */
struct group {
    int64_t root;
    int32_t founded;
    size_t compared, vetoed;
    bool is_closed; /* holds a report that the coder kept apart within one item */
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
        if (groups->rows[i].root == member->at.root)
            return &groups->rows[i];
    struct group *group = &groups->rows[groups->count++];
    group->root = member->at.root;
    group->founded = member->at.founded;
    group->compared = group->vetoed = 0;
    group->is_closed = group->has_best = false;
    return group;
}

static void compare_with(struct groups *groups, const struct member *member, const struct member *other)
{
    struct group *group = group_of(groups, other);
    struct match match;
    match_compare(&member->features, &other->features, &match);
    group->compared++;
    if (match.veto) {
        group->vetoed++;
        if (member->features.item == other->features.item)
            group->is_closed = true;
    } else if (!match.is_definite && !match_is_near_founder(&member->features, group->founded)) {
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
    return group->best.is_definite ? group->vetoed * 2 <= group->compared : group->vetoed * VETO_SHARE < group->compared;
}

/* The best group that is open; of equals the one told of last. */
static const struct group *choose(const struct groups *groups)
{
    const struct group *chosen = NULL;
    for (size_t i = 0; i < groups->count; i++) {
        const struct group *group = &groups->rows[i];
        if (is_open(group) && match_is_one(&group->best) && (!chosen || group->best.score >= chosen->best.score))
            chosen = group;
    }
    return chosen;
}

static bool add_move(struct placing *placing, struct member *member, int64_t from, struct error *error)
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

static bool settle(struct placing *placing, struct member *member, const struct group *chosen, bool *moved,
                   struct error *error)
{
    struct buffer joined_by = BUFFER_INIT;
    int64_t root = chosen ? chosen->root : member->at.row, from = member->at.root;
    int32_t founded = chosen ? chosen->founded : member->features.anchor_day;
    bool refounded = founded != member->at.founded;
    double score = chosen ? chosen->best.score : 0;
    if (chosen)
        match_describe(&chosen->best, &joined_by);
    const char *reasons = joined_by.bytes ? joined_by.bytes : "";
    bool is_same = root == from && founded == member->at.founded && strcmp(reasons, member->at.joined_by) == 0;
    bool ok = !joined_by.failed || no_memory(error);
    ok = ok && (is_same || members_set_root(placing->store, placing->members, member, root, founded, reasons, score, error));
    *moved = root != from || refounded;
    if (ok && root != from)
        ok = add_move(placing, member, from, error);
    else if (ok && (!is_same || member->is_touched))
        ok = placing_touch(placing, root, error);
    buffer_free(&joined_by);
    return ok;
}

static bool decide(struct placing *placing, struct member *member, struct error *error)
{
    struct member_list *near = &placing->near;
    bool moved = false;
    size_t earlier = 0;
    if (!placing->groups && !(placing->groups = malloc(sizeof *placing->groups)))
        return no_memory(error);
    if (!members_near(placing->members, placing->store, member, near, error))
        return false;
    while (earlier < near->count && member_compare(near->rows[earlier], member) < 0)
        earlier++;
    placing->groups->count = 0;
    for (size_t i = earlier > CANDIDATES_MAX ? earlier - CANDIDATES_MAX : 0; i < earlier; i++)
        compare_with(placing->groups, member, near->rows[i]);
    if (!settle(placing, member, choose(placing->groups), &moved, error))
        return false;
    bool is_news = moved || member->is_touched;
    member->is_touched = false;
    return !is_news || disturb_list(placing, member, near, error);
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
    return true;
}
