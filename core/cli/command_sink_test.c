/* entente sink test: a sample alert through a sink, to see whether and how it arrives. */
#include "core/base/log.h"
#include "core/cli/display.h"
#include "core/cli/message.h"
#include "core/cli/sink_trial.h"
#include "core/cli/command.h"
#include "core/config/config.h"
#include "lib/base/nearest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TIMEOUT_MAX_S = 3600 };

static const struct setup_instance *find_sink(const struct setup *setup, const char *name)
{
    static const char prefix[] = "sink.";
    const char *bare = strncmp(name, prefix, sizeof prefix - 1) == 0 ? name + sizeof prefix - 1 : name;
    size_t count = setup_instance_count(setup);
    const char **names = calloc(count + 1, sizeof *names);
    size_t sinks = 0;
    for (size_t i = 0; names && i < count; i++) {
        const struct setup_instance *instance = setup_instance(setup, i);
        if (instance->plugin_kind != PLUGIN_SINK)
            continue;
        if (strcmp(instance->name, bare) == 0) {
            free(names);
            return instance;
        }
        names[sinks++] = instance->name;
    }
    const char *nearest = names ? nearest_word(bare, names) : NULL;
    message_failure("%s has no [sink.%s]%s%s", setup_path(setup), bare, nearest ? "; nearest: " : "",
                    nearest ? nearest : sinks == 0 ? ": it has no sinks at all" : "");
    free(names);
    return NULL;
}

static int tell(const struct setup_instance *sink, const struct sink_trial *trial)
{
    struct buffer clean = BUFFER_INIT;
    display_clean(&clean, trial->text, strlen(trial->text));
    const char *text = clean.bytes && clean.size ? clean.bytes : NULL;
    int status = COMMAND_DONE;
    if (trial->is_late)
        status = message_problem("%s: no answer came in time; it may or may not have taken the test", sink->title);
    else if (trial->code != ENT_OK)
        status = message_problem("%s: not delivered: %s%s", sink->title, text ? text : "its plugin does not say why",
                                 trial->code == ENT_RETRY    ? " (the daemon would try again)"
                                 : trial->code == ENT_REJECT ? " (the daemon would not try again)"
                                                             : "");
    else
        printf("%s: delivered the test %.8s%s%s\n", sink->title, trial->id, text ? ": " : "", text ? text : "");
    buffer_free(&clean);
    return status;
}

static int try_sink(const struct setup *setup, const struct command_line *line, int64_t timeout_ms)
{
    const struct setup_instance *sink = find_sink(setup, line->arguments[0]);
    struct error error = ERROR_INIT;
    struct sink_trial trial;
    if (!sink)
        return COMMAND_USAGE;
    if (!sink_trial_run(setup, sink, timeout_ms, &trial, &error))
        return message_failure("%s", error.text);
    return tell(sink, &trial);
}

static int load_and_try(const char *path, const struct command_line *line, int64_t timeout_ms)
{
    struct error error = ERROR_INIT;
    struct diagnostics *diagnostics = diagnostics_create();
    struct setup *setup = diagnostics ? setup_load(path, NULL, OPTIONS_RESOLVE, diagnostics, &error)
                                      : (error_set(&error, ERROR_MEMORY, "out of memory"), NULL);
    int status;
    if (!setup) {
        status = message_failure("%s", error.text);
    } else if (diagnostics_count(diagnostics, DIAGNOSTIC_ERROR) > 0) {
        diagnostics_print(diagnostics, stderr, display()->colour_errors);
        status = message_failure("%s has errors; nothing was sent", path);
    } else {
        status = try_sink(setup, line, timeout_ms);
    }
    setup_destroy(setup);
    diagnostics_destroy(diagnostics);
    return status;
}

static int run(const struct command_line *line)
{
    const char *path = line->config_path ? line->config_path : config_default_path();
    const char *text = command_value(line, "timeout");
    char *end;
    long seconds = strtol(text, &end, 10);
    if (*end || seconds < 1 || seconds > TIMEOUT_MAX_S)
        return message_failure("--timeout: '%.40s' is no number of seconds from 1 to %d", text, TIMEOUT_MAX_S);
    if (!path)
        return message_failure("no configuration: name one with -c, or set $ENTENTE_CONFIG; there is no ./entente.ini and "
                               "no /etc/entente/entente.ini");
    log_setup(LOG_FORMAT_TEXT, LOG_WARNING, STDERR_FILENO);
    return load_and_try(path, line, (int64_t)seconds * 1000);
}

static const struct command_option options[] = {
    {"timeout", 't', COMMAND_VALUE, "SECONDS", NULL, "60", "How long to wait for the receiver's answer"},
    {.name = NULL},
};

const struct command command_sink_test = {
    .name = "sink test",
    .summary = "Send a sample alert through a sink",
    .arguments = "NAME",
    .arguments_min = 1,
    .arguments_max = 1,
    .description =
        "Sends one alert that is marked as a test, with the sink's own plugin, options and templates, from this process: no "
        "daemon is needed, none is disturbed, and nothing of it is kept in the store. Digest, quiet hours and throttle do "
        "not hold it back.\n"
        "\n"
        "The exit status is 0 where the receiver took it, 1 where it did not, and 2 where the sink could not be tried.",
    .examples = "entente sink test desk-mail\tDoes the mail arrive, and how does it look?\n"
                "entente -c new.ini sink test chat --timeout 5\tBefore a new configuration is put in place",
    .options = options,
    .run = run,
};
