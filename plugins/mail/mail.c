/* mail: sends each alert as a mail, text and HTML, over a mail server.
 *
 * The Message-ID is made from the delivery's id and the mail from the delivery alone, so a mail that is sent again,
 * since the server's answer was lost, is the same mail to every reader. All mails about one event refer to one id,
 * which makes a thread of them. One exchange a delivery; its answer settles it. */
#include "lib/mail/compose.h"
#include "plugins/mail/texts.h"

#include <entente/plugin.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RECIPIENTS_MAX = 100 };

struct sender {
    const struct ent_host *host;
    struct ent_instance *instance;
    const struct ent_mail_1 *mail;
    const char *url, *user, *password, *token, *ca_file, *from;
    struct buffer bare_from;
    const char *domain; /* of the sender: within bare_from */
    const char *to[RECIPIENTS_MAX];
    struct buffer bare_to[RECIPIENTS_MAX];
    size_t to_count;
    bool is_plain, has_html;
    struct texts *texts;
};

static const struct ent_option options[] = {
    {.name = "url",
     .type = ENT_OPTION_URL,
     .flags = ENT_REQUIRED,
     .choices = "smtp|smtps",
     .help = "The mail server, as smtps://mail.example.org or smtp://mail.example.org:587."},
    {.name = "from",
     .type = ENT_OPTION_STRING,
     .flags = ENT_REQUIRED,
     .help = "The sender, as alerts@example.org or `Name <alerts@example.org>`."},
    {.name = "to",
     .type = ENT_OPTION_LIST,
     .flags = ENT_REQUIRED | ENT_MULTI,
     .help = "The recipients, apart by commas."},
    {.name = "user", .type = ENT_OPTION_STRING, .help = "Who logs in."},
    {.name = "password", .type = ENT_OPTION_SECRET, .help = "Password, as env:NAME or file:PATH."},
    {.name = "token", .type = ENT_OPTION_SECRET, .help = "OAuth 2 access token, instead of a password."},
    {.name = "tls",
     .type = ENT_OPTION_BOOL,
     .default_value = "yes",
     .help = "Whether smtp:// must switch to TLS; no is for a server on this machine."},
    {.name = "ca_file",
     .type = ENT_OPTION_PATH,
     .flags = ENT_PATH_READ | ENT_ADVANCED,
     .help = "Certificates to trust instead of the system's."},
    {.name = "html", .type = ENT_OPTION_BOOL, .default_value = "yes", .help = "Whether an HTML part goes along."},
    {.name = "subject", .type = ENT_OPTION_STRING, .help = "Template of the subject; see docs/templates.md."},
    {.name = "text_template",
     .type = ENT_OPTION_PATH,
     .flags = ENT_PATH_READ,
     .help = "File with the template of the text."},
    {.name = "html_template",
     .type = ENT_OPTION_PATH,
     .flags = ENT_PATH_READ,
     .help = "File with the template of the HTML part."},
};

static const char *text_option(const struct ent_host *host, struct ent_instance *instance, const char *name)
{
    struct ent_str value = host->option_str(instance, name);
    return value.size > 0 ? value.data : NULL;
}

static void sender_destroy(void *context)
{
    struct sender *self = context;
    for (size_t i = 0; i < self->to_count; i++)
        buffer_free(&self->bare_to[i]);
    buffer_free(&self->bare_from);
    texts_destroy(self->texts);
    free(self);
}

static bool take_addresses(struct sender *self, struct error *error)
{
    self->from = text_option(self->host, self->instance, "from");
    if (!self->from || !mail_bare_address(self->from, &self->bare_from))
        return error_set(error, ERROR_CONFIG, "from: \"%.80s\" is no mail address", self->from ? self->from : "");
    self->domain = strchr(self->bare_from.bytes, '@') + 1;
    size_t count = self->host->option_count(self->instance, "to");
    if (count > RECIPIENTS_MAX)
        return error_set(error, ERROR_CONFIG, "to: %zu recipients are more than %d", count, RECIPIENTS_MAX);
    for (size_t i = 0; i < count; i++) {
        self->to[i] = self->host->option_item(self->instance, "to", i).data;
        self->to_count = i + 1;
        if (!mail_bare_address(self->to[i], &self->bare_to[i]))
            return error_set(error, ERROR_CONFIG, "to: \"%.80s\" is no mail address", self->to[i]);
    }
    return true;
}

static void *sender_create(const struct ent_host *host, struct ent_instance *instance)
{
    struct sender *self = calloc(1, sizeof *self);
    struct error error = ERROR_INIT;
    if (!self) {
        host->error(instance, ent_text("no memory"));
        return NULL;
    }
    self->host = host;
    self->instance = instance;
    self->mail = ent_mail(host, instance);
    self->url = text_option(host, instance, "url");
    self->user = text_option(host, instance, "user");
    self->password = text_option(host, instance, "password");
    self->token = text_option(host, instance, "token");
    self->ca_file = text_option(host, instance, "ca_file");
    self->is_plain = !host->option_int(instance, "tls");
    self->has_html = host->option_int(instance, "html") != 0;
    self->texts = texts_create(text_option(host, instance, "subject"), text_option(host, instance, "text_template"),
                               text_option(host, instance, "html_template"), &error);
    if (self->texts && take_addresses(self, &error))
        return self;
    host->error(instance, ent_text(error.text));
    sender_destroy(self);
    return NULL;
}

/* ---- sending ---- */

