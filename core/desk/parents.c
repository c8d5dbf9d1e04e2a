#include "core/desk/parents.h"

#include "core/desk/match_parts.h"
#include "lib/base/digest.h"

#include <stdlib.h>
#include <string.h>

/* Weights in tenths, set by hand on tests/desk/parents/groups.txt. */
#define PARENT_THRESHOLD 2.19
#define ONLY_ONE_THRESHOLD 1.59 /* where the pair has one such paper alone */
#define CLEAR_MARGIN 0.39

enum { ANY_DAYS = 40000, ACTORS_MAX = 4, WHOLES_MAX = 1000, EVENTS_MAX = 64, OLD_DAYS = 15 * 366, TOLD_LATE_DAYS = 60 };

/* ---- comparing ---- */

static const struct feature_actor *find_actor(const struct features *features, uint64_t id)
{
    for (int i = 0; i < features->actor_count; i++)
        if (features->actors[i].id == id)
            return &features->actors[i];
    return NULL;
}

/* Firms aside, which sign for their states. */
static int count_states(const struct features *features)
{
    int count = 0;
    for (int i = 0; i < features->actor_count; i++)
        count += !features->actors[i].is_company;
    return count;
}

static void compare_parties(const struct features *part, const struct features *whole, struct match *match)
{
    int states = count_states(part);
    for (int i = 0; i < part->actor_count; i++)
        if (!part->actors[i].is_company && !find_actor(whole, part->actors[i].id))
            match_veto(match, "a party that the paper does not have");
    if (states < 2)
        match_veto(match, "fewer than two parties");
    else if (states == count_states(whole))
        match_add(match, "between the same parties", 1.0);
    else
        match_add(match, "its parties are among the paper's", 0.7);
}

static bool is_agreed(const struct features *whole)
{
    return whole->status_rank == 4 || whole->status_rank == 5 || whole->status_rank == 6 || whole->status_rank == 8;
}

static bool is_ordered(const struct features *whole)
{
    return whole->status_rank >= 3 && whole->status_rank <= 5;
}

static bool is_framework(const struct features *whole)
{
    return whole->paper.kind == PAPER_FRAMEWORK;
}

static void compare_kinds(const struct features *part, const struct features *whole, struct match *match)
{
    enum feature_paper_kind kind = part->basis.kind;
    bool is_agreement = whole->type == TYPE_AGREEMENT;
    /* A report that itself rests on a paper and tells of no other is no such paper. */
    if (whole->paper.kind == PAPER_NONE && (whole->basis.kind != PAPER_NONE || !is_agreement))
        match_veto(match, "tells of no paper");
    else if (!(is_agreement ? is_agreed(whole) : is_ordered(whole)))
        match_veto(match, "not agreed");
    else if (kind == PAPER_CONTRACT && !is_agreement && whole->type == part->type)
        match_add(match, "a contract", 0.4);
    else if (kind == PAPER_FRAMEWORK && !is_agreement && is_framework(whole))
        match_add(match, "a framework contract", 0.6);
    else if (kind == PAPER_FRAMEWORK && is_agreement)
        match_add(match, "a framework agreement", is_framework(whole) ? 0.6 : 0.1);
    else if (kind == PAPER_PROGRAMME && (is_agreement || whole->type == TYPE_AID))
        match_add(match, "a programme", whole->paper.kind == PAPER_PROGRAMME ? 0.5 : 0.0);
    else if (kind == PAPER_AGREEMENT && is_agreement)
        match_add(match, "an agreement", 0.4);
    else
        match_veto(match, "another kind of paper");
}

/* The day from which the paper was there; FEATURE_DAY_NONE where nobody says. */
static int32_t day_of(const struct features *whole)
{
    return whole->date_low != FEATURE_DAY_NONE ? whole->date_low : whole->published_day;
}

static void compare_dates(const struct features *part, const struct features *whole, struct match *match)
{
    int32_t day = day_of(whole), part_day = part->anchor_day;
    const struct feature_paper *basis = &part->basis;
    if (day == FEATURE_DAY_NONE || part_day == FEATURE_DAY_NONE) {
        match_veto(match, "nobody says when");
        return;
    }
    if (day > part_day || (part->date_high != FEATURE_DAY_NONE && day > part->date_high)) {
        match_veto(match, "the paper is younger");
        return;
    }
    if (basis->date_low == FEATURE_DAY_NONE) {
        if (part_day - day > OLD_DAYS)
            match_add(match, "long ago", -0.8);
        return;
    }
    int32_t high = whole->date_high != FEATURE_DAY_NONE ? whole->date_high : day;
    /* What bears no date of its own was told some weeks after it was signed. */
    int32_t slack = whole->date_low == FEATURE_DAY_NONE ? TOLD_LATE_DAYS : 0;
    if (day <= basis->date_high + slack && high >= basis->date_low)
        match_add_definite(match, "of the stated date", 1.2);
    else
        match_veto(match, "of another date than stated");
}

