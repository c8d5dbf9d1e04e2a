#include "tests/core/desk/fixture.h"

#include "core/desk/corrections.h"
#include "core/desk/merge.h"
#include "core/store/events.h"
#include "lib/base/calendar.h"
#include "lib/base/digest.h"
#include "lib/record/record_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void must(bool ok, const struct error *error)
{
    if (!ok)
        fail_msg("%s", error->text);
}

static struct ent_record *read_item(const char *id, json_t *object)
{
    struct error error = ERROR_INIT;
    struct ent_builder *builder = record_build(ENT_ITEM);
    const char *published = json_string_value(json_object_get(object, "published"));
    int64_t time;
    record_put_text(builder, ENT_ITEM_ID, id);
    record_put_text(builder, ENT_ITEM_TITLE, json_string_value(json_object_get(object, "title")));
    record_put_text(builder, ENT_ITEM_PUBLISHER, json_string_value(json_object_get(object, "publisher")));
    record_put_text(builder, ENT_ITEM_BODY, json_string_value(json_object_get(object, "body")));
    record_put_text(builder, ENT_ITEM_AUTHOR, json_string_value(json_object_get(object, "author")));
    record_put_text(builder, ENT_ITEM_URL, json_string_value(json_object_get(object, "url")));
    record_put_text(builder, ENT_ITEM_CLASS, json_string_value(json_object_get(object, "class")));
    if (published && calendar_parse(published, strlen(published), &time, NULL))
        record_put_time(builder, ENT_ITEM_PUBLISHED, time);
    record_put_time(builder, ENT_ITEM_FETCHED, 1700000000000);
    struct ent_record *item = record_seal(builder, &error);
    must(item != NULL, &error);
    return item;
}

static void read_report(struct told *told, json_t *object)
{
    struct error error = ERROR_INIT;
    struct ent_record *plain = record_from_json(ENT_REPORT, object, &error);
    must(plain != NULL, &error);
    struct ent_builder *builder = record_build(ENT_REPORT);
    char number[24], id[DIGEST_HEX_SIZE];
    snprintf(number, sizeof number, "%zu", told->report_count);
    digest_texts(id, told->id, number, NULL);
    record_put_all(builder, plain->view, NULL);
    if (!record_text(plain->view, ENT_REPORT_ID))
        record_put_text(builder, ENT_REPORT_ID, id);
    struct ent_record *report = record_seal(builder, &error);
    must(report != NULL, &error);
    record_release(plain);
    struct publishers *publishers = publishers_create();
    assert_non_null(publishers);
    struct ent_record *source = merge_source(told->item->view, report->view, publishers, &error);
    publishers_destroy(publishers);
    must(source != NULL, &error);
    assert_true(told->report_count < 8);
    told->reports[told->report_count] = report;
    told->sources[told->report_count++] = source;
}

void told_from_json(struct told *told, const char *id, json_t *object)
{
    memset(told, 0, sizeof *told);
    snprintf(told->id, sizeof told->id, "%s", id);
    told->item = read_item(id, object);
    json_t *one = json_object_get(object, "report"), *many = json_object_get(object, "reports");
    if (one)
        read_report(told, one);
    for (size_t i = 0; i < json_array_size(many); i++)
        read_report(told, json_array_get(many, i));
}

void told_read(struct told *told, const char *id, const char *text)
{
    json_error_t where;
    char *copy = strdup(text);
    for (char *at = copy; *at; at++)
        if (*at == '\'')
            *at = '"';
    json_t *object = json_loads(copy, 0, &where);
    if (!object)
        fail_msg("fixture %s: %s at %d", id, where.text, where.position);
    told_from_json(told, id, object);
    json_decref(object);
    free(copy);
}

void told_free(struct told *told)
{
    for (size_t i = 0; i < told->report_count; i++) {
        record_release(told->reports[i]);
        record_release(told->sources[i]);
    }
    record_release(told->item);
}

void told_features(const struct told *told, struct features *features)
{
    assert_true(features_fill(features, told->reports[0]->view, told->sources[0]->view));
}

/* ---- the desk ---- */

