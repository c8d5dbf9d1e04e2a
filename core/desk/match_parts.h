/* Match parts: what the files of match.c share. Private to core/desk. */
#ifndef CORE_DESK_MATCH_PARTS_H
#define CORE_DESK_MATCH_PARTS_H

#include "core/desk/match.h"

/* What each agreement or contradiction adds to the score. */
struct match_weights {
    double same_actors, one_same_actor, most_actors, actors_within_name, firm_for_state;
    double same_direction, reversed_visit, other_direction, other_direction_at_once, left_out;
    double same_name, other_name_of_occasion, other_name;
    double same_subtype, other_subtype, near_subtype, ship_and_person;
    double same_status, same_step_again, next_step, delivery, late_delivery, earlier_step_later_told,
        come_before_ordered, later_step, begun_and_ended, ratified, come_true, seldom_twice, deployment;
    double same_dates, nested_dates, overlapping_dates, near_dates, following_dates, unknown_time, told_then,
        told_when_done;
    double same_goods, goods_of_a_kind, several_goods, same_kind_of_goods, other_goods, other_designation, same_count,
        other_count;
    double same_money, near_money, other_money, other_money_of_step;
    double same_personnel, other_personnel, same_days;
    double same_place, same_country, other_place_of_occasion, other_sea_of_occasion, other_country_of_occasion,
        other_place;
    double same_programme, other_programme;
    double background_with_current;
};
extern const struct match_weights match_weights;

/* The best agreement of any two amounts of one kind that can be compared: 2 equal, 1 near, -1 apart, 0 none. */
int match_amounts(const struct features *a, const struct features *b, int kind, double near);

void match_add(struct match *match, const char *text, double weight);
/* A detail that differs. */
void match_add_against(struct match *match, const char *text, double weight);
/* One that is borne where two reports are compared, and not where they would make one of two events. */
void match_note_against(struct match *match, const char *text);
/* One that ties two reports together by itself. */
void match_add_definite(struct match *match, const char *text, double weight);
void match_veto(struct match *match, const char *text);

/* Is one's name within the other's? False where one has none. */
bool match_names(const struct features *a, const struct features *b);
/* Are all parties of one among the other's, and two at least? An outlet leaves out who is not news at home, and a coder
 * whom it does not see. */
bool match_share_parties(const struct features *a, const struct features *b);
/* Two parties each, of which they share one. */
bool match_are_other_pairs(const struct features *a, const struct features *b);
void match_compare_actors(const struct features *a, const struct features *b, struct match *match);
/* Does one give what it takes in the other? After all else, since what agrees may outweigh it. */
void match_compare_reversal(const struct features *a, const struct features *b, struct match *match);

/* ---- match_times.c ---- */
enum {
    OCCASION_DAYS = 21,  /* from first to last day of an exercise or a visit, as they are told */
    STEP_AGAIN_DAYS = 21 /* a step told anew after that time is another one, unless sum or date say otherwise */
};
bool match_times_known(const struct features *a, const struct features *b);
/* Days between the two publications, 0 where one is not known. */
int32_t match_distance(const struct features *a, const struct features *b);
/* A treaty is signed first, then approved by parliaments, then in force. */
bool match_is_ratified(const struct features *early, const struct features *late);
/* Does the later one tell of what is left of an order of the same things? The years are no reason against it. */
bool match_is_rest(const struct features *a, const struct features *b);
/* A mission that stays, and not a patrol. */
bool match_is_deployment(const struct features *features);
/* Both name one place on land that is smaller than a country. */
bool match_share_site(const struct features *a, const struct features *b);
/* Both name where, and not the same. */
bool match_are_elsewhere(const struct features *a, const struct features *b);
void match_compare_times(const struct features *a, const struct features *b, struct match *match);

/* ---- match_goods.c ---- */
/* The likest two of their goods in *x and *y, NULL where none are alike. */
enum feature_likeness match_likest_goods(const struct features *a, const struct features *b,
                                         const struct feature_good **x, const struct feature_good **y);
/* A contract for two named things or more, and both tell of two of them. */
bool match_are_one_order(const struct features *a, const struct features *b);
void match_compare_goods(const struct features *a, const struct features *b, struct match *match);

#endif