static bool words_hold(const struct feature_words *words, const struct feature_word *word)
{
    for (int i = 0; i < words->count; i++)
        if (feature_word_equal(&words->words[i], word))
            return true;
    return false;
}

/* EDCA, told as its initials or as the words that they stand for. */
static bool is_abbreviated(const struct feature_paper *paper, const struct features *other)
{
    return paper->initials.text[0] &&
           (words_hold(&other->name, &paper->initials) || words_hold(&other->name, &paper->all_initials) ||
            words_hold(&other->paper.words, &paper->initials) || words_hold(&other->basis.words, &paper->initials) ||
            words_hold(&other->basis.words, &paper->all_initials));
}

static int shared_words(const struct feature_words *a, const struct feature_words *b)
{
    int shared = 0;
    for (int i = 0; i < a->count; i++)
        shared += words_hold(b, &a->words[i]);
    return shared;
}

static void compare_subjects(const struct features *part, const struct features *whole, struct match *match)
{
    const struct feature_paper *basis = &part->basis, *paper = &whole->paper;
    if (is_abbreviated(basis, whole) || (paper->kind != PAPER_NONE && is_abbreviated(paper, part)) ||
        shared_words(&basis->words, &whole->name)) {
        match_add_definite(match, "of that name", 1.6);
        return;
    }
    int shared = shared_words(&basis->words, &paper->words);
    if (shared)
        match_add_definite(match, "on that subject", shared > 1 ? 1.2 : 0.8);
    else if (basis->words.count && (paper->words.count || whole->name.count))
        match_add(match, "on another subject", -1.0);
    else if (basis->words.count || (paper->words.count && basis->kind == PAPER_AGREEMENT))
        match_add(match, "on a subject that one of them alone tells", -0.3);
    if (basis->common & paper->common)
        match_add(match, "worded alike", 0.3);
}

static void compare_goods(const struct features *part, const struct features *whole, struct match *match)
{
    const struct feature_good *x = NULL, *y = NULL;
    enum feature_likeness likeness = match_likest_goods(part, whole, &x, &y);
    if (whole->type == TYPE_AGREEMENT || !part->good_count || !whole->good_count)
        return;
    if (likeness == GOODS_SAME)
        match_add_definite(match, "for the same equipment", 0.8);
    else if (likeness == GOODS_OF_A_KIND)
        match_add(match, "for equipment of a kind", 0.4);
    else
        match_veto(match, "for other equipment");
}

void parents_compare(const struct features *part, const struct features *whole, struct match *match)
{
    *match = (struct match){.score = 0};
    if (part->basis.kind == PAPER_NONE)
        match_veto(match, "it names no paper that it is under");
    else if (part->is_denied || part->is_hypothetical || whole->is_denied || whole->is_hypothetical)
        match_veto(match, "no fact");
    else if (part->item == whole->item && part->item)
        match_veto(match, "told in one article");
    if (match->veto)
        return;
    compare_parties(part, whole, match);
    compare_kinds(part, whole, match);
    if (match->veto)
        return;
    compare_dates(part, whole, match);
    compare_subjects(part, whole, match);
    compare_goods(part, whole, match);
    if (whole->is_background)
        match_add(match, "told as background", -0.3);
}

/* ---- the index ---- */

static size_t keys_of(const struct features *features, const char *kind, struct cluster_key keys[PARENT_KEYS_MAX])
{
    size_t count = 0;
    int actors = features->actor_count < ACTORS_MAX ? features->actor_count : ACTORS_MAX;
    for (int i = 0; i < actors; i++)
        for (int j = i + 1; j < actors && count < PARENT_KEYS_MAX; j++) {
            uint64_t block[3] = {hash_bytes(kind, strlen(kind)), features->actors[i].id, features->actors[j].id};
            uint64_t hash = hash_bytes(block, sizeof block);
            keys[count] = (struct cluster_key){.day = features->anchor_day == FEATURE_DAY_NONE ? CLUSTER_DAY_NONE
                                                                                               : features->anchor_day,
                                               .window = ANY_DAYS,
                                               .is_published = features->published_day != FEATURE_DAY_NONE};
            memcpy(&keys[count++].key, &hash, sizeof hash);
        }
    return count;
}

static bool may_be_whole(const struct features *features)
{
    return features->type == TYPE_AGREEMENT || features->paper.kind != PAPER_NONE;
}

