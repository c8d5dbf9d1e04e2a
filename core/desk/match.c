#include "core/desk/match_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the weights ---- */

/* Tuned by hand on invented pairs (tests/desk/pairs.jsonl), to the tenth only. Two reports of one dyad and type on one
 * day pass by themselves; every week between them, or a detail that differs, has to be made up for by one that agrees.
 */
const struct match_weights match_weights = {
    .same_actors = 1.0,
    .one_same_actor = 0.2,
    .most_actors = 0.5,
    .actors_within_name = 0.4,
    .firm_for_state = 0.7,
    .same_direction = 0.3,
    .reversed_visit = -1.2,
    .other_direction = -1.3,
    .other_direction_at_once = -0.7,
    .left_out = 0.2,
    .same_name = 2.5,
    .other_name_of_occasion = -2.5,
    .other_name = -1.2,
    .same_subtype = 0.3,
    .other_subtype = -0.5,
    .near_subtype = -0.2,
    .ship_and_person = -1.2,
    .same_status = 0.2,
    .same_step_again = -1.2,
    .next_step = 0.5,
    .delivery = 0.8,
    .late_delivery = 2.2,
    .earlier_step_later_told = -0.6,
    .come_before_ordered = -1.2,
    .later_step = 2.2,
    .begun_and_ended = 0.6,
    .ratified = 2.0,
    .come_true = 0.6,
    .seldom_twice = 0.5,
    .deployment = 0.5,
    .same_dates = 1.2,
    .nested_dates = 0.8,
    .overlapping_dates = 0.4,
    .near_dates = 0.2,
    .following_dates = 0.0,
    .unknown_time = -0.3,
    .told_then = 0.7,
    .told_when_done = 1.0,
    .same_goods = 2.0,
    .goods_of_a_kind = 1.2,
    .several_goods = 0.8,
    .same_kind_of_goods = 0.4,
    .other_goods = -1.6,
    .other_designation = -2.6,
    .same_count = 0.6,
    .other_count = -0.9,
    .same_money = 1.2,
    .near_money = 0.4,
    .other_money = -1.3,
    .other_money_of_step = -0.6,
    .same_personnel = 0.6,
    .other_personnel = -0.4,
    .same_days = 0.2,
    .same_place = 0.8,
    .same_country = 0.2,
    .other_place_of_occasion = -1.3,
    .other_sea_of_occasion = -0.9,
    .other_country_of_occasion = -1.6,
    .other_place = -0.4,
    .same_programme = 0.3,
    .other_programme = -0.8,
    .background_with_current = -0.8,
};

enum {
    LATE_DAYS = 800,
    ANEW_DAYS = 200,
    RATIFIED_DAYS = 60, /* sooner it is the next step as any other */
    VAGUE_DAYS = 21,
    PACKAGE_DAYS = 7,
    ONE_MORE_DAYS = 60,
    COURSE_DAYS = 200,
    ORDER_DAYS = 1100,
    COME_DAYS = 500 /* of a presence that was planned: what comes later is another one, unless a detail agrees */
};

void match_add(struct match *match, const char *text, double weight)
{
    match->score += weight;
    if (match->reason_count < MATCH_REASONS_MAX)
        match->reasons[match->reason_count++] = (struct match_reason){text, weight};
}

void match_add_definite(struct match *match, const char *text, double weight)
{
    match_add(match, text, weight);
    match->is_definite = true;
}

void match_note_against(struct match *match, const char *text)
{
    if (!match->against)
        match->against = text;
}

void match_add_against(struct match *match, const char *text, double weight)
{
    match_add(match, text, weight);
    match_note_against(match, text);
}

void match_veto(struct match *match, const char *text)
{
    if (!match->veto)
        match->veto = text;
}

/* ---- names ---- */

