#include "core/cli/alert_listing.h"

#include "core/cli/listing.h"
#include "core/cli/sheet.h"
#include "lib/base/calendar.h"
#include "lib/record/event_text.h"
#include "lib/record/record_json.h"

#include <inttypes.h>
#include <string.h>

static const struct table_column columns[] = {
    {.title = "ALERT", .name = "id", .min = 8, .max = 8},
    {.title = "MADE", .name = "created", .min = 16, .max = 16, .rank = 1},
    {.title = "WATCH", .name = "watch", .min = 8, .max = 24, .flexible = true},
    {.title = "REASON", .name = "reason", .min = 6, .max = 10, .rank = 4},
    {.title = "STATE", .name = "state", .min = 5, .max = 12, .rank = 5},
    {.title = "SENT", .name = "deliveries", .min = 4, .max = 22, .rank = 3},
    {.title = "EVENT", .name = "event", .min = 8, .max = 8, .rank = 2},
    {.title = "HEADLINE", .name = "headline", .min = 30, .flexible = true},
};

static const struct table_column csv_columns[] = {
    {.name = "id"},        {.name = "created"}, {.name = "watch"},  {.name = "reason"},   {.name = "state"},
    {.name = "event"},     {.name = "type"},    {.name = "actors"}, {.name = "headline"}, {.name = "pending"},
    {.name = "delivered"}, {.name = "dead"},    {.name = "urls"},
};
enum {
    COLUMNS = sizeof columns / sizeof *columns,
    CSV_COLUMNS = sizeof csv_columns / sizeof *csv_columns,
    SHORT_ID = 8
};

/* "yes", "1 of 3", "2 dead": how far its deliveries have come. */
static void deliveries_cell(struct table *table, const struct query_row *row)
{
    char text[60];
    int64_t all = row->pending + row->delivered + row->dead;
    if (row->dead)
        snprintf(text, sizeof text, "%" PRId64 " dead", row->dead);
    else if (row->pending)
        snprintf(text, sizeof text, "%" PRId64 " of %" PRId64, row->delivered, all);
    else
        snprintf(text, sizeof text, "%s", all ? "yes" : "-");
    table_cell_styled(table, row->dead ? STYLE_BAD : row->pending ? STYLE_WARNING : STYLE_GOOD, text);
}

static void people_row(struct table *table, const struct query_row *row)
{
    struct record_view alert = row->record->view, event;
    char time[SHEET_TIME_SIZE], id[SHORT_ID + 1] = "", own[SHORT_ID + 1];
    const char *whole = record_get_view(alert, ENT_ALERT_EVENT, 0, &event) ? record_text(event, ENT_REPORT_ID) : NULL;
    if (whole)
        memcpy(id, whole, strnlen(whole, SHORT_ID));
    snprintf(own, sizeof own, "%.8s", record_text(alert, ENT_ALERT_ID));
    table_cell_styled(table, STYLE_NAME, own);
    table_cell(table, sheet_time(time, record_int(alert, ENT_ALERT_CREATED, 0)));
    table_cell_styled(table, STYLE_HEADING, record_text(alert, ENT_ALERT_WATCH));
    table_cell(table, record_text(alert, ENT_ALERT_REASON));
    table_cell(table, record_text(alert, ENT_ALERT_STATE));
    deliveries_cell(table, row);
    table_cell_styled(table, STYLE_NAME, id);
    table_cell(table, record_text(alert, ENT_ALERT_HEADLINE));
    table_row(table);
}

static void csv_row(struct table *table, const struct query_row *row, struct buffer *scratch)
{
    struct record_view alert = row->record->view, event;
    char time[CALENDAR_TEXT_SIZE];
    bool has_event = record_get_view(alert, ENT_ALERT_EVENT, 0, &event);
    calendar_print(time, record_int(alert, ENT_ALERT_CREATED, 0));
    table_cell(table, record_text(alert, ENT_ALERT_ID));
    table_cell(table, time);
    table_cell(table, record_text(alert, ENT_ALERT_WATCH));
    table_cell(table, record_text(alert, ENT_ALERT_REASON));
    table_cell(table, record_text(alert, ENT_ALERT_STATE));
    table_cell(table, has_event ? record_text(event, ENT_REPORT_ID) : NULL);
    table_cell(table, has_event ? record_text(event, ENT_REPORT_TYPE) : NULL);
    if (has_event)
        event_text_actor_list(scratch, event);
    table_cell(table, scratch->size ? scratch->bytes : "");
    table_cell(table, record_text(alert, ENT_ALERT_HEADLINE));
    table_cell_integer(table, row->pending);
    table_cell_integer(table, row->delivered);
    table_cell_integer(table, row->dead);
    buffer_clear(scratch);
    if (has_event)
        event_text_url_list(scratch, event);
    table_cell(table, scratch->size ? scratch->bytes : "");
    table_row(table);
}

static bool print(struct table *table, const struct query_row *row, struct buffer *line)
{
    if (table && table_is_csv(table)) {
        csv_row(table, row, line);
    } else if (table) {
        people_row(table, row);
    } else {
        struct json_writer writer;
        json_begin(&writer, line);
        json_object_open(&writer);
        record_members_to_json(&writer, row->record->view, RECORD_JSON_NULLS);
        json_key(&writer, "deliveries");
        json_object_open(&writer);
        json_key(&writer, "pending");
        json_put_integer(&writer, row->pending);
        json_key(&writer, "delivered");
        json_put_integer(&writer, row->delivered);
        json_key(&writer, "dead");
        json_put_integer(&writer, row->dead);
        json_object_close(&writer);
        json_object_close(&writer);
    }
    return !line->failed;
}

static const struct listing_plan plan = {
    .what = "alerts",
    .open = query_alerts,
    .print = print,
    .columns = columns,
    .column_count = COLUMNS,
    .csv_columns = csv_columns,
    .csv_column_count = CSV_COLUMNS,
};

int alert_listing_run(const struct command_line *line)
{
    struct listing listing;
    if (!listing_begin(&listing, line))
        return COMMAND_USAGE;
    listing.filter.watches = command_value(line, "watch");
    listing.filter.types = command_value(line, "type");
    listing.filter.states = command_value(line, "state");
    return listing_run(&listing, line, &plan);
}
