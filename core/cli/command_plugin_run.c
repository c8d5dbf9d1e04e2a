#include "core/cli/command.h"
#include "core/cli/message.h"
#include "core/cli/plugin_trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH_MAX = 1000, SECONDS_MAX = 86400 };

static bool read_number(const struct command_line *line, const char *name, long max, struct error *error)
{
    const char *text = command_value(line, name);
    char *end;
    long value = strtol(text, &end, 10);
    return (*text && !*end && value >= 1 && value <= max) ||
           error_set(error, ERROR_INPUT, "--%s: '%s' is no number from 1 to %ld", name, text, max);
}

static void hear(void *context, const char *member, const char *text)
{
    bool *has_problem = context;
    if (strcmp(member, "problem") != 0)
        return;
    message_failure("%s", text);
    *has_problem = true;
}

static int run(const struct command_line *line)
{
    char path[PATH_MAX], timeout[24];
    struct error error = ERROR_INIT;
    bool has_problem = false;
    const char *kind = command_value(line, "kind");
    if (!plugin_trial_find(line, line->arguments[0], path, &error) || !read_number(line, "batch", BATCH_MAX, &error) ||
        !read_number(line, "times", BATCH_MAX, &error) || !read_number(line, "timeout", SECONDS_MAX, &error))
        return message_failure("%s", error.text);
    long seconds = strtol(command_value(line, "timeout"), NULL, 10);
    snprintf(timeout, sizeof timeout, "%ld", seconds * 1000);
    const char *const words[] = {
        "run", kind ? kind : "-", path, command_value(line, "batch"), command_value(line, "times"), timeout, NULL};
    /* The plugin gets its time; one that has not come back then hangs. */
    struct workbench_child_settings settings = {
        .has_terminal = true, .patience_ms = seconds * 1000 + 2000, .tell = hear, .context = &has_problem};
    int status = plugin_trial_run(line, words, &settings, &error);
    if (status < 0) {
        message_problem("%s: %s", line->arguments[0], error.text);
        return COMMAND_PROBLEMS;
    }
    return has_problem ? COMMAND_USAGE : status;
}

static const struct command_option options[] = {
    PLUGIN_TRIAL_OPTION_SET,
    PLUGIN_TRIAL_OPTION_KIND,
    {"batch", 'b', COMMAND_VALUE, "NUMBER", NULL, "1", "Records that it is handed at once"},
    {"times", 'n', COMMAND_VALUE, "NUMBER", NULL, "1", "How often a source is fetched"},
    {"timeout", 't', COMMAND_VALUE, "SECONDS", NULL, "30", "How long one callback and the answers to it may take"},
    {.name = NULL},
};

const struct command command_plugin_run = {
    .name = "plugin run",
    .summary = "Try a plugin on records in the terminal",
    .arguments = "FILE",
    .arguments_min = 1,
    .arguments_max = 1,
    .description =
        "Reads JSON records from standard input, a line each, hands them to the plugin and prints what it emits, a "
        "line "
        "each: a transform and a classifier take items ({\"title\":\"A\",\"body\":\"B\"}), a classifier also "
        "{\"item\":ITEM,\"reports\":[REPORT],\"remarks\":[{\"classifier\":C,\"text\":T}]}; a detector takes events; a "
        "sink takes deliveries, or alerts as the sink jsonl writes "
        "them. A source takes nothing and is fetched. What it says of its inputs goes to standard error.\n\n"
        "The plugin runs in a process of its own, so a crash is told with the record that it had. With --set "
        "isolate=process or isolate=sandbox it is held as the daemon would hold it there, and created anew after a "
        "crash. HTTP goes out by the rules "
        "of the configuration: private addresses only with --set allow_private=yes. What it keeps (kv/1) lasts as long "
        "as the "
        "command.\n\n"
        "Exit status: 0 every record was done, 1 some was not or the plugin crashed, 2 it could not be made.",
    .examples = "entente plugin run ./mine.so --set url=https://example.org/feed\tFetch a source once\n"
                "entente plugin run ./mine.so < items.jsonl\tWhat a transform or classifier makes of items\n"
                "entente plugin run ./mine.so --set isolate=sandbox < items.jsonl\tWhether it can work in a sandbox\n"
                "entente plugin run coder < items.jsonl\tThe same with a plugin that is installed",
    .options = options,
    .run = run,
};
