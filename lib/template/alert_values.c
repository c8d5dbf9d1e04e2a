#include "lib/template/alert_values.h"

#include "lib/record/event_text.h"
#include "lib/record/record_json.h"

#include <string.h>

static bool put(json_t *object, const char *name, const char *text)
{
    json_t *value = json_string(text ? text : "");
    return value && json_object_set_new(object, name, value) == 0;
}

static bool put_words(json_t *object, const char *name, void (*append)(struct buffer *, struct record_view),
                      struct record_view event)
{
    struct buffer text = BUFFER_INIT;
    append(&text, event);
    bool is_good = !text.failed && put(object, name, text.bytes);
    buffer_free(&text);
    return is_good;
}

static bool put_source(json_t *object, struct record_view event)
{
    struct record_view source;
    bool has_source = record_get_view(event, ENT_EVENT_SOURCE, 0, &source);
    return put(object, "url", has_source ? record_text(source, ENT_SOURCE_URL) : NULL) &&
           put(object, "publisher", has_source ? record_text(source, ENT_SOURCE_PUBLISHER) : NULL) &&
           put(object, "title", has_source ? record_text(source, ENT_SOURCE_TITLE) : NULL);
}

static bool put_quote(json_t *object, struct record_view event)
{
    struct record_view evidence;
    bool has_evidence = record_get_view(event, ENT_REPORT_EVIDENCE, 0, &evidence);
    return put(object, "quote", has_evidence ? record_text(evidence, ENT_EVIDENCE_QUOTE) : NULL);
}

static json_t *value_of(struct record_view alert)
{
    struct buffer text = BUFFER_INIT;
    struct json_writer writer;
    struct record_view event;
    json_begin(&writer, &text);
    record_to_json(&writer, alert, 0);
    json_t *value = text.failed ? NULL : json_loadb(text.bytes, text.size, 0, NULL);
    buffer_free(&text);
    if (!value)
        return NULL;
    const char *reason = record_text(alert, ENT_ALERT_REASON);
    bool has_event = record_get_view(alert, ENT_ALERT_EVENT, 0, &event);
    bool is_test = reason && strcmp(reason, "test") == 0;
    bool is_update = has_event && reason && strcmp(reason, "new") != 0 && !is_test;
    bool is_good = json_object_set_new(value, "is_update", json_boolean(is_update)) == 0 &&
                   json_object_set_new(value, "is_test", json_boolean(is_test)) == 0;
    if (is_good && has_event)
        is_good =
            put_words(value, "actors", event_text_actors, event) && put_words(value, "when", event_text_date, event) &&
            put_words(value, "kind", event_text_type, event) && put_words(value, "what", event_text_what, event) &&
            put_source(value, event) && put_quote(value, event);
    if (is_good)
        return value;
    json_decref(value);
    return NULL;
}

static bool put_headline(json_t *values, const json_t *alerts)
{
    const char *first = json_string_value(json_object_get(json_array_get(alerts, 0), "headline"));
    size_t count = json_array_size(alerts);
    if (count == 1)
        return put(values, "headline", first);
    struct buffer text = BUFFER_INIT;
    buffer_printf(&text, "%zu alerts%s%s", count, first ? ": " : "", first ? first : "");
    bool is_good = !text.failed && put(values, "headline", text.bytes);
    buffer_free(&text);
    return is_good;
}

static bool fill(json_t *values, json_t *alerts, struct record_view delivery)
{
    struct record_view alert;
    for (size_t i = 0; record_get_view(delivery, ENT_DELIVERY_ALERT, i, &alert); i++)
        if (json_array_append_new(alerts, value_of(alert)) != 0)
            return false;
    json_int_t count = (json_int_t)json_array_size(alerts);
    return (count != 1 || json_object_update(values, json_array_get(alerts, 0)) == 0) &&
           json_object_set(values, "alerts", alerts) == 0 &&
           json_object_set_new(values, "count", json_integer(count)) == 0 &&
           put(values, "delivery", record_text(delivery, ENT_DELIVERY_ID)) && put_headline(values, alerts);
}

json_t *alert_values(struct record_view delivery, struct error *error)
{
    json_t *values = json_object(), *alerts = json_array();
    bool is_good = values && alerts && fill(values, alerts, delivery);
    json_decref(alerts);
    if (is_good)
        return values;
    json_decref(values);
    error_set(error, ERROR_MEMORY, "no memory for the alert's values");
    return NULL;
}
