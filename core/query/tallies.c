#include "core/query/tallies.h"

#include "core/query/dyad_list.h"
#include "core/query/key_tally.h"
#include "core/query/period.h"
#include "core/store/store.h"
#include "lib/base/buffer.h"

#include <stdlib.h>
#include <string.h>

const enum column_family tally_families[TALLY_LISTS] = {
    [TALLY_TYPE] = FAMILY_TYPE,           [TALLY_SUBTYPE] = FAMILY_SUBTYPE,
    [TALLY_STATUS] = FAMILY_STATUS,       [TALLY_MODALITY] = FAMILY_MODALITY,
    [TALLY_SCOPE] = FAMILY_SCOPE,         [TALLY_PARTY] = FAMILY_PARTY,
    [TALLY_PUBLISHER] = FAMILY_PUBLISHER, [TALLY_SOURCE_CLASS] = FAMILY_SOURCE_CLASS,
};

/* Of an event: its first type, `type` its number + 1, and when it was reported last. */
static uint64_t month_key(uint32_t type, uint32_t month)
{
    return (uint64_t)type << MONTH_BITS | month;
}

/* ---- stored: the number of live events; for each tally but that of dyads, the number of its rows, each a key and a
 * count ---- */

enum { STORED_TALLIES = TALLY_DYAD };

struct stored_row {
    uint32_t key, count;
};

static bool put_tally(struct buffer *out, struct key_tally *tally)
{
    bool ok = key_tally_settle(tally);
    if (ok)
        key_tally_sort(tally, 0);
    uint32_t count = ok ? (uint32_t)tally->count : 0;
    buffer_append(out, &count, sizeof count);
    for (uint32_t i = 0; i < count; i++) {
        struct stored_row row = {(uint32_t)tally->rows[i].key, (uint32_t)tally->rows[i].count};
        buffer_append(out, &row, sizeof row);
    }
    key_tally_free(tally);
    return ok;
}

static bool put_list(struct buffer *out, const struct column_list *list)
{
    struct key_tally tally = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < list->count; i++)
        ok = key_tally_note(&tally, list->entries[i].value, 1);
    return put_tally(out, &tally) && ok;
}

static bool put_months(struct buffer *out, const struct block *block)
{
    struct key_tally tally = {0};
    struct period_memo memo = {.period = QUERY_PERIOD_MONTH};
    const struct column_list *types = &block->lists[FAMILY_TYPE];
    bool ok = true;
    size_t at = 0;
    for (unsigned place = 0; ok && place < COLUMN_BLOCK_EVENTS; place++) {
        while (at < types->count && types->entries[at].place < place)
            at++;
        bool has_type = at < types->count && types->entries[at].place == place;
        uint32_t type = has_type ? types->entries[at].value + 1 : 0;
        if (bits_have(&block->live, place))
            ok = key_tally_note(&tally, month_key(type, period_of_time(&memo, block->numbers[NUMBER_SEEN][place])), 1);
    }
    return put_tally(out, &tally) && ok;
}

static bool put_years(struct buffer *out, const struct block *block)
{
    struct key_tally tally = {0};
    struct period_memo memo = {.period = QUERY_PERIOD_YEAR};
    bool ok = true;
    for (unsigned place = 0; ok && place < COLUMN_BLOCK_EVENTS; place++)
        if (bits_have(&block->live, place))
            ok = key_tally_note(
                &tally,
                period_of_days(&memo, block->numbers[NUMBER_DATE_LOW][place], block->numbers[NUMBER_DATE_HIGH][place]),
                1);
    return put_tally(out, &tally) && ok;
}

void *tallies_encode(const struct block *block, size_t *size)
{
    struct buffer out = BUFFER_INIT;
    uint32_t live = (uint32_t)bits_count(&block->live);
    buffer_append(&out, &live, sizeof live);
    bool ok = true;
    for (int i = 0; ok && i < TALLY_LISTS; i++)
        ok = put_list(&out, &block->lists[tally_families[i]]);
    ok = ok && put_months(&out, block) && put_years(&out, block) && !out.failed;
    *size = out.size;
    if (!ok)
        buffer_free(&out);
    return ok ? out.bytes : NULL;
}

/* ---- reading ---- */