static bool may_be_part(const struct features *features)
{
    return features->basis.kind != PAPER_NONE;
}

size_t parents_keys(const struct features *features, struct cluster_key keys[PARENT_KEYS_MAX])
{
    size_t count = 0;
    struct cluster_key found[PARENT_KEYS_MAX];
    if (may_be_whole(features))
        count = keys_of(features, "paper", keys);
    if (may_be_part(features)) {
        size_t more = keys_of(features, "under", found);
        for (size_t i = 0; i < more && count < PARENT_KEYS_MAX; i++)
            keys[count++] = found[i];
    }
    return count;
}

/* ---- finding ---- */

struct claim {
    const char *event;
    const struct member *child;
    struct match match;
};

struct claims {
    struct claim rows[EVENTS_MAX];
    size_t count;
};

static bool is_better(const struct match *a, const struct match *b)
{
    return a->score > b->score || (a->score == b->score && a->is_definite && !b->is_definite);
}

/* Each event by the best of its reports. */
static void put_claim(struct claims *claims, const char *event, const struct member *child, const struct match *match)
{
    size_t at = 0;
    while (at < claims->count && strcmp(claims->rows[at].event, event) != 0)
        at++;
    if (at == EVENTS_MAX)
        return;
    if (at == claims->count)
        claims->rows[claims->count++] = (struct claim){event, child, *match};
    else if (is_better(match, &claims->rows[at].match))
        claims->rows[at] = (struct claim){event, child, *match};
}

static bool claim_of(const struct placing *placing, const struct member *part, struct member_list *wholes,
                     struct claims *claims, struct error *error)
{
    struct cluster_key keys[PARENT_KEYS_MAX];
    size_t count = keys_of(&part->features, "paper", keys);
    if (!members_on_keys(placing->members, placing->store, keys, count, WHOLES_MAX, wholes, error))
        return false;
    for (size_t i = 0; i < wholes->count; i++) {
        const struct member *whole = wholes->rows[i];
        struct match match;
        if (whole->at.root == part->at.root)
            continue;
        parents_compare(&part->features, &whole->features, &match);
        if (match.veto)
            continue;
        struct error failure = ERROR_INIT;
        const struct member *founder = members_get(placing->members, placing->store, whole->at.root, &failure);
        if (founder)
            put_claim(claims, founder->at.event, part, &match);
        else if (failure.kind != ERROR_NONE) {
            *error = failure;
            return false;
        }
    }
    return true;
}

static void choose(const struct claims *claims, struct parent *parent)
{
    const struct claim *best = NULL, *second = NULL;
    for (size_t i = 0; i < claims->count; i++) {
        const struct claim *claim = &claims->rows[i];
        if (!best || is_better(&claim->match, &best->match)) {
            second = best;
            best = claim;
        } else if (!second || is_better(&claim->match, &second->match))
            second = claim;
    }
    if (!best)
        return;
    bool is_clear = !second || best->match.score - second->match.score >= CLEAR_MARGIN;
    bool is_enough = best->match.is_definite ? best->match.score >= PARENT_THRESHOLD
                                             : !second && best->match.score >= ONLY_ONE_THRESHOLD;
    if (is_clear && is_enough)
        *parent = (struct parent){best->event, best->child, best->match};
}

bool parents_find(const struct placing *placing, const struct member_list *list, struct parent *parent,
                  struct error *error)
{
    struct member_list wholes = {NULL, 0, 0};
    struct claims *claims = NULL;
    bool ok = true;
    *parent = (struct parent){.event = NULL};
    for (size_t i = 0; ok && i < list->count; i++) {
        if (!may_be_part(&list->rows[i]->features))
            continue;
        if (!claims && !(claims = calloc(1, sizeof *claims)))
            ok = error_set(error, ERROR_MEMORY, "no memory to look for what an event is a part of");
        ok = ok && claim_of(placing, list->rows[i], &wholes, claims, error);
    }
    if (ok && claims)
        choose(claims, parent);
    members_list_free(&wholes);
    free(claims);
    return ok;
}

bool parents_touch(struct placing *placing, const struct member *member, struct error *error)
{
    struct cluster_key keys[PARENT_KEYS_MAX];
    struct member_list parts = {NULL, 0, 0};
    if (!may_be_whole(&member->features))
        return true;
    bool ok = members_on_keys(placing->members, placing->store, keys, keys_of(&member->features, "under", keys),
                              WHOLES_MAX, &parts, error);
    for (size_t i = 0; ok && i < parts.count; i++)
        ok = placing_touch(placing, parts.rows[i]->at.root, error);
    members_list_free(&parts);
    return ok;
}
