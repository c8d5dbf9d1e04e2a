#include "lib/feed/scanner.h"

#include <string.h>
#include <strings.h>

/* A quoted value longer than this has lost its closing quote. */
enum { ATTRIBUTE_VALUE_MAX = 256 * 1024 };

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r' || byte == '\f' || byte == '\0';
}

static bool is_name_start(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' || byte == ':' || (byte & 0x80);
}

/* Wider than XML's names: what ends a name is what can only end it. */
static bool is_name_byte(char byte)
{
    return !is_space(byte) && byte != '>' && byte != '/' && byte != '=' && byte != '<' && byte != '"' && byte != '\'';
}

bool slice_is(struct slice slice, const char *text)
{
    return strlen(text) == slice.size && strncasecmp(slice.bytes, text, slice.size) == 0;
}

bool slice_equal(struct slice a, struct slice b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.bytes, b.bytes, a.size) == 0);
}

struct slice slice_trim(struct slice slice)
{
    while (slice.size > 0 && is_space(slice.bytes[0])) {
        slice.bytes++;
        slice.size--;
    }
    while (slice.size > 0 && is_space(slice.bytes[slice.size - 1]))
        slice.size--;
    return slice;
}

struct slice slice_local_name(struct slice name, struct slice *prefix)
{
    const char *colon = name.size ? memchr(name.bytes, ':', name.size) : NULL;
    size_t before = colon ? (size_t)(colon - name.bytes) : 0;
    if (prefix)
        *prefix = (struct slice){name.bytes, before};
    return colon ? (struct slice){colon + 1, name.size - before - 1} : name;
}

void scanner_init(struct scanner *scanner, const char *bytes, size_t size)
{
    scanner->bytes = bytes;
    scanner->size = size;
    scanner->at = 0;
    scanner->faults = 0;
    scanner->entities = scanner->plain_count = 0;
}

struct slice scanner_attribute(const struct scanner_token *token, const char *name)
{
    for (size_t i = 0; i < token->attribute_count; i++)
        if (slice_is(token->attributes[i].name, name))
            return token->attributes[i].value;
    return (struct slice){NULL, 0};
}

static size_t skip_space(const struct scanner *scanner, size_t at)
{
    while (at < scanner->size && is_space(scanner->bytes[at]))
        at++;
    return at;
}

static size_t skip_name(const struct scanner *scanner, size_t at)
{
    while (at < scanner->size && is_name_byte(scanner->bytes[at]))
        at++;
    return at;
}

/* The offset after `stop`, searched from `at`; the document's end, and a fault, where it is missing. */
static size_t skip_past(struct scanner *scanner, size_t at, const char *stop)
{
    size_t length = strlen(stop);
    while (at < scanner->size) { /* memchr outruns memmem, and the first byte of "]]>" and "-->" is rare */
        const char *first = memchr(scanner->bytes + at, stop[0], scanner->size - at);
        if (!first)
            break;
        at = (size_t)(first - scanner->bytes);
        if (scanner->size - at >= length && memcmp(first, stop, length) == 0)
            return at + length;
        at++;
    }
    scanner->faults |= SCANNER_TRUNCATED;
    return scanner->size;
}

static bool is_plain_value(struct slice value)
{
    bool is_reference = value.size > 3 && value.bytes[0] == '&' && value.bytes[1] == '#' &&
                        memchr(value.bytes, ';', value.size) == value.bytes + value.size - 1 &&
                        !memchr(value.bytes + 1, '&', value.size - 1);
    return value.size <= SCANNER_ENTITY_SIZE_MAX && !memchr(value.bytes, '<', value.size) &&
           !memchr(value.bytes, '%', value.size) && (is_reference || !memchr(value.bytes, '&', value.size));
}

/* What stands behind "<!ENTITY": a name and a text between quotes; anything else is passed over. */
static void note_entity(struct scanner *scanner, size_t at)
{
    const char *bytes = scanner->bytes;
    size_t start = skip_space(scanner, at), end = start;
    while (end < scanner->size && end - start <= SCANNER_ENTITY_SIZE_MAX && !strchr(" \t\r\n\"'<>&;%", bytes[end]))
        end++;
    size_t quote = skip_space(scanner, end);
    bool is_quoted = end > start && quote > end && quote < scanner->size && strchr("\"'", bytes[quote]) && bytes[quote];
    const char *close = is_quoted ? memchr(bytes + quote + 1, bytes[quote], scanner->size - quote - 1) : NULL;
    if (!close || scanner->plain_count == SCANNER_ENTITIES_MAX)
        return;
    struct scanner_entity entity = {{bytes + start, end - start}, {bytes + quote + 1, (size_t)(close - bytes) - quote - 1}};
    for (size_t i = 0; i < scanner->plain_count; i++) /* of several declarations the first counts (XML 1.0, 4.2) */
        if (slice_equal(scanner->plain[i].name, entity.name))
            return;
    if (is_plain_value(entity.value))
        scanner->plain[scanner->plain_count++] = entity;
}

