/* entente plugin show: what a plugin is and which options it takes, from the table by which they are checked. */
#include "core/cli/command.h"
#include "core/cli/display.h"
#include "core/cli/message.h"
#include "core/cli/option_document.h"
#include "core/cli/plugin_registry.h"
#include "core/cli/plugin_trial.h"
#include "core/cli/printout.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KIND_COUNT = 6 };

static const unsigned kinds[KIND_COUNT] = {PLUGIN_SOURCE,   PLUGIN_TRANSFORM, PLUGIN_CLASSIFIER,
                                           PLUGIN_DETECTOR, PLUGIN_SINK,      PLUGIN_SERVICE};

struct shown {
    const struct plugin_info *info;
    const char *configured; /* what `plugin =` takes: its name where that finds it, else its path */
};

/* For each kind that the plugin can be. */
typedef void print_kind(struct buffer *out, const struct shown *shown, const char *kind, bool all);

static void each_kind(struct buffer *out, const struct shown *shown, bool all, print_kind *print)
{
    for (size_t i = 0; i < KIND_COUNT; i++) {
        if (shown->info->kinds & kinds[i])
            print(out, shown, plugin_kind_word(kinds[i]), all);
    }
}

enum { COMMON_MAX = 100 };

static bool has_option(const struct option_table *table, const char *name)
{
    for (size_t i = 0; i < table->count; i++)
        if (strcmp(options_row(table, i).name, name) == 0)
            return true;
    return false;
}

/* The common options of the kind that the plugin has not taken for its own; the first is `plugin` itself. */
static struct option_table common_beside(const char *kind, const struct plugin_info *info,
                                         struct ent_option rows[COMMON_MAX])
{
    struct option_table common = options_common(kind);
    size_t count = 0;
    for (size_t i = 0; i < common.count && count < COMMON_MAX; i++) {
        struct ent_option row = options_row(&common, i);
        if (!has_option(&info->options, row.name))
            rows[count++] = row;
    }
    return (struct option_table){rows, count, sizeof *rows};
}

/* ------------------------------------------------------------------------------------------------------------ text */

static void text_of_kind(struct buffer *out, const struct shown *shown, const char *kind, bool all)
{
    const struct plugin_info *info = shown->info;
    struct ent_option rows[COMMON_MAX];
    struct option_table common = common_beside(kind, info, rows);
    if (!all) {
        buffer_printf(out, "\nEvery %s also takes: ", kind);
        struct buffer names = BUFFER_INIT;
        for (size_t i = 0; i < common.count; i++)
            buffer_printf(&names, "%s%s", i > 0 ? ", " : "", options_row(&common, i).name);
        display_wrap(out, names.failed ? "" : names.bytes, (int)strlen(kind) + 19, 4, display_text_width());
        buffer_free(&names);
        return;
    }
    buffer_printf(out, "\n%sEvery %s takes%s\n", style(STYLE_HEADING), kind, style_end());
    option_document_text(out, &common);
}

static void text_of_interface(struct buffer *out, const struct plugin_info *info)
{
    buffer_printf(out, "  built    for plugin interface %u.%u", info->abi_major, info->abi_minor);
    if (info->abi_major > 0)
        buffer_printf(out, "; needs %u.%u", info->abi_major, info->min_minor);
    buffer_append_char(out, '\n');
}

static void print_text(struct buffer *out, const struct shown *shown, bool all)
{
    const struct plugin_info *info = shown->info;
    char words[100];
    plugin_kinds_print(words, sizeof words, info->kinds);
    buffer_printf(out, "%s%s%s %s: ", style(STYLE_NAME), info->name, style_end(), info->version);
    display_clean(out, info->summary, strlen(info->summary));
    buffer_printf(out, "\n\n  kind     %s\n  licence  %s\n  file     %s\n", words, info->licence, info->path);
    if (info->is_program)
        buffer_append_text(out, "  program  speaks lines of JSON, see entente-exec(7)\n");
    else
        text_of_interface(out, info);
    if (info->flags & ENT_STATELESS)
        buffer_append_text(out, "  workers  may be more than one\n");
    if (info->flags & ENT_NETWORK)
        buffer_append_text(out, "  network  opens connections or listens by itself (net/1)\n");
    if (info->options.count > 0) {
        buffer_printf(out, "\n%sOptions%s\n", style(STYLE_HEADING), style_end());
        option_document_text(out, &info->options);
    }
    each_kind(out, shown, all, text_of_kind);
    if (!all)
        buffer_append_text(out, "(--all explains them)\n");
}

/* ------------------------------------------------------------------------------------------------------------- INI */

