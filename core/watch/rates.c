#include "core/watch/rates.h"

#include "core/desk/features.h"
#include "core/watch/csv_reader.h"
#include "core/watch/rule_codes.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { COLUMNS_MAX = 200, WIDE_BASE_SIZE = 4 };

struct rate {
    char currency[4];
    int32_t day;
    double value; /* units of the currency for one unit of the base */
};

struct rates {
    struct rate *rows; /* by currency, then day */
    size_t count, capacity;
    char base[4];
};

struct reader {
    struct csv_reader csv;
    struct rates *rates;
    char columns[COLUMNS_MAX][4]; /* of a wide file; [0] is the date's */
    size_t column_count;
};

static bool read_currency(const char *field, char currency[4])
{
    if (strlen(field) != 3)
        return false;
    for (size_t i = 0; i < 3; i++)
        currency[i] = (char)toupper((unsigned char)field[i]);
    currency[3] = '\0';
    return rule_code_is_currency(currency);
}

static bool read_day(struct csv_reader *csv, int32_t *day)
{
    int32_t high;
    if (strlen(csv->field) == 10 && feature_date_span(csv->field, day, &high))
        return true;
    return csv_reader_fail(csv, "'%s' is no date: write YYYY-MM-DD", csv->field);
}

static bool read_rate(struct csv_reader *csv, double *value)
{
    char *end;
    errno = 0;
    *value = strtod(csv->field, &end);
    if (!errno && end != csv->field && !*end && isfinite(*value) && *value > 0)
        return true;
    return csv_reader_fail(csv, "'%s' is no rate: write a number above 0 with a decimal point", csv->field);
}

static bool add(struct reader *reader, const char *currency, int32_t day, double value)
{
    struct rates *rates = reader->rates;
    if (rates->count == rates->capacity) {
        size_t capacity = rates->capacity ? 2 * rates->capacity : 1024;
        struct rate *rows = reallocarray(rates->rows, capacity, sizeof *rows);
        if (!rows)
            return csv_reader_fail_line(&reader->csv, "no memory for the rates");
        rates->rows = rows;
        rates->capacity = capacity;
    }
    struct rate *row = &rates->rows[rates->count++];
    *row = (struct rate){.day = day, .value = value};
    memcpy(row->currency, currency, 4);
    return true;
}

/* ---- the two forms ---- */

static bool read_long_line(struct reader *reader)
{
    struct csv_reader *csv = &reader->csv;
    char currency[4];
    int32_t day;
    double value;
    if (!csv_reader_next(csv))
        return true;
    if (!read_day(csv, &day))
        return false;
    if (!csv_reader_next(csv))
        return csv_reader_fail(csv, "the currency is missing");
    if (!read_currency(csv->field, currency))
        return csv_reader_fail(csv, "'%s' is no ISO 4217 code of a currency", csv->field);
    if (!csv_reader_next(csv))
        return csv_reader_fail(csv, "the rate is missing");
    return read_rate(csv, &value) && add(reader, currency, day, value);
}

static bool read_wide_line(struct reader *reader)
{
    struct csv_reader *csv = &reader->csv;
    int32_t day;
    double value;
    if (!csv_reader_next(csv))
        return true;
    if (!read_day(csv, &day))
        return false;
    for (size_t i = 1; csv_reader_next(csv); i++) {
        if (!*csv->field || strcasecmp(csv->field, "N/A") == 0)
            continue;
        if (i >= reader->column_count)
            return csv_reader_fail(csv, "the line has more fields than the header");
        if (reader->columns[i][0] && (!read_rate(csv, &value) || !add(reader, reader->columns[i], day, value)))
            return false;
    }
    return true;
}

static bool read_base(struct reader *reader)
{
    struct csv_reader *csv = &reader->csv;
    bool has_base = csv_reader_next(csv) && strncasecmp(csv->field, "per", 3) == 0 &&
                    read_currency(csv->field + 3 + strspn(csv->field + 3, "_- "), reader->rates->base);
    return has_base || csv_reader_fail(csv, "the third column says what one unit of it is: per_usd");
}

