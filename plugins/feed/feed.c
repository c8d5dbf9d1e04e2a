/* feed: fetches one RSS, RDF, Atom or JSON feed and makes an item of each entry.
 *
 * A fetch submits a conditional request; the answer is parsed by lib/feed. Nothing is remembered here: http/1
 * keeps the validators, the store knows which entries are new. */
#include "lib/feed/feed.h"
#include "lib/record/record.h"
#include "lib/text/url.h"

#include <entente/plugin.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REPAIRS = 8, LANGUAGE_SIZE = 16 };

struct source {
    const struct ent_host *host;
    struct ent_instance *instance;
    const struct ent_http_1 *http;
    const struct ent_metrics_1 *metrics;
    const char *url;
    char *shown; /* url without user and password, for people */
    const char *user_agent, *class, *publisher, *language; /* NULL: not given */
    size_t max_items;
    unsigned repairs_told;
    bool dates_told;
};

static const struct ent_option options[] = {
    {.name = "url", .type = ENT_OPTION_URL, .flags = ENT_REQUIRED, .help = "Address of the feed."},
    {.name = "user_agent",
     .type = ENT_OPTION_STRING,
     .flags = ENT_ADVANCED,
     .help = "User-Agent to send instead of Entente's own, for servers that turn it away."},
    {.name = "max_items",
     .type = ENT_OPTION_INT,
     .flags = ENT_ADVANCED,
     .default_value = "2000",
     .min = "1",
     .max = "20000",
     .help = "Entries taken from one fetch, from the top of the feed."},
};

static const char *text_option(const struct ent_host *host, struct ent_instance *instance, const char *name)
{
    struct ent_str value = host->option_str(instance, name);
    return value.size > 0 ? value.data : NULL;
}

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
    self->http = ent_http(host, instance);
    self->metrics = host->interface(instance, ENT_METRICS_1);
    self->url = text_option(host, instance, "url");
    self->user_agent = text_option(host, instance, "user_agent");
    self->class = text_option(host, instance, "class");
    self->publisher = text_option(host, instance, "publisher");
    self->language = text_option(host, instance, "language");
    self->max_items = (size_t)host->option_int(instance, "max_items");
    self->shown = without_credentials(self->url);
    if (self->http && self->shown)
        return self;
    host->error(instance, ent_text(self->http ? "no memory" : "this host offers no http/1"));
    source_destroy(self);
    return NULL;
}

static enum ent_code source_fetch(void *context, struct ent_unit *unit)
{
    struct source *self = context;
    struct ent_http_header headers[2];
    size_t count = 0;
    headers[count++] = (struct ent_http_header){
        "Accept", "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
                  "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"};
    if (self->user_agent)
        headers[count++] = (struct ent_http_header){"User-Agent", self->user_agent};
    struct ent_http_request request = {.size = sizeof request,
                                       .flags = ENT_HTTP_CONDITIONAL,
                                       .url = self->url,
                                       .headers = headers,
                                       .header_count = count};
    return self->http->submit(unit, &request) == 0 ? ENT_AGAIN : ENT_RETRY;
}

/* ---- one entry ---- */

static void put_published(const struct ent_host *host, struct ent_builder *item, const struct feed_time *time)
{
    static const char *const words[] = {[DATE_YEAR] = "year",
                                        [DATE_MONTH] = "month",
                                        [DATE_DAY] = "day",
                                        [DATE_MINUTE] = "minute",
                                        [DATE_SECOND] = "second"};
    if (!time->known)
        return;
    host->put_time(item, ENT_ITEM_PUBLISHED, time->date.time);
    host->put_int(item, ENT_ITEM_PUBLISHED_OFFSET, time->date.offset_minutes);
    ent_put_text(host, item, ENT_ITEM_PUBLISHED_PRECISION, words[time->date.precision]);
}

/* "en-GB" says more than a record's language holds: the first part, in lower case. */
static void put_language(const struct ent_host *host, struct ent_builder *item, const char *tag)
{
    char code[LANGUAGE_SIZE];
    size_t size = tag ? strcspn(tag, "-_ ") : 0;
    if (size < 2 || size > 3)
        return;
    for (size_t i = 0; i < size; i++) {
        if (!isalpha((unsigned char)tag[i]))
            return;
        code[i] = (char)tolower((unsigned char)tag[i]);
    }
    host->put_str(item, ENT_ITEM_LANGUAGE, ent_bytes(code, size));
}

