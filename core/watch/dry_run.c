#include "core/watch/dry_run.h"

#include "core/base/clock.h"
#include "core/store/baseline.h"
#include "core/store/events.h"
#include "core/store/series.h"
#include "core/watch/archive.h"
#include "core/watch/series.h"
#include "core/watch/watch.h"
#include "lib/base/digest.h"

#include <stdlib.h>
#include <string.h>

#define SERIES "trial" /* the name under which the series of the run is counted */

enum { REVISIONS_A_READ = 500 }; /* so that no read transaction is held for long */

/* Ids of events that were new already: open addressing. */
struct ids {
    char (*rows)[DIGEST_HEX_SIZE];
    size_t count, capacity; /* capacity a power of two, 0 at first */
};

static char *find_slot(char (*rows)[DIGEST_HEX_SIZE], size_t capacity, const char *id)
{
    size_t at = (size_t)hash_bytes(id, strlen(id)) & (capacity - 1);
    while (rows[at][0] && strcmp(rows[at], id) != 0)
        at = (at + 1) & (capacity - 1);
    return rows[at];
}

static bool ids_have(const struct ids *ids, const char *id)
{
    return ids->capacity && find_slot(ids->rows, ids->capacity, id)[0];
}

static bool ids_add(struct ids *ids, const char *id)
{
    if (ids->count * 2 >= ids->capacity) {
        size_t capacity = ids->capacity ? 2 * ids->capacity : 256;
        char(*rows)[DIGEST_HEX_SIZE] = calloc(capacity, sizeof *rows);
        if (!rows)
            return false;
        for (size_t i = 0; i < ids->capacity; i++)
            if (ids->rows[i][0])
                memcpy(find_slot(rows, capacity, ids->rows[i]), ids->rows[i], DIGEST_HEX_SIZE);
        free(ids->rows);
        ids->rows = rows;
        ids->capacity = capacity;
    }
    char *slot = find_slot(ids->rows, ids->capacity, id);
    ids->count += slot[0] == '\0';
    memcpy(slot, id, strnlen(id, DIGEST_HEX_SIZE - 1) + 1);
    return true;
}

struct run {
    struct store *store;
    struct error *error;
    const struct rule *rule;
    const char *const *on;
    int64_t since, last;
    struct dry_run_part *part; /* NULL: all */
    bool on_new, failed, stopped;
    size_t taken;
    struct rule_facts *facts;
    struct archive *archive;
    struct ids fired;
    struct rule_statistic statistic;
    int64_t told;       /* day of the last spike */
    int64_t last_day;   /* the last that has items */
    dry_run_callback *callback;
    void *context;
    struct dry_run_counts *counts;
};

static bool was_new(const struct run *run, struct record_view event)
{
    struct text alias;
    const char *id = record_text(event, ENT_REPORT_ID);
    bool was = id && ids_have(&run->fired, id);
    for (size_t i = 0; !was && record_get_str(event, ENT_EVENT_ALIAS, i, &alias); i++)
        was = ids_have(&run->fired, alias.bytes);
    return was;
}

static bool no_memory(struct run *run)
{
    return error_set(run->error, ERROR_MEMORY, "no memory to try the rule on the archive");
}

static const char *find_reason(struct run *run, struct record_view event)
{
    const char *id = record_text(event, ENT_REPORT_ID);
    if (run->on_new && id && watch_can_be_new(event) && !was_new(run, event)) {
        if (!ids_add(&run->fired, id))
            run->failed = !no_memory(run);
        return "new";
    }
    return watch_change_reason(run->on, event);
}

static void hit(struct run *run, struct record_view event, const char *reason, const char *finding)
{
    struct buffer explanation = BUFFER_INIT;
    rule_explain(run->rule, run->facts, &explanation);
    struct dry_run_hit told = {.has_event = true,
                               .event = event,
                               .time = record_int(event, ENT_EVENT_LAST_SEEN, 0),
                               .reason = reason,
                               .finding = finding,
                               .explanation = explanation.bytes ? explanation.bytes : ""};
    run->counts->hits++;
    if (explanation.failed)
        run->failed = !no_memory(run);
    run->stopped = !run->failed && run->callback && !run->callback(run->context, &told);
    buffer_free(&explanation);
}

/* ---- series ---- */

static void look_for_spike(struct run *run, const struct revision_row *row, int64_t day)
{
    int count;
    struct series_verdict verdict;
    int64_t days = run->statistic.days;
    if (run->told != SERIES_NO_DAY && day - run->told < days && run->told - day < days)
        return;
    run->failed = !series_count(run->store, SERIES, day - days + 1, day, &count, run->error);
    if (run->failed || count < SERIES_SPIKE_MIN)
        return;
    run->failed = !series_judge(run->store, SERIES, &run->statistic, day, &verdict, run->error);
    if (run->failed || !verdict.holds)
        return;
    run->told = day;
    if (record_int(row->record, ENT_EVENT_LAST_SEEN, 0) >= run->since)
        hit(run, row->record, "spike", verdict.text);
}

static void count(struct run *run, const struct revision_row *row, bool matches)
{
    int64_t day;
    const char *verdict = record_text(row->record, ENT_EVENT_VERDICT);
    bool counts = matches && !watch_has_change(row->record, "withdrawn") && !(verdict && !strcmp(verdict, "rejected"));
    run->failed = !series_update(run->store, SERIES, row->event_sequence, row->record, counts, row->made, &day, run->error);
    if (!run->failed && counts && run->callback && run->statistic.kind == RULE_SPIKE && watch_can_be_new(row->record))
        look_for_spike(run, row, day);
}

