/* Alert listing: what `entente alerts` and `entente alert list` do: what the watches raised, newest first, and whether it
 * reached its sinks. */
#ifndef CORE_CLI_ALERT_LISTING_H
#define CORE_CLI_ALERT_LISTING_H

#include "core/cli/listing.h"

#define ALERT_LISTING_OPTIONS                                                                                          \
    {"watch", 'w', COMMAND_VALUE, "NAMES", NULL, NULL, "Only of these watches, or detectors as detector.NAME, apart by commas"},                      \
        {"type", 't', COMMAND_LIST, "TYPES", LISTING_EVENT_TYPES, NULL, "Only of events of these types"},              \
        {"state", 0, COMMAND_LIST, "STATES", "new|acknowledged|muted|resolved", NULL, "Only in one of these states"},  \
        LISTING_OPTIONS

#define ALERT_LISTING_DESCRIPTION                                                                                      \
    "What the watches raised, newest first. SENT says whether every sink has taken it: yes, or how many have, "        \
    "or how many have given up."

int alert_listing_run(const struct command_line *line);

#endif
