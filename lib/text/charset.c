#include "lib/text/charset.h"

#include "lib/base/utf8.h"
#include "lib/text/charset_detect.h"
#include "lib/text/charset_labels.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

/* How far into a document its declaration may stand: XML declarations come first, but warnings of broken servers
 * come before them. */
enum { DECLARATION_WINDOW = 2048 };

const char *charset_find_label(const char *label, size_t size)
{
    const struct charset_encoding *encoding = charset_find_encoding(label, size);
    return encoding ? encoding->name : NULL;
}

static bool is_label_byte(char byte)
{
    return byte > ' ' && byte < 0x7F && byte != '"' && byte != '\'' && byte != ';' && byte != '>' && byte != '?' &&
           byte != ',';
}

/* Reads `= "label"` at `text`. */
static void read_label(const char *text, size_t size, char label[CHARSET_LABEL_MAX + 1])
{
    size_t at = 0, length = 0;
    while (at < size && (text[at] == ' ' || text[at] == '\t'))
        at++;
    if (at < size && text[at] == '=')
        for (at++; at < size && (text[at] == ' ' || text[at] == '"' || text[at] == '\''); at++)
            ;
    else
        at = size;
    while (at < size && length < CHARSET_LABEL_MAX && is_label_byte(text[at]))
        label[length++] = text[at++];
    label[length] = '\0';
}

void charset_from_content_type(const char *content_type, char label[CHARSET_LABEL_MAX + 1])
{
    const char *found = content_type ? strcasestr(content_type, "charset") : NULL;
    label[0] = '\0';
    if (found)
        read_label(found + 7, strlen(found + 7), label);
}

/* Case-insensitive search in bytes that may hold NULs. */
static const char *find_word(const char *bytes, size_t size, const char *word)
{
    size_t length = strlen(word);
    for (size_t at = 0; at + length <= size; at++)
        if (strncasecmp(bytes + at, word, length) == 0)
            return bytes + at;
    return NULL;
}

/* The label of `<?xml encoding="...">` or `<meta charset="...">`. */
static void find_declaration(const char *bytes, size_t size, char label[CHARSET_LABEL_MAX + 1])
{
    size = size < DECLARATION_WINDOW ? size : DECLARATION_WINDOW;
    label[0] = '\0';
    const char *start = find_word(bytes, size, "<?xml"), *word = "encoding";
    if (!start) {
        start = find_word(bytes, size, "<meta");
        word = "charset";
    }
    if (!start)
        return;
    size_t left = size - (size_t)(start - bytes);
    const char *end = *word == 'e' ? memchr(start, '>', left) : NULL;
    left = end ? (size_t)(end - start) : left;
    const char *found = find_word(start, left, word);
    if (found)
        read_label(found + strlen(word), left - (size_t)(found - start) - strlen(word), label);
}

static const struct {
    const char *mark;
    size_t size;
    const char *label;
} marks[] = {
    {"\xEF\xBB\xBF", 3, "utf-8"}, {"\xFF\xFE\0\0", 4, "utf-32le"}, {"\0\0\xFE\xFF", 4, "utf-32be"},
    {"\xFF\xFE", 2, "utf-16le"},  {"\xFE\xFF", 2, "utf-16be"},
};

/* How markup begins where a character has two or four bytes (XML 1.0, appendix F). */
static const char *find_wide_markup(const char *bytes, size_t size)
{
    static const struct {
        const char *start, *label;
    } starts[] = {{"<\0\0\0", "utf-32le"}, {"\0\0\0<", "utf-32be"}};
    for (size_t i = 0; size >= 8 && i < sizeof starts / sizeof *starts; i++)
        if (memcmp(bytes, starts[i].start, 4) == 0)
            return starts[i].label;
    if (size >= 4 && memcmp(bytes, "<\0", 2) == 0 && bytes[2] > ' ' && bytes[3] == 0)
        return "utf-16le";
    if (size >= 4 && memcmp(bytes, "\0<\0", 3) == 0 && bytes[3] > ' ')
        return "utf-16be";
    return NULL;
}

/* UTF-16 and UTF-32 without a mark show in where the NULs of their ASCII stand. */
static const char *find_wide(const char *bytes, size_t size)
{
    const char *markup = find_wide_markup(bytes, size);
    if (markup)
        return markup;
    size_t nuls[4] = {0}, length = (size < 256 ? size : 256) & ~(size_t)3;
    for (size_t i = 0; i < length; i++)
        nuls[i & 3] += bytes[i] == 0;
    size_t most = length / 4 - length / 32;
    if (length < 16)
        return NULL;
    if (nuls[1] >= most && nuls[2] >= most && nuls[3] >= most)
        return "utf-32le";
    if (nuls[0] >= most && nuls[1] >= most && nuls[2] >= most)
        return "utf-32be";
    if (nuls[1] >= most && nuls[3] >= most)
        return "utf-16le";
    if (nuls[0] >= most && nuls[2] >= most)
        return "utf-16be";
    return NULL;
}

