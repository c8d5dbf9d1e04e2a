#include "lib/feed/opml.h"

#include "lib/base/arena.h"
#include "lib/base/utf8.h"
#include "lib/feed/scanner.h"
#include "lib/text/charset.h"
#include "lib/text/entity.h"

#include <stdlib.h>
#include <string.h>

enum {
    DOCUMENT_MAX = 16 * 1024 * 1024,
    FEEDS_MAX = 100000,
    DEPTH_MAX = 32, /* groups within groups; deeper ones are taken for the last of these */
    TEXT_MAX = 2000 /* bytes of one value */
};

/* ---- reading ---- */

struct reader {
    struct opml *opml;
    struct scanner scanner;
    struct opml_feed **end;
    const char *groups[DEPTH_MAX]; /* paths of the outlines that are open, "" where one adds nothing */
    size_t depth;                  /* of open outlines; may be greater than DEPTH_MAX */
    bool is_opml;
    struct error *error;
};

/* A value's text: references decoded, white space in order, cut at TEXT_MAX. NULL where nothing is left. */
static const char *read_text(struct reader *reader, struct slice value)
{
    struct buffer text = BUFFER_INIT;
    value = slice_trim(value);
    if (!value.bytes || value.size == 0)
        return NULL;
    entity_append_decoded(&text, value.bytes, value.size < TEXT_MAX ? value.size : TEXT_MAX, ENTITY_XML);
    size_t size = 0;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.bytes[i];
        bool is_space = byte <= ' ' || byte == 0x7f;
        if (is_space && (size == 0 || text.bytes[size - 1] == ' '))
            continue;
        text.bytes[size++] = is_space ? ' ' : (char)byte;
    }
    while (size > 0 && text.bytes[size - 1] == ' ')
        size--;
    while (size > 0 && !utf8_is_valid(text.bytes, size)) /* cut within a character */
        size--;
    const char *copy = size > 0 && !text.failed ? arena_copy(reader->opml->arena, text.bytes, size) : NULL;
    buffer_free(&text);
    return copy;
}

/* By its local name, in any case: exporters disagree on "xmlUrl". */
static const char *read_attribute(struct reader *reader, const char *lower_case_name)
{
    const struct scanner_token *token = &reader->scanner.token;
    for (size_t i = 0; i < token->attribute_count; i++)
        if (slice_is(token->attributes[i].name, lower_case_name))
            return read_text(reader, token->attributes[i].value);
    return NULL;
}

static const char *group_around(const struct reader *reader)
{
    size_t depth = reader->depth < DEPTH_MAX ? reader->depth : DEPTH_MAX;
    return depth > 0 ? reader->groups[depth - 1] : "";
}

/* A slash in a group's name would look like two groups. */
static const char *join_group(struct reader *reader, const char *around, const char *name)
{
    if (!name)
        return around;
    char *path = arena_printf(reader->opml->arena, "%s%s%s", around, *around ? "/" : "", name);
    for (char *at = path ? path + strlen(path) - strlen(name) : NULL; at && *at; at++)
        if (*at == '/')
            *at = '-';
    return path ? path : around;
}

static bool add_feed(struct reader *reader, const char *url, const char *title, const char *group)
{
    struct opml *opml = reader->opml;
    if (opml->count == FEEDS_MAX)
        return error_set(reader->error, ERROR_LIMIT, "it names more than %d feeds", FEEDS_MAX);
    struct opml_feed *feed = arena_calloc(opml->arena, 1, sizeof *feed);
    if (!feed)
        return error_set(reader->error, ERROR_MEMORY, "no memory for %zu feeds", opml->count + 1);
    *feed = (struct opml_feed){.url = url,
                               .title = title,
                               .page = read_attribute(reader, "htmlurl"),
                               .group = group,
                               .language = read_attribute(reader, "language")};
    *reader->end = feed;
    reader->end = &feed->next;
    opml->count++;
    return true;
}

static bool open_outline(struct reader *reader)
{
    const char *around = group_around(reader);
    const char *url = read_attribute(reader, "xmlurl");
    const char *title = read_attribute(reader, "title");
    const char *text = read_attribute(reader, "text");
    const char *name = text ? text : title;
    if (url && !add_feed(reader, url, title ? title : text, around))
        return false;
    if (reader->scanner.token.empty)
        return true;
    /* A feed that is closed later holds what stands in it, but names no group. */
    if (reader->depth < DEPTH_MAX)
        reader->groups[reader->depth] = url ? around : join_group(reader, around, name);
    reader->depth++;
    return true;
}

/* The text up to the next tag. */
static void read_title(struct reader *reader)
{
    enum scanner_kind kind = scanner_next(&reader->scanner);
    if (kind == SCANNER_TEXT || kind == SCANNER_CDATA)
        reader->opml->title = read_text(reader, reader->scanner.token.text);
    else
        reader->scanner.at = reader->scanner.token.start;
}

static bool read_document(struct reader *reader)
{
    for (enum scanner_kind kind; (kind = scanner_next(&reader->scanner)) != SCANNER_END;) {
        struct slice name = slice_local_name(reader->scanner.token.name, NULL);
        if (kind == SCANNER_OPEN && slice_is(name, "opml"))
            reader->is_opml = true;
        else if (kind == SCANNER_OPEN && reader->is_opml && slice_is(name, "title") && !reader->opml->title &&
                 !reader->scanner.token.empty)
            read_title(reader);
        else if (kind == SCANNER_OPEN && reader->is_opml && slice_is(name, "outline") && !open_outline(reader))
            return false;
        else if (kind == SCANNER_CLOSE && slice_is(name, "outline") && reader->depth > 0)
            reader->depth--;
    }
    reader->opml->is_truncated = (reader->scanner.faults & SCANNER_TRUNCATED) != 0 || reader->depth > 0;
    return reader->is_opml ||
           error_set(reader->error, ERROR_INPUT, "it is no OPML: there is no <opml> element in it");
}

