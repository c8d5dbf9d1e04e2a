/* mailbox: reads newsletters, press releases and alerts from a folder of an IMAP server, each mail an item.
 *
 * A newsletter that lists several linked articles becomes an item for each.
 *
 * A fetch asks for the folder's state, searches for mails that are new, and fetches them one after the other; each is a
 * unit of its own, which notes its UID as read in kv/1. Once all of a batch are noted, the next fetch moves the mark
 * below which nothing is looked at. So a crash or a failed commit anywhere reads a mail again, and the item's identity,
 * its Message-ID, makes that nothing new. Mails stay on the server as they were: one that nobody has seen is marked
 * unseen again, unless mark_seen is set. */
#include "lib/base/calendar.h"
#include "lib/mail/digest.h"
#include "lib/mail/message.h"
#include "lib/text/url.h"
#include "plugins/mailbox/folder.h"
#include "plugins/mailbox/reply.h"

#include <entente/plugin.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH_MAX = 100, ADDRESS_MAX = 1400 };

enum step { STEP_STATUS, STEP_SEARCH, STEP_SEARCH_UNSEEN, STEP_FETCH, STEP_STORE };

struct mailbox {
    const struct ent_host *host;
    struct ent_instance *instance;
    const struct ent_mail_1 *mail;
    const struct ent_kv_1 *kv;
    const struct ent_metrics_1 *metrics;
    const char *url, *user, *password, *bearer, *ca_file;
    const char *class, *publisher, *language; /* NULL: not given */
    struct buffer folder;                     /* as IMAP writes it, quoted for an address */
    struct buffer status_command;
    bool is_plain, marks_seen, splits;
    int64_t since_ms;

    /* of the fetch under way */
    struct mailbox_status state;
    uint32_t next; /* UIDs below it are done with */
    bool is_first; /* of this folder's validity: only what is younger than `since` */
    uint32_t uids[BATCH_MAX], unseen[BATCH_MAX];
    size_t count, at, unseen_count;
};

static const struct ent_option options[] = {
    {.name = "url",
     .type = ENT_OPTION_URL,
     .flags = ENT_REQUIRED,
     .choices = "imap|imaps",
     .help = "The server, as imaps://mail.example.org."},
    {.name = "folder", .type = ENT_OPTION_STRING, .default_value = "INBOX", .help = "The folder that is read."},
    {.name = "user", .type = ENT_OPTION_STRING, .flags = ENT_REQUIRED, .help = "Who logs in."},
    {.name = "password", .type = ENT_OPTION_SECRET, .help = "Password, as env:NAME or file:PATH."},
    {.name = "token", .type = ENT_OPTION_SECRET, .help = "OAuth 2 access token, instead of a password."},
    {.name = "tls",
     .type = ENT_OPTION_BOOL,
     .default_value = "yes",
     .help = "Whether imap:// must switch to TLS; no is for a server on this machine."},
    {.name = "ca_file",
     .type = ENT_OPTION_PATH,
     .flags = ENT_PATH_READ | ENT_ADVANCED,
     .help = "Certificates to trust instead of the system's."},
    {.name = "since",
     .type = ENT_OPTION_DURATION,
     .default_value = "30d",
     .help = "How old mails are read when the folder is read for the first time."},
    {.name = "min_delay",
     .type = ENT_OPTION_DURATION,
     .flags = ENT_ADVANCED,
     .default_value = "0",
     .min = "0",
     .max = "1h",
     .help = "Time between the starts of two exchanges; a mail server is asked for each mail."},
    {.name = "digest",
     .type = ENT_OPTION_ENUM,
     .choices = "auto|no",
     .default_value = "auto",
     .help = "Whether a newsletter that lists several linked articles becomes an item for each."},
    {.name = "mark_seen",
     .type = ENT_OPTION_BOOL,
     .default_value = "no",
     .help = "Whether mails that were read are marked as seen on the server."},
};

static const char *text_option(const struct ent_host *host, struct ent_instance *instance, const char *name)
{
    struct ent_str value = host->option_str(instance, name);
    return value.size > 0 ? value.data : NULL;
}

