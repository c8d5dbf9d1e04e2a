/* Rule match: what the terms' matchers share. rule_match.c walks the rule, rule_match_texts.c compares words and places,
 * rule_match_actors.c parties, rule_match_numbers.c numbers, money and dates, rule_match_archive.c asks about other
 * events. Each matcher notes in `found` what it looked at, where that is not NULL. Private to core/watch. */
#ifndef CORE_WATCH_RULE_MATCH_H
#define CORE_WATCH_RULE_MATCH_H

#include "core/watch/rule_form.h"

bool rule_match_texts(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found);
bool rule_match_becomes(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found);
bool rule_match_places(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found);
bool rule_match_within(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found);
bool rule_match_actors(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found);
bool rule_match_org(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found);
bool rule_match_region(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found);
bool rule_match_dyad(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found);
bool rule_match_role(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found);
bool rule_match_number(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found);
bool rule_match_money(const struct rule *rule, const struct rule_term *term, const struct rule_facts *facts,
                      struct buffer *found);
bool rule_match_date(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found);
/* first_dyad() and first_type_for_dyad */
bool rule_match_first(const struct rule_term *term, const struct rule_facts *facts, struct buffer *found);

/* Does the actor give, send or cut; take? By its role. */
bool rule_actor_gives(const struct facts_actor *actor);
bool rule_actor_takes(const struct facts_actor *actor);

/* What a term looked at; apart by commas. */
void rule_note(struct buffer *found, const char *text);

#endif
