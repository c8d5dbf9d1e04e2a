/* sitemap: makes items of the pages that a site lists for search engines, with the text of each page.
 *
 * A news sitemap gives titles and dates; others give addresses only, and the rest comes from the page. The sitemaps of
 * an index are fetched too, the newest first, so many of them and two levels deep; all are read into one feed, which is
 * handed on by plugins/common/harvest when the last answer is there. The root's answer stays ENT_AGAIN, so that no
 * validator is kept of an index whose pages are not durable yet; its sitemaps are asked for without. */
#include "lib/sitemap/sitemap.h"
#include "lib/base/buffer.h"
#include "plugins/common/harvest.h"

#include <entente/plugin.h>

#include <stdio.h>
#include <stdlib.h>

enum { DEPTH_MAX = 2, SITEMAPS_MAX = 200 };

/* A sitemap that was asked for; its place + 1 is the request's tag, the root's is HARVEST_OWN_TAG. */
struct asked {
    const char *url; /* in the feed's arena */
    int depth;
};

struct source {
    const struct ent_host *host;
    struct ent_instance *instance;
    const struct ent_clock_1 *clock;
    const struct ent_metrics_1 *metrics;
    const char *url;
    int64_t since_ms;
    size_t sitemaps_max;
    struct harvest *harvest;

    struct feed *feed; /* of the fetch under way; NULL between two */
    struct asked asked[SITEMAPS_MAX];
    size_t asked_count, awaited;
    bool has_read; /* at least one was one */
    bool is_limit_told;
};

static const struct ent_option options[] = {
    {.name = "url",
     .type = ENT_OPTION_URL,
     .flags = ENT_REQUIRED,
     .help = "Address of the sitemap, of an index of sitemaps, or of the site's robots.txt."},
    {.name = "since",
     .type = ENT_OPTION_DURATION,
     .default_value = "3d",
     .min = "1h",
     .max = "365d",
     .help = "How old a page may be, by its date in the sitemap; pages without one are always taken."},
    {.name = "max_sitemaps",
     .type = ENT_OPTION_INT,
     .flags = ENT_ADVANCED,
     .default_value = "20",
     .min = "1",
     .max = "200",
     .help = "Sitemaps of an index that are read in one fetch, the newest first."},
    HARVEST_OPTIONS("auto"),
};

/* ---- life ---- */

static void end_fetch(struct source *self)
{
    feed_destroy(self->feed);
    self->feed = NULL;
    self->asked_count = self->awaited = 0;
    self->has_read = false;
}

static void source_destroy(void *context)
{
    struct source *self = context;
    end_fetch(self);
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
    self->clock = ent_clock(host, instance);
    self->metrics = host->interface(instance, ENT_METRICS_1);
    self->url = host->option_str(instance, "url").data;
    self->since_ms = host->option_int(instance, "since");
    self->sitemaps_max = (size_t)host->option_int(instance, "max_sitemaps");
    self->harvest = harvest_create(
        &(struct harvest_settings){.host = host, .instance = instance, .url = self->url, .remembers = true});
    if (self->harvest)
        return self;
    free(self);
    return NULL;
}

/* ---- asking ---- */

static const char accept[] = "application/xml, text/xml, application/gzip, text/plain;q=0.8, */*;q=0.5";

static enum ent_code source_fetch(void *context, struct ent_unit *unit)
{
    struct source *self = context;
    end_fetch(self);
    self->feed = sitemap_create_feed();
    if (!self->feed)
        return ent_fail(self->host, self->instance, ENT_RETRY, "no memory for a sitemap");
    enum ent_code code = harvest_request(self->harvest, unit, self->url, accept, HARVEST_OWN_TAG, true);
    self->awaited = code == ENT_AGAIN;
    return code;
}

static bool is_recent(const struct source *self, const struct feed_time *time)
{
    int64_t now = self->clock ? self->clock->now(self->instance) : 0;
    int64_t day = time->date.precision <= DATE_DAY ? (int64_t)24 * 60 * 60 * 1000 : 0;
    return !time->known || time->date.time + day >= now - self->since_ms;
}

static bool was_asked(const struct source *self, const char *url)
{
    if (strcmp(url, self->url) == 0)
        return true;
    for (size_t i = 0; i < self->asked_count; i++)
        if (strcmp(self->asked[i].url, url) == 0)
            return true;
    return false;
}

/* Newest first; those without a date stay in the index's order, behind. */
static int compare_children(const void *a, const void *b)
{
    const struct sitemap_child *left = *(const struct sitemap_child *const *)a;
    const struct sitemap_child *right = *(const struct sitemap_child *const *)b;
    if (left->modified.known != right->modified.known)
        return left->modified.known ? -1 : 1;
    if (!left->modified.known || left->modified.date.time == right->modified.date.time)
        return 0;
    return left->modified.date.time > right->modified.date.time ? -1 : 1;
}

static void tell_limit(struct source *self, size_t left_out)
{
    struct buffer text = BUFFER_INIT;
    if (left_out == 0 || self->is_limit_told)
        return;
    self->is_limit_told = true;
    buffer_printf(&text, "%s: %zu of the index's sitemaps are left out; max_sitemaps is %zu", self->url, left_out,
                  self->sitemaps_max);
    if (!text.failed)
        self->host->log(self->instance, ENT_LOG_WARNING, ent_bytes(text.bytes, text.size));
    buffer_free(&text);
}

