#include "lib/feed/elements.h"

#include <string.h>

#define CORE (NAMESPACE_RSS | NAMESPACE_ATOM)
#define ANY_NAMESPACE (NAMESPACE_OTHER | CORE) /* news agencies give it to each portal in the portal's namespace */
#define DUBLIN (NAMESPACE_DC | NAMESPACE_TERMS)
#define BOTH (CONTEXT_FEED | CONTEXT_ENTRY)
#define ANYWHERE (CONTEXT_FEED | CONTEXT_ENTRY | CONTEXT_PERSON | CONTEXT_SOURCE)

/* Sorted by name; abstract is CDF's. Ranks: 0 the format's own element, then Dublin Core, then modules for podcasts and media, which
 * often hold less. */
static const struct element elements[] = {
    {"abstract", CORE, BOTH, ELEMENT_VALUE, FIELD_SUMMARY, 0},
    {"abstract", NAMESPACE_TERMS, CONTEXT_ENTRY, ELEMENT_VALUE, FIELD_SUMMARY, 2},
    {"author", CORE, BOTH | CONTEXT_SOURCE, ELEMENT_PERSON, FIELD_AUTHOR, 0},
    {"author", DUBLIN, BOTH, ELEMENT_VALUE, FIELD_AUTHOR, 1},
    {"author", NAMESPACE_ITUNES, BOTH, ELEMENT_VALUE, FIELD_AUTHOR, 2},
    {"body", CORE | NAMESPACE_XHTML, CONTEXT_ENTRY, ELEMENT_VALUE, FIELD_CONTENT, 1},
    {"categories", CORE, CONTEXT_ENTRY, ELEMENT_THROUGH, FIELD_NONE, 0},
    {"category", CORE | NAMESPACE_ITUNES | NAMESPACE_MEDIA, CONTEXT_ENTRY, ELEMENT_CATEGORY, FIELD_NONE, 0},
    {"channel", CORE, CONTEXT_FEED, ELEMENT_FEED, FIELD_NONE, 0},
    {"content", CORE, CONTEXT_ENTRY, ELEMENT_VALUE, FIELD_CONTENT, 0},
    {"content", NAMESPACE_MEDIA, CONTEXT_ENTRY, ELEMENT_MEDIA, FIELD_NONE, 0},
    {"created", CORE, CONTEXT_ENTRY, ELEMENT_VALUE, FIELD_PUBLISHED, 3},
    {"created", NAMESPACE_TERMS, CONTEXT_ENTRY, ELEMENT_VALUE, FIELD_PUBLISHED, 4},
    {"creator", DUBLIN, BOTH, ELEMENT_VALUE, FIELD_AUTHOR, 1},
    {"creator", CORE, BOTH, ELEMENT_VALUE, FIELD_AUTHOR, 6},
    {"date", CORE | DUBLIN, CONTEXT_ENTRY, ELEMENT_VALUE, FIELD_PUBLISHED, 2},
    {"date", DUBLIN, CONTEXT_FEED, ELEMENT_VALUE, FIELD_UPDATED, 2},
    {"day", CORE, CONTEXT_FEED, ELEMENT_VALUE, FIELD_SKIP_DAY, 0},
    {"description", CORE, BOTH, ELEMENT_VALUE, FIELD_SUMMARY, 0},
    {"description", DUBLIN, BOTH, ELEMENT_VALUE, FIELD_SUMMARY, 1},
    {"description", NAMESPACE_ITUNES, BOTH, ELEMENT_VALUE, FIELD_SUMMARY, 2},
    {"description", NAMESPACE_MEDIA, CONTEXT_ENTRY, ELEMENT_VALUE, FIELD_SUMMARY, 3},
    {"div", NAMESPACE_XHTML, CONTEXT_ENTRY, ELEMENT_VALUE, FIELD_CONTENT, 1},
    {"email", CORE | NAMESPACE_ITUNES, CONTEXT_PERSON, ELEMENT_VALUE, FIELD_PERSON_EMAIL, 0},
    {"enclosure", CORE, CONTEXT_ENTRY, ELEMENT_ENCLOSURE, FIELD_NONE, 0},
    {"encoded", NAMESPACE_CONTENT, CONTEXT_ENTRY, ELEMENT_VALUE, FIELD_CONTENT, 0},
    {"entry", CORE, ANYWHERE, ELEMENT_ENTRY, FIELD_NONE, 0},
    {"feed", CORE, CONTEXT_FEED, ELEMENT_FEED, FIELD_NONE, 0},
    {"full-text", ANY_NAMESPACE, CONTEXT_ENTRY, ELEMENT_VALUE, FIELD_CONTENT, 1},
    {"fullitem", CORE, CONTEXT_ENTRY, ELEMENT_VALUE, FIELD_CONTENT, 1},
    {"fulltext", ANY_NAMESPACE, CONTEXT_ENTRY, ELEMENT_VALUE, FIELD_CONTENT, 1},
    {"group", NAMESPACE_MEDIA, CONTEXT_ENTRY, ELEMENT_THROUGH, FIELD_NONE, 0},
    {"guid", CORE, CONTEXT_ENTRY, ELEMENT_VALUE, FIELD_ID, 0},
    {"hour", CORE, CONTEXT_FEED, ELEMENT_VALUE, FIELD_SKIP_HOUR, 0},
    {"id", CORE, CONTEXT_ENTRY, ELEMENT_VALUE, FIELD_ID, 0},
    {"identifier", DUBLIN, CONTEXT_ENTRY, ELEMENT_VALUE, FIELD_ID, 1},
    {"info", NAMESPACE_ATOM, CONTEXT_FEED, ELEMENT_VALUE, FIELD_SUMMARY, 3},
    {"issued", CORE, CONTEXT_ENTRY, ELEMENT_VALUE, FIELD_PUBLISHED, 0},
    {"issued", NAMESPACE_TERMS, CONTEXT_ENTRY, ELEMENT_VALUE, FIELD_PUBLISHED, 1},
    {"item", CORE, ANYWHERE, ELEMENT_ENTRY, FIELD_NONE, 0},
    {"items", CORE, CONTEXT_FEED, ELEMENT_THROUGH, FIELD_NONE, 0},
    {"keywords", NAMESPACE_ITUNES | NAMESPACE_MEDIA, CONTEXT_ENTRY, ELEMENT_KEYWORDS, FIELD_NONE, 0},
    {"language", CORE, CONTEXT_FEED, ELEMENT_VALUE, FIELD_LANGUAGE, 0},
    {"language", DUBLIN, BOTH, ELEMENT_VALUE, FIELD_LANGUAGE, 1},
    {"lastbuilddate", CORE, CONTEXT_FEED, ELEMENT_VALUE, FIELD_UPDATED, 0},
    {"link", CORE, BOTH, ELEMENT_LINK, FIELD_LINK, 0},
    {"managingeditor", CORE, CONTEXT_FEED, ELEMENT_VALUE, FIELD_AUTHOR, 3},
    {"modified", CORE, BOTH, ELEMENT_VALUE, FIELD_UPDATED, 0},
    {"modified", NAMESPACE_TERMS, BOTH, ELEMENT_VALUE, FIELD_UPDATED, 1},
    {"name", CORE | NAMESPACE_ITUNES, CONTEXT_PERSON, ELEMENT_VALUE, FIELD_PERSON_NAME, 0},
    {"origlink", NAMESPACE_FEEDBURNER, CONTEXT_ENTRY, ELEMENT_VALUE, FIELD_ORIGIN, 0},
    {"pubdate", CORE, CONTEXT_ENTRY, ELEMENT_VALUE, FIELD_PUBLISHED, 0},
    {"pubdate", CORE, CONTEXT_FEED, ELEMENT_VALUE, FIELD_UPDATED, 1},
    {"publicationdate", NAMESPACE_PRISM, CONTEXT_ENTRY, ELEMENT_VALUE, FIELD_PUBLISHED, 3},
    {"published", CORE, CONTEXT_ENTRY, ELEMENT_VALUE, FIELD_PUBLISHED, 0},
    {"rdf", NAMESPACE_RDF | CORE, CONTEXT_FEED, ELEMENT_FEED, FIELD_NONE, 0},
    {"rss", CORE, CONTEXT_FEED, ELEMENT_FEED, FIELD_NONE, 0},
    {"skipdays", CORE, CONTEXT_FEED, ELEMENT_THROUGH, FIELD_NONE, 0},
    {"skiphours", CORE, CONTEXT_FEED, ELEMENT_THROUGH, FIELD_NONE, 0},
    {"source", CORE, CONTEXT_ENTRY, ELEMENT_SOURCE, FIELD_NONE, 0},
    {"subject", DUBLIN, CONTEXT_ENTRY, ELEMENT_CATEGORY, FIELD_NONE, 0},
    {"subtitle", CORE, CONTEXT_FEED, ELEMENT_VALUE, FIELD_SUMMARY, 0},
    {"subtitle", NAMESPACE_ITUNES, BOTH, ELEMENT_VALUE, FIELD_SUMMARY, 4},
    {"summary", CORE, CONTEXT_ENTRY, ELEMENT_VALUE, FIELD_SUMMARY, 0},
    {"summary", NAMESPACE_ITUNES, BOTH, ELEMENT_VALUE, FIELD_SUMMARY, 2},
    {"tagline", CORE, CONTEXT_FEED, ELEMENT_VALUE, FIELD_SUMMARY, 0},
    {"title", CORE, BOTH, ELEMENT_VALUE, FIELD_TITLE, 0},
    {"title", DUBLIN, BOTH, ELEMENT_VALUE, FIELD_TITLE, 1},
    {"title", NAMESPACE_ITUNES, BOTH, ELEMENT_VALUE, FIELD_TITLE, 3},
    {"title", NAMESPACE_MEDIA, CONTEXT_ENTRY, ELEMENT_VALUE, FIELD_TITLE, 2},
    {"ttl", CORE, CONTEXT_FEED, ELEMENT_VALUE, FIELD_TTL, 0},
    {"updated", CORE, BOTH, ELEMENT_VALUE, FIELD_UPDATED, 0},
    {"updatefrequency", NAMESPACE_SYNDICATION, CONTEXT_FEED, ELEMENT_VALUE, FIELD_UPDATE_FREQUENCY, 0},
    {"updateperiod", NAMESPACE_SYNDICATION, CONTEXT_FEED, ELEMENT_VALUE, FIELD_UPDATE_PERIOD, 0},
};

enum { ELEMENT_NAME_MAX = 15, ELEMENT_COUNT = sizeof elements / sizeof elements[0] };

const struct element *elements_find(struct slice local_name, enum feed_namespace space, enum element_context context)
{
    char name[ELEMENT_NAME_MAX + 1];
    if (local_name.size > ELEMENT_NAME_MAX)
        return NULL;
    for (size_t i = 0; i < local_name.size; i++) {
        char byte = local_name.bytes[i];
        name[i] = byte >= 'A' && byte <= 'Z' ? (char)(byte + ('a' - 'A')) : byte;
    }
    name[local_name.size] = '\0';
    size_t low = 0, high = ELEMENT_COUNT;
    while (low < high) { /* the first row of that name */
        size_t middle = low + (high - low) / 2;
        if (strcmp(elements[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < ELEMENT_COUNT && strcmp(elements[low].name, name) == 0; low++)
        if ((elements[low].namespaces & (unsigned)space) && (elements[low].contexts & (unsigned)context))
            return &elements[low];
    return NULL;
}
