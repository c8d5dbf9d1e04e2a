#include "lib/article/metadata.h"
#include "lib/base/buffer.h"
#include "lib/feed/json_repair.h"
#include "lib/text/html.h"

#include <jansson.h>
#include <string.h>
#include <strings.h>

enum { OBJECTS_MAX = 2000, NAMES_MAX = 10, BODY_MIN = 200 };

/* Of schema.org: what is an article, and how much its object is about this page's. */
static const struct {
    const char *type;
    int rank;
} article_types[] = {
    {"NewsArticle", 0},
    {"ReportageNewsArticle", 0},
    {"AnalysisNewsArticle", 0},
    {"OpinionNewsArticle", 0},
    {"BackgroundNewsArticle", 0},
    {"LiveBlogPosting", 0},
    {"Article", 0},
    {"BlogPosting", 0},
    {"Report", 0},
    {"GovernmentService", 1},
    {"TechArticle", 0},
    {"ScholarlyArticle", 0},
    {"SocialMediaPosting", 0},
    {"SpecialAnnouncement", 0},
    {"WebPage", 5},
    {"CreativeWork", 5},
    {"ItemPage", 5},
};

static int rank_of_type(const char *type)
{
    const char *slash = type ? strrchr(type, '/') : NULL;
    for (size_t i = 0; type && i < sizeof article_types / sizeof *article_types; i++)
        if (strcmp(slash ? slash + 1 : type, article_types[i].type) == 0)
            return article_types[i].rank;
    return METADATA_NONE;
}

static int rank_of(const json_t *object, bool *is_live)
{
    const json_t *type = json_object_get(object, "@type");
    int rank = rank_of_type(json_string_value(type));
    *is_live = json_string_value(type) && strcmp(json_string_value(type), "LiveBlogPosting") == 0;
    for (size_t i = 0; i < json_array_size(type); i++) {
        const char *word = json_string_value(json_array_get(type, i));
        int other = rank_of_type(word);
        rank = other < rank ? other : rank;
        *is_live = *is_live || (word && strcmp(word, "LiveBlogPosting") == 0);
    }
    return rank;
}

static void offer(struct metadata *metadata, enum metadata_field field, int rank, const json_t *value)
{
    if (json_is_string(value))
        metadata_offer(metadata, field, rank, json_string_value(value), json_string_length(value));
}

/* A name, an object with one, or several of either. */
static void offer_names(struct metadata *metadata, enum metadata_field field, int rank, const json_t *value)
{
    struct buffer names = BUFFER_INIT;
    size_t count = json_is_array(value) ? json_array_size(value) : 1;
    for (size_t i = 0; i < count && i < NAMES_MAX; i++) {
        const json_t *one = json_is_array(value) ? json_array_get(value, i) : value;
        const json_t *name = json_is_object(one) ? json_object_get(one, "name") : one;
        if (json_is_array(name))
            name = json_array_get(name, 0);
        if (!json_is_string(name) || json_string_length(name) == 0)
            continue;
        if (names.size)
            buffer_append_text(&names, ", ");
        buffer_append(&names, json_string_value(name), json_string_length(name));
    }
    if (names.size && !names.failed)
        metadata_offer(metadata, field, rank, names.bytes, names.size);
    buffer_free(&names);
}

static void take_body(struct metadata *metadata, const json_t *value)
{
    struct buffer text = BUFFER_INIT;
    if (!json_is_string(value) || json_string_length(value) < BODY_MIN || metadata->body)
        return;
    if (html_is_likely(json_string_value(value), json_string_length(value)))
        html_append_text(&text, json_string_value(value), json_string_length(value), 0);
    else
        html_append_plain(&text, json_string_value(value), json_string_length(value), 0);
    if (!text.failed && text.size)
        metadata->body = arena_copy(metadata->arena, text.bytes, text.size);
    buffer_free(&text);
}

static bool is_false(const json_t *value)
{
    return json_is_false(value) || (json_is_string(value) && strcasecmp(json_string_value(value), "false") == 0);
}

static const json_t *address_of(const json_t *value)
{
    return json_is_object(value) ? json_object_get(value, "@id") : value;
}

static void take_article(struct metadata *metadata, const json_t *object, int rank, bool is_live)
{
    rank += METADATA_JSON;
    offer(metadata, METADATA_TITLE, rank, json_object_get(object, "headline"));
    offer(metadata, METADATA_PUBLISHED, rank, json_object_get(object, "datePublished"));
    offer(metadata, METADATA_PUBLISHED, rank + 30, json_object_get(object, "dateCreated"));
    offer(metadata, METADATA_MODIFIED, rank, json_object_get(object, "dateModified"));
    offer(metadata, METADATA_DESCRIPTION, rank + 3, json_object_get(object, "description"));
    offer(metadata, METADATA_LANGUAGE, rank, json_object_get(object, "inLanguage"));
    offer(metadata, METADATA_CANONICAL, rank + 6, address_of(json_object_get(object, "mainEntityOfPage")));
    offer(metadata, METADATA_CANONICAL, rank + 7, json_object_get(object, "url"));
    offer_names(metadata, METADATA_AUTHOR, rank, json_object_get(object, "author"));
    offer_names(metadata, METADATA_AUTHOR, rank + 1, json_object_get(object, "creator"));
    offer_names(metadata, METADATA_PUBLISHER, rank, json_object_get(object, "publisher"));
    if (rank < METADATA_JSON + 5)
        take_body(metadata, json_object_get(object, "articleBody"));
    metadata->is_locked = metadata->is_locked || is_false(json_object_get(object, "isAccessibleForFree"));
    metadata->is_live = metadata->is_live || is_live;
}

/* Where articles may stand within other objects. Related ones stand elsewhere: "itemListElement", "hasPart". */
static const char *const ways_down[] = {"@graph", "mainEntity", "mainEntityOfPage"};

static void walk(struct metadata *metadata, const json_t *root)
{
    const json_t *waiting[64] = {root};
    size_t count = 1;
    for (size_t seen = 0; count > 0 && seen < OBJECTS_MAX; seen++) {
        const json_t *value = waiting[--count];
        for (size_t i = json_array_size(value); i > 0; i--)
            if (count < sizeof waiting / sizeof *waiting)
                waiting[count++] = json_array_get(value, i - 1);
        if (!json_is_object(value))
            continue;
        bool is_live;
        int rank = rank_of(value, &is_live);
        if (rank < METADATA_NONE)
            take_article(metadata, value, rank, is_live);
        for (size_t i = 0; !is_live && i < sizeof ways_down / sizeof *ways_down; i++) {
            const json_t *below = json_object_get(value, ways_down[i]);
            if (below && count < sizeof waiting / sizeof *waiting)
                waiting[count++] = below;
        }
    }
}

void metadata_read_json(struct metadata *metadata, const char *json)
{
    struct buffer repaired = BUFFER_INIT;
    size_t start = strcspn(json, "{["), size = strlen(json + start);
    json_t *root = json_loadb(json + start, size, JSON_DISABLE_EOF_CHECK, NULL);
    if (!root && size > 0) {
        json_repair(&repaired, json + start, size);
        if (!repaired.failed && repaired.size)
            root = json_loadb(repaired.bytes, repaired.size, JSON_DISABLE_EOF_CHECK, NULL);
    }
    if (root)
        walk(metadata, root);
    json_decref(root);
    buffer_free(&repaired);
}
