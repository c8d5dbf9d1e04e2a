/* Feeds: the first byte chooses address and Content-Type, the rest is the document. What comes back must be valid
 * UTF-8 and within its limits. */
#include "lib/base/utf8.h"
#include "lib/feed/feed.h"

#include <iconv.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static const char *const urls[] = {"", "https://example.org/a/feed.xml?x=1", "relative"};
static const char *const types[] = {"", "text/xml; charset=windows-1251", "application/json",
                                    "text/xml; charset='utf-16'"};

static void check_text(const char *text)
{
    if (text && !utf8_is_valid(text, strlen(text)))
        abort();
}

static void check_entry(const struct feed_entry *entry)
{
    check_text(entry->id);
    check_text(entry->title);
    check_text(entry->link);
    check_text(entry->canonical);
    check_text(entry->byline);
    check_text(entry->summary);
    check_text(entry->content);
    for (const struct feed_category *category = entry->categories; category; category = category->next)
        check_text(category->text);
    for (const struct feed_enclosure *enclosure = entry->enclosures; enclosure; enclosure = enclosure->next)
        check_text(enclosure->url);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct feed_request request = {
        .url = urls[data[0] % 3],
        .content_type = types[data[0] / 3 % 4],
        .keep_html = data[0] & 0x80,
        .limits = {.memory = 4 << 20, .entries = 50, .text = 10000},
    };
    struct error error = ERROR_INIT;
    struct feed *feed = feed_parse((const char *)data + 1, size - 1, &request, &error);
    if (!feed && (error.kind == ERROR_NONE || !error.text[0]))
        abort();
    size_t count = 0;
    for (const struct feed_entry *entry = feed ? feed->entries : NULL; entry; entry = entry->next, count++)
        check_entry(entry);
    if (feed && (count != feed->entry_count || count > 50))
        abort();
    feed_destroy(feed);
    return 0;
}
