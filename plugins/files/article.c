#include "plugins/files/article.h"

#include "lib/mail/message.h"
#include "lib/text/charset.h"
#include "lib/text/date.h"
#include "lib/text/html.h"

#include <jansson.h>
#include <string.h>
#include <strings.h>

enum { TITLE_SIZE_MAX = 300 };

static bool is_complete(const struct article *article, struct error *error)
{
    if (article->title.failed || article->body.failed || article->id.failed || article->url.failed ||
        article->author.failed || article->language.failed || article->publisher.failed)
        return error_set(error, ERROR_MEMORY, "no memory for the text");
    if (article->title.size == 0 && article->body.size == 0)
        return error_set(error, ERROR_INPUT, "holds no text");
    return true;
}

static void set_date(struct article *article, const struct date *date)
{
    static const char *const words[] = {[DATE_YEAR] = "year",
                                        [DATE_MONTH] = "month",
                                        [DATE_DAY] = "day",
                                        [DATE_MINUTE] = "minute",
                                        [DATE_SECOND] = "second"};
    article->has_published = true;
    article->published = date->time;
    article->offset_minutes = date->offset_minutes;
    article->precision = words[date->precision];
}

/* ---- plain text ---- */

static size_t line_size(const char *text, size_t size)
{
    const char *end = memchr(text, '\n', size);
    return end ? (size_t)(end - text) : size;
}

static bool is_blank(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (!strchr(" \t\r", text[i]))
            return false;
    return true;
}

bool article_from_text(struct article *article, const char *bytes, size_t size, struct error *error)
{
    struct buffer storage = BUFFER_INIT;
    struct charset_text text;
    if (!charset_decode(bytes, size, NULL, &storage, &text, error)) {
        buffer_free(&storage);
        return false;
    }
    size_t first = line_size(text.bytes, text.size);
    size_t next = first < text.size ? first + 1 : first;
    bool has_title = first <= TITLE_SIZE_MAX && !is_blank(text.bytes, first) && next < text.size &&
                     is_blank(text.bytes + next, line_size(text.bytes + next, text.size - next));
    if (has_title)
        html_append_plain(&article->title, text.bytes, first, HTML_ONE_LINE);
    size_t start = has_title ? next : 0;
    html_append_plain(&article->body, text.bytes + start, text.size - start, 0);
    buffer_free(&storage);
    return is_complete(article, error);
}

/* ---- web pages ---- */

/* The content between `<name …>` and `</name`, the first of the page; false where there is none. */
static bool find_element(const char *html, size_t size, const char *name, const char **content, size_t *content_size)
{
    size_t name_size = strlen(name);
    for (size_t i = 0; i + name_size + 1 < size; i++) {
        if (html[i] != '<' || strncasecmp(html + i + 1, name, name_size) != 0)
            continue;
        const char *open_end = memchr(html + i, '>', size - i);
        if (!open_end || strchr("> \t\r\n", html[i + 1 + name_size]) == NULL)
            continue;
        const char *start = open_end + 1, *end = start;
        while ((end = memchr(end, '<', size - (size_t)(end - html))) && (size_t)(html + size - end) > name_size + 1)
            if (end[1] == '/' && strncasecmp(end + 2, name, name_size) == 0) {
                *content = start;
                *content_size = (size_t)(end - start);
                return true;
            } else {
                end++;
            }
        return false;
    }
    return false;
}

/* The value of an attribute in one tag's text. */
static bool find_attribute(const char *tag, size_t size, const char *name, const char **value, size_t *value_size)
{
    size_t name_size = strlen(name);
    for (size_t i = 1; i + name_size + 2 < size; i++) {
        if (!strchr(" \t\r\n\"'", tag[i - 1]) || strncasecmp(tag + i, name, name_size) != 0 ||
            tag[i + name_size] != '=')
            continue;
        const char *start = tag + i + name_size + 1, *limit = tag + size;
        char quote = *start;
        if (quote == '"' || quote == '\'') {
            start++;
            const char *end = memchr(start, quote, (size_t)(limit - start));
            *value_size = end ? (size_t)(end - start) : 0;
        } else {
            *value_size = strcspn(start, " \t\r\n>");
        }
        *value = start;
        return *value_size > 0;
    }
    return false;
}

static bool is_date_name(const char *name, size_t size)
{
    static const char *const names[] = {"article:published_time", "datePublished",   "date",    "dc.date",
                                        "dc.date.issued",         "dcterms.created", "pubdate", "publish_date",
                                        "parsely-pub-date"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i]) == size && strncasecmp(names[i], name, size) == 0)
            return true;
    return false;
}

