/* Everything of one event or one item: its record, what told of it, and how it came to be so. */
#include "core/ask/question.h"
#include "core/store/events.h"
#include "core/store/items.h"
#include "core/store/remarks.h"
#include "core/store/reports.h"
#include "core/watch/watch.h"
#include "lib/record/event_text.h"
#include "lib/record/record_json.h"

#include <stdlib.h>
#include <string.h>

enum {
    REPORTS_MAX = 100,
    REVISIONS_MAX = 200,
    VERSIONS_MAX = 20,
    TOLD_BYTES = 2 * 1024 * 1024 /* after which no further articles are handed out: of the rest an event's sources tell */
};

/* ---- the item behind a report ---- */

struct item_walk {
    struct asking *asking;
    int64_t sequence; /* of the current version */
    int64_t versions;
    bool is_within; /* of an event: the newest version is enough */
};

static bool put_version(void *context, const struct item_row *row)
{
    struct item_walk *walk = context;
    struct json_writer *json = walk->asking->json;
    if (walk->versions == 0)
        walk->sequence = row->sequence;
    json_object_open(json);
    record_members_to_json(json, row->record, 0);
    json_key(json, "current");
    json_put_boolean(json, row->current);
    ask_put_integer(walk->asking, "sequence", row->sequence);
    if (*row->made_by)
        ask_put_text(walk->asking, "made_by", row->made_by);
    if (*row->dropped_by)
        ask_put_text(walk->asking, "dropped_by", row->dropped_by);
    json_object_close(json);
    return ++walk->versions < (walk->is_within ? 1 : VERSIONS_MAX);
}

struct report_walk {
    struct asking *asking;
    const char *wanted; /* NULL: all */
    size_t put;
};

static bool put_report(void *context, const struct report_row *row)
{
    struct report_walk *walk = context;
    if (walk->wanted && strcmp(walk->wanted, row->id) != 0)
        return true;
    event_json(walk->asking->json, row->record);
    return ++walk->put < REPORTS_MAX && !walk->wanted;
}

/* ---- event ---- */

static bool put_change(void *context, const struct revision_row *row)
{
    struct report_walk *walk = context;
    struct json_writer *json = walk->asking->json;
    struct text change;
    json_object_open(json);
    ask_put_integer(walk->asking, "revision", row->revision);
    ask_put_integer(walk->asking, "made", row->made);
    ask_put_text(walk->asking, "cause", row->cause);
    ask_put_text(walk->asking, "status", record_text(row->record, ENT_REPORT_STATUS));
    json_key(json, "changes");
    json_array_open(json);
    for (size_t i = 0; record_get_str(row->record, ENT_EVENT_CHANGE, i, &change); i++)
        json_put_string(json, change.bytes, change.size);
    json_array_close(json);
    json_object_close(json);
    return ++walk->put < REVISIONS_MAX;
}

static bool put_item_with_report(struct asking *asking, struct record_view source)
{
    struct item_walk items = {.asking = asking, .is_within = true};
    struct report_walk reports = {.asking = asking, .wanted = record_text(source, ENT_SOURCE_REPORT)};
    struct error missing = ERROR_INIT;
    const char *item = record_text(source, ENT_SOURCE_ITEM);
    json_object_open(asking->json);
    json_key(asking->json, "item");
    json_array_open(asking->json); /* empty where keeping has removed it */
    bool found = item && store_item_find(asking->store, item, put_version, &items, &missing);
    json_array_close(asking->json);
    json_key(asking->json, "report");
    json_array_open(asking->json);
    bool ok = !found || store_reports_of(asking->store, items.sequence, put_report, &reports, asking->error);
    json_array_close(asking->json);
    json_object_close(asking->json);
    return ok && (found || missing.kind == ERROR_MISSING || missing.kind == ERROR_NONE);
}

static bool put_sources(struct asking *asking, struct record_view event)
{
    struct record_view source;
    bool ok = true;
    json_key(asking->json, "told_by");
    json_array_open(asking->json);
    for (size_t i = 0; ok && i < REPORTS_MAX && asking->answer->body.size < TOLD_BYTES &&
                       record_get_view(event, ENT_EVENT_SOURCE, i, &source);
         i++)
        ok = put_item_with_report(asking, source);
    json_array_close(asking->json);
    return ok;
}

static bool put_revisions(struct asking *asking, const char *id)
{
    struct report_walk walk = {.asking = asking};
    json_key(asking->json, "revisions");
    json_array_open(asking->json);
    bool ok = store_event_history(asking->store, id, put_change, &walk, asking->error);
    json_array_close(asking->json);
    return ok;
}

bool ask_event(struct asking *asking)
{
    static const char *const states[] = {"live", "merged", "withdrawn"};
    const char *id;
    struct ent_record *event = NULL;
    enum event_state state = EVENT_LIVE;
    struct buffer line = BUFFER_INIT;
    if (!asking_require(asking, "id", &id) || !store_event_find(asking->store, id, &event, &state, asking->error))
        return false;
    json_key(asking->json, "event");
    event_json(asking->json, event->view);
    watch_headline(event->view, &line);
    ask_put_text(asking, "headline", line.bytes ? line.bytes : "");
    buffer_free(&line);
    ask_put_text(asking, "state", states[state]);
    ask_put_text(asking, "asked", id);
    const char *known_as = record_text(event->view, ENT_REPORT_ID);
    bool ok = put_sources(asking, event->view) && put_revisions(asking, known_as ? known_as : id);
    record_release(event);
    return ok;
}

bool ask_revisions(struct asking *asking)
{
    const char *id;
    struct ent_record *event = NULL;
    if (!asking_require(asking, "id", &id) || !store_event_find(asking->store, id, &event, NULL, asking->error))
        return false;
    const char *known_as = record_text(event->view, ENT_REPORT_ID);
    bool ok = put_revisions(asking, known_as ? known_as : id);
    record_release(event);
    return ok;
}

bool ask_reports(struct asking *asking)
{
    const char *id;
    struct ent_record *event = NULL;
    if (!asking_require(asking, "id", &id) || !store_event_find(asking->store, id, &event, NULL, asking->error))
        return false;
    bool ok = put_sources(asking, event->view);
    record_release(event);
    return ok;
}

/* ---- item ---- */

static bool put_remark(void *context, const char *processor, const char *text, int64_t count)
{
    struct asking *asking = context;
    (void)count;
    json_object_open(asking->json);
    ask_put_text(asking, "processor", processor);
    ask_put_text(asking, "text", text);
    json_object_close(asking->json);
    return true;
}

bool ask_item(struct asking *asking)
{
    struct item_walk items = {.asking = asking};
    struct report_walk reports = {.asking = asking};
    const char *id;
    if (!asking_require(asking, "id", &id))
        return false;
    json_key(asking->json, "versions");
    json_array_open(asking->json);
    bool ok = store_item_find(asking->store, id, put_version, &items, asking->error);
    json_array_close(asking->json);
    json_key(asking->json, "reports");
    json_array_open(asking->json);
    ok = ok && store_reports_of(asking->store, items.sequence, put_report, &reports, asking->error);
    json_array_close(asking->json);
    json_key(asking->json, "remarks");
    json_array_open(asking->json);
    ok = ok && store_remarks_of(asking->store, items.sequence, put_remark, asking, asking->error);
    json_array_close(asking->json);
    return ok;
}
