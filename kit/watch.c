/* struct ent_host as plugins see it in the harness: the host's own table (core/host/table.c), with every record,
 * builder and unit watched on the way. What the plugin may not touch is not touched, only told. Calls from threads of
 * the plugin's own pass unwatched. */
#include "kit/harness_private.h"

#include "core/host/instance_private.h"

#include <stdlib.h>
#include <string.h>

#define HOST (&host_table)

/* A record or builder that the plugin has or had. */
struct watched {
    struct watched *next;
    const void *object;
    bool is_builder;
    unsigned held;        /* by the plugin: references that it must give back; of a builder 1 until it has ended */
    uint64_t lent;        /* number of the callback that may read it; 0: none */
    const void *outer;    /* of a record within: lives as long as that one */
    bool is_kept_alive;   /* by a reference of ours, so that a late read does no harm */
    unsigned long number; /* for people */
    uint32_t kind;
};

_Thread_local struct ent_harness *harness_current;

/* ---- keeping the list ---- */

static struct watched *find(const struct ent_harness *harness, const void *object)
{
    for (struct watched *watched = harness->watched; watched; watched = watched->next)
        if (watched->object == object)
            return watched;
    return NULL;
}

/* Our own memory never fails by injection: it is not the plugin's. */
static struct watched *note(struct ent_harness *harness, const void *object, bool is_builder)
{
    struct watched *watched = find(harness, object);
    if (watched)
        return watched;
    allocation_leave();
    watched = calloc(1, sizeof *watched);
    allocation_enter();
    if (!watched)
        return NULL;
    watched->object = object;
    watched->is_builder = is_builder;
    watched->number = harness->watched ? harness->watched->number + 1 : 1;
    watched->next = harness->watched;
    harness->watched = watched;
    return watched;
}

static void note_record(struct ent_harness *harness, const struct ent_record *record, unsigned held, bool is_lent)
{
    struct watched *watched = harness && record ? note(harness, record, false) : NULL;
    if (!watched)
        return;
    watched->kind = HOST->kind(record);
    watched->held += held;
    if (is_lent)
        watched->lent = harness->callback;
    if (!watched->is_kept_alive) {
        HOST->hold(record);
        watched->is_kept_alive = true;
    }
}

void watch_enter(struct ent_harness *harness, struct ent_unit *unit)
{
    harness_current = harness;
    harness->unit = unit;
    harness->callback++;
    allocation_enter();
}

void watch_leave(struct ent_harness *harness)
{
    allocation_leave();
    harness->unit = NULL;
    harness_current = NULL;
    /* Records within live in the unit, so their addresses mean nothing after it. */
    for (struct watched **link = &harness->watched; *link;) {
        struct watched *watched = *link;
        if (!watched->outer) {
            link = &watched->next;
            continue;
        }
        *link = watched->next;
        free(watched);
    }
}

static const char *kind_word(uint32_t kind)
{
    static const char *const words[] = {"record", "item", "report", "event", "alert", "finding", "delivery"};
    return kind < sizeof words / sizeof *words ? words[kind] : "record";
}

void watch_end(struct ent_harness *harness)
{
    for (const struct watched *watched = harness->watched; watched; watched = watched->next) {
        if (watched->held == 0)
            continue;
        if (watched->is_builder)
            harness_problem(harness, "a builder (number %lu) was neither sealed nor discarded", watched->number);
        else
            harness_problem(harness, "a record (number %lu, %s) was never released", watched->number,
                            kind_word(watched->kind));
    }
}

void watch_free(struct ent_harness *harness)
{
    for (struct watched *watched = harness->watched, *next; watched; watched = next) {
        next = watched->next;
        /* What the plugin has not given back has been told; it is not to be found as a leak of ours. */
        if (watched->is_builder && watched->held > 0)
            HOST->discard((struct ent_builder *)watched->object);
        for (; !watched->is_builder && watched->held > 0; watched->held--)
            HOST->release((struct ent_record *)watched->object);
        if (watched->is_kept_alive)
            HOST->release((struct ent_record *)watched->object);
        free(watched);
    }
    harness->watched = NULL;
}

/* ---- may it? ---- */