static bool ask_for_children(struct source *self, struct ent_unit *unit, const struct sitemap *sitemap, int depth)
{
    struct sitemap_child **children = calloc(sitemap->child_count ? sitemap->child_count : 1, sizeof *children);
    size_t count = 0, left_out = sitemap->dropped;
    if (!children)
        return false;
    for (struct sitemap_child *child = sitemap->children; child && depth < DEPTH_MAX; child = child->next)
        if (is_recent(self, &child->modified))
            children[count++] = child;
    qsort(children, count, sizeof *children, compare_children);
    for (size_t i = 0; i < count; i++) {
        if (was_asked(self, children[i]->url))
            continue;
        if (self->asked_count == self->sitemaps_max ||
            harvest_request(self->harvest, unit, children[i]->url, accept, self->asked_count + 1, false) != ENT_AGAIN) {
            left_out++;
            continue;
        }
        self->asked[self->asked_count++] = (struct asked){children[i]->url, depth + 1};
        self->awaited++;
    }
    free(children);
    tell_limit(self, left_out);
    return true;
}

/* ---- answers ---- */

/* Drops the pages that are too old by their own date. */
static void keep_recent(struct source *self)
{
    struct feed_entry **link = &self->feed->entries;
    while (*link) {
        struct feed_entry *entry = *link;
        if (is_recent(self, entry->published.known ? &entry->published : &entry->updated)) {
            link = &entry->next;
            continue;
        }
        *link = entry->next;
        self->feed->entry_count--;
    }
}

static int64_t time_of(const struct feed_entry *entry)
{
    return entry->published.known ? entry->published.date.time : entry->updated.known ? entry->updated.date.time : 0;
}

static int compare_entries(const void *a, const void *b)
{
    int64_t left = time_of(*(struct feed_entry *const *)a), right = time_of(*(struct feed_entry *const *)b);
    return left > right ? -1 : left < right;
}

/* Newest first, as harvest expects it; sitemaps may stand in any order. */
static bool sort_entries(struct feed *feed)
{
    size_t count = 0;
    struct feed_entry **entries = calloc(feed->entry_count ? feed->entry_count : 1, sizeof *entries);
    if (!entries)
        return false;
    for (struct feed_entry *entry = feed->entries; entry; entry = entry->next)
        entries[count++] = entry;
    qsort(entries, count, sizeof *entries, compare_entries);
    struct feed_entry **link = &feed->entries;
    for (size_t i = 0; i < count; i++) {
        *link = entries[i];
        link = &entries[i]->next;
    }
    *link = NULL;
    free(entries);
    return true;
}

static enum ent_code finish_fetch(struct source *self, struct ent_unit *unit, const struct ent_http_response *response)
{
    struct feed *feed = self->feed;
    keep_recent(self);
    if (!sort_entries(feed))
        return ent_fail(self->host, self->instance, ENT_RETRY, "no memory for the pages");
    if (self->metrics)
        self->metrics->gauge(self->instance, "entries", (double)feed->entry_count);
    self->feed = NULL;
    end_fetch(self);
    return harvest_take(self->harvest, unit, feed, response);
}

static bool read_sitemap(struct source *self, struct ent_unit *unit, const struct ent_http_response *response,
                         int depth, struct error *error)
{
    struct sitemap sitemap;
    struct sitemap_request request = {.url = response->url.data, .content_type = response->content_type.data};
    if (response->outcome != ENT_HTTP_DONE || response->status < 200 || response->status >= 300)
        return error_set(error, ERROR_INPUT, "%.900s", response->error.data);
    if (!sitemap_read(&sitemap, self->feed, response->body.data, response->body.size, &request, error)) {
        error_prefix(error, "%s", response->url.data);
        return false;
    }
    self->has_read = true;
    return ask_for_children(self, unit, &sitemap, depth) || error_set(error, ERROR_MEMORY, "no memory for an index");
}

/* One sitemap of several may fail: it is told, and what the others hold is handed on. */
static void tell_failure(struct source *self, const struct error *error)
{
    struct buffer text = BUFFER_INIT;
    buffer_printf(&text, "a sitemap is left out: %s", error->text);
    if (!text.failed)
        self->host->log(self->instance, ENT_LOG_WARNING, ent_bytes(text.bytes, text.size));
    buffer_free(&text);
}

static enum ent_code source_respond(void *context, struct ent_unit *unit, const struct ent_http_response *response)
{
    struct source *self = context;
    struct error error = ERROR_INIT;
    if (harvest_is_page(self->harvest, response))
        return harvest_page(self->harvest, unit, response);
    if (!self->feed || response->tag > self->asked_count)
        return ENT_OK;
    bool is_root = response->tag == HARVEST_OWN_TAG;
    self->awaited--;
    if (is_root && response->outcome == ENT_HTTP_NOT_MODIFIED) {
        end_fetch(self);
        return ENT_OK;
    }
    bool is_good = read_sitemap(self, unit, response, is_root ? 0 : self->asked[response->tag - 1].depth, &error);
    if (!is_good && (self->awaited > 0 || self->has_read))
        tell_failure(self, &error);
    if (self->awaited > 0)
        return is_root ? ENT_AGAIN : ENT_OK; /* only the root's answer has validators to hold back */
    if (self->has_read)
        return finish_fetch(self, unit, response);
    bool is_gone = is_root && response->outcome == ENT_HTTP_DONE && response->status == 410;
    enum ent_code code = is_gone ? ENT_REJECT : ENT_RETRY;
    self->host->result(unit, 0, code, is_root ? response->retry_after_ms : -1, ent_text(error.text));
    end_fetch(self);
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
        .name = "sitemap",
        .version = ENT_VERSION,
        .licence = "Apache-2.0",
        .summary = "Reads the pages that a site's news sitemap lists",
        .flags = ENT_FOREIGN_INPUT,
        ENT_PLUGIN_OPTIONS(options),
        .ops = &ops,
    };
    return &plugin;
}