void bench_open(struct bench *bench)
{
    struct error error = ERROR_INIT;
    bench->store = store_open(":memory:", STORE_WRITE, &error);
    must(bench->store != NULL, &error);
    bench->desk = desk_create();
    assert_non_null(bench->desk);
    must(store_begin(bench->store, &error), &error);
}

void bench_close(struct bench *bench)
{
    struct error error = ERROR_INIT;
    must(store_commit(bench->store, &error), &error);
    desk_destroy(bench->desk);
    store_close(bench->store);
}

void bench_renew(struct bench *bench)
{
    desk_destroy(bench->desk);
    bench->desk = desk_create();
    assert_non_null(bench->desk);
}

static void take(struct bench *bench, const struct told *told, size_t count)
{
    struct error error = ERROR_INIT;
    struct record_view views[8];
    for (size_t i = 0; i < count; i++)
        views[i] = told->reports[i]->view;
    struct desk_item item = {told->item->view, views, count, false};
    must(desk_take(bench->desk, bench->store, &item, &error), &error);
}

void bench_take(struct bench *bench, const struct told *told)
{
    take(bench, told, told->report_count);
}

void bench_withdraw(struct bench *bench, const struct told *told)
{
    take(bench, told, 0);
}

bool bench_correct(struct bench *bench, struct desk_correction correction, struct desk_corrected *corrected,
                   struct error *error)
{
    struct error ignored = ERROR_INIT;
    correction.login = "ada";
    must(store_savepoint(bench->store, &ignored), &ignored);
    bool ok = desk_correct(bench->store, &correction, 1700000000000, corrected, error);
    must(ok ? store_release(bench->store, &ignored) : store_rollback_to(bench->store, &ignored), &ignored);
    bench_renew(bench); /* as the stage does by the number of the last correction */
    return ok;
}

size_t bench_events(struct bench *bench)
{
    struct error error = ERROR_INIT;
    int64_t live, all;
    must(store_events_count(bench->store, &live, &all, &error), &error);
    return (size_t)live;
}

struct printed {
    char *lines[2000];
    size_t count;
};

static bool print_event(void *context, const struct event_row *row)
{
    static const unsigned by_arrival[] = {ENT_EVENT_REVISION, ENT_EVENT_ALIAS, ENT_EVENT_CHANGE, 0};
    struct printed *printed = context;
    struct error error = ERROR_INIT;
    struct ent_builder *builder = record_build(ENT_EVENT);
    record_put_all(builder, row->record, by_arrival);
    struct ent_record *record = record_seal(builder, &error);
    must(record != NULL, &error);
    struct buffer line = BUFFER_INIT;
    struct json_writer writer;
    json_begin(&writer, &line);
    record_to_json(&writer, record->view, 0);
    record_release(record);
    assert_true(printed->count < 2000);
    printed->lines[printed->count++] = buffer_take(&line, NULL);
    return true;
}

static int by_text(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

void bench_print(struct bench *bench, struct buffer *text)
{
    struct error error = ERROR_INIT;
    struct printed printed = {.count = 0};
    must(store_events_each(bench->store, 0, 0, print_event, &printed, &error), &error);
    qsort(printed.lines, printed.count, sizeof *printed.lines, by_text);
    for (size_t i = 0; i < printed.count; i++) {
        buffer_append_text(text, printed.lines[i]);
        buffer_append_char(text, '\n');
        free(printed.lines[i]);
    }
}

static bool keep_event(void *context, const struct event_row *row)
{
    struct error error = ERROR_INIT;
    struct ent_record **event = context;
    assert_null(*event);
    *event = record_from_bytes(row->record.bytes, row->record.size, &error);
    return true;
}

struct ent_record *bench_event(struct bench *bench)
{
    struct error error = ERROR_INIT;
    struct ent_record *event = NULL;
    must(store_events_each(bench->store, 0, 0, keep_event, &event, &error), &error);
    assert_non_null(event);
    return event;
}

struct ent_record *bench_find(struct bench *bench, const char *id)
{
    struct error error = ERROR_INIT;
    struct ent_record *event;
    return store_event_find(bench->store, id, &event, NULL, &error) ? event : NULL;
}
