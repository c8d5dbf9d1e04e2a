#include "core/bus/unit.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 4096, ARENA_BLOCK = 512 /* thousands may wait for the writer, most with little to say */ };

struct unit *unit_create(enum unit_kind kind, const char *instance, size_t input_count)
{
    struct unit *unit = calloc(1, sizeof *unit);
    if (!unit)
        return NULL;
    unit->kind = kind;
    unit->instance = instance;
    unit->arena = arena_create_small(UNIT_OUTPUT_BYTES_MAX, ARENA_BLOCK);
    unit->inputs = calloc(input_count ? input_count : 1, sizeof *unit->inputs);
    unit->input_count = input_count;
    unit->next_fetch_ms = unit->fresh_ms = -1;
    for (size_t i = 0; unit->inputs && i < input_count; i++)
        unit->inputs[i].retry_after_ms = -1;
    if (!unit->arena || !unit->inputs) {
        unit_destroy(unit);
        return NULL;
    }
    return unit;
}

static void release_all(struct ent_record **records, size_t count)
{
    for (size_t i = 0; i < count; i++)
        record_release(records[i]);
    free(records);
}

void unit_destroy(struct unit *unit)
{
    if (!unit)
        return;
    for (size_t i = 0; unit->inputs && i < unit->input_count; i++) {
        record_release(unit->inputs[i].record);
        release_all(unit->inputs[i].reports, unit->inputs[i].report_count);
        release_all(unit->inputs[i].outputs, unit->inputs[i].output_count);
    }
    if (unit->free_work)
        unit->free_work(unit->work);
    free(unit->inputs);
    free(unit->settlements);
    free(unit->kv);
    free(unit->http_states);
    arena_destroy(unit->arena);
    free(unit);
}

/* Makes room for one more element; false when memory is out or `limit` elements are there. */
static bool grow(void **array, size_t *capacity, size_t count, size_t element, size_t limit)
{
    if (count >= limit)
        return false;
    if (count < *capacity)
        return true;
    size_t wanted = *capacity ? *capacity * 2 : 8;
    void *grown = realloc(*array, wanted * element);
    if (!grown)
        return false;
    *array = grown;
    *capacity = wanted;
    return true;
}

/* A NUL-terminated copy, NULL for no text. Texts are for people: an over-long one is cut. */
static const char *copy_text(struct unit *unit, struct ent_str text)
{
    if (!text.data || !text.size)
        return NULL;
    return arena_copy(unit->arena, text.data, text.size < TEXT_MAX ? text.size : TEXT_MAX);
}

bool unit_emit(struct unit *unit, size_t input, struct ent_record *record)
{
    if (!record)
        return false;
    size_t size = record->view.size;
    if (input >= unit->input_count || unit->output_bytes + size > UNIT_OUTPUT_BYTES_MAX) {
        record_release(record);
        return false;
    }
    struct unit_input *target = &unit->inputs[input];
    size_t most = record_kind(record->view) == ENT_REPORT ? UNIT_REPORTS_MAX : UNIT_OUTPUT_MAX;
    if (!grow((void **)&target->outputs, &target->output_capacity, target->output_count, sizeof *target->outputs, most)) {
        record_release(record);
        return false;
    }
    target->outputs[target->output_count++] = record;
    unit->output_bytes += size;
    return true;
}

void unit_result(struct unit *unit, size_t input, enum ent_code code, int64_t retry_after_ms, struct ent_str text)
{
    if (input >= unit->input_count)
        return;
    struct unit_input *target = &unit->inputs[input];
    target->has_result = true;
    target->code = code;
    target->retry_after_ms = retry_after_ms;
    target->text = copy_text(unit, text);
}

bool unit_settle(struct unit *unit, uint64_t ticket, enum ent_code code, int64_t retry_after_ms, struct ent_str text)
{
    if (!grow((void **)&unit->settlements, &unit->settlement_capacity, unit->settlement_count,
              sizeof *unit->settlements, UNIT_OUTPUT_MAX))
        return false;
    struct unit_settlement *settlement = &unit->settlements[unit->settlement_count++];
    settlement->ticket = ticket;
    settlement->code = code;
    settlement->retry_after_ms = retry_after_ms;
    settlement->text = copy_text(unit, text);
    return true;
}

