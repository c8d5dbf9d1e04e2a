#include "declare.h"

static const struct ent_option options[] = {OPTION("drop", "unwanted", "Items whose title holds it go no further.")};

static enum ent_code transform(void *context, struct ent_unit *unit)
{
    struct state *self = (struct state *)context;
    const struct ent_host *host = self->host;
    for (size_t i = 0; i < host->input_count(unit); i++) {
        const struct ent_record *item = host->input(unit, i);
        struct ent_str title = ent_get_str(host, item, ENT_ITEM_TITLE);
        if (title.data && strstr(title.data, host->option_str(self->instance, "drop").data))
            continue;
        if (host->emit(unit, i, host->hold(item)) != 0)
            return ENT_RETRY;
    }
    return ENT_OK;
}

DECLARE("kit_transform", transform);

ENT_EXPORT const struct ent_plugin *ent_plugin_query(void)
{
    return &plugin;
}
