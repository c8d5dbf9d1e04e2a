#include "core/desk/corrections.h"

#include "core/desk/anchors.h"
#include "core/desk/correcting.h"
#include "core/desk/correction_values.h"
#include "core/desk/pins.h"
#include "core/desk/placing.h"
#include "core/desk/revising.h"
#include "core/store/events.h"
#include "lib/base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ID_PREFIX_MIN = 6 };

struct making {
    struct store *store;
    const struct desk_correction *asked;
    struct members *members;
    struct placing placing;
    struct anchors *anchors;
    struct member_list list;  /* the reports of the event */
    struct member_list other; /* of a merge: of the other one */
    struct ent_record *event;
    struct ent_record *value; /* of a set */
    struct buffer fields;
    struct correction_row row;
    char event_id[DIGEST_HEX_SIZE], other_id[DIGEST_HEX_SIZE];
    struct error *error;
};

static bool refuse(struct making *making, const char *text)
{
    return error_set(making->error, ERROR_INPUT, "%s", text);
}

/* ---- the event ---- */

static void copy_id(char id[DIGEST_HEX_SIZE], const char *text)
{
    snprintf(id, DIGEST_HEX_SIZE, "%s", text ? text : "");
}

static bool find_event(struct making *making, const char *asked, char id[DIGEST_HEX_SIZE], struct ent_record **event,
                       struct member_list *list)
{
    enum event_state state;
    if (!asked || !*asked)
        return refuse(making, "a correction needs the id of an event");
    if (!store_event_find(making->store, asked, event, &state, making->error))
        return false;
    copy_id(id, record_text((*event)->view, ENT_REPORT_ID));
    if (!event_state_stands(state))
        return error_set(making->error, ERROR_STATE, "event %.8s is withdrawn: no report tells it any more", id);
    const struct member *founder = members_find(making->members, making->store, id, making->error);
    if (!founder)
        return making->error->kind == ERROR_NONE
                   ? error_set(making->error, ERROR_STATE, "event %.8s has no reports at the desk", id)
                   : false;
    return members_of_root(making->members, making->store, founder->at.root, list, making->error);
}

static bool add_anchors(struct making *making, const struct member_list *list, int part)
{
    bool ok = true;
    if (list->count > CORRECTION_REPORTS_MAX)
        return error_set(making->error, ERROR_LIMIT, "an event of more than %d reports cannot be corrected",
                         CORRECTION_REPORTS_MAX);
    for (size_t i = 0; ok && i < list->count; i++)
        ok = anchors_add_member(making->anchors, list->rows[i], part, making->error);
    return ok;
}

static bool is_rejected(const struct ent_record *event)
{
    const char *verdict = record_text(event->view, ENT_EVENT_VERDICT);
    return verdict && strcmp(verdict, "rejected") == 0;
}

/* ---- by kind ---- */

static bool prepare_verdict(struct making *making)
{
    const char *verdict = record_text(making->event->view, ENT_EVENT_VERDICT);
    const char *wanted = making->asked->kind == CORRECTION_CONFIRM ? "confirmed" : "rejected";
    if (verdict && strcmp(verdict, wanted) == 0)
        return error_set(making->error, ERROR_STATE, "event %.8s is %s already", making->event_id, wanted);
    return add_anchors(making, &making->list, 0);
}

static bool prepare_merge(struct making *making)
{
    struct ent_record *other = NULL;
    bool ok = find_event(making, making->asked->other, making->other_id, &other, &making->other);
    if (ok && strcmp(making->event_id, making->other_id) == 0)
        ok = error_set(making->error, ERROR_STATE, "%s and %s are one event already, %.8s", making->asked->event,
                       making->asked->other, making->event_id);
    if (ok && is_rejected(making->event) != is_rejected(other))
        ok = error_set(making->error, ERROR_STATE,
                       "event %.8s is rejected and the other is not; confirm it or undo its rejection first",
                       is_rejected(other) ? making->other_id : making->event_id);
    record_release(other);
    return ok && add_anchors(making, &making->list, 0) && add_anchors(making, &making->other, 1);
}

/* A report by its own id, its item's, or the item's address. */
static bool is_named(const struct member *member, const char *word)
{
    const char *url = record_text(member->at.source, ENT_SOURCE_URL), *id = record_text(member->at.report, ENT_REPORT_ID);
    size_t size = strlen(word);
    return (url && strcmp(url, word) == 0) || (id && size >= ID_PREFIX_MIN && strncmp(id, word, size) == 0) ||
           (size >= ID_PREFIX_MIN && strncmp(member->at.item, word, size) == 0);
}

static bool is_wanted(const struct making *making, const struct member *member)
{
    for (size_t i = 0; i < making->asked->word_count; i++)
        if (is_named(member, making->asked->words[i]))
            return true;
    return false;
}

static bool names_a_report(const struct making *making, const char *word)
{
    for (size_t i = 0; i < making->list.count; i++)
        if (is_named(making->list.rows[i], word))
            return true;
    return false;
}

