/* entente event show ID: everything known of one event, with its sources, its evidence and its history. */
#include "core/cli/command.h"
#include "core/cli/event_sheet.h"
#include "core/cli/message.h"
#include "core/cli/printout.h"
#include "core/cli/state.h"
#include "core/store/events.h"
#include "lib/record/event_text.h"

#include <inttypes.h>
#include <string.h>

static bool add_revision(void *context, const struct revision_row *row)
{
    struct sheet *sheet = context;
    struct buffer changes = BUFFER_INIT;
    struct text change;
    char time[SHEET_TIME_SIZE];
    for (size_t i = 0; record_get_str(row->record, ENT_EVENT_CHANGE, i, &change); i++)
        buffer_printf(&changes, "%s%s", i ? ", " : "", change.bytes);
    const char *status = record_text(row->record, ENT_REPORT_STATUS);
    char label[32];
    snprintf(label, sizeof label, "%" PRId64, row->revision);
    sheet_row(sheet, label, "%s  %s%s%s", sheet_time(time, row->made), changes.size ? changes.bytes : "first told",
              status ? "; status " : "", status ? status : "");
    buffer_free(&changes);
    return true;
}

static int show_json(struct record_view event)
{
    struct buffer text = BUFFER_INIT;
    struct json_writer writer;
    json_begin(&writer, &text);
    event_json(&writer, event);
    buffer_append_char(&text, '\n');
    return printout(&text);
}

static int show_sheet(struct store *store, const char *asked, struct record_view event, enum event_state state)
{
    struct sheet sheet = SHEET_INIT;
    struct error error = ERROR_INIT;
    const char *id = record_text(event, ENT_REPORT_ID);
    event_sheet(&sheet, event);
    sheet_heading(&sheet, "Revisions");
    bool ok = store_event_history(store, id ? id : asked, add_revision, &sheet, &error);
    ok = sheet_end(&sheet, stdout, ok, &error);
    if (!ok)
        return message_failure("%s", error.text);
    if (id && strncmp(id, asked, strlen(asked)) != 0)
        message_note("%s was merged into this event.", asked);
    if (state == EVENT_WITHDRAWN)
        message_note("This event is withdrawn: no report tells it any more.");
    return COMMAND_DONE;
}

static int run(const struct command_line *line)
{
    struct query *query = state_open_query(line);
    if (!query)
        return COMMAND_USAGE;
    struct error error = ERROR_INIT;
    struct ent_record *event = NULL;
    enum event_state state = EVENT_LIVE;
    int status;
    if (!store_event_find(query_store(query), line->arguments[0], &event, &state, &error))
        status = message_failure("%s", error.text);
    else if (strcmp(command_value(line, "format"), "json") == 0)
        status = show_json(event->view);
    else
        status = show_sheet(query_store(query), line->arguments[0], event->view, state);
    record_release(event);
    query_close(query);
    return status;
}

static const struct command_option options[] = {
    {"format", 'f', COMMAND_VALUE, "FORMAT", "text|json", "text", "Text for people, or the whole record"},
    {.name = NULL},
};

const struct command command_event_show = {
    .name = "event show",
    .summary = "Show one event in full",
    .arguments = "ID",
    .arguments_min = 1,
    .arguments_max = 1,
    .description =
        "The id is the first column of 'entente events'; its first six or more digits are enough. An id that an "
        "event had before it was merged into another shows that other one.",
    .examples = "entente event show 3f2a90c1\tWho, what, when and where, sources with links, evidence, history\n"
                "entente event show 3f2a90c1 --format json | jq .evidence\tIts record, for a program",
    .options = options,
    .run = run,
};
