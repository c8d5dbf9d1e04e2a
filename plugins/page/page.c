/* page: makes items of the links of a page that has no feed, with the text of the pages they lead to.
 *
 * Which links is said by selectors (lib/listing). A link is handed on once; the ledger of plugins/common knows it for
 * as long as it stays on the page and well beyond. */
#include "lib/base/buffer.h"
#include "lib/listing/listing.h"
#include "plugins/common/harvest.h"

#include <entente/plugin.h>

#include <stdlib.h>

struct source {
    const struct ent_host *host;
    struct ent_instance *instance;
    const struct ent_metrics_1 *metrics;
    const char *url, *links, *title, *date; /* title and date: NULL where not given */
    struct harvest *harvest;
    bool dates_told;
};

static const struct ent_option options[] = {
    {.name = "url", .type = ENT_OPTION_URL, .flags = ENT_REQUIRED, .help = "Address of the page."},
    {.name = "links",
     .type = ENT_OPTION_STRING,
     .flags = ENT_REQUIRED,
     .help = "CSS selector or XPath of the links to follow, or of the boxes that hold one each, such as "
             "'.news-list h3 a'."},
    {.name = "title",
     .type = ENT_OPTION_STRING,
     .help =
         "CSS selector or XPath (as .//h3) of the title in each box or around each link; by itself the link's text."},
    {.name = "date",
     .type = ENT_OPTION_STRING,
     .help = "CSS selector or XPath of the date in each box or around each link; by itself that of the page it leads "
             "to."},
    HARVEST_OPTIONS("auto"),
};

static const char *text_option(const struct ent_host *host, struct ent_instance *instance, const char *name)
{
    struct ent_str value = host->option_str(instance, name);
    return value.size > 0 ? value.data : NULL;
}

/* A selector that cannot be understood is a fault of the configuration, and told with it. */
static enum ent_code source_check(const struct ent_host *host, struct ent_instance *instance)
{
    static const char *const names[] = {"links", "title", "date"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct error error = ERROR_INIT;
        const char *selector = text_option(host, instance, names[i]);
        if (selector && !listing_check(selector, &error)) {
            error_prefix(&error, "%s", names[i]);
            return ent_fail(host, instance, ENT_CONFIG, error.text);
        }
    }
    return ENT_OK;
}

static void source_destroy(void *context)
{
    struct source *self = context;
    harvest_destroy(self->harvest);
    free(self);
}

static void *source_create(const struct ent_host *host, struct ent_instance *instance)
{
    struct source *self = calloc(1, sizeof *self);
    if (!self) {
        host->error(instance, ent_text("no memory"));
        return NULL;
    }
    self->host = host;
    self->instance = instance;
    self->metrics = host->interface(instance, ENT_METRICS_1);
    self->url = host->option_str(instance, "url").data;
    self->links = text_option(host, instance, "links");
    self->title = text_option(host, instance, "title");
    self->date = text_option(host, instance, "date");
    self->harvest = harvest_create(
        &(struct harvest_settings){.host = host, .instance = instance, .url = self->url, .remembers = true});
    if (self->harvest)
        return self;
    source_destroy(self);
    return NULL;
}

static enum ent_code source_fetch(void *context, struct ent_unit *unit)
{
    struct source *self = context;
    return harvest_request(self->harvest, unit, self->url, "text/html, application/xhtml+xml, */*;q=0.5",
                           HARVEST_OWN_TAG, true);
}

static void tell_dates(struct source *self, const struct feed *feed)
{
    const struct feed_entry *entry = feed->entries;
    struct buffer text = BUFFER_INIT;
    while (entry && (!entry->published.raw || entry->published.known))
        entry = entry->next;
    if (!entry || self->dates_told)
        return;
    self->dates_told = true;
    buffer_printf(&text, "%s: %zu of the dates that date = '%s' chooses cannot be read, as \"%.60s\"", self->url,
                  feed->dates_unreadable, self->date, entry->published.raw);
    if (!text.failed)
        self->host->log(self->instance, ENT_LOG_WARNING, ent_bytes(text.bytes, text.size));
    buffer_free(&text);
}

static enum ent_code read_page(void *context, struct ent_unit *unit, const struct ent_http_response *response)
{
    struct source *self = context;
    struct error error = ERROR_INIT;
    struct listing_request request = {.url = response->url.data,
                                      .content_type = response->content_type.data,
                                      .links = self->links,
                                      .title = self->title,
                                      .date = self->date};
    struct feed *feed = listing_read(response->body.data, response->body.size, &request, &error);
    if (!feed)
        return ent_fail(self->host, self->instance, ENT_RETRY, error.text);
    tell_dates(self, feed);
    if (self->metrics)
        self->metrics->gauge(self->instance, "entries", (double)feed->entry_count);
    return harvest_take(self->harvest, unit, feed, response);
}

static enum ent_code source_respond(void *context, struct ent_unit *unit, const struct ent_http_response *response)
{
    struct source *self = context;
    return harvest_respond(self->harvest, unit, response, read_page, self);
}

static const struct ent_ops ops = {
    .size = sizeof ops,
    .check = source_check,
    .create = source_create,
    .fetch = source_fetch,
    .respond = source_respond,
    .destroy = source_destroy,
};

const struct ent_plugin *ent_plugin_query(void)
{
    static const struct ent_plugin plugin = {
        ENT_PLUGIN_HEAD,
        .name = "page",
        .version = ENT_VERSION,
        .licence = "Apache-2.0",
        .summary = "Follows the links of a page that has no feed",
        .flags = ENT_FOREIGN_INPUT,
        ENT_PLUGIN_OPTIONS(options),
        .ops = &ops,
    };
    return &plugin;
}
