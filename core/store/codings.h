/* Codings in the store: what people coded of an event from its articles alone, without seeing what the machine had coded, and
 * what the machine had then. By these two the agreement per field is measured. A coding changes no event: that is a
 * correction's work (core/store/corrections.h).
 *
 * One row an event, author and field; coding it again replaces what the author said before. Writing is for the writer's thread
 * inside its transaction; reading for any thread with its own connection. Table: coding(event, author, field, value, machine,
 * made). */
#ifndef CORE_STORE_CODINGS_H
#define CORE_STORE_CODINGS_H

#include "lib/base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct store;

extern const char store_codings_schema[];

struct coding_row {
    const char *event, *author;
    const char *field;            /* type, subtype, status, modality, scope, actors, date */
    const char *value, *machine;  /* in the same form, so that equal texts agree; "" for not stated */
    int64_t made;
};
bool store_coding_put(struct store *store, const struct coding_row *row, struct error *error);

typedef bool store_coding_callback(void *context, const struct coding_row *row);
/* Of one event, by author and field. Return false to stop early. */
bool store_codings_of(struct store *store, const char *event, store_coding_callback *callback, void *context,
                      struct error *error);

struct coding_agreement {
    const char *field;
    int64_t codings, agreed;
    double expected; /* the share that would agree by chance, as the values are distributed; for Cohen's kappa */
};
typedef bool store_agreement_callback(void *context, const struct coding_agreement *row);
/* By field; `author` NULL: all. */
bool store_codings_agreement(struct store *store, const char *author, store_agreement_callback *callback, void *context,
                             struct error *error);
/* Ids of the events that the author has coded, the latest first, at most `limit`. */
bool store_coded_events(struct store *store, const char *author, int64_t limit,
                        bool (*callback)(void *context, const char *event), void *context, struct error *error);

#endif
