#include "lib/article/page_guard.h"

#include "lib/article/page.h"

#include <string.h>
#include <strings.h>

/* Elements whose content is not markup or not wanted, and which end at their first closing tag. */
static const char *const raw_elements[] = {"script",   "style",    "noembed", "noframes", "iframe",
                                           "textarea", "template", "svg",     "xmp"};

enum { RAW_COUNT = sizeof raw_elements / sizeof *raw_elements };

struct guard {
    struct buffer *buffer;
    const char *html;
    size_t size, at;
    size_t tags;
    bool is_unclosed[RAW_COUNT]; /* no closing tag is left: do not search again */
    bool has_no_comment_end;
};

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r' || byte == '\f' || byte == '\0';
}

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

/* Text with NULs as spaces. */
static void put(struct guard *guard, size_t from, size_t to)
{
    while (from < to) {
        const char *nul = memchr(guard->html + from, '\0', to - from);
        size_t end = nul ? (size_t)(nul - guard->html) : to;
        buffer_append(guard->buffer, guard->html + from, end - from);
        if (nul)
            buffer_append_char(guard->buffer, ' ');
        from = end + (nul ? 1 : 0);
    }
}

/* Where the attribute at `at` ends. */
static size_t skip_attribute(const char *html, size_t size, size_t at)
{
    while (at < size && !is_space(html[at]) && html[at] != '=' && html[at] != '>' && html[at] != '/')
        at++;
    size_t equals = at;
    while (equals < size && is_space(html[equals]))
        equals++;
    if (equals >= size || html[equals] != '=')
        return at;
    at = equals + 1;
    while (at < size && is_space(html[at]))
        at++;
    if (at < size && (html[at] == '"' || html[at] == '\'')) {
        const char *close = memchr(html + at + 1, html[at], size - at - 1);
        return close ? (size_t)(close - html) + 1 : size;
    }
    while (at < size && !is_space(html[at]) && html[at] != '>')
        at++;
    return at;
}

/* The offset after the tag that begins at `at`; its attributes are counted. */
static size_t skip_tag(const char *html, size_t size, size_t at, size_t *attributes)
{
    *attributes = 0;
    while (at < size && !is_space(html[at]) && html[at] != '>' && html[at] != '/')
        at++;
    while (at < size && html[at] != '>') {
        if (is_space(html[at]) || html[at] == '/') {
            at++;
            continue;
        }
        size_t next = skip_attribute(html, size, at);
        at = next > at ? next : at + 1;
        ++*attributes;
    }
    return at < size ? at + 1 : size;
}

static size_t find_raw(const char *name, size_t size)
{
    for (size_t i = 0; i < RAW_COUNT; i++)
        if (strlen(raw_elements[i]) == size && strncasecmp(raw_elements[i], name, size) == 0)
            return i;
    return RAW_COUNT;
}

/* The offset of the closing tag of the raw element that is open at `at`. */
static size_t find_closing(struct guard *guard, size_t raw, size_t at)
{
    const char *name = raw_elements[raw];
    size_t length = strlen(name);
    while (!guard->is_unclosed[raw] && at < guard->size) {
        const char *open = memchr(guard->html + at, '<', guard->size - at);
        if (!open)
            break;
        at = (size_t)(open - guard->html);
        if (guard->size - at > length + 2 && open[1] == '/' && strncasecmp(open + 2, name, length) == 0 &&
            !is_letter(open[2 + length]))
            return at;
        at++;
    }
    guard->is_unclosed[raw] = true;
    return guard->size;
}

static bool is_data_script(const char *tag, size_t size)
{
    return memmem(tag, size, "ld+json", 7) != NULL;
}

/* The opening tag from guard->at to `end`, and the content of a raw element. */
static void pass_tag(struct guard *guard, size_t end)
{
    const char *tag = guard->html + guard->at;
    size_t name = 1, left = guard->size - guard->at;
    while (name < left && is_letter(tag[name]))
        name++;
    size_t raw = find_raw(tag + 1, name - 1);
    bool is_empty =
        end - guard->at >= 2 && guard->html[end - 2] == '/' && raw < RAW_COUNT && strcmp(raw_elements[raw], "svg") == 0;
    size_t from = guard->at;
    guard->at = end;
    if (raw == RAW_COUNT || is_empty) {
        put(guard, from, end);
        return;
    }
    size_t closing = find_closing(guard, raw, end);
    bool is_kept = strcmp(raw_elements[raw], "script") == 0 && is_data_script(tag, end - from);
    if (is_kept)
        put(guard, from, closing);
    else
        buffer_append_char(guard->buffer, ' ');
    if (closing < guard->size) {
        size_t attributes, after = skip_tag(guard->html, guard->size, closing + 1, &attributes);
        if (is_kept)
            put(guard, closing, after);
        guard->at = after;
    } else {
        /* What looks like an element to the end of the page is a page that was cut within it. */
        guard->at = guard->size;
    }
}

static void pass_comment(struct guard *guard)
{
    const char *from = guard->html + guard->at + 4;
    size_t left = guard->size - guard->at - 4;
    const char *end = guard->has_no_comment_end ? NULL : memmem(from, left, "-->", 3);
    guard->has_no_comment_end = !end;
    guard->at = end ? (size_t)(end - guard->html) + 3 : guard->at + 4;
}

/* False where the document is cut. */
static bool pass_markup(struct guard *guard)
{
    const char *here = guard->html + guard->at;
    size_t left = guard->size - guard->at, attributes;
    if (left >= 4 && memcmp(here, "<!--", 4) == 0) {
        pass_comment(guard);
        return true;
    }
    bool is_tag = left >= 2 && (is_letter(here[1]) || (here[1] == '/' && left >= 3 && is_letter(here[2])));
    if (!is_tag) {
        bool is_declaration = left >= 2 && (here[1] == '!' || here[1] == '?');
        const char *end = is_declaration ? memchr(here, '>', left < 1024 ? left : 1024) : NULL;
        if (!end) /* libxml2 would take more than the '<' */
            buffer_append_text(guard->buffer, "&lt;");
        guard->at += end ? (size_t)(end - here) + 1 : 1;
        return true;
    }
    size_t end = skip_tag(guard->html, guard->size, guard->at + 1, &attributes);
    if (++guard->tags > PAGE_TAGS_MAX || attributes > PAGE_ATTRIBUTES_MAX)
        return false;
    if (here[1] != '/') {
        pass_tag(guard, end);
        return true;
    }
    put(guard, guard->at, end);
    guard->at = end;
    return true;
}

void page_guard(struct buffer *buffer, const char *html, size_t size, bool *is_cut)
{
    struct guard guard = {.buffer = buffer, .html = html, .size = size};
    *is_cut = false;
    while (guard.at < size && !*is_cut) {
        const char *open = memchr(html + guard.at, '<', size - guard.at);
        size_t end = open ? (size_t)(open - html) : size;
        put(&guard, guard.at, end);
        guard.at = end;
        *is_cut = open && !pass_markup(&guard);
    }
}
