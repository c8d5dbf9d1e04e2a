#include "lib/evaluate/teaching.h"

#include "lib/coder/report.h"
#include "lib/coder/role.h"
#include "lib/coder/workspace.h"
#include "lib/evaluate/coding.h"
#include "lib/evaluate/matching.h"

#include <stdlib.h>
#include <string.h>

/* What the labels say of one candidate: right where a required event of its kind matches, neutral where only an
 * optional one does. */
static void judge(const json_t *labels, const json_t *candidate, struct teaching_row *row)
{
    double best = 0;
    row->fact = label_is_fact(candidate);
    row->label = TEACHING_WRONG;
    row->event = TEACHING_NO_EVENT;
    for (size_t i = 0; i < json_array_size(labels) && i < TEACHING_NO_EVENT; i++) {
        const json_t *label = json_array_get(labels, i);
        double weight = matching_weight(label, candidate);
        if (weight <= 0)
            continue;
        bool kind = row->fact ? label_may_be_fact(label) : label_may_be_nonfact(label);
        if (label_is_optional(label)) {
            if (row->label == TEACHING_WRONG)
                row->label = TEACHING_NEUTRAL;
        } else if (kind && weight > best) {
            best = weight;
            row->label = TEACHING_RIGHT;
            row->event = (uint8_t)i;
        }
    }
}

static bool one_telling(const struct event *a, const struct event *b)
{
    if (strcmp(a->type, b->type) != 0)
        return false;
    for (int turn = 0; turn < 2; turn++) {
        for (uint32_t i = 0; i < a->actor_count; i++)
            if (role_is_principal(&a->actors[i]) && !role_has(b, a->actors[i].id, NULL))
                return false;
        const struct event *other = a;
        a = b;
        b = other;
    }
    return true;
}

static void describe(struct teaching_item *item, const json_t *label)
{
    const json_t *events = json_object_get(label, "events");
    const char *relevance = label_text(label, "relevance");
    bool required = false;
    for (size_t i = 0; i < json_array_size(events); i++) {
        const json_t *event = json_array_get(events, i);
        if (label_is_optional(event))
            continue;
        required = true;
        item->facts += label_is_fact(event);
        item->nonfacts += !label_is_fact(event);
    }
    item->relevant = relevance && strcmp(relevance, "none") != 0;
    item->relevance_counts = required || !json_array_size(events);
}

static bool add_candidates(struct teaching *teaching, const struct coder_workspace *workspace, const json_t *labels,
                           enum teaching_kind kind, struct error *error)
{
    uint32_t first = (uint32_t)teaching->row_count;
    for (uint32_t i = 0; i < workspace->event_count; i++) {
        const struct event *event = &workspace->events[i];
        struct ent_record *record = report_build(workspace, event, CODER_NONE, error);
        json_t *candidate = record ? coding_event(record->view) : NULL;
        struct teaching_row *row = candidate ? teaching_add_row(teaching) : NULL;
        if (row) {
            row->features = event->features;
            row->telling = (uint16_t)i;
            for (uint32_t k = 0; k < i; k++)
                if (one_telling(event, &workspace->events[k])) {
                    row->telling = teaching->rows[first + k].telling;
                    break;
                }
            judge(labels, candidate, row);
            if (kind == TEACHING_INVENTED && row->features.count < FEATURES_OF_EVENT_MAX) {
                memmove(row->features.ids + 1, row->features.ids, row->features.count * sizeof *row->features.ids);
                row->features.ids[0] = FEATURE_INVENTED;
                row->features.count++;
            }
        }
        json_decref(candidate);
        record_release(record);
        if (!row)
            return error_set(error, ERROR_MEMORY, "out of memory");
    }
    return true;
}

bool teaching_extract(struct teaching *teaching, const struct coder *coder, const json_t *labels, const json_t *items,
                      enum teaching_kind kind, struct error *error)
{
    struct coder_workspace *workspace = coder_workspace_create();
    bool good = workspace || error_set(error, ERROR_MEMORY, "out of memory");
    const char *id;
    json_t *row;
    json_object_foreach((json_t *)items, id, row)
    {
        if (!good)
            break;
        struct coder_article article = coding_article(row);
        struct coder_result result;
        const json_t *label = json_object_get(labels, id);
        struct teaching_item *item = teaching_add_item(teaching);
        good = (item || error_set(error, ERROR_MEMORY, "out of memory")) &&
               coder_candidates(coder, workspace, &article, &result, error);
        if (!good)
            break;
        teaching_id(id, item->id);
        item->kind = (uint8_t)kind;
        item->marks = workspace->relevance;
        describe(item, label);
        good = add_candidates(teaching, workspace, json_object_get(label, "events"), kind, error);
    }
    if (!good)
        error_prefix(error, "item %s", id);
    coder_workspace_destroy(workspace);
    return good;
}
