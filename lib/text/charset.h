/* Charset: bytes from the web to UTF-8.
 *
 * The encoding is chosen in this order: byte order mark; UTF-8 where the bytes are valid UTF-8; what HTTP said; what
 * the document says (XML declaration, HTML meta); a small detector by letter frequency. A label that the bytes
 * contradict is dropped, and the result marked as repaired. Labels are read as the WHATWG Encoding Standard has
 * them ("latin1" is windows-1252, "gb2312" is gb18030); conversion is iconv's. Any thread. */
#ifndef LIB_TEXT_CHARSET_H
#define LIB_TEXT_CHARSET_H

#include "lib/base/buffer.h"
#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum charset_source {
    CHARSET_FROM_MARK,
    CHARSET_FROM_BYTES, /* valid UTF-8 */
    CHARSET_FROM_HTTP,
    CHARSET_FROM_DOCUMENT,
    CHARSET_DETECTED,
};

struct charset_text {
    const char *bytes; /* UTF-8 without byte order mark; points into the input or into `storage` */
    size_t size;
    const char *name; /* the encoding that was decoded: "utf-8", "windows-1251" */
    enum charset_source source;
    bool repaired; /* a label was wrong, or bytes were ill-formed and replaced */
};

enum { CHARSET_LABEL_MAX = 39 };

/* Decodes `bytes` into text->bytes, which stays valid as long as both `bytes` and `storage` do. `http_label` may be
 * NULL or empty. Valid UTF-8 is not copied. `storage` is the caller's and may bear a limit. False when memory is
 * out or the limit passed; ill-formed input is never an error. */
bool charset_decode(const char *bytes, size_t size, const char *http_label, struct buffer *storage,
                    struct charset_text *text, struct error *error);

/* Writes the charset parameter of a Content-Type ("text/xml; charset='utf-8'") to `label`; "" where it has none. */
void charset_from_content_type(const char *content_type, char label[CHARSET_LABEL_MAX + 1]);

/* The encoding's name by the standard for a label in any case, NULL for an unknown one. */
const char *charset_find_label(const char *label, size_t size);

#endif
