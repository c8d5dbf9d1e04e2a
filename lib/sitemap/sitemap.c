#include "lib/sitemap/sitemap.h"

#include "lib/base/arena.h"
#include "lib/base/buffer.h"
#include "lib/feed/scanner.h"
#include "lib/feed/unpack.h"
#include "lib/text/charset.h"
#include "lib/text/entity.h"
#include "lib/text/html.h"
#include "lib/text/url.h"

#include <string.h>
#include <strings.h>

enum { VALUE_MAX = 16 * 1024, KEYWORDS_MAX = 50, FEED_MEMORY = 256 << 20 };

static const struct sitemap_limits default_limits = {64u << 20, 50000, 50000};

struct reader {
    struct sitemap *sitemap;
    struct feed *feed;
    struct arena *arena;
    const struct sitemap_request *request;
    struct sitemap_limits limits;
    struct scanner scanner;
    struct feed_entry **last_entry;
    struct sitemap_child **last_child;
    struct buffer text; /* of the element being read */
    bool is_reading;
    bool is_rooted;
    bool is_in_url, is_in_child, is_in_news;

    /* of the page or sitemap being read */
    const char *location, *title, *language, *keywords;
    struct feed_time published, modified;
    size_t pages; /* of this document */
};

/* ---- values ---- */

static const char *plain(struct reader *reader, struct slice raw)
{
    struct buffer decoded = BUFFER_INIT, text = BUFFER_INIT;
    entity_append_decoded(&decoded, raw.bytes ? raw.bytes : "", raw.size, ENTITY_HTML);
    if (decoded.size)
        html_append_plain(&text, decoded.bytes, decoded.size, HTML_ONE_LINE);
    const char *copy = text.size && !text.failed ? arena_copy(reader->arena, text.bytes, text.size) : NULL;
    buffer_free(&decoded);
    buffer_free(&text);
    return copy;
}

static struct feed_time read_time(const char *text)
{
    struct feed_time time = {.raw = text};
    time.known = text && date_parse(text, strlen(text), &time.date);
    return time;
}

static const char *absolute(struct reader *reader, const char *location)
{
    const char *base = reader->request->url ? reader->request->url : "";
    struct buffer resolved = BUFFER_INIT;
    const char *copy = NULL;
    if (!location)
        return NULL;
    url_resolve(&resolved, base, strlen(base), location, strlen(location));
    if (resolved.size && !resolved.failed && url_is_web(resolved.bytes, resolved.size))
        copy = arena_copy(reader->arena, resolved.bytes, resolved.size);
    buffer_free(&resolved);
    return copy;
}

static void add_categories(struct reader *reader, struct feed_entry *entry)
{
    struct feed_category **last = &entry->categories;
    const char *at = reader->keywords;
    for (int i = 0; at && *at && i < KEYWORDS_MAX; i++) {
        at += strspn(at, " ,");
        size_t size = strcspn(at, ",");
        struct feed_category *category = size ? arena_calloc(reader->arena, 1, sizeof *category) : NULL;
        if (!category)
            return;
        category->text = arena_copy(reader->arena, at, size);
        *last = category;
        last = &category->next;
        at += size;
    }
}

/* ---- pages and sitemaps ---- */

static void clear_values(struct reader *reader)
{
    reader->location = reader->title = reader->language = reader->keywords = NULL;
    reader->published = reader->modified = (struct feed_time){0};
}

static void add_page(struct reader *reader)
{
    struct buffer canonical = BUFFER_INIT;
    const char *link = absolute(reader, reader->location);
    if (link && ++reader->pages > reader->limits.entries) {
        reader->sitemap->dropped++;
        return;
    }
    struct feed_entry *entry = link ? arena_calloc(reader->arena, 1, sizeof *entry) : NULL;
    if (!entry)
        return;
    url_canonical(&canonical, link, strlen(link));
    *entry = (struct feed_entry){.link = link,
                                 .title = reader->title,
                                 .language = reader->language,
                                 .published = reader->published,
                                 .updated = reader->modified};
    if (canonical.size && !canonical.failed)
        entry->canonical = arena_copy(reader->arena, canonical.bytes, canonical.size);
    buffer_free(&canonical);
    add_categories(reader, entry);
    reader->feed->dates_unreadable +=
        (entry->published.raw && !entry->published.known) || (entry->updated.raw && !entry->updated.known);
    *reader->last_entry = entry;
    reader->last_entry = &entry->next;
    reader->feed->entry_count++;
}

