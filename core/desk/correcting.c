#include "core/desk/correcting.h"

#include "core/desk/anchors.h"
#include "core/desk/correction_values.h"
#include "core/store/corrections.h"

#include "lib/base/buffer.h"
#include "lib/record/vocabulary.h"

#include <stdlib.h>
#include <string.h>

enum { CORRECTIONS_MAX = 200, FIELDS_MAX = 24, CONFLICTS_MAX = 40, PARTS = 2 };

static bool no_memory(struct error *error)
{
    return error_set(error, ERROR_MEMORY, "no memory for an event's corrections");
}

/* ---- which corrections ---- */

struct numbers {
    int64_t rows[CORRECTIONS_MAX];
    size_t count;
};

/* In order, each once. Past the bound the oldest are left out. */
static bool add_number(void *context, int64_t number)
{
    struct numbers *numbers = context;
    size_t at = numbers->count;
    while (at > 0 && numbers->rows[at - 1] >= number)
        at--;
    if (at < numbers->count && numbers->rows[at] == number)
        return true;
    if (numbers->count == CORRECTIONS_MAX) {
        if (at == 0)
            return true;
        memmove(numbers->rows, numbers->rows + 1, (size_t)(at - 1) * sizeof *numbers->rows);
        numbers->rows[at - 1] = number;
        return true;
    }
    memmove(numbers->rows + at + 1, numbers->rows + at, (numbers->count - at) * sizeof *numbers->rows);
    numbers->rows[at] = number;
    numbers->count++;
    return true;
}

/* Is the event the one that a part of the correction (-1: any) belongs to? */
static bool is_held(const struct placing *placing, const struct anchors *anchors, int part, int64_t root, bool *held,
                    struct error *error)
{
    *held = false;
    for (size_t i = 0; i < anchors->count; i++) {
        struct error failure = ERROR_INIT;
        if (part >= 0 && anchors->rows[i].part != part)
            continue;
        const struct member *member = anchor_member(&anchors->rows[i], placing->members, placing->store, &failure);
        if (!member && failure.kind != ERROR_NONE) {
            *error = failure;
            return false;
        }
        if (member) {
            *held = member->at.root == root;
            return true;
        }
    }
    return true;
}

/* ---- what they say ---- */

/* A value that was set, and by which correction. */
struct set_field {
    const struct correction_field *field;
    struct ent_record *value;
    int64_t number;
};

struct correcting {
    const struct placing *placing;
    const struct member_list *list;
    struct record_view content;
    struct error *error;
    struct ent_builder *builder;
    struct set_field fields[FIELDS_MAX];
    size_t field_count;
    struct ent_record *corrections[CORRECTIONS_MAX]; /* ENT_CORRECTION, of which those of sets are written later */
    size_t correction_count;
    const char *verdict;
    bool is_belonging, failed;
    size_t conflicts;
};

static void begin_row(struct ent_builder *builder, const struct correction_row *row)
{
    record_put_int(builder, ENT_CORRECTION_NUMBER, row->number);
    record_put_text(builder, ENT_CORRECTION_KIND, correction_kind_word(row->kind));
    record_put_text(builder, ENT_CORRECTION_AUTHOR, row->author);
    record_put_time(builder, ENT_CORRECTION_MADE, row->made);
    record_put_text(builder, ENT_CORRECTION_NOTE, row->note);
}

static bool keep_row(struct correcting *correcting, struct ent_builder *builder)
{
    struct ent_record *record = record_seal(builder, correcting->error);
    if (!record)
        return false;
    if (correcting->correction_count == CORRECTIONS_MAX)
        record_release(record);
    else
        correcting->corrections[correcting->correction_count++] = record;
    return true;
}

/* The later value takes the place of the earlier. */
static bool keep_field(struct correcting *correcting, const struct correction_row *row,
                       const struct correction_field *field)
{
    struct ent_record *value = record_from_bytes(row->value.bytes, row->value.size, correcting->error);
    size_t at = 0;
    if (!value)
        return false;
    while (at < correcting->field_count && correcting->fields[at].field != field)
        at++;
    if (at == FIELDS_MAX) {
        record_release(value);
        return true;
    }
    if (at == correcting->field_count)
        correcting->field_count++;
    else
        record_release(correcting->fields[at].value);
    correcting->fields[at] = (struct set_field){field, value, row->number};
    return true;
}

