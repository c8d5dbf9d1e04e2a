#include "core/desk/desk.h"

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/desk/correcting.h"
#include "core/desk/houses.h"
#include "core/desk/linking.h"
#include "core/desk/members.h"
#include "core/desk/merge.h"
#include "core/desk/pins.h"
#include "core/desk/placing.h"
#include "core/desk/revising.h"
#include "core/store/corrections.h"
#include "core/store/items.h"
#include "core/store/progress.h"
#include "core/store/recode.h"
#include "core/store/reports.h"
#include "core/store/store.h"
#include "lib/base/digest.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ITEMS_A_RUN = 500, RECODED_A_RUN = 200, REPORTS_AN_ITEM = 1000, CACHE_BYTES_MAX = 64 * 1024 * 1024 };

static const char processor[] = "desk";
static const char late_processor[] = "desk.reports"; /* its cursor counts reports */

struct desk {
    struct members *members;
    struct publishers *publishers; /* NULL until the first item or run */
    char *publisher_lines;         /* NULL: as the store has them */
    _Atomic int64_t watermark;
    int64_t cursor;     /* that goes with what the cache of members holds; -1: it holds nothing of use */
    int64_t correction; /* so does this: the last one that was made */
    uint64_t rollbacks; /* and this: how often the store had been rolled back */
    bool has_more;
};

struct desk *desk_create(void)
{
    struct desk *desk = calloc(1, sizeof *desk);
    if (!desk || !(desk->members = members_create())) {
        free(desk);
        return NULL;
    }
    atomic_init(&desk->watermark, 0);
    desk->cursor = -1;
    return desk;
}

void desk_destroy(struct desk *desk)
{
    if (!desk)
        return;
    members_destroy(desk->members);
    publishers_destroy(desk->publishers);
    free(desk->publisher_lines);
    free(desk);
}

bool desk_set_publishers(struct desk *desk, const char *lines)
{
    free(desk->publisher_lines);
    desk->publisher_lines = strdup(lines);
    return desk->publisher_lines != NULL;
}

void desk_set_watermark(void *context, int64_t sequence)
{
    struct desk *desk = context;
    atomic_store(&desk->watermark, sequence);
}

bool desk_has_more(const void *context)
{
    const struct desk *desk = context;
    return desk->has_more;
}

/* ---- one item ---- */

/* A report of the item as it will stand at the desk. */
struct arrival {
    char event[DIGEST_HEX_SIZE]; /* the id of the event that it would found */
    struct record_view report;
    struct ent_record *source;
    struct member *member; /* that stands for it already, NULL for none */
    int64_t ordinal;
};

struct taking {
    struct desk *desk;
    struct store *store;
    const struct desk_item *item;
    const char *item_id;
    struct arrival *arrivals;
    size_t arrival_count;
    struct member_list standing;
    struct placing placing;
    const char *cause;
    unsigned char sketch[SKETCH_BYTES_MAX]; /* of the item's text */
    size_t sketch_size;
};

/* Item, type and parties, and a number where one item tells of several such: an id that outlives another wording of
 * the item, since a report's own id may change with it. */
static void name_event(const struct taking *taking, const struct features *features, char event[DIGEST_HEX_SIZE])
{
    char parties[FEATURE_ACTORS_MAX * 17 + 1] = "", type[12];
    size_t size = 0;
    for (int i = 0; i < features->actor_count; i++)
        size += (size_t)snprintf(parties + size, sizeof parties - size, "%016llx ",
                                 (unsigned long long)features->actors[i].id);
    snprintf(type, sizeof type, "%d", (int)features->type);
    for (int number = 1;; number++) {
        char number_text[12];
        bool taken = false;
        snprintf(number_text, sizeof number_text, "%d", number);
        digest_texts(event, "event", taking->item_id, type, parties, number_text, NULL);
        for (size_t i = 0; i < taking->arrival_count && !taken; i++)
            taken = strcmp(taking->arrivals[i].event, event) == 0;
        if (!taken)
            return;
    }
}

static bool prepare_arrivals(struct taking *taking, struct features *features, struct error *error)
{
    const struct desk_item *item = taking->item;
    for (size_t i = 0; i < item->report_count; i++) {
        struct arrival arrival = {.report = item->reports[i], .ordinal = (int64_t)i};
        arrival.source = merge_source(item->item, arrival.report, taking->desk->publishers, error);
        if (!arrival.source)
            return false;
        if (!features_fill(features, arrival.report, arrival.source->view)) {
            const char *type = record_text(arrival.report, ENT_REPORT_TYPE);
            log_write(LOG_WARNING, processor, taking->item_id,
                      "report left aside: its type '%s' is not in the codebook", type ? type : "");
            record_release(arrival.source);
            continue;
        }
        name_event(taking, features, arrival.event);
        for (size_t j = 0; j < taking->standing.count && !arrival.member; j++)
            if (strcmp(taking->standing.rows[j]->at.event, arrival.event) == 0)
                arrival.member = taking->standing.rows[j];
        taking->arrivals[taking->arrival_count++] = arrival;
    }
    return true;
}

