/* Item: a record of an entry, with what its page adds. For the sources that read entries of the web. */
#ifndef PLUGINS_COMMON_ITEM_H
#define PLUGINS_COMMON_ITEM_H

#include "lib/article/article.h"
#include "lib/feed/feed.h"

#include <entente/plugin.h>

/* What the configuration says of all of a source's items; NULL: nothing. Lent for the instance's life. */
struct item_facts {
    const struct ent_host *host;
    struct ent_instance *instance;
    const char *url; /* of the source */
    const char *class, *publisher, *language;
};

struct item_source {
    const struct feed *feed;
    const char *fetch_url; /* where it was read from */
    int32_t status;
    const struct item_facts *facts;
};

struct item_facts item_read_facts(const struct ent_host *host, struct ent_instance *instance, const char *url);

/* An option's text, NULL where it is not given. */
const char *item_option(const struct ent_host *host, struct ent_instance *instance, const char *name);

/* With `article` (may be NULL) its text stands for the entry's, and what the entry lacks is taken from it: title, date,
 * author, language. Guid and address, by which the item is known, are the entry's. NULL with the host's error text. */
struct ent_record *item_make(const struct item_source *source, const struct feed_entry *entry,
                             const struct article *article);

#endif
