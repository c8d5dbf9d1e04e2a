#include "core/desk/revising.h"

#include "core/desk/correcting.h"
#include "core/desk/linking.h"
#include "core/desk/merge.h"
#include "core/store/events.h"
#include "core/store/recall.h"

#include <stdlib.h>
#include <string.h>

/* An event that has no reports any more, and where they went: NULL where nowhere. */
struct ended {
    const char *event;
    const char *target;
    bool stood; /* until now */
};

struct revising {
    const struct placing *placing;
    struct store *store;
    const char *cause;
    const char *mark; /* NULL for none */
    int64_t now;
    struct ended *ended;
    size_t ended_count;
};

static const unsigned desk_fields[] = {ENT_REPORT_ID, ENT_EVENT_REVISION, ENT_EVENT_ALIAS, ENT_EVENT_CHANGE, 0};

static struct ent_record *dress(struct record_view content, const char *id, int64_t revision,
                                char (*aliases)[DIGEST_HEX_SIZE], const char *const *changes, struct error *error)
{
    struct ent_builder *builder = record_build(ENT_EVENT);
    record_put_all(builder, content, desk_fields);
    record_put_text(builder, ENT_REPORT_ID, id);
    record_put_int(builder, ENT_EVENT_REVISION, revision);
    for (size_t i = 0; aliases && aliases[i][0]; i++)
        record_put_text(builder, ENT_EVENT_ALIAS, aliases[i]);
    for (; *changes; changes++)
        record_put_text(builder, ENT_EVENT_CHANGE, *changes);
    return record_seal(builder, error);
}

/* ---- events that ended ---- */

/* Where the reports of an ended event are now: its founder's event, else that of its earliest other report. */
static bool find_target(struct revising *revising, int64_t root, const struct member *founder, const char **target,
                        struct error *error)
{
    const struct placing *placing = revising->placing;
    const struct member *earliest = founder->is_gone ? NULL : founder;
    *target = NULL;
    for (size_t i = 0; founder->is_gone && i < placing->move_count; i++) {
        const struct member *member = placing->moves[i].member;
        if (placing->moves[i].from == root && !member->is_gone && (!earliest || member_compare(member, earliest) < 0))
            earliest = member;
    }
    if (!earliest)
        return true;
    struct member *new_founder = members_recall(placing->members, revising->store, earliest->at.root, error);
    if (!new_founder)
        return error->kind == ERROR_NONE
                   ? error_set(error, ERROR_STATE, "the founder of a report's event is not in the store: desk tables are damaged")
                   : false;
    *target = new_founder->at.event;
    return true;
}

static bool end_event(struct revising *revising, struct ended *ended, struct error *error)
{
    struct event_standing standing;
    const char *change = ended->target ? "absorbed" : "withdrawn";
    if (!store_event_standing(revising->store, ended->event, &standing, error))
        return false;
    if (!standing.sequence)
        return true; /* it never came to be an event */
    bool ok = true;
    ended->stood = event_state_stands(standing.state);
    if (ended->stood) {
        const char *words[] = {revising->mark ? revising->mark : change, revising->mark ? change : NULL, NULL};
        struct ent_record *record =
            dress(standing.record->view, ended->event, standing.revision + 1, NULL, words, error);
        ok = record && store_event_put(revising->store, record->view, ended->target ? EVENT_MERGED : EVENT_WITHDRAWN,
                                       ended->target, revising->cause, revising->now, error);
        record_release(record);
        const char *why = ended->target ? "its event is one with another that this sink is told of"
                                        : "its event is told by nobody any more";
        struct recall recall = {.event = ended->event, .target = ended->target, .why = why, .now = revising->now};
        ok = ok && store_deliveries_recall(revising->store, &recall, error);
    } else if (ended->target)
        ok = store_event_retarget(revising->store, ended->event, ended->target, error);
    record_release(standing.record);
    return ok;
}

/* ---- events that stand ---- */

static bool is_predecessor(const struct ended *ended, const char *event)
{
    return ended->stood && ended->target && strcmp(ended->target, event) == 0;
}

/* The record that this event takes over from one that ended into it: the first such, NULL where there is none. */
static bool find_predecessor(struct revising *revising, const char *event, struct ent_record **record,
                             struct error *error)
{
    *record = NULL;
    for (size_t i = 0; i < revising->ended_count && !*record; i++) {
        struct event_standing standing;
        const struct ended *ended = &revising->ended[i];
        if (!is_predecessor(ended, event))
            continue;
        if (!store_event_standing(revising->store, ended->event, &standing, error))
            return false;
        *record = standing.record;
    }
    return true;
}