static bool same_view(struct record_view a, struct record_view b)
{
    return a.size == b.size && memcmp(a.bytes, b.bytes, a.size) == 0;
}

static bool same_sketch(const struct member *member, const struct taking *taking)
{
    return member->at.sketch_size == taking->sketch_size &&
           (taking->sketch_size == 0 || memcmp(member->at.sketch, taking->sketch, taking->sketch_size) == 0);
}

/* The body by which copies are told; headlines are reworded by everybody. */
static bool sketch_item(struct taking *taking, struct error *error)
{
    struct sketch sketch;
    struct text text = {NULL, 0};
    if (!record_get_str(taking->item->item, ENT_ITEM_BODY, 0, &text))
        record_get_str(taking->item->item, ENT_ITEM_TITLE, 0, &text);
    if (!sketch_fill(&sketch, text.bytes ? text.bytes : "", text.size))
        return error_set(error, ERROR_MEMORY, "no memory for the text of an item");
    taking->sketch_size = sketch.runs ? sketch_store(&sketch, taking->sketch) : 0;
    return true;
}

static bool put_arrival(struct taking *taking, const struct arrival *arrival, struct error *error)
{
    struct member *member = arrival->member;
    struct record_view item = taking->item->item, source = arrival->source->view;
    if (member && same_view(member->at.report, arrival->report) && same_view(member->at.source, source) &&
        member->at.ordinal == arrival->ordinal && same_sketch(member, taking))
        return true;
    if (member &&
        (!placing_disturb(&taking->placing, member, error) || !linking_touch_others(&taking->placing, member, error)))
        return false;
    struct cluster_row row = {.row = member ? member->at.row : 0,
                              .root = member ? member->at.root : 0,
                              .strand = member ? member->at.strand : 0,
                              .founded = member ? member->at.founded : CLUSTER_DAY_NONE,
                              .item = taking->item_id,
                              .event = arrival->event,
                              .published = record_int(item, ENT_ITEM_PUBLISHED, INT64_MAX),
                              .ordinal = arrival->ordinal,
                              .fetched = record_int(item, ENT_ITEM_FETCHED, 0),
                              .joined_by = member ? member->at.joined_by : "",
                              .score = member ? member->at.score : 0,
                              .woven_by = member ? member->at.woven_by : "",
                              .woven_score = member ? member->at.woven_score : 0,
                              .ties = member ? member->at.ties : 0,
                              .is_definite = member ? member->at.is_definite : false,
                              .hand = member ? member->at.hand : 0,
                              .report = arrival->report,
                              .source = source,
                              .sketch = taking->sketch,
                              .sketch_size = taking->sketch_size};
    member = members_put(taking->desk->members, taking->store, &row, error);
    const char *report_id = record_text(arrival->report, ENT_REPORT_ID);
    if (!taking->cause && report_id)
        taking->cause = report_id;
    return member && placing_add(&taking->placing, member, error) &&
           linking_touch_others(&taking->placing, member, error);
}

static bool is_still_told(const struct taking *taking, const struct member *member)
{
    for (size_t i = 0; i < taking->arrival_count; i++)
        if (taking->arrivals[i].member == member)
            return true;
    return false;
}

static bool remove_vanished(struct taking *taking, struct error *error)
{
    for (size_t i = 0; i < taking->standing.count; i++) {
        struct member *member = taking->standing.rows[i];
        if (is_still_told(taking, member))
            continue;
        if (!placing_disturb(&taking->placing, member, error) ||
            (member->at.hand && !placing_disturb_pinned(&taking->placing, error)) ||
            !placing_touch(&taking->placing, member->at.root, error) ||
            !linking_touch_others(&taking->placing, member, error) ||
            !members_remove(taking->desk->members, taking->store, member, error))
            return false;
    }
    return true;
}

/* The reports as they are now, under the hands that pin them. */
static bool apply_corrections(struct taking *taking, struct error *error)
{
    return members_of_item(taking->desk->members, taking->store, taking->item_id, &taking->standing, error) &&
           pins_apply(&taking->placing, taking->item_id, &taking->standing, error);
}

/* The item's reports are linked with one another: what one says may change what another is a part of. */
static bool touch_siblings(struct taking *taking, struct error *error)
{
    return taking->placing.touched_count == 0 || linking_touch_item(&taking->placing, taking->item_id, error);
}

