/* Page item: a web archive's record as an item, where it holds a news page or a text. */
#ifndef PLUGINS_WARC_PAGE_ITEM_H
#define PLUGINS_WARC_PAGE_ITEM_H

#include "lib/base/error.h"
#include "lib/warc/warc.h"

#include <entente/plugin.h>

/* What the configuration says of all items; NULL where it does not. */
struct page_origin {
    const char *class, *publisher, *language;
    const char *archive; /* path of the archive file */
};

enum page_outcome { PAGE_ITEM, PAGE_NO_PAGE /* something else than a page: nothing to say */, PAGE_LEFT_OUT };

/* PAGE_ITEM: *item is the caller's. PAGE_LEFT_OUT: `error` says why. */
enum page_outcome page_item_make(const struct ent_host *host, struct ent_instance *instance,
                                 const struct page_origin *origin, const struct warc_record *record,
                                 struct ent_record **item, struct error *error);

#endif
