#include "lib/text/date.h"

#include "lib/base/calendar.h"
#include "lib/text/date_words.h"

#include <string.h>

/* The text is cut into tokens; then the time, the zone and the half day take theirs, and the date is read from the
 * numbers and the month's name that are left. So the order of the parts matters only where it decides a meaning. */

/* A text with more words is a sentence. */
enum { DATE_TEXT_MAX = 160, DATE_TOKENS_MAX = 40, DATE_WORDS_MAX = 12, DATE_NUMBERS_MAX = 6 };

enum token_kind { TOKEN_END, TOKEN_NUMBER, TOKEN_WORD, TOKEN_SIGN };

struct token {
    enum token_kind kind;
    bool spaced;   /* white space stands before it */
    bool used;     /* taken by the time or the zone */
    char sign;     /* the character of a TOKEN_SIGN */
    int64_t value; /* of a TOKEN_NUMBER */
    int digits;
    const char *word;
    size_t size;
    struct date_word meaning;
};

struct reading {
    char text[DATE_TEXT_MAX];
    size_t size;
    struct token tokens[DATE_TOKENS_MAX + 3]; /* the last ones stay TOKEN_END: looking ahead needs no check */
    int count;
    int assumed_minutes; /* zone of dates written with Korean markers and the like */

    bool has_time, has_seconds;
    int hour, minute, second, millisecond;
    int time_start, time_end; /* token indexes, the end exclusive */
    int half;                 /* -1 none, 0 before noon, 12 after */
    bool has_zone;
    int zone_minutes;
    int weekday; /* -1 none */
};

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte & 0x80);
}

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r' || byte == '\f' || byte == '\v';
}

/* East Asian markers stand for the signs between numbers; typographic signs for their ASCII kin. */
static const struct {
    const char *marker, *sign;
    short assumed_minutes;
} markers[] = {
    {"년", "-", 540},     {"월", "-", 540}, {"일", " ", 540}, {"시", ":", 540}, {"분", ":", 540}, {"초", " ", 540},
    {"年", "-", 0},       {"月", "-", 0},   {"日", " ", 0},   {"号", " ", 0},   {"時", ":", 0},   {"时", ":", 0},
    {"点", ":", 0},       {"分", ":", 0},   {"秒", " ", 0},   {"−", "-", 0},    {"–", "-", 0},    {"—", " ", 0},
    {"\xC2\xA0", " ", 0}, {"،", ",", 0},    {"，", ",", 0},
};

/* Copies the text with its markers replaced. False where it is too long for a date. A marker counts only after a
 * digit (Korean 일 also begins the word for Sunday). */
static bool copy_text(struct reading *reading, const char *text, size_t size)
{
    for (size_t at = 0; at < size;) {
        size_t taken = 0;
        for (size_t i = 0; (text[at] & 0x80) && i < sizeof markers / sizeof markers[0] && !taken; i++) {
            size_t length = strlen(markers[i].marker);
            bool after_digit = reading->size && is_digit(reading->text[reading->size - 1]);
            if (size - at < length || memcmp(text + at, markers[i].marker, length) != 0)
                continue;
            if (i < 15 && !after_digit)
                continue;
            if (reading->size + 1 >= DATE_TEXT_MAX)
                return false;
            reading->text[reading->size++] = markers[i].sign[0];
            if (markers[i].assumed_minutes)
                reading->assumed_minutes = markers[i].assumed_minutes;
            taken = length;
        }
        if (!taken) {
            if (reading->size + 1 >= DATE_TEXT_MAX)
                return false;
            reading->text[reading->size++] = text[at];
            taken = 1;
        }
        at += taken;
    }
    return true;
}

static size_t read_number(struct token *token, const char *text, size_t size)
{
    size_t at = 0;
    token->kind = TOKEN_NUMBER;
    for (; at < size && is_digit(text[at]); at++)
        if (at < 18)
            token->value = token->value * 10 + (text[at] - '0');
    token->digits = (int)at;
    return at;
}

static size_t read_word(struct token *token, const char *text, size_t size)
{
    size_t at = 0;
    while (at < size && (is_letter(text[at]) || (text[at] == '.' && at + 1 < size && is_letter(text[at + 1]))))
        at++;
    token->kind = TOKEN_WORD;
    token->word = text;
    token->size = at;
    token->meaning = date_find_word(text, at);
    return at;
}

