#include "core/watch/glances.h"

#include "core/store/series.h"

enum { UNREADY_GLANCE = 50 }; /* events after which a window is looked at again whose baseline was too short */

void glances_forget(struct glances *glances)
{
    for (size_t i = 0; i < GLANCES; i++)
        glances->rows[i].day = SERIES_NO_DAY;
}

void glances_note(struct glances *glances, const struct rule_statistic *statistic, int64_t day)
{
    for (size_t i = 0; i < GLANCES; i++) {
        int64_t judged = glances->rows[i].day;
        if (judged != SERIES_NO_DAY && judged >= day && judged - day < statistic->days)
            glances->rows[i].left--;
    }
}

bool glances_judge(struct glances *glances, struct store *store, const char *series,
                   const struct rule_statistic *statistic, int64_t day, struct series_verdict *verdict,
                   struct error *error)
{
    int count;
    size_t row = (size_t)(((day % GLANCES) + GLANCES) % GLANCES);
    *verdict = (struct series_verdict){.holds = false};
    if (glances->rows[row].day == day && glances->rows[row].left > 0)
        return true;
    if (!series_count(store, series, day - statistic->days + 1, day, &count, error))
        return false;
    glances->rows[row].day = day;
    glances->rows[row].left = SERIES_SPIKE_MIN - count;
    if (count < SERIES_SPIKE_MIN)
        return true;
    if (!series_judge(store, series, statistic, day, verdict, error))
        return false;
    glances->rows[row].left = verdict->is_ready ? verdict->needed - count : UNREADY_GLANCE;
    return true;
}