static void compare_names(const struct features *a, const struct features *b, struct match *match)
{
    if (!a->name.count || !b->name.count)
        return;
    bool is_occasion = feature_is_occasion(a->type);
    if (!match_names(a, b)) {
        match_add_against(match, "another name", is_occasion ? match_weights.other_name_of_occasion : match_weights.other_name);
        return;
    }
    if (a->editions.count && b->editions.count && !feature_words_share(&a->editions, &b->editions))
        match_veto(match, "another edition by its number");
    else
        match_add_definite(match, "same name", match_weights.same_name);
}

/* ---- amounts ---- */

static bool amounts_equal(const struct feature_amount *a, const struct feature_amount *b, double tolerance)
{
    return fabs(a->value - b->value) <= tolerance * fmax(fabs(a->value), fabs(b->value));
}

int match_amounts(const struct features *a, const struct features *b, int kind, double near)
{
    int best = 0;
    for (int i = 0; i < a->amount_count; i++)
        for (int j = 0; j < b->amount_count; j++) {
            const struct feature_amount *x = &a->amounts[i], *y = &b->amounts[j];
            if (x->kind != kind || y->kind != kind || (kind == KIND_MONEY && x->unit != y->unit) ||
                (x->actor && y->actor && x->actor != y->actor))
                continue;
            if (amounts_equal(x, y, 0.03))
                return 2;
            if (amounts_equal(x, y, near) || (!x->is_exact && !y->is_exact))
                best = 1;
            else if (best == 0)
                best = -1;
        }
    return best;
}

static void compare_amounts(const struct features *a, const struct features *b, struct match *match)
{
    /* Packages of aid follow one another, and a round sum is all that tells them apart. */
    bool is_package = a->type == TYPE_AID && b->type == TYPE_AID;
    switch (match_amounts(a, b, KIND_MONEY, is_package ? 0.05 : 0.15)) {
    case 2:
        match_add_definite(match, "same sum", match_weights.same_money);
        break;
    case 1:
        match_add(match, "about the same sum", match_weights.near_money);
        break;
    case -1:
        match_add_against(match, "another sum",
                          a->status == b->status ? match_weights.other_money : match_weights.other_money_of_step);
        break;
    default:
        break;
    }
    int personnel = match_amounts(a, b, KIND_PERSONNEL, 0.25);
    if (personnel == 2)
        match_add_definite(match, "same number of people", match_weights.same_personnel);
    else if (personnel == -1 && !match_is_deployment(a)) /* which comes in parts */
        match_add_against(match, "another number of people", match_weights.other_personnel);
    if (match_amounts(a, b, KIND_DAYS, 0) == 2)
        match_add(match, "same number of days", match_weights.same_days);
}

/* ---- steps ---- */

/* What was ordered is handed over: at any time within the years that orders take. */
static bool is_delivery(const struct features *early, const struct features *late)
{
    const struct feature_good *x = NULL, *y = NULL;
    enum feature_likeness likeness = match_likest_goods(early, late, &x, &y);
    bool is_ordered = early->status_rank == 4 || early->status_rank == 5;
    /* What was only announced must be named to be known again, unless it is bought and comes soon. */
    uint64_t grant = feature_word_hash("grant");
    bool is_soon = match_distance(early, late) <= ANEW_DAYS && early->subtype != grant && late->subtype != grant;
    bool is_promised = early->status_rank == 3 && (likeness == GOODS_SAME || is_soon);
    return early->type == TYPE_ARMS_TRANSFER && (is_ordered || is_promised) &&
           (late->status_rank == 6 || late->status_rank == 8) && likeness != GOODS_OTHER;
}

/* What was wanted is ordered: talks on a named thing may go on for years. */
static bool is_order_of_wish(const struct features *early, const struct features *late, int32_t days)
{
    const struct feature_good *x = NULL, *y = NULL;
    return early->type == TYPE_ARMS_TRANSFER && days <= ORDER_DAYS && early->status_rank >= 1 &&
           early->status_rank <= 3 && (late->status_rank == 4 || late->status_rank == 5) &&
           match_likest_goods(early, late, &x, &y) == GOODS_SAME;
}

