#include "core/delivery/dispatch.h"

#include "core/store/deliveries.h"
#include "core/store/store.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { QUIET_ROUNDS = 8, WINDOW_SIZE = HOURS_TEXT_SIZE + 200 };

static const struct delivery_policy no_policy;

/* One alert on its way to one sink. */
struct passage {
    struct store *store;
    const char *sink, *watch;
    const struct delivery_policy *of_watch, *of_sink;
    const char *heading; /* NULL: none */
    int64_t now;
    bool is_held;
    struct delivery_hold hold;
    char window[WINDOW_SIZE], label[HOURS_TEXT_SIZE];
};

static const struct zone *zone_of(const struct passage *passage)
{
    return passage->of_sink->zone ? passage->of_sink->zone : passage->of_watch->zone;
}

int64_t dispatch_after_quiet(const struct delivery_policy *of_watch, const struct delivery_policy *of_sink,
                             int64_t time)
{
    of_watch = of_watch ? of_watch : &no_policy;
    of_sink = of_sink ? of_sink : &no_policy;
    for (int i = 0; i < QUIET_ROUNDS; i++) {
        int64_t watch_end = quiet_end(&of_watch->quiet, time);
        int64_t sink_end = quiet_end(&of_sink->quiet, time);
        if (watch_end < 0 && sink_end < 0)
            break;
        time = watch_end > sink_end ? watch_end : sink_end;
    }
    return time;
}

static int64_t after_quiet(const struct passage *passage, int64_t time)
{
    return dispatch_after_quiet(passage->of_watch, passage->of_sink, time);
}

/* `window` is filled. `label_zone` tells when it is over. */
static void hold(struct passage *passage, const char *kind, const char *part, int64_t due, const struct zone *label_zone)
{
    passage->is_held = true;
    if (label_zone)
        hours_print(label_zone, due, passage->label);
    passage->hold = (struct delivery_hold){
        .kind = kind, .part = part, .window = passage->window, .label = passage->label, .watch = "", .due = due};
}

static void try_digest(struct passage *passage)
{
    const struct digest_hours *hours =
        passage->of_watch->has_digest ? &passage->of_watch->digest : &passage->of_sink->digest;
    char window[HOURS_TEXT_SIZE];
    if (hours->pace == DIGEST_NONE)
        return;
    int64_t due = digest_next(hours, passage->now);
    digest_window(hours, due, window);
    snprintf(passage->window, sizeof passage->window, "digest %s", window);
    hold(passage, "digest", "", due, hours->zone);
    passage->hold.due = after_quiet(passage, due);
}

static void try_quiet(struct passage *passage)
{
    int64_t due = after_quiet(passage, passage->now);
    if (due == passage->now)
        return;
    snprintf(passage->window, sizeof passage->window, "quiet %" PRId64, due);
    hold(passage, "quiet", "", due, zone_of(passage));
}

/* `watch` NULL: the sink's throttle. */
static bool try_throttle(struct passage *passage, const struct delivery_throttle *throttle, const char *watch,
                         struct error *error)
{
    const char *part = watch ? watch : "";
    int64_t due, queued;
    if (passage->is_held || throttle->count == 0)
        return true;
    if (!store_hold_open(passage->store, passage->sink, "throttle", part, &due, error))
        return false;
    if (due < 0) {
        if (!store_delivery_nth_newest(passage->store, passage->sink, watch, passage->now - throttle->window_ms,
                                       throttle->count, &queued, error))
            return false;
        if (queued < 0)
            return true;
        due = after_quiet(passage, queued + throttle->window_ms);
    }
    snprintf(passage->window, sizeof passage->window, "throttle %.100s %" PRId64, part, due);
    hold(passage, "throttle", part, due, zone_of(passage));
    passage->hold.watch = part;
    return true;
}

static bool try_group(struct passage *passage, int64_t wait_ms, struct error *error)
{
    int64_t due;
    if (passage->is_held || wait_ms == 0 || !passage->heading)
        return true;
    if (!store_hold_open(passage->store, passage->sink, "group", passage->heading, &due, error))
        return false;
    if (due < 0)
        due = after_quiet(passage, passage->now + wait_ms);
    snprintf(passage->window, sizeof passage->window, "group %.150s %" PRId64, passage->heading, due);
    hold(passage, "group", passage->heading, due, zone_of(passage));
    passage->hold.watch = passage->watch;
    return true;
}

static bool find_alert(struct store *store, const char *id, int64_t *sequence, struct error *error)
{
    bool row;
    sqlite3_stmt *statement = store_statement(store, "SELECT sequence FROM alert WHERE id=?1", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, id);
    if (!store_step(store, statement, &row, error, "look for an alert"))
        return false;
    *sequence = row ? sqlite3_column_int64(statement, 0) : 0;
    if (row)
        store_done(statement);
    return row || error_set(error, ERROR_STATE, "alert %s is not stored, so it cannot be sent", id);
}

static bool dispatch(struct passage *passage, const struct delivery_headings *headings, struct delivery_put *put,
                     struct error *error)
{
    const struct delivery_policy *grouped = passage->of_watch->has_group ? passage->of_watch : passage->of_sink;
    passage->heading = headings ? headings->words[grouped->group] : NULL;
    try_digest(passage);
    if (!passage->is_held)
        try_quiet(passage);
    if (!try_throttle(passage, &passage->of_watch->throttle, passage->watch, error) ||
        !try_throttle(passage, &passage->of_sink->throttle, NULL, error) ||
        !try_group(passage, grouped->group_wait_ms, error))
        return false;
    put->hold = passage->is_held ? &passage->hold : NULL;
    put->heading = passage->heading;
    return store_delivery_put(passage->store, put, error);
}

bool dispatch_alert(struct store *store, struct record_view alert, const struct delivery_route *routes, size_t count,
                    const struct delivery_headings *headings, int64_t now, struct error *error)
{
    struct record_view event;
    const char *id = record_text(alert, ENT_ALERT_ID), *watch = record_text(alert, ENT_ALERT_WATCH);
    bool has_event = record_get_view(alert, ENT_ALERT_EVENT, 0, &event);
    struct delivery_put put = {.alert_id = id,
                               .watch = watch,
                               .revision = has_event ? record_int(event, ENT_EVENT_REVISION, 1) : 1,
                               .now = now};
    if (!id || !watch)
        return error_set(error, ERROR_INPUT, "an alert needs id and watch to be sent");
    if (count > 0 && !find_alert(store, id, &put.alert, error))
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct delivery_route *route = &routes[i];
        struct passage passage = {.store = store,
                                  .sink = route->sink,
                                  .watch = watch,
                                  .of_watch = route->of_watch ? route->of_watch : &no_policy,
                                  .of_sink = route->of_sink ? route->of_sink : &no_policy,
                                  .now = now};
        put.sink = route->sink;
        if (!dispatch(&passage, headings, &put, error))
            return false;
    }
    return true;
}
