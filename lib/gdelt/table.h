/* GDELT tables: the rows of GDELT 2's event and Global Knowledge Graph exports (tab-separated, one row a line; column
 * numbers as in its code books "GDELT Event Database Format Codebook V2.0" and "GDELT GKG Codebook V2.1"), and its
 * update list. Lines in, values out; what is lent points into the line or the row's own memory. Any thread. */
#ifndef LIB_GDELT_TABLE_H
#define LIB_GDELT_TABLE_H

#include "lib/base/buffer.h"
#include "lib/text/date.h"

#include <stdbool.h>
#include <stddef.h>

enum gdelt_table { GDELT_EVENTS, GDELT_GKG };

struct gdelt_text {
    const char *bytes; /* not terminated */
    size_t size;
};

struct gdelt_row {
    struct gdelt_text url;    /* of the article */
    struct gdelt_text source; /* GKG: the outlet's domain */
    struct gdelt_text code;   /* events: CAMEO code */
    struct gdelt_text themes; /* GKG: apart by semicolons */
    struct buffer title;      /* GKG, where the page had one */
    char language[4];         /* GKG: ISO 639-3 of the original; "" for English or unknown */
    bool has_published;       /* GKG, where the page tells it. The row's own date is GDELT's, not the article's */
    struct date published;
};

/* Fills `row` (zeroed before its first use, its memory kept from row to row) from a line without its line feed. False
 * where it is no row of that table with an address on the web. */
bool gdelt_row_read(struct gdelt_row *row, enum gdelt_table table, const char *line, size_t size);
void gdelt_row_clear(struct gdelt_row *row);
/* Whether one of the row's themes is `theme`, in any case. */
bool gdelt_row_has_theme(const struct gdelt_row *row, const char *theme);
/* The address of the table's file in an update list ("size digest address" a line); bytes NULL where it has none. */
struct gdelt_text gdelt_list_find(const char *list, size_t size, enum gdelt_table table);
/* Which table a file holds, by its name; false where it is neither. */
bool gdelt_table_of_name(const char *name, size_t size, enum gdelt_table *table);

#endif
