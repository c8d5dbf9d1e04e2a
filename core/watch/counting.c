/* Counting: the series of watches with spike() or silence(), and what they raise. */
#include "core/base/clock.h"
#include "core/watch/series.h"
#include "core/watch/watch_parts.h"
#include "lib/base/calendar.h"

#include <stdio.h>
#include <string.h>

static const int64_t day_ms = 86400000;
static const int64_t look_ms = 3600000; /* how often a window without events is judged */

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
    glances_forget(&watch->glances);
    return store_series_clear(run->store, watch->name, run->error);
}

bool counting_end(struct watch_run *run, struct watch *watch)
{
    return !watch->is_counted || store_series_state_put(run->store, watch->name, &watch->series, run->error);
}

/* ---- spikes ---- */

static bool was_told(const struct watch *watch, int64_t day)
{
    int64_t days = watch->statistic.days, told = watch->series.spike;
    return told != SERIES_NO_DAY && day - told < days && told - day < days;
}

static bool look_for_spike(struct watch_run *run, struct watch *watch, const struct revision_row *row, int64_t day)
{
    struct series_verdict verdict;
    bool is_old;
    if (was_told(watch, day))
        return true;
    if (!watch_is_old(run, watch, row, &is_old))
        return false;
    if (is_old)
        return true;
    if (!glances_judge(&watch->glances, run->store, watch->name, &watch->statistic, day, &verdict, run->error))
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
    if (counts)
        glances_note(&watch->glances, &watch->statistic, day);
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
    if (!store_series_last(run->store, watch->name, day, &last, run->error))
        return false;
    watch->look_at = 0;
    if (last == SERIES_NO_DAY || watch->series.silence == last)
        return true;
    if (day - last < watch->statistic.days) {
        watch->look_at = (last + watch->statistic.days) * day_ms;
        return true;
    }
    watch->looked = now;
    watch->look_at = now + look_ms;
    if (!series_judge(run->store, watch->name, &watch->statistic, day, &verdict, run->error))
        return false;
    if (!verdict.holds)
        return true;
    char id[24];
    snprintf(id, sizeof id, "%lld", (long long)last);
    watch->series.silence = last;
    watch->is_counted = true;
    watch->look_at = 0;
    return watch_raise_finding(run, watch, NULL, "silence", id, verdict.text, verdict.chance);
}
