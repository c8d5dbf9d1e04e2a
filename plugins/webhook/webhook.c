/* webhook: sends each alert to an address, as JSON or as a template has it: Slack, ntfy and Matrix among them.
 *
 * One request a delivery; the answer settles it by its ticket, so nothing needs to be remembered here. The delivery's
 * id goes along as Idempotency-Key and stays the same over retries. */
#include "plugins/webhook/answer.h"
#include "plugins/webhook/body.h"
#include "plugins/webhook/signature.h"

#include <entente/plugin.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { EXTRA_HEADERS_MAX = 32, OWN_HEADERS = 5, ANSWER_SIZE_MAX = 64 * 1024, BODY_SIZE_MAX = 16 * 1024 * 1024 };

struct webhook {
    const struct ent_host *host;
    struct ent_instance *instance;
    const struct ent_http_1 *http;
    const char *url;
    struct body *body;
    const char *receipt; /* NULL: none */
    struct ent_str secret;
    const char *authorization;
    struct ent_http_header extra[EXTRA_HEADERS_MAX];
    size_t extra_count;
    char *extra_texts[EXTRA_HEADERS_MAX];
};

static const struct ent_option options[] = {
    {.name = "url", .type = ENT_OPTION_URL, .flags = ENT_REQUIRED, .help = "Address that each alert is sent to."},
    {.name = "preset",
     .type = ENT_OPTION_ENUM,
     .default_value = "none",
     .choices = BODY_PRESETS,
     .help = "What the receiver wants: an incoming webhook of Slack (slack), its chat.postMessage, by which updates go "
             "into threads (slack-api, with `channel` and `authorization`), a topic of ntfy, or a room of Matrix "
             "(…/rooms/ROOM/send/m.room.message); none is the alert's own JSON."},
    {.name = "channel", .type = ENT_OPTION_STRING, .help = "With preset slack-api: the channel's id or name."},
    {.name = "receipt",
     .type = ENT_OPTION_STRING,
     .flags = ENT_ADVANCED,
     .help = "Member of the receiver's JSON answer that names the message; templates have it as `receipt` in updates."},
    {.name = "template",
     .type = ENT_OPTION_PATH,
     .flags = ENT_PATH_READ,
     .help = "File with the template of the body, instead of the preset's; see docs/templates.md."},
    {.name = "header",
     .type = ENT_OPTION_LIST,
     .flags = ENT_MULTI,
     .help = "Further headers to send, as `Name: value`; several as header.1, header.2, …"},
    {.name = "authorization",
     .type = ENT_OPTION_SECRET,
     .help = "Value of the Authorization header, such as `Bearer …`."},
    {.name = "secret",
     .type = ENT_OPTION_SECRET,
     .help = "Key that the body is signed with: X-Entente-Signature: sha256=HMAC-SHA-256 in hex."},
};

/* ---- options ---- */

static bool is_own_header(const char *name)
{
    static const char *const own[] = {"Content-Type", "Idempotency-Key", "X-Entente-Signature", "Content-Length"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strcasecmp(own[i], name) == 0)
            return true;
    return false;
}

/* Splits "Name: value" in place; false where it is malformed. */
static bool split_header(char *text, struct ent_http_header *header)
{
    char *colon = strchr(text, ':');
    if (!colon || colon == text || strpbrk(text, "\r\n"))
        return false;
    *colon = '\0';
    header->name = text;
    header->value = colon + 1 + strspn(colon + 1, " \t");
    return strpbrk(text, " \t") == NULL;
}

static enum ent_code webhook_check(const struct ent_host *host, struct ent_instance *instance)
{
    const char *preset = host->option_str(instance, "preset").data;
    if (preset && strcmp(preset, "slack-api") == 0 && host->option_str(instance, "channel").size == 0)
        return ent_fail(host, instance, ENT_CONFIG, "channel: preset slack-api wants it");
    size_t count = host->option_count(instance, "header");
    char message[200];
    if (count > EXTRA_HEADERS_MAX) {
        snprintf(message, sizeof message, "header: %zu headers are more than %d", count, EXTRA_HEADERS_MAX);
        return ent_fail(host, instance, ENT_CONFIG, message);
    }
    for (size_t i = 0; i < count; i++) {
        struct ent_str item = host->option_item(instance, "header", i);
        struct ent_http_header header;
        char *copy = strndup(item.data, item.size);
        bool is_good = copy && split_header(copy, &header);
        bool is_own = is_good && is_own_header(header.name);
        free(copy);
        if (is_good && !is_own)
            continue;
        snprintf(message, sizeof message, "header: \"%.60s\" %s", item.data,
                 is_own ? "is set by the webhook itself" : "should read `Name: value`");
        return ent_fail(host, instance, ENT_CONFIG, message);
    }
    return ENT_OK;
}

static void webhook_destroy(void *context)
{
    struct webhook *self = context;
    for (size_t i = 0; i < self->extra_count; i++)
        free(self->extra_texts[i]);
    body_destroy(self->body);
    free(self);
}

static void *webhook_create(const struct ent_host *host, struct ent_instance *instance)
{
    struct webhook *self = calloc(1, sizeof *self);
    if (!self) {
        host->error(instance, ent_text("no memory"));
        return NULL;
    }
    self->host = host;
    self->instance = instance;
    self->http = ent_http(host, instance);
    self->url = host->option_str(instance, "url").data;
    self->secret = host->option_str(instance, "secret");
    self->authorization = host->option_str(instance, "authorization").data;
    struct error error = ERROR_INIT;
    self->body =
        body_create(host->option_str(instance, "preset").data, host->option_str(instance, "template").data,
                    host->option_str(instance, "channel").data, &error);
    if (!self->body) {
        host->error(instance, ent_text(error.text));
        webhook_destroy(self);
        return NULL;
    }
    struct ent_str receipt = host->option_str(instance, "receipt");
    self->receipt = receipt.size > 0 ? receipt.data : body_receipt(self->body);
    for (size_t i = 0; i < host->option_count(instance, "header"); i++) {
        struct ent_str item = host->option_item(instance, "header", i);
        char *copy = strndup(item.data, item.size);
        if (!copy || !split_header(copy, &self->extra[i])) {
            free(copy);
            host->error(instance, ent_text("header: no memory"));
            webhook_destroy(self);
            return NULL;
        }
        self->extra_texts[self->extra_count++] = copy;
    }
    return self;
}

