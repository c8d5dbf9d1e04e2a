/* Schedule: when each source is fetched. What a fetch leaves in the store is schedule_commit.c's.
 *
 * A source's fetch is one unit, and further ones for the answers to its requests; it is over with the first that says
 * that no more follows. Only then is the next one planned, and the plan is committed with that last unit: after a crash
 * in between the source is simply fetched again, and its items are known by their ids. */
#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/bus/bus_private.h"
#include "core/bus/plan.h"
#include "core/bus/prepare.h"
#include "core/store/progress.h"
#include "core/store/sources.h"
#include "lib/base/digest.h"
#include "lib/base/nearest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SOURCE_PREFIX "source."
enum {
    DISK_RETRY_MS = 5000,
    DEATH_WAIT_MS = 1000,
    DEATH_WAIT_MAX_MS = 60 * 60 * 1000,
    SOURCE_WORDS_MAX = 1000,
    SOURCE_PREFIX_SIZE = sizeof SOURCE_PREFIX - 1
};

/* ---- loading ---- */

static struct bus_port *find_source(const struct bus *bus, const char *instance)
{
    for (size_t i = 0; i < bus->port_count; i++) {
        if (bus->ports[i]->role == BUS_SOURCE && strcmp(bus->ports[i]->instance, instance) == 0)
            return bus->ports[i];
    }
    return NULL;
}

/* All sources by their names, for ten thousand rows to find theirs. */
struct sources {
    const struct bus *bus;
    struct bus_port **ports;
    size_t count;
};

static int compare_ports(const void *a, const void *b)
{
    const struct bus_port *const *left = a, *const *right = b;
    return strcmp((*left)->instance, (*right)->instance);
}

static int compare_name(const void *name, const void *port)
{
    const struct bus_port *const *one = port;
    return strcmp(name, (*one)->instance);
}

static bool sort_sources(struct sources *sources, const struct bus *bus, struct error *error)
{
    *sources = (struct sources){bus, calloc(bus->port_count + 1, sizeof *sources->ports), 0};
    if (!sources->ports)
        return error_set(error, ERROR_MEMORY, "no memory for the sources");
    for (size_t i = 0; i < bus->port_count; i++)
        if (bus->ports[i]->role == BUS_SOURCE)
            sources->ports[sources->count++] = bus->ports[i];
    qsort(sources->ports, sources->count, sizeof *sources->ports, compare_ports);
    return true;
}

static struct bus_port *find_sorted(const struct sources *sources, const char *instance)
{
    struct bus_port **found =
        bsearch(instance, sources->ports, sources->count, sizeof *sources->ports, compare_name);
    return found ? *found : NULL;
}

static void load_rhythm(struct rhythm *rhythm, const struct source_row *row)
{
    rhythm->since = row->first_success;
    rhythm->newest = row->newest;
    rhythm->gap_ms = row->gap_ms;
    rhythm->gaps = row->gaps;
    rhythm->pause_ms = row->pause_ms;
    if (row->delays && row->delays_size == sizeof rhythm->delays && row->delay_count >= 0 &&
        row->delay_count < INT32_MAX) {
        memcpy(rhythm->delays, row->delays, sizeof rhythm->delays);
        rhythm->delay_count = (int32_t)row->delay_count;
    }
}

/* Failures of another address are not this one's. */
static void load_fetches(struct bus_port *port, const struct source_row *row)
{
    struct bus_source_state *state = &port->source;
    if (strcmp(row->address, state->settings.address) != 0)
        return;
    state->next_fetch = row->next_fetch;
    state->failures = row->failures;
    state->failing_since = row->failing_since;
    state->is_gone = row->is_gone;
    state->hints = (struct ent_fetch_hints){.size = sizeof state->hints,
                                            .skip_hours = row->skip_hours,
                                            .skip_days = row->skip_days,
                                            .not_before_ms = row->not_before_ms};
    snprintf(port->text, sizeof port->text, "%s", row->text);
}

static bool load_row(void *context, const struct source_row *row)
{
    struct bus_port *port = find_sorted(context, row->name);
    if (!port)
        return true;
    struct bus_source_state *state = &port->source;
    state->last_fetch = row->last_fetch;
    state->last_success = row->last_success;
    state->fetches = row->fetches;
    state->items = row->items;
    state->last_item = row->last_item;
    state->outage = outage_of(row->outage);
    load_rhythm(&state->rhythm, row);
    load_fetches(port, row);
    return true;
}