static bool prepare_split(struct making *making)
{
    size_t moved = 0;
    if (making->asked->word_count == 0)
        return refuse(making, "a split needs the reports that are to be moved");
    for (size_t i = 0; i < making->asked->word_count; i++)
        if (!names_a_report(making, making->asked->words[i]))
            return error_set(making->error, ERROR_MISSING,
                             "event %.8s has no report '%.60s'; name it by its id, its item's id or address, as `entente "
                             "event show %.8s` has them",
                             making->event_id, making->asked->words[i], making->event_id);
    for (size_t i = 0; i < making->list.count; i++) {
        const struct member *member = making->list.rows[i];
        bool wanted = is_wanted(making, member);
        if (wanted && moved++ == 0)
            copy_id(making->other_id, member->at.event);
        if (!anchors_add_member(making->anchors, member, wanted, making->error))
            return false;
    }
    if (moved == making->list.count)
        return error_set(making->error, ERROR_INPUT, "these are all reports of event %.8s: one at least must stay",
                         making->event_id);
    return true;
}

/* The event named is written with its whole id. */
static bool resolve_parent(struct making *making)
{
    struct ent_record *parent = NULL;
    const char *asked = record_text(making->value->view, ENT_REPORT_PARENT), *id = NULL;
    static const unsigned parent_field[] = {ENT_REPORT_PARENT, 0};
    if (!asked)
        return true;
    bool ok = store_event_find(making->store, asked, &parent, NULL, making->error);
    id = ok ? record_text(parent->view, ENT_REPORT_ID) : NULL;
    if (ok && id && strcmp(id, making->event_id) == 0)
        ok = refuse(making, "parent: an event cannot be a part of itself");
    struct ent_builder *builder = ok ? record_build(ENT_REPORT) : NULL;
    if (builder) {
        record_put_all(builder, making->value->view, parent_field);
        record_put_text(builder, ENT_REPORT_PARENT, id);
        record_release(making->value);
        making->value = record_seal(builder, making->error);
    }
    record_release(parent);
    return ok && making->value;
}

static bool prepare_set(struct making *making)
{
    making->value = correction_values_read(making->asked->words, making->asked->word_count, making->event->view,
                                           &making->fields, making->error);
    return making->value && resolve_parent(making) && add_anchors(making, &making->list, 0);
}

/* ---- undo ---- */

struct undoing {
    struct making *making;
    bool found, ok;
    enum correction_kind kind;
};

static bool check_target(void *context, const struct correction_row *row)
{
    struct undoing *undoing = context;
    struct error *error = undoing->making->error;
    undoing->found = true;
    undoing->kind = row->kind;
    copy_id(undoing->making->event_id, row->event);
    if (row->kind == CORRECTION_UNDO)
        undoing->ok = error_set(error, ERROR_INPUT, "correction %lld took another one back; make that one anew instead",
                                (long long)row->number);
    else if (row->is_undone)
        undoing->ok = error_set(error, ERROR_STATE, "correction %lld is undone already", (long long)row->number);
    else
        undoing->ok = true;
    return false;
}

struct later {
    const struct making *making;
    const struct anchors *anchors; /* of the one to be undone */
    int64_t number;                /* the latest that builds on it */
    bool failed;
};

static bool shares_a_report(const struct anchors *a, const struct anchors *b)
{
    for (size_t i = 0; i < a->count; i++)
        for (size_t j = 0; j < b->count; j++)
            if (strcmp(a->rows[i].event, b->rows[j].event) == 0)
                return true;
    return false;
}

static bool check_later(void *context, const struct correction_row *row)
{
    struct later *later = context;
    if (row->is_undone || (row->kind != CORRECTION_MERGE && row->kind != CORRECTION_SPLIT))
        return true;
    struct anchors *anchors = anchors_create();
    later->failed = !anchors || !anchors_read(anchors, later->making->store, row->number, later->making->error);
    if (!later->failed && shares_a_report(anchors, later->anchors))
        later->number = row->number;
    anchors_destroy(anchors);
    return !later->failed;
}

/* What put reports together or parted them cannot go while a later one of the kind stands on it. */
static bool check_undo(struct making *making)
{
    int64_t number = making->asked->number;
    struct undoing undoing = {.making = making};
    struct later later = {.making = making, .anchors = making->anchors};
    if (!store_correction_get(making->store, number, check_target, &undoing, making->error))
        return false;
    if (!undoing.found)
        return error_set(making->error, ERROR_MISSING,
                         "there is no correction %lld; `entente event corrections` lists them", (long long)number);
    if (!undoing.ok || !anchors_read(making->anchors, making->store, number, making->error))
        return false;
    if (undoing.kind != CORRECTION_MERGE && undoing.kind != CORRECTION_SPLIT)
        return true;
    if (!store_corrections_each(making->store, number, 0, check_later, &later, making->error) || later.failed)
        return false;
    return later.number == 0 || error_set(making->error, ERROR_STATE, "correction %lld builds on this one; undo it first",
                                          (long long)later.number);
}

/* ---- carrying it out ---- */

