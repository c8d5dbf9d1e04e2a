#include "declare.h"

static const struct ent_option options[] = {OPTION("title", "UZB KAZ pact", "Title of the item.")};

static enum ent_code fetch(void *context, struct ent_unit *unit)
{
    struct state *self = (struct state *)context;
    const struct ent_host *host = self->host;
    struct ent_builder *item = host->build(self->instance, ENT_ITEM);
    host->put_str(item, ENT_ITEM_TITLE, host->option_str(self->instance, "title"));
    struct ent_record *record = host->seal(item);
    return record && host->emit(unit, 0, record) == 0 ? ENT_OK : ENT_RETRY;
}

DECLARE("kit_source", fetch);

ENT_EXPORT const struct ent_plugin *ent_plugin_query(void)
{
    return &plugin;
}
