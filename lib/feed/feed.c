#include "lib/feed/feed.h"

#include "lib/base/arena.h"
#include "lib/feed/builder.h"
#include "lib/feed/json_feed.h"
#include "lib/feed/unpack.h"
#include "lib/feed/xml_feed.h"
#include "lib/text/charset.h"

#include <string.h>

static const struct feed_limits default_limits = {
    .document = 64u << 20,
    .memory = 256u << 20,
    .entries = 20000,
    .text = 4u << 20,
    .categories = 200,
    .depth = 1000,
    .entities = 10000,
};

static size_t or_default(size_t limit, size_t fallback)
{
    return limit ? limit : fallback;
}

static struct feed_limits complete_limits(const struct feed_limits *limits)
{
    return (struct feed_limits){
        .document = or_default(limits->document, default_limits.document),
        .memory = or_default(limits->memory, default_limits.memory),
        .entries = or_default(limits->entries, default_limits.entries),
        .text = or_default(limits->text, default_limits.text),
        .categories = or_default(limits->categories, default_limits.categories),
        .depth = or_default(limits->depth, default_limits.depth),
        .entities = or_default(limits->entities, default_limits.entities),
    };
}

static bool decode_document(struct feed *feed, const char *bytes, size_t size, const struct feed_request *request,
                            struct buffer *storage, struct slice *document, struct error *error)
{
    char label[CHARSET_LABEL_MAX + 1];
    struct charset_text text;
    charset_from_content_type(request->content_type, label);
    storage->limit = request->limits.document;
    if (!charset_decode(bytes, size, label, storage, &text, error))
        return false;
    feed->encoding = text.name;
    feed->repairs |= text.repaired ? (unsigned)FEED_REPAIR_ENCODING : 0u;
    *document = (struct slice){text.bytes, text.size};
    return true;
}

static bool is_json(struct slice document)
{
    document = slice_trim(document);
    return document.size > 0 && document.bytes[0] == '{';
}

static bool read_document(struct feed *feed, struct slice document, const struct feed_request *request,
                          struct error *error)
{
    struct builder builder;
    builder_init(&builder, feed, request);
    bool read =
        is_json(document) ? json_feed_read(&builder, document, error) : xml_feed_read(&builder, document, error);
    if (read)
        builder_finish(&builder);
    builder_free(&builder);
    if (read && arena_failed(feed->arena))
        return error_set(error, ERROR_LIMIT, "the feed needs more than the %zu bytes of memory that are allowed for it",
                         request->limits.memory);
    return read;
}

struct feed *feed_parse(const char *bytes, size_t size, const struct feed_request *request, struct error *error)
{
    struct feed_request complete = *request;
    complete.limits = complete_limits(&request->limits);
    if (size > complete.limits.document) {
        error_set(error, ERROR_LIMIT, "the feed has %zu bytes, more than the %zu that are allowed", size,
                  complete.limits.document);
        return NULL;
    }
    struct arena *arena = arena_create(complete.limits.memory);
    struct feed *feed = arena ? arena_calloc(arena, 1, sizeof *feed) : NULL;
    if (!feed) {
        arena_destroy(arena);
        error_set(error, ERROR_MEMORY, "no memory to read the feed");
        return NULL;
    }
    feed->arena = arena;
    struct buffer unpacked = BUFFER_INIT, storage = BUFFER_INIT;
    struct slice document = {bytes, size};
    bool read = true;
    if (unpack_is_gzip(bytes, size)) {
        read = unpack_gzip(&unpacked, bytes, size, complete.limits.document, error);
        document = (struct slice){unpacked.bytes, unpacked.size};
    }
    read = read && decode_document(feed, document.bytes, document.size, &complete, &storage, &document, error) &&
           read_document(feed, document, &complete, error);
    buffer_free(&storage);
    buffer_free(&unpacked);
    if (!read) {
        arena_destroy(arena);
        return NULL;
    }
    return feed;
}

void feed_destroy(struct feed *feed)
{
    if (feed)
        arena_destroy(feed->arena);
}

const char *feed_repair_name(enum feed_repair repair)
{
    switch (repair) {
    case FEED_REPAIR_ENCODING:
        return "encoding";
    case FEED_REPAIR_JUNK:
        return "junk";
    case FEED_REPAIR_TAGS:
        return "tags";
    case FEED_REPAIR_ATTRIBUTES:
        return "attributes";
    case FEED_REPAIR_TEXT:
        return "text";
    case FEED_REPAIR_NAMESPACE:
        return "namespace";
    case FEED_REPAIR_TRUNCATED:
        return "truncated";
    case FEED_REPAIR_JSON:
        return "json";
    }
    return NULL;
}
