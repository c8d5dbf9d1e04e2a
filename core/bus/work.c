#include "core/bus/bus_private.h"
#include "core/store/http_state.h"
#include "core/store/items.h"
#include "core/store/kv.h"
#include "core/store/kv.h"
#include "core/store/progress.h"

#include "core/base/clock.h"
#include "core/base/log.h"

#include <stdlib.h>
#include <string.h>

/* ---- making ---- */

void work_clear_items(struct work *work)
{
    for (size_t i = 0; i < work->item_count; i++)
        record_release(work->items[i].record);
    work->item_count = 0;
}

static void free_work(void *context)
{
    struct work *work = context;
    work_clear_items(work);
    for (size_t i = 0; i < work->entry_count; i++) {
        struct work_entry *entry = &work->entries[i];
        if (entry->input)
            continue; /* the unit releases what it holds */
        aside_row_free(&entry->aside);
        record_release(entry->record);
        for (size_t j = 0; j < entry->output_count; j++)
            record_release(entry->outputs[j]);
    }
    for (size_t i = 0; i < work->reject_count; i++)
        record_release(work->rejects[i].record);
    free(work->rejects);
    free(work->items);
    free(work->entries);
    free(work);
}

/* Gives `unit` a work of `count` empty entries. */
static bool attach_work(struct bus_port *port, struct unit *unit, size_t count)
{
    struct work *work = calloc(1, sizeof *work);
    struct work_entry *entries = calloc(count ? count : 1, sizeof *entries);
    if (!work || !entries) {
        free(work);
        free(entries);
        return false;
    }
    work->port = port;
    work->entries = entries;
    work->entry_count = count;
    unit->work = work;
    unit->free_work = free_work;
    return true;
}

