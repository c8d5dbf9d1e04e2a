#include "core/query/plan_form.h"

#include "core/query/filter.h"
#include "core/watch/archive.h"

#include <stdlib.h>
#include <string.h>

/* ---- making ---- */

struct plan_node *plan_add(struct plan *plan, enum plan_kind kind)
{
    struct plan_node *node = arena_calloc(plan->arena, 1, sizeof *node);
    if (node)
        node->kind = kind;
    plan->is_certain = plan->is_certain && kind != PLAN_UNKNOWN;
    return node;
}

void plan_adopt(struct plan_node *parent, struct plan_node *child)
{
    if (!parent || !child)
        return;
    struct plan_node **last = &parent->first;
    while (*last)
        last = &(*last)->next;
    *last = child;
}

struct plan_node *plan_add_list(struct plan *plan, enum column_family family, plan_takes *takes)
{
    bool has_room = plan->listed_count < sizeof plan->listed / sizeof *plan->listed;
    struct plan_node *node = plan_add(plan, has_room ? PLAN_LIST : PLAN_UNKNOWN);
    if (!node || !has_room)
        return node;
    node->family = family;
    node->takes = takes;
    plan->families |= COLUMN_BIT(family);
    plan->listed[plan->listed_count++] = node;
    return node;
}

struct plan_node *plan_add_number(struct plan *plan, enum column_number number)
{
    struct plan_node *node = plan_add(plan, PLAN_NUMBER);
    if (node)
        node->number = number;
    plan->families |= NUMBER_BIT(number);
    return node;
}

struct plan_node *plan_add_not(struct plan *plan, struct plan_node *child)
{
    struct plan_node *node = plan_add(plan, PLAN_NOT);
    plan_adopt(node, child);
    return node;
}

/* The bits that a text must have, of runs of three and of four. */
struct wanted_bits {
    unsigned bits[2][512];
    size_t count[2];
};

static void add_bit(void *context, int size, unsigned bit)
{
    struct wanted_bits *wanted = context;
    size_t *count = &wanted->count[size == 4];
    if (*count < sizeof wanted->bits[0] / sizeof *wanted->bits[0])
        wanted->bits[size == 4][(*count)++] = bit;
}

/* Up to so many more of one kind, evenly over the whole text. */
static void take_bits(struct text_bits *text, unsigned *bits, const unsigned *from, size_t count)
{
    size_t room = PLAN_TEXT_BITS_MAX - text->count, most = count < room ? count : room;
    for (size_t i = 0; i < most; i++)
        bits[text->count++] = from[i * count / most];
}

struct plan_node *plan_add_text(struct plan *plan, const char *bytes, size_t size)
{
    struct wanted_bits wanted = {.count = {0, 0}};
    text_signature(bytes, size, add_bit, &wanted);
    if (wanted.count[0] == 0 || plan->text_count == PLAN_TEXTS_MAX)
        return NULL;
    struct plan_node *node = plan_add(plan, PLAN_TEXT);
    struct text_bits *text = &plan->texts[plan->text_count];
    unsigned *bits = plan->bits[plan->text_count];
    *text = (struct text_bits){.bits = bits};
    /* Runs of four tell more. */
    take_bits(text, bits, wanted.bits[1], wanted.count[1]);
    take_bits(text, bits, wanted.bits[0], wanted.count[0]);
    if (node)
        node->text = plan->text_count;
    plan->text_count++;
    return node;
}

static bool takes_words(const struct plan_node *node, const char *value)
{
    char part[ACTOR_PART_SIZE];
    return filter_in_list(node->words, value_part(value, 0, part, sizeof part));
}

static bool takes_party(const struct plan_node *node, const char *value)
{
    char role[ACTOR_PART_SIZE];
    return takes_words(node, value) && strcmp(value_part(value, 1, role, sizeof role), "observer") != 0;
}

static void add_words(struct plan *plan, enum column_family family, const char *words, size_t size, plan_takes *takes)
{
    struct plan_node *node = plan_add_list(plan, family, takes);
    if (node)
        node->words = arena_copy(plan->arena, words, size);
    plan_adopt(plan->root, node);
}

static void add_list(struct plan *plan, enum column_family family, const char *words)
{
    if (words)
        add_words(plan, family, words, strlen(words), takes_words);
}

