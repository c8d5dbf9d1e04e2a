#include "core/cli/command_line.h"

#include "lib/base/nearest.h"
#include "lib/base/utf8.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { COMMAND_NAME_MAX = 64, WORDS_MAX = 256 };

struct parser {
    struct arena *arena;
    const char **free_words; /* what is neither an option nor an option's value */
    size_t free_count;
    struct command_line *line;
    struct command_line_parsed *parsed;
    const char **values;
    bool help, version;
    struct error *error;
};

/* ---- words of the table, for did-you-mean ---- */

static void add_word(const char **words, size_t *count, const char *word)
{
    for (size_t i = 0; i < *count; i++)
        if (strcmp(words[i], word) == 0)
            return;
    if (*count + 1 < WORDS_MAX)
        words[(*count)++] = word;
    words[*count] = NULL;
}

static const char *nearest_command(const char *name)
{
    const char *words[WORDS_MAX] = {NULL};
    size_t count = 0;
    for (const struct command_row *row = commands_all(); row->group || row->command; row++)
        if (row->command)
            add_word(words, &count, row->command->name);
    return nearest_word(name, words);
}

static const char *nearest_option(const struct command *command, const char *name)
{
    const char *words[WORDS_MAX] = {NULL};
    size_t count = 0;
    for (const struct command_option *option = command ? command->options : NULL; option && option->name; option++)
        add_word(words, &count, option->name);
    for (const struct command_option *option = command_common_options(); option->name; option++)
        add_word(words, &count, option->name);
    return nearest_word(name, words);
}

/* ---- the command ---- */

static const struct command_option *find_option(const struct command_option *options, const char *name, size_t size)
{
    for (; options && options->name; options++)
        if (strlen(options->name) == size && strncmp(options->name, name, size) == 0)
            return options;
    return NULL;
}

static const struct command_option *find_letter(const struct command_option *options, char letter)
{
    for (; options && options->name; options++)
        if (options->letter == letter)
            return options;
    return NULL;
}

/* The common option that `word` is; *attached says whether its value is in the same word. */
static const struct command_option *common_option(const char *word, bool *attached)
{
    size_t size = word[1] == '-' ? strcspn(word + 2, "=") : 0;
    *attached = word[1] == '-' ? word[2 + size] == '=' : word[2] != '\0';
    return word[1] == '-' ? find_option(command_common_options(), word + 2, size)
                          : find_letter(command_common_options(), word[1]);
}

/* The first words of the line that are neither common options nor their values: the command's name. */
static size_t leading_words(int count, char *const *words, const char *found[2])
{
    size_t number = 0;
    for (int i = 1; i < count && number < 2; i++) {
        const char *word = words[i];
        if (word[0] != '-' || !word[1]) {
            found[number++] = word;
            continue;
        }
        bool attached;
        const struct command_option *option = common_option(word, &attached);
        if (!option)
            break;
        if (option->kind != COMMAND_FLAG && !attached)
            i++;
    }
    return number;
}

static const struct command *find_joined(const char *first, const char *second)
{
    char name[COMMAND_NAME_MAX];
    int size = snprintf(name, sizeof name, "%s %s", first, second);
    return size > 0 && (size_t)size < sizeof name ? commands_find(name) : NULL;
}

static bool unknown_command(struct error *error, const char *first, const char *second)
{
    char name[COMMAND_NAME_MAX];
    if (second && commands_has_group(first))
        snprintf(name, sizeof name, "%.30s %.30s", first, second);
    else
        snprintf(name, sizeof name, "%.60s", first);
    const char *nearest = nearest_command(name);
    if (nearest)
        return error_set(error, ERROR_INPUT, "'%s' is no command; did you mean 'entente %s'?", name, nearest);
    return error_set(error, ERROR_INPUT, "'%s' is no command; 'entente help' lists them", name);
}

/* Fills line->command; *used is how many free words name it. `entente plugin` alone means `entente plugin list` where
 * that exists. */
