/* files: reads articles from files, for archives, back-fill and drop folders: .txt, .html, .eml, and .jsonl with one
 * article a line.
 *
 * A fetch reads a bounded batch and asks for the next at once, until everything is read; what was read is
 * remembered with the same unit in kv/1, under a digest of the file's path: its size, time and inode, how far it was
 * read, and how many lines that was. A file that has grown is read on, one that was changed otherwise is read anew.
 *
 * Between two walks over everything, `interval` apart, inotify is asked every two seconds whether a walk is worth it.
 */
#include "lib/base/digest.h"
#include "lib/files/stamp.h"
#include "lib/files/walk.h"
#include "lib/record/record.h"
#include "lib/text/url.h"
#include "plugins/files/document.h"
#include "plugins/files/watch.h"

#include <entente/plugin.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    BATCH_ITEMS = 500,
    BATCH_BYTES = 16 * 1024 * 1024,
    FILE_SIZE_MAX = 32 * 1024 * 1024, /* of a text or page */
    LINE_SIZE_MAX = 16 * 1024 * 1024,
    SETTLED_MS = 10 * 1000,
    LOOK_MS = 2 * 1000, /* between looks whether something changed */
    NOT_READ = -1       /* as a progress's offset: nothing of the file is known, so it is tried again */
};

struct files {
    const struct ent_host *host;
    struct ent_instance *instance;
    const struct ent_kv_1 *kv;
    const struct ent_metrics_1 *metrics;
    const char *path;
    const char *class, *publisher, *language; /* NULL: not given */
    bool recursive;
    bool splits; /* newsletters into their articles */
    struct walk walk;
    size_t next; /* of the walk */
    bool is_walking;
    struct watch *watch;             /* NULL: not wanted, or not to be had */
    int64_t interval_ms, walk_after; /* monotonic: when to walk even where nothing was seen */
};

/* How far one file was read. */
struct progress {
    struct file_stamp stamp;
    int64_t offset, lines;
    bool is_told; /* as it is, it could not be read before; not kept */
};

/* What one fetch has left. */
struct batch {
    struct ent_unit *unit;
    size_t items, bytes;
};

static const char *const endings[] = {".txt", ".html", ".htm", ".eml", ".jsonl", NULL};

static const struct ent_option options[] = {
    {.name = "path",
     .type = ENT_OPTION_PATH,
     .flags = ENT_REQUIRED | ENT_PATH_READ,
     .help = "File (.txt, .html, .eml, .jsonl), or folder of such files."},
    {.name = "recursive",
     .type = ENT_OPTION_BOOL,
     .default_value = "yes",
     .help = "Whether folders within the folder are read too."},
    {.name = "digest",
     .type = ENT_OPTION_ENUM,
     .choices = "auto|no",
     .default_value = "auto",
     .help = "Whether a newsletter (.eml) that lists several linked articles becomes an item for each."},
    {.name = "watch",
     .type = ENT_OPTION_BOOL,
     .default_value = "yes",
     .help = "Whether changes are read within seconds instead of at the next interval."},
};

static const char *text_option(const struct ent_host *host, struct ent_instance *instance, const char *name)
{
    struct ent_str value = host->option_str(instance, name);
    return value.size > 0 ? value.data : NULL;
}

/* A system without inotify, or with no watches left, is still read at every interval. */
static void stop_watching(struct files *self, const char *why)
{
    char text[400];
    snprintf(text, sizeof text, "%s; changes will be seen at each interval only", why);
    self->host->log(self->instance, ENT_LOG_WARNING, ent_text(text));
    watch_destroy(self->watch);
    self->watch = NULL;
}

static void watch_folder(void *context, const char *folder)
{
    struct files *self = context;
    struct error error = ERROR_INIT;
    if (self->watch && !watch_add(self->watch, folder, &error))
        stop_watching(self, error.text);
}

static void start_watching(struct files *self)
{
    struct error error = ERROR_INIT;
    if (!self->host->option_int(self->instance, "watch"))
        return;
    self->watch = watch_create(&error);
    if (!self->watch)
        stop_watching(self, error.text);
    self->walk.on_folder = watch_folder;
    self->walk.context = self;
}

