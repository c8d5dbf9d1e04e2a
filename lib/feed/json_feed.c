#include "lib/feed/json_feed.h"

#include "lib/base/arena.h"
#include "lib/feed/json_repair.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

static json_t *load(struct builder *builder, struct slice document, json_error_t *problem)
{
    const size_t flags = JSON_ALLOW_NUL | JSON_DISABLE_EOF_CHECK;
    json_t *root = json_loadb(document.bytes, document.size, flags, problem);
    if (root)
        return root;
    struct buffer repaired = BUFFER_INIT;
    json_repair(&repaired, document.bytes, document.size);
    json_error_t second;
    if (!repaired.failed && repaired.size)
        root = json_loadb(repaired.bytes, repaired.size, flags, &second);
    buffer_free(&repaired);
    builder->feed->repairs |= FEED_REPAIR_JSON;
    return root;
}

/* Strings, and numbers where a string should be; "" for everything else. `digits` holds a number's text. */
static struct slice text_of(const json_t *value, char digits[32])
{
    if (json_is_string(value))
        return (struct slice){json_string_value(value), json_string_length(value)};
    int size = json_is_integer(value) ? snprintf(digits, 32, "%" JSON_INTEGER_FORMAT, json_integer_value(value))
               : json_is_real(value)  ? snprintf(digits, 32, "%.15g", json_real_value(value))
                                      : 0;
    return (struct slice){digits, size > 0 ? (size_t)size : 0};
}

static void set_member(struct builder *builder, const json_t *object, const char *name, enum feed_field field, int rank,
                       enum value_form form)
{
    char digits[32] = "";
    struct feed_value value = {.bytes = text_of(json_object_get(object, name), digits), .form = form};
    if (value.bytes.size)
        builder_set(builder, field, rank, &value);
}

/* An author is an object with a name, in the wild also a bare name. */
static void set_author(struct builder *builder, const json_t *author)
{
    char digits[32] = "";
    const json_t *name = json_is_object(author) ? json_object_get(author, "name") : author;
    struct feed_value value = {.bytes = text_of(name, digits), .form = VALUE_PLAIN};
    if (value.bytes.size)
        builder_set(builder, FIELD_AUTHOR, 0, &value);
}

/* Version 1.1 has a list `authors`, version 1.0 one `author`; feeds mix them. */
static void set_authors(struct builder *builder, const json_t *object)
{
    const json_t *authors = json_object_get(object, "authors"), *single = json_object_get(object, "author"), *author;
    size_t index;
    json_array_foreach(authors, index, author) set_author(builder, author);
    if (json_is_object(authors) || json_is_string(authors))
        set_author(builder, authors);
    if (json_array_size(authors) == 0)
        set_author(builder, single);
}

static void add_attachments(struct builder *builder, const json_t *item)
{
    const json_t *attachments = json_object_get(item, "attachments"), *attachment;
    size_t index;
    json_array_foreach(attachments, index, attachment)
    {
        char digits[32] = "";
        const json_t *length = json_object_get(attachment, "size_in_bytes");
        struct slice url = text_of(json_object_get(attachment, "url"), digits);
        struct slice type = text_of(json_object_get(attachment, "mime_type"), digits);
        builder_add_enclosure(builder, url, (struct slice){"", 0}, type,
                              json_is_integer(length) ? json_integer_value(length) : -1);
    }
}

static void read_item(struct builder *builder, const json_t *item)
{
    const json_t *tags = json_object_get(item, "tags"), *tag;
    size_t index;
    builder_open_entry(builder);
    set_member(builder, item, "id", FIELD_ID, 0, VALUE_PLAIN);
    set_member(builder, item, "guid", FIELD_ID, 1, VALUE_PLAIN);
    set_member(builder, item, "title", FIELD_TITLE, 0, VALUE_PLAIN);
    set_member(builder, item, "url", FIELD_LINK, 0, VALUE_PLAIN);
    set_member(builder, item, "external_url", FIELD_LINK, 1, VALUE_PLAIN);
    set_member(builder, item, "summary", FIELD_SUMMARY, 0, VALUE_HTML);
    set_member(builder, item, "content_html", FIELD_CONTENT, 0, VALUE_HTML);
    set_member(builder, item, "content_text", FIELD_CONTENT, 1, VALUE_PLAIN);
    set_member(builder, item, "date_published", FIELD_PUBLISHED, 0, VALUE_PLAIN);
    set_member(builder, item, "date_modified", FIELD_UPDATED, 0, VALUE_PLAIN);
    set_member(builder, item, "language", FIELD_LANGUAGE, 0, VALUE_PLAIN);
    set_authors(builder, item);
    json_array_foreach(tags, index, tag)
    {
        char digits[32] = "";
        builder_add_category(builder, text_of(tag, digits), VALUE_PLAIN);
    }
    add_attachments(builder, item);
    builder_close_entry(builder);
}

static void read_feed(struct builder *builder, const json_t *root)
{
    const json_t *item, *hub;
    size_t index;
    set_member(builder, root, "title", FIELD_TITLE, 0, VALUE_PLAIN);
    set_member(builder, root, "home_page_url", FIELD_LINK, 0, VALUE_PLAIN);
    set_member(builder, root, "description", FIELD_SUMMARY, 0, VALUE_HTML);
    set_member(builder, root, "language", FIELD_LANGUAGE, 0, VALUE_PLAIN);
    set_member(builder, root, "feed_url", FIELD_SELF, 0, VALUE_PLAIN);
    set_authors(builder, root);
    json_array_foreach(json_object_get(root, "hubs"), index, hub)
        set_member(builder, hub, "url", FIELD_HUB, 0, VALUE_PLAIN);
    json_array_foreach(json_object_get(root, "items"), index, item) if (json_is_object(item)) read_item(builder, item);
}

static bool is_feed(const json_t *root)
{
    const char *version = json_string_value(json_object_get(root, "version"));
    if (version && strstr(version, "jsonfeed.org"))
        return true;
    static const char *const names[] = {"title", "home_page_url", "feed_url"};
    bool named = false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        named = named || json_is_string(json_object_get(root, names[i]));
    return named && json_is_array(json_object_get(root, "items"));
}

bool json_feed_read(struct builder *builder, struct slice document, struct error *error)
{
    json_error_t problem;
    builder->feed->format = FEED_JSON;
    json_t *root = load(builder, document, &problem);
    if (!root)
        return error_set(error, ERROR_INPUT, "this is not a JSON Feed: line %d, column %d: %s", problem.line,
                         problem.column, problem.text);
    bool found = is_feed(root);
    if (found)
        read_feed(builder, root);
    else
        error_set(error, ERROR_INPUT,
                  "this is JSON, but no JSON Feed: it names no version of jsonfeed.org and has no items");
    json_decref(root);
    return found;
}