static enum command_line_outcome find_command(struct command_line_parsed *parsed, int count, char *const *words,
                                              size_t *used, struct error *error)
{
    const char *found[2] = {NULL, NULL};
    size_t number = leading_words(count, words, found);
    *used = 0;
    if (number == 0)
        return COMMAND_LINE_HELP;
    struct command_line *line = &parsed->line;
    *used = 2;
    if (number == 2 && (line->command = find_joined(found[0], found[1])))
        return COMMAND_LINE_RUN;
    *used = 1;
    if ((line->command = commands_find(found[0])))
        return COMMAND_LINE_RUN;
    if (number == 1 && commands_has_group(found[0])) {
        parsed->group = found[0];
        line->command = find_joined(found[0], "list");
        return line->command ? COMMAND_LINE_RUN : COMMAND_LINE_GROUP;
    }
    unknown_command(error, found[0], number == 2 ? found[1] : NULL);
    return COMMAND_LINE_WRONG;
}

/* ---- options ---- */

/* "table, jsonl or csv" */
static void print_choices(char *text, size_t size, const char *choices)
{
    size_t used = 0;
    text[0] = '\0';
    while (*choices && used + 1 < size) {
        size_t length = strcspn(choices, "|");
        const char *after = choices + length + (choices[length] == '|');
        const char *before = used == 0 ? "" : *after ? ", " : " or ";
        int written = snprintf(text + used, size - used, "%s%.*s", before, (int)length, choices);
        used += written > 0 ? (size_t)written : 0;
        choices = after;
    }
}

static bool is_choice(const char *choices, const char *word, size_t size)
{
    while (*choices) {
        size_t length = strcspn(choices, "|");
        if (length == size && strncmp(choices, word, size) == 0)
            return true;
        choices += length + (choices[length] == '|');
    }
    return false;
}

static bool wrong_choice(struct parser *parser, const struct command_option *option, const char *word, size_t size)
{
    const char *words[WORDS_MAX] = {NULL};
    size_t count = 0;
    for (const char *at = option->choices; *at;) {
        size_t length = strcspn(at, "|");
        char *choice = arena_copy(parser->arena, at, length);
        if (choice)
            add_word(words, &count, choice);
        at += length + (at[length] == '|');
    }
    char *given = arena_copy(parser->arena, word, size > 60 ? 60 : size);
    const char *nearest = given ? nearest_word(given, words) : NULL;
    char listed[600];
    print_choices(listed, sizeof listed, option->choices);
    if (nearest)
        return error_set(parser->error, ERROR_INPUT, "--%s: '%s' is not %s; did you mean '%s'?", option->name, given,
                         listed, nearest);
    return error_set(parser->error, ERROR_INPUT, "--%s: '%s' is not %s", option->name, given ? given : "", listed);
}

static bool check_value(struct parser *parser, const struct command_option *option, const char *value)
{
    if (!option->choices)
        return true;
    if (option->kind != COMMAND_LIST)
        return is_choice(option->choices, value, strlen(value)) || wrong_choice(parser, option, value, strlen(value));
    for (const char *at = value;;) {
        size_t size = strcspn(at, ",");
        if (!is_choice(option->choices, at, size))
            return wrong_choice(parser, option, at, size);
        if (!at[size])
            return true;
        at += size + 1;
    }
}

static bool keep_common(struct parser *parser, const struct command_option *option, const char *value)
{
    const char **slot = strcmp(option->name, "config") == 0      ? &parser->line->config_path
                        : strcmp(option->name, "state-dir") == 0 ? &parser->line->state_dir
                                                                 : &parser->parsed->color;
    *slot = value;
    return true;
}

static bool append_value(struct parser *parser, size_t index, const char *value)
{
    size_t before = strlen(parser->values[index]), size = before + 1 + strlen(value);
    char *joined = arena_alloc(parser->arena, size + 1);
    if (!joined)
        return error_set(parser->error, ERROR_MEMORY, "out of memory");
    snprintf(joined, size + 1, "%s\n%s", parser->values[index], value);
    parser->values[index] = joined;
    return true;
}

