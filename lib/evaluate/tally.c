#include "lib/evaluate/tally.h"

#include <stdlib.h>
#include <string.h>

const char *const tally_types[TALLY_TYPES] = {
    "arms_transfer", "aid",  "training", "exercise", "agreement", "intelligence_sharing",
    "visit",         "expo", "basing",   "industry", "operation", "downturn"};
const char *const tally_faults[FAULT_COUNT] = {"spurious", "asserted as fact", "spurious non-fact", "missed",
                                               "missed non-fact"};
static const char *const class_fields[TALLY_CLASSES] = {"status", "modality", "scope", "subtype"};
static const struct {
    const char *key;
    enum matching_field field;
} list_fields[TALLY_LISTS] = {
    {"equipment", MATCHING_UNROCA}, {"places", MATCHING_COUNTRIES}, {"quantities", MATCHING_AMOUNTS}};

void tally_begin(struct tally *tally)
{
    *tally = (struct tally){0};
}

void tally_end(struct tally *tally)
{
    for (size_t i = 0; i < TALLY_CLASSES; i++)
        free(tally->classes[i].credit);
    free(tally->errors);
    *tally = (struct tally){0};
}

void tally_add_counts(struct counts *sum, const struct counts *counts)
{
    sum->right += counts->right;
    sum->spurious += counts->spurious;
    sum->missed += counts->missed;
}

double tally_precision(const struct counts *counts)
{
    uint32_t given = counts->right + counts->spurious;
    return given ? (double)counts->right / given : 0;
}

double tally_recall(const struct counts *counts)
{
    uint32_t wanted = counts->right + counts->missed;
    return wanted ? (double)counts->right / wanted : 0;
}

double tally_f1(const struct counts *counts)
{
    double precision = tally_precision(counts), recall = tally_recall(counts);
    return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
}

static int type_index(const char *type)
{
    for (int i = 0; i < TALLY_TYPES; i++)
        if (type && !strcmp(tally_types[i], type))
            return i;
    return -1;
}

static bool grow(void **rows, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return true;
    size_t larger = *capacity ? *capacity * 2 : 64;
    void *moved = realloc(*rows, larger * size);
    if (!moved)
        return false;
    *rows = moved;
    *capacity = larger;
    return true;
}

static bool add_error(struct tally *tally, enum tally_fault fault, const char *id, const json_t *event)
{
    void *rows = tally->errors;
    if (!grow(&rows, tally->error_count, &tally->error_capacity, sizeof *tally->errors))
        return false;
    tally->errors = rows;
    tally->errors[tally->error_count++] = (struct tally_error){fault, id, event};
    return true;
}

/* ---- vocabulary fields ---- */
static size_t class_key(struct tally_class *class, const char *key)
{
    for (size_t i = 0; i < class->key_count; i++)
        if (key && class->keys[i] ? !strcmp(class->keys[i], key) : key == class->keys[i])
            return i;
    if (class->key_count < TALLY_KEYS_MAX - 1)
        class->keys[class->key_count++] = key;
    return class->key_count - 1;
}

static bool class_add(struct tally_class *class, const json_t *label, const json_t *output, const char *field)
{
    const char *own = label_text(label, field), *got = label_text(output, field);
    bool right = label_accepts(label, field, got);
    size_t want = class_key(class, right ? got : own), label_key = class_key(class, own), given = class_key(class, got);
    void *rows = class->credit;
    if (!class->labels[label_key]++)
        class->first_label[label_key] = (uint32_t) class->credit_count;
    if (!grow(&rows, class->credit_count, &class->credit_capacity, sizeof *class->credit))
        return false;
    class->credit = rows;
    class->credit[class->credit_count++] = label;
    if (right)
        class->counts[want].right++;
    else {
        class->counts[want].missed++;
        class->counts[given].spurious++;
    }
    return true;
}

/* ---- one matched pair ---- */
static bool same_principals(const json_t *a_list, const json_t *b_list)
{
    struct label_actor a[LABEL_ACTORS_MAX], b[LABEL_ACTORS_MAX];
    size_t a_count = label_distinct(a, label_principals(a_list, a)),
           b_count = label_distinct(b, label_principals(b_list, b));
    bool same = a_count == b_count;
    for (size_t i = 0; i < a_count && same; i++)
        same = label_names(b, b_count, a[i].id);
    return same;
}

