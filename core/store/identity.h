/* Identity of items: what makes two fetched entries one item, and two wordings two versions of it. Pure, any thread.
 *
 * An id is a hash of the publisher's domain and the feed's guid; without a guid of the canonical address; without an
 * address of title and body. The name of the source instance never enters, so that two instances, or a renamed one,
 * bring one item. */
#ifndef CORE_STORE_IDENTITY_H
#define CORE_STORE_IDENTITY_H

#include "lib/base/digest.h"
#include "lib/record/record.h"

#include <stdbool.h>

/* False where the item has neither guid, address, title nor body. `publisher` is the domain that goes with the guid;
 * see item_publisher. */
bool item_identify(char id[DIGEST_HEX_SIZE], struct record_view item);
/* Digest of what makes a version: title and body. */
void item_content(char content[DIGEST_HEX_SIZE], struct record_view item);
/* The registrable domain of the item's address, else of the address that it was fetched from, into `domain`; false
 * where there is neither. */
bool item_domain(char *domain, size_t size, struct record_view item);

#endif
