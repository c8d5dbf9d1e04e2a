/* @NAME@, a transform: lets only those items go on whose title or body holds a word. */
#include <entente/plugin.h>

#include <stdlib.h>

struct @ID@ {
    const struct ent_host *host;
    struct ent_instance *instance;
};

/* The host reads and checks what the user writes by this table, and prints help and samples from it. */
static const struct ent_option options[] = {
    {.name = "word", .type = ENT_OPTION_STRING, .flags = ENT_REQUIRED, .help = "What a title or body must hold."},
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

/* Texts of the host end in a NUL, so strstr may read them. */
static int holds(const struct @ID@ *self, const struct ent_record *item, uint32_t field)
{
    struct ent_str text = ent_get_str(self->host, item, field);
    return text.data && strstr(text.data, self->host->option_str(self->instance, "word").data) != NULL;
}

static enum ent_code transform(void *context, struct ent_unit *unit)
{
    struct @ID@ *self = context;
    for (size_t i = 0; i < self->host->input_count(unit); i++) {
        const struct ent_record *item = self->host->input(unit, i);
        if (!holds(self, item, ENT_ITEM_TITLE) && !holds(self, item, ENT_ITEM_BODY))
            continue;
        /* emit takes over what it is given, and the input is only lent: so it is held first. */
        if (self->host->emit(unit, i, self->host->hold(item)) != 0)
            return ENT_RETRY;
    }
    return ENT_OK;
}

static void destroy(void *context)
{
    free(context);
}

static const struct ent_ops ops = {.size = sizeof ops, .create = create, .transform = transform, .destroy = destroy};

static const struct ent_plugin plugin = {ENT_PLUGIN_HEAD,
                                         .name = "@NAME@",
                                         .version = "0.1",
                                         .licence = "Apache-2.0",
                                         .summary = "Lets items go on that hold a word",
                                         ENT_PLUGIN_OPTIONS(options),
                                         .ops = &ops};

ENT_EXPORT const struct ent_plugin *ent_plugin_query(void)
{
    return &plugin;
}
