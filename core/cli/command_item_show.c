/* entente item show ID: one article as fetched, its versions, and what the classifiers made of it. */
#include "core/cli/command.h"
#include "core/cli/message.h"
#include "core/cli/sheet.h"
#include "core/cli/state.h"
#include "core/store/items.h"
#include "core/store/remarks.h"
#include "core/store/reports.h"
#include "lib/record/event_text.h"
#include "lib/record/record_json.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The newest version, and the numbers of all. */
struct found {
    struct ent_record *item;
    int64_t sequence;
    struct buffer versions, dropped_by, made_by;
    bool is_pruned;
};

static bool add_version(void *context, const struct item_row *row)
{
    struct found *found = context;
    char time[SHEET_TIME_SIZE];
    buffer_printf(&found->versions, "%s%" PRId64 " (fetched %s)", found->item ? ", " : "", row->version,
                  sheet_time(time, record_int(row->record, ENT_ITEM_FETCHED, 0)));
    if (found->item)
        return true;
    struct error error = ERROR_INIT;
    found->item = record_from_bytes(row->record.bytes, row->record.size, &error);
    found->sequence = row->sequence;
    found->is_pruned = row->is_pruned;
    buffer_append_text(&found->dropped_by, row->dropped_by);
    buffer_append_text(&found->made_by, row->made_by);
    return found->item != NULL;
}

static bool add_report(void *context, const struct report_row *row)
{
    static const char *const states[] = {"", " (replaced)", " (withdrawn)"};
    struct sheet *sheet = context;
    struct buffer text = BUFFER_INIT;
    event_text_type(&text, row->record);
    buffer_append_text(&text, "  ");
    event_text_actors(&text, row->record);
    buffer_append_text(&text, "  ");
    event_text_date(&text, row->record);
    const char *status = record_text(row->record, ENT_REPORT_STATUS);
    char id[9] = "";
    memcpy(id, row->id, strnlen(row->id, sizeof id - 1));
    sheet_row(sheet, id, "%s  %s  %s%s", text.failed ? "" : text.bytes, status ? status : "", row->classifier,
              (size_t)row->state < 3 ? states[row->state] : "");
    buffer_free(&text);
    return true;
}

struct remarks {
    struct sheet *sheet;
    bool has_heading;
};

static bool add_remark(void *context, const char *processor, const char *text, int64_t count)
{
    struct remarks *remarks = context;
    (void)count;
    if (!remarks->has_heading)
        sheet_heading(remarks->sheet, "Remarks");
    remarks->has_heading = true;
    sheet_row(remarks->sheet, processor, "%s", text);
    return true;
}

static void text_row(struct sheet *sheet, const char *label, struct record_view record, unsigned field)
{
    if (record_text(record, field))
        sheet_row(sheet, label, "%s", record_text(record, field));
}

static void head_rows(struct sheet *sheet, const struct found *found)
{
    struct record_view item = found->item->view;
    char time[SHEET_TIME_SIZE];
    int64_t published;
    sheet_title(sheet, record_text(item, ENT_ITEM_TITLE) ? record_text(item, ENT_ITEM_TITLE) : "(without title)");
    text_row(sheet, "Id", item, ENT_ITEM_ID);
    text_row(sheet, "Address", item, ENT_ITEM_URL);
    bool dated = record_get_int(item, ENT_ITEM_PUBLISHED, 0, &published);
    sheet_row(sheet, "Published", "%s", dated ? sheet_time(time, published) : "not stated");
    text_row(sheet, "Author", item, ENT_ITEM_AUTHOR);
    text_row(sheet, "Publisher", item, ENT_ITEM_PUBLISHER);
    text_row(sheet, "Class", item, ENT_ITEM_CLASS);
    text_row(sheet, "Language", item, ENT_ITEM_LANGUAGE);
    text_row(sheet, "Source", item, ENT_ITEM_SOURCE);
    text_row(sheet, "Read from", item, ENT_ITEM_FETCH_URL);
    text_row(sheet, "Made from", item, ENT_ITEM_DERIVED_FROM);
    if (found->is_pruned)
        sheet_row(sheet, "Text", "no longer kept: it was older than [retention] says; what was quoted stands with the events");
    if (found->made_by.size)
        sheet_row(sheet, "Made by", "%s", found->made_by.bytes);
    if (found->dropped_by.size)
        sheet_row(sheet, "Dropped by", "%s", found->dropped_by.bytes);
    sheet_row(sheet, "Versions", "%s", found->versions.failed ? "" : found->versions.bytes);
}

static void body_rows(struct sheet *sheet, struct record_view item)
{
    const char *body = record_text(item, ENT_ITEM_BODY);
    if (!body)
        return;
    sheet_heading(sheet, "Body");
    for (const char *at = body; *at;) {
        size_t size = strcspn(at, "\n");
        if (size)
            sheet_text(sheet, "%.*s", (int)size, at);
        at += size + (at[size] == '\n');
    }
}

static int show(struct query *query, const struct found *found, bool json)
{
    struct error error = ERROR_INIT;
    if (json) {
        struct buffer text = BUFFER_INIT;
        struct json_writer writer;
        json_begin(&writer, &text);
        record_to_json(&writer, found->item->view, RECORD_JSON_NULLS);
        buffer_append_char(&text, '\n');
        bool failed = text.failed;
        if (!failed)
            fwrite(text.bytes, 1, text.size, stdout);
        buffer_free(&text);
        return failed ? message_failure("out of memory") : COMMAND_DONE;
    }
    struct sheet sheet = SHEET_INIT;
    head_rows(&sheet, found);
    sheet_heading(&sheet, "Reports");
    bool ok = store_reports_all(query_store(query), found->sequence, add_report, &sheet, &error);
    struct remarks remarks = {.sheet = &sheet};
    ok = ok && store_remarks_of(query_store(query), found->sequence, add_remark, &remarks, &error);
    body_rows(&sheet, found->item->view);
    ok = sheet_end(&sheet, stdout, ok, &error);
    return ok ? COMMAND_DONE : message_failure("%s", error.text);
}

static int run(const struct command_line *line)
{
    struct query *query = state_open_query(line);
    if (!query)
        return COMMAND_USAGE;
    struct error error = ERROR_INIT;
    struct found found = {.item = NULL};
    int status;
    if (!store_item_find(query_store(query), line->arguments[0], add_version, &found, &error))
        status = message_failure("%s", error.text);
    else if (!found.item)
        status = message_failure("the item %s cannot be read from the store", line->arguments[0]);
    else
        status = show(query, &found, strcmp(command_value(line, "format"), "json") == 0);
    record_release(found.item);
    buffer_free(&found.versions);
    buffer_free(&found.dropped_by);
    buffer_free(&found.made_by);
    query_close(query);
    return status;
}

static const struct command_option options[] = {
    {"format", 'f', COMMAND_VALUE, "FORMAT", "text|json", "text", "Text for people, or the whole record"},
    {.name = NULL},
};

const struct command command_item_show = {
    .name = "item show",
    .summary = "Show one article in full",
    .arguments = "ID",
    .arguments_min = 1,
    .arguments_max = 1,
    .description =
        "The newest version of the article, with the reports that classifiers made of it and what they remarked. The id is the first "
        "column of 'entente items'; its first six or more digits are enough.",
    .examples = "entente item show 77ab01de\tWhere it came from, its reports, its text\n"
                "entente item show 77ab01de --format json | jq -r .body\tIts record, for a program",
    .options = options,
    .run = run,
};
