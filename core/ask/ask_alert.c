/* One alert: what raised it, what was done about it, what became of it at each sink; and what is muted. */
#include "core/ask/question.h"
#include "core/store/alert_states.h"
#include "core/store/alerts.h"
#include "core/store/events.h"
#include "core/watch/watch.h"
#include "lib/record/record_json.h"

struct alert_walk {
    struct asking *asking;
    bool is_found, is_good;
};

static bool put_act(void *context, const struct alert_act_row *row)
{
    struct asking *asking = context;
    json_object_open(asking->json);
    ask_put_integer(asking, "at", row->at);
    ask_put_text(asking, "author", row->author);
    ask_put_text(asking, "act", row->act);
    ask_put_text(asking, "note", row->note);
    ask_put_integer(asking, "until", row->until);
    json_object_close(asking->json);
    return true;
}

static bool put_alert(void *context, const struct alert_row *row)
{
    struct alert_walk *walk = context;
    struct asking *asking = walk->asking;
    walk->is_found = true;
    json_key(asking->json, "alert");
    json_object_open(asking->json);
    record_members_to_json(asking->json, row->record, 0);
    json_object_close(asking->json);
    ask_put_integer(asking, "pending", row->pending);
    ask_put_integer(asking, "delivered", row->delivered);
    ask_put_integer(asking, "dead", row->dead);
    json_key(asking->json, "acts");
    json_array_open(asking->json);
    walk->is_good = store_alert_acts_each(asking->store, row->sequence, put_act, asking, asking->error);
    json_array_close(asking->json);
    return false;
}

struct mute_walk {
    struct asking *asking;
    bool is_good;
};

static bool put_event_headline(struct asking *asking, const char *id)
{
    struct ent_record *event = NULL;
    struct buffer line = BUFFER_INIT;
    struct error none = ERROR_INIT; /* an event that is gone has no headline, and the mute is there all the same */
    if (*id && store_event_find(asking->store, id, &event, NULL, &none))
        watch_headline(event->view, &line);
    else if (*id && none.kind != ERROR_MISSING)
        return error_set(asking->error, none.kind, "%s", none.text);
    record_release(event);
    ask_put_text(asking, "headline", line.bytes ? line.bytes : "");
    buffer_free(&line);
    return true;
}

static bool put_mute(void *context, const struct mute *mute)
{
    struct mute_walk *walk = context;
    struct asking *asking = walk->asking;
    json_object_open(asking->json);
    ask_put_text(asking, "watch", mute->watch);
    ask_put_text(asking, "event", mute->event);
    ask_put_integer(asking, "until", mute->until);
    ask_put_integer(asking, "made", mute->made);
    ask_put_text(asking, "author", mute->author);
    ask_put_text(asking, "note", mute->note);
    walk->is_good = put_event_headline(asking, mute->event);
    json_object_close(asking->json);
    return walk->is_good;
}

bool ask_mutes(struct asking *asking)
{
    struct mute_walk walk = {asking, true};
    json_key(asking->json, "mutes");
    json_array_open(asking->json);
    bool ok = store_mutes_each(asking->store, put_mute, &walk, asking->error) && walk.is_good;
    json_array_close(asking->json);
    return ok;
}

bool ask_alert(struct asking *asking)
{
    const char *id;
    struct alert_standing standing;
    struct alert_walk walk = {.asking = asking};
    if (!asking_require(asking, "id", &id) || !store_alert_standing(asking->store, id, &standing, asking->error))
        return false;
    ask_put_integer(asking, "muted_until", standing.muted_until);
    bool ok = store_alerts_each(asking->store, NULL, standing.sequence - 1, 1, put_alert, &walk, asking->error);
    alert_standing_free(&standing);
    return ok && (walk.is_found ? walk.is_good : error_set(asking->error, ERROR_MISSING, "there is no alert %.40s", id));
}
