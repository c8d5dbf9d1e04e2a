/* Document: what one text file, web page, mail or JSON line says, as the fields of an item. Bytes in, values out;
 * whatever encoding they come in, the texts are UTF-8. One owner; free with document_clear. */
#ifndef PLUGINS_FILES_DOCUMENT_H
#define PLUGINS_FILES_DOCUMENT_H

#include "lib/base/buffer.h"
#include "lib/base/error.h"
#include "lib/mail/digest.h"

#include <stdbool.h>
#include <stdint.h>

struct document {
    struct buffer id, title, body, url, author, language; /* empty: not known */
    struct buffer publisher;                              /* a domain */
    bool has_published;
    int64_t published; /* milliseconds since 1970 */
    int offset_minutes;
    const char *precision; /* as ENT_ITEM_PUBLISHED_PRECISION; constant */
    bool is_url_foreign;   /* the address may be that of a service that counts clicks, not the publisher's */
    struct mail_digest digest; /* the articles that a mail lists; count 0: none */
};

/* A text's first line is its title where an empty line follows and it is short enough to be one. */
bool document_from_text(struct document *document, const char *bytes, size_t size, struct error *error);
/* A web page: title element, dates in its meta elements, text. */
bool document_from_html(struct document *document, const char *bytes, size_t size, struct error *error);
/* A mail: its subject, date and text; its Message-ID as id, the list's or sender's domain as publisher. */
bool document_from_mail(struct document *document, const char *bytes, size_t size, struct error *error);
/* Makes the mail's document that of one story of its digest: title, address and text. */
void document_take_story(struct document *document, size_t place);
/* {"id","title","body","date","url","author","language"}: a body or a title is needed, other names are passed over. */
bool document_from_json(struct document *document, const char *line, size_t size, struct error *error);
void document_clear(struct document *document);

#endif
