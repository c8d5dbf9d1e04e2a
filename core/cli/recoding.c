#include "core/cli/recoding.h"

#include "core/base/clock.h"
#include "core/bus/bus.h"
#include "core/bus/prepare.h"
#include "core/control/changes.h"
#include "core/control/client.h"
#include "core/store/items.h"
#include "core/store/reports.h"
#include "core/store/state.h"
#include "core/store/store.h"
#include "lib/coder/item.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    PAGE_ITEMS = 50,
    BATCH_ITEMS = 100,   /* with other reports */
    BATCH_LOOKED = 2000, /* items looked at, so that progress is kept where nothing differs */
    REPORTS_MAX = 1000,  /* an item */
    PATH_SIZE = 4096,
    CALL_TIMEOUT_MS = 60000,
    BUSY_WAIT_MS = 200, /* while the daemon has news to work on ... */
    BUSY_WAITS_MAX = 25 /* ... but not for ever */
};

struct run {
    struct query *query;
    const struct recoding_plan *plan;
    struct coder_workspace *workspace;
    struct rule_facts *facts;
    struct control_alone *alone; /* NULL: a daemon runs */
    struct batch batch;
    int64_t looked_in_batch;
    struct ent_record *before[REPORTS_MAX], *after[REPORTS_MAX];
    size_t before_count, after_count;
    struct error *error;
    bool failed;
};

/* ---- one item ---- */

static bool keep_report(void *context, const struct report_row *row)
{
    struct run *run = context;
    if (strcmp(row->classifier, run->plan->classifier) != 0 || run->before_count == REPORTS_MAX)
        return true;
    struct ent_record *report = record_from_bytes(row->record.bytes, row->record.size, run->error);
    run->failed = !report;
    if (report)
        run->before[run->before_count++] = report;
    return report != NULL;
}

static void release(struct ent_record **reports, size_t *count)
{
    for (size_t i = 0; i < *count; i++)
        record_release(reports[i]);
    *count = 0;
}

static bool is_in_time(const struct recoding_filter *filter, struct record_view item)
{
    int64_t time = record_int(item, ENT_ITEM_PUBLISHED, record_int(item, ENT_ITEM_FETCHED, 0));
    return time >= filter->since && time < filter->until;
}

static bool is_of_source(const char *names, struct record_view item)
{
    const char *source = record_text(item, ENT_ITEM_SOURCE);
    size_t size = source ? strlen(source) : 0;
    for (const char *name = names; source && *name;) {
        size_t length = strcspn(name, ",");
        const char *bare = length > 7 && !strncmp(name, "source.", 7) ? name + 7 : name;
        if (length - (size_t)(bare - name) == size && !memcmp(bare, source, size))
            return true;
        name += length + (name[length] == ',');
    }
    return false;
}

static bool is_wanted(struct run *run)
{
    const struct rule *where = run->plan->filter->where;
    for (size_t i = 0; where && i < run->before_count; i++)
        if (rule_facts_fill(run->facts, run->before[i]->view, NULL) && rule_matches(where, run->facts, NULL))
            return true;
    return !where;
}

/* A report whose evidence stands in a body that is not there any more cannot be made again. */
static bool is_gone(const struct run *run, struct record_view item)
{
    struct record_view evidence;
    if (record_count(item, ENT_ITEM_BODY))
        return false;
    for (size_t i = 0; i < run->before_count; i++)
        for (size_t k = 0; record_get_view(run->before[i]->view, ENT_REPORT_EVIDENCE, k, &evidence); k++)
            if (!record_text(evidence, ENT_EVIDENCE_IN))
                return true;
    return false;
}

static bool code_item(struct run *run, struct record_view item, struct coder_result *result)
{
    struct coder_article article;
    char published[40];
    coder_read_item(item, &article, published);
    if (!coder_code(run->plan->coder, run->workspace, &article, run->plan->min_confidence, result, run->error))
        return false;
    for (size_t i = 0; i < result->event_count && i < REPORTS_MAX; i++) {
        struct ent_record *report = prepare_report(result->events[i]->view, item, run->plan->classifier, i, run->error);
        if (!report)
            return false;
        run->after[run->after_count++] = report;
    }
    return true;
}

