#include "lib/coder/temporal.h"

#include <stdlib.h>
#include <string.h>

struct reader {
    const struct lexicon *lexicon;
    const struct part *part;
    const struct sentence *sentence;
    uint32_t at;
};

static const struct token *token_at(const struct reader *reader, uint32_t at)
{
    return at <= reader->sentence->last ? &reader->part->list.tokens[at] : NULL;
}

/* The `time` entry of kind `id` at a token, or -1. */
static int32_t time_entry(const struct reader *reader, uint32_t at, const char *id)
{
    if (at > reader->sentence->last)
        return NONE;
    int32_t entry = reader->part->words[at].time;
    return entry != NONE && !strcmp(lexicon_entry_id(reader->lexicon, (uint32_t)entry), id) ? entry : NONE;
}

static int entry_number(const struct reader *reader, int32_t entry)
{
    const char *text = lexicon_entry_value(reader->lexicon, (uint32_t)entry, "number");
    return text ? (int)strtol(text, NULL, 10) : 0;
}

/* A whole number without separators; -1 where the token is none. */
static int plain_number(const struct reader *reader, uint32_t at)
{
    const struct token *token = token_at(reader, at);
    if (!token || token->kind != TOKEN_NUMBER || token->end - token->start > 4)
        return -1;
    int value = 0;
    for (uint32_t i = token->start; i < token->end; i++) {
        char byte = reader->part->text[i];
        if (byte < '0' || byte > '9')
            return -1;
        value = value * 10 + (byte - '0');
    }
    return value;
}

static bool is_year(int value)
{
    return value >= 1900 && value <= 2100;
}

static bool is_mark(const struct reader *reader, uint32_t at, char mark)
{
    const struct token *token = token_at(reader, at);
    return token && token->kind == TOKEN_MARK && token->mark == (uint8_t)mark;
}

static bool is_word(const struct reader *reader, uint32_t at, const char *word)
{
    const struct token *token = token_at(reader, at);
    return token && token->kind == TOKEN_WORD && token_is(reader->part->text, token, word);
}

/* Skips "st", "th" after a day. */
static uint32_t after_ordinal(const struct reader *reader, uint32_t at)
{
    return is_word(reader, at, "st") || is_word(reader, at, "nd") || is_word(reader, at, "rd") ||
                   is_word(reader, at, "th")
               ? at + 1
               : at;
}

static int day_number(const struct reader *reader, uint32_t at)
{
    int value = plain_number(reader, at);
    return value >= 1 && value <= 31 ? value : -1;
}

/* A year after an optional comma; moves *at past it. */
static int read_year(const struct reader *reader, uint32_t *at)
{
    uint32_t next = *at + is_mark(reader, *at, ',');
    int year = plain_number(reader, next);
    if (!is_year(year))
        return 0;
    *at = next + 1;
    return year;
}

/* "-28", "to 28", "and 28": the second day of a range. */
static int read_second_day(const struct reader *reader, uint32_t *at)
{
    const struct token *token = token_at(reader, *at);
    uint32_t next = *at;
    bool joined = token && token->flags & TOKEN_JOINED;
    if (!joined && (is_word(reader, next, "to") || is_word(reader, next, "and") || is_word(reader, next, "through") ||
                    is_word(reader, next, "till") || is_word(reader, next, "until") || is_mark(reader, next, '-')))
        next++;
    else if (!joined)
        return 0;
    int day = day_number(reader, next);
    if (day < 0)
        return 0;
    uint32_t end = after_ordinal(reader, next + 1);
    *at = end;
    return day;
}

/* "Lt. Gen. Jan Kowal", "Minister Jan Ek": a name between a title or another name and a surname. */
static bool is_given_name(const struct reader *reader, uint32_t at)
{
    const struct sentence *sentence = reader->sentence;
    const struct token *tokens = reader->part->list.tokens;
    if (sentence->headline || at == sentence->first || at >= sentence->last)
        return false;
    const struct token *next = &tokens[at + 1];
    uint32_t before = at - 1;
    if (tokens[before].kind == TOKEN_MARK && tokens[before].mark == '.' && before > sentence->first &&
        reader->part->words[before - 1].title != NONE)
        before--;
    bool named = tokens[before].kind == TOKEN_WORD && tokens[before].flags & TOKEN_CAPITAL &&
                 !(tokens[before].flags & (TOKEN_SENTENCE | TOKEN_ALL_CAPITALS)) &&
                 reader->part->words[before].time == NONE;
    return named && next->kind == TOKEN_WORD && next->flags & TOKEN_CAPITAL && reader->part->words[at + 1].time == NONE;
}