/* Appends the decoded text; bytes that fit nothing become U+FFFD and are counted. False when iconv lacks it. */
static bool convert(struct buffer *storage, const struct charset_encoding *encoding, const char *bytes, size_t size,
                    size_t *errors)
{
    *errors = 0;
    iconv_t converter = iconv_open("UTF-8", encoding->iconv);
    if (converter == (iconv_t)-1)
        return false;
    char *in = (char *)(uintptr_t)bytes; /* iconv's prototype lacks const */
    size_t left = size;
    bool flushed = false;
    while (!flushed && buffer_reserve(storage, left + left / 2 + 16)) {
        char *out = storage->bytes + storage->size;
        size_t room = storage->capacity - storage->size - 1;
        /* The last call gets what decoders hold back for a mark that could follow (Hebrew, Vietnamese). */
        flushed = left == 0;
        size_t result = iconv(converter, flushed ? NULL : &in, &left, &out, &room);
        int reason = errno;
        storage->size = (size_t)(out - storage->bytes);
        if (result == (size_t)-1 && reason != E2BIG && left > 0) {
            buffer_append(storage, "\xEF\xBF\xBD", 3);
            (*errors)++;
            in++;
            left--;
        }
    }
    iconv_close(converter);
    return true;
}

struct utf8_census {
    size_t two, longer; /* well-formed characters of two bytes, of three and four */
    size_t invalid;     /* bytes that are part of none */
};

static void take_census(const char *bytes, size_t size, struct utf8_census *census)
{
    memset(census, 0, sizeof *census);
    for (size_t at = 0; at < size;) {
        uint64_t eight;
        if (size - at >= sizeof eight) { /* most of most feeds is ASCII */
            memcpy(&eight, bytes + at, sizeof eight);
            if (!(eight & 0x8080808080808080u)) {
                at += sizeof eight;
                continue;
            }
        }
        if (!(bytes[at] & 0x80)) {
            at++;
            continue;
        }
        uint32_t character;
        bool valid;
        size_t length = utf8_decode(bytes + at, size - at, &character, &valid);
        census->invalid += valid ? 0 : 1;
        census->two += length == 2;
        census->longer += length > 2;
        at += length;
    }
}

/* UTF-8 into which single bytes of windows-1252 were pasted, as content systems do. */
static void repair_utf8(struct buffer *storage, const char *bytes, size_t size)
{
    const struct charset_encoding *western = charset_find_encoding("windows-1252", 12);
    size_t start = 0;
    for (size_t at = 0; at < size;) {
        uint32_t character;
        bool valid;
        size_t length = utf8_decode(bytes + at, size - at, &character, &valid);
        if (!valid) {
            size_t errors;
            buffer_append(storage, bytes + start, at - start);
            convert(storage, western, bytes + at, 1, &errors);
            start = at + 1;
        }
        at += length;
    }
    buffer_append(storage, bytes + start, size - start);
}

struct decision {
    const struct charset_encoding *encoding; /* NULL: UTF-8, as the bytes stand */
    enum charset_source source;
    bool repaired;
};

/* A label counts unless the bytes contradict it: they are ASCII-compatible where it says UTF-16, or many of them
 * fit no character. */
static bool label_fits(const struct charset_encoding *encoding, const char *bytes, size_t size, struct buffer *scratch)
{
    if (!encoding || strncmp(encoding->name, "utf-", 4) == 0)
        return false;
    size_t errors;
    buffer_clear(scratch);
    if (!convert(scratch, encoding, bytes, size, &errors))
        return false;
    size_t high = 0;
    for (size_t i = 0; i < size; i++)
        high += (bytes[i] & 0x80) != 0;
    return errors * 20 <= high;
}

/* Whether text labelled windows-1252 is really of another script: the label is what servers say unasked. */
static bool is_mislabelled(const struct charset_encoding *encoding, const char *bytes, size_t size)
{
    if (strcmp(encoding->name, "windows-1252") != 0)
        return false;
    struct charset_guess guess = charset_detect(bytes, size);
    return !guess.latin && guess.score > 0.4;
}

static struct decision decide_legacy(const char *bytes, size_t size, const char *http_label,
                                     const struct utf8_census *census, struct buffer *scratch)
{
    char document_label[CHARSET_LABEL_MAX + 1];
    find_declaration(bytes, size, document_label);
    const char *labels[] = {http_label ? http_label : "", document_label};
    bool contradicted = false;
    for (int i = 0; i < 2; i++) {
        const struct charset_encoding *encoding = charset_find_encoding(labels[i], strlen(labels[i]));
        if (label_fits(encoding, bytes, size, scratch) && !is_mislabelled(encoding, bytes, size))
            return (struct decision){encoding, i == 0 ? CHARSET_FROM_HTTP : CHARSET_FROM_DOCUMENT, contradicted};
        contradicted = contradicted || labels[i][0];
    }
    if (census->two + census->longer > census->invalid)
        return (struct decision){NULL, CHARSET_DETECTED, true};
    struct charset_guess guess = charset_detect(bytes, size);
    return (struct decision){charset_find_encoding(guess.label, strlen(guess.label)), CHARSET_DETECTED, true};
}