static bool take_set(struct correcting *correcting, const struct correction_row *row)
{
    bool ok = row->value.bytes != NULL;
    for (const char *at = row->fields; ok && *at;) {
        size_t size = strcspn(at, ",");
        const struct correction_field *field = correction_field_find(at, size);
        struct ent_builder *builder = field ? record_build(ENT_CORRECTION) : NULL;
        if (builder) {
            struct buffer now = BUFFER_INIT, was = BUFFER_INIT;
            correction_value_text(&now, row->value, field->field);
            correction_value_text(&was, correcting->content, field->field);
            begin_row(builder, row);
            record_put_text(builder, ENT_CORRECTION_FIELD, field->name);
            record_put_text(builder, ENT_CORRECTION_VALUE, now.bytes);
            record_put_text(builder, ENT_CORRECTION_WAS, was.bytes);
            buffer_free(&now);
            buffer_free(&was);
            ok = keep_row(correcting, builder) && keep_field(correcting, row, field);
        }
        at += size + (at[size] == ',');
    }
    return ok;
}

static bool take_row(void *context, const struct correction_row *row)
{
    struct correcting *correcting = context;
    if (row->kind == CORRECTION_SET) {
        correcting->failed = !take_set(correcting, row);
        return !correcting->failed;
    }
    if (row->kind == CORRECTION_CONFIRM)
        correcting->verdict = "confirmed";
    else if (row->kind == CORRECTION_REJECT)
        correcting->verdict = "rejected";
    struct ent_builder *builder = record_build(ENT_CORRECTION);
    if (!builder)
        correcting->failed = !no_memory(correcting->error);
    else {
        begin_row(builder, row);
        const char *here = correcting->list->rows[0]->at.event;
        record_put_text(builder, ENT_CORRECTION_VALUE, *row->other && strcmp(row->other, here) == 0 ? row->event : row->other);
        correcting->failed = !keep_row(correcting, builder);
    }
    return !correcting->failed;
}

/* One that parted or put together shows in each event that a part of it is in now. */
static bool belongs(const struct placing *placing, const struct anchors *anchors, int64_t root, bool *held,
                    struct error *error)
{
    bool has_parts = false;
    for (size_t i = 0; i < anchors->count; i++)
        has_parts = has_parts || anchors->rows[i].part != 0;
    *held = false;
    if (!has_parts)
        return is_held(placing, anchors, -1, root, held, error);
    for (int part = 0; part < PARTS && !*held; part++)
        if (!is_held(placing, anchors, part, root, held, error))
            return false;
    return true;
}

static bool gather(struct correcting *correcting, const struct numbers *numbers)
{
    int64_t root = correcting->list->rows[0]->at.root;
    bool ok = true;
    for (size_t i = 0; ok && i < numbers->count; i++) {
        struct anchors *anchors = anchors_create();
        bool held = false;
        ok = anchors ? anchors_read(anchors, correcting->placing->store, numbers->rows[i], correcting->error) &&
                           belongs(correcting->placing, anchors, root, &held, correcting->error)
                     : no_memory(correcting->error);
        anchors_destroy(anchors);
        ok = ok && (!held || (store_correction_get(correcting->placing->store, numbers->rows[i], take_row, correcting,
                                                   correcting->error) &&
                              !correcting->failed));
    }
    return ok;
}

/* ---- the record ---- */

static void put_conflict(struct correcting *correcting, const char *field, const char *value, const char *report)
{
    struct record_view known;
    const char *text;
    if (correcting->conflicts++ >= CONFLICTS_MAX)
        return;
    for (size_t i = 0; record_get_view(correcting->content, ENT_EVENT_CONFLICT, i, &known); i++) {
        const char *its_field = record_text(known, ENT_CONFLICT_FIELD), *its_value = record_text(known, ENT_CONFLICT_VALUE);
        text = record_text(known, ENT_CONFLICT_REPORT);
        if (its_field && strcmp(its_field, field) == 0 && its_value && strcmp(its_value, value) == 0 && text && report &&
            strcmp(text, report) == 0)
            return;
    }
    record_open(correcting->builder, ENT_EVENT_CONFLICT, ENT_CONFLICT);
    record_put_text(correcting->builder, ENT_CONFLICT_FIELD, field);
    record_put_text(correcting->builder, ENT_CONFLICT_VALUE, value);
    record_put_text(correcting->builder, ENT_CONFLICT_REPORT, report);
    record_close(correcting->builder);
}