/* A source in whose callbacks the daemon has died waits the longer the more often that was, so that the others get
 * their turn first. It is never given up: the deaths may have been no fault of its. */
static bool load_death(void *context, const char *instance, const struct pending_row *row)
{
    struct bus_port *port = row->sequence == 0 ? find_sorted(context, instance) : NULL;
    if (!port)
        return true;
    port->source.is_deadly = true;
    int64_t wait = 0;
    for (int64_t i = 1; i < row->deaths && wait < DEATH_WAIT_MAX_MS; i++)
        wait = wait ? wait * 2 : DEATH_WAIT_MS;
    if (wait == 0)
        return true;
    int64_t until = clock_now() + (wait < DEATH_WAIT_MAX_MS ? wait : DEATH_WAIT_MAX_MS);
    if (port->source.next_fetch < until)
        port->source.next_fetch = until;
    log_write(LOG_WARNING, port->instance, NULL,
              "the daemon died in its callbacks %lld times in a row: it waits %lld s", (long long)row->deaths,
              (long long)(wait / 1000));
    return true;
}

bool schedule_load(struct bus *bus, struct error *error)
{
    struct sources sources;
    if (!sort_sources(&sources, bus, error))
        return false;
    bool ok = store_sources_each(bus->store, load_row, &sources, error);
    for (size_t i = 0; ok && bus->once && i < sources.count; i++)
        sources.ports[i]->source.next_fetch = 0;
    /* Last, so that it holds with `once` too. */
    ok = ok && store_pending_each(bus->store, NULL, load_death, &sources, error);
    free(sources.ports);
    return ok;
}

/* ---- handing out ---- */

static bool may_fetch(const struct bus_port *port)
{
    const struct bus_source_state *state = &port->source;
    return !port->bus->stopping && !port->is_parked && !state->is_gone && !state->is_fetching &&
           !(port->bus->once && state->is_over) && !bus_pause_reason(port->bus);
}

struct unit *schedule_take(struct bus_port *port)
{
    struct bus *bus = port->bus;
    struct bus_source_state *state = &port->source;
    bus_check_disk(bus);
    pthread_mutex_lock(&bus->mutex);
    if (bus->is_short_of_disk)
        bus_wake_at(port, clock_now() + DISK_RETRY_MS);
    bool is_due = may_fetch(port) && state->next_fetch <= clock_now();
    if (is_due) {
        state->is_fetching = true;
        state->worst = ENT_OK;
        state->retry_after_ms = state->asked_next_ms = state->fresh_ms = -1;
        state->has_new = false;
        state->ticket = 0;
        port->out = 1;
    } else {
        schedule_wake(port);
    }
    pthread_mutex_unlock(&bus->mutex);
    if (!is_due)
        return NULL;
    struct unit *unit = work_unit(port, UNIT_FETCH, 1);
    if (unit) {
        work_of(unit)->entry_count = 0; /* a source's unit has no record to keep account of */
        return unit;
    }
    log_write(LOG_ERROR, port->instance, NULL, "no memory for a fetch");
    pthread_mutex_lock(&bus->mutex);
    state->is_fetching = false;
    state->next_fetch = clock_now() + DISK_RETRY_MS;
    port->out = 0;
    bus_wake_at(port, state->next_fetch);
    pthread_mutex_unlock(&bus->mutex);
    return NULL;
}

/* ---- handing back ---- */

static void reject_output(struct work *work, struct ent_record *record, size_t capacity, const struct error *why)
{
    if (!work->rejects)
        work->rejects = calloc(capacity, sizeof *work->rejects);
    if (!work->rejects) {
        log_write(LOG_ERROR, work->port->instance, NULL, "an item is lost, for there is no memory: %s", why->text);
        record_release(record);
        return;
    }
    struct work_reject *reject = &work->rejects[work->reject_count++];
    reject->record = record;
    reject->why = *why;
}

/* Here, on the lane's thread, since there is only one writer. */
static void hash_contents(struct unit *unit)
{
    const struct unit_input *input = &unit->inputs[0];
    struct work *work = work_of(unit);
    work->contents = arena_calloc(unit->arena, input->output_count ? input->output_count : 1, sizeof *work->contents);
    for (size_t i = 0; work->contents && i < input->output_count; i++)
        item_content(work->contents[i], input->outputs[i]->view);
}

