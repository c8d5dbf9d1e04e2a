/* Counting: the series of watches with spike() or silence(), and what they raise. */
#include "core/base/clock.h"
#include "core/watch/series.h"
#include "core/watch/watch_parts.h"
#include "lib/base/calendar.h"

#include <stdio.h>
#include <string.h>

static const int64_t day_ms = 86400000;
static const int64_t look_ms = 3600000; /* how often a silence is looked for */

bool counting_begin(struct watch_run *run, struct watch *watch)
{
    watch->is_counted = false;
    if (!store_series_state(run->store, watch->name, &watch->series, run->error))
        return false;
    if (strcmp(watch->series.rule, watch->fingerprint) == 0)
        return true;
    /* Another rule describes another series. What was told of the old one is not told again within its window. */
    snprintf(watch->series.rule, sizeof watch->series.rule, "%s", watch->fingerprint);
    watch->series.cursor = 0;
    watch->is_counted = true;
    watch->glance_day = SERIES_NO_DAY;
    return store_series_clear(run->store, watch->name, run->error);
}

bool counting_end(struct watch_run *run, struct watch *watch)
{
    return !watch->is_counted || store_series_state_put(run->store, watch->name, &watch->series, run->error);
}

/* ---- spikes ---- */

static bool judge(struct watch_run *run, struct watch *watch, int64_t day, struct series_verdict *verdict)
{
    if (!series_judge(run->store, watch->name, &watch->statistic, day, verdict, run->error))
        return false;
    watch->glance_day = day;
    watch->glance_needed = verdict->is_ready ? verdict->needed : SERIES_SPIKE_MIN;
    return true;
}

/* Most events of a series are no spike: as long as the window has fewer events than the last judgement of the same day
 * wanted, there is none. */
static bool may_be_spike(struct watch_run *run, struct watch *watch, int64_t day, bool *may)
{
    int count, needed = watch->glance_day == day ? watch->glance_needed : SERIES_SPIKE_MIN;
    int64_t days = watch->statistic.days, told = watch->series.spike;
    *may = false;
    if (told != SERIES_NO_DAY && day - told < days && told - day < days)
        return true; /* it has been told */
    if (!series_count(run->store, watch->name, day - days + 1, day, &count, run->error))
        return false;
    *may = count >= needed;
    return true;
}

static bool look_for_spike(struct watch_run *run, struct watch *watch, const struct revision_row *row, int64_t day)
{
    struct series_verdict verdict;
    bool may, is_old;
    if (!may_be_spike(run, watch, day, &may))
        return false;
    if (!may)
        return true;
    if (!watch_is_old(run, watch, row, &is_old))
        return false;
    if (is_old)
        return true;
    if (!judge(run, watch, day, &verdict))
        return false;
    if (!verdict.holds)
        return true;
    char id[24];
    snprintf(id, sizeof id, "%lld", (long long)day);
    watch->series.spike = day;
    return watch_raise_finding(run, watch, row, "spike", id, verdict.text,
                               verdict.expected > 0 ? verdict.count / verdict.expected : 0);
}

bool counting_take(struct watch_run *run, struct watch *watch, const struct revision_row *row, bool matches, bool is_due)
{
    int64_t day;
    bool counts = matches && !watch_has_change(row->record, "withdrawn") && !watch_is_rejected(row->record);
    watch->series.cursor = row->sequence;
    watch->is_counted = true;
    if (!series_update(run->store, watch->name, row->event_sequence, row->record, counts, row->made, &day, run->error))
        return false;
    if (!counts || !is_due || watch->statistic.kind != RULE_SPIKE || !watch_can_be_new(row->record))
        return true;
    return look_for_spike(run, watch, row, day);
}

/* ---- silences ---- */

bool counting_look(struct watch_run *run, struct watch *watch, int64_t now)
{
    struct series_verdict verdict;
    int64_t day = now / day_ms, last;
    if (watch->statistic.kind != RULE_SILENCE || (watch->looked && now - watch->looked < look_ms && now >= watch->looked))
        return true;
    watch->looked = now;
    if (!store_series_last(run->store, watch->name, day, &last, run->error))
        return false;
    if (last == SERIES_NO_DAY || day - last < watch->statistic.days || watch->series.silence == last)
        return true;
    if (!series_judge(run->store, watch->name, &watch->statistic, day, &verdict, run->error))
        return false;
    if (!verdict.holds)
        return true;
    char id[24];
    snprintf(id, sizeof id, "%lld", (long long)last);
    watch->series.silence = last;
    watch->is_counted = true;
    return watch_raise_finding(run, watch, NULL, "silence", id, verdict.text, verdict.chance);
}