/* Valid UTF-8 is UTF-8, whatever a label says, except for the few two-byte characters that a short text in a
 * double-byte encoding may happen to form, and for encodings that work by escapes. */
static struct decision decide_valid(const char *bytes, size_t size, const char *http_label,
                                    const struct utf8_census *census)
{
    struct decision decision = {NULL, CHARSET_FROM_BYTES, false};
    char document_label[CHARSET_LABEL_MAX + 1];
    find_declaration(bytes, size, document_label);
    const char *label = http_label && *http_label ? http_label : document_label;
    const struct charset_encoding *encoding = charset_find_encoding(label, strlen(label));
    if (!encoding || strcmp(encoding->name, "utf-8") == 0)
        return decision;
    bool escapes = strncmp(encoding->name, "iso-2022-", 9) == 0 && memchr(bytes, 0x1B, size);
    bool few = census->longer == 0 && census->two > 0 && census->two < 4 && encoding->double_bytes &&
               strncmp(encoding->name, "utf-", 4) != 0;
    if (escapes || few) {
        decision.encoding = encoding;
        decision.source = label == http_label ? CHARSET_FROM_HTTP : CHARSET_FROM_DOCUMENT;
    } else {
        decision.repaired = census->two + census->longer > 0 || strncmp(encoding->name, "utf-", 4) == 0;
    }
    return decision;
}

static bool finish(struct buffer *storage, struct charset_text *text, struct error *error)
{
    if (storage->failed)
        return error_set(error, storage->limit ? ERROR_LIMIT : ERROR_MEMORY,
                         "decoding the text from %s needs more memory than is allowed", text->name);
    text->bytes = storage->bytes ? storage->bytes : "";
    text->size = storage->size;
    return true;
}

/* UTF-16 and UTF-32, by mark or by the place of their NULs. */
static bool decode_wide(const char *bytes, size_t size, const char *label, struct buffer *storage,
                        struct charset_text *text, struct error *error)
{
    const struct charset_encoding *encoding = charset_find_encoding(label, strlen(label));
    size_t errors = 0;
    text->name = encoding->name;
    if (!convert(storage, encoding, bytes, size, &errors))
        return error_set(error, ERROR_SYSTEM, "iconv does not know the encoding %s", encoding->iconv);
    text->repaired = errors > 0;
    return finish(storage, text, error);
}

/* The encoding that a byte order mark at the beginning names, and the mark's size; NULL without a mark. */
static const char *find_mark(const char *bytes, size_t size, size_t *mark_size)
{
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (size >= marks[i].size && memcmp(bytes, marks[i].mark, marks[i].size) == 0) {
            *mark_size = marks[i].size;
            return marks[i].label;
        }
    *mark_size = 0;
    return NULL;
}

/* Bytes that are neither valid UTF-8 as they stand nor of two or four bytes a character. */
static bool decode_narrow(const char *bytes, size_t size, const struct decision *decision, struct buffer *storage,
                          struct charset_text *text, struct error *error)
{
    buffer_clear(storage);
    size_t errors = 0;
    if (!decision->encoding) {
        repair_utf8(storage, bytes, size);
        return finish(storage, text, error);
    }
    text->name = decision->encoding->name;
    if (!convert(storage, decision->encoding, bytes, size, &errors))
        return error_set(error, ERROR_SYSTEM, "iconv does not know the encoding %s", decision->encoding->iconv);
    text->repaired = text->repaired || errors > 0;
    return finish(storage, text, error);
}

bool charset_decode(const char *bytes, size_t size, const char *http_label, struct buffer *storage,
                    struct charset_text *text, struct error *error)
{
    size_t mark_size;
    const char *mark = find_mark(bytes, size, &mark_size);
    bytes += mark_size;
    size -= mark_size;
    *text = (struct charset_text){.bytes = bytes, .size = size, .name = "utf-8", .source = CHARSET_FROM_BYTES};
    buffer_clear(storage);
    const char *wide = mark ? mark : find_wide(bytes, size);
    if (wide && strcmp(wide, "utf-8") != 0) {
        text->source = mark ? CHARSET_FROM_MARK : CHARSET_DETECTED;
        return decode_wide(bytes, size, wide, storage, text, error);
    }
    struct utf8_census census;
    take_census(bytes, size, &census);
    struct decision decision = mark                  ? (struct decision){NULL, CHARSET_FROM_MARK, census.invalid > 0}
                               : census.invalid == 0 ? decide_valid(bytes, size, http_label, &census)
                                                     : decide_legacy(bytes, size, http_label, &census, storage);
    text->source = decision.source;
    text->repaired = decision.repaired;
    return (!decision.encoding && census.invalid == 0) || decode_narrow(bytes, size, &decision, storage, text, error);
}
