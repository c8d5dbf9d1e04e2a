#include "declare.h"

static const struct ent_option options[] = {OPTION("text", "seen", "What is said of each event.")};

static enum ent_code detect(void *context, struct ent_unit *unit)
{
    struct state *self = (struct state *)context;
    const struct ent_host *host = self->host;
    for (size_t i = 0; i < host->input_count(unit); i++) {
        struct ent_builder *finding = host->build(self->instance, ENT_FINDING);
        ent_put_text(host, finding, ENT_FINDING_KIND, "seen");
        host->put_str(finding, ENT_FINDING_TEXT, host->option_str(self->instance, "text"));
        host->put_str(finding, ENT_FINDING_EVENT, ent_get_str(host, host->input(unit, i), ENT_REPORT_ID));
        struct ent_record *record = host->seal(finding);
        if (!record || host->emit(unit, i, record) != 0)
            return ENT_RETRY;
    }
    return ENT_OK;
}

DECLARE("kit_detector", detect);

ENT_EXPORT const struct ent_plugin *ent_plugin_query(void)
{
    return &plugin;
}
