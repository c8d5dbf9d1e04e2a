/* jsonl: appends each alert as one line of JSON to a file, and makes it durable before it says OK.
 *
 * A delivery that comes again after a crash is not written twice: with each unit the plugin keeps in kv/1 where the
 * last few thousand lines begin, and after a restart reads the ids of those lines back. The size up to which all is
 * settled would not do: after a crash deliveries are tried one by one, and the first of them that is settled says
 * nothing of the others behind it. */
#include "plugins/jsonl/line.h"
#include "plugins/jsonl/output.h"

#include <entente/plugin.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct jsonl {
    const struct ent_host *host;
    struct ent_instance *instance;
    const struct ent_kv_1 *kv;
    struct output output;
    struct lines *lines;
};

static const char anchor_key[] = "anchor", begun_key[] = "begun";

static const struct ent_option options[] = {
    {.name = "path",
     .type = ENT_OPTION_PATH,
     .flags = ENT_REQUIRED | ENT_PATH_WRITE | ENT_PATH_BESIDE,
     .help = "File that alerts are appended to, one line of JSON each."},
    {.name = "template",
     .type = ENT_OPTION_PATH,
     .flags = ENT_PATH_READ | ENT_PATH_CONTENT,
     .help = "File with the template of a line (a JSON object; see docs/templates.md), behind the delivery's id, which "
             "always "
             "stands first; by itself the alert's own JSON."},
    {.name = "rotate_size",
     .type = ENT_OPTION_SIZE,
     .default_value = "0",
     .help = "From this size on the file is moved to PATH.1, the one before to PATH.2 and so on; 0 for never."},
    {.name = "rotate_after",
     .type = ENT_OPTION_DURATION,
     .default_value = "0",
     .help = "The same for a file that was begun so long ago; 0 for never."},
    {.name = "keep",
     .type = ENT_OPTION_INT,
     .default_value = "10",
     .min = "1",
     .max = "1000",
     .help = "How many files that were moved are kept."},
};

static void *jsonl_create(const struct ent_host *host, struct ent_instance *instance)
{
    struct jsonl *self = calloc(1, sizeof *self);
    if (!self) {
        host->error(instance, ent_text("no memory"));
        return NULL;
    }
    self->host = host;
    self->instance = instance;
    self->kv = ent_kv(host, instance);
    self->output.path = host->option_str(instance, "path").data;
    self->output.descriptor = -1;
    struct ent_str template_path = host->option_str(instance, "template");
    struct error error = ERROR_INIT;
    self->lines = lines_create(template_path.size ? template_path.data : NULL, &error);
    if (!self->lines) {
        host->error(instance, ent_text(error.text));
        free(self);
        return NULL;
    }
    return self;
}

static void jsonl_destroy(void *context)
{
    struct jsonl *self = context;
    output_close(&self->output);
    lines_destroy(self->lines);
    free(self);
}

static int64_t get_number(struct jsonl *self, struct ent_unit *unit, const char *key)
{
    struct ent_str value;
    if (!self->kv || !self->kv->get(unit, ent_text(key), &value))
        return 0;
    return strtoll(value.data, NULL, 10);
}

static void put_number(struct jsonl *self, struct ent_unit *unit, const char *key, int64_t number)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, number);
    if (self->kv)
        self->kv->put(unit, ent_text(key), ent_text(text));
}

/* The lines of one delivery, appended to `lines`, without those that stand in the file already: of a digest, a crash
 * may have left the first ones. *line_count grows by their number. */
static bool add_delivery(struct jsonl *self, struct buffer *lines, const struct ent_record *record, size_t *line_count,
                         struct error *error)
{
    struct ent_str bytes = self->host->bytes(record);
    struct record_view delivery = record_view_of(bytes.data, bytes.size);
    const char *id = record_text(delivery, ENT_DELIVERY_ID);
    size_t count;
    if (!id)
        return true;
    size_t first = strlen(id) == RECENT_ID_SIZE ? recent_lines(&self->output.recent, id) : 0;
    bool ok = lines_add(self->lines, delivery, first, lines, &count, error);
    *line_count += count;
    return ok;
}

