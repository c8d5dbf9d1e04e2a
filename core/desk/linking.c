#include "core/desk/linking.h"

#include "core/desk/parents.h"
#include "core/desk/twins.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RELATED_MAX = 40, ORDERED_FROM = 3, ORDERED_TO = 5, SIGNED = 5, LOT = 2 };

/* ---- what is a part of what ---- */

static const struct feature_actor *find_actor(const struct features *features, uint64_t id)
{
    for (int i = 0; i < features->actor_count; i++)
        if (features->actors[i].id == id)
            return &features->actors[i];
    return NULL;
}

static int shared_parties(const struct features *a, const struct features *b)
{
    int shared = 0;
    for (int i = 0; i < a->actor_count; i++)
        shared += find_actor(b, a->actors[i].id) != NULL;
    return shared;
}

/* Firms aside, which sign for their states. */
static bool has_all_parties(const struct features *whole, const struct features *part)
{
    int states = 0;
    for (int i = 0; i < part->actor_count; i++) {
        if (part->actors[i].is_company)
            continue;
        states++;
        if (!find_actor(whole, part->actors[i].id))
            return false;
    }
    return states >= 2;
}

static bool is_later(const struct features *whole, const struct features *part)
{
    return whole->date_low != FEATURE_DAY_NONE && part->date_high != FEATURE_DAY_NONE &&
           whole->date_low > part->date_high;
}

static bool same_directions(const struct features *a, const struct features *b)
{
    for (int i = 0; i < a->actor_count; i++) {
        const struct feature_actor *other = find_actor(b, a->actors[i].id);
        if (other && !(a->actors[i].roles & other->roles))
            return false;
    }
    return true;
}

static bool same_goods(const struct features *part, const struct features *whole)
{
    for (int i = 0; i < part->good_count; i++)
        for (int j = 0; j < whole->good_count; j++)
            if (feature_goods_compare(&part->goods[i], &whole->goods[j]) != GOODS_OTHER)
                return true;
    /* "Arms" that were agreed on are whatever is then bought. */
    return whole->good_count == 0;
}

static bool is_lot(const struct features *part, const struct features *whole)
{
    bool is_order = whole->status_rank >= ORDERED_FROM && whole->status_rank <= ORDERED_TO;
    return part->type == TYPE_ARMS_TRANSFER && whole->type == TYPE_ARMS_TRANSFER && is_order &&
           part->status_rank > whole->status_rank && same_directions(part, whole) && same_goods(part, whole);
}

/* An order of named things under one that names none. */
static bool is_call_off(const struct features *part, const struct features *whole)
{
    return part->type == TYPE_ARMS_TRANSFER && whole->type == TYPE_ARMS_TRANSFER && whole->status_rank == SIGNED &&
           part->status_rank >= SIGNED && whole->good_count == 0 && part->good_count > 0 && whole->is_background &&
           !part->is_background && same_directions(part, whole);
}

static bool is_under_agreement(const struct features *part, const struct features *whole)
{
    static const bool may_be_part[TYPE_COUNT] = {[TYPE_ARMS_TRANSFER] = true,
                                                 [TYPE_AID] = true,
                                                 [TYPE_TRAINING] = true,
                                                 [TYPE_EXERCISE] = true,
                                                 [TYPE_BASING] = true,
                                                 [TYPE_INDUSTRY] = true,
                                                 [TYPE_INTELLIGENCE_SHARING] = true,
                                                 [TYPE_OPERATION] = true};
    bool is_agreed =
        whole->status_rank == SIGNED || whole->status_rank == 4 || whole->status_rank == 6 || whole->status_rank == 8;
    return whole->type == TYPE_AGREEMENT && is_agreed && may_be_part[part->type];
}

int linking_is_part(const struct features *part, const struct features *whole)
{
    bool are_facts = !part->is_denied && !part->is_hypothetical && !whole->is_denied && !whole->is_hypothetical;
    if (!are_facts || !has_all_parties(whole, part) || is_later(whole, part))
        return 0;
    return is_lot(part, whole) || is_call_off(part, whole) ? LOT : is_under_agreement(part, whole) ? 1 : 0;
}

/* ---- links of an event ---- */

struct link {
    const char *event; /* id */
    int part;          /* as linking_is_part says */
    int32_t day;       /* of the whole, for the choice among several */
};

struct links {
    struct link rows[RELATED_MAX];
    size_t count;
};

