#include "lib/evaluate/matching.h"

#include <stdlib.h>
#include <string.h>

size_t matching_actor_lists(const json_t *label, const json_t *lists[LABEL_OPTIONS_MAX])
{
    size_t count = label_list_options(label, "actors", lists), kept = 0;
    for (size_t i = 0; i < count; i++)
        if (label_list_size(lists[i]))
            lists[kept++] = lists[i];
    return kept;
}

/* ---- actors ---- */
static bool has_role(const struct label_actor *actors, size_t count, const char *id, const char *role)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(actors[i].role, role) && label_same_actor(actors[i].id, id))
            return true;
    return false;
}

/* Whether the label has directed dyads, and whether the output shares one. */
static void compare_directions(const struct label_actor *label, size_t label_count, const struct label_actor *output,
                               size_t output_count, bool *has, bool *shares)
{
    static const char *const directed[][2] = {
        {"supplier", "recipient"}, {"initiator", "target"}, {"initiator", "host"}};
    *has = *shares = false;
    for (size_t k = 0; k < 3; k++)
        for (size_t i = 0; i < label_count; i++)
            for (size_t j = 0; j < label_count; j++) {
                bool dyad = !strcmp(label[i].role, directed[k][0]) && !strcmp(label[j].role, directed[k][1]) &&
                            !label_same_actor(label[i].id, label[j].id);
                *has |= dyad;
                for (size_t other = 0; dyad && other < 3 && !*shares; other++)
                    *shares = has_role(output, output_count, label[i].id, directed[other][0]) &&
                              has_role(output, output_count, label[j].id, directed[other][1]);
            }
}

static double actors_agree(const json_t *label_list, const json_t *output_list, bool direction_matters)
{
    struct label_actor label[LABEL_ACTORS_MAX], output[LABEL_ACTORS_MAX], all[LABEL_ACTORS_MAX],
        others[LABEL_ACTORS_MAX];
    size_t label_count = label_principals(label_list, label), output_count = label_principals(output_list, output);
    memcpy(all, label, sizeof all);
    memcpy(others, output, sizeof others);
    size_t all_count = label_distinct(all, label_count), other_count = label_distinct(others, output_count), shared = 0;
    for (size_t i = 0; i < all_count; i++)
        shared += label_names(others, other_count, all[i].id);
    size_t together = all_count + other_count - shared;
    double overlap = together ? (double)shared / (double)together : 1.0;
    if (overlap < 0.5)
        return 0;
    bool has, shares;
    compare_directions(label, label_count, output, output_count, &has, &shares);
    if (has && direction_matters)
        return shares ? overlap : 0;
    if (all_count >= 2)
        return shared >= 2 ? overlap : 0;
    return overlap;
}

/* ---- lists ---- */
static bool same_value(const struct matching_value *a, const struct matching_value *b)
{
    return !strcmp(a->text, b->text) && a->number == b->number;
}

size_t matching_values(const json_t *list, enum matching_field field, struct matching_value values[MATCHING_VALUES_MAX])
{
    static const char *const keys[] = {"unroca", "kind", "country"};
    size_t count = 0;
    for (size_t i = 0; i < label_list_size(list) && count < MATCHING_VALUES_MAX; i++) {
        const json_t *row = label_list_item(list, i), *number = json_object_get(row, "value");
        struct matching_value value = {label_text(row, keys[field]), 0};
        bool known = value.text && *value.text;
        if (known && field == MATCHING_UNROCA)
            known = strcmp(value.text, "unknown") && strcmp(value.text, "none");
        if (known && field == MATCHING_AMOUNTS) {
            known = json_is_number(number) &&
                    (!strcmp(value.text, "personnel") || !strcmp(value.text, "units") || !strcmp(value.text, "money"));
            value.number = json_number_value(number);
        }
        for (size_t k = 0; k < count && known; k++)
            known = !same_value(&values[k], &value);
        if (known)
            values[count++] = value;
    }
    return count;
}

size_t matching_shared(const struct matching_value *a, size_t a_count, const struct matching_value *b, size_t b_count)
{
    size_t shared = 0;
    for (size_t i = 0; i < a_count; i++)
        for (size_t k = 0; k < b_count; k++)
            shared += same_value(&a[i], &b[k]);
    return shared;
}

static bool lists_meet(const json_t *label, const json_t *output, const char *key, enum matching_field field)
{
    struct matching_value a[MATCHING_VALUES_MAX], b[MATCHING_VALUES_MAX];
    size_t a_count = matching_values(json_object_get(label, key), field, a),
           b_count = matching_values(json_object_get(output, key), field, b);
    return matching_shared(a, a_count, b, b_count) > 0;
}