/* What each report says of the field otherwise than the person. */
static void put_field_conflicts(struct correcting *correcting, const struct set_field *set)
{
    struct buffer now = BUFFER_INIT, told = BUFFER_INIT;
    correction_value_text(&now, set->value->view, set->field->field);
    for (size_t i = 0; i < correcting->list->count; i++) {
        struct record_view report = correcting->list->rows[i]->at.report;
        buffer_clear(&told);
        correction_value_text(&told, report, set->field->field);
        if (told.size && (!now.size || strcmp(told.bytes, now.bytes) != 0))
            put_conflict(correcting, set->field->name, told.bytes, record_text(report, ENT_REPORT_ID));
    }
    buffer_free(&now);
    buffer_free(&told);
}

static void put_field(struct correcting *correcting, const struct set_field *set)
{
    struct record_view view;
    struct text text;
    for (size_t i = 0; record_get_str(set->value->view, set->field->field, i, &text); i++)
        record_put_str(correcting->builder, set->field->field, text.bytes, text.size);
    for (size_t i = 0; record_get_view(set->value->view, set->field->field, i, &view); i++)
        record_put_view(correcting->builder, set->field->field, view);
}

static const char *word_to_be(const struct correcting *correcting, unsigned field)
{
    for (size_t i = 0; i < correcting->field_count; i++)
        if (correcting->fields[i].field->field == field)
            return record_text(correcting->fields[i].value->view, field);
    return record_text(correcting->content, field);
}

/* A subtype of another type than the one that was set says nothing. */
static bool subtype_fits(const struct correcting *correcting)
{
    const char *subtype = word_to_be(correcting, ENT_REPORT_SUBTYPE);
    const char *const *subtypes = vocabulary_subtypes(word_to_be(correcting, ENT_REPORT_TYPE));
    for (; subtype && subtypes && *subtypes; subtypes++)
        if (strcmp(*subtypes, subtype) == 0)
            return true;
    return !subtype;
}

/* What a person confirmed is confirmed, whoever told it. */
static void put_grade(struct correcting *correcting, bool is_confirmed)
{
    const char *grade = record_text(correcting->content, ENT_EVENT_GRADE);
    char confirmed[3] = "F1";
    if (!is_confirmed)
        return;
    confirmed[0] = grade ? grade[0] : 'F';
    record_put_text(correcting->builder, ENT_EVENT_GRADE, confirmed);
}

static struct ent_record *build(struct correcting *correcting)
{
    unsigned except[FIELDS_MAX + 3] = {0};
    size_t count = 0;
    bool fits = subtype_fits(correcting);
    correcting->builder = record_build(ENT_EVENT);
    if (!correcting->builder) {
        no_memory(correcting->error);
        return NULL;
    }
    for (size_t i = 0; i < correcting->field_count; i++)
        except[count++] = correcting->fields[i].field->field;
    if (!fits)
        except[count++] = ENT_REPORT_SUBTYPE;
    if (correcting->verdict && strcmp(correcting->verdict, "confirmed") == 0)
        except[count++] = ENT_EVENT_GRADE;
    record_put_all(correcting->builder, correcting->content, except);
    put_grade(correcting, count > 0 && except[count - 1] == ENT_EVENT_GRADE);
    for (size_t i = 0; i < correcting->field_count; i++) {
        const struct set_field *set = &correcting->fields[i];
        if (fits || set->field->field != ENT_REPORT_SUBTYPE)
            put_field(correcting, set);
        put_field_conflicts(correcting, set);
    }
    record_put_text(correcting->builder, ENT_EVENT_VERDICT, correcting->verdict);
    for (size_t i = 0; i < correcting->correction_count; i++)
        record_put_view(correcting->builder, ENT_EVENT_CORRECTION, correcting->corrections[i]->view);
    return record_seal(correcting->builder, correcting->error);
}