static bool prepare(struct making *making)
{
    const struct desk_correction *asked = making->asked;
    if (asked->note && (strlen(asked->note) > CORRECTION_NOTE_MAX || !utf8_is_valid(asked->note, strlen(asked->note))))
        return error_set(making->error, ERROR_INPUT, "the note is longer than %d bytes or no UTF-8", CORRECTION_NOTE_MAX);
    if (asked->author &&
        (strlen(asked->author) > CORRECTION_AUTHOR_MAX || !utf8_is_valid(asked->author, strlen(asked->author))))
        return error_set(making->error, ERROR_INPUT, "the author's name is longer than %d bytes or no UTF-8",
                         CORRECTION_AUTHOR_MAX);
    if (asked->kind == CORRECTION_UNDO)
        return check_undo(making);
    if (!find_event(making, asked->event, making->event_id, &making->event, &making->list))
        return false;
    switch (asked->kind) {
    case CORRECTION_CONFIRM:
    case CORRECTION_REJECT:
        return prepare_verdict(making);
    case CORRECTION_MERGE:
        return prepare_merge(making);
    case CORRECTION_SPLIT:
        return prepare_split(making);
    case CORRECTION_SET:
        return prepare_set(making);
    case CORRECTION_UNDO:
    case CORRECTION_KIND_COUNT:
        break;
    }
    return refuse(making, "no such correction");
}

/* Its anchors are those of the one that it takes back, so nothing need be kept of them. */
static bool write_row(struct making *making, int64_t now)
{
    const struct desk_correction *asked = making->asked;
    bool is_undo = asked->kind == CORRECTION_UNDO;
    making->row = (struct correction_row){.kind = asked->kind,
                                          .event = making->event_id,
                                          .other = making->other_id,
                                          .target = is_undo ? asked->number : 0,
                                          .author = asked->author && *asked->author ? asked->author : asked->login,
                                          .login = asked->login,
                                          .note = asked->note ? asked->note : "",
                                          .made = now,
                                          .fields = making->fields.bytes ? making->fields.bytes : ""};
    if (making->value)
        making->row.value = making->value->view;
    return store_correction_put(making->store, &making->row, making->anchors->rows, is_undo ? 0 : making->anchors->count,
                                making->error);
}

static bool touch_all(struct making *making)
{
    bool ok = true;
    for (size_t i = 0; ok && i < making->anchors->count; i++) {
        struct error failure = ERROR_INIT;
        const struct member *member =
            anchor_member(&making->anchors->rows[i], making->members, making->store, &failure);
        if (member)
            ok = placing_touch(&making->placing, member->at.root, making->error);
        else if (failure.kind != ERROR_NONE) {
            *making->error = failure;
            ok = false;
        }
    }
    return ok;
}

static bool carry_out(struct making *making, int64_t now)
{
    char cause[40];
    snprintf(cause, sizeof cause, "correction %lld", (long long)making->row.number);
    /* A verdict may part what was woven, so its events are touched before that as well as after it. */
    return pins_rebuild(&making->placing, making->error) && touch_all(making) &&
           placing_run(&making->placing, making->error) && touch_all(making) && revise_events(&making->placing, cause, "correction", now, making->error);
}

/* The event in which the first report of a part is now. */
static bool find_result(struct making *making, int part, char id[DIGEST_HEX_SIZE])
{
    id[0] = '\0';
    for (size_t i = 0; i < making->anchors->count && !id[0]; i++) {
        struct error failure = ERROR_INIT;
        const struct correction_anchor *anchor = &making->anchors->rows[i];
        const struct member *member =
            anchor->part == part ? anchor_member(anchor, making->members, making->store, &failure) : NULL;
        const struct member *founder =
            member ? members_get(making->members, making->store, member->at.root, &failure) : NULL;
        if (failure.kind != ERROR_NONE) {
            *making->error = failure;
            return false;
        }
        if (founder)
            copy_id(id, founder->at.event);
    }
    return true;
}

bool desk_correct(struct store *store, const struct desk_correction *asked, int64_t now,
                  struct desk_corrected *corrected, struct error *error)
{
    struct error own = ERROR_INIT;
    struct making making = {.store = store, .asked = asked, .error = error ? error : &own, .fields = BUFFER_INIT};
    making.error->kind = ERROR_NONE;
    *corrected = (struct desk_corrected){.number = 0};
    making.members = members_create();
    making.anchors = anchors_create();
    bool ok = (making.members && making.anchors) || error_set(making.error, ERROR_MEMORY, "no memory for a correction");
    if (ok) {
        placing_begin(&making.placing, making.members, store);
        ok = prepare(&making) && write_row(&making, now) && carry_out(&making, now) &&
             find_result(&making, 0, corrected->event) &&
             (asked->kind != CORRECTION_SPLIT || find_result(&making, 1, corrected->other));
        corrected->number = making.row.number;
        placing_end(&making.placing);
    }
    members_list_free(&making.list);
    members_list_free(&making.other);
    record_release(making.event);
    record_release(making.value);
    buffer_free(&making.fields);
    anchors_destroy(making.anchors);
    members_destroy(making.members);
    return ok;
}
