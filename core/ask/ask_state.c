/* How things stand, and what has changed: health, changes, position. */
#include "core/ask/question.h"
#include "core/base/clock.h"
#include "core/query/status.h"
#include "core/store/alert_states.h"
#include "core/store/alerts.h"
#include "core/store/events.h"
#include "core/store/tokens.h"
#include "core/watch/watch.h"
#include "lib/record/event_text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { CHANGES_MAX = 200, PLACE_SIZE = 72 };

bool ask_health(struct asking *asking)
{
    ask_put_integer(asking, "now", clock_now());
    return query_status(asking->query, asking->json, asking->error);
}

bool ask_feeds(struct asking *asking)
{
    return query_status_sources(asking->query, asking->json, asking->error);
}

bool ask_watches(struct asking *asking)
{
    return query_status_watches(asking->query, asking->json, asking->error);
}

/* ---- changes: the revisions of events, the alerts and what was done about them after a place in the store ----
 *
 * A place is "REVISION.ALERT.ACT", the sequence numbers of the last ones seen; without ACT, no act before now is meant.
 * It is the id of a message, so that who comes back with the last one that it got misses nothing, however long it was
 * away. */

struct place {
    int64_t revision, alert, act;
};

#define LAST_ACT "SELECT max(rowid) FROM alert_act"

static bool read_place(struct asking *asking, struct place *place)
{
    const char *text = asking_text(asking, "after");
    char *end = NULL;
    *place = (struct place){0, 0, 0};
    if (!text)
        return true;
    place->revision = *text >= '0' && *text <= '9' ? strtoll(text, &end, 10) : -1;
    if (end && *end == '.' && end[1] >= '0' && end[1] <= '9')
        place->alert = strtoll(end + 1, &end, 10);
    bool has_act = end && *end == '.' && end[1] >= '0' && end[1] <= '9';
    if (has_act)
        place->act = strtoll(end + 1, &end, 10);
    if (!end || *end || place->revision < 0)
        return asking_refuse(asking, "after", 0, 0, NULL, "'%.40s' is no id of a message, such as 120.7.2", text);
    return has_act || store_count(asking->store, LAST_ACT, &place->act, asking->error);
}

struct change_walk {
    struct asking *asking;
    struct place place;
};

static void put_place(struct change_walk *walk)
{
    char text[PLACE_SIZE];
    snprintf(text, sizeof text, "%" PRId64 ".%" PRId64 ".%" PRId64, walk->place.revision, walk->place.alert,
             walk->place.act);
    ask_put_text(walk->asking, "id", text);
}

static void put_headline(struct asking *asking, struct record_view event)
{
    struct buffer line = BUFFER_INIT;
    watch_headline(event, &line);
    ask_put_text(asking, "headline", line.bytes ? line.bytes : "");
    buffer_free(&line);
}

static bool put_revision(void *context, const struct revision_row *row)
{
    struct change_walk *walk = context;
    struct json_writer *json = walk->asking->json;
    struct text change;
    walk->place.revision = row->sequence;
    json_object_open(json);
    put_place(walk);
    ask_put_text(walk->asking, "kind", "event");
    ask_put_text(walk->asking, "event", row->event_id);
    ask_put_integer(walk->asking, "revision", row->revision);
    ask_put_integer(walk->asking, "made", row->made);
    json_key(json, "changes");
    json_array_open(json);
    for (size_t i = 0; record_get_str(row->record, ENT_EVENT_CHANGE, i, &change); i++)
        json_put_string(json, change.bytes, change.size);
    json_array_close(json);
    ask_put_text(walk->asking, "type", record_text(row->record, ENT_REPORT_TYPE));
    put_headline(walk->asking, row->record);
    json_object_close(json);
    return true;
}

static bool put_alert(void *context, const struct alert_row *row)
{
    struct change_walk *walk = context;
    struct json_writer *json = walk->asking->json;
    struct record_view event;
    walk->place.alert = row->sequence;
    json_object_open(json);
    put_place(walk);
    ask_put_text(walk->asking, "kind", "alert");
    ask_put_text(walk->asking, "alert", record_text(row->record, ENT_ALERT_ID));
    ask_put_text(walk->asking, "watch", record_text(row->record, ENT_ALERT_WATCH));
    ask_put_text(walk->asking, "reason", record_text(row->record, ENT_ALERT_REASON));
    ask_put_integer(walk->asking, "made", record_int(row->record, ENT_ALERT_CREATED, 0));
    ask_put_text(walk->asking, "headline", record_text(row->record, ENT_ALERT_HEADLINE));
    if (record_get_view(row->record, ENT_ALERT_EVENT, 0, &event))
        ask_put_text(walk->asking, "event", record_text(event, ENT_REPORT_ID));
    json_object_close(json);
    return true;
}

