/* @NAME@, a sink: appends a line to a file for each alert, with the delivery's id before it. */
#include <entente/plugin.h>

#include <cstdio>
#include <new>

struct @ID@ {
    const struct ent_host *host;
    struct ent_instance *instance;
};

/* The host reads and checks what the user writes by this table, and prints help and samples from it. */
static const struct ent_option options[] = {
    {"path", ENT_OPTION_PATH, ENT_REQUIRED | ENT_PATH_WRITE, nullptr, nullptr, nullptr, nullptr, nullptr, "File to append to.", nullptr},
};

/* No exception may leave a callback: the host is C. */
static void *create(const struct ent_host *host, struct ent_instance *instance)
{
    @ID@ *self = new (std::nothrow) @ID@{host, instance};
    if (!self)
        host->error(instance, ent_text("out of memory"));
    return self;
}

/* A delivery may come again after a crash; its id is then the same, so that a reader can tell. */
static void print_delivery(const @ID@ *self, struct ent_unit *unit, const struct ent_record *delivery, FILE *file)
{
    const struct ent_host *host = self->host;
    for (size_t i = 0; i < host->count(delivery, ENT_DELIVERY_ALERT); i++) {
        const struct ent_record *alert = host->get_rec(unit, delivery, ENT_DELIVERY_ALERT, i);
        struct ent_str id = ent_get_str(host, delivery, ENT_DELIVERY_ID);
        struct ent_str headline = alert ? ent_get_str(host, alert, ENT_ALERT_HEADLINE) : ent_text(nullptr);
        fprintf(file, "%s %s\n", id.data ? id.data : "", headline.data ? headline.data : "");
    }
}

static enum ent_code deliver(void *context, struct ent_unit *unit)
{
    auto *self = static_cast<@ID@ *>(context);
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
    delete static_cast<@ID@ *>(context);
}

static const ent_ops ops = [] {
    ent_ops table{};
    table.size = sizeof table;
    table.create = create;
    table.deliver = deliver;
    table.destroy = destroy;
    return table;
}();

static const ent_plugin plugin = {ENT_PLUGIN_HEAD, "@NAME@", "0.1", "Apache-2.0", "Appends alerts to a file", 0,
                                  ENT_PLUGIN_OPTIONS(options), &ops};

ENT_EXPORT const struct ent_plugin *ent_plugin_query(void)
{
    return &plugin;
}