static bool cut_tokens(struct reading *reading)
{
    bool spaced = false;
    int words = 0;
    for (size_t at = 0; at < reading->size;) {
        char byte = reading->text[at];
        if (is_space(byte)) {
            spaced = true;
            at++;
            continue;
        }
        if (reading->count == DATE_TOKENS_MAX || words > DATE_WORDS_MAX)
            return false;
        struct token *token = &reading->tokens[reading->count++];
        token->spaced = spaced;
        spaced = false;
        words += is_letter(byte) ? 1 : 0;
        if (is_digit(byte))
            at += read_number(token, reading->text + at, reading->size - at);
        else if (is_letter(byte))
            at += read_word(token, reading->text + at, reading->size - at);
        else {
            token->kind = TOKEN_SIGN;
            token->sign = byte;
            at++;
        }
    }
    return true;
}

static bool is_sign(const struct token *token, char sign)
{
    return token->kind == TOKEN_SIGN && token->sign == sign && !token->spaced;
}

static bool is_number(const struct token *token, int digits_min, int digits_max)
{
    return token->kind == TOKEN_NUMBER && token->digits >= digits_min && token->digits <= digits_max;
}

static bool is_word(const struct token *token, char letter)
{
    return token->kind == TOKEN_WORD && token->size == 1 && (token->word[0] | 0x20) == letter;
}

static void take(struct reading *reading, int from, int to)
{
    for (int i = from; i < to; i++)
        reading->tokens[i].used = true;
}

static int read_fraction(const struct token *token)
{
    int64_t value = token->value;
    for (int digits = token->digits < 18 ? token->digits : 18; digits > 3; digits--)
        value /= 10;
    return (int)(value * (token->digits == 1 ? 100 : token->digits == 2 ? 10 : 1));
}

/* "9:15", "09:15:30.123", "15h54"; the tokens from `at` on. */
static bool read_clock(struct reading *reading, int at)
{
    const struct token *token = reading->tokens + at;
    bool french = is_word(&token[1], 'h') && !token[1].spaced && is_number(&token[2], 2, 2);
    bool is_within = at > 1 && is_sign(&token[-1], ':') && token[-2].kind == TOKEN_NUMBER; /* of "25:14:55" */
    if (is_within || !is_number(token, 1, 2) || !(is_sign(&token[1], ':') || french) || !is_number(&token[2], 1, 2) ||
        token[0].value > 24 || token[2].value > 59)
        return false;
    reading->hour = (int)token[0].value;
    reading->minute = (int)token[2].value;
    int end = at + 3;
    if ((is_sign(&token[3], ':') || (is_sign(&token[3], '.') && token[4].digits == 2)) && is_number(&token[4], 1, 2) &&
        token[4].value <= 60) {
        reading->second = token[4].value == 60 ? 59 : (int)token[4].value;
        reading->has_seconds = true;
        end = at + 5;
        const struct token *after = reading->tokens + end;
        if ((is_sign(after, '.') || is_sign(after, ',') || is_sign(after, ':')) && after[1].kind == TOKEN_NUMBER &&
            !after[1].spaced) {
            reading->millisecond = read_fraction(&after[1]);
            end += 2;
        }
    }
    reading->time_start = at;
    reading->time_end = end;
    return true;
}

/* ISO 8601's basic form, after its T: "101455", "1014". */
static bool read_basic_clock(struct reading *reading, int at)
{
    const struct token *token = reading->tokens + at;
    if (at == 0 || !is_word(&token[-1], 't') || token->spaced || (!is_number(token, 6, 6) && !is_number(token, 4, 4)))
        return false;
    bool seconds = token->digits == 6;
    int64_t value = seconds ? token->value : token->value * 100;
    if (value / 10000 > 24 || value / 100 % 100 > 59 || value % 100 > 60)
        return false;
    reading->hour = (int)(value / 10000);
    reading->minute = (int)(value / 100 % 100);
    reading->second = value % 100 == 60 ? 59 : (int)(value % 100);
    reading->has_seconds = seconds;
    reading->time_start = at;
    reading->time_end = at + 1;
    return true;
}

