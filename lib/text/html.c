#include "lib/text/html.h"

#include "lib/text/entity.h"
#include "lib/text/html_tags.h"

#include <stdint.h>
#include <string.h>

/* ---- The writer: decides what stands between two pieces of text. */

enum gap { GAP_NONE, GAP_SPACE, GAP_LINE, GAP_PARAGRAPH };

struct writer {
    struct buffer *buffer;
    unsigned flags;
    size_t start;    /* buffer size at the beginning: nothing is put before the first text */
    enum gap gap;    /* owed before the next text */
    bool keep_lines; /* inside <pre>, or plain text: a line feed is a line break */
};

/* What a byte may begin. */
enum byte_class { BYTE_TEXT, BYTE_SPACE, BYTE_CONTROL, BYTE_LESS, BYTE_AMPERSAND, BYTE_LEAD };

static const uint8_t byte_classes[256] = {
    [0 ... 8] = BYTE_CONTROL, ['\t'] = BYTE_SPACE, ['\n'] = BYTE_SPACE,        [11] = BYTE_CONTROL,
    ['\f'] = BYTE_SPACE,      ['\r'] = BYTE_SPACE, [14 ... 31] = BYTE_CONTROL, [' '] = BYTE_SPACE,
    [127] = BYTE_CONTROL,     ['<'] = BYTE_LESS,   ['&'] = BYTE_AMPERSAND,     [0xC2] = BYTE_LEAD,
    [0xE2] = BYTE_LEAD,       [0xE3] = BYTE_LEAD,  [0xEF] = BYTE_LEAD,
};

static void owe(struct writer *writer, enum gap gap)
{
    if (gap > writer->gap)
        writer->gap = gap;
}

static void put_text(struct writer *writer, const char *bytes, size_t size)
{
    if (size == 0)
        return;
    if (writer->gap && writer->buffer->size > writer->start) {
        if (writer->gap == GAP_SPACE || (writer->flags & HTML_ONE_LINE))
            buffer_append_char(writer->buffer, ' ');
        else
            buffer_append(writer->buffer, "\n\n", writer->gap == GAP_LINE ? 1 : 2);
    }
    writer->gap = GAP_NONE;
    buffer_append(writer->buffer, bytes, size);
}

/* The C1 controls of Unicode stand in texts by mistake only: they are windows-1252's quotes and dashes. */
static bool is_misread_western(const char *bytes, size_t size)
{
    return size >= 2 && (unsigned char)bytes[0] == 0xC2 && (unsigned char)bytes[1] < 0xA0;
}

/* Characters of two and three bytes that are white space or nothing. Returns the length, 0 for an ordinary one. */
static size_t read_blank(const unsigned char *bytes, size_t size, enum gap *gap)
{
    *gap = GAP_NONE;
    if (size >= 2 && bytes[0] == 0xC2) {
        if (bytes[1] == 0xA0)
            *gap = GAP_SPACE;
        return bytes[1] == 0xA0 || bytes[1] == 0xAD ? 2 : 0; /* no-break space, soft hyphen */
    }
    if (size < 3)
        return 0;
    uint32_t character = (uint32_t)bytes[0] << 16 | (uint32_t)bytes[1] << 8 | bytes[2];
    if (character == 0xE2808B || character == 0xE281A0 || character == 0xEFBBBF)
        return 3; /* zero width space, word joiner, byte order mark */
    if ((character >= 0xE28080 && character <= 0xE2808A) || character == 0xE280AF || character == 0xE38080)
        *gap = GAP_SPACE;
    else if (character == 0xE280A8)
        *gap = GAP_LINE;
    else if (character == 0xE280A9)
        *gap = GAP_PARAGRAPH;
    return *gap ? 3 : 0;
}

static void put_western(struct writer *writer, unsigned char byte)
{
    char output[ENTITY_OUTPUT_MAX];
    put_text(writer, output, entity_write_number(byte, output));
}

