/* gdelt: articles that GDELT 2 has seen, from its event or Global Knowledge Graph exports: by its update list every
 * quarter of an hour, or from files.
 *
 * A row is not an article: it is an address, at best with a title. So the rows become entries, and the text of their
 * pages comes by plugins/common/harvest like that of any feed with titles only. From files a bounded batch is read at a
 * time, and how far is kept in kv/1 under a digest of the path. */
#include "lib/base/digest.h"
#include "lib/files/stamp.h"
#include "lib/files/walk.h"
#include "lib/gdelt/unzip.h"
#include "plugins/common/harvest.h"
#include "plugins/common/item.h"
#include "plugins/gdelt/rows.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { TAG_LIST = 1, TAG_TABLE = 2, BATCH_ROWS = 100, TABLE_SIZE_MAX = 512 * 1024 * 1024 };

static const char standard_list[] = "http://data.gdeltproject.org/gdeltv2/lastupdate.txt";

/* How far one file was read. */
struct progress {
    struct file_stamp stamp;
    int64_t at;
    int is_done;
};

struct source {
    const struct ent_host *host;
    struct ent_instance *instance;
    const struct ent_kv_1 *kv;
    const struct ent_metrics_1 *metrics;
    const char *url, *path; /* one of them */
    struct rows_filter filter;
    struct harvest *harvest;
    struct walk walk;
    size_t next; /* of the walk */
    bool is_walking;
    char *pending_path; /* a batch of it awaits pages; NULL: none */
    struct progress pending;
};

static const char *const endings[] = {".export.csv", ".export.csv.zip", ".gkg.csv", ".gkg.csv.zip", NULL};

static const struct ent_option options[] = {
    {.name = "url",
     .type = ENT_OPTION_URL,
     .help = "GDELT's update list, or one of its files; where neither url nor path is given, the list in English."},
    {.name = "path",
     .type = ENT_OPTION_PATH,
     .flags = ENT_PATH_READ,
     .help = "An export (.export.CSV, .gkg.csv, also as .zip), or a folder of such files, instead of url."},
    {.name = "table",
     .type = ENT_OPTION_ENUM,
     .default_value = "gkg",
     .choices = "gkg|events",
     .help = "Which export is read: gkg has titles and themes, events CAMEO codes."},
    {.name = "themes",
     .type = ENT_OPTION_LIST,
     .flags = ENT_MULTI,
     .help = "Of gkg: only articles with one of these themes, such as MILITARY; all where none is given."},
    {.name = "cameo",
     .type = ENT_OPTION_LIST,
     .flags = ENT_MULTI,
     .help = "Of events: only those whose code begins so, such as 057, 062; all where none is given."},
    HARVEST_OPTIONS("auto"),
};

static bool is_events(const struct ent_host *host, struct ent_instance *instance)
{
    const char *table = item_option(host, instance, "table");
    return table && strcmp(table, "events") == 0;
}

static enum ent_code source_check(const struct ent_host *host, struct ent_instance *instance)
{
    const char *fulltext = item_option(host, instance, "fulltext");
    if (item_option(host, instance, "url") && item_option(host, instance, "path"))
        return ent_fail(host, instance, ENT_CONFIG, "url and path exclude each other");
    if (is_events(host, instance) && fulltext && strcmp(fulltext, "no") == 0)
        return ent_fail(host, instance, ENT_CONFIG,
                        "fulltext: the events table has no texts, so their pages are needed");
    if (host->option_count(instance, is_events(host, instance) ? "themes" : "cameo") > 0)
        return ent_fail(host, instance, ENT_CONFIG, "themes belong to the table gkg, cameo to the table events");
    return ENT_OK;
}

static void source_destroy(void *context)
{
    struct source *self = context;
    harvest_destroy(self->harvest);
    walk_clear(&self->walk);
    free(self->pending_path);
    free(self);
}

static bool take_filter(struct source *self)
{
    self->filter.table = is_events(self->host, self->instance) ? GDELT_EVENTS : GDELT_GKG;
    const char *option = self->filter.table == GDELT_EVENTS ? "cameo" : "themes";
    size_t count = self->host->option_count(self->instance, option);
    char text[100];
    if (count > ROWS_FILTER_MAX) {
        snprintf(text, sizeof text, "%s: %zu are more than %d", option, count, ROWS_FILTER_MAX);
        self->host->error(self->instance, ent_text(text));
        return false;
    }
    for (size_t i = 0; i < count; i++)
        self->filter.wanted[self->filter.wanted_count++] = self->host->option_item(self->instance, option, i).data;
    return true;
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
    self->kv = ent_kv(host, instance);
    self->metrics = host->interface(instance, ENT_METRICS_1);
    self->path = item_option(host, instance, "path");
    self->url = item_option(host, instance, "url");
    if (!self->url && !self->path)
        self->url = standard_list;
    self->walk.endings = endings;
    self->harvest = harvest_create(&(struct harvest_settings){
        .host = host, .instance = instance, .url = self->url ? self->url : self->path, .remembers = true});
    if (self->harvest && take_filter(self))
        return self;
    source_destroy(self);
    return NULL;
}