/* "08.57.00" behind a date: Finland, Italy, Indonesia. */
static bool read_dotted_clock(struct reading *reading, int at)
{
    const struct token *token = reading->tokens + at;
    bool has_year = false;
    for (int i = 0; i < at; i++)
        has_year = has_year || reading->tokens[i].digits == 4;
    bool is_clock = has_year && token->spaced && is_number(token, 2, 2) && is_sign(&token[1], '.') &&
                    is_number(&token[2], 2, 2) && !token[2].spaced && token[0].value < 24 && token[2].value <= 59;
    if (!is_clock)
        return false;
    bool has_seconds = is_sign(&token[3], '.') && is_number(&token[4], 2, 2) && token[4].value <= 59;
    reading->hour = (int)token[0].value;
    reading->minute = (int)token[2].value;
    reading->second = has_seconds ? (int)token[4].value : 0;
    reading->has_seconds = has_seconds;
    reading->time_start = at;
    reading->time_end = at + (has_seconds ? 5 : 3);
    return true;
}

static void find_time(struct reading *reading)
{
    for (int i = 0; i < reading->count && !reading->has_time; i++)
        reading->has_time = read_clock(reading, i) || read_basic_clock(reading, i);
    for (int i = 0; i < reading->count && !reading->has_time; i++)
        reading->has_time = read_dotted_clock(reading, i);
    if (!reading->has_time)
        return;
    take(reading, reading->time_start, reading->time_end);
    /* The half day stands right after the time, or somewhere before it in East Asia. */
    for (int i = 0; i < reading->count; i++) {
        struct token *token = &reading->tokens[i];
        bool near = i == reading->time_end || i + 1 == reading->time_start;
        if (token->kind != TOKEN_WORD || token->used || !(token->meaning.kinds & DATE_WORD_HALF) || !near)
            continue;
        reading->half = token->meaning.half;
        if (token->meaning.assumed_minutes)
            reading->assumed_minutes = token->meaning.assumed_minutes;
        token->used = true;
        reading->time_end += i == reading->time_end ? 1 : 0;
    }
    /* "9 pm" has no clock and stays unread; "13:00 PM" says noon twice. */
    if (reading->half == 12 && reading->hour < 12)
        reading->hour += 12;
    else if (reading->half == 0 && reading->hour == 12)
        reading->hour = 0;
}

/* "+0200", "-05:00", "+2", "+530"; `at` is the sign's index. Returns the index after it, 0 if there is none. */
static int read_offset(struct reading *reading, int at)
{
    const struct token *token = reading->tokens + at;
    if (token->kind != TOKEN_SIGN || (token->sign != '+' && token->sign != '-') || !is_number(&token[1], 1, 6) ||
        token[1].spaced)
        return 0;
    int64_t value = token[1].value;
    int hours, minutes = 0, end = at + 2;
    if (token[1].digits <= 2) {
        hours = (int)value;
        if (is_sign(&token[2], ':') && is_number(&token[3], 1, 2)) {
            minutes = (int)token[3].value;
            end = at + 4;
        }
    } else {
        value = token[1].digits > 4 ? value / 100 : value;
        hours = (int)(value / 100);
        minutes = (int)(value % 100);
    }
    if (hours > 15 || minutes > 59)
        return 0;
    reading->has_zone = true;
    reading->zone_minutes = (token->sign == '-' ? -1 : 1) * (hours * 60 + minutes);
    return end;
}

/* The zone: an offset or a name behind the time, or "GMT+0100", which is both. */
static void find_zone(struct reading *reading)
{
    for (int i = reading->time_end; i < reading->count && !reading->has_zone; i++) {
        struct token *token = &reading->tokens[i];
        int at = is_sign(token, ':') && reading->tokens[i + 1].kind == TOKEN_SIGN ? i + 1 : i; /* "15:04:05:-0700" */
        int end = i == reading->time_end ? read_offset(reading, at) : 0;
        if (!end && token->kind == TOKEN_WORD && !(token->meaning.kinds & DATE_WORD_MONTH) &&
            date_find_zone(token->word, token->size, &reading->zone_minutes)) {
            reading->has_zone = true;
            end = reading->zone_minutes == 0 ? read_offset(reading, i + 1) : 0;
            end = end ? end : i + 1;
        }
        take(reading, i, end);
    }
    /* What stands in brackets after it comments on the zone. */
    for (int i = reading->time_end; i < reading->count; i++)
        if (reading->tokens[i].kind == TOKEN_SIGN && reading->tokens[i].sign == '(')
            take(reading, i, reading->count);
}

static int short_year(int year)
{
    return year + (year < 70 ? 2000 : 1900);
}

