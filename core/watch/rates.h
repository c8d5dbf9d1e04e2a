/* Rates: dated exchange rates from a file, so that sums in different currencies can be compared.
 *
 * The file is CSV with a header, in one of two forms. Long: "date,currency,per_usd", a rate a line, where the third
 * column's name says of which currency one unit is meant. Wide: "Date,USD,JPY,…", a day a line, as the European
 * Central Bank publishes its reference rates, all of them for one euro; empty fields and N/A are no rates.
 *
 * A rate holds from its day on for RATES_AGE_MAX days at most, until the next. Immutable once read; any thread. */
#ifndef CORE_WATCH_RATES_H
#define CORE_WATCH_RATES_H

#include "core/watch/csv_reader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RATES_AGE_MAX = 45, RATES_SIZE_MAX = 32 * 1024 * 1024 };

struct rates;

/* `text` need not be NUL-terminated. NULL with `error` filled. */
struct rates *rates_read(const char *text, size_t size, struct csv_error *error);
void rates_destroy(struct rates *rates); /* NULL does nothing */

struct rates_quote {
    double factor;   /* one unit of `from` in units of `to` */
    int32_t day;     /* of the older of the rates that were used */
    const char *why; /* where there is none: the currency that has none at all or none near that day; lent */
};
/* `day` in days since 1970. `rates` NULL: there are none. False with `quote->why` set where a rate is missing. */
bool rates_find(const struct rates *rates, const char *from, const char *to, int32_t day, struct rates_quote *quote);

#endif
