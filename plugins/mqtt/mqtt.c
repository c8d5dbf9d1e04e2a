/* mqtt: publishes alerts to a broker. A delivery is done when the broker has acknowledged it (qos 1 and 2). */
#include "lib/record/alert_json.h"
#include "lib/template/alert_values.h"
#include "lib/template/template.h"
#include "plugins/mqtt/link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WAKE_TAG = 1, PORT_PLAIN = 1883, PORT_TLS = 8883, NAME_SIZE = 256, NOT_CONNECTED_MS = 5000 };

struct sink {
    const struct ent_host *host;
    struct ent_instance *instance;
    const struct ent_wake_1 *wake;
    const struct ent_net_1 *net;
    char server[NAME_SIZE], client_id[NAME_SIZE];
    struct template *topic, *payload; /* payload NULL: the delivery's own JSON */
    struct link_settings settings;
    struct link *link; /* from start to stop */
};

static const struct ent_option options[] = {
    {.name = "url",
     .type = ENT_OPTION_URL,
     .flags = ENT_REQUIRED,
     .choices = "mqtt|mqtts",
     .help = "The broker: mqtt://host:1883, or mqtts://host:8883 with TLS; one on a private address wants "
             "allow_private = yes."},
    {.name = "topic",
     .type = ENT_OPTION_STRING,
     .default_value = "entente/alerts/{{watch}}",
     .help = "Template of the topic; see docs/templates.md. Wildcards in it become _."},
    {.name = "template",
     .type = ENT_OPTION_PATH,
     .flags = ENT_PATH_READ,
     .help = "File with the template of the message (JSON); by itself the alert's own JSON."},
    {.name = "qos",
     .type = ENT_OPTION_INT,
     .default_value = "1",
     .min = "0",
     .max = "2",
     .help = "Quality of service; with 0 nobody says whether the broker has it."},
    {.name = "retain",
     .type = ENT_OPTION_BOOL,
     .default_value = "no",
     .help = "Whether the broker keeps the last of a topic."},
    {.name = "user", .type = ENT_OPTION_STRING, .help = "Name to log in with."},
    {.name = "password", .type = ENT_OPTION_SECRET, .help = "Password, as env:NAME or file:PATH."},
    {.name = "ca_file",
     .type = ENT_OPTION_PATH,
     .flags = ENT_PATH_READ,
     .help = "Certificates to trust instead of the system's."},
    {.name = "client_id",
     .type = ENT_OPTION_STRING,
     .flags = ENT_ADVANCED,
     .help = "By itself entente- and the sink's name."},
    {.name = "version",
     .type = ENT_OPTION_ENUM,
     .flags = ENT_ADVANCED,
     .default_value = "5",
     .choices = "5|3.1.1",
     .help = "Of the protocol; with 5 the delivery's id goes along as user property `delivery`."},
    {.name = "timeout",
     .type = ENT_OPTION_DURATION,
     .flags = ENT_ADVANCED,
     .default_value = "30s",
     .min = "1s",
     .max = "5m",
     .help = "How long to wait for the connection and for each acknowledgement."},
};

static const char *text_option(const struct sink *self, const char *name)
{
    struct ent_str value = self->host->option_str(self->instance, name);
    return value.size > 0 ? value.data : NULL;
}

/* "mqtts://host:8883", "mqtt://[::1]". */
static bool read_url(struct sink *self, struct link_settings *settings, struct error *error)
{
    const char *url = text_option(self, "url"), *host = url ? strstr(url, "://") : NULL;
    if (!host)
        return error_set(error, ERROR_CONFIG, "url: it should read mqtt://host or mqtts://host");
    settings->has_tls = strncmp(url, "mqtts:", 6) == 0;
    settings->port = settings->has_tls ? PORT_TLS : PORT_PLAIN;
    host += 3;
    bool is_bracketed = *host == '[';
    host += is_bracketed;
    size_t size = strcspn(host, is_bracketed ? "]" : ":/");
    const char *rest = host + size + (is_bracketed && host[size]);
    if (size == 0 || size >= sizeof self->server || strchr(host, '@'))
        return error_set(error, ERROR_CONFIG,
                         "url: it should read mqtt://host or mqtts://host, with user and password as "
                         "options of their own");
    memcpy(self->server, host, size);
    self->server[size] = '\0';
    settings->server = self->server;
    if (*rest == ':') {
        char *end;
        long port = strtol(rest + 1, &end, 10);
        if (port < 1 || port > 65535 || (*end && strcmp(end, "/") != 0))
            return error_set(error, ERROR_CONFIG, "url: '%.20s' is no port", rest + 1);
        settings->port = (int)port;
    }
    return true;
}

static bool compile(struct sink *self, struct error *error)
{
    const char *topic = text_option(self, "topic"), *path = text_option(self, "template");
    self->topic = template_compile(topic ? topic : "", topic ? strlen(topic) : 0, TEMPLATE_LINE, error);
    if (!self->topic) {
        error_prefix(error, "topic");
        return false;
    }
    self->payload = path ? template_compile_file(path, TEMPLATE_JSON, error) : NULL;
    return !path || self->payload;
}

/* Where memory is out, the host gives up waiting by itself. */
static void wake(void *context)
{
    struct sink *self = context;
    self->wake->wake(self->instance, WAKE_TAG);
}