static void ini_of_kind(struct buffer *out, const struct shown *shown, const char *kind, bool all)
{
    const struct plugin_info *info = shown->info;
    struct ent_option rows[COMMON_MAX];
    struct option_table common = common_beside(kind, info, rows);
    /* A plugin of several kinds gets a section for each, and names that stay apart. */
    bool several = plugin_kind_word(info->kinds) == NULL;
    buffer_printf(out, "%s# %s\n[%s.%s%s%s]\nplugin = %s\n", out->size > 0 ? "\n" : "", info->summary, kind, info->name,
                  several ? "-" : "", several ? kind : "", shown->configured);
    option_document_ini(out, &info->options, all);
    struct option_table rest = {(const struct ent_option *)((const char *)common.rows + common.stride),
                                common.count > 0 ? common.count - 1 : 0, common.stride};
    option_document_ini(out, &rest, all);
}

static void print_ini(struct buffer *out, const struct shown *shown, bool all)
{
    each_kind(out, shown, all, ini_of_kind);
}

/* ------------------------------------------------------------------------------------------------------------ JSON */

static void print_schema(struct json_writer *writer, const struct plugin_info *info, const char *kind)
{
    struct ent_option rows[COMMON_MAX];
    struct option_table common = common_beside(kind, info, rows);
    json_object_open(writer);
    json_key(writer, "$schema");
    json_put_text(writer, "https://json-schema.org/draft/2020-12/schema");
    json_key(writer, "title");
    struct buffer title = BUFFER_INIT;
    buffer_printf(&title, "[%s.NAME] plugin = %s", kind, info->name);
    json_put_text(writer, title.failed ? info->name : title.bytes);
    buffer_free(&title);
    json_key(writer, "type");
    json_put_text(writer, "object");
    json_key(writer, "properties");
    json_object_open(writer);
    option_document_properties(writer, &common);
    option_document_properties(writer, &info->options);
    json_object_close(writer);
    json_key(writer, "required");
    json_array_open(writer);
    option_document_required(writer, &common);
    option_document_required(writer, &info->options);
    json_array_close(writer);
    json_key(writer, "additionalProperties");
    json_put_boolean(writer, false);
    json_object_close(writer);
}

static void put_text(struct json_writer *writer, const char *key, const char *text)
{
    json_key(writer, key);
    json_put_text(writer, text);
}

static void put_version(struct json_writer *writer, const char *key, unsigned major, unsigned minor)
{
    char version[16];
    snprintf(version, sizeof version, "%u.%u", major, minor);
    put_text(writer, key, version);
}

static void print_json(struct buffer *out, const struct shown *shown, bool all)
{
    const struct plugin_info *info = shown->info;
    (void)all;
    struct json_writer writer;
    json_begin(&writer, out);
    json_object_open(&writer);
    put_text(&writer, "name", info->name);
    put_text(&writer, "version", info->version);
    put_text(&writer, "summary", info->summary);
    put_text(&writer, "licence", info->licence);
    put_text(&writer, "path", info->path);
    put_version(&writer, "interface", info->abi_major, info->abi_minor);
    put_version(&writer, "interface_min", info->abi_major, info->abi_major > 0 ? info->min_minor : info->abi_minor);
    json_key(&writer, "program");
    json_put_boolean(&writer, info->is_program);
    json_key(&writer, "stateless");
    json_put_boolean(&writer, info->flags & ENT_STATELESS);
    json_key(&writer, "network");
    json_put_boolean(&writer, info->flags & ENT_NETWORK);
    json_key(&writer, "kinds");
    json_object_open(&writer);
    for (size_t i = 0; i < KIND_COUNT; i++) {
        if (!(info->kinds & kinds[i]))
            continue;
        json_key(&writer, plugin_kind_word(kinds[i]));
        print_schema(&writer, info, plugin_kind_word(kinds[i]));
    }
    json_object_close(&writer);
    json_object_close(&writer);
    buffer_append_char(out, '\n');
}

/* ----------------------------------------------------------------------------------------------------- manual page */

static void man_of_kind(struct buffer *out, const struct shown *shown, const char *kind, bool all)
{
    const struct plugin_info *info = shown->info;
    (void)all;
    struct ent_option rows[COMMON_MAX];
    struct option_table common = common_beside(kind, info, rows);
    buffer_printf(out, ".SH OPTIONS OF EVERY ");
    for (const char *at = kind; *at; at++)
        buffer_append_char(out, (char)toupper((unsigned char)*at));
    buffer_append_char(out, '\n');
    option_document_roff(out, &common);
}

