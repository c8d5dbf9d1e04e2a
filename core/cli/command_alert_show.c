/* entente alert show: one alert with its event, what was done about it, and what became of it at each sink. */
#include "core/cli/command.h"
#include "core/cli/event_sheet.h"
#include "core/cli/message.h"
#include "core/cli/state.h"
#include "core/store/alert_states.h"
#include "core/store/alerts.h"
#include "core/store/deliveries.h"
#include "lib/record/record_json.h"

#include <inttypes.h>
#include <string.h>

struct showing {
    struct sheet sheet;
    struct alert_standing standing;
    struct store *store;
    struct error error;
    struct json_writer *writer;
    bool found, as_json, has_acts, failed;
};

static bool add_act(void *context, const struct alert_act_row *row)
{
    struct showing *showing = context;
    char time[SHEET_TIME_SIZE], until[SHEET_TIME_SIZE + 8] = "";
    showing->has_acts = true;
    if (showing->as_json) {
        json_object_open(showing->writer);
        json_key(showing->writer, "at");
        json_put_integer(showing->writer, row->at);
        json_key(showing->writer, "author");
        json_put_text(showing->writer, row->author);
        json_key(showing->writer, "act");
        json_put_text(showing->writer, row->act);
        json_key(showing->writer, "note");
        json_put_text(showing->writer, row->note);
        json_key(showing->writer, "until");
        json_put_integer(showing->writer, row->until);
        json_object_close(showing->writer);
        return true;
    }
    if (row->until) {
        char end[SHEET_TIME_SIZE];
        snprintf(until, sizeof until, " until %s",
                 row->until >= STORE_MUTED_FOR_EVER ? "ever" : sheet_time(end, row->until));
    }
    sheet_row(&showing->sheet, sheet_time(time, row->at), "%s by %s%s%s%s", row->act, row->author, until,
              *row->note ? ": " : "", row->note);
    return true;
}

static void show_sheet(struct showing *showing, const struct alert_row *row)
{
    struct sheet *sheet = &showing->sheet;
    struct record_view event, finding;
    char time[SHEET_TIME_SIZE], until[SHEET_TIME_SIZE];
    sheet_title(sheet, record_text(row->record, ENT_ALERT_HEADLINE));
    sheet_row(sheet, "alert", "%s", showing->standing.id);
    sheet_row(sheet, "watch", "%s (%s)", record_text(row->record, ENT_ALERT_WATCH), record_text(row->record, ENT_ALERT_REASON));
    sheet_row(sheet, "made", "%s", sheet_time(time, record_int(row->record, ENT_ALERT_CREATED, 0)));
    if (showing->standing.muted_until >= STORE_MUTED_FOR_EVER)
        sheet_row(sheet, "state", "%s for ever", row->state);
    else if (showing->standing.muted_until)
        sheet_row(sheet, "state", "%s until %s", row->state, sheet_time(until, showing->standing.muted_until));
    else
        sheet_row(sheet, "state", "%s", row->state);
    sheet_row(sheet, "sent", "%" PRId64 " of %" PRId64 "%s", row->delivered, row->delivered + row->pending + row->dead,
              row->dead ? ", some were given up" : "");
    if (record_get_view(row->record, ENT_ALERT_FINDING, 0, &finding))
        sheet_row(sheet, "finding", "%s", record_text(finding, ENT_FINDING_TEXT));
    sheet_heading(sheet, "What was done");
    showing->failed = !store_alert_acts_each(showing->store, row->sequence, add_act, showing, &showing->error);
    if (!showing->has_acts)
        sheet_text(sheet, "nothing yet");
    if (record_get_view(row->record, ENT_ALERT_EVENT, 0, &event)) {
        sheet_heading(sheet, "The event, as it was");
        event_sheet(sheet, event);
    }
}

static void show_json(struct showing *showing, const struct alert_row *row)
{
    struct buffer text = BUFFER_INIT;
    struct json_writer writer;
    json_begin(&writer, &text);
    showing->writer = &writer;
    json_object_open(&writer);
    record_members_to_json(&writer, row->record, RECORD_JSON_NULLS);
    json_key(&writer, "muted_until");
    json_put_integer(&writer, showing->standing.muted_until);
    json_key(&writer, "acts");
    json_array_open(&writer);
    showing->failed = !store_alert_acts_each(showing->store, row->sequence, add_act, showing, &showing->error);
    json_array_close(&writer);
    json_object_close(&writer);
    buffer_append_char(&text, '\n');
    if (text.failed || fwrite(text.bytes, 1, text.size, stdout) != text.size)
        showing->failed = !error_set(&showing->error, ERROR_SYSTEM, "writing the alert failed");
    buffer_free(&text);
}

static bool take_alert(void *context, const struct alert_row *row)
{
    struct showing *showing = context;
    showing->found = true;
    if (showing->as_json)
        show_json(showing, row);
    else
        show_sheet(showing, row);
    return false;
}

static int show(struct showing *showing)
{
    bool ok = store_alerts_each(showing->store, NULL, showing->standing.sequence - 1, 1, take_alert, showing, &showing->error) &&
              !showing->failed;
    if (!showing->as_json)
        ok = sheet_end(&showing->sheet, stdout, ok, &showing->error);
    return ok ? COMMAND_DONE : message_failure("%s", showing->error.text);
}

static int run(const struct command_line *line)
{
    struct showing showing = {.sheet = SHEET_INIT, .as_json = strcmp(command_value(line, "format"), "json") == 0};
    struct query *query = state_open_query(line);
    if (!query)
        return COMMAND_USAGE;
    showing.store = query_store(query);
    int status;
    if (store_alert_standing(showing.store, line->arguments[0], &showing.standing, &showing.error)) {
        status = show(&showing);
        alert_standing_free(&showing.standing);
    } else
        status = message_failure("%s", showing.error.text);
    query_close(query);
    return status;
}

static const struct command_option options[] = {
    {"format", 'f', COMMAND_VALUE, "FORMAT", "text|json", "text", "Text for people, or one JSON object"},
    {.name = NULL},
};

const struct command command_alert_show = {
    .name = "alert show",
    .summary = "Show one alert, its event and what was done about it",
    .arguments = "ALERT",
    .arguments_min = 1,
    .arguments_max = 1,
    .description = "With the event as it was when the alert was raised; 'entente event show' has it as it stands.",
    .examples = "entente alert show 3f2a90c1\tWho has it, and why it was raised",
    .options = options,
    .run = run,
};
