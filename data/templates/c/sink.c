/* @NAME@, a sink: appends a line to a file for each alert, with the delivery's id before it. */
#include <entente/plugin.h>

#include <stdio.h>
#include <stdlib.h>

struct @ID@ {
    const struct ent_host *host;
    struct ent_instance *instance;
};

/* The host reads and checks what the user writes by this table, and prints help and samples from it. */
static const struct ent_option options[] = {
    {.name = "path", .type = ENT_OPTION_PATH, .flags = ENT_REQUIRED | ENT_PATH_WRITE, .help = "File to append to."},
};

static void *create(const struct ent_host *host, struct ent_instance *instance)
{
    struct @ID@ *self = calloc(1, sizeof *self);
    if (!self) {
        host->error(instance, ent_text("out of memory"));
        return NULL;
    }
    self->host = host;
    self->instance = instance;
    return self;
}

/* A delivery may come again after a crash; its id is then the same, so that a reader can tell. */
static void print_delivery(const struct @ID@ *self, struct ent_unit *unit, const struct ent_record *delivery, FILE *file)
{
    const struct ent_host *host = self->host;
    for (size_t i = 0; i < host->count(delivery, ENT_DELIVERY_ALERT); i++) {
        const struct ent_record *alert = host->get_rec(unit, delivery, ENT_DELIVERY_ALERT, i);
        struct ent_str id = ent_get_str(host, delivery, ENT_DELIVERY_ID);
        struct ent_str headline = alert ? ent_get_str(host, alert, ENT_ALERT_HEADLINE) : ent_text(NULL);
        fprintf(file, "%s %s\n", id.data ? id.data : "", headline.data ? headline.data : "");
    }
}

static enum ent_code deliver(void *context, struct ent_unit *unit)
{
    struct @ID@ *self = context;
    FILE *file = fopen(self->host->option_str(self->instance, "path").data, "ae");
    if (!file)
        return ent_fail(self->host, self->instance, ENT_RETRY, "path cannot be opened to append to it");
    for (size_t i = 0; i < self->host->input_count(unit); i++)
        print_delivery(self, unit, self->host->input(unit, i), file);
    /* Only what has reached the file is done. */
    int has_failed = ferror(file);
    if (fclose(file) != 0 || has_failed)
        return ent_fail(self->host, self->instance, ENT_RETRY, "path cannot be written to");
    return ENT_OK;
}

static void destroy(void *context)
{
    free(context);
}

static const struct ent_ops ops = {.size = sizeof ops, .create = create, .deliver = deliver, .destroy = destroy};

static const struct ent_plugin plugin = {ENT_PLUGIN_HEAD,
                                         .name = "@NAME@",
                                         .version = "0.1",
                                         .licence = "Apache-2.0",
                                         .summary = "Appends alerts to a file",
                                         ENT_PLUGIN_OPTIONS(options),
                                         .ops = &ops};

ENT_EXPORT const struct ent_plugin *ent_plugin_query(void)
{
    return &plugin;
}