static enum ent_code mailbox_check(const struct ent_host *host, struct ent_instance *instance)
{
    bool has_password = text_option(host, instance, "password"), has_token = text_option(host, instance, "token");
    if (has_password == has_token)
        return ent_fail(host, instance, ENT_CONFIG,
                        has_token ? "password and token exclude each other" : "password: or token is needed to log in");
    return ENT_OK;
}

static void mailbox_destroy(void *context)
{
    struct mailbox *self = context;
    buffer_free(&self->folder);
    buffer_free(&self->status_command);
    free(self);
}

static void *mailbox_create(const struct ent_host *host, struct ent_instance *instance)
{
    struct mailbox *self = calloc(1, sizeof *self);
    struct error error = ERROR_INIT;
    if (!self) {
        host->error(instance, ent_text("no memory"));
        return NULL;
    }
    self->host = host;
    self->instance = instance;
    self->mail = ent_mail(host, instance);
    self->kv = ent_kv(host, instance);
    self->metrics = host->interface(instance, ENT_METRICS_1);
    self->url = text_option(host, instance, "url");
    self->user = text_option(host, instance, "user");
    self->password = text_option(host, instance, "password");
    self->bearer = text_option(host, instance, "token");
    self->ca_file = text_option(host, instance, "ca_file");
    self->class = text_option(host, instance, "class");
    self->publisher = text_option(host, instance, "publisher");
    self->language = text_option(host, instance, "language");
    self->is_plain = !host->option_int(instance, "tls");
    self->splits = strcmp(host->option_str(instance, "digest").data, "no") != 0;
    self->marks_seen = host->option_int(instance, "mark_seen") != 0;
    self->since_ms = host->option_int(instance, "since");
    if (folder_encode(text_option(host, instance, "folder"), &self->folder, &self->status_command, &error))
        return self;
    host->error(instance, ent_text(error.text));
    mailbox_destroy(self);
    return NULL;
}

/* ---- asking ---- */

/* `uid` 0: no single mail. NULL command: the mail itself. */
static enum ent_code ask(struct mailbox *self, struct ent_unit *unit, enum step step, uint32_t uid, const char *command)
{
    char address[ADDRESS_MAX];
    size_t size = strlen(self->url);
    while (size > 0 && self->url[size - 1] == '/')
        size--;
    int written = step == STEP_STATUS
                      ? snprintf(address, sizeof address, "%.*s/", (int)size, self->url)
                      : snprintf(address, sizeof address, "%.*s/%s", (int)size, self->url, self->folder.bytes);
    if (step == STEP_FETCH && written > 0 && written < ADDRESS_MAX)
        written += snprintf(address + written, sizeof address - (size_t)written, "/;UID=%" PRIu32, uid);
    if (written < 0 || written >= ADDRESS_MAX)
        return ent_fail(self->host, self->instance, ENT_CONFIG, "url, folder: together too long");
    struct ent_mail_request request = {.size = sizeof request,
                                       .flags = self->is_plain ? ENT_MAIL_PLAIN : 0,
                                       .url = address,
                                       .user = self->user,
                                       .password = self->password,
                                       .bearer = self->bearer,
                                       .ca_file = self->ca_file,
                                       .command = command,
                                       .tag = step};
    return self->mail->submit(unit, &request) == 0 ? ENT_OK : ENT_RETRY;
}

static enum ent_code search(struct mailbox *self, struct ent_unit *unit, enum step step)
{
    char command[120], since[40] = "";
    const struct ent_clock_1 *clock = ent_clock(self->host, self->instance);
    if (self->is_first && clock) {
        static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
        struct civil day;
        calendar_split(clock->now(self->instance) - self->since_ms, &day);
        snprintf(since, sizeof since, " SINCE %d-%s-%04d", day.day, months[day.month - 1], day.year);
    }
    snprintf(command, sizeof command, "UID SEARCH UID %" PRIu32 ":*%s%s", self->next, since,
             step == STEP_SEARCH_UNSEEN ? " UNSEEN" : "");
    return ask(self, unit, step, 0, command);
}

/* ---- what was read ---- */

