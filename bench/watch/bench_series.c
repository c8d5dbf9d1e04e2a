/* Series' speed on one core: bench-series [EVENTS_A_DAY [SOURCES [DAYS]]]
 *
 * A stream of events that all match a rule with spike(3, 30d), over an archive of so many days: what counting an event and
 * looking for a spike costs the watch stage, and what one whole judgement of a window costs. Prints one line of JSON. */
#include "core/store/baseline.h"
#include "core/store/events.h"
#include "core/store/identity.h"
#include "core/store/items.h"
#include "core/store/store.h"
#include "core/watch/series.h"
#include "core/watch/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { EVENTS_A_DAY = 20, SOURCES = 50, DAYS = 450, FIRST_DAY = 19000 };
static const int64_t day_ms = 86400000;

static double seconds_since(const struct timespec *start)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - start->tv_sec) + (double)(now.tv_nsec - start->tv_nsec) / 1e9;
}

static bool put_event(struct store *store, size_t number, size_t sources, int64_t day, struct error *error)
{
    char id[40], source[24];
    int64_t sequence;
    enum item_change change;
    snprintf(source, sizeof source, "s%zu", number % sources);
    snprintf(id, sizeof id, "%032zx", number + 1);
    struct ent_builder *builder = record_build(ENT_ITEM);
    record_put_text(builder, ENT_ITEM_ID, id);
    record_put_text(builder, ENT_ITEM_TITLE, id);
    record_put_text(builder, ENT_ITEM_BODY, id);
    record_put_text(builder, ENT_ITEM_SOURCE, source);
    record_put_time(builder, ENT_ITEM_PUBLISHED, day * day_ms);
    record_put_time(builder, ENT_ITEM_FETCHED, day * day_ms + 1000);
    struct ent_record *item = record_seal(builder, error);
    bool ok = item && store_item_put(store, item, NULL, "", NULL, &sequence, NULL, &change, error);
    record_release(item);
    builder = record_build(ENT_EVENT);
    record_put_text(builder, ENT_REPORT_ID, id);
    record_put_text(builder, ENT_REPORT_TYPE, "exercise");
    record_put_int(builder, ENT_EVENT_REVISION, 1);
    record_put_time(builder, ENT_EVENT_FIRST_SEEN, day * day_ms);
    record_put_text(builder, ENT_EVENT_CHANGE, "new");
    record_open(builder, ENT_EVENT_SOURCE, ENT_SOURCE);
    record_put_text(builder, ENT_SOURCE_ITEM, id);
    record_close(builder);
    struct ent_record *event = ok ? record_seal(builder, error) : NULL;
    ok = event && store_event_put(store, event->view, EVENT_LIVE, NULL, id, day * day_ms + 2000, error);
    record_release(event);
    return ok;
}

static bool run(struct store *store, struct watch_set *set, size_t a_day, size_t sources, size_t days, struct error *error)
{
    enum { JUDGED = 50 };
    static const struct rule_statistic statistic = {RULE_SPIKE, 3, 30};
    struct watch_settings settings = {.name = "w", .when = "type = exercise and spike(3, 30d)"};
    struct timespec start;
    struct series_verdict verdict;
    size_t number = 0;
    bool ok = store_begin(store, error) && watch_set_add(set, &settings, NULL, error) &&
              watch_set_register(set, store, error);
    for (size_t day = 0; ok && day < days; day++)
        for (size_t i = 0; ok && i < a_day; i++)
            ok = put_event(store, number++, sources, FIRST_DAY + (int64_t)day, error);
    clock_gettime(CLOCK_MONOTONIC, &start);
    do
        ok = ok && watch_set_run(set, store, error);
    while (ok && watch_set_has_more(set));
    double staged = seconds_since(&start);
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (size_t i = 0; ok && i < JUDGED; i++)
        ok = series_judge(store, "w", &statistic, FIRST_DAY + (int64_t)(days - 1 - i % days), &verdict, error);
    double judged = seconds_since(&start);
    if (ok)
        printf("{\"events\":%zu,\"sources\":%zu,\"days\":%zu,\"stage_events_per_second\":%.0f,\"stage_us_per_event\":%.0f,"
               "\"judgement_ms\":%.1f,\"alerts\":%lld}\n",
               number, sources, days, (double)number / staged, staged / (double)number * 1e6, judged * 1e3 / JUDGED,
               (long long)watch_set_alerts(set));
    store_rollback(store);
    return ok;
}

int main(int argc, char **argv)
{
    struct error error = ERROR_INIT;
    struct store *store = store_open(":memory:", STORE_WRITE, &error);
    struct watch_set *set = watch_set_create();
    size_t a_day = argc > 1 ? strtoul(argv[1], NULL, 10) : EVENTS_A_DAY;
    size_t sources = argc > 2 ? strtoul(argv[2], NULL, 10) : SOURCES, days = argc > 3 ? strtoul(argv[3], NULL, 10) : DAYS;
    bool ok = store && set && sources && days && run(store, set, a_day, sources, days, &error);
    if (!ok)
        fprintf(stderr, "bench-series: %s\n", error.text);
    watch_set_destroy(set);
    store_close(store);
    return ok ? 0 : 1;
}
