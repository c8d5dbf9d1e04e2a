#include "core/watch/rates.h"

#include "core/desk/features.h"
#include "core/watch/rule_codes.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { COLUMNS_MAX = 200, FIELD_MAX = 64, WIDE_BASE_SIZE = 4 };

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
    const char *at, *end;
    const char *line; /* its beginning */
    int number;       /* of the line */
    struct rates *rates;
    struct rates_error *error;
    char columns[COLUMNS_MAX][4]; /* of a wide file; [0] is the date's */
    size_t column_count;
};

static bool fail(struct reader *reader, const char *at, const char *format, ...) __attribute__((format(printf, 3, 4)));

static bool fail(struct reader *reader, const char *at, const char *format, ...)
{
    va_list arguments;
    reader->error->line = reader->number;
    reader->error->column = (int)(at - reader->line) + 1;
    va_start(arguments, format);
    vsnprintf(reader->error->text, sizeof reader->error->text, format, arguments);
    va_end(arguments);
    return false;
}

/* ---- lines and fields ---- */

/* The next field of the line, without spaces and quotes around it; false at the line's end. */
static bool next_field(struct reader *reader, char field[FIELD_MAX], const char **start)
{
    const char *at = reader->at;
    if (at >= reader->end || *at == '\n')
        return false;
    while (at < reader->end && (*at == ' ' || *at == '\t' || *at == '"'))
        at++;
    *start = at;
    while (at < reader->end && *at != ',' && *at != ';' && *at != '\n')
        at++;
    const char *stop = at;
    while (stop > *start && strchr(" \t\r\"", stop[-1]))
        stop--;
    size_t size = (size_t)(stop - *start) < FIELD_MAX - 1 ? (size_t)(stop - *start) : FIELD_MAX - 1;
    memcpy(field, *start, size);
    field[size] = '\0';
    reader->at = at < reader->end && *at != '\n' ? at + 1 : at;
    return true;
}

static void next_line(struct reader *reader)
{
    while (reader->at < reader->end && *reader->at != '\n')
        reader->at++;
    if (reader->at < reader->end)
        reader->at++;
    reader->line = reader->at;
    reader->number++;
}

static bool read_currency(const char *field, char currency[4])
{
    if (strlen(field) != 3)
        return false;
    for (size_t i = 0; i < 3; i++)
        currency[i] = (char)toupper((unsigned char)field[i]);
    currency[3] = '\0';
    return rule_code_is_currency(currency);
}

static bool read_day(struct reader *reader, const char *field, const char *start, int32_t *day)
{
    int32_t high;
    if (strlen(field) == 10 && feature_date_span(field, day, &high))
        return true;
    return fail(reader, start, "'%s' is no date: write YYYY-MM-DD", field);
}

static bool read_rate(struct reader *reader, const char *field, const char *start, double *value)
{
    char *end;
    errno = 0;
    *value = strtod(field, &end);
    if (!errno && end != field && !*end && isfinite(*value) && *value > 0)
        return true;
    return fail(reader, start, "'%s' is no rate: write a number above 0 with a decimal point", field);
}

static bool add(struct reader *reader, const char *currency, int32_t day, double value)
{
    struct rates *rates = reader->rates;
    if (rates->count == rates->capacity) {
        size_t capacity = rates->capacity ? 2 * rates->capacity : 1024;
        struct rate *rows = reallocarray(rates->rows, capacity, sizeof *rows);
        if (!rows)
            return fail(reader, reader->line, "no memory for the rates");
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
    char field[FIELD_MAX], currency[4];
    const char *start;
    int32_t day;
    double value;
    if (!next_field(reader, field, &start))
        return true;
    if (!read_day(reader, field, start, &day))
        return false;
    if (!next_field(reader, field, &start) || !read_currency(field, currency))
        return fail(reader, start, "'%s' is no ISO 4217 code of a currency", field);
    if (!next_field(reader, field, &start))
        return fail(reader, reader->at, "the rate is missing");
    return read_rate(reader, field, start, &value) && add(reader, currency, day, value);
}

static bool read_wide_line(struct reader *reader)
{
    char field[FIELD_MAX];
    const char *start;
    int32_t day;
    double value;
    if (!next_field(reader, field, &start))
        return true;
    if (!read_day(reader, field, start, &day))
        return false;
    for (size_t i = 1; next_field(reader, field, &start); i++) {
        if (!*field || strcasecmp(field, "N/A") == 0)
            continue;
        if (i >= reader->column_count)
            return fail(reader, start, "the line has more fields than the header");
        if (reader->columns[i][0] &&
            (!read_rate(reader, field, start, &value) || !add(reader, reader->columns[i], day, value)))
            return false;
    }
    return true;
}

static bool read_header(struct reader *reader, bool *is_long)
{
    char field[FIELD_MAX];
    const char *start = reader->at;
    if (!next_field(reader, field, &start) || strcasecmp(field, "date") != 0)
        return fail(reader, start, "a file of rates begins with a header: date,currency,per_usd or Date,USD,JPY,…");
    const char *before = reader->at;
    *is_long = next_field(reader, field, &start) && strcasecmp(field, "currency") == 0;
    if (*is_long) {
        if (!next_field(reader, field, &start) || strncasecmp(field, "per", 3) != 0 ||
            !read_currency(field + 3 + strspn(field + 3, "_- "), reader->rates->base))
            return fail(reader, start, "the third column says what one unit of it is: per_usd");
        return true;
    }
    reader->at = before;
    memcpy(reader->rates->base, "EUR", WIDE_BASE_SIZE);
    reader->column_count = 1;
    while (next_field(reader, field, &start)) {
        if (reader->column_count == COLUMNS_MAX)
            return fail(reader, start, "more than %d columns", COLUMNS_MAX);
        /* Currencies that are no more, and the empty column at the end of the bank's lines, are passed over. */
        if (!read_currency(field, reader->columns[reader->column_count]))
            reader->columns[reader->column_count][0] = '\0';
        reader->column_count++;
    }
    return reader->column_count > 1 || fail(reader, reader->line, "the header names no currency");
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
    for (next_line(reader); reader->at < reader->end; next_line(reader)) {
        if (*reader->at == '\r' || *reader->at == '\n')
            continue;
        if (!(is_long ? read_long_line(reader) : read_wide_line(reader)))
            return false;
    }
    if (reader->rates->count == 0)
        return fail(reader, reader->line, "the file holds no rate");
    qsort(reader->rates->rows, reader->rates->count, sizeof *reader->rates->rows, by_currency_and_day);
    return true;
}

struct rates *rates_read(const char *text, size_t size, struct rates_error *error)
{
    struct rates_error ignored;
    error = error ? error : &ignored;
    *error = (struct rates_error){.line = 0};
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
        size_t mark = size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
        *reader = (struct reader){
            .at = text + mark, .end = text + size, .line = text + mark, .number = 1, .rates = rates, .error = error};
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
