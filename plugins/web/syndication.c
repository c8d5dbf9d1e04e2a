#include "plugins/web/syndication.h"

#include "lib/base/calendar.h"
#include "lib/base/digest.h"
#include "plugins/web/server.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BASE_SIZE = 400 };

/* XML knows no control characters but three, nor U+FFFE and U+FFFF; they are left out. */
static void put_text(struct buffer *out, const char *text)
{
    for (; text && *text; text++) {
        if (strncmp(text, "\xef\xbf\xbe", 3) == 0 || strncmp(text, "\xef\xbf\xbf", 3) == 0) {
            text += 2;
            continue;
        }
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

/* ---- entries ---- */

/* What sets events' entries apart from alerts'. */
struct subject {
    const char *question, *list, *title;
};

static const struct subject events_subject = {"events", "events", "Entente: events"};
static const struct subject alerts_subject = {"alerts", "alerts", "Entente: alerts"};

/* When the entry last said something else: of an event its last revision, which a correction makes as well. */
static void updated_of(const struct subject *subject, const json_t *row, char text[CALENDAR_TEXT_SIZE])
{
    if (subject == &events_subject)
        calendar_print(text, json_integer_value(json_object_get(row, "updated")));
    else
        snprintf(text, CALENDAR_TEXT_SIZE, "%s", text_of(row, "created"));
}

/* "type aid, status signed, date 2024-05-01, independent sources 2": what its headline has no room for. */
static void put_event_summary(struct buffer *out, const json_t *row)
{
    static const char *const words[] = {"type", "subtype", "status", "modality", "scope"};
    const json_t *date = json_object_get(row, "date");
    buffer_append_text(out, "<summary>");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (*text_of(row, words[i])) {
            put_text(out, words[i]);
            buffer_append_text(out, " ");
            put_text(out, text_of(row, words[i]));
            buffer_append_text(out, ", ");
        }
    if (*text_of(date, "start")) {
        buffer_append_text(out, "date ");
        put_text(out, text_of(date, "start"));
        buffer_append_text(out, ", ");
    }
    buffer_printf(out, "independent sources %lld",
                  (long long)json_integer_value(json_object_get(row, "independent_sources")));
    buffer_append_text(out, "</summary>");
}

static void put_entry(struct buffer *out, const struct subject *subject, const char *base, const json_t *row)
{
    bool is_event = subject == &events_subject;
    const char *id = text_of(row, "id"), *event = is_event ? id : text_of(row, "event");
    char updated[CALENDAR_TEXT_SIZE];
    updated_of(subject, row, updated);
    buffer_append_text(out, "<entry><id>urn:entente:");
    put_text(out, id);
    buffer_append_text(out, "</id>");
    put_element(out, "title", text_of(row, "headline"));
    put_element(out, "published", text_of(row, is_event ? "first_seen" : "created"));
    put_element(out, "updated", updated);
    buffer_append_text(out, "<link rel=\"alternate\" href=\"");
    put_text(out, base);
    /* An alert of a detector, a series or a source is about no event. */
    buffer_append_text(out, *event ? "/event/" : "/alerts?open=");
    put_text(out, *event ? event : id);
    buffer_append_text(out, "\"/><category term=\"");
    put_text(out, text_of(row, is_event ? "type" : "watch"));
    buffer_append_text(out, "\"/>");
    if (is_event)
        put_event_summary(out, row);
    else
        put_element(out, "summary", text_of(row, "reason"));
    buffer_append_text(out, "</entry>\n");
}

/* ---- the feed ---- */

/* What was asked for, as it stands in an address; "" for everything. */
static void query_of(const struct exchange *exchange, struct buffer *query)
{
    for (size_t i = 0; i < exchange->parameter_count; i++) {
        const struct ent_parameter *parameter = &exchange->parameters[i];
        buffer_append_char(query, i ? '&' : '?');
        exchange_append_value(query, parameter->name, strlen(parameter->name));
        buffer_append_char(query, '=');
        exchange_append_value(query, parameter->value, strlen(parameter->value));
    }
}

/* "Entente: events (type aid, dyad RUS,UZB)" */
static void put_title(struct buffer *out, const struct exchange *exchange, const struct subject *subject)
{
    buffer_printf(out, "<title>%s", subject->title);
    for (size_t i = 0; i < exchange->parameter_count; i++) {
        buffer_append_text(out, i ? ", " : " (");
        put_text(out, exchange->parameters[i].name);
        buffer_append_char(out, ' ');
        put_text(out, exchange->parameters[i].value);
    }
    buffer_append_text(out, exchange->parameter_count > 0 ? ")</title>" : "</title>");
}

static void put_feed(struct buffer *out, const struct exchange *exchange, const struct subject *subject,
                     const json_t *rows)
{
    size_t index;
    const json_t *row;
    char base[BASE_SIZE], latest[CALENDAR_TEXT_SIZE] = "1970-01-01T00:00:00Z", updated[CALENDAR_TEXT_SIZE];
    struct buffer query = BUFFER_INIT;
    base_of(exchange, base);
    query_of(exchange, &query);
    json_array_foreach(rows, index, row)
    {
        updated_of(subject, row, updated);
        if (strcmp(updated, latest) > 0)
            memcpy(latest, updated, sizeof latest);
    }
    buffer_append_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">");
    /* Readers tell feeds apart by this, under whatever name they reach the server. */
    buffer_printf(out, "<id>urn:entente:%s:%016" PRIx64 "</id>", subject->list,
                  hash_bytes(query.bytes ? query.bytes : "", query.size));
    put_title(out, exchange, subject);
    put_element(out, "updated", latest);
    buffer_append_text(out, "<author><name>Entente</name></author><link href=\"");
    put_text(out, base);
    buffer_append_text(out, "/\"/><link rel=\"self\" href=\"");
    put_text(out, base);
    put_text(out, exchange->path);
    put_text(out, query.bytes);
    buffer_append_text(out, "\"/>\n");
    json_array_foreach(rows, index, row) put_entry(out, subject, base, row);
    buffer_append_text(out, "</feed>\n");
    out->failed = out->failed || query.failed;
    buffer_free(&query);
}

/* What is asked for, and where nothing else is said what changed last: a reader that comes by now and then shall miss
 * nothing. */
static const struct ent_answer *ask(struct exchange *exchange, const struct subject *subject)
{
    struct ent_parameter parameters[PARAMETERS_MAX + 1];
    size_t count = exchange->parameter_count;
    memcpy(parameters, exchange->parameters, count * sizeof *parameters);
    if (subject == &events_subject && !exchange_parameter(exchange, "order"))
        parameters[count++] = (struct ent_parameter){"order", "updated"};
    return exchange_ask(exchange, subject->question, parameters, count);
}

static enum MHD_Result answer(struct exchange *exchange, const struct subject *subject)
{
    struct buffer out = BUFFER_INIT;
    const struct ent_answer *answer = ask(exchange, subject);
    enum MHD_Result result;
    if (!answer || answer->kind != ENT_ANSWER_OK) {
        result = exchange_problem_of(exchange, answer);
    } else {
        json_t *body = json_loadb(answer->body.data, answer->body.size, 0, NULL);
        put_feed(&out, exchange, subject, json_object_get(body, subject->list));
        json_decref(body);
        result = out.failed
                     ? exchange_send(exchange, MHD_HTTP_OK, NULL)
                     : exchange_reply_tagged(exchange, "application/atom+xml; charset=utf-8", out.bytes, out.size);
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