/* Writes text up to a '<' or '&' (where `markup`) or the end; returns where it stopped. */
static size_t put_run(struct writer *writer, const char *bytes, size_t size, bool markup)
{
    size_t start = 0, at = 0;
    int lines = 0;
    for (;;) {
        while (at < size && byte_classes[(unsigned char)bytes[at]] == BYTE_TEXT)
            at++;
        if (at == size)
            break;
        enum byte_class class = byte_classes[(unsigned char)bytes[at]];
        /* A single space between two words, by far the most frequent case, is part of the run. */
        if (bytes[at] == ' ' && at > start && at + 1 < size &&
            byte_classes[(unsigned char)bytes[at + 1]] == BYTE_TEXT) {
            at += 2;
            continue;
        }
        size_t length = 1;
        enum gap gap = GAP_NONE;
        if (class == BYTE_LESS || class == BYTE_AMPERSAND) {
            if (markup)
                break;
            at++;
            continue;
        }
        if (class == BYTE_LEAD) {
            length = read_blank((const unsigned char *)bytes + at, size - at, &gap);
            bool misread = length == 0 && is_misread_western(bytes + at, size - at);
            if (misread) {
                put_text(writer, bytes + start, at - start);
                put_western(writer, (unsigned char)bytes[at + 1]);
                start = at + 2;
            }
            if (length == 0) {
                at += misread ? 2 : 1;
                continue;
            }
        }
        put_text(writer, bytes + start, at - start);
        if (at > start)
            lines = 0;
        if (class == BYTE_SPACE) {
            gap = GAP_SPACE;
            if (writer->keep_lines && bytes[at] == '\n')
                gap = ++lines > 1 ? GAP_PARAGRAPH : GAP_LINE;
        }
        owe(writer, gap);
        at += length;
        start = at;
    }
    put_text(writer, bytes + start, at - start);
    return at;
}

/* ---- Tags. */

enum { HTML_CUT_TAG_MAX = 2048 };

struct tag {
    const struct html_tag *known; /* NULL for a name that HTML does not have */
    const char *name;
    size_t name_size;
    size_t size; /* of the whole tag with its brackets */
    bool closing;
};

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static bool is_name_byte(char byte)
{
    return is_letter(byte) || (byte >= '0' && byte <= '9') || byte == '-' || byte == '_' || byte == ':' || byte == '.';
}

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r' || byte == '\f';
}

/* The offset where the tag ends: after its '>', or at a '<' that begins the next; 0 where neither comes. Quoted
 * values are passed over where `quotes`. */
static size_t find_tag_end(const char *bytes, size_t size, size_t at, bool quotes)
{
    for (; at < size; at++) {
        char byte = bytes[at];
        if (byte == '>')
            return at + 1;
        if (byte == '<')
            return at;
        if (quotes && (byte == '"' || byte == '\'') && bytes[at - 1] == '=') {
            const char *close = memchr(bytes + at + 1, byte, size - at - 1);
            if (!close)
                return find_tag_end(bytes, size, at, false);
            at = (size_t)(close - bytes);
        }
    }
    return 0;
}

static const struct html_tag *unless_skipped(const struct html_tag *tag)
{
    return tag && (tag->kind == HTML_SKIP || tag->kind == HTML_SKIP_RAW) ? NULL : tag;
}

