#include "lib/template/alert_values.h"

#include "lib/base/calendar.h"
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
    /* What was noticed over many events is news, whatever the event at which it was. */
    bool has_finding = record_count(alert, ENT_ALERT_FINDING) > 0;
    bool is_update = has_event && !has_finding && reason && strcmp(reason, "new") != 0 && !is_test;
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

/* What the whole message is, for people. */
static void append_title(struct buffer *text, struct record_view delivery, const json_t *alerts)
{
    const char *hold = record_text(delivery, ENT_DELIVERY_HOLD), *window = record_text(delivery, ENT_DELIVERY_WINDOW);
    const char *heading = json_string_value(json_object_get(json_array_get(alerts, 0), "heading"));
    size_t count = json_array_size(alerts);
    if (!hold)
        hold = "";
    if (!window)
        window = "";
    if (strcmp(hold, "digest") == 0)
        buffer_printf(text, "Digest of %s: ", window);
    else if (strcmp(hold, "quiet") == 0)
        buffer_printf(text, "From quiet hours, until %s: ", window);
    else if (strcmp(hold, "throttle") == 0)
        buffer_printf(text, "Held back until %s: ", window);
    else if (strcmp(hold, "group") == 0 && heading)
        buffer_printf(text, "%s: ", heading);
    buffer_printf(text, "%zu alert%s", count, count == 1 ? "" : "s");
}

static bool put_headline(json_t *values, struct record_view delivery, const json_t *alerts)
{
    struct buffer title = BUFFER_INIT;
    append_title(&title, delivery, alerts);
    const char *first = json_string_value(json_object_get(json_array_get(alerts, 0), "headline"));
    bool is_good = !title.failed && put(values, "title", title.bytes) &&
                   put(values, "headline", json_array_size(alerts) == 1 ? first : title.bytes);
    buffer_free(&title);
    return is_good;
}

/* The alerts under their headings, which stand together already. */
static bool put_groups(json_t *values, json_t *alerts)
{
    json_t *groups = json_array(), *group = NULL;
    const char *last = NULL;
    bool is_good = groups && json_object_set_new(values, "groups", groups) == 0;
    for (size_t i = 0; is_good && i < json_array_size(alerts); i++) {
        json_t *alert = json_array_get(alerts, i);
        const char *heading = json_string_value(json_object_get(alert, "heading"));
        heading = heading ? heading : "";
        if (!last || strcmp(last, heading) != 0) {
            group = json_pack("{s:s, s:[]}", "name", heading, "alerts");
            is_good = group && json_array_append_new(groups, group) == 0;
            last = heading;
        }
        is_good = is_good && json_array_append(json_object_get(group, "alerts"), alert) == 0;
    }
    for (size_t i = 0; is_good && i < json_array_size(groups); i++) {
        json_t *one = json_array_get(groups, i);
        json_int_t size = (json_int_t)json_array_size(json_object_get(one, "alerts"));
        is_good = json_object_set_new(one, "count", json_integer(size)) == 0;
    }
    return is_good;
}

/* What is absent is empty, so that a template finds it here and not further out. */
static bool put_own(json_t *values, struct record_view delivery)
{
    struct record_view alert;
    int64_t newest = 0;
    for (size_t i = 0; record_get_view(delivery, ENT_DELIVERY_ALERT, i, &alert); i++)
        if (record_int(alert, ENT_ALERT_CREATED, 0) > newest)
            newest = record_int(alert, ENT_ALERT_CREATED, 0);
    char time[CALENDAR_TEXT_SIZE] = "";
    if (newest)
        calendar_print(time, newest);
    return put(values, "newest", time) && put(values, "delivery", record_text(delivery, ENT_DELIVERY_ID)) &&
           put(values, "hold", record_text(delivery, ENT_DELIVERY_HOLD)) &&
           put(values, "window", record_text(delivery, ENT_DELIVERY_WINDOW)) &&
           put(values, "thread", record_text(delivery, ENT_DELIVERY_THREAD)) &&
           put(values, "receipt", record_text(delivery, ENT_DELIVERY_RECEIPT));
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
           put_own(values, delivery) && put_groups(values, alerts) && put_headline(values, delivery, alerts);
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
