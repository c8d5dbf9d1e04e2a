/* console: prints alerts for people on standard output. */
#include "lib/template/alert_values.h"
#include "lib/template/template.h"
#include "plugins/console/page.h"

#include <entente/plugin.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct console {
    const struct ent_host *host;
    struct ent_instance *instance;
    bool colour;
    struct template *template; /* NULL: the page */
};

static const struct ent_option options[] = {
    {.name = "colour",
     .type = ENT_OPTION_ENUM,
     .default_value = "auto",
     .choices = "auto|always|never",
     .help = "Whether to use colours; auto uses them on a terminal where NO_COLOR is not set."},
    {.name = "template",
     .type = ENT_OPTION_PATH,
     .flags = ENT_PATH_READ,
     .help = "File with the template of what is printed; see docs/templates.md."},
};

static bool wants_colour(const struct ent_host *host, struct ent_instance *instance)
{
    const char *choice = host->option_str(instance, "colour").data;
    if (choice && strcmp(choice, "auto") != 0)
        return strcmp(choice, "always") == 0;
    const char *no_color = getenv("NO_COLOR");
    return isatty(STDOUT_FILENO) && !(no_color && *no_color);
}

static void *console_create(const struct ent_host *host, struct ent_instance *instance)
{
    struct console *self = calloc(1, sizeof *self);
    if (!self) {
        host->error(instance, ent_text("no memory"));
        return NULL;
    }
    self->host = host;
    self->instance = instance;
    self->colour = wants_colour(host, instance);
    struct ent_str path = host->option_str(instance, "template");
    struct error error = ERROR_INIT;
    if (path.size > 0 && !(self->template = template_compile_file(path.data, TEMPLATE_PLAIN, &error))) {
        host->error(instance, ent_text(error.text));
        free(self);
        return NULL;
    }
    return self;
}

/* What a template makes of it, whose values lose their control characters; else the page. */
static void append_delivery(const struct console *self, struct buffer *text, struct record_view delivery)
{
    struct record_view alert;
    if (self->template) {
        struct error error = ERROR_INIT;
        json_t *values = alert_values(delivery, &error);
        text->failed = !values;
        if (values)
            template_render(self->template, values, text);
        json_decref(values);
        return;
    }
    page_append_title(text, delivery, self->colour);
    for (size_t i = 0; record_get_view(delivery, ENT_DELIVERY_ALERT, i, &alert); i++)
        page_append_alert(text, alert, self->colour);
}

static bool write_all(const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(STDOUT_FILENO, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

static void print_delivery(struct console *self, struct ent_unit *unit, size_t index)
{
    const struct ent_host *host = self->host;
    struct ent_str bytes = host->bytes(host->input(unit, index));
    struct buffer text = BUFFER_INIT;
    append_delivery(self, &text, record_view_of(bytes.data, bytes.size));
    if (text.failed)
        host->result(unit, index, ENT_RETRY, -1, ent_text("no memory for the text"));
    else if (!write_all(text.bytes, text.size))
        host->result(unit, index, ENT_RETRY, -1, ent_text("cannot write to standard output; is it closed?"));
    else
        host->result(unit, index, ENT_OK, -1, ent_text(NULL));
    buffer_free(&text);
}

static enum ent_code console_deliver(void *context, struct ent_unit *unit)
{
    struct console *self = context;
    for (size_t i = 0; i < self->host->input_count(unit); i++)
        print_delivery(self, unit, i);
    return ENT_OK;
}

static void console_destroy(void *context)
{
    struct console *self = context;
    template_destroy(self->template);
    free(self);
}

static const struct ent_ops ops = {
    .size = sizeof ops,
    .create = console_create,
    .deliver = console_deliver,
    .destroy = console_destroy,
};

const struct ent_plugin *ent_plugin_query(void)
{
    static const struct ent_plugin plugin = {
        ENT_PLUGIN_HEAD,
        .name = "console",
        .version = ENT_VERSION,
        .licence = "Apache-2.0",
        .summary = "Prints alerts for people on standard output",
        ENT_PLUGIN_OPTIONS(options),
        .ops = &ops,
    };
    return &plugin;
}
