#include "core/cli/export_gold.h"

#include "core/desk/correction_values.h"
#include "core/store/items.h"
#include "core/store/reports.h"
#include "core/store/store.h"
#include "lib/base/arena.h"
#include "lib/base/calendar.h"
#include "lib/base/digest.h"
#include "lib/record/record_json.h"

#include <stdlib.h>
#include <string.h>

enum { FIELDS_MAX = 16, DAY_TEXT = 10 };

/* A report of an event that somebody judged. */
struct judged {
    const char *item, *report;
    struct ent_record *event;
    bool is_rejected;
};

struct exporting {
    struct query *query;
    FILE *labels, *items;
    struct export_gold_counts *counts;
    struct error *error;
    struct arena *arena;
    struct judged *judged; /* in order of item */
    size_t judged_count, capacity;
    size_t at; /* of the item under way, up to `end` */
    size_t end;
    struct json_writer writer;
    struct buffer line;
    bool failed;
    const char *relevance;
};

static bool no_memory(struct error *error)
{
    return error_set(error, ERROR_MEMORY, "out of memory for the labels");
}

/* ---- what was judged ---- */

static bool is_judged(struct record_view event)
{
    struct record_view correction;
    if (record_text(event, ENT_EVENT_VERDICT))
        return true;
    for (size_t i = 0; record_get_view(event, ENT_EVENT_CORRECTION, i, &correction); i++)
        if (record_text(correction, ENT_CORRECTION_FIELD))
            return true;
    return false;
}

static bool add_judged(struct exporting *exporting, struct record_view source, struct ent_record *event, bool is_rejected)
{
    const char *item = record_text(source, ENT_SOURCE_ITEM), *report = record_text(source, ENT_SOURCE_REPORT);
    if (!item || !report)
        return true;
    if (exporting->judged_count == exporting->capacity) {
        size_t capacity = exporting->capacity ? 2 * exporting->capacity : 256;
        struct judged *judged = realloc(exporting->judged, capacity * sizeof *judged);
        if (!judged)
            return no_memory(exporting->error);
        exporting->judged = judged;
        exporting->capacity = capacity;
    }
    item = arena_copy(exporting->arena, item, strlen(item));
    report = arena_copy(exporting->arena, report, strlen(report));
    if (!item || !report)
        return no_memory(exporting->error);
    exporting->judged[exporting->judged_count++] = (struct judged){item, report, record_hold(event), is_rejected};
    return true;
}

static bool add_event(struct exporting *exporting, struct ent_record *event)
{
    struct record_view source;
    const char *verdict = record_text(event->view, ENT_EVENT_VERDICT);
    bool is_rejected = verdict && strcmp(verdict, "rejected") == 0, ok = true;
    for (size_t i = 0; ok && record_get_view(event->view, ENT_EVENT_SOURCE, i, &source); i++)
        ok = add_judged(exporting, source, event, is_rejected);
    return ok;
}

static int by_item(const void *left, const void *right)
{
    const struct judged *a = left, *b = right;
    int order = strcmp(a->item, b->item);
    return order ? order : strcmp(a->report, b->report);
}

static bool gather(struct exporting *exporting)
{
    struct query_filter filter = QUERY_FILTER_INIT;
    const struct query_row *row = NULL;
    filter.standing = QUERY_CORRECTED;
    struct query_cursor *cursor = query_events(exporting->query, &filter, exporting->error);
    bool ok = cursor != NULL;
    while (ok && (ok = query_next(cursor, &row, exporting->error)) && row)
        ok = !is_judged(row->record->view) || add_event(exporting, row->record);
    query_end(cursor);
    if (ok && exporting->judged_count)
        qsort(exporting->judged, exporting->judged_count, sizeof *exporting->judged, by_item);
    return ok;
}

/* ---- labels ---- */

