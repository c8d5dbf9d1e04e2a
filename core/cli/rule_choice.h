/* Rule choice: the rule that a command is about, from its line (--when) or of a watch of the configuration. One thread. */
#ifndef CORE_CLI_RULE_CHOICE_H
#define CORE_CLI_RULE_CHOICE_H

#include "core/cli/command.h"
#include "core/setup/setup.h"

#include <stdint.h>

struct rule_choice {
    const struct rule *rule;
    const char *const *on; /* words, ended by NULL */
    int64_t max_age_ms;    /* 0 for any */
    const char *watch;     /* NULL for a rule of the line */
    struct rule *own;      /* of --when */
    struct setup *setup;   /* that has the watch, or the groups, macros and rates; may be NULL */
};

/* Either `when` or `name` is given, the other NULL. False after a message. */
bool rule_choice_make(struct rule_choice *choice, const struct command_line *line, const char *when, const char *name);
void rule_choice_clear(struct rule_choice *choice);

#endif