static bool has_pair(const struct label_actor *actors, size_t count, struct label_actor wanted)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(actors[i].role, wanted.role) && label_same_actor(actors[i].id, wanted.id))
            return true;
    return false;
}

/* A host's territory is a place, not a part in the act, except where it is the only role. */
static size_t without_territory(struct label_actor *actors, size_t count)
{
    struct label_actor acting[LABEL_ACTORS_MAX];
    size_t acting_count = 0, kept = 0;
    for (size_t i = 0; i < count; i++)
        if (strcmp(actors[i].role, "host"))
            acting[acting_count++] = actors[i];
    for (size_t i = 0; i < count; i++)
        if (strcmp(actors[i].role, "host") || !label_names(acting, acting_count, actors[i].id))
            actors[kept++] = actors[i];
    return kept;
}

static bool same_roles(const json_t *a_list, const json_t *b_list)
{
    struct label_actor a[LABEL_ACTORS_MAX], b[LABEL_ACTORS_MAX];
    size_t a_count = without_territory(a, label_principals(a_list, a)),
           b_count = without_territory(b, label_principals(b_list, b));
    for (size_t i = 0; i < a_count; i++)
        if (!has_pair(b, b_count, a[i]))
            return false;
    for (size_t i = 0; i < b_count; i++)
        if (!has_pair(a, a_count, b[i]))
            return false;
    return true;
}

static void compare_actors(const json_t *label, const json_t *output, bool *actors, bool *roles)
{
    const json_t *lists[LABEL_OPTIONS_MAX], *given = json_object_get(output, "actors");
    size_t count = matching_actor_lists(label, lists);
    *actors = *roles = false;
    for (size_t i = 0; i < count; i++) {
        *actors |= same_principals(lists[i], given);
        *roles |= same_roles(lists[i], given);
    }
}

static void compare_dates(struct tally *tally, const json_t *label, const json_t *output)
{
    const json_t *options[LABEL_OPTIONS_MAX];
    size_t count = label_options(label, "date", options);
    struct label_span own = label_span(options[0]), given = label_span(json_object_get(output, "date"));
    bool any = false, right = false;
    for (size_t i = 0; i < count; i++) {
        struct label_span span = label_span(options[i]);
        any |= label_span_stated(&span);
        right |= label_span_equal(&span, &given);
    }
    if (!any) {
        tally->dates_invented.of++;
        tally->dates_invented.right += label_span_stated(&given);
    } else if (label_span_stated(&own)) {
        tally->dates_stated.of++;
        tally->dates_stated.right += right;
    }
}

/* F1 in one division, so that equal counts are equal numbers. */
static double balance(const struct counts *counts)
{
    uint32_t twice = 2 * counts->right, all = twice + counts->spurious + counts->missed;
    return all ? (double)twice / all : 0;
}

static void compare_list(struct tally *tally, size_t which, const json_t *label, const json_t *output)
{
    const char *key = list_fields[which].key;
    struct matching_value wanted[MATCHING_VALUES_MAX], given[MATCHING_VALUES_MAX];
    const json_t *lists[LABEL_OPTIONS_MAX];
    if (!matching_values(json_object_get(label, key), list_fields[which].field, wanted))
        return;
    size_t given_count = matching_values(json_object_get(output, key), list_fields[which].field, given);
    size_t count = label_list_options(label, key, lists);
    struct counts best = {0};
    for (size_t i = 0; i < count; i++) {
        size_t wanted_count = matching_values(lists[i], list_fields[which].field, wanted);
        uint32_t shared = (uint32_t)matching_shared(wanted, wanted_count, given, given_count);
        struct counts counts = {shared, (uint32_t)given_count - shared, (uint32_t)wanted_count - shared};
        double f1 = balance(&counts), best_f1 = balance(&best);
        if (!i || f1 > best_f1 || (f1 >= best_f1 && counts.right > best.right))
            best = counts;
    }
    tally->lists_seen[which] = true;
    tally_add_counts(&tally->lists[which], &best);
}

