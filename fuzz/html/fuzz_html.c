/* HTML, charsets, URLs and languages: the text functions that read foreign bytes. The first byte holds the flags. */
#include "lib/base/utf8.h"
#include "lib/text/charset.h"
#include "lib/text/html.h"
#include "lib/text/language.h"
#include "lib/text/url.h"

#include <iconv.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Keeps iconv's modules loaded: without this every run loads and unloads a score of shared objects. */
int LLVMFuzzerInitialize(int *count, char ***arguments)
{
    static const char *const modules[] = {"CP1250",     "CP1251",  "CP1252",    "CP1253",       "CP1254",
                                          "CP1255",     "CP1256",  "CP1257",    "CP874",        "KOI8-R",
                                          "ISO-8859-5", "IBM866",  "MAC-UK",    "BIG5-HKSCS",   "CP932",
                                          "CP949",      "GB18030", "EUC-JP-MS", "ISO-2022-JP-2"};
    (void)count;
    (void)arguments;
    static iconv_t converters[sizeof modules / sizeof modules[0]];
    for (size_t i = 0; i < sizeof modules / sizeof modules[0]; i++) {
        converters[i] = iconv_open("UTF-8", modules[i]);
        if (converters[i] == (iconv_t)-1)
            fprintf(stderr, "no iconv module for %s\n", modules[i]);
    }
    return 0;
}

static void check(const struct buffer *buffer, size_t limit)
{
    if (buffer->failed || buffer->size > limit || (buffer->size && !utf8_is_valid(buffer->bytes, buffer->size)))
        abort();
}

static void read_html(const struct charset_text *text, unsigned flags)
{
    struct buffer out = BUFFER_INIT;
    html_append_text(&out, text->bytes, text->size, flags);
    check(&out, text->size + text->size / 2 + 8);
    language_guess(out.bytes ? out.bytes : "", out.size);
    buffer_clear(&out);
    html_append_plain(&out, text->bytes, text->size, flags);
    check(&out, text->size * 2);
    html_is_likely(text->bytes, text->size < 2000 ? text->size : 2000);
    buffer_free(&out);
}

static void read_urls(const struct charset_text *text)
{
    struct buffer out = BUFFER_INIT;
    size_t half = text->size / 2;
    url_resolve(&out, text->bytes, half, text->bytes + half, text->size - half);
    buffer_clear(&out);
    url_canonical(&out, text->bytes, text->size);
    buffer_clear(&out);
    url_publisher_domain(&out, text->bytes, text->size);
    url_is_script(text->bytes, text->size);
    if (out.failed)
        abort();
    buffer_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const labels[] = {"", "utf-8", "euc-kr", "big5", "windows-1255", "iso-2022-jp", "utf-32", "?"};
    if (size == 0)
        return 0;
    struct buffer storage = BUFFER_INIT;
    struct charset_text text;
    struct error error = ERROR_INIT;
    if (!charset_decode((const char *)data + 1, size - 1, labels[data[0] >> 3 & 7], &storage, &text, &error))
        abort();
    if (text.size && !utf8_is_valid(text.bytes, text.size))
        abort();
    read_html(&text, data[0] & 7);
    read_urls(&text);
    buffer_free(&storage);
    return 0;
}