/* "Rear Admiral Sunday Obi" */
static bool is_titled(const struct reader *reader, uint32_t at)
{
    const struct sentence *sentence = reader->sentence;
    if (at == sentence->first || !is_given_name(reader, at))
        return false;
    uint32_t before = at - 1;
    if (reader->part->list.tokens[before].kind == TOKEN_MARK && before > sentence->first)
        before--;
    return reader->part->words[reader->part->words[before].span_first].title != NONE;
}

/* A month needs support where it is also a word: "May", "March". */
static bool month_is_meant(const struct reader *reader, uint32_t at)
{
    const struct token *token = token_at(reader, at);
    if (!(token->flags & TOKEN_CAPITAL) || is_given_name(reader, at))
        return false;
    if (!lexicon_entry_value(reader->lexicon, (uint32_t)reader->part->words[at].time, "ambiguous"))
        return true;
    if (plain_number(reader, at + 1) >= 0 || (at > reader->sentence->first && plain_number(reader, at - 1) >= 0))
        return true;
    static const char *const before[] = {"in",    "since", "last", "next", "early", "late", "mid",    "by",
                                         "until", "of",    "this", "from", "and",   "for",  "during", NULL};
    for (size_t i = 0; before[i] && at > reader->sentence->first; i++)
        if (is_word(reader, at - 1, before[i]))
            return true;
    return false;
}

/* "last year", "this year", "the year before" after a month, season or half; moves *at past it. */
static bool read_year_shift(const struct reader *reader, uint32_t *at, int32_t *shift)
{
    bool of = is_word(reader, *at, "of");
    uint32_t next = *at + of;
    /* "half of the year", not "May the year" */
    if (of && is_word(reader, next, "the") && is_word(reader, next + 1, "year")) {
        *shift = 0;
        *at = next + 2;
        return true;
    }
    int32_t entry = time_entry(reader, next, "shift"), unit = NONE;
    if (entry == NONE)
        return false;
    uint32_t behind = reader->part->words[next].span_last + 1;
    unit = time_entry(reader, behind, "unit");
    if (unit == NONE || lexicon_entry_value(reader->lexicon, (uint32_t)unit, "grain")[0] != 'y')
        return false;
    *shift = entry_number(reader, entry);
    *at = behind + 1;
    return true;
}

/* A year or what stands for one, after "of" or nothing; moves *at past it. */
static bool read_which_year(const struct reader *reader, uint32_t *at, struct time_expression *time)
{
    uint32_t next = *at + is_word(reader, *at, "of");
    int year = plain_number(reader, next);
    if (is_year(year)) {
        time->year = year;
        *at = next + 1;
        return true;
    }
    time->year_told = read_year_shift(reader, at, &time->year_shift);
    return time->year_told;
}

/* "1990s": the first year of a decade, or 0. */
static int decade_of(const struct reader *reader, uint32_t at)
{
    const struct token *token = token_at(reader, at);
    if (!token || token->end - token->start != 5 || reader->part->text[token->end - 1] != 's')
        return 0;
    int year = 0;
    for (uint32_t i = token->start; i + 1 < token->end; i++) {
        char byte = reader->part->text[i];
        if (byte < '0' || byte > '9')
            return 0;
        year = year * 10 + (byte - '0');
    }
    return is_year(year) && year % 10 == 0 ? year : 0;
}

/* "in the 1990s", "the late 1980s" */
static bool read_decade(struct reader *reader, struct time_expression *time)
{
    int year = decade_of(reader, reader->at);
    if (!year)
        return false;
    bool early = reader->at > reader->sentence->first && is_word(reader, reader->at - 1, "early"),
         late = reader->at > reader->sentence->first && is_word(reader, reader->at - 1, "late");
    time->year = year + (late ? 6 : 0);
    time->last_year = year + (early ? 3 : 9);
    time->last = reader->at;
    return true;
}

