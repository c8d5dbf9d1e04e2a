#include "plugins/atom/entries.h"

#include "lib/base/calendar.h"
#include "lib/template/alert_values.h"
#include "lib/template/template.h"

#include <stdlib.h>
#include <string.h>

/* Between two kept entries, and between the delivery's id and the entry: XML never holds these. */
static const char separator = '\x1e', id_end = '\x1f';

static const char shipped[] = "<entry>\n"
                              "<id>urn:entente:delivery:{{delivery}}</id>\n"
                              "<title>{{#is_update}}Update: {{/is_update}}{{headline}}</title>\n"
                              "{{#thread}}\n"
                              "<thr:in-reply-to ref=\"urn:entente:delivery:{{thread}}\"/>\n"
                              "{{/thread}}\n"
                              "{{#url}}\n"
                              "<link href=\"{{url}}\"/>\n"
                              "{{/url}}\n"
                              "{{#alerts}}\n"
                              "{{#event.type}}\n"
                              "<category term=\"{{event.type}}\"/>\n"
                              "{{/event.type}}\n"
                              "{{/alerts}}\n"
                              "<updated>{{newest}}{{^newest}}1970-01-01T00:00:00Z{{/newest}}</updated>\n"
                              "<content type=\"text\">{{#groups}}{{#name}}== {{name}}\n{{/name}}{{#alerts}}{{headline}}{{#what}}\n{{what}}{{/what}}"
                              "{{#quote}}\n\"{{quote}}\"{{/quote}}\n{{publisher}} {{url}}\n{{/alerts}}{{/groups}}</content>\n"
                              "</entry>\n";

struct entries {
    struct template *template;
    char **texts;
    size_t count, most;
};

static bool put_on_top(struct entries *entries, char *text)
{
    if (entries->count == entries->most)
        free(entries->texts[--entries->count]);
    memmove(entries->texts + 1, entries->texts, entries->count * sizeof *entries->texts);
    entries->texts[0] = text;
    entries->count++;
    return true;
}

static bool read_kept(struct entries *entries, const char *kept, size_t size)
{
    size_t at = 0;
    while (at < size && entries->count < entries->most) {
        const char *end = memchr(kept + at, separator, size - at);
        size_t length = end ? (size_t)(end - kept) - at : size - at;
        char *text = strndup(kept + at, length);
        if (!text)
            return false;
        entries->texts[entries->count++] = text;
        at += length + 1;
    }
    return true;
}

struct entries *entries_create(const char *kept, size_t size, size_t most, const char *template_path,
                               struct error *error)
{
    struct entries *entries = calloc(1, sizeof *entries);
    if (entries) {
        entries->most = most;
        entries->texts = calloc(most, sizeof *entries->texts);
    }
    if (!entries || !entries->texts || !read_kept(entries, kept, size)) {
        error_set(error, ERROR_MEMORY, "no memory for the feed's entries");
        entries_destroy(entries);
        return NULL;
    }
    entries->template = template_path ? template_compile_file(template_path, TEMPLATE_HTML, error)
                                      : template_compile(shipped, sizeof shipped - 1, TEMPLATE_HTML, error);
    if (entries->template)
        return entries;
    entries_destroy(entries);
    return NULL;
}

void entries_destroy(struct entries *entries)
{
    if (!entries)
        return;
    for (size_t i = 0; i < entries->count; i++)
        free(entries->texts[i]);
    free(entries->texts);
    template_destroy(entries->template);
    free(entries);
}

/* What the entry itself is, behind the id. */
static const char *body_of(const char *text)
{
    const char *end = strchr(text, id_end);
    return end ? end + 1 : text;
}

static bool is_of(const char *text, const char *delivery)
{
    size_t size = strlen(delivery);
    return strncmp(text, delivery, size) == 0 && text[size] == id_end;
}

static void forget(struct entries *entries, const char *delivery)
{
    for (size_t i = 0; i < entries->count; i++)
        if (is_of(entries->texts[i], delivery)) {
            free(entries->texts[i]);
            entries->count--;
            memmove(entries->texts + i, entries->texts + i + 1, (entries->count - i) * sizeof *entries->texts);
            return;
        }
}

bool entries_add(struct entries *entries, struct record_view delivery, struct error *error)
{
    const char *id = record_text(delivery, ENT_DELIVERY_ID);
    json_t *values = alert_values(delivery, error);
    struct buffer text = BUFFER_INIT;
    if (!values)
        return false;
    buffer_printf(&text, "%s%c", id ? id : "", id_end);
    template_render(entries->template, values, &text);
    json_decref(values);
    char *entry = buffer_take(&text, NULL);
    if (!entry)
        return error_set(error, ERROR_MEMORY, "no memory for an entry, or a template without end");
    if (id)
        forget(entries, id);
    return put_on_top(entries, entry);
}

void entries_fit(struct entries *entries, size_t size)
{
    size_t all = 0, fitting = 0;
    while (fitting < entries->count && (fitting == 0 || all + strlen(entries->texts[fitting]) + 1 <= size))
        all += strlen(entries->texts[fitting++]) + 1;
    while (entries->count > fitting)
        free(entries->texts[--entries->count]);
}

void entries_keep(const struct entries *entries, struct buffer *out)
{
    for (size_t i = 0; i < entries->count; i++) {
        if (i)
            buffer_append_char(out, separator);
        buffer_append_text(out, entries->texts[i]);
    }
}

static void append_escaped(struct buffer *out, const char *text)
{
    for (; *text; text++)
        if (*text == '&')
            buffer_append_text(out, "&amp;");
        else if (*text == '<')
            buffer_append_text(out, "&lt;");
        else
            buffer_append_char(out, *text);
}

void entries_write(const struct entries *entries, const char *id, const char *title, int64_t updated,
                   struct buffer *out)
{
    char time[CALENDAR_TEXT_SIZE];
    calendar_print(time, updated);
    buffer_append_text(
        out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:thr=\"http://purl.org/syndication/thread/1.0\">\n<id>");
    append_escaped(out, id);
    buffer_append_text(out, "</id>\n<title>");
    append_escaped(out, title);
    buffer_printf(out, "</title>\n<author><name>Entente</name></author>\n<updated>%s</updated>\n", time);
    for (size_t i = 0; i < entries->count; i++)
        buffer_append_text(out, body_of(entries->texts[i]));
    buffer_append_text(out, "</feed>\n");
}
