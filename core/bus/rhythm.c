#include "core/bus/rhythm.h"

#include <stdlib.h>
#include <string.h>

enum {
    GAPS_TO_PLAN = 4,    /* fewer say nothing about the next */
    GAPS_TO_MISS = 8,    /* nor that one is missing */
    GAP_WEIGHT = 12,     /* a new gap's share of the mean is one in so many */
    SILENCE_PAUSES = 3
};
#define FADE_MS (28LL * 24 * 60 * 60 * 1000)

static void note_gap(struct rhythm *rhythm, int64_t gap)
{
    rhythm->gaps++;
    int64_t weight = rhythm->gaps < GAP_WEIGHT ? rhythm->gaps : GAP_WEIGHT;
    rhythm->gap_ms += (gap - rhythm->gap_ms) / weight;
    int64_t elapsed = gap < FADE_MS ? gap : FADE_MS;
    rhythm->pause_ms -= (int64_t)((double)rhythm->pause_ms * (double)elapsed / (2.0 * (double)FADE_MS));
    if (gap > rhythm->pause_ms)
        rhythm->pause_ms = gap;
}

static int compare_times(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

/* Older than the newest: a late or re-dated one, which says nothing about the rhythm. */
static void note_time(struct rhythm *rhythm, int64_t time)
{
    if (time < rhythm->newest)
        return;
    if (rhythm->newest > 0)
        note_gap(rhythm, time - rhythm->newest);
    rhythm->newest = time;
}

/* All that is known is that they came since the newest: evenly, for want of better. */
static void note_undated(struct rhythm *rhythm, size_t count, int64_t now)
{
    if (rhythm->newest > 0 && now > rhythm->newest) {
        int64_t gap = (now - rhythm->newest) / (int64_t)count;
        for (size_t i = 0; i < count; i++)
            note_gap(rhythm, gap);
    }
    if (now > rhythm->newest)
        rhythm->newest = now;
}

void rhythm_note(struct rhythm *rhythm, int64_t *published, size_t count, size_t undated, int64_t now)
{
    for (size_t i = 0; i < count; i++)
        published[i] = published[i] < now ? published[i] : now; /* clocks go wrong, and embargoes exist */
    if (count > 1)
        qsort(published, count, sizeof *published, compare_times);
    for (size_t i = 0; i < count; i++)
        note_time(rhythm, published[i]);
    if (undated > 0)
        note_undated(rhythm, undated, now);
}

void rhythm_note_delay(struct rhythm *rhythm, int64_t delay_ms)
{
    int64_t seconds = delay_ms > 0 ? delay_ms / 1000 : 0;
    rhythm->delays[rhythm->delay_count % RHYTHM_DELAYS] = (int32_t)(seconds < INT32_MAX ? seconds : INT32_MAX);
    rhythm->delay_count = rhythm->delay_count < INT32_MAX - RHYTHM_DELAYS ? rhythm->delay_count + 1 : RHYTHM_DELAYS;
}

int64_t rhythm_gap(const struct rhythm *rhythm)
{
    return rhythm->gaps >= GAPS_TO_PLAN ? rhythm->gap_ms : -1;
}

int64_t rhythm_silence(const struct rhythm *rhythm)
{
    return rhythm->gaps >= GAPS_TO_MISS ? SILENCE_PAUSES * rhythm->pause_ms : -1;
}

static int compare_delays(const void *a, const void *b)
{
    int32_t left = *(const int32_t *)a, right = *(const int32_t *)b;
    return left < right ? -1 : left > right;
}

int64_t rhythm_delay(const struct rhythm *rhythm)
{
    int32_t sorted[RHYTHM_DELAYS];
    size_t count = rhythm->delay_count < RHYTHM_DELAYS ? (size_t)rhythm->delay_count : RHYTHM_DELAYS;
    if (count == 0)
        return -1;
    memcpy(sorted, rhythm->delays, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_delays);
    return (int64_t)sorted[count / 2] * 1000;
}
