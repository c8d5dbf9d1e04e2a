#include "lib/feed/namespaces.h"

#include <string.h>
#include <strings.h>

/* Compared in any case, without scheme and without a trailing slash or '#': feeds misspell all three. The variants
 * are those seen in captured feeds. */
static const struct {
    const char *uri;
    enum feed_namespace meaning;
} known_uris[] = {
    {"www.w3.org/2005/atom", NAMESPACE_ATOM},
    {"purl.org/atom/ns", NAMESPACE_ATOM},
    {"purl.org/net/atom", NAMESPACE_ATOM},
    {"example.com/newformat", NAMESPACE_ATOM}, /* Atom 0.2 */
    {"example.com/necho", NAMESPACE_ATOM},
    {"example.com/pie", NAMESPACE_ATOM},
    {"purl.org/pie", NAMESPACE_ATOM},
    {"purl.org/echo", NAMESPACE_ATOM},
    {"uri/of/echo/namespace", NAMESPACE_ATOM},
    {"purl.org/rss/1.0", NAMESPACE_RSS},
    {"purl.org/rss/0.9", NAMESPACE_RSS},
    {"purl.org/net/rss1.1", NAMESPACE_RSS},
    {"my.netscape.com/rdf/simple/0.9", NAMESPACE_RSS},
    {"my.netscape.com/publish/formats/rss-0.91.dtd", NAMESPACE_RSS},
    {"channel.netscape.com/rdf/simple/0.9", NAMESPACE_RSS},
    {"backend.userland.com/rss", NAMESPACE_RSS},
    {"backend.userland.com/rss2", NAMESPACE_RSS},
    {"backend.userland.com/rss091", NAMESPACE_RSS},
    {"blogs.law.harvard.edu/tech/rss", NAMESPACE_RSS},
    {"cyber.law.harvard.edu/rss", NAMESPACE_RSS},
    {"cyber.law.harvard.edu/rss/rss.html", NAMESPACE_RSS},
    {"cyber.harvard.edu/rss/rss.html", NAMESPACE_RSS},
    {"www.rssboard.org/rss-specification", NAMESPACE_RSS},
    {"purl.org/dc/elements/1.1", NAMESPACE_DC},
    {"purl.org/dc/elements/1.0", NAMESPACE_DC},
    {"purl.org/dc", NAMESPACE_DC},
    {"dublincore.org/documents/dcmi-namespace", NAMESPACE_DC},
    {"purl.org/dc/terms", NAMESPACE_TERMS},
    {"purl.org/rss/1.0/modules/dcterms", NAMESPACE_TERMS},
    {"purl.org/rss/1.0/modules/content", NAMESPACE_CONTENT},
    {"www.itunes.com/dtds/podcast-1.0.dtd", NAMESPACE_ITUNES},
    {"example.com/dtds/podcast-1.0.dtd", NAMESPACE_ITUNES},
    {"www.google.com/schemas/play-podcasts/1.0", NAMESPACE_ITUNES}, /* the same elements */
    {"search.yahoo.com/mrss", NAMESPACE_MEDIA},
    {"search.yahoo.com/rss", NAMESPACE_MEDIA},
    {"tools.search.yahoo.com/mrss", NAMESPACE_MEDIA},
    {"video.search.yahoo.com/mrss", NAMESPACE_MEDIA},
    {"www.rssboard.org/media-rss", NAMESPACE_MEDIA},
    {"purl.org/rss/1.0/modules/syndication", NAMESPACE_SYNDICATION},
    {"www.w3.org/1999/xhtml", NAMESPACE_XHTML},
    {"rssnamespace.org/feedburner/ext/1.0", NAMESPACE_FEEDBURNER},
    {"www.pheedo.com/namespace/pheedo", NAMESPACE_FEEDBURNER},
    {"www.w3.org/1999/02/22-rdf-syntax-ns", NAMESPACE_RDF},
    {"prismstandard.org/namespaces/basic/2.0", NAMESPACE_PRISM},
    {"prismstandard.org/namespaces/1.2/basic", NAMESPACE_PRISM},
    {"purl.org/rss/1.0/modules/prism", NAMESPACE_PRISM},
};

static const struct {
    const char *prefix;
    enum feed_namespace meaning;
} usual_prefixes[] = {
    {"atom", NAMESPACE_ATOM},
    {"atom10", NAMESPACE_ATOM},
    {"atom03", NAMESPACE_ATOM},
    {"a10", NAMESPACE_ATOM},
    {"rss", NAMESPACE_RSS},
    {"dc", NAMESPACE_DC},
    {"dcterms", NAMESPACE_TERMS},
    {"content", NAMESPACE_CONTENT},
    {"itunes", NAMESPACE_ITUNES},
    {"media", NAMESPACE_MEDIA},
    {"sy", NAMESPACE_SYNDICATION},
    {"xhtml", NAMESPACE_XHTML},
    {"feedburner", NAMESPACE_FEEDBURNER},
    {"pheedo", NAMESPACE_FEEDBURNER},
    {"rdf", NAMESPACE_RDF},
    {"prism", NAMESPACE_PRISM},
};

static enum feed_namespace find_uri(struct slice uri)
{
    uri = slice_trim(uri);
    if (uri.size == 0)
        return NAMESPACE_NONE;
    const char *scheme_end = memmem(uri.bytes, uri.size, "://", 3);
    if (scheme_end) {
        size_t scheme = (size_t)(scheme_end - uri.bytes) + 3;
        uri = (struct slice){uri.bytes + scheme, uri.size - scheme};
    }
    while (uri.size > 0 && (uri.bytes[uri.size - 1] == '/' || uri.bytes[uri.size - 1] == '#'))
        uri.size--;
    for (size_t i = 0; i < sizeof known_uris / sizeof known_uris[0]; i++)
        if (slice_is(uri, known_uris[i].uri))
            return known_uris[i].meaning;
    return NAMESPACE_OTHER;
}

void namespaces_declare(struct namespaces *namespaces, const struct scanner_token *token, int depth)
{
    for (size_t i = 0; i < token->attribute_count; i++) {
        struct slice name = token->attributes[i].name;
        if (name.size < 5 || memcmp(name.bytes, "xmlns", 5) != 0 || (name.size > 5 && name.bytes[5] != ':'))
            continue;
        if (namespaces->count == NAMESPACE_DECLARATIONS_MAX)
            return;
        size_t skip = name.size > 5 ? 6 : 5;
        namespaces->declarations[namespaces->count++] = (struct namespace_declaration){
            .prefix = {name.bytes + skip, name.size - skip},
            .uri = token->attributes[i].value,
            .meaning = find_uri(token->attributes[i].value),
            .depth = depth,
        };
    }
}

void namespaces_leave(struct namespaces *namespaces, int depth)
{
    while (namespaces->count > 0 && namespaces->declarations[namespaces->count - 1].depth > depth)
        namespaces->count--;
}

enum feed_namespace namespaces_find(struct namespaces *namespaces, struct slice prefix, struct slice *uri)
{
    *uri = (struct slice){"", 0};
    for (size_t i = namespaces->count; i-- > 0;)
        if (slice_equal(namespaces->declarations[i].prefix, prefix)) {
            *uri = namespaces->declarations[i].uri;
            return namespaces->declarations[i].meaning;
        }
    if (prefix.size == 0)
        return NAMESPACE_NONE;
    namespaces->undeclared = true;
    for (size_t i = 0; i < sizeof usual_prefixes / sizeof usual_prefixes[0]; i++)
        if (slice_is(prefix, usual_prefixes[i].prefix))
            return usual_prefixes[i].meaning;
    return NAMESPACE_OTHER;
}