/* Reads the tag at `bytes`, whose first byte is '<'. */
static bool read_tag(const char *bytes, size_t size, unsigned flags, struct tag *tag)
{
    size_t at = 1;
    tag->closing = at < size && bytes[at] == '/';
    at += tag->closing ? 1 : 0;
    if (at >= size || !is_letter(bytes[at]))
        return false;
    size_t start = at;
    while (at < size && is_name_byte(bytes[at]))
        at++;
    if (at < size && !is_space(bytes[at]) && bytes[at] != '>' && bytes[at] != '/' && bytes[at] != '<')
        return false; /* <someone@host>, "A<B, C" */
    if (at + 1 < size && bytes[at - 1] == ':' && bytes[at] == '/' && bytes[at + 1] == '/')
        return false; /* <https://host> */
    tag->name = bytes + start;
    tag->name_size = at - start;
    tag->known = html_find_tag(tag->name, tag->name_size);
    const char *colon = flags & HTML_XML_CDATA ? memchr(tag->name, ':', tag->name_size) : NULL;
    if (colon) /* "xhtml:p": what is skipped with its content is not looked for under a prefix */
        tag->known = unless_skipped(html_find_tag(colon + 1, tag->name_size - (size_t)(colon - tag->name) - 1));
    if (!tag->known && (flags & HTML_KNOWN_TAGS))
        return false;
    tag->size = find_tag_end(bytes, size, at, true);
    if (tag->size && bytes[tag->size - 1] != '>' && !memchr(bytes, '=', tag->size))
        return false; /* "a<b and c<d" */
    /* A summary that was cut inside a tag, of which a quoted value has begun: the rest of the tag is no text. */
    if (tag->size == 0 && tag->known && size <= HTML_CUT_TAG_MAX && memmem(bytes, size, "=\"", 2))
        tag->size = size;
    return tag->size > 0;
}

static bool equal_ignoring_case(const char *a, const char *b, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if ((a[i] | 0x20) != (b[i] | 0x20))
            return false;
    return true;
}

/* The offset after the closing tag that ends the element whose content begins at `at`; 0 where there is none.
 * Raw elements (script, style) end at their first closing tag, others count their own kind. */
static size_t find_element_end(const char *bytes, size_t size, size_t at, const struct html_tag *known)
{
    size_t name_size = strlen(known->name);
    int depth = 1;
    while (at < size) {
        const char *open = memchr(bytes + at, '<', size - at);
        if (!open)
            return 0;
        at = (size_t)(open - bytes) + 1;
        bool closing = at < size && bytes[at] == '/';
        size_t name = at + (closing ? 1 : 0);
        if (size - at <= name_size + 1 || !equal_ignoring_case(bytes + name, known->name, name_size) ||
            (name + name_size < size && is_letter(bytes[name + name_size])))
            continue;
        if (!closing && known->kind == HTML_SKIP_RAW)
            continue;
        depth += closing ? -1 : 1;
        if (depth == 0) {
            const char *end = memchr(bytes + name, '>', size - name);
            return end ? (size_t)(end - bytes) + 1 : size;
        }
    }
    return 0;
}

/* ---- The pass over the document. */

struct pass {
    struct writer writer;
    const char *html;
    size_t size;
    size_t at;
    uint64_t unclosed;  /* bit per html_tag.skip: no closing tag is left, do not search again */
    size_t section_end; /* of the CDATA section being read, 0 outside */
    bool no_comment_end, no_section_end, no_bracket; /* none is left, do not search again */
};

static void apply_tag(struct pass *pass, const struct tag *tag)
{
    pass->at += tag->size;
    if (!tag->known)
        return;
    switch (tag->known->kind) {
    case HTML_INLINE:
        return;
    case HTML_CELL:
        owe(&pass->writer, GAP_SPACE);
        return;
    case HTML_LINE:
        owe(&pass->writer, GAP_LINE);
        return;
    case HTML_PREFORMATTED:
        pass->writer.keep_lines = !tag->closing;
        owe(&pass->writer, GAP_PARAGRAPH);
        return;
    case HTML_PARAGRAPH:
        owe(&pass->writer, GAP_PARAGRAPH);
        return;
    case HTML_SKIP:
    case HTML_SKIP_RAW:
        break;
    }
    bool self_closing = tag->size >= 2 && pass->html[pass->at - 2] == '/';
    uint64_t bit = (uint64_t)1 << tag->known->skip;
    if (tag->closing || self_closing || (pass->unclosed & bit))
        return;
    owe(&pass->writer, GAP_SPACE);
    size_t end = find_element_end(pass->html, pass->size, pass->at, tag->known);
    if (end == 0) {
        pass->unclosed |= bit;
        end = tag->known->kind == HTML_SKIP_RAW ? pass->size : pass->at;
    }
    pass->at = end;
}