/* "between 1990 and 1995", "from 2001 to 2005", "2019-2021" */
static bool read_years(struct reader *reader, struct time_expression *time)
{
    int first = plain_number(reader, reader->at);
    if (!is_year(first) || first < 1940)
        return false;
    uint32_t at = reader->at + 1;
    const struct token *token = token_at(reader, at);
    bool joined = token && token->flags & TOKEN_JOINED, opened = false;
    if (reader->at > reader->sentence->first)
        opened = (is_word(reader, reader->at - 1, "between") && is_word(reader, at, "and")) ||
                 (is_word(reader, reader->at - 1, "from") &&
                  (is_word(reader, at, "to") || is_word(reader, at, "until") || is_word(reader, at, "through")));
    if (!joined && !opened)
        return false;
    int last = plain_number(reader, at + opened);
    if (joined && last >= 0 && last < 100)
        last += first / 100 * 100;
    if (!is_year(last) || last <= first || last - first > 60)
        return false;
    time->year = first;
    time->last_year = last;
    time->last = at + opened;
    return true;
}

/* The first month of a season, 0 where the token names none. Each reaches into the month that the next one begins in.
 */
static int season_at(const struct reader *reader, uint32_t at)
{
    static const struct {
        const char *word;
        int month;
    } seasons[] = {{"spring", 3}, {"summer", 6}, {"autumn", 9}, {"fall", 9}, {"winter", 12}};
    for (size_t i = 0; i < sizeof seasons / sizeof *seasons; i++)
        if (is_word(reader, at, seasons[i].word))
            return seasons[i].month;
    return 0;
}

/* "this summer", "next spring", "the spring of 2024", "winter 2019" */
static bool read_season(struct reader *reader, struct time_expression *time)
{
    int32_t entry = time_entry(reader, reader->at, "shift");
    uint32_t at = entry == NONE ? reader->at : reader->part->words[reader->at].span_last + 1;
    int month = season_at(reader, at);
    if (!month)
        return false;
    at++;
    if (entry != NONE) {
        int shift = entry_number(reader, entry);
        time->next = shift > 0;
        time->previous = shift < 0;
        time->year_told = shift == 0;
    } else if (!read_which_year(reader, &at, time))
        return false;
    time->month = month;
    time->last_month = month == 12 ? 3 : month + 3;
    time->last = at - 1;
    return true;
}

/* "the first half of 2025", "the third quarter of next year" */
static bool read_part_of_year(struct reader *reader, struct time_expression *time)
{
    static const char *const ordinals[] = {"first", "second", "third", "fourth"};
    uint32_t at = reader->at + 1;
    int which = -1;
    for (int i = 0; i < 4; i++)
        if (is_word(reader, reader->at, ordinals[i]))
            which = i;
    bool half = is_word(reader, at, "half");
    if (which < 0 || (!half && !is_word(reader, at, "quarter")) || (half && which > 1))
        return false;
    at++;
    if (!read_which_year(reader, &at, time))
        return false;
    int months = half ? 6 : 3;
    time->month = which * months + 1;
    time->last_month = time->month + months - 1;
    time->last = at - 1;
    return true;
}

/* "this weekend", "over the weekend", "in the coming days" */
static bool read_days_about(struct reader *reader, struct time_expression *time)
{
    int32_t entry = time_entry(reader, reader->at, "shift");
    uint32_t at = entry == NONE ? reader->at + 1 : reader->part->words[reader->at].span_last + 1;
    int shift = entry == NONE ? 0 : entry_number(reader, entry);
    bool few = is_word(reader, at, "few") || is_word(reader, at, "several");
    int32_t unit = shift > 0 ? time_entry(reader, at + few, "unit") : NONE;
    time->relative = RELATIVE_UNIT;
    time->offset = shift;
    if ((entry != NONE || is_word(reader, reader->at, "the")) && is_word(reader, at, "weekend")) {
        time->unit = 'e';
        time->next = shift > 0;
        time->previous = shift < 0;
        time->last = at;
        return true;
    }
    bool many = unit != NONE && lexicon_entry_value(reader->lexicon, (uint32_t)unit, "grain")[0] == 'd' &&
                is_word(reader, at + few, "days");
    time->unit = 'f';
    time->last = at + few;
    return many && shift > 0;
}