/* RFC 2822 section 4.3, and years counted from 1900 by programs that did not survive 1999. */
static int full_year(const struct token *token)
{
    int year = token->value > 9999 ? 0 : (int)token->value;
    if (token->digits <= 2)
        return short_year(year);
    return token->digits == 3 && year >= 100 && year < 200 ? year + 1900 : year;
}

struct day {
    int year, month, day; /* month and day 0 where the text has none */
};

static bool read_named_month(const struct token *const *numbers, int count, int month, struct day *day)
{
    const struct token *year = NULL, *first = NULL;
    for (int i = 0; i < count; i++) {
        if (!year && (numbers[i]->digits >= 3 || (first && numbers[i]->digits <= 2)))
            year = numbers[i];
        else if (!first && numbers[i]->digits <= 2)
            first = numbers[i];
    }
    if (!year)
        return false;
    if (first && first->value > 31 && year->digits <= 2) {
        const struct token *swap = first;
        first = year;
        year = swap;
    }
    *day = (struct day){full_year(year), month, first ? (int)first->value : 0};
    return true;
}

static bool weekday_fits(const struct day *day, int weekday)
{
    return calendar_is_date(day->year, day->month, day->day) &&
           calendar_weekday(calendar_days(day->year, day->month, day->day)) == weekday;
}

/* "26/06/2020" or "06/26/2020": what is impossible the one way is meant the other; then the week day decides,
 * then custom: slashes are American, stops and dashes are not. */
static void read_short_date(const struct token *const *numbers, int weekday, char separator, struct day *day)
{
    int year = full_year(numbers[2]), a = (int)numbers[0]->value, b = (int)numbers[1]->value;
    struct day day_first = {year, b, a}, month_first = {year, a, b};
    bool american = separator == '/';
    if (a > 12)
        american = false;
    else if (b > 12)
        american = true;
    else if (weekday >= 0 && weekday_fits(&day_first, weekday) != weekday_fits(&month_first, weekday))
        american = weekday_fits(&month_first, weekday);
    *day = american ? month_first : day_first;
}

static bool read_day_of_year(int year, int number, struct day *day)
{
    if (number < 1 || number > 366)
        return false;
    calendar_civil(calendar_days(year, 1, 1) + number - 1, &day->year, &day->month, &day->day);
    return day->year == year;
}

static bool read_compact_date(const struct token *number, struct day *day)
{
    int64_t value = number->value;
    if (number->digits == 8)
        *day = (struct day){(int)(value / 10000), (int)(value / 100 % 100), (int)(value % 100)};
    else if (number->digits == 6 && value / 100 >= 1900 && value / 100 < 2100)
        *day = (struct day){(int)(value / 100), (int)(value % 100), 0};
    else if (number->digits == 6) /* YYMMDD */
        *day = (struct day){short_year((int)(value / 10000)), (int)(value / 100 % 100), (int)(value % 100)};
    else if (number->digits == 7 || number->digits == 5) /* YYYYDDD, YYDDD */
        return read_day_of_year(number->digits == 7 ? (int)(value / 1000) : short_year((int)(value / 1000)),
                                (int)(value % 1000), day);
    else
        return false;
    return true;
}

static bool read_numeric_date(const struct token *const *numbers, int count, int weekday, char separator,
                              struct day *day)
{
    if (count == 0)
        return false;
    if (numbers[0]->digits > 4)
        return read_compact_date(numbers[0], day);
    if (numbers[0]->digits == 4) {
        int year = full_year(numbers[0]);
        if (count == 2 && numbers[1]->digits == 3)
            return read_day_of_year(year, (int)numbers[1]->value, day);
        *day = (struct day){year, count > 1 ? (int)numbers[1]->value : 0, count > 2 ? (int)numbers[2]->value : 0};
        return (count < 2 || day->month > 0) && (count < 3 || day->day > 0);
    }
    if (count < 3 || numbers[0]->digits > 2 || numbers[1]->digits > 2)
        return false;
    bool year_first =
        numbers[2]->digits <= 2 && separator == '-' && (numbers[0]->value > 31 || numbers[2]->value <= 31);
    if (year_first)
        *day = (struct day){full_year(numbers[0]), (int)numbers[1]->value, (int)numbers[2]->value};
    else
        read_short_date(numbers, weekday, separator, day);
    return true;
}

