#include "lib/evaluate/coding.h"

#include "lib/record/record_json.h"

struct coder_article coding_article(const json_t *item)
{
    const json_t *title = json_object_get(item, "title"), *body = json_object_get(item, "body");
    return (struct coder_article){.title = json_string_value(title),
                                  .title_size = json_string_length(title),
                                  .body = json_string_value(body),
                                  .body_size = json_string_length(body),
                                  .published = label_text(item, "date"),
                                  .url = label_text(item, "url")};
}

json_t *coding_event(struct record_view event)
{
    struct buffer text = BUFFER_INIT;
    struct json_writer writer;
    json_begin(&writer, &text);
    record_to_json(&writer, event, RECORD_JSON_NULLS);
    json_t *object = text.failed ? NULL : json_loadb(text.bytes, text.size, 0, NULL);
    buffer_free(&text);
    return object;
}

json_t *coding_row(const struct coder *coder, struct coder_workspace *workspace, const json_t *item,
                   double min_confidence, struct error *error)
{
    struct coder_article article = coding_article(item);
    struct coder_result result;
    const char *id = label_text(item, "id");
    if (!coder_code(coder, workspace, &article, min_confidence, &result, error)) {
        error_prefix(error, "item %s", id ? id : "without id");
        return NULL;
    }
    json_t *events = json_array(), *row = json_pack("{ss ss so}", "id", id ? id : "", "relevance",
                                                    coder_relevance_name(result.relevance), "events", events);
    bool good = row != NULL;
    for (size_t i = 0; good && i < result.event_count; i++)
        good = !json_array_append_new(events, coding_event(result.events[i]->view));
    if (good)
        return row;
    json_decref(row);
    error_set(error, ERROR_MEMORY, "out of memory");
    return NULL;
}
