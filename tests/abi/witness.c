/* A source that calls every function that plugins have and looks at what comes back, so that a host in which one has
 * moved or means something else is found out. Its one item says "all is as it was", or what is not. */
#include <entente/plugin.h>

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct witness {
    const struct ent_host *host;
    struct ent_instance *instance;
    const struct ent_http_1 *http;
    const struct ent_kv_1 *kv;
    char wrong[200]; /* the first that is */
};

static const struct ent_option options[] = {
    {.name = "url", .type = ENT_OPTION_URL, .flags = ENT_REQUIRED, .help = "What is fetched."},
    {.name = "peer", .type = ENT_OPTION_STRING, .help = "Where it connects to."},
#if ENT_USE_MINOR >= 1
    {.name = "log", .type = ENT_OPTION_STRING, .help = "A Unix datagram socket to send to."},
#endif
    {.name = "text", .type = ENT_OPTION_STRING, .default_value = "a text", .help = "A text."},
    {.name = "key", .type = ENT_OPTION_SECRET, .default_value = "hidden", .help = "A secret."},
    {.name = "number", .type = ENT_OPTION_INT, .default_value = "-7", .min = "-9", .max = "9", .help = "A number."},
    {.name = "portion", .type = ENT_OPTION_FLOAT, .default_value = "0.25", .unit = "of all", .help = "A share."},
    {.name = "sure", .type = ENT_OPTION_BOOL, .default_value = "yes", .help = "A choice."},
    {.name = "pause", .type = ENT_OPTION_DURATION, .default_value = "1h30m", .flags = ENT_ADVANCED, .help = "A while."},
    {.name = "room", .type = ENT_OPTION_SIZE, .default_value = "64k", .help = "A size."},
    {.name = "mode", .type = ENT_OPTION_ENUM, .default_value = "two", .choices = "one|two", .help = "A mode."},
    {.name = "words", .type = ENT_OPTION_LIST, .default_value = "a, b, c", .flags = ENT_MULTI, .help = "Words."},
};

static void expect(struct witness *self, int is_so, const char *what)
{
    if (!is_so && !self->wrong[0])
        snprintf(self->wrong, sizeof self->wrong, "%s", what);
}

static int is_text(struct ent_str text, const char *wanted)
{
    return text.data && text.size == strlen(wanted) && strcmp(text.data, wanted) == 0;
}

static void look_at_options(struct witness *self)
{
    const struct ent_host *host = self->host;
    struct ent_instance *it = self->instance;
    expect(self, is_text(host->option_str(it, "text"), "a text"), "option_str of a string");
    expect(self, is_text(host->option_str(it, "key"), "hidden"), "option_str of a secret");
    expect(self, is_text(host->option_str(it, "mode"), "two"), "option_str of an enum");
    expect(self, host->option_int(it, "number") == -7, "option_int of an int");
    expect(self, host->option_int(it, "sure") == 1, "option_int of a bool");
    expect(self, host->option_int(it, "pause") == 5400000, "option_int of a duration");
    expect(self, host->option_int(it, "room") == 65536, "option_int of a size");
    expect(self, host->option_num(it, "portion") == 0.25, "option_num");
    expect(self, host->option_count(it, "words") == 3, "option_count");
    expect(self, is_text(host->option_item(it, "words", 2), "c"), "option_item");
}

static enum ent_code check(const struct ent_host *host, struct ent_instance *instance)
{
    return host->option_int(instance, "number") == 9 ? ent_fail(host, instance, ENT_CONFIG, "9 is no good") : ENT_OK;
}

static void *create(const struct ent_host *host, struct ent_instance *instance)
{
    static struct witness witnesses[16];
    static unsigned count;
    struct witness *self = &witnesses[count++ % 16];
    memset(self, 0, sizeof *self);
    self->host = host;
    self->instance = instance;
    self->http = ent_http(host, instance);
    self->kv = ent_kv(host, instance);
    expect(self, host->abi_major == ENT_ABI_MAJOR && host->size >= sizeof *host, "the head of the host's table");
    expect(self, strncmp(host->instance_name(instance), "source.", 7) == 0, "instance_name");
    look_at_options(self);
    return self;
}

