/* Raising: which revisions alert, and the alerts that they raise. */
#include "core/base/clock.h"
#include "core/store/alerts.h"
#include "core/watch/alerting.h"
#include "core/watch/watch_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool watch_has_change(struct record_view event, const char *word)
{
    struct text change;
    for (size_t i = 0; record_get_str(event, ENT_EVENT_CHANGE, i, &change); i++)
        if (strcmp(change.bytes, word) == 0)
            return true;
    return false;
}

bool watch_is_rejected(struct record_view event)
{
    const char *verdict = record_text(event, ENT_EVENT_VERDICT);
    return verdict && strcmp(verdict, "rejected") == 0;
}

/* What another lexicon, a person, or the desk's putting together and taking apart makes of what was told before alerts
 * nobody who has not asked for just that. NULL where the revision is none of these. */
static const char *find_quiet_change(struct record_view event)
{
    static const char *const words[] = {"recode", "correction", "merged", "split", NULL};
    for (const char *const *word = words; *word; word++)
        if (watch_has_change(event, *word))
            return *word;
    return NULL;
}

const char *watch_change_reason(const char *const *on, struct record_view event)
{
    const char *only = find_quiet_change(event);
    for (; *on && !watch_is_rejected(event); on++)
        if (strcmp(*on, "new") != 0 && (only ? !strcmp(*on, only) : watch_has_change(event, *on)))
            return *on;
    return NULL;
}

/* What the desk itself took out of an event may be one of which nobody was told: a second contract that was taken for the
 * first. Where somebody was, its alert is there. */
bool watch_can_be_new(struct record_view event)
{
    const char *quiet = find_quiet_change(event);
    return !watch_has_change(event, "withdrawn") && !watch_has_change(event, "absorbed") &&
           (!quiet || strcmp(quiet, "split") == 0) && !watch_is_rejected(event);
}

/* ---- how old ---- */

/* The report that led to the revision, where it is among the event's. */
static bool find_cause(const struct revision_row *row, struct record_view *report)
{
    for (size_t i = 0; record_get_view(row->record, ENT_EVENT_SOURCE, i, report); i++) {
        const char *id = record_text(*report, ENT_SOURCE_REPORT);
        if (id && strcmp(id, row->cause) == 0)
            return true;
    }
    return false;
}

bool watch_revision_age(struct store *store, const struct revision_row *row, int64_t *age, struct error *error)
{
    struct record_view report;
    int64_t published, fetched;
    *age = 0;
    /* What a person or another lexicon says is not told by an item. */
    if (watch_has_change(row->record, "recode") || watch_has_change(row->record, "correction") || !find_cause(row, &report))
        return true;
    const char *item = record_text(report, ENT_SOURCE_ITEM);
    published = record_int(report, ENT_SOURCE_PUBLISHED, INT64_MAX);
    if (!item || published == INT64_MAX)
        return true;
    if (!store_item_fetched(store, item, &fetched, error))
        return false;
    *age = fetched > published ? fetched - published : 0;
    return true;
}

bool watch_is_old(struct watch_run *run, const struct watch *watch, const struct revision_row *row, bool *is_old)
{
    *is_old = false;
    if (!watch->max_age || run->set->is_founding)
        return true;
    if (run->age < 0 && !watch_revision_age(run->store, row, &run->age, run->error))
        return false;
    *is_old = run->age > watch->max_age;
    return true;
}

/* ---- making alerts ---- */

static struct raiser raiser_of(const struct watch *watch)
{
    return (struct raiser){watch->name, watch->routes, watch->sink_count};
}

static struct ent_record *make_alert(const struct watch *watch, const struct revision_row *row, const char *reason,
                                     int64_t now, struct error *error)
{
    struct raiser raiser = raiser_of(watch);
    char id[DIGEST_HEX_SIZE], revision[24];
    struct buffer headline = BUFFER_INIT;
    /* "new" comes once in an event's life, a change once in a revision. */
    snprintf(revision, sizeof revision, "%lld", strcmp(reason, "new") == 0 ? 0LL : (long long)row->revision);
    digest_texts(id, "alert", watch->name, row->event_id, reason, revision, NULL);
    watch_headline(row->record, &headline);
    struct ent_builder *builder = alerting_begin(&raiser, id, reason, now);
    record_put_text(builder, ENT_ALERT_HEADLINE, headline.bytes);
    record_put_view(builder, ENT_ALERT_EVENT, row->record);
    buffer_free(&headline);
    return record_seal(builder, error);
}

static bool put_alert(struct watch_run *run, const struct watch *watch, struct ent_record *alert,
                      const struct revision_row *row, int64_t now)
{
    struct raiser raiser = raiser_of(watch);
    bool inserted;
    bool ok = alerting_put(run->store, &raiser, alert, row, now, &inserted, run->error);
    atomic_fetch_add(&run->set->alerts, inserted);
    return ok;
}

bool watch_raise_finding(struct watch_run *run, struct watch *watch, const struct revision_row *row, const char *kind,
                         const char *id, const char *text, double score)
{
    struct raiser raiser = raiser_of(watch);
    char alert_id[DIGEST_HEX_SIZE];
    int64_t now = clock_now();
    digest_texts(alert_id, "alert", watch->name, kind, id, NULL);
    struct ent_builder *builder = alerting_begin(&raiser, alert_id, kind, now);
    alerting_put_headline(builder, kind, text, row);
    record_open(builder, ENT_ALERT_FINDING, ENT_FINDING);
    record_put_text(builder, ENT_FINDING_ID, alert_id);
    record_put_text(builder, ENT_FINDING_KIND, kind);
    record_put_text(builder, ENT_FINDING_TEXT, text);
    if (row)
        record_put_text(builder, ENT_FINDING_EVENT, row->event_id);
    record_put_num(builder, ENT_FINDING_SCORE, score);
    record_close(builder);
    return put_alert(run, watch, record_seal(builder, run->error), row, now);
}

/* ---- why ---- */

/* Why this revision raises an alert of this watch; NULL where it does not. False on failure. */
static bool find_reason(struct watch_run *run, const struct watch *watch, const struct revision_row *row, const char **reason)
{
    *reason = NULL;
    if (watch->on_new && watch_can_be_new(row->record)) {
        bool exists;
        if (!store_alert_exists(run->store, watch->name, row->event_id, "new", &exists, run->error))
            return false;
        if (!exists) {
            *reason = "new";
            return true;
        }
    }
    *reason = watch_change_reason((const char *const *)watch->on, row->record);
    return true;
}

/* A watch that looks back, or lags, meets events as they were that a person has rejected since, or that nobody tells
 * any more. */
static bool is_gone(struct watch_run *run, const struct revision_row *row, bool *gone)
{
    struct event_standing standing;
    if (!store_event_standing(run->store, row->event_id, &standing, run->error))
        return false;
    *gone =
        standing.revision > row->revision && (standing.state == EVENT_REJECTED || standing.state == EVENT_WITHDRAWN);
    record_release(standing.record);
    return true;
}

bool watch_raise(struct watch_run *run, struct watch *watch, const struct revision_row *row)
{
    const char *reason;
    bool is_old, gone;
    int64_t now = clock_now();
    if (!find_reason(run, watch, row, &reason))
        return false;
    if (!reason)
        return true;
    if (!is_gone(run, row, &gone))
        return false;
    if (gone)
        return true;
    if (!watch_is_old(run, watch, row, &is_old))
        return false;
    return is_old || put_alert(run, watch, make_alert(watch, row, reason, now, run->error), row, now);
}