/* Each event once, by its strongest claim to be the whole. */
static void add_link(struct links *links, struct link link)
{
    size_t at = 0;
    while (at < links->count && strcmp(links->rows[at].event, link.event) != 0)
        at++;
    if (at == RELATED_MAX)
        return;
    if (at == links->count)
        links->rows[links->count++] = link;
    else if (link.part > links->rows[at].part)
        links->rows[at] = link;
}

static bool link_member(const struct placing *placing, const struct member *member, struct links *links,
                        struct error *error)
{
    struct member_list item = {NULL, 0, 0};
    bool ok = members_siblings(placing->members, placing->store, member->at.item, &item, error);
    for (size_t i = 0; ok && i < item.count; i++) {
        const struct member *other = item.rows[i];
        if (other->at.root == member->at.root || !shared_parties(&member->features, &other->features))
            continue;
        struct error failure = ERROR_INIT;
        const struct member *founder = members_get(placing->members, placing->store, other->at.root, &failure);
        if (founder)
            add_link(links, (struct link){founder->at.event, linking_is_part(&member->features, &other->features),
                                          other->features.date_low});
        else if (failure.kind != ERROR_NONE) {
            *error = failure;
            ok = false;
        }
    }
    members_list_free(&item);
    return ok;
}

/* Most articles have one report, so those with several are asked for at once. */
static bool link_members(const struct placing *placing, const struct member_list *list, struct links *links,
                         struct error *error)
{
    struct member_list several = {NULL, 0, 0};
    bool ok = members_with_siblings(placing->members, placing->store, list->rows[0]->at.root, &several, error);
    size_t at = 0;
    /* Both lie in order, and the list may lack some of the event. */
    for (size_t i = 0; ok && i < list->count; i++) {
        while (at < several.count && member_compare(several.rows[at], list->rows[i]) < 0)
            at++;
        if (at < several.count && several.rows[at] == list->rows[i])
            ok = link_member(placing, list->rows[i], links, error);
    }
    members_list_free(&several);
    return ok;
}

/* Twins of other articles; each with its reasons, once. */
struct twin {
    const char *event;
    struct match match;
};
struct twins {
    struct twin rows[RELATED_MAX];
    size_t count;
};

static bool add_twin(void *context, const char *event, const struct member *member, const struct match *match)
{
    struct twins *twins = context;
    (void)member;
    for (size_t i = 0; i < twins->count; i++)
        if (strcmp(twins->rows[i].event, event) == 0) {
            if (match->score > twins->rows[i].match.score)
                twins->rows[i].match = *match;
            return true;
        }
    if (twins->count < RELATED_MAX)
        twins->rows[twins->count++] = (struct twin){event, *match};
    return true;
}

static int by_twin(const void *left, const void *right)
{
    return strcmp(((const struct twin *)left)->event, ((const struct twin *)right)->event);
}

static void put_twin_reasons(struct ent_builder *builder, const struct twins *twins)
{
    for (size_t i = 0; i < twins->count; i++) {
        struct buffer text = BUFFER_INIT;
        buffer_printf(&text, "perhaps one with %.12s, told as another type: ", twins->rows[i].event);
        match_describe(&twins->rows[i].match, &text);
        record_open(builder, ENT_REPORT_REASON, ENT_REASON);
        record_put_text(builder, ENT_REASON_TEXT, text.bytes);
        record_put_num(builder, ENT_REASON_WEIGHT, twins->rows[i].match.score);
        record_close(builder);
        buffer_free(&text);
    }
}

static int by_event(const void *left, const void *right)
{
    return strcmp(((const struct link *)left)->event, ((const struct link *)right)->event);
}

/* A contract rather than an agreement; of several the latest. They lie in order of their ids. */
static const struct link *choose_whole(const struct links *links)
{
    const struct link *chosen = NULL;
    for (size_t i = 0; i < links->count; i++) {
        const struct link *link = &links->rows[i];
        if (link->part &&
            (!chosen || link->part > chosen->part || (link->part == chosen->part && link->day > chosen->day)))
            chosen = link;
    }
    return chosen;
}

