#include "plugins/webhook/body.h"

#include "lib/record/alert_json.h"
#include "lib/template/alert_values.h"
#include "lib/template/template.h"

#include <stdlib.h>
#include <string.h>

#define SLACK_TEXT                                                                                                     \
    "{{#hold}}*{{title}}*\\n{{/hold}}{{#groups}}{{#name}}\\n_{{name}}_\\n{{/name}}{{#alerts}}{{#is_update}}Update: "       \
    "{{/is_update}}*{{headline}}*{{#what}}\\n{{what}}{{/what}}{{#quote}}\\n> {{quote}}{{/quote}}{{#url}}\\n{{url}}{{/url}}\\n" \
    "{{/alerts}}{{/groups}}"

struct preset {
    const char *name, *method, *content_type;
    enum template_escape escape;
    bool names_delivery;
    const char *receipt; /* member of the answer that names the message; NULL: none */
    bool has_ok;         /* the answer's member "ok" says whether it was taken, whatever the status */
    const char *text;
};

/* Slack: incoming webhooks, which do not say what a message is called, and chat.postMessage, which does, so that an update
 * can go into the thread of the first. ntfy: publishing to a topic's address. Matrix: PUT …/send/m.room.message/{txnId} of the
 * client-server API, where the transaction's id makes a repeated message none. */
static const struct preset presets[] = {
    {"none", "POST", "application/json", TEMPLATE_JSON, false, NULL, false, NULL},
    {"slack", "POST", "application/json", TEMPLATE_JSON, false, NULL, false,
     "{\"text\":\"" SLACK_TEXT "\"}"},
    {"slack-api", "POST", "application/json; charset=utf-8", TEMPLATE_JSON, false, "ts", true,
     "{\"channel\":\"{{channel}}\",{{#receipt}}\"thread_ts\":\"{{receipt}}\",\"reply_broadcast\":true,{{/receipt}}"
     "\"text\":\"" SLACK_TEXT "\"}"},
    {"ntfy", "POST", "text/plain; charset=utf-8", TEMPLATE_PLAIN, false, NULL, false,
     "{{#hold}}\n{{title}}\n{{/hold}}\n{{#groups}}\n{{#name}}\n== {{name}}\n{{/name}}\n{{#alerts}}\n{{#is_update}}Update: "
     "{{/is_update}}{{headline}}\n{{#what}}\n{{what}}\n{{/what}}\n{{#url}}\n{{url}}\n"
     "{{/url}}\n{{/alerts}}\n{{/groups}}\n"},
    {"matrix", "PUT", "application/json", TEMPLATE_JSON, true, "event_id", false,
     "{\"msgtype\":\"m.text\",\"body\":\"{{#hold}}{{title}}\\n{{/hold}}{{#groups}}{{#name}}\\n== {{name}}\\n{{/name}}"
     "{{#alerts}}{{#is_update}}Update: {{/is_update}}{{headline}}{{#what}}\\n{{what}}"
     "{{/what}}{{#url}}\\n{{url}}{{/url}}\\n{{/alerts}}{{/groups}}\""
     "{{#receipt}},\"m.relates_to\":{\"rel_type\":\"m.thread\",\"event_id\":\"{{receipt}}\",\"is_falling_back\":true,"
     "\"m.in_reply_to\":{\"event_id\":\"{{receipt}}\"}}{{/receipt}}}"},
};

struct body {
    const struct preset *preset;
    struct template *template; /* NULL: the delivery's own JSON */
    const char *channel;       /* lent */
};

struct body *body_create(const char *preset, const char *template_path, const char *channel, struct error *error)
{
    struct body *body = calloc(1, sizeof *body);
    if (!body) {
        error_set(error, ERROR_MEMORY, "no memory");
        return NULL;
    }
    body->preset = &presets[0];
    body->channel = channel ? channel : "";
    for (size_t i = 0; preset && i < sizeof presets / sizeof *presets; i++)
        if (strcmp(presets[i].name, preset) == 0)
            body->preset = &presets[i];
    const char *text = body->preset->text;
    if (template_path)
        body->template = template_compile_file(template_path, body->preset->escape, error);
    else if (text)
        body->template = template_compile(text, strlen(text), body->preset->escape, error);
    if (body->template || (!template_path && !text))
        return body;
    body_destroy(body);
    return NULL;
}

void body_destroy(struct body *body)
{
    if (!body)
        return;
    template_destroy(body->template);
    free(body);
}

bool body_render(const struct body *body, struct record_view delivery, struct buffer *out, struct error *error)
{
    if (body->template) {
        json_t *values = alert_values(delivery, error);
        if (values && json_object_set_new(values, "channel", json_string(body->channel)) != 0) {
            json_decref(values);
            values = NULL;
        }
        if (!values)
            return error_set(error, ERROR_MEMORY, "no memory for the alert's values");
        template_render(body->template, values, out);
        json_decref(values);
    } else {
        struct json_writer writer;
        json_begin(&writer, out);
        delivery_to_json(&writer, delivery);
    }
    return !out->failed || error_set(error, ERROR_MEMORY, "no memory for the body, or a template without end");
}

const char *body_method(const struct body *body)
{
    return body->preset->method;
}

const char *body_content_type(const struct body *body)
{
    return body->preset->content_type;
}

bool body_names_delivery(const struct body *body)
{
    return body->preset->names_delivery;
}

const char *body_receipt(const struct body *body)
{
    return body->preset->receipt;
}

bool body_has_ok(const struct body *body)
{
    return body->preset->has_ok;
}
