/* entente man [COMMAND]: manual pages and docs/commands.md, made from the command tables. */
#include "core/cli/command.h"
#include "core/cli/display.h"
#include "core/cli/manual.h"
#include "core/cli/message.h"
#include "core/cli/printout.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Shows the page through man(1), which reads it from its standard input. False where that cannot be done. */
static bool show(const struct buffer *page)
{
    int descriptor = memfd_create("entente.1", MFD_CLOEXEC);
    if (descriptor < 0)
        return false;
    bool ready =
        write(descriptor, page->bytes, page->size) == (ssize_t)page->size && lseek(descriptor, 0, SEEK_SET) == 0;
    posix_spawn_file_actions_t actions;
    pid_t process;
    char *words[] = {(char[]){"man"}, (char[]){"-l"}, (char[]){"-"}, NULL};
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, descriptor, STDIN_FILENO);
    bool started = ready && posix_spawnp(&process, "man", &actions, NULL, words, environ) == 0;
    posix_spawn_file_actions_destroy(&actions);
    close(descriptor);
    int status = 0;
    while (started && waitpid(process, &status, 0) < 0 && errno == EINTR)
        ;
    return started && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static int write_page(const char *folder, const struct command *command)
{
    struct buffer path = BUFFER_INIT, page = BUFFER_INIT;
    buffer_printf(&path, "%s/", folder);
    manual_file_name(&path, command);
    manual_roff(&page, command);
    int status = COMMAND_DONE;
    FILE *out = path.failed || page.failed ? NULL : fopen(path.bytes, "we");
    if (!out)
        status = message_failure("%s cannot be written: %s", path.failed ? folder : path.bytes, strerror(errno));
    else if (fwrite(page.bytes, 1, page.size, out) != page.size || fflush(out) != 0)
        status = message_failure("%s cannot be written: %s", path.bytes, strerror(errno));
    if (out)
        fclose(out);
    buffer_free(&path);
    buffer_free(&page);
    return status;
}

static int write_all(const char *folder)
{
    int status = write_page(folder, NULL);
    for (const struct command_row *row = commands_all(); status == COMMAND_DONE && (row->group || row->command); row++)
        if (row->command)
            status = write_page(folder, row->command);
    return status;
}

static int run(const struct command_line *line)
{
    const char *folder = command_value(line, "output");
    if (folder)
        return write_all(folder);
    const struct command *command = NULL;
    char name[100] = "";
    if (line->argument_count) {
        snprintf(name, sizeof name, "%.40s%s%.40s", line->arguments[0], line->argument_count > 1 ? " " : "",
                 line->argument_count > 1 ? line->arguments[1] : "");
        command = commands_find(name);
        if (!command)
            return message_failure("'%s' is no command; 'entente help' lists them", name);
    }
    struct buffer page = BUFFER_INIT;
    bool markdown = strcmp(command_value(line, "format"), "markdown") == 0;
    if (markdown)
        manual_markdown(&page);
    else
        manual_roff(&page, command);
    bool is_shown = !page.failed && !markdown && display()->is_terminal && show(&page);
    if (!is_shown)
        return printout(&page);
    buffer_free(&page);
    return COMMAND_DONE;
}

static const struct command_option options[] = {
    {"format", 'f', COMMAND_VALUE, "FORMAT", "roff|markdown", "roff",
     "Source of a manual page, or docs/commands.md with all commands"},
    {"output", 'o', COMMAND_VALUE, "DIR", NULL, NULL, "Write every page to a file of its own in this folder"},
    {.name = NULL},
};

const struct command command_man = {
    .name = "man",
    .summary = "Show the manual page of a command",
    .arguments = "[COMMAND]",
    .arguments_max = 2,
    .description = "On a terminal the page is shown by man(1); into a file or a pipe its source is written.",
    .examples = "entente man\tThe manual page of the program\n"
                "entente man completion > entente-completion.1\tThe source of a command's page\n"
                "entente man --output /usr/local/share/man/man1\tAll of them, as an installation does",
    .options = options,
    .run = run,
};