/* ---- sending ---- */

static bool submit(struct webhook *self, struct ent_unit *unit, const char *id, const struct buffer *body,
                   uint64_t ticket)
{
    struct ent_http_header headers[OWN_HEADERS + EXTRA_HEADERS_MAX];
    char signature[sizeof "sha256=" + SIGNATURE_HEX_SIZE];
    char url[2048];
    size_t count = 0;
    int size = snprintf(url, sizeof url, body_names_delivery(self->body) ? "%s/%s" : "%s", self->url, id);
    if (size < 0 || (size_t)size >= sizeof url)
        return false;
    headers[count++] = (struct ent_http_header){"Content-Type", body_content_type(self->body)};
    headers[count++] = (struct ent_http_header){"Idempotency-Key", id};
    if (self->authorization && *self->authorization)
        headers[count++] = (struct ent_http_header){"Authorization", self->authorization};
    if (self->secret.size > 0) {
        memcpy(signature, "sha256=", 7);
        signature_print(signature + 7, self->secret.data, self->secret.size, body->bytes, body->size);
        headers[count++] = (struct ent_http_header){"X-Entente-Signature", signature};
    }
    for (size_t i = 0; i < self->extra_count; i++)
        headers[count++] = self->extra[i];
    struct ent_http_request request = {.size = sizeof request,
                                       .method = body_method(self->body),
                                       .url = url,
                                       .headers = headers,
                                       .header_count = count,
                                       .body = body->bytes,
                                       .body_size = body->size,
                                       .max_response = ANSWER_SIZE_MAX,
                                       .tag = ticket};
    return self->http->submit(unit, &request) == 0;
}

static void send_delivery(struct webhook *self, struct ent_unit *unit, size_t index)
{
    const struct ent_host *host = self->host;
    struct ent_str bytes = host->bytes(host->input(unit, index));
    struct record_view delivery = record_view_of(bytes.data, bytes.size);
    const char *id = record_text(delivery, ENT_DELIVERY_ID);
    struct buffer body = {.limit = BODY_SIZE_MAX};
    struct error error = ERROR_INIT;
    if (!body_render(self->body, delivery, &body, &error))
        host->result(unit, index, ENT_RETRY, -1, ent_text(error.text));
    else if (submit(self, unit, id ? id : "", &body, host->ticket(unit, index)))
        host->result(unit, index, ENT_AGAIN, -1, ent_text(NULL));
    else
        host->result(unit, index, ENT_RETRY, -1, ent_text("the request could not be handed over; too many under way?"));
    buffer_free(&body);
}

static enum ent_code webhook_deliver(void *context, struct ent_unit *unit)
{
    struct webhook *self = context;
    if (!self->http)
        return ent_fail(self->host, self->instance, ENT_CONFIG, "this host offers no http/1");
    for (size_t i = 0; i < self->host->input_count(unit); i++)
        send_delivery(self, unit, i);
    return ENT_OK;
}

/* ---- the answer ---- */

static enum ent_code judge_status(int32_t status)
{
    if (status >= 200 && status < 300)
        return ENT_OK;
    if (status == 408 || status == 425 || status == 429 || status >= 500)
        return ENT_RETRY;
    return ENT_REJECT;
}

static enum ent_code webhook_respond(void *context, struct ent_unit *unit, const struct ent_http_response *response)
{
    struct webhook *self = context;
    enum ent_code code = ENT_RETRY;
    switch (response->outcome) {
    case ENT_HTTP_DONE:
    case ENT_HTTP_NOT_MODIFIED:
    case ENT_HTTP_TOO_LARGE: /* the receiver has answered; that it says too much is no reason to send again */
        code = judge_status(response->status);
        break;
    case ENT_HTTP_REFUSED:
        self->host->settle(unit, response->tag, ENT_RETRY, response->retry_after_ms, response->error);
        self->host->error(self->instance, response->error);
        return ENT_CONFIG;
    default:
        break;
    }
    struct ent_str text = response->error;
    char answer[ANSWER_TEXT_SIZE] = "";
    if (code == ENT_OK) {
        if (body_has_ok(self->body))
            code = answer_judge_ok(response->body, answer);
        if (code == ENT_OK && self->receipt)
            answer_receipt(response->body, self->receipt, answer);
        text = ent_text(answer);
    }
    self->host->settle(unit, response->tag, code, response->retry_after_ms, text);
    return ENT_OK;
}

static const struct ent_ops ops = {
    .size = sizeof ops,
    .check = webhook_check,
    .create = webhook_create,
    .deliver = webhook_deliver,
    .respond = webhook_respond,
    .destroy = webhook_destroy,
};

const struct ent_plugin *ent_plugin_query(void)
{
    static const struct ent_plugin plugin = {
        ENT_PLUGIN_HEAD,
        .name = "webhook",
        .version = ENT_VERSION,
        .licence = "Apache-2.0",
        .summary = "Sends each alert to an address, as JSON or by a template",
        ENT_PLUGIN_OPTIONS(options),
        .ops = &ops,
    };
    return &plugin;
}
