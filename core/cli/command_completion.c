/* entente completion bash|zsh|fish: the completion script of a shell, made from the command tables. */
#include "core/cli/command.h"
#include "core/cli/completion.h"
#include "core/cli/message.h"
#include "core/cli/printout.h"
#include "lib/base/nearest.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    void (*print)(struct buffer *buffer);
} shells[] = {{"bash", completion_bash}, {"zsh", completion_zsh}, {"fish", completion_fish}};
enum { SHELLS = sizeof shells / sizeof *shells };

static int run(const struct command_line *line)
{
    size_t shell = 0;
    const char *names[SHELLS + 1] = {NULL};
    for (size_t i = 0; i < SHELLS; i++)
        names[i] = shells[i].name;
    while (shell < SHELLS && strcmp(shells[shell].name, line->arguments[0]) != 0)
        shell++;
    if (shell == SHELLS) {
        const char *nearest = nearest_word(line->arguments[0], names);
        return message_failure("there is no completion for '%.60s', but for bash, zsh and fish%s%s%s",
                               line->arguments[0], nearest ? "; did you mean " : "", nearest ? nearest : "",
                               nearest ? "?" : "");
    }
    struct buffer buffer = BUFFER_INIT;
    shells[shell].print(&buffer);
    return printout(&buffer);
}

const struct command command_completion = {
    .name = "completion",
    .summary = "Print a shell's completion script",
    .arguments = "bash|zsh|fish",
    .arguments_min = 1,
    .arguments_max = 1,
    .description =
        "An installed Entente has put these scripts where the shells look for them. From a build tree, source one "
        "in your shell's start-up file.",
    .examples = "entente completion bash > ~/.local/share/bash-completion/completions/entente\tFor bash\n"
                "entente completion zsh > ~/.zfunc/_entente\tFor zsh, with ~/.zfunc in $fpath\n"
                "entente completion fish > ~/.config/fish/completions/entente.fish\tFor fish",
    .run = run,
};
