#include "core/cli/command.h"
#include "core/cli/lexicon_folders.h"
#include "core/cli/message.h"
#include "core/cli/printout.h"
#include "lib/base/json_writer.h"
#include "lib/coder/coder.h"
#include "lib/coder/lexicon_compile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool write_image(const char *path, const struct buffer *image)
{
    FILE *file = fopen(path, "we");
    if (!file)
        return false;
    bool good = fwrite(image->bytes, 1, image->size, file) == image->size;
    return !fclose(file) && good;
}

static void write_place(struct json_writer *writer, struct lexicon_place place)
{
    json_key(writer, "file");
    json_put_text(writer, place.file);
    json_key(writer, "line");
    json_put_integer(writer, place.line);
    json_key(writer, "column");
    json_put_integer(writer, place.column);
}

static int print_json(const struct lexicon_source *source)
{
    struct buffer out = BUFFER_INIT;
    struct json_writer writer;
    json_begin(&writer, &out);
    json_object_open(&writer);
    json_key(&writer, "entries");
    json_put_integer(&writer, (int64_t)source->count);
    json_key(&writer, "errors");
    json_put_integer(&writer, (int64_t)source->problems.errors);
    json_key(&writer, "warnings");
    json_put_integer(&writer, (int64_t)source->problems.warnings);
    json_key(&writer, "problems");
    json_array_open(&writer);
    for (size_t i = 0; i < source->problems.count; i++) {
        const struct lexicon_problem *problem = &source->problems.rows[i];
        json_object_open(&writer);
        json_key(&writer, "level");
        json_put_text(&writer, problem->level == LEXICON_ERROR ? "error" : "warning");
        write_place(&writer, problem->place);
        json_key(&writer, "text");
        json_put_text(&writer, problem->text);
        if (problem->other.file) {
            json_key(&writer, "other");
            json_object_open(&writer);
            write_place(&writer, problem->other);
            json_object_close(&writer);
        }
        json_object_close(&writer);
    }
    json_array_close(&writer);
    json_object_close(&writer);
    buffer_append_char(&out, '\n');
    return printout(&out);
}

static int print_text(struct lexicon_source *source)
{
    struct buffer out = BUFFER_INIT;
    lexicon_problems_print(&source->problems, &out);
    return printout(&out);
}

/* 0 clean, 1 errors, 2 could not be read. */
static int check(struct lexicon_source *source, const struct command_line *line)
{
    struct buffer image = BUFFER_INIT;
    struct error error = ERROR_INIT;
    const char *output = command_value(line, "output");
    bool json = !strcmp(command_value(line, "format"), "json");
    if (!lexicon_folders_read(source, line->arguments, line->argument_count, command_flag(line, "alone"), &error))
        return message_failure("%s", error.text);
    struct lexicon *lexicon = lexicon_compile_source(source, &image, &error);
    /* The coder reads the frames by itself, too. */
    struct coder *coder = lexicon ? coder_open_lexicon(lexicon, &error) : NULL;
    bool good = coder != NULL;
    coder_close(coder);
    /* Sorted, since compiling named the first error. */
    int status = json ? print_json(source) : print_text(source);
    if (!good && source->problems.errors)
        status = json ? 1
                      : message_problem("%zu entries, %zu error%s", source->count, source->problems.errors,
                                        source->problems.errors == 1 ? "" : "s");
    else if (!good)
        status = message_problem("%s", error.text);
    else if (output && !write_image(output, &image))
        status = message_failure("%s: %s", output, strerror(errno));
    else if (!json)
        printf("%zu entries, %zu warning%s%s%s\n", source->count, source->problems.warnings,
               source->problems.warnings == 1 ? "" : "s", output ? "; compiled to " : "", output ? output : "");
    buffer_free(&image);
    return status;
}

static int run(const struct command_line *line)
{
    struct lexicon_source source;
    if (!lexicon_source_begin(&source))
        return message_failure("out of memory");
    int status = check(&source, line);
    lexicon_source_end(&source);
    return status;
}

static const struct command_option options[] = {
    {"alone", 'a', COMMAND_FLAG, NULL, NULL, NULL, "Check the folders by themselves, without the lexicon beneath"},
    {"format", 'f', COMMAND_VALUE, "TYPE", "table|json", "table", "How to print the problems"},
    {"output", 'o', COMMAND_VALUE, "FILE", NULL, NULL,
     "Also write the compiled lexicon, for the coder's `lexicon` option"},
    {.name = NULL},
};

const struct command command_lexicon_check = {
    .name = "lexicon check",
    .summary = "Check lexicon files, and compile them",
    .arguments = "[FOLDER...]",
    .arguments_max = SIZE_MAX,
    .description =
        "Reads every .txt file of the folders, each folder laid over those before it and the first over the lexicon "
        "that "
        "came with this program, and prints each problem as FILE:LINE:COLUMN, with the other place that it has to do "
        "with: lines that cannot be read, forms that stand twice or mean two things, forms that another one always "
        "hides, ids and values that no vocabulary has, frames of classes that do not exist, classes that nothing "
        "names. Without a folder it checks the lexicon itself.\n"
        "\n"
        "The exit status is 0 where there is no error, 1 where there are any, and 2 where something cannot be read.",
    .examples = "entente lexicon check\tIs the lexicon of this program well?\n"
                "entente lexicon check ~/words\tYour own words over it\n"
                "entente lexicon check --alone data/lexicon -o lexicon.bin\tA whole lexicon by itself, compiled",
    .options = options,
    .run = run,
};
