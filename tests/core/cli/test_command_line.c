#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/cli/command_line.h"
#include "lib/base/nearest.h"

#include <stdio.h>
#include <string.h>

enum { WORDS_MAX = 32 };

struct parse {
    struct arena *arena;
    struct command_line_parsed parsed;
    struct error error;
    char text[2000]; /* the words, apart by NULs */
};

/* Parses "entente events --since 7d": words apart by single spaces; '~' stands for a space within a word. */
static enum command_line_outcome parse(struct parse *parse, const char *text)
{
    char *words[WORDS_MAX] = {NULL};
    int count = 0;
    parse->arena = arena_create(0);
    parse->error = (struct error)ERROR_INIT;
    snprintf(parse->text, sizeof parse->text, "%s", text);
    for (char *at = parse->text; at && count < WORDS_MAX;) {
        words[count++] = at;
        at = strchr(at, ' ');
        if (at)
            *at++ = '\0';
    }
    for (int i = 0; i < count; i++)
        for (char *at = words[i]; *at; at++)
            *at = *at == '~' ? ' ' : *at;
    return command_line_parse(parse->arena, count, words, &parse->parsed, &parse->error);
}

static void parse_end(struct parse *parse)
{
    arena_destroy(parse->arena);
}

static void assert_wrong(const char *text, const char *part)
{
    struct parse it;
    assert_int_equal(parse(&it, text), COMMAND_LINE_WRONG);
    if (!strstr(it.error.text, part))
        fail_msg("'%s' says \"%s\", not \"%s\"", text, it.error.text, part);
    parse_end(&it);
}

static void a_common_option_may_stand_anywhere(void **state)
{
    (void)state;
    static const char *const lines[] = {"entente -c x.ini help", "entente help -c x.ini", "entente help --config=x.ini",
                                        "entente -cx.ini help", "entente --config x.ini help"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct parse it;
        assert_int_equal(parse(&it, lines[i]), COMMAND_LINE_RUN);
        assert_string_equal(it.parsed.line.command->name, "help");
        assert_string_equal(it.parsed.line.config_path, "x.ini");
        assert_int_equal(it.parsed.line.argument_count, 0);
        parse_end(&it);
    }
}

static void an_option_that_may_be_repeated_keeps_every_value(void **state)
{
    (void)state;
    struct parse it;
    assert_int_equal(parse(&it, "entente plugin run x.so --set a=1,2 -sb=2 --set=c=~"), COMMAND_LINE_RUN);
    assert_string_equal(command_value(&it.parsed.line, "set"), "a=1,2\nb=2\nc= ");
    parse_end(&it);
    assert_wrong("entente plugin run x.so --batch 1 --batch 2", "--batch is given twice");
}

static void no_command_is_a_wish_for_help(void **state)
{
    (void)state;
    struct parse it;
    assert_int_equal(parse(&it, "entente"), COMMAND_LINE_HELP);
    assert_null(it.parsed.line.command);
    parse_end(&it);
    assert_int_equal(parse(&it, "entente --help"), COMMAND_LINE_HELP);
    parse_end(&it);
    assert_int_equal(parse(&it, "entente --version"), COMMAND_LINE_VERSION);
    parse_end(&it);
}

static void wrong_words_name_the_nearest_right_one(void **state)
{
    (void)state;
    assert_wrong("entente hlep", "did you mean 'entente help'?");
    assert_wrong("entente help --confg x", "did you mean --config?");
    assert_wrong("entente help --color=alwyas", "did you mean 'always'?");
    assert_wrong("entente zzzzzz", "'entente help' lists them");
}

static void an_option_without_its_value_says_so(void **state)
{
    (void)state;
    assert_wrong("entente help -c", "--config needs a value (FILE)");
    assert_wrong("entente help --config --color=auto", "needs a value (FILE), but the next word is the option");
    assert_wrong("entente help --help=yes", "takes no value");
}

static void words_after_two_dashes_are_arguments(void **state)
{
    (void)state;
    struct parse it;
    assert_int_equal(parse(&it, "entente help -- --config"), COMMAND_LINE_RUN);
    assert_int_equal(it.parsed.line.argument_count, 1);
    assert_string_equal(it.parsed.line.arguments[0], "--config");
    parse_end(&it);
    assert_int_equal(parse(&it, "entente help -"), COMMAND_LINE_RUN);
    assert_string_equal(it.parsed.line.arguments[0], "-");
    parse_end(&it);
}

static void too_many_arguments_are_refused(void **state)
{
    (void)state;
    assert_wrong("entente help a b c", "'c' is given as well");
}

