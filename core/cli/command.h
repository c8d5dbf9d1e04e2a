/* Command: one row of the CLI's table. Each command lives in its own file, command_NAME.c, which defines a
 * `const struct command` and nothing else of outside linkage; a line in command_list.h adds it. Help, usage errors,
 * shell completion, manual pages and docs/commands.md are printed from these rows alone.
 *
 * A command's `run` gets parsed options and the remaining arguments, writes results to stdout and messages
 * to stderr (core/cli/message.h), and returns the exit status: 0 done, 1 done but with problems found, 2 usage or
 * unreadable input. */
#ifndef CORE_CLI_COMMAND_H
#define CORE_CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

enum command_option_kind {
    COMMAND_FLAG,  /* no value: --explain */
    COMMAND_VALUE, /* --format TYPE */
    COMMAND_LIST,  /* --type arms_transfer,training: words apart by commas, each one of `choices` where there are any */
    COMMAND_REPEAT /* --set a=1 --set b=2: may be given several times; the value is all of them, a line each */
};

struct command_option {
    const char *name; /* without dashes: "format" */
    char letter;      /* short form, 0 for none; not c or h, which every command has */
    enum command_option_kind kind;
    const char *metavar;  /* "TYPE"; NULL for a flag. FILE and DIR are completed as such */
    const char *choices;  /* "table|jsonl|csv": checked by the parser; NULL for any text */
    const char *fallback; /* value where the option is not given; NULL for none */
    const char *help;     /* one sentence without full stop */
};

struct command_line {
    const struct command *command;
    const char *config_path;   /* as given by -c, or NULL: see config_default_path() */
    const char *state_dir;     /* as given by --state-dir, or NULL */
    const char *const *values; /* by the option's index in the command's table; a flag that was given is "" */
    const char *const *arguments;
    size_t argument_count;
};

struct command {
    const char *name;                     /* "events", or two words: "feed parse" */
    const char *summary;                  /* one line, imperative: "List events" */
    const char *arguments;                /* "FILE..." or NULL */
    size_t arguments_min, arguments_max;  /* SIZE_MAX for no bound */
    const char *description;              /* paragraphs apart by an empty line, wrapped by the printer; NULL for none */
    const char *examples;                 /* lines "entente events --since 7d\tWhat it shows"; at least one */
    const struct command_option *options; /* ended by a row whose name is NULL; NULL for none */
    int (*run)(const struct command_line *line);
};

enum { COMMAND_DONE = 0, COMMAND_PROBLEMS = 1, COMMAND_USAGE = 2 };

/* The value of option `name` of this command, or its fallback, or NULL. Aborts under assert on an unknown name. */
const char *command_value(const struct command_line *line, const char *name);
bool command_flag(const struct command_line *line, const char *name);

/* Every command, in the order of command_list.h, ended by a row without title and command. A row is either the title
 * of a group or a command of the group above it. */
struct command_row {
    const char *group;
    const struct command *command;
};
const struct command_row *commands_all(void);
/* By its whole name ("event show"); NULL where there is none. */
const struct command *commands_find(const char *name);
/* Whether some command's name is `word` followed by another word. */
bool commands_has_group(const char *word);

/* What to try first, in the form of a command's examples. */
const char *commands_examples(void);

/* The options that every command has: -c, --state-dir, --color, --help. */
const struct command_option *command_common_options(void);

#endif
