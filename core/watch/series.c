#include "core/watch/series.h"

#include "core/store/baseline.h"
#include "core/store/series.h"
#include "core/watch/statistics.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SEASONS = 5,            /* years */
    SEASON_WINDOW_MAX = 120, /* days: longer windows have no season */
    RECENT = 1,             /* place of the first window before the one that is judged */
    SEASON = RECENT + SERIES_WINDOWS_MAX,
    WINDOWS = SEASON + 3 * SEASONS,
    SOURCE_NAME_SIZE = 128
};

struct window {
    int64_t from, to; /* days, both within */
    int count;        /* events */
    double exposure;  /* what its items would let expect, in events of the baseline */
};

struct part {
    char name[SOURCE_NAME_SIZE];
    int64_t rows;            /* of all windows, for choosing those that tell most */
    int64_t start;           /* the day from which it is covered */
    double items[WINDOWS], pairs[WINDOWS];
    double rate;             /* events told for each item */
    bool counts;
};

struct judging {
    struct store *store;
    struct error *error;
    const struct rule_statistic *statistic;
    int64_t day;
    struct window windows[WINDOWS];
    struct part *parts;
    size_t part_count, part_capacity;
    int recent, seasonal; /* windows of either baseline */
    bool failed;
    /* while rows are counted */
    int64_t last_event[WINDOWS];
    /* while items are read */
    struct part *reading;
    int64_t seen, total;
    double quantile;
};

/* ---- windows ---- */

static void lay_windows(struct judging *judging)
{
    int64_t days = judging->statistic->days;
    for (int i = 0; i < SEASON; i++)
        judging->windows[i] = (struct window){.from = judging->day - (i + 1) * days + 1, .to = judging->day - i * days};
    for (int i = 0; i < 3 * SEASONS; i++) {
        int64_t to = judging->day - llround((1 + i / 3) * 365.2425) + (1 - i % 3) * days;
        judging->windows[SEASON + i] = (struct window){.from = to - days + 1, .to = to};
    }
}

static bool is_within(const struct window *window, int64_t day)
{
    return day >= window->from && day <= window->to;
}

static bool has_seasons(const struct judging *judging)
{
    return judging->statistic->days <= SEASON_WINDOW_MAX;
}

static int64_t first_day(const struct judging *judging)
{
    int64_t recent = judging->windows[SEASON - 1].from, seasonal = judging->windows[WINDOWS - 1].from;
    return has_seasons(judging) && seasonal < recent ? seasonal : recent;
}

/* ---- sources ---- */

static struct part *find_part(struct judging *judging, const char *name)
{
    for (size_t i = 0; i < judging->part_count; i++)
        if (strcmp(judging->parts[i].name, name) == 0)
            return &judging->parts[i];
    if (judging->part_count == judging->part_capacity) {
        size_t capacity = judging->part_capacity ? 2 * judging->part_capacity : 16;
        struct part *parts = reallocarray(judging->parts, capacity, sizeof *parts);
        if (!parts) {
            judging->failed = !error_set(judging->error, ERROR_MEMORY, "no memory to judge a series");
            return NULL;
        }
        judging->parts = parts;
        judging->part_capacity = capacity;
    }
    struct part *part = &judging->parts[judging->part_count++];
    memset(part, 0, sizeof *part);
    snprintf(part->name, sizeof part->name, "%s", name);
    return part;
}

static bool take_row(void *context, const struct series_row *row)
{
    struct judging *judging = context;
    struct part *part = find_part(judging, row->source);
    if (!part)
        return false;
    part->rows++;
    for (int i = 0; i < WINDOWS; i++)
        part->pairs[i] += is_within(&judging->windows[i], row->day);
    return true;
}

static int by_rows(const void *left, const void *right)
{
    const struct part *a = left, *b = right;
    return a->rows != b->rows ? (a->rows < b->rows) - (a->rows > b->rows) : strcmp(a->name, b->name);
}

static bool sum_items(void *context, int64_t day, int64_t items)
{
    struct judging *judging = context;
    (void)day;
    judging->total += items;
    return true;
}

/* A few items of long ago, which many feeds carry along, do not make a source old: it begins where one in fifty of its
 * items was told. */
static bool take_items(void *context, int64_t day, int64_t items)
{
    struct judging *judging = context;
    struct part *part = judging->reading;
    if (judging->seen <= judging->quantile && judging->seen + items > judging->quantile)
        part->start = day;
    judging->seen += items;
    for (int i = 0; i < WINDOWS; i++)
        if (is_within(&judging->windows[i], day))
            part->items[i] += (double)items;
    return true;
}

static bool read_items(struct judging *judging, struct part *part)
{
    judging->reading = part;
    judging->seen = judging->total = 0;
    part->start = judging->day;
    if (!store_item_days(judging->store, part->name, INT64_MIN, judging->day, sum_items, judging, judging->error))
        return false;
    judging->quantile = (double)judging->total / 50;
    return store_item_days(judging->store, part->name, INT64_MIN, judging->day, take_items, judging, judging->error);
}