static void add_range(struct plan *plan, enum column_number number, int64_t low, int64_t high)
{
    struct plan_node *node = plan_add_number(plan, number);
    if (node) {
        node->low = low;
        node->high = high;
    }
    plan_adopt(plan->root, node);
}

static void add_dyad(struct plan *plan, const char *dyad)
{
    size_t size = strcspn(dyad, ",");
    add_words(plan, FAMILY_ACTOR, dyad, size, takes_party);
    if (dyad[size])
        add_words(plan, FAMILY_ACTOR, dyad + size + 1, strlen(dyad + size + 1), takes_party);
}

static void add_filter(struct plan *plan, const struct query_filter *filter)
{
    add_list(plan, FAMILY_TYPE, filter->types);
    add_list(plan, FAMILY_STATUS, filter->statuses);
    add_list(plan, FAMILY_MODALITY, filter->modalities);
    add_list(plan, FAMILY_SCOPE, filter->scopes);
    add_list(plan, FAMILY_ACTOR, filter->actors);
    add_list(plan, FAMILY_SOURCE, filter->sources);
    if (filter->dyad)
        add_dyad(plan, filter->dyad);
    if (filter->since != INT64_MIN || filter->until != INT64_MAX)
        add_range(plan, NUMBER_SEEN, filter->since, filter->until);
    if (filter->sources_min > 0)
        add_range(plan, NUMBER_SOURCES, filter->sources_min, INT64_MAX);
    if (filter->text) {
        plan_adopt(plan->root, plan_add_text(plan, filter->text, strlen(filter->text)));
        plan_adopt(plan->root, plan_add(plan, PLAN_UNKNOWN));
    }
    if (filter->rule)
        plan_adopt(plan->root, plan_add_rule(plan, filter->rule));
}

struct plan *plan_create(struct columns *columns, const struct query_filter *filter, struct error *error)
{
    struct plan *plan = calloc(1, sizeof *plan);
    bool ok = plan != NULL;
    if (ok) {
        plan->columns = columns;
        plan->is_certain = true;
        plan->rule = filter->rule;
        plan->arena = arena_create(0);
        plan->facts = rule_facts_create();
        plan->archive = archive_create();
        plan->text = filter->text ? strdup(filter->text) : NULL;
        ok = plan->arena && plan->facts && plan->archive && (!filter->text || plan->text);
    }
    if (ok) {
        archive_begin(plan->archive, columns_store(columns));
        rule_facts_ask(plan->facts, archive_table(plan->archive));
    }
    if (ok) {
        plan->root = plan_add(plan, PLAN_AND);
        add_filter(plan, filter);
        ok = !arena_failed(plan->arena);
    }
    if (ok)
        return plan;
    plan_destroy(plan);
    error_set(error, ERROR_MEMORY, "out of memory for a query");
    return NULL;
}

void plan_destroy(struct plan *plan)
{
    if (!plan)
        return;
    for (size_t i = 0; i < plan->listed_count; i++) {
        free(plan->listed[i]->values);
        free(plan->listed[i]->hashes);
    }
    rule_facts_destroy(plan->facts);
    archive_destroy(plan->archive);
    arena_destroy(plan->arena);
    free(plan->text);
    free(plan);
}

/* ---- values ---- */

static unsigned char judge_party(struct plan_node *node, const char *text, uint64_t *hash)
{
    struct value_actor actor;
    const struct rule_term *term = node->term;
    value_actor_read(text, &actor);
    *hash = actor.facts.hash;
    if (!actor.facts.is_principal)
        return 0;
    bool gives = strcmp(actor.role, "supplier") == 0 || strcmp(actor.role, "initiator") == 0;
    bool receives = strcmp(actor.role, "recipient") == 0 || strcmp(actor.role, "target") == 0;
    return (unsigned char)(VALUE_PRINCIPAL | (gives ? VALUE_GIVES : 0) | (receives ? VALUE_RECEIVES : 0) |
                           (rule_values_have_actor(term->values, term->value_count, &actor.facts) ? VALUE_TAKEN : 0) |
                           (rule_values_have_actor(term->others, term->other_count, &actor.facts) ? VALUE_OTHER : 0));
}

