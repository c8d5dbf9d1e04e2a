#include "core/cli/completion.h"

#include "core/cli/command.h"

#include <stdbool.h>
#include <string.h>

/* Calls for every command of the list. */
#define EACH_COMMAND(row) \
    for (const struct command_row *row = commands_all(); row->group || row->command; row++) \
        if (row->command)
#define EACH_OPTION(option, table) for (const struct command_option *option = (table); option && option->name; option++)

/* Text within single quotes of a shell; `extra` characters get a backslash before them. */
static void quoted(struct buffer *buffer, const char *text, const char *extra)
{
    for (const char *at = text; *at; at++) {
        if (*at == '\'') {
            buffer_append_text(buffer, "'\\''");
            continue;
        }
        if (strchr(extra, *at))
            buffer_append_char(buffer, '\\');
        buffer_append_char(buffer, *at);
    }
}

/* "a|b|c" with `between` for the bars. */
static void choices(struct buffer *buffer, const char *text, char between)
{
    for (const char *at = text; *at; at++)
        buffer_append_char(buffer, *at == '|' ? between : *at);
}

static bool is_file(const char *metavar)
{
    return metavar && (strstr(metavar, "FILE") || strstr(metavar, "PATH"));
}

static bool is_folder(const char *metavar)
{
    return metavar && strstr(metavar, "DIR");
}

/* The words that may follow a command as its first argument: "[bash|zsh|fish]" gives them. */
static void argument_words(struct buffer *buffer, const char *arguments)
{
    size_t size = arguments ? strlen(arguments) : 0;
    bool is_list = size && strchr(arguments, '|') && !strchr(arguments, ' ');
    for (size_t i = 0; is_list && i < size; i++)
        if (arguments[i] != '[' && arguments[i] != ']')
            buffer_append_char(buffer, arguments[i] == '|' ? ' ' : arguments[i]);
}

/* First words of all commands, each once. */
static void first_words(struct buffer *buffer)
{
    const char *before = "";
    EACH_COMMAND(row)
    {
        size_t size = strcspn(row->command->name, " ");
        bool same = strncmp(before, row->command->name, size) == 0 && (before[size] == ' ' || !before[size]);
        if (!same)
            buffer_printf(buffer, "%s%.*s", *before ? " " : "", (int)size, row->command->name);
        before = row->command->name;
    }
}

/* ---- bash ---- */

static const char bash_begin[] =
    "# Completion of entente for bash, printed by 'entente completion bash'.\n"
    "_entente() {\n"
    "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} first= second= name= i\n"
    "    local options='--config --state-dir --color --help' values= arguments= second_words=\n"
    "    # '=' is a word of its own to bash.\n"
    "    if [[ $current == '=' ]]; then current=; elif [[ $previous == '=' ]]; then previous=${COMP_WORDS[COMP_CWORD - 2]}; fi\n"
    "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
    "        case ${COMP_WORDS[i]} in\n"
    "        -c|--config|--state-dir|--color) ((i++)) ;;\n"
    "        -*|=) ;;\n"
    "        *) if [[ -z $first ]]; then first=${COMP_WORDS[i]}; else second=${COMP_WORDS[i]}; break; fi ;;\n"
    "        esac\n"
    "    done\n"
    "    COMPREPLY=()\n"
    "    case $previous in\n"
    "    -c|--config) compopt -o filenames; COMPREPLY=($(compgen -f -- \"$current\")); return ;;\n"
    "    --state-dir) compopt -o filenames; COMPREPLY=($(compgen -d -- \"$current\")); return ;;\n"
    "    --color) COMPREPLY=($(compgen -W 'auto always never' -- \"$current\")); return ;;\n"
    "    esac\n";

