/* @NAME@, a transform: lets only those items go on whose title or body holds a word. */
#include <entente/plugin.h>

#include <new>

struct @ID@ {
    const struct ent_host *host;
    struct ent_instance *instance;
};

/* The host reads and checks what the user writes by this table, and prints help and samples from it. */
static const struct ent_option options[] = {
    {"word", ENT_OPTION_STRING, ENT_REQUIRED, nullptr, nullptr, nullptr, nullptr, nullptr, "What a title or body must hold.", nullptr},
};

/* No exception may leave a callback: the host is C. */
static void *create(const struct ent_host *host, struct ent_instance *instance)
{
    @ID@ *self = new (std::nothrow) @ID@{host, instance};
    if (!self)
        host->error(instance, ent_text("out of memory"));
    return self;
}

/* Texts of the host end in a NUL, so strstr may read them. */
static int holds(const @ID@ *self, const struct ent_record *item, uint32_t field)
{
    struct ent_str text = ent_get_str(self->host, item, field);
    return text.data && strstr(text.data, self->host->option_str(self->instance, "word").data) != nullptr;
}

static enum ent_code transform(void *context, struct ent_unit *unit)
{
    auto *self = static_cast<@ID@ *>(context);
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
    delete static_cast<@ID@ *>(context);
}

static const ent_ops ops = [] {
    ent_ops table{};
    table.size = sizeof table;
    table.create = create;
    table.transform = transform;
    table.destroy = destroy;
    return table;
}();

static const ent_plugin plugin = {ENT_PLUGIN_HEAD, "@NAME@", "0.1", "Apache-2.0", "Lets items go on that hold a word", 0,
                                  ENT_PLUGIN_OPTIONS(options), &ops};

ENT_EXPORT const struct ent_plugin *ent_plugin_query(void)
{
    return &plugin;
}