/* Asks the node about the values that were met since the last time. */
static bool judge_values(struct plan *plan, struct plan_node *node)
{
    const struct names *names = columns_values(plan->columns, node->family);
    if (names->count > node->value_capacity) {
        size_t larger = names->count + names->count / 2 + 64;
        unsigned char *values = realloc(node->values, larger);
        uint64_t *hashes = NULL;
        if (values)
            node->values = values;
        if (node->kind == PLAN_DYAD && (hashes = realloc(node->hashes, larger * sizeof *hashes)))
            node->hashes = hashes;
        if (!values || (node->kind == PLAN_DYAD && !hashes))
            return false;
        node->value_capacity = larger;
    }
    for (; node->value_count < names->count; node->value_count++) {
        const char *text = names_text(names, (uint32_t)node->value_count);
        node->values[node->value_count] = node->kind == PLAN_DYAD
                                              ? judge_party(node, text, &node->hashes[node->value_count])
                                          : node->takes(node, text) ? VALUE_TAKEN
                                                                    : 0;
    }
    return true;
}

/* ---- running ---- */

static void run_list(const struct plan_node *node, const struct block *block, struct bits *fits)
{
    const struct column_list *list = &block->lists[node->family];
    uint64_t word = 0;
    unsigned at = 0;
    /* Neighbours share a word, and nothing is branched on that only the values know. */
    for (size_t i = 0; i < list->count; i++) {
        unsigned place = list->entries[i].place;
        if (place / 64 != at) {
            fits->words[at] |= word;
            word = 0;
            at = place / 64;
        }
        word |= (uint64_t)(node->values[list->entries[i].value] != 0) << (place % 64);
    }
    fits->words[at] |= word;
}

static bool number_fits(const struct plan_node *node, int64_t number)
{
    if (!node->term)
        return number >= node->low && number < node->high;
    double value = node->number == NUMBER_CONFIDENCE ? number_of_bits(number) : (double)number;
    return rule_term_takes_number(node->term, value, value, NULL);
}

static void run_number(const struct plan_node *node, const struct block *block, struct bits *fits)
{
    const int64_t *numbers = block->numbers[node->number];
    for (unsigned i = 0; i < COLUMN_BLOCK_EVENTS; i++)
        if (bits_have(&block->live, i) && number_fits(node, numbers[i]))
            bits_set(fits, i);
}

static void run_date(const struct plan_node *node, const struct block *block, struct bits *fits)
{
    for (unsigned i = 0; i < COLUMN_BLOCK_EVENTS; i++) {
        int64_t low = block->numbers[NUMBER_DATE_LOW][i], high = block->numbers[NUMBER_DATE_HIGH][i];
        bool is_known = low != INT32_MIN || high != INT32_MAX;
        if (bits_have(&block->live, i) && is_known && rule_term_takes_date(node->term, (int32_t)low, (int32_t)high))
            bits_set(fits, i);
    }
}

/* As the rule does it: giver and taker where there are both, else any two that take part. */
static bool dyad_fits(const struct plan_node *node, const struct column_entry *entries, size_t count)
{
    unsigned any = 0;
    for (size_t i = 0; i < count; i++)
        any |= node->values[entries[i].value];
    if ((any & (VALUE_TAKEN | VALUE_OTHER)) != (VALUE_TAKEN | VALUE_OTHER))
        return false;
    bool is_directed = (any & VALUE_GIVES) && (any & VALUE_RECEIVES);
    unsigned from = VALUE_TAKEN | (is_directed ? VALUE_GIVES : 0),
             to = VALUE_OTHER | (is_directed ? VALUE_RECEIVES : 0);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; (node->values[entries[i].value] & from) == from && j < count; j++)
            if ((node->values[entries[j].value] & to) == to &&
                node->hashes[entries[i].value] != node->hashes[entries[j].value])
                return true;
    return false;
}

static void run_dyad(const struct plan_node *node, const struct block *block, struct bits *fits)
{
    const struct column_list *list = &block->lists[node->family];
    for (size_t i = 0, end; i < list->count; i = end) {
        for (end = i + 1; end < list->count && list->entries[end].place == list->entries[i].place;)
            end++;
        if (dyad_fits(node, list->entries + i, end - i))
            bits_set(fits, list->entries[i].place);
    }
}

static void run_node(const struct plan *plan, const struct plan_node *node, const struct block *block,
                     struct plan_bits *result);