/* "September 19", "September 26-28, 2006", "Sept. 30 to Oct. 2", "May 2005" */
static bool read_month_first(struct reader *reader, struct time_expression *time)
{
    int32_t entry = time_entry(reader, reader->at, "month");
    if (entry == NONE || !month_is_meant(reader, reader->at))
        return false;
    time->month = entry_number(reader, entry);
    uint32_t at = reader->at + 1;
    if (is_mark(reader, at, '.'))
        at++;
    time->day = day_number(reader, at);
    if (time->day < 0) {
        time->day = 0;
        uint32_t end = at;
        time->year = read_year(reader, &end);
        if (!time->year)
            time->year_told = read_year_shift(reader, &end, &time->year_shift);
        time->last = time->year || time->year_told ? end - 1 : reader->at;
        return true;
    }
    at = after_ordinal(reader, at + 1);
    uint32_t range = at;
    time->last_day = read_second_day(reader, &range);
    if (time->last_day)
        at = range;
    else {
        uint32_t other = at + (is_word(reader, at, "to") || is_word(reader, at, "and") || is_mark(reader, at, '-'));
        int32_t month = time_entry(reader, other, "month");
        int day = month == NONE ? -1 : day_number(reader, other + 1 + is_mark(reader, other + 1, '.'));
        const struct token *token = token_at(reader, other);
        if (day > 0 && (other > at || (token && token->flags & TOKEN_JOINED))) {
            time->last_month = entry_number(reader, month);
            time->last_day = day;
            at = after_ordinal(reader, other + 2 + is_mark(reader, other + 1, '.'));
        }
    }
    time->year = read_year(reader, &at);
    time->last = at - 1;
    return true;
}

/* "19 September 2006", "13-14 June", "the 5th of May" */
static bool read_day_first(struct reader *reader, struct time_expression *time)
{
    int day = day_number(reader, reader->at);
    if (day < 0)
        return false;
    uint32_t at = after_ordinal(reader, reader->at + 1);
    int second = read_second_day(reader, &at);
    if (is_word(reader, at, "of"))
        at++;
    int32_t month = time_entry(reader, at, "month");
    if (month == NONE || !(token_at(reader, at)->flags & TOKEN_CAPITAL))
        return false;
    time->day = day;
    time->last_day = second;
    time->month = entry_number(reader, month);
    at++;
    if (is_mark(reader, at, '.') && is_year(plain_number(reader, at + 1)))
        at++;
    time->year = read_year(reader, &at);
    /* "20 May until 2 June" */
    uint32_t other = at + 1;
    bool goes_on = is_word(reader, at, "to") || is_word(reader, at, "until") || is_word(reader, at, "till") ||
                   is_word(reader, at, "through") || is_mark(reader, at, '-');
    int last = goes_on && !second ? day_number(reader, other) : -1;
    other = after_ordinal(reader, other + 1);
    month = last > 0 ? time_entry(reader, other, "month") : NONE;
    if (month != NONE && token_at(reader, other)->flags & TOKEN_CAPITAL) {
        time->last_day = last;
        time->last_month = entry_number(reader, month);
        at = other + 1;
        if (!time->year)
            time->year = read_year(reader, &at);
    }
    if (!time->year)
        time->year_told = read_year_shift(reader, &at, &time->year_shift);
    time->last = at - 1;
    return true;
}

/* "2024-05-11" */
static bool read_iso_day(struct reader *reader, struct time_expression *time)
{
    int year = plain_number(reader, reader->at), month = plain_number(reader, reader->at + 1),
        day = plain_number(reader, reader->at + 2);
    const struct token *second = token_at(reader, reader->at + 1), *third = token_at(reader, reader->at + 2);
    if (!is_year(year) || month < 1 || month > 12 || day < 1 || day > 31 || !(second->flags & TOKEN_JOINED) ||
        !(third->flags & TOKEN_JOINED))
        return false;
    time->year = year;
    time->month = month;
    time->day = day;
    time->last = reader->at + 2;
    return true;
}

/* The numbers of "13.3.2023", one token of three parts. */
static bool read_parts(const struct reader *reader, uint32_t at, int parts[3])
{
    const struct token *token = token_at(reader, at);
    int count = 0;
    parts[0] = 0;
    for (uint32_t i = token->start; i < token->end; i++) {
        char byte = reader->part->text[i];
        if (byte == '.') {
            if (++count > 2)
                return false;
            parts[count] = 0;
        } else if (byte < '0' || byte > '9' || parts[count] > 9999)
            return false;
        else
            parts[count] = parts[count] * 10 + (byte - '0');
    }
    return count == 2;
}

/* "13/03/2023", "13.3.2023", "3.13.2023". Of two numbers that may both be the month the first is the day where points
 * part them; else only the year is sure. */