static void prepare_items(struct bus_port *port, struct unit *unit, int64_t now)
{
    const struct bus_source *settings = &port->source.settings;
    const char *dot = strchr(port->instance, '.');
    struct prepare_source source = {dot ? dot + 1 : port->instance, settings->item_class, settings->publisher,
                                    settings->language};
    struct unit_input *input = &unit->inputs[0];
    size_t kept = 0, count = input->output_count;
    input->output_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct error error = ERROR_INIT;
        struct ent_record *prepared = prepare_item(input->outputs[i]->view, &source, now, &error);
        if (prepared) {
            record_release(input->outputs[i]);
            input->outputs[kept++] = prepared;
        } else {
            reject_output(work_of(unit), input->outputs[i], count, &error);
        }
    }
    input->output_count = kept;
    hash_contents(unit);
}

/* The worst result of a fetch's units is the fetch's. bus->mutex held. */
void schedule_note_result(struct bus_port *port, enum ent_code code, int64_t retry_after_ms, const char *text)
{
    struct bus_source_state *state = &port->source;
    if (code == ENT_OK || code == ENT_AGAIN || code < state->worst)
        return;
    state->worst = code;
    state->retry_after_ms = retry_after_ms;
    bus_note_failure(port, text && *text ? text : "failed without a reason");
}

int64_t schedule_plan(const struct bus_port *port, const struct rhythm *rhythm, int64_t now)
{
    const struct bus_source_state *state = &port->source;
    const struct bus_source *settings = &state->settings;
    char key[300];
    /* The same for the same fetch, so that a test can know it. */
    snprintf(key, sizeof key, "%s %lld", port->instance, (long long)state->fetches);
    struct plan plan = {.interval_ms = settings->interval_ms,
                        .interval_min_ms = settings->interval_min_ms,
                        .interval_max_ms = settings->interval_max_ms,
                        .gap_ms = rhythm_gap(rhythm),
                        .fresh_ms = state->fresh_ms,
                        .not_before_ms = state->hints.not_before_ms,
                        .skip_hours = state->hints.skip_hours,
                        .skip_days = state->hints.skip_days,
                        .has_failed = state->worst != ENT_OK,
                        .failures = state->failures,
                        .retry_after_ms = state->retry_after_ms,
                        .asked_next_ms = state->asked_next_ms,
                        .chance = hash_bytes(key, strlen(key))};
    return plan_next(&plan, now);
}

/* Takes the results of a unit into account; bus->mutex held. */
static void take_results(struct bus_port *port, struct unit *unit, bool more_follows, int64_t now)
{
    struct bus_source_state *state = &port->source;
    struct work *work = work_of(unit);
    enum ent_code code = unit->input_count ? unit_input_code(unit, 0) : unit->code;
    const struct unit_input *input = unit->input_count ? &unit->inputs[0] : NULL;
    const char *text = input && input->text ? input->text : unit->text;
    if (code == ENT_AGAIN && !more_follows && unit->settlement_count == 0)
        schedule_note_result(port, ENT_RETRY, -1, "the plugin is not finished, but waits for nothing");
    schedule_note_result(port, code, input ? input->retry_after_ms : -1, text);
    for (size_t i = 0; i < unit->settlement_count; i++)
        schedule_note_result(port, unit->settlements[i].code, unit->settlements[i].retry_after_ms, unit->settlements[i].text);
    if (unit->next_fetch_ms >= 0)
        state->asked_next_ms = unit->next_fetch_ms;
    if (unit->fresh_ms > state->fresh_ms)
        state->fresh_ms = unit->fresh_ms;
    if (unit->has_hints)
        state->hints = unit->hints;
    work->drops_outputs = code != ENT_OK && code != ENT_AGAIN;
    work->more_follows = more_follows;
    work->fetched_at = now;
    work->next_fetch = schedule_plan(port, &state->rhythm, now);
}

/* Whether the fetch was left open with a ticket that this unit does not settle either. bus->mutex held. */
static bool awaits_settlement(struct bus_port *port, const struct unit *unit)
{
    struct bus_source_state *state = &port->source;
    if (unit->kind == UNIT_FETCH && unit->input_count > 0)
        state->ticket = unit_input_code(unit, 0) == ENT_AGAIN ? unit->inputs[0].ticket : 0;
    for (size_t i = 0; i < unit->settlement_count; i++)
        if (unit->settlements[i].ticket == state->ticket && unit->settlements[i].code != ENT_AGAIN)
            state->ticket = 0;
    return state->ticket != 0;
}

