#include "lib/feed/xml_reader.h"

#include "lib/text/entity.h"

#include <string.h>

/* Recovery reads parts of the document again; all in all not more than this times its size. */
enum { REREAD_FACTOR = 16 };

/* Bytes that entities may add to a document. */
enum { EXPANSION_MAX = 256 * 1024 };

enum ending {
    ENDING_CLOSED,
    ENDING_UNCLOSED, /* the closing tag of an element around it came first */
    ENDING_CUT,      /* the document's end came first */
};

/* Character data as it comes: one piece stays where it is, several are joined in reader->text. */
struct pieces {
    struct slice single;
    bool joined;
    bool space; /* white space is owed before the next piece */
};

static bool is_blank(struct slice text)
{
    return slice_trim(text).size == 0;
}

static const struct scanner_entity *find_entity(const struct scanner *scanner, struct slice name)
{
    for (size_t i = 0; i < scanner->plain_count; i++)
        if (slice_equal(scanner->plain[i].name, name))
            return &scanner->plain[i];
    return NULL;
}

/* The piece with the plain entities of the DTD put in, where it refers to any. What they hold is not looked at again. */
static struct slice expand_entities(struct reader *reader, struct slice piece)
{
    struct slice rest = piece;
    buffer_clear(&reader->expanded);
    while (rest.size > 0 && reader->scanner.plain_count > 0) {
        const char *at = memchr(rest.bytes, '&', rest.size);
        size_t before = at ? (size_t)(at - rest.bytes) : rest.size;
        size_t window = rest.size - before < SCANNER_ENTITY_SIZE_MAX ? rest.size - before : SCANNER_ENTITY_SIZE_MAX;
        const char *end = at ? memchr(at, ';', window) : NULL;
        const struct scanner_entity *entity =
            end ? find_entity(&reader->scanner, (struct slice){at + 1, (size_t)(end - at) - 1}) : NULL;
        if (entity && reader->expansion + entity->value.size > EXPANSION_MAX)
            entity = NULL;
        size_t taken = !at ? before : entity ? (size_t)(end - rest.bytes) + 1 : before + 1;
        buffer_append(&reader->expanded, rest.bytes, entity ? before : taken);
        if (entity) {
            buffer_append(&reader->expanded, entity->value.bytes, entity->value.size);
            reader->expansion += entity->value.size;
        }
        rest = (struct slice){rest.bytes + taken, rest.size - taken};
    }
    bool is_expanded = reader->expanded.size > 0 && !reader->expanded.failed;
    return is_expanded ? (struct slice){reader->expanded.bytes, reader->expanded.size} : piece;
}

static void join_piece(struct reader *reader, struct pieces *pieces, struct slice piece, bool references)
{
    if (!pieces->joined) {
        buffer_append(&reader->text, pieces->single.bytes, pieces->single.size);
        pieces->joined = true;
    }
    if (pieces->space && reader->text.size)
        buffer_append_char(&reader->text, ' ');
    pieces->space = false;
    if (!references) {
        buffer_append(&reader->text, piece.bytes, piece.size);
        return;
    }
    piece = expand_entities(reader, piece);
    if (!entity_append_decoded(&reader->text, piece.bytes, piece.size, ENTITY_XML))
        reader->repairs |= FEED_REPAIR_TEXT;
}

static void add_piece(struct reader *reader, struct pieces *pieces)
{
    const struct scanner_token *token = &reader->scanner.token;
    struct slice piece = token->text;
    if (is_blank(piece)) {
        pieces->space = true;
        return;
    }
    bool references = token->kind == SCANNER_TEXT && memchr(piece.bytes, '&', piece.size);
    bool first = pieces->single.size == 0 && !pieces->joined;
    if (first && !references) {
        pieces->single = piece;
        pieces->space = false;
    } else {
        join_piece(reader, pieces, piece, references);
    }
}

