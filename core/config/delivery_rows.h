/* Delivery rows: the options by which a watch and a sink say when and with what else alerts are sent (core/delivery). For
 * the tables of both. */
#ifndef CORE_CONFIG_DELIVERY_ROWS_H
#define CORE_CONFIG_DELIVERY_ROWS_H

#define DELIVERY_ROWS                                                                                                  \
    {.name = "digest",                                                                                                 \
     .type = ENT_OPTION_STRING,                                                                                        \
     .help = "Gather alerts into one message: hourly, `daily 07:30 Europe/London` or `weekly mon 07:30`, or none; a "   \
             "watch's own counts before its sink's"},                                                                  \
        {.name = "quiet",                                                                                              \
         .type = ENT_OPTION_STRING,                                                                                    \
         .help = "Send nothing in these hours, and what came meanwhile in one message after them: "                    \
                 "`22:00-07:00 Europe/London`, with days before it if not on all (`sat,sun 00:00-24:00`), or none"},   \
        {.name = "throttle",                                                                                           \
         .type = ENT_OPTION_STRING,                                                                                    \
         .help = "At most so many messages in a time, such as `10/1h`; what is more goes in one message when there "   \
                 "may be another"},                                                                                    \
        {.name = "group",                                                                                              \
         .type = ENT_OPTION_ENUM,                                                                                      \
         .choices = "none|dyad|region",                                                                                \
         .help = "What alerts stand together by in one message: the parties, or the region; a watch's own counts "     \
                 "before its sink's"},                                                                                 \
    {                                                                                                                  \
        .name = "group_wait", .type = ENT_OPTION_DURATION, .default_value = "0", .min = "0", .max = "7d",              \
        .help = "With `group`: how long the first alert of a group waits for others, to go in one message with them"   \
    }

#endif
