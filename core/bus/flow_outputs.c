/* Flow's outputs: what a processor made of its items, on its way back to the store. */
#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/bus/flow_private.h"
#include "core/bus/prepare.h"
#include "core/store/identity.h"
#include "core/store/items.h"
#include "core/store/progress.h"
#include "core/store/remarks.h"
#include "core/store/reports.h"

#include <string.h>

static struct attempt_rules rules_of(const struct bus_port *port)
{
    struct attempt_rules rules = {BUS_PAUSE_FIRST_MS, BUS_PAUSE_MAX_MS, port->processor.settings.deadline_ms,
                                  BUS_ANSWER_MS};
    return rules;
}

/* ---- handing back ---- */

/* Is this the item itself, let through? */
static bool is_same_item(struct ent_record *output, struct ent_record *item)
{
    if (output == item)
        return true;
    const char *id = record_text(output->view, ENT_ITEM_ID), *own = record_text(item->view, ENT_ITEM_ID);
    if (!id || !own || strcmp(id, own) != 0)
        return false;
    char content[DIGEST_HEX_SIZE], own_content[DIGEST_HEX_SIZE];
    item_content(content, output->view);
    item_content(own_content, item->view);
    return strcmp(content, own_content) == 0;
}

/* Turns what the plugin emitted into records as they are stored, in place. */
static bool prepare_outputs(struct unit *unit, struct work_entry *entry, struct ent_record **outputs, size_t count,
                            struct error *error)
{
    size_t kept = 0;
    bool ok = true;
    bool transforms = work_of(unit)->port->processor.settings.kind == UNIT_TRANSFORM;
    for (size_t i = 0; i < count; i++) {
        struct ent_record *output = outputs[i], *prepared = NULL;
        outputs[i] = NULL;
        if (ok && transforms && is_same_item(output, entry->record)) {
            entry->passes = true;
        } else if (ok) {
            prepared = transforms ? prepare_derived(output->view, entry->record->view, kept, error)
                                  : prepare_report(output->view, entry->record->view, unit->instance, kept, error);
            ok = prepared != NULL;
        }
        record_release(output);
        if (prepared)
            outputs[kept++] = prepared;
    }
    entry->outputs = outputs;
    entry->output_count = kept;
    return ok;
}

/* An answer's outputs belong to the item that a report names, else to the one that it settles: others that it settles
 * may have run out of time. */
static bool is_of_item(struct record_view output, const struct work_entry *entry, bool is_alone)
{
    const char *named = record_text(output, ENT_REPORT_ITEM), *id = record_text(entry->record->view, ENT_ITEM_ID);
    return named ? id && strcmp(named, id) == 0 : is_alone;
}

static bool find_record(struct bus_port *port, int64_t sequence, struct ent_record **record, struct error *error)
{
    struct recent_item item = {0};
    bool found = flow_find_item(port, sequence, &item, error);
    *record = item.record;
    return found;
}

static size_t output_max(const struct unit *unit)
{
    return work_of(unit)->port->processor.settings.kind == UNIT_CLASSIFY ? UNIT_REPORTS_MAX : UNIT_OUTPUT_MAX;
}

static const struct work_role role = {find_record, is_of_item, prepare_outputs, output_max};

/* Submits fresh units in the order in which they were handed out, whoever finishes first. */
static void submit_in_order(struct bus_port *port, struct unit *unit)
{
    struct bus_processor_state *state = &port->processor;
    pthread_mutex_lock(&state->order_mutex);
    struct unit **place = &state->held;
    while (*place && (*place)->ordinal < unit->ordinal)
        place = &(*place)->next;
    unit->next = *place;
    *place = unit;
    while (state->held && state->held->ordinal == state->next_ordinal) {
        struct unit *next = state->held;
        state->held = next->next;
        state->next_ordinal++;
        bus_write(port, next, false);
    }
    pthread_mutex_unlock(&state->order_mutex);
}

void flow_finish(struct bus_port *port, struct unit *unit, bool more_follows)
{
    struct attempt_rules rules = rules_of(port);
    (void)more_follows;
    if (!work_finish(port, unit, &role, &rules))
        return;
    if (work_of(unit)->is_fresh)
        submit_in_order(port, unit);
    else
        bus_write(port, unit, false);
}

