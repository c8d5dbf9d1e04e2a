/* entente alerts: `entente alert list`, as the other lists are called. */
#include "core/cli/alert_listing.h"

static const struct command_option options[] = {
    ALERT_LISTING_OPTIONS,
    {.name = NULL},
};

const struct command command_alerts = {
    .name = "alerts",
    .summary = "List the alerts raised",
    .description = ALERT_LISTING_DESCRIPTION,
    .examples = "entente alerts --since today\tWhat was raised today\n"
                "entente alerts --watch central-asia-arms --limit 0\tAll alerts of one watch\n"
                "entente alerts --format jsonl | jq -r .headline\tFor a program: each alert with its event",
    .options = options,
    .run = alert_listing_run,
};