struct opml *opml_parse(const char *bytes, size_t size, struct error *error)
{
    struct buffer storage = BUFFER_INIT;
    struct charset_text text;
    if (size > DOCUMENT_MAX) {
        error_set(error, ERROR_LIMIT, "it has %zu bytes, more than the %d that are read", size, DOCUMENT_MAX);
        return NULL;
    }
    struct arena *arena = arena_create(0);
    struct opml *opml = arena ? arena_calloc(arena, 1, sizeof *opml) : NULL;
    if (!opml) {
        arena_destroy(arena);
        error_set(error, ERROR_MEMORY, "no memory to read it");
        return NULL;
    }
    opml->arena = arena;
    struct reader reader = {.opml = opml, .end = &opml->feeds, .error = error};
    bool ok = charset_decode(bytes, size, "", &storage, &text, error);
    if (ok) {
        scanner_init(&reader.scanner, text.bytes, text.size);
        ok = read_document(&reader);
    }
    buffer_free(&storage);
    if (ok && arena_failed(arena))
        ok = error_set(error, ERROR_MEMORY, "no memory to read it");
    if (ok)
        return opml;
    opml_destroy(opml);
    return NULL;
}

void opml_destroy(struct opml *opml)
{
    if (opml)
        arena_destroy(opml->arena);
}

/* ---- writing ---- */

static void append_attribute(struct buffer *out, const char *name, const char *value)
{
    if (!value || !*value)
        return;
    buffer_printf(out, " %s=\"", name);
    for (const char *at = value; *at; at++) {
        switch (*at) {
        case '&':
            buffer_append_text(out, "&amp;");
            break;
        case '<':
            buffer_append_text(out, "&lt;");
            break;
        case '"':
            buffer_append_text(out, "&quot;");
            break;
        default:
            buffer_append_char(out, (unsigned char)*at < ' ' ? ' ' : *at);
        }
    }
    buffer_append_char(out, '"');
}

static size_t count_parts(const char *group)
{
    size_t count = *group ? 1 : 0;
    for (; *group; group++)
        count += *group == '/';
    return count;
}

static void indent(struct buffer *out, size_t depth)
{
    for (size_t i = 0; i < depth + 2; i++)
        buffer_append_text(out, "  ");
}

/* Bytes of the longest path that begins both. */
static size_t common_path(const char *a, const char *b)
{
    size_t common = 0, i = 0;
    for (; a[i] && a[i] == b[i]; i++)
        if (a[i] == '/')
            common = i;
    bool is_whole = (!a[i] || a[i] == '/') && (!b[i] || b[i] == '/');
    return is_whole ? i : common;
}

static void go_to_group(struct opml_writer *writer, const char *group)
{
    size_t common = common_path(writer->group, group);
    size_t depth = count_parts(writer->group);
    const char *left = writer->group + common;
    for (size_t closing = count_parts(*left == '/' ? left + 1 : left); closing > 0; closing--) {
        indent(writer->out, --depth);
        buffer_append_text(writer->out, "</outline>\n");
    }
    for (const char *at = group + common; *at;) {
        at += *at == '/';
        size_t size = strcspn(at, "/");
        char *name = strndup(at, size);
        indent(writer->out, depth++);
        buffer_append_text(writer->out, "<outline");
        append_attribute(writer->out, "text", name ? name : "group");
        buffer_append_text(writer->out, ">\n");
        writer->failed |= !name;
        free(name);
        at += size;
    }
    char *copy = strdup(group);
    writer->failed |= !copy;
    if (!copy)
        return;
    free(writer->group);
    writer->group = copy;
}

void opml_begin(struct opml_writer *writer, struct buffer *out, const char *title)
{
    *writer = (struct opml_writer){.out = out, .group = strdup("")};
    writer->failed = !writer->group;
    buffer_append_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n  <head>\n    <title>");
    for (const char *at = title; *at; at++) {
        if (*at == '&' || *at == '<')
            buffer_append_text(out, *at == '&' ? "&amp;" : "&lt;");
        else
            buffer_append_char(out, *at);
    }
    buffer_append_text(out, "</title>\n  </head>\n  <body>\n");
}

void opml_put(struct opml_writer *writer, const struct opml_feed *feed)
{
    if (writer->failed)
        return;
    if (strcmp(writer->group, feed->group) != 0)
        go_to_group(writer, feed->group);
    indent(writer->out, count_parts(writer->group));
    buffer_append_text(writer->out, "<outline type=\"rss\"");
    append_attribute(writer->out, "text", feed->title ? feed->title : feed->url);
    append_attribute(writer->out, "xmlUrl", feed->url);
    append_attribute(writer->out, "htmlUrl", feed->page);
    append_attribute(writer->out, "language", feed->language);
    buffer_append_text(writer->out, "/>\n");
}

bool opml_end(struct opml_writer *writer)
{
    if (!writer->failed)
        go_to_group(writer, "");
    buffer_append_text(writer->out, "  </body>\n</opml>\n");
    free(writer->group);
    writer->group = NULL;
    return !writer->failed && !writer->out->failed;
}