static void look_at_services(struct witness *self, struct ent_unit *unit)
{
    const struct ent_host *host = self->host;
    const struct ent_clock_1 *clock = ent_clock(host, self->instance);
    const struct ent_metrics_1 *metrics = ent_metrics(host, self->instance);
    const struct ent_text_1 *text = ent_texts(host, self->instance);
    const struct ent_wake_1 *wake = ent_wake(host, self->instance);
    expect(self, clock && clock->now(self->instance) > 1700000000000 && clock->monotonic(self->instance) >= 0,
           "clock/1");
    expect(self, metrics && text && wake && ent_mail(host, self->instance), "an interface that every source has");
    expect(self, !ent_query(host, self->instance) && !ent_command(host, self->instance),
           "an interface that only services have");
    expect(self, !host->interface(self->instance, "nothing/1"), "an interface that nobody has");
    if (metrics) {
        metrics->count(self->instance, "calls", 1);
        metrics->gauge(self->instance, "level", 0.5);
    }
    if (text) {
        int64_t time = 0;
        int32_t offset = 0;
        const char *precision = "";
        expect(self, is_text(text->decode(unit, ent_text("caf\xe9"), "text/plain; charset=latin1"), "caf\xc3\xa9"),
               "decode");
        expect(self, is_text(text->from_html(unit, ent_text("<p>a<br>b"), ENT_HTML_ONE_LINE), "a b"), "from_html");
        expect(self, is_text(text->language(unit, ent_text("")), "und"), "language");
        expect(self,
               is_text(text->resolve(unit, ent_text("https://a.example/b/"), ent_text("c")), "https://a.example/b/c"),
               "resolve");
        expect(self,
               text->read_date(unit, ent_text("2026-03-05T09:00:00+02:00"), &time, &offset, &precision) == 1 &&
                   time == 1772694000000 && offset == 120 && strcmp(precision, "second") == 0,
               "read_date");
    }
    host->log(self->instance, ENT_LOG_DEBUG, ent_text("the witness looks around"));
}

#if ENT_USE_MINOR >= 1
static void look_at_datagrams(struct witness *self, const struct ent_net_1 *net)
{
    struct ent_str log = self->host->option_str(self->instance, "log");
    expect(self, net->send(self->instance, "/dev/log", ent_text("x")) == EACCES, "a datagram to where no option leads");
    expect(self, net->send(self->instance, log.data, ent_text("seen")) == 0, "send");
}
#endif

static void look_at_network(struct witness *self)
{
    static const char question[] = "GET / HTTP/1.0\r\n\r\n";
    const struct ent_net_1 *net = ent_net(self->host, self->instance);
    struct ent_str peer = self->host->option_str(self->instance, "peer");
    char answer[5] = "";
    if (!net || peer.size == 0) {
        expect(self, net != NULL, "net/1 of one that says ENT_NETWORK");
        return;
    }
#if ENT_USE_MINOR >= 1
    look_at_datagrams(self, net);
#endif
    expect(self, net->connect(self->instance, "nowhere", 100) == -1, "connect to what is no address");
#if ENT_USE_MINOR >= 1
    expect(self, strstr(self->host->error_text(self->instance).data, "'nowhere' is no address") != NULL, "error_text");
#endif
    int descriptor = net->connect(self->instance, peer.data, 5000);
    struct pollfd ready = {.fd = descriptor, .events = POLLIN};
    expect(self, descriptor >= 0 && send(descriptor, question, sizeof question - 1, 0) == (ssize_t)sizeof question - 1,
           "connect");
    expect(self,
           poll(&ready, 1, 5000) == 1 && recv(descriptor, answer, sizeof answer, 0) == (ssize_t)sizeof answer &&
               memcmp(answer, "HTTP/", 5) == 0,
           "the peer's answer");
    if (descriptor >= 0)
        close(descriptor);
}

static void look_at_state(struct witness *self, struct ent_unit *unit)
{
    struct ent_str value = {NULL, 0};
    if (!self->kv) {
        expect(self, 0, "kv/1");
        return;
    }
    expect(self, self->kv->put(unit, ent_text("key"), ent_text("value")) == 0, "kv put");
    expect(self, self->kv->get(unit, ent_text("key"), &value) == 1 && is_text(value, "value"), "kv get");
    expect(self, self->kv->put(unit, ent_text("key"), ent_bytes(NULL, 0)) == 0, "kv put of nothing");
    expect(self, self->kv->get(unit, ent_text("key"), &value) == 0, "kv get of nothing");
}

static struct ent_record *build_report(struct witness *self)
{
    const struct ent_host *host = self->host;
    struct ent_builder *report = host->build(self->instance, ENT_REPORT);
    ent_put_text(host, report, ENT_REPORT_TYPE, "agreement");
    host->put_num(report, ENT_REPORT_CONFIDENCE, 0.75);
    host->open(report, ENT_REPORT_ACTOR, ENT_ACTOR);
    host->put_str(report, ENT_ACTOR_ID, ent_text("FRA"));
    host->close(report);
    return host->seal(report);
}

