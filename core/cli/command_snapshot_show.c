/* entente snapshot show: what a snapshot is of. */
#include "core/cli/message.h"
#include "core/cli/sheet.h"
#include "core/cli/snapshot.h"
#include "core/cli/state.h"

#include <inttypes.h>
#include <string.h>

static void print_stamps(struct sheet *sheet, json_t *stamps)
{
    const char *stamp;
    json_t *rows;
    bool is_first = true;
    json_object_foreach(stamps, stamp, rows) {
        sheet_row(sheet, is_first ? "Coded by" : "", "%s (%" JSON_INTEGER_FORMAT " row%s)", stamp,
                  json_integer_value(rows), json_integer_value(rows) == 1 ? "" : "s");
        is_first = false;
    }
}

static int run(const struct command_line *line)
{
    struct error error = ERROR_INIT;
    char state_dir[STATE_DIR_MAX], digest[DIGEST_WHOLE_SIZE];
    struct snapshot_head head;
    struct snapshot_foot foot;
    struct sheet sheet = SHEET_INIT;
    if (!state_find(line, state_dir))
        return COMMAND_USAGE;
    bool ok = snapshot_read(state_dir, line->arguments[0], &head, &foot, digest, NULL, NULL, &error);
    if (!ok) {
        json_decref(foot.stamps);
        return message_failure("%s", error.text);
    }
    sheet_title(&sheet, head.name);
    sheet_row(&sheet, "Made", "%s by %s", head.made, head.author);
    sheet_row(&sheet, "Of", "%s", *head.filter ? head.filter : "all events");
    sheet_row(&sheet, "Order", "%s", head.order);
    sheet_row(&sheet, "Rows", "%" PRId64, foot.rows);
    sheet_row(&sheet, "Entente", "%s", head.version);
    sheet_row(&sheet, "Codebook", "%s", head.codebook);
    print_stamps(&sheet, foot.stamps);
    sheet_row(&sheet, "SHA-256", "%s", digest);
    json_decref(foot.stamps);
    return sheet_finish(&sheet, stdout, &error) ? COMMAND_DONE : message_failure("%s", error.text);
}

const struct command command_snapshot_show = {
    .name = "snapshot show",
    .summary = "Show what a snapshot is of, and by which versions it was made",
    .arguments = "NAME",
    .arguments_min = 1,
    .arguments_max = 1,
    .examples = "entente snapshot show arms-2024\tQuery, rows, versions, digest",
    .run = run,
};
