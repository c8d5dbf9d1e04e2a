/* Event columns: what of an event stands in which column (core/store/columns.h), and how a value of a column is read
 * again. The values are made of the same facts that rules are matched against, so that a column tells what the rule
 * would have found. For core/query alone; any thread. */
#ifndef CORE_QUERY_EVENT_COLUMNS_H
#define CORE_QUERY_EVENT_COLUMNS_H

#include "core/store/columns.h"
#include "core/watch/rule_form.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Columns of texts, any number of values an event. Stored numbers: never renumbered, only added; a migration that adds
 * one makes all events stale. */
enum column_family {
    FAMILY_TYPE = 0,
    FAMILY_SUBTYPE = 1,
    FAMILY_STATUS = 2,
    FAMILY_MODALITY = 3,
    FAMILY_SCOPE = 4,
    FAMILY_NAME = 5,
    FAMILY_PROGRAMME = 6,
    FAMILY_TAG = 7,
    FAMILY_CHANGE = 8,
    FAMILY_ACTOR = 9,      /* id, role, parent */
    FAMILY_PLACE = 10,     /* country, name, wording; latitude and longitude where it has a point */
    FAMILY_EQUIPMENT = 11, /* name, unroca, sipri */
    FAMILY_SOURCE = 12,    /* publisher, class, grade */
    FAMILY_AMOUNT = 13,    /* kind, unit, low, high */
    FAMILY_VERDICT = 14,
    FAMILY_GRADE = 15,
    FAMILY_PARTY = 16, /* id of who takes part; no observers, vague groups and unknown ones */
    FAMILY_PUBLISHER = 17,
    FAMILY_SOURCE_CLASS = 18,
    FAMILY_COUNT = 19
};

/* Columns of one number an event, stored as family NUMBERS_AT + n. */
enum column_number {
    NUMBER_SEEN, /* NUMBER_NONE: no live event */
    NUMBER_FIRST_SEEN,
    NUMBER_UPDATED,
    NUMBER_DATE_LOW,   /* days; INT32_MIN open or not known */
    NUMBER_DATE_HIGH,  /* INT32_MAX open or not known */
    NUMBER_CONFIDENCE, /* the bits of a double, which order as the doubles do */
    NUMBER_SOURCES,    /* independent ones */
    NUMBER_REPORTS,
    NUMBER_COUNT
};
enum { NUMBERS_AT = 32 };

/* What is kept beside: of a block's dyads the pairs and where they are (dyad_list.h), and its counts (tallies.h). */
enum { FAMILY_DYAD = 40, FAMILY_DYAD_PLACES = 41, FAMILY_TALLIES = 42 };
#define NUMBER_NONE INT64_MIN

/* The parts of a value stand apart by this byte. */
enum { PART_END = 0x1f };

/* Return false to stop. The text is lent. */
typedef bool event_columns_callback(void *context, enum column_family family, const char *text);
/* False where the callback stopped, or memory is out. */
bool event_columns_each(const struct rule_facts *facts, event_columns_callback *callback, void *context);
/* The dyads of an event, each pair once: giver and taker where it has both, else each pair of its parties. `first` is
 * before `second` in alphabetical order; lent. Return false to stop. */
enum dyad_direction { DYAD_NONE = 0, DYAD_FORTH = 1, DYAD_BACK = 2, DYAD_BOTH = 3 }; /* forth: the first gives */
typedef bool event_dyads_callback(void *context, const char *first, const char *second, enum dyad_direction direction);
/* False where the callback stopped. */
bool event_dyads_each(const struct rule_facts *facts, event_dyads_callback *callback, void *context);
/* `updated`: when the revision was made. */
void event_columns_numbers(const struct rule_facts *facts, int64_t updated, int64_t numbers[NUMBER_COUNT]);

/* Which bits of the signature the text sets, ASCII case aside: one for each run of three characters, one for each of
 * four. `set` is called for each; `size` 3 or 4 says of what. */
typedef void text_signature_set(void *context, int size, unsigned bit);
void text_signature(const char *text, size_t size, text_signature_set *set, void *context);

/* Copies part `index` of a value, cut at `size`. */
const char *value_part(const char *value, int index, char *part, size_t size);
enum { ACTOR_PART_SIZE = 256 };
struct value_actor {
    char id[ACTOR_PART_SIZE], role[ACTOR_PART_SIZE], parent[ACTOR_PART_SIZE];
    struct facts_actor facts; /* points into these */
};
void value_actor_read(const char *value, struct value_actor *actor);

double number_of_bits(int64_t bits);

#endif