static void *files_create(const struct ent_host *host, struct ent_instance *instance)
{
    struct files *self = calloc(1, sizeof *self);
    if (!self) {
        host->error(instance, ent_text("no memory"));
        return NULL;
    }
    self->host = host;
    self->instance = instance;
    self->kv = ent_kv(host, instance);
    self->metrics = host->interface(instance, ENT_METRICS_1);
    self->path = text_option(host, instance, "path");
    self->walk.endings = endings;
    self->class = text_option(host, instance, "class");
    self->publisher = text_option(host, instance, "publisher");
    self->language = text_option(host, instance, "language");
    self->splits = strcmp(host->option_str(instance, "digest").data, "no") != 0;
    self->recursive = host->option_int(instance, "recursive") != 0;
    self->interval_ms = host->option_int(instance, "interval");
    start_watching(self);
    return self;
}

static void files_destroy(void *context)
{
    struct files *self = context;
    walk_clear(&self->walk);
    watch_destroy(self->watch);
    free(self);
}

static void complain(struct files *self, const char *path, int64_t line, const char *why)
{
    char text[1400];
    if (line > 0)
        snprintf(text, sizeof text, "%s:%" PRId64 ": line left out: %s", path, line, why);
    else
        snprintf(text, sizeof text, "%s: left out: %s", path, why);
    self->host->log(self->instance, ENT_LOG_WARNING, ent_text(text));
    if (self->metrics)
        self->metrics->count(self->instance, line > 0 ? "bad_lines" : "bad_files", 1);
}

/* ---- what was read ---- */

static void progress_key(char key[DIGEST_HEX_SIZE], const char *path)
{
    digest_texts(key, "file", path, NULL);
}

static struct progress progress_get(struct files *self, struct ent_unit *unit, const char *path)
{
    char key[DIGEST_HEX_SIZE];
    struct ent_str value;
    struct progress progress = {.stamp = FILE_STAMP_NONE};
    progress_key(key, path);
    if (self->kv && self->kv->get(unit, ent_text(key), &value) &&
        sscanf(value.data, "%" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64, &progress.stamp.size,
               &progress.stamp.modified, &progress.stamp.inode, &progress.offset, &progress.lines) != 5)
        progress = (struct progress){.stamp = FILE_STAMP_NONE};
    return progress;
}

static void progress_put(struct files *self, struct ent_unit *unit, const char *path, const struct progress *progress)
{
    char key[DIGEST_HEX_SIZE], text[120];
    progress_key(key, path);
    snprintf(text, sizeof text, "%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64, progress->stamp.size,
             progress->stamp.modified, progress->stamp.inode, progress->offset, progress->lines);
    if (self->kv)
        self->kv->put(unit, ent_text(key), ent_text(text));
}

/* Not by its own fault: rights may be mended, disks too, and what is kept from this process only may be given to the next. */
static void note_unread(struct files *self, const char *path, struct progress *now, const char *why)
{
    if (!now->is_told)
        complain(self, path, 0, why);
    now->offset = NOT_READ;
}

static void note_unopened(struct files *self, const char *path, struct progress *now, int problem)
{
    char text[300];
    snprintf(text, sizeof text, "cannot open it: %s%s", strerror(problem),
             problem == EACCES ? "; in a sandbox also where it took the place of a file that `path` names: name their folder, or "
                                 "set isolate = process"
                               : "");
    note_unread(self, path, now, text);
}

/* ---- emitting ---- */

