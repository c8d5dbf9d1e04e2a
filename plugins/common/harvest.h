/* Harvest: hands the entries of a source on as items, with the text of their pages where that is wanted and better.
 *
 * An entry that needs no page is handed on at once. For one that does the page is asked for, and it is handed on when
 * the answer comes, with the better of both texts, or with its own where the page cannot be had: it is handed on once
 * in any case. While pages are awaited the answer with the entries stays ENT_AGAIN, so that the host does not keep its
 * validators: should the process die, the source is read anew and the ledger knows what is left.
 *
 * A page that could not be had just then (no answer, 429, 5xx) is asked for again while its entry stands in the source, a
 * few times and later each time; what it then gives is a new version of the item. For that the source is asked
 * unconditionally once.
 *
 * Pages that give nothing better are counted; after a row of them `auto` leaves the source's pages alone for a day, and
 * longer each time.
 *
 * A harvest belongs to its instance and is used in its callbacks only. */
#ifndef PLUGINS_COMMON_HARVEST_H
#define PLUGINS_COMMON_HARVEST_H

#include "lib/feed/feed.h"

#include <entente/plugin.h>

/* The tag of requests that are not for a page. */
enum { HARVEST_OWN_TAG = 0 };

/* The rows of an option table that a harvest reads; `mode` is the default of fulltext. */
#define HARVEST_OPTIONS(mode)                                                                                          \
    {.name = "fulltext",                                                                                               \
     .type = ENT_OPTION_ENUM,                                                                                          \
     .default_value = mode,                                                                                            \
     .choices = "auto|yes|no",                                                                                         \
     .help = "Whether the text of each entry's page is read: auto where the entry has only a summary and pages have "  \
             "given more, yes always"},                                                                                \
        {.name = "fulltext_max",                                                                                       \
         .type = ENT_OPTION_INT,                                                                                       \
         .flags = ENT_ADVANCED,                                                                                        \
         .default_value = "100",                                                                                       \
         .min = "1",                                                                                                   \
         .max = "200",                                                                                                 \
         .help = "Pages read in one fetch, for the entries at the top; the others keep their own text"},               \
        {.name = "fulltext_retry",                                                                                     \
         .type = ENT_OPTION_DURATION,                                                                                  \
         .flags = ENT_ADVANCED,                                                                                        \
         .default_value = "15m",                                                                                       \
         .min = "1s",                                                                                                  \
         .max = "1d",                                                                                                  \
         .help = "How soon a page that could not be had is asked for again; up to four times, each time four times "   \
                 "as late"},                                                                                           \
        {.name = "user_agent",                                                                                         \
         .type = ENT_OPTION_STRING,                                                                                    \
         .flags = ENT_ADVANCED,                                                                                        \
         .help = "User-Agent to send instead of Entente's own, for servers that turn it away."},                       \
    {                                                                                                                  \
        .name = "max_items", .type = ENT_OPTION_INT, .flags = ENT_ADVANCED, .default_value = "2000", .min = "1",       \
        .max = "20000", .help = "Entries taken from one fetch, from the top."                                          \
    }

struct harvest;

struct harvest_settings {
    const struct ent_host *host;
    struct ent_instance *instance;
    const char *url; /* of the source; lent for the harvest's life */
    bool remembers;  /* an entry is handed on once, and again only when its own content changes */
};

/* NULL with the host's error text set. */
struct harvest *harvest_create(const struct harvest_settings *settings);
void harvest_destroy(struct harvest *harvest);

/* Asks for `url` with these headers (Accept) and the instance's user agent; conditionally, unless pages are due to be
 * asked for again. */
enum ent_code harvest_request(struct harvest *harvest, struct ent_unit *unit, const char *url, const char *accept,
                              uint64_t tag, bool is_conditional);

/* Hands on what `feed` holds, in the unit of the answer that it came from. Takes the feed over. */
enum ent_code harvest_take(struct harvest *harvest, struct ent_unit *unit, struct feed *feed,
                           const struct ent_http_response *response);

/* Whether an answer is to one of harvest_take's requests. */
bool harvest_is_page(const struct harvest *harvest, const struct ent_http_response *response);
enum ent_code harvest_page(struct harvest *harvest, struct ent_unit *unit, const struct ent_http_response *response);

/* All of `respond` for a source with one document: pages go to harvest_page, a document that came to `read`, whose result counts,
 * and the rest becomes a failure with the server's words; 410 is one for good. */
typedef enum ent_code harvest_reader(void *self, struct ent_unit *unit, const struct ent_http_response *response);
enum ent_code harvest_respond(struct harvest *harvest, struct ent_unit *unit, const struct ent_http_response *response,
                              harvest_reader *read, void *self);

#endif