static bool read_numeric_day(struct reader *reader, struct time_expression *time)
{
    int parts[3];
    const struct token *second = token_at(reader, reader->at + 1), *third = token_at(reader, reader->at + 2);
    bool joined = second && third && second->flags & TOKEN_JOINED && third->flags & TOKEN_JOINED;
    if (token_at(reader, reader->at)->kind != TOKEN_NUMBER)
        return false;
    if (joined)
        for (uint32_t i = 0; i < 3; i++)
            parts[i] = plain_number(reader, reader->at + i);
    else if (!read_parts(reader, reader->at, parts))
        return false;
    int first = parts[0], next = parts[1];
    if (!is_year(parts[2]) || first < 1 || next < 1 || first > 31 || next > 31 || (first > 12 && next > 12))
        return false;
    time->year = parts[2];
    time->last = reader->at + (joined ? 2 : 0);
    if (first <= 12 && next <= 12 && first != next && joined)
        return true;
    bool month_first = next > 12;
    time->day = month_first ? next : first;
    time->month = month_first ? first : next;
    return true;
}

static bool read_bare_year(struct reader *reader, struct time_expression *time)
{
    int year = plain_number(reader, reader->at);
    if (!is_year(year) || year < 1940 || reader->at == reader->sentence->first)
        return false;
    static const char *const before[] = {"in",      "since", "by",  "until", "from", "of",     "during",
                                         "early",   "late",  "mid", "for",   "to",   "before", "after",
                                         "through", "a",     "the", "this",  NULL};
    for (size_t i = 0; before[i]; i++)
        if (is_word(reader, reader->at - 1, before[i])) {
            time->year = year;
            time->last = reader->at;
            return true;
        }
    return false;
}

static bool read_relative(struct reader *reader, struct time_expression *time)
{
    int32_t entry;
    if ((entry = time_entry(reader, reader->at, "day")) != NONE) { /* today, yesterday, tomorrow */
        time->relative = RELATIVE_DAY;
        time->offset = entry_number(reader, entry);
        time->last = reader->part->words[reader->at].span_last;
        return true;
    }
    if ((entry = time_entry(reader, reader->at, "weekday")) != NONE && !is_titled(reader, reader->at) &&
        token_at(reader, reader->at)->flags & TOKEN_CAPITAL) {
        time->relative = RELATIVE_WEEKDAY;
        time->offset = entry_number(reader, entry);
        time->last = reader->at;
        return true;
    }
    entry = time_entry(reader, reader->at, "shift"); /* last, next, this */
    if (entry == NONE)
        return false;
    int shift = entry_number(reader, entry);
    uint32_t at = reader->part->words[reader->at].span_last + 1;
    int32_t unit = time_entry(reader, at, "unit"), weekday = time_entry(reader, at, "weekday"),
            month = time_entry(reader, at, "month");
    if (unit != NONE && reader->part->words[at].inside == 0) {
        /* "the last weeks of the campaign", "the last year of the war", "coming months": none that the calendar tells
         */
        const struct token *token = token_at(reader, at);
        if ((reader->part->text[token->end - 1] | 32) == 's' || is_word(reader, at + 1, "of"))
            return false;
        time->relative = RELATIVE_UNIT;
        time->unit = lexicon_entry_value(reader->lexicon, (uint32_t)unit, "grain")[0];
        time->offset = shift;
    } else if (weekday != NONE) {
        time->relative = RELATIVE_WEEKDAY;
        time->offset = entry_number(reader, weekday);
        time->next = shift > 0;
        time->previous = shift < 0;
    } else if (month != NONE) {
        time->month = entry_number(reader, month);
        time->next = shift > 0;
        time->previous = shift < 0;
    } else
        return false;
    time->last = at;
    return true;
}

/* "two weeks ago", "a month ago" */
static bool read_ago(struct reader *reader, struct time_expression *time)
{
    int count = plain_number(reader, reader->at);
    int32_t number = reader->part->words[reader->at].number;
    if (count < 0 && number != NONE)
        count = entry_number(reader, number);
    if (count < 0 && (is_word(reader, reader->at, "a") || is_word(reader, reader->at, "an")))
        count = 1;
    int32_t unit = count > 0 && count < 200 ? time_entry(reader, reader->at + 1, "unit") : NONE;
    if (unit == NONE || !(is_word(reader, reader->at + 2, "ago") || is_word(reader, reader->at + 2, "earlier")))
        return false;
    time->relative = RELATIVE_UNIT;
    time->unit = lexicon_entry_value(reader->lexicon, (uint32_t)unit, "grain")[0];
    time->offset = -count;
    time->last = reader->at + 2;
    return true;
}

/* Every expression begins with a word of time or a number, or has a word of time next ("a week ago"), or has a word
 * that is seldom anything else. */