static bool put_act(void *context, const struct alert_done_row *row)
{
    struct change_walk *walk = context;
    walk->place.act = row->sequence;
    json_object_open(walk->asking->json);
    put_place(walk);
    ask_put_text(walk->asking, "kind", "act");
    ask_put_text(walk->asking, "alert", row->alert);
    ask_put_text(walk->asking, "watch", row->watch);
    ask_put_text(walk->asking, "event", row->event);
    ask_put_text(walk->asking, "act", row->act);
    ask_put_integer(walk->asking, "until", row->until);
    ask_put_text(walk->asking, "author", row->author);
    ask_put_text(walk->asking, "state", row->state);
    ask_put_integer(walk->asking, "made", row->at);
    json_object_close(walk->asking->json);
    return true;
}

/* Revisions first: an alert is told after the revision that raised it, which came before it, and an act after its alert. */
bool ask_changes(struct asking *asking)
{
    struct change_walk walk = {.asking = asking};
    int64_t limit;
    if (!read_place(asking, &walk.place) || !asking_integer(asking, "limit", 1, CHANGES_MAX, CHANGES_MAX, &limit))
        return false;
    struct place before = walk.place;
    json_key(asking->json, "changes");
    json_array_open(asking->json);
    bool ok = store_revisions_each(asking->store, walk.place.revision, (size_t)limit, put_revision, &walk, asking->error);
    bool is_full = walk.place.revision - before.revision >= limit;
    if (ok && !is_full)
        ok = store_alerts_each(asking->store, NULL, walk.place.alert, (size_t)limit, put_alert, &walk, asking->error);
    is_full = is_full || walk.place.alert - before.alert >= limit;
    if (ok && !is_full)
        ok = store_alert_done_each(asking->store, walk.place.act, limit, put_act, &walk, asking->error);
    json_array_close(asking->json);
    put_place(&walk);
    json_key(asking->json, "more");
    json_put_boolean(asking->json, is_full || walk.place.act - before.act >= limit);
    return ok;
}

/* The place of now, for who wants only what comes. */
bool ask_position(struct asking *asking)
{
    struct change_walk walk = {.asking = asking};
    bool ok = store_count(asking->store, "SELECT max(sequence) FROM event_revision", &walk.place.revision, asking->error) &&
              store_count(asking->store, "SELECT max(sequence) FROM alert", &walk.place.alert, asking->error) &&
              store_count(asking->store, LAST_ACT, &walk.place.act, asking->error);
    put_place(&walk);
    return ok;
}

/* ---- token: whether one that somebody shows is good, and what it allows ---- */

static bool put_token(void *context, const struct token_row *row)
{
    struct asking *asking = context;
    ask_put_text(asking, "id", row->id);
    ask_put_text(asking, "kind", row->kind);
    ask_put_text(asking, "name", row->name);
    ask_put_text(asking, "role", row->role);
    ask_put_integer(asking, "expires", row->expires);
    return true;
}

bool ask_token(struct asking *asking)
{
    const char *id, *digest;
    return asking_require(asking, "id", &id) && asking_require(asking, "digest", &digest) &&
           store_token_check(asking->store, id, digest, clock_now(), put_token, asking, asking->error);
}

/* Without their digests. */
static bool put_listed_token(void *context, const struct token_row *row)
{
    struct asking *asking = context;
    json_object_open(asking->json);
    put_token(context, row);
    ask_put_integer(asking, "created", row->created);
    ask_put_text(asking, "parent", row->parent);
    json_object_close(asking->json);
    return true;
}

bool ask_tokens(struct asking *asking)
{
    json_key(asking->json, "tokens");
    json_array_open(asking->json);
    bool ok = store_tokens_each(asking->store, put_listed_token, asking, asking->error);
    json_array_close(asking->json);
    return ok;
}
