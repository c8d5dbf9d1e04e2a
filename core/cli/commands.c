#include "core/cli/command.h"

#include <assert.h>
#include <string.h>

#define COMMAND_GROUP(title)
#define COMMAND(name) extern const struct command command_##name;
#include "core/cli/command_list.h"
#undef COMMAND_GROUP
#undef COMMAND

static const struct command_row rows[] = {
#define COMMAND_GROUP(title) {title, NULL},
#define COMMAND(name) {NULL, &command_##name},
#include "core/cli/command_list.h"
    {NULL, NULL},
};

static const struct command_option common_options[] = {
    {"config", 'c', COMMAND_VALUE, "FILE", NULL, NULL,
     "Configuration; else $ENTENTE_CONFIG, ./entente.ini or /etc/entente/entente.ini, the first that exists"},
    {"state-dir", 0, COMMAND_VALUE, "DIR", NULL, NULL,
     "State directory; else that of the configuration, else the default"},
    {"color", 0, COMMAND_VALUE, "WHEN", "auto|always|never", "auto",
     "Colour; auto means on a terminal without NO_COLOR"},
    {"help", 'h', COMMAND_FLAG, NULL, NULL, NULL, "Explain the command"},
    {.name = NULL},
};

const struct command_row *commands_all(void)
{
    return rows;
}

const struct command *commands_find(const char *name)
{
    for (const struct command_row *row = rows; row->group || row->command; row++)
        if (row->command && strcmp(row->command->name, name) == 0)
            return row->command;
    return NULL;
}

bool commands_has_group(const char *word)
{
    size_t size = strlen(word);
    for (const struct command_row *row = rows; row->group || row->command; row++)
        if (row->command && strncmp(row->command->name, word, size) == 0 && row->command->name[size] == ' ')
            return true;
    return false;
}

const char *commands_examples(void)
{
    return "entente code article.txt\tThe events in an article, without any set-up\n"
           "entente check && entented --once\tCheck ./entente.ini, then fetch, code and deliver once\n"
           "entente events --since 7d\tWhat the last week brought";
}

const struct command_option *command_common_options(void)
{
    return common_options;
}

static size_t option_index(const struct command *command, const char *name)
{
    size_t index = 0;
    while (command->options && command->options[index].name && strcmp(command->options[index].name, name) != 0)
        index++;
    return index;
}

const char *command_value(const struct command_line *line, const char *name)
{
    size_t index = option_index(line->command, name);
    assert(line->command->options && line->command->options[index].name && "option of this command");
    const char *value = line->values[index];
    return value ? value : line->command->options[index].fallback;
}

bool command_flag(const struct command_line *line, const char *name)
{
    size_t index = option_index(line->command, name);
    assert(line->command->options && line->command->options[index].name && "option of this command");
    return line->values[index] != NULL;
}
