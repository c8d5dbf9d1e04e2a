#include "plugins/files/document.h"

#include "lib/article/article.h"
#include "lib/base/json_flat.h"
#include "lib/mail/message.h"
#include "lib/text/charset.h"
#include "lib/text/date.h"
#include "lib/text/html.h"

#include <jansson.h>
#include <string.h>

enum { TITLE_SIZE_MAX = 300 };

static bool is_complete(const struct document *document, struct error *error)
{
    if (document->title.failed || document->body.failed || document->id.failed || document->url.failed ||
        document->author.failed || document->language.failed || document->publisher.failed)
        return error_set(error, ERROR_MEMORY, "no memory for the text");
    if (document->title.size == 0 && document->body.size == 0)
        return error_set(error, ERROR_INPUT, "holds no text");
    return true;
}

static void set_date(struct document *document, const struct date *date)
{
    static const char *const words[] = {[DATE_YEAR] = "year",
                                        [DATE_MONTH] = "month",
                                        [DATE_DAY] = "day",
                                        [DATE_MINUTE] = "minute",
                                        [DATE_SECOND] = "second"};
    document->has_published = true;
    document->published = date->time;
    document->offset_minutes = date->offset_minutes;
    document->precision = words[date->precision];
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

bool document_from_text(struct document *document, const char *bytes, size_t size, struct error *error)
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
        html_append_plain(&document->title, text.bytes, first, HTML_ONE_LINE);
    size_t start = has_title ? next : 0;
    html_append_plain(&document->body, text.bytes + start, text.size - start, 0);
    buffer_free(&storage);
    return is_complete(document, error);
}

/* ---- web pages ---- */

static void take_field(struct buffer *to, const char *text)
{
    if (text)
        buffer_append_text(to, text);
}

/* A short page is still what its owner has put there; a wall is nobody's text. */
static bool is_text(const struct article *article)
{
    return article->verdict == ARTICLE_FULL || article->verdict == ARTICLE_SHORT;
}

bool document_from_html(struct document *document, const char *bytes, size_t size, struct error *error)
{
    struct article *article = article_read(bytes, size, &(struct article_request){.content_type = "text/html"}, error);
    if (!article)
        return false;
    bool is_good = is_text(article) || error_set(error, ERROR_INPUT, "%s", article->reason);
    if (is_good) {
        take_field(&document->title, article->title);
        take_field(&document->body, article->text);
        take_field(&document->url, article->canonical);
        take_field(&document->author, article->author);
        take_field(&document->language, article->language);
        if (article->published.known)
            set_date(document, &article->published.date);
    }
    article_destroy(article);
    return is_good && is_complete(document, error);
}

/* ---- mails ---- */

static void take_text(struct buffer *to, const struct buffer *from)
{
    buffer_append(to, from->bytes ? from->bytes : "", from->size);
}

bool document_from_mail(struct document *document, const char *bytes, size_t size, struct error *error)
{
    struct mail_message message = {.has_date = false};
    bool is_good = mail_message_read(&message, bytes, size, error);
    if (is_good) {
        take_text(&document->id, &message.message_id);
        take_text(&document->title, &message.subject);
        take_text(&document->body, &message.body);
        take_text(&document->url, &message.archive_url);
        take_text(&document->author, message.sender_name.size ? &message.sender_name : &message.sender_address);
        take_text(&document->language, &message.language);
        mail_message_publisher(&message, &document->publisher);
        if (message.has_date) {
            document->has_published = true;
            document->published = message.date;
            document->offset_minutes = message.offset_minutes;
            document->precision = "second";
        }
    }
    is_good = is_good && is_complete(document, error);
    if (is_good && message.html.size > 0)
        mail_digest_read(&document->digest, message.html.bytes, message.html.size);
    mail_message_clear(&message);
    return is_good;
}

static void replace(struct buffer *buffer, const char *text)
{
    buffer_clear(buffer);
    if (text)
        buffer_append_text(buffer, text);
}

void document_take_story(struct document *document, size_t place)
{
    const struct mail_story *story = &document->digest.stories[place];
    replace(&document->title, story->title);
    replace(&document->url, story->url);
    replace(&document->body, story->text);
    document->is_url_foreign = !document->digest.is_of_many;
}

/* ---- JSON lines ---- */

static struct buffer *buffer_for(struct document *document, const char *name)
{
    const struct {
        const char *name;
        struct buffer *buffer;
    } fields[] = {{"id", &document->id},   {"title", &document->title},   {"body", &document->body},
                  {"url", &document->url}, {"author", &document->author}, {"language", &document->language}};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (strcmp(fields[i].name, name) == 0)
            return fields[i].buffer;
    return NULL;
}

/* `text` is NULL where the value is no text. */
static bool read_member(struct document *document, const char *name, const char *text, size_t size,
                        struct error *error)
{
    struct buffer *buffer = buffer_for(document, name);
    bool is_date = strcmp(name, "date") == 0;
    struct date date;
    if (!buffer && !is_date)
        return true;
    if (!text)
        return error_set(error, ERROR_INPUT, "\"%s\" is not a text", name);
    if (!is_date)
        buffer_append(buffer, text, size);
    else if (size > 0 && !date_parse(text, size, &date))
        return error_set(error, ERROR_INPUT, "the date \"%.40s\" cannot be read", text);
    else if (size > 0)
        set_date(document, &date);
    return true;
}

static bool read_flat(struct document *document, const struct json_flat *object, struct error *error)
{
    bool is_good = true;
    for (size_t i = 0; is_good && i < object->count; i++) {
        const struct json_flat_member *member = &object->members[i];
        is_good = member->is_null || read_member(document, member->name, member->text, member->size, error);
    }
    return is_good;
}

static bool read_tree(struct document *document, const char *line, size_t size, struct error *error)
{
    json_error_t problem;
    json_t *object = json_loadb(line, size, JSON_REJECT_DUPLICATES, &problem);
    if (!object)
        return error_set(error, ERROR_INPUT, "no JSON: %s (column %d)", problem.text, problem.column);
    bool is_good = json_is_object(object) || error_set(error, ERROR_INPUT, "not a JSON object");
    const char *name;
    json_t *value;
    if (is_good)
        json_object_foreach(object, name, value) if (is_good && !json_is_null(value)) is_good =
            read_member(document, name, json_string_value(value), json_string_length(value), error);
    json_decref(object);
    return is_good;
}

/* Nearly every line of an archive is flat, and reading it so takes a tenth of the time. */
bool document_from_json(struct document *document, const char *line, size_t size, struct error *error)
{
    struct json_flat object;
    bool is_good = json_flat_read(&object, line, size) ? read_flat(document, &object, error)
                                                       : read_tree(document, line, size, error);
    json_flat_clear(&object);
    return is_good && is_complete(document, error);
}

void document_clear(struct document *document)
{
    struct buffer *const buffers[] = {&document->id,     &document->title,    &document->body,     &document->url,
                                      &document->author, &document->language, &document->publisher};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        buffer_free(buffers[i]);
    mail_digest_clear(&document->digest);
    memset(document, 0, sizeof *document);
}
