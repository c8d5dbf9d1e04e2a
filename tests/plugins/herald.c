/* A service that does what its options say: it asks and commands once for each line that it gets at a socket, or fails. */
#include <entente/plugin.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct herald {
    const struct ent_host *host;
    struct ent_instance *instance;
    int calls;
};

static const struct ent_option options[] = {
    {.name = "listen", .type = ENT_OPTION_STRING, .help = "Where to listen."},
    {.name = "answer",
     .type = ENT_OPTION_ENUM,
     .default_value = "serve",
     .choices = "serve|ok|retry|config|fatal|stuck",
     .help = "What to do."},
};

static void *herald_create(const struct ent_host *host, struct ent_instance *instance)
{
    struct herald *self = calloc(1, sizeof *self);
    if (self)
        *self = (struct herald){host, instance, 0};
    return self;
}

static void say(int client, const struct ent_answer *answer)
{
    char line[4096];
    int size = snprintf(line, sizeof line, "%u %.*s|%s|%s|%llu\n", answer->kind, (int)answer->body.size,
                        answer->body.data ? answer->body.data : "", answer->text.data, answer->parameter.data,
                        (unsigned long long)answer->offset);
    ssize_t sent = send(client, line, (size_t)size < sizeof line ? (size_t)size : sizeof line - 1, MSG_NOSIGNAL);
    (void)sent;
}

/* "ask QUESTION [NAME VALUE]", "run REQUEST", "wait" */
static void do_line(const struct herald *self, int client, char *line)
{
    const struct ent_query_1 *query = ent_query(self->host, self->instance);
    const struct ent_command_1 *command = ent_command(self->host, self->instance);
    if (strncmp(line, "ask ", 4) == 0) {
        char *save = NULL;
        const char *question = strtok_r(line + 4, " \n", &save), *name = strtok_r(NULL, " \n", &save);
        const char *value = strtok_r(NULL, "\n", &save);
        struct ent_parameter parameter = {name, value ? value : ""};
        const struct ent_answer *answer = query->ask(self->instance, question ? question : "", &parameter, name != NULL);
        say(client, answer);
        query->release(self->instance, answer);
    } else if (strncmp(line, "run ", 4) == 0) {
        const struct ent_answer *answer =
            command->run(self->instance, "ada", ent_bytes(line + 4, strcspn(line + 4, "\n")));
        say(client, answer);
        command->release(self->instance, answer);
    } else if (strncmp(line, "wait", 4) == 0) {
        char text[64];
        uint64_t seen = query->wait(self->instance, 0, 0), now = query->wait(self->instance, seen, 10000);
        int size = snprintf(text, sizeof text, "%s\n", now != seen ? "changed" : "nothing");
        ssize_t sent = send(client, text, (size_t)size, MSG_NOSIGNAL);
        (void)sent;
    }
}

static enum ent_code listen_and_serve(struct herald *self, struct ent_unit *unit)
{
    int listener = ent_net(self->host, self->instance)
                       ->listen(self->instance, self->host->option_str(self->instance, "listen").data, NULL);
    if (listener < 0)
        return ENT_RETRY;
    while (!self->host->cancelled(unit)) {
        struct pollfd waits = {.fd = listener, .events = POLLIN};
        int client = poll(&waits, 1, 50) > 0 ? accept(listener, NULL, NULL) : -1;
        char line[2048];
        ssize_t got = client >= 0 ? recv(client, line, sizeof line - 1, 0) : -1;
        if (got > 0) {
            line[got] = '\0';
            do_line(self, client, line);
        }
        if (client >= 0)
            close(client);
    }
    close(listener);
    return ENT_OK;
}

static enum ent_code herald_serve(void *context, struct ent_unit *unit)
{
    struct herald *self = context;
    const char *word = self->host->option_str(self->instance, "answer").data;
    self->calls++;
    if (strcmp(word, "serve") == 0)
        return listen_and_serve(self, unit);
    if (strcmp(word, "stuck") == 0)
        for (;;)
            poll(NULL, 0, 1000);
    self->host->error(self->instance, ent_text("as asked"));
    return strcmp(word, "ok") == 0       ? ENT_OK
           : strcmp(word, "retry") == 0  ? ENT_RETRY
           : strcmp(word, "config") == 0 ? ENT_CONFIG
                                         : ENT_FATAL;
}

static void herald_destroy(void *context)
{
    free(context);
}

static const struct ent_ops ops = {
    .size = sizeof ops, .create = herald_create, .serve = herald_serve, .destroy = herald_destroy};

const struct ent_plugin *ent_plugin_query(void)
{
    static const struct ent_plugin plugin = {ENT_PLUGIN_HEAD,
                                             .name = "herald",
                                             .version = "1.0",
                                             .licence = "Apache-2.0",
                                             .summary = "A service for tests",
                                             ENT_PLUGIN_OPTIONS(options),
                                             .ops = &ops};
    return &plugin;
}
