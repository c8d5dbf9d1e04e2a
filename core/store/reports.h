/* Reports in the store: what classifiers said of each item version. All stay visible, the last of each id stands.
 *
 * A report's place among those of its item is its `ordinal`; one that replaces another keeps the place. Writing is
 * for the writer's thread inside its transaction; reading for any thread with its own connection. Records handed
 * to callbacks are lent until the callback returns. Table: report(sequence, item, ordinal, id, classifier, state,
 * record), where `item` is the sequence of the item version. */
#ifndef CORE_STORE_REPORTS_H
#define CORE_STORE_REPORTS_H

#include "lib/base/error.h"
#include "lib/record/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

extern const char store_reports_schema[];

enum report_state { REPORT_STANDS = 0, REPORT_REPLACED = 1, REPORT_WITHDRAWN = 2 };

struct report_row {
    int64_t sequence;
    int64_t item_sequence;
    int64_t ordinal; /* 0, 1, … within the item version */
    const char *id;
    const char *classifier; /* "classifier.NAME" */
    enum report_state state;
    struct record_view record; /* ENT_REPORT */
};

/* Ends what `classifier` said of the item before, as a first step of saying it anew. */
bool store_reports_replace(struct store *store, int64_t item_sequence, const char *classifier, struct error *error);
/* Adds a report, or replaces the standing one of the same id; the record bears its id. */
bool store_report_put(struct store *store, int64_t item_sequence, const char *classifier, struct record_view report,
                      struct error *error);
/* An id that does not stand is no error. */
bool store_report_withdraw(struct store *store, int64_t item_sequence, const char *report_id, struct error *error);

/* Return false to stop early; that is no error. */
typedef bool store_report_callback(void *context, const struct report_row *row);

/* Those of one item version that stand, by ordinal. */
bool store_reports_of(struct store *store, int64_t item_sequence, store_report_callback *callback, void *context,
                      struct error *error);
/* All of one item version, by sequence, whatever their state. */
bool store_reports_all(struct store *store, int64_t item_sequence, store_report_callback *callback, void *context,
                       struct error *error);
bool store_reports_count(struct store *store, int64_t *standing, struct error *error);

#endif
