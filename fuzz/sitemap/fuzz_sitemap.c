/* Sitemaps: the first byte chooses address and Content-Type, the rest is the document, packed or not. */
#include "lib/base/utf8.h"
#include "lib/sitemap/sitemap.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const urls[] = {"", "https://www.example.org/sitemap.xml", "relative"};
static const char *const types[] = {"", "text/xml; charset=utf-8", "application/gzip"};

static void check_text(const char *text)
{
    if (text && !utf8_is_valid(text, strlen(text)))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sitemap sitemap;
    struct error error = ERROR_INIT;
    struct feed *feed = size ? sitemap_create_feed() : NULL;
    if (!feed)
        return 0;
    struct sitemap_request request = {.url = urls[data[0] % 3],
                                      .content_type = types[data[0] / 3 % 3],
                                      .limits = {.document = 1 << 20, .entries = 100, .children = 100}};
    bool is_good = sitemap_read(&sitemap, feed, (const char *)data + 1, size - 1, &request, &error);
    if (!is_good && (error.kind == ERROR_NONE || !*error.text))
        abort();
    size_t count = 0, children = 0;
    for (const struct feed_entry *entry = feed->entries; entry; entry = entry->next, count++) {
        check_text(entry->link);
        check_text(entry->title);
        check_text(entry->canonical);
    }
    for (const struct sitemap_child *child = is_good ? sitemap.children : NULL; child; child = child->next, children++)
        check_text(child->url);
    if (count != feed->entry_count || count > 100 || children > 100 || (is_good && children != sitemap.child_count))
        abort();
    feed_destroy(feed);
    return 0;
}