/* What its article words it is under, as evidence, and why that is the parent. */
static void put_parent(struct ent_builder *builder, const struct parent *parent)
{
    static const unsigned of_field[] = {ENT_EVIDENCE_FIELD, ENT_EVIDENCE_QUOTE,  ENT_EVIDENCE_START,
                                        ENT_EVIDENCE_END,   ENT_EVIDENCE_REPORT, 0};
    const struct record_view report = parent->child->at.report;
    const struct feature_paper *basis = &parent->child->features.basis;
    struct record_view evidence;
    struct buffer text = BUFFER_INIT;
    record_put_text(builder, ENT_REPORT_PARENT, parent->event);
    if (record_get_view(report, ENT_REPORT_EVIDENCE, basis->evidence, &evidence)) {
        const char *quote = record_text(evidence, ENT_EVIDENCE_QUOTE);
        int64_t start = record_int(evidence, ENT_EVIDENCE_START, 0) + basis->start;
        record_open(builder, ENT_REPORT_EVIDENCE, ENT_EVIDENCE);
        record_put_all(builder, evidence, of_field);
        record_put_text(builder, ENT_EVIDENCE_FIELD, "parent");
        record_put_str(builder, ENT_EVIDENCE_QUOTE, quote ? quote + basis->start : "", quote ? basis->size : 0);
        record_put_int(builder, ENT_EVIDENCE_START, start);
        record_put_int(builder, ENT_EVIDENCE_END, start + basis->size);
        record_put_text(builder, ENT_EVIDENCE_REPORT, record_text(report, ENT_REPORT_ID));
        record_close(builder);
    }
    buffer_printf(&text, "part of %.12s: ", parent->event);
    match_describe(&parent->match, &text);
    record_open(builder, ENT_REPORT_REASON, ENT_REASON);
    record_put_text(builder, ENT_REASON_TEXT, text.bytes);
    record_put_num(builder, ENT_REASON_WEIGHT, round(parent->match.score * 100) / 100);
    record_close(builder);
    buffer_free(&text);
}

/* A contract of its own article, then the paper that another one tells of, then an agreement of its own article. */
static void put_whole(struct ent_builder *builder, const struct links *links, const struct parent *parent)
{
    const struct link *whole = choose_whole(links);
    if (parent->event && (!whole || whole->part < LOT))
        put_parent(builder, parent);
    else if (whole)
        record_put_text(builder, ENT_REPORT_PARENT, whole->event);
}

static struct ent_record *with_links(struct ent_record *content, const struct links *links, const struct parent *parent,
                                     const struct twins *twins, struct error *error)
{
    struct ent_builder *builder = record_build(ENT_EVENT);
    if (!builder) {
        error_set(error, ERROR_MEMORY, "no memory for what an event is linked with");
        return NULL;
    }
    record_put_all(builder, content->view, NULL);
    for (size_t i = 0; i < links->count; i++)
        record_put_text(builder, ENT_REPORT_RELATED, links->rows[i].event);
    /* Its reports may name one. */
    if (!record_text(content->view, ENT_REPORT_PARENT))
        put_whole(builder, links, parent);
    put_twin_reasons(builder, twins);
    return record_seal(builder, error);
}

struct ent_record *linking_apply(const struct placing *placing, const struct member_list *list,
                                 struct ent_record *content, struct error *error)
{
    struct links links = {.count = 0};
    struct parent parent;
    struct twins twins = {.count = 0};
    if (!link_members(placing, list, &links, error))
        return NULL;
    if (!parents_find(placing, list, &parent, error) || !twins_each(placing, list, add_twin, &twins, error))
        return NULL;
    if (links.count == 0 && !parent.event && twins.count == 0)
        return record_hold(content);
    if (twins.count)
        qsort(twins.rows, twins.count, sizeof *twins.rows, by_twin);
    for (size_t i = 0; i < twins.count; i++)
        add_link(&links, (struct link){twins.rows[i].event, 0, FEATURE_DAY_NONE});
    if (links.count)
        qsort(links.rows, links.count, sizeof *links.rows, by_event);
    return with_links(content, &links, &parent, &twins, error);
}

/* ---- touching ---- */

bool linking_touch_item(struct placing *placing, const char *item_id, struct error *error)
{
    struct member_list item = {NULL, 0, 0};
    bool ok = members_siblings(placing->members, placing->store, item_id, &item, error);
    for (size_t i = 0; ok && item.count > 1 && i < item.count; i++)
        ok = placing_touch(placing, item.rows[i]->at.root, error);
    members_list_free(&item);
    return ok;
}

bool linking_touch_others(struct placing *placing, const struct member *member, struct error *error)
{
    return parents_touch(placing, member, error) && twins_touch(placing, member, error);
}

bool linking_touch_moved(struct placing *placing, struct error *error)
{
    bool ok = true;
    for (size_t i = 0; ok && i < placing->move_count; i++)
        ok = linking_touch_item(placing, placing->moves[i].member->at.item, error) &&
             linking_touch_others(placing, placing->moves[i].member, error);
    return ok;
}