static bool may_begin(const struct reader *reader)
{
    const struct word *words = reader->part->words;
    const struct token *token = &reader->part->list.tokens[reader->at];
    if (words[reader->at].time != NONE || token->kind == TOKEN_NUMBER || token->flags & TOKEN_DIGITS ||
        (reader->at < reader->sentence->last && words[reader->at + 1].time != NONE))
        return true;
    /* "the" and "fall" are the shortest of them, and most words with these letters are shorter */
    uint32_t size = token->end - token->start;
    switch (token->kind == TOKEN_WORD ? reader->part->text[token->start] | 32 : 0) {
    case 's':
    case 'a':
    case 'f':
    case 'w':
        if (size < 4)
            return false;
        return season_at(reader, reader->at) || is_word(reader, reader->at, "second") ||
               is_word(reader, reader->at, "first") || is_word(reader, reader->at, "fourth");
    case 't':
        return size == 3 ? is_word(reader, reader->at + 1, "weekend") && is_word(reader, reader->at, "the")
                         : size == 5 && is_word(reader, reader->at, "third");
    default:
        return false;
    }
}

static bool read_expression(struct reader *reader, struct time_expression *time)
{
    static bool (*const readers[])(struct reader *, struct time_expression *) = {
        read_decade,     read_iso_day,     read_numeric_day, read_years, read_season,   read_part_of_year,
        read_days_about, read_month_first, read_day_first,   read_ago,   read_relative, read_bare_year};
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        *time = (struct time_expression){.first = reader->at};
        if (readers[i](reader, time))
            return true;
    }
    return false;
}

/* "for the first time since 2020", "the largest drill since 1991": what has not been since then, not what goes on
 * since. */
static bool compares_since(const struct reader *reader, uint32_t since)
{
    enum { LOOK_BACK = 8 };
    static const char *const compared[] = {"first",   "biggest", "largest", "highest", "lowest", "worst", "best",
                                           "longest", "closest", "deepest", "most",    "only",   NULL};
    for (uint32_t back = 1; back <= LOOK_BACK && since >= reader->sentence->first + back; back++) {
        if (token_at(reader, since - back)->kind != TOKEN_WORD)
            return false;
        for (size_t i = 0; compared[i]; i++)
            if (is_word(reader, since - back, compared[i]))
                return true;
    }
    return false;
}

/* "Mirage 2000-5", "T-90", "Meteor 2020": the numbers of a name are no years. */
static bool is_of_designation(const struct reader *reader)
{
    int32_t name = reader->part->words[reader->at].name;
    return name != NONE && reader->sentence->mentions[name].first < reader->at &&
           lexicon_class_use((enum lexicon_class)reader->sentence->mentions[name].class) == USE_GOODS;
}

bool temporal_find(const struct lexicon *lexicon, struct sentence *sentence, struct arena *arena)
{
    struct reader reader = {lexicon, sentence->part, sentence, sentence->first};
    sentence->times = arena_alloc(arena, (sentence->last - sentence->first + 1) * sizeof *sentence->times);
    if (!sentence->times)
        return false;
    for (; reader.at <= sentence->last; reader.at++) {
        if (!may_begin(&reader) || is_of_designation(&reader))
            continue;
        struct time_expression time;
        if (!read_expression(&reader, &time))
            continue;
        bool compared = false;
        for (uint32_t back = 1; back <= 3 && reader.at >= sentence->first + back; back++) {
            compared |= is_word(&reader, reader.at - back, "since") && compares_since(&reader, reader.at - back);
            time.since |= is_word(&reader, reader.at - back, "since") || is_word(&reader, reader.at - back, "starting");
            if (back == 1) {
                time.until = is_word(&reader, reader.at - 1, "until") || is_word(&reader, reader.at - 1, "by") ||
                             is_word(&reader, reader.at - 1, "before") || is_word(&reader, reader.at - 1, "till");
                time.after = is_word(&reader, reader.at - 1, "after");
            }
            if (reader.part->list.tokens[reader.at - back].kind != TOKEN_WORD)
                break;
        }
        if (!compared)
            sentence->times[sentence->time_count++] = time;
        for (uint32_t i = time.first; i <= time.last && i <= sentence->last; i++)
            sentence->part->words[i].pos = POS_TIME;
        reader.at = time.last;
    }
    arena_trim(arena, sentence->times, sentence->time_count * sizeof *sentence->times);
    return true;
}
