/* A classifier that uses what a plugin uses: options, state, records, a unit, what is newer where the host has it. It
 * is built against the headers of several versions, and says in its report which of them it met. */
#include <entente/plugin.h>

#include <stdio.h>

struct courier {
    const struct ent_host *host;
    struct ent_instance *instance;
    const struct ent_kv_1 *kv;
    char word[64];
    int64_t number;
};

static const struct ent_option options[] = {
    {.name = "word", .type = ENT_OPTION_STRING, .default_value = "pact", .help = "A word."},
    {.name = "number", .type = ENT_OPTION_INT, .default_value = "7", .min = "1", .max = "9", .help = "A number."},
    {.name = "mode", .type = ENT_OPTION_ENUM, .default_value = "one", .choices = "one|two", .help = "A mode."},
};

static enum ent_code check(const struct ent_host *host, struct ent_instance *instance)
{
    return host->option_int(instance, "number") == 8 ? ent_fail(host, instance, ENT_CONFIG, "8 is no good") : ENT_OK;
}

static void *create(const struct ent_host *host, struct ent_instance *instance)
{
    static struct courier couriers[4];
    static unsigned count;
    struct courier *self = &couriers[count++ % 4];
    self->host = host;
    self->instance = instance;
    self->kv = ent_kv(host, instance);
    self->number = host->option_int(instance, "number");
    snprintf(self->word, sizeof self->word, "%s", host->option_str(instance, "word").data);
    return self;
}

static int has_later(const struct courier *self)
{
#ifdef COURIER_ASKS
    return ENT_HAS(self->host, later) && ENT_HAS(self->kv, later);
#else
    (void)self;
    return 0;
#endif
}

static enum ent_code classify(void *context, struct ent_unit *unit)
{
    struct courier *self = context;
    const struct ent_host *host = self->host;
    for (size_t i = 0; i < host->input_count(unit); i++) {
        char text[200];
        struct ent_str kept = {NULL, 0};
        int is_known = self->kv && self->kv->get(unit, ent_text("seen"), &kept);
        if (!self->kv || self->kv->put(unit, ent_text("seen"), ent_text("yes")) != 0)
            return ENT_RETRY;
        snprintf(text, sizeof text, "%s %lld %s %s: %s", self->word, (long long)self->number,
                 is_known ? "again" : "first", has_later(self) ? "later" : "plain",
                 ent_get_str(host, host->input(unit, i), ENT_ITEM_TITLE).data);
        struct ent_builder *builder = host->build(self->instance, ENT_REPORT);
        host->put_str(builder, ENT_REPORT_TYPE, ent_text("agreement"));
        ent_put_text(host, builder, ENT_REPORT_NAME, text);
        struct ent_record *record = host->seal(builder);
        if (!record || host->emit(unit, i, record) != 0)
            return ENT_RETRY;
    }
    return ENT_OK;
}

static const struct ent_ops ops = {.size = sizeof ops, .check = check, .create = create, .classify = classify};

ENT_EXPORT const struct ent_plugin *ent_plugin_query(void)
{
    static const struct ent_plugin plugin = {ENT_PLUGIN_HEAD,
                                             .name = "courier",
                                             .version = "1.0",
                                             .licence = "Apache-2.0",
                                             .summary = "For tests of versions",
                                             ENT_PLUGIN_OPTIONS(options),
                                             .ops = &ops};
    return &plugin;
}
