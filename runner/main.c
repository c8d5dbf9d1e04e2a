/* entente-runner confine … runs a program inside limits: runner/confine.h.
 *
 * entente-runner host
 *
 * Hosts instances of a plugin for entented, on descriptors 3 and 4 (core/host/runner.h says how).
 *
 * entente-runner probe PATH
 *
 * Loads the plugin at PATH, checks its descriptor and describes it as JSON on descriptor 3 (core/host/probe.h says
 * how). Started by entente and entented, never by hand. It exists so that an object that crashes, hangs or does harm
 * when it is first touched does so here, in a sandbox. */
#include "core/host/descriptor.h"
#include "core/host/probe.h"
#include "core/host/program.h"
#include "core/host/registry.h"
#include "lib/base/buffer.h"
#include "lib/base/json_writer.h"
#include "runner/confine.h"
#include "runner/host/host.h"
#include "runner/object.h"
#include "runner/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static bool write_all(const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(PROBE_PIPE, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

static bool tell_step(char step)
{
    return write_all(&step, 1);
}

static void put_member(struct json_writer *json, const char *key, const char *text)
{
    if (!text)
        return;
    json_key(json, key);
    json_put_text(json, text);
}

static void put_count(struct json_writer *json, const char *key, uint32_t value)
{
    json_key(json, key);
    json_put_integer(json, value);
}

static void describe_option(struct json_writer *json, const struct ent_option *option)
{
    json_object_open(json);
    put_member(json, "name", option->name);
    put_count(json, "type", option->type);
    put_count(json, "flags", option->flags);
    put_member(json, "default", option->default_value);
    put_member(json, "min", option->min);
    put_member(json, "max", option->max);
    put_member(json, "choices", option->choices);
    put_member(json, "unit", option->unit);
    put_member(json, "help", option->help);
    put_member(json, "since", option->since);
    json_object_close(json);
}

static void describe_plugin(struct json_writer *json, const struct ent_plugin *plugin, bool is_program)
{
    json_object_open(json);
    put_member(json, "name", plugin->name);
    put_member(json, "version", plugin->version);
    put_member(json, "licence", plugin->licence);
    put_member(json, "summary", plugin->summary);
    put_count(json, "kinds", descriptor_kinds(plugin));
    put_count(json, "flags", plugin->flags);
    put_count(json, "abi_major", plugin->abi_major);
    put_count(json, "abi_minor", plugin->abi_minor);
    put_count(json, "min_minor", plugin->min_minor);
    json_key(json, "program");
    json_put_boolean(json, is_program);
    json_key(json, "options");
    json_array_open(json);
    struct option_table table = descriptor_options(plugin);
    for (size_t i = 0; i < table.count; i++) {
        struct ent_option option = options_row(&table, i);
        describe_option(json, &option);
    }
    json_array_close(json);
    json_object_close(json);
}

static void tell_object_step(enum object_step step)
{
    static const char letters[] = {PROBE_STEP_LOAD, PROBE_STEP_QUERY, PROBE_STEP_CHECK, PROBE_STEP_ASK};
    tell_step(letters[step]);
}

/* The checked descriptor in our own sizes, or NULL with `error`. */
static const struct ent_plugin *load(const char *path, struct error *error)
{
    const struct ent_plugin *plugin = object_open(path, tell_object_step, error);
    if (!plugin && error->kind != ERROR_NONE)
        return NULL;
    static struct descriptor adopted;
    if (!descriptor_check(plugin, error))
        return NULL;
    descriptor_adopt(&adopted, plugin);
    return &adopted.plugin;
}

/* A first load reads, for the object's libraries may lie anywhere, and answers; nothing else is its business. A program
 * is started by what came with us, which confines it. */
static bool confine_probe(const char *path, struct error *error)
{
    static const int answer = PROBE_PIPE;
    const struct sandbox_path everything = {"/", SANDBOX_READ | SANDBOX_FOLDER};
    const struct sandbox_policy policy = {.isolation = ISOLATION_SANDBOX,
                                          .object = path,
                                          .paths = &everything,
                                          .path_count = 1,
                                          .descriptors = &answer,
                                          .descriptor_count = 1,
                                          .report = -1};
    struct sandbox_state state;
    return program_is(path) || sandbox_enter(&policy, &state, error);
}

static int probe(const char *path)
{
    struct buffer answer = BUFFER_INIT;
    struct json_writer json;
    struct error error = ERROR_INIT;
    json_begin(&json, &answer);
    const struct ent_plugin *plugin = confine_probe(path, &error) ? load(path, &error) : NULL;
    if (plugin) {
        describe_plugin(&json, plugin, program_is(path));
    } else {
        json_object_open(&json);
        put_member(&json, "refused", error.text);
        json_object_close(&json);
    }
    bool is_told = !answer.failed && tell_step(PROBE_STEP_ANSWER) && write_all(answer.bytes, answer.size);
    buffer_free(&answer);
    return is_told ? 0 : 1;
}

/* A plugin that runs wild must not fill the disk with its core, nor outlive the one who asked. */
static void restrain(void)
{
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    fcntl(PROBE_PIPE, F_SETFD, FD_CLOEXEC);
}

#if defined(__SANITIZE_ADDRESS__)
/* Leaks are looked for by a process that traces this one, which its isolation does not allow; whatever ASAN_OPTIONS
 * says. */
__attribute__((visibility("default"), used)) int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void)
{
    return 1;
}
#endif

/* Where memory is out the kernel ends a plugin, and not the daemon with all of them. What cannot be written it does without. */
static void stand_before_the_daemon(void)
{
    static const char score[] = "500";
    int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (file < 0)
        return;
    ssize_t written = write(file, score, sizeof score - 1);
    (void)written;
    close(file);
}

int main(int argument_count, char **arguments)
{
    stand_before_the_daemon();
    if (argument_count > 2 && strcmp(arguments[1], "confine") == 0)
        return confine_run(argument_count - 2, arguments + 2);
    if (argument_count == 2 && strcmp(arguments[1], "host") == 0 && fcntl(RUNNER_PAGE, F_GETFD) >= 0) {
        host_run();
        _exit(0);
    }
    if (argument_count != 3 || strcmp(arguments[1], "probe") != 0 || fcntl(PROBE_PIPE, F_GETFD) < 0) {
        fputs("entente-runner is started by entente and entented to try plugins; it is of no use by hand.\n"
              "See `entente plugin show FILE`.\n",
              stderr);
        return 2;
    }
    restrain();
    /* Without running destructors: what the plugin does when it is unloaded is of no interest, since nothing is. */
    _exit(probe(arguments[2]));
}