static void put_publisher(struct source *self, struct ent_builder *item, const struct feed *feed, const char *link)
{
    const char *const addresses[] = {link, feed->link, self->url};
    struct buffer domain = BUFFER_INIT;
    bool is_found = self->publisher != NULL;
    for (size_t i = 0; !is_found && i < sizeof addresses / sizeof *addresses; i++)
        is_found = addresses[i] && url_publisher_domain(&domain, addresses[i], strlen(addresses[i]));
    ent_put_text(self->host, item, ENT_ITEM_PUBLISHER, self->publisher ? self->publisher : domain.bytes);
    buffer_free(&domain);
}

static struct ent_record *make_item(struct source *self, const struct feed *feed, const struct feed_entry *entry,
                                    const struct ent_http_response *response)
{
    const struct ent_host *host = self->host;
    struct ent_builder *item = host->build(self->instance, ENT_ITEM);
    const char *link = entry->origin ? entry->origin : entry->link;
    if (!item)
        return NULL;
    ent_put_text(host, item, ENT_ITEM_GUID, entry->id);
    ent_put_text(host, item, ENT_ITEM_URL, link);
    ent_put_text(host, item, ENT_ITEM_TITLE, entry->title);
    ent_put_text(host, item, ENT_ITEM_BODY, entry->content ? entry->content : entry->summary);
    ent_put_text(host, item, ENT_ITEM_AUTHOR, entry->author ? entry->author : feed->author);
    /* Atom entries need to say only when they were last changed; it is the nearest thing to a date of publication. */
    put_published(host, item, entry->published.known ? &entry->published : &entry->updated);
    if (entry->updated.known)
        host->put_time(item, ENT_ITEM_UPDATED, entry->updated.date.time);
    put_language(host, item, entry->language ? entry->language : feed->language ? feed->language : self->language);
    put_publisher(self, item, feed, link);
    ent_put_text(host, item, ENT_ITEM_CLASS, self->class);
    for (const struct feed_category *category = entry->categories; category; category = category->next)
        ent_put_text(host, item, ENT_ITEM_CATEGORY, category->text);
    ent_put_text(host, item, ENT_ITEM_FETCH_URL, response->url.data);
    host->put_int(item, ENT_ITEM_HTTP_STATUS, response->status);
    return host->seal(item);
}

static bool is_empty(const struct feed_entry *entry)
{
    return !entry->title && !entry->content && !entry->summary;
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

/* Oldest first, as most feeds have the newest on top: then what comes first is stored first. */
static enum ent_code emit_entries(struct source *self, struct ent_unit *unit, const struct feed *feed,
                                  const struct ent_http_response *response)
{
    size_t count = 0, limit = feed->entry_count < self->max_items ? feed->entry_count : self->max_items;
    const struct feed_entry **entries = calloc(limit ? limit : 1, sizeof *entries);
    if (!entries)
        return ent_fail(self->host, self->instance, ENT_RETRY, "no memory for the entries");
    for (const struct feed_entry *entry = feed->entries; entry && count < limit; entry = entry->next)
        entries[count++] = entry;
    enum ent_code code = ENT_OK;
    while (code == ENT_OK && count > 0) {
        const struct feed_entry *entry = entries[--count];
        struct ent_record *item = is_empty(entry) ? NULL : make_item(self, feed, entry, response);
        if (!is_empty(entry) && (!item || self->host->emit(unit, 0, item) != 0))
            code = ENT_RETRY;
    }
    free(entries);
    return code;
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

static enum ent_code read_feed(struct source *self, struct ent_unit *unit, const struct ent_http_response *response)
{
    struct error error = ERROR_INIT;
    struct feed_request request = {.url = response->url.data, .content_type = response->content_type.data};
    struct feed *feed = feed_parse(response->body.data, response->body.size, &request, &error);
    if (!feed) {
        error_prefix(&error, "%s", response->url.data);
        return ent_fail(self->host, self->instance, ENT_RETRY, error.text);
    }
    tell_repairs(self, feed);
    tell_dates(self, feed);
    if (self->metrics)
        self->metrics->gauge(self->instance, "entries", (double)feed->entry_count);
    tell_hints(self, unit, feed);
    enum ent_code code = emit_entries(self, unit, feed, response);
    feed_destroy(feed);
    return code;
}

static enum ent_code source_respond(void *context, struct ent_unit *unit, const struct ent_http_response *response)
{
    struct source *self = context;
    if (response->outcome == ENT_HTTP_NOT_MODIFIED)
        return ENT_OK;
    if (response->outcome == ENT_HTTP_DONE && response->status >= 200 && response->status < 300)
        return read_feed(self, unit, response);
    bool is_gone = response->outcome == ENT_HTTP_DONE && response->status == 410;
    enum ent_code code = is_gone ? ENT_REJECT : ENT_RETRY;
    self->host->result(unit, 0, code, response->retry_after_ms, response->error);
    return code;
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
        ENT_PLUGIN_OPTIONS(options),
        .ops = &ops,
    };
    return &plugin;
}