static bool same_reports(const struct run *run)
{
    bool same = run->before_count == run->after_count;
    for (size_t i = 0; same && i < run->before_count; i++) {
        struct record_view before = run->before[i]->view, after = run->after[i]->view;
        same = before.size == after.size && !memcmp(before.bytes, after.bytes, before.size);
    }
    return same;
}

/* The new reports go to the batch, which takes them over. */
static bool put_in_batch(struct run *run, int64_t sequence, struct record_view item, const struct coder_result *result)
{
    struct batch_item row = {.sequence = sequence, .report_count = run->after_count};
    char remark[CODER_REMARK_SIZE];
    const char *source = record_text(item, ENT_ITEM_SOURCE);
    row.reports = calloc(run->after_count + 1, sizeof *row.reports);
    if (!row.reports)
        return error_set(run->error, ERROR_MEMORY, "out of memory");
    memcpy(row.reports, run->after, run->after_count * sizeof *row.reports);
    run->after_count = 0;
    coder_remark(item, result, remark);
    snprintf(row.remark, sizeof row.remark, "%s", remark);
    snprintf(row.source, sizeof row.source, "%s", source ? source : "");
    run->batch.progress.replaced++;
    return batch_add(&run->batch, &row) || error_set(run->error, ERROR_MEMORY, "out of memory");
}

static bool compare_item(struct run *run, const struct item_row *row)
{
    struct coder_result result = {.relevance = CODER_NONE};
    struct recoding_item told = {.item = row->record, .before = run->before, .after = run->after};
    struct difference *differences = NULL;
    told.is_gone = row->is_pruned || is_gone(run, row->record);
    if (!told.is_gone && !code_item(run, row->record, &result))
        return false;
    told.is_uncoded = result.uncoded;
    if (!told.is_gone) {
        differences =
            difference_find(run->before, run->before_count, run->after, run->after_count, &told.difference_count);
        if (!differences)
            return error_set(run->error, ERROR_MEMORY, "out of memory");
        told.differences = differences;
    }
    run->batch.progress.items++;
    run->plan->tell(run->plan->context, &told);
    free(differences);
    if (told.is_gone || !run->plan->apply || same_reports(run))
        return true;
    return put_in_batch(run, row->sequence, row->record, &result);
}

static bool take_item(void *context, const struct item_row *row)
{
    struct run *run = context;
    const struct recoding_filter *filter = run->plan->filter;
    if (row->sequence > run->batch.progress.upto)
        return false;
    run->batch.progress.cursor = row->sequence;
    run->looked_in_batch++;
    if (!row->current || *row->dropped_by || !is_in_time(filter, row->record) ||
        (filter->sources && !is_of_source(filter->sources, row->record)))
        return true;
    bool good = store_reports_of(query_store(run->query), row->sequence, keep_report, run, run->error) && !run->failed;
    if (good && is_wanted(run))
        good = compare_item(run, row);
    release(run->before, &run->before_count);
    release(run->after, &run->after_count);
    run->failed = !good;
    return good;
}

/* ---- applying ---- */

/* News first: waits while the daemon has items to work on. */
static void give_way(const char *state_dir)
{
    for (int i = 0; i < BUSY_WAITS_MAX; i++) {
        json_t *status = control_call(state_dir, CONTROL_STATUS, NULL, CALL_TIMEOUT_MS, NULL, NULL);
        json_int_t open = json_integer_value(json_object_get(json_object_get(status, "daemon"), "open_items"));
        json_decref(status);
        if (open == 0)
            return;
        usleep(BUSY_WAIT_MS * 1000);
    }
}