/* ---- a table ---- */

static void complain(struct source *self, const char *what, const char *why)
{
    char text[1400];
    snprintf(text, sizeof text, "%s: %s", what, why);
    self->host->log(self->instance, ENT_LOG_WARNING, ent_text(text));
}

static bool is_zip(const char *bytes, size_t size)
{
    return size > 2 && memcmp(bytes, "PK", 2) == 0;
}

/* Entries from *at on, handed on; *at moves. */
static enum ent_code take_rows(struct source *self, struct ent_unit *unit, const char *text, size_t size, size_t *at,
                               size_t most, const struct ent_http_response *response)
{
    struct error error = ERROR_INIT;
    size_t bad = 0;
    struct feed *feed = rows_to_feed(&self->filter, text, size, at, most, &bad, &error);
    if (!feed)
        return ent_fail(self->host, self->instance, ENT_RETRY, error.text);
    if (bad > 0 && self->metrics)
        self->metrics->count(self->instance, "bad_rows", (int64_t)bad);
    if (bad > 0 && feed->entry_count == 0)
        complain(self, response->url.data, "none of its lines is a row of the table that is read");
    return harvest_take(self->harvest, unit, feed, response);
}

static enum ent_code read_table(struct source *self, struct ent_unit *unit, const struct ent_http_response *response)
{
    struct buffer table = BUFFER_INIT;
    struct error error = ERROR_INIT;
    struct ent_str bytes = response->body;
    size_t at = 0;
    enum ent_code code;
    if (is_zip(bytes.data, bytes.size) && !unzip_first(&table, bytes.data, bytes.size, TABLE_SIZE_MAX, &error)) {
        error_prefix(&error, "%s", response->url.data);
        code = ent_fail(self->host, self->instance, ENT_RETRY, error.text);
    } else {
        if (table.size > 0)
            bytes = ent_bytes(table.bytes, table.size);
        code = take_rows(self, unit, bytes.data, bytes.size, &at, SIZE_MAX, response);
    }
    buffer_free(&table);
    return code;
}

/* ---- by its update list ---- */

static enum ent_code follow_list(struct source *self, struct ent_unit *unit, const struct ent_http_response *response)
{
    struct gdelt_text found = gdelt_list_find(response->body.data, response->body.size, self->filter.table);
    char url[1000];
    if (!found.bytes || found.size >= sizeof url)
        return ent_fail(self->host, self->instance, ENT_RETRY,
                        "the update list names no file of the table that is read");
    snprintf(url, sizeof url, "%.*s", (int)found.size, found.bytes);
    return harvest_request(self->harvest, unit, url, "*/*", TAG_TABLE, false);
}

static enum ent_code source_respond(void *context, struct ent_unit *unit, const struct ent_http_response *response)
{
    struct source *self = context;
    if (harvest_is_page(self->harvest, response))
        return harvest_page(self->harvest, unit, response);
    if (response->outcome == ENT_HTTP_NOT_MODIFIED)
        return ENT_OK;
    if (response->outcome == ENT_HTTP_DONE && response->status >= 200 && response->status < 300)
        return response->tag == TAG_LIST ? follow_list(self, unit, response) : read_table(self, unit, response);
    self->host->result(unit, 0, ENT_RETRY, response->retry_after_ms, response->error);
    return ENT_RETRY;
}

/* ---- from files ---- */

static struct progress progress_get(struct source *self, struct ent_unit *unit, const char *path)
{
    char key[DIGEST_HEX_SIZE];
    struct ent_str value;
    struct progress progress = {.stamp = FILE_STAMP_NONE};
    digest_texts(key, "table", path, NULL);
    if (self->kv && self->kv->get(unit, ent_text(key), &value) &&
        sscanf(value.data, "%" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %d", &progress.stamp.size,
               &progress.stamp.modified, &progress.stamp.inode, &progress.at, &progress.is_done) != 5)
        progress = (struct progress){.stamp = FILE_STAMP_NONE};
    return progress;
}

static bool progress_put(struct source *self, struct ent_unit *unit, const char *path, const struct progress *progress)
{
    char key[DIGEST_HEX_SIZE], value[120];
    digest_texts(key, "table", path, NULL);
    snprintf(value, sizeof value, "%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %d", progress->stamp.size,
             progress->stamp.modified, progress->stamp.inode, progress->at, progress->is_done);
    return !self->kv || self->kv->put(unit, ent_text(key), ent_text(value)) == 0;
}