static void look_at_records(struct witness *self, struct ent_unit *unit)
{
    static const uint32_t except[] = {ENT_REPORT_CONFIDENCE, 0};
    const struct ent_host *host = self->host;
    struct ent_record *report = build_report(self);
    const struct ent_record *actor = report ? host->get_rec(unit, report, ENT_REPORT_ACTOR, 0) : NULL;
    expect(self, report && host->kind(report) == ENT_REPORT && host->count(report, ENT_REPORT_ACTOR) == 1,
           "kind and count");
    expect(self, actor && is_text(ent_get_str(host, actor, ENT_ACTOR_ID), "FRA"), "get_rec and get_str");
    if (!report || !actor)
        return;
    expect(self, ent_get_num(host, report, ENT_REPORT_CONFIDENCE, 0) == 0.75, "get_num");
    expect(self, ent_get_int(host, report, ENT_REPORT_ITEM_VERSION, -1) == -1, "get_int of nothing");
    struct ent_str bytes = host->bytes(report);
    struct ent_record *again = host->from_bytes(self->instance, bytes.data, bytes.size);
    expect(self, again && host->kind(again) == ENT_REPORT, "bytes and from_bytes");
    expect(self, !host->from_bytes(self->instance, "nothing", 7), "from_bytes of nothing");
    struct ent_builder *copy = host->build(self->instance, ENT_REPORT);
    host->put_all(copy, report, except);
    host->put_int(copy, ENT_REPORT_ITEM_VERSION, 2);
    host->put_rec(copy, ENT_REPORT_ACTOR, actor);
    struct ent_record *copied = host->seal(copy);
    expect(self,
           copied && host->count(copied, ENT_REPORT_ACTOR) == 2 && host->count(copied, ENT_REPORT_CONFIDENCE) == 0 &&
               ent_get_int(host, copied, ENT_REPORT_ITEM_VERSION, -1) == 2,
           "put_all, put_int and put_rec");
    host->discard(host->build(self->instance, ENT_ITEM));
    struct ent_builder *wrong = host->build(self->instance, ENT_ITEM);
    host->put_int(wrong, ENT_ITEM_TITLE, 1);
    expect(self, !host->seal(wrong), "seal of what is wrong");
    struct ent_record *held = host->hold(report);
    expect(self, held == report, "hold");
    host->release(held);
    host->release(report);
    host->release(again);
    host->release(copied);
    host->release(NULL);
}

static enum ent_code fetch(void *context, struct ent_unit *unit)
{
    struct witness *self = context;
    const struct ent_host *host = self->host;
    struct ent_fetch_hints hints = {.size = sizeof hints, .skip_days = 1};
    struct ent_http_header header = {"X-Witness", "yes"};
    struct ent_http_request request = {.size = sizeof request,
                                       .flags = ENT_HTTP_CONDITIONAL,
                                       .method = "POST",
                                       .url = host->option_str(self->instance, "url").data,
                                       .headers = &header,
                                       .header_count = 1,
                                       .body = "question",
                                       .body_size = 8,
                                       .tag = 77};
    expect(self, host->input_count(unit) == 1 && !host->cancelled(unit), "the unit of a fetch");
    look_at_services(self, unit);
    look_at_network(self);
    look_at_state(self, unit);
    look_at_records(self, unit);
    host->fetch_hints(unit, &hints);
    host->next_fetch(unit, 3600000);
    if (!self->http || self->http->submit(unit, &request) != 0)
        return ENT_RETRY;
    host->result(unit, 0, ENT_AGAIN, -1, ent_bytes(NULL, 0));
    return ENT_AGAIN;
}

static enum ent_code respond(void *context, struct ent_unit *unit, const struct ent_http_response *response)
{
    struct witness *self = context;
    const struct ent_host *host = self->host;
    const char *found = "";
    for (size_t i = 0; i < response->header_count; i++)
        if (strcmp(response->headers[i].name, "X-Answer") == 0 || strcmp(response->headers[i].name, "x-answer") == 0)
            found = response->headers[i].value;
    expect(self, response->outcome == ENT_HTTP_DONE && response->status == 200 && response->tag == 77,
           "the answer's head");
    expect(self, is_text(response->body, "answer") && strcmp(found, "yes") == 0, "the answer's body and header");
    expect(self, response->url.size > 0 && is_text(response->content_type, "text/plain"),
           "the answer's address and type");
    struct ent_builder *item = host->build(self->instance, ENT_ITEM);
    ent_put_text(host, item, ENT_ITEM_GUID, "witness");
    ent_put_text(host, item, ENT_ITEM_TITLE, self->wrong[0] ? self->wrong : "all is as it was");
    host->put_time(item, ENT_ITEM_PUBLISHED, 1772694000000);
    struct ent_record *record = host->seal(item);
    return record && host->emit(unit, 0, record) == 0 ? ENT_OK : ENT_RETRY;
}

static const struct ent_ops ops = {
    .size = sizeof ops, .check = check, .create = create, .fetch = fetch, .respond = respond};

ENT_EXPORT const struct ent_plugin *ent_plugin_query(void)
{
    static const struct ent_plugin plugin = {ENT_PLUGIN_HEAD,
                                             .name = "witness",
                                             .version = "1.0",
                                             .licence = "Apache-2.0",
                                             .summary = "Looks whether all is as it was",
                                             .flags = ENT_NETWORK,
                                             ENT_PLUGIN_OPTIONS(options),
                                             .ops = &ops};
    return &plugin;
}