static bool emit_document(struct files *self, struct batch *batch, const char *path, const char *guid,
                          const struct document *document)
{
    const struct ent_host *host = self->host;
    struct ent_builder *item = host->build(self->instance, ENT_ITEM);
    struct buffer address = BUFFER_INIT, domain = BUFFER_INIT;
    if (!item)
        return false;
    buffer_printf(&address, "file://%s", path);
    bool has_domain = document->url.size > 0 && !document->is_url_foreign &&
                      url_publisher_domain(&domain, document->url.bytes, document->url.size);
    ent_put_text(host, item, ENT_ITEM_GUID, guid);
    ent_put_text(host, item, ENT_ITEM_URL, document->url.bytes);
    ent_put_text(host, item, ENT_ITEM_TITLE, document->title.bytes);
    ent_put_text(host, item, ENT_ITEM_BODY, document->body.bytes);
    ent_put_text(host, item, ENT_ITEM_AUTHOR, document->author.bytes);
    if (document->has_published) {
        host->put_time(item, ENT_ITEM_PUBLISHED, document->published);
        host->put_int(item, ENT_ITEM_PUBLISHED_OFFSET, document->offset_minutes);
        ent_put_text(host, item, ENT_ITEM_PUBLISHED_PRECISION, document->precision);
    }
    ent_put_text(host, item, ENT_ITEM_LANGUAGE, document->language.size ? document->language.bytes : self->language);
    ent_put_text(host, item, ENT_ITEM_PUBLISHER,
                 has_domain        ? domain.bytes
                 : self->publisher ? self->publisher
                                   : document->publisher.bytes);
    ent_put_text(host, item, ENT_ITEM_CLASS, self->class);
    ent_put_text(host, item, ENT_ITEM_FETCH_URL, address.bytes);
    buffer_free(&address);
    buffer_free(&domain);
    struct ent_record *record = host->seal(item);
    if (!record || host->emit(batch->unit, 0, record) != 0)
        return false;
    size_t size = document->title.size + document->body.size;
    batch->items -= batch->items > 0; /* a newsletter's items come together */
    batch->bytes -= size < batch->bytes ? size : batch->bytes;
    return true;
}

/* ---- texts and pages ---- */

/* The file's first `size` bytes. Closes `descriptor`. */
static char *read_whole(int descriptor, size_t size, struct error *error)
{
    char *bytes = malloc(size + 1);
    size_t have = 0;
    ssize_t got = 1;
    while (bytes && have < size && got > 0) {
        got = read(descriptor, bytes + have, size - have);
        have += got > 0 ? (size_t)got : 0;
        got = got < 0 && errno == EINTR ? 1 : got;
    }
    if (!bytes)
        error_set(error, ERROR_MEMORY, "no memory for its %zu bytes", size);
    else if (have < size && got < 0)
        error_set_errno(error, errno, "cannot read");
    else if (have < size)
        error_set(error, ERROR_INPUT, "it became shorter while it was read");
    close(descriptor);
    if (bytes && have == size)
        return bytes;
    free(bytes);
    return NULL;
}

static bool ends_in(const char *path, const char *ending)
{
    size_t size = strlen(path), ending_size = strlen(ending);
    return size >= ending_size && strcasecmp(path + size - ending_size, ending) == 0;
}

typedef bool (*document_reader)(struct document *document, const char *bytes, size_t size, struct error *error);

static document_reader reader_of(const char *path)
{
    return ends_in(path, ".txt") ? document_from_text : ends_in(path, ".eml") ? document_from_mail : document_from_html;
}

static bool emit_stories(struct files *self, struct batch *batch, const char *path, const char *guid,
                         struct document *document)
{
    bool is_emitted = true;
    for (size_t i = 0; is_emitted && i < document->digest.count; i++) {
        struct buffer id = BUFFER_INIT;
        buffer_printf(&id, "%s#%zu", guid, i + 1);
        document_take_story(document, i);
        is_emitted = emit_document(self, batch, path, id.bytes, document);
        buffer_free(&id);
    }
    return is_emitted;
}

