#include "lib/mail/message.h"

#include "lib/mail/unwrap.h"
#include "lib/text/charset.h"
#include "lib/text/date.h"
#include "lib/text/html.h"
#include "lib/text/url.h"

#include <ctype.h>
#include <gmime/gmime.h>
#include <pthread.h>
#include <string.h>
#include <strings.h>

enum {
    PARTS_MAX = 1000, /* looked at in one message */
    STACK_MAX = 256,
    TEXT_MAX = 8 * 1024 * 1024, /* of the body */
    POINTER_MAX = 400           /* plain text shorter than this, beside much longer HTML, only points to it */
};

/* What the text parts say. */
struct found {
    struct buffer plain, html;
    struct buffer source; /* of html */
};

static pthread_once_t once = PTHREAD_ONCE_INIT;

/* ---- text parts ---- */

static void append_decoded(struct found *found, GMimePart *part, bool is_html)
{
    struct buffer *out = is_html ? &found->html : &found->plain;
    GMimeDataWrapper *content = g_mime_part_get_content(part);
    if (!content)
        return;
    GByteArray *bytes = g_byte_array_new();
    GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(bytes);
    g_mime_data_wrapper_write_to_stream(content, stream);
    const char *label = g_mime_object_get_content_type_parameter(GMIME_OBJECT(part), "charset");
    struct buffer storage = BUFFER_INIT;
    struct charset_text text;
    if (charset_decode(bytes->len > 0 ? (const char *)bytes->data : "", bytes->len, label, &storage, &text, NULL)) {
        if (out->size > 0)
            buffer_append_text(out, "\n\n");
        if (is_html) {
            html_append_text(out, text.bytes, text.size, 0);
            buffer_append(&found->source, text.bytes, text.size < TEXT_MAX ? text.size : TEXT_MAX);
        } else {
            const char *format = g_mime_object_get_content_type_parameter(GMIME_OBJECT(part), "format");
            mail_unwrap(out, text.bytes, text.size, format && !strcasecmp(format, "flowed"));
        }
    } else {
        out->failed = true;
    }
    buffer_free(&storage);
    g_object_unref(stream);
}

static void take_part(struct found *found, GMimePart *part)
{
    GMimeContentType *type = g_mime_object_get_content_type(GMIME_OBJECT(part));
    const char *disposition = g_mime_object_get_disposition(GMIME_OBJECT(part));
    if (!type || (disposition && !strcasecmp(disposition, "attachment")) || g_mime_part_get_filename(part))
        return;
    if (g_mime_content_type_is_type(type, "text", "plain"))
        append_decoded(found, part, false);
    else if (g_mime_content_type_is_type(type, "text", "html"))
        append_decoded(found, part, true);
}

/* All text parts in order, plain and HTML apart. Without recursion, whatever the nesting. */
static void take_parts(struct found *found, GMimeObject *root)
{
    GMimeObject *stack[STACK_MAX];
    size_t depth = 0, looked_at = 0;
    stack[depth++] = root;
    while (depth > 0 && looked_at++ < PARTS_MAX) {
        GMimeObject *object = stack[--depth];
        if (GMIME_IS_MULTIPART(object)) {
            int count = g_mime_multipart_get_count(GMIME_MULTIPART(object));
            for (int i = count < STACK_MAX ? count : STACK_MAX; i-- > 0 && depth < STACK_MAX;)
                stack[depth++] = g_mime_multipart_get_part(GMIME_MULTIPART(object), i);
        } else if (GMIME_IS_MESSAGE_PART(object)) {
            GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
            GMimeObject *part = inner ? g_mime_message_get_mime_part(inner) : NULL;
            if (part && depth < STACK_MAX)
                stack[depth++] = part;
        } else if (GMIME_IS_PART(object)) {
            take_part(found, GMIME_PART(object));
        }
    }
}

static void choose_body(struct mail_message *message, const struct found *found)
{
    bool is_pointer = found->plain.size < POINTER_MAX && found->html.size > 3 * found->plain.size;
    const struct buffer *text =
        found->html.size > 0 && (found->plain.size == 0 || is_pointer) ? &found->html : &found->plain;
    buffer_append(&message->body, text->bytes ? text->bytes : "", text->size < TEXT_MAX ? text->size : TEXT_MAX);
    /* the limit may have cut a character in two */
    while (text->size > TEXT_MAX && message->body.size > 0 && (message->body.bytes[message->body.size - 1] & 0x80)) {
        bool is_lead = (message->body.bytes[message->body.size - 1] & 0xC0) == 0xC0;
        message->body.bytes[--message->body.size] = '\0';
        if (is_lead)
            break;
    }
}

/* ---- headers ---- */