double matching_weight(const json_t *label, const json_t *output)
{
    const char *type = label_text(output, "type"), *own = label_text(label, "type");
    if (!label_accepts(label, "type", type))
        return 0;
    const json_t *options[LABEL_OPTIONS_MAX];
    size_t count = label_options(label, "date", options);
    struct label_span date = label_span(json_object_get(output, "date"));
    bool possible = false, equal = false;
    for (size_t i = 0; i < count; i++) {
        struct label_span span = label_span(options[i]);
        possible |= !label_span_contradicts(&span, &date);
        equal |= label_span_equal(&span, &date);
    }
    if (!possible)
        return 0;
    bool direction_matters = !own || strcmp(own, "visit");
    double overlap = 0;
    count = matching_actor_lists(label, options);
    for (size_t i = 0; i < count; i++) {
        double agreement = actors_agree(options[i], json_object_get(output, "actors"), direction_matters);
        overlap = agreement > overlap ? agreement : overlap;
    }
    if (overlap <= 0)
        return 0;
    bool kind = label_is_fact(output) ? label_may_be_fact(label) : label_may_be_nonfact(label);
    return 1 + overlap + 0.3 * kind + 0.2 * !label_is_optional(label) + 0.1 * equal +
           0.1 * lists_meet(label, output, "equipment", MATCHING_UNROCA) +
           0.1 * lists_meet(label, output, "quantities", MATCHING_AMOUNTS) + 0.1 * (own && type && !strcmp(own, type));
}

/* ---- assignment ---- */
struct search {
    size_t labels, outputs;
    double *weights; /* [label][output] */
    double *best;    /* [label][used], of the labels from there on; negative: not known yet */
    signed char *choice;
};

static double search_from(struct search *search, size_t label, unsigned used)
{
    if (label == search->labels)
        return 0;
    size_t at = label << search->outputs | used;
    if (search->best[at] >= 0)
        return search->best[at];
    double total = search_from(search, label + 1, used);
    signed char choice = -1;
    for (size_t bit = 0; bit < search->outputs; bit++) {
        double weight = search->weights[label * search->outputs + bit];
        if (weight <= 0 || used >> bit & 1)
            continue;
        double rest = search_from(search, label + 1, used | 1u << bit);
        if (rest + weight > total + 1e-9) {
            total = rest + weight;
            choice = (signed char)bit;
        }
    }
    search->best[at] = total;
    search->choice[at] = choice;
    return total;
}

/* The outputs to look at: all where they are few, else those that fit some label best, in that order. */
static size_t choose_outputs(const double *table, size_t labels, size_t outputs, size_t kept[MATCHING_OUTPUTS_MAX])
{
    double best[MATCHING_EVENTS_MAX] = {0};
    for (size_t i = 0; i < labels; i++)
        for (size_t k = 0; k < outputs; k++)
            best[k] = table[i * outputs + k] > best[k] ? table[i * outputs + k] : best[k];
    size_t count = outputs < MATCHING_OUTPUTS_MAX ? outputs : MATCHING_OUTPUTS_MAX;
    if (outputs <= MATCHING_OUTPUTS_MAX) {
        for (size_t i = 0; i < count; i++)
            kept[i] = i;
        return count;
    }
    for (size_t i = 0; i < count; i++) {
        size_t top = 0;
        for (size_t k = 1; k < outputs; k++)
            top = best[k] > best[top] ? k : top;
        kept[i] = top;
        best[top] = -1;
    }
    return count;
}

static void follow(const struct search *search, const size_t *kept, int *of_label)
{
    unsigned used = 0;
    for (size_t i = 0; i < search->labels; i++) {
        signed char choice = search->choice[i << search->outputs | used];
        if (choice < 0)
            continue;
        of_label[i] = (int)kept[choice];
        used |= 1u << choice;
    }
}

bool matching_assign(const json_t *labels, const json_t *outputs, int of_label[MATCHING_EVENTS_MAX])
{
    size_t label_count = json_array_size(labels), output_count = json_array_size(outputs), kept[MATCHING_OUTPUTS_MAX];
    label_count = label_count < MATCHING_EVENTS_MAX ? label_count : MATCHING_EVENTS_MAX;
    output_count = output_count < MATCHING_EVENTS_MAX ? output_count : MATCHING_EVENTS_MAX;
    for (size_t i = 0; i < label_count; i++)
        of_label[i] = -1;
    if (!label_count || !output_count)
        return true;
    double *table = calloc(label_count * output_count, sizeof *table);
    if (!table)
        return false;
    for (size_t i = 0; i < label_count; i++)
        for (size_t k = 0; k < output_count; k++)
            table[i * output_count + k] = matching_weight(json_array_get(labels, i), json_array_get(outputs, k));
    struct search search = {.labels = label_count, .outputs = choose_outputs(table, label_count, output_count, kept)};
    size_t states = label_count << search.outputs;
    search.weights = calloc(label_count * search.outputs, sizeof *search.weights);
    search.best = malloc(states * sizeof *search.best);
    search.choice = malloc(states);
    bool good = search.weights && search.best && search.choice;
    if (good) {
        for (size_t i = 0; i < label_count; i++)
            for (size_t k = 0; k < search.outputs; k++)
                search.weights[i * search.outputs + k] = table[i * output_count + kept[k]];
        for (size_t i = 0; i < states; i++)
            search.best[i] = -1;
        search_from(&search, 0, 0);
        follow(&search, kept, of_label);
    }
    free(table);
    free(search.weights);
    free(search.best);
    free(search.choice);
    return good;
}
