#include "core/delivery/hours.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { DAY_MINUTES = 24 * 60, MINUTE_MS = 60000, HOUR_MS = 3600000, LOOK_DAYS = 9, WORD_SIZE = 100 };

static const char *const weekdays[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

/* ---- reading ---- */

struct reader {
    const char *text;
    size_t at, start, size; /* where the last word began, and its size */
    size_t *offset, *length;
    struct error *error;
    char word[WORD_SIZE];
};

/* The next word; "" at the end. */
static const char *next_word(struct reader *reader)
{
    const char *text = reader->text;
    while (text[reader->at] == ' ' || text[reader->at] == '\t')
        reader->at++;
    reader->start = reader->at;
    while (text[reader->at] && text[reader->at] != ' ' && text[reader->at] != '\t')
        reader->at++;
    reader->size = reader->at - reader->start;
    snprintf(reader->word, sizeof reader->word, "%.*s", (int)(reader->size < WORD_SIZE ? reader->size : WORD_SIZE - 1),
             text + reader->start);
    return reader->word;
}

static bool complain(struct reader *reader, const char *wanted)
{
    *reader->offset = reader->start;
    *reader->length = reader->size;
    return error_set(reader->error, ERROR_INPUT, "%s%.60s%s %s", *reader->word ? "'" : "", reader->word,
                     *reader->word ? "':" : "here should stand", wanted);
}

/* "07:30", or "24:00" where it is an end. */
static bool read_time(const char *word, bool is_end, int *minute)
{
    int hour, past, used = 0;
    if (sscanf(word, "%2d:%2d%n", &hour, &past, &used) != 2 || word[used] || strlen(word) != 5 || word[0] == '+' ||
        word[0] == '-' || word[3] == '+' || word[3] == '-')
        return false;
    *minute = hour * 60 + past;
    return hour >= 0 && past >= 0 && past < 60 && *minute < DAY_MINUTES + is_end;
}

static int weekday_of(const char *word, size_t size)
{
    for (int i = 0; i < 7; i++)
        if (size == 3 && strncasecmp(weekdays[i], word, size) == 0)
            return i;
    return -1;
}

/* A zone, or nothing; then the end. */
static bool read_end(struct reader *reader, const struct zone *fallback, const struct zone **zone)
{
    struct error error = ERROR_INIT;
    const char *word = next_word(reader);
    *zone = *word ? zone_find(word, &error) : fallback;
    if (!*zone) {
        *reader->offset = reader->start;
        *reader->length = reader->size;
        *reader->error = error;
        return false;
    }
    return !*word || !*next_word(reader) || complain(reader, "nothing should follow the time zone");
}

static bool read_due_time(struct reader *reader, struct digest_hours *hours)
{
    return read_time(next_word(reader), false, &hours->minute) || complain(reader, "a time of day such as 07:30");
}

/* "hourly", "hourly :15". */
static bool read_minute(struct reader *reader, struct digest_hours *hours)
{
    size_t before = reader->at;
    const char *word = next_word(reader);
    if (*word != ':') {
        reader->at = before;
        return true;
    }
    if (strlen(word) == 3 && word[1] >= '0' && word[1] <= '5' && word[2] >= '0' && word[2] <= '9') {
        hours->minute = (word[1] - '0') * 10 + word[2] - '0';
        return true;
    }
    return complain(reader, "a minute of the hour such as :15");
}

bool digest_parse(const char *text, const struct zone *zone, struct digest_hours *hours, size_t *offset, size_t *length,
                  struct error *error)
{
    struct reader reader = {.text = text, .offset = offset, .length = length, .error = error};
    const char *word = next_word(&reader);
    *hours = (struct digest_hours){.pace = DIGEST_NONE, .zone = zone};
    if (strcmp(word, "none") == 0)
        return !*next_word(&reader) || complain(&reader, "nothing should follow none");
    if (strcmp(word, "hourly") == 0) {
        hours->pace = DIGEST_HOURLY;
        return read_minute(&reader, hours) && read_end(&reader, zone, &hours->zone);
    }
    if (strcmp(word, "daily") == 0) {
        hours->pace = DIGEST_DAILY;
        return read_due_time(&reader, hours) && read_end(&reader, zone, &hours->zone);
    }
    if (strcmp(word, "weekly") != 0)
        return complain(&reader, "hourly, daily 07:30, weekly mon 07:30 or none, and perhaps a time zone");
    hours->pace = DIGEST_WEEKLY;
    word = next_word(&reader);
    hours->weekday = weekday_of(word, strlen(word));
    if (hours->weekday < 0)
        return complain(&reader, "a day of the week: mon, tue, wed, thu, fri, sat, sun");
    return read_due_time(&reader, hours) && read_end(&reader, zone, &hours->zone);
}

/* "sat,sun" */
static bool read_days(const char *word, unsigned *days)
{
    *days = 0;
    for (;;) {
        size_t size = strcspn(word, ",");
        int day = weekday_of(word, size);
        if (day < 0)
            return false;
        *days |= 1u << day;
        if (!word[size])
            return true;
        word += size + 1;
    }
}

static bool read_range(const char *word, struct quiet_hours *hours)
{
    char from[6], until[6];
    if (strlen(word) != 11 || word[5] != '-')
        return false;
    snprintf(from, sizeof from, "%.5s", word);
    snprintf(until, sizeof until, "%.5s", word + 6);
    return read_time(from, false, &hours->from) && read_time(until, true, &hours->until) && hours->from != hours->until;
}

bool quiet_parse(const char *text, const struct zone *zone, struct quiet_hours *hours, size_t *offset, size_t *length,
                 struct error *error)
{
    struct reader reader = {.text = text, .offset = offset, .length = length, .error = error};
    const char *word = next_word(&reader);
    *hours = (struct quiet_hours){.days = HOURS_DAYS_ALL, .zone = zone};
    if (strcmp(word, "none") == 0)
        return !*next_word(&reader) || complain(&reader, "nothing should follow none");
    hours->is_set = true;
    if (read_days(word, &hours->days))
        word = next_word(&reader);
    else
        hours->days = HOURS_DAYS_ALL;
    return (read_range(word, hours) || complain(&reader, "a time such as 22:00-07:00, before it perhaps days (sat,sun), "
                                                         "behind it perhaps a time zone; or none")) &&
           read_end(&reader, zone, &hours->zone);
}

/* ---- reckoning ---- */

/* Minute `minute` of the day that is `days` days after 1970-01-01. */
static int64_t time_of(const struct zone *zone, int64_t days, int minute)
{
    struct civil civil = {0};
    days += minute / DAY_MINUTES;
    minute %= DAY_MINUTES;
    calendar_civil(days, &civil.year, &civil.month, &civil.day);
    civil.hour = minute / 60;
    civil.minute = minute % 60;
    return zone_time(zone, &civil);
}

static int64_t day_of(const struct zone *zone, int64_t now)
{
    struct civil civil;
    zone_split(zone, now, &civil);
    return calendar_days(civil.year, civil.month, civil.day);
}

/* By the clock of the place; each hour has one, whatever clocks do. */
static int64_t next_hour(const struct digest_hours *hours, int64_t now)
{
    int64_t shift = zone_offset(hours->zone, now) - (int64_t)hours->minute * MINUTE_MS, shown = now + shift;
    int64_t past = shown % HOUR_MS;
    return now - (past < 0 ? past + HOUR_MS : past) + HOUR_MS;
}

int64_t digest_next(const struct digest_hours *hours, int64_t now)
{
    if (hours->pace == DIGEST_HOURLY)
        return next_hour(hours, now);
    /* From the day before: there a time that was left out may have been put into today. */
    int64_t day = day_of(hours->zone, now) - 1, due = now;
    for (int i = 0; i < LOOK_DAYS; i++, day++) {
        if (hours->pace == DIGEST_WEEKLY && calendar_weekday(day) != hours->weekday)
            continue;
        due = time_of(hours->zone, day, hours->minute);
        if (due > now)
            return due;
    }
    return due;
}

void digest_window(const struct digest_hours *hours, int64_t due, char window[HOURS_TEXT_SIZE])
{
    struct civil civil;
    zone_split(hours->zone, due, &civil);
    if (hours->pace == DIGEST_HOURLY) {
        char text[CALENDAR_TEXT_SIZE];
        calendar_print(text, due);
        snprintf(window, HOURS_TEXT_SIZE, "hourly %s", text);
        return;
    }
    snprintf(window, HOURS_TEXT_SIZE, "%s %02d:%02d %s %04d-%02d-%02d", hours->pace == DIGEST_DAILY ? "daily" : "weekly",
             hours->minute / 60, hours->minute % 60, zone_name(hours->zone), civil.year, civil.month, civil.day);
}

int64_t quiet_end(const struct quiet_hours *hours, int64_t now)
{
    if (!hours->is_set)
        return -1;
    int until = hours->until > hours->from ? hours->until : hours->until + DAY_MINUTES;
    int64_t today = day_of(hours->zone, now);
    for (int64_t day = today - 1; day <= today; day++) {
        if (!(hours->days >> calendar_weekday(day) & 1))
            continue;
        int64_t end = time_of(hours->zone, day, until);
        if (now >= time_of(hours->zone, day, hours->from) && now < end)
            return end;
    }
    return -1;
}

void hours_print(const struct zone *zone, int64_t time, char text[HOURS_TEXT_SIZE])
{
    static const char *const months[] = {"January", "February", "March",     "April",   "May",      "June",
                                         "July",    "August",   "September", "October", "November", "December"};
    struct civil civil;
    zone_split(zone, time, &civil);
    snprintf(text, HOURS_TEXT_SIZE, "%d %s %d, %02d:%02d %s", civil.day, months[civil.month - 1], civil.year, civil.hour,
             civil.minute, zone_name(zone));
}
