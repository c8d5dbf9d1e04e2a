#include "core/cli/manual.h"

#include "core/cli/roff.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* What concerns every command; printed in entente(1) and at the top of docs/commands.md. */
struct fact {
    const char *name, *text;
};

static const char about[] = "Entente reads news feeds, codes the security-cooperation events in them (who supplies, "
                            "trains, exercises with, hosts, "
                            "meets or breaks with whom), stores each event once however many outlets report it, and "
                            "alerts those who watch. The "
                            "daemon is entented; entente is the program to look at what it found, to check a "
                            "configuration, and to try out feeds, "
                            "articles and rules without any set-up.";

static const struct fact exit_statuses[] = {
    {"0", "Done."},
    {"1", "Done, and problems were found."},
    {"2", "Nothing done: wrong usage, or input that cannot be read."},
    {NULL, NULL},
};
static const struct fact environment[] = {
    {"ENTENTE_CONFIG", "The configuration, where -c is not given."},
    {"NO_COLOR", "Set to anything: no colour, unless --color=always."},
    {"COLUMNS", "The width of tables where the output is no terminal; without it nothing is cut."},
    {"XDG_STATE_HOME", "Where the default state directory is: $XDG_STATE_HOME/entente, else ~/.local/state/entente."},
    {NULL, NULL},
};
static const struct fact files[] = {
    {"./entente.ini, /etc/entente/entente.ini", "The configuration, the first that exists."},
    {"/var/lib/entente", "The state directory of the service."},
    {"STATE_DIR/control.sock", "Where the daemon takes commands from its own user and root."},
    {NULL, NULL},
};

/* ---- roff ---- */

static void roff_option(struct buffer *buffer, const struct command_option *option)
{
    buffer_append_text(buffer, ".TP\n");
    if (option->letter)
        buffer_printf(buffer, "\\fB\\-%c\\fR, ", option->letter);
    buffer_append_text(buffer, "\\fB\\-\\-");
    roff_text(buffer, option->name, strlen(option->name));
    buffer_append_text(buffer, "\\fR");
    if (option->kind != COMMAND_FLAG)
        buffer_printf(buffer, " \\fI%s\\fR", option->metavar);
    buffer_append_char(buffer, '\n');
    roff_text(buffer, option->help, strlen(option->help));
    buffer_append_text(buffer, ".");
    if (option->choices) {
        buffer_append_text(buffer, option->kind == COMMAND_LIST ? " Any of " : " One of ");
        for (const char *at = option->choices; *at; at++)
            buffer_append_text(buffer, *at == '|' ? ", " : (char[]){*at, '\0'});
        buffer_append_char(buffer, '.');
    }
    if (option->fallback) {
        buffer_append_text(buffer, " Default: ");
        roff_text(buffer, option->fallback, strlen(option->fallback));
        buffer_append_char(buffer, '.');
    }
    buffer_append_char(buffer, '\n');
}

static void roff_options(struct buffer *buffer, const char *title, const struct command_option *options)
{
    if (!options || !options->name)
        return;
    buffer_printf(buffer, ".SH %s\n", title);
    for (; options->name; options++)
        roff_option(buffer, options);
}

static void roff_facts(struct buffer *buffer, const char *title, const struct fact *facts)
{
    buffer_printf(buffer, ".SH %s\n", title);
    for (; facts->name; facts++) {
        buffer_append_text(buffer, ".TP\n\\fB");
        roff_text(buffer, facts->name, strlen(facts->name));
        buffer_append_text(buffer, "\\fR\n");
        roff_line(buffer, facts->text);
    }
}

static void roff_examples(struct buffer *buffer, const char *examples)
{
    buffer_append_text(buffer, ".SH EXAMPLES\n");
    for (const char *at = examples; *at;) {
        size_t line = strcspn(at, "\n"), words = strcspn(at, "\t\n");
        if (words < line) {
            buffer_append_text(buffer, ".PP\n");
            roff_text(buffer, at + words + 1, line - words - 1);
            buffer_append_text(buffer, ":\n");
        }
        buffer_append_text(buffer, ".PP\n.nf\n.RS 4\n");
        roff_text(buffer, at, words);
        buffer_append_text(buffer, "\n.RE\n.fi\n");
        at += line + (at[line] == '\n');
    }
}