static const char bash_end[] =
    "    if [[ -z $name && -n $first && -z $second ]]; then\n"
    "        COMPREPLY=($(compgen -W \"$second_words\" -- \"$current\"))\n"
    "    elif [[ $current == -* ]]; then\n"
    "        COMPREPLY=($(compgen -W \"$options\" -- \"$current\"))\n"
    "    elif [[ $values == FILES || -z $values && $arguments == FILES ]]; then\n"
    "        compopt -o filenames; COMPREPLY=($(compgen -f -- \"$current\"))\n"
    "    elif [[ $values == FOLDERS ]]; then\n"
    "        compopt -o filenames; COMPREPLY=($(compgen -d -- \"$current\"))\n"
    "    elif [[ -n $values ]]; then\n"
    "        # Lists: what stands before the last comma is kept.\n"
    "        local kept=\n"
    "        [[ $current == *,* ]] && kept=${current%,*},\n"
    "        COMPREPLY=($(compgen -P \"$kept\" -W \"$values\" -- \"${current##*,}\"))\n"
    "    else\n"
    "        COMPREPLY=($(compgen -W \"$arguments\" -- \"$current\"))\n"
    "    fi\n"
    "}\n"
    "complete -F _entente entente\n";

static void bash_value_cases(struct buffer *buffer, const struct command *command)
{
    EACH_OPTION(option, command->options)
    {
        if (option->kind == COMMAND_FLAG)
            continue;
        buffer_printf(buffer, "        '%s --%s'", command->name, option->name);
        if (option->letter)
            buffer_printf(buffer, "|'%s -%c'", command->name, option->letter);
        buffer_append_text(buffer, ") values='");
        if (option->choices)
            choices(buffer, option->choices, ' ');
        else
            buffer_append_text(buffer, is_file(option->metavar) ? "FILES" : is_folder(option->metavar) ? "FOLDERS" : " ");
        buffer_append_text(buffer, "' ;;\n");
    }
}

void completion_bash(struct buffer *buffer)
{
    buffer_append_text(buffer, bash_begin);
    buffer_append_text(buffer, "    if [[ -z $first && $current != -* ]]; then\n        COMPREPLY=($(compgen -W '");
    first_words(buffer);
    buffer_append_text(buffer, "' -- \"$current\")); return\n    fi\n    case $first in\n");
    EACH_COMMAND(row)
    {
        size_t size = strcspn(row->command->name, " ");
        if (row->command->name[size])
            buffer_printf(buffer, "    %.*s) second_words+=' %s' ;;&\n", (int)size, row->command->name,
                          row->command->name + size + 1);
    }
    buffer_append_text(buffer, "    esac\n    for i in \"$first $second\" \"$first\"; do\n        case $i in\n");
    EACH_COMMAND(row)
    {
        buffer_printf(buffer, "        '%s') name=$i; options+='", row->command->name);
        EACH_OPTION(option, row->command->options)
            buffer_printf(buffer, " --%s", option->name);
        buffer_append_text(buffer, "'; arguments='");
        if (is_file(row->command->arguments))
            buffer_append_text(buffer, "FILES");
        else
            argument_words(buffer, row->command->arguments);
        buffer_append_text(buffer, "'; break ;;\n");
    }
    buffer_append_text(buffer, "        esac\n    done\n    case \"$name $previous\" in\n");
    EACH_COMMAND(row)
        bash_value_cases(buffer, row->command);
    buffer_append_text(buffer, "    esac\n");
    buffer_append_text(buffer, bash_end);
}

/* ---- zsh ---- */

static void zsh_option(struct buffer *buffer, const struct command_option *option)
{
    if (option->letter)
        buffer_printf(buffer, " '(-%c --%s)'{-%c%s,--%s%s}'[", option->letter, option->name, option->letter,
                      option->kind == COMMAND_FLAG ? "" : "+", option->name, option->kind == COMMAND_FLAG ? "" : "=");
    else
        buffer_printf(buffer, " '--%s%s[", option->name, option->kind == COMMAND_FLAG ? "" : "=");
    quoted(buffer, option->help, "[]:\\");
    buffer_append_char(buffer, ']');
    if (option->kind != COMMAND_FLAG) {
        buffer_printf(buffer, ":%s:", option->metavar);
        if (option->choices && option->kind == COMMAND_LIST) {
            buffer_append_text(buffer, "_values -s , ");
            buffer_append_text(buffer, option->metavar);
            buffer_append_char(buffer, ' ');
            choices(buffer, option->choices, ' ');
        } else if (option->choices) {
            buffer_append_char(buffer, '(');
            choices(buffer, option->choices, ' ');
            buffer_append_char(buffer, ')');
        } else if (is_file(option->metavar)) {
            buffer_append_text(buffer, "_files");
        } else if (is_folder(option->metavar)) {
            buffer_append_text(buffer, "_files -/");
        }
    }
    buffer_append_char(buffer, '\'');
}

