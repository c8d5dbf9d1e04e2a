/* feed: fetches one RSS, RDF, Atom or JSON feed and makes an item of each entry, with the text of its page if wanted.
 *
 * A fetch submits a conditional request; the answer is parsed by lib/feed and handed on by plugins/common/harvest.
 * http/1 keeps the validators, the store knows which entries are new. */
#include "lib/feed/feed.h"
#include "lib/base/buffer.h"
#include "plugins/common/harvest.h"

#include <entente/plugin.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REPAIRS = 8 };

struct source {
    const struct ent_host *host;
    struct ent_instance *instance;
    const struct ent_metrics_1 *metrics;
    const char *url;
    char *shown; /* url without user and password, for people */
    struct feed_limits limits;
    struct harvest *harvest;
    unsigned repairs_told;
    bool dates_told;
};

static const struct ent_option options[] = {
    {.name = "url", .type = ENT_OPTION_URL, .flags = ENT_REQUIRED, .help = "Address of the feed."},
    {.name = "max_depth",
     .type = ENT_OPTION_INT,
     .flags = ENT_ADVANCED,
     .default_value = "1000",
     .min = "1",
     .max = "100000",
     .help = "How deep elements may lie within each other; the markup of texts does not count."},
    {.name = "max_entities",
     .type = ENT_OPTION_INT,
     .flags = ENT_ADVANCED,
     .default_value = "10000",
     .min = "1",
     .max = "1000000",
     .help = "Entities that a DTD may declare; only those of short plain text are expanded."},
    HARVEST_OPTIONS("no"),
};

static char *without_credentials(const char *url)
{
    const char *host = strstr(url, "://"), *at = host ? host + 3 : url, *end = at + strcspn(at, "/?#");
    char *copy = malloc(strlen(url) + 1);
    if (!copy)
        return NULL;
    while (end > at && end[-1] != '@')
        end--;
    snprintf(copy, strlen(url) + 1, "%.*s%s", (int)(at - url), url, end > at ? end : at);
    return copy;
}

static void source_destroy(void *context)
{
    struct source *self = context;
    harvest_destroy(self->harvest);
    free(self->shown);
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
    self->shown = without_credentials(self->url);
    self->limits.document = (size_t)host->option_int(instance, "max_body");
    self->limits.depth = (size_t)host->option_int(instance, "max_depth");
    self->limits.entities = (size_t)host->option_int(instance, "max_entities");
    if (!self->shown)
        host->error(instance, ent_text("no memory"));
    else
        self->harvest =
            harvest_create(&(struct harvest_settings){.host = host, .instance = instance, .url = self->url});
    if (self->harvest)
        return self;
    source_destroy(self);
    return NULL;
}

static enum ent_code source_fetch(void *context, struct ent_unit *unit)
{
    struct source *self = context;
    return harvest_request(self->harvest, unit, self->url,
                           "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
                           "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5",
                           HARVEST_OWN_TAG, true);
}

/* ---- the feed ---- */

static void log_text(struct source *self, enum ent_log_level level, const struct buffer *text)
{
    if (!text->failed && text->bytes)
        self->host->log(self->instance, level, ent_bytes(text->bytes, text->size));
}

/* Says once what had to be repaired; feeds stay broken for years. */
static void tell_repairs(struct source *self, const struct feed *feed)
{
    unsigned fresh = feed->repairs & ~self->repairs_told;
    struct buffer text = BUFFER_INIT;
    if (!fresh)
        return;
    self->repairs_told |= fresh;
    buffer_printf(&text, "%s: the feed is broken and was read as far as it goes; repaired:", self->shown);
    for (unsigned i = 0; i < REPAIRS; i++)
        if (fresh & (1u << i))
            buffer_printf(&text, " %s", feed_repair_name((enum feed_repair)(1u << i)));
    log_text(self, ENT_LOG_WARNING, &text);
    buffer_free(&text);
}

static void tell_dates(struct source *self, const struct feed *feed)
{
    const char *example = NULL;
    struct buffer text = BUFFER_INIT;
    if (feed->dates_unreadable == 0 || self->dates_told)
        return;
    for (const struct feed_entry *entry = feed->entries; entry && !example; entry = entry->next)
        example = entry->published.raw && !entry->published.known ? entry->published.raw
                  : entry->updated.raw && !entry->updated.known   ? entry->updated.raw
                                                                  : NULL;
    self->dates_told = true;
    buffer_printf(&text, "%s: %zu date%s cannot be read%s%.60s%s; such items have no date", self->shown,
                  feed->dates_unreadable, feed->dates_unreadable == 1 ? "" : "s", example ? ", as \"" : "",
                  example ? example : "", example ? "\"" : "");
    log_text(self, ENT_LOG_WARNING, &text);
    buffer_free(&text);
}

/* What the feed says of when it changes; an update rate of less than a minute is a mistake. */
static void tell_hints(struct source *self, struct ent_unit *unit, const struct feed *feed)
{
    int64_t ttl = (int64_t)feed->ttl_minutes * 60 * 1000, update = (int64_t)feed->update_seconds * 1000;
    struct ent_fetch_hints hints = {.size = sizeof hints,
                                    .skip_hours = feed->skip_hours,
                                    .skip_days = feed->skip_days,
                                    .not_before_ms = ttl > update ? ttl : update};
    self->host->fetch_hints(unit, &hints);
}

static enum ent_code read_feed(void *context, struct ent_unit *unit, const struct ent_http_response *response)
{
    struct source *self = context;
    struct error error = ERROR_INIT;
    struct feed_request request = {
        .url = response->url.data, .content_type = response->content_type.data, .limits = self->limits};
    struct feed *feed = feed_parse(response->body.data, response->body.size, &request, &error);
    if (!feed) {
        error_prefix(&error, "%s", response->url.data);
        return ent_fail(self->host, self->instance, ENT_RETRY, error.text);
    }
    tell_repairs(self, feed);
    tell_dates(self, feed);
    if (self->metrics)
        self->metrics->gauge(self->instance, "entries", (double)feed->entry_count);
    if (self->metrics && self->dates_told) /* few feeds have any */
        self->metrics->gauge(self->instance, "dates_unreadable", (double)feed->dates_unreadable);
    tell_hints(self, unit, feed);
    return harvest_take(self->harvest, unit, feed, response);
}

static enum ent_code source_respond(void *context, struct ent_unit *unit, const struct ent_http_response *response)
{
    struct source *self = context;
    return harvest_respond(self->harvest, unit, response, read_feed, self);
}

static const struct ent_ops ops = {
    .size = sizeof ops,
    .create = source_create,
    .fetch = source_fetch,
    .respond = source_respond,
    .destroy = source_destroy,
};

const struct ent_plugin *ent_plugin_query(void)
{
    static const struct ent_plugin plugin = {
        ENT_PLUGIN_HEAD,
        .name = "feed",
        .version = ENT_VERSION,
        .licence = "Apache-2.0",
        .summary = "Fetches an RSS, Atom or JSON feed",
        .flags = ENT_FOREIGN_INPUT,
        ENT_PLUGIN_OPTIONS(options),
        .ops = &ops,
    };
    return &plugin;
}