static bool take(struct taking *taking, struct error *error)
{
    bool ok = members_of_item(taking->desk->members, taking->store, taking->item_id, &taking->standing, error);
    struct features *features = malloc(sizeof *features);
    if (ok && !features)
        ok = error_set(error, ERROR_MEMORY, "no memory for the reports of an item");
    if (ok && taking->standing.count == 0)
        taking->placing.item = taking->item_id;
    ok = ok && prepare_arrivals(taking, features, error);
    free(features);
    if (ok && taking->arrival_count == 0 && taking->standing.count == 0)
        return true; /* as with nearly every item */
    ok = ok && sketch_item(taking, error);
    for (size_t i = 0; ok && i < taking->arrival_count; i++)
        ok = put_arrival(taking, &taking->arrivals[i], error);
    /* The vanished ones last, so that no new row gets a number that still stands in a list. */
    return ok && remove_vanished(taking, error) && apply_corrections(taking, error) &&
           correcting_touch_item(&taking->placing, taking->item_id, error) && placing_run(&taking->placing, error) && correcting_touch_item(&taking->placing, taking->item_id, error) &&
           touch_siblings(taking, error) &&
           revise_events(&taking->placing, taking->cause, taking->item->is_recoded ? "recode" : NULL, clock_now(),
                         error);
}

static bool load_publishers(struct desk *desk, struct store *store, struct error *error)
{
    if (!desk->publishers)
        desk->publishers = houses_load(store, desk->publisher_lines, error);
    return desk->publishers != NULL;
}

bool desk_take(struct desk *desk, struct store *store, const struct desk_item *item, struct error *error)
{
    struct taking taking = {.desk = desk, .store = store, .item = item};
    taking.item_id = record_text(item->item, ENT_ITEM_ID);
    if (!taking.item_id)
        return error_set(error, ERROR_INPUT, "the desk was given an item without an id");
    taking.arrivals = calloc(item->report_count + 1, sizeof *taking.arrivals);
    if (!taking.arrivals)
        return error_set(error, ERROR_MEMORY, "no memory for the reports of item %s", taking.item_id);
    if (members_size(desk->members) > CACHE_BYTES_MAX)
        members_clear(desk->members);
    bool ok = load_publishers(desk, store, error);
    placing_begin(&taking.placing, desk->members, store);
    ok = ok && take(&taking, error);
    placing_end(&taking.placing);
    members_list_free(&taking.standing);
    for (size_t i = 0; i < taking.arrival_count; i++)
        record_release(taking.arrivals[i].source);
    free(taking.arrivals);
    if (!ok) {
        /* What the cache holds may be undone with the transaction. */
        members_clear(desk->members);
        error_prefix(error, "merging the reports of item %s", taking.item_id);
    }
    return ok;
}

/* ---- the stage ---- */

struct running {
    struct desk *desk;
    struct store *store;
    struct error *error;
    int64_t cursor, watermark;
    struct ent_record *reports[REPORTS_AN_ITEM];
    struct record_view views[REPORTS_AN_ITEM];
    size_t report_count;
    int changes;   /* of the store's rows, when the run began */
    int64_t *late; /* items */
    size_t late_count, late_capacity;
    bool has_late, has_recoded, has_refreshed, is_recoding, failed;
};

static bool gather_report(void *context, const struct report_row *row)
{
    struct running *running = context;
    if (running->report_count == REPORTS_AN_ITEM) {
        log_write(LOG_WARNING, processor, row->id, "item with more than %d reports: the rest is left aside",
                  REPORTS_AN_ITEM);
        return false;
    }
    struct ent_record *report = record_from_bytes(row->record.bytes, row->record.size, running->error);
    if (!report) {
        running->failed = true;
        return false;
    }
    running->views[running->report_count] = report->view;
    running->reports[running->report_count++] = report;
    return true;
}

/* Takes the item as it now stands. The reports of a version that was superseded do not stand; the newer version
 * brings its own. */
static bool take_row(struct running *running, const struct item_row *row)
{
    if (!row->current)
        return true;
    running->report_count = 0;
    running->failed =
        !store_reports_of(running->store, row->sequence, gather_report, running, running->error) || running->failed;
    struct desk_item item = {row->record, running->views, running->report_count, running->is_recoding};
    if (!running->failed)
        running->failed = !desk_take(running->desk, running->store, &item, running->error);
    for (size_t i = 0; i < running->report_count; i++)
        record_release(running->reports[i]);
    return !running->failed;
}

static bool has_changed(const struct running *running)
{
    return sqlite3_total_changes(store_database(running->store)) != running->changes;
}

static bool run_item(void *context, const struct item_row *row)
{
    return take_row(context, row);
}

static bool add_late(void *context, int64_t item)
{
    struct running *running = context;
    if (running->late_count == running->late_capacity) {
        size_t capacity = running->late_capacity ? 2 * running->late_capacity : 64;
        int64_t *late = realloc(running->late, capacity * sizeof *late);
        if (!late) {
            running->failed = !error_set(running->error, ERROR_MEMORY, "no memory for the items that were retried");
            return false;
        }
        running->late = late;
        running->late_capacity = capacity;
    }
    running->late[running->late_count++] = item;
    return true;
}