static void add_child(struct reader *reader)
{
    const char *url = absolute(reader, reader->location);
    if (url && reader->sitemap->child_count >= reader->limits.children) {
        reader->sitemap->dropped++;
        return;
    }
    struct sitemap_child *child = url ? arena_calloc(reader->arena, 1, sizeof *child) : NULL;
    if (!child)
        return;
    *child = (struct sitemap_child){.url = url, .modified = reader->modified};
    *reader->last_child = child;
    reader->last_child = &child->next;
    reader->sitemap->child_count++;
}

/* ---- XML ---- */

/* Elements of images and videos have names of their own kind: "image:loc" is no page. */
static bool is_plain_prefix(struct slice prefix)
{
    return !slice_is(prefix, "image") && !slice_is(prefix, "video") && !slice_is(prefix, "xhtml");
}

static void read_open(struct reader *reader)
{
    const struct scanner_token *token = &reader->scanner.token;
    struct slice prefix, name = slice_local_name(token->name, &prefix);
    if (slice_is(name, "urlset") || slice_is(name, "sitemapindex"))
        reader->is_rooted = true;
    if (!is_plain_prefix(prefix) || token->empty)
        return;
    if (slice_is(name, "url") || slice_is(name, "sitemap")) {
        /* One that is never closed ends where the next begins. */
        if (reader->is_in_url && reader->location)
            add_page(reader);
        if (reader->is_in_child && reader->location)
            add_child(reader);
        reader->is_in_url = slice_is(name, "url");
        reader->is_in_child = !reader->is_in_url;
        reader->is_in_news = false;
        clear_values(reader);
    } else if (slice_is(name, "news")) {
        reader->is_in_news = true;
    } else {
        buffer_clear(&reader->text);
        reader->is_reading = reader->is_in_url || reader->is_in_child;
    }
}

static void take_value(struct reader *reader, struct slice name)
{
    const char *text = plain(reader, (struct slice){reader->text.bytes, reader->text.size});
    if (!text)
        return;
    if (slice_is(name, "loc") && !reader->location)
        reader->location = text;
    else if (slice_is(name, "lastmod"))
        reader->modified = read_time(text);
    else if (slice_is(name, "publication_date"))
        reader->published = read_time(text);
    else if (reader->is_in_news && slice_is(name, "title"))
        reader->title = text;
    else if (reader->is_in_news && slice_is(name, "language"))
        reader->language = text;
    else if (reader->is_in_news && slice_is(name, "keywords"))
        reader->keywords = text;
}

static void read_close(struct reader *reader)
{
    struct slice prefix, name = slice_local_name(reader->scanner.token.name, &prefix);
    if (!is_plain_prefix(prefix)) {
        reader->is_reading = false;
        return;
    }
    if (slice_is(name, "url") && reader->is_in_url) {
        add_page(reader);
        reader->is_in_url = false;
    } else if (slice_is(name, "sitemap") && reader->is_in_child) {
        add_child(reader);
        reader->is_in_child = false;
    } else if (slice_is(name, "news")) {
        reader->is_in_news = false;
    } else if (reader->is_reading) {
        take_value(reader, name);
    }
    reader->is_reading = false;
}

static void read_text(struct reader *reader)
{
    const struct scanner_token *token = &reader->scanner.token;
    if (!reader->is_reading || reader->text.size + token->text.size > VALUE_MAX)
        return;
    buffer_append(&reader->text, token->text.bytes, token->text.size);
}

