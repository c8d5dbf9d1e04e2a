#include "core/recode/batch.h"

#include "core/store/items.h"
#include "core/store/remarks.h"
#include "core/store/reports.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { REPORTS_MAX = 1000 };

static void free_item(struct batch_item *item)
{
    for (size_t i = 0; i < item->report_count; i++)
        record_release(item->reports[i]);
    free(item->reports);
}

bool batch_add(struct batch *batch, const struct batch_item *item)
{
    if (batch->item_count == batch->item_capacity) {
        size_t capacity = batch->item_capacity ? batch->item_capacity * 2 : 64;
        struct batch_item *items = realloc(batch->items, capacity * sizeof *items);
        if (!items) {
            struct batch_item lost = *item;
            free_item(&lost);
            return false;
        }
        batch->items = items;
        batch->item_capacity = capacity;
    }
    batch->items[batch->item_count++] = *item;
    return true;
}

void batch_clear(struct batch *batch)
{
    for (size_t i = 0; i < batch->item_count; i++)
        free_item(&batch->items[i]);
    free(batch->items);
    batch->items = NULL;
    batch->item_count = batch->item_capacity = 0;
}

/* ---- as a file ---- */

static json_t *item_heads(const struct batch *batch)
{
    json_t *items = json_array();
    for (size_t i = 0; items && i < batch->item_count; i++) {
        const struct batch_item *item = &batch->items[i];
        json_t *sizes = json_array();
        for (size_t k = 0; k < item->report_count; k++)
            json_array_append_new(sizes, json_integer((json_int_t)item->reports[k]->view.size));
        json_array_append_new(items, json_pack("{sI ss ss so}", "item", (json_int_t)item->sequence, "source",
                                               item->source, "remark", item->remark, "reports", sizes));
    }
    return items;
}

static bool write_all(FILE *file, const struct batch *batch)
{
    const struct recode_row *row = &batch->progress;
    json_t *head =
        json_pack("{ss ss ss sI sI sI sI sI sI so}", "classifier", batch->classifier, "stamp", row->stamp, "filter",
                  row->filter, "cursor", (json_int_t)row->cursor, "upto", (json_int_t)row->upto, "looked",
                  (json_int_t)row->items, "replaced", (json_int_t)row->replaced, "started", (json_int_t)row->started,
                  "finished", (json_int_t)row->finished, "items", item_heads(batch));
    bool good = head && json_dumpf(head, file, JSON_COMPACT) == 0 && fputc('\n', file) != EOF;
    json_decref(head);
    for (size_t i = 0; good && i < batch->item_count; i++)
        for (size_t k = 0; good && k < batch->items[i].report_count; k++) {
            struct record_view view = batch->items[i].reports[k]->view;
            good = fwrite(view.bytes, 1, view.size, file) == view.size;
        }
    return good;
}

bool batch_write(const struct batch *batch, const char *path, struct error *error)
{
    FILE *file = fopen(path, "we");
    if (!file)
        return error_set_errno(error, errno, "%s: cannot create", path);
    bool good = write_all(file, batch);
    int problem = errno;
    good = fclose(file) == 0 && good;
    if (!good)
        unlink(path);
    return good || error_set_errno(error, problem, "%s: cannot write", path);
}

static void copy_text(char *into, size_t size, const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    snprintf(into, size, "%s", text ? text : "");
}

static int64_t number_of(const json_t *object, const char *key)
{
    return (int64_t)json_integer_value(json_object_get(object, key));
}

