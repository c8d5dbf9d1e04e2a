/* What comes back from a callback, by one rule for all roles that are handed records: results are judged, outputs made
 * ready to be stored, and what is left open is put where an answer finds it. */
#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/bus/bus_private.h"

#include <string.h>

static void refuse_outputs(struct unit *unit, struct work_entry *entry, const struct attempt_rules *rules,
                           enum ent_code code, const struct error *why, int64_t now)
{
    const char *id = entry->record ? record_text(entry->record->view, ENT_ITEM_ID) : NULL;
    log_write(LOG_ERROR, unit->instance, id, "%s", why->text);
    work_refuse(unit, entry, rules, code, why->text, now);
}

static void prepare_inputs(struct unit *unit, const struct work_role *role, const struct attempt_rules *rules,
                           int64_t now)
{
    struct work *work = work_of(unit);
    for (size_t i = 0; i < work->entry_count; i++) {
        struct error error = ERROR_INIT;
        struct work_entry *entry = &work->entries[i];
        if (entry->verdict != ATTEMPT_DONE)
            continue;
        struct unit_input *input = entry->input;
        bool is_good = role->prepare(unit, entry, input->outputs, input->output_count, &error);
        input->output_count = entry->output_count;
        if (!is_good)
            refuse_outputs(unit, entry, rules, ENT_REJECT, &error, now);
    }
}

/* ---- answers ---- */

/* What the answer itself emitted and withdrew. */
static const struct unit_input *own_of(const struct unit *unit)
{
    static const struct unit_input nothing = {0};
    return unit->input_count > 0 ? &unit->inputs[0] : &nothing;
}

/* What a unit may hold is the most that a record may have aside, too: a plugin may put it off as often as it likes. */
static bool is_bounded(const struct aside_row *aside, struct ent_record *const *own, size_t count,
                       const struct unit_input *answer, size_t most, struct error *error)
{
    size_t bytes = 0, records = aside->output_count + count;
    for (size_t i = 0; i < aside->output_count; i++)
        bytes += aside->outputs[i]->view.size;
    for (size_t i = 0; i < count; i++)
        bytes += own[i]->view.size;
    if (records > most)
        return error_set(error, ERROR_LIMIT, "its callbacks emitted %zu records for it; %zu is the most", records,
                         most);
    if (bytes > UNIT_OUTPUT_BYTES_MAX)
        return error_set(error, ERROR_LIMIT, "its callbacks emitted %zu bytes for it; %d is the most", bytes,
                         (int)UNIT_OUTPUT_BYTES_MAX);
    return aside->withdrawal_count + answer->withdrawal_count <= UNIT_OUTPUT_MAX ||
           error_set(error, ERROR_LIMIT, "its callbacks withdrew more than %d reports for it", (int)UNIT_OUTPUT_MAX);
}

/* The outputs of the answer that are the entry's, each held; the array in the unit's arena. NULL with `error` where
 * memory is out or they are, with what was set aside before, too many. */
static struct ent_record **choose_outputs(struct unit *unit, const struct work_role *role,
                                          const struct work_entry *entry, size_t *count, struct error *error)
{
    const struct unit_input *answer = own_of(unit);
    bool is_alone = work_of(unit)->entry_count == 1;
    struct ent_record **own = arena_calloc(unit->arena, answer->output_count + 1, sizeof *own);
    *count = 0;
    if (!own) {
        error_set(error, ERROR_MEMORY, "no memory for the output of an answer");
        return NULL;
    }
    for (size_t i = 0; i < answer->output_count; i++)
        if (role->is_of(answer->outputs[i]->view, entry, is_alone))
            own[(*count)++] = answer->outputs[i];
    if (!is_bounded(&entry->aside, own, *count, answer, role->output_max(unit), error))
        return NULL;
    for (size_t i = 0; i < *count; i++)
        record_hold(own[i]);
    return own;
}

/* Adds what the answer emitted and withdrew for the entry to what was set aside for it. Its withdrawals name reports of
 * what it settles; an id that is not this record's stands nowhere there. */