/* Which sources count, and how many windows they cover. */
static bool choose_sources(struct judging *judging)
{
    int64_t earliest = judging->day;
    if (judging->part_count > 1)
        qsort(judging->parts, judging->part_count, sizeof *judging->parts, by_rows);
    if (judging->part_count > SERIES_SOURCES_MAX)
        judging->part_count = SERIES_SOURCES_MAX;
    for (size_t i = 0; i < judging->part_count; i++) {
        struct part *part = &judging->parts[i];
        if (!read_items(judging, part))
            return false;
        earliest = part->start < earliest && part->items[0] > 0 ? part->start : earliest;
        part->counts = part->items[0] > 0 && part->start <= judging->windows[SERIES_WINDOWS_MIN].from;
    }
    while (judging->recent < SERIES_WINDOWS_MAX && judging->windows[RECENT + judging->recent].from >= earliest)
        judging->recent++;
    while (has_seasons(judging) && judging->seasonal < 3 * SEASONS &&
           judging->windows[SEASON + judging->seasonal / 3 * 3 + 2].from >= earliest)
        judging->seasonal++;
    return true;
}

/* ---- counts and exposures ---- */

static bool counts_source(const struct judging *judging, const char *name)
{
    for (size_t i = 0; i < judging->part_count; i++)
        if (judging->parts[i].counts && strcmp(judging->parts[i].name, name) == 0)
            return true;
    return false;
}

/* An event counts once in a window, whichever sources told of it. */
static bool count_row(void *context, const struct series_row *row)
{
    struct judging *judging = context;
    bool is_looked_up = false;
    for (int i = 0; i < WINDOWS; i++) {
        if (!is_within(&judging->windows[i], row->day) || judging->last_event[i] == row->event)
            continue;
        if (!is_looked_up && !counts_source(judging, row->source))
            return true;
        is_looked_up = true;
        judging->last_event[i] = row->event;
        judging->windows[i].count++;
    }
    return true;
}

static void find_exposures(struct judging *judging)
{
    double told = 0;
    for (size_t i = 0; i < judging->part_count; i++) {
        struct part *part = &judging->parts[i];
        double pairs = 0, items = 0;
        for (int j = RECENT; j < RECENT + judging->recent; j++) {
            pairs += part->pairs[j];
            items += part->items[j];
        }
        part->rate = items > 0 ? pairs / items : 0;
        told += part->counts ? pairs : 0;
    }
    for (size_t i = 0; i < judging->part_count; i++) {
        const struct part *part = &judging->parts[i];
        /* Where nothing was told in the baseline, an item of one source is as good as an item of another. */
        double rate = told > 0 ? part->rate : 1;
        for (int j = 0; part->counts && j < WINDOWS; j++)
            judging->windows[j].exposure += rate * part->items[j];
    }
}

/* ---- the forecast ---- */

struct forecast {
    double mean, variance, expected;
    bool is_made;
};

static struct forecast forecast(const struct judging *judging, int first, int windows)
{
    struct forecast made = {0, 0, 0, false};
    double events = 0, exposure = 0, scatter = 0;
    for (int i = first; i < first + windows; i++) {
        events += judging->windows[i].count;
        exposure += judging->windows[i].exposure;
    }
    if (windows < SERIES_WINDOWS_MIN || exposure <= 0)
        return made;
    double ratio = judging->windows[0].exposure / exposure;
    for (int i = first; i < first + windows && events > 0; i++) {
        double mean = events * judging->windows[i].exposure / exposure;
        if (mean > 0)
            scatter += (judging->windows[i].count - mean) * (judging->windows[i].count - mean) / mean;
    }
    /* Pearson's statistic is as large as this by chance in one of twenty baselines: what is less is no sign of clumps. */
    scatter = scatter > statistics_chi_squared_95(windows - 1) ? scatter / (windows - 1) : 1;
    made.is_made = true;
    made.expected = events * ratio;
    /* None in the baseline does not mean that there never will be one: half an event, as of Jeffreys. */
    made.mean = (events > 0 ? events : 0.5) * ratio;
    made.variance = scatter * made.mean * (1 + ratio);
    return made;
}

static int needed_for(const struct forecast *made, double factor)
{
    double least = factor * made->expected;
    int count = least < SERIES_SPIKE_MIN ? SERIES_SPIKE_MIN : least < 1e6 ? (int)ceil(least) : 1000000;
    while (count < 1000000 && statistics_at_least(count, made->mean, made->variance) > SERIES_SPIKE_CHANCE)
        count += 1 + count / 64;
    return count;
}

static bool is_unusual(const struct judging *judging, const struct forecast *made, double *chance)
{
    int count = judging->windows[0].count;
    if (judging->statistic->kind == RULE_SILENCE) {
        *chance = statistics_none(made->mean, made->variance);
        return count == 0 && *chance <= SERIES_SILENCE_CHANCE;
    }
    *chance = statistics_at_least(count, made->mean, made->variance);
    return count >= SERIES_SPIKE_MIN && count >= judging->statistic->factor * made->expected && *chance <= SERIES_SPIKE_CHANCE;
}

