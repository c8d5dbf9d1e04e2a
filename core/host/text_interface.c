/* text/1: lib/text for plugins. What it returns lies in the memory of the unit, so it ends with the callback. */
#include "core/host/instance_private.h"
#include "lib/text/charset.h"
#include "lib/text/date.h"
#include "lib/text/html.h"
#include "lib/text/language.h"
#include "lib/text/url.h"

#include <string.h>

static struct ent_str fail_for_memory(void)
{
    static const char text[] = "text: no memory";
    host_error_set(text, sizeof text - 1);
    return ent_bytes(NULL, 0);
}

static struct ent_str lend(struct ent_unit *unit, const char *bytes, size_t size)
{
    const char *copy = arena_copy(unit->unit->arena, size ? bytes : "", size);
    return copy ? ent_bytes(copy, size) : fail_for_memory();
}

static struct ent_str lend_buffer(struct ent_unit *unit, struct buffer *buffer)
{
    struct ent_str lent = buffer->failed ? fail_for_memory() : lend(unit, buffer->bytes, buffer->size);
    buffer_free(buffer);
    return lent;
}

static const char *bytes_of(struct ent_str text)
{
    return text.data ? text.data : "";
}

static size_t size_of(struct ent_str text)
{
    return text.data ? text.size : 0;
}

static struct ent_str interface_decode(struct ent_unit *unit, struct ent_str bytes, const char *content_type)
{
    char label[CHARSET_LABEL_MAX + 1] = "";
    struct buffer storage = BUFFER_INIT;
    struct charset_text text;
    struct error error = ERROR_INIT;
    if (content_type)
        charset_from_content_type(content_type, label);
    struct ent_str lent = charset_decode(bytes_of(bytes), size_of(bytes), label, &storage, &text, &error)
                              ? lend(unit, text.bytes, text.size)
                              : fail_for_memory();
    buffer_free(&storage);
    return lent;
}

static struct ent_str interface_from_html(struct ent_unit *unit, struct ent_str html, uint32_t flags)
{
    struct buffer text = BUFFER_INIT;
    html_append_text(&text, bytes_of(html), size_of(html), flags & ENT_HTML_ONE_LINE ? HTML_ONE_LINE : 0);
    return lend_buffer(unit, &text);
}

static struct ent_str interface_language(struct ent_unit *unit, struct ent_str text)
{
    struct language_guess guess = language_guess(bytes_of(text), size_of(text));
    return lend(unit, guess.code, strnlen(guess.code, sizeof guess.code));
}

static struct ent_str interface_resolve(struct ent_unit *unit, struct ent_str base, struct ent_str reference)
{
    struct buffer url = BUFFER_INIT;
    url_resolve(&url, bytes_of(base), size_of(base), bytes_of(reference), size_of(reference));
    return lend_buffer(unit, &url);
}

static int interface_read_date(struct ent_unit *unit, struct ent_str text, int64_t *time, int32_t *offset,
                               const char **precision)
{
    static const char *const words[] = {"year", "month", "day", "minute", "second"};
    struct date date;
    (void)unit;
    if (!time || !date_parse(bytes_of(text), size_of(text), &date))
        return 0;
    *time = date.time;
    if (offset)
        *offset = date.offset_minutes;
    if (precision)
        *precision = words[date.precision];
    return 1;
}

const struct ent_text_1 host_text_1 = {.size = sizeof host_text_1,
                                       .decode = interface_decode,
                                       .from_html = interface_from_html,
                                       .language = interface_language,
                                       .resolve = interface_resolve,
                                       .read_date = interface_read_date};