bool unit_withdraw(struct unit *unit, size_t input, struct ent_str report_id)
{
    if (input >= unit->input_count || report_id.size >= sizeof unit->inputs->withdrawals->report_id)
        return false;
    struct unit_input *target = &unit->inputs[input];
    if (target->withdrawal_count >= UNIT_OUTPUT_MAX)
        return false;
    /* In the arena, so it cannot grow in place; it is twice as long each time that it is full. */
    size_t count = target->withdrawal_count;
    if ((count & (count - 1)) == 0) {
        struct unit_withdrawal *grown = arena_calloc(unit->arena, count ? 2 * count : 1, sizeof *grown);
        if (!grown)
            return false;
        if (count)
            memcpy(grown, target->withdrawals, count * sizeof *grown);
        target->withdrawals = grown;
    }
    memcpy(target->withdrawals[count].report_id, report_id.data, report_id.size);
    target->withdrawal_count++;
    return true;
}

bool unit_add_remark(struct unit *unit, size_t input, const char *classifier, const char *text)
{
    struct unit_input *target = &unit->inputs[input];
    /* There are as many as classifiers at most, so the array is copied anew for each. */
    struct unit_remark *grown = arena_calloc(unit->arena, target->remark_count + 1, sizeof *grown);
    if (!grown)
        return false;
    if (target->remark_count)
        memcpy(grown, target->remarks, target->remark_count * sizeof *grown);
    struct unit_remark *added = &grown[target->remark_count];
    *added = (struct unit_remark){arena_copy(unit->arena, classifier, strlen(classifier)),
                                  arena_copy(unit->arena, text, strlen(text))};
    if (!added->classifier || !added->text)
        return false;
    target->remarks = grown;
    target->remark_count++;
    return true;
}

bool unit_put_kv(struct unit *unit, struct ent_str key, struct ent_str value)
{
    struct unit_kv copy = {.key = key, .value = value};
    if (key.size > ENT_KV_KEY_MAX || value.size > ENT_KV_VALUE_MAX)
        return false;
    copy.key.data = arena_copy(unit->arena, key.data, key.size);
    if (value.data)
        copy.value.data = arena_copy(unit->arena, value.data, value.size);
    if (!copy.key.data || (value.data && !copy.value.data))
        return false;
    if (!grow((void **)&unit->kv, &unit->kv_capacity, unit->kv_count, sizeof *unit->kv, UNIT_OUTPUT_MAX))
        return false;
    unit->kv[unit->kv_count++] = copy;
    return true;
}

bool unit_get_kv(const struct unit *unit, struct ent_str key, struct ent_str *value)
{
    for (size_t i = unit->kv_count; i-- > 0;) {
        const struct unit_kv *kv = &unit->kv[i];
        if (kv->key.size == key.size && memcmp(kv->key.data, key.data, key.size) == 0) {
            *value = kv->value;
            return true;
        }
    }
    return false;
}

int unit_compare_keys(struct ent_str a, struct ent_str b)
{
    size_t size = a.size < b.size ? a.size : b.size;
    int order = size > 0 ? memcmp(a.data, b.data, size) : 0;
    return order != 0 ? order : a.size < b.size ? -1 : a.size > b.size;
}

bool unit_is_next_key(struct ent_str key, struct ent_str prefix, struct ent_str after)
{
    return key.size >= prefix.size && (prefix.size == 0 || memcmp(key.data, prefix.data, prefix.size) == 0) &&
           (!after.data || unit_compare_keys(key, after) > 0);
}

bool unit_next_kv(const struct unit *unit, struct ent_str prefix, struct ent_str after, struct ent_str *key)
{
    struct ent_str value;
    bool found = false;
    for (size_t i = 0; i < unit->kv_count; i++) {
        struct ent_str candidate = unit->kv[i].key;
        if (unit_is_next_key(candidate, prefix, after) && (!found || unit_compare_keys(candidate, *key) < 0) &&
            unit_get_kv(unit, candidate, &value) && value.data) {
            *key = candidate;
            found = true;
        }
    }
    return found;
}

/* True also where there is nothing to copy. */
static bool copy_into(struct unit *unit, const char **text)
{
    if (!*text)
        return true;
    *text = arena_copy(unit->arena, *text, strlen(*text));
    return *text != NULL;
}

bool unit_put_http_state(struct unit *unit, const struct unit_http_state *state)
{
    struct unit_http_state copy = *state;
    if (!copy_into(unit, &copy.url) || !copy_into(unit, &copy.etag) || !copy_into(unit, &copy.last_modified) ||
        !copy_into(unit, &copy.moved_to) || !copy_into(unit, &copy.body_digest))
        return false;
    if (!grow((void **)&unit->http_states, &unit->http_state_capacity, unit->http_state_count,
              sizeof *unit->http_states, UNIT_OUTPUT_MAX))
        return false;
    unit->http_states[unit->http_state_count++] = copy;
    return true;
}

enum ent_code unit_input_code(const struct unit *unit, size_t input)
{
    return unit->inputs[input].has_result ? unit->inputs[input].code : unit->code;
}
