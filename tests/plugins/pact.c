/* A classifier that can be foretold: an item whose title reads "AAA BBB pact …" tells of an agreement of the two. For
 * tests that are about everything but the coder. Titles that begin with "CRASH" kill the process, with "REJECT" are
 * refused. The builds of successors/ differ as their names say, take their time and keep the version that came first.
 */
#include <entente/plugin.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#if defined(PACT_first) || !defined(PACT_IS_SUCCESSOR)
#define VERSION "1.0"
#else
#define VERSION "2.0"
#endif

static void put_actor(const struct ent_host *host, struct ent_builder *report, struct ent_str id)
{
    host->open(report, ENT_REPORT_ACTOR, ENT_ACTOR);
    host->put_str(report, ENT_ACTOR_ID, id);
    host->put_str(report, ENT_ACTOR_ROLE, ent_text("participant"));
    host->put_str(report, ENT_ACTOR_TEXT, id);
    host->close(report);
}

static int is_code(struct ent_str text, size_t offset)
{
    for (size_t i = offset; i < offset + 3; i++)
        if (i >= text.size || text.data[i] < 'A' || text.data[i] > 'Z')
            return 0;
    return 1;
}

static enum ent_code classify_item(const struct ent_host *host, struct ent_instance *instance, struct ent_unit *unit,
                                   size_t index)
{
    struct ent_str title = ent_get_str(host, host->input(unit, index), ENT_ITEM_TITLE);
    if (title.size >= 5 && strncmp(title.data, "CRASH", 5) == 0)
        raise(SIGABRT);
    if (title.size >= 6 && strncmp(title.data, "REJECT", 6) == 0) {
        host->result(unit, index, ENT_REJECT, -1, ent_text("the title asks for it"));
        return ENT_OK;
    }
    if (!is_code(title, 0) || !is_code(title, 4) || strncmp(title.data + 7, " pact", 5) != 0)
        return ENT_OK;
    struct ent_builder *report = host->build(instance, ENT_REPORT);
    ent_put_text(host, report, ENT_REPORT_STAMP, "pact 1");
    ent_put_text(host, report, ENT_REPORT_TYPE, "agreement");
    ent_put_text(host, report, ENT_REPORT_SUBTYPE, "framework");
    ent_put_text(host, report, ENT_REPORT_STATUS, "signed");
    ent_put_text(host, report, ENT_REPORT_MODALITY, "confirmed");
    ent_put_text(host, report, ENT_REPORT_SCOPE, "current");
    ent_put_text(host, report, ENT_REPORT_RELEVANCE, "core");
    put_actor(host, report, ent_bytes(title.data, 3));
    put_actor(host, report, ent_bytes(title.data + 4, 3));
    host->open(report, ENT_REPORT_EVIDENCE, ENT_EVIDENCE);
    host->put_str(report, ENT_EVIDENCE_FIELD, ent_text("type"));
    host->put_str(report, ENT_EVIDENCE_QUOTE, title);
    host->put_int(report, ENT_EVIDENCE_START, 0);
    host->put_int(report, ENT_EVIDENCE_END, (int64_t)title.size);
    host->put_str(report, ENT_EVIDENCE_IN, ent_text("title"));
    host->close(report);
    host->put_num(report, ENT_REPORT_CONFIDENCE, 0.9);
    struct ent_record *record = host->seal(report);
    return record && host->emit(unit, index, record) == 0 ? ENT_OK : ENT_FATAL;
}

struct pact {
    const struct ent_host *host;
    struct ent_instance *instance;
};

static void *pact_create(const struct ent_host *host, struct ent_instance *instance)
{
    static struct pact instances[16];
    static size_t count;
#ifdef PACT_crash_in_create
    abort();
#endif
    struct pact *self = &instances[count++ % 16];
    self->host = host;
    self->instance = instance;
    return self;
}

#ifdef PACT_IS_SUCCESSOR
static void tell_and_keep(const struct pact *self, struct ent_unit *unit)
{
    const struct ent_kv_1 *kv = ent_kv(self->host, self->instance);
    struct ent_str first;
    if (!kv->get(unit, ent_text("first"), &first))
        first = ent_text(VERSION);
    kv->put(unit, ent_text("first"), first);
    char text[100];
    snprintf(text, sizeof text, "at work is " VERSION ", the first was %.*s", (int)first.size, first.data);
    self->host->log(self->instance, ENT_LOG_INFO, ent_text(text));
    usleep(20000);
}

static enum ent_code pact_check(const struct ent_host *host, struct ent_instance *instance)
{
#ifdef PACT_fail_in_check
    return ent_fail(host, instance, ENT_CONFIG, "not on this machine");
#endif
    (void)host, (void)instance;
    return ENT_OK;
}

static enum ent_code pact_start(void *context)
{
#ifdef PACT_hang_in_start
    for (;;)
        pause();
#endif
#ifdef PACT_crash_in_start
    abort();
#endif
#ifdef PACT_fail_in_start
    const struct pact *self = context;
    return ent_fail(self->host, self->instance, ENT_RETRY, "cannot reach what it needs");
#endif
    (void)context;
    return ENT_OK;
}

static const struct ent_option options[] = {
#ifndef PACT_lacks_option
    {.name = "tone", .type = ENT_OPTION_STRING, .help = "Of no effect."},
#endif
#ifdef PACT_wants_option
    {.name = "shade", .type = ENT_OPTION_STRING, .flags = ENT_REQUIRED, .help = "Of no effect."},
#endif
    {.name = "hue", .type = ENT_OPTION_STRING, .help = "Of no effect."},
};
#endif

static enum ent_code pact_classify(void *context, struct ent_unit *unit)
{
    struct pact *self = context;
    enum ent_code code = ENT_OK;
#ifdef PACT_IS_SUCCESSOR
    tell_and_keep(self, unit);
#endif
    for (size_t i = 0; code == ENT_OK && i < self->host->input_count(unit); i++)
        code = classify_item(self->host, self->instance, unit, i);
    return code;
}

static const struct ent_ops ops = {
    .size = sizeof ops,
    .create = pact_create,
    .classify = pact_classify,
#ifdef PACT_IS_SUCCESSOR
    .check = pact_check,
    .start = pact_start,
#endif
};

const struct ent_plugin *ent_plugin_query(void)
{
    static const struct ent_plugin plugin = {
        ENT_PLUGIN_HEAD,
        .name = "pact",
        .version = VERSION,
        .licence = "Apache-2.0",
        .summary = "Finds pacts where the title says so",
#ifdef PACT_IS_SUCCESSOR
        ENT_PLUGIN_OPTIONS(options),
#else
        .flags = ENT_STATELESS,
#endif
        .ops = &ops,
    };
    return &plugin;
}
