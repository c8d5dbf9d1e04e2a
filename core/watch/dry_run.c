#include "core/watch/dry_run.h"

#include "core/base/clock.h"
#include "core/store/baseline.h"
#include "core/store/events.h"
#include "core/store/series.h"
#include "core/watch/archive.h"
#include "core/watch/glances.h"
#include "core/watch/series.h"
#include "core/watch/watch.h"

#include <stdlib.h>
#include <string.h>

#define SERIES "trial" /* the name under which the series of the run is counted */

enum { REVISIONS_A_READ = 500 }; /* so that no read transaction is held for long */

/* ---- events that were new already ---- */

/* A bit for each number of an event: they are counted from 1. */
struct numbers {
    unsigned char *bits;
    size_t size;
};

static bool numbers_have(const struct numbers *numbers, int64_t number)
{
    size_t at = (size_t)number / 8;
    return at < numbers->size && (numbers->bits[at] >> (number % 8) & 1);
}

static bool numbers_add(struct numbers *numbers, int64_t number)
{
    size_t at = (size_t)number / 8;
    if (at >= numbers->size) {
        size_t size = 2 * at + 256;
        unsigned char *bits = realloc(numbers->bits, size);
        if (!bits)
            return false;
        memset(bits + numbers->size, 0, size - numbers->size);
        numbers->bits = bits;
        numbers->size = size;
    }
    numbers->bits[at] |= (unsigned char)(1 << number % 8);
    return true;
}

/* ---- the run ---- */

enum stage { OVER_REVISIONS, OVER_GAPS, DONE };

/* Between two days of the series that have events. */
struct gap {
    int64_t look; /* the next day on which it is looked whether a silence is told */
    int64_t to;
    int64_t next; /* the day at its end, SERIES_NO_DAY for none */
};

struct dry_run {
    struct store *store;
    const struct rule *rule;
    const char *const *on;
    int64_t since;
    bool on_new, failed;
    struct rule_facts *facts;
    struct archive *archive;
    struct rule_statistic statistic;
    struct numbers fired;
    enum stage stage;
    int64_t last, end; /* sequences: the last revision looked at, the archive's last when the part began */
    int64_t told;      /* day of the last spike */
    struct glances glances;
    int64_t last_day;  /* the last that has items */
    struct gap gap;
    /* of the part */
    struct error *error;
    int64_t deadline;
    bool is_cut; /* it ends before the archive does */
    size_t taken;
    dry_run_callback *callback; /* NULL: it is counted only */
    void *context;
    struct dry_run_counts *counts;
};

static bool no_memory(struct error *error)
{
    return error_set(error, ERROR_MEMORY, "no memory to try the rule on the archive");
}

static void look_at_the_clock(struct dry_run *run)
{
    if (run->deadline != DRY_RUN_NO_DEADLINE && clock_monotonic() >= run->deadline)
        run->is_cut = true;
}

static void tell(struct dry_run *run, const struct dry_run_hit *hit)
{
    run->counts->hits++;
    if (!run->callback(run->context, hit))
        run->is_cut = true;
}

/* ---- events ---- */

/* By itself, or as one of those that were merged into it. */
static bool was_new(struct dry_run *run, const struct revision_row *row)
{
    struct text alias;
    int64_t number;
    bool was = numbers_have(&run->fired, row->event_sequence);
    for (size_t i = 0; !was && !run->failed && record_get_str(row->record, ENT_EVENT_ALIAS, i, &alias); i++) {
        run->failed = !store_event_sequence(run->store, alias.bytes, &number, run->error);
        was = !run->failed && number > 0 && numbers_have(&run->fired, number);
    }
    return was;
}

static const char *find_reason(struct dry_run *run, const struct revision_row *row)
{
    if (run->on_new && watch_can_be_new(row->record) && !was_new(run, row)) {
        if (!run->failed && !numbers_add(&run->fired, row->event_sequence))
            run->failed = !no_memory(run->error);
        return "new";
    }
    return watch_change_reason(run->on, row->record);
}

static void hit(struct dry_run *run, struct record_view event, const char *reason, const char *finding)
{
    struct buffer explanation = BUFFER_INIT;
    rule_explain(run->rule, run->facts, &explanation);
    if (explanation.failed)
        run->failed = !no_memory(run->error);
    else
        tell(run, &(struct dry_run_hit){.has_event = true,
                                        .event = event,
                                        .time = record_int(event, ENT_EVENT_LAST_SEEN, 0),
                                        .reason = reason,
                                        .finding = finding,
                                        .explanation = explanation.bytes ? explanation.bytes : ""});
    buffer_free(&explanation);
}

