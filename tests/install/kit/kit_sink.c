#include "declare.h"

#include <stdio.h>

static const struct ent_option options[] = {OPTION("before", "ALERT", "What stands before each headline.")};

static enum ent_code deliver(void *context, struct ent_unit *unit)
{
    struct state *self = (struct state *)context;
    const struct ent_host *host = self->host;
    for (size_t i = 0; i < host->input_count(unit); i++) {
        const struct ent_record *alert = host->get_rec(unit, host->input(unit, i), ENT_DELIVERY_ALERT, 0);
        if (!alert)
            return ENT_RETRY;
        printf("%s %s\n", host->option_str(self->instance, "before").data,
               ent_get_str(host, alert, ENT_ALERT_HEADLINE).data);
    }
    return fflush(stdout) == 0 ? ENT_OK : ENT_RETRY;
}

DECLARE("kit_sink", deliver);

ENT_EXPORT const struct ent_plugin *ent_plugin_query(void)
{
    return &plugin;
}
