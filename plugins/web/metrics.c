#include "plugins/web/metrics.h"

#include "plugins/web/server.h"
#include "plugins/web/stream.h"

#include <string.h>

/* One family: a number of each row of a list, or one of an object. */
struct family {
    const char *name, *type, *help;
    const char *list;  /* of the answer, whose rows bear a name; NULL: `object` has the number */
    const char *label; /* of the rows' names */
    const char *object, *member;
    double scale; /* what it is multiplied by: times are milliseconds there and seconds here */
};

static const struct family health_families[] = {
    {"entente_items", "gauge", "Items in the store.", NULL, NULL, "counts", "items", 1},
    {"entente_reports", "gauge", "Reports that stand.", NULL, NULL, "counts", "reports", 1},
    {"entente_events", "gauge", "Live events.", NULL, NULL, "counts", "events", 1},
    {"entente_alerts", "gauge", "Alerts raised.", NULL, NULL, "counts", "alerts", 1},
    {"entente_store_bytes", "gauge", "Size of the store's file.", NULL, NULL, "store", "bytes", 1},
    {"entente_dead_letters", "gauge", "Records that were given up.", NULL, NULL, NULL, "dead_letters", 1},
    {"entente_source_items_total", "counter", "Items that a source brought.", "sources", "source", NULL, "items", 1},
    {"entente_source_fetches_total", "counter", "Fetches of a source.", "sources", "source", NULL, "fetches", 1},
    {"entente_source_failures", "gauge", "Failed fetches in a row.", "sources", "source", NULL, "failures", 1},
    {"entente_source_last_success_seconds", "gauge", "When a fetch last succeeded.", "sources", "source", NULL,
     "last_success", 0.001},
    {"entente_processor_behind", "gauge", "Items that a processor has yet to do.", "processors", "processor", NULL, "behind", 1},
    {"entente_watch_alerts_total", "counter", "Alerts of a watch.", "watches", "watch", NULL, "alerts", 1},
    {"entente_detector_alerts_total", "counter", "Alerts of a detector.", "detectors", "detector", NULL, "alerts", 1},
    {"entente_detector_behind", "gauge", "Revisions of events that a detector has yet to do.", "detectors", "detector", NULL, "behind", 1},
    {"entente_sink_pending", "gauge", "Deliveries that a sink still owes.", "sinks", "sink", NULL, "pending", 1},
    {"entente_sink_delivered_total", "counter", "Deliveries made.", "sinks", "sink", NULL, "delivered", 1},
    {"entente_sink_dead", "gauge", "Deliveries given up.", "sinks", "sink", NULL, "dead", 1},
};
static const struct family status_families[] = {
    {"entente_start_time_seconds", "gauge", "When the daemon started.", NULL, NULL, "daemon", "started", 0.001},
    {"entente_queued_units", "gauge", "Units of work that wait to be stored.", NULL, NULL, "daemon", "queued_units", 1},
    {"entente_open_items", "gauge", "Items not yet past all processors.", NULL, NULL, "daemon", "open_items", 1},
    {"entente_transactions_total", "counter", "Transactions of the store since the start.", NULL, NULL, "daemon", "transactions", 1},
};

static void put_label(struct buffer *out, const char *label, const char *value)
{
    buffer_printf(out, "{%s=\"", label);
    for (; *value; value++) {
        if (*value == '\\' || *value == '"')
            buffer_append_char(out, '\\');
        if (*value == '\n')
            buffer_append_text(out, "\\n");
        else
            buffer_append_char(out, *value);
    }
    buffer_append_text(out, "\"}");
}

static void put_value(struct buffer *out, const struct family *family, const char *name, const json_t *value)
{
    if (!json_is_number(value))
        return;
    buffer_append_text(out, family->name);
    if (name)
        put_label(out, family->label, name);
    buffer_printf(out, " %.17g\n", json_number_value(value) * family->scale);
}

static void put_head(struct buffer *out, const char *name, const char *type, const char *help)
{
    buffer_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_family(struct buffer *out, const struct family *family, const json_t *body)
{
    size_t index;
    const json_t *row;
    put_head(out, family->name, family->type, family->help);
    if (!family->list) {
        const json_t *object = family->object ? json_object_get(body, family->object) : body;
        put_value(out, family, NULL, json_object_get(object, family->member));
        return;
    }
    json_array_foreach(json_object_get(body, family->list), index, row)
    {
        const char *name = json_string_value(json_object_get(row, "name"));
        if (name)
            put_value(out, family, name, json_object_get(row, family->member));
    }
}

static void put_families(struct buffer *out, const struct family *families, size_t count, const struct ent_answer *answer)
{
    json_t *body = answer && answer->kind == ENT_ANSWER_OK ? json_loadb(answer->body.data, answer->body.size, 0, NULL) : NULL;
    for (size_t i = 0; body && i < count; i++)
        put_family(out, &families[i], body);
    json_decref(body);
}

static void put_own(struct buffer *out, struct server *server)
{
    const struct {
        const char *name, *type, *help;
        long long value;
    } own[] = {
        {"entente_web_requests_total", "counter", "HTTP requests.", atomic_load(&server->requests)},
        {"entente_web_refusals_total", "counter", "HTTP replies of 400 and above.", atomic_load(&server->refusals)},
        {"entente_web_streams", "gauge", "Readers of the event stream.", (long long)stream_hub_readers(server->streams)},
    };
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        put_head(out, own[i].name, own[i].type, own[i].help);
        buffer_printf(out, "%s %lld\n", own[i].name, own[i].value);
    }
}

enum MHD_Result metrics_answer(struct exchange *exchange)
{
    static const char request[] = "{\"command\":\"status\"}";
    struct server *server = exchange->server;
    struct buffer out = BUFFER_INIT;
    const struct ent_answer *health = exchange_ask(exchange, "health", NULL, 0);
    const struct ent_answer *status =
        server->command->run(server->instance, exchange->caller.name, ent_bytes(request, sizeof request - 1));
    put_families(&out, health_families, sizeof health_families / sizeof *health_families, health);
    put_families(&out, status_families, sizeof status_families / sizeof *status_families, status);
    put_own(&out, server);
    server->query->release(server->instance, health);
    server->command->release(server->instance, status);
    enum MHD_Result result =
        out.failed ? exchange_send(exchange, MHD_HTTP_OK, NULL)
                   : exchange_reply(exchange, MHD_HTTP_OK, "text/plain; version=0.0.4; charset=utf-8", out.bytes, out.size);
    buffer_free(&out);
    return result;
}