static void done_key(char key[32], const struct mailbox *self, uint32_t uid)
{
    snprintf(key, 32, "%" PRIu32 "/%" PRIu32, self->state.validity, uid);
}

static bool is_done(struct mailbox *self, struct ent_unit *unit, uint32_t uid)
{
    char key[32];
    struct ent_str value;
    done_key(key, self, uid);
    return self->kv && self->kv->get(unit, ent_text(key), &value);
}

static bool put_done(struct mailbox *self, struct ent_unit *unit, uint32_t uid, const char *value)
{
    char key[32];
    done_key(key, self, uid);
    return !self->kv || self->kv->put(unit, ent_text(key), ent_text(value)) == 0;
}

static void load_mark(struct mailbox *self, struct ent_unit *unit)
{
    struct ent_str value;
    uint32_t validity = 0, next = 0;
    self->next = 1;
    self->is_first = true;
    if (self->kv && self->kv->get(unit, ent_text("mark"), &value) &&
        sscanf(value.data, "%" SCNu32 " %" SCNu32, &validity, &next) == 2 && validity == self->state.validity) {
        self->next = next;
        self->is_first = false;
    }
}

static bool put_mark(struct mailbox *self, struct ent_unit *unit, uint32_t next)
{
    char value[40];
    snprintf(value, sizeof value, "%" PRIu32 " %" PRIu32, self->state.validity, next);
    self->next = next;
    self->is_first = false;
    return !self->kv || self->kv->put(unit, ent_text("mark"), ent_text(value)) == 0;
}

/* ---- one mail ---- */

/* What becomes of a mail: one item, or one for each story of a digest. */
struct letter {
    const struct mail_message *message;
    const struct mail_digest *digest; /* count 0: none */
    struct buffer place, publisher;
};

static void put_message(struct mailbox *self, struct ent_builder *item, const struct letter *letter)
{
    const struct ent_host *host = self->host;
    const struct mail_message *message = letter->message;
    ent_put_text(host, item, ENT_ITEM_AUTHOR,
                 message->sender_name.size ? message->sender_name.bytes : message->sender_address.bytes);
    if (message->has_date) {
        host->put_time(item, ENT_ITEM_PUBLISHED, message->date);
        host->put_int(item, ENT_ITEM_PUBLISHED_OFFSET, message->offset_minutes);
        ent_put_text(host, item, ENT_ITEM_PUBLISHED_PRECISION, "second");
    }
    ent_put_text(host, item, ENT_ITEM_LANGUAGE, message->language.size ? message->language.bytes : self->language);
    ent_put_text(host, item, ENT_ITEM_CLASS, self->class);
    ent_put_text(host, item, ENT_ITEM_FETCH_URL, letter->place.bytes);
}

/* Where the stories stand on many sites, as an alert's do, each is its site's; where they stand on one, that may be the
 * service that counts clicks, and they are the sender's. */
static void put_story(struct mailbox *self, struct ent_builder *item, const struct letter *letter,
                      const struct mail_story *story, const char *guid)
{
    const struct ent_host *host = self->host;
    struct buffer domain = BUFFER_INIT, id = BUFFER_INIT;
    bool is_theirs = letter->digest->is_of_many && url_publisher_domain(&domain, story->url, strlen(story->url));
    buffer_printf(&id, "%s#%zu", guid, (size_t)(story - letter->digest->stories) + 1);
    ent_put_text(host, item, ENT_ITEM_GUID, id.bytes);
    ent_put_text(host, item, ENT_ITEM_URL, story->url);
    ent_put_text(host, item, ENT_ITEM_TITLE, story->title);
    ent_put_text(host, item, ENT_ITEM_BODY, story->text);
    ent_put_text(host, item, ENT_ITEM_PUBLISHER,
                 is_theirs         ? domain.bytes
                 : self->publisher ? self->publisher
                                   : letter->publisher.bytes);
    buffer_free(&domain);
    buffer_free(&id);
}

