/* The plugin web: the dashboard and the HTTP API, served by the daemon itself (docs/api.md). */
#include "plugins/web/explanation.h"
#include "plugins/web/files.h"
#include "plugins/web/server.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { PEM_MAX = 256 * 1024, WAIT_MS = 200, ANSWER_NICENESS = 10 };

struct web {
    struct server server;
    const char **hosts;
    char *certificate, *key;
};

static const struct ent_option options[] = {
    {.name = "listen",
     .type = ENT_OPTION_STRING,
     .default_value = "127.0.0.1:8750",
     .help = "Where it listens: 127.0.0.1:8750, [::1]:8750, :8750 for every address of the machine, or the absolute path of a "
             "Unix socket for a proxy"},
    {.name = "certificate",
     .type = ENT_OPTION_PATH,
     .flags = ENT_PATH_READ | ENT_PATH_CONTENT,
     .help = "TLS certificate with its chain, in PEM; without it HTTP is plain"},
    {.name = "key", .type = ENT_OPTION_PATH, .flags = ENT_PATH_READ | ENT_PATH_CONTENT, .help = "Key of the certificate, in PEM"},
    {.name = "public_url",
     .type = ENT_OPTION_URL,
     .help = "Address under which people reach it, for links in feeds and where a proxy stands before it"},
    {.name = "hosts",
     .type = ENT_OPTION_LIST,
     .help = "Further names by which it may be called; one that listens on loopback answers to loopback's names and these"},
    {.name = "lexicon",
     .type = ENT_OPTION_LIST,
     .flags = ENT_PATH_READ | ENT_PATH_CONTENT | ENT_MULTI,
     .help = "Folders of your own words, where the coder has some: the page of an article explains by the same"},
    {.name = "session", .type = ENT_OPTION_DURATION, .default_value = "30d", .min = "1m", .max = "365d", .help = "How long a browser stays logged in"},
    {.name = "connections",
     .type = ENT_OPTION_INT,
     .flags = ENT_ADVANCED,
     .default_value = "256",
     .min = "8",
     .max = "10000",
     .help = "Connections at once; more wait"},
    {.name = "streams",
     .type = ENT_OPTION_INT,
     .flags = ENT_ADVANCED,
     .default_value = "100",
     .min = "1",
     .max = "10000",
     .help = "Readers of the event stream at once"},
};

/* ---- options ---- */

static bool has_option(const struct ent_host *host, struct ent_instance *instance, const char *name)
{
    return host->option_str(instance, name).size > 0;
}

static enum ent_code web_check(const struct ent_host *host, struct ent_instance *instance)
{
    if (has_option(host, instance, "certificate") != has_option(host, instance, "key"))
        return ent_fail(host, instance, ENT_CONFIG, "certificate and key go together: one of them is not set");
    const char *listen = host->option_str(instance, "listen").data;
    if (listen[0] != '/' && !strchr(listen, ':'))
        return ent_fail(host, instance, ENT_CONFIG, "listen: write 127.0.0.1:8750, [::1]:8750 or an absolute path");
    return ENT_OK;
}

/* NULL with the error text of the host set where it cannot be read. */
static char *read_pem(struct server *server, const char *path)
{
    char text[400];
    FILE *file = fopen(path, "re");
    char *pem = malloc(PEM_MAX);
    size_t size = file && pem ? fread(pem, 1, PEM_MAX, file) : 0;
    bool is_good = size > 0 && size < PEM_MAX && !ferror(file);
    if (is_good)
        pem[size] = '\0';
    else
        snprintf(text, sizeof text, "%.300s cannot be read as PEM: %s", path, file ? "empty, or too large" : strerror(errno));
    if (file)
        fclose(file);
    if (is_good)
        return pem;
    free(pem);
    server->host->error(server->instance, ent_text(text));
    return NULL;
}

