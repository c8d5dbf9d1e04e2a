/* @NAME@, a detector: it counts the events in which an actor stands, and tells of every so many of them. */
#include <entente/plugin.h>

#include <cstdio>
#include <cstdlib>
#include <new>

struct @ID@ {
    const struct ent_host *host;
    struct ent_instance *instance;
};

/* The host reads and checks what the user writes by this table, and prints help and samples from it. The keys of a watch
 * (when, to, on, digest, …) are the host's own. */
static const struct ent_option options[] = {
    {"actor", ENT_OPTION_STRING, ENT_REQUIRED, nullptr, nullptr, nullptr, nullptr, nullptr, "Who is counted: a code as NOR.", nullptr},
    {"every", ENT_OPTION_INT, 0, "10", "1", nullptr, nullptr, nullptr, "After so many events it tells.", nullptr},
};

/* No exception may leave a callback: the host is C. */
static void *create(const struct ent_host *host, struct ent_instance *instance)
{
    @ID@ *self = new (std::nothrow) @ID@{host, instance};
    if (!self)
        host->error(instance, ent_text("out of memory"));
    return self;
}

static int names_actor(const @ID@ *self, struct ent_unit *unit, const struct ent_record *event)
{
    const struct ent_host *host = self->host;
    struct ent_str wanted = host->option_str(self->instance, "actor");
    for (size_t i = 0; i < host->count(event, ENT_REPORT_ACTOR); i++) {
        const struct ent_record *actor = host->get_rec(unit, event, ENT_REPORT_ACTOR, i);
        struct ent_str id = actor ? ent_get_str(host, actor, ENT_ACTOR_ID) : ent_text(nullptr);
        if (id.data && strcmp(id.data, wanted.data) == 0)
            return 1;
    }
    return 0;
}

/* What is put here becomes durable together with the mark that the events are done: none counts twice. */
static int count_one(const @ID@ *self, struct ent_unit *unit, long *count)
{
    const struct ent_kv_1 *kv = ent_kv(self->host, self->instance);
    struct ent_str value = {nullptr, 0};
    char text[24];
    *count = kv->get(unit, ent_text("count"), &value) ? std::strtol(value.data, nullptr, 10) + 1 : 1;
    std::snprintf(text, sizeof text, "%ld", *count);
    return kv->put(unit, ent_text("count"), ent_text(text));
}

/* One id is one alert, ever: a finding that is emitted again alerts nobody. */
static int tell(const @ID@ *self, struct ent_unit *unit, size_t index, long count)
{
    const struct ent_host *host = self->host;
    const char *actor = host->option_str(self->instance, "actor").data;
    char text[200], id[200];
    std::snprintf(text, sizeof text, "%.100s stands in %ld event%s by now", actor, count, count == 1 ? "" : "s");
    std::snprintf(id, sizeof id, "%.100s %ld", actor, count);
    struct ent_builder *finding = host->build(self->instance, ENT_FINDING);
    if (!finding)
        return -1;
    ent_put_text(host, finding, ENT_FINDING_ID, id);
    ent_put_text(host, finding, ENT_FINDING_KIND, "milestone");
    ent_put_text(host, finding, ENT_FINDING_TEXT, text);
    host->put_num(finding, ENT_FINDING_SCORE, static_cast<double>(count));
    struct ent_record *record = host->seal(finding);
    return record ? host->emit(unit, index, record) : -1;
}

/* Each input is a revision of an event: the first makes it known, further ones change it. */
static enum ent_code detect(void *context, struct ent_unit *unit)
{
    auto *self = static_cast<@ID@ *>(context);
    const struct ent_host *host = self->host;
    for (size_t i = 0; i < host->input_count(unit); i++) {
        const struct ent_record *event = host->input(unit, i);
        long count;
        if (ent_get_int(host, event, ENT_EVENT_REVISION, 1) != 1 || !names_actor(self, unit, event))
            continue;
        if (count_one(self, unit, &count) != 0)
            return ENT_RETRY;
        if (count % host->option_int(self->instance, "every") == 0 && tell(self, unit, i, count) != 0)
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
    table.detect = detect;
    table.destroy = destroy;
    return table;
}();

static const ent_plugin plugin = {ENT_PLUGIN_HEAD, "@NAME@", "0.1", "Apache-2.0", "Tells of every so many events of an actor", 0,
                                  ENT_PLUGIN_OPTIONS(options), &ops};

ENT_EXPORT const struct ent_plugin *ent_plugin_query(void)
{
    return &plugin;
}