/* A purchase is announced again and again before it is signed; gifts are, too, but of those there are several. */
static bool is_announced_again(const struct features *a, const struct features *b, int32_t days)
{
    const struct feature_good *x = NULL, *y = NULL;
    uint64_t grant = feature_word_hash("grant");
    return a->type == TYPE_ARMS_TRANSFER && b->type == a->type && a->status_rank == 3 && days <= COME_DAYS &&
           a->subtype != grant && b->subtype != grant && match_likest_goods(a, b, &x, &y) == GOODS_SAME;
}

/* A presence or a ban is planned, comes, and is ended: two partners hardly have two of them. */
static bool is_later_of_seldom(const struct features *early, const struct features *late)
{
    bool is_lifted = late->status_rank == 9 && early->status_rank < 9 &&
                     (early->type != TYPE_DOWNTURN || early->subtype == late->subtype);
    return feature_is_seldom(early->type) && late->status_rank > early->status_rank &&
           (late->status_rank == 9 ? is_lifted : early->status_rank <= 5);
}

/* One tells on its day that an exercise or a course began, the other within weeks that it ended, and nothing else tells
 * them apart. A course of so many people, or at one place, may last for months. */
static bool is_begun_then_ended(const struct features *early, const struct features *late, int32_t days)
{
    bool is_course = early->type == TYPE_TRAINING &&
                     (match_amounts(early, late, KIND_PERSONNEL, 0) == 2 || match_share_site(early, late));
    return (early->type == TYPE_EXERCISE || early->type == TYPE_TRAINING) && match_times_known(early, late) &&
           days <= (is_course ? COURSE_DAYS : OCCASION_DAYS) && early->status_rank == 6 && late->status_rank == 8 &&
           match_dates(early, late) != MATCH_DATES_CONTRADICT && !match_are_elsewhere(early, late);
}

/* Named things come years after they were ordered, or an order of so many is cancelled; the years are no reason against
 * it. */
static bool is_late_delivery(const struct features *early, const struct features *late, int32_t days)
{
    const struct feature_good *x = NULL, *y = NULL;
    enum feature_likeness likeness = match_likest_goods(early, late, &x, &y);
    bool is_number = x && y && x->count >= 2 && x->count == y->count;
    return days > LATE_DAYS && (likeness == GOODS_SAME || (likeness == GOODS_OF_A_KIND && is_number));
}

/* An occasion was announced, and within weeks one such is told of as news. */
static bool is_come_true(const struct features *early, const struct features *late, int32_t days)
{
    return feature_is_occasion(early->type) && early->status_rank == 3 && late->status_rank >= 6 &&
           late->status_rank <= 8 && days > 4 && days <= VAGUE_DAYS && early->subtype == late->subtype &&
           match_share_parties(early, late) && !match_are_elsewhere(early, late);
}

/* Of two reports that one party cut its ties with the other within weeks, the second is hardly of another cut, whatever
 * words it has for it. */
static bool is_one_cut(const struct features *early, const struct features *late, int32_t days)
{
    return early->type == TYPE_DOWNTURN && days <= VAGUE_DAYS && early->status_rank < 9 && late->status_rank < 9 &&
           match_share_parties(early, late);
}

/* The later one tells of an order beside an earlier one, which the other may be. Of one order that one outlet calls
 * another and the other does not, both tell at about one time; and soon after a promise, it grows. */
static bool is_one_more(const struct features *early, const struct features *late, int32_t days)
{
    return late->is_another && !early->is_another && days > ONE_MORE_DAYS;
}

/* As many of the same named thing within half a year are one order: approved by one side, then by the other. So are as
 * many of its kind, where one of the two does not name it and both tell of a sale. */