/* The reports of one item from the bytes at *at. */
static bool read_item(struct batch *batch, const json_t *head, const char *bytes, size_t size, size_t *at,
                      struct error *error)
{
    json_t *sizes = json_object_get(head, "reports");
    size_t count = json_array_size(sizes);
    struct batch_item item = {.sequence = number_of(head, "item")};
    copy_text(item.source, sizeof item.source, head, "source");
    copy_text(item.remark, sizeof item.remark, head, "remark");
    if (item.sequence <= 0 || count > REPORTS_MAX)
        return error_set(error, ERROR_INPUT, "an item of the batch is not to be understood");
    item.reports = calloc(count + 1, sizeof *item.reports);
    if (!item.reports)
        return error_set(error, ERROR_MEMORY, "no memory for the reports of an item");
    for (size_t i = 0; i < count; i++) {
        json_int_t length = json_integer_value(json_array_get(sizes, i));
        bool fits = length > 0 && (size_t)length <= size - *at;
        struct ent_record *report = fits ? record_from_bytes(bytes + *at, (size_t)length, error) : NULL;
        if (!report || record_kind(report->view) != ENT_REPORT) {
            record_release(report);
            free_item(&item);
            return error_set(error, ERROR_INPUT, "a report of the batch is damaged");
        }
        item.reports[item.report_count++] = report;
        *at += (size_t)length;
    }
    return batch_add(batch, &item) || error_set(error, ERROR_MEMORY, "no memory for a batch");
}

static bool read_batch(struct batch *batch, const char *bytes, size_t size, struct error *error)
{
    const char *line_end = memchr(bytes, '\n', size);
    json_error_t problem;
    json_t *head = line_end ? json_loadb(bytes, (size_t)(line_end - bytes), 0, &problem) : NULL;
    if (!json_is_object(head)) {
        json_decref(head);
        return error_set(error, ERROR_INPUT, "the batch has no head");
    }
    struct recode_row *row = &batch->progress;
    copy_text(batch->classifier, sizeof batch->classifier, head, "classifier");
    copy_text(row->stamp, sizeof row->stamp, head, "stamp");
    copy_text(row->filter, sizeof row->filter, head, "filter");
    row->cursor = number_of(head, "cursor");
    row->upto = number_of(head, "upto");
    row->items = number_of(head, "looked");
    row->replaced = number_of(head, "replaced");
    row->started = number_of(head, "started");
    row->finished = number_of(head, "finished");
    bool good = strncmp(batch->classifier, "classifier.", 11) == 0 && row->cursor >= 0;
    if (!good)
        error_set(error, ERROR_INPUT, "the batch names no classifier");
    size_t at = (size_t)(line_end - bytes) + 1, index;
    json_t *item;
    json_array_foreach(json_object_get(head, "items"), index, item)
    {
        if (!good)
            break;
        good = read_item(batch, item, bytes, size, &at, error);
    }
    json_decref(head);
    return good;
}

bool batch_read(struct batch *batch, const char *path, struct error *error)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return error_set_errno(error, errno, "%s: cannot open", path);
    struct buffer bytes = BUFFER_INIT;
    bytes.limit = BATCH_BYTES_MAX;
    char block[65536];
    size_t got;
    while ((got = fread(block, 1, sizeof block, file)) > 0)
        buffer_append(&bytes, block, got);
    bool good = !ferror(file) && !bytes.failed && bytes.bytes;
    fclose(file);
    good = good ? read_batch(batch, bytes.bytes, bytes.size, error)
                : error_set(error, ERROR_INPUT, "cannot be read, or is greater than %d MiB", BATCH_BYTES_MAX >> 20);
    buffer_free(&bytes);
    if (!good)
        error_prefix(error, "%s", path);
    return good;
}

/* ---- into the store ---- */

static bool note_current(void *context, const struct item_row *row)
{
    *(bool *)context = row->current;
    return true;
}

static bool apply_item(const struct batch *batch, const struct batch_item *item, struct store *store,
                       struct error *error)
{
    bool current = false;
    if (!store_item_at(store, item->sequence, note_current, &current, error))
        return error->kind == ERROR_MISSING; /* gone meanwhile */
    if (!current)
        return true;
    bool good = store_reports_replace(store, item->sequence, batch->classifier, error);
    for (size_t i = 0; good && i < item->report_count; i++)
        good = store_report_put(store, item->sequence, batch->classifier, item->reports[i]->view, error);
    return good && store_remark_put(store, batch->classifier, item->sequence, item->source, item->remark, error) &&
           store_recode_item_put(store, item->sequence, error);
}

bool batch_apply(void *context, struct store *store, struct error *error)
{
    const struct batch *batch = context;
    for (size_t i = 0; i < batch->item_count; i++)
        if (!apply_item(batch, &batch->items[i], store, error))
            return false;
    return store_recode_put(store, batch->classifier, &batch->progress, error);
}