static void run_children(const struct plan *plan, const struct plan_node *node, const struct block *block,
                         struct plan_bits *result)
{
    bool is_or = node->kind == PLAN_OR;
    memset(result, is_or ? 0 : 0xff, sizeof *result);
    for (const struct plan_node *child = node->first; child; child = child->next) {
        struct plan_bits one;
        run_node(plan, child, block, &one);
        for (int i = 0; i < BLOCK_WORDS; i++) {
            uint64_t may = one.may.words[i], must = one.must.words[i];
            result->may.words[i] = is_or ? result->may.words[i] | may : result->may.words[i] & may;
            result->must.words[i] = is_or ? result->must.words[i] | must : result->must.words[i] & must;
        }
    }
}

/* Depth is bounded by the rule's parser. */
static void run_node(const struct plan *plan, const struct plan_node *node, const struct block *block,
                     struct plan_bits *result)
{
    memset(result, 0, sizeof *result);
    switch (node->kind) {
    case PLAN_ALL:
        memset(result, 0xff, sizeof *result);
        return;
    case PLAN_AND:
    case PLAN_OR:
        run_children(plan, node, block, result);
        return;
    case PLAN_NOT: {
        struct plan_bits inner;
        run_node(plan, node->first, block, &inner);
        for (int i = 0; i < BLOCK_WORDS; i++) {
            result->may.words[i] = ~inner.must.words[i];
            result->must.words[i] = ~inner.may.words[i];
        }
        return;
    }
    case PLAN_TEXT: /* whether it holds them is another node's to say, so that here it is certain enough */
        result->may = plan->texts[node->text].have;
        result->must = result->may;
        return;
    case PLAN_UNKNOWN:
        memset(&result->may, 0xff, sizeof result->may);
        return;
    case PLAN_LIST:
        run_list(node, block, &result->may);
        break;
    case PLAN_NUMBER:
        run_number(node, block, &result->may);
        break;
    case PLAN_DATE:
        run_date(node, block, &result->may);
        break;
    case PLAN_DYAD:
        run_dyad(node, block, &result->may);
        break;
    }
    result->must = result->may;
}

static bool run_plan(struct plan *plan, const struct block *block, struct plan_bits *result)
{
    for (size_t i = 0; i < plan->listed_count; i++)
        if (!judge_values(plan, plan->listed[i]))
            return false;
    run_node(plan, plan->root, block, result);
    for (int i = 0; i < BLOCK_WORDS; i++) {
        result->may.words[i] &= block->live.words[i];
        result->must.words[i] &= result->may.words[i];
    }
    return true;
}

/* Whether anything fits that is not stale, of which the block tells nothing. */
static bool has_fitting(void *context, struct block *block, bool *failed)
{
    struct plan *plan = context;
    struct plan_bits bits;
    uint64_t any = 0;
    if (plan_takes_all(plan))
        return true;
    *failed = !run_plan(plan, block, &bits);
    for (int i = 0; !*failed && i < BLOCK_WORDS; i++)
        any |= bits.may.words[i] & ~block->stale.words[i];
    return any != 0;
}

bool plan_run(struct plan *plan, struct block *block, int64_t number, uint64_t families, struct plan_bits *result,
              struct error *error)
{
    struct block_wishes wishes = {.families = plan->families,
                                  .texts = plan->texts,
                                  .text_count = plan->text_count,
                                  .more = families,
                                  .wants = has_fitting,
                                  .context = plan};
    return block_load(plan->columns, block, number, &wishes, error) &&
           (run_plan(plan, block, result) || error_set(error, ERROR_MEMORY, "out of memory for a query"));
}

bool plan_takes_all(const struct plan *plan)
{
    return plan->root->kind == PLAN_AND && !plan->root->first;
}

bool plan_is_certain(const struct plan *plan)
{
    return plan->is_certain;
}

bool plan_wants_previous(const struct plan *plan)
{
    return plan->wants_previous;
}

bool plan_fits(struct plan *plan, struct record_view event, const struct record_view *previous, bool *fits,
               struct error *error)
{
    if (!rule_facts_fill(plan->facts, event, previous))
        return error_set(error, ERROR_MEMORY, "out of memory for a query");
    *fits = (!plan->text || (plan->facts->text.bytes && strcasestr(plan->facts->text.bytes, plan->text))) &&
            (!plan->rule || rule_matches(plan->rule, plan->facts, NULL));
    return !archive_failed(plan->archive, error);
}
