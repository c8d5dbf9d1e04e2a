#include "lib/coder/line_break.h"

#include <string.h>

/* Narrower are lists and verses, wider are paragraphs; a line that is broken by chance is no word or two. */
enum { WIDTH_MIN = 45, WIDTH_MAX = 100, LINE_MIN = 20 };

struct line {
    const char *first, *end; /* without the space around it */
};

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

static bool is_lower(char byte)
{
    return byte >= 'a' && byte <= 'z';
}

/* Letters of other scripts count, they are what their bytes say. */
static bool is_word(char byte)
{
    return is_lower(byte) || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
           (unsigned char)byte >= 0x80;
}

static struct line trim(const char *first, const char *end)
{
    while (first < end && is_space(*first))
        first++;
    while (end > first && is_space(end[-1]))
        end--;
    return (struct line){first, end};
}

/* In characters, at most one more than WIDTH_MAX. */
static size_t width_of(struct line line)
{
    enum { BYTES_MAX = 4 }; /* of a character */
    size_t width = 0;
    if (line.end - line.first > BYTES_MAX * WIDTH_MAX)
        return WIDTH_MAX + 1;
    for (const char *at = line.first; at < line.end && width <= WIDTH_MAX; at++)
        width += (*at & 0xc0) != 0x80;
    return width;
}

static struct line first_word(struct line line)
{
    const char *end = line.first;
    while (end < line.end && !is_space(*end) && end - line.first <= 4 * WIDTH_MAX)
        end++;
    return (struct line){line.first, end};
}

/* Addresses are longer than any width, and no prose. */
static bool is_address(struct line line)
{
    struct line word = first_word(line);
    size_t size = (size_t)(word.end - word.first);
    return (size > 4 && memcmp(word.first, "www.", 4) == 0) || (size > 7 && memcmp(word.first, "http", 4) == 0);
}

/* "- ", "* ", "• ", "3. ", "(a) " */
static bool is_list_entry(struct line line)
{
    struct line word = first_word(line);
    size_t size = (size_t)(word.end - word.first);
    if (size == 0 || size > 4)
        return false;
    char first = *word.first, last = word.end[-1];
    bool is_number = first >= '0' && first <= '9';
    return (size == 1 && !is_word(first)) || (size == 3 && memcmp(word.first, "\xe2\x80\xa2", 3) == 0) ||
           (last == ')' && (size == 2 || first == '(' || is_number)) || (last == '.' && is_number);
}

static bool begins_lower(struct line line)
{
    return line.first < line.end && is_lower(*line.first) && !is_address(line);
}

static bool is_full(struct line line, struct line next, size_t width)
{
    return width_of(line) + 1 + width_of(first_word(next)) > width;
}

static struct line line_from(const char *at, const char *end)
{
    const char *feed = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
    return trim(at, feed ? feed : end);
}

/* The longest line that holds more than an address. */
static size_t find_longest(const char *text, const char *end)
{
    size_t longest = 0;
    for (const char *at = text; at < end && longest <= WIDTH_MAX;) {
        const char *feed = memchr(at, '\n', (size_t)(end - at));
        struct line line = trim(at, feed ? feed : end);
        size_t width = is_address(line) && first_word(line).end == line.end ? 0 : width_of(line);
        longest = width > longest ? width : longest;
        at = feed ? feed + 1 : end;
    }
    return longest;
}

size_t line_break_width(const char *text, size_t size)
{
    const char *end = text + size;
    size_t width = find_longest(text, end), breaks = 0, full = 0, lower = 0;
    if (width < WIDTH_MIN || width > WIDTH_MAX)
        return 0;
    for (const char *at = text, *feed; at < end && (feed = memchr(at, '\n', (size_t)(end - at))); at = feed + 1) {
        struct line line = trim(at, feed), next = line_from(feed + 1, end);
        if (line.first == line.end || next.first == next.end)
            continue;
        breaks++;
        if (!is_full(line, next, width))
            continue;
        full++;
        lower += begins_lower(next);
    }
    /* Prose has every other word or so in lower case, and no title begins so: a list of titles of one length is no
     * prose. */
    return full * 2 >= breaks && lower * 3 >= full && lower > 0 ? width : 0;
}

bool line_break_goes_on(const char *text, size_t size, size_t start, size_t at, size_t width)
{
    struct line line = trim(text + start, text + at), next = line_from(text + at + 1, text + size);
    if (line.first == line.end || next.first == next.end || is_list_entry(next))
        return false;
    if (begins_lower(next) && (is_word(line.end[-1]) || line.end[-1] == ',') && width_of(line) >= LINE_MIN)
        return true;
    return width > 0 && is_full(line, next, width);
}
