/* entente-workbench check KIND PATH [KEY=VALUE...]
 * entente-workbench run KIND PATH BATCH TIMES TIMEOUT [KEY=VALUE...]
 *
 * Holds a plugin for `entente plugin check` and `entente plugin run`, so that one which crashes or hangs does so here.
 * KIND is "-" for a plugin's only one. Started by entente, never by hand. */
#include "core/base/log.h"
#include "core/host/descriptor.h"
#include "core/host/program.h"
#include "core/host/registry.h"
#include "runner/object.h"
#include "runner/workbench/check.h"
#include "runner/workbench/stream.h"
#include "runner/workbench/tell.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static void tell_step(enum object_step step)
{
    static const char *const words[] = {"while it was being loaded (in a constructor of it or of a library it needs)",
                                        "in ent_plugin_query()",
                                        "while its descriptor was being read (a pointer in it is wrong)",
                                        "while it was asked for its hello"};
    tell("step", "%s", words[step]);
}

static void tell_problem(void *context, const struct error *problem)
{
    (void)context;
    tell("problem", "%s", problem->text);
}

/* The checked descriptor in our own sizes; NULL where problems have been told. */
static const struct ent_plugin *open_plugin(const char *path)
{
    struct error error = ERROR_INIT;
    const struct ent_plugin *plugin = object_open(path, tell_step, &error);
    if (!plugin && error.kind != ERROR_NONE) {
        tell("problem", "%s", error.text);
        return NULL;
    }
    static struct descriptor adopted;
    if (!descriptor_examine(plugin, tell_problem, NULL))
        return NULL;
    descriptor_adopt(&adopted, plugin);
    plugin = &adopted.plugin;
    char kinds[100];
    plugin_kinds_print(kinds, sizeof kinds, descriptor_kinds(plugin));
    tell("about", "%s %s: %s", plugin->name, plugin->version, kinds);
    return plugin;
}

/* It must not fill the disk with its core, nor outlive the one who asked. */
static void restrain(void)
{
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    fcntl(TELL_DESCRIPTOR, F_SETFD, FD_CLOEXEC);
}

static int number(const char *text)
{
    return (int)strtol(text, NULL, 10);
}

static int work(int count, char **arguments)
{
    unsigned kind = plugin_kind_of(arguments[2]);
    bool is_check = strcmp(arguments[1], "check") == 0;
    const char *const *rest = (const char *const *)arguments + (is_check ? 4 : 7);
    size_t rest_count = (size_t)(count - (is_check ? 4 : 7));
    const struct ent_plugin *plugin = open_plugin(arguments[3]);
    if (!plugin)
        return 1;
    if (is_check)
        return check_plugin(plugin, program_is(arguments[3]), kind, rest, rest_count);
    struct stream_settings settings = {.descriptor = plugin,
                                       .path = arguments[3],
                                       .kind = kind,
                                       .batch = (size_t)number(arguments[4]),
                                       .times = number(arguments[5]),
                                       .timeout_ms = number(arguments[6]),
                                       .values = rest,
                                       .value_count = rest_count};
    return stream_records(&settings);
}

int main(int count, char **arguments)
{
    bool is_known = (count >= 4 && strcmp(arguments[1], "check") == 0) || (count >= 7 && strcmp(arguments[1], "run") == 0);
    if (!is_known || fcntl(TELL_DESCRIPTOR, F_GETFD) < 0) {
        fputs("entente-workbench is started by entente to try plugins; it is of no use by hand.\n"
              "See `entente plugin check --help` and `entente plugin run --help`.\n",
              stderr);
        return 2;
    }
    restrain();
    log_setup(LOG_FORMAT_TEXT, LOG_INFO, STDERR_FILENO);
    int status = work(count, arguments);
    log_flush();
    fflush(stdout);
    tell("done", "%d", status);
    /* Without running destructors: nothing of a plugin is ever unloaded. */
    _exit(status);
}
