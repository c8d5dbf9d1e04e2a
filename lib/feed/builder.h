/* Builder: fills a struct feed from the values that a format's reader finds, whatever their order.
 *
 * It turns values into clean text, keeps the best of several elements for one field, resolves addresses, reads
 * dates and holds the limits. The XML and the JSON reader share it; each calls builder_init, builder_set and its
 * kin, builder_finish. Lack of memory shows in the feed's arena and is checked once at the end. */
#ifndef LIB_FEED_BUILDER_H
#define LIB_FEED_BUILDER_H

#include "lib/base/buffer.h"
#include "lib/feed/feed.h"
#include "lib/feed/scanner.h"

enum feed_field {
    FIELD_NONE,
    FIELD_ID,
    FIELD_TITLE,
    FIELD_LINK,
    FIELD_ORIGIN,
    FIELD_SUMMARY, /* of an entry, and the feed's description */
    FIELD_CONTENT,
    FIELD_PUBLISHED,
    FIELD_UPDATED,
    FIELD_AUTHOR,
    FIELD_LANGUAGE,
    FIELD_SELF,
    FIELD_HUB,
    FIELD_TTL,
    FIELD_UPDATE_PERIOD,
    FIELD_UPDATE_FREQUENCY,
    FIELD_SKIP_HOUR,
    FIELD_SKIP_DAY,
    FIELD_PERSON_NAME,
    FIELD_PERSON_EMAIL,
    FIELD_COUNT
};

enum value_form {
    VALUE_PLAIN,  /* text as it stands */
    VALUE_HTML,   /* HTML, or text that may hold some: RSS does not say */
    VALUE_XHTML,  /* the XML source of an element's content: CDATA sections hold text */
    VALUE_MARKUP, /* the same where HTML stands unescaped in it: CDATA sections hold HTML */
};

struct feed_value {
    struct slice bytes; /* UTF-8 */
    enum value_form form;
    struct slice base; /* absolute address to resolve against, size 0: decided at the end */
    bool last;          /* replaces a link of the same rank */
    bool guessed;      /* nothing says that VALUE_HTML is HTML: RSS */
};

struct builder {
    struct feed *feed;
    struct arena *arena;
    struct feed_limits limits;
    bool keep_html;
    struct slice url;         /* of the document */
    struct buffer text;       /* where values become text */
    struct feed_entry *entry; /* the one being filled, NULL: values are the feed's */
    struct feed_entry *last;  /* the last one of the list */
    struct feed_category *last_category;
    struct feed_enclosure *last_enclosure;
    size_t category_count, enclosure_count;
    unsigned char feed_ranks[FIELD_COUNT], entry_ranks[FIELD_COUNT];
    int update_period, update_frequency;
    size_t once_escaped, twice_escaped; /* evidence on how this feed's titles write '&' */
};

/* The feed and the request stay the caller's, and must outlive the builder. */
void builder_init(struct builder *builder, struct feed *feed, const struct feed_request *request);
void builder_free(struct builder *builder);

/* Begins an entry, ends it. Past the limit an entry is counted and its values go nowhere. */
void builder_open_entry(struct builder *builder);
void builder_close_entry(struct builder *builder);

/* Sets a field of the open entry or of the feed, unless it has a value of the same or a lower rank. Several authors
 * of one rank are listed. Empty values do not count. */
void builder_set(struct builder *builder, enum feed_field field, int rank, const struct feed_value *value);
/* As builder_set for a name and an address, either may be empty. */
void builder_set_person(struct builder *builder, int rank, struct slice name, struct slice email);
void builder_add_category(struct builder *builder, struct slice text, enum value_form form);
void builder_add_enclosure(struct builder *builder, struct slice url, struct slice base, struct slice type,
                           int64_t length);

/* Resolves what waited for the whole feed. */
void builder_finish(struct builder *builder);

#endif