static bool hand_over(struct run *run)
{
    char name[60], path[PATH_SIZE];
    snprintf(name, sizeof name, BATCH_PREFIX "%d", (int)getpid());
    if (!state_path(path, sizeof path, run->plan->state_dir, name, run->error) ||
        !batch_write(&run->batch, path, run->error))
        return false;
    give_way(run->plan->state_dir);
    json_t *result = control_call(run->plan->state_dir, CONTROL_RECODE, name, CALL_TIMEOUT_MS, NULL, run->error);
    unlink(path);
    json_decref(result);
    return result != NULL;
}

static bool apply_batch(struct run *run)
{
    bool done =
        run->alone ? bus_change(control_alone_bus(run->alone), batch_apply, &run->batch, run->error) : hand_over(run);
    batch_clear(&run->batch);
    run->looked_in_batch = 0;
    return done;
}

static bool is_running(const char *state_dir)
{
    bool running = false;
    json_t *status = control_call(state_dir, CONTROL_STATUS, NULL, CALL_TIMEOUT_MS, &running, NULL);
    json_decref(status);
    return running;
}

/* ---- the whole ---- */

static bool begin(struct run *run, struct recoding_result *result)
{
    struct store *store = query_store(run->query);
    const struct recoding_plan *plan = run->plan;
    struct recode_row row = {0};
    bool found = false;
    if (plan->apply && !store_recode_get(store, plan->classifier, &row, &found, run->error))
        return false;
    bool goes_on = found && !row.finished && !strcmp(row.stamp, coder_stamp(plan->coder)) &&
                   !strcmp(row.filter, plan->filter->text);
    if (!goes_on) {
        row = (struct recode_row){.upto = store_item_last(store, run->error), .started = clock_now()};
        snprintf(row.stamp, sizeof row.stamp, "%s", coder_stamp(plan->coder));
        snprintf(row.filter, sizeof row.filter, "%s", plan->filter->text);
    }
    result->resumed_at = goes_on ? row.cursor : 0;
    run->batch.progress = row;
    snprintf(run->batch.classifier, sizeof run->batch.classifier, "%s", plan->classifier);
    if (row.upto < 0)
        return false;
    if (plan->apply && !is_running(plan->state_dir))
        return (run->alone = control_alone_begin(plan->state_dir, run->error)) != NULL;
    return true;
}

static bool walk(struct run *run)
{
    struct recode_row *progress = &run->batch.progress;
    while (progress->cursor < progress->upto) {
        int64_t before = progress->cursor;
        if (!store_items_each(query_store(run->query), before, PAGE_ITEMS, take_item, run, run->error) || run->failed)
            return false;
        if (progress->cursor == before)
            progress->cursor = progress->upto; /* numbers up to there are of items that are no more */
        run->plan->progress(run->plan->context, progress->cursor, progress->upto);
        bool full = run->batch.item_count >= BATCH_ITEMS || run->looked_in_batch >= BATCH_LOOKED;
        if (run->plan->apply && full && progress->cursor < progress->upto && !apply_batch(run))
            return false;
    }
    progress->finished = clock_now();
    return !run->plan->apply || apply_batch(run);
}

bool recoding_run(struct query *query, const struct recoding_plan *plan, struct recoding_result *result,
                  struct error *error)
{
    struct run *run = calloc(1, sizeof *run);
    bool good = run != NULL;
    if (good) {
        run->query = query;
        run->plan = plan;
        run->error = error;
        run->workspace = coder_workspace_create();
        run->facts = rule_facts_create();
        good = run->workspace && run->facts;
    }
    if (!good)
        error_set(error, ERROR_MEMORY, "out of memory");
    good = good && begin(run, result) && walk(run);
    if (run) {
        result->items = run->batch.progress.items;
        result->replaced = run->batch.progress.replaced;
        release(run->before, &run->before_count);
        release(run->after, &run->after_count);
        batch_clear(&run->batch);
        control_alone_end(run->alone);
        coder_workspace_destroy(run->workspace);
        rule_facts_destroy(run->facts);
        free(run);
    }
    return good;
}
