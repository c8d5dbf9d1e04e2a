#include "declare.h"

static const struct ent_option options[] = {OPTION("word", "pact", "Word that makes an item tell of an agreement.")};

static void put_actor(const struct ent_host *host, struct ent_builder *report, struct ent_str id)
{
    host->open(report, ENT_REPORT_ACTOR, ENT_ACTOR);
    host->put_str(report, ENT_ACTOR_ID, id);
    ent_put_text(host, report, ENT_ACTOR_ROLE, "participant");
    host->close(report);
}

static enum ent_code classify(void *context, struct ent_unit *unit)
{
    struct state *self = (struct state *)context;
    const struct ent_host *host = self->host;
    for (size_t i = 0; i < host->input_count(unit); i++) {
        struct ent_str title = ent_get_str(host, host->input(unit, i), ENT_ITEM_TITLE);
        if (title.size < 7 || !strstr(title.data, host->option_str(self->instance, "word").data))
            continue;
        struct ent_builder *report = host->build(self->instance, ENT_REPORT);
        ent_put_text(host, report, ENT_REPORT_TYPE, "agreement");
        ent_put_text(host, report, ENT_REPORT_SUBTYPE, "framework");
        ent_put_text(host, report, ENT_REPORT_STATUS, "signed");
        ent_put_text(host, report, ENT_REPORT_MODALITY, "confirmed");
        ent_put_text(host, report, ENT_REPORT_SCOPE, "current");
        put_actor(host, report, ent_bytes(title.data, 3));
        put_actor(host, report, ent_bytes(title.data + 4, 3));
        host->put_num(report, ENT_REPORT_CONFIDENCE, 0.9);
        struct ent_record *record = host->seal(report);
        if (!record || host->emit(unit, i, record) != 0)
            return ENT_RETRY;
    }
    return ENT_OK;
}

DECLARE("kit_classifier", classify);

ENT_EXPORT const struct ent_plugin *ent_plugin_query(void)
{
    return &plugin;
}
