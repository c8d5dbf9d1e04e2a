#include "core/watch/detection.h"

#include "core/base/clock.h"
#include "core/store/alert_states.h"
#include "core/store/alerts.h"
#include "core/watch/alerting.h"
#include "core/watch/archive.h"
#include "core/watch/watch.h"

#include <stdlib.h>
#include <string.h>

struct detection {
    struct detection_settings settings;
    struct raiser raiser;
    bool on_new;
    struct rule_facts *facts; /* these two: of detection_wants */
    struct archive *archive;
};

struct detection *detection_create(const struct detection_settings *settings)
{
    static const char *const only_new[] = {"new", NULL};
    struct detection *detection = calloc(1, sizeof *detection);
    if (!detection)
        return NULL;
    detection->settings = *settings;
    if (!settings->on || !settings->on[0])
        detection->settings.on = only_new;
    for (const char *const *word = detection->settings.on; *word; word++)
        detection->on_new |= strcmp(*word, "new") == 0;
    detection->raiser = (struct raiser){.name = settings->title, .routes = settings->routes};
    while (settings->routes && settings->routes[detection->raiser.route_count].sink)
        detection->raiser.route_count++;
    detection->facts = rule_facts_create();
    detection->archive = archive_create();
    if (detection->facts && detection->archive) {
        rule_facts_ask(detection->facts, archive_table(detection->archive));
        return detection;
    }
    detection_destroy(detection);
    return NULL;
}

void detection_destroy(struct detection *detection)
{
    if (!detection)
        return;
    rule_facts_destroy(detection->facts);
    archive_destroy(detection->archive);
    free(detection);
}

bool detection_wants(void *context, struct store *store, const struct revision_row *row, bool *wanted,
                     struct error *error)
{
    struct detection *detection = context;
    *wanted = true;
    if (!detection->settings.rule)
        return true;
    archive_begin(detection->archive, store);
    if (!rule_facts_fill(detection->facts, row->record, row->has_previous ? &row->previous : NULL))
        return error_set(error, ERROR_MEMORY, "no memory to try the rule on an event");
    *wanted = rule_matches(detection->settings.rule, detection->facts, NULL);
    return !archive_failed(detection->archive, error);
}

/* ---- raising ---- */

static bool alerts_at(const struct detection *detection, struct record_view event)
{
    if (detection->on_new && watch_can_be_new(event))
        return true;
    return watch_change_reason(detection->settings.on, event) != NULL;
}

static bool is_old(const struct detection *detection, struct store *store, const struct revision_row *row, bool *old,
                   struct error *error)
{
    int64_t age, is_founding;
    *old = false;
    if (!detection->settings.max_age_ms)
        return true;
    if (!watch_revision_age(store, row, &age, error))
        return false;
    if (age <= detection->settings.max_age_ms)
        return true;
    if (!store_watch_mark(store, "founding", &is_founding, error))
        return false;
    *old = is_founding == 0;
    return true;
}

/* The plugin's; NULL where it gave none. */
static const char *own_id(struct record_view finding)
{
    const char *id = record_text(finding, ENT_FINDING_ID);
    return id && *id ? id : NULL;
}

/* What the finding is known by, within its detector. */
static void identify(char id[DIGEST_HEX_SIZE], const char *title, struct record_view finding)
{
    struct text event;
    const char *own = own_id(finding);
    if (own) {
        digest_texts(id, "alert", title, "finding", own, (const char *)NULL);
        return;
    }
    digest_texts(id, "alert", title, record_text(finding, ENT_FINDING_KIND), (const char *)NULL);
    for (size_t i = 0; record_get_str(finding, ENT_FINDING_EVENT, i, &event); i++)
        digest_texts(id, id, event.bytes, (const char *)NULL);
}

/* Is it known by this event alone? An event's id may change (core/store/events.h), and it is the same event then. */
static bool is_known_by_event(struct record_view finding, const struct revision_row *row)
{
    struct text event;
    return !own_id(finding) && record_count(finding, ENT_FINDING_EVENT) == 1 &&
           record_get_str(finding, ENT_FINDING_EVENT, 0, &event) && strcmp(event.bytes, row->event_id) == 0;
}

/* Has it alerted to this kind of thing about the event, under an id that the event had by then? The revision says
 * which: what has become of the event since must not tell, for a detector may be far behind. */
static bool has_alerted(const struct detection *detection, struct store *store, const struct revision_row *row,
                        const char *kind, bool *exists, struct error *error)
{
    struct text alias;
    const char *name = detection->raiser.name;
    if (!store_alert_is_there(store, name, row->event_id, kind, exists, error))
        return false;
    for (size_t i = 0; !*exists && record_get_str(row->record, ENT_EVENT_ALIAS, i, &alias); i++)
        if (!store_alert_is_there(store, name, alias.bytes, kind, exists, error))
            return false;
    return true;
}

static struct ent_record *make_alert(const struct detection *detection, const struct revision_row *row,
                                     struct record_view finding, int64_t now, struct error *error)
{
    static const unsigned except[] = {ENT_FINDING_ID, 0};
    char id[DIGEST_HEX_SIZE];
    const char *kind = record_text(finding, ENT_FINDING_KIND), *own = own_id(finding);
    identify(id, detection->raiser.name, finding);
    struct ent_builder *builder = alerting_begin(&detection->raiser, id, kind, now);
    alerting_put_headline(builder, strcmp(kind, "finding") == 0 ? NULL : kind, record_text(finding, ENT_FINDING_TEXT),
                          row);
    record_open(builder, ENT_ALERT_FINDING, ENT_FINDING);
    record_put_text(builder, ENT_FINDING_ID, own ? own : id);
    record_put_all(builder, finding, except);
    record_close(builder);
    return record_seal(builder, error);
}

bool detection_raise(void *context, struct store *store, const struct revision_row *row, struct record_view finding,
                     bool *raised, struct error *error)
{
    const struct detection *detection = context;
    bool old, exists = false;
    *raised = false;
    if (!alerts_at(detection, row->record))
        return true;
    if (!is_old(detection, store, row, &old, error))
        return false;
    if (old)
        return true;
    if (is_known_by_event(finding, row) &&
        !has_alerted(detection, store, row, record_text(finding, ENT_FINDING_KIND), &exists, error))
        return false;
    if (exists)
        return true;
    int64_t now = clock_now();
    struct ent_record *alert = make_alert(detection, row, finding, now, error);
    return alerting_put(store, &detection->raiser, alert, row, now, raised, error);
}