/* Currencies that are no more, and the empty column at the end of the bank's lines, are passed over. */
static bool add_column(struct reader *reader)
{
    if (reader->column_count == COLUMNS_MAX)
        return csv_reader_fail(&reader->csv, "more than %d columns", COLUMNS_MAX);
    if (!read_currency(reader->csv.field, reader->columns[reader->column_count]))
        reader->columns[reader->column_count][0] = '\0';
    reader->column_count++;
    return true;
}

static bool read_header(struct reader *reader, bool *is_long)
{
    struct csv_reader *csv = &reader->csv;
    if (!csv_reader_next(csv) || strcasecmp(csv->field, "date") != 0)
        return csv_reader_fail(csv, "a file of rates begins with a header: date,currency,per_usd or Date,USD,JPY,…");
    bool has_second = csv_reader_next(csv);
    *is_long = has_second && strcasecmp(csv->field, "currency") == 0;
    if (*is_long)
        return read_base(reader);
    memcpy(reader->rates->base, "EUR", WIDE_BASE_SIZE);
    reader->column_count = 1;
    for (bool has = has_second; has; has = csv_reader_next(csv))
        if (!add_column(reader))
            return false;
    return reader->column_count > 1 || csv_reader_fail_line(csv, "the header names no currency");
}

static int by_currency_and_day(const void *left, const void *right)
{
    const struct rate *a = left, *b = right;
    int order = memcmp(a->currency, b->currency, 4);
    return order ? order : (a->day > b->day) - (a->day < b->day);
}

static bool read_all(struct reader *reader)
{
    bool is_long = false;
    if (!read_header(reader, &is_long))
        return false;
    while (csv_reader_next_line(&reader->csv))
        if (!(is_long ? read_long_line(reader) : read_wide_line(reader)))
            return false;
    if (reader->rates->count == 0)
        return csv_reader_fail_line(&reader->csv, "the file holds no rate");
    qsort(reader->rates->rows, reader->rates->count, sizeof *reader->rates->rows, by_currency_and_day);
    return true;
}

struct rates *rates_read(const char *text, size_t size, struct csv_error *error)
{
    struct csv_error ignored;
    error = error ? error : &ignored;
    *error = (struct csv_error){.line = 0};
    struct rates *rates = calloc(1, sizeof *rates);
    struct reader *reader = calloc(1, sizeof *reader);
    bool ok = rates && reader;
    if (!ok)
        snprintf(error->text, sizeof error->text, "no memory for the rates");
    if (ok && size > RATES_SIZE_MAX) {
        snprintf(error->text, sizeof error->text, "the file is larger than %d MB", RATES_SIZE_MAX / 1024 / 1024);
        ok = false;
    }
    if (ok) {
        *reader = (struct reader){.csv = csv_reader_on(text, size, ",;", error), .rates = rates};
        ok = read_all(reader);
    }
    free(reader);
    if (ok)
        return rates;
    rates_destroy(rates);
    return NULL;
}

void rates_destroy(struct rates *rates)
{
    if (!rates)
        return;
    free(rates->rows);
    free(rates);
}

/* ---- looking up ---- */

/* The last row of the currency on or before the day. */
static const struct rate *find(const struct rates *rates, const char *currency, int32_t day)
{
    size_t low = 0, high = rates->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(rates->rows[middle].currency, currency);
        if (order < 0 || (order == 0 && rates->rows[middle].day <= day))
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && strcmp(rates->rows[low - 1].currency, currency) == 0 ? &rates->rows[low - 1] : NULL;
}

static bool find_side(const struct rates *rates, const char *currency, int32_t day, double *value,
                      struct rates_quote *quote)
{
    *value = 1;
    if (strcmp(currency, rates->base) == 0)
        return true;
    const struct rate *row = find(rates, currency, day);
    if (!row || row->day < day - RATES_AGE_MAX) {
        quote->why = currency;
        return false;
    }
    *value = row->value;
    quote->day = row->day < quote->day ? row->day : quote->day;
    return true;
}

bool rates_find(const struct rates *rates, const char *from, const char *to, int32_t day, struct rates_quote *quote)
{
    double of_from, of_to;
    *quote = (struct rates_quote){1, day, NULL};
    if (strcmp(from, to) == 0)
        return true;
    if (!rates) {
        quote->why = from;
        return false;
    }
    if (!find_side(rates, from, day, &of_from, quote) || !find_side(rates, to, day, &of_to, quote))
        return false;
    quote->factor = of_to / of_from;
    return true;
}