static void tell_unready(const struct judging *judging, struct series_verdict *verdict)
{
    if (judging->part_count == 0)
        snprintf(verdict->text, sizeof verdict->text, "nothing to measure against: no event has matched yet");
    else
        snprintf(verdict->text, sizeof verdict->text, "silent: the baseline covers %d of the %d windows of %d days that it needs",
                 judging->recent < SERIES_WINDOWS_MIN ? judging->recent : SERIES_WINDOWS_MIN - 1, SERIES_WINDOWS_MIN,
                 judging->statistic->days);
}

static void tell(const struct judging *judging, struct series_verdict *verdict)
{
    char count[16] = "none";
    if (verdict->count > 0)
        snprintf(count, sizeof count, "%d", verdict->count);
    snprintf(verdict->text, sizeof verdict->text, "%s in %d days against %.*f expected%s", count, judging->statistic->days,
             verdict->expected < 0.05 && verdict->expected > 0 ? 3 : 1, verdict->expected,
             verdict->by_season ? " for the season" : "");
}

static void decide(struct judging *judging, struct series_verdict *verdict)
{
    struct forecast recent = forecast(judging, RECENT, judging->recent);
    struct forecast season = forecast(judging, SEASON, judging->seasonal);
    double by_season = 0;
    bool is_silence = judging->statistic->kind == RULE_SILENCE;
    verdict->windows = judging->recent;
    verdict->count = judging->windows[0].count;
    verdict->is_ready = recent.is_made;
    if (!recent.is_made) {
        tell_unready(judging, verdict);
        return;
    }
    verdict->expected = recent.expected;
    verdict->holds = is_unusual(judging, &recent, &verdict->chance);
    verdict->needed = is_silence ? 0 : needed_for(&recent, judging->statistic->factor);
    if (season.is_made) {
        verdict->holds = is_unusual(judging, &season, &by_season) && verdict->holds;
        verdict->by_season = is_silence ? season.expected < recent.expected : season.expected > recent.expected;
        int needed = is_silence ? 0 : needed_for(&season, judging->statistic->factor);
        verdict->needed = needed > verdict->needed ? needed : verdict->needed;
    }
    if (verdict->by_season) {
        verdict->expected = season.expected;
        verdict->chance = by_season;
    }
    tell(judging, verdict);
}

static bool judge(struct judging *judging, const char *watch, struct series_verdict *verdict)
{
    lay_windows(judging);
    int64_t from = first_day(judging);
    if (!store_series_each(judging->store, watch, from, judging->day, take_row, judging, judging->error) ||
        judging->failed || !choose_sources(judging))
        return false;
    for (int i = 0; i < WINDOWS; i++)
        judging->last_event[i] = -1;
    if (!store_series_each(judging->store, watch, from, judging->day, count_row, judging, judging->error))
        return false;
    find_exposures(judging);
    decide(judging, verdict);
    return true;
}

bool series_judge(struct store *store, const char *watch, const struct rule_statistic *statistic, int64_t day,
                  struct series_verdict *verdict, struct error *error)
{
    *verdict = (struct series_verdict){.is_ready = false};
    struct judging *judging = calloc(1, sizeof *judging);
    if (!judging)
        return error_set(error, ERROR_MEMORY, "no memory to judge a series");
    judging->store = store;
    judging->error = error;
    judging->statistic = statistic;
    judging->day = day;
    bool ok = judge(judging, watch, verdict);
    free(judging->parts);
    free(judging);
    return ok;
}

/* ---- counting events ---- */

static int64_t day_of(struct record_view event, int64_t made)
{
    const int64_t day_ms = 86400000;
    int64_t time = record_int(event, ENT_EVENT_FIRST_SEEN, made);
    time = time < made ? time : made;
    return (time - ((time % day_ms) + day_ms) % day_ms) / day_ms;
}

bool series_update(struct store *store, const char *watch, int64_t event_sequence, struct record_view event, bool matches,
                   int64_t made, int64_t *day, struct error *error)
{
    char source[SOURCE_NAME_SIZE];
    struct record_view report;
    int64_t its_day = day_of(event, made);
    if (day)
        *day = its_day;
    if (!store_series_remove(store, watch, event_sequence, error))
        return false;
    for (size_t i = 0; matches && record_get_view(event, ENT_EVENT_SOURCE, i, &report); i++) {
        const char *item = record_text(report, ENT_SOURCE_ITEM);
        if (!item)
            continue;
        if (!store_item_source(store, item, source, sizeof source, error) ||
            (*source && !store_series_add(store, watch, event_sequence, its_day, source, error)))
            return false;
    }
    return true;
}

struct counting {
    int64_t last;
    int count;
};

static bool count_event(void *context, const struct series_row *row)
{
    struct counting *counting = context;
    counting->count += row->event != counting->last;
    counting->last = row->event;
    return true;
}

bool series_count(struct store *store, const char *watch, int64_t from, int64_t to, int *count, struct error *error)
{
    struct counting counting = {-1, 0};
    bool ok = store_series_each(store, watch, from, to, count_event, &counting, error);
    *count = counting.count;
    return ok;
}
