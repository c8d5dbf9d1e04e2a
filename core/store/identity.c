#include "core/store/identity.h"

#include <ctype.h>
#include <string.h>

static struct digest_part part_of(const char *text)
{
    struct digest_part part = {text ? text : "", text ? strlen(text) : 0};
    return part;
}

/* The host of an absolute address in lower case, without "www." */
static bool host_of(char *host, size_t size, const char *url)
{
    const char *start = url ? strstr(url, "://") : NULL;
    if (!start)
        return false;
    start += 3;
    size_t length = strcspn(start, "/?#");
    const char *user = memchr(start, '@', length);
    if (user) {
        length -= (size_t)(user + 1 - start);
        start = user + 1;
    }
    const char *port = memchr(start, ':', length);
    if (port)
        length = (size_t)(port - start);
    if (length > 4 && strncasecmp(start, "www.", 4) == 0) {
        start += 4;
        length -= 4;
    }
    if (length == 0 || length >= size)
        return false;
    for (size_t i = 0; i < length; i++)
        host[i] = (char)tolower((unsigned char)start[i]);
    host[length] = '\0';
    return true;
}

bool item_domain(char *domain, size_t size, struct record_view item)
{
    return host_of(domain, size, record_text(item, ENT_ITEM_URL)) ||
           host_of(domain, size, record_text(item, ENT_ITEM_FETCH_URL));
}

bool item_identify(char id[DIGEST_HEX_SIZE], struct record_view item)
{
    char domain[256];
    const char *guid = record_text(item, ENT_ITEM_GUID);
    const char *url = record_text(item, ENT_ITEM_URL);
    const char *title = record_text(item, ENT_ITEM_TITLE);
    const char *body = record_text(item, ENT_ITEM_BODY);
    if (guid && *guid) {
        if (!item_domain(domain, sizeof domain, item))
            domain[0] = '\0';
        struct digest_part parts[] = {part_of("guid"), part_of(domain), part_of(guid)};
        digest_hex(id, parts, 3);
        return true;
    }
    if (url && *url) {
        struct digest_part parts[] = {part_of("url"), part_of(url)};
        digest_hex(id, parts, 2);
        return true;
    }
    if ((title && *title) || (body && *body)) {
        struct digest_part parts[] = {part_of("text"), part_of(title), part_of(body)};
        digest_hex(id, parts, 3);
        return true;
    }
    return false;
}

void item_content(char content[DIGEST_HEX_SIZE], struct record_view item)
{
    struct digest_part parts[] = {part_of(record_text(item, ENT_ITEM_TITLE)),
                                  part_of(record_text(item, ENT_ITEM_BODY))};
    digest_hex(content, parts, 2);
}
