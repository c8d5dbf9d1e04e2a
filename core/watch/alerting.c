#include "core/watch/alerting.h"

#include "core/store/alert_states.h"
#include "core/store/alerts.h"
#include "core/watch/watch.h"

struct ent_builder *alerting_begin(const struct raiser *raiser, const char *id, const char *reason, int64_t now)
{
    struct ent_builder *builder = record_build(ENT_ALERT);
    record_put_text(builder, ENT_ALERT_ID, id);
    record_put_text(builder, ENT_ALERT_WATCH, raiser->name);
    record_put_text(builder, ENT_ALERT_REASON, reason);
    record_put_time(builder, ENT_ALERT_CREATED, now);
    record_put_text(builder, ENT_ALERT_STATE, "new");
    return builder;
}

void alerting_put_headline(struct ent_builder *builder, const char *kind, const char *text,
                           const struct revision_row *row)
{
    struct buffer headline = BUFFER_INIT;
    buffer_printf(&headline, "%s%s%s", kind ? kind : "", kind ? ": " : "", text);
    if (row) {
        buffer_append_text(&headline, "; the latest: ");
        watch_headline(row->record, &headline);
    }
    record_put_text(builder, ENT_ALERT_HEADLINE, headline.bytes);
    if (row)
        record_put_view(builder, ENT_ALERT_EVENT, row->record);
    buffer_free(&headline);
}

/* `event` NULL for an alert about none. */
static bool dispatch(struct store *store, const struct raiser *raiser, const struct record_view *event,
                     struct record_view alert, int64_t now, struct error *error)
{
    struct buffer dyad = BUFFER_INIT, region = BUFFER_INIT;
    if (event)
        watch_headings(*event, &dyad, &region);
    struct delivery_headings headings = {
        .words = {
            [GROUPING_DYAD] = dyad.size ? dyad.bytes : NULL, [GROUPING_REGION] = region.size ? region.bytes : NULL}};
    bool ok = (!dyad.failed && !region.failed) || error_set(error, ERROR_MEMORY, "no memory for an alert");
    ok = ok && dispatch_alert(store, alert, raiser->routes, raiser->route_count, &headings, now, error);
    buffer_free(&dyad);
    buffer_free(&region);
    return ok;
}

bool alerting_put(struct store *store, const struct raiser *raiser, struct ent_record *alert,
                  const struct revision_row *row, int64_t now, bool *inserted, struct error *error)
{
    int64_t muted = 0;
    *inserted = false;
    bool ok = alert && store_alert_put(store, alert->view, NULL, 0, now, inserted, error);
    if (ok && *inserted)
        ok = store_muted_until(store, raiser->name, row ? row->event_id : NULL, now, &muted, error);
    if (ok && *inserted)
        ok = muted ? store_alert_set_muted(store, record_text(alert->view, ENT_ALERT_ID), muted, error)
                   : dispatch(store, raiser, row ? &row->record : NULL, alert->view, now, error);
    record_release(alert);
    return ok;
}