static bool may_read(const struct ent_record *record, const char *by)
{
    struct ent_harness *harness = harness_current;
    if (!harness)
        return true;
    const struct watched *watched = record ? find(harness, record) : NULL;
    const struct watched *outer = watched && watched->outer ? find(harness, watched->outer) : watched;
    if (!record)
        harness_problem(harness, "%s: NULL in place of a record, as get_rec and seal give it where memory is out", by);
    else if (!watched)
        harness_problem(harness,
                        "%s: a pointer that is no record that the plugin has, such as one within another that it "
                        "kept after the callback",
                        by);
    else if (!outer || (outer->held == 0 && outer->lent != harness->callback))
        harness_problem(harness,
                        "%s: a record (number %lu, %s) is used after it was given back, or after its callback "
                        "returned; hold it to keep it",
                        by, watched->number, kind_word(watched->kind));
    else
        return true;
    return false;
}

static bool may_build(const struct ent_builder *builder, const char *by)
{
    struct ent_harness *harness = harness_current;
    const struct watched *watched = harness && builder ? find(harness, builder) : NULL;
    if (!harness || !builder || (watched && watched->is_builder && watched->held > 0))
        return true;
    harness_problem(harness, "%s: a builder is used after it was sealed or discarded", by);
    return false;
}

bool watch_may_use(const struct ent_unit *unit, const char *by)
{
    struct ent_harness *harness = harness_current;
    if (!harness || (unit && harness->unit == unit))
        return true;
    harness_problem(harness, "%s: a unit is used outside of the callback that it was given to", by);
    return false;
}

bool watch_fails(enum fault fault)
{
    return harness_current && harness_faults(harness_current, fault);
}

/* ---- building ---- */

static struct ent_builder *watched_build(struct ent_instance *instance, uint32_t kind)
{
    struct ent_builder *builder = watch_fails(FAULT_BUILD) ? NULL : HOST->build(instance, kind);
    struct watched *watched = builder && harness_current ? note(harness_current, builder, true) : NULL;
    if (watched) {
        watched->is_builder = true;
        watched->held = 1;
    }
    return builder;
}

static void watched_put_str(struct ent_builder *builder, uint32_t field, struct ent_str value)
{
    if (may_build(builder, "put_str"))
        HOST->put_str(builder, field, value);
}

static void watched_put_int(struct ent_builder *builder, uint32_t field, int64_t value)
{
    if (may_build(builder, "put_int"))
        HOST->put_int(builder, field, value);
}

static void watched_put_num(struct ent_builder *builder, uint32_t field, double value)
{
    if (may_build(builder, "put_num"))
        HOST->put_num(builder, field, value);
}

static void watched_put_time(struct ent_builder *builder, uint32_t field, int64_t milliseconds)
{
    if (may_build(builder, "put_time"))
        HOST->put_time(builder, field, milliseconds);
}

static void watched_open(struct ent_builder *builder, uint32_t field, uint32_t kind)
{
    if (may_build(builder, "open"))
        HOST->open(builder, field, kind);
}

static void watched_close(struct ent_builder *builder)
{
    if (may_build(builder, "close"))
        HOST->close(builder);
}

static void watched_put_rec(struct ent_builder *builder, uint32_t field, const struct ent_record *record)
{
    if (may_build(builder, "put_rec") && may_read(record, "put_rec"))
        HOST->put_rec(builder, field, record);
}

static void watched_put_all(struct ent_builder *builder, const struct ent_record *record, const uint32_t *except)
{
    if (may_build(builder, "put_all") && may_read(record, "put_all"))
        HOST->put_all(builder, record, except);
}

/* The address may be a record's next. */
static void forget_builder(const struct ent_builder *builder)
{
    for (struct watched **link = harness_current ? &harness_current->watched : NULL; link && *link;
         link = &(*link)->next) {
        struct watched *watched = *link;
        if (watched->object != builder)
            continue;
        watched->held = 0;
        return;
    }
}

static struct ent_record *watched_seal(struct ent_builder *builder)
{
    if (!may_build(builder, "seal"))
        return NULL;
    forget_builder(builder);
    if (watch_fails(FAULT_SEAL)) {
        HOST->discard(builder);
        host_error_set("seal: no memory", strlen("seal: no memory"));
        return NULL;
    }
    struct ent_record *record = HOST->seal(builder);
    if (record && harness_current) {
        struct watched *stale = find(harness_current, record);
        if (stale)
            stale->is_builder = false;
    }
    note_record(harness_current, record, 1, false);
    return record;
}

static void watched_discard(struct ent_builder *builder)
{
    if (!may_build(builder, "discard"))
        return;
    forget_builder(builder);
    HOST->discard(builder);
}

static struct ent_record *watched_from_bytes(struct ent_instance *instance, const void *bytes, size_t size)
{
    struct ent_record *record = HOST->from_bytes(instance, bytes, size);
    note_record(harness_current, record, 1, false);
    return record;
}