/* `story` NULL: the mail itself. */
static bool emit_item(struct mailbox *self, struct ent_unit *unit, const struct letter *letter,
                      const struct mail_story *story)
{
    const struct ent_host *host = self->host;
    const struct mail_message *message = letter->message;
    const char *guid = message->message_id.size ? message->message_id.bytes : letter->place.bytes;
    struct ent_builder *item = host->build(self->instance, ENT_ITEM);
    if (!item)
        return false;
    if (story) {
        put_story(self, item, letter, story, guid);
    } else {
        ent_put_text(host, item, ENT_ITEM_GUID, guid);
        ent_put_text(host, item, ENT_ITEM_URL, message->archive_url.bytes);
        ent_put_text(host, item, ENT_ITEM_TITLE, message->subject.bytes);
        ent_put_text(host, item, ENT_ITEM_BODY, message->body.bytes);
        ent_put_text(host, item, ENT_ITEM_PUBLISHER, self->publisher ? self->publisher : letter->publisher.bytes);
    }
    put_message(self, item, letter);
    struct ent_record *record = host->seal(item);
    return record && host->emit(unit, 0, record) == 0;
}

static enum ent_code emit_message(struct mailbox *self, struct ent_unit *unit, uint32_t uid,
                                  const struct mail_message *message)
{
    struct mail_digest digest = {.count = 0};
    struct letter letter = {.message = message, .digest = &digest};
    buffer_printf(&letter.place, "%s/%s;UIDVALIDITY=%" PRIu32 "/;UID=%" PRIu32, self->url, self->folder.bytes,
                  self->state.validity, uid);
    mail_message_publisher(message, &letter.publisher);
    bool is_digest =
        self->splits && message->html.size && mail_digest_read(&digest, message->html.bytes, message->html.size);
    bool is_good = is_digest || emit_item(self, unit, &letter, NULL);
    for (size_t i = 0; is_good && i < digest.count; i++)
        is_good = emit_item(self, unit, &letter, &digest.stories[i]);
    mail_digest_clear(&digest);
    buffer_free(&letter.place);
    buffer_free(&letter.publisher);
    return is_good ? ENT_OK : ENT_RETRY;
}

static void leave_out(struct mailbox *self, uint32_t uid, const char *why)
{
    char text[700];
    snprintf(text, sizeof text, "mail %" PRIu32 " of %s left out: %s", uid, self->folder.bytes, why);
    self->host->log(self->instance, ENT_LOG_WARNING, ent_text(text));
    if (self->metrics)
        self->metrics->count(self->instance, "bad_mails", 1);
}

static enum ent_code read_message(struct mailbox *self, struct ent_unit *unit, const struct ent_http_response *response)
{
    uint32_t uid = self->uids[self->at];
    struct mail_message message = {.has_date = false};
    struct error error = ERROR_INIT;
    enum ent_code code = ENT_OK;
    if (response->outcome == ENT_HTTP_TOO_LARGE)
        leave_out(self, uid, response->error.data);
    else if (response->body.size > 0 && mail_message_read(&message, response->body.data, response->body.size, &error))
        code = emit_message(self, unit, uid, &message);
    else if (response->body.size > 0)
        leave_out(self, uid, error.text);
    mail_message_clear(&message);
    return code == ENT_OK && !put_done(self, unit, uid, "1") ? ENT_RETRY : code;
}

static bool was_unseen(const struct mailbox *self, uint32_t uid)
{
    for (size_t i = 0; i < self->unseen_count; i++)
        if (self->unseen[i] == uid)
            return true;
    return false;
}

/* Asks for the next mail of the batch, or ends the fetch: the next one then moves the mark. */
static enum ent_code go_on(struct mailbox *self, struct ent_unit *unit)
{
    while (self->at < self->count && is_done(self, unit, self->uids[self->at]))
        self->at++;
    if (self->at < self->count && !self->host->cancelled(unit))
        return ask(self, unit, STEP_FETCH, self->uids[self->at], NULL);
    self->host->next_fetch(unit, 0);
    return ENT_OK;
}