static void zsh_arguments(struct buffer *buffer, const struct command *command)
{
    buffer_append_text(buffer, "_arguments -s -S");
    EACH_OPTION(option, command_common_options())
        zsh_option(buffer, option);
    EACH_OPTION(option, command->options)
        zsh_option(buffer, option);
    struct buffer words = BUFFER_INIT;
    argument_words(&words, command->arguments);
    if (is_file(command->arguments))
        buffer_append_text(buffer, " '*:FILE:_files'");
    else if (words.size)
        buffer_printf(buffer, " '*:argument:(%s)'", words.bytes);
    buffer_free(&words);
}

static void zsh_described(struct buffer *buffer, const char *word, size_t size, const char *summary)
{
    buffer_printf(buffer, " '%.*s:", (int)size, word);
    quoted(buffer, summary, ":\\");
    buffer_append_char(buffer, '\'');
}

void completion_zsh(struct buffer *buffer)
{
    buffer_append_text(buffer, "#compdef entente\n# Completion of entente for zsh, printed by 'entente completion zsh'.\n"
                               "_entente() {\n    local first= second= i at=1\n"
                               "    for ((i = 2; i < CURRENT; i++)); do\n        case $words[i] in\n"
                               "        -c|--config|--state-dir|--color) ((i++)) ;;\n        -*) ;;\n"
                               "        *) if [[ -z $first ]]; then first=$words[i]; at=$i; else second=$words[i]; break; fi ;;\n"
                               "        esac\n    done\n"
                               "    if [[ -z $first && $words[CURRENT] != -* && $words[CURRENT-1] != (-c|--config|--state-dir|--color) ]]; then\n"
                               "        local -a commands=(");
    const char *before = "";
    EACH_COMMAND(row)
    {
        size_t size = strcspn(row->command->name, " ");
        bool same = strncmp(before, row->command->name, size) == 0 && (before[size] == ' ' || !before[size]);
        if (!same)
            zsh_described(buffer, row->command->name, size, row->command->summary);
        before = row->command->name;
    }
    buffer_append_text(buffer, ")\n        _describe command commands; return\n    fi\n    case \"$first $second\" in\n");
    EACH_COMMAND(row)
    {
        if (!strchr(row->command->name, ' '))
            continue;
        buffer_printf(buffer, "    '%s') words=('%s' \"${(@)words[at+2,-1]}\"); ((CURRENT -= at)); ", row->command->name,
                      row->command->name);
        zsh_arguments(buffer, row->command);
        buffer_append_text(buffer, "; return ;;\n");
    }
    buffer_append_text(buffer, "    esac\n    case $first in\n");
    EACH_COMMAND(row)
    {
        if (strchr(row->command->name, ' '))
            continue;
        buffer_printf(buffer, "    %s) words=(\"${(@)words[at,-1]}\"); ((CURRENT -= at - 1)); ", row->command->name);
        zsh_arguments(buffer, row->command);
        buffer_append_text(buffer, "; return ;;\n");
    }
    buffer_append_text(buffer, "    esac\n    local -a seconds=()\n    case $first in\n");
    EACH_COMMAND(row)
    {
        size_t size = strcspn(row->command->name, " ");
        if (!row->command->name[size])
            continue;
        buffer_printf(buffer, "    %.*s) seconds+=(", (int)size, row->command->name);
        zsh_described(buffer, row->command->name + size + 1, strlen(row->command->name + size + 1), row->command->summary);
        buffer_append_text(buffer, ") ;|\n");
    }
    buffer_append_text(buffer, "    esac\n    if (( $#seconds )); then _describe command seconds; else _arguments -s");
    EACH_OPTION(option, command_common_options())
        zsh_option(buffer, option);
    buffer_append_text(buffer, "; fi\n}\nif [[ $funcstack[1] == _entente ]]; then _entente \"$@\"; else compdef _entente entente; fi\n");
}

