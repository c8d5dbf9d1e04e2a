/* Publishers: which house a publisher's name or domain belongs to, whether it is a news agency, and how reliable it is.
 *
 * From the table data/publishers.txt, which is compiled in, and the operator's own lines in the same format, which go
 * before it. A domain stands for all below it; what is not listed is a house of its own, by its registrable domain
 * (the public suffix list, through libpsl). Filled by one thread, then read by any. */
#ifndef CORE_DESK_PUBLISHERS_H
#define CORE_DESK_PUBLISHERS_H

#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { PUBLISHER_FAMILY_SIZE = 64, PUBLISHERS_TEXT_MAX = 4 * 1024 * 1024 };

struct publishers;

struct publisher {
    const char *family; /* the table's */
    bool is_agency;
    char grade; /* 'A' to 'E'; '\0' where nobody judged it */
};

/* With the table that is compiled in. NULL when memory is out. */
struct publishers *publishers_create(void);
void publishers_destroy(struct publishers *publishers); /* NULL does nothing */

/* Reads lines of the table's format; each overrides what was read before of the same house and names. `name` is the file's,
 * for the error, which names the line. */
bool publishers_read(struct publishers *publishers, const char *text, size_t size, const char *name,
                     struct error *error);

/* By a name, a domain or a host; NULL for one that is not listed. */
const struct publisher *publishers_find(const struct publishers *publishers, const char *name);
/* The house of any publisher: the table's, else the registrable domain, else the folded name; "" for NULL. */
void publishers_family(const struct publishers *publishers, const char *name, char family[PUBLISHER_FAMILY_SIZE]);

#endif