struct reading {
    struct columns *columns;
    unsigned wanted;
    tallies_callback *add;
    void *context;
    /* Of the event at hand: */
    int64_t sign;
    uint32_t type; /* its first, + 1 */
    struct column_list met[TALLY_LISTS];
};

static bool fail_damaged(struct error *error)
{
    return error_set(error, ERROR_STATE, "the tallies of a block are damaged: run 'entente store vacuum --columns'");
}

static bool fail_memory(struct error *error)
{
    return error_set(error, ERROR_MEMORY, "out of memory for counting events");
}

/* What is stored of a key is in the file's numbers. */
static bool translate(const struct reading *reading, enum tally tally, uint64_t *key, struct error *error)
{
    size_t count;
    if (tally == TALLY_YEAR)
        return true;
    const uint32_t *values =
        columns_numbers(reading->columns, tally == TALLY_MONTH ? FAMILY_TYPE : tally_families[tally], &count);
    if (tally != TALLY_MONTH) {
        if (*key >= count)
            return fail_damaged(error);
        *key = values[*key];
        return true;
    }
    uint64_t type = *key >> MONTH_BITS;
    if (type > count)
        return fail_damaged(error);
    *key = month_key(type ? values[type - 1] + 1 : 0, *key & ((1u << MONTH_BITS) - 1));
    return true;
}

static bool add_stored(const struct reading *reading, const unsigned char *data, size_t size, int64_t *live,
                       struct error *error)
{
    uint32_t number;
    if (size < sizeof number)
        return fail_damaged(error);
    memcpy(&number, data, sizeof number);
    *live = number;
    size_t at = sizeof number;
    for (int tally = 0; tally < STORED_TALLIES; tally++) {
        if (size - at < sizeof number)
            return fail_damaged(error);
        memcpy(&number, data + at, sizeof number);
        at += sizeof number;
        if ((size - at) / sizeof(struct stored_row) < number)
            return fail_damaged(error);
        for (uint32_t i = 0; i < number; i++, at += sizeof(struct stored_row)) {
            struct stored_row row;
            if (!(reading->wanted & TALLY_BIT(tally)))
                continue;
            memcpy(&row, data + at, sizeof row);
            uint64_t key = row.key;
            if (!translate(reading, (enum tally)tally, &key, error))
                return false;
            if (!reading->add(reading->context, (enum tally)tally, key, row.count))
                return fail_memory(error);
        }
    }
    return true;
}

static bool add_pair(void *context, uint64_t key, unsigned count)
{
    const struct reading *reading = context;
    return reading->add(reading->context, TALLY_DYAD, key, count);
}

/* ---- what changed ---- */

static bool take_value(void *context, enum column_family family, const char *text)
{
    struct reading *reading = context;
    uint32_t value;
    int tally = 0;
    while (tally < TALLY_LISTS && tally_families[tally] != family)
        tally++;
    bool is_type = family == FAMILY_TYPE && (reading->wanted & TALLY_BIT(TALLY_MONTH));
    if (tally == TALLY_LISTS || !(is_type || (reading->wanted & TALLY_BIT(tally))))
        return true;
    if (!columns_number(reading->columns, family, text, &value))
        return false;
    if (is_type && reading->type == 0)
        reading->type = value + 1;
    if (!(reading->wanted & TALLY_BIT(tally)))
        return true;
    /* An event may have a value twice; a column, and so a tally, has it once. */
    size_t before = reading->met[tally].count;
    if (!column_list_add(&reading->met[tally], 0, value))
        return false;
    if (reading->met[tally].count == before)
        return true;
    return reading->add(reading->context, (enum tally)tally, value, reading->sign);
}

static bool take_dyad(void *context, const char *first, const char *second, enum dyad_direction direction)
{
    const struct reading *reading = context;
    uint32_t one, other;
    return columns_number(reading->columns, FAMILY_PARTY, first, &one) &&
           columns_number(reading->columns, FAMILY_PARTY, second, &other) &&
           reading->add(reading->context, TALLY_DYAD, dyad_key(one, other, direction), reading->sign);
}