void schedule_finish(struct bus_port *port, struct unit *unit, bool more_follows)
{
    struct bus *bus = port->bus;
    int64_t now = clock_now();
    pthread_mutex_lock(&bus->mutex);
    more_follows = awaits_settlement(port, unit) || more_follows;
    bool ok = unit->work || work_adopt(port, unit);
    if (ok) {
        take_results(port, unit, more_follows, now);
    } else {
        log_write(LOG_ERROR, port->instance, NULL, "no memory for an answer; the source is fetched again");
        port->source.is_fetching = more_follows;
        schedule_wake(port);
    }
    pthread_mutex_unlock(&bus->mutex);
    if (!ok) {
        unit_destroy(unit);
        return;
    }
    if (unit->input_count > 0 && !work_of(unit)->drops_outputs)
        prepare_items(port, unit, now);
    bus_write(port, unit, false);
}

void schedule_forget_ticket(struct bus_port *port, bool more_follows)
{
    static const char text[] = "the plugin was created anew while its fetch was open";
    struct bus_source_state *state = &port->source;
    pthread_mutex_lock(&port->bus->mutex);
    bool is_open = state->is_fetching && state->ticket != 0;
    state->ticket = 0;
    pthread_mutex_unlock(&port->bus->mutex);
    if (!is_open)
        return;
    struct unit *unit = unit_create(UNIT_RESPOND, port->instance, 0);
    if (unit) {
        unit->code = ENT_RETRY;
        unit->text = text;
        schedule_finish(port, unit, more_follows);
        return;
    }
    log_write(LOG_ERROR, port->instance, NULL, "no memory to end its fetch; the source is fetched again");
    pthread_mutex_lock(&port->bus->mutex);
    state->is_fetching = more_follows;
    schedule_wake(port);
    pthread_mutex_unlock(&port->bus->mutex);
}

void schedule_wake(struct bus_port *port)
{
    if (!port->lane || !may_fetch(port))
        return;
    if (port->source.next_fetch <= clock_now())
        lane_wake(port->lane);
    else
        bus_wake_at(port, port->source.next_fetch);
}

/* ---- a person's wish ---- */

static bool fail_unknown(const struct bus *bus, const char *name, struct error *error)
{
    const char *words[SOURCE_WORDS_MAX + 1] = {NULL};
    size_t count = 0;
    for (size_t i = 0; i < bus->port_count && count < SOURCE_WORDS_MAX; i++)
        if (bus->ports[i]->role == BUS_SOURCE)
            words[count++] = bus->ports[i]->instance + SOURCE_PREFIX_SIZE;
    bool prefixed = strncmp(name, SOURCE_PREFIX, SOURCE_PREFIX_SIZE) == 0;
    const char *nearest = nearest_word(prefixed ? name + SOURCE_PREFIX_SIZE : name, words);
    return error_set(error, ERROR_MISSING, "there is no source '%.60s'%s%s%s", name, nearest ? "; did you mean '" : "",
                     nearest ? nearest : "", nearest ? "'?" : "");
}

bool bus_fetch_now(struct bus *bus, const char *name, struct error *error)
{
    char instance[200];
    bool prefixed = strncmp(name, SOURCE_PREFIX, SOURCE_PREFIX_SIZE) == 0;
    snprintf(instance, sizeof instance, "%s%s", prefixed ? "" : SOURCE_PREFIX, name);
    struct bus_port *port = find_source(bus, instance);
    if (!port)
        return fail_unknown(bus, name, error);
    pthread_mutex_lock(&bus->mutex);
    bool parked = port->is_parked, fetching = port->source.is_fetching;
    if (!parked && !fetching) {
        port->source.next_fetch = 0;
        port->source.is_gone = false;
        schedule_wake(port);
    }
    pthread_mutex_unlock(&bus->mutex);
    if (parked)
        return error_set(error, ERROR_STATE, "%s cannot work as it is configured: %s", instance, port->text);
    return !fetching || error_set(error, ERROR_STATE, "%s is being fetched already", instance);
}