static void man_synopsis_of_kind(struct buffer *out, const struct shown *shown, const char *kind, bool all)
{
    (void)all;
    buffer_printf(out,
                  ".nf\n\\fB[%s.\\fINAME\\fB]\\fR\n\\fBplugin = %s\\fR\n\\fIoption\\fR = \\fIvalue\\fR\n.fi\n.PP\n",
                  kind, shown->configured);
}

static void print_man(struct buffer *out, const struct shown *shown, bool all)
{
    const struct plugin_info *info = shown->info;
    buffer_append_text(out, ".TH ENTENTE\\-");
    for (const char *at = info->name; *at; at++)
        buffer_append_char(out, (char)toupper((unsigned char)*at));
    buffer_printf(out, " 5 \"\" \"%s %s\" \"Entente plugins\"\n.SH NAME\nentente\\-", info->name, info->version);
    option_document_roff_text(out, info->name);
    buffer_append_text(out, " \\- ");
    option_document_roff_text(out, info->summary);
    buffer_append_text(out, "\n.SH SYNOPSIS\n");
    each_kind(out, shown, all, man_synopsis_of_kind);
    buffer_append_text(out, ".SH OPTIONS\n");
    option_document_roff(out, &info->options);
    each_kind(out, shown, all, man_of_kind);
    buffer_append_text(out, ".SH SEE ALSO\n\\fBentente\\fR(1)\n");
}

/* -------------------------------------------------------------------------------------------------------- Markdown */

static void print_markdown(struct buffer *out, const struct shown *shown, bool all)
{
    const struct plugin_info *info = shown->info;
    (void)all;
    char words[100];
    plugin_kinds_print(words, sizeof words, info->kinds);
    buffer_printf(out, "### %s\n\n%s (%s).\n\n", info->name, info->summary, words);
    if (info->options.count > 0)
        option_document_markdown(out, &info->options);
}

static const struct {
    const char *word;
    void (*print)(struct buffer *out, const struct shown *shown, bool all);
} formats[] = {
    {"text", print_text}, {"ini", print_ini}, {"json", print_json}, {"man", print_man}, {"markdown", print_markdown}};

static int print_plugin(const struct command_line *line, const struct shown *shown)
{
    struct buffer out = BUFFER_INIT;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (!strcmp(formats[i].word, command_value(line, "format")))
            formats[i].print(&out, shown, command_flag(line, "all"));
    }
    return printout(&out);
}

static const char *configured_as(struct registry *registry, const struct plugin_info *info)
{
    struct error ignored = ERROR_INIT;
    char *own = realpath(info->path, NULL);
    const struct plugin_info *found = registry_find(registry, info->name, &ignored);
    char *other = found ? realpath(found->path, NULL) : NULL;
    bool is_found = own && other && strcmp(own, other) == 0;
    free(own);
    free(other);
    return is_found ? info->name : info->path;
}

static int run(const struct command_line *line)
{
    struct error error = ERROR_INIT;
    struct registry *registry = plugin_registry_open(line, &error);
    if (!registry)
        return message_failure("%s", error.text);
    const char *name = line->arguments[0];
    char path[PATH_MAX];
    const struct plugin_info *info = NULL;
    int status;
    if (!plugin_trial_is_path(name))
        info = registry_find(registry, name, &error);
    else if (plugin_trial_find(line, name, path, &error))
        info = registry_find(registry, path, &error);
    if (info)
        status = print_plugin(line, &(struct shown){info, configured_as(registry, info)});
    else
        status = message_failure("%s", error.text);
    registry_destroy(registry);
    return status;
}

static const struct command_option options[] = {
    {"format", 'f', COMMAND_VALUE, "FORMAT", "text|ini|json|man|markdown", "text",
     "For reading, a sample of the configuration, a JSON schema, or the source of a manual page or document"},
    {"all", 'a', COMMAND_FLAG, NULL, NULL, NULL, "Also what every instance takes, and options that are rarely needed"},
    {.name = NULL},
};

const struct command command_plugin_show = {
    .name = "plugin show",
    .summary = "Explain a plugin and its options",
    .arguments = "NAME",
    .arguments_min = 1,
    .arguments_max = 1,
    .description =
        "NAME is a plugin's name or the path of its object. What is shown comes from the plugin's own option "
        "table, by which its configuration is checked.",
    .examples = "entente plugin show feed\tWhat the feed plugin takes\n"
                "entente plugin show feed --format ini >> entente.ini\tBegin a configuration from a sample\n"
                "entente plugin show ./mine.so --format json\tThe schema of a plugin of your own",
    .options = options,
    .run = run,
};
