/* atom: keeps a file with the latest alerts as an Atom feed, for feed readers and web servers.
 *
 * The entries are kept in kv/1 with the deliveries that they are made of; the file is written anew beside itself and
 * renamed, so a reader never sees half of it. A delivery that comes again takes its own entry's place. */
#include "plugins/atom/entries.h"

#include <entente/plugin.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct sink {
    const struct ent_host *host;
    struct ent_instance *instance;
    const struct ent_kv_1 *kv;
    const char *path, *title, *template_path;
    size_t most;
};

static const struct ent_option options[] = {
    {.name = "path",
     .type = ENT_OPTION_PATH,
     .flags = ENT_REQUIRED | ENT_PATH_WRITE | ENT_PATH_BESIDE,
     .help = "The feed's file, written anew with every alert."},
    {.name = "title", .type = ENT_OPTION_STRING, .default_value = "Entente alerts", .help = "The feed's title."},
    {.name = "entries",
     .type = ENT_OPTION_INT,
     .default_value = "100",
     .min = "1",
     .max = "200",
     .help = "How many alerts it holds."},
    {.name = "template",
     .type = ENT_OPTION_PATH,
     .flags = ENT_PATH_READ,
     .help = "File with the template of an entry; see docs/templates.md."},
};

static const char *text_option(const struct ent_host *host, struct ent_instance *instance, const char *name)
{
    struct ent_str value = host->option_str(instance, name);
    return value.size > 0 ? value.data : NULL;
}

static void *sink_create(const struct ent_host *host, struct ent_instance *instance)
{
    struct sink *self = calloc(1, sizeof *self);
    struct error error = ERROR_INIT;
    if (!self) {
        host->error(instance, ent_text("no memory"));
        return NULL;
    }
    *self = (struct sink){.host = host,
                          .instance = instance,
                          .kv = ent_kv(host, instance),
                          .path = text_option(host, instance, "path"),
                          .title = text_option(host, instance, "title"),
                          .template_path = text_option(host, instance, "template"),
                          .most = (size_t)host->option_int(instance, "entries")};
    struct entries *entries = entries_create("", 0, self->most, self->template_path, &error);
    if (entries) {
        entries_destroy(entries);
        return self;
    }
    host->error(instance, ent_text(error.text));
    free(self);
    return NULL;
}

static void sink_destroy(void *context)
{
    free(context);
}

static bool write_all(int descriptor, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(descriptor, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

static bool replace_file(const char *path, const struct buffer *text, struct error *error)
{
    struct buffer beside = BUFFER_INIT;
    buffer_printf(&beside, "%s.new", path);
    int descriptor = beside.failed ? -1 : open(beside.bytes, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    bool is_written = descriptor >= 0 && write_all(descriptor, text->bytes, text->size) && fsync(descriptor) == 0;
    int cause = errno;
    if (descriptor >= 0 && close(descriptor) != 0 && is_written) {
        is_written = false;
        cause = errno;
    }
    if (is_written && rename(beside.bytes, path) != 0) {
        is_written = false;
        cause = errno;
    }
    buffer_free(&beside);
    return is_written || error_set_errno(error, cause, "%s", path);
}

static bool add_deliveries(struct sink *self, struct ent_unit *unit, struct entries *entries, struct error *error)
{
    for (size_t i = 0; i < self->host->input_count(unit); i++) {
        struct ent_str bytes = self->host->bytes(self->host->input(unit, i));
        if (!entries_add(entries, record_view_of(bytes.data, bytes.size), error))
            return false;
    }
    return true;
}

static bool write_feed(struct sink *self, struct ent_unit *unit, const struct entries *entries, struct error *error)
{
    const struct ent_clock_1 *clock = ent_clock(self->host, self->instance);
    struct buffer kept = BUFFER_INIT, feed = BUFFER_INIT;
    char id[200];
    snprintf(id, sizeof id, "urn:entente:%s", self->host->instance_name(self->instance));
    entries_keep(entries, &kept);
    entries_write(entries, id, self->title ? self->title : "", clock ? clock->now(self->instance) : 0, &feed);
    bool is_good = !kept.failed && !feed.failed;
    if (!is_good)
        error_set(error, ERROR_MEMORY, "no memory for the feed");
    is_good = is_good && replace_file(self->path, &feed, error);
    if (is_good && self->kv && self->kv->put(unit, ent_text("entries"), ent_bytes(kept.bytes, kept.size)) != 0)
        is_good = error_set(error, ERROR_LIMIT, "the entries are too large to be kept; set `entries` lower");
    buffer_free(&kept);
    buffer_free(&feed);
    return is_good;
}

static enum ent_code sink_deliver(void *context, struct ent_unit *unit)
{
    struct sink *self = context;
    struct error error = ERROR_INIT;
    struct ent_str kept = {"", 0};
    if (self->kv)
        self->kv->get(unit, ent_text("entries"), &kept);
    struct entries *entries =
        entries_create(kept.data ? kept.data : "", kept.size, self->most, self->template_path, &error);
    bool is_good = entries && add_deliveries(self, unit, entries, &error);
    if (is_good)
        entries_fit(entries, ENT_KV_VALUE_MAX);
    is_good = is_good && write_feed(self, unit, entries, &error);
    entries_destroy(entries);
    return is_good ? ENT_OK : ent_fail(self->host, self->instance, ENT_RETRY, error.text);
}

static const struct ent_ops ops = {
    .size = sizeof ops,
    .create = sink_create,
    .deliver = sink_deliver,
    .destroy = sink_destroy,
};

const struct ent_plugin *ent_plugin_query(void)
{
    static const struct ent_plugin plugin = {
        ENT_PLUGIN_HEAD,
        .name = "atom",
        .version = ENT_VERSION,
        .licence = "Apache-2.0",
        .summary = "Keeps an Atom feed of the latest alerts in a file",
        ENT_PLUGIN_OPTIONS(options),
        .ops = &ops,
    };
    return &plugin;
}
