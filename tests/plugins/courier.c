/* A source that makes an item of each line of a page, and a sink that sends the id of each delivery by HTTP or mail;
 * either kills its process where its option says, as long as a file is there. For the tests of what such a death costs.
 */
#include <entente/plugin.h>

#include <stdbool.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct courier {
    const struct ent_host *host;
    struct ent_instance *instance;
};

static const struct ent_option options[] = {
    {.name = "url", .type = ENT_OPTION_STRING, .flags = ENT_REQUIRED, .help = "Page to read, or server to send to."},
    {.name = "crash_in",
     .type = ENT_OPTION_ENUM,
     .default_value = "nothing",
     .choices = "nothing|fetch|deliver|respond",
     .help = "Where to die,"},
    {.name = "as_long_as", .type = ENT_OPTION_PATH, .flags = ENT_PATH_READ, .help = "as long as this file is there."},
};

static void *courier_create(const struct ent_host *host, struct ent_instance *instance)
{
    struct courier *self = calloc(1, sizeof *self);
    if (self)
        *self = (struct courier){host, instance};
    return self;
}

static struct ent_str option(const struct courier *self, const char *name)
{
    return self->host->option_str(self->instance, name);
}

static void die_in(const struct courier *self, const char *callback)
{
    struct ent_str file = option(self, "as_long_as");
    if (file.data && strcmp(option(self, "crash_in").data, callback) == 0 && access(file.data, F_OK) == 0)
        abort();
}

static enum ent_code courier_fetch(void *context, struct ent_unit *unit)
{
    const struct courier *self = context;
    struct ent_http_request request = {.size = sizeof request, .url = option(self, "url").data};
    die_in(self, "fetch");
    return ent_http(self->host, self->instance)->submit(unit, &request) == 0 ? ENT_OK : ENT_RETRY;
}

static int send_mail(const struct courier *self, struct ent_unit *unit, struct ent_str id, uint64_t ticket)
{
    static const char *const recipients[] = {"desk@example.org"};
    char message[500];
    int size = snprintf(message, sizeof message, "Subject: %.*s\r\n\r\nIt is.\r\n", (int)id.size, id.data);
    struct ent_mail_request request = {.size = sizeof request,
                                       .flags = ENT_MAIL_PLAIN,
                                       .url = option(self, "url").data,
                                       .from = "entente@example.org",
                                       .recipients = recipients,
                                       .recipient_count = 1,
                                       .message = message,
                                       .message_size = (size_t)size,
                                       .tag = ticket};
    return ent_mail(self->host, self->instance)->submit(unit, &request);
}

static int post(const struct courier *self, struct ent_unit *unit, struct ent_str id, uint64_t ticket)
{
    struct ent_http_request request = {.size = sizeof request,
                                       .method = "POST",
                                       .url = option(self, "url").data,
                                       .body = id.data,
                                       .body_size = id.size,
                                       .tag = ticket};
    return ent_http(self->host, self->instance)->submit(unit, &request);
}

static enum ent_code courier_deliver(void *context, struct ent_unit *unit)
{
    const struct courier *self = context;
    const struct ent_host *host = self->host;
    bool is_mail = strncmp(option(self, "url").data, "smtp", 4) == 0;
    die_in(self, "deliver");
    for (size_t i = 0; i < host->input_count(unit); i++) {
        struct ent_str id = ent_get_str(host, host->input(unit, i), ENT_DELIVERY_ID);
        uint64_t ticket = host->ticket(unit, i);
        int sent = is_mail ? send_mail(self, unit, id, ticket) : post(self, unit, id, ticket);
        host->result(unit, i, sent == 0 ? ENT_AGAIN : ENT_RETRY, -1, ent_text("cannot be sent"));
    }
    return ENT_OK;
}

static enum ent_code emit_lines(const struct courier *self, struct ent_unit *unit, struct ent_str page)
{
    const char *at = page.data, *end = page.data + page.size;
    while (at < end) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        line_end = line_end ? line_end : end;
        struct ent_builder *item = self->host->build(self->instance, ENT_ITEM);
        self->host->put_str(item, ENT_ITEM_GUID, ent_bytes(at, (size_t)(line_end - at)));
        self->host->put_str(item, ENT_ITEM_TITLE, ent_bytes(at, (size_t)(line_end - at)));
        struct ent_record *record = self->host->seal(item);
        if (!record || self->host->emit(unit, 0, record) != 0)
            return ENT_RETRY;
        at = line_end + 1;
    }
    return ENT_OK;
}

static enum ent_code courier_respond(void *context, struct ent_unit *unit, const struct ent_http_response *response)
{
    const struct courier *self = context;
    bool is_good = response->outcome == ENT_HTTP_DONE && response->status >= 200 && response->status < 300;
    if (response->tag == 0)
        return is_good && emit_lines(self, unit, response->body) == ENT_OK ? (die_in(self, "respond"), ENT_OK)
                                                                           : ENT_RETRY;
    die_in(self, "respond");
    self->host->settle(unit, response->tag, is_good ? ENT_OK : ENT_RETRY, -1, response->error);
    return ENT_OK;
}

static const struct ent_ops ops = {.size = sizeof ops,
                                   .create = courier_create,
                                   .fetch = courier_fetch,
                                   .deliver = courier_deliver,
                                   .respond = courier_respond,
                                   .destroy = free};

const struct ent_plugin *ent_plugin_query(void)
{
    static const struct ent_plugin plugin = {ENT_PLUGIN_HEAD,
                                             .name = "courier",
                                             .version = "1.0",
                                             .licence = "Apache-2.0",
                                             .summary = "Reads lines, sends ids, dies on the way",
                                             ENT_PLUGIN_OPTIONS(options),
                                             .ops = &ops};
    return &plugin;
}
