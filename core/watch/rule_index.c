#include "core/watch/rule_index.h"

#include "core/watch/rule_form.h"

#include <stdlib.h>
#include <string.h>

enum {
    TYPES_MAX = 31,  /* one bit more stands for an event of no type, or one that nobody knows */
    KEYS_MAX = 64    /* a rule that names more parties is looked at for any */
};

/* What must be so for a rule to match. */
struct need {
    uint32_t types;         /* bits of the types that it may have */
    bool has_keys;          /* one of these parties takes part */
    uint64_t keys[KEYS_MAX];
    size_t key_count;
};

struct entry {
    uint64_t key;
    uint32_t rule;
};

struct rule_index {
    size_t count, words;
    uint64_t *by_type;     /* words for each type: rules that it allows and that no party bounds */
    uint32_t *types;       /* of each rule */
    struct entry *entries; /* by key: rules that a party bounds */
    size_t entry_count;
};

/* ---- what a rule needs ---- */

static uint32_t type_bit(const char *type)
{
    const char *const *words = vocabulary_words(VOCABULARY_TYPE);
    for (int i = 0; type && i < TYPES_MAX && words[i]; i++)
        if (strcmp(words[i], type) == 0)
            return 1u << i;
    return 1u << TYPES_MAX;
}

static uint32_t types_of(const struct rule_term *term)
{
    uint32_t types = 0;
    if (term->operator != RULE_EQUAL && term->operator != RULE_IN)
        return UINT32_MAX;
    for (size_t i = 0; i < term->value_count; i++)
        types |= type_bit(term->values[i].text);
    return types;
}

/* False where a value is not one party. */
static bool keys_of(const struct rule_value *values, size_t count, struct need *need)
{
    need->key_count = 0;
    if (count > KEYS_MAX)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!values[i].actor || values[i].group || values[i].is_any || values[i].pattern)
            return false;
        need->keys[need->key_count++] = values[i].actor;
    }
    return true;
}

static void need_of_term(const struct rule_term *term, struct need *need)
{
    bool is_positive = term->operator == RULE_EQUAL || term->operator == RULE_IN || term->operator == RULE_CALL;
    switch (term->field->kind) {
    case FIELD_ACTOR:
        need->has_keys = is_positive && keys_of(term->values, term->value_count, need);
        return;
    case FIELD_DYAD: {
        struct need others = *need;
        need->has_keys = keys_of(term->values, term->value_count, need);
        others.has_keys = keys_of(term->others, term->other_count, &others);
        if (others.has_keys && (!need->has_keys || others.key_count < need->key_count))
            *need = others;
        return;
    }
    case FIELD_ROLE:
        need->has_keys = term->operator == RULE_CALL && keys_of(term->values, term->value_count, need);
        return;
    default:
        if (term->field->subject == SUBJECT_TYPE)
            need->types = types_of(term);
        else if (term->field->subject == SUBJECT_ORG)
            need->has_keys = is_positive && keys_of(term->values, term->value_count, need);
    }
}

/* Both must hold: the fewer parties bound more. */
static void join_and(struct need *need, const struct need *other)
{
    uint32_t types = need->types & other->types;
    if (other->has_keys && (!need->has_keys || other->key_count < need->key_count))
        *need = *other;
    need->types = types;
}

static void join_or(struct need *need, const struct need *other)
{
    need->types |= other->types;
    need->has_keys = need->has_keys && other->has_keys && need->key_count + other->key_count <= KEYS_MAX;
    for (size_t i = 0; need->has_keys && i < other->key_count; i++)
        need->keys[need->key_count++] = other->keys[i];
}

/* Depth is bounded by the parser. */
static void need_of_node(const struct rule *rule, int index, struct need *need)
{
    const struct rule_node *node = &rule->nodes[index];
    *need = (struct need){.types = UINT32_MAX};
    if (node->kind == NODE_TERM) {
        need_of_term(&node->term, need);
    } else if (node->kind == NODE_MACRO) {
        need_of_node(rule, node->first_child, need);
    } else if (node->kind != NODE_NOT) {
        need_of_node(rule, node->first_child, need);
        struct need *other = malloc(sizeof *other);
        if (!other) { /* without the room to find out, nothing is known */
            *need = (struct need){.types = UINT32_MAX};
            return;
        }
        for (int child = rule->nodes[node->first_child].next_sibling; child != RULE_NODE_NONE;
             child = rule->nodes[child].next_sibling) {
            need_of_node(rule, child, other);
            if (node->kind == NODE_AND)
                join_and(need, other);
            else
                join_or(need, other);
        }
        free(other);
    }
}

/* ---- building ---- */

static int by_key(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    return a->key != b->key ? (a->key > b->key) - (a->key < b->key) : (a->rule > b->rule) - (a->rule < b->rule);
}

static bool add_entries(struct rule_index *index, size_t rule, const struct need *need)
{
    struct entry *entries = reallocarray(index->entries, index->entry_count + need->key_count + 1, sizeof *entries);
    if (!entries)
        return false;
    index->entries = entries;
    for (size_t i = 0; i < need->key_count; i++)
        entries[index->entry_count++] = (struct entry){need->keys[i], (uint32_t)rule};
    return true;
}

static bool add_rule(struct rule_index *index, size_t rule, const struct rule *of)
{
    struct need need;
    need_of_node(of, of->root, &need);
    index->types[rule] = need.types;
    if (need.has_keys)
        return add_entries(index, rule, &need);
    for (size_t type = 0; type <= TYPES_MAX; type++)
        if (need.types >> type & 1)
            index->by_type[type * index->words + rule / 64] |= 1ULL << (rule % 64);
    return true;
}

struct rule_index *rule_index_create(const struct rule *const *rules, size_t count)
{
    struct rule_index *index = calloc(1, sizeof *index);
    if (!index)
        return NULL;
    index->count = count;
    index->words = count / 64 + 1;
    index->by_type = calloc(index->words * (TYPES_MAX + 1), sizeof *index->by_type);
    index->types = calloc(count + 1, sizeof *index->types);
    bool ok = index->by_type && index->types;
    for (size_t i = 0; ok && i < count; i++)
        ok = add_rule(index, i, rules[i]);
    if (!ok) {
        rule_index_destroy(index);
        return NULL;
    }
    if (index->entry_count)
        qsort(index->entries, index->entry_count, sizeof *index->entries, by_key);
    return index;
}

void rule_index_destroy(struct rule_index *index)
{
    if (!index)
        return;
    free(index->by_type);
    free(index->types);
    free(index->entries);
    free(index);
}

size_t rule_index_words(const struct rule_index *index)
{
    return index->words;
}

/* ---- selecting ---- */

static void add_party(const struct rule_index *index, uint64_t key, uint32_t type, uint64_t *selection)
{
    size_t low = 0, high = index->entry_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (index->entries[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < index->entry_count && index->entries[low].key == key; low++) {
        size_t rule = index->entries[low].rule;
        if (index->types[rule] & type)
            selection[rule / 64] |= 1ULL << (rule % 64);
    }
}

void rule_index_select(const struct rule_index *index, const struct rule_facts *facts, uint64_t *selection)
{
    uint32_t type = type_bit(facts->type);
    size_t place = 0;
    while (!(type >> place & 1))
        place++;
    memcpy(selection, index->by_type + place * index->words, index->words * sizeof *selection);
    for (size_t i = 0; i < facts->actor_count; i++) {
        add_party(index, facts->actors[i].hash, type, selection);
        if (facts->actors[i].parent)
            add_party(index, facts->actors[i].parent, type, selection);
    }
}
