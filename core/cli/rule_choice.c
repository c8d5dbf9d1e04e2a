#include "core/cli/rule_choice.h"

#include "core/cli/display.h"
#include "core/cli/message.h"
#include "core/config/config.h"

#include <stdlib.h>
#include <string.h>

/* The rule's line with a mark under what is wrong. */
static void show_place(const char *text, const struct rule_error *error)
{
    size_t start = error->offset, size = strlen(text);
    if (start > size)
        start = size;
    while (start > 0 && text[start - 1] != '\n')
        start--;
    size_t columns = display_columns(text + start, error->offset - start);
    struct buffer line = BUFFER_INIT;
    display_clean(&line, text + start, strcspn(text + start, "\n"));
    fprintf(stderr, "    %s\n    %*s%s", line.bytes ? line.bytes : "", (int)columns, "", "^");
    for (size_t i = 1; i < error->length && i < 200; i++)
        fputc('~', stderr);
    fputc('\n', stderr);
    buffer_free(&line);
}

/* The configuration where there is one: a rule of the line may use what it names. NULL, with *failed set, after a message. */
static struct setup *load_setup(const struct command_line *line, bool *failed)
{
    const char *path = line->config_path ? line->config_path : config_default_path();
    struct error error = ERROR_INIT;
    *failed = false;
    if (!path)
        return NULL;
    struct diagnostics *diagnostics = diagnostics_create();
    struct setup *setup = diagnostics ? setup_load(path, NULL, OPTIONS_CHECK, diagnostics, &error) : NULL;
    diagnostics_destroy(diagnostics);
    *failed = !setup;
    if (!setup)
        message_failure("%s", diagnostics ? error.text : "out of memory");
    return setup;
}

static bool compile_rule(struct rule_choice *choice, const char *text)
{
    static const char *const on_new[] = {"new", NULL};
    struct rule_error error;
    choice->own = rule_compile_with(choice->setup ? setup_names(choice->setup) : NULL, text, strlen(text), &error);
    choice->rule = choice->own;
    choice->on = on_new;
    if (choice->rule)
        return true;
    message_failure("--when: %s", error.text);
    show_place(text, &error);
    return false;
}

static bool find_watch(struct rule_choice *choice, const char *name)
{
    for (size_t i = 0; i < setup_watch_count(choice->setup); i++) {
        const struct setup_watch *watch = setup_watch(choice->setup, i);
        if (strcmp(watch->name, name) != 0)
            continue;
        choice->rule = watch->rule;
        choice->on = watch->on;
        choice->max_age_ms = watch->max_age_ms;
        choice->watch = watch->name;
        if (!choice->rule)
            message_failure("[%s] has no rule that can be read; 'entente check' says why", watch->title);
        return choice->rule != NULL;
    }
    message_failure("there is no [watch.%s] in %s", name, setup_path(choice->setup));
    return false;
}

bool rule_choice_make(struct rule_choice *choice, const struct command_line *line, const char *when, const char *name)
{
    bool failed;
    *choice = (struct rule_choice){.rule = NULL};
    choice->setup = load_setup(line, &failed);
    if (failed)
        return false;
    if (when)
        return compile_rule(choice, when);
    if (choice->setup)
        return find_watch(choice, name);
    message_failure("no configuration that could have a watch %s: name a file with -c, or give a rule with --when", name);
    return false;
}

void rule_choice_clear(struct rule_choice *choice)
{
    rule_destroy(choice->own);
    setup_destroy(choice->setup);
    *choice = (struct rule_choice){.rule = NULL};
}
