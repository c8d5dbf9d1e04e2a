#include "lib/mail/compose.h"

#include <gmime/gmime.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
/* GMime makes its types when they are first used, by locks of GLib's that thread sanitizers do not see; a mail is composed in
 * no time, so one after the other is soon enough. */
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

/* The only address of a text, or NULL. The list owns it. */
static InternetAddressMailbox *only_mailbox(InternetAddressList *list)
{
    if (!list || internet_address_list_length(list) != 1)
        return NULL;
    InternetAddress *address = internet_address_list_get_address(list, 0);
    if (!INTERNET_ADDRESS_IS_MAILBOX(address))
        return NULL;
    const char *bare = internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address));
    const char *at = bare ? strchr(bare, '@') : NULL;
    return at && at > bare && at[1] && !strpbrk(bare, " \r\n<>") ? INTERNET_ADDRESS_MAILBOX(address) : NULL;
}

bool mail_bare_address(const char *address, struct buffer *bare)
{
    pthread_once(&once, g_mime_init);
    pthread_mutex_lock(&one_at_a_time);
    InternetAddressList *list = internet_address_list_parse(NULL, address);
    InternetAddressMailbox *mailbox = only_mailbox(list);
    if (mailbox)
        buffer_append_text(bare, internet_address_mailbox_get_addr(mailbox));
    bool is_address = mailbox != NULL;
    if (list)
        g_object_unref(list);
    pthread_mutex_unlock(&one_at_a_time);
    return is_address;
}

static bool add_address(GMimeMessage *message, GMimeAddressType type, const char *text, struct error *error)
{
    InternetAddressList *list = internet_address_list_parse(NULL, text);
    InternetAddressMailbox *mailbox = only_mailbox(list);
    if (mailbox)
        g_mime_message_add_mailbox(message, type, internet_address_get_name(INTERNET_ADDRESS(mailbox)),
                                   internet_address_mailbox_get_addr(mailbox));
    if (list)
        g_object_unref(list);
    return mailbox || error_set(error, ERROR_INPUT, "\"%.80s\" is no mail address", text);
}

static GMimeObject *text_part(const char *subtype, const char *text)
{
    GMimeTextPart *part = g_mime_text_part_new_with_subtype(subtype);
    g_mime_text_part_set_charset(part, "utf-8");
    g_mime_text_part_set_text(part, text);
    g_mime_part_set_content_encoding(GMIME_PART(part), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    return GMIME_OBJECT(part);
}

static void set_body(GMimeMessage *message, const struct mail_draft *draft)
{
    GMimeObject *text = text_part("plain", draft->text);
    if (!draft->html) {
        g_mime_message_set_mime_part(message, text);
        g_object_unref(text);
        return;
    }
    GMimeMultipart *both = g_mime_multipart_new_with_subtype("alternative");
    GMimeObject *html = text_part("html", draft->html);
    char boundary[60];
    /* GMime's own would be another one each time. */
    snprintf(boundary, sizeof boundary, "=_%.40s", draft->message_id);
    for (char *c = boundary; *c; c++)
        if (!g_ascii_isalnum(*c) && *c != '=' && *c != '_')
            *c = '_';
    g_mime_multipart_set_boundary(both, boundary);
    g_mime_multipart_add(both, text);
    g_mime_multipart_add(both, html);
    g_mime_message_set_mime_part(message, GMIME_OBJECT(both));
    g_object_unref(text);
    g_object_unref(html);
    g_object_unref(both);
}

static void set_headers(GMimeMessage *message, const struct mail_draft *draft)
{
    GMimeObject *object = GMIME_OBJECT(message);
    g_mime_message_set_subject(message, draft->subject, "utf-8");
    g_mime_message_set_message_id(message, draft->message_id);
    GDateTime *date = g_date_time_new_from_unix_utc(draft->date / 1000);
    if (date) {
        g_mime_message_set_date(message, date);
        g_date_time_unref(date);
    }
    if (draft->thread_id) {
        char *thread = g_strdup_printf("<%s>", draft->thread_id);
        g_mime_object_set_header(object, "In-Reply-To", thread, NULL);
        g_mime_object_set_header(object, "References", thread, NULL);
        g_free(thread);
    }
    /* No out-of-office answers, please. */
    g_mime_object_set_header(object, "Auto-Submitted", "auto-generated", NULL);
}

static void append_crlf(struct buffer *out, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r'))
            buffer_append_char(out, '\r');
        buffer_append_char(out, text[i]);
    }
}

bool mail_compose(const struct mail_draft *draft, struct buffer *out, struct error *error)
{
    pthread_once(&once, g_mime_init);
    pthread_mutex_lock(&one_at_a_time);
    GMimeMessage *message = g_mime_message_new(TRUE);
    bool is_good = add_address(message, GMIME_ADDRESS_TYPE_FROM, draft->from, error);
    for (size_t i = 0; is_good && i < draft->to_count; i++)
        is_good = add_address(message, GMIME_ADDRESS_TYPE_TO, draft->to[i], error);
    if (is_good) {
        set_headers(message, draft);
        set_body(message, draft);
        char *text = g_mime_object_to_string(GMIME_OBJECT(message), NULL);
        append_crlf(out, text, strlen(text));
        g_free(text);
        is_good = !out->failed || error_set(error, ERROR_MEMORY, "no memory for the mail");
    }
    g_object_unref(message);
    pthread_mutex_unlock(&one_at_a_time);
    return is_good;
}