static enum ent_code after_message(struct mailbox *self, struct ent_unit *unit,
                                   const struct ent_http_response *response)
{
    char command[80];
    enum ent_code code = read_message(self, unit, response);
    if (code != ENT_OK)
        return code;
    uint32_t uid = self->uids[self->at++];
    if (self->marks_seen || !was_unseen(self, uid))
        return go_on(self, unit);
    snprintf(command, sizeof command, "UID STORE %" PRIu32 " -FLAGS.SILENT (\\Seen)", uid);
    return ask(self, unit, STEP_STORE, uid, command);
}

/* ---- the folder ---- */

static enum ent_code after_status(struct mailbox *self, struct ent_unit *unit, const struct ent_http_response *response)
{
    if (!reply_read_status(response->body.data, response->body.size, &self->state))
        return ent_fail(self->host, self->instance, ENT_RETRY,
                        "the server does not tell the folder's UIDVALIDITY and UIDNEXT");
    load_mark(self, unit);
    return self->state.next > self->next ? search(self, unit, STEP_SEARCH) : ENT_OK;
}

/* Where all of the batch is done, the mark moves behind it; the next search, if there is reason for one, follows at
 * once. */
static enum ent_code after_search(struct mailbox *self, struct ent_unit *unit, const struct ent_http_response *response)
{
    self->count = reply_read_search(response->body.data, response->body.size, self->next, self->uids, BATCH_MAX);
    self->at = self->unseen_count = 0;
    size_t done = 0;
    while (done < self->count && is_done(self, unit, self->uids[done]))
        done++;
    if (done < self->count)
        return self->marks_seen ? go_on(self, unit) : search(self, unit, STEP_SEARCH_UNSEEN);
    for (size_t i = 0; i < self->count; i++)
        if (!put_done(self, unit, self->uids[i], NULL))
            return ENT_RETRY;
    bool is_all = self->count < BATCH_MAX;
    if (!put_mark(self, unit, is_all ? self->state.next : self->uids[self->count - 1] + 1))
        return ENT_RETRY;
    if (!is_all)
        self->host->next_fetch(unit, 0);
    return ENT_OK;
}

static enum ent_code mailbox_fetch(void *context, struct ent_unit *unit)
{
    struct mailbox *self = context;
    if (!self->mail)
        return ent_fail(self->host, self->instance, ENT_CONFIG, "this host offers no mail/1");
    return ask(self, unit, STEP_STATUS, 0, self->status_command.bytes);
}

static enum ent_code mailbox_respond(void *context, struct ent_unit *unit, const struct ent_http_response *response)
{
    struct mailbox *self = context;
    bool is_message = response->tag == STEP_FETCH;
    if (response->outcome == ENT_HTTP_REFUSED)
        return ent_fail(self->host, self->instance, ENT_CONFIG, response->error.data);
    if (response->outcome != ENT_HTTP_DONE && !(is_message && response->outcome == ENT_HTTP_TOO_LARGE)) {
        self->host->result(unit, 0, ENT_RETRY, -1, response->error);
        return ENT_RETRY;
    }
    switch ((enum step)response->tag) {
    case STEP_STATUS:
        return after_status(self, unit, response);
    case STEP_SEARCH:
        return after_search(self, unit, response);
    case STEP_SEARCH_UNSEEN:
        self->unseen_count =
            reply_read_search(response->body.data, response->body.size, self->next, self->unseen, BATCH_MAX);
        return go_on(self, unit);
    case STEP_FETCH:
        return after_message(self, unit, response);
    case STEP_STORE:
        return go_on(self, unit);
    }
    return ENT_OK;
}

static const struct ent_ops ops = {
    .size = sizeof ops,
    .check = mailbox_check,
    .create = mailbox_create,
    .fetch = mailbox_fetch,
    .respond = mailbox_respond,
    .destroy = mailbox_destroy,
};

const struct ent_plugin *ent_plugin_query(void)
{
    static const struct ent_plugin plugin = {
        ENT_PLUGIN_HEAD,
        .name = "mailbox",
        .version = ENT_VERSION,
        .licence = "Apache-2.0",
        .summary = "Reads newsletters and alerts from a folder of an IMAP server",
        .flags = ENT_FOREIGN_INPUT,
        ENT_PLUGIN_OPTIONS(options),
        .ops = &ops,
    };
    return &plugin;
}
