/* Pages: the first byte chooses address and Content-Type, the rest is the page. What comes back must be valid UTF-8 and
 * within its limits. The page is read for its feeds and links as well, with one of a few selectors. */
#include "lib/article/article.h"
#include "lib/base/utf8.h"
#include "lib/listing/listing.h"

#include <iconv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Keeps iconv's modules loaded: without this every run loads and unloads them. */
int LLVMFuzzerInitialize(int *count, char ***arguments)
{
    static const char *const modules[] = {"CP1250",        "CP1251",  "CP1252", "CP1256",     "KOI8-R",
                                          "CP932",         "GB18030", "CP949",  "BIG5-HKSCS", "EUC-JP-MS",
                                          "ISO-2022-JP-2", "CP1255",  "CP874"};
    static iconv_t converters[sizeof modules / sizeof *modules];
    (void)count;
    (void)arguments;
    for (size_t i = 0; i < sizeof modules / sizeof *modules; i++)
        converters[i] = iconv_open("UTF-8", modules[i]);
    return 0;
}

static const char *const urls[] = {"", "https://www.example.org/2026/05/14/news.html?x=1", "relative"};
static const char *const types[] = {"", "text/html; charset=windows-1251", "text/html; charset=shift_jis",
                                    "application/xhtml+xml"};
static const char *const selectors[] = {"a", "li a, .item", "//a[@href]", "div > p:not(.x) a[href*='/']"};

static void check_text(const char *text)
{
    if (text && !utf8_is_valid(text, strlen(text)))
        abort();
}

static void read_article(const char *bytes, size_t size, unsigned choice)
{
    struct error error = ERROR_INIT;
    struct article_request request = {
        .url = urls[choice % 3], .content_type = types[choice / 3 % 4], .limits = {.memory = 64 << 20, .text = 10000}};
    struct article *article = article_read(bytes, size, &request, &error);
    if (!article) {
        if (error.kind == ERROR_NONE || !*error.text)
            abort();
        return;
    }
    const char *const texts[] = {article->text,      article->title,     article->language,    article->author,
                                 article->publisher, article->canonical, article->description, article->published.raw};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        check_text(texts[i]);
    if (!article->text || strlen(article->text) > 10000 ||
        (article->verdict == ARTICLE_FULL) == (article->reason != NULL))
        abort();
    article_destroy(article);
}

static void read_links(const char *bytes, size_t size, unsigned choice)
{
    struct error error = ERROR_INIT;
    struct listing_request request = {.url = urls[1],
                                      .content_type = types[choice / 3 % 4],
                                      .links = selectors[choice % 4],
                                      .title = choice & 16 ? "h3" : NULL,
                                      .date = choice & 32 ? "time" : NULL};
    struct feed *feed = listing_read(bytes, size, &request, &error);
    for (const struct feed_entry *entry = feed ? feed->entries : NULL; entry; entry = entry->next) {
        check_text(entry->link);
        check_text(entry->title);
    }
    feed_destroy(feed);
    struct listing_feeds *feeds = listing_find_feeds(bytes, size, urls[1], types[0], &error);
    listing_free_feeds(feeds);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    read_article((const char *)data + 1, size - 1, data[0]);
    if (data[0] & 0x80)
        read_links((const char *)data + 1, size - 1, data[0]);
    return 0;
}
