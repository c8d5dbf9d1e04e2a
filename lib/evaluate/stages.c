#include "lib/evaluate/stages.h"

#include "lib/coder/choice.h"
#include "lib/coder/party.h"
#include "lib/coder/report.h"
#include "lib/coder/workspace.h"
#include "lib/evaluate/matching.h"

#include <stdlib.h>
#include <string.h>

enum { NAMES_MAX = 256 };

/* What the coder knows of one item. */
struct view {
    json_t *candidates; /* best first */
    size_t likely;      /* how many of them are above the threshold */
    const char *names[NAMES_MAX];
    size_t name_count;
};

bool stages_begin(struct stages *stages)
{
    *stages = (struct stages){.lost = json_array()};
    return stages->lost != NULL;
}

void stages_end(struct stages *stages)
{
    json_decref(stages->lost);
    *stages = (struct stages){.lost = NULL};
}

/* ---- one item ---- */
static int by_score(const void *a, const void *b)
{
    const struct event *const *x = a, *const *y = b;
    return ((*y)->score > (*x)->score) - ((*y)->score < (*x)->score);
}

static bool list_candidates(struct view *view, const struct coder_workspace *workspace, struct error *error)
{
    const struct event **events = calloc(workspace->event_count + 1, sizeof *events);
    bool good = events && (view->candidates = json_array());
    for (uint32_t i = 0; i < workspace->event_count && good; i++)
        events[i] = &workspace->events[i];
    if (good)
        qsort(events, workspace->event_count, sizeof *events, by_score);
    for (uint32_t i = 0; i < workspace->event_count && good; i++) {
        struct ent_record *record = report_build(workspace, events[i], CODER_NONE, error);
        view->likely += events[i]->score >= workspace->coder->model->threshold;
        good = record && !json_array_append_new(view->candidates, coding_event(record->view));
        record_release(record);
    }
    free(events);
    return good || error_set(error, ERROR_MEMORY, "out of memory");
}

static void list_names(struct view *view, struct coder_workspace *workspace)
{
    for (uint32_t i = 0; i < workspace->sentence_count; i++) {
        struct party_list list = {.count = 0};
        if (!workspace->sentences[i].parsed)
            continue;
        party_of_sentence(workspace, &workspace->sentences[i], &list);
        for (uint32_t k = 0; k < list.count && view->name_count < NAMES_MAX; k++)
            view->names[view->name_count++] = list.items[k].id;
    }
}

/* A candidate's actors may come from words that name no party by themselves ("our", a firm known by its last word). */
static bool is_known(const struct view *view, const char *id)
{
    for (size_t i = 0; i < view->name_count; i++)
        if (label_same_actor(view->names[i], id))
            return true;
    for (size_t i = 0; i < json_array_size(view->candidates); i++) {
        struct label_actor actors[LABEL_ACTORS_MAX];
        size_t count = label_principals(json_object_get(json_array_get(view->candidates, i), "actors"), actors);
        if (label_names(actors, count, id))
            return true;
    }
    return false;
}

static bool actors_known(const struct view *view, const json_t *event)
{
    const json_t *lists[LABEL_OPTIONS_MAX];
    size_t count = matching_actor_lists(event, lists);
    for (size_t i = 0; i < count; i++) {
        struct label_actor actors[LABEL_ACTORS_MAX];
        size_t named = label_principals(lists[i], actors), known = 0;
        for (size_t k = 0; k < named; k++)
            known += is_known(view, actors[k].id);
        if (known == named)
            return true;
    }
    return false;
}

static bool has_type(const struct view *view, const json_t *event)
{
    for (size_t i = 0; i < json_array_size(view->candidates); i++)
        if (label_accepts(event, "type", label_text(json_array_get(view->candidates, i), "type")))
            return true;
    return false;
}

static bool has_frame(const struct view *view, const json_t *event, size_t best)
{
    for (size_t i = 0; i < json_array_size(view->candidates) && i < best; i++) {
        const json_t *candidate = json_array_get(view->candidates, i);
        bool kind = label_is_fact(candidate) ? label_may_be_fact(event) : label_may_be_nonfact(event);
        if (kind && matching_weight(event, candidate) > 0)
            return true;
    }
    return false;
}

static bool add_event(struct stages *stages, const struct view *view, const char *id, json_t *event, bool chosen)
{
    bool trigger = has_type(view, event), actors = trigger && actors_known(view, event),
         frame = actors && has_frame(view, event, STAGES_BEST), likely = frame && has_frame(view, event, view->likely);
    chosen = chosen && likely;
    stages->facts++;
    stages->trigger += trigger;
    stages->actors += actors;
    stages->frame += frame;
    stages->likely += likely;
    stages->chosen += chosen;
    return chosen || !json_array_append_new(stages->lost, json_pack("{ss ss sO}", "stage",
                                                                    !trigger  ? "no trigger"
                                                                    : !actors ? "no party"
                                                                    : !frame  ? "no frame"
                                                                    : !likely ? "unlikely"
                                                                              : "not chosen",
                                                                    "id", id, "event", event));
}

