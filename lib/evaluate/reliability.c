#include "lib/evaluate/reliability.h"

#include "lib/evaluate/matching.h"

#include <math.h>
#include <string.h>

#define RELEVANT_SHARE 0.01 /* of a real stream's items */

static void add_event(struct reliability *reliability, bool other, const json_t *event, bool right)
{
    double confidence = json_number_value(json_object_get(event, "confidence"));
    int at = (int)(confidence * RELIABILITY_BINS);
    struct reliability_bin *bin = &reliability->bins[at < 0 ? 0 : at < RELIABILITY_BINS ? at : RELIABILITY_BINS - 1];
    bin->events[other]++;
    bin->right[other] += right;
    bin->confidence[other] += confidence;
}

bool reliability_add(struct reliability *reliability, const json_t *label, const json_t *output, bool others)
{
    const json_t *labels = json_object_get(label, "events"), *outputs = json_object_get(output, "events");
    const char *relevance = label_text(label, "relevance");
    bool other = !relevance || !strcmp(relevance, "none");
    int of_label[MATCHING_EVENTS_MAX];
    if (other && !others)
        return true;
    if (!matching_assign(labels, outputs, of_label))
        return false;
    reliability->items[other]++;
    for (size_t k = 0; k < json_array_size(outputs); k++) {
        const json_t *event = json_array_get(outputs, k), *match = NULL;
        for (size_t i = 0; i < json_array_size(labels) && i < MATCHING_EVENTS_MAX; i++)
            if (of_label[i] == (int)k)
                match = json_array_get(labels, i);
        if (match && label_is_optional(match))
            continue;
        bool right = match && (label_is_fact(event) ? label_may_be_fact(match) : label_may_be_nonfact(match));
        add_event(reliability, other, event, right);
    }
    return true;
}

/* What an event of a relevant item weighs where one of another item weighs 1. */
static double relevant_weight(const struct reliability *reliability)
{
    double weight = reliability->items[0]
                        ? RELEVANT_SHARE * reliability->items[1] / ((1 - RELEVANT_SHARE) * reliability->items[0])
                        : 1;
    return weight > 0 ? weight : 1;
}

/* The mean gap between what is said and what is right, over the bins, each by its weight in the stream. */
static double reliability_gap(const struct reliability *reliability)
{
    double weight = relevant_weight(reliability), gap = 0, all = 0;
    for (int i = 0; i < RELIABILITY_BINS; i++) {
        const struct reliability_bin *bin = &reliability->bins[i];
        gap += fabs(weight * (bin->confidence[0] - bin->right[0]) + bin->confidence[1] - bin->right[1]);
        all += weight * bin->events[0] + bin->events[1];
    }
    return all > 0 ? gap / all : 0;
}

void reliability_print(const struct reliability *reliability, struct buffer *out)
{
    double weight = relevant_weight(reliability), said = 0, right = 0;
    buffer_append_text(out, "confidence   events   mean   right   in a stream of one relevant item in a hundred\n");
    for (int i = 0; i < RELIABILITY_BINS; i++) {
        const struct reliability_bin *bin = &reliability->bins[i];
        uint32_t events = bin->events[0] + bin->events[1];
        if (!events)
            continue;
        double all = weight * bin->events[0] + bin->events[1];
        buffer_printf(
            out, "%.1f to %.1f %9u   %.2f    %.2f    mean %.2f, right %.2f\n", i / 10.0, (i + 1) / 10.0, events,
            (bin->confidence[0] + bin->confidence[1]) / events, (double)(bin->right[0] + bin->right[1]) / events,
            (weight * bin->confidence[0] + bin->confidence[1]) / all, (weight * bin->right[0] + bin->right[1]) / all);
        said += weight * bin->confidence[0] + bin->confidence[1];
        right += weight * bin->right[0] + bin->right[1];
    }
    buffer_printf(out, "in the stream: %.1f right events expected, %.1f are; mean gap of a bin %.3f\n", said, right,
                  reliability_gap(reliability));
}
