/* Schedule: when each source is fetched.
 *
 * A source's fetch is one unit, and further ones for the answers to its requests; it is over with the first that says
 * that no more follows. Only then is the next one planned, and the plan is committed with that last unit: after a crash
 * in between the source is simply fetched again, and its items are known by their ids. */
#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/bus/bus_private.h"
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
    JITTER_PERCENT = 5,
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

static bool load_row(void *context, const struct source_row *row)
{
    struct bus_port *port = find_source(context, row->name);
    if (!port)
        return true;
    struct bus_source_state *state = &port->source;
    state->next_fetch = row->next_fetch;
    state->last_fetch = row->last_fetch;
    state->last_success = row->last_success;
    state->failures = row->failures;
    state->fetches = row->fetches;
    state->items = row->items;
    state->last_item = row->last_item;
    snprintf(port->text, sizeof port->text, "%s", row->text);
    return true;
}

/* A source in whose callbacks the daemon has died waits the longer the more often that was, so that the others get
 * their turn first. It is never given up: the deaths may have been no fault of its. */
static bool load_death(void *context, const char *instance, const struct pending_row *row)
{
    struct bus_port *port = row->sequence == 0 ? find_source(context, instance) : NULL;
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
    if (!store_sources_each(bus->store, load_row, bus, error))
        return false;
    for (size_t i = 0; bus->once && i < bus->port_count; i++)
        bus->ports[i]->source.next_fetch = 0;
    /* Last, so that it holds with `once` too. */
    return store_pending_each(bus->store, NULL, load_death, bus, error);
}

/* ---- handing out ---- */