/* The words of an example as a shell would split them: quotes kept together, what follows a pipe or redirection cut. */
static int split_example(char *text, char **words, int max)
{
    int count = 0;
    char *out = text;
    char quote = 0;
    bool inside = false;
    for (char *at = text;; at++) {
        if (quote && *at == quote) {
            quote = 0;
        } else if (!quote && (*at == '\'' || *at == '"')) {
            quote = *at;
            if (!inside && count < max)
                words[count++] = out;
            inside = true;
        } else if (!quote && (*at == ' ' || *at == '\0' || *at == '|' || *at == '>' || *at == '<' || *at == '&')) {
            char stop = *at;
            if (inside)
                *out++ = '\0';
            inside = false;
            if (stop != ' ')
                return count;
        } else {
            if (!inside && count < max)
                words[count++] = out;
            inside = true;
            *out++ = *at;
        }
    }
}

/* `command` NULL: of any command. */
static void assert_example_parses(const struct command *command, const char *line, size_t size)
{
    char text[500];
    assert_true(size < sizeof text);
    memcpy(text, line, size);
    text[size] = '\0';
    /* "producer | entente …", "entente check && entente …": the last part is ours. */
    char *ours = text;
    for (char *next; (next = strstr(ours, "| entente ")) || (next = strstr(ours, "& entente ")); ours = next + 2)
        ;
    assert_true(strncmp(ours, "entente ", 8) == 0);
    char *words[WORDS_MAX];
    int count = split_example(ours, words, WORDS_MAX);
    struct arena *arena = arena_create(0);
    struct command_line_parsed parsed;
    struct error error = ERROR_INIT;
    enum command_line_outcome outcome = command_line_parse(arena, count, words, &parsed, &error);
    if (outcome != COMMAND_LINE_RUN)
        fail_msg("example \"%.*s\": %s", (int)size, line, error.text);
    if (command)
        assert_ptr_equal(parsed.line.command, command);
    arena_destroy(arena);
}

static void assert_examples_parse(const struct command *command, const char *examples)
{
    const char *name = command ? command->name : "the overview";
    if (!examples || !*examples)
        fail_msg("%s has no example", name);
    for (const char *at = examples; *at;) {
        size_t line = strcspn(at, "\n"), words = strcspn(at, "\t\n");
        if (words == line || words + 1 == line)
            fail_msg("%s: example \"%.*s\" does not say what it shows", name, (int)line, at);
        assert_example_parses(command, at, words);
        at += line + (at[line] == '\n');
    }
}

static void every_command_has_an_example_and_every_example_parses(void **state)
{
    (void)state;
    for (const struct command_row *row = commands_all(); row->group || row->command; row++) {
        const struct command *command = row->command;
        if (!command)
            continue;
        assert_non_null(command->summary);
        assert_non_null(command->run);
        assert_examples_parse(command, command->examples);
    }
    assert_examples_parse(NULL, commands_examples());
}

static void no_option_hides_a_common_one_and_every_value_is_named(void **state)
{
    (void)state;
    for (const struct command_row *row = commands_all(); row->group || row->command; row++)
        for (const struct command_option *option = row->command ? row->command->options : NULL; option && option->name;
             option++) {
            for (const struct command_option *common = command_common_options(); common->name; common++) {
                assert_string_not_equal(option->name, common->name);
                assert_true(!option->letter || option->letter != common->letter);
            }
            assert_non_null(option->help);
            assert_true((option->kind == COMMAND_FLAG) == (option->metavar == NULL));
            assert_true(option->help[strlen(option->help) - 1] != '.');
        }
}

static void the_nearest_word_is_close_or_none(void **state)
{
    (void)state;
    static const char *const words[] = {"events", "event show", "items", "dead-letters", NULL};
    assert_string_equal(nearest_word("evnets", words), "events");
    assert_string_equal(nearest_word("Items", words), "items");
    assert_string_equal(nearest_word("dead_letter", words), "dead-letters");
    assert_string_equal(nearest_word("dead", words), "dead-letters");
    assert_null(nearest_word("frobnicate", words));
    assert_null(nearest_word("", words));
    char endless[500];
    memset(endless, 'e', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    assert_null(nearest_word(endless, words));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_common_option_may_stand_anywhere),
        cmocka_unit_test(no_command_is_a_wish_for_help),
        cmocka_unit_test(wrong_words_name_the_nearest_right_one),
        cmocka_unit_test(an_option_without_its_value_says_so),
        cmocka_unit_test(words_after_two_dashes_are_arguments),
        cmocka_unit_test(too_many_arguments_are_refused),
        cmocka_unit_test(every_command_has_an_example_and_every_example_parses),
        cmocka_unit_test(no_option_hides_a_common_one_and_every_value_is_named),
        cmocka_unit_test(an_option_that_may_be_repeated_keeps_every_value),
        cmocka_unit_test(the_nearest_word_is_close_or_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
