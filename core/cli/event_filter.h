/* Event filter: the options by which commands choose events, made into a query's filter. One thread. */
#ifndef CORE_CLI_EVENT_FILTER_H
#define CORE_CLI_EVENT_FILTER_H

#include "core/cli/listing.h"
#include "core/cli/rule_choice.h"

/* Rows of such a command's options. */
#define EVENT_FILTER_OPTIONS                                                                                           \
    {"when",                                                                                                           \
     'w',                                                                                                              \
     COMMAND_VALUE,                                                                                                    \
     "RULE",                                                                                                           \
     NULL,                                                                                                             \
     NULL,                                                                                                             \
     "Only what this rule matches, in the language of watches; without scope or modality in it, only current facts"},  \
        {"type", 't', COMMAND_LIST, "TYPES", LISTING_EVENT_TYPES, NULL, "Only these types"},                           \
        {"actor",                                                                                                      \
         'a',                                                                                                          \
         COMMAND_VALUE,                                                                                                \
         "IDS",                                                                                                        \
         NULL,                                                                                                         \
         NULL,                                                                                                         \
         "Only with one of these actors: UZB, ORG:NATO, apart by commas"},                                             \
        {"dyad", 'd', COMMAND_VALUE, "ID,ID", NULL, NULL, "Only between these two actors"},                            \
        {"status", 0, COMMAND_LIST, "STATUSES", LISTING_STATUSES, NULL,                                                \
         "Only where the latest step is one of these"},                                                                \
        {"scope", 0, COMMAND_LIST, "SCOPES", "current|background", NULL,                                               \
         "Only what is news now, or only its background"},                                                             \
        {"modality", 0, COMMAND_LIST, "WORDS", "confirmed|reported|alleged|denied|hypothetical", NULL,                 \
         "Only told in this way"},                                                                                     \
        {"publisher",                                                                                                  \
         'p',                                                                                                          \
         COMMAND_VALUE,                                                                                                \
         "NAMES",                                                                                                      \
         NULL,                                                                                                         \
         NULL,                                                                                                         \
         "Only told by one of these publishers, apart by commas"},                                                     \
        {"min-sources", 'm', COMMAND_VALUE, "COUNT", NULL, NULL, "Only with so many independent sources"},             \
        LISTING_TIMES

struct event_filter {
    struct query_filter query; /* texts are the command line's or those below */
    struct rule_choice choice; /* the rule of --when */
    char actors[LISTING_LIST_MAX], dyad[LISTING_LIST_MAX];
};

/* False after a message that points at what is wrong. End it in any case. */
bool event_filter_begin(struct event_filter *filter, const struct command_line *line);
void event_filter_end(struct event_filter *filter);
/* What was asked for, as options: "--when 'type = aid' --since 7d"; "" for everything. */
void event_filter_print(struct buffer *text, const struct command_line *line);

#endif