/* Did the report tell what the person put right? */
static bool tells_what_was(struct record_view report, struct record_view correction, unsigned field)
{
    struct buffer told = BUFFER_INIT;
    const char *was = record_text(correction, ENT_CORRECTION_WAS);
    correction_value_text(&told, report, field);
    bool same = strcmp(told.bytes ? told.bytes : "", was ? was : "") == 0;
    buffer_free(&told);
    return same;
}

static void copy_field(struct ent_builder *builder, struct record_view from, unsigned field)
{
    struct record_view view;
    struct text text;
    for (size_t i = 0; record_get_str(from, field, i, &text); i++)
        record_put_str(builder, field, text.bytes, text.size);
    for (size_t i = 0; record_get_view(from, field, i, &view); i++)
        record_put_view(builder, field, view);
}

/* The report with what was set in the event; the event's own fields hold it. */
static struct ent_record *correct(struct record_view report, struct record_view event, struct error *error)
{
    unsigned fields[FIELDS_MAX + 1] = {0};
    size_t count = 0;
    struct record_view correction;
    for (size_t i = 0; count < FIELDS_MAX && record_get_view(event, ENT_EVENT_CORRECTION, i, &correction); i++) {
        const char *name = record_text(correction, ENT_CORRECTION_FIELD);
        const struct correction_field *field = name ? correction_field_find(name, strlen(name)) : NULL;
        if (field && tells_what_was(report, correction, field->field))
            fields[count++] = field->field;
    }
    struct ent_builder *builder = record_build(ENT_REPORT);
    if (!builder) {
        no_memory(error);
        return NULL;
    }
    record_put_all(builder, report, fields);
    for (size_t i = 0; i < count; i++) {
        bool is_again = false;
        for (size_t j = 0; j < i; j++)
            is_again = is_again || fields[j] == fields[i];
        if (!is_again)
            copy_field(builder, event, fields[i]);
    }
    return record_seal(builder, error);
}

static const struct judged *find_judged(const struct exporting *exporting, const char *report)
{
    for (size_t i = exporting->at; i < exporting->end; i++)
        if (strcmp(exporting->judged[i].report, report) == 0)
            return &exporting->judged[i];
    return NULL;
}

static void put_label(struct exporting *exporting, struct record_view report, const struct judged *judged)
{
    struct json_writer *writer = &exporting->writer;
    json_object_open(writer);
    record_members_to_json(writer, report, RECORD_JSON_NULLS);
    json_key(writer, "gold");
    json_put_text(writer, judged ? "required" : "optional");
    if (judged) {
        json_key(writer, "event");
        json_put_text(writer, record_text(judged->event->view, ENT_REPORT_ID));
        exporting->counts->required++;
    }
    json_object_close(writer);
}

static bool take_report(void *context, const struct report_row *row)
{
    struct exporting *exporting = context;
    const struct judged *judged = find_judged(exporting, row->id);
    const char *relevance = record_text(row->record, ENT_REPORT_RELEVANCE);
    if (judged && judged->is_rejected) {
        exporting->counts->dropped++;
        return true;
    }
    exporting->relevance = relevance && strcmp(relevance, "core") == 0 ? "core" : "mention";
    if (!judged) {
        put_label(exporting, row->record, NULL);
        return true;
    }
    struct ent_record *corrected = correct(row->record, judged->event->view, exporting->error);
    exporting->failed = !corrected;
    if (corrected)
        put_label(exporting, corrected->view, judged);
    record_release(corrected);
    return corrected != NULL;
}

/* ---- items ---- */

static void put_member(struct json_writer *writer, const char *key, const char *text)
{
    json_key(writer, key);
    json_put_text(writer, text ? text : "");
}

/* The day on which it was published where it was published. */
static void print_day(char day[CALENDAR_TEXT_SIZE], struct record_view item)
{
    int64_t published;
    day[0] = '\0';
    if (record_get_int(item, ENT_ITEM_PUBLISHED, 0, &published)) {
        calendar_print(day, published + record_int(item, ENT_ITEM_PUBLISHED_OFFSET, 0) * 60000);
        day[DAY_TEXT] = '\0';
    }
}