/* ---- reading ---- */

static uint32_t watched_kind(const struct ent_record *record)
{
    return may_read(record, "kind") ? HOST->kind(record) : 0;
}

static struct ent_str watched_bytes(const struct ent_record *record)
{
    return may_read(record, "bytes") ? HOST->bytes(record) : ent_text(NULL);
}

static size_t watched_count(const struct ent_record *record, uint32_t field)
{
    return may_read(record, "count") ? HOST->count(record, field) : 0;
}

static int watched_get_str(const struct ent_record *record, uint32_t field, size_t index, struct ent_str *value)
{
    return may_read(record, "get_str") && HOST->get_str(record, field, index, value);
}

static int watched_get_int(const struct ent_record *record, uint32_t field, size_t index, int64_t *value)
{
    return may_read(record, "get_int") && HOST->get_int(record, field, index, value);
}

static int watched_get_num(const struct ent_record *record, uint32_t field, size_t index, double *value)
{
    return may_read(record, "get_num") && HOST->get_num(record, field, index, value);
}

static const struct ent_record *watched_get_rec(struct ent_unit *unit, const struct ent_record *record, uint32_t field,
                                                size_t index)
{
    if (!watch_may_use(unit, "get_rec") || !may_read(record, "get_rec"))
        return NULL;
    const struct ent_record *within = HOST->get_rec(unit, record, field, index);
    struct watched *watched = within && harness_current ? note(harness_current, within, false) : NULL;
    if (watched) {
        const struct watched *outer = find(harness_current, record);
        watched->outer = outer && outer->outer ? outer->outer : record;
        watched->kind = HOST->kind(within);
        watched->lent = harness_current->callback;
    }
    return within;
}

static struct ent_record *watched_hold(const struct ent_record *record)
{
    if (!may_read(record, "hold"))
        return NULL;
    struct watched *watched = harness_current ? find(harness_current, record) : NULL;
    if (watched && watched->outer) {
        harness_problem(harness_current, "hold: a record within another must not be held; hold the outer one");
        return NULL;
    }
    if (watched)
        watched->held++;
    return HOST->hold(record);
}

static void watched_release(struct ent_record *record)
{
    struct watched *watched = record && harness_current ? find(harness_current, record) : NULL;
    if (record && harness_current && (!watched || watched->held == 0)) {
        harness_problem(harness_current, "release: a record (number %lu, %s) that the plugin does not hold",
                        watched ? watched->number : 0, kind_word(watched ? watched->kind : 0));
        return;
    }
    if (watched)
        watched->held--;
    HOST->release(record);
}

/* ---- units ---- */

static size_t watched_input_count(struct ent_unit *unit)
{
    return watch_may_use(unit, "input_count") ? HOST->input_count(unit) : 0;
}

static const struct ent_record *watched_input(struct ent_unit *unit, size_t index)
{
    const struct ent_record *record = watch_may_use(unit, "input") ? HOST->input(unit, index) : NULL;
    note_record(harness_current, record, 0, true);
    return record;
}

static size_t watched_report_count(struct ent_unit *unit, size_t index)
{
    return watch_may_use(unit, "report_count") ? HOST->report_count(unit, index) : 0;
}

static const struct ent_record *watched_report(struct ent_unit *unit, size_t index, size_t report)
{
    const struct ent_record *record = watch_may_use(unit, "report") ? HOST->report(unit, index, report) : NULL;
    note_record(harness_current, record, 0, true);
    return record;
}

static size_t watched_remark_count(struct ent_unit *unit, size_t index)
{
    return watch_may_use(unit, "remark_count") ? HOST->remark_count(unit, index) : 0;
}

static struct ent_str watched_remark(struct ent_unit *unit, size_t index, size_t remark, struct ent_str *classifier)
{
    if (watch_may_use(unit, "remark"))
        return HOST->remark(unit, index, remark, classifier);
    if (classifier)
        *classifier = ent_text(NULL);
    return ent_text(NULL);
}

static void watched_withdraw(struct ent_unit *unit, size_t index, struct ent_str report_id)
{
    if (watch_may_use(unit, "withdraw"))
        HOST->withdraw(unit, index, report_id);
}