/* ---- series ---- */

static void look_for_spike(struct dry_run *run, const struct revision_row *row, int64_t day)
{
    struct series_verdict verdict;
    int64_t days = run->statistic.days;
    if (run->told != SERIES_NO_DAY && day - run->told < days && run->told - day < days)
        return;
    run->failed = !glances_judge(&run->glances, run->store, SERIES, &run->statistic, day, &verdict, run->error);
    if (run->failed || !verdict.holds)
        return;
    run->told = day;
    if (record_int(row->record, ENT_EVENT_LAST_SEEN, 0) >= run->since)
        hit(run, row->record, "spike", verdict.text);
}

static void count(struct dry_run *run, const struct revision_row *row, bool matches)
{
    int64_t day;
    const char *verdict = record_text(row->record, ENT_EVENT_VERDICT);
    bool counts = matches && !watch_has_change(row->record, "withdrawn") && !(verdict && !strcmp(verdict, "rejected"));
    run->failed = !series_update(run->store, SERIES, row->event_sequence, row->record, counts, row->made, &day, run->error);
    if (!run->failed && counts)
        glances_note(&run->glances, &run->statistic, day);
    if (!run->failed && counts && run->callback && run->statistic.kind == RULE_SPIKE && watch_can_be_new(row->record))
        look_for_spike(run, row, day);
}

static bool take_last_day(void *context, int64_t day, int64_t items)
{
    struct dry_run *run = context;
    (void)items;
    run->last_day = day;
    return true;
}

/* The gap behind a day that has events. */
static bool begin_gap(struct dry_run *run, int64_t day)
{
    struct gap *gap = &run->gap;
    if (day == SERIES_NO_DAY) {
        run->stage = DONE;
        return true;
    }
    if (!store_series_next(run->store, SERIES, day, &gap->next, run->error))
        return false;
    gap->look = day + run->statistic.days;
    gap->to = gap->next == SERIES_NO_DAY ? run->last_day : gap->next - 1;
    return true;
}

static bool begin_gaps(struct dry_run *run)
{
    int64_t day;
    run->stage = OVER_GAPS;
    run->last_day = INT64_MIN;
    return store_item_days(run->store, "", INT64_MIN, INT64_MAX, take_last_day, run, run->error) &&
           store_series_next(run->store, SERIES, INT64_MIN, &day, run->error) && begin_gap(run, day);
}

/* The daemon looks every hour; here a few looks a window show the same silences. A gap has one at most. */
static bool look_into_gap(struct dry_run *run)
{
    const int64_t day_ms = 86400000;
    struct series_verdict verdict;
    int64_t time = run->gap.look * day_ms;
    if (!series_judge(run->store, SERIES, &run->statistic, run->gap.look, &verdict, run->error))
        return false;
    run->gap.look = verdict.holds ? INT64_MAX : run->gap.look + run->statistic.days / 8 + 1;
    if (verdict.holds && time >= run->since)
        tell(run, &(struct dry_run_hit){.time = time, .reason = "silence", .finding = verdict.text, .explanation = ""});
    return true;
}

static bool go_over_gaps(struct dry_run *run)
{
    bool ok = true;
    while (ok && run->stage == OVER_GAPS && !run->is_cut) {
        ok = run->gap.look <= run->gap.to ? look_into_gap(run) : begin_gap(run, run->gap.next);
        look_at_the_clock(run);
    }
    return ok;
}

/* ---- the archive ---- */

