/* entente alert list: what the watches raised. */
#include "core/cli/alert_listing.h"

static const struct command_option options[] = {
    ALERT_LISTING_OPTIONS,
    {.name = NULL},
};

const struct command command_alert_list = {
    .name = "alert list",
    .summary = "List the alerts raised",
    .description = ALERT_LISTING_DESCRIPTION,
    .examples = "entente alert list --state new\tWhat nobody has looked at yet\n"
                "entente alert list --since 7d --watch central-asia-arms\tOf one watch, this week",
    .options = options,
    .run = alert_listing_run,
};