static bool find_day(struct reading *reading, struct day *day)
{
    const struct token *numbers[DATE_NUMBERS_MAX];
    int count = 0, month = 0;
    char separator = ' ';
    for (int i = 0; i < reading->count; i++) {
        const struct token *token = &reading->tokens[i];
        if (token->used)
            continue;
        if (token->kind == TOKEN_NUMBER && count < DATE_NUMBERS_MAX)
            numbers[count++] = token;
        else if (token->kind == TOKEN_SIGN && count == 1 && separator == ' ')
            separator = token->sign;
        else if (token->kind == TOKEN_WORD) {
            /* Of two words that may be months the later one is: "mar., 01 mars" begins with Mardi. */
            if (token->meaning.kinds & DATE_WORD_MONTH)
                month = token->meaning.month;
            if ((token->meaning.kinds & DATE_WORD_WEEKDAY) && reading->weekday < 0)
                reading->weekday = token->meaning.weekday;
        }
    }
    return month ? read_named_month(numbers, count, month, day)
                 : read_numeric_date(numbers, count, reading->weekday, separator, day);
}

enum { DATE_YEAR_MIN = 1000 }; /* "0001-01-01" is how programs write "none" */

static bool compose(const struct reading *reading, const struct day *day, struct date *date)
{
    int month = day->month ? day->month : 1, of_month = day->day ? day->day : 1;
    if (day->year < DATE_YEAR_MIN || day->year > 9999 || !calendar_is_date(day->year, month, of_month))
        return false;
    struct civil civil = {.year = day->year, .month = month, .day = of_month};
    date->precision = day->day ? DATE_DAY : day->month ? DATE_MONTH : DATE_YEAR;
    if (reading->has_time && day->day) {
        civil.hour = reading->hour;
        civil.minute = reading->minute;
        civil.second = reading->second;
        civil.millisecond = reading->millisecond;
        date->precision = reading->has_seconds ? DATE_SECOND : DATE_MINUTE;
    }
    date->zone_stated = reading->has_zone;
    date->offset_minutes = reading->has_zone ? reading->zone_minutes : reading->assumed_minutes;
    date->time = calendar_time(&civil) - (int64_t)date->offset_minutes * 60000;
    return true;
}

/* "1520932969", in seconds, milliseconds or microseconds by its length. */
static bool read_unix_time(const struct reading *reading, struct date *date)
{
    const struct token *token = &reading->tokens[0];
    bool fraction = reading->count == 3 && is_sign(&token[1], '.') && token[2].kind == TOKEN_NUMBER;
    if (token->kind != TOKEN_NUMBER || (reading->count != 1 && !fraction))
        return false;
    if (token->digits >= 9 && token->digits <= 11)
        date->time = token->value * 1000;
    else if (token->digits == 13)
        date->time = token->value;
    else if (token->digits == 16)
        date->time = token->value / 1000;
    else
        return false;
    date->offset_minutes = 0;
    date->precision = DATE_SECOND;
    date->zone_stated = true;
    return true;
}

/* "20060925120000", as in databases and web archives. */
static bool read_compact_time(struct reading *reading, struct day *day)
{
    const struct token *token = &reading->tokens[0];
    if (!is_number(token, 14, 14))
        return false;
    int64_t clock = token->value % 1000000, date = token->value / 1000000;
    if (clock / 10000 > 23 || clock / 100 % 100 > 59 || clock % 100 > 59)
        return false;
    *day = (struct day){(int)(date / 10000), (int)(date / 100 % 100), (int)(date % 100)};
    reading->has_time = reading->has_seconds = true;
    reading->hour = (int)(clock / 10000);
    reading->minute = (int)(clock / 100 % 100);
    reading->second = (int)(clock % 100);
    reading->time_end = 1;
    return true;
}

bool date_parse(const char *text, size_t size, struct date *date)
{
    struct reading reading = {.half = -1, .weekday = -1};
    while (size > 0 && is_space(text[0])) {
        text++;
        size--;
    }
    while (size > 0 && is_space(text[size - 1]))
        size--;
    if (size == 0 || !copy_text(&reading, text, size) || !cut_tokens(&reading))
        return false;
    if (read_unix_time(&reading, date))
        return true;
    struct day day;
    if (read_compact_time(&reading, &day)) {
        find_zone(&reading);
        return compose(&reading, &day, date);
    }
    find_time(&reading);
    find_zone(&reading);
    return find_day(&reading, &day) && compose(&reading, &day, date);
}