static bool is_one_number(const struct features *a, const struct features *b, int32_t days)
{
    const struct feature_good *x = NULL, *y = NULL;
    enum feature_likeness likeness = match_likest_goods(a, b, &x, &y);
    uint64_t sale = feature_word_hash("sale");
    bool is_sale = a->type == TYPE_ARMS_TRANSFER && a->subtype == sale && b->subtype == sale;
    return days <= ANEW_DAYS && (likeness == GOODS_SAME || (likeness == GOODS_OF_A_KIND && is_sale)) && x->count >= 2 &&
           x->count == y->count;
}

/* What is bought does not come within weeks of being wanted; it is other things that came. */
static bool is_too_soon(const struct features *early, const struct features *late, int32_t days)
{
    const struct feature_good *x = NULL, *y = NULL;
    uint64_t sale = feature_word_hash("sale");
    return early->type == TYPE_ARMS_TRANSFER && early->subtype == sale && late->subtype == sale && days <= RATIFIED_DAYS &&
           early->status_rank >= 1 && early->status_rank <= 2 && late->status_rank == 8 &&
           match_likest_goods(early, late, &x, &y) == GOODS_OTHER;
}

static void compare_stages(const struct features *a, const struct features *b, struct match *match)
{
    const struct features *late = a->anchor_day >= b->anchor_day ? a : b;
    const struct features *early = late == a ? b : a;
    int32_t days = match_distance(a, b);
    bool is_step = a->status_rank >= 3 && a->status_rank <= 5 && !feature_is_occasion(a->type);
    bool is_told_alike = match_are_one_order(a, b) || match_is_rest(a, b) || is_one_number(a, b, days) ||
                         match_dates(a, b) == MATCH_DATES_EQUAL || match_amounts(a, b, KIND_MONEY, 0) == 2;
    if (is_one_more(early, late, days))
        match_veto(match, "one more, beside an earlier one");
    else if (a->is_another != b->is_another)
        match_note_against(match, "one of them is told as another one");
    if (match_times_known(a, b) && is_one_cut(early, late, days))
        match_add(match, "cut within weeks", match_weights.seldom_twice);
    if (a->status && a->status == b->status && is_step && !is_told_alike && !is_announced_again(a, b, days) &&
        days > STEP_AGAIN_DAYS) {
        match_add(match, "the same step, told much later", match_weights.same_step_again);
        if (a->status_rank >= 4)
            match_note_against(match, "approved or signed twice");
    }
    else if (a->status && a->status == b->status)
        match_add(match, "same status", match_weights.same_status);
    else if (is_come_true(early, late, days) && match_times_known(a, b))
        match_add(match, "announced, then held", match_weights.come_true);
    else if (is_begun_then_ended(early, late, days))
        match_add(match, "begun, then ended", match_weights.begun_and_ended);
    else if (feature_is_occasion(a->type) || !late->status_rank || !early->status_rank || !match_times_known(a, b))
        return;
    else if (is_delivery(early, late))
        match_add(match,
                  late->status == feature_word_hash("cancelled") ? "what was ordered is cancelled"
                                                                 : "the delivery of what was ordered",
                  is_late_delivery(early, late, days) ? match_weights.late_delivery : match_weights.delivery);
    else if (days > RATIFIED_DAYS && is_order_of_wish(early, late, days))
        match_add(match, "the order of what was wanted", match_weights.delivery);
    else if (days > RATIFIED_DAYS && match_is_ratified(early, late) && a->subtype == b->subtype)
        match_add_definite(match, "the ratification of what was signed", match_weights.ratified);
    else if (is_later_of_seldom(early, late) &&
             (days <= COME_DAYS || late->status_rank == 9 || match->is_definite || match_share_site(early, late)))
        match_add_definite(match, "a later step of what is seldom done twice", match_weights.later_step);
    else if (is_too_soon(early, late, days))
        match_add_against(match, "what is wanted has come already", match_weights.come_before_ordered);
    else if (days <= 60 && (match_is_ratified(early, late) || (late->status_rank > early->status_rank &&
                                                               (early->status_rank <= 4 || late->status_rank == 9))))
        match_add(match, "the next step", match_weights.next_step);
    else if (late->status_rank <= 5 && !match_is_rest(a, b) &&
             ((days > 3 && early->status_rank >= 8) || (days > ANEW_DAYS && early->status_rank > late->status_rank)))
        match_add_against(match, "an early step, told after later ones", match_weights.earlier_step_later_told);
}