/* Items that the desk was past when a classifier told of them: ones that were retried from the dead letters. They wait
 * until every classifier has finished them, as all items do. */
static bool run_late(struct running *running, int64_t cursor)
{
    bool found;
    int64_t after, last;
    if (!store_cursor(running->store, late_processor, &after, &found, running->error) ||
        !store_cluster_late_items(running->store, after, cursor, add_late, running, &last, running->error) ||
        running->failed)
        return false;
    for (size_t i = 0; i < running->late_count; i++)
        if (running->late[i] > running->watermark)
            return true;
    /* An item that is taken again changes nothing, so the next run comes by itself to the one after the last. */
    for (size_t i = 0; i < running->late_count && !running->has_late; i++) {
        if (!store_item_at(running->store, running->late[i], run_item, running, running->error) || running->failed)
            return false;
        running->has_late = has_changed(running);
    }
    if (running->has_late || last == after)
        return true;
    bool ok = store_cursor_put(running->store, late_processor, last, running->error);
    running->changes = sqlite3_total_changes(store_database(running->store));
    return ok;
}

/* The items behind the cursor, of which hardly one in ten is told of: only these are read. What changed an event ends the
 * run, so that the watches see every event as this item left it, however many items came at once. */
static bool run_items(struct running *running)
{
    int64_t until = running->cursor + ITEMS_A_RUN;
    if (until > running->watermark)
        until = running->watermark;
    while (running->cursor < until && !has_changed(running)) {
        int64_t item;
        if (!store_cluster_next_item(running->store, running->cursor, until, &item, running->error))
            return false;
        if (item > 0 &&
            (!store_item_at(running->store, item, run_item, running, running->error) || running->failed))
            return false;
        running->cursor = item > 0 ? item : until;
    }
    return true;
}

/* Sources by another table of publishers. */
static bool run_refresh(struct running *running)
{
    return houses_refresh(running->desk->members, running->store, running->desk->publishers, clock_now(),
                          &running->has_refreshed, running->error);
}

/* Items of which another lexicon tells otherwise (core/store/recode.h). One that the desk has not come to yet is taken
 * in its turn. */
static bool run_recoded(struct running *running, int64_t cursor)
{
    int64_t item = 0;
    running->is_recoding = true;
    for (int taken = 0; taken < RECODED_A_RUN && !running->has_recoded && !running->has_refreshed; taken++) {
        if (!store_recode_item_first(running->store, &item, running->error))
            return false;
        if (item == 0)
            break;
        if (item <= cursor &&
            (!store_item_at(running->store, item, run_item, running, running->error) || running->failed))
            return false;
        running->has_recoded = has_changed(running);
        if (!store_recode_item_delete(running->store, item, running->error))
            return false;
        running->changes = sqlite3_total_changes(store_database(running->store));
    }
    running->is_recoding = false;
    running->has_recoded = running->has_recoded || item != 0;
    return true;
}

bool desk_run(void *context, struct store *store, struct error *error)
{
    struct desk *desk = context;
    bool found;
    int64_t start, correction = 0;
    struct running *running = calloc(1, sizeof *running);
    desk->has_more = false;
    if (!running)
        return error_set(error, ERROR_MEMORY, "no memory to run the desk");
    bool ok = store_cursor(store, processor, &start, &found, error) && store_correction_last(store, &correction, error);
    /* What it holds was undone with its transaction, or a person changed the places of reports. */
    if (!ok || start != desk->cursor || correction != desk->correction || store_rollbacks(store) != desk->rollbacks)
        members_clear(desk->members);
    desk->correction = correction;
    desk->rollbacks = store_rollbacks(store);
    *running = (struct running){.desk = desk, .store = store, .error = error, .cursor = start};
    running->watermark = atomic_load(&desk->watermark);
    ok = ok && load_publishers(desk, store, error);
    running->changes = sqlite3_total_changes(store_database(store));
    ok = ok && run_refresh(running) && run_recoded(running, start);
    ok = ok && (running->has_recoded || running->has_refreshed || run_late(running, start));
    bool is_busy = running->has_recoded || running->has_late || running->has_refreshed;
    if (ok && !is_busy && running->cursor < running->watermark) {
        ok = run_items(running);
        if (ok && running->cursor > start)
            ok = store_cursor_put(store, processor, running->cursor, error);
        desk->has_more = ok && running->cursor > start && running->cursor < running->watermark;
    }
    desk->has_more = desk->has_more || (ok && is_busy);
    desk->cursor = ok ? running->cursor : -1;
    free(running->late);
    free(running);
    return ok;
}
