/* entente event set: a person knows better. */
#include "core/cli/event_change.h"

#include <stdint.h>

static int run(const struct command_line *line)
{
    return event_change(line, CONTROL_EVENT_SET, "set");
}

static const struct command_option options[] = {
    EVENT_CHANGE_OPTIONS,
    {.name = NULL},
};

const struct command command_event_set = {
    .name = "event set",
    .summary = "Set fields of an event",
    .arguments = "EVENT FIELD=VALUE...",
    .arguments_min = 2,
    .arguments_max = SIZE_MAX,
    .description =
        "The value stands whatever reports say now or later; what they say otherwise is shown with the "
        "conflicts. \"none\" clears a field.\n\n"
        "type, subtype, status, modality, scope: a word of the codebook. name, programme: text. parent: an "
        "event's id. tags: words apart by commas. date: 2023, 2023-05, 2023-05-19, 2023-05-19/2023-05-23, or "
        "2023-05-19/ for since then. actors: RUS:supplier,UZB:recipient. places: Lopburi:THA;Bangkok:THA. "
        "equipment: 12 Mi-8:V;S-400, with UNROCA and SIPRI classes behind the name where they are known. "
        "quantities: money 300000000 USD;personnel 850. The last four take JSON in the codebook's shape as "
        "well.",
    .examples =
        "entente event set 3f2a90c1 status=signed date=2023-05-19\tWhat is known, and since when\n"
        "entente event set 3f2a90c1 'equipment=[{\"name\":\"Mi-8\",\"count\":12,\"unroca\":\"V\"}]'\tA list as JSON\n"
        "entente event set 3f2a90c1 programme=none --note \"that was another sale\"\tIt belongs to no programme",
    .options = options,
    .run = run,
};