struct ent_record *correcting_apply(const struct placing *placing, const struct member_list *list,
                                    struct ent_record *content, struct error *error)
{
    struct numbers numbers = {.count = 0};
    int64_t last;
    if (!store_correction_last(placing->store, &last, error))
        return NULL;
    for (size_t i = 0; last > 0 && i < list->count; i++)
        if (!store_corrections_of_item(placing->store, list->rows[i]->at.item, add_number, &numbers, error))
            return NULL;
    if (numbers.count == 0)
        return record_hold(content);
    struct correcting *correcting = calloc(1, sizeof *correcting);
    if (!correcting) {
        no_memory(error);
        return NULL;
    }
    correcting->placing = placing;
    correcting->list = list;
    correcting->content = content->view;
    correcting->error = error;
    struct ent_record *corrected = NULL;
    if (gather(correcting, &numbers))
        corrected = correcting->correction_count ? build(correcting) : record_hold(content);
    for (size_t i = 0; i < correcting->correction_count; i++)
        record_release(correcting->corrections[i]);
    for (size_t i = 0; i < correcting->field_count; i++)
        record_release(correcting->fields[i].value);
    free(correcting);
    return corrected;
}

/* ---- verdicts on a part of an event ---- */

static bool is_among(const struct member *member, const struct member_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->rows[i] == member)
            return true;
    return false;
}

/* *first: is the first report that stands for it among them? *others: is any among the others? */
static bool find_anchored(const struct placing *placing, int64_t number, const struct member_list *list,
                          const struct member_list *others, bool *first, bool *is_of_others, struct error *error)
{
    struct anchors *anchors = anchors_create();
    bool ok = anchors ? anchors_read(anchors, placing->store, number, error) : no_memory(error), is_found = false;
    *first = *is_of_others = false;
    for (size_t i = 0; ok && i < anchors->count; i++) {
        struct error failure = ERROR_INIT;
        const struct member *member = anchor_member(&anchors->rows[i], placing->members, placing->store, &failure);
        if (member) {
            *first = *first || (!is_found && is_among(member, list));
            *is_of_others = *is_of_others || is_among(member, others);
            is_found = true;
        } else if (failure.kind != ERROR_NONE) {
            *error = failure;
            ok = false;
        }
    }
    anchors_destroy(anchors);
    return ok;
}

static bool read_kind(void *context, const struct correction_row *row)
{
    enum correction_kind *kind = context;
    *kind = row->kind;
    return true;
}

bool correcting_is_rejected(const struct placing *placing, const struct member_list *list,
                            const struct member_list *others, bool *is_rejected, struct error *error)
{
    struct numbers numbers = {.count = 0};
    bool ok = true, is_judged = false;
    *is_rejected = false;
    for (size_t i = 0; ok && i < list->count; i++)
        if (i == 0 || strcmp(list->rows[i]->at.item, list->rows[i - 1]->at.item) != 0)
            ok = store_corrections_of_item(placing->store, list->rows[i]->at.item, add_number, &numbers, error);
    for (size_t i = numbers.count; ok && !is_judged && i-- > 0;) {
        enum correction_kind kind = CORRECTION_KIND_COUNT;
        bool first, is_of_others;
        ok = store_correction_get(placing->store, numbers.rows[i], read_kind, &kind, error);
        if (!ok || (kind != CORRECTION_CONFIRM && kind != CORRECTION_REJECT))
            continue;
        ok = find_anchored(placing, numbers.rows[i], list, others, &first, &is_of_others, error);
        is_judged = ok && first;
        *is_rejected = is_judged && kind == CORRECTION_REJECT && !is_of_others;
    }
    return ok;
}

/* ---- touching ---- */

bool correcting_touch(struct placing *placing, int64_t number, struct error *error)
{
    struct anchors *anchors = anchors_create();
    bool ok = anchors ? anchors_read(anchors, placing->store, number, error) : no_memory(error);
    for (size_t i = 0; ok && i < anchors->count; i++) {
        struct error failure = ERROR_INIT;
        const struct member *member = anchor_member(&anchors->rows[i], placing->members, placing->store, &failure);
        if (member)
            ok = placing_touch(placing, member->at.root, error);
        else if (failure.kind != ERROR_NONE) {
            *error = failure;
            ok = false;
        }
    }
    anchors_destroy(anchors);
    return ok;
}

bool correcting_touch_item(struct placing *placing, const char *item_id, struct error *error)
{
    struct numbers numbers = {.count = 0};
    bool ok = store_corrections_of_item(placing->store, item_id, add_number, &numbers, error);
    for (size_t i = 0; ok && i < numbers.count; i++)
        ok = correcting_touch(placing, numbers.rows[i], error);
    return ok;
}