/* Whether the pair's actors, roles, status, modality and scope are all right. */
static bool compare_pair(struct tally *tally, const json_t *label, const json_t *output, bool *usable)
{
    bool actors, roles;
    for (size_t i = 0; i < TALLY_CLASSES; i++) {
        const char *own = label_text(label, class_fields[i]);
        if (own && *own && !class_add(&tally->classes[i], label, output, class_fields[i]))
            return false;
    }
    compare_actors(label, output, &actors, &roles);
    tally->actors_exact.of++;
    tally->actors_exact.right += actors;
    tally->roles_exact.of++;
    tally->roles_exact.right += roles;
    compare_dates(tally, label, output);
    for (size_t i = 0; i < TALLY_LISTS; i++)
        compare_list(tally, i, label, output);
    *usable = actors && roles;
    for (size_t i = 0; i < 3; i++)
        *usable &= label_accepts(label, class_fields[i], label_text(output, class_fields[i]));
    return true;
}

/* ---- one item ---- */
static void check_evidence(struct tally *tally, const json_t *events, const json_t *item)
{
    const json_t *texts[2] = {json_object_get(item, "title"), json_object_get(item, "body")};
    tally->checks_evidence = true;
    for (size_t i = 0; i < json_array_size(events); i++) {
        const json_t *list = json_object_get(json_array_get(events, i), "evidence");
        tally->evidence.of += !json_array_size(list);
        for (size_t k = 0; k < json_array_size(list); k++) {
            const json_t *row = json_array_get(list, k), *quote = json_object_get(row, "quote");
            const char *part = label_text(row, "in");
            const json_t *text = texts[!(part && !strcmp(part, "title"))], *start = json_object_get(row, "start"),
                         *end = json_object_get(row, "end");
            size_t size = json_string_length(quote);
            bool good = size && json_is_integer(start) && json_is_integer(end) && json_integer_value(start) >= 0 &&
                        json_integer_value(end) >= 0 && (size_t)json_integer_value(end) <= json_string_length(text) &&
                        json_integer_value(end) - json_integer_value(start) == (json_int_t)size &&
                        !memcmp(json_string_value(text) + json_integer_value(start), json_string_value(quote), size);
            tally->evidence.of++;
            tally->evidence.right += good;
        }
    }
}

static int relevance_class(const json_t *row)
{
    const char *relevance = label_text(row, "relevance");
    return !relevance || !strcmp(relevance, "none") ? 2 : !strcmp(relevance, "mention") ? 1 : 0;
}

static void count_relevance(struct tally *tally, const json_t *label, const json_t *output, struct tally_item *item)
{
    int want = relevance_class(label), got = relevance_class(output);
    item->relevance.right += want != 2 && got != 2;
    item->relevance.spurious += want == 2 && got != 2;
    item->relevance.missed += want != 2 && got == 2;
    tally->three_seen[want] = tally->three_seen[got] = true;
    if (want == got)
        tally->three[want].right++;
    else {
        tally->three[want].missed++;
        tally->three[got].spurious++;
    }
}

static bool add_output(struct tally *tally, const char *id, const json_t *label, const json_t *output,
                       struct tally_item *item)
{
    int type = type_index(label_text(output, "type"));
    if (label && label_is_optional(label))
        return true;
    if (!label_is_fact(output)) {
        item->nonfacts.spurious += !label;
        return label || add_error(tally, FAULT_SPURIOUS_NONFACT, id, output);
    }
    if (label && label_may_be_fact(label))
        return true;
    item->facts.spurious++;
    if (type >= 0) {
        tally->types_seen[type] = true;
        tally->types[type].spurious++;
    }
    return add_error(tally, label ? FAULT_ASSERTED : FAULT_SPURIOUS, id, output);
}

