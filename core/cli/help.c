#include "core/cli/help.h"

#include "core/cli/display.h"
#include "lib/base/buffer.h"

#include <string.h>

enum { INDENT = 2, OPTION_COLUMN = 26, NAME_COLUMN_MAX = 24, EXAMPLE_INDENT = 6 };

static bool write_out(FILE *out, struct buffer *buffer)
{
    bool written = !buffer->failed && fwrite(buffer->bytes, 1, buffer->size, out) == buffer->size;
    buffer_free(buffer);
    return written && fflush(out) == 0;
}

static void heading(struct buffer *buffer, const char *text)
{
    buffer_printf(buffer, "%s%s%s\n", style(STYLE_HEADING), text, style_end());
}

static void spaces(struct buffer *buffer, int count)
{
    buffer_printf(buffer, "%*s", count > 0 ? count : 0, "");
}

/* "  NAME      text", the text wrapped behind `column`; on a line of its own where the name is too long. */
static void entry(struct buffer *buffer, const char *name, const char *text, int column)
{
    int columns = (int)display_columns(name, strlen(name));
    buffer_printf(buffer, "%*s%s%s%s", INDENT, "", style(STYLE_NAME), name, style_end());
    int at = INDENT + columns;
    if (at + 2 > column) {
        buffer_append_char(buffer, '\n');
        at = 0;
    }
    spaces(buffer, column - at);
    display_wrap(buffer, text, column, column, display_text_width());
}

static int name_column(const char *group)
{
    size_t widest = 0;
    for (const struct command_row *row = commands_all(); row->group || row->command; row++) {
        bool counts = row->command && (!group || strncmp(row->command->name, group, strlen(group)) == 0);
        if (counts && strlen(row->command->name) > widest)
            widest = strlen(row->command->name);
    }
    return INDENT + (int)(widest > NAME_COLUMN_MAX ? NAME_COLUMN_MAX : widest) + 2;
}

static void print_examples(struct buffer *buffer, const char *examples)
{
    for (const char *at = examples; at && *at;) {
        size_t line = strcspn(at, "\n"), words = strcspn(at, "\t\n");
        buffer_printf(buffer, "%*s%s%.*s%s\n", INDENT, "", style(STYLE_NAME), (int)words, at, style_end());
        if (words < line) {
            struct buffer text = BUFFER_INIT;
            buffer_append(&text, at + words + 1, line - words - 1);
            spaces(buffer, EXAMPLE_INDENT);
            display_wrap(buffer, text.bytes ? text.bytes : "", EXAMPLE_INDENT, EXAMPLE_INDENT, display_text_width());
            buffer_free(&text);
        }
        at += line + (at[line] == '\n');
    }
}

bool help_print_overview(FILE *out)
{
    struct buffer buffer = BUFFER_INIT;
    int width = display_text_width();
    display_wrap(&buffer,
                 "Entente reads news feeds, codes security-cooperation events in them and alerts those who watch.", 0,
                 0, width);
    buffer_printf(&buffer, "\n%sUsage:%s entente [-c FILE] COMMAND [options]\n", style(STYLE_HEADING), style_end());
    int column = name_column(NULL);
    for (const struct command_row *row = commands_all(); row->group || row->command; row++) {
        if (row->group) {
            buffer_append_char(&buffer, '\n');
            heading(&buffer, row->group);
        } else {
            entry(&buffer, row->command->name, row->command->summary, column);
        }
    }
    buffer_append_char(&buffer, '\n');
    heading(&buffer, "Examples");
    print_examples(&buffer, commands_examples());
    buffer_append_char(&buffer, '\n');
    display_wrap(&buffer,
                 "'entente COMMAND --help' explains a command, with examples; 'entente --version' names the version. "
                 "The daemon is 'entented'.",
                 0, 0, width);
    return write_out(out, &buffer);
}

bool help_print_group(FILE *out, const char *group)
{
    struct buffer buffer = BUFFER_INIT;
    buffer_printf(&buffer, "%sUsage:%s entente %s COMMAND [options]\n\n", style(STYLE_HEADING), style_end(), group);
    int column = name_column(group);
    size_t size = strlen(group);
    for (const struct command_row *row = commands_all(); row->group || row->command; row++)
        if (row->command && strncmp(row->command->name, group, size) == 0 && row->command->name[size] == ' ')
            entry(&buffer, row->command->name, row->command->summary, column);
    buffer_printf(&buffer, "\n'entente %s COMMAND --help' explains one of them, with examples.\n", group);
    return write_out(out, &buffer);
}

/* "-f, --format FORMAT" */
static void option_words(struct buffer *buffer, const struct command_option *option)
{
    if (option->letter)
        buffer_printf(buffer, "-%c, ", option->letter);
    else
        buffer_append_text(buffer, "    ");
    buffer_printf(buffer, "--%s", option->name);
    if (option->kind != COMMAND_FLAG)
        buffer_printf(buffer, " %s", option->metavar);
}

static void option_text(struct buffer *buffer, const struct command_option *option)
{
    buffer_append_text(buffer, option->help);
    if (option->choices) {
        buffer_append_text(buffer, option->kind == COMMAND_LIST ? " (any of: " : " (");
        for (const char *at = option->choices; *at; at++) {
            if (*at == '|')
                buffer_append_text(buffer, ", ");
            else
                buffer_append_char(buffer, *at);
        }
        buffer_append_char(buffer, ')');
    }
    if (option->fallback)
        buffer_printf(buffer, " [%s]", option->fallback);
}

static void print_options(struct buffer *buffer, const struct command_option *options)
{
    for (; options && options->name; options++) {
        struct buffer words = BUFFER_INIT, text = BUFFER_INIT;
        option_words(&words, options);
        option_text(&text, options);
        if (words.failed || text.failed)
            buffer->failed = true;
        else
            entry(buffer, words.bytes, text.bytes, OPTION_COLUMN);
        buffer_free(&words);
        buffer_free(&text);
    }
}

bool help_print_command(FILE *out, const struct command *command)
{
    struct buffer buffer = BUFFER_INIT;
    display_wrap(&buffer, command->summary, 0, 0, display_text_width());
    buffer_printf(&buffer, "\n%sUsage:%s entente %s%s%s%s\n", style(STYLE_HEADING), style_end(), command->name,
                  command->options && command->options->name ? " [options]" : "", command->arguments ? " " : "",
                  command->arguments ? command->arguments : "");
    if (command->description) {
        buffer_append_char(&buffer, '\n');
        display_wrap(&buffer, command->description, 0, 0, display_text_width());
    }
    if (command->options && command->options->name) {
        buffer_append_char(&buffer, '\n');
        heading(&buffer, "Options");
        print_options(&buffer, command->options);
    }
    buffer_append_char(&buffer, '\n');
    heading(&buffer, "Options of every command");
    print_options(&buffer, command_common_options());
    buffer_append_char(&buffer, '\n');
    heading(&buffer, "Examples");
    print_examples(&buffer, command->examples);
    return write_out(out, &buffer);
}