/* ---- places and the rest ---- */

static void compare_places(const struct features *a, const struct features *b, struct match *match)
{
    bool same_country = false, other_country = false, other_fine = false, other_sea = false;
    for (int i = 0; i < a->place_count; i++)
        for (int j = 0; j < b->place_count; j++) {
            const struct feature_place *x = &a->places[i], *y = &b->places[j];
            if (x->name && x->name == y->name) {
                match_add_definite(match, "same place", match_weights.same_place);
                return;
            }
            if (x->country && y->country && x->country != y->country)
                other_country = true;
            else if (x->country && x->country == y->country)
                same_country = true;
            if (x->is_fine && y->is_fine)
                other_fine = true;
            if ((x->is_sea && (y->is_sea || y->is_fine)) || (x->is_fine && y->is_sea))
                other_sea = true;
        }
    /* A patrol is where it is. */
    bool is_occasion = feature_is_occasion(a->type) || a->type == TYPE_OPERATION;
    if (same_country && !other_fine)
        match_add(match, "same country", match_weights.same_country);
    else if (same_country)
        match_add(match, "another place",
                  is_occasion ? match_weights.other_place_of_occasion : match_weights.other_place);
    else if (other_country)
        match_add(match, "in another country",
                  is_occasion ? match_weights.other_country_of_occasion : match_weights.other_place);
    else if (other_sea && is_occasion && !other_fine)
        match_add(match, "another sea or shore", match_weights.other_sea_of_occasion);
    else if (other_fine)
        match_add(match, "another place",
                  is_occasion ? match_weights.other_place_of_occasion : match_weights.other_place);
    /* A contract is signed in one town and fulfilled in another. */
    bool is_somewhere = is_occasion || a->type == TYPE_BASING || a->type == TYPE_TRAINING;
    if (is_somewhere && (other_fine || other_sea || (other_country && !same_country)))
        match_note_against(match, "another place");
}

/* Subtypes that outlets do not tell apart when they word one act. */
static bool subtypes_near(const struct features *a)
{
    return a->type == TYPE_AGREEMENT || a->type == TYPE_VISIT || a->type == TYPE_TRAINING || a->type == TYPE_EXERCISE ||
           a->type == TYPE_DOWNTURN;
}

/* Of two kinds of agreement one has a name that the other would have as well. */
static bool is_other_paper(const struct features *a, const struct features *b)
{
    return a->type == TYPE_AGREEMENT && (a->name.count > 0) != (b->name.count > 0) && a->status == b->status;
}

static bool is_ship_and_person(const struct features *a, const struct features *b)
{
    uint64_t call = a->type == TYPE_VISIT && a->subtype && b->subtype ? feature_word_hash("port_call") : 0;
    return call && (a->subtype == call) != (b->subtype == call);
}

/* Two papers on two subjects, or a contract and the framework that it is under. */
static void compare_papers(const struct features *a, const struct features *b, struct match *match)
{
    const struct feature_paper *x = &a->paper, *y = &b->paper;
    if (x->kind != PAPER_NONE && y->kind != PAPER_NONE && x->kind != y->kind)
        match_note_against(match, "another kind of paper");
    else if (a->type == TYPE_AGREEMENT && x->words.count && y->words.count && !feature_words_share(&x->words, &y->words))
        match_note_against(match, "a paper on another subject");
}

