/* syslog: writes alerts to the system's log, to journald with its structured fields or to /dev/log.
 *
 * Datagrams that the host sends (net/1), which works in a sandbox too, and that are never waited for: where the log's queue is
 * full, the delivery comes again. */
#include "lib/template/alert_values.h"
#include "lib/template/template.h"
#include "plugins/syslog/entry.h"

#include <entente/plugin.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define JOURNAL_SOCKET "/run/systemd/journal/socket"
#define LOCAL_SOCKET "/dev/log"

enum { FULL_RETRY_MS = 1000, HOST_SIZE = 256 };

struct sink {
    const struct ent_host *host;
    struct ent_instance *instance;
    struct template *message;
    enum entry_format format;
    int facility, severity;
    const char *tag;
    const struct ent_net_1 *net;
    const char *path; /* of the socket */
    char machine[HOST_SIZE];
};

static const struct ent_option options[] = {
    {.name = "transport",
     .type = ENT_OPTION_ENUM,
     .default_value = "auto",
     .choices = "auto|journald|local",
     .help = "journald with structured fields (ENTENTE_EVENT, …), or the socket /dev/log; auto takes journald where it runs."},
    {.name = "path",
     .type = ENT_OPTION_STRING,
     .flags = ENT_ADVANCED,
     .default_value = LOCAL_SOCKET,
     .help = "Socket of the local log; with transport auto another than the usual one is taken before journald."},
    {.name = "journal",
     .type = ENT_OPTION_STRING,
     .flags = ENT_ADVANCED,
     .default_value = JOURNAL_SOCKET,
     .help = "Socket of journald."},
    {.name = "format",
     .type = ENT_OPTION_ENUM,
     .default_value = "rfc5424",
     .choices = "rfc5424|rfc3164",
     .help = "With transport local: RFC 5424 with structured data, or the older form."},
    {.name = "facility",
     .type = ENT_OPTION_ENUM,
     .default_value = "daemon",
     .choices = "user|daemon|local0|local1|local2|local3|local4|local5|local6|local7",
     .help = "Facility of the entries."},
    {.name = "severity",
     .type = ENT_OPTION_ENUM,
     .default_value = "notice",
     .choices = "emergency|alert|critical|error|warning|notice|info|debug",
     .help = "Severity of the entries."},
    {.name = "tag", .type = ENT_OPTION_STRING, .default_value = "entente", .help = "Name under which they stand."},
    {.name = "message",
     .type = ENT_OPTION_STRING,
     .default_value = "{{#is_update}}Update: {{/is_update}}{{headline}}{{#url}} {{url}}{{/url}}",
     .help = "Template of the line; see docs/templates.md."},
};

/* Places in the option's choices. */
static int place_of(const char *word, const char *const *words)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return 0;
}

static int facility_of(const char *word)
{
    static const char *const words[] = {"kern", "user", "mail", "daemon", NULL};
    return strncmp(word, "local", 5) == 0 ? 16 + (word[5] - '0') : place_of(word, words);
}

static int severity_of(const char *word)
{
    static const char *const words[] = {"emergency", "alert", "critical", "error", "warning", "notice", "info", "debug", NULL};
    return place_of(word, words);
}

static bool takes_journal(const char *transport, const char *local, const char *journal)
{
    if (strcmp(transport, "auto") != 0)
        return strcmp(transport, "journald") == 0;
    return strcmp(local, LOCAL_SOCKET) == 0 && access(journal, F_OK) == 0;
}

static void choose_log(struct sink *self)
{
    const char *transport = self->host->option_str(self->instance, "transport").data;
    const char *format = self->host->option_str(self->instance, "format").data;
    const char *local = self->host->option_str(self->instance, "path").data;
    const char *journal = self->host->option_str(self->instance, "journal").data;
    bool is_journal = takes_journal(transport, local, journal);
    self->format = is_journal ? ENTRY_JOURNAL : strcmp(format, "rfc3164") == 0 ? ENTRY_RFC3164 : ENTRY_RFC5424;
    self->path = is_journal ? journal : local;
}

static void sink_destroy(void *context)
{
    struct sink *self = context;
    template_destroy(self->message);
    free(self);
}

