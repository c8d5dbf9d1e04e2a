/* Event sheet: everything of an event for people, in a terminal. */
#ifndef CORE_CLI_EVENT_SHEET_H
#define CORE_CLI_EVENT_SHEET_H

#include "core/cli/sheet.h"
#include "lib/record/record.h"

void event_sheet(struct sheet *sheet, struct record_view event);

#endif