static int watched_emit(struct ent_unit *unit, size_t index, struct ent_record *record)
{
    struct watched *watched = record && harness_current ? find(harness_current, record) : NULL;
    if (!watch_may_use(unit, "emit"))
        return -1;
    if (record && harness_current && (!watched || watched->held == 0)) {
        harness_problem(
            harness_current,
            "emit: a record (number %lu, %s) that is not the plugin's: emit takes it over, so an input must be "
            "held first",
            watched ? watched->number : 0, kind_word(watched ? watched->kind : 0));
        return -1;
    }
    if (watched)
        watched->held--;
    if (!watch_fails(FAULT_EMIT))
        return HOST->emit(unit, index, record);
    HOST->release(record);
    host_error_set("emit: the unit is full", strlen("emit: the unit is full"));
    return -1;
}

static void watched_result(struct ent_unit *unit, size_t index, uint32_t code, int64_t retry_after_ms,
                           struct ent_str text)
{
    if (watch_may_use(unit, "result"))
        HOST->result(unit, index, code, retry_after_ms, text);
}

static uint64_t watched_ticket(struct ent_unit *unit, size_t index)
{
    return watch_may_use(unit, "ticket") ? HOST->ticket(unit, index) : 0;
}

static void watched_settle(struct ent_unit *unit, uint64_t ticket, uint32_t code, int64_t retry_after_ms,
                           struct ent_str text)
{
    if (watch_may_use(unit, "settle"))
        HOST->settle(unit, ticket, code, retry_after_ms, text);
}

static void watched_next_fetch(struct ent_unit *unit, int64_t delay_ms)
{
    if (watch_may_use(unit, "next_fetch"))
        HOST->next_fetch(unit, delay_ms);
}

static void watched_fetch_hints(struct ent_unit *unit, const struct ent_fetch_hints *hints)
{
    if (watch_may_use(unit, "fetch_hints"))
        HOST->fetch_hints(unit, hints);
}

static int watched_cancelled(struct ent_unit *unit)
{
    return watch_may_use(unit, "cancelled") ? HOST->cancelled(unit) : 1;
}

static const char *plain_instance_name(struct ent_instance *instance)
{
    return HOST->instance_name(instance);
}

static void plain_log(struct ent_instance *instance, uint32_t level, struct ent_str text)
{
    HOST->log(instance, level, text);
}

static void plain_error(struct ent_instance *instance, struct ent_str text)
{
    HOST->error(instance, text);
}

static struct ent_str plain_error_text(struct ent_instance *instance)
{
    return HOST->error_text(instance);
}

static struct ent_str plain_option_str(struct ent_instance *instance, const char *name)
{
    return HOST->option_str(instance, name);
}

static int64_t plain_option_int(struct ent_instance *instance, const char *name)
{
    return HOST->option_int(instance, name);
}

static double plain_option_num(struct ent_instance *instance, const char *name)
{
    return HOST->option_num(instance, name);
}

static size_t plain_option_count(struct ent_instance *instance, const char *name)
{
    return HOST->option_count(instance, name);
}

static struct ent_str plain_option_item(struct ent_instance *instance, const char *name, size_t index)
{
    return HOST->option_item(instance, name, index);
}

const struct ent_host harness_table = {
    .size = sizeof(struct ent_host),
    .abi_major = ENT_ABI_MAJOR,
    .abi_minor = ENT_ABI_MINOR,
    .instance_name = plain_instance_name,
    .log = plain_log,
    .interface = services_interface,
    .error = plain_error,
    .option_str = plain_option_str,
    .option_int = plain_option_int,
    .option_num = plain_option_num,
    .option_count = plain_option_count,
    .option_item = plain_option_item,
    .build = watched_build,
    .put_str = watched_put_str,
    .put_int = watched_put_int,
    .put_num = watched_put_num,
    .put_time = watched_put_time,
    .open = watched_open,
    .close = watched_close,
    .put_rec = watched_put_rec,
    .put_all = watched_put_all,
    .seal = watched_seal,
    .discard = watched_discard,
    .from_bytes = watched_from_bytes,
    .kind = watched_kind,
    .bytes = watched_bytes,
    .count = watched_count,
    .get_str = watched_get_str,
    .get_int = watched_get_int,
    .get_num = watched_get_num,
    .get_rec = watched_get_rec,
    .hold = watched_hold,
    .release = watched_release,
    .input_count = watched_input_count,
    .input = watched_input,
    .report_count = watched_report_count,
    .report = watched_report,
    .withdraw = watched_withdraw,
    .emit = watched_emit,
    .result = watched_result,
    .ticket = watched_ticket,
    .settle = watched_settle,
    .next_fetch = watched_next_fetch,
    .cancelled = watched_cancelled,
    .fetch_hints = watched_fetch_hints,
    .remark_count = watched_remark_count,
    .remark = watched_remark,
    .error_text = plain_error_text,
};
