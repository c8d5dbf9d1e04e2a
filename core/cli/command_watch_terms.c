/* entente watch terms: the language of rules, for people and for programs. */
#include "core/cli/command.h"
#include "core/cli/message.h"
#include "core/cli/printout.h"
#include "core/cli/rules_manual.h"
#include "lib/base/nearest.h"

#include <stdio.h>
#include <string.h>

enum { TERMS_MAX = 200 };

static bool find_term(const char *name, struct rule_term_help *term)
{
    const char *names[TERMS_MAX + 1];
    size_t count = 0;
    for (; count < TERMS_MAX && rule_language_term(count, term); count++) {
        names[count] = term->name;
        if (strcmp(term->name, name) == 0)
            return true;
    }
    names[count] = NULL;
    const char *nearest = nearest_word(name, names);
    message_failure("there is no term %s%s%s; 'entente watch terms' lists them", name, nearest ? ": did you mean " : "",
                    nearest ? nearest : "");
    return false;
}

static void print_all(struct buffer *out, const char *format)
{
    if (!strcmp(format, "man"))
        rules_manual_roff(out);
    else if (!strcmp(format, "markdown"))
        rules_manual_markdown(out);
    else if (!strcmp(format, "dictionary"))
        rule_language_dictionary(out);
    else if (!strcmp(format, "json")) {
        struct json_writer writer;
        json_begin(&writer, out);
        rule_language_json(&writer, NULL);
        buffer_append_char(out, '\n');
    } else
        rules_manual_list(out);
}

static int run(const struct command_line *line)
{
    struct rule_term_help term;
    struct buffer out = BUFFER_INIT;
    const char *format = command_value(line, "format");
    if (line->argument_count > 0 && strcmp(format, "text") != 0)
        return message_failure("one term is shown as text only; without its name, --format prints the whole language");
    if (line->argument_count > 0) {
        if (!find_term(line->arguments[0], &term))
            return COMMAND_USAGE;
        rules_manual_term(&out, &term);
    } else
        print_all(&out, format);
    return printout(&out);
}

static const struct command_option options[] = {
    {"format", 'f', COMMAND_VALUE, "FORMAT", "text|json|man|markdown|dictionary", "text",
     "For reading, for a program that completes rules, the source of entente-rules(5) or docs/rules.md, or words for a "
     "fuzzer"},
    {.name = NULL},
};

const struct command command_watch_terms = {
    .name = "watch terms",
    .summary = "Explain the terms of rules",
    .arguments = "[TERM]",
    .arguments_max = 1,
    .description = "Without a name, all terms of the language in which watches say which events they want.",
    .examples = "entente watch terms\tAll terms\n"
                "entente watch terms money\tOne of them in full\n"
                "entente watch terms --format man | man -l -\tThe manual page entente-rules(5)",
    .options = options,
    .run = run,
};
