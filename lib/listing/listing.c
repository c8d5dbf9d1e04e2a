#include "lib/listing/listing.h"

#include "lib/base/arena.h"
#include "lib/base/buffer.h"
#include "lib/base/digest.h"
#include "lib/listing/document.h"
#include "lib/text/url.h"

#include <stdlib.h>
#include <string.h>

enum { LINKS_MAX = 5000, AROUND_MAX = 6, MEMORY_MAX = 64 << 20 };

struct reader {
    struct document document;
    const struct listing_request *request;
    struct arena *arena;
    struct feed *feed;
    struct feed_entry **last;
    const char *base;
    uint64_t seen[LINKS_MAX];
};

static bool is_element(xmlNodePtr node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

static const char *resolve(struct arena *arena, const char *base, const char *href)
{
    struct buffer resolved = BUFFER_INIT;
    const char *copy = NULL;
    url_resolve(&resolved, base, strlen(base), href, strlen(href));
    /* A link's fragment leads to a place in the page, not to another one. */
    size_t size = resolved.bytes ? strcspn(resolved.bytes, "#") : 0;
    if (size && !resolved.failed && url_is_web(resolved.bytes, size))
        copy = arena_copy(arena, resolved.bytes, size);
    buffer_free(&resolved);
    return copy;
}

static const char *base_of(struct document *document, struct arena *arena, const char *url)
{
    struct error ignored = ERROR_INIT;
    xmlXPathObjectPtr found = document_select(document, NULL, "//base/@href/..", &ignored);
    const char *base = url ? url : "";
    if (found && found->nodesetval && found->nodesetval->nodeNr > 0) {
        const char *href = document_attribute(arena, found->nodesetval->nodeTab[0], "href");
        const char *resolved = href ? resolve(arena, base, href) : NULL;
        base = resolved ? resolved : base;
    }
    xmlXPathFreeObject(found);
    return base;
}

/* The first of what `selector` chooses below a node. */
static xmlNodePtr first_below(struct reader *reader, xmlNodePtr node, const char *selector, struct error *error)
{
    xmlXPathObjectPtr found = document_select(&reader->document, node, selector, error);
    xmlNodePtr first =
        found && found->nodesetval && found->nodesetval->nodeNr > 0 ? found->nodesetval->nodeTab[0] : NULL;
    xmlXPathFreeObject(found);
    return first;
}

/* How many chosen elements are in each element of the page, itself included: kept in libxml2's field for users. */
static void count_chosen(const xmlNodeSetPtr chosen)
{
    for (int i = 0; chosen && i < chosen->nodeNr; i++)
        for (xmlNodePtr up = chosen->nodeTab[i]; up && up->type == XML_ELEMENT_NODE; up = up->parent)
            up->_private = (void *)((intptr_t)up->_private + 1);
}

static bool holds_another(xmlNodePtr around, xmlNodePtr element)
{
    return (intptr_t)around->_private > (intptr_t)element->_private;
}

/* Of a title or date: in the element, else around it as far as no other element of the list is there. */
static xmlNodePtr find_near(struct reader *reader, xmlNodePtr element, const char *selector, struct error *error)
{
    xmlNodePtr found = first_below(reader, element, selector, error);
    xmlNodePtr around = element->parent;
    for (int i = 0; !found && around && around->type == XML_ELEMENT_NODE && i < AROUND_MAX;
         i++, around = around->parent) {
        if (holds_another(around, element))
            break;
        found = first_below(reader, around, selector, error);
    }
    return found;
}

static struct feed_time read_date(struct reader *reader, xmlNodePtr node)
{
    static const char *const attributes[] = {"datetime", "content", "title"};
    struct feed_time time = {.raw = NULL};
    for (size_t i = 0; node && i < sizeof attributes / sizeof *attributes && !time.known; i++) {
        time.raw = document_attribute(reader->arena, node, attributes[i]);
        time.known = time.raw && date_parse(time.raw, strlen(time.raw), &time.date);
    }
    if (node && !time.known) {
        time.raw = document_text(reader->arena, node);
        time.known = time.raw && date_parse(time.raw, strlen(time.raw), &time.date);
    }
    return time;
}

static const char *title_of(struct reader *reader, xmlNodePtr element, xmlNodePtr link, struct error *error)
{
    static const char *const attributes[] = {"title", "aria-label"};
    xmlNodePtr node = reader->request->title ? find_near(reader, element, reader->request->title, error) : link;
    const char *title = node ? document_text(reader->arena, node) : NULL;
    for (size_t i = 0; !title && i < sizeof attributes / sizeof *attributes; i++)
        title = document_attribute(reader->arena, link, attributes[i]);
    return title;
}

/* Whether the address was met before; notes it. */
static bool was_seen(struct reader *reader, const char *canonical)
{
    uint64_t hash = hash_bytes(canonical, strlen(canonical));
    for (size_t i = 0; i < reader->feed->entry_count; i++)
        if (reader->seen[i] == hash)
            return true;
    reader->seen[reader->feed->entry_count] = hash;
    return false;
}

static void add_link(struct reader *reader, xmlNodePtr element, struct error *error)
{
    xmlNodePtr link = is_element(element, "a") || is_element(element, "area")
                          ? element
                          : first_below(reader, element, ".//a[@href]", error);
    const char *href = link ? document_attribute(reader->arena, link, "href") : NULL;
    const char *url = href ? resolve(reader->arena, reader->base, href) : NULL;
    struct buffer canonical = BUFFER_INIT;
    if (!url || reader->feed->entry_count == LINKS_MAX)
        return;
    url_canonical(&canonical, url, strlen(url));
    struct feed_entry *entry = canonical.failed || !canonical.size || was_seen(reader, canonical.bytes)
                                   ? NULL
                                   : arena_calloc(reader->arena, 1, sizeof *entry);
    if (entry) {
        entry->link = url;
        entry->canonical = arena_copy(reader->arena, canonical.bytes, canonical.size);
        entry->title = title_of(reader, element, link, error);
        if (reader->request->date)
            entry->published = read_date(reader, find_near(reader, element, reader->request->date, error));
        reader->feed->dates_unreadable += entry->published.raw && !entry->published.known;
        *reader->last = entry;
        reader->last = &entry->next;
        reader->feed->entry_count++;
    }
    buffer_free(&canonical);
}

static bool read_links(struct reader *reader, struct error *error)
{
    const struct listing_request *request = reader->request;
    xmlXPathObjectPtr found = document_select(&reader->document, NULL, request->links, error);
    if (!found)
        return false;
    count_chosen(found->nodesetval);
    struct error selecting = ERROR_INIT;
    for (int i = 0; found->nodesetval && i < found->nodesetval->nodeNr && i < LINKS_MAX; i++)
        add_link(reader, found->nodesetval->nodeTab[i], &selecting);
    bool is_any = found->nodesetval && found->nodesetval->nodeNr > 0;
    xmlXPathFreeObject(found);
    if (selecting.kind != ERROR_NONE)
        return error_set(error, selecting.kind, "%s", selecting.text);
    if (reader->feed->entry_count > 0)
        return true;
    return error_set(error, ERROR_MISSING, "the selector links = '%s' %s on %s; has the page changed?", request->links,
                     is_any ? "chooses no links to pages" : "chooses nothing",
                     request->url && *request->url ? request->url : "the page");
}

struct feed *listing_read(const char *bytes, size_t size, const struct listing_request *request, struct error *error)
{
    struct reader *reader = calloc(1, sizeof *reader);
    struct arena *arena = arena_create(MEMORY_MAX);
    struct feed *feed = arena ? arena_calloc(arena, 1, sizeof *feed) : NULL;
    bool is_good = reader && feed;
    if (!is_good)
        error_set(error, ERROR_MEMORY, "no memory for a page");
    if (is_good) {
        feed->arena = arena;
        *reader = (struct reader){.request = request, .arena = arena, .feed = feed, .last = &feed->entries};
        is_good = document_open(&reader->document, bytes, size, request->content_type, error);
        if (is_good) {
            reader->base = base_of(&reader->document, arena, request->url);
            is_good = read_links(reader, error);
        }
        document_close(&reader->document);
        if (is_good && arena_failed(arena))
            is_good = error_set(error, ERROR_MEMORY, "the page's links need more memory than is allowed");
    }
    free(reader);
    if (is_good)
        return feed;
    arena_destroy(arena);
    return NULL;
}

bool listing_check(const char *selector, struct error *error)
{
    struct document document;
    xmlXPathObjectPtr found = NULL;
    if (document_open(&document, "<p></p>", 7, NULL, error))
        found = document_select(&document, NULL, selector, error);
    bool is_good = found != NULL;
    xmlXPathFreeObject(found);
    document_close(&document);
    return is_good;
}

/* ---- feeds ---- */

static bool has_word(const char *text, const char *word)
{
    return text && strcasestr(text, word);
}

/* An address or text by which people recognise a feed. */
static bool looks_like_feed(const char *href, const char *text)
{
    static const char *const paths[] = {"rss", "atom", "/feed", "feed.", "feeds.", ".rdf", "feed=", "index.xml"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (has_word(href, paths[i]))
            return true;
    return has_word(text, "rss") || has_word(text, "atom feed");
}

static bool is_feed_type(const char *type)
{
    return has_word(type, "rss") || has_word(type, "atom") || has_word(type, "rdf+xml") || has_word(type, "feed+json");
}

static void add_feed(struct listing_feeds *feeds, const char *base, xmlNodePtr node, enum listing_feed_kind kind)
{
    const char *href = document_attribute(feeds->arena, node, "href");
    const char *url = href ? resolve(feeds->arena, base, href) : NULL;
    struct listing_feed **last = &feeds->first;
    for (; *last; last = &(*last)->next)
        if (url && strcmp((*last)->url, url) == 0)
            return;
    struct listing_feed *feed =
        url && feeds->count < LISTING_FEEDS_MAX ? arena_calloc(feeds->arena, 1, sizeof *feed) : NULL;
    if (!feed)
        return;
    feed->url = url;
    feed->kind = kind;
    feed->title =
        kind == LISTING_ALTERNATE ? document_attribute(feeds->arena, node, "title") : document_text(feeds->arena, node);
    *last = feed;
    feeds->count++;
}

static void take_feeds(struct listing_feeds *feeds, struct document *document, const char *base)
{
    static const struct {
        const char *selector;
        enum listing_feed_kind kind;
    } rounds[] = {{"//link[@href]", LISTING_ALTERNATE}, {"//a[@href]", LISTING_ANCHOR}};
    struct error ignored = ERROR_INIT;
    for (size_t i = 0; i < sizeof rounds / sizeof *rounds; i++) {
        xmlXPathObjectPtr found = document_select(document, NULL, rounds[i].selector, &ignored);
        for (int j = 0; found && found->nodesetval && j < found->nodesetval->nodeNr; j++) {
            xmlNodePtr node = found->nodesetval->nodeTab[j];
            bool is_one = rounds[i].kind == LISTING_ALTERNATE
                              ? has_word(document_attribute(feeds->arena, node, "rel"), "alternate") &&
                                    is_feed_type(document_attribute(feeds->arena, node, "type"))
                              : looks_like_feed(document_attribute(feeds->arena, node, "href"),
                                                document_text(feeds->arena, node));
            if (is_one)
                add_feed(feeds, base, node, rounds[i].kind);
        }
        xmlXPathFreeObject(found);
    }
}

struct listing_feeds *listing_find_feeds(const char *bytes, size_t size, const char *url, const char *content_type,
                                         struct error *error)
{
    struct arena *arena = arena_create(MEMORY_MAX);
    struct listing_feeds *feeds = arena ? arena_calloc(arena, 1, sizeof *feeds) : NULL;
    struct document document;
    if (!feeds) {
        arena_destroy(arena);
        error_set(error, ERROR_MEMORY, "no memory for a page");
        return NULL;
    }
    feeds->arena = arena;
    bool is_good = document_open(&document, bytes, size, content_type, error);
    if (is_good) {
        xmlXPathObjectPtr generator = document_select(&document, NULL, "//meta[@name='generator']", error);
        if (generator && generator->nodesetval && generator->nodesetval->nodeNr > 0)
            feeds->generator = document_attribute(arena, generator->nodesetval->nodeTab[0], "content");
        xmlXPathFreeObject(generator);
        take_feeds(feeds, &document, base_of(&document, arena, url));
    }
    document_close(&document);
    if (is_good)
        return feeds;
    arena_destroy(arena);
    return NULL;
}

void listing_free_feeds(struct listing_feeds *feeds)
{
    if (feeds)
        arena_destroy(feeds->arena);
}