/* `value` is NULL where the option is a flag. */
static bool keep(struct parser *parser, const struct command_option *option, const char *value)
{
    if (value && !check_value(parser, option, value))
        return false;
    const struct command_option *common = command_common_options();
    while (common->name && common != option)
        common++;
    if (common->name) {
        if (option->kind != COMMAND_FLAG)
            return keep_common(parser, option, value);
        return parser->help = true;
    }
    size_t index = (size_t)(option - parser->line->command->options);
    if (option->kind == COMMAND_REPEAT && parser->values[index])
        return append_value(parser, index, value);
    if (value && parser->values[index])
        return error_set(parser->error, ERROR_INPUT, "--%s is given twice: '%s' and '%s'%s", option->name,
                         parser->values[index], value, option->kind == COMMAND_LIST ? "; join them by a comma" : "");
    parser->values[index] = value ? value : "";
    return true;
}

static const char *command_words(const struct parser *parser)
{
    return parser->line->command ? parser->line->command->name : "";
}

static bool unknown_option(struct parser *parser, const char *name, size_t size)
{
    char given[COMMAND_NAME_MAX];
    snprintf(given, sizeof given, "%.*s", size > 60 ? 60 : (int)size, name);
    const char *nearest = nearest_option(parser->line->command, given);
    const char *of = parser->line->command ? " of 'entente " : "", *end = parser->line->command ? "'" : "";
    if (nearest)
        return error_set(parser->error, ERROR_INPUT, "--%s is no option%s%s%s; did you mean --%s?", given, of,
                         command_words(parser), end, nearest);
    if (!parser->line->command)
        return error_set(parser->error, ERROR_INPUT,
                         "--%s is no option of every command; what is one command's own stands after its name", given);
    return error_set(parser->error, ERROR_INPUT, "--%s is no option%s%s%s; 'entente %s%s--help' lists them", given, of,
                     command_words(parser), end, command_words(parser), parser->line->command ? " " : "");
}

static bool missing_value(struct parser *parser, const struct command_option *option, const char *after)
{
    if (after)
        return error_set(parser->error, ERROR_INPUT,
                         "--%s needs a value (%s), but the next word is the option '%s'; "
                         "write --%s=%s where that is meant",
                         option->name, option->metavar, after, option->name, after);
    return error_set(parser->error, ERROR_INPUT, "--%s needs a value (%s)", option->name, option->metavar);
}

/* Value for `option` from what follows it: `attached`, or the next word. */
static bool take_value(struct parser *parser, const struct command_option *option, const char *attached, int count,
                       char *const *words, int *at)
{
    if (attached)
        return keep(parser, option, attached);
    if (*at + 1 >= count)
        return missing_value(parser, option, NULL);
    const char *next = words[*at + 1];
    if (next[0] == '-' && next[1] == '-')
        return missing_value(parser, option, next);
    (*at)++;
    return keep(parser, option, next);
}

static bool parse_long(struct parser *parser, int count, char *const *words, int *at)
{
    const char *name = words[*at] + 2;
    size_t size = strcspn(name, "=");
    const char *attached = name[size] ? name + size + 1 : NULL;
    if (!parser->line->command && strcmp(name, "version") == 0)
        return parser->version = true;
    const struct command_option *own = parser->line->command ? parser->line->command->options : NULL;
    const struct command_option *option = find_option(own, name, size);
    if (!option)
        option = find_option(command_common_options(), name, size);
    if (!option)
        return unknown_option(parser, name, size);
    if (option->kind != COMMAND_FLAG)
        return take_value(parser, option, attached, count, words, at);
    if (attached)
        return error_set(parser->error, ERROR_INPUT, "--%s takes no value, but '%s' is given", option->name, attached);
    return keep(parser, option, NULL);
}

