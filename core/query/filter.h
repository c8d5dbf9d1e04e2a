/* Filter: what SQL cannot say of a record, and the lists of a filter as SQL takes them. For core/query alone. */
#ifndef CORE_QUERY_FILTER_H
#define CORE_QUERY_FILTER_H

#include "core/query/query.h"

/* Is the text part of any text of the record, evidence and sources included? ASCII case aside. */
bool filter_has_text(struct record_view record, const char *text);
/* Is one of the event's sources by one of these publishers, or its address within one? */
bool filter_has_publisher(struct record_view event, const char *publishers);
/* "a,b" as a JSON array; `prefix` is put before words that lack it. The caller frees it; NULL for NULL or when memory
 * is out, which *failed then says. */
char *filter_list(const char *words, const char *prefix, bool *failed);
/* Is `word` one of "a,b"? */
bool filter_in_list(const char *words, const char *word);

#endif