static bool add_answer(struct unit *unit, const struct work_role *role, struct work_entry *entry, struct error *error)
{
    size_t count;
    const struct unit_input *answer = own_of(unit);
    struct ent_record **own = choose_outputs(unit, role, entry, &count, error);
    if (!own)
        return false;
    if (aside_row_add(&entry->aside, own, count, answer->withdrawals, answer->withdrawal_count))
        return true;
    for (size_t i = 0; i < count; i++)
        record_release(own[i]);
    return error_set(error, ERROR_MEMORY, "no memory for the output of an answer");
}

/* All that was emitted for the entry, which the entry then no longer has aside. */
static bool prepare_whole(struct unit *unit, const struct work_role *role, struct work_entry *entry,
                          struct error *error)
{
    size_t count = entry->aside.output_count;
    struct ent_record **all = arena_calloc(unit->arena, count + 1, sizeof *all);
    if (!all)
        return error_set(error, ERROR_MEMORY, "no memory for the output of an answer");
    if (count > 0)
        memcpy(all, entry->aside.outputs, count * sizeof *all);
    entry->aside.output_count = 0;
    return role->prepare(unit, entry, all, count, error);
}

static void prepare_answer(struct bus_port *port, struct unit *unit, const struct work_role *role,
                           const struct attempt_rules *rules, int64_t now)
{
    struct work *work = work_of(unit);
    for (size_t i = 0; i < work->entry_count; i++) {
        struct error error = ERROR_INIT;
        struct work_entry *entry = &work->entries[i];
        bool is_found = role->find(port, entry->sequence, &entry->record, &error);
        if (entry->verdict != ATTEMPT_DONE && entry->verdict != ATTEMPT_AWAITED)
            continue;
        /* Settled without a look at it, its outputs would be lost. */
        if (!is_found) {
            refuse_outputs(unit, entry, rules, ENT_RETRY, &error, now);
            continue;
        }
        if (!entry->record)
            continue;
        bool is_good = add_answer(unit, role, entry, &error) &&
                       (entry->verdict == ATTEMPT_AWAITED || prepare_whole(unit, role, entry, &error));
        if (!is_good)
            refuse_outputs(unit, entry, rules, ENT_REJECT, &error, now);
    }
}

/* ---- what is left open ---- */

static bool set_aside(struct work_entry *entry, struct aside *aside)
{
    struct unit_input *input = entry->input;
    struct aside_row row = {.sequence = entry->sequence};
    if (!input)
        return aside_put(aside, &entry->aside);
    if (!aside_row_add(&row, input->outputs, input->output_count, input->withdrawals, input->withdrawal_count)) {
        aside_row_free(&row);
        return false;
    }
    input->output_count = input->withdrawal_count = 0;
    bool is_kept = aside_put(aside, &row);
    aside_row_free(&row);
    return is_kept;
}

/* bus->mutex held. */
static void leave_open(struct unit *unit, const struct attempt_rules *rules, int64_t now)
{
    struct work *work = work_of(unit);
    for (size_t i = 0; i < work->entry_count; i++) {
        struct work_entry *entry = &work->entries[i];
        if (entry->verdict == ATTEMPT_AWAITED && !set_aside(entry, &work->port->aside))
            work_refuse(unit, entry, rules, ENT_RETRY, "no memory to keep what was emitted until it is settled", now);
    }
    work_await(unit);
}

bool work_finish(struct bus_port *port, struct unit *unit, const struct work_role *role,
                 const struct attempt_rules *rules)
{
    int64_t now = clock_now();
    bool is_answer = !unit->work;
    pthread_mutex_lock(&port->bus->mutex);
    bool ok = !is_answer || work_adopt(port, unit);
    pthread_mutex_unlock(&port->bus->mutex);
    if (!ok) {
        log_write(LOG_ERROR, port->instance, NULL, "no memory for an answer; what it settles is handed out again");
        unit_destroy(unit);
        return false;
    }
    work_judge(unit, rules, now);
    if (role && is_answer)
        prepare_answer(port, unit, role, rules, now);
    else if (role)
        prepare_inputs(unit, role, rules, now);
    pthread_mutex_lock(&port->bus->mutex);
    leave_open(unit, rules, now);
    pthread_mutex_unlock(&port->bus->mutex);
    return true;
}
