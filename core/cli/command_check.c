/* entente check: every problem of a configuration at once, each with its place and how the line should read; else what
 * it would run. */
#include "core/cli/check_deep.h"
#include "core/cli/check_plugins.h"
#include "core/cli/command.h"
#include "core/cli/display.h"
#include "core/cli/message.h"
#include "core/cli/table.h"
#include "core/setup/setup.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct table_column columns[] = {
    {.title = "INSTANCE", .name = "instance", .min = 12, .max = 48, .flexible = true},
    {.title = "PLUGIN", .name = "plugin", .min = 6, .max = 20},
    {.title = "WHAT", .name = "what", .min = 12, .flexible = true},
};
enum { COLUMNS = sizeof columns / sizeof *columns, SHOWN_MAX = 40 };

static const char *text_or_empty(const struct option_values *values, const char *name)
{
    const struct option_value *value = options_find(values, name);
    return value && value->text.data ? value->text.data : "";
}

/* What tells an instance from others of its kind: its address or path, and how often. */
static void describe_instance(struct buffer *what, const struct setup_instance *instance)
{
    static const char *const telling[] = {"url", "path", "listen"};
    for (size_t i = 0; i < sizeof telling / sizeof *telling && what->size == 0; i++)
        buffer_append_text(what, text_or_empty(instance->options, telling[i]));
    const struct option_value *interval = options_find(instance->options, "interval");
    if (interval)
        buffer_printf(what, "%s%s%s, %s", what->size > 0 ? " " : "", interval->raw.data ? "every " : "by its rhythm",
                      interval->raw.data ? interval->raw.data : "", text_or_empty(instance->options, "class"));
    for (size_t i = 0; instance->after[i]; i++)
        buffer_printf(what, "%s%s", i > 0 ? ", " : what->size > 0 ? " after " : "after ", instance->after[i]);
    if (!instance->enabled)
        buffer_append_text(what, what->size > 0 ? " (off)" : "off");
}

static void describe_watch(struct buffer *what, const struct setup_watch *watch)
{
    buffer_append_text(what, watch->when);
    for (size_t i = 0; watch->sinks[i]; i++)
        buffer_printf(what, "%s%s", i > 0 ? ", " : " → ", watch->sinks[i]);
    if (!watch->enabled)
        buffer_append_text(what, " (off)");
}

static void add_row(struct table *table, const char *title, const char *plugin, struct buffer *what)
{
    table_cell_styled(table, STYLE_NAME, title);
    table_cell(table, plugin);
    table_cell(table, what->failed || !what->bytes ? "" : what->bytes);
    table_row(table);
    buffer_clear(what);
}

static size_t row_count(const struct setup *setup)
{
    return setup_instance_count(setup) + setup_watch_count(setup);
}

/* Of a long list of sources only the first are shown. */
static bool print_plan(const struct setup *setup, struct error *error)
{
    struct table *table = table_create(columns, COLUMNS, TABLE_FOR_PEOPLE, display()->width, stdout);
    if (!table)
        return error_set(error, ERROR_MEMORY, "out of memory");
    struct buffer what = BUFFER_INIT;
    size_t sources = 0;
    for (size_t i = 0; i < setup_instance_count(setup); i++) {
        const struct setup_instance *instance = setup_instance(setup, i);
        sources += instance->plugin_kind == PLUGIN_SOURCE;
        if (instance->plugin_kind == PLUGIN_SOURCE && sources > SHOWN_MAX)
            continue;
        describe_instance(&what, instance);
        add_row(table, instance->title, instance->plugin ? instance->plugin->name : "", &what);
    }
    for (size_t i = 0; i < setup_watch_count(setup); i++) {
        describe_watch(&what, setup_watch(setup, i));
        add_row(table, setup_watch(setup, i)->title, NULL, &what);
    }
    buffer_free(&what);
    if (!table_finish(table, error))
        return false;
    if (sources > SHOWN_MAX)
        printf("… and %zu more sources\n", sources - SHOWN_MAX);
    return true;
}

static int tell_result(const struct setup *setup, const struct diagnostics *diagnostics)
{
    size_t errors = diagnostics_count(diagnostics, DIAGNOSTIC_ERROR);
    size_t warnings = diagnostics_count(diagnostics, DIAGNOSTIC_WARNING);
    if (errors > 0)
        return message_problem("%s: %zu error%s, %zu warning%s", setup_path(setup), errors, errors == 1 ? "" : "s",
                               warnings, warnings == 1 ? "" : "s");
    struct error error = ERROR_INIT;
    if (row_count(setup) > 0 && !print_plan(setup, &error))
        return message_failure("%s", error.text);
    printf("%s is fine", setup_path(setup));
    if (warnings > 0)
        printf(", with %zu warning%s", warnings, warnings == 1 ? "" : "s");
    printf("; state in %s\n", setup_daemon(setup)->state_dir ? setup_daemon(setup)->state_dir : "no folder");
    return COMMAND_DONE;
}

static int check(const char *path, bool deep, struct diagnostics *diagnostics)
{
    struct error error = ERROR_INIT;
    struct setup *setup = setup_load(path, NULL, deep ? OPTIONS_RESOLVE : OPTIONS_CHECK, diagnostics, &error);
    if (!setup)
        return message_failure("%s", error.text);
    /* With options that are wrong a plugin would only repeat what is known. */
    if (diagnostics_count(diagnostics, DIAGNOSTIC_ERROR) == 0)
        check_plugins(setup, diagnostics);
    if (deep)
        check_deep(setup, diagnostics, stdout);
    /* The problems are this command's result. */
    diagnostics_print(diagnostics, stdout, display()->colour);
    int status = tell_result(setup, diagnostics);
    setup_destroy(setup);
    return status;
}

static int run(const struct command_line *line)
{
    const char *path = line->argument_count > 0 ? line->arguments[0] : line->config_path;
    if (!path)
        path = config_default_path();
    if (!path)
        return message_failure("no configuration: name a file, or set $ENTENTE_CONFIG; there is no ./entente.ini and "
                               "no /etc/entente/entente.ini");
    struct diagnostics *diagnostics = diagnostics_create();
    if (!diagnostics)
        return message_failure("out of memory");
    int status = check(path, command_flag(line, "deep"), diagnostics);
    diagnostics_destroy(diagnostics);
    return status;
}

static const struct command_option options[] = {
    {"deep", 'd', COMMAND_FLAG, NULL, NULL, NULL,
     "Also resolve secrets, look at the state folder and load what plugins need"},
    {.name = NULL},
};

const struct command command_check = {
    .name = "check",
    .summary = "Check a configuration and say what it would run",
    .arguments = "[FILE]",
    .arguments_max = 1,
    .description =
        "Reports every problem at once as FILE:LINE:COLUMN with the line, a mark under what is wrong, and the line as "
        "it "
        "should read. Options of built-in and outside plugins are checked by their own tables, rules are compiled. Where all of that is right, each "
        "plugin is asked, in a process of its own, whether it takes the options of its instances.\n"
        "\n"
        "The exit status is 0 where there is no error, 1 where there are any, and 2 where the file cannot be read.",
    .examples = "entente check\tThe configuration that the daemon would use\n"
                "entente check new.ini\tA new one, before it is put in place\n"
                "entente check --deep\tAlso whether secrets are there",
    .options = options,
    .run = run,
};
