/* A classifier that goes wrong as its options and its items' titles say: for the tests of `entente plugin check` and
 * `entente plugin run`. */
#include <entente/plugin.h>

#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct moody {
    const struct ent_host *host;
    struct ent_instance *instance;
};

static const struct ent_option options[] = {
    {.name = "check",
     .type = ENT_OPTION_ENUM,
     .default_value = "ok",
     .choices = "ok|crash|hang|exit|refuse",
     .help = "What check does."},
    {.name = "create",
     .type = ENT_OPTION_ENUM,
     .default_value = "ok",
     .choices = "ok|crash|hang|exit|leak|file|thread|fail|meddle",
     .help = "What create does."},
    {.name = "destroy",
     .type = ENT_OPTION_ENUM,
     .default_value = "ok",
     .choices = "ok|crash",
     .help = "What destroy does."},
};

static void wait_for_ever(void)
{
    for (;;)
        pause();
}

static void *loiter(void *argument)
{
    (void)argument;
    wait_for_ever();
    return NULL;
}

static int is_asked(const struct ent_host *host, struct ent_instance *instance, const char *name, const char *word)
{
    return strcmp(host->option_str(instance, name).data, word) == 0;
}

static void meddle(void)
{
    if (chdir("/proc") == 0)
        umask(0123);
    setenv("ENTENTE_MOODY", "yes", 1);
    setlocale(LC_ALL, "C.UTF-8");
    signal(SIGPIPE, SIG_IGN);
}

static void *volatile kept_away; /* so that no compiler takes the leak out */

static enum ent_code moody_check(const struct ent_host *host, struct ent_instance *instance)
{
    if (is_asked(host, instance, "check", "crash"))
        raise(SIGSEGV);
    if (is_asked(host, instance, "check", "hang"))
        wait_for_ever();
    if (is_asked(host, instance, "check", "exit"))
        _exit(3);
    if (!is_asked(host, instance, "check", "refuse"))
        return ENT_OK;
    host->error(instance, ent_text("check: was asked to refuse"));
    return ENT_CONFIG;
}

static void *moody_create(const struct ent_host *host, struct ent_instance *instance)
{
    pthread_t thread;
    if (is_asked(host, instance, "create", "fail")) {
        host->error(instance, ent_text("create was asked to fail"));
        return NULL;
    }
    if (is_asked(host, instance, "create", "crash"))
        raise(SIGSEGV);
    if (is_asked(host, instance, "create", "meddle"))
        meddle();
    if (is_asked(host, instance, "create", "hang"))
        wait_for_ever();
    if (is_asked(host, instance, "create", "exit"))
        _exit(3);
    if (is_asked(host, instance, "create", "leak"))
        kept_away = calloc(1, 1000);
    if (is_asked(host, instance, "create", "file") && open("/dev/null", O_RDONLY | O_CLOEXEC) < 0)
        return NULL;
    if (is_asked(host, instance, "create", "thread") && pthread_create(&thread, NULL, loiter, NULL) == 0)
        pthread_detach(thread);
    struct moody *self = calloc(1, sizeof *self);
    if (self)
        *self = (struct moody){host, instance};
    return self;
}

static enum ent_code classify_title(struct moody *self, struct ent_unit *unit, size_t index, const char *title)
{
    const struct ent_host *host = self->host;
    if (strcmp(title, "CRASH") == 0)
        raise(SIGSEGV);
    if (strcmp(title, "HANG") == 0)
        wait_for_ever();
    if (strcmp(title, "EXIT") == 0)
        _exit(3);
    if (strcmp(title, "LINGER") == 0) {
        /* With memory of its own, long enough for others to come. */
        kept_away = malloc(1000);
        free(kept_away);
        nanosleep(&(struct timespec){.tv_nsec = 300 * 1000 * 1000}, NULL);
    }
    if (strcmp(title, "REJECT") == 0)
        host->result(unit, index, ENT_REJECT, -1, ent_text("the title asks for it"));
    struct ent_builder *report = host->build(self->instance, ENT_REPORT);
    ent_put_text(host, report, ENT_REPORT_TYPE, "agreement");
    ent_put_text(host, report, ENT_REPORT_NAME, title);
    host->put_int(report, ENT_REPORT_ITEM_VERSION, (int64_t)host->report_count(unit, index));
    struct ent_record *record = host->seal(report);
    return record && host->emit(unit, index, record) == 0 ? ENT_OK : ENT_FATAL;
}

static enum ent_code moody_classify(void *context, struct ent_unit *unit)
{
    struct moody *self = context;
    enum ent_code code = ENT_OK;
    for (size_t i = 0; code == ENT_OK && i < self->host->input_count(unit); i++)
        code = classify_title(self, unit, i, ent_get_str(self->host, self->host->input(unit, i), ENT_ITEM_TITLE).data);
    return code;
}

static void moody_destroy(void *context)
{
    struct moody *self = context;
    if (is_asked(self->host, self->instance, "destroy", "crash"))
        raise(SIGSEGV);
    free(self);
}

static const struct ent_ops ops = {
    .size = sizeof ops, .check = moody_check, .create = moody_create, .classify = moody_classify, .destroy = moody_destroy};

const struct ent_plugin *ent_plugin_query(void)
{
    static const struct ent_plugin plugin = {
        ENT_PLUGIN_HEAD,
        .name = "moody",
        .version = "1.0",
        .licence = "Apache-2.0",
        .summary = "Goes wrong as it is told",
        ENT_PLUGIN_OPTIONS(options),
        .ops = &ops,
    };
    return &plugin;
}
