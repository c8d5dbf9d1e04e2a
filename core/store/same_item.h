/* Same item: an entry whose id is new may be an item that is there already, under a guid that its publisher has since
 * changed or issued anew. It is the same where, of the same source,
 *
 *     the address is the same, no two items share it, and title or time of publication are the same; or
 *     title and text are the same and so is the last part of the address, as where a story moves from one section to
 *     another, and it was fetched within two days;
 *
 * and where the other is not in the same document beside it. What was found is remembered, since the entry stays in the
 * feed for longer than that. Writer's thread, inside its transaction. Table: item_alias(alias, id). */
#ifndef CORE_STORE_SAME_ITEM_H
#define CORE_STORE_SAME_ITEM_H

#include "lib/base/digest.h"
#include "lib/base/error.h"
#include "lib/record/record.h"

#include <stdbool.h>
#include <stddef.h>

struct store;

extern const char store_item_alias_schema[];

/* The items of one document, by their ids. */
struct same_items {
    const char *const *ids;
    size_t count;
};

/* Digest of the address by which the item may be known again: "" where it has none, or that of a whole site. */
void item_link(char link[DIGEST_HEX_SIZE], struct record_view item);

/* The id under which the item is stored, if it is; else its own. `beside` may be NULL. */
bool store_item_resolve(struct store *store, struct record_view item, const char *link, const char *content,
                        const struct same_items *beside, char id[DIGEST_HEX_SIZE], struct error *error);

#endif
