/* OPML: whatever was read is written so that it reads back as the same feeds in the same groups. */
#include "lib/base/utf8.h"
#include "lib/feed/opml.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text)
{
    if (text && (!*text || !utf8_is_valid(text, strlen(text))))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error = ERROR_INIT;
    struct opml *opml = opml_parse((const char *)data, size, &error), *again;
    struct buffer out = BUFFER_INIT;
    struct opml_writer writer;
    if (!opml)
        return 0;
    opml_begin(&writer, &out, opml->title ? opml->title : "");
    for (const struct opml_feed *feed = opml->feeds; feed; feed = feed->next) {
        check_text(feed->url);
        check_text(feed->title);
        check_text(feed->page);
        check_text(feed->language);
        opml_put(&writer, feed);
    }
    if (!opml_end(&writer) || !(again = opml_parse(out.bytes, out.size, &error)))
        abort();
    const struct opml_feed *other = again->feeds;
    for (const struct opml_feed *feed = opml->feeds; feed; feed = feed->next, other = other->next)
        if (!other || strcmp(feed->url, other->url) != 0 || strcmp(feed->group, other->group) != 0)
            abort();
    if (other || again->is_truncated)
        abort();
    opml_destroy(again);
    opml_destroy(opml);
    buffer_free(&out);
    return 0;
}