/* ---- on the writer's thread ---- */

static bool withdraw_all(struct store *store, int64_t item, const struct unit_withdrawal *withdrawals, size_t count,
                         struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (!store_report_withdraw(store, item, withdrawals[i].report_id, error))
            return false;
    }
    return true;
}

static bool apply_reports(struct store *store, const struct unit *unit, const struct work_entry *entry,
                          struct error *error)
{
    if (!store_reports_replace(store, entry->sequence, unit->instance, error))
        return false;
    for (size_t i = 0; i < entry->output_count; i++) {
        if (!store_report_put(store, entry->sequence, unit->instance, entry->outputs[i]->view, error))
            return false;
    }
    const struct unit_input *input = entry->input;
    return input ? withdraw_all(store, entry->sequence, input->withdrawals, input->withdrawal_count, error)
                 : withdraw_all(store, entry->sequence, entry->aside.withdrawals, entry->aside.withdrawal_count, error);
}

/* What was remarked of an item on an earlier attempt does not stand after another one. */
static bool apply_remark(struct store *store, const struct unit *unit, const struct work_entry *entry,
                         struct error *error)
{
    const char *told = entry->input ? entry->input->text : entry->text;
    const char *text = entry->code == ENT_OK ? told : NULL;
    bool may_stand = entry->was_pending || !work_of(unit)->is_fresh;
    if ((!text || !*text) && !may_stand)
        return true;
    const char *source = entry->record ? record_text(entry->record->view, ENT_ITEM_SOURCE) : NULL;
    return store_remark_put(store, unit->instance, entry->sequence, source, text, error);
}

static bool apply_derived(struct store *store, struct unit *unit, const struct work_entry *entry, struct error *error)
{
    bool is_new;
    for (size_t i = 0; i < entry->output_count; i++) {
        if (!work_put_item(store, unit, entry->outputs[i], NULL, unit->instance, NULL, &is_new, error))
            return false;
    }
    return entry->passes || store_item_drop(store, entry->sequence, unit->instance, error);
}

bool flow_apply(struct bus_port *port, struct store *store, struct unit *unit, struct error *error)
{
    struct work *work = work_of(unit);
    bool transforms = port->processor.settings.kind == UNIT_TRANSFORM;
    int64_t now = clock_now();
    work_clear_items(work);
    for (size_t i = 0; i < work->entry_count; i++) {
        const struct work_entry *entry = &work->entries[i];
        bool ok = true;
        if (entry->verdict == ATTEMPT_DONE)
            ok = transforms ? apply_derived(store, unit, entry, error)
                            : apply_reports(store, unit, entry, error) && apply_remark(store, unit, entry, error);
        else if (entry->verdict == ATTEMPT_DEAD && transforms)
            ok = store_item_drop(store, entry->sequence, unit->instance, error);
        if (!ok || !work_apply_entry(store, unit, entry, now, DEAD_LETTER_ITEM, error))
            return false;
    }
    return (!work->is_fresh || store_cursor_put(store, port->instance, work->upto, error)) &&
           work_apply_state(store, unit, error);
}

void flow_fail(struct bus_port *port, struct unit *unit, const char *why)
{
    struct attempt_rules rules = rules_of(port);
    work_fail(unit, &rules, why, clock_now());
}

void flow_done(struct bus_port *port, struct unit *unit, bool written)
{
    struct work *work = work_of(unit);
    struct bus *bus = port->bus;
    port->out -= (int64_t)unit->input_count * (unit->kind != UNIT_RESPOND);
    if (!written)
        return;
    if (work->is_fresh)
        port->processor.cursor = work->upto;
    work_update_pending(unit);
    for (size_t i = 0; i < work->item_count; i++)
        flow_add_item(bus, work->items[i].sequence, work->items[i].record, port->instance);
    if (port->processor.settings.kind != UNIT_TRANSFORM)
        return;
    for (size_t i = 0; i < work->entry_count; i++) {
        const struct work_entry *entry = &work->entries[i];
        struct recent_item *item = recent_find(&bus->recent, entry->sequence);
        bool ends = entry->verdict == ATTEMPT_DEAD || (entry->verdict == ATTEMPT_DONE && !entry->passes);
        if (item && ends)
            item->leaves = port->processor.index;
    }
}
