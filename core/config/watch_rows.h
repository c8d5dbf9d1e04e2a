/* Watch rows: the options by which a watch and a detector say which events they look at and who hears of what they
 * find. For the tables of both; what both are told alike stands here once. */
#ifndef CORE_CONFIG_WATCH_ROWS_H
#define CORE_CONFIG_WATCH_ROWS_H

#include "core/config/delivery_rows.h"

#define CHANGE_WORDS                                                                                                   \
    "new|status|modality|scope|subtype|actors|date|places|quantities|equipment|name|steps|sources|independent_"        \
    "sources|"                                                                                                         \
    "conflicts|merged|split|withdrawn|reopened|recode|correction"

#define WATCH_ROWS(when_help, on_help, age_help, from_help)                                                            \
    {.name = "when", .type = ENT_OPTION_STRING, .flags = ENT_MULTI, .help = when_help},                                \
        {.name = "when_file",                                                                                          \
         .type = ENT_OPTION_PATH,                                                                                      \
         .flags = ENT_PATH_READ,                                                                                       \
         .help = "A file that holds the rule, in place of `when`"},                                                    \
        {.name = "to", .type = ENT_OPTION_LIST, .flags = ENT_MULTI, .help = "Names of the sinks that get the alerts"}, \
        {.name = "on",                                                                                                 \
         .type = ENT_OPTION_LIST,                                                                                      \
         .flags = ENT_MULTI,                                                                                           \
         .default_value = "new",                                                                                       \
         .choices = CHANGE_WORDS,                                                                                      \
         .help = on_help},                                                                                             \
        {.name = "max_age",                                                                                            \
         .type = ENT_OPTION_DURATION,                                                                                  \
         .default_value = "7d",                                                                                        \
         .min = "1m",                                                                                                  \
         .max = "36500d",                                                                                              \
         .help = age_help},                                                                                            \
        {.name = "from",                                                                                               \
         .type = ENT_OPTION_ENUM,                                                                                      \
         .default_value = "now",                                                                                       \
         .choices = "now|archive",                                                                                     \
         .help = from_help},                                                                                           \
        DELIVERY_ROWS

#endif
