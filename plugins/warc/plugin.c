/* warc: reads the news pages of web archives (.warc, .warc.gz), each an item.
 *
 * A fetch reads a bounded batch and asks for the next at once, until everything is read. How far each file was read is
 * kept in kv/1 with the items, under a digest of its path; a file that has grown is read on, a changed one anew. A
 * broken record ends its file, and is told. */
#include "lib/base/digest.h"
#include "lib/files/stamp.h"
#include "lib/files/walk.h"
#include "plugins/warc/page_item.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BATCH_ITEMS = 200, BATCH_RECORDS = 2000 };

struct archives {
    const struct ent_host *host;
    struct ent_instance *instance;
    const struct ent_kv_1 *kv;
    const struct ent_metrics_1 *metrics;
    const char *path;
    bool recursive;
    struct page_origin origin;
    struct walk walk;
    size_t next; /* of the walk */
    bool is_walking;
};

/* How far one file was read. */
struct progress {
    struct file_stamp stamp;
    struct warc_place place;
    int is_done; /* nothing more comes of it until it changes */
};

struct batch {
    struct ent_unit *unit;
    size_t items, records;
};

static const char *const endings[] = {".warc", ".warc.gz", NULL};

static const struct ent_option options[] = {
    {.name = "path",
     .type = ENT_OPTION_PATH,
     .flags = ENT_REQUIRED | ENT_PATH_READ,
     .help = "Web archive (.warc, .warc.gz), or folder of such files."},
    {.name = "recursive",
     .type = ENT_OPTION_BOOL,
     .default_value = "yes",
     .help = "Whether folders within the folder are read too."},
};

static const char *text_option(const struct ent_host *host, struct ent_instance *instance, const char *name)
{
    struct ent_str value = host->option_str(instance, name);
    return value.size > 0 ? value.data : NULL;
}

static void *archives_create(const struct ent_host *host, struct ent_instance *instance)
{
    struct archives *self = calloc(1, sizeof *self);
    if (!self) {
        host->error(instance, ent_text("no memory"));
        return NULL;
    }
    self->host = host;
    self->instance = instance;
    self->kv = ent_kv(host, instance);
    self->metrics = host->interface(instance, ENT_METRICS_1);
    self->path = text_option(host, instance, "path");
    self->recursive = host->option_int(instance, "recursive") != 0;
    self->walk.endings = endings;
    self->origin = (struct page_origin){.class = text_option(host, instance, "class"),
                                        .publisher = text_option(host, instance, "publisher"),
                                        .language = text_option(host, instance, "language")};
    return self;
}

static void archives_destroy(void *context)
{
    struct archives *self = context;
    walk_clear(&self->walk);
    free(self);
}

static void complain(struct archives *self, const char *path, const char *what, const char *why)
{
    char text[1400];
    snprintf(text, sizeof text, "%s: %s: %s", path, what, why);
    self->host->log(self->instance, ENT_LOG_WARNING, ent_text(text));
}

static void count(struct archives *self, const char *metric)
{
    if (self->metrics)
        self->metrics->count(self->instance, metric, 1);
}

/* ---- what was read ---- */

static struct progress progress_get(struct archives *self, struct ent_unit *unit, const char *path)
{
    char key[DIGEST_HEX_SIZE];
    struct ent_str value;
    struct progress progress = {.stamp = FILE_STAMP_NONE};
    digest_texts(key, "archive", path, NULL);
    if (self->kv && self->kv->get(unit, ent_text(key), &value) &&
        sscanf(value.data, "%" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNu64 " %" SCNu64 " %d", &progress.stamp.size,
               &progress.stamp.modified, &progress.stamp.inode, &progress.place.offset, &progress.place.skip,
               &progress.is_done) != 6)
        progress = (struct progress){.stamp = FILE_STAMP_NONE};
    return progress;
}

static bool progress_put(struct archives *self, struct ent_unit *unit, const char *path,
                         const struct progress *progress)
{
    char key[DIGEST_HEX_SIZE], value[120];
    digest_texts(key, "archive", path, NULL);
    snprintf(value, sizeof value, "%" PRId64 " %" PRId64 " %" PRId64 " %" PRIu64 " %" PRIu64 " %d", progress->stamp.size,
             progress->stamp.modified, progress->stamp.inode, progress->place.offset, progress->place.skip, progress->is_done);
    return !self->kv || self->kv->put(unit, ent_text(key), ent_text(value)) == 0;
}

/* ---- one file ---- */

static int64_t read_at(void *context, uint64_t offset, void *bytes, size_t size)
{
    const int *descriptor = context;
    ssize_t got;
    do
        got = pread(*descriptor, bytes, size, (off_t)offset);
    while (got < 0 && errno == EINTR);
    return got;
}