static bool is_parted_by_hand(const struct revising *revising)
{
    return revising->mark && strcmp(revising->mark, "correction") == 0;
}

static enum event_state state_of(struct record_view event)
{
    const char *verdict = record_text(event, ENT_EVENT_VERDICT);
    return verdict && strcmp(verdict, "rejected") == 0 ? EVENT_REJECTED : EVENT_LIVE;
}

/* What to call the revision: "new", or how the event came by its reports and what that changed. */
static bool name_changes(struct revising *revising, const char *event, const struct event_standing *standing,
                         struct record_view content, const char *words[MERGE_CHANGES_MAX + 2], struct error *error)
{
    struct ent_record *predecessor;
    size_t count = 0;
    if (!find_predecessor(revising, event, &predecessor, error))
        return false;
    if (standing->sequence && event_state_stands(standing->state)) {
        if (predecessor)
            words[count++] = "merged";
        merge_changes(standing->record->view, content, words + count);
    } else if (standing->sequence) {
        words[count++] = standing->state == EVENT_MERGED ? "split" : "reopened";
        merge_changes(standing->record->view, content, words + count);
    } else if (predecessor) {
        words[count++] = "identity";
        merge_changes(predecessor->view, content, words + count);
    } else {
        words[0] = is_parted_by_hand(revising) ? "split" : "new";
        words[1] = NULL;
    }
    record_release(predecessor);
    return true;
}

/* What waits to tell the event is taken back when it is rejected, and goes when it stands again. */
static bool settle_deliveries(struct revising *revising, const char *event, const struct event_standing *standing,
                              struct record_view content, struct error *error)
{
    if (!standing->sequence)
        return true;
    struct recall recall = {.event = event, .why = "its event was rejected", .at_once = true, .now = revising->now};
    if (state_of(content) == EVENT_REJECTED)
        return standing->state == EVENT_REJECTED || store_deliveries_recall(revising->store, &recall, error);
    return standing->state == EVENT_LIVE || store_deliveries_reinstate(revising->store, event, revising->now, error);
}

static bool write_revision(struct revising *revising, const char *event, struct record_view content, struct error *error)
{
    struct event_standing standing;
    const char *words[MERGE_CHANGES_MAX + 3] = {revising->mark};
    const char **changes = revising->mark ? words + 1 : words;
    if (!store_event_standing(revising->store, event, &standing, error))
        return false;
    bool ok = name_changes(revising, event, &standing, content, changes, error);
    if (ok && changes[0]) {
        char(*aliases)[DIGEST_HEX_SIZE] = store_event_aliases(revising->store, event, error);
        struct ent_record *record = aliases ? dress(content, event, standing.revision + 1, aliases, words, error) : NULL;
        ok = record &&
             store_event_put(revising->store, record->view, state_of(content), NULL, revising->cause, revising->now,
                             error) &&
             settle_deliveries(revising, event, &standing, content, error);
        record_release(record);
        free(aliases);
    }
    record_release(standing.record);
    return ok;
}

static bool merge_and_write(struct revising *revising, const struct member_list *list, const char *event,
                            struct error *error)
{
    struct merge_member *reports = calloc(list->count, sizeof *reports);
    if (!reports)
        return error_set(error, ERROR_MEMORY, "no memory to merge %zu reports", list->count);
    for (size_t i = 0; i < list->count; i++) {
        const struct member *member = list->rows[i];
        bool is_woven = *member->at.woven_by != '\0';
        const char *why = is_woven ? member->at.woven_by : member->at.joined_by;
        reports[i] = (struct merge_member){member->at.report,
                                           member->at.source,
                                           &member->features,
                                           member->sketch,
                                           member->at.fetched,
                                           *why ? why : NULL,
                                           is_woven ? member->at.woven_score : member->at.score};
    }
    struct ent_record *content = merge_reports(reports, list->count, error);
    struct ent_record *linked = content ? linking_apply(revising->placing, list, content, error) : NULL;
    struct ent_record *corrected = linked ? correcting_apply(revising->placing, list, linked, error) : NULL;
    bool ok = corrected && write_revision(revising, event, corrected->view, error);
    record_release(corrected);
    record_release(linked);
    record_release(content);
    free(reports);
    return ok;
}