/* <!DOCTYPE ...>: to the '>' outside quotes, brackets and comments. One that never ends so is taken to end at its
 * first '>', since a document whose DOCTYPE is broken still has its items. */
static size_t skip_doctype(struct scanner *scanner, size_t start)
{
    int depth = 0;
    for (size_t at = start + 2; at < scanner->size; at++) {
        char byte = scanner->bytes[at];
        if (byte == '"' || byte == '\'') {
            const char *close = memchr(scanner->bytes + at + 1, byte, scanner->size - at - 1);
            if (!close)
                break;
            at = (size_t)(close - scanner->bytes);
        } else if (scanner->size - at > 4 && memcmp(scanner->bytes + at, "<!--", 4) == 0) {
            at = skip_past(scanner, at + 4, "-->") - 1;
        } else if (scanner->size - at > 8 && memcmp(scanner->bytes + at, "<!ENTITY", 8) == 0) {
            scanner->entities++;
            note_entity(scanner, at + 8);
        } else if (byte == '[') {
            depth++;
        } else if (byte == ']') {
            depth--;
        } else if (byte == '>' && depth <= 0) {
            return at + 1;
        }
    }
    return skip_past(scanner, start, ">");
}

/* <?name ... ?>. Many an XML declaration lacks its second question mark: then the first '>' ends it. */
static size_t skip_instruction(struct scanner *scanner, size_t start)
{
    const char *bytes = scanner->bytes;
    size_t first = skip_past(scanner, start, ">");
    for (size_t at = first; at < scanner->size && bytes[at] != '<' && bytes[first - 2] != '?'; at++)
        if (bytes[at] == '>' && bytes[at - 1] == '?')
            return at + 1;
    return first;
}

static void add_attribute(struct scanner *scanner, struct slice name, struct slice value)
{
    struct scanner_token *token = &scanner->token;
    for (size_t i = 0; i < token->attribute_count; i++)
        if (slice_equal(token->attributes[i].name, name)) {
            scanner->faults |= SCANNER_ATTRIBUTE;
            return;
        }
    if (token->attribute_count == SCANNER_ATTRIBUTES_MAX) {
        scanner->faults |= SCANNER_ATTRIBUTE;
        return;
    }
    token->attributes[token->attribute_count++] = (struct scanner_attribute){name, value};
}

/* The value at `at`, after the '='. Returns the offset after it. */
static size_t read_value(struct scanner *scanner, size_t at, struct slice *value)
{
    const char *bytes = scanner->bytes;
    if (at < scanner->size && (bytes[at] == '"' || bytes[at] == '\'')) {
        size_t left = scanner->size - at - 1;
        size_t room = left < ATTRIBUTE_VALUE_MAX ? left : ATTRIBUTE_VALUE_MAX;
        const char *close = memchr(bytes + at + 1, bytes[at], room);
        if (close) {
            *value = (struct slice){bytes + at + 1, (size_t)(close - bytes) - at - 1};
            return (size_t)(close - bytes) + 1;
        }
        at++;
    }
    scanner->faults |= SCANNER_ATTRIBUTE;
    size_t end = at;
    while (end < scanner->size && !is_space(bytes[end]) && bytes[end] != '>' && bytes[end] != '<')
        end++;
    *value = (struct slice){bytes + at, end - at};
    if (end < scanner->size && bytes[end] == '>' && value->size && bytes[end - 1] == '/') { /* <a href=x/> */
        value->size--;
        scanner->token.empty = true;
    }
    return end;
}