/* ---- fish ---- */

static void fish_option(struct buffer *buffer, const char *condition, const struct command_option *option)
{
    buffer_printf(buffer, "complete -c entente%s -l %s", condition, option->name);
    if (option->letter)
        buffer_printf(buffer, " -s %c", option->letter);
    if (option->kind != COMMAND_FLAG) {
        buffer_append_text(buffer, is_file(option->metavar) && !option->choices ? " -r -F" : " -x");
        if (option->choices) {
            buffer_append_text(buffer, " -a '");
            if (option->kind == COMMAND_LIST)
                buffer_append_text(buffer, "(__fish_append , ");
            choices(buffer, option->choices, ' ');
            buffer_append_text(buffer, option->kind == COMMAND_LIST ? ")'" : "'");
        } else if (is_folder(option->metavar)) {
            buffer_append_text(buffer, " -a '(__fish_complete_directories)'");
        }
    }
    buffer_append_text(buffer, " -d '");
    quoted(buffer, option->help, "\\");
    buffer_append_text(buffer, "'\n");
}

static void fish_word(struct buffer *buffer, const char *named, const char *word, size_t size, const char *summary)
{
    buffer_printf(buffer, "complete -c entente -n '__entente_named \"%s\"' -a %.*s -d '", named, (int)size, word);
    quoted(buffer, summary, "\\");
    buffer_append_text(buffer, "'\n");
}

static void fish_command(struct buffer *buffer, const struct command *command)
{
    size_t size = strcspn(command->name, " ");
    char group[64] = "";
    if (command->name[size]) {
        struct buffer name = BUFFER_INIT;
        buffer_append(&name, command->name, size);
        if (!name.failed && size < sizeof group)
            memcpy(group, name.bytes, size + 1);
        buffer_free(&name);
    }
    const char *last = command->name[size] ? command->name + size + 1 : command->name;
    fish_word(buffer, group, last, strlen(last), command->summary);
    struct buffer condition = BUFFER_INIT, words = BUFFER_INIT;
    buffer_printf(&condition, " -n '__entente_in \"%s\"'", command->name);
    argument_words(&words, command->arguments);
    if (condition.failed || words.failed) {
        buffer->failed = true;
    } else {
        EACH_OPTION(option, command->options)
            fish_option(buffer, condition.bytes, option);
        if (is_file(command->arguments))
            buffer_printf(buffer, "complete -c entente%s -F\n", condition.bytes);
        else if (words.size)
            buffer_printf(buffer, "complete -c entente%s -a '%s'\n", condition.bytes, words.bytes);
    }
    buffer_free(&condition);
    buffer_free(&words);
}

void completion_fish(struct buffer *buffer)
{
    buffer_append_text(buffer,
                       "# Completion of entente for fish, printed by 'entente completion fish'.\n"
                       "# The words before the cursor that are neither options nor their values.\n"
                       "function __entente_words\n    set -l skip 0\n"
                       "    for word in (commandline -opc)[2..-1]\n        if test $skip = 1\n            set skip 0\n"
                       "        else if contains -- $word -c --config --state-dir --color\n            set skip 1\n"
                       "        else if not string match -q -- '-*' $word\n            echo $word\n        end\n    end\nend\n"
                       "function __entente_named\n    set -l words (__entente_words)\n    test \"$words\" = \"$argv[1]\"\nend\n"
                       "function __entente_in\n    set -l words (__entente_words)\n"
                       "    string match -q -- \"$argv[1] *\" \"$words \"\nend\n"
                       "complete -c entente -f\n");
    EACH_OPTION(option, command_common_options())
        fish_option(buffer, "", option);
    /* A word that only begins two-word commands is described by the first of them. */
    const char *before = "";
    EACH_COMMAND(row)
    {
        size_t size = strcspn(row->command->name, " ");
        bool same = strncmp(before, row->command->name, size) == 0 && (before[size] == ' ' || !before[size]);
        if (!same && row->command->name[size])
            fish_word(buffer, "", row->command->name, size, row->command->summary);
        before = row->command->name;
    }
    EACH_COMMAND(row)
        fish_command(buffer, row->command);
}