/* Comments, CDATA sections, declarations and processing instructions. False where '<' begins none. */
static bool skip_declaration(struct pass *pass)
{
    const char *bytes = pass->html + pass->at;
    size_t left = pass->size - pass->at;
    if (left >= 4 && memcmp(bytes, "<!--", 4) == 0) {
        const char *end = pass->no_comment_end ? NULL : memmem(bytes + 4, left - 4, "-->", 3);
        if (!end) {
            /* A comment to the end of the text is more often a title that quotes "<!--". */
            pass->no_comment_end = true;
            return false;
        }
        pass->at += (size_t)(end - bytes) + 3;
        return true;
    }
    if (left >= 9 && memcmp(bytes, "<![CDATA[", 9) == 0) {
        const char *end = pass->no_section_end ? NULL : memmem(bytes + 9, left - 9, "]]>", 3);
        pass->no_section_end = !end;
        size_t length = end ? (size_t)(end - bytes) - 9 : left - 9;
        if (pass->writer.flags & HTML_XML_CDATA) {
            put_run(&pass->writer, bytes + 9, length, false);
            pass->at += 9 + length + (end ? 3 : 0);
        } else {
            pass->at += 9;
            pass->section_end = end ? pass->at + length : 0;
        }
        return true;
    }
    if (left >= 3 && (bytes[1] == '?' || (bytes[1] == '!' && (is_letter(bytes[2]) || bytes[2] == '[')))) {
        const char *end = pass->no_bracket ? NULL : memchr(bytes, '>', left);
        pass->no_bracket = !end;
        if (!end)
            return false;
        pass->at += (size_t)(end - bytes) + 1;
        return true;
    }
    return false;
}

static void put_reference(struct pass *pass)
{
    char output[ENTITY_OUTPUT_MAX];
    size_t written;
    size_t consumed = entity_read(pass->html + pass->at, pass->size - pass->at, ENTITY_HTML, output, &written);
    bool kept = (pass->writer.flags & HTML_KEEP_AMP) && consumed == 5 && memcmp(pass->html + pass->at, "&amp;", 5) == 0;
    if (consumed == 0 || kept) {
        put_text(&pass->writer, "&", 1);
        pass->at++;
        return;
    }
    put_run(&pass->writer, output, written, false);
    pass->at += consumed;
}

void html_append_text(struct buffer *buffer, const char *html, size_t size, unsigned flags)
{
    struct pass pass = {
        .writer = {.buffer = buffer, .flags = flags, .start = buffer->size}, .html = html, .size = size};
    while (pass.at < size) {
        if (pass.section_end && pass.at >= pass.section_end) {
            pass.at = pass.at > pass.section_end ? pass.at : pass.at + 3;
            pass.section_end = 0;
            continue;
        }
        size_t limit = pass.section_end ? pass.section_end : size;
        pass.at += put_run(&pass.writer, html + pass.at, limit - pass.at, true);
        if (pass.at == limit)
            continue;
        struct tag tag;
        if (html[pass.at] == '&')
            put_reference(&pass);
        else if (read_tag(html + pass.at, size - pass.at, flags, &tag))
            apply_tag(&pass, &tag);
        else if (!skip_declaration(&pass)) {
            put_text(&pass.writer, "<", 1);
            pass.at++;
        }
    }
}

void html_append_plain(struct buffer *buffer, const char *text, size_t size, unsigned flags)
{
    struct writer writer = {
        .buffer = buffer, .flags = flags, .start = buffer->size, .keep_lines = !(flags & HTML_ONE_LINE)};
    put_run(&writer, text, size, false);
}

bool html_is_likely(const char *text, size_t size)
{
    for (size_t at = 0; at < size; at++) {
        struct tag tag;
        char output[ENTITY_OUTPUT_MAX];
        size_t written;
        if (text[at] == '<' && read_tag(text + at, size - at, HTML_KNOWN_TAGS, &tag))
            return true;
        if (text[at] == '&' && entity_read(text + at, size - at, ENTITY_XML, output, &written))
            return true;
    }
    return false;
}
