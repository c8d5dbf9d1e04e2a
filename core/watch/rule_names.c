#include "core/watch/rule_names.h"

#include "core/desk/features.h"
#include "lib/base/arena.h"
#include "lib/base/nearest.h"

#include <ctype.h>
#include <stdatomic.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct macro {
    const char *name, *text;
};

struct rule_names {
    struct arena *arena;
    struct rule_group *groups;
    size_t group_count;
    struct macro *macros;
    size_t macro_count;
    struct rates *rates;
    atomic_int users;
};

struct rule_names *rule_names_create(void)
{
    struct rule_names *names = calloc(1, sizeof *names);
    if (names && !(names->arena = arena_create(0))) {
        free(names);
        return NULL;
    }
    if (names)
        atomic_init(&names->users, 1);
    return names;
}

/* Who looks up sees constant names; who shares them counts. */
static struct rule_names *counted(const struct rule_names *names)
{
    return (struct rule_names *)(uintptr_t)names;
}

const struct rule_names *rule_names_share(const struct rule_names *names)
{
    if (names)
        atomic_fetch_add(&counted(names)->users, 1);
    return names;
}

void rule_names_destroy(const struct rule_names *shared)
{
    struct rule_names *names = counted(shared);
    if (!names || atomic_fetch_sub(&names->users, 1) > 1)
        return;
    rates_destroy(names->rates);
    free(names->groups);
    free(names->macros);
    arena_destroy(names->arena);
    free(names);
}

/* ---- adding ---- */

static bool is_name(const char *name)
{
    size_t size = strlen(name);
    if (size == 0 || size > RULE_NAME_SIZE_MAX || !isalpha((unsigned char)*name))
        return false;
    for (size_t i = 0; i < size; i++)
        if (!isalnum((unsigned char)name[i]) && name[i] != '_' && (name[i] != '-' || i + 1 == size))
            return false;
    return true;
}

static bool refuse(struct rule_names_problem *problem, size_t member, const char *nearest, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static bool refuse(struct rule_names_problem *problem, size_t member, const char *nearest, const char *format, ...)
{
    va_list arguments;
    problem->member = member;
    problem->nearest = nearest;
    va_start(arguments, format);
    vsnprintf(problem->text, sizeof problem->text, format, arguments);
    va_end(arguments);
    return false;
}

static bool check_name(const char *name, struct rule_names_problem *problem)
{
    if (!is_name(name))
        return refuse(problem, SIZE_MAX, NULL, "'%.60s' cannot stand in a rule: a name begins with a letter and goes on with "
                                               "letters, digits, _ and -, 40 at most", name);
    return true;
}

static bool no_memory(struct rule_names_problem *problem)
{
    problem->member = SIZE_MAX;
    problem->nearest = NULL;
    problem->text[0] = '\0';
    return false;
}

static const char *nearest_member(const char *member)
{
    const char *states[RULE_CODE_STATES_MAX + 1];
    size_t count = 0;
    for (; count < RULE_CODE_STATES_MAX && rule_code_state(count); count++)
        states[count] = rule_code_state(count);
    states[count] = NULL;
    const char *nearest = nearest_word(member, states);
    return nearest ? nearest : nearest_word(member, rule_code_regions());
}

/* `actors` has room for those of `group` and one more. */
static void add_group(struct rule_group *to, uint64_t *actors, const struct rule_group *from)
{
    for (size_t i = 0; i < sizeof to->states.words / sizeof *to->states.words; i++)
        to->states.words[i] |= from->states.words[i];
    for (size_t i = 0; i < from->actor_count; i++)
        actors[to->actor_count++] = from->actors[i];
}

static size_t room_for(const struct rule_names *names, const char *const *members, size_t count)
{
    size_t room = 1;
    for (size_t i = 0; i < count; i++) {
        const struct rule_group *other = rule_names_group(names, members[i]);
        room += other ? other->actor_count : 1;
    }
    return room;
}

bool rule_names_add_group(struct rule_names *names, const char *name, const char *const *members, size_t count,
                          struct rule_names_problem *problem)
{
    if (!check_name(name, problem))
        return false;
    if (rule_code_region(name) || rule_code_is_actor(name))
        return refuse(problem, SIZE_MAX, NULL, "'%.60s' is a region or a party already", name);
    struct rule_group group = {.name = arena_copy(names->arena, name, strlen(name))};
    uint64_t *actors = arena_calloc(names->arena, room_for(names, members, count), sizeof *actors);
    struct rule_group *grown = reallocarray(names->groups, names->group_count + 1, sizeof *grown);
    if (grown)
        names->groups = grown;
    if (!grown || !group.name || !actors)
        return no_memory(problem);
    for (size_t i = 0; i < count; i++) {
        const struct rule_group *other = rule_names_group(names, members[i]);
        const char *region = rule_code_region(members[i]);
        const char *state = rule_code_state_by_number(members[i]);
        int index = rule_code_state_index(state ? state : members[i]);
        if (other)
            add_group(&group, actors, other);
        else if (index >= 0)
            rule_states_add(&group.states, index);
        else if (region)
            rule_states_add_region(&group.states, region);
        else if (rule_code_is_actor(members[i]))
            actors[group.actor_count++] = feature_actor_hash(members[i]);
        else
            return refuse(problem, i, nearest_member(members[i]),
                          "'%.60s' is no state, party, region or group that stands above", members[i]);
    }
    group.actors = actors;
    names->groups[names->group_count++] = group;
    return true;
}

bool rule_names_add_macro(struct rule_names *names, const char *name, const char *text,
                          struct rule_names_problem *problem)
{
    if (!check_name(name, problem))
        return false;
    struct macro *grown = reallocarray(names->macros, names->macro_count + 1, sizeof *grown);
    if (grown)
        names->macros = grown;
    struct macro macro = {arena_copy(names->arena, name, strlen(name)), arena_copy(names->arena, text, strlen(text))};
    if (!grown || !macro.name || !macro.text)
        return no_memory(problem);
    names->macros[names->macro_count++] = macro;
    return true;
}

void rule_names_set_rates(struct rule_names *names, struct rates *rates)
{
    rates_destroy(names->rates);
    names->rates = rates;
}

/* ---- looking up ---- */

const struct rule_group *rule_names_group(const struct rule_names *names, const char *name)
{
    for (size_t i = 0; names && i < names->group_count; i++)
        if (strcmp(names->groups[i].name, name) == 0)
            return &names->groups[i];
    return NULL;
}

const char *rule_names_macro(const struct rule_names *names, const char *name)
{
    for (size_t i = 0; names && i < names->macro_count; i++)
        if (strcmp(names->macros[i].name, name) == 0)
            return names->macros[i].text;
    return NULL;
}

const struct rates *rule_names_rates(const struct rule_names *names)
{
    return names ? names->rates : NULL;
}

const char *rule_names_group_name(const struct rule_names *names, size_t index)
{
    return names && index < names->group_count ? names->groups[index].name : NULL;
}

const char *rule_names_macro_name(const struct rule_names *names, size_t index)
{
    return names && index < names->macro_count ? names->macros[index].name : NULL;
}