/* The whole table, unpacked. */
static bool read_file(const char *path, struct buffer *table, struct error *error)
{
    char chunk[64 * 1024];
    struct buffer bytes = {.limit = TABLE_SIZE_MAX};
    FILE *file = fopen(path, "re");
    if (!file)
        return error_set_errno(error, errno, "cannot be read");
    for (size_t got; !bytes.failed && (got = fread(chunk, 1, sizeof chunk, file)) > 0;)
        buffer_append(&bytes, chunk, got);
    bool is_good = !ferror(file) || error_set_errno(error, errno, "cannot be read");
    fclose(file);
    if (is_good && bytes.failed)
        is_good = error_set(error, ERROR_LIMIT, "larger than %d bytes", TABLE_SIZE_MAX);
    if (is_good && is_zip(bytes.bytes, bytes.size)) {
        is_good = unzip_first(table, bytes.bytes, bytes.size, TABLE_SIZE_MAX, error);
        buffer_free(&bytes);
    } else {
        *table = bytes;
    }
    return is_good;
}

/* One batch of one file. *is_done: there is no more in it. */
static enum ent_code read_batch(struct source *self, struct ent_unit *unit, const char *path, bool *is_done)
{
    struct stat status;
    struct buffer table = BUFFER_INIT;
    struct error error = ERROR_INIT;
    enum gdelt_table kind;
    *is_done = true;
    if (!gdelt_table_of_name(path, strlen(path), &kind) || kind != self->filter.table || stat(path, &status) != 0)
        return ENT_OK;
    struct progress then = progress_get(self, unit, path);
    struct progress now = {.stamp = file_stamp_of(&status)};
    bool is_same = file_stamp_equal(&then.stamp, &now.stamp);
    if (is_same && then.is_done)
        return ENT_OK;
    size_t at = is_same ? (size_t)then.at : 0;
    enum ent_code code = ENT_OK;
    now.is_done = 1;
    if (!read_file(path, &table, &error)) {
        complain(self, path, error.text);
        /* What could not be had just now is no bad table, and is looked at again. */
        if (error.kind == ERROR_SYSTEM || error.kind == ERROR_MEMORY) {
            buffer_free(&table);
            return ENT_OK;
        }
    } else {
        struct ent_http_response origin = {.size = sizeof origin, .url = ent_text(path)};
        code = take_rows(self, unit, table.bytes ? table.bytes : "", table.size, &at, BATCH_ROWS, &origin);
        now.at = (int64_t)at;
        now.is_done = at >= table.size;
        *is_done = now.is_done;
    }
    buffer_free(&table);
    /* While pages are awaited the batch is not done: should the process die, it is read again, and the harvest knows
     * what it has handed on. */
    if (code == ENT_AGAIN && (self->pending_path = strdup(path)))
        self->pending = now;
    bool is_kept = code != ENT_OK || progress_put(self, unit, path, &now);
    return is_kept ? code : ENT_RETRY;
}

/* What the fetch before has ended with is durable by now. */
static bool settle_pending(struct source *self, struct ent_unit *unit)
{
    bool is_good = !self->pending_path || progress_put(self, unit, self->pending_path, &self->pending);
    free(self->pending_path);
    self->pending_path = NULL;
    return is_good;
}

static enum ent_code fetch_files(struct source *self, struct ent_unit *unit)
{
    struct error error = ERROR_INIT;
    enum ent_code code = ENT_OK;
    if (!settle_pending(self, unit))
        return ENT_RETRY;
    if (!self->is_walking) {
        self->next = 0;
        if (!walk_gather(&self->walk, self->path, true, &error)) {
            walk_clear(&self->walk);
            return ent_fail(self->host, self->instance, ENT_RETRY, error.text);
        }
        self->is_walking = true;
    }
    if (self->next < self->walk.count) {
        bool is_done;
        code = read_batch(self, unit, self->walk.paths[self->next], &is_done);
        self->next += is_done;
    }
    if (self->next < self->walk.count) {
        self->host->next_fetch(unit, 0);
    } else {
        walk_clear(&self->walk);
        self->is_walking = false;
    }
    return code;
}

static enum ent_code source_fetch(void *context, struct ent_unit *unit)
{
    struct source *self = context;
    enum gdelt_table kind;
    if (self->path)
        return fetch_files(self, unit);
    bool is_table = gdelt_table_of_name(self->url, strlen(self->url), &kind);
    return harvest_request(self->harvest, unit, self->url, "*/*", is_table ? TAG_TABLE : TAG_LIST, true);
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
        .name = "gdelt",
        .version = ENT_VERSION,
        .licence = "Apache-2.0",
        .summary = "Reads the articles that GDELT 2 has seen",
        .flags = ENT_FOREIGN_INPUT,
        ENT_PLUGIN_OPTIONS(options),
        .ops = &ops,
    };
    return &plugin;
}