static bool parse_letters(struct parser *parser, int count, char *const *words, int *at)
{
    for (const char *letter = words[*at] + 1; *letter; letter++) {
        const struct command_option *own = parser->line->command ? parser->line->command->options : NULL;
        const struct command_option *option = find_letter(own, *letter);
        if (!option)
            option = find_letter(command_common_options(), *letter);
        if (!option) {
            uint32_t character;
            size_t size = utf8_decode(letter, strlen(letter), &character, NULL);
            return error_set(parser->error, ERROR_INPUT, "-%.*s is no option%s%s%s; 'entente %s%s--help' lists them",
                             (int)size, letter, parser->line->command ? " of 'entente " : "", command_words(parser),
                             parser->line->command ? "'" : "", command_words(parser), parser->line->command ? " " : "");
        }
        if (option->kind != COMMAND_FLAG)
            return take_value(parser, option, letter[1] ? letter + 1 : NULL, count, words, at);
        if (!keep(parser, option, NULL))
            return false;
    }
    return true;
}

static bool parse_words(struct parser *parser, int count, char *const *words)
{
    bool options_over = false;
    for (int i = 1; i < count; i++) {
        const char *word = words[i];
        if (!options_over && strcmp(word, "--") == 0) {
            options_over = true;
        } else if (options_over || word[0] != '-' || !word[1]) {
            parser->free_words[parser->free_count++] = word;
        } else if (!(word[1] == '-' ? parse_long(parser, count, words, &i) : parse_letters(parser, count, words, &i))) {
            return false;
        }
    }
    return true;
}

/* ---- arguments ---- */

static bool check_arguments(struct parser *parser)
{
    const struct command *command = parser->line->command;
    size_t count = parser->line->argument_count;
    if (count < command->arguments_min)
        return error_set(parser->error, ERROR_INPUT, "'entente %s' needs %s; see 'entente %s --help'", command->name,
                         command->arguments, command->name);
    if (count <= command->arguments_max)
        return true;
    const char *extra = parser->line->arguments[command->arguments_max];
    char joined[COMMAND_NAME_MAX];
    snprintf(joined, sizeof joined, "%.30s %.30s", command->name, extra);
    const char *nearest = nearest_command(joined);
    if (nearest && strchr(nearest, ' '))
        return error_set(parser->error, ERROR_INPUT, "'entente %s' is no command; did you mean 'entente %s'?", joined,
                         nearest);
    return error_set(parser->error, ERROR_INPUT, "'entente %s' takes %s%s, but '%s' is given as well", command->name,
                     command->arguments_max ? "only " : "no arguments",
                     command->arguments_max ? command->arguments : "", extra);
}

static size_t option_count(const struct command *command)
{
    size_t count = 0;
    while (command && command->options && command->options[count].name)
        count++;
    return count;
}

enum command_line_outcome command_line_parse(struct arena *arena, int count, char *const *words,
                                             struct command_line_parsed *parsed, struct error *error)
{
    *parsed = (struct command_line_parsed){.color = "auto"};
    size_t used;
    enum command_line_outcome outcome = find_command(parsed, count, words, &used, error);
    if (outcome == COMMAND_LINE_WRONG)
        return outcome;
    struct parser parser = {.arena = arena, .line = &parsed->line, .parsed = parsed, .error = error};
    parser.values = arena_calloc(arena, option_count(parsed->line.command) + 1, sizeof *parser.values);
    parser.free_words = arena_calloc(arena, (size_t)count + 1, sizeof *parser.free_words);
    if (!parser.values || !parser.free_words) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return COMMAND_LINE_WRONG;
    }
    parsed->line.values = parser.values;
    if (!parse_words(&parser, count, words))
        return COMMAND_LINE_WRONG;
    if (parser.version)
        return COMMAND_LINE_VERSION;
    if (parser.help)
        return parsed->group ? COMMAND_LINE_GROUP : COMMAND_LINE_HELP;
    if (outcome != COMMAND_LINE_RUN)
        return outcome;
    parsed->line.arguments = parser.free_words + used;
    parsed->line.argument_count = parser.free_count - used;
    return check_arguments(&parser) ? COMMAND_LINE_RUN : COMMAND_LINE_WRONG;
}