/* The name with hyphens for spaces: "feed-parse". */
static void joined_name(struct buffer *buffer, const char *name)
{
    for (; *name; name++)
        buffer_append_char(buffer, *name == ' ' ? '-' : *name);
}

void manual_file_name(struct buffer *buffer, const struct command *command)
{
    buffer_append_text(buffer, "entente");
    if (command) {
        buffer_append_char(buffer, '-');
        joined_name(buffer, command->name);
    }
    buffer_append_text(buffer, ".1");
}

static void roff_header(struct buffer *buffer, const struct command *command)
{
    buffer_append_text(buffer, ".TH ENTENTE");
    for (const char *at = command ? command->name : ""; *at; at++) {
        if (at == command->name)
            buffer_append_text(buffer, "\\-");
        buffer_append_text(buffer, *at == ' ' ? "\\-" : (char[]){(char)toupper((unsigned char)*at), '\0'});
    }
    buffer_printf(buffer, " 1 \"\" \"Entente %s\" \"Entente\"\n.SH NAME\nentente", ENT_VERSION);
    if (command) {
        buffer_append_text(buffer, "\\-");
        struct buffer name = BUFFER_INIT;
        joined_name(&name, command->name);
        roff_text(buffer, name.failed ? "" : name.bytes, name.failed ? 0 : name.size);
        buffer_free(&name);
    }
    buffer_append_text(buffer, " \\- ");
    roff_line(buffer, command ? command->summary : "security-cooperation events from the world's news feeds");
}

static void roff_overview(struct buffer *buffer)
{
    buffer_append_text(buffer,
                       ".SH SYNOPSIS\n\\fBentente\\fR [\\fB\\-c\\fR \\fIFILE\\fR] \\fICOMMAND\\fR [\\fIoptions\\fR]\n"
                       ".SH DESCRIPTION\n");
    roff_paragraphs(buffer, about);
    buffer_append_text(buffer, ".SH COMMANDS\n");
    for (const struct command_row *row = commands_all(); row->group || row->command; row++) {
        if (row->group) {
            buffer_append_text(buffer, ".SS ");
            roff_line(buffer, row->group);
            continue;
        }
        buffer_append_text(buffer, ".TP\n\\fB");
        roff_text(buffer, row->command->name, strlen(row->command->name));
        buffer_append_text(buffer, "\\fR\n");
        roff_text(buffer, row->command->summary, strlen(row->command->summary));
        buffer_append_text(buffer, ".\n");
    }
    roff_options(buffer, "OPTIONS OF EVERY COMMAND", command_common_options());
    roff_examples(buffer, commands_examples());
    roff_facts(buffer, "EXIT STATUS", exit_statuses);
    roff_facts(buffer, "ENVIRONMENT", environment);
    roff_facts(buffer, "FILES", files);
}

static void roff_command(struct buffer *buffer, const struct command *command)
{
    buffer_append_text(buffer, ".SH SYNOPSIS\n\\fBentente ");
    roff_text(buffer, command->name, strlen(command->name));
    buffer_append_text(buffer, "\\fR");
    if (command->options && command->options->name)
        buffer_append_text(buffer, " [\\fIoptions\\fR]");
    if (command->arguments) {
        buffer_append_text(buffer, " \\fI");
        roff_text(buffer, command->arguments, strlen(command->arguments));
        buffer_append_text(buffer, "\\fR");
    }
    buffer_append_text(buffer, "\n.SH DESCRIPTION\n");
    if (command->description)
        roff_paragraphs(buffer, command->description);
    else
        buffer_printf(buffer, "%s.\n", command->summary);
    roff_options(buffer, "OPTIONS", command->options);
    roff_options(buffer, "OPTIONS OF EVERY COMMAND", command_common_options());
    roff_examples(buffer, command->examples);
    roff_facts(buffer, "EXIT STATUS", exit_statuses);
    buffer_append_text(buffer, ".SH SEE ALSO\n\\fBentente\\fR(1)\n");
}