/* The mail that told the event first, which this one answers. */
static bool thread_of(const struct sender *self, struct record_view delivery, struct buffer *thread)
{
    const char *first = record_text(delivery, ENT_DELIVERY_THREAD);
    if (!first)
        return false;
    buffer_printf(thread, "%s@%s", first, self->domain);
    return !thread->failed;
}

static int64_t date_of(const struct sender *self, struct record_view delivery)
{
    struct record_view alert;
    int64_t created = 0;
    const struct ent_clock_1 *clock = ent_clock(self->host, self->instance);
    if (record_get_view(delivery, ENT_DELIVERY_ALERT, 0, &alert))
        created = record_int(alert, ENT_ALERT_CREATED, 0);
    return created || !clock ? created : clock->now(self->instance);
}

static bool compose(struct sender *self, struct record_view delivery, struct buffer *message, struct error *error)
{
    struct buffer subject = BUFFER_INIT, text = BUFFER_INIT, html = BUFFER_INIT, id = BUFFER_INIT, thread = BUFFER_INIT;
    const char *delivery_id = record_text(delivery, ENT_DELIVERY_ID);
    buffer_printf(&id, "%s@%s", delivery_id ? delivery_id : "", self->domain);
    bool is_good = texts_render(self->texts, delivery, &subject, &text, &html, error);
    bool has_thread = thread_of(self, delivery, &thread);
    if (is_good)
        is_good = mail_compose(&(struct mail_draft){.from = self->from,
                                                    .to = self->to,
                                                    .to_count = self->to_count,
                                                    .subject = subject.bytes ? subject.bytes : "",
                                                    .text = text.bytes ? text.bytes : "",
                                                    .html = self->has_html ? html.bytes : NULL,
                                                    .message_id = id.bytes,
                                                    .thread_id = has_thread ? thread.bytes : NULL,
                                                    .date = date_of(self, delivery)},
                               message, error);
    buffer_free(&subject);
    buffer_free(&text);
    buffer_free(&html);
    buffer_free(&id);
    buffer_free(&thread);
    return is_good;
}

static void send_delivery(struct sender *self, struct ent_unit *unit, size_t index)
{
    const struct ent_host *host = self->host;
    struct ent_str bytes = host->bytes(host->input(unit, index));
    struct buffer message = BUFFER_INIT;
    struct error error = ERROR_INIT;
    const char *recipients[RECIPIENTS_MAX];
    for (size_t i = 0; i < self->to_count; i++)
        recipients[i] = self->bare_to[i].bytes;
    if (!compose(self, record_view_of(bytes.data, bytes.size), &message, &error)) {
        host->result(unit, index, ENT_RETRY, -1, ent_text(error.text));
        buffer_free(&message);
        return;
    }
    struct ent_mail_request request = {.size = sizeof request,
                                       .flags = self->is_plain ? ENT_MAIL_PLAIN : 0,
                                       .url = self->url,
                                       .user = self->user,
                                       .password = self->password,
                                       .bearer = self->token,
                                       .ca_file = self->ca_file,
                                       .from = self->bare_from.bytes,
                                       .recipients = recipients,
                                       .recipient_count = self->to_count,
                                       .message = message.bytes,
                                       .message_size = message.size,
                                       .tag = host->ticket(unit, index)};
    if (self->mail->submit(unit, &request) == 0)
        host->result(unit, index, ENT_AGAIN, -1, ent_text(NULL));
    else
        host->result(unit, index, ENT_RETRY, -1, ent_text("the mail could not be handed over; too many under way?"));
    buffer_free(&message);
}

static enum ent_code sender_deliver(void *context, struct ent_unit *unit)
{
    struct sender *self = context;
    if (!self->mail)
        return ent_fail(self->host, self->instance, ENT_CONFIG, "this host offers no mail/1");
    for (size_t i = 0; i < self->host->input_count(unit); i++)
        send_delivery(self, unit, i);
    return ENT_OK;
}

/* ---- the answer ---- */

/* A server that says 5xx to a mail will say it again (RFC 5321, 4.2.1); to a log-in, an operator can mend it. */
static enum ent_code judge(const struct ent_http_response *response)
{
    if (response->outcome == ENT_HTTP_DONE)
        return ENT_OK;
    bool is_final = response->status >= 550 && response->status < 560;
    return is_final ? ENT_REJECT : ENT_RETRY;
}

static enum ent_code sender_respond(void *context, struct ent_unit *unit, const struct ent_http_response *response)
{
    struct sender *self = context;
    enum ent_code code = judge(response);
    if (code == ENT_OK && response->error.size > 0)
        self->host->log(self->instance, ENT_LOG_WARNING, response->error);
    self->host->settle(unit, response->tag, code, response->retry_after_ms,
                       code == ENT_OK ? ent_text(NULL) : response->error);
    if (response->outcome != ENT_HTTP_REFUSED)
        return ENT_OK;
    self->host->error(self->instance, response->error);
    return ENT_CONFIG;
}

static const struct ent_ops ops = {
    .size = sizeof ops,
    .create = sender_create,
    .deliver = sender_deliver,
    .respond = sender_respond,
    .destroy = sender_destroy,
};

const struct ent_plugin *ent_plugin_query(void)
{
    static const struct ent_plugin plugin = {
        ENT_PLUGIN_HEAD,
        .name = "mail",
        .version = ENT_VERSION,
        .licence = "Apache-2.0",
        .summary = "Sends each alert as a mail",
        ENT_PLUGIN_OPTIONS(options),
        .ops = &ops,
    };
    return &plugin;
}
