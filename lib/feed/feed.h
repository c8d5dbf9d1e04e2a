/* Feed: RSS 0.90 to 2.0, RDF, Atom 0.3 and 1.0, and JSON Feed, as publishers really write them, into one structure.
 *
 *     struct feed *feed = feed_parse(bytes, size, &(struct feed_request){.url = url}, &error);
 *     for (struct feed_entry *entry = feed->entries; entry; entry = entry->next) ...
 *     feed_destroy(feed);
 *
 * Every text is plain UTF-8: no markup, no references, white space in order; paragraphs of `summary` and `content`
 * are kept as empty lines. Absent values are NULL. Addresses are absolute as far as the feed and its own address
 * allow, and never of a scheme that runs code. Broken documents are read as far as they go and marked as repaired;
 * what is no feed at all is an error that says what it is instead. A document packed by gzip is unpacked.
 *
 * The feed owns all that hangs on it and does not refer to the input. Any thread, one at a time per feed. */
#ifndef LIB_FEED_FEED_H
#define LIB_FEED_FEED_H

#include "lib/base/error.h"
#include "lib/text/date.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum feed_format { FEED_RSS, FEED_RDF, FEED_ATOM, FEED_JSON };

/* Why a feed is marked as repaired, as a set. */
enum feed_repair {
    FEED_REPAIR_ENCODING = 1,   /* a wrong or missing declaration, ill-formed bytes */
    FEED_REPAIR_JUNK = 2,       /* text or tags before the root or after it */
    FEED_REPAIR_TAGS = 4,       /* unclosed, crossed or stray tags */
    FEED_REPAIR_ATTRIBUTES = 8, /* attributes without quotes, twice, too many */
    FEED_REPAIR_TEXT = 16,      /* bare '<' or '&', references that nothing declares */
    FEED_REPAIR_NAMESPACE = 32, /* a prefix that nothing declares */
    FEED_REPAIR_TRUNCATED = 64, /* the document ends too early */
    FEED_REPAIR_JSON = 128,     /* JSON with raw control characters, stray commas and the like */
};

struct feed_time {
    bool known;
    struct date date; /* where known */
    const char *raw;  /* what the feed wrote, also where it cannot be read; NULL for nothing */
};

struct feed_category {
    const char *text;
    struct feed_category *next;
};

struct feed_enclosure {
    const char *url;
    const char *type; /* media type or NULL */
    int64_t length;   /* bytes, -1 for unknown */
    struct feed_enclosure *next;
};

struct feed_entry {
    const char *id; /* as the feed gives it: guid, atom:id, rdf:about; NULL where it gives none */
    const char *title;
    const char *link;      /* the page, as the feed gives it */
    const char *origin;    /* the page behind a proxy, where the feed (feedburner:origLink) or the link's own address
                            * ("https://www.google.com/url?url=...") names it; else NULL */
    const char *canonical; /* url_canonical() of origin or link; NULL without both */
    struct feed_time published;
    struct feed_time updated;
    const char *author;   /* names, else addresses, separated by ", " */
    const char *byline;   /* the same with both where both are known: "Jane Doe (jane@example.org)" */
    const char *language; /* of this entry where it says so */
    const char *summary;
    const char *content;
    const char *content_html; /* with request.keep_html: the content or summary as HTML, NOT sanitised */
    struct feed_category *categories;
    struct feed_enclosure *enclosures;
    bool incomplete; /* the document ended within this entry */
    struct feed_entry *next;
};

struct feed {
    enum feed_format format;
    const char *title;
    const char *link;
    const char *description;
    const char *language;
    const char *author;
    const char *byline;
    const char *self; /* the feed's own address, where it says so */
    const char *hub;  /* its WebSub hub */
    struct feed_time updated;
    int ttl_minutes;     /* 0 for not said */
    int update_seconds;  /* from sy:updatePeriod and sy:updateFrequency, 0 for not said */
    uint32_t skip_hours; /* bit 0 to 23, GMT */
    unsigned skip_days;  /* bit 0 Sunday to 6 Saturday */

    struct feed_entry *entries; /* in the document's order */
    size_t entry_count;
    size_t entries_dropped; /* past limits.entries */
    size_t dates_unreadable;

    const char *encoding; /* what was decoded: "utf-8" */
    unsigned repairs;     /* enum feed_repair, 0 for a sound document */

    struct arena *arena; /* owns everything above */
};

/* 0 stands for the default. */
struct feed_limits {
    size_t document;   /* bytes of input, before and after unpacking and decoding: 64 MiB */
    size_t memory;     /* bytes of the feed: 256 MiB */
    size_t entries;    /* 20,000; more are counted and dropped */
    size_t text;       /* bytes of one text value, cut there: 4 MiB */
    size_t categories; /* per entry, also enclosures: 200 */
    size_t depth;      /* of elements within each other, but for a text's own markup: 1,000 */
    size_t entities;   /* declared in a DTD; only short plain text is expanded: 10,000 */
};

struct feed_request {
    const char *url;          /* the document's address, base of relative ones; NULL or "" for unknown */
    const char *content_type; /* of the HTTP answer; NULL or "" for unknown */
    bool keep_html;
    struct feed_limits limits;
};

/* NULL with `error` filled for what is no feed (ERROR_INPUT), passes a limit (ERROR_LIMIT) or the memory. */
struct feed *feed_parse(const char *bytes, size_t size, const struct feed_request *request, struct error *error);
void feed_destroy(struct feed *feed);

/* The name of one repair, for logs and status: "encoding". NULL for no such bit. */
const char *feed_repair_name(enum feed_repair repair);

#endif