/* ---- the whole ---- */

/* Sorts the touched events into those that stand and those that ended, and ends the latter. */
static bool end_events(struct revising *revising, struct error *error)
{
    const struct placing *placing = revising->placing;
    struct member_list list = {NULL, 0, 0};
    bool ok = true;
    for (size_t i = 0; ok && i < placing->touched_count; i++) {
        int64_t root = placing->touched[i];
        ok = members_of_root(placing->members, revising->store, root, &list, error);
        if (!ok || list.count)
            continue;
        struct member *founder = members_recall(placing->members, revising->store, root, error);
        if (!founder) {
            ok = error->kind == ERROR_NONE;
            continue;
        }
        struct ended *ended = &revising->ended[revising->ended_count];
        ended->event = founder->at.event;
        ok = find_target(revising, root, founder, &ended->target, error) && end_event(revising, ended, error);
        revising->ended_count++;
    }
    members_list_free(&list);
    return ok;
}

/* Where an item makes one event of two, what it tells is news of that event: the merge is a revision of its own before
 * it, so that who asks for a change of status hears of one that the item tells, and of none that the other event had
 * told. */
static bool write_merge(struct revising *revising, const struct member_list *list, const char *event, struct error *error)
{
    struct member_list older = {NULL, 0, 0};
    struct event_standing standing;
    bool is_merged = false, ok = true;
    for (size_t i = 0; i < revising->ended_count; i++)
        is_merged = is_merged || is_predecessor(&revising->ended[i], event);
    if (!is_merged)
        return true;
    if (!store_event_standing(revising->store, event, &standing, error))
        return false;
    is_merged = standing.sequence && event_state_stands(standing.state);
    record_release(standing.record);
    for (size_t i = 0; ok && is_merged && i < list->count; i++)
        if (strcmp(list->rows[i]->at.item, revising->placing->item) != 0)
            ok = members_list_add(&older, list->rows[i]) || error_set(error, ERROR_MEMORY, "no memory to merge events");
    if (ok && older.count && older.count < list->count && older.rows[0] == list->rows[0]) {
        ok = merge_and_write(revising, &older, event, error);
        for (size_t i = 0; i < revising->ended_count; i++)
            if (is_predecessor(&revising->ended[i], event))
                revising->ended[i].stood = false;
    }
    members_list_free(&older);
    return ok;
}

static bool write_events(struct revising *revising, struct error *error)
{
    const struct placing *placing = revising->placing;
    struct member_list list = {NULL, 0, 0};
    bool ok = true;
    for (size_t i = 0; ok && i < placing->touched_count; i++) {
        ok = members_of_root(placing->members, revising->store, placing->touched[i], &list, error);
        /* The founder comes first of its event's reports: nothing that is placed before it can have joined it. */
        const char *event = ok && list.count ? list.rows[0]->at.event : NULL;
        if (event && placing->item && !revising->mark)
            ok = write_merge(revising, &list, event, error);
        if (event && ok)
            ok = merge_and_write(revising, &list, event, error);
    }
    members_list_free(&list);
    return ok;
}

/* Ids of founders that joined another event long ago follow when that report moves on. */
static bool retarget_moved(struct revising *revising, struct error *error)
{
    const struct placing *placing = revising->placing;
    for (size_t i = 0; i < placing->move_count; i++) {
        const struct member *member = placing->moves[i].member;
        if (member->is_gone || member->at.root == member->at.row)
            continue;
        struct member *founder = members_recall(placing->members, revising->store, member->at.root, error);
        if (!founder && error->kind != ERROR_NONE)
            return false;
        if (founder && !store_event_retarget(revising->store, member->at.event, founder->at.event, error))
            return false;
    }
    return true;
}

bool revise_events(struct placing *placing, const char *cause, const char *mark, int64_t now,
                   struct error *error)
{
    struct revising revising = {
        .placing = placing, .store = placing->store, .cause = cause, .mark = mark, .now = now};
    error->kind = ERROR_NONE;
    if (!linking_touch_moved(placing, error))
        return false;
    if (placing->touched_count == 0)
        return true;
    revising.ended = calloc(placing->touched_count, sizeof *revising.ended);
    if (!revising.ended)
        return error_set(error, ERROR_MEMORY, "no memory to revise events");
    bool ok = end_events(&revising, error) && retarget_moved(&revising, error) && write_events(&revising, error);
    free(revising.ended);
    return ok;
}