static bool write_line(struct exporting *exporting, FILE *file)
{
    buffer_append_char(&exporting->line, '\n');
    if (exporting->line.failed)
        return no_memory(exporting->error);
    if (fwrite(exporting->line.bytes, 1, exporting->line.size, file) == exporting->line.size)
        return true;
    return error_set(exporting->error, ERROR_SYSTEM, "the labels cannot be written; is the disk full?");
}

static bool write_item(struct exporting *exporting, struct record_view item)
{
    char day[CALENDAR_TEXT_SIZE];
    if (!exporting->items)
        return true;
    print_day(day, item);
    buffer_clear(&exporting->line);
    json_begin(&exporting->writer, &exporting->line);
    json_object_open(&exporting->writer);
    put_member(&exporting->writer, "id", record_text(item, ENT_ITEM_ID));
    put_member(&exporting->writer, "source", record_text(item, ENT_ITEM_PUBLISHER));
    put_member(&exporting->writer, "date", day);
    put_member(&exporting->writer, "title", record_text(item, ENT_ITEM_TITLE));
    put_member(&exporting->writer, "body", record_text(item, ENT_ITEM_BODY));
    put_member(&exporting->writer, "url", record_text(item, ENT_ITEM_URL));
    json_object_close(&exporting->writer);
    return write_line(exporting, exporting->items);
}

static bool write_labels(struct exporting *exporting, const struct item_row *row)
{
    struct json_writer *writer = &exporting->writer;
    exporting->relevance = "none";
    buffer_clear(&exporting->line);
    json_begin(writer, &exporting->line);
    json_object_open(writer);
    put_member(writer, "id", row->id);
    json_key(writer, "events");
    json_array_open(writer);
    bool ok = store_reports_of(query_store(exporting->query), row->sequence, take_report, exporting, exporting->error) &&
              !exporting->failed;
    json_array_close(writer);
    put_member(writer, "relevance", exporting->relevance);
    json_object_close(writer);
    return ok && write_line(exporting, exporting->labels);
}

static bool take_item(void *context, const struct item_row *row)
{
    struct exporting *exporting = context;
    if (!row->current)
        return true;
    if (!record_text(row->record, ENT_ITEM_BODY) && !record_text(row->record, ENT_ITEM_TITLE)) {
        exporting->counts->without_text++;
        return false;
    }
    exporting->counts->items++;
    exporting->failed = !write_labels(exporting, row) || !write_item(exporting, row->record);
    return false;
}

bool export_gold(struct query *query, FILE *labels, FILE *items, struct export_gold_counts *counts, struct error *error)
{
    struct exporting exporting = {.query = query, .labels = labels, .items = items, .counts = counts, .error = error};
    *counts = (struct export_gold_counts){0, 0, 0, 0};
    exporting.arena = arena_create(0);
    bool ok = exporting.arena ? gather(&exporting) : no_memory(error);
    for (; ok && exporting.at < exporting.judged_count; exporting.at = exporting.end) {
        const char *item = exporting.judged[exporting.at].item;
        exporting.end = exporting.at;
        while (exporting.end < exporting.judged_count && strcmp(exporting.judged[exporting.end].item, item) == 0)
            exporting.end++;
        ok = store_item_find(query_store(query), item, take_item, &exporting, error) && !exporting.failed;
    }
    if (ok && (fflush(labels) != 0 || (items && fflush(items) != 0)))
        ok = error_set(error, ERROR_SYSTEM, "the labels cannot be written; is the disk full?");
    for (size_t i = 0; i < exporting.judged_count; i++)
        record_release(exporting.judged[i].event);
    free(exporting.judged);
    buffer_free(&exporting.line);
    arena_destroy(exporting.arena);
    return ok;
}