static bool read_settings(struct web *web)
{
    struct server *server = &web->server;
    const struct ent_host *host = server->host;
    struct ent_instance *instance = server->instance;
    size_t count = host->option_count(instance, "hosts");
    web->hosts = calloc(count + 1, sizeof *web->hosts);
    if (!web->hosts)
        return false;
    for (size_t i = 0; i < count; i++)
        web->hosts[i] = host->option_item(instance, "hosts", i).data;
    server->settings =
        (struct server_settings){.listen = host->option_str(instance, "listen").data,
                                 .public_url = has_option(host, instance, "public_url") ? host->option_str(instance, "public_url").data : NULL,
                                 .hosts = web->hosts,
                                 .connections = (unsigned)host->option_int(instance, "connections"),
                                 .streams = (unsigned)host->option_int(instance, "streams"),
                                 .session_ms = host->option_int(instance, "session")};
    if (!has_option(host, instance, "certificate"))
        return true;
    web->certificate = read_pem(server, host->option_str(instance, "certificate").data);
    web->key = web->certificate ? read_pem(server, host->option_str(instance, "key").data) : NULL;
    server->settings.certificate = web->certificate;
    server->settings.key = web->key;
    return web->key != NULL;
}

/* ---- life ---- */

static void web_destroy(void *self)
{
    struct web *web = self;
    if (web->key)
        explicit_bzero(web->key, strlen(web->key));
    explainer_destroy(web->server.explainer);
    free(web->key);
    free(web->certificate);
    free(web->hosts);
    free(web);
}

static void *web_create(const struct ent_host *host, struct ent_instance *instance)
{
    struct web *web = calloc(1, sizeof *web);
    if (!web)
        return NULL;
    web->server.host = host;
    web->server.instance = instance;
    web->server.query = ent_query(host, instance);
    web->server.command = ent_command(host, instance);
    web->server.clock = ent_clock(host, instance);
    web->server.metrics = (const struct ent_metrics_1 *)host->interface(instance, ENT_METRICS_1);
    web->server.explainer = explainer_create(host, instance);
    if (web->server.explainer && read_settings(web))
        return web;
    web_destroy(web);
    return NULL;
}

static void tell_where(const struct server *server)
{
    char text[500];
    const char *scheme = server->settings.certificate ? "https" : "http";
    if (server->is_path)
        snprintf(text, sizeof text, "serves at the socket %s%s", server->settings.listen,
                 file_find("index.html") ? "" : ", without the dashboard's page");
    else
        snprintf(text, sizeof text, "serves %s://%.*s:%u/%s; 'entente token login' prints a link that lets a browser in", scheme,
                 (int)(strrchr(server->settings.listen, ':') - server->settings.listen), server->settings.listen,
                 (unsigned)server->port, file_find("index.html") ? "" : " (the API alone: built without the page)");
    server->host->log(server->instance, ENT_LOG_INFO, ent_text(text));
    if (!server->is_path && !server->is_loopback && !server->settings.certificate)
        server->host->log(server->instance, ENT_LOG_WARNING,
                          ent_text("tokens and cookies cross the network in the clear: set certificate and key, or let a proxy "
                                   "with TLS stand before a Unix socket"));
}

/* Whoever waits for an answer can wait a moment longer than articles on their way to an alert: where both want the processor, the
 * daemon's stages have it. The threads of the server inherit this from the one that makes them. */
static void yield_to_stages(void)
{
    setpriority(PRIO_PROCESS, 0, ANSWER_NICENESS); /* where it is forbidden, all are alike */
}

static enum ent_code web_serve(void *self, struct ent_unit *unit)
{
    struct server *server = &((struct web *)self)->server;
    const struct ent_net_1 *net = ent_net(server->host, server->instance);
    if (!server->query || !server->command || !net)
        return ent_fail(server->host, server->instance, ENT_CONFIG, "this host gives services nothing to serve");
    int listener = net->listen(server->instance, server->settings.listen, &server->port);
    if (listener < 0)
        return ENT_RETRY;
    yield_to_stages();
    if (!server_start(server, listener))
        return server->settings.certificate ? ENT_CONFIG : ENT_RETRY;
    tell_where(server);
    const struct timespec pause = {.tv_nsec = WAIT_MS * 1000000L};
    while (!server->host->cancelled(unit))
        nanosleep(&pause, NULL);
    server_stop(server);
    return ENT_OK;
}

static const struct ent_ops ops = {
    .size = sizeof ops, .check = web_check, .create = web_create, .serve = web_serve, .destroy = web_destroy};

const struct ent_plugin *ent_plugin_query(void)
{
    static const struct ent_plugin plugin = {ENT_PLUGIN_HEAD,
                                             .name = "web",
                                             .version = ENT_VERSION,
                                             .licence = "Apache-2.0",
                                             .summary = "The dashboard and the HTTP API",
                                             .flags = ENT_FOREIGN_INPUT,
                                             ENT_PLUGIN_OPTIONS(options),
                                             .ops = &ops};
    return &plugin;
}