static bool set_up(struct sink *self, struct error *error)
{
    const char *client_id = text_option(self, "client_id"), *version = text_option(self, "version");
    struct link_settings *settings = &self->settings;
    *settings = (struct link_settings){
        .host = self->host, .net = self->net, .instance = self->instance, .settled = wake, .context = self};
    if (!self->wake || !self->net)
        return error_set(error, ERROR_CONFIG, "this host offers no wake/1 or no net/1");
    if (!read_url(self, settings, error) || !compile(self, error))
        return false;
    if (client_id)
        snprintf(self->client_id, sizeof self->client_id, "%s", client_id);
    else
        snprintf(self->client_id, sizeof self->client_id, "entente-%s", self->host->instance_name(self->instance));
    settings->client_id = self->client_id;
    settings->ca_file = text_option(self, "ca_file");
    settings->user = text_option(self, "user");
    settings->password = text_option(self, "password");
    settings->is_version_5 = !version || strcmp(version, "5") == 0;
    settings->qos = (int)self->host->option_int(self->instance, "qos");
    settings->retain = self->host->option_int(self->instance, "retain") != 0;
    settings->timeout_ms = self->host->option_int(self->instance, "timeout");
    if (settings->password && !settings->user && !settings->is_version_5)
        return error_set(error, ERROR_CONFIG, "password: version 3.1.1 sends none without a user");
    return true;
}

static enum ent_code sink_start(void *context)
{
    struct sink *self = context;
    struct error error = ERROR_INIT;
    self->link = link_create(&self->settings, &error);
    return self->link ? ENT_OK : ent_fail(self->host, self->instance, ENT_RETRY, error.text);
}

static void sink_stop(void *context)
{
    struct sink *self = context;
    link_destroy(self->link);
    self->link = NULL;
}

static void sink_destroy(void *context)
{
    struct sink *self = context;
    template_destroy(self->topic);
    template_destroy(self->payload);
    free(self);
}

static void *sink_create(const struct ent_host *host, struct ent_instance *instance)
{
    struct sink *self = calloc(1, sizeof *self);
    struct error error = ERROR_INIT;
    if (!self) {
        host->error(instance, ent_text("no memory"));
        return NULL;
    }
    self->host = host;
    self->instance = instance;
    self->wake = ent_wake(host, instance);
    self->net = ent_net(host, instance);
    if (set_up(self, &error))
        return self;
    host->error(instance, ent_text(error.text));
    sink_destroy(self);
    return NULL;
}

/* ---- publishing ---- */

/* A digest has no watch of its own: its first alert's. */
static bool render(const struct sink *self, struct record_view delivery, struct buffer *topic, struct buffer *payload,
                   struct error *error)
{
    struct json_writer writer;
    json_t *values = alert_values(delivery, error);
    if (!values)
        return false;
    json_t *first = json_array_get(json_object_get(values, "alerts"), 0);
    if (!json_object_get(values, "watch") && first)
        json_object_set(values, "watch", json_object_get(first, "watch"));
    template_render(self->topic, values, topic);
    if (self->payload) {
        template_render(self->payload, values, payload);
    } else {
        json_begin(&writer, payload);
        delivery_to_json(&writer, delivery);
    }
    json_decref(values);
    for (char *c = topic->bytes; c && *c; c++)
        if (*c == '+' || *c == '#')
            *c = '_';
    return (!topic->failed && !payload->failed) ||
           error_set(error, ERROR_MEMORY, "no memory for the message, or a template without end");
}

static void publish(struct sink *self, struct ent_unit *unit, size_t index)
{
    const struct ent_host *host = self->host;
    struct ent_str bytes = host->bytes(host->input(unit, index));
    struct record_view delivery = record_view_of(bytes.data, bytes.size);
    const char *id = record_text(delivery, ENT_DELIVERY_ID);
    struct buffer topic = BUFFER_INIT, payload = BUFFER_INIT;
    struct error error = ERROR_INIT;
    bool is_given = render(self, delivery, &topic, &payload, &error) &&
                    link_publish(self->link, host->ticket(unit, index), topic.bytes ? topic.bytes : "", id ? id : "",
                                 payload.bytes ? payload.bytes : "", payload.size, &error);
    buffer_free(&topic);
    buffer_free(&payload);
    if (is_given)
        host->result(unit, index, ENT_AGAIN, -1, ent_text(NULL));
    else
        host->result(unit, index, ENT_RETRY, NOT_CONNECTED_MS, ent_text(error.text));
}

static enum ent_code sink_deliver(void *context, struct ent_unit *unit)
{
    struct sink *self = context;
    for (size_t i = 0; i < self->host->input_count(unit); i++)
        publish(self, unit, i);
    return ENT_OK;
}

static enum ent_code sink_respond(void *context, struct ent_unit *unit, const struct ent_http_response *response)
{
    struct sink *self = context;
    struct link_result result;
    (void)response;
    while (link_take(self->link, &result))
        self->host->settle(unit, result.ticket, result.code, -1, ent_text(result.text));
    return ENT_OK;
}

static const struct ent_ops ops = {
    .size = sizeof ops,
    .create = sink_create,
    .start = sink_start,
    .deliver = sink_deliver,
    .respond = sink_respond,
    .stop = sink_stop,
    .destroy = sink_destroy,
};

const struct ent_plugin *ent_plugin_query(void)
{
    static const struct ent_plugin plugin = {
        ENT_PLUGIN_HEAD,
        .name = "mqtt",
        .version = ENT_VERSION,
        .licence = "Apache-2.0",
        .summary = "Publishes alerts to an MQTT broker",
        .flags = ENT_NETWORK | ENT_FOREIGN_INPUT,
        ENT_PLUGIN_OPTIONS(options),
        .ops = &ops,
    };
    return &plugin;
}