static void look_at(struct dry_run *run, const struct revision_row *row)
{
    bool is_absorbed = watch_has_change(row->record, "absorbed");
    bool has_series = run->statistic.kind != RULE_NO_STATISTIC, matches = false;
    if (!is_absorbed) {
        if (!rule_facts_fill(run->facts, row->record, row->has_previous ? &row->previous : NULL)) {
            run->failed = !no_memory(run->error);
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
    const char *reason = matches && is_in_time ? find_reason(run, row) : NULL;
    if (reason && !run->failed)
        hit(run, row->record, reason, NULL);
}

static bool take_revision(void *context, const struct revision_row *row)
{
    struct dry_run *run = context;
    run->last = row->sequence;
    run->taken++;
    look_at(run, row);
    look_at_the_clock(run);
    return !run->failed && !run->is_cut;
}

static bool go_over_revisions(struct dry_run *run)
{
    do {
        run->taken = 0;
        if (!store_revisions_each(run->store, run->last, REVISIONS_A_READ, take_revision, run, run->error) || run->failed)
            return false;
    } while (!run->is_cut && run->taken == REVISIONS_A_READ);
    if (run->is_cut)
        return true;
    if (run->callback && run->statistic.kind == RULE_SILENCE)
        return begin_gaps(run);
    run->stage = DONE;
    return true;
}

static bool go_over_archive(struct dry_run *run)
{
    run->end = store_revision_last(run->store, run->error);
    return run->end >= 0 && (run->stage != OVER_REVISIONS || go_over_revisions(run)) && go_over_gaps(run);
}

/* ---- from its beginning to its end ---- */

/* With `facts` and `archive` made. */
static bool set_up(struct dry_run *run, struct error *error)
{
    run->statistic = rule_statistic(run->rule);
    run->told = SERIES_NO_DAY;
    glances_forget(&run->glances);
    archive_begin(run->archive, run->store);
    rule_facts_ask(run->facts, archive_table(run->archive));
    if (run->statistic.kind == RULE_NO_STATISTIC)
        return true;
    archive_set_series(run->archive, SERIES);
    return store_series_lend(run->store, error);
}

static void discard(struct dry_run *run)
{
    rule_facts_destroy(run->facts);
    archive_destroy(run->archive);
    free(run->fired.bits);
    free(run);
}

struct dry_run *dry_run_begin(struct store *store, const struct rule *rule, const char *const *on, int64_t since,
                              struct error *error)
{
    struct dry_run *run = calloc(1, sizeof *run);
    if (!run) {
        no_memory(error);
        return NULL;
    }
    *run = (struct dry_run){.store = store, .rule = rule, .on = on, .since = since};
    for (const char *const *word = on; *word; word++)
        run->on_new |= strcmp(*word, "new") == 0;
    run->facts = rule_facts_create();
    run->archive = archive_create();
    if (run->facts && run->archive ? set_up(run, error) : no_memory(error))
        return run;
    if (run->statistic.kind != RULE_NO_STATISTIC)
        store_series_return(store, NULL);
    discard(run);
    return NULL;
}

bool dry_run_go_on(struct dry_run *run, int64_t deadline, dry_run_callback *callback, void *context,
                   struct dry_run_counts *counts, struct error *error)
{
    *counts = (struct dry_run_counts){0, 0};
    if (run->failed)
        return error_set(error, ERROR_STATE, "the trial of the rule has failed before; begin it anew");
    run->error = error;
    run->deadline = deadline;
    run->callback = callback;
    run->context = context;
    run->counts = counts;
    run->is_cut = false;
    run->failed = !go_over_archive(run);
    return !run->failed;
}

bool dry_run_is_done(const struct dry_run *run)
{
    return run->stage == DONE;
}

double dry_run_progress(const struct dry_run *run)
{
    return run->stage != OVER_REVISIONS || run->last >= run->end ? 1 : (double)run->last / (double)run->end;
}

bool dry_run_end(struct dry_run *run, struct error *error)
{
    if (!run)
        return true;
    bool ok = run->statistic.kind == RULE_NO_STATISTIC || store_series_return(run->store, error);
    discard(run);
    return ok;
}

bool watch_dry_run(struct store *store, const struct rule *rule, const char *const *on, int64_t since,
                   dry_run_callback *callback, void *context, struct dry_run_counts *counts, struct error *error)
{
    *counts = (struct dry_run_counts){0, 0};
    struct dry_run *run = dry_run_begin(store, rule, on, since, error);
    if (!run)
        return false;
    bool ok = dry_run_go_on(run, DRY_RUN_NO_DEADLINE, callback, context, counts, error);
    return dry_run_end(run, ok ? error : NULL) && ok;
}

bool dry_run_count(struct store *store, const struct rule *rule, struct archive *archive, struct error *error)
{
    struct dry_run_counts counts = {0, 0};
    struct dry_run run = {.store = store,
                          .rule = rule,
                          .since = INT64_MAX,
                          .archive = archive,
                          .error = error,
                          .deadline = DRY_RUN_NO_DEADLINE,
                          .counts = &counts};
    run.facts = rule_facts_create();
    bool ok = run.facts ? set_up(&run, error) && go_over_archive(&run) : no_memory(error);
    rule_facts_destroy(run.facts);
    return ok;
}