static void find_page_date(struct article *article, const char *html, size_t size)
{
    const char *at = html, *end = html + size;
    while (!article->has_published && (at = memchr(at, '<', (size_t)(end - at)))) {
        const char *close = memchr(at, '>', (size_t)(end - at));
        if (!close)
            return;
        size_t tag_size = (size_t)(close - at) + 1;
        const char *name, *content;
        size_t name_size, content_size;
        struct date date;
        if (tag_size > 6 && strncasecmp(at, "<meta", 5) == 0 &&
            (find_attribute(at, tag_size, "property", &name, &name_size) ||
             find_attribute(at, tag_size, "name", &name, &name_size) ||
             find_attribute(at, tag_size, "itemprop", &name, &name_size)) &&
            is_date_name(name, name_size) && find_attribute(at, tag_size, "content", &content, &content_size) &&
            date_parse(content, content_size, &date))
            set_date(article, &date);
        at++;
    }
}

bool article_from_html(struct article *article, const char *bytes, size_t size, struct error *error)
{
    struct buffer storage = BUFFER_INIT;
    struct charset_text text;
    if (!charset_decode(bytes, size, NULL, &storage, &text, error)) {
        buffer_free(&storage);
        return false;
    }
    const char *content;
    size_t content_size;
    if (find_element(text.bytes, text.size, "title", &content, &content_size))
        html_append_text(&article->title, content, content_size, HTML_ONE_LINE);
    find_page_date(article, text.bytes, text.size);
    if (!find_element(text.bytes, text.size, "article", &content, &content_size) &&
        !find_element(text.bytes, text.size, "body", &content, &content_size)) {
        content = text.bytes;
        content_size = text.size;
    }
    html_append_text(&article->body, content, content_size, 0);
    buffer_free(&storage);
    return is_complete(article, error);
}

/* ---- mails ---- */

static void take_text(struct buffer *to, const struct buffer *from)
{
    buffer_append(to, from->bytes ? from->bytes : "", from->size);
}

bool article_from_mail(struct article *article, const char *bytes, size_t size, struct error *error)
{
    struct mail_message message = {.has_date = false};
    bool is_good = mail_message_read(&message, bytes, size, error);
    if (is_good) {
        take_text(&article->id, &message.message_id);
        take_text(&article->title, &message.subject);
        take_text(&article->body, &message.body);
        take_text(&article->url, &message.archive_url);
        take_text(&article->author, message.sender_name.size ? &message.sender_name : &message.sender_address);
        take_text(&article->language, &message.language);
        mail_message_publisher(&message, &article->publisher);
        if (message.has_date) {
            article->has_published = true;
            article->published = message.date;
            article->offset_minutes = message.offset_minutes;
            article->precision = "second";
        }
    }
    mail_message_clear(&message);
    return is_good && is_complete(article, error);
}

/* ---- JSON lines ---- */

static struct buffer *buffer_for(struct article *article, const char *name)
{
    const struct {
        const char *name;
        struct buffer *buffer;
    } fields[] = {{"id", &article->id},   {"title", &article->title},   {"body", &article->body},
                  {"url", &article->url}, {"author", &article->author}, {"language", &article->language}};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (strcmp(fields[i].name, name) == 0)
            return fields[i].buffer;
    return NULL;
}

static bool read_member(struct article *article, const char *name, const json_t *value, struct error *error)
{
    struct buffer *buffer = buffer_for(article, name);
    bool is_date = strcmp(name, "date") == 0;
    if ((!buffer && !is_date) || json_is_null(value))
        return true;
    if (!json_is_string(value))
        return error_set(error, ERROR_INPUT, "\"%s\" is not a text", name);
    const char *text = json_string_value(value);
    size_t size = json_string_length(value);
    struct date date;
    if (!is_date)
        buffer_append(buffer, text, size);
    else if (size > 0 && !date_parse(text, size, &date))
        return error_set(error, ERROR_INPUT, "the date \"%.40s\" cannot be read", text);
    else if (size > 0)
        set_date(article, &date);
    return true;
}

bool article_from_json(struct article *article, const char *line, size_t size, struct error *error)
{
    json_error_t problem;
    json_t *object = json_loadb(line, size, JSON_REJECT_DUPLICATES, &problem);
    if (!object)
        return error_set(error, ERROR_INPUT, "no JSON: %s (column %d)", problem.text, problem.column);
    bool is_good = json_is_object(object) || error_set(error, ERROR_INPUT, "not a JSON object");
    const char *name;
    json_t *value;
    if (is_good)
        json_object_foreach(object, name, value) if (is_good) is_good = read_member(article, name, value, error);
    json_decref(object);
    return is_good && is_complete(article, error);
}

void article_clear(struct article *article)
{
    struct buffer *const buffers[] = {&article->id,     &article->title,    &article->body,     &article->url,
                                      &article->author, &article->language, &article->publisher};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        buffer_free(buffers[i]);
    memset(article, 0, sizeof *article);
}