/* False: the unit must end here. */
static bool take_record(struct archives *self, struct batch *batch, const struct warc_record *record)
{
    struct ent_record *item = NULL;
    struct error error = ERROR_INIT;
    switch (page_item_make(self->host, self->instance, &self->origin, record, &item, &error)) {
    case PAGE_ITEM:
        batch->items--;
        return self->host->emit(batch->unit, 0, item) == 0;
    case PAGE_LEFT_OUT:
        self->host->log(self->instance, ENT_LOG_DEBUG, ent_text(error.text));
        count(self, "pages_left_out");
        break;
    case PAGE_NO_PAGE:
        break;
    }
    return true;
}

/* Reads on from now->place while the batch lasts. True where the file is done with. */
static bool read_records(struct archives *self, struct batch *batch, const char *path, int descriptor,
                         struct progress *now, bool *is_good)
{
    struct error error = ERROR_INIT;
    struct warc_record record = {.is_too_large = false};
    struct warc *warc = warc_open(read_at, &descriptor, &now->place, &error);
    enum warc_outcome outcome = warc ? WARC_RECORD : WARC_BAD;
    while (outcome == WARC_RECORD && *is_good && batch->items > 0 && batch->records > 0 &&
           !self->host->cancelled(batch->unit)) {
        outcome = warc_next(warc, &record, &error);
        if (outcome != WARC_RECORD)
            break;
        batch->records--;
        *is_good = take_record(self, batch, &record);
        now->place = warc_place(warc);
    }
    if (outcome == WARC_BAD) {
        complain(self, path, "read no further", error.text);
        count(self, "bad_archives");
    }
    warc_record_clear(&record);
    warc_close(warc);
    return outcome != WARC_RECORD;
}

static bool read_file(struct archives *self, struct batch *batch, const char *path, bool *is_good)
{
    struct stat status;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0 || fstat(descriptor, &status) != 0) {
        complain(self, path, "cannot be read", strerror(errno));
        if (descriptor >= 0)
            close(descriptor);
        return true;
    }
    struct progress then = progress_get(self, batch->unit, path);
    struct progress now = {.stamp = file_stamp_of(&status)};
    bool is_same = file_stamp_equal(&then.stamp, &now.stamp);
    if (is_same || file_stamp_has_grown(&then.stamp, &now.stamp))
        now.place = then.place;
    self->origin.archive = path;
    if (is_same && then.is_done) {
        close(descriptor);
        return true;
    }
    now.is_done = read_records(self, batch, path, descriptor, &now, is_good);
    if (*is_good)
        *is_good = progress_put(self, batch->unit, path, &now);
    close(descriptor);
    return now.is_done;
}

/* ---- the fetch ---- */

static enum ent_code read_batch(struct archives *self, struct batch *batch)
{
    while (self->next < self->walk.count) {
        if (batch->items == 0 || batch->records == 0 || self->host->cancelled(batch->unit)) {
            self->host->next_fetch(batch->unit, 0);
            return ENT_OK;
        }
        bool is_good = true;
        bool is_done = read_file(self, batch, self->walk.paths[self->next], &is_good);
        if (!is_good)
            return ENT_RETRY;
        self->next += is_done;
    }
    walk_clear(&self->walk);
    self->is_walking = false;
    return ENT_OK;
}

static enum ent_code archives_fetch(void *context, struct ent_unit *unit)
{
    struct archives *self = context;
    struct batch batch = {unit, BATCH_ITEMS, BATCH_RECORDS};
    struct error error = ERROR_INIT;
    if (!self->is_walking) {
        self->next = 0;
        if (!walk_gather(&self->walk, self->path, self->recursive, &error)) {
            walk_clear(&self->walk);
            return ent_fail(self->host, self->instance, ENT_RETRY, error.text);
        }
        self->is_walking = true;
    }
    enum ent_code code = read_batch(self, &batch);
    if (code != ENT_OK) {
        walk_clear(&self->walk);
        self->is_walking = false;
    }
    return code;
}

static const struct ent_ops ops = {
    .size = sizeof ops,
    .create = archives_create,
    .fetch = archives_fetch,
    .destroy = archives_destroy,
};

const struct ent_plugin *ent_plugin_query(void)
{
    static const struct ent_plugin plugin = {
        ENT_PLUGIN_HEAD,
        .name = "warc",
        .version = ENT_VERSION,
        .licence = "Apache-2.0",
        .summary = "Reads the news pages of web archives",
        .flags = ENT_FOREIGN_INPUT,
        ENT_PLUGIN_OPTIONS(options),
        .ops = &ops,
    };
    return &plugin;
}
