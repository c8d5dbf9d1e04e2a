#include "declare.h"

static const struct ent_option options[] = {OPTION("ask", "health", "Question that it logs the answer to.")};

static enum ent_code serve(void *context, struct ent_unit *unit)
{
    struct state *self = (struct state *)context;
    const struct ent_host *host = self->host;
    const struct ent_query_1 *query = ent_query(host, self->instance);
    uint64_t seen = 0;
    while (query && !host->cancelled(unit)) {
        const struct ent_answer *answer = query->ask(self->instance, host->option_str(self->instance, "ask").data, NULL, 0);
        if (answer && answer->kind == ENT_ANSWER_OK)
            host->log(self->instance, ENT_LOG_INFO, answer->body);
        query->release(self->instance, answer);
        seen = query->wait(self->instance, seen, 1000);
    }
    return ENT_OK;
}

DECLARE("kit_service", serve);

ENT_EXPORT const struct ent_plugin *ent_plugin_query(void)
{
    return &plugin;
}
