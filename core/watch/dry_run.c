#include "core/watch/dry_run.h"

#include "core/store/events.h"
#include "core/watch/watch.h"
#include "lib/base/digest.h"

#include <stdlib.h>
#include <string.h>

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
    const struct rule *rule;
    const char *const *on;
    int64_t since, last;
    bool on_new, failed, stopped;
    size_t taken;
    struct rule_facts *facts;
    struct ids fired;
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

static const char *find_reason(struct run *run, struct record_view event)
{
    const char *id = record_text(event, ENT_REPORT_ID);
    if (run->on_new && id && watch_can_be_new(event) && !was_new(run, event)) {
        run->failed = !ids_add(&run->fired, id);
        return "new";
    }
    return watch_change_reason(run->on, event);
}

static void look_at(struct run *run, const struct revision_row *row)
{
    struct buffer explanation = BUFFER_INIT;
    run->counts->revisions++;
    if (!rule_facts_fill(run->facts, row->record, row->has_previous ? &row->previous : NULL)) {
        run->failed = true;
        return;
    }
    if (!rule_matches(run->rule, run->facts, NULL))
        return;
    const char *reason = find_reason(run, row->record);
    if (!reason || run->failed)
        return;
    rule_matches(run->rule, run->facts, &explanation);
    struct dry_run_hit hit = {row->record, reason, explanation.bytes ? explanation.bytes : ""};
    run->counts->hits++;
    run->failed = explanation.failed;
    run->stopped = !run->failed && !run->callback(run->context, &hit);
    buffer_free(&explanation);
}

static bool take_revision(void *context, const struct revision_row *row)
{
    struct run *run = context;
    run->last = row->sequence;
    run->taken++;
    if (!watch_has_change(row->record, "absorbed") && record_int(row->record, ENT_EVENT_LAST_SEEN, 0) >= run->since)
        look_at(run, row);
    return !run->failed && !run->stopped;
}

bool watch_dry_run(struct store *store, const struct rule *rule, const char *const *on, int64_t since,
                   dry_run_callback *callback, void *context, struct dry_run_counts *counts, struct error *error)
{
    struct run run = {.rule = rule, .on = on, .since = since, .callback = callback, .context = context, .counts = counts};
    *counts = (struct dry_run_counts){0, 0};
    for (const char *const *word = on; *word; word++)
        run.on_new |= strcmp(*word, "new") == 0;
    run.facts = rule_facts_create();
    run.failed = !run.facts;
    bool ok = true;
    do {
        run.taken = 0;
        ok = !run.failed && store_revisions_each(store, run.last, REVISIONS_A_READ, take_revision, &run, error);
    } while (ok && !run.failed && !run.stopped && run.taken == REVISIONS_A_READ);
    if (run.failed)
        ok = error_set(error, ERROR_MEMORY, "no memory to try the rule on the archive");
    rule_facts_destroy(run.facts);
    free(run.fired.rows);
    return ok;
}