/* Where a quote stands in one of the texts: every sentence that it touches holds it. */
static void add_quote(struct stages *stages, struct coder_workspace *workspace, const char *quote, bool *counted)
{
    for (uint32_t i = 0; i < workspace->sentence_count; i++) {
        const struct sentence *sentence = &workspace->sentences[i];
        const struct part *part = sentence->part;
        const char *found = memmem(part->text, part->size, quote, strlen(quote));
        if (!found || counted[i])
            continue;
        size_t start = (size_t)(found - part->text), end = start + strlen(quote);
        if (part->list.tokens[sentence->first].start >= end || part->list.tokens[sentence->last].end <= start)
            continue;
        counted[i] = true;
        stages->evidence++;
        stages->evidence_gated += sentence->gate;
    }
}

static bool add_gate(struct stages *stages, struct coder_workspace *workspace, const json_t *events)
{
    bool *counted = calloc(workspace->sentence_count + 1, sizeof *counted);
    for (uint32_t i = 0; counted && i < workspace->sentence_count; i++)
        stages->gated += workspace->sentences[i].gate;
    stages->sentences += workspace->sentence_count;
    for (size_t i = 0; counted && i < json_array_size(events); i++) {
        const json_t *event = json_array_get(events, i), *evidence = json_object_get(event, "evidence");
        for (size_t k = 0; !label_is_optional(event) && k < label_list_size(evidence); k++) {
            const char *quote = label_text(label_list_item(evidence, k), "quote");
            if (quote && *quote)
                add_quote(stages, workspace, quote, counted);
        }
    }
    free(counted);
    return counted != NULL;
}

bool stages_add(struct stages *stages, const struct coder *coder, struct coder_workspace *workspace, const json_t *item,
                const json_t *label, struct error *error)
{
    struct coder_article article = coding_article(item);
    struct coder_result result;
    struct view view = {.candidates = NULL};
    const json_t *events = json_object_get(label, "events");
    int of_label[MATCHING_EVENTS_MAX];
    const char *id = label_text(item, "id");
    if (!coder_candidates(coder, workspace, &article, &result, error))
        return false;
    bool good = (add_gate(stages, workspace, events) || error_set(error, ERROR_MEMORY, "out of memory")) &&
                list_candidates(&view, workspace, error);
    list_names(&view, workspace);
    stages->candidates += workspace->event_count;
    stages->items++;
    json_t *row = good ? coding_row(coder, workspace, item, CODER_CONFIDENCE_OF_MODEL, error) : NULL;
    const json_t *outputs = json_object_get(row, "events");
    good = row && (matching_assign(events, outputs, of_label) || error_set(error, ERROR_MEMORY, "out of memory"));
    for (size_t i = 0; good && i < json_array_size(events) && i < MATCHING_EVENTS_MAX; i++) {
        json_t *event = json_array_get(events, i);
        if (label_is_optional(event) || !label_is_fact(event))
            continue;
        const json_t *output = of_label[i] < 0 ? NULL : json_array_get(outputs, (size_t)of_label[i]);
        bool chosen = output && (label_is_fact(output) ? label_may_be_fact(event) : label_may_be_nonfact(event));
        good = add_event(stages, &view, id, event, chosen) || error_set(error, ERROR_MEMORY, "out of memory");
    }
    json_decref(row);
    json_decref(view.candidates);
    return good;
}

static void print_stage(struct buffer *out, const char *name, uint32_t right, uint32_t of)
{
    buffer_printf(out, "  %-34s %.3f   (%u of %u)\n", name, of ? (double)right / of : 0, right, of);
}

void stages_print(const struct stages *stages, struct buffer *out)
{
    buffer_printf(out, "the gate\n");
    print_stage(out, "sentences that pass", stages->gated, stages->sentences);
    print_stage(out, "of those that hold evidence", stages->evidence_gated, stages->evidence);
    buffer_printf(out, "required facts that can still be found after each stage (%.1f candidates an item)\n",
                  stages->items ? (double)stages->candidates / stages->items : 0);
    print_stage(out, "a trigger of the type", stages->trigger, stages->facts);
    print_stage(out, "the parties where it looks", stages->actors, stages->facts);
    buffer_printf(out, "  the right frame among the %d best  %.3f   (%u of %u)\n", STAGES_BEST,
                  stages->facts ? (double)stages->frame / stages->facts : 0, stages->frame, stages->facts);
    print_stage(out, "likely enough", stages->likely, stages->facts);
    print_stage(out, "chosen", stages->chosen, stages->facts);
}