/* False: the unit must end here, its text is set. */
static bool read_document(struct files *self, struct batch *batch, const char *path, struct progress *now)
{
    struct document document = {0};
    struct error error = ERROR_INIT;
    struct buffer guid = BUFFER_INIT;
    char *bytes = NULL;
    bool is_read = false, is_emitted = true;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        note_unopened(self, path, now, errno);
        return true;
    }
    if (now->stamp.size > FILE_SIZE_MAX) {
        error_set(&error, ERROR_LIMIT, "larger than %d bytes", FILE_SIZE_MAX);
        close(descriptor);
    } else if ((bytes = read_whole(descriptor, (size_t)now->stamp.size, &error))) {
        is_read = reader_of(path)(&document, bytes, (size_t)now->stamp.size, &error);
    }
    if (document.id.size > 0)
        buffer_append(&guid, document.id.bytes, document.id.size);
    else
        buffer_printf(&guid, "file://%s", path);
    if (is_read && self->splits && document.digest.count > 0)
        is_emitted = emit_stories(self, batch, path, guid.bytes, &document);
    else if (is_read)
        is_emitted = emit_document(self, batch, path, guid.bytes, &document);
    else if (error.kind != ERROR_SYSTEM && error.kind != ERROR_MEMORY)
        complain(self, path, 0, error.text);
    now->offset = now->stamp.size;
    if (!is_read && (error.kind == ERROR_SYSTEM || error.kind == ERROR_MEMORY))
        note_unread(self, path, now, error.text);
    free(bytes);
    buffer_free(&guid);
    document_clear(&document);
    return is_emitted;
}

/* ---- JSON lines ---- */

static bool read_line(struct files *self, struct batch *batch, const char *path, int64_t number, const char *line,
                      size_t size)
{
    struct document document = {0};
    struct error error = ERROR_INIT;
    struct buffer guid = BUFFER_INIT;
    bool is_emitted = true;
    if (!document_from_json(&document, line, size, &error)) {
        complain(self, path, number, error.text);
    } else {
        if (document.id.size > 0)
            buffer_printf(&guid, "file://%s#%s", path, document.id.bytes);
        is_emitted = emit_document(self, batch, path, guid.bytes, &document);
    }
    buffer_free(&guid);
    document_clear(&document);
    return is_emitted;
}

static bool is_blank(const char *line, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r')
            return false;
    return true;
}

/* The next line into `line`, without its line feed; of one longer than LINE_SIZE_MAX only that much. *consumed: bytes
 * of the file; 0 at its end. *is_whole: it ended in a line feed. */
static void next_line(FILE *file, struct buffer *line, int64_t *consumed, bool *is_whole)
{
    char run[4096];
    size_t held = 0;
    int byte;
    buffer_clear(line);
    *consumed = 0;
    *is_whole = false;
    while (!*is_whole && (byte = getc_unlocked(file)) != EOF) {
        ++*consumed;
        *is_whole = byte == '\n';
        if (*is_whole || line->size + held > LINE_SIZE_MAX)
            continue;
        run[held++] = (char)byte;
        if (held == sizeof run) {
            buffer_append(line, run, held);
            held = 0;
        }
    }
    buffer_append(line, run, held);
}

static bool take_line(struct files *self, struct batch *batch, const char *path, const struct buffer *line,
                      struct progress *now)
{
    now->lines++;
    if (line->failed || line->size > LINE_SIZE_MAX) {
        complain(self, path, now->lines, line->failed ? "no memory for it" : "longer than 16 MiB");
        return true;
    }
    return is_blank(line->bytes, line->size) || read_line(self, batch, path, now->lines, line->bytes, line->size);
}

/* Whether a last line without its line feed is all there, or is still being written. */
static bool is_complete_line(const struct buffer *line)
{
    struct document document = {0};
    bool is_complete = !line->failed && document_from_json(&document, line->bytes, line->size, NULL);
    document_clear(&document);
    return is_complete;
}

/* Nobody writes half a line and goes on with it this much later. */
static bool is_settled(struct files *self, const struct progress *now)
{
    const struct ent_clock_1 *clock = ent_clock(self->host, self->instance);
    return !clock || clock->now(self->instance) - now->stamp.modified / 1000000 > SETTLED_MS;
}

