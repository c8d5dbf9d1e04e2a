#include "core/store/identity.h"

#include "lib/text/url.h"

#include <stdio.h>
#include <string.h>

static struct digest_part part_of(const char *text)
{
    struct digest_part part = {text ? text : "", text ? strlen(text) : 0};
    return part;
}

static bool has_text(const char *text)
{
    return text && *text;
}

void item_append_domain(struct buffer *domain, struct record_view item)
{
    static const unsigned fields[] = {ENT_ITEM_URL, ENT_ITEM_FETCH_URL};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const char *url = record_text(item, fields[i]);
        if (url && url_is_web(url, strlen(url)) && url_publisher_domain(domain, url, strlen(url)))
            return;
    }
}

/* Digest of `kind`, what the buffer holds, and `text`. Consumes the buffer. */
static bool identify_by(char id[DIGEST_HEX_SIZE], const char *kind, struct buffer *buffer, const char *text)
{
    bool ok = !buffer->failed;
    struct digest_part parts[] = {part_of(kind), {buffer->bytes ? buffer->bytes : "", buffer->size}, part_of(text)};
    if (ok)
        digest_hex(id, parts, 3);
    buffer_free(buffer);
    return ok;
}

bool item_identify(char id[DIGEST_HEX_SIZE], struct record_view item)
{
    struct buffer buffer = BUFFER_INIT;
    const char *guid = record_text(item, ENT_ITEM_GUID);
    const char *url = record_text(item, ENT_ITEM_URL);
    const char *title = record_text(item, ENT_ITEM_TITLE);
    const char *body = record_text(item, ENT_ITEM_BODY);
    if (has_text(guid)) {
        item_append_domain(&buffer, item);
        return identify_by(id, "guid", &buffer, guid);
    }
    if (has_text(url)) {
        url_canonical(&buffer, url, strlen(url));
        return identify_by(id, "url", &buffer, NULL);
    }
    if (!has_text(title) && !has_text(body))
        return false;
    buffer_append_text(&buffer, title ? title : "");
    return identify_by(id, "text", &buffer, body);
}

/* The field's text where it is not the parent's, else NULL. */
static const char *own_text(struct record_view item, struct record_view parent, unsigned field)
{
    const char *own = record_text(item, field), *theirs = record_text(parent, field);
    return has_text(own) && (!theirs || strcmp(own, theirs) != 0) ? own : NULL;
}

void item_identify_derived(char id[DIGEST_HEX_SIZE], struct record_view item, struct record_view parent, size_t ordinal)
{
    char place[24];
    const char *parent_id = record_text(parent, ENT_ITEM_ID);
    const char *own = own_text(item, parent, ENT_ITEM_GUID);
    if (!own)
        own = own_text(item, parent, ENT_ITEM_URL);
    snprintf(place, sizeof place, "%zu", ordinal);
    digest_texts(id, "derived", parent_id ? parent_id : "", own ? own : place, (const char *)NULL);
}

void item_content(char content[DIGEST_HEX_SIZE], struct record_view item)
{
    struct digest_part parts[] = {part_of(record_text(item, ENT_ITEM_TITLE)),
                                  part_of(record_text(item, ENT_ITEM_BODY))};
    digest_hex(content, parts, 2);
}