/* Header values are UTF-8 already, unless the sender wrote raw bytes of some other charset. */
static void append_header_text(struct buffer *out, const char *text)
{
    struct buffer storage = BUFFER_INIT;
    struct charset_text decoded;
    if (!text)
        return;
    if (charset_decode(text, strlen(text), NULL, &storage, &decoded, NULL))
        html_append_plain(out, decoded.bytes, decoded.size, HTML_ONE_LINE);
    else
        out->failed = true;
    buffer_free(&storage);
}

/* What stands in the last angle brackets of a header, or the whole of it. */
static void append_bracketed(struct buffer *out, const char *value)
{
    if (!value)
        return;
    const char *open = strrchr(value, '<'), *close = open ? strchr(open, '>') : NULL;
    char *inner = close ? g_strndup(open + 1, (gsize)(close - open - 1)) : g_strdup(value);
    append_header_text(out, inner);
    g_free(inner);
}

static void read_sender(struct mail_message *message, GMimeMessage *source)
{
    InternetAddressList *from = g_mime_message_get_from(source);
    InternetAddress *first =
        from && internet_address_list_length(from) > 0 ? internet_address_list_get_address(from, 0) : NULL;
    if (!first)
        return;
    append_header_text(&message->sender_name, internet_address_get_name(first));
    if (INTERNET_ADDRESS_IS_MAILBOX(first))
        append_header_text(&message->sender_address,
                           internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(first)));
}

static void read_language(struct mail_message *message, const char *value)
{
    for (size_t i = 0; value && i < 8 && isalpha((unsigned char)value[i]); i++)
        buffer_append_char(&message->language, (char)tolower((unsigned char)value[i]));
}

static void read_headers(struct mail_message *message, GMimeMessage *source)
{
    GMimeObject *object = GMIME_OBJECT(source);
    struct date date;
    append_header_text(&message->message_id, g_mime_message_get_message_id(source));
    append_header_text(&message->subject, g_mime_message_get_subject(source));
    read_sender(message, source);
    append_bracketed(&message->list_id, g_mime_object_get_header(object, "List-Id"));
    append_bracketed(&message->archive_url, g_mime_object_get_header(object, "Archived-At"));
    /* GMime keeps Content- headers with the part. */
    GMimeObject *part = g_mime_message_get_mime_part(source);
    read_language(message, part ? g_mime_object_get_header(part, "Content-Language") : NULL);
    const char *stated = g_mime_object_get_header(object, "Date");
    if (stated && date_parse(stated, strlen(stated), &date)) {
        message->has_date = true;
        message->date = date.time;
        message->offset_minutes = date.offset_minutes;
    }
}

/* ---- the message ---- */

static bool is_complete(const struct mail_message *message, struct error *error)
{
    const struct buffer *const texts[] = {&message->message_id,  &message->subject,        &message->body,
                                          &message->sender_name, &message->sender_address, &message->list_id,
                                          &message->archive_url, &message->language,       &message->html};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i]->failed)
            return error_set(error, ERROR_MEMORY, "no memory for the mail's text");
    if (message->subject.size == 0 && message->body.size == 0)
        return error_set(error, ERROR_INPUT, "a mail without subject and text");
    return true;
}

bool mail_message_read(struct mail_message *message, const char *bytes, size_t size, struct error *error)
{
    pthread_once(&once, g_mime_init);
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes, size);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *source = g_mime_parser_construct_message(parser, NULL);
    struct found found = {BUFFER_INIT, BUFFER_INIT, BUFFER_INIT};
    if (source) {
        read_headers(message, source);
        if (g_mime_message_get_mime_part(source))
            take_parts(&found, g_mime_message_get_mime_part(source));
        choose_body(message, &found);
        message->body.failed |= found.plain.failed || found.html.failed || found.source.failed;
        message->html = found.source;
        g_object_unref(source);
    }
    buffer_free(&found.plain);
    buffer_free(&found.html);
    g_object_unref(parser);
    g_object_unref(stream);
    return source ? is_complete(message, error) : error_set(error, ERROR_INPUT, "not a mail: it has no headers");
}

bool mail_message_publisher(const struct mail_message *message, struct buffer *domain)
{
    const char *at = message->sender_address.size > 0 ? strrchr(message->sender_address.bytes, '@') : NULL;
    const char *host = at && at[1] ? at + 1 : message->list_id.size > 0 ? message->list_id.bytes : NULL;
    struct buffer address = BUFFER_INIT;
    if (host)
        buffer_printf(&address, "https://%s/", host);
    bool is_found = address.size > 0 && !address.failed && url_publisher_domain(domain, address.bytes, address.size);
    buffer_free(&address);
    return is_found;
}

void mail_message_clear(struct mail_message *message)
{
    buffer_free(&message->message_id);
    buffer_free(&message->subject);
    buffer_free(&message->body);
    buffer_free(&message->html);
    buffer_free(&message->sender_name);
    buffer_free(&message->sender_address);
    buffer_free(&message->list_id);
    buffer_free(&message->archive_url);
    buffer_free(&message->language);
    *message = (struct mail_message){.has_date = false};
}