static bool set_up(struct sink *self, struct error *error)
{
    struct ent_str message = self->host->option_str(self->instance, "message");
    self->message = template_compile(message.data, message.size, TEMPLATE_LINE, error);
    if (!self->message) {
        error_prefix(error, "message");
        return false;
    }
    if (!self->net)
        return error_set(error, ERROR_CONFIG, "this host offers no net/1");
    choose_log(self);
    if (gethostname(self->machine, sizeof self->machine) != 0)
        *self->machine = '\0';
    self->machine[HOST_SIZE - 1] = '\0';
    return true;
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
    self->net = ent_net(host, instance);
    self->facility = facility_of(host->option_str(instance, "facility").data);
    self->severity = severity_of(host->option_str(instance, "severity").data);
    self->tag = host->option_str(instance, "tag").data;
    if (set_up(self, &error))
        return self;
    host->error(instance, ent_text(error.text));
    sink_destroy(self);
    return NULL;
}

/* ---- sending ---- */

struct outcome {
    enum ent_code code;
    int64_t retry_after_ms;
    struct error error;
};

static bool send_datagram(struct sink *self, const struct buffer *datagram, struct outcome *outcome)
{
    int reason = self->net->send(self->instance, self->path, ent_bytes(datagram->bytes, datagram->size));
    if (reason == 0)
        return true;
    outcome->code = reason == EMSGSIZE ? ENT_REJECT : ENT_RETRY;
    outcome->retry_after_ms = reason == EAGAIN ? FULL_RETRY_MS : -1;
    return error_set_errno(&outcome->error, reason, reason == EAGAIN ? "%s: the log takes no more just now" : "%s", self->path);
}

/* `values` are those of the whole delivery; `value` the alert's own. */
static bool send_alert(struct sink *self, json_t *values, json_t *value, struct record_view delivery,
                       struct record_view alert, struct outcome *outcome)
{
    const struct ent_clock_1 *clock = ent_clock(self->host, self->instance);
    struct buffer text = BUFFER_INIT, datagram = BUFFER_INIT;
    bool is_good = json_object_update(values, value) == 0;
    if (is_good)
        template_render(self->message, values, &text);
    struct entry entry = {.facility = self->facility,
                          .severity = self->severity,
                          .tag = self->tag,
                          .host = self->machine,
                          .time = clock ? clock->now(self->instance) : 0,
                          .text = text.bytes ? text.bytes : "",
                          .delivery = record_text(delivery, ENT_DELIVERY_ID),
                          .actors = json_string_value(json_object_get(value, "actors")),
                          .alert = alert};
    entry_append(&datagram, &entry, self->format);
    is_good = is_good && !text.failed && !datagram.failed;
    if (is_good)
        is_good = send_datagram(self, &datagram, outcome);
    else
        error_set(&outcome->error, ERROR_MEMORY, "no memory for the entry, or a template without end");
    buffer_free(&text);
    buffer_free(&datagram);
    return is_good;
}

/* An entry an alert, also of a digest. */
static void send_delivery(struct sink *self, struct ent_unit *unit, size_t index)
{
    struct ent_str bytes = self->host->bytes(self->host->input(unit, index));
    struct record_view delivery = record_view_of(bytes.data, bytes.size), alert;
    struct outcome outcome = {.code = ENT_RETRY, .retry_after_ms = -1, .error = ERROR_INIT};
    json_t *values = alert_values(delivery, &outcome.error);
    bool is_good = values != NULL;
    for (size_t i = 0; is_good && record_get_view(delivery, ENT_DELIVERY_ALERT, i, &alert); i++) {
        json_t *value = json_array_get(json_object_get(values, "alerts"), i);
        is_good = send_alert(self, values, value, delivery, alert, &outcome);
    }
    json_decref(values);
    if (is_good)
        self->host->result(unit, index, ENT_OK, -1, ent_text(NULL));
    else
        self->host->result(unit, index, outcome.code, outcome.retry_after_ms, ent_text(outcome.error.text));
}

static enum ent_code sink_deliver(void *context, struct ent_unit *unit)
{
    struct sink *self = context;
    for (size_t i = 0; i < self->host->input_count(unit); i++)
        send_delivery(self, unit, i);
    return ENT_OK;
}

static const struct ent_ops ops = {
    .size = sizeof ops,
    .create = sink_create,
    .deliver = sink_deliver,
    .destroy = sink_destroy,
};

const struct ent_plugin *ent_plugin_query(void)
{
    static const struct ent_plugin plugin = {
        ENT_PLUGIN_HEAD,
        .name = "syslog",
        .version = ENT_VERSION,
        .licence = "Apache-2.0",
        .summary = "Writes alerts to journald or the system's log",
        .flags = ENT_NETWORK,
        ENT_PLUGIN_OPTIONS(options),
        .ops = &ops,
    };
    return &plugin;
}