/* Reads from now->offset while the batch lasts. */
static bool read_lines(struct files *self, struct batch *batch, const char *path, struct progress *now)
{
    FILE *file = fopen(path, "re");
    if (!file || fseeko(file, now->offset, SEEK_SET) != 0) {
        note_unopened(self, path, now, errno);
        if (file)
            fclose(file);
        return true;
    }
    struct buffer line = BUFFER_INIT;
    bool is_good = true, is_whole;
    int64_t consumed;
    while (is_good && batch->items > 0 && batch->bytes > 0 && !self->host->cancelled(batch->unit)) {
        next_line(file, &line, &consumed, &is_whole);
        if (consumed == 0 || (!is_whole && !is_complete_line(&line) && !is_settled(self, now)))
            break;
        is_good = take_line(self, batch, path, &line, now);
        now->offset += consumed;
    }
    if (ferror(file))
        complain(self, path, 0, "cannot be read to its end");
    buffer_free(&line);
    fclose(file);
    return is_good;
}

/* ---- the fetch ---- */

/* True where the file is done with; *is_good is false where the unit must end in failure. */
static bool read_file(struct files *self, struct batch *batch, const char *path, bool *is_good)
{
    struct stat status;
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
        return true;
    struct progress then = progress_get(self, batch->unit, path);
    struct progress now = {.stamp = file_stamp_of(&status)};
    bool is_lines = ends_in(path, ".jsonl"), is_same = file_stamp_equal(&then.stamp, &now.stamp);
    bool goes_on = is_same || (is_lines && file_stamp_has_grown(&then.stamp, &now.stamp));
    now.is_told = is_same && then.offset == NOT_READ;
    if (goes_on && then.offset != NOT_READ) {
        now.offset = then.offset;
        now.lines = then.lines;
    }
    if (is_same && now.offset >= now.stamp.size)
        return true;
    *is_good = is_lines ? read_lines(self, batch, path, &now) : read_document(self, batch, path, &now);
    if (*is_good)
        progress_put(self, batch->unit, path, &now);
    return now.offset >= now.stamp.size || now.offset == NOT_READ;
}

static enum ent_code read_batch(struct files *self, struct batch *batch)
{
    while (self->next < self->walk.count) {
        if (batch->items == 0 || batch->bytes == 0 || self->host->cancelled(batch->unit)) {
            self->host->next_fetch(batch->unit, 0);
            return ENT_OK;
        }
        bool is_good = true;
        const size_t items = batch->items;
        bool is_done = read_file(self, batch, self->walk.paths[self->next], &is_good);
        if (!is_good)
            return ENT_RETRY;
        /* A file that gives nothing more and yet has not come to its end is still being written. */
        if (is_done || batch->items == items)
            self->next++;
    }
    walk_clear(&self->walk);
    self->is_walking = false;
    return ENT_OK;
}

/* Whether there is reason to look through the files. A file whose last line is still being written changes again. */
static bool is_walk_due(struct files *self)
{
    const struct ent_clock_1 *clock = ent_clock(self->host, self->instance);
    int64_t now = clock ? clock->monotonic(self->instance) : 0;
    bool is_due = !self->watch || now >= self->walk_after;
    if (self->watch && watch_has_changes(self->watch))
        is_due = true;
    if (is_due)
        self->walk_after = now + self->interval_ms;
    return is_due;
}

static enum ent_code files_fetch(void *context, struct ent_unit *unit)
{
    struct files *self = context;
    struct batch batch = {unit, BATCH_ITEMS, BATCH_BYTES};
    struct error error = ERROR_INIT;
    if (!self->is_walking && !is_walk_due(self)) {
        self->host->next_fetch(unit, LOOK_MS);
        return ENT_OK;
    }
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
    } else if (!self->is_walking && self->watch) {
        self->host->next_fetch(unit, LOOK_MS);
    }
    return code;
}

static const struct ent_ops ops = {
    .size = sizeof ops,
    .create = files_create,
    .fetch = files_fetch,
    .destroy = files_destroy,
};

const struct ent_plugin *ent_plugin_query(void)
{
    static const struct ent_plugin plugin = {
        ENT_PLUGIN_HEAD,
        .name = "files",
        .version = ENT_VERSION,
        .licence = "Apache-2.0",
        .summary = "Reads articles from .txt, .html, .eml and .jsonl files",
        .flags = ENT_FOREIGN_INPUT,
        ENT_PLUGIN_OPTIONS(options),
        .ops = &ops,
    };
    return &plugin;
}