static void read_xml(struct reader *reader, struct slice document)
{
    scanner_init(&reader->scanner, document.bytes, document.size);
    for (;;) {
        switch (scanner_next(&reader->scanner)) {
        case SCANNER_END:
            if (reader->is_in_url && reader->location)
                add_page(reader);
            return;
        case SCANNER_OPEN:
            read_open(reader);
            break;
        case SCANNER_CLOSE:
            read_close(reader);
            break;
        case SCANNER_TEXT:
        case SCANNER_CDATA:
            read_text(reader);
            break;
        }
    }
}

/* ---- text ---- */

/* Addresses, one a line, or a robots.txt. */
static void read_lines(struct reader *reader, struct slice document)
{
    static const char label[] = "sitemap:";
    for (size_t at = 0; at < document.size;) {
        const char *line = document.bytes + at, *end = memchr(line, '\n', document.size - at);
        size_t size = end ? (size_t)(end - line) : document.size - at;
        struct slice trimmed = slice_trim((struct slice){line, size});
        bool is_child = trimmed.size > sizeof label && strncasecmp(trimmed.bytes, label, sizeof label - 1) == 0;
        if (is_child)
            trimmed = slice_trim((struct slice){trimmed.bytes + sizeof label - 1, trimmed.size - (sizeof label - 1)});
        at += size + 1;
        if (trimmed.size == 0 || trimmed.size > VALUE_MAX || !url_is_web(trimmed.bytes, trimmed.size))
            continue;
        clear_values(reader);
        reader->location = plain(reader, trimmed);
        reader->is_rooted = true;
        if (is_child)
            add_child(reader);
        else
            add_page(reader);
    }
}

/* ---- the document ---- */

struct feed *sitemap_create_feed(void)
{
    struct arena *arena = arena_create(FEED_MEMORY);
    struct feed *feed = arena ? arena_calloc(arena, 1, sizeof *feed) : NULL;
    if (feed)
        feed->arena = arena;
    else
        arena_destroy(arena);
    return feed;
}

static void read_document(struct reader *reader, struct slice document)
{
    struct slice trimmed = slice_trim(document);
    if (trimmed.size && trimmed.bytes[0] == '<')
        read_xml(reader, trimmed);
    else
        read_lines(reader, trimmed);
}

bool sitemap_read(struct sitemap *sitemap, struct feed *feed, const char *bytes, size_t size,
                  const struct sitemap_request *request, struct error *error)
{
    struct buffer unpacked = BUFFER_INIT, storage = BUFFER_INIT;
    struct reader reader = {.sitemap = sitemap, .feed = feed, .arena = feed->arena, .request = request};
    struct charset_text text;
    char label[CHARSET_LABEL_MAX + 1];
    *sitemap = (struct sitemap){.feed = feed};
    reader.limits =
        (struct sitemap_limits){request->limits.document ? request->limits.document : default_limits.document,
                                request->limits.entries ? request->limits.entries : default_limits.entries,
                                request->limits.children ? request->limits.children : default_limits.children};
    reader.last_child = &sitemap->children;
    for (reader.last_entry = &feed->entries; *reader.last_entry;)
        reader.last_entry = &(*reader.last_entry)->next;
    bool is_packed = unpack_is_gzip(bytes, size);
    bool is_good = size <= reader.limits.document ||
                   error_set(error, ERROR_LIMIT, "the sitemap has more than %zu bytes", reader.limits.document);
    if (is_good && is_packed)
        is_good = unpack_gzip(&unpacked, bytes, size, reader.limits.document, error);
    charset_from_content_type(request->content_type, label);
    storage.limit = reader.limits.document;
    is_good = is_good && charset_decode(is_packed ? unpacked.bytes : bytes, is_packed ? unpacked.size : size, label,
                                        &storage, &text, error);
    if (is_good) {
        read_document(&reader, (struct slice){text.bytes, text.size});
        if (!reader.is_rooted)
            is_good = error_set(error, ERROR_INPUT, "this is no sitemap: it has neither <urlset> nor <sitemapindex>");
        else if (arena_failed(feed->arena))
            is_good = error_set(error, ERROR_MEMORY, "the sitemap needs more memory than is allowed");
    }
    buffer_free(&reader.text);
    buffer_free(&storage);
    buffer_free(&unpacked);
    return is_good;
}