struct unit *work_unit(struct bus_port *port, enum unit_kind kind, size_t count)
{
    struct unit *unit = unit_create(kind, port->instance, count);
    if (!unit)
        return NULL;
    if (!attach_work(port, unit, count)) {
        unit_destroy(unit);
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        work_of(unit)->entries[i].input = &unit->inputs[i];
    return unit;
}

bool work_adopt(struct bus_port *port, struct unit *unit)
{
    if (!attach_work(port, unit, unit->settlement_count))
        return false;
    struct work *work = work_of(unit);
    work->entry_count = 0;
    for (size_t i = 0; i < unit->settlement_count; i++) {
        struct pending *row = pending_find_ticket(&port->pending, unit->settlements[i].ticket);
        if (!row || row->is_out) {
            /* Its time had run out, or it was settled before. */
            unit->settlements[i].ticket = 0;
            continue;
        }
        row->is_out = true;
        struct work_entry *entry = &work->entries[work->entry_count++];
        entry->sequence = row->sequence;
        entry->ticket = row->ticket;
        entry->aside = aside_take(&port->aside, row->sequence);
        entry->aside.sequence = row->sequence;
        entry->before = row->history;
        /* The attempt was counted when it was left unfinished. */
        entry->before.attempts--;
        entry->was_pending = true;
    }
    return true;
}

/* ---- judging ---- */

static const char *keep_text(struct unit *unit, const char *text)
{
    const char *kept = *text ? arena_copy(unit->arena, text, strlen(text)) : "";
    return kept ? kept : "";
}

static void judge_entry(struct unit *unit, struct work_entry *entry, const struct attempt_rules *rules,
                        enum ent_code code, int64_t retry_after_ms, const char *text, int64_t now)
{
    struct attempt_outcome outcome;
    struct attempt_history before = entry->before;
    if (unit->has_died)
        before.deaths += ATTEMPT_DEATH_UNKNOWN;
    attempt_judge(&outcome, &before, rules, code, retry_after_ms, text, now);
    entry->code = code;
    entry->verdict = outcome.verdict;
    entry->after = outcome.after;
    entry->due = outcome.due;
    entry->text = keep_text(unit, outcome.text);
    work_of(unit)->parks |= outcome.parks;
}

/* What is put off again and again may be no longer than what is tried again and again. */
static enum ent_code settled_code(const struct unit_settlement *settled, const struct work_entry *entry,
                                  const struct attempt_rules *rules, int64_t now)
{
    bool is_late = now >= entry->before.first + rules->deadline_ms;
    return settled->code == ENT_AGAIN && is_late ? ENT_RETRY : settled->code;
}

void work_judge(struct unit *unit, const struct attempt_rules *rules, int64_t now)
{
    struct work *work = work_of(unit);
    size_t settlement = 0;
    for (size_t i = 0; i < work->entry_count; i++) {
        struct work_entry *entry = &work->entries[i];
        if (entry->input) {
            struct unit_input *input = entry->input;
            enum ent_code code = input->has_result ? input->code : unit->code;
            judge_entry(unit, entry, rules, code, input->retry_after_ms, input->text ? input->text : unit->text, now);
            continue;
        }
        while (unit->settlements[settlement].ticket == 0)
            settlement++;
        const struct unit_settlement *settled = &unit->settlements[settlement++];
        judge_entry(unit, entry, rules, settled_code(settled, entry, rules, now), settled->retry_after_ms,
                    settled->text, now);
    }
}

void work_refuse(struct unit *unit, struct work_entry *entry, const struct attempt_rules *rules, enum ent_code code,
                 const char *text, int64_t now)
{
    judge_entry(unit, entry, rules, code, -1, text, now);
    if (!entry->input)
        return;
    entry->input->has_result = true;
    entry->input->code = code;
    entry->input->text = entry->text;
}

enum { STORE_ATTEMPTS_MAX = 3 };

void work_fail(struct unit *unit, const struct attempt_rules *rules, const char *why, int64_t now)
{
    struct work *work = work_of(unit);
    work->has_failed = true;
    for (size_t i = 0; i < work->entry_count; i++) {
        struct work_entry *entry = &work->entries[i];
        /* What cannot be stored now will hardly be later, but with others it may have been another's fault. */
        enum ent_code code = entry->before.attempts + 1 < STORE_ATTEMPTS_MAX ? ENT_RETRY : ENT_REJECT;
        judge_entry(unit, entry, rules, code, -1, why, now);
        entry->passes = true;
    }
}

/* ---- pending ---- */

static void put_pending(struct unit *unit, const struct work_entry *entry)
{
    struct bus_port *port = work_of(unit)->port;
    bool is_awaited = entry->verdict == ATTEMPT_AWAITED;
    struct pending row = {.sequence = entry->sequence,
                          .history = entry->after,
                          .due = entry->due,
                          .alone = true,
                          .is_awaited = is_awaited,
                          .ticket = is_awaited ? (entry->input ? entry->input->ticket : entry->ticket) : 0};
    if (!pending_put(&port->pending, &row))
        log_write(LOG_ERROR, port->instance, NULL,
                  "no memory to remember a record for another attempt: it is made when "
                  "the daemon starts again");
}

void work_await(struct unit *unit)
{
    struct work *work = work_of(unit);
    for (size_t i = 0; i < work->entry_count; i++) {
        if (work->entries[i].verdict == ATTEMPT_AWAITED)
            put_pending(unit, &work->entries[i]);
    }
}

void work_update_pending(struct unit *unit)
{
    struct work *work = work_of(unit);
    for (size_t i = 0; i < work->entry_count; i++) {
        const struct work_entry *entry = &work->entries[i];
        switch (entry->verdict) {
        case ATTEMPT_DONE:
        case ATTEMPT_DEAD:
            pending_remove(&work->port->pending, entry->sequence);
            break;
        case ATTEMPT_AGAIN_LATER:
            put_pending(unit, entry);
            break;
        case ATTEMPT_AWAITED:
            /* There since work_await, and perhaps settled by now. */
            break;
        }
        if (entry->verdict != ATTEMPT_DONE && entry->text && *entry->text)
            bus_note_failure(work->port, entry->text);
    }
    if (work->parks)
        work->port->is_parked = true;
}

static bool load_pending(void *context, const char *processor, const struct pending_row *row)
{
    struct bus_port *port = context;
    (void)processor;
    struct pending pending = {.sequence = row->sequence,
                              .history = {row->attempts, row->first, row->deaths},
                              .due = row->due,
                              .alone = row->alone};
    return row->sequence == 0 || pending_put(&port->pending, &pending);
}

bool work_load_pending(struct bus_port *port, struct error *error)
{
    return store_pending_each(port->bus->store, port->instance, load_pending, port, error);
}

bool work_take_pending(struct bus_port *port, int64_t until, struct pending *row, int64_t *next_due)
{
    struct pending *found = pending_next_due(&port->pending, until, clock_now(), next_due);
    if (!found)
        return false;
    found->is_out = true;
    port->out++;
    /* It begins anew. */
    struct aside_row aside = aside_take(&port->aside, found->sequence);
    aside_row_free(&aside);
    *row = *found;
    return true;
}

void work_give_back(struct bus_port *port, int64_t sequence)
{
    pthread_mutex_lock(&port->bus->mutex);
    struct pending *row = pending_find(&port->pending, sequence);
    if (row)
        row->is_out = false;
    port->out--;
    pthread_mutex_unlock(&port->bus->mutex);
}

bool work_needs_no_callback(struct unit *unit)
{
    const struct work *work = work_of(unit);
    if (work->entry_count == 1 && work->entries[0].is_deadly)
        unit_result(unit, 0, ENT_REJECT, -1, ent_text(ATTEMPT_DEADLY_TEXT));
    return unit->input_count == 0 || unit->inputs[0].has_result;
}

/* ---- writing ---- */

bool work_apply_dead_letter(struct store *store, const struct unit *unit, const struct work_entry *entry,
                            const char *record_id, int64_t now, enum dead_letter_kind kind, struct error *error)
{
    struct dead_letter_row row = {.instance = unit->instance,
                                  .kind = kind,
                                  .sequence = entry->sequence,
                                  .record_id = record_id,
                                  .at = now,
                                  .attempts = entry->after.attempts,
                                  .text = entry->text};
    return store_dead_letter_put(store, &row, error);
}

bool work_apply_entry(struct store *store, const struct unit *unit, const struct work_entry *entry, int64_t now,
                      enum dead_letter_kind kind, struct error *error)
{
    const char *id = entry->record ? record_text(entry->record->view, ENT_ITEM_ID) : NULL;
    if (entry->verdict == ATTEMPT_DEAD && !work_apply_dead_letter(store, unit, entry, id, now, kind, error))
        return false;
    if (entry->verdict == ATTEMPT_DONE || entry->verdict == ATTEMPT_DEAD)
        return !entry->was_pending || store_pending_delete(store, unit->instance, entry->sequence, error);
    /* What is awaited is handed out at once after a restart, for the answer will not come then. */
    struct pending_row row = {.sequence = entry->sequence,
                              .due = entry->verdict == ATTEMPT_AWAITED ? 0 : entry->due,
                              .attempts = entry->after.attempts,
                              .first = entry->after.first,
                              .deaths = entry->after.deaths,
                              .alone = true,
                              .text = entry->text};
    return store_pending_put(store, unit->instance, &row, error);
}

/* A unit keeps its state if any part of it is kept. */
static bool keeps_state(const struct unit *unit)
{
    const struct work *work = work_of(unit);
    if (work->has_failed)
        return false;
    for (size_t i = 0; i < unit->input_count; i++) {
        enum ent_code code = unit_input_code(unit, i);
        if (code == ENT_OK || code == ENT_AGAIN)
            return true;
    }
    return unit->input_count == 0 && unit->code == ENT_OK;
}

bool work_apply_state(struct store *store, const struct unit *unit, struct error *error)
{
    if (!keeps_state(unit))
        return true;
    for (size_t i = 0; i < unit->kv_count; i++) {
        const struct unit_kv *kv = &unit->kv[i];
        if (!store_kv_put(store, unit->instance, kv->key.data, kv->key.size, kv->value.data, kv->value.size, error))
            return false;
    }
    for (size_t i = 0; i < unit->http_state_count; i++) {
        const struct unit_http_state *state = &unit->http_states[i];
        struct http_state row = {.url = state->url,
                                 .etag = state->etag,
                                 .last_modified = state->last_modified,
                                 .moved_to = state->moved_to,
                                 .moved_since = state->moved_since,
                                 .body_digest = state->body_digest};
        if (!store_http_state_put(store, unit->instance, &row, error))
            return false;
    }
    return true;
}

bool work_put_item(struct store *store, struct unit *unit, struct ent_record *record, const char *content,
                   const char *made_by, const struct same_items *beside, bool *is_new, struct error *error)
{
    struct work *work = work_of(unit);
    struct ent_record *stored;
    enum item_change change;
    int64_t sequence;
    *is_new = false;
    if (work->item_count == work->item_capacity) {
        size_t wanted = work->item_capacity ? work->item_capacity * 2 : 64;
        struct work_item *grown = realloc(work->items, wanted * sizeof *grown);
        if (!grown)
            return error_set(error, ERROR_MEMORY, "no memory for %zu items", wanted);
        work->items = grown;
        work->item_capacity = wanted;
    }
    if (!store_item_put(store, record, content, made_by, beside, &sequence, &stored, &change, error))
        return false;
    if (stored) {
        work->items[work->item_count++] = (struct work_item){sequence, stored};
        *is_new = true;
    }
    return true;
}