/* From after the tag's name to after its '>'. A '<' ends a tag that has lost its '>'. */
static size_t read_attributes(struct scanner *scanner, size_t at)
{
    const char *bytes = scanner->bytes;
    for (;;) {
        at = skip_space(scanner, at);
        if (at == scanner->size) {
            scanner->faults |= SCANNER_TRUNCATED;
            return at;
        }
        if (bytes[at] == '>')
            return at + 1;
        if (bytes[at] == '<') {
            scanner->faults |= SCANNER_BARE_LESS;
            return at;
        }
        if (bytes[at] == '/') {
            scanner->token.empty = at + 1 < scanner->size && bytes[at + 1] == '>';
            at++;
            continue;
        }
        size_t name = at;
        at = skip_name(scanner, at);
        if (at == name) { /* a stray quote or '=' */
            scanner->faults |= SCANNER_ATTRIBUTE;
            at++;
            continue;
        }
        struct slice value = {bytes + at, 0};
        size_t name_size = at - name;
        size_t equals = skip_space(scanner, at);
        if (equals < scanner->size && bytes[equals] == '=')
            at = read_value(scanner, skip_space(scanner, equals + 1), &value);
        else
            scanner->faults |= SCANNER_ATTRIBUTE;
        add_attribute(scanner, (struct slice){bytes + name, name_size}, value);
    }
}

static void read_open(struct scanner *scanner, size_t start)
{
    struct scanner_token *token = &scanner->token;
    size_t end = skip_name(scanner, start + 1);
    token->kind = SCANNER_OPEN;
    token->name = (struct slice){scanner->bytes + start + 1, end - start - 1};
    scanner->at = read_attributes(scanner, end);
}

static void read_close(struct scanner *scanner, size_t start)
{
    struct scanner_token *token = &scanner->token;
    size_t name = skip_space(scanner, start + 2);
    size_t end = skip_name(scanner, name);
    token->kind = SCANNER_CLOSE;
    token->name = (struct slice){scanner->bytes + name, end - name};
    while (end < scanner->size && scanner->bytes[end] != '>' && scanner->bytes[end] != '<')
        end++;
    if (end == scanner->size)
        scanner->faults |= SCANNER_TRUNCATED;
    scanner->at = end < scanner->size && scanner->bytes[end] == '>' ? end + 1 : end;
}

static void read_cdata(struct scanner *scanner, size_t start)
{
    struct scanner_token *token = &scanner->token;
    size_t content = start + 9;
    size_t end = skip_past(scanner, content, "]]>");
    bool closed = end - content >= 3 && memcmp(scanner->bytes + end - 3, "]]>", 3) == 0;
    token->kind = SCANNER_CDATA;
    token->text = (struct slice){scanner->bytes + content, end - content - (closed ? 3 : 0)};
    scanner->at = end;
}

static bool begins(const struct scanner *scanner, size_t at, const char *text)
{
    size_t length = strlen(text);
    return scanner->size - at >= length && strncasecmp(scanner->bytes + at, text, length) == 0;
}

/* Text from `start` up to the next '<' from `from` on. */
static void read_text(struct scanner *scanner, size_t start, size_t from)
{
    const char *less = from < scanner->size ? memchr(scanner->bytes + from, '<', scanner->size - from) : NULL;
    size_t end = less ? (size_t)(less - scanner->bytes) : scanner->size;
    scanner->token.kind = SCANNER_TEXT;
    scanner->token.text = (struct slice){scanner->bytes + start, end - start};
    scanner->at = end;
}

/* One token, or false for something passed over. */
static bool read_token(struct scanner *scanner)
{
    size_t start = scanner->at;
    char second = start + 1 < scanner->size ? scanner->bytes[start + 1] : ' ';
    if (scanner->bytes[start] != '<') {
        read_text(scanner, start, start);
    } else if (is_name_start(second)) {
        read_open(scanner, start);
    } else if (second == '/') {
        read_close(scanner, start);
    } else if (second == '!' && begins(scanner, start, "<!--")) {
        scanner->at = skip_past(scanner, start + 4, "-->");
        return false;
    } else if (second == '!' && begins(scanner, start, "<![CDATA[")) {
        read_cdata(scanner, start);
    } else if (second == '!') {
        scanner->at = skip_doctype(scanner, start);
        return false;
    } else if (second == '?') {
        scanner->at = skip_instruction(scanner, start);
        return false;
    } else {
        scanner->faults |= SCANNER_BARE_LESS;
        read_text(scanner, start, start + 1);
    }
    return true;
}

enum scanner_kind scanner_next(struct scanner *scanner)
{
    struct scanner_token *token = &scanner->token;
    token->attribute_count = 0;
    token->empty = false;
    do {
        token->start = scanner->at;
        if (scanner->at >= scanner->size) {
            token->kind = SCANNER_END;
            token->end = scanner->at;
            return SCANNER_END;
        }
    } while (!read_token(scanner));
    token->end = scanner->at;
    return token->kind;
}