static bool add_label(struct tally *tally, const char *id, const json_t *label, const json_t *output,
                      struct tally_item *item)
{
    if (label_is_optional(label))
        return true;
    bool hit = output && (label_is_fact(output) ? label_may_be_fact(label) : label_may_be_nonfact(label)),
         fact = label_is_fact(label);
    struct counts *counts = fact ? &item->facts : &item->nonfacts;
    int type = type_index(label_text(label, "type"));
    counts->right += hit;
    counts->missed += !hit;
    if (fact && type >= 0) {
        tally->types_seen[type] = true;
        tally->types[type].right += hit;
        tally->types[type].missed += !hit;
    }
    if (!hit && !add_error(tally, fact ? FAULT_MISSED : FAULT_MISSED_NONFACT, id, label))
        return false;
    bool usable = false;
    if (output && !compare_pair(tally, label, output, &usable))
        return false;
    item->usable.right += usable && hit && fact;
    return true;
}

/* Whether each type is told in the item, whatever the actors. */
static void count_presence(struct tally *tally, const json_t *labels, const json_t *outputs)
{
    bool got[TALLY_TYPES] = {false}, may[TALLY_TYPES] = {false};
    const json_t *options[LABEL_OPTIONS_MAX];
    for (size_t i = 0; i < json_array_size(outputs); i++) {
        const json_t *output = json_array_get(outputs, i);
        int type = type_index(label_text(output, "type"));
        if (type >= 0 && label_is_fact(output))
            got[type] = true;
    }
    for (size_t i = 0; i < json_array_size(labels); i++) {
        const json_t *label = json_array_get(labels, i);
        size_t count = label_options(label, "type", options);
        bool told = false, must = label_is_fact(label) && !label_is_optional(label);
        for (size_t k = 0; k < count; k++) {
            int type = type_index(json_string_value(options[k]));
            told |= type >= 0 && got[type];
            if (type >= 0 && label_may_be_fact(label))
                may[type] = true;
        }
        int first = type_index(json_string_value(options[0]));
        if (must && first >= 0) {
            tally->presence_seen[first] = true;
            tally->presence[first].right += told;
            tally->presence[first].missed += !told;
        }
    }
    for (size_t i = 0; i < TALLY_TYPES; i++)
        if (got[i] && !may[i]) {
            tally->presence_seen[i] = true;
            tally->presence[i].spurious++;
        }
}

bool tally_add(struct tally *tally, const json_t *label, const json_t *output, const json_t *item,
               struct tally_item *own)
{
    const char *id = label_text(label, "id");
    const json_t *labels = json_object_get(label, "events"), *outputs = json_object_get(output, "events");
    struct tally_item share = {0};
    int of_label[MATCHING_EVENTS_MAX], of_output[MATCHING_EVENTS_MAX];
    size_t label_count = json_array_size(labels), output_count = json_array_size(outputs);
    label_count = label_count < MATCHING_EVENTS_MAX ? label_count : MATCHING_EVENTS_MAX;
    output_count = output_count < MATCHING_EVENTS_MAX ? output_count : MATCHING_EVENTS_MAX;
    bool required = false, good = matching_assign(labels, outputs, of_label);
    for (size_t i = 0; i < label_count; i++)
        required |= !label_is_optional(json_array_get(labels, i));
    if (required || !label_count)
        count_relevance(tally, label, output, &share);
    if (item)
        check_evidence(tally, outputs, item);
    for (size_t k = 0; k < output_count; k++)
        of_output[k] = -1;
    for (size_t i = 0; i < label_count; i++)
        if (good && of_label[i] >= 0)
            of_output[of_label[i]] = (int)i;
    for (size_t k = 0; k < output_count && good; k++)
        good = add_output(tally, id, of_output[k] < 0 ? NULL : json_array_get(labels, (size_t)of_output[k]),
                          json_array_get(outputs, k), &share);
    for (size_t i = 0; i < label_count && good; i++)
        good = add_label(tally, id, json_array_get(labels, i),
                         of_label[i] < 0 ? NULL : json_array_get(outputs, (size_t)of_label[i]), &share);
    count_presence(tally, labels, outputs);
    share.usable.missed = share.facts.right + share.facts.missed - share.usable.right;
    share.usable.spurious = share.facts.spurious + share.facts.right - share.usable.right;
    tally->items++;
    tally_add_counts(&tally->sum.facts, &share.facts);
    tally_add_counts(&tally->sum.usable, &share.usable);
    tally_add_counts(&tally->sum.nonfacts, &share.nonfacts);
    tally_add_counts(&tally->sum.relevance, &share.relevance);
    if (own)
        *own = share;
    return good;
}
