/* Labels: the events that an annotator or the coder gives for items, as JSON in the shape of docs/codebook.md, and what
 * the comparison of two of them needs: values with their alternatives, principal actors, spans of days.
 *
 * A set is a JSON object from an item's id to its row {"id","relevance","events"}, in the order of the file. It belongs
 * to whoever loaded it; all pointers returned here are lent from it. Any thread, as long as nobody writes. */
#ifndef LIB_EVALUATE_LABEL_H
#define LIB_EVALUATE_LABEL_H

#include "lib/base/error.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum { LABEL_OPTIONS_MAX = 32, LABEL_ACTORS_MAX = 64 };

/* Reads rows with an "id", one a line. NULL with `error` naming file and line. */
json_t *label_load(const char *path, struct error *error);

/* NULL where it is absent, null or no text. */
const char *label_text(const json_t *object, const char *key);
/* The objects of a list: of an array, where other members are passed over as NULL, or of one object alone. */
size_t label_list_size(const json_t *list);
const json_t *label_list_item(const json_t *list, size_t index);

/* The value of a field and its accepted alternatives; entries may be NULL or JSON null. Returns how many. */
size_t label_options(const json_t *event, const char *field, const json_t *options[LABEL_OPTIONS_MAX]);
/* The same for fields whose value is a list of objects; NULL is the empty list, and loose objects among the
 * alternatives are one list together. For label_list_size and label_list_item. */
size_t label_list_options(const json_t *event, const char *field, const json_t *lists[LABEL_OPTIONS_MAX]);
/* True where `value` (may be NULL) is the field's value or an alternative. */
bool label_accepts(const json_t *event, const char *field, const char *value);

bool label_is_fact(const json_t *event);
bool label_may_be_fact(const json_t *event);
bool label_may_be_nonfact(const json_t *event);
bool label_is_optional(const json_t *event);

/* A principal actor's id and role. */
struct label_actor {
    const char *id, *role;
};
/* Principal actors of a list, at most LABEL_ACTORS_MAX. */
size_t label_principals(const json_t *actors, struct label_actor principals[LABEL_ACTORS_MAX]);
/* Ids are compared without case, hyphens and underscores where they hold a colon. */
bool label_same_actor(const char *a, const char *b);
bool label_names(const struct label_actor *actors, size_t count, const char *id);
/* Keeps the first of each id. */
size_t label_distinct(struct label_actor *actors, size_t count);

/* The first and last day that a date can mean, "" where open or not known. */
struct label_span {
    char first[11], last[11];
};
struct label_span label_span(const json_t *date);
bool label_span_equal(const struct label_span *a, const struct label_span *b);
bool label_span_stated(const struct label_span *span);
bool label_span_contradicts(const struct label_span *a, const struct label_span *b);

#endif
