/* Identity of items: what makes two fetched entries one item, and two wordings two versions of it. Pure, any thread.
 *
 * An id is a hash of the publisher's domain and the feed's guid; without a guid of the canonical address; without an
 * address of title and body. The name of the source instance never enters, so that two instances, or a renamed one,
 * bring one item. */
#ifndef CORE_STORE_IDENTITY_H
#define CORE_STORE_IDENTITY_H

#include "lib/base/buffer.h"
#include "lib/base/digest.h"
#include "lib/record/record.h"

#include <stdbool.h>
#include <stddef.h>

/* False where the item has neither guid, address, title nor body, or memory is out. */
bool item_identify(char id[DIGEST_HEX_SIZE], struct record_view item);
/* Id of the item that a transform made from the one with id `parent`: by its own guid or address where that is
 * not the parent's, else by its place among what was made of the parent. */
void item_identify_derived(char id[DIGEST_HEX_SIZE], struct record_view item, struct record_view parent,
                           size_t ordinal);
/* Digest of what makes a version: title and body. */
void item_content(char content[DIGEST_HEX_SIZE], struct record_view item);
/* Appends the registrable domain of the item's address, else of the address that it was fetched from; nothing where
 * there is neither. */
void item_append_domain(struct buffer *domain, struct record_view item);

#endif