static bool take_last_day(void *context, int64_t day, int64_t items)
{
    struct run *run = context;
    (void)items;
    run->last_day = day;
    return true;
}

/* The daemon looks every hour; here a few looks a window show the same silences. */
static bool look_into_gap(struct run *run, int64_t from, int64_t to)
{
    const int64_t day_ms = 86400000;
    int64_t days = run->statistic.days, step = days / 8 + 1;
    struct series_verdict verdict = {.holds = false};
    for (int64_t day = from + days; day <= to && !verdict.holds; day += step) {
        if (!series_judge(run->store, SERIES, &run->statistic, day, &verdict, run->error))
            return false;
        if (!verdict.holds || day * day_ms < run->since)
            continue;
        struct dry_run_hit told = {
            .time = day * day_ms, .reason = "silence", .finding = verdict.text, .explanation = ""};
        run->counts->hits++;
        run->stopped = !run->callback(run->context, &told);
    }
    return true;
}

static bool look_for_silences(struct run *run)
{
    int64_t day, next;
    run->last_day = INT64_MIN;
    if (!store_item_days(run->store, "", INT64_MIN, INT64_MAX, take_last_day, run, run->error) ||
        !store_series_next(run->store, SERIES, INT64_MIN, &day, run->error))
        return false;
    while (day != SERIES_NO_DAY && !run->stopped) {
        if (!store_series_next(run->store, SERIES, day, &next, run->error) ||
            !look_into_gap(run, day, next == SERIES_NO_DAY ? run->last_day : next - 1))
            return false;
        day = next;
    }
    return true;
}

/* ---- the archive ---- */

static void look_at(struct run *run, const struct revision_row *row)
{
    bool is_absorbed = watch_has_change(row->record, "absorbed");
    bool has_series = run->statistic.kind != RULE_NO_STATISTIC, matches = false;
    if (!is_absorbed) {
        if (!rule_facts_fill(run->facts, row->record, row->has_previous ? &row->previous : NULL)) {
            run->failed = !no_memory(run);
            return;
        }
        matches = rule_matches(run->rule, run->facts, NULL);
        if (archive_failed(run->archive, run->error))
            run->failed = true;
    }
    bool is_in_time = record_int(row->record, ENT_EVENT_LAST_SEEN, 0) >= run->since;
    run->counts->revisions += !is_absorbed && is_in_time;
    if (run->failed)
        return;
    if (has_series) {
        count(run, row, matches);
        return;
    }
    const char *reason = matches && is_in_time ? find_reason(run, row->record) : NULL;
    if (reason && !run->failed)
        hit(run, row->record, reason, NULL);
}

static bool take_revision(void *context, const struct revision_row *row)
{
    struct run *run = context;
    run->last = row->sequence;
    run->taken++;
    look_at(run, row);
    return !run->failed && !run->stopped;
}

static bool go_over_archive(struct run *run)
{
    bool ok;
    run->statistic = rule_statistic(run->rule);
    run->told = SERIES_NO_DAY;
    archive_begin(run->archive, run->store);
    rule_facts_ask(run->facts, archive_table(run->archive));
    if (run->statistic.kind != RULE_NO_STATISTIC) {
        archive_set_series(run->archive, SERIES);
        if (!store_series_lend(run->store, run->error))
            return false;
    }
    bool is_late = false;
    do {
        run->taken = 0;
        ok = store_revisions_each(run->store, run->last, REVISIONS_A_READ, take_revision, run, run->error) && !run->failed;
        is_late = run->part && clock_monotonic() > run->part->deadline;
    } while (ok && !run->stopped && !is_late && run->taken == REVISIONS_A_READ);
    if (run->part) {
        run->part->last = run->last;
        run->part->is_cut = run->stopped || run->taken == REVISIONS_A_READ;
    }
    if (is_late && run->taken == REVISIONS_A_READ)
        return ok;
    return ok && (run->stopped || !run->callback || run->statistic.kind != RULE_SILENCE || look_for_silences(run));
}

bool watch_dry_run(struct store *store, const struct rule *rule, const char *const *on, int64_t since, struct dry_run_part *part,
                   dry_run_callback *callback, void *context, struct dry_run_counts *counts, struct error *error)
{
    struct run run = {.store = store,
                      .error = error,
                      .rule = rule,
                      .on = on,
                      .since = since,
                      .last = part ? part->after : 0,
                      .part = part,
                      .callback = callback,
                      .context = context,
                      .counts = counts};
    *counts = (struct dry_run_counts){0, 0};
    for (const char *const *word = on; *word; word++)
        run.on_new |= strcmp(*word, "new") == 0;
    run.facts = rule_facts_create();
    run.archive = archive_create();
    bool ok = run.facts && run.archive ? go_over_archive(&run) : no_memory(&run);
    struct error ignored = ERROR_INIT;
    if (run.statistic.kind != RULE_NO_STATISTIC && !store_series_return(store, ok ? error : &ignored))
        ok = false;
    rule_facts_destroy(run.facts);
    archive_destroy(run.archive);
    free(run.fired.rows);
    return ok;
}

bool dry_run_count(struct store *store, const struct rule *rule, struct archive *archive, struct error *error)
{
    struct dry_run_counts counts = {0, 0};
    struct run run = {
        .store = store, .error = error, .rule = rule, .since = INT64_MAX, .counts = &counts, .archive = archive};
    run.facts = rule_facts_create();
    bool ok = run.facts ? go_over_archive(&run) : no_memory(&run);
    rule_facts_destroy(run.facts);
    return ok;
}