static bool may_fetch(const struct bus_port *port)
{
    const struct bus_source_state *state = &port->source;
    return !port->bus->stopping && !port->is_parked && !state->is_fetching && !(port->bus->once && state->is_over) &&
           !bus_pause_reason(port->bus);
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
        state->retry_after_ms = state->asked_next_ms = -1;
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
static void note_result(struct bus_port *port, enum ent_code code, int64_t retry_after_ms, const char *text)
{
    struct bus_source_state *state = &port->source;
    if (code == ENT_OK || code == ENT_AGAIN || code < state->worst)
        return;
    state->worst = code;
    state->retry_after_ms = retry_after_ms;
    bus_note_failure(port, text && *text ? text : "failed without a reason");
}

static int64_t clamp(int64_t value, int64_t least, int64_t greatest)
{
    return value < least ? least : value > greatest ? greatest : value;
}

/* Spreads sources that share an interval; the same for the same fetch, so that a test can know it. */
static int64_t jitter(const struct bus_port *port, int64_t interval)
{
    char key[300];
    snprintf(key, sizeof key, "%s %lld", port->instance, (long long)port->source.fetches);
    int64_t width = interval * JITTER_PERCENT / 100;
    return width ? (int64_t)(hash_bytes(key, strlen(key)) % (uint64_t)(2 * width)) - width : 0;
}

static int64_t plan_next(const struct bus_port *port, int64_t now)
{
    const struct bus_source_state *state = &port->source;
    const struct bus_source *settings = &state->settings;
    int64_t least = settings->interval_min_ms;
    int64_t greatest =
        settings->interval_max_ms > settings->interval_ms ? settings->interval_max_ms : settings->interval_ms;
    if (state->worst == ENT_OK) {
        if (state->asked_next_ms == 0)
            return now; /* it has more to give */
        if (state->asked_next_ms > 0)
            return now + clamp(state->asked_next_ms, least, greatest);
        return now + clamp(settings->interval_ms + jitter(port, settings->interval_ms), least, greatest);
    }
    if (state->retry_after_ms >= 0)
        return now + clamp(state->retry_after_ms, least, greatest);
    int64_t wait = settings->interval_ms;
    for (int64_t i = 0; i < state->failures && wait < greatest; i++)
        wait *= 2;
    return now + clamp(wait, least, greatest);
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
        note_result(port, ENT_RETRY, -1, "the plugin is not finished, but waits for nothing");
    note_result(port, code, input ? input->retry_after_ms : -1, text);
    for (size_t i = 0; i < unit->settlement_count; i++)
        note_result(port, unit->settlements[i].code, unit->settlements[i].retry_after_ms, unit->settlements[i].text);
    if (unit->next_fetch_ms >= 0)
        state->asked_next_ms = unit->next_fetch_ms;
    work->drops_outputs = code != ENT_OK && code != ENT_AGAIN;
    work->more_follows = more_follows;
    work->fetched_at = now;
    work->next_fetch = plan_next(port, now);
}

void schedule_finish(struct bus_port *port, struct unit *unit, bool more_follows)
{
    struct bus *bus = port->bus;
    int64_t now = clock_now();
    pthread_mutex_lock(&bus->mutex);
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

/* ---- on the writer's thread ---- */

static bool apply_reject(struct store *store, const struct unit *unit, const struct work_reject *reject,
                         struct error *error)
{
    struct dead_letter_row row = {.instance = unit->instance,
                                  .kind = DEAD_LETTER_OUTPUT,
                                  .at = work_of(unit)->fetched_at,
                                  .attempts = 1,
                                  .text = reject->why.text,
                                  .record = reject->record->view};
    return store_dead_letter_put(store, &row, error);
}

/* The row as the fetch leaves it. bus->mutex held. */
static void fill_row(struct source_row *row, const struct bus_port *port, const struct work *work, const char *text)
{
    const struct bus_source_state *state = &port->source;
    bool ok = state->worst == ENT_OK;
    *row = (struct source_row){.name = port->instance,
                               .next_fetch = work->next_fetch,
                               .last_fetch = work->fetched_at,
                               .last_success = ok ? work->fetched_at : state->last_success,
                               .failures = ok ? 0 : state->failures + 1,
                               .fetches = state->fetches + 1,
                               .text = ok ? "" : text};
}

bool schedule_apply(struct bus_port *port, struct store *store, struct unit *unit, struct error *error)
{
    struct work *work = work_of(unit);
    bool is_new;
    work_clear_items(work);
    work->new_items = 0;
    for (size_t i = 0; !work->drops_outputs && unit->input_count && i < unit->inputs[0].output_count; i++) {
        const char *content = work->contents ? work->contents[i] : NULL;
        if (!work_put_item(store, unit, unit->inputs[0].outputs[i], content, "", &is_new, error))
            return false;
        work->new_items += is_new;
    }
    for (size_t i = 0; i < work->reject_count; i++) {
        if (!apply_reject(store, unit, &work->rejects[i], error))
            return false;
    }
    if ((work->new_items > 0 &&
         !store_source_add_items(store, port->instance, work->new_items, work->fetched_at, error)) ||
        !work_apply_state(store, unit, error))
        return false;
    if (work->more_follows)
        return true;
    struct source_row row;
    char text[sizeof port->text];
    pthread_mutex_lock(&port->bus->mutex);
    memcpy(text, port->text, sizeof text);
    fill_row(&row, port, work, text);
    bool forgive = port->source.is_deadly;
    pthread_mutex_unlock(&port->bus->mutex);
    return store_source_put(store, &row, error) && (!forgive || store_pending_delete(store, port->instance, 0, error));
}

void schedule_fail(struct bus_port *port, struct unit *unit, const char *why)
{
    struct work *work = work_of(unit);
    pthread_mutex_lock(&port->bus->mutex);
    note_result(port, ENT_RETRY, -1, why);
    work->next_fetch = plan_next(port, work->fetched_at);
    pthread_mutex_unlock(&port->bus->mutex);
    work->has_failed = work->drops_outputs = true;
}

void schedule_done(struct bus_port *port, struct unit *unit, bool written)
{
    struct work *work = work_of(unit);
    struct bus_source_state *state = &port->source;
    for (size_t i = 0; written && i < work->item_count; i++)
        flow_add_item(port->bus, work->items[i].sequence, work->items[i].record, "");
    if (written && work->new_items) {
        state->items += work->new_items;
        state->last_item = work->fetched_at;
    }
    if (work->more_follows)
        return;
    state->is_fetching = false;
    port->out = 0;
    state->last_fetch = work->fetched_at;
    state->next_fetch = work->next_fetch;
    state->is_over = !(state->worst == ENT_OK && state->asked_next_ms == 0);
    if (!written)
        return;
    state->is_deadly = false;
    state->fetches++;
    if (state->worst == ENT_OK) {
        state->last_success = work->fetched_at;
        state->failures = 0;
        port->text[0] = '\0';
    } else {
        state->failures++;
    }
    if (state->worst == ENT_CONFIG)
        port->is_parked = true;
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
        schedule_wake(port);
    }
    pthread_mutex_unlock(&bus->mutex);
    if (parked)
        return error_set(error, ERROR_STATE, "%s cannot work as it is configured: %s", instance, port->text);
    return !fetching || error_set(error, ERROR_STATE, "%s is being fetched already", instance);
}