/* HTML's elements that are never closed. */
static bool is_void(struct slice name)
{
    static const char *const names[] = {"br", "hr", "img", "input", "wbr"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (slice_is(name, names[i]))
            return true;
    return false;
}

/* One pass over an element's content. Closing tags are matched by name alone, so that tags of HTML in between may
 * be as crossed and unclosed as they like. With `stop_at_elements` also the opening tag of a known element ends it.
 *
 * Nothing here nests, so depth costs nothing; its limit is for documents that are made to hurt whoever reads them.
 * Elements of all names count in what is passed over, and those of the value's own name in a value, whose markup
 * publishers may nest and leave open as they like. */
static enum ending scan_content(struct reader *reader, struct slice name, struct pieces *pieces, bool *markup,
                                bool stop_at_elements)
{
    struct scanner *scanner = &reader->scanner;
    const size_t limit = reader->builder->limits.depth;
    size_t depth = 1, others = 0;
    int inner_frames = 0;
    for (;;) {
        switch (scanner_next(scanner)) {
        case SCANNER_END:
            return ENDING_CUT;
        case SCANNER_TEXT:
        case SCANNER_CDATA:
            if (pieces)
                add_piece(reader, pieces);
            break;
        case SCANNER_OPEN:
            if (stop_at_elements && xml_reader_find_element(reader, xml_reader_top(reader)->context, NULL))
                return ENDING_UNCLOSED;
            *markup = true;
            if (scanner->token.empty)
                break;
            if (xml_reader_same_name(scanner->token.name, name))
                depth++;
            else if (xml_reader_has_frame(reader, scanner->token.name))
                inner_frames++;
            else if (!pieces && !is_void(scanner->token.name))
                others++;
            if (depth + others > limit) {
                reader->too_deep = true;
                return ENDING_CUT;
            }
            break;
        case SCANNER_CLOSE:
            if (xml_reader_same_name(scanner->token.name, name)) {
                if (--depth == 0)
                    return ENDING_CLOSED;
            } else if (xml_reader_has_frame(reader, scanner->token.name) && inner_frames-- == 0) {
                return ENDING_UNCLOSED;
            } else if (others > 0 && !is_void(scanner->token.name)) {
                others--;
            }
            break;
        }
    }
}

static bool may_reread(struct reader *reader, size_t from)
{
    size_t distance = reader->scanner.at - from;
    if (reader->reread + distance > reader->scanner.size * REREAD_FACTOR)
        return false;
    reader->reread += distance;
    return true;
}

static bool is_known_unclosed(const struct reader *reader, struct slice name)
{
    for (int i = 0; i < reader->unclosed_count; i++)
        if (xml_reader_same_name(reader->unclosed[i], name))
            return true;
    return false;
}

void xml_content_skip(struct reader *reader, struct slice name)
{
    struct scanner *scanner = &reader->scanner;
    size_t start = scanner->at;
    bool markup, in_feed = xml_reader_top(reader)->context == CONTEXT_FEED;
    if (scanner->token.empty || (in_feed && is_known_unclosed(reader, name)))
        return;
    enum ending ending = scan_content(reader, name, NULL, &markup, false);
    if (ending == ENDING_CLOSED)
        return;
    reader->repairs |= ending == ENDING_CUT ? FEED_REPAIR_TRUNCATED : FEED_REPAIR_TAGS;
    /* Within an entry the search was short; in the feed it read all entries, and is not done twice for one name. */
    if (in_feed && reader->unclosed_count < XML_UNCLOSED_MAX)
        reader->unclosed[reader->unclosed_count++] = name;
    scanner->at = may_reread(reader, start) ? start : scanner->token.start;
}

void xml_content_read(struct reader *reader, struct slice name, struct xml_content *content)
{
    struct scanner *scanner = &reader->scanner;
    size_t start = scanner->at;
    struct pieces pieces = {{"", 0}, false, false};
    memset(content, 0, sizeof *content);
    content->source = content->text = (struct slice){"", 0};
    if (scanner->token.empty)
        return;
    buffer_clear(&reader->text);
    enum ending ending = scan_content(reader, name, &pieces, &content->markup, false);
    if (ending != ENDING_CLOSED) {
        reader->repairs |= ending == ENDING_CUT ? FEED_REPAIR_TRUNCATED : FEED_REPAIR_TAGS;
        if (content->markup && may_reread(reader, start)) {
            scanner->at = start;
            buffer_clear(&reader->text);
            pieces = (struct pieces){{"", 0}, false, false};
            content->markup = false;
            ending = scan_content(reader, name, &pieces, &content->markup, true);
        }
        content->cut = ending == ENDING_CUT;
        scanner->at = scanner->token.start;
    }
    content->source = (struct slice){scanner->bytes + start, scanner->token.start - start};
    content->text = pieces.single;
    if (pieces.joined)
        content->text = (struct slice){reader->text.bytes ? reader->text.bytes : "", reader->text.size};
}
