/* Rule names: the words that a configuration adds to the language of rules. [group.NAME] names parties, as a region
 * does; [macro.NAME] names a piece of a rule, written macro.NAME in others; [rates] makes currencies comparable.
 *
 * Filled by core/setup, then immutable: any thread may compile with one. Rules that were compiled with it borrow from it,
 * so it must outlive them. */
#ifndef CORE_WATCH_RULE_NAMES_H
#define CORE_WATCH_RULE_NAMES_H

#include "core/watch/rates.h"
#include "core/watch/rule_codes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RULE_NAME_SIZE_MAX = 40 };

struct rule_names;

/* Parties: a region of the UN or a group of the configuration. */
struct rule_group {
    const char *name;
    struct rule_states states;
    const uint64_t *actors; /* hashes of the ids of those that are no states */
    size_t actor_count;
};

struct rule_names *rule_names_create(void); /* NULL when memory is out */
/* Another owner of the same, who ends his share by rule_names_destroy; any thread. NULL gives NULL. */
const struct rule_names *rule_names_share(const struct rule_names *names);
/* Ends a share; with the last one the names end. NULL does nothing. */
void rule_names_destroy(const struct rule_names *names);

/* Why a name or a member is refused; all texts are lent until the next call. */
struct rule_names_problem {
    size_t member;       /* the wrong one; SIZE_MAX: the name is */
    char text[200];      /* "" : memory is out */
    const char *nearest; /* NULL where there is none */
};

/* A name is letters, digits, _ and -, and no region, vocabulary word or state. Members are codes of parties, regions and groups
 * that were added before. */
bool rule_names_add_group(struct rule_names *names, const char *name, const char *const *members, size_t count,
                          struct rule_names_problem *problem);
/* The text is copied, and read only when a rule uses it or rule_compile_macro is asked. */
bool rule_names_add_macro(struct rule_names *names, const char *name, const char *text,
                          struct rule_names_problem *problem);
/* Takes them over. */
void rule_names_set_rates(struct rule_names *names, struct rates *rates);

/* `names` may be NULL everywhere: then there are none. */
const struct rule_group *rule_names_group(const struct rule_names *names, const char *name);
const char *rule_names_macro(const struct rule_names *names, const char *name);
const struct rates *rule_names_rates(const struct rule_names *names);
/* The names alone, by index; NULL past the last one. */
const char *rule_names_group_name(const struct rule_names *names, size_t index);
const char *rule_names_macro_name(const struct rule_names *names, size_t index);

#endif
