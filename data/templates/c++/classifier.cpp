/* @NAME@, a classifier: where a phrase stands in the body, it reports an agreement between the actors that are configured,
 * with the phrase as evidence. */
#include <entente/plugin.h>

#include <new>

struct @ID@ {
    const struct ent_host *host;
    struct ent_instance *instance;
};

/* The host reads and checks what the user writes by this table, and prints help and samples from it. */
static const struct ent_option options[] = {
    {"word", ENT_OPTION_STRING, ENT_REQUIRED, nullptr, nullptr, nullptr, nullptr, nullptr, "Phrase that tells of the agreement.", nullptr},
    {"actors", ENT_OPTION_LIST, ENT_REQUIRED, nullptr, nullptr, nullptr, nullptr, nullptr, "Who agrees: codes as NOR, ORG:NATO.", nullptr},
};

/* No exception may leave a callback: the host is C. */
static void *create(const struct ent_host *host, struct ent_instance *instance)
{
    @ID@ *self = new (std::nothrow) @ID@{host, instance};
    if (!self)
        host->error(instance, ent_text("out of memory"));
    return self;
}

static void put_actors(const @ID@ *self, struct ent_builder *report)
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
static void put_evidence(const @ID@ *self, struct ent_builder *report, struct ent_str word, int64_t start)
{
    const struct ent_host *host = self->host;
    host->open(report, ENT_REPORT_EVIDENCE, ENT_EVIDENCE);
    ent_put_text(host, report, ENT_EVIDENCE_FIELD, "type");
    host->put_str(report, ENT_EVIDENCE_QUOTE, word);
    host->put_int(report, ENT_EVIDENCE_START, start);
    host->put_int(report, ENT_EVIDENCE_END, start + static_cast<int64_t>(word.size));
    host->close(report);
}

static int report_agreement(const @ID@ *self, struct ent_unit *unit, size_t index, struct ent_str word,
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
    auto *self = static_cast<@ID@ *>(context);
    struct ent_str word = self->host->option_str(self->instance, "word");
    for (size_t i = 0; i < self->host->input_count(unit); i++) {
        struct ent_str body = ent_get_str(self->host, self->host->input(unit, i), ENT_ITEM_BODY);
        const char *found = body.data ? strstr(body.data, word.data) : nullptr;
        if (found && report_agreement(self, unit, i, word, found - body.data) != 0)
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
    table.classify = classify;
    table.destroy = destroy;
    return table;
}();

static const ent_plugin plugin = {ENT_PLUGIN_HEAD, "@NAME@", "0.1", "Apache-2.0", "Reports an agreement where a phrase stands", 0,
                                  ENT_PLUGIN_OPTIONS(options), &ops};

ENT_EXPORT const struct ent_plugin *ent_plugin_query(void)
{
    return &plugin;
}