void manual_roff(struct buffer *buffer, const struct command *command)
{
    roff_header(buffer, command);
    if (command)
        roff_command(buffer, command);
    else
        roff_overview(buffer);
}

/* ---- Markdown ---- */

static void markdown_cell(struct buffer *buffer, const char *text)
{
    for (; *text; text++) {
        if (strchr("|<>*_\\", *text))
            buffer_append_char(buffer, '\\');
        buffer_append_char(buffer, *text);
    }
}

static void markdown_options(struct buffer *buffer, const struct command_option *options)
{
    if (!options || !options->name)
        return;
    buffer_append_text(buffer, "\n| option | what it does | default |\n|-|-|-|\n");
    for (; options->name; options++) {
        buffer_append_text(buffer, "| `");
        if (options->letter)
            buffer_printf(buffer, "-%c`, `", options->letter);
        buffer_printf(buffer, "--%s%s%s` | ", options->name, options->metavar ? " " : "",
                      options->metavar ? options->metavar : "");
        markdown_cell(buffer, options->help);
        if (options->choices) {
            buffer_append_text(buffer, options->kind == COMMAND_LIST ? " (any of " : " (");
            for (const char *at = options->choices; *at; at++)
                markdown_cell(buffer, *at == '|' ? ", " : (char[]){*at, '\0'});
            buffer_append_char(buffer, ')');
        }
        buffer_append_text(buffer, " | ");
        markdown_cell(buffer, options->fallback ? options->fallback : "");
        buffer_append_text(buffer, " |\n");
    }
}

static void markdown_facts(struct buffer *buffer, const char *title, const struct fact *facts)
{
    buffer_printf(buffer, "\n### %s\n\n", title);
    for (; facts->name; facts++)
        buffer_printf(buffer, "- `%s`: %s\n", facts->name, facts->text);
}

static void markdown_command(struct buffer *buffer, const struct command *command)
{
    buffer_printf(buffer, "\n### entente %s\n\n%s.\n\n    entente %s%s%s%s\n", command->name, command->summary,
                  command->name, command->options && command->options->name ? " [options]" : "",
                  command->arguments ? " " : "", command->arguments ? command->arguments : "");
    if (command->description) {
        buffer_append_char(buffer, '\n');
        bool verbatim = false;
        for (const char *at = command->description; *at;) {
            size_t size = strcspn(at, "\n");
            bool indented = size && *at == ' ';
            if (indented && !verbatim)
                buffer_append_char(buffer, '\n');
            buffer_printf(buffer, "%s%.*s\n", indented ? "   " : "", (int)size, at);
            verbatim = indented;
            at += size + (at[size] == '\n');
        }
    }
    markdown_options(buffer, command->options);
    buffer_append_text(buffer, "\nExamples:\n\n");
    for (const char *at = command->examples; *at;) {
        size_t line = strcspn(at, "\n"), words = strcspn(at, "\t\n");
        buffer_printf(buffer, "- `%.*s`", (int)words, at);
        if (words < line)
            buffer_printf(buffer, "  \n  %.*s", (int)(line - words - 1), at + words + 1);
        buffer_append_char(buffer, '\n');
        at += line + (at[line] == '\n');
    }
}

void manual_markdown(struct buffer *buffer)
{
    buffer_append_text(buffer,
                       "# Commands\n\n<!-- Generated from the command tables by scripts/generate-docs. -->\n\n");
    buffer_append_text(buffer, about);
    buffer_append_text(buffer, "\n\n    entente [-c FILE] COMMAND [options]\n\n## Of every command\n");
    markdown_options(buffer, command_common_options());
    markdown_facts(buffer, "Exit status", exit_statuses);
    markdown_facts(buffer, "Environment", environment);
    markdown_facts(buffer, "Files", files);
    for (const struct command_row *row = commands_all(); row->group || row->command; row++) {
        if (row->group)
            buffer_printf(buffer, "\n## %s\n", row->group);
        else
            markdown_command(buffer, row->command);
    }
}