static void compare_labels(const struct features *a, const struct features *b, struct match *match)
{
    bool are_near = !is_other_paper(a, b) && (subtypes_near(a) || a->status != b->status);
    if (a->subtype && a->subtype == b->subtype)
        match_add(match, "same subtype", match_weights.same_subtype);
    else if (is_ship_and_person(a, b))
        match_add_against(match, "a ship's call and a person's visit", match_weights.ship_and_person);
    else if (a->subtype && b->subtype && are_near)
        match_add(match, "another subtype", match_weights.near_subtype);
    else if (a->subtype && b->subtype)
        match_add_against(match, "another subtype", match_weights.other_subtype);
    if (a->programme && a->programme == b->programme)
        match_add(match, "same programme", match_weights.same_programme);
    else if (a->programme && b->programme)
        match_add_against(match, "another programme", match_weights.other_programme);
}

static const char told_in_passing[] = "background without anything definite in common";

/* A passing mention of the past joins a current event only where something definite ties it to that one. */
static void compare_scope(const struct features *a, const struct features *b, struct match *match)
{
    if (a->is_background == b->is_background)
        return;
    match_add(match, "told as background", match_weights.background_with_current);
    if (!match->is_definite)
        match_veto(match, told_in_passing);
}

/* A package of arms is aid where it is told as a sum, and a transfer of arms where it is told with what is in it
 * (codebook section 2). No two other types are told of one act so often and so hard to part. */
static bool are_one_package(const struct features *a, const struct features *b)
{
    const struct features *aid = a->type == TYPE_AID ? a : b, *arms = aid == a ? b : a;
    bool is_given = arms->type == TYPE_ARMS_TRANSFER && (!arms->subtype || arms->subtype == feature_word_hash("grant"));
    return aid->type == TYPE_AID && is_given && feature_is_fact(aid) && feature_is_fact(arms) &&
           match_times_known(a, b) && match_distance(a, b) <= PACKAGE_DAYS && match_share_parties(a, b) &&
           match_amounts(a, b, KIND_MONEY, 0) == 2;
}

void match_compare(const struct features *a, const struct features *b, struct match *match)
{
    match->score = 0;
    match->veto = match->against = NULL;
    match->is_definite = false;
    match->reason_count = 0;
    if (a->type != b->type && !are_one_package(a, b)) {
        match_veto(match, "another type");
        return;
    }
    if (a->item == b->item && a->item && (a->classifier == b->classifier)) {
        match_veto(match, "told apart within one item");
        return;
    }
    match_compare_actors(a, b, match);
    if (match->veto)
        return;
    compare_names(a, b, match);
    match_compare_times(a, b, match);
    if (match->veto)
        return;
    match_compare_goods(a, b, match);
    compare_amounts(a, b, match);
    compare_stages(a, b, match);
    compare_places(a, b, match);
    if (a->type == b->type)
        compare_labels(a, b, match);
    else
        match_add(match, "one package, told as another type", match_weights.other_subtype);
    compare_papers(a, b, match);
    match_compare_reversal(a, b, match);
    compare_scope(a, b, match);
}

bool match_is_one(const struct match *match)
{
    return !match->veto && match->score >= MATCH_THRESHOLD;
}

const char *match_contradiction(const struct match *match)
{
    /* What is told in passing says little, but nothing to the contrary. */
    if (match->veto)
        return match->veto == told_in_passing ? NULL : match->veto;
    return match->against;
}

bool match_is_near_founder(const struct features *report, int32_t founded_day)
{
    if (report->anchor_day == FEATURE_DAY_NONE || founded_day == FEATURE_DAY_NONE)
        return false;
    return labs((long)report->anchor_day - founded_day) <= VAGUE_DAYS;
}

void match_describe(const struct match *match, struct buffer *text)
{
    if (match->veto) {
        buffer_append_text(text, match->veto);
        return;
    }
    for (size_t i = 0; i < match->reason_count; i++)
        buffer_printf(text, "%s%s %+.1f", i ? ", " : "", match->reasons[i].text, match->reasons[i].weight);
}
