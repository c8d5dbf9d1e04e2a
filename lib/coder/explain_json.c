#include "lib/coder/explain_json.h"

#include "lib/coder/explain_facts.h"
#include "lib/coder/explain_marks.h"

static void put(struct json_writer *json, const char *key, const char *text)
{
    json_key(json, key);
    json_put_text(json, text);
}

static void put_mark(struct json_writer *json, const struct mark *mark, bool is_title)
{
    json_object_open(json);
    put(json, "in", is_title ? "title" : "body");
    json_key(json, "start");
    json_put_integer(json, mark->start);
    json_key(json, "end");
    json_put_integer(json, mark->end);
    put(json, "kind", mark->kind == MARK_BLOCKED ? "none" : mark_kind_word(mark->kind));
    put(json, "label", mark->label);
    if (mark->more)
        put(json, "more", mark->more);
    json_object_close(json);
}

static bool put_marks(struct json_writer *json, const struct coder_workspace *workspace)
{
    bool good = true;
    json_key(json, "marks");
    json_array_open(json);
    for (uint32_t i = 0; good && i < workspace->sentence_count; i++) {
        const struct sentence *sentence = &workspace->sentences[i];
        struct mark_list list = {0};
        marks_of_sentence(workspace, sentence, &list);
        for (size_t k = 0; k < list.count; k++)
            put_mark(json, &list.marks[k], sentence->part == &workspace->parts[PART_TITLE]);
        good = !list.failed;
        marks_free(&list);
    }
    json_array_close(json);
    return good;
}

static void put_fact(void *context, const char *label, const struct buffer *value)
{
    struct json_writer *json = context;
    json_object_open(json);
    put(json, "label", label);
    json_key(json, "value");
    json_put_string(json, value->size ? value->bytes : "", value->size);
    json_object_close(json);
}

static bool put_event(struct json_writer *json, const struct coder_workspace *workspace, const struct event *event)
{
    struct buffer headline = BUFFER_INIT;
    explain_headline(event, &headline);
    json_object_open(json);
    json_key(json, "coded");
    json_put_boolean(json, !event->dropped);
    put(json, "headline", headline.bytes ? headline.bytes : "");
    if (event->dropped)
        put(json, "why_not", event->dropped);
    json_key(json, "facts");
    json_array_open(json);
    explain_facts(workspace, event, put_fact, json);
    json_array_close(json);
    json_key(json, "reasons");
    json_array_open(json);
    for (uint32_t i = 0; i < event->reason_count; i++) {
        json_object_open(json);
        put(json, "text", event->reasons[i].text);
        json_key(json, "weight");
        json_put_number(json, event->reasons[i].weight);
        json_object_close(json);
    }
    json_array_close(json);
    json_object_close(json);
    bool good = !headline.failed;
    buffer_free(&headline);
    return good;
}

bool explain_json(struct json_writer *json, const struct coder_workspace *workspace)
{
    bool good = put_marks(json, workspace);
    json_key(json, "events");
    json_array_open(json);
    for (int kept = 1; kept >= 0; kept--)
        for (uint32_t i = 0; good && i < workspace->event_count; i++)
            if (kept == !workspace->events[i].dropped)
                good = put_event(json, workspace, &workspace->events[i]);
    json_array_close(json);
    return good;
}