static bool take_periods(const struct reading *reading, const struct rule_facts *facts)
{
    int64_t numbers[NUMBER_COUNT];
    struct period_memo month = {.period = QUERY_PERIOD_MONTH}, year = {.period = QUERY_PERIOD_YEAR};
    event_columns_numbers(facts, 0, numbers);
    if ((reading->wanted & TALLY_BIT(TALLY_MONTH)) &&
        !reading->add(reading->context, TALLY_MONTH,
                      month_key(reading->type, period_of_time(&month, numbers[NUMBER_SEEN])), reading->sign))
        return false;
    return !(reading->wanted & TALLY_BIT(TALLY_YEAR)) ||
           reading->add(reading->context, TALLY_YEAR,
                        period_of_days(&year, numbers[NUMBER_DATE_LOW], numbers[NUMBER_DATE_HIGH]), reading->sign);
}

static bool add_revision(struct reading *reading, int64_t revision, int64_t sign, struct error *error)
{
    struct rule_facts *facts = columns_facts(reading->columns);
    struct ent_record *record = columns_record(reading->columns, revision, error);
    if (!record)
        return false;
    reading->sign = sign;
    reading->type = 0;
    for (int i = 0; i < TALLY_LISTS; i++)
        reading->met[i].count = 0;
    bool ok = rule_facts_fill(facts, record->view, NULL) && event_columns_each(facts, take_value, reading) &&
              (!(reading->wanted & TALLY_BIT(TALLY_DYAD)) || event_dyads_each(facts, take_dyad, reading)) &&
              take_periods(reading, facts);
    record_release(record);
    return ok || fail_memory(error);
}

static bool add_changes(struct reading *reading, const struct stale_event *stale, size_t count, int64_t *live,
                        struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        bool is_shown = stale[i].folded != 0;
        *live += stale[i].is_live - is_shown;
        if (reading->wanted && ((is_shown && !add_revision(reading, stale[i].folded, -1, error)) ||
                                (stale[i].is_live && !add_revision(reading, stale[i].revision, 1, error))))
            return false;
    }
    return true;
}

/* What is stored, read in one transaction. */
struct stored {
    void *tallies, *pairs;
    size_t tallies_size, pairs_size, stale_count;
    struct stale_event *stale;
};

static bool read_stored(struct columns *columns, int64_t block, unsigned wanted, struct stored *stored,
                        struct error *error)
{
    if (!columns_stale(columns, block, &stored->stale, &stored->stale_count, error) ||
        !columns_read(columns, FAMILY_TALLIES, &stored->tallies, &stored->tallies_size, error) ||
        ((wanted & TALLY_BIT(TALLY_DYAD)) &&
         !columns_read(columns, FAMILY_DYAD, &stored->pairs, &stored->pairs_size, error)))
        return false;
    for (int i = 0; i < TALLY_LISTS; i++) {
        unsigned of_family = TALLY_BIT(i) | (i == TALLY_TYPE ? TALLY_BIT(TALLY_MONTH) : 0) |
                             (i == TALLY_PARTY ? TALLY_BIT(TALLY_DYAD) : 0);
        if ((wanted & of_family) && !columns_learn(columns, tally_families[i], error))
            return false;
    }
    return true;
}

bool tallies_read(struct columns *columns, int64_t block, unsigned wanted, tallies_callback *add, void *context,
                  int64_t *live, struct error *error)
{
    struct stored stored = {0};
    struct reading reading = {.columns = columns, .wanted = wanted, .add = add, .context = context};
    size_t parties;
    *live = 0;
    if (!columns_begin(columns, block, error))
        return false;
    bool ok = read_stored(columns, block, wanted, &stored, error);
    store_snapshot_end(columns_store(columns));
    /* A block that was never written has no tallies, and its events are all stale. */
    ok = ok && (!stored.tallies || add_stored(&reading, stored.tallies, stored.tallies_size, live, error));
    const uint32_t *of_party = columns_numbers(columns, FAMILY_PARTY, &parties);
    ok = ok && dyad_pairs_each(stored.pairs, stored.pairs_size, of_party, parties, add_pair, &reading, error) &&
         add_changes(&reading, stored.stale, stored.stale_count, live, error);
    for (int i = 0; i < TALLY_LISTS; i++)
        free(reading.met[i].entries);
    free(stored.tallies);
    free(stored.pairs);
    free(stored.stale);
    return ok;
}
