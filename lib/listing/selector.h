/* Selector: CSS selectors as XPath.
 *
 * The subset: element names and *, #id, .class, [name], [name=value] with the operators = ~= |= ^= $= *=, :first-child,
 * :last-child, :nth-child(N), :not(one of these), the combinators (space) > + ~, and lists by commas. What begins with
 * '/',
 * './' or '(' is XPath already and is left as it is. Pure functions, any thread. */
#ifndef LIB_LISTING_SELECTOR_H
#define LIB_LISTING_SELECTOR_H

#include "lib/base/buffer.h"
#include "lib/base/error.h"

#include <stdbool.h>

enum { SELECTOR_MAX = 1000 }; /* bytes */

/* Appends an XPath that finds, below the context node, what `selector` selects. False with `error` naming the place of
 * what is not understood. */
bool selector_to_xpath(struct buffer *xpath, const char *selector, struct error *error);

#endif