static void remember_deliveries(struct jsonl *self, struct ent_unit *unit)
{
    for (size_t i = 0; i < self->host->input_count(unit); i++) {
        const struct ent_record *delivery = self->host->input(unit, i);
        struct ent_str id = ent_get_str(self->host, delivery, ENT_DELIVERY_ID);
        size_t lines = self->host->count(delivery, ENT_DELIVERY_ALERT);
        while (id.size == RECENT_ID_SIZE && recent_lines(&self->output.recent, id.data) < lines)
            recent_add(&self->output.recent, id.data);
    }
}

static bool is_full(struct jsonl *self, struct ent_unit *unit, int64_t now)
{
    int64_t size = self->host->option_int(self->instance, "rotate_size");
    int64_t age = self->host->option_int(self->instance, "rotate_after"), begun = get_number(self, unit, begun_key);
    int64_t present = output_size(&self->output);
    return present > 0 && ((size > 0 && present >= size) || (age > 0 && begun > 0 && now - begun >= age));
}

/* Holds the file for writing, a new one where the last is full. */
static bool hold(struct jsonl *self, struct ent_unit *unit, size_t *cut_bytes, struct error *error)
{
    const struct ent_clock_1 *clock = ent_clock(self->host, self->instance);
    int64_t now = clock ? clock->now(self->instance) : 0;
    size_t ignored;
    if (!output_hold(&self->output, get_number(self, unit, anchor_key), cut_bytes, error))
        return false;
    if (is_full(self, unit, now)) {
        if (!output_rotate(&self->output, (int)self->host->option_int(self->instance, "keep"), error) ||
            !output_hold(&self->output, 0, &ignored, error)) {
            output_let_go(&self->output);
            return false;
        }
    }
    if (output_size(&self->output) == 0 || get_number(self, unit, begun_key) == 0)
        put_number(self, unit, begun_key, now);
    return true;
}

static enum ent_code write_unit(struct jsonl *self, struct ent_unit *unit)
{
    struct buffer lines = BUFFER_INIT;
    struct error error = ERROR_INIT;
    size_t line_count = 0;
    bool is_good = true;
    for (size_t i = 0; is_good && i < self->host->input_count(unit); i++)
        is_good = add_delivery(self, &lines, self->host->input(unit, i), &line_count, &error);
    is_good =
        is_good && (lines.size == 0 || output_append_lines(&self->output, lines.bytes, lines.size, line_count, &error));
    buffer_free(&lines);
    if (!is_good)
        return ent_fail(self->host, self->instance, error.kind == ERROR_CONFIG ? ENT_CONFIG : ENT_RETRY, error.text);
    remember_deliveries(self, unit);
    put_number(self, unit, anchor_key, output_anchor(&self->output));
    return ENT_OK;
}

static enum ent_code jsonl_deliver(void *context, struct ent_unit *unit)
{
    struct jsonl *self = context;
    struct error error = ERROR_INIT;
    size_t cut_bytes;
    if (!hold(self, unit, &cut_bytes, &error))
        return ent_fail(self->host, self->instance, error.kind == ERROR_CONFIG ? ENT_CONFIG : ENT_RETRY, error.text);
    if (cut_bytes > 0) {
        char text[1100];
        snprintf(text, sizeof text, "%s: cut off an unfinished last line of %zu bytes; its alert is written again",
                 self->output.path, cut_bytes);
        self->host->log(self->instance, ENT_LOG_WARNING, ent_text(text));
    }
    enum ent_code code = write_unit(self, unit);
    output_let_go(&self->output);
    return code;
}

static const struct ent_ops ops = {
    .size = sizeof ops,
    .create = jsonl_create,
    .deliver = jsonl_deliver,
    .destroy = jsonl_destroy,
};

const struct ent_plugin *ent_plugin_query(void)
{
    static const struct ent_plugin plugin = {
        ENT_PLUGIN_HEAD,
        .name = "jsonl",
        .version = ENT_VERSION,
        .licence = "Apache-2.0",
        .summary = "Appends alerts to a file, one line of JSON each",
        ENT_PLUGIN_OPTIONS(options),
        .ops = &ops,
    };
    return &plugin;
}
