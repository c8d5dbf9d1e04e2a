#include "core/query/counting.h"

#include "core/query/query_private.h"
#include "lib/base/calendar.h"

#include <stdio.h>

/* Events of which the columns could not tell are tried one by one while the budget lasts, and taken to fit after. */
static bool settle(struct query *query, struct plan *plan, const struct block *block, struct plan_bits *bits,
                   int64_t *budget, struct query_totals *totals, struct error *error)
{
    for (unsigned place = 0; place < COLUMN_BLOCK_EVENTS; place++) {
        struct ent_record *record = NULL;
        bool fits;
        uint64_t unsettled = bits->may.words[place / 64] & ~bits->must.words[place / 64];
        if (place % 64 == 0 && !unsettled) {
            place += 63;
            continue;
        }
        if (!(unsettled >> (place % 64) & 1))
            continue;
        if (*budget == 0) {
            totals->is_exact = false;
            return true;
        }
        --*budget;
        if (!query_try_event(query, plan, block->number * COLUMN_BLOCK_EVENTS + place, &fits, &record, error))
            return false;
        record_release(record);
        if (fits)
            bits_set(&bits->must, place);
        else
            bits->may.words[place / 64] &= ~((uint64_t)1 << (place % 64));
    }
    return true;
}

static int64_t count_bits(const struct bits *bits)
{
    int64_t count = 0;
    for (int i = 0; i < BLOCK_WORDS; i++)
        count += __builtin_popcountll(bits->words[i]);
    return count;
}

bool counting_run(struct query *query, const struct query_filter *filter, uint64_t families, int64_t budget,
                  counting_block *count, void *context, struct query_totals *totals, struct error *error)
{
    struct block block = {0};
    struct plan_bits bits;
    struct query_totals own = {0, true};
    int64_t blocks, left = budget > 0 ? budget : INT64_MAX;
    struct plan *plan = plan_create(query->columns, filter, error);
    bool ok = plan && columns_blocks(query->columns, &blocks, error);
    for (int64_t i = 0; ok && i < blocks; i++) {
        ok = plan_run(plan, &block, i, families, &bits, error) &&
             settle(query, plan, &block, &bits, &left, &own, error);
        own.events += ok ? count_bits(&bits.may) : 0;
        if (ok && !count(context, query->columns, &block, &bits.may))
            ok = error_set(error, ERROR_MEMORY, "out of memory for counting events");
    }
    block_free(&block);
    plan_destroy(plan);
    if (totals)
        *totals = own;
    return ok;
}

/* ---- periods ---- */

/* 1300-01-01 and 2700-01-01, in days since 1970. */
enum { DAY_LEAST = -244712, DAY_MOST = 266627, DAY_MS = 24 * 60 * 60 * 1000 };

static uint32_t find_period(enum query_period period, int64_t day)
{
    int year, month, of_month;
    if (period == QUERY_PERIOD_NONE || day < DAY_LEAST || day > DAY_MOST)
        return 0;
    if (period == QUERY_PERIOD_DAY)
        return (uint32_t)(day - DAY_LEAST + 1);
    calendar_civil(day, &year, &month, &of_month);
    if (period == QUERY_PERIOD_YEAR)
        return (uint32_t)year;
    return (uint32_t)(period == QUERY_PERIOD_MONTH ? year * 12 + month : year * 4 + (month + 2) / 3);
}

static uint32_t period_of_day(struct period_memo *memo, int64_t day)
{
    if (memo->number == 0 || memo->day != day) {
        memo->number = find_period(memo->period, day);
        memo->day = day;
    }
    return memo->number;
}

uint32_t period_of_time(struct period_memo *memo, int64_t milliseconds)
{
    int64_t day = milliseconds / DAY_MS - (milliseconds % DAY_MS < 0);
    return milliseconds ? period_of_day(memo, day) : 0;
}

uint32_t period_of_date(struct period_memo *memo, const struct block *block, unsigned place)
{
    int64_t low = block->numbers[NUMBER_DATE_LOW][place], high = block->numbers[NUMBER_DATE_HIGH][place];
    int64_t day = low != INT32_MIN ? low : high;
    return day == INT32_MAX ? 0 : period_of_day(memo, day);
}

void period_print(char text[PERIOD_TEXT_SIZE], enum query_period period, uint32_t number)
{
    int year, month, day, whole = (int)number;
    *text = '\0';
    if (!number)
        return;
    switch (period) {
    case QUERY_PERIOD_NONE:
        return;
    case QUERY_PERIOD_DAY:
        calendar_civil(DAY_LEAST + whole - 1, &year, &month, &day);
        snprintf(text, PERIOD_TEXT_SIZE, "%04d-%02d-%02d", year, month, day);
        return;
    case QUERY_PERIOD_MONTH:
        snprintf(text, PERIOD_TEXT_SIZE, "%04d-%02d", (whole - 1) / 12, (whole - 1) % 12 + 1);
        return;
    case QUERY_PERIOD_QUARTER:
        snprintf(text, PERIOD_TEXT_SIZE, "%04d-Q%d", (whole - 1) / 4, (whole - 1) % 4 + 1);
        return;
    case QUERY_PERIOD_YEAR:
        snprintf(text, PERIOD_TEXT_SIZE, "%04d", whole);
        return;
    }
}
