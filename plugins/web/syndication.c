#include "plugins/web/syndication.h"

#include "plugins/web/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BASE_SIZE = 400 };

/* XML knows no control characters but three; they are left out. */
static void put_text(struct buffer *out, const char *text)
{
    for (; text && *text; text++) {
        switch (*text) {
        case '<':
            buffer_append_text(out, "&lt;");
            break;
        case '>':
            buffer_append_text(out, "&gt;");
            break;
        case '&':
            buffer_append_text(out, "&amp;");
            break;
        case '"':
            buffer_append_text(out, "&quot;");
            break;
        default:
            if ((unsigned char)*text >= ' ' || *text == '\n' || *text == '\t')
                buffer_append_char(out, *text);
        }
    }
}

static void put_element(struct buffer *out, const char *name, const char *text)
{
    buffer_printf(out, "<%s>", name);
    put_text(out, text);
    buffer_printf(out, "</%s>", name);
}

/* Where the page is to be found, as its reader knows it. */
static void base_of(const struct exchange *exchange, char base[BASE_SIZE])
{
    const struct server_settings *settings = &exchange->server->settings;
    const char *host = exchange_header(exchange, MHD_HTTP_HEADER_HOST);
    if (settings->public_url)
        snprintf(base, BASE_SIZE, "%s", settings->public_url);
    else
        snprintf(base, BASE_SIZE, "%s://%s", settings->certificate ? "https" : "http", host ? host : "localhost");
    size_t size = strlen(base);
    if (size > 0 && base[size - 1] == '/')
        base[size - 1] = '\0';
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

/* What sets events' entries apart from alerts'. */
struct subject {
    const char *question, *list, *title, *page;
    const char *published, *updated;
};

static const struct subject events_subject = {"events", "events", "Entente: events", "event", "first_seen", "last_seen"};
static const struct subject alerts_subject = {"alerts", "alerts", "Entente: alerts", "event", "created", "created"};

static void put_entry(struct buffer *out, const struct subject *subject, const char *base, const json_t *row)
{
    bool is_event = subject == &events_subject;
    const char *id = text_of(row, "id"), *event = is_event ? id : text_of(row, "event");
    buffer_append_text(out, "<entry>");
    buffer_append_text(out, "<id>urn:entente:");
    put_text(out, id);
    buffer_append_text(out, "</id>");
    put_element(out, "title", text_of(row, "headline"));
    put_element(out, "published", text_of(row, subject->published));
    put_element(out, "updated", text_of(row, subject->updated));
    buffer_append_text(out, "<link rel=\"alternate\" href=\"");
    put_text(out, base);
    buffer_printf(out, "/%s/", subject->page);
    put_text(out, event);
    buffer_append_text(out, "\"/><category term=\"");
    put_text(out, text_of(row, is_event ? "type" : "watch"));
    buffer_append_text(out, "\"/></entry>\n");
}

static void put_feed(struct buffer *out, const struct subject *subject, const char *base, const json_t *rows)
{
    size_t index;
    const json_t *row;
    const char *latest = "1970-01-01T00:00:00Z";
    json_array_foreach(rows, index, row) if (strcmp(text_of(row, subject->updated), latest) > 0) latest =
        text_of(row, subject->updated);
    buffer_append_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">");
    put_element(out, "id", "urn:entente:feed");
    put_element(out, "title", subject->title);
    put_element(out, "updated", latest);
    buffer_append_text(out, "<author><name>Entente</name></author><link href=\"");
    put_text(out, base);
    buffer_append_text(out, "/\"/>\n");
    json_array_foreach(rows, index, row) put_entry(out, subject, base, row);
    buffer_append_text(out, "</feed>\n");
}

static enum MHD_Result answer(struct exchange *exchange, const struct subject *subject)
{
    struct buffer out = BUFFER_INIT;
    char base[BASE_SIZE];
    const struct ent_answer *answer =
        exchange_ask(exchange, subject->question, exchange->parameters, exchange->parameter_count);
    enum MHD_Result result;
    if (!answer || answer->kind != ENT_ANSWER_OK) {
        result = exchange_problem_of(exchange, answer);
    } else {
        json_t *body = json_loadb(answer->body.data, answer->body.size, 0, NULL);
        base_of(exchange, base);
        put_feed(&out, subject, base, json_object_get(body, subject->list));
        json_decref(body);
        result = out.failed ? exchange_send(exchange, MHD_HTTP_OK, NULL)
                            : exchange_reply(exchange, MHD_HTTP_OK, "application/atom+xml; charset=utf-8", out.bytes, out.size);
    }
    exchange->server->query->release(exchange->server->instance, answer);
    buffer_free(&out);
    return result;
}

enum MHD_Result syndication_events(struct exchange *exchange)
{
    return answer(exchange, &events_subject);
}

enum MHD_Result syndication_alerts(struct exchange *exchange)
{
    return answer(exchange, &alerts_subject);
}
