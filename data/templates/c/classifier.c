/* @NAME@, a classifier: where a phrase stands in the body, it reports an agreement between the actors that are configured,
 * with the phrase as evidence. */
#include <entente/plugin.h>

#include <stdlib.h>

struct @ID@ {
    const struct ent_host *host;
    struct ent_instance *instance;
};

/* The host reads and checks what the user writes by this table, and prints help and samples from it. */
static const struct ent_option options[] = {
    {.name = "word", .type = ENT_OPTION_STRING, .flags = ENT_REQUIRED, .help = "Phrase that tells of the agreement."},
    {.name = "actors", .type = ENT_OPTION_LIST, .flags = ENT_REQUIRED, .help = "Who agrees: codes as NOR, ORG:NATO."},
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

static void put_actors(const struct @ID@ *self, struct ent_builder *report)
{
    const struct ent_host *host = self->host;
    for (size_t i = 0; i < host->option_count(self->instance, "actors"); i++) {
        host->open(report, ENT_REPORT_ACTOR, ENT_ACTOR);
        host->put_str(report, ENT_ACTOR_ID, host->option_item(self->instance, "actors", i));
        ent_put_text(host, report, ENT_ACTOR_ROLE, "participant");
        host->close(report);
    }
}

/* Offsets count bytes of the body; whoever reads the event can look the quote up. */
static void put_evidence(const struct @ID@ *self, struct ent_builder *report, struct ent_str word, int64_t start)
{
    const struct ent_host *host = self->host;
    host->open(report, ENT_REPORT_EVIDENCE, ENT_EVIDENCE);
    ent_put_text(host, report, ENT_EVIDENCE_FIELD, "type");
    host->put_str(report, ENT_EVIDENCE_QUOTE, word);
    host->put_int(report, ENT_EVIDENCE_START, start);
    host->put_int(report, ENT_EVIDENCE_END, start + (int64_t)word.size);
    host->close(report);
}

static int report_agreement(const struct @ID@ *self, struct ent_unit *unit, size_t index, struct ent_str word,
                            int64_t start)
{
    const struct ent_host *host = self->host;
    struct ent_builder *report = host->build(self->instance, ENT_REPORT);
    if (!report)
        return -1;
    ent_put_text(host, report, ENT_REPORT_TYPE, "agreement");
    ent_put_text(host, report, ENT_REPORT_SUBTYPE, "framework");
    ent_put_text(host, report, ENT_REPORT_STATUS, "announced");
    ent_put_text(host, report, ENT_REPORT_MODALITY, "confirmed");
    ent_put_text(host, report, ENT_REPORT_SCOPE, "current");
    put_actors(self, report);
    put_evidence(self, report, word, start);
    host->put_num(report, ENT_REPORT_CONFIDENCE, 0.6);
    struct ent_record *record = host->seal(report);
    return record ? host->emit(unit, index, record) : -1;
}

static enum ent_code classify(void *context, struct ent_unit *unit)
{
    struct @ID@ *self = context;
    struct ent_str word = self->host->option_str(self->instance, "word");
    for (size_t i = 0; i < self->host->input_count(unit); i++) {
        struct ent_str body = ent_get_str(self->host, self->host->input(unit, i), ENT_ITEM_BODY);
        const char *found = body.data ? strstr(body.data, word.data) : NULL;
        if (found && report_agreement(self, unit, i, word, found - body.data) != 0)
            return ENT_RETRY;
    }
    return ENT_OK;
}

static void destroy(void *context)
{
    free(context);
}

static const struct ent_ops ops = {.size = sizeof ops, .create = create, .classify = classify, .destroy = destroy};

static const struct ent_plugin plugin = {ENT_PLUGIN_HEAD,
                                         .name = "@NAME@",
                                         .version = "0.1",
                                         .licence = "Apache-2.0",
                                         .summary = "Reports an agreement where a phrase stands",
                                         ENT_PLUGIN_OPTIONS(options),
                                         .ops = &ops};

ENT_EXPORT const struct ent_plugin *ent_plugin_query(void)
{
    return &plugin;
}
