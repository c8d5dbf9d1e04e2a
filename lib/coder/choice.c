#include "lib/coder/choice.h"

#include "lib/coder/citation.h"
#include "lib/coder/contents.h"
#include "lib/coder/merge.h"
#include "lib/coder/sequel.h"

#include <stdlib.h>
#include <string.h>

enum { REASONS_SHOWN = 8, REASON_LEAST = MODEL_UNIT / 20 };

/* The strongest features, strongest first, as reasons in logits. */
static void give_reasons(const struct model *model, struct event *event)
{
    uint16_t best[REASONS_SHOWN];
    uint32_t count = 0;
    for (uint16_t i = 0; i < event->features.count; i++) {
        int32_t weight = abs(model->weights[event->features.ids[i]]);
        uint32_t at = count < REASONS_SHOWN ? count++ : REASONS_SHOWN;
        if (weight < REASON_LEAST) {
            count -= at < REASONS_SHOWN;
            continue;
        }
        if (at == REASONS_SHOWN && weight <= abs(model->weights[best[--at]]))
            continue;
        for (; at > 0 && abs(model->weights[best[at - 1]]) < weight; at--)
            best[at] = best[at - 1];
        best[at] = event->features.ids[i];
    }
    event->reason_count = 0;
    for (uint32_t i = 0; i < count; i++)
        event_reason(event, feature_words((enum feature)best[i]), (double)model->weights[best[i]] / MODEL_UNIT);
}

/* One trigger tells one event: of its readings the likeliest. */
static void drop_other_readings(struct coder_workspace *workspace)
{
    for (uint32_t i = 0; i < workspace->event_count; i++)
        for (uint32_t k = i + 1; k < workspace->event_count && !workspace->events[i].dropped; k++) {
            struct event *a = &workspace->events[i], *b = &workspace->events[k];
            if (a->sentence != b->sentence)
                break; /* they stand in the order of their sentences */
            if (b->dropped || a->trigger_first != b->trigger_first)
                continue;
            struct event *weaker = b->score > a->score ? a : b;
            weaker->dropped = "another reading of the same words is likelier";
        }
}

void choice_make(struct coder_workspace *workspace, double min_confidence)
{
    const struct model *model = workspace->coder->model;
    for (uint32_t i = 0; i < workspace->event_count; i++) {
        struct event *event = &workspace->events[i];
        event->confidence = model_confidence(model, event->score);
        bool likely = min_confidence < 0 ? event->score >= model->threshold : event->confidence >= min_confidence;
        if (likely || workspace->article->thorough)
            give_reasons(model, event);
        if (likely && !workspace->thorough)
            citation_find(workspace, event);
        event->dropped = likely                   ? NULL
                         : event->objection_count ? event->objections[0]
                         : min_confidence < 0     ? "too little speaks for it"
                                                  : "confidence below the least that was asked for";
    }
    drop_other_readings(workspace);
    merge_events(workspace);
    if (contents_read(workspace))
        merge_events(workspace);
    sequel_apply(workspace);
}
